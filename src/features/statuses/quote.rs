//! Quoting: who may quote what, and what an agreement or its end changes (behaviours §13).

use shop_storage::{Read, Window};

use super::table::{QuotePolicy, STATUSES, Status};
use super::{count, get_visible, id_of_local_uri, local_status_uri};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{self, local_uri};
use crate::features::quotes::table::{AWAITED, QUOTES, QUOTING, Quote, QuoteState};
use crate::features::relationships::table::{BLOCKS, FOLLOWS};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::config::Config;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// How many quotes of a status are touched in one transaction.
const STEP: usize = 500;

/// Whether somebody may quote a status (entities: QuoteApproval.current_user).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approval {
    /// At once.
    Automatic,
    /// When the author says yes.
    Manual,
    /// Not at all.
    Denied,
    /// The author named a group that we cannot judge.
    Unknown,
}

impl Approval {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Manual => "manual",
            Self::Denied => "denied",
            Self::Unknown => "unknown",
        }
    }

    /// Whether `by` may quote `status`, which `by` may see. `follows`: `by` follows the author; `followed`: the author
    /// follows `by`, `None` where nobody looked.
    pub fn of(status: &Status, by: Option<AccountId>, follows: bool, followed: Option<bool>) -> Self {
        let Some(by) = by.filter(|_| status.reblog_of.is_none()) else { return Self::Denied };
        if status.account == by {
            return Self::Automatic;
        }
        if !status.visibility.is_open() {
            return Self::Denied;
        }
        let within = |bits: u8| {
            bits & QuotePolicy::EVERYBODY != 0
                || (bits & QuotePolicy::FOLLOWERS != 0 && follows)
                || (bits & QuotePolicy::FOLLOWING != 0 && followed == Some(true))
        };
        let QuotePolicy { automatic, manual } = status.quote_policy;
        let open = automatic | manual;
        if within(automatic) {
            Self::Automatic
        } else if within(manual) {
            Self::Manual
        } else if open & QuotePolicy::UNSUPPORTED != 0
            || (open & QuotePolicy::FOLLOWING != 0 && followed.is_none())
        {
            Self::Unknown
        } else {
            Self::Denied
        }
    }
}

/// Whether `by` may quote `status`, asked of the store.
///
/// # Errors
/// When the store fails.
pub fn approval(from: &dyn Read, status: &Status, by: AccountId) -> Result<Approval> {
    if BLOCKS.has(from, &(by, status.account))? || BLOCKS.has(from, &(status.account, by))? {
        return Ok(Approval::Denied);
    }
    let follows = FOLLOWS.has(from, &(by, status.account))?;
    let followed = FOLLOWS.has(from, &(status.account, by))?;
    Ok(Approval::of(status, Some(by), follows, Some(followed)))
}

/// What a new post quotes.
#[derive(Debug, Clone)]
pub struct Target {
    /// The quoted status.
    pub id: StatusId,
    /// Its record.
    pub status: Status,
    /// Its author.
    pub author: Account,
    /// How the quote stands at first.
    pub state: QuoteState,
}

impl Target {
    /// What `by` wants to quote.
    ///
    /// # Errors
    /// 404 for the invisible, 403 for what may not be quoted.
    pub fn find(from: &dyn Read, by: AccountId, id: StatusId) -> Result<Self> {
        let status = get_visible(from, Some(by), id).map_err(no_quoted)?;
        let author = accounts::get(from, status.account)?;
        let state = match approval(from, &status, by)? {
            Approval::Denied => return Err(Error::forbidden()),
            Approval::Automatic if status.local || status.account == by => QuoteState::Accepted,
            _ => QuoteState::Pending,
        };
        Ok(Self { id, status, author, state })
    }

    /// A post that quotes followers-only words is for followers only.
    pub fn narrow(&self, visibility: Visibility) -> Visibility {
        if !self.status.visibility.is_open() && visibility.is_open() {
            Visibility::Private
        } else {
            visibility
        }
    }

    /// Keeps the quote of the new status `by`.
    ///
    /// # Errors
    /// When the store fails.
    pub fn keep(&self, tx: &mut Tx<'_>, by: StatusId) -> Result<()> {
        let created_at = tx.now();
        let quote = Quote {
            quoted: Some(self.id),
            uri: self.status.uri.clone(),
            author: Some(self.status.account),
            state: QuoteState::Pending,
            legacy: false,
            authorization: None,
            created_at,
        };
        QUOTES.put(tx, &by, &quote)?;
        if self.state == QuoteState::Accepted {
            QUOTES.edit(tx, &by, |quote| quote.state = QuoteState::Accepted)?;
            count(tx, self.id, |stats| stats.quotes += 1)?;
            tx.tell(Event::Quoted { status: by });
        }
        Ok(())
    }
}

/// What shall be quoted is not there, or not for this author: said in words of its own.
pub fn no_quoted(error: Error) -> Error {
    match error.kind() {
        Kind::NotFound => {
            Error::new(Kind::NotFound, "The post you are trying to quote does not appear to exist.")
        }
        _ => error,
    }
}

/// Changes how a quote stands, with everything that follows from it. A quote that stands so already, or that is gone,
/// is fine.
///
/// # Errors
/// When the store fails.
pub fn settle(
    tx: &mut Tx<'_>,
    quoting: StatusId,
    state: QuoteState,
    authorization: Option<String>,
) -> Result<()> {
    let Some(mut quote) = QUOTES.get(&**tx, &quoting)? else { return Ok(()) };
    let before = quote.state;
    if before == state {
        return Ok(());
    }
    quote.state = state;
    quote.authorization = authorization.or(quote.authorization);
    QUOTES.put(tx, &quoting, &quote)?;
    if let Some(quoted) = quote.quoted {
        let (was, is) = (before == QuoteState::Accepted, state == QuoteState::Accepted);
        count(tx, quoted, |stats| {
            stats.quotes = stats.quotes.saturating_add(u64::from(is)).saturating_sub(u64::from(was));
        })?;
    }
    tx.tell(Event::StatusRefreshed { status: quoting });
    if state == QuoteState::Accepted {
        tx.tell(Event::Quoted { status: quoting });
        if STATUSES.get(&**tx, &quoting)?.is_some_and(|status| status.local) {
            tx.tell(Event::StatusRetold { status: quoting });
        }
    }
    Ok(())
}

/// Takes a quote away with the status that made it.
///
/// # Errors
/// When the store fails.
pub(super) fn forget(tx: &mut Tx<'_>, quoting: StatusId) -> Result<()> {
    let Some(quote) = QUOTES.delete(tx, &quoting)? else { return Ok(()) };
    match quote.quoted.filter(|_| quote.state == QuoteState::Accepted) {
        Some(quoted) if STATUSES.has(&**tx, &quoted)? => {
            count(tx, quoted, |stats| stats.quotes = stats.quotes.saturating_sub(1))
        }
        _ => Ok(()),
    }
}

/// What quoted a deleted status says so; true when more is left.
///
/// # Errors
/// When the store fails.
pub(super) fn orphan(tx: &mut Tx<'_>, quoted: StatusId) -> Result<bool> {
    let quoting = QUOTING.page(&**tx, &quoted, &Window::newest(STEP))?;
    for id in &quoting {
        QUOTES.edit(tx, id, |quote| {
            quote.quoted = None;
            quote.state = QuoteState::Deleted;
        })?;
        tx.tell(Event::StatusRefreshed { status: *id });
    }
    Ok(quoting.len() == STEP)
}

/// Joins quotes of something that came only now; those by its own author need no agreement.
///
/// # Errors
/// When the store fails.
pub(super) fn meet(tx: &mut Tx<'_>, id: StatusId, status: &Status, uri: &str) -> Result<()> {
    for quoting in AWAITED.page(&**tx, &uri.to_owned(), &Window::oldest(STEP))? {
        QUOTES.edit(tx, &quoting, |quote| {
            quote.quoted = Some(id);
            quote.author = Some(status.account);
        })?;
        if STATUSES.get(&**tx, &quoting)?.is_some_and(|by| by.account == status.account) {
            settle(tx, quoting, QuoteState::Accepted, None)?;
        }
    }
    Ok(())
}

/// The address of the agreement to a quote, as the quoted author gives it when he lives here.
pub fn authorization_uri(config: &Config, author: AccountId, quoting: StatusId) -> String {
    format!("{}/quote_authorizations/{quoting}", local_uri(config, author))
}

/// The ActivityPub id of what a quote is about, if it is known at all.
///
/// # Errors
/// When the store fails.
pub fn quoted_uri(config: &Config, from: &dyn Read, quote: &Quote) -> Result<Option<String>> {
    let Some(id) = quote.quoted.filter(|_| quote.uri.is_none()) else { return Ok(quote.uri.clone()) };
    Ok(STATUSES.get(from, &id)?.map(|status| local_status_uri(config, id, &status)))
}

/// Ends the agreement to a quote of a status that `by` wrote.
///
/// # Errors
/// 403 for other people's posts, 404 when there is no such quote.
pub fn revoke(tx: &mut Tx<'_>, by: AccountId, quoted: StatusId, quoting: StatusId) -> Result<()> {
    let status = get_visible(&**tx, Some(by), quoted)?;
    if status.account != by {
        return Err(Error::forbidden());
    }
    let quote = QUOTES.get(&**tx, &quoting)?.filter(|quote| quote.quoted == Some(quoted));
    if quote.ok_or_else(Error::not_found)?.state != QuoteState::Accepted {
        return Ok(());
    }
    settle(tx, quoting, QuoteState::Revoked, None)?;
    tx.tell(Event::QuoteRevoked { status: quoting });
    Ok(())
}

/// Changes who may quote a status of `by`. Posts that are not for everybody stay with nobody.
///
/// # Errors
/// 404 for boosts and for what `by` may not see, 403 for other people's posts.
pub fn change_policy(tx: &mut Tx<'_>, by: AccountId, id: StatusId, policy: QuotePolicy) -> Result<()> {
    let status = get_visible(&**tx, Some(by), id)?;
    if status.reblog_of.is_some() {
        return Err(Error::not_found());
    }
    if status.account != by {
        return Err(Error::forbidden());
    }
    let policy = if status.visibility.is_open() { policy } else { QuotePolicy::NOBODY };
    if status.quote_policy != policy {
        STATUSES.edit(tx, &id, |status| status.quote_policy = policy)?;
        tx.tell(Event::StatusRetold { status: id });
    }
    Ok(())
}

/// The local status that an address of a quoted post means, with its author, when both are here.
///
/// # Errors
/// When the store fails.
pub fn local_target(
    config: &Config,
    from: &dyn Read,
    uri: &str,
) -> Result<Option<(StatusId, Status, Account)>> {
    let Some(id) = id_of_local_uri(config, uri) else { return Ok(None) };
    let Some(status) = STATUSES.get(from, &id)?.filter(|status| status.local && status.reblog_of.is_none())
    else {
        return Ok(None);
    };
    let author = ACCOUNTS.get(from, &status.account)?.filter(|author| !author.deleted);
    Ok(author.map(|author| (id, status, author)))
}
