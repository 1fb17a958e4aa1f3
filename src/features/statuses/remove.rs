//! Deleting: a status goes with all that hangs on it, in bounded steps.

use shop_storage::Window;

use super::table::{
    PINS, REBLOGS, REPLIES, REVISIONS, STATS, STATUSES, Status, TOMBSTONES, Tombstone, UNADDRESSED,
};
use super::{count_out, jobs, quote, uri};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::collections::linked;
use crate::features::quotes::table::{ACCEPTED, QUOTES};
use crate::features::users::table::Visibility;
use crate::features::{bookmarks, favourites, media, polls};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::ids::{AccountId, MediaId, StatusId};

/// How many rows of each kind go in one transaction; the rest follows in a job.
pub(super) const STEP: usize = 500;

/// Deletes a status or a boost and tells so. One that is gone already is fine. Uploads stay for a day, so that
/// the post can be written anew (behaviours §4); remote files go.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    take_away(tx, id, media::detach)
}

/// As [`remove`], uploads and all.
///
/// # Errors
/// When the store fails.
pub fn remove_with_media(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    take_away(tx, id, media::remove)
}

fn take_away(tx: &mut Tx<'_>, id: StatusId, release: fn(&mut Tx<'_>, MediaId) -> Result<()>) -> Result<()> {
    let Some(status) = STATUSES.delete(tx, &id)? else { return Ok(()) };
    // Of posts of other servers their own server tells.
    let touched = if status.local { touched(tx, id, &status)? } else { Vec::new() };
    count_out(tx, &status)?;
    PINS.delete(tx, &(status.account, id))?;
    STATS.delete(tx, &id)?;
    linked::forget(tx, id)?;
    if status.poll {
        polls::forget(tx, id)?;
    }
    if status.quote {
        quote::forget(tx, id)?;
    }
    for account in UNADDRESSED.page(&**tx, &id, &Window::newest(STEP))? {
        UNADDRESSED.remove(tx, &id, &account);
    }
    let mut files = status.media.clone();
    for (key, revision) in
        REVISIONS.page_under(&**tx, &id, &Window::newest(super::edit::MOST_REVISIONS + 1))?
    {
        REVISIONS.delete(tx, &key)?;
        files.extend(revision.media.iter().map(|(file, _)| *file));
    }
    files.sort_unstable();
    files.dedup();
    for file in files {
        release(tx, file)?;
    }
    if let Some(uri) = &status.uri {
        let deleted_at = tx.now();
        TOMBSTONES.put(tx, uri, &Tombstone { deleted_at })?;
    }
    let uri = uri(&tx.app().config, id, &status);
    if strip(tx, id, &uri)? {
        tx.enqueue(&jobs::StripDeleted { status: id, uri })?;
    }
    tx.tell(Event::StatusDeleted(Box::new(described(id, status, touched))));
    Ok(())
}

fn described(id: StatusId, status: Status, touched: Vec<AccountId>) -> DeletedStatus {
    DeletedStatus {
        status: id,
        account: status.account,
        reblog_of: status.reblog_of,
        public: status.visibility == Visibility::Public,
        direct: matches!(status.visibility, Visibility::Direct | Visibility::Limited),
        answered: status.in_reply_to.filter(|_| status.visibility.is_open()).map(|(_, author)| author),
        mentioned: status.mentions.iter().map(|mention| mention.account).collect(),
        tags: status.tags.into_iter().map(|tag| tag.name).collect(),
        uri: status.uri,
        touched,
    }
}

/// Remote accounts whose servers hold a copy, beside the followers and the mentioned.
fn touched(tx: &Tx<'_>, id: StatusId, status: &Status) -> Result<Vec<AccountId>> {
    let mut accounts: Vec<AccountId> =
        REBLOGS.page(&**tx, &id, &Window::newest(STEP))?.into_iter().map(|(_, account)| account).collect();
    accounts.extend(favourites::of_status(&**tx, id, STEP)?);
    let replies = REPLIES.page(&**tx, &id, &Window::newest(STEP))?;
    let quotes = ACCEPTED.page(&**tx, &id, &Window::newest(STEP))?;
    let answers = STATUSES.get_many(&**tx, &[replies, quotes].concat())?;
    accounts.extend(answers.into_iter().flatten().map(|answer| answer.account));
    if status.poll {
        accounts.extend(polls::voters(&**tx, id)?);
    }
    if status.visibility.is_open() {
        accounts.extend(status.in_reply_to.map(|(_, author)| author));
        if status.quote {
            accounts.extend(QUOTES.get(&**tx, &id)?.and_then(|quote| quote.author));
        }
    }
    accounts.sort_unstable();
    accounts.dedup();
    let records = ACCOUNTS.get_many(&**tx, &accounts)?;
    Ok(accounts
        .into_iter()
        .zip(records)
        .filter(|(_, account)| account.as_ref().is_some_and(|account| !account.is_local()))
        .map(|(id, _)| id)
        .collect())
}

/// Takes away what hangs on a deleted status, up to [`STEP`] rows of each kind; true when more is left. `uri` is
/// what its ActivityPub id was.
///
/// # Errors
/// When the store fails.
pub(super) fn strip(tx: &mut Tx<'_>, id: StatusId, uri: &str) -> Result<bool> {
    let boosts = REBLOGS.page(&**tx, &id, &Window::newest(STEP))?;
    let replies = REPLIES.page(&**tx, &id, &Window::newest(STEP))?;
    let mut more = boosts.len() == STEP || replies.len() == STEP;
    for (boost, _) in boosts {
        remove(tx, boost)?;
    }
    for reply in replies {
        // The parent is gone (entities: Status.in_reply_to_id). What answered somebody else stays an answer and
        // out of public timelines.
        STATUSES.edit(tx, &reply, |reply| {
            if reply.answers_another() {
                reply.in_reply_to_uri = Some(uri.to_owned());
            }
            reply.in_reply_to = None;
        })?;
    }
    more |= quote::orphan(tx, id)?;
    more |= favourites::forget_status(tx, id, STEP)?;
    more |= bookmarks::forget_status(tx, id, STEP)?;
    Ok(more)
}
