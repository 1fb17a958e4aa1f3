//! Typed tables: records by key, whose indexes are kept in the same transaction.

use std::{marker::PhantomData, ops::ControlFlow};

use crate::{
    engine::{KeyRange, Read},
    error::{Error, Result, hex},
    index::IndexRows,
    key::{Key, KeyError, after_prefix, decode_whole},
    record::{Record, RecordError, decode_record, encode_record},
    txn::Txn,
    window::Window,
};

/// Number and name of a table, index, counter or queue part. The number is the first byte of each of its keys and
/// never changes; 0 is the store's own, 255 stays free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TableId {
    /// First byte of every key.
    pub id: u8,
    /// For messages and for the catalog.
    pub name: &'static str,
}

impl TableId {
    /// A number from 1 to 254 and a name.
    ///
    /// # Panics
    /// With any other number: while compiling, where tables are constants or statics.
    pub const fn new(id: u8, name: &'static str) -> TableId {
        assert!(id != 0 && id != u8::MAX, "table numbers are 1 to 254");
        TableId { id, name }
    }

    pub(crate) fn key(self, key: &impl Key) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40);
        bytes.push(self.id);
        key.encode(&mut bytes);
        bytes
    }

    pub(crate) fn prefix(self) -> Vec<u8> {
        vec![self.id]
    }

    /// Reads the typed key out of a whole key, of which the first `skip` bytes are known.
    pub(crate) fn decode<K: Key>(self, key: &[u8], skip: usize) -> Result<K> {
        key.get(skip..).ok_or(KeyError::Short).and_then(decode_whole).map_err(|source| Error::Key {
            table: self.name,
            key: hex(key),
            source,
        })
    }

    pub(crate) fn bad_record(self, key: &[u8], source: RecordError) -> Error {
        Error::Record { table: self.name, key: hex(key), source }
    }
}

/// A record that lives in a table: its key type, and the index rows it stands behind.
pub trait Row: Record {
    /// The key of the table.
    type Key: Key;

    /// Lists the rows of secondary indexes that point at this record. Must follow from the key and the record
    /// alone: the same call finds the rows to take away when the record changes.
    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        let _ = (key, rows);
    }
}

/// How many rows [`Table::has_many`] looks at for each key before it searches for them one by one.
const SCANNED_PER_KEY: usize = 4;

/// A table of records `V`. Declare it once, as a constant or static.
pub struct Table<V: Row> {
    id: TableId,
    record: PhantomData<fn() -> V>,
}

impl<V: Row> Table<V> {
    /// Table number `id` (1 to 254, never reused for anything else) called `name`.
    pub const fn new(id: u8, name: &'static str) -> Self {
        Table { id: TableId::new(id, name), record: PhantomData }
    }

    /// Its number and name.
    pub const fn id(&self) -> TableId {
        self.id
    }

    /// The record at `key`.
    ///
    /// # Errors
    /// When the engine fails or the record cannot be read.
    pub fn get(&self, from: &dyn Read, key: &V::Key) -> Result<Option<V>> {
        self.get_at(from, &self.id.key(key))
    }

    /// The records at `keys`, in their order; `None` where there is none.
    ///
    /// # Errors
    /// When the engine fails or a record cannot be read.
    pub fn get_many(&self, from: &dyn Read, keys: &[V::Key]) -> Result<Vec<Option<V>>> {
        let whole: Vec<Vec<u8>> = keys.iter().map(|key| self.id.key(key)).collect();
        let mut records: Vec<Option<V>> = Vec::new();
        records.resize_with(keys.len(), || None);
        let mut bad = None;
        from.get_many(&whole, &mut |at, bytes| match decode_record(bytes) {
            Ok(record) => {
                if let Some(place) = records.get_mut(at) {
                    *place = Some(record);
                }
            }
            Err(source) => bad = Some((at, source)),
        })?;
        match bad {
            Some((at, source)) => Err(self.id.bad_record(whole.get(at).map_or(&[], Vec::as_slice), source)),
            None => Ok(records),
        }
    }

    /// Whether there is a record at `key`. Does not read it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has(&self, from: &dyn Read, key: &V::Key) -> Result<bool> {
        from.get(&self.id.key(key), &mut |_| ())
    }

    /// Which of `keys` have a record, in their order. Keys that lie close together cost one short scan instead of a
    /// search each: the marks of one viewer on a page of neighbouring records, of which there are few.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn has_many(&self, from: &dyn Read, keys: &[V::Key]) -> Result<Vec<bool>> {
        let whole: Vec<Vec<u8>> = keys.iter().map(|key| self.id.key(key)).collect();
        let mut there = vec![false; keys.len()];
        let mut order: Vec<usize> = (0..whole.len()).collect();
        order.sort_unstable_by(|a, b| whole[*a].cmp(&whole[*b]));
        let (Some(first), Some(last)) = (order.first(), order.last()) else { return Ok(there) };
        let mut end = whole[*last].clone();
        end.push(0);
        let range = KeyRange { start: whole[*first].clone(), end, descending: false };
        let mut left = whole.len() * SCANNED_PER_KEY;
        from.scan(&range, &mut |key, _| {
            let at = order.partition_point(|at| whole[*at].as_slice() < key);
            for at in order[at..].iter().take_while(|at| whole[**at] == key) {
                there[*at] = true;
            }
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })?;
        if left > 0 {
            return Ok(there);
        }
        // Too much lies between: each for itself.
        there.fill(false);
        from.get_many(&whole, &mut |at, _| there[at] = true)?;
        Ok(there)
    }

    /// Writes the record at `key`, new or in place of another, and brings its index rows up to date.
    ///
    /// # Errors
    /// [`Error::Conflict`] when a unique index leads one of its keys to another record: then nothing is changed.
    pub fn put(&self, tx: &mut Txn, key: &V::Key, value: &V) -> Result<()> {
        let row = self.id.key(key);
        let old = self.get_at(tx, &row)?.map(|old: V| IndexRows::of(&old, key)).unwrap_or_default();
        self.replace(tx, key, row, &old, value)
    }

    /// Changes the record at `key` in place and gives what `change` gave; `None` when there is no record.
    ///
    /// # Errors
    /// As [`Table::put`].
    pub fn edit<T>(&self, tx: &mut Txn, key: &V::Key, change: impl FnOnce(&mut V) -> T) -> Result<Option<T>> {
        let row = self.id.key(key);
        let Some(mut record) = self.get_at(tx, &row)? else { return Ok(None) };
        let old = IndexRows::of(&record, key);
        let answer = change(&mut record);
        self.replace(tx, key, row, &old, &record)?;
        Ok(Some(answer))
    }

    /// Takes the record at `key` away, with its index rows, and gives it back.
    ///
    /// # Errors
    /// When the engine fails or the record cannot be read.
    pub fn delete(&self, tx: &mut Txn, key: &V::Key) -> Result<Option<V>> {
        let row = self.id.key(key);
        let Some(record) = self.get_at(tx, &row)? else { return Ok(None) };
        for stale in IndexRows::of(&record, key).rows {
            tx.set(stale.key, None);
        }
        tx.set(row, None);
        Ok(Some(record))
    }

    /// A page of the whole table, by key.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn page(&self, from: &dyn Read, window: &Window<V::Key>) -> Result<Vec<(V::Key, V)>> {
        self.collect(from, &window.range(&self.id.prefix(), &self.id.prefix()), window)
    }

    /// How many records there are. Reads every key, but no record.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn count(&self, from: &dyn Read) -> Result<u64> {
        let mut count = 0_u64;
        from.scan(&KeyRange::under(&self.id.prefix()), &mut |_, _| {
            count += 1;
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    /// Visits rows by key until the window or the callback ends it.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn visit(
        &self,
        from: &dyn Read,
        window: &Window<V::Key>,
        f: &mut dyn FnMut(V::Key, V) -> ControlFlow<()>,
    ) -> Result<()> {
        self.walk(from, &window.range(&self.id.prefix(), &self.id.prefix()), window.limit, f)
    }

    /// A page of the rows whose key starts with `prefix`: for a table keyed by `(A, B)`, all rows under one `A`.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn page_under(
        &self,
        from: &dyn Read,
        prefix: &impl Key,
        window: &Window<V::Key>,
    ) -> Result<Vec<(V::Key, V)>> {
        self.collect(from, &window.range(&self.id.prefix(), &self.id.key(prefix)), window)
    }

    /// As [`Table::page_under`] for each of several prefixes, in their order, in one round trip.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn pages_under<K: Key>(
        &self,
        from: &dyn Read,
        prefixes: &[K],
        window: &Window<V::Key>,
    ) -> Result<Vec<Rows<V>>> {
        let mut pages: Vec<Rows<V>> = Vec::new();
        pages.resize_with(prefixes.len(), Vec::new);
        if window.limit == 0 || prefixes.is_empty() {
            return Ok(pages);
        }
        let ranges: Vec<KeyRange> =
            prefixes.iter().map(|prefix| window.range(&self.id.prefix(), &self.id.key(prefix))).collect();
        let mut failure = None;
        from.scan_many(&ranges, &mut |at, key, value| {
            let record = decode_record(value).map_err(|source| self.id.bad_record(key, source));
            let row = record.and_then(|record| Ok((self.id.decode(key, 1)?, record)));
            match (row, pages.get_mut(at)) {
                (Ok(row), Some(page)) => {
                    page.push(row);
                    if page.len() < window.limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
                }
                (Err(error), _) => {
                    failure.get_or_insert(error);
                    ControlFlow::Break(())
                }
                (Ok(_), None) => ControlFlow::Break(()),
            }
        })?;
        failure.map_or(Ok(pages), Err)
    }

    /// Visits the rows whose key starts with `prefix` until the window or the callback ends it.
    ///
    /// # Errors
    /// When the engine fails or a row cannot be read.
    pub fn visit_under(
        &self,
        from: &dyn Read,
        prefix: &impl Key,
        window: &Window<V::Key>,
        f: &mut dyn FnMut(V::Key, V) -> ControlFlow<()>,
    ) -> Result<()> {
        self.walk(from, &window.range(&self.id.prefix(), &self.id.key(prefix)), window.limit, f)
    }

    fn collect(
        &self,
        from: &dyn Read,
        range: &KeyRange,
        window: &Window<V::Key>,
    ) -> Result<Vec<(V::Key, V)>> {
        let mut page = Vec::with_capacity(window.capacity());
        self.walk(from, range, window.limit, &mut |key, record| {
            page.push((key, record));
            ControlFlow::Continue(())
        })?;
        Ok(page)
    }

    fn walk(
        &self,
        from: &dyn Read,
        range: &KeyRange,
        limit: usize,
        f: &mut dyn FnMut(V::Key, V) -> ControlFlow<()>,
    ) -> Result<()> {
        walk(from, range, limit, &mut |key, value| {
            let record = decode_record(value).map_err(|source| self.id.bad_record(key, source))?;
            Ok(f(self.id.decode(key, 1)?, record))
        })
    }

    fn get_at(&self, from: &dyn Read, row: &[u8]) -> Result<Option<V>> {
        let mut record = None;
        from.get(row, &mut |bytes| record = Some(decode_record(bytes)))?;
        record.transpose().map_err(|source| self.id.bad_record(row, source))
    }

    fn replace(&self, tx: &mut Txn, key: &V::Key, row: Vec<u8>, old: &IndexRows, value: &V) -> Result<()> {
        let bytes = encode_record(value).map_err(|source| self.id.bad_record(&row, source))?;
        let new = IndexRows::of(value, key);
        new.check(tx, old)?;
        for stale in old.rows.iter().filter(|row| !new.rows.contains(row)) {
            tx.set(stale.key.clone(), None);
        }
        for fresh in new.rows.into_iter().filter(|row| !old.rows.contains(row)) {
            tx.set(fresh.key, Some(fresh.value));
        }
        tx.set(row, Some(bytes));
        Ok(())
    }
}

/// Rows of a table with their keys.
pub type Rows<V> = Vec<(<V as Row>::Key, V)>;

/// As [`crate::Visit`], with errors that end the scan.
type Walk<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>> + 'a;

/// Scans at most `limit` rows through a callback that may fail.
pub(crate) fn walk(from: &dyn Read, range: &KeyRange, limit: usize, f: &mut Walk<'_>) -> Result<()> {
    if limit == 0 {
        return Ok(());
    }
    let (mut left, mut failure) = (limit, None);
    from.scan(range, &mut |key, value| {
        left -= 1;
        match f(key, value) {
            Ok(ControlFlow::Continue(())) if left > 0 => ControlFlow::Continue(()),
            Ok(_) => ControlFlow::Break(()),
            Err(error) => {
                failure = Some(error);
                ControlFlow::Break(())
            }
        }
    })?;
    failure.map_or(Ok(()), Err)
}

/// The range from `start` (inclusive) to the end of table `id`.
pub(crate) fn rest_of(id: TableId, start: Vec<u8>) -> KeyRange {
    KeyRange { start, end: after_prefix(&id.prefix()), descending: false }
}
