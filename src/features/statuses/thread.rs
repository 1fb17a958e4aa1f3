//! The address of a thread that began here: what all posts in it name as their context (behaviours §18; FEP-7888).

use shop_storage::{Read, Window};

use super::table::{CONVERSATION, STATUSES, Status};
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// Whether a thread that other servers can read begins with this post.
pub fn begins(status: &Status) -> bool {
    let is_answer = status.in_reply_to.is_some() || status.in_reply_to_uri.is_some();
    status.local && status.reblog_of.is_none() && status.visibility.is_open() && !is_answer
}

/// The address of the thread that the post `id` of `account` began.
pub fn address(config: &Config, account: AccountId, id: StatusId) -> String {
    format!("{}/contexts/{account}-{id}", config.base_url())
}

/// The address of the thread that a post stands in, if it began here and for everybody. What began a thread is its
/// oldest post.
///
/// # Errors
/// When the store fails.
pub fn of(config: &Config, from: &dyn Read, status: &Status) -> Result<Option<String>> {
    let oldest = CONVERSATION.page(from, &status.conversation, &Window::oldest(1))?;
    let Some(id) = oldest.first().copied() else { return Ok(None) };
    let root = STATUSES.get(from, &id)?.filter(begins);
    Ok(root.map(|root| address(config, root.account, id)))
}
