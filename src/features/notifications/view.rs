//! The Notification entity.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::table::Notification;
use crate::features::accounts::view::AccountView;
use crate::features::statuses::view::StatusView;
use crate::features::{accounts, statuses};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, NotificationId, StatusId};

/// A notification as the API shows it (entities: Notification).
#[derive(Debug, Clone, Serialize)]
pub struct NotificationView {
    id: NotificationId,
    #[serde(rename = "type")]
    kind: &'static str,
    created_at: String,
    group_key: String,
    account: Arc<AccountView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<StatusView>,
}

/// Shows notifications in the given order, leaving out those whose sender or status is gone (behaviours §11).
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    rows: &[(NotificationId, Notification)],
) -> Result<Vec<NotificationView>> {
    let mut senders: Vec<AccountId> = rows.iter().map(|(_, row)| row.from).collect();
    senders.sort_unstable();
    senders.dedup();
    let senders = accounts::view::load(app, from, &senders)?;
    let mut ids: Vec<StatusId> = rows.iter().filter_map(|(_, row)| row.status).collect();
    ids.sort_unstable();
    ids.dedup();
    let statuses: HashMap<StatusId, StatusView> = statuses::view::load(app, from, Some(viewer), &ids)?
        .into_iter()
        .map(|status| (status.id, status))
        .collect();
    Ok(rows
        .iter()
        .filter_map(|(id, row)| {
            let status = match row.status {
                Some(id) => Some(statuses.get(&id)?.clone()),
                None => None,
            };
            Some(NotificationView {
                id: *id,
                kind: row.kind.word(),
                created_at: row.created_at.dt(),
                group_key: row.group_key.clone().unwrap_or_else(|| format!("ungrouped-{id}")),
                account: senders.get(&row.from)?.clone(),
                status,
            })
        })
        .collect())
}
