//! What an engine must do: bytes in, bytes out, atomic batches, views. Nothing outside this folder names one.

use std::{
    collections::BTreeMap,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::Arc,
};

use self::guard::guarded;
use crate::error::{Error, Result};

mod guard;
mod memory;
mod redb;
mod sled;

/// Which engine keeps the bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EngineKind {
    /// redb 4: one file, bounded memory, opens at once. The default.
    Redb,
    /// sled 0.34: wants 2 GB of memory; see the storage page of the documentation.
    Sled,
    /// Nothing on disk: for tests.
    Memory,
}

impl EngineKind {
    /// The name used in configuration and messages.
    pub const fn name(self) -> &'static str {
        match self {
            EngineKind::Redb => "redb",
            EngineKind::Sled => "sled",
            EngineKind::Memory => "memory",
        }
    }
}

impl std::str::FromStr for EngineKind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "redb" => Ok(EngineKind::Redb),
            "sled" => Ok(EngineKind::Sled),
            "memory" => Ok(EngineKind::Memory),
            other => Err(format!("unknown engine {other:?}: redb, sled or memory")),
        }
    }
}

/// Keys from `start` (inclusive) to `end` (exclusive). Both begin with the number of the same table, except that
/// `end` may be the bare number of the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRange {
    /// First key that belongs to the range.
    pub start: Vec<u8>,
    /// First key that does not.
    pub end: Vec<u8>,
    /// Greatest key first.
    pub descending: bool,
}

impl KeyRange {
    /// Every key that starts with `prefix`, least first.
    pub fn under(prefix: &[u8]) -> KeyRange {
        KeyRange { start: prefix.to_vec(), end: crate::key::after_prefix(prefix), descending: false }
    }

    /// No key can be in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.end
    }
}

/// What a scan lends each row to, key and value; it goes on until a break.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> ControlFlow<()> + 'a;

/// What a scan of several ranges lends each row to: the position of its range, key and value.
pub type VisitMany<'a> = dyn FnMut(usize, &[u8], &[u8]) -> ControlFlow<()> + 'a;

/// Reading bytes. A key is the number of its table in one byte, then the encoded key. Values are lent to the
/// callback for the length of the call, so that an engine need not copy them.
///
/// A [`crate::Snapshot`] answers from one moment (sled: from the newest state), a [`crate::Txn`] sees its own
/// changes, a [`crate::Store`] answers each call from the newest state.
pub trait Read {
    /// Lends the value at `key` and says whether there was one.
    ///
    /// # Errors
    /// When the engine fails.
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool>;

    /// Lends the values of all keys that have one, with their position in `keys`, in order.
    ///
    /// # Errors
    /// When the engine fails.
    fn get_many(&self, keys: &[Vec<u8>], found: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        for (at, key) in keys.iter().enumerate() {
            self.get(key, &mut |value| found(at, value))?;
        }
        Ok(())
    }

    /// Lends the rows of a range, in its order, until the callback breaks.
    ///
    /// # Errors
    /// When the engine fails.
    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()>;

    /// Lends the rows of several ranges, one range after the other, with the position of theirs in `ranges`. A break
    /// of the callback ends the range it is in.
    ///
    /// # Errors
    /// When the engine fails.
    fn scan_many(&self, ranges: &[KeyRange], visit: &mut VisitMany<'_>) -> Result<()> {
        for (at, range) in ranges.iter().enumerate() {
            self.scan(range, &mut |key, value| visit(at, key, value))?;
        }
        Ok(())
    }
}

/// A view of the store that can be handed between threads.
pub(crate) type View = Arc<dyn Read + Send + Sync>;

/// Changes of one commit: a value to put, or nothing to delete the key.
pub(crate) type Batch = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// What an engine says about itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EngineStats {
    /// Bytes of its files.
    pub disk_bytes: u64,
    /// Bytes of its cache in use, where it tells.
    pub cache_bytes: u64,
}

/// An ordered key space with atomic batches. One thread commits; any thread reads.
pub(crate) trait Engine: Send + Sync {
    /// Which one this is.
    fn kind(&self) -> EngineKind;
    /// A consistent view of the newest commit (sled: of whatever is newest at each read).
    fn view(&self) -> Result<View>;
    /// Applies all of the batch or none of it. With `sync`, this batch and all before it are on disk at return.
    fn commit(&self, batch: &Batch, sync: bool) -> Result<()>;
    /// Sizes.
    fn stats(&self) -> EngineStats;
    /// Verifies its own structures; false where something was wrong and could be put right.
    ///
    /// [`Error::Damaged`] where it could not.
    fn check(&mut self) -> Result<bool>;
}

/// Opens the engine's files in `folder`, which exists, or makes them there.
///
/// New files are made under another name, synced, and renamed into place, so that whatever moment the power fails
/// at, the next start finds either no store or a whole one. `first` is what a new store begins with.
pub(crate) fn open(
    kind: EngineKind,
    folder: &Path,
    cache_bytes: usize,
    first: &Batch,
) -> Result<Box<dyn Engine>> {
    let Some(name) = home_of(kind) else {
        let memory = memory::Memory::default();
        memory.commit(first, true)?;
        return Ok(Box::new(memory));
    };
    let home = folder.join(name);
    if !home.exists() {
        let before = folder.join(format!("{name}{OLD}"));
        if before.exists() {
            // A compaction was cut off between its two renames; the old files are whole.
            rename(&before, &home)?;
        } else {
            open_new(kind, folder, cache_bytes)?.commit(first, true)?;
            put_in_place(kind, folder, None)?;
        }
    }
    open_there(kind, &home, cache_bytes)
}

/// Opens files that are there, if need be after the engine's own repair of them.
pub(crate) fn open_damaged(kind: EngineKind, folder: &Path, cache_bytes: usize) -> Result<Box<dyn Engine>> {
    let home = folder.join(home_of(kind).unwrap_or_default());
    match (open_there(kind, &home, cache_bytes), kind) {
        (Err(Error::Damaged { .. }), EngineKind::Redb) => {
            Ok(Box::new(redb::Redb::repair(&home, cache_bytes)?))
        }
        (opened, _) => opened,
    }
}

fn open_there(kind: EngineKind, home: &Path, cache_bytes: usize) -> Result<Box<dyn Engine>> {
    Ok(match kind {
        EngineKind::Redb => Box::new(redb::Redb::open(home, cache_bytes)?),
        EngineKind::Sled => Box::new(sled::Sled::open(home, cache_bytes)?),
        EngineKind::Memory => Box::new(memory::Memory::default()),
    })
}

/// Closes an engine, which may write once more. What damage makes of that is no news: whoever has worked on damaged files
/// knows of it.
pub(crate) fn close(engine: Box<dyn Engine>, folder: &Path) {
    let _ = guarded(folder, || {
        drop(engine);
        Ok(())
    });
}

/// Reads the first and the last row of every table: a cheap look at a store before it is relied on, which meets the
/// pages that everything else is found by. It is no verification.
pub(crate) fn look_over(engine: &dyn Engine) -> Result<()> {
    let view = engine.view()?;
    for number in 0..u8::MAX {
        for descending in [false, true] {
            let range = KeyRange { descending, ..KeyRange::under(&[number]) };
            view.scan(&range, &mut |_, _| ControlFlow::Break(()))?;
        }
    }
    Ok(())
}

/// Suffix of files that are being made, of files that are being replaced, and of damaged ones that were.
const NEW: &str = ".new";
const OLD: &str = ".old";
const DAMAGED: &str = ".damaged";

/// Makes an empty store beside the place of the real one; [`put_in_place`] moves it there once it is closed.
pub(crate) fn open_new(kind: EngineKind, folder: &Path, cache_bytes: usize) -> Result<Box<dyn Engine>> {
    let home = new_home(kind, folder);
    remove(&home)?;
    Ok(match kind {
        EngineKind::Redb => Box::new(redb::Redb::make(&home, cache_bytes)?),
        EngineKind::Sled => Box::new(sled::Sled::make(&home, cache_bytes)?),
        EngineKind::Memory => Box::new(memory::Memory::default()),
    })
}

/// Takes away what [`open_new`] has made, when it shall not be put in place after all.
pub(crate) fn remove_new(kind: EngineKind, folder: &Path) -> Result<()> {
    remove(&new_home(kind, folder))
}

fn new_home(kind: EngineKind, folder: &Path) -> PathBuf {
    folder.join(format!("{}{NEW}", home_of(kind).unwrap_or_default()))
}

/// Syncs the new store and lets it take the place of the one that is there, if one is; that is removed, or kept under
/// another name. Both are closed.
pub(crate) fn put_in_place(kind: EngineKind, folder: &Path, keep: Option<&Path>) -> Result<()> {
    let Some(name) = home_of(kind) else { return Ok(()) };
    let (home, new, old) =
        (folder.join(name), folder.join(format!("{name}{NEW}")), folder.join(format!("{name}{OLD}")));
    sync_all(&new)?;
    sync_folder(folder)?;
    remove(&old)?;
    if home.exists() {
        rename(&home, &old)?;
    }
    rename(&new, &home)?;
    match keep {
        Some(kept) => rename(&old, kept),
        None => remove(&old),
    }
}

/// The name under which damaged files are kept when others take their place.
pub(crate) fn place_for_damaged(kind: EngineKind, folder: &Path) -> Result<PathBuf> {
    let place = folder.join(format!("{}{DAMAGED}", home_of(kind).unwrap_or_default()));
    if place.exists() {
        return Err(Error::Place(format!("{} is there already; move it elsewhere first", place.display())));
    }
    Ok(place)
}

/// The engines whose files are in `folder`.
pub(crate) fn found_in(folder: &Path) -> Vec<EngineKind> {
    let there = |kind: &EngineKind| {
        home_of(*kind)
            .is_some_and(|name| folder.join(name).exists() || folder.join(format!("{name}{OLD}")).exists())
    };
    [EngineKind::Redb, EngineKind::Sled].into_iter().filter(there).collect()
}

/// Takes an engine's files away.
pub(crate) fn remove_store(kind: EngineKind, folder: &Path) -> Result<()> {
    match home_of(kind) {
        Some(name) => remove(&folder.join(name)),
        None => Ok(()),
    }
}

/// The name of the file or folder in which an engine keeps everything, if it keeps anything.
pub(crate) fn home_of(kind: EngineKind) -> Option<&'static str> {
    match kind {
        EngineKind::Redb => Some(redb::FILE),
        EngineKind::Sled => Some(sled::FOLDER),
        EngineKind::Memory => None,
    }
}

/// Makes a folder with those above it, each synced into its parent.
pub(crate) fn make_folder(folder: &Path) -> Result<()> {
    if folder.as_os_str().is_empty() || folder.is_dir() {
        return Ok(());
    }
    let parent = match folder.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    make_folder(parent)?;
    match std::fs::create_dir(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            Err(Error::io(format!("making folder {}", folder.display()), &error))
        }
        _ => sync_folder(parent),
    }
}

/// Syncs a folder, so that the names in it are on disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    std::fs::File::open(folder)
        .and_then(|handle| handle.sync_all())
        .map_err(|error| Error::io(format!("syncing folder {}", folder.display()), &error))
}

/// Syncs a file, or every file below a folder and the folders themselves.
pub(crate) fn sync_all(path: &Path) -> Result<()> {
    let problem = |error: &std::io::Error| Error::io(format!("syncing {}", path.display()), error);
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(|error| problem(&error))? {
            sync_all(&entry.map_err(|error| problem(&error))?.path())?;
        }
        return sync_folder(path);
    }
    std::fs::File::open(path).and_then(|file| file.sync_all()).map_err(|error| problem(&error))
}

/// Renames within one folder and syncs the folder.
fn rename(from: &Path, to: &Path) -> Result<()> {
    std::fs::rename(from, to).map_err(|error| Error::io(format!("renaming {}", from.display()), &error))?;
    to.parent().map_or(Ok(()), sync_folder)
}

/// Removes a file, or a folder with what is in it; none there is fine.
fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { std::fs::remove_dir_all(path) } else { std::fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(Error::io(format!("removing {}", path.display()), &error))
        }
        _ => Ok(()),
    }
}
