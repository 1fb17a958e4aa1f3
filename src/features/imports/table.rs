//! Imports: files that somebody has brought, what is left to be done of them, and what could not be done.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::features::exports::format::Kind;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, ImportId};

/// What happens to what is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// It stays.
    Merge,
    /// What the file does not name goes.
    Overwrite,
}

impl Mode {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Overwrite => "overwrite",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Merge, Self::Overwrite].into_iter().find(|mode| mode.word() == word)
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// What the file does not name is being removed; this is the last row that was looked at.
    Clearing(Option<(u64, u64)>),
    /// The entries are being gone through.
    Applying,
    /// All is done.
    Finished,
}

/// An import. Keyed by (whose, its number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// What the file holds.
    pub kind: Kind,
    /// What happens to what is there already.
    pub mode: Mode,
    /// What the file was called.
    pub file_name: String,
    /// How far it is.
    pub phase: Phase,
    /// How many entries the file has.
    pub total: u32,
    /// How many of them are decided.
    pub processed: u32,
    /// How many of those could not be done.
    pub failed: u32,
    /// The number of the next chunk.
    pub next_chunk: u64,
    /// When the file was brought.
    pub created_at: Millis,
    /// When the last entry was decided.
    pub finished_at: Option<Millis>,
}
record!(Import, 1);

impl Row for Import {
    type Key = (AccountId, ImportId);
}

/// A line of a file: its cells in the order of [`Kind::columns`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number in the file, from 1.
    pub line: u32,
    /// Plain text.
    pub cells: Vec<String>,
}

/// Entries that are done together. Keyed by (import, its place).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chunk {
    /// What is to be done.
    pub entries: Vec<Entry>,
    /// How often their servers could not be reached.
    pub tries: u8,
    /// Not before.
    pub due: Millis,
}
record!(Chunk, 1);

impl Row for Chunk {
    type Key = (ImportId, u64);
}

/// Why an entry could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It is not what the file should hold.
    Invalid,
    /// There is no such account or post.
    NotFound,
    /// The other server did not answer.
    Unreachable,
    /// A rule of this server stands in the way, in its words.
    Refused(String),
}

/// An entry that could not be done. Keyed by (import, its line).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What the line holds.
    pub cells: Vec<String>,
    /// Why.
    pub fault: Fault,
}
record!(Failure, 1);

impl Row for Failure {
    type Key = (ImportId, u32);
}

/// All imports.
pub const IMPORTS: Table<Import> = Table::new(0xF2, "imports");
/// What is left to be done.
pub const CHUNKS: Table<Chunk> = Table::new(0xF3, "import_chunks");
/// What could not be done.
pub const FAILURES: Table<Failure> = Table::new(0xF4, "import_failures");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&IMPORTS);
    catalog.table(&CHUNKS);
    catalog.table(&FAILURES);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    fn text(text: &str) -> Vec<u8> {
        [(text.len() as u64).to_le_bytes().as_slice(), text.as_bytes()].concat()
    }

    #[test]
    fn stored_imports_stay_readable() {
        let row = Import {
            kind: Kind::Muting,
            mode: Mode::Overwrite,
            file_name: "m".into(),
            phase: Phase::Clearing(Some((3, 4))),
            total: 9,
            processed: 2,
            failed: 1,
            next_chunk: 6,
            created_at: Millis(5),
            finished_at: None,
        };
        let mut golden = vec![1, 1, 2, 0, 0, 0, 1, 0, 0, 0];
        golden.extend(text("m"));
        golden.extend([0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([9, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0]);
        golden.extend([6, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<Import>(&golden).unwrap(), row);
    }

    #[test]
    fn stored_entries_stay_readable() {
        let entry = Entry { line: 7, cells: vec!["a@b".into()] };
        let row = Chunk { entries: vec![entry], tries: 2, due: Millis(5) };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        golden.extend(text("a@b"));
        golden.extend([2, 5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<Chunk>(&golden).unwrap(), row);
        let row = Failure { cells: vec!["x".into()], fault: Fault::Refused("no".into()) };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
        golden.extend(text("x"));
        golden.extend([3, 0, 0, 0]);
        golden.extend(text("no"));
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<Failure>(&golden).unwrap(), row);
    }
}
