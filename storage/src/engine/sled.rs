//! sled 0.34.7: a tree a table, made durable by real syncs of its log ([`real_sync`]).
//!
//! sled also writes files without a sync when it opens; they are synced here once after opening. Large values are
//! kept in pieces ([`large`]).

use std::{
    collections::{BTreeMap, HashSet},
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

mod large;
mod real_sync;

use sled::{Db, IVec, Transactional, Tree};

use self::large::Found;
use super::{
    Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, Visit, guarded, sync_all, sync_folder,
};
use crate::error::{Error, Result};

/// Name of the folder with sled's files.
pub(super) const FOLDER: &str = "sled";
/// Names of the log inside it and of the folder of pages too large for the log.
const LOG: &str = "db";
const LARGE: &str = "blobs";
/// Beginning and end of the name of a snapshot of sled's page table that was not finished.
const UNFINISHED: (&str, &str) = ("snap.", ".generating");
/// The tree of the pieces of large values; no table has this number.
const PIECES: u8 = u8::MAX;
/// How often a large value is read again because the writer overwrote it meanwhile.
const MOST_READS: usize = 100;
/// sled's threads may hold the lock for a moment after the store was closed.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// What sled says of files that are not as it wrote them is damage.
fn failed(error: sled::Error) -> Error {
    match error {
        sled::Error::Corruption { at: Some(at), .. } => {
            Error::damaged(format!("a checksum does not fit ({at:?})"))
        }
        sled::Error::Corruption { at: None, .. } => Error::damaged("a checksum does not fit"),
        sled::Error::Unsupported(words) | sled::Error::ReportableBug(words) => Error::damaged(words),
        error => refused(error.to_string()),
    }
}

fn refused(message: impl Into<String>) -> Error {
    Error::Engine { engine: EngineKind::Sled.name(), message: message.into() }
}

/// The tree of each table, by number. Only the writer adds to them.
struct Trees {
    tables: Vec<OnceLock<Tree>>,
    pieces: Tree,
    /// Where the files are.
    home: PathBuf,
}

impl Trees {
    fn get(&self, id: u8) -> Option<&Tree> {
        self.tables.get(usize::from(id)).and_then(OnceLock::get)
    }
}

/// An open sled database.
pub(crate) struct Sled {
    database: Db,
    trees: Arc<Trees>,
    log: File,
    /// The tables that have values in pieces.
    cut: Mutex<HashSet<u8>>,
    /// The folder of large pages, and which of them are synced.
    large: PathBuf,
    synced: Mutex<HashSet<OsString>>,
}

impl Sled {
    /// Makes an empty database.
    pub(super) fn make(home: &Path, cache_bytes: usize) -> Result<Sled> {
        guarded(home, || Self::opened(home, cache_bytes))
    }

    /// Opens a database that is there.
    pub(super) fn open(home: &Path, cache_bytes: usize) -> Result<Sled> {
        // sled makes a new log where there is none: here there has been one.
        if !std::fs::metadata(home.join(LOG)).is_ok_and(|about| about.len() > 0) {
            return Err(Error::damaged(format!("{LOG} in it is missing or empty")).at(home));
        }
        guarded(home, || Self::opened(home, cache_bytes))
    }

    fn opened(home: &Path, cache_bytes: usize) -> Result<Sled> {
        remove_unfinished(home)?;
        let database = open_waiting(home, cache_bytes)?;
        let tables: Vec<OnceLock<Tree>> = (0..PIECES).map(|_| OnceLock::new()).collect();
        for name in database.tree_names() {
            if let [id] = name.as_ref()
                && let Some(place) = tables.get(usize::from(*id))
            {
                let _ = place.set(database.open_tree([*id]).map_err(failed)?);
            }
        }
        let pieces = database.open_tree([PIECES]).map_err(failed)?;
        database.flush().map_err(failed)?;
        // Opening writes files too: all of them, and their names, are on disk before the first change.
        sync_all(home)?;
        let log = File::open(home.join(LOG)).map_err(|error| Error::io("opening sled's log", &error))?;
        let sled = Sled {
            database,
            log,
            cut: Mutex::new(large::tables(&pieces)?),
            trees: Arc::new(Trees { tables, pieces, home: home.to_path_buf() }),
            large: home.join(LARGE),
            synced: Mutex::default(),
        };
        sled.sync_large()?;
        Ok(sled)
    }

    fn tree(&self, id: u8) -> Result<Tree> {
        if let Some(tree) = self.trees.get(id) {
            return Ok(tree.clone());
        }
        let tree = self.database.open_tree([id]).map_err(failed)?;
        if let Some(place) = self.trees.tables.get(usize::from(id)) {
            let _ = place.set(tree.clone());
        }
        Ok(tree)
    }

    /// Syncs the files of large pages that are new. sled writes them without a sync. There are none unless keys
    /// of kilobytes fill an inner page of a tree: values are kept small (see [`large`]).
    fn sync_large(&self) -> Result<()> {
        let problem = |error: &std::io::Error| Error::io("syncing sled's large pages", error);
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

    fn write(&self, batch: &Batch, sync: bool) -> Result<()> {
        let mut changes: BTreeMap<u8, sled::Batch> = BTreeMap::new();
        let mut pieces = sled::Batch::default();
        let mut cut = self.cut.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in batch {
            let (id, rest) = key.split_first().ok_or_else(|| refused("a key without a table"))?;
            if cut.contains(id)
                && let Some(old) = self.tree(*id)?.get(rest).map_err(failed)?
            {
                large::remove(key, &old, &mut pieces);
            }
            let change = changes.entry(*id).or_default();
            match value {
                Some(value) => {
                    if large::is_large(value) {
                        cut.insert(*id);
                    }
                    let number = || self.database.generate_id().map_err(failed);
                    change.insert(rest, large::write(key, value, number, &mut pieces)?);
                }
                None => change.remove(rest),
            }
        }
        drop(cut);
        if !changes.is_empty() {
            let mut trees = vec![self.trees.pieces.clone()];
            for id in changes.keys() {
                trees.push(self.tree(*id)?);
            }
            trees
                .as_slice()
                .transaction(|open| {
                    for (tree, change) in open.iter().zip(std::iter::once(&pieces).chain(changes.values())) {
                        tree.apply_batch(change)?;
                    }
                    Ok::<(), sled::transaction::ConflictableTransactionError<()>>(())
                })
                .map_err(|error| match error {
                    sled::transaction::TransactionError::Storage(error) => failed(error),
                    sled::transaction::TransactionError::Abort(()) => refused("a transaction was given up"),
                })?;
        }
        if sync {
            self.database.flush().map_err(failed)?;
            self.sync_large()?;
            if !real_sync::is_in_place() {
                self.log.sync_data().map_err(|error| Error::io("syncing sled's log", &error))?;
            }
        }
        Ok(())
    }

    fn read_all(&self) -> Result<bool> {
        // Reading a page verifies its checksum.
        for name in self.database.tree_names() {
            for row in &self.database.open_tree(name).map_err(failed)? {
                row.map_err(failed)?;
            }
        }
        Ok(true)
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
        guarded(&self.trees.home, || self.write(batch, sync))
    }

    fn stats(&self) -> EngineStats {
        EngineStats { disk_bytes: self.database.size_on_disk().unwrap_or(0), cache_bytes: 0 }
    }

    fn check(&mut self) -> Result<bool> {
        guarded(&self.trees.home, || self.read_all())
    }
}

struct SledView(Arc<Trees>);

impl SledView {
    /// The value at a whole key, put together if it is in pieces. Overwritten meanwhile, it is read again.
    fn value(&self, tree: &Tree, key: &[u8], mut stored: Option<IVec>) -> Result<Option<Found>> {
        for _ in 0..MOST_READS {
            let Some(value) = stored else { return Ok(None) };
            match large::read(&self.0.pieces, key, value)? {
                Found::Moved => stored = tree.get(key.get(1..).unwrap_or_default()).map_err(failed)?,
                found => return Ok(Some(found)),
            }
        }
        Err(Error::damaged("pieces of a large value are missing"))
    }
}

impl Read for SledView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let Some((id, rest)) = key.split_first() else { return Ok(false) };
        let Some(tree) = self.0.get(*id) else { return Ok(false) };
        let value = guarded(&self.0.home, || self.value(tree, key, tree.get(rest).map_err(failed)?))?;
        Ok(value.map(|value| found(value.bytes())).is_some())
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
        loop {
            let row = guarded(&self.0.home, || {
                let Some(row) = (if range.descending { rows.next_back() } else { rows.next() }) else {
                    return Ok(None);
                };
                let (key, stored) = row.map_err(failed)?;
                whole.truncate(1);
                whole.extend_from_slice(&key);
                Ok(Some(self.value(tree, &whole, Some(stored))?))
            })?;
            match row {
                None => return Ok(()),
                Some(Some(value)) if visit(&whole, value.bytes()).is_break() => return Ok(()),
                Some(_) => (),
            }
        }
    }
}

/// Opens the database; waits a moment for its lock.
fn open_waiting(home: &Path, cache_bytes: usize) -> Result<Db> {
    let until = Instant::now() + LOCK_WAIT;
    let config = sled::Config::new().path(home).cache_capacity(cache_bytes as u64).flush_every_ms(Some(500));
    loop {
        match config.open() {
            Ok(database) => return Ok(database),
            Err(sled::Error::Io(error)) if error.to_string().contains("could not acquire lock") => {
                if Instant::now() > until {
                    return Err(Error::InUse { path: String::new() });
                }
                thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(failed(error)),
        }
    }
}

/// A snapshot that a crash cut off would be taken for a damaged one, and sled would not open.
fn remove_unfinished(home: &Path) -> Result<()> {
    let Ok(entries) = std::fs::read_dir(home) else { return Ok(()) };
    for entry in entries {
        let entry = entry.map_err(|error| Error::io("reading sled's folder", &error))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(UNFINISHED.0) && name.ends_with(UNFINISHED.1) {
            std::fs::remove_file(entry.path())
                .map_err(|error| Error::io("removing an unfinished snapshot of sled's", &error))?;
        }
    }
    Ok(())
}
