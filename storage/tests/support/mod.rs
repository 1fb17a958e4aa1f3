//! Stores of every engine, and the small domain the tests keep in them.

pub mod s3;
pub mod workload;

use std::path::Path;

use serde::{Deserialize, Serialize};
use shop_storage::{
    Catalog, Counter, EngineKind, Index, IndexRows, Options, Queue, Row, Store, Table, Unique, record,
};

/// Every engine; the first two keep files.
pub const ENGINES: [EngineKind; 3] = [EngineKind::Redb, EngineKind::Sled, EngineKind::Memory];

/// Options for a small store in `folder`.
pub fn options(engine: EngineKind, folder: &Path) -> Options {
    Options { engine, path: folder.to_path_buf(), cache_bytes: 8 << 20 }
}

/// Runs `test` on a fresh store of every engine.
pub fn on_every_engine(test: impl Fn(Store)) {
    for engine in ENGINES {
        let folder = tempfile::tempdir().expect("temporary folder");
        test(Store::open(options(engine, folder.path())).expect("open"));
    }
}

/// A note, written by an author, with a unique name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    pub author: u64,
    pub name: Option<String>,
    pub text: String,
}
record!(Note, 1);

impl Row for Note {
    type Key = u64;
    fn index(&self, key: &u64, rows: &mut IndexRows) {
        rows.add(&BY_AUTHOR, &self.author, key);
        if let Some(name) = &self.name {
            rows.unique(&BY_NAME, name, key);
        }
    }
}

pub static NOTES: Table<Note> = Table::new(1, "notes");
pub static BY_AUTHOR: Index<u64, u64> = Index::new(2, "notes_by_author");
pub static BY_NAME: Unique<String, u64> = Unique::new(3, "notes_by_name");
pub static COUNTS: Counter<u64> = Counter::new(4, "notes_count");
pub static MARKS: Index<u64, u64> = Index::new(5, "marks");
pub static JOBS: Queue = Queue::new(10, "jobs");

/// All of the above.
pub fn catalog() -> Catalog {
    let mut catalog = Catalog::new();
    catalog.table(&NOTES).index(&BY_AUTHOR).unique(&BY_NAME).counter(&COUNTS).index(&MARKS).queue(&JOBS);
    catalog
}

pub fn note(author: u64, name: Option<&str>, text: &str) -> Note {
    Note { author, name: name.map(str::to_owned), text: text.to_owned() }
}
