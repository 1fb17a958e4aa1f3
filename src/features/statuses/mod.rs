//! Statuses: who may see them, where they live on the web, and what is counted beside them.
//!
//! One verb a file: [`mod@post`] writes local ones, [`mod@edit`] changes them, [`mod@remove`] deletes, [`mod@reblog`] boosts,
//! [`marks`] favourites, bookmarks, pins and mutes, [`remote`] takes in those of other servers. [`context`] and
//! [`page`] read.

pub mod activity;
pub mod api;
pub mod attached;
pub mod context;
mod earlier;
pub mod edit;
pub mod featured;
pub mod incoming;
pub mod jobs;
pub mod keep;
pub mod marks;
pub mod note;
pub mod page;
pub mod post;
pub mod quote;
pub mod reblog;
pub mod remote;
pub mod remove;
pub mod replies;
pub mod render;
pub mod resolve;
pub mod table;
pub mod thread;
pub mod verify;
pub mod view;

use shop_storage::Read;

use self::table::{STATS, STATUSES, Status, StatusStats};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{self, local_uri};
use crate::features::relationships::table::{BLOCKS, FOLLOWS};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, StatusId};

pub use self::edit::{Edit, edit};
pub use self::post::{Draft, post};
pub use self::reblog::{reblog, unreblog};
pub use self::remote::{revise_remote, store_remote};
pub use self::remove::{remove, remove_with_media};

/// The ActivityPub id (behaviours §18); of a local boost that of its Announce.
pub fn uri(config: &Config, id: StatusId, status: &Status) -> String {
    match &status.uri {
        Some(uri) => uri.clone(),
        None if status.reblog_of.is_some() => format!("{}/activity", local_status_uri(config, id, status)),
        None => local_status_uri(config, id, status),
    }
}

fn local_status_uri(config: &Config, id: StatusId, status: &Status) -> String {
    format!("{}/statuses/{id}", local_uri(config, status.account))
}

/// The page of a status; of a boost its Announce (entities: Status.url).
pub fn url(config: &Config, id: StatusId, status: &Status, author: &Account) -> String {
    if status.local && status.reblog_of.is_none() {
        return format!("{}/@{}/{id}", config.base_url(), author.username);
    }
    status.url.clone().unwrap_or_else(|| uri(config, id, status))
}

/// The number in the ActivityPub id or the page address of a local status.
pub fn id_of_local_uri(config: &Config, uri: &str) -> Option<StatusId> {
    let path = uri.strip_prefix(config.base_url())?;
    if let Some(rest) = path.strip_prefix("/ap/users/") {
        let (_, rest) = rest.split_once("/statuses/")?;
        return rest.trim_end_matches("/activity").parse().ok();
    }
    let (_, id) = path.strip_prefix("/@")?.split_once('/')?;
    id.parse().ok()
}

/// One status, seen or unseen.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, id: StatusId) -> Result<Status> {
    STATUSES.get(from, &id)?.ok_or_else(Error::not_found)
}

/// One status that `viewer` may see.
///
/// # Errors
/// 404 when there is none, or none for this viewer.
pub fn get_visible(from: &dyn Read, viewer: Option<AccountId>, id: StatusId) -> Result<Status> {
    let status = get(from, id)?;
    if visible_to(from, viewer, id, &status)? { Ok(status) } else { Err(Error::not_found()) }
}

/// Whether `viewer` may see a status (behaviours §8).
///
/// # Errors
/// When the store fails.
pub fn visible_to(
    from: &dyn Read,
    viewer: Option<AccountId>,
    _id: StatusId,
    status: &Status,
) -> Result<bool> {
    let author = ACCOUNTS.get(from, &status.account)?;
    if !author.is_some_and(|author| author.suspended_at.is_none() && !author.deleted) {
        return Ok(false);
    }
    if let Some(of) = status.reblog_of {
        let Some(original) = STATUSES.get(from, &of)? else { return Ok(false) };
        // A boost of a boost is never stored, so this goes one step deep.
        if original.reblog_of.is_some() || !visible_to(from, viewer, of, &original)? {
            return Ok(false);
        }
    }
    let Some(viewer) = viewer else { return Ok(status.visibility.is_open()) };
    if viewer == status.account {
        return Ok(true);
    }
    if BLOCKS.has(from, &(status.account, viewer))? {
        return Ok(false);
    }
    Ok(match status.visibility {
        Visibility::Public | Visibility::Unlisted => true,
        Visibility::Private => status.mentions(viewer) || FOLLOWS.has(from, &(viewer, status.account))?,
        Visibility::Direct | Visibility::Limited => status.mentions(viewer),
    })
}

/// Changes the numbers beside a status.
///
/// # Errors
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, id: StatusId, change: impl FnOnce(&mut StatusStats)) -> Result<()> {
    let mut stats = STATS.get(&**tx, &id)?.unwrap_or_default();
    change(&mut stats);
    STATS.put(tx, &id, &stats)?;
    Ok(())
}

/// Counts a new status beside its author and its parent, or beside what it boosts.
fn count_in(tx: &mut Tx<'_>, status: &Status) -> Result<()> {
    if !matches!(status.visibility, Visibility::Direct | Visibility::Limited) {
        accounts::count(tx, status.account, |stats| {
            stats.statuses += 1;
            stats.last_status_at = stats.last_status_at.max(Some(status.created_at));
        })?;
    }
    match (status.reblog_of, status.in_reply_to) {
        (Some(of), _) => count(tx, of, |stats| stats.reblogs += 1),
        (None, Some((parent, _))) if status.visibility.is_open() => {
            count(tx, parent, |stats| stats.replies += 1)
        }
        _ => Ok(()),
    }
}

/// Takes back what [`count_in`] counted.
fn count_out(tx: &mut Tx<'_>, status: &Status) -> Result<()> {
    if !matches!(status.visibility, Visibility::Direct | Visibility::Limited) {
        accounts::count(tx, status.account, |stats| stats.statuses = stats.statuses.saturating_sub(1))?;
    }
    match (status.reblog_of, status.in_reply_to) {
        (Some(of), _) => count(tx, of, |stats| stats.reblogs = stats.reblogs.saturating_sub(1)),
        (None, Some((parent, _))) if status.visibility.is_open() => {
            count(tx, parent, |stats| stats.replies = stats.replies.saturating_sub(1))
        }
        _ => Ok(()),
    }
}
