//! Who comes along with a move: local followers, and those who blocked, muted or noted something.

use shop_storage::{Read, Window};

use crate::features::accounts::table::{ACCOUNTS, LOCAL};
use crate::features::accounts::view::acct;
use crate::features::lists;
use crate::features::lists::table::MEMBERS;
use crate::features::relationships::table::{BLOCKERS_OF, FOLLOWERS, FOLLOWS, MUTES, NOTES};
use crate::features::relationships::{Standing, carry, unfollow};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many rows are read in one step.
const STEP: usize = 500;

/// Local accounts that are tied to an account.
#[derive(Debug, Default)]
pub struct Tied {
    /// They follow it.
    pub followers: Vec<AccountId>,
    /// They block it.
    pub blockers: Vec<AccountId>,
    /// They mute it, or have noted something about it.
    pub others: Vec<AccountId>,
}

/// Who here is tied to `account`. Reads all its followers and every local account, some at a time; keep it away from
/// the async threads.
///
/// # Errors
/// When the store fails.
pub fn tied(app: &App, account: AccountId) -> Result<Tied> {
    let mut tied = Tied::default();
    let from = app.read()?;
    let mut window = Window::oldest(STEP);
    loop {
        let step = FOLLOWERS.page(&from, &account, &window)?;
        let Some(last) = step.last().copied() else { break };
        let pairs: Vec<_> = step.iter().map(|(_, follower)| (*follower, account)).collect();
        let rows = FOLLOWS.get_many(&from, &pairs)?;
        let local =
            pairs.iter().zip(rows).filter(|(_, row)| row.as_ref().is_some_and(|row| row.uri.is_none()));
        tied.followers.extend(local.map(|((follower, _), _)| *follower));
        window = Window::oldest(STEP).above(last);
    }
    let mut window = Window::oldest(STEP);
    loop {
        let step = BLOCKERS_OF.page(&from, &account, &window)?;
        let Some(last) = step.last().copied() else { break };
        let rows = ACCOUNTS.get_many(&from, &step)?;
        let local = step.iter().zip(rows).filter(|(_, row)| row.as_ref().is_some_and(|row| row.is_local()));
        tied.blockers.extend(local.map(|(blocker, _)| *blocker));
        window = Window::oldest(STEP).above(last);
    }
    let mut window = Window::oldest(STEP);
    loop {
        let step = LOCAL.page(&from, &(), &window)?;
        let Some(last) = step.last().copied() else { return Ok(tied) };
        let pairs: Vec<_> = step.iter().map(|other| (*other, account)).collect();
        let (mutes, notes) = (MUTES.get_many(&from, &pairs)?, NOTES.get_many(&from, &pairs)?);
        let some =
            step.iter().zip(mutes).zip(notes).filter(|((_, mute), note)| mute.is_some() || note.is_some());
        tied.others.extend(some.map(|((other, _), _)| *other));
        window = Window::oldest(STEP).above(last);
    }
}

/// Lets one follower of `from` follow `to` in the same way and on the same lists, and leave `from`: at once where `to`
/// has let it in, else when the wish has been delivered. Who may not follow `to` stays where it is.
///
/// # Errors
/// When the store fails.
pub fn follower(tx: &mut Tx<'_>, follower: AccountId, from: AccountId, to: AccountId) -> Result<()> {
    let standing = match carry::follow(tx, follower, from, to) {
        Err(error) if is_refusal(error.kind()) => return Ok(()),
        standing => standing?,
    };
    let Some(standing) = standing else { return Ok(()) };
    for (list, _) in lists::with(&**tx, follower, from)? {
        if !MEMBERS.has(&**tx, &(list, to))? {
            lists::add(tx, follower, list, &[to])?;
        }
    }
    match standing {
        Standing::Following => unfollow(tx, follower, from).map(drop),
        Standing::Requested => {
            tx.tell(Event::FollowCarried { follower, from, to });
            Ok(())
        }
    }
}

const fn is_refusal(kind: Kind) -> bool {
    matches!(kind, Kind::Forbidden | Kind::NotFound)
}

/// Carries the block of `blocker` over.
///
/// # Errors
/// When the store fails.
pub fn blocker(tx: &mut Tx<'_>, blocker: AccountId, from: AccountId, to: AccountId) -> Result<()> {
    let acct = name(&**tx, from)?;
    passed(carry::carry_block(tx, blocker, from, to, &acct))
}

/// Carries mute and note of `other` over.
///
/// # Errors
/// When the store fails.
pub fn other(tx: &mut Tx<'_>, other: AccountId, from: AccountId, to: AccountId) -> Result<()> {
    let acct = name(&**tx, from)?;
    passed(carry::carry_note(tx, other, from, to, &acct))?;
    passed(carry::carry_mute(tx, other, from, to, &acct))
}

/// Nothing is carried to an account that is gone meanwhile.
fn passed(done: Result<()>) -> Result<()> {
    done.or_else(|error| if is_refusal(error.kind()) { Ok(()) } else { Err(error) })
}

fn name(from: &dyn Read, id: AccountId) -> Result<String> {
    Ok(ACCOUNTS.get(from, &id)?.map(|account| acct(&account)).unwrap_or_default())
}
