//! sled 0.34.7: a tree a table, made durable by a real sync of its log after each flush.
//!
//! sled's own `flush` ends in `sync_file_range`, which neither commits the file's size nor empties the drive's
//! cache, and new files are named without a sync of the folder. Both are made good here: the log is synced through
//! a handle of our own, and everything is synced once after creation and whenever a tree is new.

use std::{
    collections::HashSet,
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use sled::{Db, Transactional, Tree};

use super::{Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, Visit, sync_all, sync_folder};
use crate::error::{Error, Result};

/// Name of the folder with sled's files.
pub(super) const FOLDER: &str = "sled";
/// Names of the log inside it and of the folder of values too large for the log.
const LOG: &str = "db";
const LARGE: &str = "blobs";

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Engine { engine: EngineKind::Sled.name(), message: error.to_string() }
}

/// The tree of each table, by number. Only the writer adds to them.
struct Trees(Vec<OnceLock<Tree>>);

impl Trees {
    fn get(&self, id: u8) -> Option<&Tree> {
        self.0.get(usize::from(id)).and_then(OnceLock::get)
    }
}

/// An open sled database.
pub(crate) struct Sled {
    database: Db,
    trees: Arc<Trees>,
    log: File,
    /// The folder of large values, and which of them are synced.
    large: PathBuf,
    synced: Mutex<HashSet<OsString>>,
}

impl Sled {
    pub(super) fn open(home: &Path, cache_bytes: usize) -> Result<Sled> {
        let opened = sled::Config::new()
            .path(home)
            .cache_capacity(cache_bytes as u64)
            .flush_every_ms(Some(500))
            .open();
        let database = opened.map_err(|error| match error {
            sled::Error::Io(error) if error.to_string().contains("could not acquire lock") => {
                Error::InUse { path: home.display().to_string() }
            }
            error => failed(format!("opening {}: {error}", home.display())),
        })?;
        let trees = Trees((0..=u8::MAX).map(|_| OnceLock::new()).collect());
        for name in database.tree_names() {
            if let [id] = name.as_ref()
                && let Some(place) = trees.0.get(usize::from(*id))
            {
                let _ = place.set(database.open_tree([*id]).map_err(failed)?);
            }
        }
        database.flush().map_err(failed)?;
        // Opening writes files too: all of them, and their names, are on disk before the first change.
        sync_all(home)?;
        let log = File::open(home.join(LOG)).map_err(|error| Error::io("opening sled's log", &error))?;
        let sled =
            Sled { database, trees: Arc::new(trees), log, large: home.join(LARGE), synced: Mutex::default() };
        sled.sync_large()?;
        Ok(sled)
    }

    fn tree(&self, id: u8) -> Result<Tree> {
        if let Some(tree) = self.trees.get(id) {
            return Ok(tree.clone());
        }
        let tree = self.database.open_tree([id]).map_err(failed)?;
        if let Some(place) = self.trees.0.get(usize::from(id)) {
            let _ = place.set(tree.clone());
        }
        Ok(tree)
    }

    /// Syncs the files of large values that are new. sled writes them without a sync.
    fn sync_large(&self) -> Result<()> {
        let problem = |error: &std::io::Error| Error::io("syncing sled's large values", error);
        let mut synced = self.synced.lock().unwrap_or_else(PoisonError::into_inner);
        let mut there = HashSet::new();
        let mut fresh = false;
        for entry in std::fs::read_dir(&self.large).map_err(|error| problem(&error))? {
            let entry = entry.map_err(|error| problem(&error))?;
            let name = entry.file_name();
            if !synced.contains(&name) {
                match File::open(entry.path()).and_then(|file| file.sync_all()) {
                    // sled's own thread removes what is no longer needed.
                    Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                        return Err(problem(&error));
                    }
                    _ => fresh = true,
                }
            }
            there.insert(name);
        }
        *synced = there;
        if fresh { sync_folder(&self.large) } else { Ok(()) }
    }
}

impl Engine for Sled {
    fn kind(&self) -> EngineKind {
        EngineKind::Sled
    }

    fn view(&self) -> Result<View> {
        Ok(Arc::new(SledView(Arc::clone(&self.trees))))
    }

    fn commit(&self, batch: &Batch, sync: bool) -> Result<()> {
        let mut trees = Vec::new();
        let mut changes: Vec<sled::Batch> = Vec::new();
        let mut current = None;
        for (key, value) in batch {
            let (id, rest) = key.split_first().ok_or_else(|| failed("a key without a table"))?;
            if current != Some(*id) {
                current = Some(*id);
                trees.push(self.tree(*id)?);
                changes.push(sled::Batch::default());
            }
            if let Some(change) = changes.last_mut() {
                match value {
                    Some(value) => change.insert(rest, value.as_slice()),
                    None => change.remove(rest),
                }
            }
        }
        if !trees.is_empty() {
            trees
                .as_slice()
                .transaction(|open| {
                    for (tree, change) in open.iter().zip(&changes) {
                        tree.apply_batch(change)?;
                    }
                    Ok::<(), sled::transaction::ConflictableTransactionError<()>>(())
                })
                .map_err(|error| failed(format!("{error:?}")))?;
        }
        if sync {
            self.database.flush().map_err(failed)?;
            self.sync_large()?;
            self.log.sync_data().map_err(|error| Error::io("syncing sled's log", &error))?;
        }
        Ok(())
    }

    fn stats(&self) -> EngineStats {
        EngineStats { disk_bytes: self.database.size_on_disk().unwrap_or(0), cache_bytes: 0 }
    }

    fn check(&mut self) -> Result<bool> {
        // Reading a page verifies its checksum.
        for name in self.database.tree_names() {
            for row in &self.database.open_tree(name).map_err(failed)? {
                match row {
                    Ok(_) => (),
                    Err(sled::Error::Corruption { .. }) => return Ok(false),
                    Err(error) => return Err(failed(error)),
                }
            }
        }
        Ok(true)
    }
}

struct SledView(Arc<Trees>);

impl Read for SledView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let Some((id, rest)) = key.split_first() else { return Ok(false) };
        let Some(tree) = self.0.get(*id) else { return Ok(false) };
        Ok(tree.get(rest).map_err(failed)?.map(|value| found(&value)).is_some())
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let Some((id, start)) = range.start.split_first() else { return Ok(()) };
        let Some(tree) = self.0.get(*id) else { return Ok(()) };
        let mut rows = match range.end.split_first() {
            Some((end_id, end)) if end_id == id => tree.range(start..end),
            _ => tree.range(start..),
        };
        let mut whole = vec![*id];
        while let Some(row) = if range.descending { rows.next_back() } else { rows.next() } {
            let (key, value) = row.map_err(failed)?;
            whole.truncate(1);
            whole.extend_from_slice(&key);
            if visit(&whole, &value).is_break() {
                break;
            }
        }
        Ok(())
    }
}
