//! The list of everything a program keeps in a store: guards the numbers, and lets a check read every row.

use std::{collections::BTreeMap, ops::ControlFlow};

use crate::{
    engine::{KeyRange, Read},
    error::{Error, Result, hex},
    index::{Counter, Index, IndexRows, Unique},
    key::{Key, decode_whole},
    queue::Queue,
    record::decode_record,
    table::{Row, Table, TableId, walk},
};

/// Number of the store's own table.
pub(crate) const META: u8 = 0;

/// Reads one row of an entry: its index rows, or what is wrong with it.
type Reader = fn(&[u8], &[u8]) -> Result<IndexRows, String>;

struct Entry {
    name: String,
    read: Reader,
}

/// Every table, index, counter and queue of a program. Built once at start and given to
/// [`crate::Store::register`] and [`crate::Store::check`].
#[derive(Default)]
pub struct Catalog {
    entries: BTreeMap<u8, Entry>,
    problem: Option<String>,
}

/// What a check found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Rows read, by name of table, index or counter.
    pub rows: BTreeMap<String, u64>,
    /// What is wrong, at most [`CheckReport::MOST_PROBLEMS`] of it.
    pub problems: Vec<Problem>,
    /// How many problems there are in all.
    pub problem_count: u64,
}

/// One thing that is wrong with a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// A row that its table cannot read.
    #[error("{table}: row {key} cannot be read: {reason}")]
    Unreadable {
        /// Name of the table.
        table: String,
        /// The key in hexadecimal.
        key: String,
        /// Why.
        reason: String,
    },
    /// A record stands behind an index row that is not there, or that leads elsewhere.
    #[error("{table}: row {key} has no row in index {index}")]
    Missing {
        /// Name of the table.
        table: String,
        /// The record's key in hexadecimal.
        key: String,
        /// Name of the index.
        index: String,
    },
    /// An index that records keep has more rows than its records stand behind.
    #[error("index {index} has {count} rows without a record")]
    Stray {
        /// Name of the index.
        index: String,
        /// How many.
        count: u64,
    },
    /// Rows under a number that the catalog does not know.
    #[error("{count} rows in unknown table number {number}")]
    Unknown {
        /// The number.
        number: u8,
        /// How many.
        count: u64,
    },
    /// The engine found its own structures broken.
    #[error("the engine's own check failed")]
    Engine,
}

impl CheckReport {
    /// More problems than this are counted, not listed.
    pub const MOST_PROBLEMS: usize = 100;

    /// Nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    pub(crate) fn note(&mut self, problem: Problem) {
        self.problem_count += 1;
        if self.problems.len() < Self::MOST_PROBLEMS {
            self.problems.push(problem);
        }
    }
}

impl Catalog {
    /// An empty catalog.
    pub fn new() -> Catalog {
        Catalog::default()
    }

    /// Adds a table.
    pub fn table<V: Row>(&mut self, table: &Table<V>) -> &mut Self {
        self.part(table, "")
    }

    pub(crate) fn part<V: Row>(&mut self, table: &Table<V>, part: &str) -> &mut Self {
        self.add(table.id(), part, |key, value| {
            let record: V = decode_record(value).map_err(|error| error.to_string())?;
            let key = decode_whole(key).map_err(|error| error.to_string())?;
            Ok(IndexRows::of(&record, &key))
        })
    }

    /// Adds an index.
    pub fn index<P: Key, I: Key>(&mut self, index: &Index<P, I>) -> &mut Self {
        self.add(index.id(), "", |key, _| {
            decode_whole::<(P, I)>(key).map_err(|error| error.to_string())?;
            Ok(IndexRows::default())
        })
    }

    /// Adds a unique index.
    pub fn unique<K: Key, V: Key>(&mut self, index: &Unique<K, V>) -> &mut Self {
        self.unique_part(index, "")
    }

    pub(crate) fn unique_part<K: Key, V: Key>(&mut self, index: &Unique<K, V>, part: &str) -> &mut Self {
        self.add(index.id(), part, read_pair::<K, V>)
    }

    /// Adds a counter.
    pub fn counter<K: Key>(&mut self, counter: &Counter<K>) -> &mut Self {
        self.counter_part(counter, "")
    }

    pub(crate) fn counter_part<K: Key>(&mut self, counter: &Counter<K>, part: &str) -> &mut Self {
        self.add(counter.id(), part, read_pair::<K, i64>)
    }

    /// Adds a queue with all its parts.
    pub fn queue(&mut self, queue: &Queue) -> &mut Self {
        queue.list(self);
        self
    }

    /// Adds something under the number and name of `id`, with a suffix for parts of a whole.
    fn add(&mut self, id: TableId, part: &str, read: Reader) -> &mut Self {
        let name = format!("{}{part}", id.name);
        if let Some((number, _)) = self.entries.iter().find(|(_, entry)| entry.name == name) {
            self.problem.get_or_insert(format!("numbers {number} and {} are both called {name}", id.id));
        }
        if let Some(before) = self.entries.insert(id.id, Entry { name: name.clone(), read }) {
            self.problem.get_or_insert(format!("number {} is both {} and {name}", id.id, before.name));
        }
        self
    }

    /// Numbers and names, by number.
    pub fn names(&self) -> impl Iterator<Item = (u8, &str)> {
        self.entries.iter().map(|(id, entry)| (*id, entry.name.as_str()))
    }

    /// Refuses a catalog in which two entries share a number or a name.
    ///
    /// # Errors
    /// [`Error::Catalog`] that names them.
    pub fn verify(&self) -> Result<()> {
        self.problem.clone().map_or(Ok(()), |problem| Err(Error::Catalog(problem)))
    }

    /// Reads every row of the store and follows every record to its index rows.
    pub(crate) fn check(&self, from: &dyn Read) -> Result<CheckReport> {
        let mut report = CheckReport::default();
        let mut expected: BTreeMap<u8, u64> = BTreeMap::new();
        let mut found: BTreeMap<u8, u64> = BTreeMap::new();
        for number in 1..u8::MAX {
            let entry = self.entries.get(&number);
            let mut rows = 0;
            walk(from, &KeyRange::under(&[number]), usize::MAX, &mut |key, value| {
                rows += 1;
                let Some(entry) = entry else { return Ok(ControlFlow::Continue(())) };
                match (entry.read)(key.get(1..).unwrap_or_default(), value) {
                    Ok(index_rows) => {
                        self.follow(from, entry, key, &index_rows, &mut expected, &mut report)?;
                    }
                    Err(reason) => {
                        report.note(Problem::Unreadable { table: entry.name.clone(), key: hex(key), reason })
                    }
                }
                Ok(ControlFlow::Continue(()))
            })?;
            match entry {
                Some(entry) => {
                    report.rows.insert(entry.name.clone(), rows);
                    found.insert(number, rows);
                }
                None if rows > 0 => report.note(Problem::Unknown { number, count: rows }),
                None => (),
            }
        }
        for (number, expected) in expected {
            let count = found.get(&number).copied().unwrap_or(0).saturating_sub(expected);
            if count > 0 {
                report.note(Problem::Stray { index: self.name(number), count });
            }
        }
        Ok(report)
    }

    fn follow(
        &self,
        from: &dyn Read,
        entry: &Entry,
        key: &[u8],
        rows: &IndexRows,
        expected: &mut BTreeMap<u8, u64>,
        report: &mut CheckReport,
    ) -> Result<()> {
        let mut seen: Vec<&[u8]> = Vec::new();
        for row in &rows.rows {
            // A record may name the same row twice; it is one row.
            if seen.contains(&row.key.as_slice()) {
                continue;
            }
            seen.push(&row.key);
            let number = row.key.first().copied().unwrap_or(META);
            *expected.entry(number).or_default() += 1;
            let mut same = false;
            from.get(&row.key, &mut |value| same = value == row.value)?;
            if !same {
                report.note(Problem::Missing {
                    table: entry.name.clone(),
                    key: hex(key),
                    index: self.name(number),
                });
            }
        }
        Ok(())
    }

    fn name(&self, number: u8) -> String {
        self.entries.get(&number).map_or_else(|| format!("number {number}"), |entry| entry.name.clone())
    }
}

fn read_pair<K: Key, V: Key>(key: &[u8], value: &[u8]) -> Result<IndexRows, String> {
    decode_whole::<K>(key).map_err(|error| error.to_string())?;
    decode_whole::<V>(value).map_err(|error| error.to_string())?;
    Ok(IndexRows::default())
}
