//! Notes what the index must learn, in the transaction of the change: a crash loses neither.

use shop_storage::Read;

use super::documents::{is_open, plays};
use super::indexer::Indexer;
use super::table::{ACCOUNT_SHELF, PENDING, Pending, STATUS_SHELF};
use crate::features::accounts::table::{ACCOUNTS, LOCAL};
use crate::features::statuses::table::{STATUSES, Status};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// Durable listener: whatever changes what can be found, or by whom.
///
/// # Errors
/// When the store fails.
pub fn note(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match *event {
        Event::AccountCreated { account }
        | Event::AccountUpdated { account }
        | Event::AccountClosed { account }
        | Event::AccountDeleted { account }
        | Event::Followed { to: account, .. }
        | Event::Unfollowed { to: account, .. }
        | Event::FollowRejected { to: account, .. } => put(tx, ACCOUNT_SHELF, account.get()),
        Event::StatusPosted { status, .. } => posted(tx, status),
        Event::StatusEdited { status } => note_status(tx, status),
        // Only a card can change what it is found by.
        Event::StatusRefreshed { status } if plays(&**tx, status)? => note_status(tx, status),
        Event::StatusDeleted(ref gone) => match gone.reblog_of {
            Some(of) => by_member(tx, gone.account, of),
            None => note_status(tx, gone.status),
        },
        Event::Voted { account, status, .. }
        | Event::Favourited { account, status }
        | Event::Unfavourited { account, status }
        | Event::Bookmarked { account, status }
        | Event::Unbookmarked { account, status } => by_member(tx, account, status),
        _ => Ok(()),
    }
}

fn posted(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
    match status.reblog_of {
        Some(of) => by_member(tx, status.account, of),
        // Most posts of other servers are nobody's to find: those cost nothing here.
        None if status.local || may_be_found(&**tx, &status)? => note_status(tx, id),
        None => Ok(()),
    }
}

/// Whether anybody could find a new post of another server: it is open to all, or mentions somebody here.
fn may_be_found(from: &dyn Read, status: &Status) -> Result<bool> {
    let open = ACCOUNTS.get(from, &status.account)?.as_ref().is_some_and(is_open);
    if status.visibility == Visibility::Public && open {
        return Ok(true);
    }
    let mentioned: Vec<AccountId> = status.mentions.iter().map(|mention| mention.account).collect();
    Ok(LOCAL.contains_many(from, &(), &mentioned)?.contains(&true))
}

/// Only people of this server have a library.
fn by_member(tx: &mut Tx<'_>, account: AccountId, status: StatusId) -> Result<()> {
    if is_member(&**tx, account)? { note_status(tx, status) } else { Ok(()) }
}

fn is_member(from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(LOCAL.contains(from, &(), &account)?)
}

/// The index shall look at a status again.
///
/// # Errors
/// When the store fails.
pub(super) fn note_status(tx: &mut Tx<'_>, status: StatusId) -> Result<()> {
    put(tx, STATUS_SHELF, status.get())
}

fn put(tx: &mut Tx<'_>, shelf: u8, number: u64) -> Result<()> {
    let stamp = tx.new_id();
    PENDING.put(tx, &(shelf, number), &Pending { stamp })?;
    let indexer = tx.app().part::<Indexer>();
    tx.on_commit(move || indexer.wake());
    Ok(())
}
