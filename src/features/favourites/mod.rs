//! Favourites: the rows. What may be favourited, and what is counted, is decided in `statuses::marks`.

pub mod activity;
pub mod api;
pub mod table;

use std::collections::HashSet;

use shop_storage::{Read, Window};

use self::table::{FAVOURITED_BY, FAVOURITES, FAVOURITES_OF, Favourite};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, LinkId, StatusId, kind};

/// Adds a favourite; false when it stood already.
///
/// # Errors
/// When the store fails.
pub fn add(tx: &mut Tx<'_>, account: AccountId, status: StatusId, uri: Option<String>) -> Result<bool> {
    if FAVOURITES.has(&**tx, &(account, status))? {
        return Ok(false);
    }
    let favourite = Favourite { id: tx.new_id(), uri, created_at: tx.now() };
    FAVOURITES.put(tx, &(account, status), &favourite)?;
    Ok(true)
}

/// Removes a favourite; false when there was none.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, status: StatusId) -> Result<bool> {
    Ok(FAVOURITES.delete(tx, &(account, status))?.is_some())
}

/// Which of `statuses` the account has favourited: one round trip.
///
/// # Errors
/// When the store fails.
pub fn marked(from: &dyn Read, account: AccountId, statuses: &[StatusId]) -> Result<HashSet<StatusId>> {
    let keys: Vec<_> = statuses.iter().map(|status| (account, *status)).collect();
    let rows = FAVOURITES.has_many(from, &keys)?;
    Ok(statuses.iter().zip(rows).filter(|(_, row)| *row).map(|(id, _)| *id).collect())
}

/// A page of what an account has favourited, newest favourite first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::Link>,
) -> Result<Vec<(LinkId, StatusId)>> {
    Ok(cursor.arrange(FAVOURITES_OF.page(from, &account, &cursor.pairs())?))
}

/// A page of who has favourited a status, newest first.
///
/// # Errors
/// When the store fails.
pub fn by(
    from: &dyn Read,
    status: StatusId,
    cursor: &Cursor<kind::Link>,
) -> Result<Vec<(LinkId, AccountId)>> {
    Ok(cursor.arrange(FAVOURITED_BY.page(from, &status, &cursor.pairs())?))
}

/// The newest accounts that favourited a status.
///
/// # Errors
/// When the store fails.
pub fn of_status(from: &dyn Read, status: StatusId, most: usize) -> Result<Vec<AccountId>> {
    let rows = FAVOURITED_BY.page(from, &status, &Window::newest(most))?;
    Ok(rows.into_iter().map(|(_, account)| account).collect())
}

/// Removes up to `step` favourites of a deleted status; true when more may be left.
///
/// # Errors
/// When the store fails.
pub fn forget_status(tx: &mut Tx<'_>, status: StatusId, step: usize) -> Result<bool> {
    let accounts = of_status(&**tx, status, step)?;
    for account in &accounts {
        FAVOURITES.delete(tx, &(*account, status))?;
    }
    Ok(accounts.len() == step)
}
