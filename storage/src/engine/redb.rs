//! redb 4, the default: one file, one redb table, copy-on-write pages, memory bounded by the cache size.

use std::{
    io::ErrorKind,
    path::Path,
    sync::{Arc, PoisonError, RwLock},
};

use redb::{Database, Durability, ReadOnlyTable, ReadableDatabase, TableDefinition};

use super::{Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, Visit, guarded};
use crate::error::{Error, Result};

/// Name of the one file.
pub(super) const FILE: &str = "store.redb";

const ROWS: TableDefinition<'static, &[u8], &[u8]> = TableDefinition::new("rows");

/// An open redb file.
pub(crate) struct Redb {
    database: Database,
    path: Arc<Path>,
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
    /// Makes a file with an empty table, which every view needs.
    pub(super) fn make(path: &Path, cache_bytes: usize) -> Result<Redb> {
        let engine = Self::opened(path, |path| builder(cache_bytes).create(path))?;
        engine.write(true, |_| Ok(()))?;
        Ok(engine)
    }

    /// Opens a file that is there. It writes nothing that the file does not need, since it may be damaged.
    pub(super) fn open(path: &Path, cache_bytes: usize) -> Result<Redb> {
        // redb would not know of it to say more than that it is no file of its own.
        if std::fs::metadata(path).is_ok_and(|about| about.len() == 0) {
            return Err(Error::damaged("the file is empty").at(path));
        }
        Self::opened(path, |path| builder(cache_bytes).open(path))
    }

    /// Opens a file after redb's own repair: it goes back to the last commit whose pages are whole.
    pub(super) fn repair(path: &Path, cache_bytes: usize) -> Result<Redb> {
        Self::opened(path, |path| builder(cache_bytes).set_check_integrity_on_open(true).open(path))
    }

    fn opened(
        path: &Path,
        open: impl FnOnce(&Path) -> std::result::Result<Database, redb::DatabaseError>,
    ) -> Result<Redb> {
        let database = guarded(path, || open(path).map_err(failed))?;
        Ok(Redb { database, path: Arc::from(path), newest: RwLock::default() })
    }

    fn write(
        &self,
        sync: bool,
        fill: impl FnOnce(&mut redb::Table<'_, &'static [u8], &'static [u8]>) -> Result<()>,
    ) -> Result<()> {
        guarded(&self.path, || {
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
        })
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
        let rows = guarded(&self.path, || {
            let transaction = self.database.begin_read().map_err(failed)?;
            transaction.open_table(ROWS).map_err(failed)
        })?;
        let view: View = Arc::new(RedbView { rows, path: Arc::clone(&self.path) });
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
                    Some(value) => rows.insert(key.as_slice(), value.as_slice()),
                    None => rows.remove(key.as_slice()),
                }
                .map_err(failed)?;
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
        guarded(&self.path, || self.database.check_integrity().map_err(failed))
    }
}

fn builder(cache_bytes: usize) -> redb::Builder {
    let mut builder = Database::builder();
    builder.set_cache_size(cache_bytes);
    builder
}

/// What redb says of files that are not, or no longer, as it wrote them is damage.
fn failed(error: impl Into<redb::Error>) -> Error {
    let error = error.into();
    match &error {
        redb::Error::DatabaseAlreadyOpen => Error::InUse { path: String::new() },
        redb::Error::Corrupted(message) => Error::damaged(message),
        redb::Error::Io(cause)
            if matches!(cause.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof) =>
        {
            Error::damaged(cause.to_string())
        }
        redb::Error::TableTypeMismatch { .. }
        | redb::Error::TypeDefinitionChanged { .. }
        | redb::Error::TableIsMultimap(_)
        | redb::Error::TableDoesNotExist(_) => Error::damaged(error.to_string()),
        _ => Error::Engine { engine: EngineKind::Redb.name(), message: error.to_string() },
    }
}

struct RedbView {
    rows: ReadOnlyTable<&'static [u8], &'static [u8]>,
    path: Arc<Path>,
}

impl Read for RedbView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let stored = guarded(&self.path, || self.rows.get(key).map_err(failed))?;
        let Some(stored) = &stored else { return Ok(false) };
        found(guarded(&self.path, || Ok(stored.value()))?);
        Ok(true)
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let bounds = range.start.as_slice()..range.end.as_slice();
        let mut rows = guarded(&self.path, || self.rows.range::<&[u8]>(bounds).map_err(failed))?;
        loop {
            let row = guarded(&self.path, || {
                let row = if range.descending { rows.next_back() } else { rows.next() };
                row.transpose().map_err(failed)
            })?;
            let Some((key, value)) = &row else { return Ok(()) };
            let (key, value) = guarded(&self.path, || Ok((key.value(), value.value())))?;
            if visit(key, value).is_break() {
                return Ok(());
            }
        }
    }
}
