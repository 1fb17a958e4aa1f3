//! redb 4, the default: one file, one redb table, copy-on-write pages, memory bounded by the cache size.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use redb::{Database, Durability, ReadOnlyTable, ReadableDatabase, TableDefinition};

use super::{Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, Visit};
use crate::error::{Error, Result};

/// Name of the one file.
pub(super) const FILE: &str = "store.redb";

const ROWS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("rows");

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Engine { engine: EngineKind::Redb.name(), message: error.to_string() }
}

/// An open redb file.
pub(crate) struct Redb {
    database: Database,
    path: PathBuf,
    newest: RwLock<Newest>,
}

/// The view of the newest commit, once somebody has asked for it: opening one costs more than several reads.
#[derive(Default)]
struct Newest {
    /// How many commits there were since the file was opened.
    commits: u64,
    view: Option<View>,
}

impl Redb {
    pub(super) fn open(path: &Path, cache_bytes: usize) -> Result<Redb> {
        let opened = Database::builder().set_cache_size(cache_bytes).create(path);
        let database = opened.map_err(|error| match error {
            redb::DatabaseError::DatabaseAlreadyOpen => Error::InUse { path: path.display().to_string() },
            error => failed(format!("opening {}: {error}", path.display())),
        })?;
        let engine = Redb { database, path: path.to_path_buf(), newest: RwLock::default() };
        // The first view needs the table.
        engine.write(true, |_| Ok(()))?;
        Ok(engine)
    }

    fn write(
        &self,
        sync: bool,
        fill: impl FnOnce(&mut redb::Table<'_, &'static [u8], &'static [u8]>) -> Result<()>,
    ) -> Result<()> {
        let mut transaction = self.database.begin_write().map_err(failed)?;
        if sync {
            // The allocator state goes into the commit, so that opening after a crash need not walk the file.
            transaction.set_quick_repair(true);
        } else {
            transaction.set_durability(Durability::None).map_err(failed)?;
        }
        {
            let mut rows = transaction.open_table(ROWS).map_err(failed)?;
            fill(&mut rows)?;
        }
        transaction.commit().map_err(failed)
    }
}

impl Engine for Redb {
    fn kind(&self) -> EngineKind {
        EngineKind::Redb
    }

    fn view(&self) -> Result<View> {
        let commits = {
            let newest = self.newest.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(view) = &newest.view {
                return Ok(Arc::clone(view));
            }
            newest.commits
        };
        let transaction = self.database.begin_read().map_err(failed)?;
        let view: View = Arc::new(RedbView(transaction.open_table(ROWS).map_err(failed)?));
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        // A commit meanwhile may have made it old.
        if newest.commits == commits {
            newest.view = Some(Arc::clone(&view));
        }
        Ok(view)
    }

    fn commit(&self, batch: &Batch, sync: bool) -> Result<()> {
        let written = self.write(sync, |rows| {
            for (key, value) in batch {
                match value {
                    Some(value) => rows.insert(key.as_slice(), value.as_slice()).map_err(failed)?,
                    None => rows.remove(key.as_slice()).map_err(failed)?,
                };
            }
            Ok(())
        });
        // Whoever is told of this commit must not be given a view from before it.
        let mut newest = self.newest.write().unwrap_or_else(PoisonError::into_inner);
        newest.commits += 1;
        newest.view = None;
        written
    }

    fn stats(&self) -> EngineStats {
        let disk_bytes = std::fs::metadata(&self.path).map_or(0, |meta| meta.len());
        EngineStats { disk_bytes, cache_bytes: self.database.cache_stats().used_bytes() as u64 }
    }

    fn check(&mut self) -> Result<bool> {
        self.newest = RwLock::default();
        self.database.check_integrity().map_err(failed)
    }
}

struct RedbView(ReadOnlyTable<&'static [u8], &'static [u8]>);

impl Read for RedbView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let value = self.0.get(key).map_err(failed)?;
        Ok(value.map(|value| found(value.value())).is_some())
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let mut rows = self.0.range::<&[u8]>(range.start.as_slice()..range.end.as_slice()).map_err(failed)?;
        while let Some(row) = if range.descending { rows.next_back() } else { rows.next() } {
            let (key, value) = row.map_err(failed)?;
            if visit(key.value(), value.value()).is_break() {
                break;
            }
        }
        Ok(())
    }
}
