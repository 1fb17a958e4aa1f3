//! Scheduled statuses: posts that are checked and kept now, and posted at their time (behaviours §4).

pub mod api;
pub mod jobs;
pub mod table;
pub mod view;

use std::time::Duration;

use shop_storage::{Read, Window};

use self::jobs::PostScheduled;
use self::table::{SCHEDULED, ScheduledStatus, Words};
use crate::features::media;
use crate::features::statuses::table::{IDEMPOTENT, Idempotent};
use crate::features::statuses::{self, Draft};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, ScheduledId, StatusId, kind};

/// A time must lie at least this far ahead (behaviours §3).
pub const AHEAD: Duration = Duration::from_secs(5 * 60);
/// How many posts of one account wait at most.
pub const MOST: usize = 300;
/// How many of them for one day (UTC).
pub const MOST_A_DAY: usize = 25;

/// Keeps a draft until `at`, or finds what the same Idempotency-Key has kept. Its uploads are reserved.
///
/// # Errors
/// 404 for an invisible parent or quoted post, 422 for what breaks a rule of posting, for a time too near, and for too
/// many that wait; mentions beyond the allowed are an inner error.
pub fn schedule(
    tx: &mut Tx<'_>,
    author: AccountId,
    draft: Draft,
    at: Millis,
) -> Result<std::result::Result<ScheduledId, Vec<AccountId>>> {
    let key = statuses::post::idempotency_key(&draft);
    if let Some(earlier) = key.as_ref().map(|key| repeated(tx, author, key)).transpose()?.flatten() {
        return Ok(Ok(earlier));
    }
    if let Err(unexpected) = statuses::post::check(&**tx, &tx.app().config, author, &draft)? {
        return Ok(Err(unexpected));
    }
    refuse_time(tx, author, at, None)?;
    let id: ScheduledId = tx.new_id();
    media::attach(tx, author, &draft.media, reservation(id))?;
    let row = ScheduledStatus { scheduled_at: at, words: Words::from(draft), refusal: None };
    SCHEDULED.put(tx, &(author, id), &row)?;
    tx.enqueue_at(&PostScheduled { account: author, scheduled: id }, at)?;
    if let Some(key) = key {
        let made_at = tx.now();
        IDEMPOTENT.put(tx, &(author, key), &Idempotent { status: reservation(id), made_at })?;
        statuses::post::forget_keys_later(tx, author)?;
    }
    Ok(Ok(id))
}

/// The number under which uploads and Idempotency-Keys know a post that does not exist yet. Numbers are never given
/// twice, whatever they name.
fn reservation(id: ScheduledId) -> StatusId {
    StatusId::new(id.get())
}

fn repeated(tx: &Tx<'_>, author: AccountId, key: &str) -> Result<Option<ScheduledId>> {
    let Some(status) = statuses::post::kept_key(tx, author, key)? else { return Ok(None) };
    let id = ScheduledId::new(status.get());
    Ok(SCHEDULED.has(&**tx, &(author, id))?.then_some(id))
}

/// Refuses a time too near, and more posts than may wait. `moved` is the one whose time changes.
fn refuse_time(tx: &Tx<'_>, author: AccountId, at: Millis, moved: Option<ScheduledId>) -> Result<()> {
    if at < tx.now().plus(AHEAD) {
        return Err(Error::invalid("Scheduled at must be at least 5 minutes in the future"));
    }
    let waiting = SCHEDULED.page_under(&**tx, &author, &Window::newest(MOST + 1))?;
    let others = waiting.iter().filter(|((_, id), _)| Some(*id) != moved);
    if others.clone().count() >= MOST {
        return Err(Error::invalid("You have exceeded the limit of 300 scheduled posts"));
    }
    if others.filter(|(_, row)| row.scheduled_at.midnight() == at.midnight()).count() >= MOST_A_DAY {
        return Err(Error::invalid("You have exceeded the limit of 25 scheduled posts for that day"));
    }
    Ok(())
}

/// One post of `author` that waits.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, author: AccountId, id: ScheduledId) -> Result<ScheduledStatus> {
    SCHEDULED.get(from, &(author, id))?.ok_or_else(Error::not_found)
}

/// A page of the posts of `author` that wait, the latest made first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    author: AccountId,
    cursor: &Cursor<kind::Scheduled>,
) -> Result<Vec<(ScheduledId, ScheduledStatus)>> {
    let window = cursor.window();
    let whole = Window {
        below: window.below.map(|id| (author, id)),
        above: window.above.map(|id| (author, id)),
        order: window.order,
        limit: window.limit,
    };
    let rows = SCHEDULED.page_under(from, &author, &whole)?;
    Ok(cursor.arrange(rows.into_iter().map(|((_, id), row)| (id, row)).collect()))
}

/// Gives a post another time.
///
/// # Errors
/// 404 when there is none, 422 for a time too near or a day that is full.
pub fn put_off(tx: &mut Tx<'_>, author: AccountId, id: ScheduledId, at: Millis) -> Result<()> {
    get(&**tx, author, id)?;
    refuse_time(tx, author, at, Some(id))?;
    SCHEDULED.edit(tx, &(author, id), |row| {
        row.scheduled_at = at;
        row.refusal = None;
    })?;
    tx.enqueue_at(&PostScheduled { account: author, scheduled: id }, at)
}

/// Takes a post away before its time; its uploads may be used for another within a day.
///
/// # Errors
/// 404 when there is none.
pub fn cancel(tx: &mut Tx<'_>, author: AccountId, id: ScheduledId) -> Result<()> {
    let row = SCHEDULED.delete(tx, &(author, id))?.ok_or_else(Error::not_found)?;
    row.words.media.iter().try_for_each(|file| media::detach(tx, *file))
}

/// Posts what waited, when its time has come. What cannot be posted any more, because its parent is gone or a rule has
/// changed, keeps waiting with the reason, so that its words are not lost.
///
/// # Errors
/// When the store fails; refusals leave the transaction to the caller.
fn publish(tx: &mut Tx<'_>, author: AccountId, id: ScheduledId) -> Result<()> {
    let Some(row) = SCHEDULED.get(&**tx, &(author, id))? else { return Ok(()) };
    if row.scheduled_at > tx.now() || row.refusal.is_some() {
        return Ok(());
    }
    SCHEDULED.delete(tx, &(author, id))?;
    media::release(tx, &row.words.media, reservation(id))?;
    match statuses::post(tx, author, row.words.into())? {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::invalid("Post would be sent to unexpected accounts")),
    }
}
