//! Statuses of other servers: stored once, in their place in time, with the answers that waited for them.

use std::time::Duration;

use shop_storage::Window;

use super::context::all_below;
use super::edit::keep_revision;
use super::table::{BY_URI, ORPHANS, REBLOG_BY, Revision, STATS, STATUSES, Status, StatusStats, TOMBSTONES};
use super::{count, count_in, get, id_of_local_uri, quote};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::StatusId;

/// Only posts younger than this reach live timelines when they come from outside (behaviours §9).
const FRESH: Duration = Duration::from_secs(6 * 3_600);
/// How many answers that waited for a post are joined to it at once, and how many that hang on each of them.
const MOST_ORPHANS: usize = 1_000;
/// How many ids are tried for posts of the very same millisecond.
const TRIES: usize = 64;

/// Stores a status of another server, or finds it when it is known by its id. The conversation is that of the
/// parent; numbers are those the origin tells.
///
/// # Errors
/// 410 for one that was deleted before, 422 without an id.
pub fn store_remote(tx: &mut Tx<'_>, mut status: Status, stats: StatusStats) -> Result<StatusId> {
    let uri = status.uri.clone().ok_or_else(|| Error::invalid("Uri can't be blank"))?;
    if let Some(known) = BY_URI.get(&**tx, &uri)? {
        return Ok(known);
    }
    if TOMBSTONES.has(&**tx, &uri)? {
        return Err(Error::new(Kind::Gone, "Gone"));
    }
    if let Some(of) = status.reblog_of
        && let Some(known) = REBLOG_BY.get(&**tx, &(of, status.account))?
    {
        return Ok(known);
    }
    // Times ahead count as now (behaviours §3).
    status.created_at = status.created_at.min(tx.now());
    find_parent(tx, &mut status)?;
    status.conversation = match (status.in_reply_to, status.reblog_of) {
        (Some((parent, _)), _) | (None, Some(parent)) => get(&**tx, parent)?.conversation,
        (None, None) => tx.new_id(),
    };
    let id = free_id(tx, &status)?;
    STATUSES.put(tx, &id, &status)?;
    if stats != StatusStats::default() {
        STATS.put(tx, &id, &stats)?;
    }
    count_in(tx, &status)?;
    adopt(tx, id, &status, &uri)?;
    if status.reblog_of.is_none() {
        quote::meet(tx, id, &status, &uri)?;
    }
    let fresh = tx.now().since(status.created_at) < FRESH;
    tx.tell(Event::StatusPosted { status: id, fresh });
    Ok(id)
}

/// A parent may have come while its answer was fetched.
fn find_parent(tx: &Tx<'_>, status: &mut Status) -> Result<()> {
    let Some(uri) = &status.in_reply_to_uri else { return Ok(()) };
    let local = id_of_local_uri(&tx.app().config, uri);
    let Some(id) = local.map_or_else(|| BY_URI.get(&**tx, uri), |id| Ok(Some(id)))? else { return Ok(()) };
    if let Some(parent) = STATUSES.get(&**tx, &id)?.filter(|parent| parent.reblog_of.is_none()) {
        status.in_reply_to = Some((id, parent.account));
        status.in_reply_to_uri = None;
    }
    Ok(())
}

fn free_id(tx: &Tx<'_>, status: &Status) -> Result<StatusId> {
    for _ in 0..TRIES {
        let id = tx.app().ids.backdated(status.created_at, tx.now());
        if !STATUSES.has(&**tx, &id)? {
            return Ok(id);
        }
    }
    // 64 clashes in 65,536 places: thousands of posts of one millisecond. Now is a time as good as any.
    Ok(tx.new_id())
}

/// Joins answers that came before the post they answer.
fn adopt(tx: &mut Tx<'_>, id: StatusId, status: &Status, uri: &str) -> Result<()> {
    for orphan in ORPHANS.page(&**tx, &uri.to_owned(), &Window::oldest(MOST_ORPHANS))? {
        let (account, conversation) = (status.account, status.conversation);
        let open = STATUSES.edit(tx, &orphan, |reply| {
            reply.in_reply_to = Some((id, account));
            reply.in_reply_to_uri = None;
            reply.conversation = conversation;
            reply.visibility.is_open()
        })?;
        if open == Some(true) {
            count(tx, id, |stats| stats.replies += 1)?;
        }
        // What hangs on the answer belongs to the same thread from now on.
        for below in all_below(&**tx, orphan, account, MOST_ORPHANS)? {
            STATUSES.edit(tx, &below, |below| below.conversation = conversation)?;
        }
    }
    Ok(())
}

/// Changes a status of another server: `after` is its state as a revision and its new state, `None` when only numbers
/// came.
///
/// # Errors
/// 404 for one that is gone.
pub fn revise_remote(
    tx: &mut Tx<'_>,
    id: StatusId,
    after: Option<(Revision, Status)>,
    stats: StatusStats,
) -> Result<()> {
    let before = get(&**tx, id)?;
    count(tx, id, |kept| {
        kept.remote_reblogs = stats.remote_reblogs.or(kept.remote_reblogs);
        kept.remote_favourites = stats.remote_favourites.or(kept.remote_favourites);
    })?;
    let Some((original, after)) = after.filter(|(_, after)| *after != before) else {
        tx.tell(Event::StatusRefreshed { status: id });
        return Ok(());
    };
    STATUSES.put(tx, &id, &after)?;
    if after.edited_at == before.edited_at {
        tx.tell(Event::StatusRefreshed { status: id });
        return Ok(());
    }
    keep_revision(tx, id, original, &after)?;
    tx.tell(Event::StatusEdited { status: id });
    Ok(())
}
