//! Notifications: what others did that concerns a local account, made in the transaction that caused it.
//!
//! [`causes`] hears of events, [`notify`] asks the [`policy`] and writes the row, [`groups`] draws rows together,
//! [`requests`] keep what the account has still to decide.

pub mod api;
mod causes;
mod collections;
mod earlier;
pub mod groups;
pub mod jobs;
mod notify;
pub mod policy;
mod reported;
pub mod requests;
pub mod severances;
pub mod table;
pub mod view;

use std::ops::ControlFlow;

use shop_storage::{Read, Window};

pub use self::causes::{forget_sender, on_event};
use self::table::{NOTICES, NOTIFICATIONS, Notification, NotificationKind, REPORTS_TOLD, SEVERANCES};
use crate::features::accounts::table::ACCOUNTS;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, NotificationId, kind};

/// How many rows one transaction clears.
const MOST_CLEARED: usize = 10_000;

/// Which notifications a client wants to see.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only these kinds; empty is all.
    pub kinds: Vec<NotificationKind>,
    /// Not these kinds.
    pub without: Vec<NotificationKind>,
    /// Only what this account did.
    pub from: Option<AccountId>,
    /// Those that were kept back as well.
    pub filtered: bool,
}

impl Wanted {
    fn takes(&self, notification: &Notification) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&notification.kind))
            && !self.without.contains(&notification.kind)
            && self.from.is_none_or(|from| from == notification.from)
            && (self.filtered || !notification.filtered)
    }
}

/// How many rows a page looks at before it ends short; a filter that matches nothing must not walk a life's worth.
const MOST_SEEN: usize = 4_000;

/// Shows `take` the rows that a cursor points at, until it has enough. Answers the last row it looked at when it gave
/// up after [`MOST_SEEN`].
fn walk(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    cursor: &Cursor<kind::Notification>,
    take: &mut dyn FnMut(NotificationId, Notification) -> ControlFlow<()>,
) -> Result<Option<NotificationId>> {
    let window = cursor.window();
    let full = Window {
        below: Some((account, window.below.unwrap_or(NotificationId::new(u64::MAX)))),
        above: Some((account, window.above.unwrap_or(NotificationId::new(0)))),
        order: window.order,
        limit: MOST_SEEN,
    };
    let (mut seen, mut last, mut full_up) = (0, None, false);
    NOTIFICATIONS.visit(from, &full, &mut |(_, id), notification| {
        seen += 1;
        last = Some(id);
        if wanted.takes(&notification) && take(id, notification).is_break() {
            full_up = true;
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(last.filter(|_| seen == MOST_SEEN && !full_up))
}

/// A page of notifications in the order of the answer: newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    cursor: &Cursor<kind::Notification>,
) -> Result<Vec<(NotificationId, Notification)>> {
    let mut found = Vec::with_capacity(cursor.limit);
    walk(from, account, wanted, cursor, &mut |id, notification| {
        found.push((id, notification));
        if found.len() >= cursor.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(cursor.arrange(found))
}

/// One notification.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn get(from: &dyn Read, account: AccountId, id: NotificationId) -> Result<Notification> {
    NOTIFICATIONS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// Removes one notification; one that is gone already is fine.
///
/// # Errors
/// When the store fails.
pub fn dismiss(tx: &mut Tx<'_>, account: AccountId, id: NotificationId) -> Result<()> {
    take(tx, vec![(account, id)])
}

/// Removes up to [`MOST_CLEARED`] notifications; true when more are left.
///
/// # Errors
/// When the store fails.
pub fn clear(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = NOTIFICATIONS.page_under(&**tx, &account, &Window::newest(MOST_CLEARED))?;
    let more = rows.len() == MOST_CLEARED;
    take(tx, rows.into_iter().map(|(key, _)| key).collect())?;
    Ok(more)
}

/// Which people of a server `account` was told about, as far as its newest [`MOST_CLEARED`] notifications go. Reads
/// them all; keep it away from the async threads.
///
/// # Errors
/// When the store fails.
pub fn senders_of_server(from: &dyn Read, account: AccountId, domain: &str) -> Result<Vec<AccountId>> {
    let rows = NOTIFICATIONS.page_under(from, &account, &Window::newest(MOST_CLEARED))?;
    let mut senders: Vec<AccountId> = rows.into_iter().map(|(_, row)| row.from).collect();
    senders.sort_unstable();
    senders.dedup();
    let records = ACCOUNTS.get_many(from, &senders)?;
    let there = senders
        .into_iter()
        .zip(records)
        .filter(|(_, record)| record.as_ref().is_some_and(|record| record.domain.as_deref() == Some(domain)));
    Ok(there.map(|(id, _)| id).collect())
}

/// Takes rows away; requests for what was kept back are brought up to date.
fn take(tx: &mut Tx<'_>, rows: Vec<(AccountId, NotificationId)>) -> Result<()> {
    let mut touched = Vec::new();
    for key in rows {
        let Some(gone) = NOTIFICATIONS.delete(tx, &key)? else { continue };
        if gone.kind == NotificationKind::SeveredRelationships {
            SEVERANCES.delete(tx, &key)?;
        }
        if gone.kind == NotificationKind::AdminReport {
            REPORTS_TOLD.delete(tx, &key)?;
        }
        if gone.kind.is_about_collection() {
            NOTICES.delete(tx, &key)?;
        }
        if gone.filtered {
            touched.push((key.0, gone.from));
        }
    }
    touched.sort_unstable();
    touched.dedup();
    touched.into_iter().try_for_each(|(account, sender)| requests::recount(tx, account, sender))
}
