//! The JSON entity GroupedNotificationsResults.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::{FallbackView, Page, fallback};
use crate::features::accounts::view::AccountView;
use crate::features::collections::view::CollectionView;
use crate::features::notifications::collections;
use crate::features::notifications::groups::Group;
use crate::features::notifications::reported;
use crate::features::notifications::severances::{self, SeveranceView};
use crate::features::notifications::table::NotificationKind;
use crate::features::reports::view::ReportView;
use crate::features::statuses::view::StatusView;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, NotificationId, StatusId};

/// Which accounts are shown whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expand {
    /// All.
    Full,
    /// The newest of each group; of the others what an avatar needs.
    PartialAvatars,
}

impl Expand {
    /// Reads `expand_accounts`; everything when absent.
    ///
    /// # Errors
    /// 400 for any other word.
    pub fn parse(word: Option<&str>) -> Result<Self> {
        match word {
            None | Some("" | "full") => Ok(Self::Full),
            Some("partial_avatars") => Ok(Self::PartialAvatars),
            Some(word) => Err(Error::bad_request(format!(
                "Invalid value for 'expand_accounts': '{word}', allowed values are 'full' and 'partial_avatars'"
            ))),
        }
    }
}

/// Groups with all they name, each once.
#[derive(Debug, Clone, Serialize)]
pub struct GroupsView {
    accounts: Vec<Arc<AccountView>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    partial_accounts: Option<Vec<PartialAccountView>>,
    statuses: Vec<StatusView>,
    notification_groups: Vec<GroupView>,
}

impl GroupsView {
    /// Whether nothing is left to show.
    pub fn is_empty(&self) -> bool {
        self.notification_groups.is_empty()
    }
}

/// One group (entities: NotificationGroup).
#[derive(Debug, Clone, Serialize)]
struct GroupView {
    group_key: String,
    notifications_count: usize,
    #[serde(rename = "type")]
    kind: &'static str,
    /// A JSON number, unlike all other ids.
    most_recent_notification_id: u64,
    #[serde(flatten)]
    page: Option<PageView>,
    sample_account_ids: Vec<AccountId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_id: Option<StatusId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    report: Option<ReportView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<SeveranceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collection: Option<CollectionView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<FallbackView>,
}

/// Which part of a group is on the page; in lists only.
#[derive(Debug, Clone, Serialize)]
struct PageView {
    page_min_id: NotificationId,
    page_max_id: NotificationId,
    latest_page_notification_at: String,
}

/// What an avatar needs (entities: PartialAccount).
#[derive(Debug, Clone, Serialize)]
struct PartialAccountView {
    id: AccountId,
    acct: String,
    locked: bool,
    bot: bool,
    url: String,
    avatar: String,
    avatar_static: String,
    avatar_description: String,
}

impl From<&AccountView> for PartialAccountView {
    fn from(account: &AccountView) -> Self {
        Self {
            id: account.id,
            acct: account.acct.clone(),
            locked: account.locked,
            bot: account.bot,
            url: account.url.clone(),
            avatar: account.avatar.clone(),
            avatar_static: account.avatar_static.clone(),
            avatar_description: account.avatar_description.clone(),
        }
    }
}

/// How groups are to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Shape<'a> {
    /// Which accounts are shown whole.
    pub expand: Expand,
    /// Whether each group tells which part of it is on the page.
    pub paged: bool,
    /// The kinds that the client says to know.
    pub known: Option<&'a [String]>,
}

/// Shows groups in the given order, leaving out those whose senders, status or collection are gone.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    groups: &[Group],
    shape: Shape<'_>,
) -> Result<GroupsView> {
    let senders = groups.iter().flat_map(|group| group.samples.iter().copied()).collect();
    let about = groups.iter().filter_map(|group| group.newest.1.status).collect();
    let mut page = Page::load(app, from, viewer, senders, about)?;
    let told = || groups.iter().map(|group| (group.newest.0, group.newest.1.kind));
    let mut objects = Objects {
        events: severances::views(from, viewer, told())?,
        reports: reported::views(app, from, viewer, told())?,
        collections: collections::views(app, from, viewer, told())?,
    };
    let shown: Vec<GroupView> =
        groups.iter().filter_map(|group| view(&page, group, &mut objects, shape)).collect();
    let samples = || shown.iter().map(|group| group.sample_account_ids.as_slice());
    let whole: Vec<AccountId> = match shape.expand {
        Expand::Full => once(samples().flatten().copied()),
        Expand::PartialAvatars => once(samples().filter_map(|ids| ids.first()).copied()),
    };
    let partial = (shape.expand == Expand::PartialAvatars).then(|| {
        let others = once(samples().flatten().copied()).into_iter().filter(|id| !whole.contains(id));
        others.filter_map(|id| page.accounts.get(&id)).map(|one| PartialAccountView::from(&**one)).collect()
    });
    let statuses = once(shown.iter().filter_map(|group| group.status_id));
    Ok(GroupsView {
        accounts: whole.iter().filter_map(|id| page.accounts.get(id).cloned()).collect(),
        partial_accounts: partial,
        statuses: statuses.iter().filter_map(|id| page.statuses.remove(id)).collect(),
        notification_groups: shown,
    })
}

fn once<T: Copy + Eq + std::hash::Hash>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut known = HashSet::new();
    items.filter(|item| known.insert(*item)).collect()
}

/// What groups are about that is neither account nor status.
struct Objects {
    events: HashMap<NotificationId, SeveranceView>,
    reports: HashMap<NotificationId, ReportView>,
    collections: HashMap<NotificationId, CollectionView>,
}

fn view(page: &Page, group: &Group, objects: &mut Objects, shape: Shape<'_>) -> Option<GroupView> {
    let (id, row) = &group.newest;
    let collection = objects.collections.remove(id);
    if row.kind.is_about_collection() && collection.is_none() {
        return None;
    }
    if row.status.is_some_and(|status| !page.statuses.contains_key(&status)) {
        return None;
    }
    let report = objects.reports.remove(id);
    if report.is_none() && row.kind == NotificationKind::AdminReport {
        return None;
    }
    let samples = group.samples.iter().copied().filter(|id| page.accounts.contains_key(id));
    let samples: Vec<AccountId> = samples.collect();
    let sender = page.accounts.get(samples.first()?)?;
    Some(GroupView {
        group_key: group.key.clone(),
        notifications_count: group.count,
        kind: row.kind.word(),
        most_recent_notification_id: id.get(),
        page: shape.paged.then(|| PageView {
            page_min_id: group.page_min,
            page_max_id: *id,
            latest_page_notification_at: row.created_at.dt(),
        }),
        fallback: fallback(row.kind, sender, shape.known),
        sample_account_ids: samples,
        status_id: row.status,
        report,
        event: objects.events.remove(id),
        collection,
    })
}
