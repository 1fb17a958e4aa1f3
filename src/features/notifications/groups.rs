//! Groups: favourites, boosts, follows and sign-ups that follow each other are drawn together (behaviours §11).

use std::collections::HashSet;
use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use super::table::{BY_GROUP, GROUP_HOURS, NOTIFICATIONS, Notification, NotificationKind};
use super::{MOST_CLEARED, Wanted, take, walk};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, NotificationId, StatusId, kind};

/// How many hours after its first member others still join a group.
const SPAN_HOURS: i64 = 12;
/// How many accounts stand for a group.
pub const SAMPLES: usize = 8;
/// How many members of a group are counted.
const MOST_COUNTED: usize = 10_000;
/// How a notification that stays alone is called.
const ALONE: &str = "ungrouped-";

/// Notifications drawn together.
#[derive(Debug, Clone)]
pub struct Group {
    /// Its name in the API.
    pub key: String,
    /// Its newest member.
    pub newest: (NotificationId, Notification),
    /// How many members it has.
    pub count: usize,
    /// Who made the newest members, newest first.
    pub samples: Vec<AccountId>,
    /// Its oldest member on the page.
    pub page_min: NotificationId,
}

/// A page of groups.
#[derive(Debug, Clone, Default)]
pub struct GroupPage {
    /// Newest first.
    pub groups: Vec<Group>,
    /// The cursors of the page: its newest and its oldest row.
    pub ends: Vec<NotificationId>,
}

/// The group key of a notification alone.
pub fn alone(id: NotificationId) -> String {
    format!("{ALONE}{id}")
}

/// A group key without its hour.
pub(super) fn stem(kind: NotificationKind, status: Option<StatusId>) -> String {
    match (kind, status) {
        (NotificationKind::Favourite | NotificationKind::Reblog, Some(status)) => {
            format!("{}-{status}", kind.word())
        }
        _ => kind.word().to_owned(),
    }
}

/// The key of the group that a new notification joins or begins; `None` for kinds that stay alone.
pub(super) fn join(
    tx: &mut Tx<'_>,
    to: AccountId,
    kind: NotificationKind,
    status: Option<StatusId>,
) -> Result<Option<String>> {
    if !kind.is_grouped() {
        return Ok(None);
    }
    let stem = stem(kind, status);
    let hour = hours(tx.now());
    let key = (to, stem);
    let before = GROUP_HOURS.get(&**tx, &key)?;
    let hour = if hour < before.saturating_add(SPAN_HOURS) { before } else { hour };
    GROUP_HOURS.set(tx, &key, hour);
    Ok(Some(format!("{}-{hour}", key.1)))
}

fn hours(at: Millis) -> i64 {
    i64::try_from(at.seconds() / 3_600).unwrap_or(i64::MAX)
}

/// The key under which a client that groups `kinds` sees a notification, if not alone.
fn key_of<'a>(notification: &'a Notification, kinds: &[NotificationKind]) -> Option<&'a String> {
    notification.group_key.as_ref().filter(|_| kinds.contains(&notification.kind))
}

/// What a page walk found.
struct Found {
    /// One member of each group, the first met.
    rows: Vec<(NotificationId, Notification)>,
    /// Where the walk gave up.
    gave_up: Option<NotificationId>,
}

fn find(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    kinds: &[NotificationKind],
    cursor: &Cursor<kind::Notification>,
) -> Result<Found> {
    let (mut rows, mut known) = (Vec::new(), HashSet::new());
    let gave_up = walk(from, account, wanted, cursor, &mut |id, notification| {
        let fresh = key_of(&notification, kinds).is_none_or(|key| known.insert(key.clone()));
        if fresh {
            rows.push((id, notification));
        }
        if rows.len() >= cursor.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(Found { rows: cursor.arrange(rows), gave_up })
}

/// A page of groups, of which those of `kinds` hold more than one notification. `limit` counts groups; cursors are
/// ids of notifications.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    kinds: &[NotificationKind],
    cursor: &Cursor<kind::Notification>,
) -> Result<GroupPage> {
    let found = find(from, account, wanted, kinds, cursor)?;
    let (Some((first, _)), Some((last, _))) = (found.rows.first(), found.rows.last()) else {
        return Ok(GroupPage::default());
    };
    // A page that is not full reaches to the bound that was asked for.
    let whole = found.rows.len() < cursor.limit;
    let (mut low, mut high) = (last.get(), first.get());
    if whole && cursor.upwards() {
        let end = cursor.max_id.map_or(u64::MAX, |id| id.get().saturating_sub(1));
        high = found.gave_up.map_or(end, NotificationId::get).max(high);
    } else if whole {
        let end = cursor.since_id.map_or(0, |id| id.get().saturating_add(1));
        low = found.gave_up.map_or(end, NotificationId::get).min(low);
    }
    let ends = match found.gave_up {
        Some(id) if cursor.upwards() => vec![id, *last],
        Some(id) => vec![*first, id],
        None => vec![*first, *last],
    };
    let (low, high) = (NotificationId::new(low), NotificationId::new(high));
    let mut groups = Vec::with_capacity(found.rows.len());
    for (id, notification) in found.rows {
        groups.push(match key_of(&notification, kinds).cloned() {
            Some(key) => whole_group(from, account, key, low, high)?.unwrap_or(single(id, notification)),
            None => single(id, notification),
        });
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.newest.0));
    Ok(GroupPage { groups, ends })
}

/// How many groups there are after `since`, up to `limit`.
///
/// # Errors
/// When the store fails.
pub fn count(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    kinds: &[NotificationKind],
    cursor: &Cursor<kind::Notification>,
) -> Result<usize> {
    Ok(find(from, account, wanted, kinds, cursor)?.rows.len())
}

fn single(id: NotificationId, notification: Notification) -> Group {
    Group {
        key: alone(id),
        count: 1,
        samples: vec![notification.from],
        page_min: id,
        newest: (id, notification),
    }
}

/// A group as far as it lies at or below `high`; its part from `low` on is on the page.
fn whole_group(
    from: &dyn Read,
    account: AccountId,
    key: String,
    low: NotificationId,
    high: NotificationId,
) -> Result<Option<Group>> {
    let mut window = Window::newest(MOST_COUNTED);
    window.below = high.get().checked_add(1).map(NotificationId::new);
    let members = BY_GROUP.page(from, &(account, key.clone()), &window)?;
    let shown: Vec<_> = members.iter().take(SAMPLES).map(|id| (account, *id)).collect();
    let rows = NOTIFICATIONS.get_many(from, &shown)?;
    let mut samples: Vec<AccountId> = Vec::new();
    for sender in rows.iter().flatten().map(|row| row.from) {
        if !samples.contains(&sender) {
            samples.push(sender);
        }
    }
    let page_min = members.iter().copied().take_while(|id| *id >= low).last();
    let newest = shown.first().zip(rows.into_iter().next().flatten()).map(|((_, id), row)| (*id, row));
    Ok(newest.map(|newest| Group {
        key,
        count: members.len(),
        samples,
        page_min: page_min.unwrap_or(newest.0),
        newest,
    }))
}

/// The group of a key.
///
/// # Errors
/// 404 when the account has none with this key.
pub fn get(from: &dyn Read, account: AccountId, key: &str) -> Result<Group> {
    if let Some(id) = alone_id(key) {
        let row = NOTIFICATIONS.get(from, &(account, id))?.ok_or_else(Error::not_found)?;
        return Ok(single(id, row));
    }
    let (low, high) = (NotificationId::new(0), NotificationId::new(u64::MAX));
    whole_group(from, account, key.to_owned(), low, high)?.ok_or_else(Error::not_found)
}

fn alone_id(key: &str) -> Option<NotificationId> {
    key.strip_prefix(ALONE)?.parse().ok()
}

/// A page of the members of a group: their ids, newest first, with who made them.
///
/// # Errors
/// 404 when the account has no such group.
pub fn members(
    from: &dyn Read,
    account: AccountId,
    key: &str,
    cursor: &Cursor<kind::Notification>,
) -> Result<Vec<(NotificationId, AccountId)>> {
    let group = get(from, account, key)?;
    if alone_id(key).is_some() {
        let (id, row) = group.newest;
        let inside =
            cursor.max_id.is_none_or(|max| id < max) && cursor.since_id.is_none_or(|since| id > since);
        return Ok(inside.then_some((id, row.from)).into_iter().collect());
    }
    let ids = BY_GROUP.page(from, &(account, key.to_owned()), &cursor.window())?;
    let keys: Vec<_> = ids.iter().map(|id| (account, *id)).collect();
    let rows = NOTIFICATIONS.get_many(from, &keys)?;
    let senders = ids.into_iter().zip(rows).filter_map(|(id, row)| Some((id, row?.from)));
    Ok(cursor.arrange(senders.collect()))
}

/// Removes up to ten thousand members of a group; true when more are left. A group that is gone already is fine.
///
/// # Errors
/// When the store fails.
pub fn dismiss(tx: &mut Tx<'_>, account: AccountId, key: &str) -> Result<bool> {
    if let Some(id) = alone_id(key) {
        take(tx, vec![(account, id)])?;
        return Ok(false);
    }
    let ids = BY_GROUP.page(&**tx, &(account, key.to_owned()), &Window::newest(MOST_CLEARED))?;
    let more = ids.len() == MOST_CLEARED;
    take(tx, ids.into_iter().map(|id| (account, id)).collect())?;
    Ok(more)
}
