//! Marks on statuses: favourite, bookmark, pin, and threads somebody does not want to hear of.

use shop_storage::{Read, Window};

use super::table::{MUTED_CONVERSATIONS, MutedConversation, PINS, PINS_OF, Pin};
use super::{count, get, get_visible};
use crate::features::relationships::table::BLOCKS;
use crate::features::users::table::Visibility;
use crate::features::{bookmarks, favourites};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// How many statuses a profile can pin (behaviours §3).
pub const MOST_PINS: usize = 5;

/// Favourites a status; a second time changes nothing. `uri` is the Like's id when a remote account likes.
///
/// # Errors
/// 404 for what the account may not see, 403 for posts of somebody the account blocks.
pub fn favourite(tx: &mut Tx<'_>, by: AccountId, id: StatusId, uri: Option<String>) -> Result<()> {
    let id = real(tx, id)?;
    let status = get_visible(&**tx, Some(by), id)?;
    refuse_blocked(&**tx, by, status.account)?;
    if favourites::add(tx, by, id, uri)? {
        count(tx, id, |stats| {
            stats.favourites += 1;
            stats.remote_favourites = stats.remote_favourites.map(|count| count + 1);
        })?;
        tx.tell(Event::Favourited { account: by, status: id });
    }
    Ok(())
}

/// Takes a favourite back, also from a status that is not visible any more.
///
/// # Errors
/// 404 for what was neither favourited nor is visible.
pub fn unfavourite(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<()> {
    let id = real(tx, id)?;
    if favourites::remove(tx, by, id)? {
        count(tx, id, |stats| {
            stats.favourites = stats.favourites.saturating_sub(1);
            stats.remote_favourites = stats.remote_favourites.map(|count| count.saturating_sub(1));
        })?;
        tx.tell(Event::Unfavourited { account: by, status: id });
        return Ok(());
    }
    get_visible(&**tx, Some(by), id).map(|_| ())
}

/// Bookmarks a status for its reader alone.
///
/// # Errors
/// 404 for what the account may not see.
pub fn bookmark(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<()> {
    let id = real(tx, id)?;
    get_visible(&**tx, Some(by), id)?;
    bookmarks::add(tx, by, id)?;
    tx.tell(Event::Bookmarked { account: by, status: id });
    Ok(())
}

/// Takes a bookmark away, also from a status that is not visible any more.
///
/// # Errors
/// 404 for what was neither bookmarked nor is visible.
pub fn unbookmark(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<()> {
    let id = real(tx, id)?;
    if bookmarks::remove(tx, by, id)? {
        tx.tell(Event::Unbookmarked { account: by, status: id });
        return Ok(());
    }
    get_visible(&**tx, Some(by), id).map(|_| ())
}

/// Pins a status to its author's profile.
///
/// # Errors
/// 422 with Mastodon's words for what cannot be pinned: others' posts, boosts, direct posts, more than
/// [`MOST_PINS`].
pub fn pin(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<()> {
    let status = get_visible(&**tx, Some(by), id)?;
    if status.reblog_of.is_some() {
        return Err(Error::invalid("A boost cannot be pinned"));
    }
    if status.account != by {
        return Err(Error::invalid("Someone else's post cannot be pinned"));
    }
    if matches!(status.visibility, Visibility::Direct | Visibility::Limited) {
        return Err(Error::invalid("Posts that are only visible to mentioned users cannot be pinned"));
    }
    if PINS.has(&**tx, &(by, id))? {
        return Ok(());
    }
    if PINS_OF.page(&**tx, &by, &Window::newest(MOST_PINS))?.len() >= MOST_PINS {
        return Err(Error::invalid("You have already pinned the maximum number of posts"));
    }
    let row = tx.new_id();
    PINS.put(tx, &(by, id), &Pin { id: row })?;
    tx.tell(Event::Pinned { account: by, status: id, pinned: true });
    Ok(())
}

/// Takes a pin away; one that does not exist is fine.
///
/// # Errors
/// 404 for what the account may not see.
pub fn unpin(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<()> {
    get_visible(&**tx, Some(by), id)?;
    if PINS.delete(tx, &(by, id))?.is_some() {
        tx.tell(Event::Pinned { account: by, status: id, pinned: false });
    }
    Ok(())
}

/// Statuses pinned by an account, newest pin first.
///
/// # Errors
/// When the store fails.
pub fn pinned(from: &dyn Read, account: AccountId) -> Result<Vec<StatusId>> {
    Ok(PINS_OF.page(from, &account, &Window::newest(MOST_PINS * 4))?.into_iter().map(|(_, id)| id).collect())
}

/// Stops, or lets on, notifications of the thread that a status belongs to.
///
/// # Errors
/// 404 for what the account may not see.
pub fn mute_thread(tx: &mut Tx<'_>, by: AccountId, id: StatusId, muted: bool) -> Result<()> {
    let status = get_visible(&**tx, Some(by), id)?;
    let key = (by, status.conversation);
    if muted {
        let created_at = tx.now();
        MUTED_CONVERSATIONS.put(tx, &key, &MutedConversation { created_at })?;
    } else {
        MUTED_CONVERSATIONS.delete(tx, &key)?;
    }
    Ok(())
}

/// Nobody favourites or boosts whom he blocks (behaviours §8).
///
/// # Errors
/// 403 for such an author.
pub(super) fn refuse_blocked(from: &dyn Read, by: AccountId, author: AccountId) -> Result<()> {
    if BLOCKS.has(from, &(by, author))? { Err(Error::forbidden()) } else { Ok(()) }
}

/// Marks on a boost mean the boosted post.
fn real(tx: &Tx<'_>, id: StatusId) -> Result<StatusId> {
    Ok(get(&**tx, id)?.reblog_of.unwrap_or(id))
}
