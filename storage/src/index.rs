//! Secondary indexes, unique indexes and counters, kept in the transaction of the rows they are about.

use std::{marker::PhantomData, ops::ControlFlow};

use crate::{
    engine::Read,
    error::{Error, Result, hex},
    key::{Key, KeyError, decode_whole},
    table::{Row, TableId, rest_of, walk},
    txn::Txn,
    window::Window,
};

/// A set of `(prefix, item)`: which items stand under a prefix, in the order of their keys.
pub struct Index<P: Key, I: Key> {
    id: TableId,
    keys: PhantomData<fn() -> (P, I)>,
}

impl<P: Key, I: Key> Index<P, I> {
    /// Index number `id` (1 to 254, never reused for anything else) called `name`.
    pub const fn new(id: u8, name: &'static str) -> Self {
        Index { id: TableId::new(id, name), keys: PhantomData }
    }

    /// Its number and name.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// A page of the items under `prefix`.
    ///
    /// # Errors
    /// When the engine fails or an item cannot be read.
    pub fn page(&self, from: &dyn Read, prefix: &P, window: &Window<I>) -> Result<Vec<I>> {
        let mut items = Vec::with_capacity(window.capacity());
        self.visit(from, prefix, window, &mut |item| {
            items.push(item);
            ControlFlow::Continue(())
        })?;
        Ok(items)
    }

    /// Visits the items under `prefix` until the window or the callback ends it.
    ///
    /// # Errors
    /// When the engine fails or an item cannot be read.
    pub fn visit(
        &self,
        from: &dyn Read,
        prefix: &P,
        window: &Window<I>,
        f: &mut dyn FnMut(I) -> ControlFlow<()>,
    ) -> Result<()> {
        let under = self.id.key(prefix);
        walk(from, &window.range(&under, &under), window.limit, &mut |key, _| {
            Ok(f(self.id.decode(key, under.len())?))
        })
    }

    /// Visits every row of the index, whatever its prefix, until the callback ends it. A long walk: for rebuilding
    /// what is derived, not for requests.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn visit_all(&self, from: &dyn Read, f: &mut dyn FnMut(P, I) -> ControlFlow<()>) -> Result<()> {
        walk(from, &rest_of(self.id, self.id.prefix()), usize::MAX, &mut |key, _| {
            let (prefix, item) = self.id.decode(key, 1)?;
            Ok(f(prefix, item))
        })
    }

    /// Whether `item` stands under `prefix`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contains(&self, from: &dyn Read, prefix: &P, item: &I) -> Result<bool> {
        from.get(&self.row(prefix, item), &mut |_| ())
    }

    /// Which of `items` stand under `prefix`, in their order: the marks of one viewer on a page.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn contains_many(&self, from: &dyn Read, prefix: &P, items: &[I]) -> Result<Vec<bool>> {
        let rows: Vec<Vec<u8>> = items.iter().map(|item| self.row(prefix, item)).collect();
        let mut answers = vec![false; items.len()];
        from.get_many(&rows, &mut |at, _| {
            if let Some(place) = answers.get_mut(at) {
                *place = true;
            }
        })?;
        Ok(answers)
    }

    /// Puts `item` under `prefix`: for indexes that are kept by hand, not by a [`Row`].
    pub fn add(&self, tx: &mut Txn, prefix: &P, item: &I) {
        tx.set(self.row(prefix, item), Some(Vec::new()));
    }

    /// Takes `item` away from under `prefix`: for indexes that are kept by hand.
    pub fn remove(&self, tx: &mut Txn, prefix: &P, item: &I) {
        tx.set(self.row(prefix, item), None);
    }

    fn row(&self, prefix: &P, item: &I) -> Vec<u8> {
        let mut row = self.id.key(prefix);
        item.encode(&mut row);
        row
    }
}

/// A unique index: one key leads to one primary key.
pub struct Unique<K: Key, V: Key> {
    id: TableId,
    keys: PhantomData<fn() -> (K, V)>,
}

impl<K: Key, V: Key> Unique<K, V> {
    /// Index number `id` (1 to 254, never reused for anything else) called `name`.
    pub const fn new(id: u8, name: &'static str) -> Self {
        Unique { id: TableId::new(id, name), keys: PhantomData }
    }

    /// Its number and name.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// The primary key that `key` leads to.
    ///
    /// # Errors
    /// When the engine fails or the primary key cannot be read.
    pub fn get(&self, from: &dyn Read, key: &K) -> Result<Option<V>> {
        let row = self.id.key(key);
        let mut value = None;
        from.get(&row, &mut |bytes| value = Some(decode_whole(bytes)))?;
        value.transpose().map_err(|source| self.bad(&row, source))
    }

    /// The primary keys that `keys` lead to, in their order.
    ///
    /// # Errors
    /// When the engine fails or a primary key cannot be read.
    pub fn get_many(&self, from: &dyn Read, keys: &[K]) -> Result<Vec<Option<V>>> {
        let rows: Vec<Vec<u8>> = keys.iter().map(|key| self.id.key(key)).collect();
        let mut values: Vec<Option<Result<V, KeyError>>> = Vec::new();
        values.resize_with(keys.len(), || None);
        from.get_many(&rows, &mut |at, bytes| {
            if let Some(place) = values.get_mut(at) {
                *place = Some(decode_whole(bytes));
            }
        })?;
        values
            .into_iter()
            .zip(&rows)
            .map(|(value, row)| value.transpose().map_err(|source| self.bad(row, source)))
            .collect()
    }

    /// Visits entries from the first key that is not less than `start`, least first, until the callback ends it:
    /// for searches by the beginning of a name.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn visit(
        &self,
        from: &dyn Read,
        start: &K,
        f: &mut dyn FnMut(K, V) -> ControlFlow<()>,
    ) -> Result<()> {
        walk(from, &rest_of(self.id, self.id.key(start)), usize::MAX, &mut |key, value| {
            let target = decode_whole(value).map_err(|source| self.bad(key, source))?;
            Ok(f(self.id.decode(key, 1)?, target))
        })
    }

    /// Leads `key` to `value`: for indexes that are kept by hand.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it leads elsewhere already.
    pub fn add(&self, tx: &mut Txn, key: &K, value: &V) -> Result<()> {
        let mut rows = IndexRows::default();
        rows.unique(self, key, value);
        rows.check(tx, &IndexRows::default())?;
        for row in rows.rows {
            tx.set(row.key, Some(row.value));
        }
        Ok(())
    }

    /// Takes `key` away: for indexes that are kept by hand.
    pub fn remove(&self, tx: &mut Txn, key: &K) {
        tx.set(self.id.key(key), None);
    }

    fn bad(&self, key: &[u8], source: KeyError) -> Error {
        Error::Key { table: self.id.name, key: hex(key), source }
    }
}

/// The index rows one record stands behind; filled by [`Row::index`].
#[derive(Debug, Default)]
pub struct IndexRows {
    pub(crate) rows: Vec<IndexRow>,
}

/// One row of an index. `unique` names the index if another value at the same key is a conflict.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct IndexRow {
    pub(crate) key: Vec<u8>,
    pub(crate) value: Vec<u8>,
    pub(crate) unique: Option<&'static str>,
}

impl IndexRows {
    pub(crate) fn of<V: Row>(record: &V, key: &V::Key) -> IndexRows {
        let mut rows = IndexRows::default();
        record.index(key, &mut rows);
        rows
    }

    /// `item` stands under `prefix` in `index`.
    pub fn add<P: Key, I: Key>(&mut self, index: &Index<P, I>, prefix: &P, item: &I) {
        self.rows.push(IndexRow { key: index.row(prefix, item), value: Vec::new(), unique: None });
    }

    /// `key` leads to `value` (the record's own key) in `index`, and to nothing else.
    pub fn unique<K: Key, V: Key>(&mut self, index: &Unique<K, V>, key: &K, value: &V) {
        let mut target = Vec::with_capacity(16);
        value.encode(&mut target);
        self.rows.push(IndexRow { key: index.id.key(key), value: target, unique: Some(index.id.name) });
    }

    /// Refuses rows whose unique key leads elsewhere already. Rows that are in `old` are this record's own.
    pub(crate) fn check(&self, tx: &Txn, old: &IndexRows) -> Result<()> {
        for row in &self.rows {
            let Some(index) = row.unique else { continue };
            if old.rows.contains(row) {
                continue;
            }
            let mut clash = false;
            tx.get(&row.key, &mut |value| clash = value != row.value)?;
            if clash {
                return Err(Error::Conflict { index });
            }
        }
        Ok(())
    }
}

/// Numbers kept in the transaction of what they count, so that a length is never a table walk. Zero is not stored.
pub struct Counter<K: Key> {
    id: TableId,
    key: PhantomData<fn() -> K>,
}

impl<K: Key> Counter<K> {
    /// Counter number `id` (1 to 254, never reused for anything else) called `name`.
    pub const fn new(id: u8, name: &'static str) -> Self {
        Counter { id: TableId::new(id, name), key: PhantomData }
    }

    /// Its number and name.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// The number at `key`, 0 if it was never set.
    ///
    /// # Errors
    /// When the engine fails or the number cannot be read.
    pub fn get(&self, from: &dyn Read, key: &K) -> Result<i64> {
        Ok(self.get_many(from, std::slice::from_ref(key))?.pop().unwrap_or(0))
    }

    /// The numbers at `keys`, in their order.
    ///
    /// # Errors
    /// When the engine fails or a number cannot be read.
    pub fn get_many(&self, from: &dyn Read, keys: &[K]) -> Result<Vec<i64>> {
        let rows: Vec<Vec<u8>> = keys.iter().map(|key| self.id.key(key)).collect();
        let mut numbers = vec![0; keys.len()];
        let mut bad = None;
        from.get_many(&rows, &mut |at, bytes| match (decode_whole(bytes), numbers.get_mut(at)) {
            (Ok(number), Some(place)) => *place = number,
            (Err(source), _) => bad = Some((at, source)),
            (Ok(_), None) => (),
        })?;
        match bad {
            Some((at, source)) => Err(Error::Key {
                table: self.id.name,
                key: hex(rows.get(at).map_or(&[], Vec::as_slice)),
                source,
            }),
            None => Ok(numbers),
        }
    }

    /// Adds `delta` and gives the new number; stops at the ends of `i64`.
    ///
    /// # Errors
    /// When the engine fails or the number cannot be read.
    pub fn add(&self, tx: &mut Txn, key: &K, delta: i64) -> Result<i64> {
        let number = self.get(tx, key)?.saturating_add(delta);
        self.set(tx, key, number);
        Ok(number)
    }

    /// Sets the number.
    pub fn set(&self, tx: &mut Txn, key: &K, number: i64) {
        let value = (number != 0).then(|| {
            let mut bytes = Vec::with_capacity(8);
            number.encode(&mut bytes);
            bytes
        });
        tx.set(self.id.key(key), value);
    }

    /// Visits every key with a number other than 0 until the callback ends it. A long walk.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn visit(&self, from: &dyn Read, f: &mut dyn FnMut(K, i64) -> ControlFlow<()>) -> Result<()> {
        walk(from, &rest_of(self.id, self.id.prefix()), usize::MAX, &mut |key, value| {
            let number = decode_whole(value).map_err(|source| Error::Key {
                table: self.id.name,
                key: hex(key),
                source,
            })?;
            Ok(f(self.id.decode(key, 1)?, number))
        })
    }
}
