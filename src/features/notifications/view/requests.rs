//! The JSON entities of what is kept back: the policy, version 1 and 2, and requests.

use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::Page;
use crate::features::accounts::view::AccountView;
use crate::features::notifications::policy;
use crate::features::notifications::table::{NotificationRequest, Policy, Treatment};
use crate::features::statuses::view::StatusView;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, NotificationRequestId};

/// A policy (entities: NotificationPolicy v2).
#[derive(Debug, Clone, Serialize)]
pub struct PolicyView {
    for_not_following: &'static str,
    for_not_followers: &'static str,
    for_new_accounts: &'static str,
    for_private_mentions: &'static str,
    for_limited_accounts: &'static str,
    for_bots: &'static str,
    summary: SummaryView,
}

/// A policy in yes and no (entities: NotificationPolicy v1).
#[derive(Debug, Clone, Serialize)]
pub struct FirstPolicyView {
    filter_not_following: bool,
    filter_not_followers: bool,
    filter_new_accounts: bool,
    filter_private_mentions: bool,
    filter_bots: bool,
    summary: SummaryView,
}

/// What waits for a decision.
#[derive(Debug, Clone, Serialize)]
struct SummaryView {
    pending_requests_count: usize,
    pending_notifications_count: u64,
}

fn summary(from: &dyn Read, account: AccountId) -> Result<SummaryView> {
    let (pending_requests_count, pending_notifications_count) = policy::summary(from, account)?;
    Ok(SummaryView { pending_requests_count, pending_notifications_count })
}

impl PolicyView {
    /// The policy of an account.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(from: &dyn Read, account: AccountId) -> Result<Self> {
        let policy = policy::get(from, account)?;
        Ok(Self {
            for_not_following: policy.not_following.word(),
            for_not_followers: policy.not_followers.word(),
            for_new_accounts: policy.new_accounts.word(),
            for_private_mentions: policy.private_mentions.word(),
            for_limited_accounts: policy.limited_accounts.word(),
            for_bots: policy.bots.word(),
            summary: summary(from, account)?,
        })
    }
}

impl FirstPolicyView {
    /// The policy of an account.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(from: &dyn Read, account: AccountId) -> Result<Self> {
        let Policy { not_following, not_followers, new_accounts, private_mentions, bots, .. } =
            policy::get(from, account)?;
        let filters = |treatment: Treatment| treatment != Treatment::Accept;
        Ok(Self {
            filter_not_following: filters(not_following),
            filter_not_followers: filters(not_followers),
            filter_new_accounts: filters(new_accounts),
            filter_private_mentions: filters(private_mentions),
            filter_bots: filters(bots),
            summary: summary(from, account)?,
        })
    }
}

/// A request (entities: NotificationRequest).
#[derive(Debug, Clone, Serialize)]
pub struct RequestView {
    id: NotificationRequestId,
    created_at: String,
    updated_at: String,
    notifications_count: String,
    account: Arc<AccountView>,
    last_status: Option<StatusView>,
}

/// Shows requests in the given order, leaving out those whose sender is gone.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    rows: &[(NotificationRequestId, NotificationRequest)],
) -> Result<Vec<RequestView>> {
    let senders = rows.iter().map(|(_, row)| row.from).collect();
    let last = rows.iter().filter_map(|(_, row)| row.last_status).collect();
    let mut page = Page::load(app, from, viewer, senders, last)?;
    Ok(rows
        .iter()
        .filter_map(|(id, row)| {
            Some(RequestView {
                id: *id,
                created_at: row.created_at.dt(),
                updated_at: row.updated_at.dt(),
                notifications_count: row.count.to_string(),
                account: page.accounts.get(&row.from)?.clone(),
                last_status: row.last_status.and_then(|status| page.statuses.remove(&status)),
            })
        })
        .collect())
}
