//! Imports: files of follows, lists, mutes, blocks, blocked servers and bookmarks, done in the background (behaviours §27).
//!
//! What a file holds is stored with the answer, in chunks; each chunk is done in one transaction that takes it away and
//! counts it, so that a stop at any point loses nothing and does nothing twice.

pub mod api;
mod apply;
mod clear;
pub mod file;
mod filters;
pub mod jobs;
pub mod table;
pub mod view;

use std::time::Duration;

use shop_storage::{Read, Window};

use self::file::Contents;
use self::jobs::{ForgetImport, RunImport};
use self::table::{CHUNKS, Chunk, Entry, FAILURES, Failure, Fault, IMPORTS, Import, Mode, Phase};
use crate::features::exports::format::Kind;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, ImportId};

/// How many imports of one person are kept; of those that are finished the oldest goes first.
pub const MOST: usize = 10;
/// How long what could not be done is kept (behaviours §27).
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// How many entries are done together.
const CHUNK: usize = 25;
/// The longest name of a file that is kept, in characters.
const FILE_NAME: usize = 255;
/// How many rows one transaction forgets.
const STEP: usize = 500;

/// A file with what is wished of it.
#[derive(Debug)]
pub struct Wish {
    /// What it holds.
    pub kind: Kind,
    /// What happens to what is there.
    pub mode: Mode,
    /// What it is called.
    pub file_name: String,
    /// What was read of it.
    pub contents: Contents,
}

/// Takes a file in; the rest happens in the background.
///
/// # Errors
/// 422 while too many others are under way.
pub fn start(tx: &mut Tx<'_>, account: AccountId, wish: Wish) -> Result<ImportId> {
    make_room(tx, account)?;
    let Wish { kind, mode, file_name, contents: Contents { good, bad } } = wish;
    let id: ImportId = tx.new_id();
    let now = tx.now();
    let count = |list: &[Entry]| u32::try_from(list.len()).unwrap_or(u32::MAX);
    let (total, failed) = (count(&good).saturating_add(count(&bad)), count(&bad));
    let mut next_chunk = 0;
    for entries in good.chunks(CHUNK) {
        let chunk = Chunk { entries: entries.to_vec(), tries: 0, due: now };
        CHUNKS.put(tx, &(id, next_chunk), &chunk)?;
        next_chunk += 1;
    }
    for Entry { line, cells } in bad {
        FAILURES.put(tx, &(id, line), &Failure { cells, fault: Fault::Invalid })?;
    }
    let phase = if mode == Mode::Overwrite { Phase::Clearing(None) } else { Phase::Applying };
    let import = Import {
        kind,
        mode,
        file_name: file_name.chars().take(FILE_NAME).collect(),
        phase,
        total,
        processed: failed,
        failed,
        next_chunk,
        created_at: now,
        finished_at: None,
    };
    IMPORTS.put(tx, &(account, id), &import)?;
    tx.enqueue(&RunImport { account, import: id })?;
    Ok(id)
}

fn make_room(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let kept = all(&**tx, account)?;
    if kept.len() < MOST {
        return Ok(());
    }
    let oldest = kept.iter().rev().find(|(_, import)| import.phase == Phase::Finished);
    match oldest.map(|(id, _)| *id) {
        Some(id) => forget(tx, account, id),
        None => Err(Error::invalid("Too many imports are under way; wait until one of them is finished")),
    }
}

/// The imports of a person, newest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, account: AccountId) -> Result<Vec<(ImportId, Import)>> {
    let rows = IMPORTS.page_under(from, &account, &Window::newest(2 * MOST))?;
    Ok(rows.into_iter().map(|((_, id), import)| (id, import)).collect())
}

/// One import.
///
/// # Errors
/// 404 when the person has none with this number.
pub fn get(from: &dyn Read, account: AccountId, id: ImportId) -> Result<Import> {
    IMPORTS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// Stops an import where it is, or forgets one that is finished. What it has done stays.
///
/// # Errors
/// 404 when there is none.
pub fn forget(tx: &mut Tx<'_>, account: AccountId, id: ImportId) -> Result<()> {
    IMPORTS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    tx.enqueue(&ForgetImport { account, import: id })
}

/// Takes away a step of what a forgotten import has left; false when there is nothing more.
fn forget_step(tx: &mut Tx<'_>, id: ImportId) -> Result<bool> {
    let chunks = CHUNKS.page_under(&**tx, &id, &Window::oldest(STEP))?;
    for (key, _) in &chunks {
        CHUNKS.delete(tx, key)?;
    }
    let failures = FAILURES.page_under(&**tx, &id, &Window::oldest(STEP))?;
    for (key, _) in &failures {
        FAILURES.delete(tx, key)?;
    }
    Ok(!(chunks.is_empty() && failures.is_empty()))
}

/// What could not be done, in the order of the file, from behind the line `after`.
///
/// # Errors
/// When the store fails.
pub fn failures(
    from: &dyn Read,
    id: ImportId,
    after: Option<u32>,
    limit: usize,
) -> Result<Vec<(u32, Failure)>> {
    let mut window = Window::oldest(limit);
    window.above = after.map(|line| (id, line));
    let rows = FAILURES.page_under(from, &id, &window)?;
    Ok(rows.into_iter().map(|((_, line), failure)| (line, failure)).collect())
}

/// The next entries; `None` when all are decided.
fn next_chunk(from: &dyn Read, id: ImportId) -> Result<Option<(u64, Chunk)>> {
    let rows = CHUNKS.page_under(from, &id, &Window::oldest(1))?;
    Ok(rows.into_iter().next().map(|((_, place), chunk)| (place, chunk)))
}

/// Counts what was decided, and says what comes next: the next chunk when it is due, or the end.
fn go_on(tx: &mut Tx<'_>, account: AccountId, id: ImportId, mut import: Import) -> Result<()> {
    let now = tx.now();
    let job = RunImport { account, import: id };
    match (import.phase, next_chunk(&**tx, id)?) {
        (Phase::Clearing(_), _) => tx.enqueue(&job)?,
        (_, Some((_, chunk))) => tx.enqueue_at(&job, chunk.due.max(now))?,
        (_, None) => {
            import.phase = Phase::Finished;
            import.finished_at = Some(now);
            tx.enqueue_at(&ForgetImport { account, import: id }, now.plus(KEPT))?;
        }
    }
    IMPORTS.put(tx, &(account, id), &import)?;
    Ok(())
}

/// When an import that is finished is forgotten.
pub fn kept_until(import: &Import) -> Option<Millis> {
    import.finished_at.map(|at| at.plus(KEPT))
}

/// Durable listener: the files of a deleted account go.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountDeleted { account } = *event else { return Ok(()) };
    all(&**tx, account)?.into_iter().try_for_each(|(id, _)| forget(tx, account, id))
}
