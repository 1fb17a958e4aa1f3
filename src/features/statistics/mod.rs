//! Numbers about the whole server: for the instance documents and NodeInfo. Counted as things happen.

pub mod table;

use std::ops::ControlFlow;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shop_storage::{Read, Window};

use self::table::{DOMAINS, Number, SEEN, TOTALS, WEEKS, Weekly};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::statuses::table::STATUSES;
use crate::features::users::table::USERS;
use crate::platform::app::{App, Tx};
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// Weeks that the activity shows.
pub const SHOWN_WEEKS: u32 = 12;
/// How long the numbers about people are shown before they are counted anew.
const FRESH: Duration = Duration::from_secs(5 * 60);

/// Durable listener: counts.
///
/// # Errors
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::AccountCreated { account } => created(tx, *account),
        Event::StatusPosted { status, .. } => {
            let written = STATUSES.get(&**tx, status)?;
            if written.is_some_and(|status| status.local && status.reblog_of.is_none()) {
                TOTALS.add(tx, &(Number::Statuses as u8), 1)?;
                weekly(tx, Weekly::Statuses)?;
            }
            Ok(())
        }
        Event::StatusDeleted(gone) if gone.uri.is_none() && gone.reblog_of.is_none() => {
            TOTALS.add(tx, &(Number::Statuses as u8), -1)?;
            Ok(())
        }
        Event::UserSeen { account } => {
            let week = week_of(tx.now());
            if !SEEN.contains(&**tx, &week, account)? {
                SEEN.add(tx, &week, account);
                weekly(tx, Weekly::Logins)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn created(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let Some(account) = ACCOUNTS.get(&**tx, &account)? else { return Ok(()) };
    let Some(domain) = account.domain else { return weekly(tx, Weekly::Registrations) };
    if !DOMAINS.contains(&**tx, &(), &domain)? {
        DOMAINS.add(tx, &(), &domain);
        TOTALS.add(tx, &(Number::Domains as u8), 1)?;
    }
    Ok(())
}

fn weekly(tx: &mut Tx<'_>, number: Weekly) -> Result<()> {
    let week = week_of(tx.now());
    WEEKS.add(tx, &(week, number as u8), 1)?;
    Ok(())
}

/// Weeks since 1970, each from Monday (UTC).
fn week_of(at: Millis) -> u32 {
    let days = at.seconds() / DAY.as_secs();
    u32::try_from((days + 3) / 7).unwrap_or(u32::MAX)
}

/// The Unix time at which a week began.
fn start_of(week: u32) -> u64 {
    (u64::from(week) * 7).saturating_sub(3) * DAY.as_secs()
}

/// The numbers of one week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    /// Unix seconds at which it began.
    pub start: u64,
    /// Posts written here.
    pub statuses: i64,
    /// People seen.
    pub logins: i64,
    /// Accounts made here.
    pub registrations: i64,
}

/// The last twelve weeks, this one first.
///
/// # Errors
/// When the store fails.
pub fn weeks(from: &dyn Read, now: Millis) -> Result<Vec<Week>> {
    let this = week_of(now);
    (0..SHOWN_WEEKS)
        .map(|back| {
            let week = this.saturating_sub(back);
            let number = |number: Weekly| WEEKS.get(from, &(week, number as u8));
            Ok(Week {
                start: start_of(week),
                statuses: number(Weekly::Statuses)?,
                logins: number(Weekly::Logins)?,
                registrations: number(Weekly::Registrations)?,
            })
        })
        .collect()
}

/// Numbers about the whole server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// People with a confirmed and approved account.
    pub users: u64,
    /// Those seen within 30 days.
    pub active_month: u64,
    /// Those seen within 180 days.
    pub active_half_year: u64,
    /// Posts written here, boosts left out.
    pub statuses: u64,
    /// Other servers that we know accounts of.
    pub domains: u64,
}

#[derive(Default)]
struct Counted(Mutex<Option<(Millis, Figures)>>);

/// The numbers now; those about people may be five minutes old.
///
/// # Errors
/// When the store fails.
pub async fn figures(app: &App) -> Result<Figures> {
    let counted = app.part::<Counted>();
    let now = app.now();
    let kept = *counted.0.lock().unwrap_or_else(PoisonError::into_inner);
    let people = match kept {
        Some((at, people)) if now.since(at) < FRESH => people,
        _ => {
            let reader = app.clone();
            let people = tokio::task::spawn_blocking(move || people(&reader.read()?, now)).await??;
            *counted.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, people));
            people
        }
    };
    let store = app.read()?;
    let total = |number: Number| -> Result<u64> {
        Ok(u64::try_from(TOTALS.get(&store, &(number as u8))?).unwrap_or(0))
    };
    // A closed network does not tell how lively it is (behaviours §25).
    let people = if app.config.federation.is_closed() {
        Figures { active_month: 0, active_half_year: 0, ..people }
    } else {
        people
    };
    Ok(Figures { statuses: total(Number::Statuses)?, domains: total(Number::Domains)?, ..people })
}

fn people(from: &dyn Read, now: Millis) -> Result<Figures> {
    let mut figures = Figures::default();
    USERS.visit(from, &Window::all(), &mut |_, user| {
        if user.confirmed_at.is_some() && user.approved && !user.disabled {
            let away = now.since(user.active_at);
            figures.users += 1;
            figures.active_month += u64::from(away < DAY * 30);
            figures.active_half_year += u64::from(away < DAY * 180);
        }
        ControlFlow::Continue(())
    })?;
    Ok(figures)
}

/// Servers that we know accounts of, by name, after `above`.
///
/// # Errors
/// When the store fails.
pub fn domains(from: &dyn Read, above: Option<String>, limit: usize) -> Result<Vec<String>> {
    let mut window = Window::oldest(limit);
    window.above = above;
    Ok(DOMAINS.page(from, &(), &window)?)
}

/// The server called `name`, if we know accounts of it.
///
/// # Errors
/// When the store fails.
pub fn domain(from: &dyn Read, name: &str) -> Result<Option<String>> {
    let name = name.to_owned();
    Ok(DOMAINS.contains(from, &(), &name)?.then_some(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_begin_on_monday() {
        let monday = Millis::parse("2026-11-23T00:00:00Z").unwrap();
        assert_eq!(start_of(week_of(monday)), monday.seconds());
        let sunday = Millis::parse("2026-11-22T23:59:59Z").unwrap();
        assert_eq!(week_of(sunday) + 1, week_of(monday));
    }
}
