//! What an engine must do: bytes in, bytes out, atomic batches, views. Nothing outside this folder names one.

use std::{collections::BTreeMap, ops::ControlFlow, path::Path, sync::Arc};

use crate::error::Result;

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
    fn scan(&self, range: &KeyRange, visit: &mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>) -> Result<()>;
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
    /// Verifies its own structures; false where something was wrong.
    fn check(&mut self) -> Result<bool>;
    /// Gives unused space back where the engine can do that in place.
    fn compact(&mut self) -> Result<()>;
}

/// Opens or creates the engine's files in `folder`, which exists and is synced with its own parent. Files that
/// are created are synced, with the folders that name them, before this returns.
pub(crate) fn open(kind: EngineKind, folder: &Path, cache_bytes: usize) -> Result<Box<dyn Engine>> {
    Ok(match kind {
        EngineKind::Redb => Box::new(redb::Redb::open(folder, cache_bytes)?),
        EngineKind::Sled => Box::new(sled::Sled::open(folder, cache_bytes)?),
        EngineKind::Memory => Box::new(memory::Memory::default()),
    })
}

/// The engine whose files are in `folder`, if any.
pub(crate) fn found_in(folder: &Path) -> Option<EngineKind> {
    if folder.join(redb::FILE).exists() {
        Some(EngineKind::Redb)
    } else if folder.join(sled::FOLDER).exists() {
        Some(EngineKind::Sled)
    } else {
        None
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
            Err(crate::Error::io(format!("making folder {}", folder.display()), &error))
        }
        _ => sync_folder(parent),
    }
}

/// Syncs a folder, so that the names in it are on disk.
pub(crate) fn sync_folder(folder: &Path) -> Result<()> {
    std::fs::File::open(folder)
        .and_then(|handle| handle.sync_all())
        .map_err(|error| crate::Error::io(format!("syncing folder {}", folder.display()), &error))
}
