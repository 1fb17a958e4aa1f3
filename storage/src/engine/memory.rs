//! The engine of tests: a persistent tree in memory, whose copies share what is equal, so that views cost nothing.

use std::{
    ops::Bound,
    sync::{Arc, PoisonError, RwLock},
};

use rpds::RedBlackTreeMapSync;

use super::{Batch, Engine, EngineKind, EngineStats, KeyRange, Read, View, Visit};
use crate::error::Result;

type Rows = RedBlackTreeMapSync<Vec<u8>, Arc<[u8]>>;

/// Keeps everything in memory and forgets it when dropped.
pub(crate) struct Memory {
    rows: RwLock<Rows>,
}

impl Default for Memory {
    fn default() -> Self {
        Memory { rows: RwLock::new(Rows::new_sync()) }
    }
}

impl Engine for Memory {
    fn kind(&self) -> EngineKind {
        EngineKind::Memory
    }

    fn view(&self) -> Result<View> {
        Ok(Arc::new(MemoryView(self.rows.read().unwrap_or_else(PoisonError::into_inner).clone())))
    }

    fn commit(&self, batch: &Batch, _sync: bool) -> Result<()> {
        let mut rows = self.rows.write().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in batch {
            match value {
                Some(value) => rows.insert_mut(key.clone(), Arc::from(value.as_slice())),
                None => {
                    rows.remove_mut(key.as_slice());
                }
            }
        }
        Ok(())
    }

    fn stats(&self) -> EngineStats {
        EngineStats::default()
    }

    fn check(&mut self) -> Result<bool> {
        Ok(true)
    }
}

struct MemoryView(Rows);

impl Read for MemoryView {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        Ok(self.0.get(key).map(|value| found(value)).is_some())
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        if range.is_empty() {
            return Ok(());
        }
        let bounds = (Bound::Included(range.start.as_slice()), Bound::Excluded(range.end.as_slice()));
        let mut rows = self.0.range::<[u8], _>(bounds);
        while let Some((key, value)) = if range.descending { rows.next_back() } else { rows.next() } {
            if visit(key, value).is_break() {
                break;
            }
        }
        Ok(())
    }
}
