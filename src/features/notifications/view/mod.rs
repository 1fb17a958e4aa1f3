//! The JSON entities of notifications: one by one here, drawn together in [`groups`], kept back in [`requests`].

pub mod groups;
pub mod requests;

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::collections;
use super::groups::alone;
use super::reported;
use super::severances::{self, SeveranceView};
use super::table::{Notification, NotificationKind};
use crate::features::accounts::view::AccountView;
use crate::features::collections::view::CollectionView;
use crate::features::reports::view::ReportView;
use crate::features::statuses::view::StatusView;
use crate::features::{accounts, statuses};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, NotificationId, StatusId};

/// A notification as the API shows it (entities: Notification).
#[derive(Debug, Clone, Serialize)]
pub struct NotificationView {
    /// Its id.
    pub id: NotificationId,
    /// What happened.
    #[serde(rename = "type")]
    pub kind: &'static str,
    created_at: String,
    group_key: String,
    /// Who did it.
    pub account: Arc<AccountView>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<StatusView>,
    /// What was reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<ReportView>,
    /// Which follows ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<SeveranceView>,
    /// In which collection one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<CollectionView>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    filtered: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<FallbackView>,
}

/// Words for clients that do not know a kind of notification (entities: NotificationFallback). Of the third key the
/// documentation and the source disagree on the name; it is always null.
#[derive(Debug, Clone, Serialize)]
pub struct FallbackView {
    title: String,
    summary: String,
    description: Option<String>,
    details: Option<String>,
}

/// Words for a notification, when the client told which kinds it knows and this one is not among them.
fn fallback(kind: NotificationKind, sender: &AccountView, known: Option<&[String]>) -> Option<FallbackView> {
    let known = known.filter(|_| kind.needs_words())?;
    if known.iter().any(|word| word == kind.word()) {
        return None;
    }
    let (title, summary) = match kind {
        NotificationKind::SeveredRelationships => (
            "Lost connections".to_owned(),
            "Some of those you followed, or who followed you, are gone".to_owned(),
        ),
        NotificationKind::AdminReport => (
            "New report".to_owned(),
            format!("{} reported an account", html_escape::encode_text(&sender.acct)),
        ),
        NotificationKind::AddedToCollection => (
            "Added to a collection".to_owned(),
            format!("{} added you to a collection", html_escape::encode_text(&sender.acct)),
        ),
        NotificationKind::CollectionUpdate => (
            "Changed collection".to_owned(),
            format!("{} changed a collection that you are in", html_escape::encode_text(&sender.acct)),
        ),
        _ => ("New sign-up".to_owned(), format!("{} signed up", html_escape::encode_text(&sender.acct))),
    };
    Some(FallbackView { title, summary, description: None, details: None })
}

/// What notifications speak of, loaded a kind at a time.
struct Page {
    accounts: HashMap<AccountId, Arc<AccountView>>,
    statuses: HashMap<StatusId, StatusView>,
}

impl Page {
    fn load(
        app: &App,
        from: &dyn Read,
        viewer: AccountId,
        mut accounts: Vec<AccountId>,
        mut statuses: Vec<StatusId>,
    ) -> Result<Self> {
        accounts.sort_unstable();
        accounts.dedup();
        statuses.sort_unstable();
        statuses.dedup();
        let shown = statuses::view::load(app, from, Some(viewer), &statuses)?;
        let mut accounts = accounts::view::load_for(app, from, Some(viewer), &accounts)?;
        accounts.retain(|_, account| !account.suspended);
        Ok(Self { accounts, statuses: shown.into_iter().map(|status| (status.id, status)).collect() })
    }
}

/// Shows notifications in the given order, leaving out those whose sender, status or collection is gone or hidden (behaviours §11). `known`
/// are the kinds that the client says to know.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    rows: &[(NotificationId, Notification)],
    known: Option<&[String]>,
) -> Result<Vec<NotificationView>> {
    let senders = rows.iter().map(|(_, row)| row.from).collect();
    let page =
        Page::load(app, from, viewer, senders, rows.iter().filter_map(|(_, row)| row.status).collect())?;
    let kinds = || rows.iter().map(|(id, row)| (*id, row.kind));
    let mut events = severances::views(from, viewer, kinds())?;
    let mut reports = reported::views(app, from, viewer, kinds())?;
    let mut lists = collections::views(app, from, viewer, kinds())?;
    Ok(rows
        .iter()
        .filter_map(|(id, row)| {
            let status = match row.status {
                Some(id) => Some(page.statuses.get(&id)?.clone()),
                None => None,
            };
            let report = reports.remove(id);
            if report.is_none() && row.kind == NotificationKind::AdminReport {
                return None;
            }
            let account = page.accounts.get(&row.from)?.clone();
            let collection = lists.remove(id);
            if row.kind.is_about_collection() && collection.is_none() {
                return None;
            }
            Some(NotificationView {
                id: *id,
                kind: row.kind.word(),
                created_at: row.created_at.dt(),
                group_key: row.group_key.clone().unwrap_or_else(|| alone(*id)),
                status,
                report,
                event: events.remove(id),
                collection,
                filtered: row.filtered,
                fallback: fallback(row.kind, &account, known),
                account,
            })
        })
        .collect())
}
