//! The list of everything a program keeps in a store: guards the numbers, and tells a check how to read every row.

use std::collections::BTreeMap;

use crate::{
    error::{Error, Result},
    index::{Counter, Index, IndexRows, Unique},
    key::{Key, decode_whole},
    queue::Queue,
    record::decode_record,
    table::{Row, Table, TableId},
};

/// Number of the store's own table.
pub(crate) const META: u8 = 0;

/// Reads one row of an entry: its index rows, or what is wrong with it.
pub(crate) type Reader = fn(&[u8], &[u8]) -> Result<IndexRows, String>;

/// What stands under one number.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) read: Reader,
}

/// Every table, index, counter and queue of a program. Built once at start and given to
/// [`crate::Store::register`] and [`crate::Store::check`].
#[derive(Default)]
pub struct Catalog {
    entries: BTreeMap<u8, Entry>,
    problem: Option<String>,
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

    /// How the rows under a number are read, if it is known.
    pub(crate) fn entry(&self, number: u8) -> Option<&Entry> {
        self.entries.get(&number)
    }

    /// The name of what stands under a number.
    pub(crate) fn name(&self, number: u8) -> String {
        self.entries.get(&number).map_or_else(|| format!("number {number}"), |entry| entry.name.clone())
    }
}

fn read_pair<K: Key, V: Key>(key: &[u8], value: &[u8]) -> Result<IndexRows, String> {
    decode_whole::<K>(key).map_err(|error| error.to_string())?;
    decode_whole::<V>(value).map_err(|error| error.to_string())?;
    Ok(IndexRows::default())
}
