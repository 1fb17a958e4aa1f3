//! The archive of an account: a ZIP of all that a member has written, uploaded, favourited and bookmarked, made in the
//! background when it is asked for and kept for a week (behaviours §27).
//!
//! Its bytes lie in the blob store in a folder that the media route does not open, under a name that cannot be guessed,
//! since the store itself may be open to the world; only [`mod@file`] gives them out, and only to their owner.

pub mod api;
mod build;
pub mod file;
pub mod jobs;
mod outbox;
pub mod table;
pub mod view;
mod words;
mod zip;

use std::time::Duration;

use shop_storage::{Read, Window};

use self::jobs::{BuildArchive, ForgetArchive, TellReady};
use self::table::{ARCHIVES, Archive, Refusal, Stage};
use crate::features::media;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, ArchiveId};
use crate::platform::secret;

/// How long a member waits before asking again (behaviours §27).
pub const PAUSE: Duration = Duration::from_secs(6 * 24 * 60 * 60);
/// How long an archive is kept (behaviours §27).
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How many rows of one member are looked at; the pause lets there be far fewer.
const MOST: usize = 20;

/// The archives of a member, newest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, account: AccountId) -> Result<Vec<(ArchiveId, Archive)>> {
    let rows = ARCHIVES.page_under(from, &account, &Window::newest(MOST))?;
    Ok(rows.into_iter().map(|((_, id), archive)| (id, archive)).collect())
}

/// When a member may ask for the next archive; `None` for at once. What the server had no room for does not count.
pub fn next_at(archives: &[(ArchiveId, Archive)], now: Millis) -> Option<Millis> {
    let counted = archives
        .iter()
        .filter(|(_, archive)| !matches!(archive.stage, Stage::Refused { why: Refusal::NoRoom, .. }));
    counted.map(|(_, archive)| archive.created_at.plus(PAUSE)).max().filter(|at| *at > now)
}

/// Asks for an archive; it is made in the background.
///
/// # Errors
/// 422 while another is being made, and within the pause.
pub fn ask(tx: &mut Tx<'_>, account: AccountId) -> Result<ArchiveId> {
    let (kept, now) = (all(&**tx, account)?, tx.now());
    if kept.iter().any(|(_, archive)| archive.stage == Stage::Making) {
        return Err(Error::invalid("Your archive is being made"));
    }
    if let Some(at) = next_at(&kept, now) {
        let words = format!("You can ask for an archive every six days, the next time at {}", at.dt0());
        return Err(Error::invalid(words));
    }
    // Those that came to nothing make room; nobody can pile them up.
    for (id, _) in kept.iter().filter(|(_, archive)| matches!(archive.stage, Stage::Refused { .. })) {
        forget(tx, account, *id)?;
    }
    let id: ArchiveId = tx.new_id();
    let path = format!("archives/{id}/{}.zip", secret::text(&secret::hash(&secret::fresh())));
    let archive = Archive { path: path.clone(), stage: Stage::Making, created_at: now };
    ARCHIVES.put(tx, &(account, id), &archive)?;
    tx.enqueue(&BuildArchive { account, archive: id, path })?;
    Ok(id)
}

/// The bytes of an archive are where they belong: says so and has them forgotten in time. Of one that is not wanted any
/// more the bytes go.
fn done(tx: &mut Tx<'_>, account: AccountId, id: ArchiveId, path: String, bytes: u64) -> Result<()> {
    let now = tx.now();
    let found =
        ARCHIVES.edit(tx, &(account, id), |archive| archive.stage = Stage::Ready { bytes, at: now })?;
    if found.is_none() {
        return media::discard(tx, vec![path]);
    }
    tx.enqueue_at(&ForgetArchive { account, archive: id }, now.plus(KEPT))?;
    tx.enqueue(&TellReady { account, archive: id })
}

/// There will be no archive.
fn refuse(tx: &mut Tx<'_>, account: AccountId, id: ArchiveId, why: Refusal) -> Result<()> {
    let now = tx.now();
    ARCHIVES.edit(tx, &(account, id), |archive| archive.stage = Stage::Refused { why, at: now })?;
    tx.enqueue_at(&ForgetArchive { account, archive: id }, now.plus(KEPT))
}

/// When an archive goes by itself; `None` while it is being made.
pub fn kept_until(archive: &Archive) -> Option<Millis> {
    match archive.stage {
        Stage::Making => None,
        Stage::Ready { at, .. } | Stage::Refused { at, .. } => Some(at.plus(KEPT)),
    }
}

/// Takes an archive away, bytes and all. None there is no error.
fn forget(tx: &mut Tx<'_>, account: AccountId, id: ArchiveId) -> Result<()> {
    match ARCHIVES.delete(tx, &(account, id))? {
        Some(archive) => media::discard(tx, vec![archive.path]),
        None => Ok(()),
    }
}

/// Durable listener: the archives of a deleted account go.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountDeleted { account } = *event else { return Ok(()) };
    all(&**tx, account)?.into_iter().try_for_each(|(id, _)| forget(tx, account, id))
}
