//! Looking after a store that no server runs on: verify, compact, convert to another engine.

use std::{ops::ControlFlow, path::Path};

use crate::{
    catalog::{Catalog, META},
    check::{CheckReport, Problem, check},
    engine::{self, Batch, Engine, EngineKind, KeyRange},
    error::{Error, Result},
    store::{Options, Store, open_engine},
};

/// A commit of a copy holds about this many bytes.
pub(crate) const STEP_BYTES: usize = 4 << 20;

/// What copying a store into new files came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuilt {
    /// Rows copied, counted as [`Store::check`] does: records, index rows and counters.
    pub rows: u64,
    /// Bytes of the files before.
    pub bytes_before: u64,
    /// Bytes of the files after.
    pub bytes_after: u64,
}

impl Store {
    /// Verifies a stopped store: every row as [`Store::check`] does, then the engine's own check.
    ///
    /// # Errors
    /// When there is no store, it is in use, or the engine cannot open it.
    pub fn verify(options: &Options, catalog: &Catalog) -> Result<CheckReport> {
        must_exist(options)?;
        let mut engine = open_engine(options)?;
        let mut report = check(catalog, engine.view()?.as_ref())?;
        match engine.check() {
            Ok(true) => (),
            Ok(false) => {
                report.note(Problem::Engine { reason: "something was wrong and was put right".into() })
            }
            Err(Error::Damaged { message, .. }) => report.note(Problem::Engine { reason: message }),
            Err(error) => return Err(error),
        }
        engine::close(engine, &options.path);
        Ok(report)
    }

    /// Copies a stopped store into new files of the same engine, which hold nothing but what is live, and puts
    /// them in the place of the old ones. Needs room for both meanwhile. A crash leaves the old store or the new.
    ///
    /// # Errors
    /// When there is no store, it is in use or damaged, or the disk is full; the store is then as it was.
    pub fn compact(options: &Options) -> Result<Rebuilt> {
        Store::convert(options, options)
    }

    /// Copies a stopped store into one of another engine, in the same folder or in one without a store. In the
    /// same folder, the old files are removed once the new ones are in place; elsewhere they stay as they are.
    ///
    /// # Errors
    /// When there is no store, it is in use or damaged, the new folder has one already, or the disk is full; nothing
    /// is left of the new one then.
    pub fn convert(from: &Options, to: &Options) -> Result<Rebuilt> {
        must_exist(from)?;
        if engine::home_of(to.engine).is_none() {
            return Err(Error::Place(format!("engine {} keeps no files", to.engine.name())));
        }
        let in_place = from.path == to.path;
        if !in_place {
            engine::make_folder(&to.path)?;
            if let Some(found) = engine::found_in(&to.path).first() {
                let path = to.path.display();
                return Err(Error::Place(format!("{path} has a store of engine {} already", found.name())));
            }
        }
        let source = open_engine(from)?;
        let bytes_before = source.stats().disk_bytes;
        let copied = copy_to_new(source.as_ref(), to);
        engine::close(source, &from.path);
        let rows = copied.inspect_err(|_| {
            // A full disk gets its room back.
            let _ = engine::remove_new(to.engine, &to.path);
        })?;
        engine::put_in_place(to.engine, &to.path, None)?;
        if in_place && from.engine != to.engine {
            engine::remove_store(from.engine, &from.path)?;
            engine::sync_folder(&from.path)?;
        }
        let bytes_after = open_engine(to)?.stats().disk_bytes;
        Ok(Rebuilt { rows, bytes_before, bytes_after })
    }

    /// The engine of the store in a folder, if there is one.
    pub fn engine_in(folder: &Path) -> Option<EngineKind> {
        engine::found_in(folder).first().copied()
    }
}

pub(crate) fn must_exist(options: &Options) -> Result<()> {
    if engine::found_in(&options.path).contains(&options.engine) {
        return Ok(());
    }
    let path = options.path.display();
    Err(Error::Place(format!("{path} has no store of engine {}", options.engine.name())))
}

fn copy_to_new(source: &dyn Engine, to: &Options) -> Result<u64> {
    let target = engine::open_new(to.engine, &to.path, to.cache_bytes)?;
    copy(source, target.as_ref())
}

/// Copies all rows in the order of their keys, table by table.
fn copy(source: &dyn Engine, target: &dyn Engine) -> Result<u64> {
    let view = source.view()?;
    let (mut rows, mut batch, mut bytes) = (0, Batch::new(), 0);
    for number in 0..u8::MAX {
        let mut failure = None;
        view.scan(&KeyRange::under(&[number]), &mut |key, value| {
            rows += u64::from(number != META);
            bytes += key.len() + value.len();
            batch.insert(key.to_vec(), Some(value.to_vec()));
            if bytes >= STEP_BYTES {
                bytes = 0;
                if let Err(error) = target.commit(&std::mem::take(&mut batch), true) {
                    failure = Some(error);
                    return ControlFlow::Break(());
                }
            }
            ControlFlow::Continue(())
        })?;
        if let Some(error) = failure {
            return Err(error);
        }
    }
    target.commit(&batch, true)?;
    Ok(rows)
}
