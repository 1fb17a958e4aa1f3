//! Requests: what was kept back of each sender, for the account to accept or to dismiss (behaviours §11).

use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use super::jobs::{DropFiltered, MergeFiltered};
use super::policy::MOST_COUNTED;
use super::table::{
    FILTERED_BY, MERGING, NOTIFICATIONS, NotificationRequest, PERMISSIONS, Permission, REQUEST_FROM, REQUESTS,
};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, NotificationId, NotificationRequestId, StatusId, kind};

/// How many rows kept back of one sender are looked at to count the messages among them.
const MOST_SEEN: usize = 1_000;

/// A page of requests, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::NotificationRequest>,
) -> Result<Vec<(NotificationRequestId, NotificationRequest)>> {
    let window = cursor.window();
    let full = Window {
        below: window.below.map(|id| (account, id)),
        above: window.above.map(|id| (account, id)),
        order: window.order,
        limit: window.limit,
    };
    let rows = REQUESTS.page_under(from, &account, &full)?;
    Ok(cursor.arrange(rows.into_iter().map(|((_, id), request)| (id, request)).collect()))
}

/// One request.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn get(from: &dyn Read, account: AccountId, id: NotificationRequestId) -> Result<NotificationRequest> {
    REQUESTS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// Accepts what a sender does, now and later; what was kept back is moved among the others in the background.
///
/// # Errors
/// 404 when the account has no such request.
pub fn accept(tx: &mut Tx<'_>, account: AccountId, id: NotificationRequestId) -> Result<()> {
    let request = REQUESTS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    let created_at = tx.now();
    PERMISSIONS.put(tx, &(account, request.from), &Permission { created_at })?;
    MERGING.add(tx, &account, &request.from);
    tx.enqueue(&MergeFiltered { account, sender: request.from })
}

/// Dismisses a request; what was kept back is deleted in the background.
///
/// # Errors
/// 404 when the account has no such request.
pub fn dismiss(tx: &mut Tx<'_>, account: AccountId, id: NotificationRequestId) -> Result<()> {
    let request = REQUESTS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    let before: NotificationId = tx.new_exact_id();
    tx.enqueue(&DropFiltered { account, sender: request.from, before })
}

/// Whether nothing that was accepted is still on its way.
///
/// # Errors
/// When the store fails.
pub fn merged(from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(MERGING.page(from, &account, &Window::newest(1))?.is_empty())
}

/// Takes the permission of a sender back.
pub(super) fn forbid(tx: &mut Tx<'_>, account: AccountId, sender: AccountId) -> Result<()> {
    PERMISSIONS.delete(tx, &(account, sender))?;
    Ok(())
}

/// A message of `sender` was kept back.
pub(super) fn note(
    tx: &mut Tx<'_>,
    account: AccountId,
    sender: AccountId,
    status: Option<StatusId>,
) -> Result<()> {
    let now = tx.now();
    let (key, mut request) = match REQUEST_FROM.get(&**tx, &(account, sender))? {
        Some(key) => (key, REQUESTS.get(&**tx, &key)?),
        None => ((account, tx.new_id()), None),
    };
    let request = request.get_or_insert(NotificationRequest {
        from: sender,
        count: 0,
        last_status: None,
        created_at: now,
        updated_at: now,
    });
    request.count = (request.count + 1).min(MOST_COUNTED as u64);
    request.last_status = status;
    request.updated_at = now;
    REQUESTS.put(tx, &key, request)?;
    Ok(())
}

/// Counts again what is kept back of a sender; a request for nothing goes.
pub(super) fn recount(tx: &mut Tx<'_>, account: AccountId, sender: AccountId) -> Result<()> {
    let Some(key) = REQUEST_FROM.get(&**tx, &(account, sender))? else { return Ok(()) };
    let mut ids = Vec::new();
    FILTERED_BY.visit(&**tx, &(account, sender), &Window::newest(MOST_SEEN), &mut |id| {
        ids.push((account, id));
        ControlFlow::Continue(())
    })?;
    let rows = NOTIFICATIONS.get_many(&**tx, &ids)?;
    let messages: Vec<_> = rows.into_iter().flatten().filter(|row| row.kind.is_message()).collect();
    let Some(newest) = messages.first() else {
        REQUESTS.delete(tx, &key)?;
        return Ok(());
    };
    REQUESTS.edit(tx, &key, |request| {
        request.count = messages.len().min(MOST_COUNTED) as u64;
        request.last_status = newest.status;
    })?;
    Ok(())
}
