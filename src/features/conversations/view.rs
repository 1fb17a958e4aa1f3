//! The JSON entity Conversation.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::table::Conversation;
use crate::features::accounts::view::AccountView;
use crate::features::statuses::view::StatusView;
use crate::features::{accounts, statuses};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, ConversationEntryId, StatusId};

/// A conversation as the API shows it (entities: Conversation).
#[derive(Debug, Clone, Serialize)]
pub struct ConversationView {
    id: ConversationEntryId,
    unread: bool,
    accounts: Vec<Arc<AccountView>>,
    last_status: Option<StatusView>,
}

/// Shows conversations of `viewer` in the given order.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    rows: &[(ConversationEntryId, Conversation)],
) -> Result<Vec<ConversationView>> {
    let mut people: Vec<AccountId> =
        rows.iter().flat_map(|(_, row)| row.people.iter().copied()).chain([viewer]).collect();
    people.sort_unstable();
    people.dedup();
    let known = accounts::view::load(app, from, &people)?;
    let last: Vec<StatusId> = rows.iter().map(|(_, row)| row.last).collect();
    let mut statuses: HashMap<StatusId, StatusView> = statuses::view::load(app, from, Some(viewer), &last)?
        .into_iter()
        .map(|status| (status.id, status))
        .collect();
    Ok(rows
        .iter()
        .map(|(id, row)| {
            // Who wrote to nobody else sees oneself.
            let people = if row.people.is_empty() { std::slice::from_ref(&viewer) } else { &row.people };
            ConversationView {
                id: *id,
                unread: row.unread,
                accounts: people.iter().filter_map(|id| known.get(id).cloned()).collect(),
                last_status: statuses.remove(&row.last),
            }
        })
        .collect())
}
