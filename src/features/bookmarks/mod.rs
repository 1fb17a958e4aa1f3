//! Bookmarks: the rows. What may be bookmarked is decided in `statuses::marks`.

pub mod api;
pub mod table;

use std::collections::HashSet;

use shop_storage::{Read, Window};

use self::table::{BOOKMARKED_BY, BOOKMARKS, BOOKMARKS_OF, Bookmark};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, LinkId, StatusId, kind};

/// Adds a bookmark; one that stands already stays in its place.
///
/// # Errors
/// When the store fails.
pub fn add(tx: &mut Tx<'_>, account: AccountId, status: StatusId) -> Result<()> {
    if !BOOKMARKS.has(&**tx, &(account, status))? {
        let id = tx.new_id();
        BOOKMARKS.put(tx, &(account, status), &Bookmark { id })?;
    }
    Ok(())
}

/// Removes a bookmark; false when there was none.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, status: StatusId) -> Result<bool> {
    Ok(BOOKMARKS.delete(tx, &(account, status))?.is_some())
}

/// Which of `statuses` the account has bookmarked: one round trip.
///
/// # Errors
/// When the store fails.
pub fn marked(from: &dyn Read, account: AccountId, statuses: &[StatusId]) -> Result<HashSet<StatusId>> {
    let keys: Vec<_> = statuses.iter().map(|status| (account, *status)).collect();
    let rows = BOOKMARKS.has_many(from, &keys)?;
    Ok(statuses.iter().zip(rows).filter(|(_, row)| *row).map(|(id, _)| *id).collect())
}

/// A page of bookmarks, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::Link>,
) -> Result<Vec<(LinkId, StatusId)>> {
    Ok(cursor.arrange(BOOKMARKS_OF.page(from, &account, &cursor.pairs())?))
}

/// Removes up to `step` bookmarks of a deleted status; true when more may be left.
///
/// # Errors
/// When the store fails.
pub fn forget_status(tx: &mut Tx<'_>, status: StatusId, step: usize) -> Result<bool> {
    let accounts = BOOKMARKED_BY.page(&**tx, &status, &Window::newest(step))?;
    for account in &accounts {
        BOOKMARKS.delete(tx, &(*account, status))?;
    }
    Ok(accounts.len() == step)
}
