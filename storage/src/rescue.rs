//! Rescues what is readable of a damaged store into new files. The damaged ones are kept beside them.

use std::{
    collections::{BTreeSet, VecDeque},
    ops::ControlFlow,
    path::PathBuf,
};

use crate::{
    catalog::{Catalog, META},
    engine::{self, Batch, Engine, KeyRange, Read},
    error::{Error, Result},
    maintain::{STEP_BYTES, must_exist},
    store::{Options, Store, check_layout, first_rows},
    table::walk,
};

/// How often one table's gaps are cut in two, in search of rows between two places that are damaged.
const CUTS: usize = 256;

/// What a rescue came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rescued {
    /// Rows of the new store: records, index rows and counters.
    pub rows: u64,
    /// The tables, by name, that damage goes through: rows of theirs may be lost.
    pub lost: BTreeSet<String>,
    /// Where the damaged files are now.
    pub damaged: PathBuf,
}

impl Store {
    /// Copies every row of a stopped store that can be read into new files, and puts them in the place of the damaged
    /// ones, which are kept under another name. Index rows are made anew from the records that are left, so that both fit.
    ///
    /// # Errors
    /// When there is no store, it is in use, the engine cannot open it at all, files are kept from a rescue before, or
    /// the disk is full; the store is then as it was.
    pub fn rescue(options: &Options, catalog: &Catalog) -> Result<Rescued> {
        must_exist(options)?;
        let damaged = engine::place_for_damaged(options.engine, &options.path)?;
        let source = engine::open_damaged(options.engine, &options.path, options.cache_bytes)?;
        match check_layout(source.as_ref(), &options.path) {
            Err(Error::Damaged { .. }) => (),
            known => known?,
        }
        let copied = copy_to_new(source.as_ref(), options, catalog);
        engine::close(source, &options.path);
        let (rows, lost) = copied.inspect_err(|_| {
            let _ = engine::remove_new(options.engine, &options.path);
        })?;
        engine::put_in_place(options.engine, &options.path, Some(&damaged))?;
        Ok(Rescued { rows, lost, damaged })
    }
}

fn copy_to_new(source: &dyn Engine, options: &Options, catalog: &Catalog) -> Result<(u64, BTreeSet<String>)> {
    let view = source.view()?;
    let derived = derived(catalog, view.as_ref())?;
    let target = engine::open_new(options.engine, &options.path, options.cache_bytes)?;
    let mut copy = Copy { target: target.as_ref(), batch: first_rows(), bytes: 0, rows: 0 };
    let mut lost = BTreeSet::new();
    for number in (0..u8::MAX).filter(|number| !derived.contains(number)) {
        let mut whole = true;
        whole &= each_readable(view.as_ref(), number, &mut |key, value| {
            match catalog.entry(number).map(|entry| (entry.read)(key.get(1..).unwrap_or_default(), value)) {
                Some(Err(_)) => whole = false,
                Some(Ok(index_rows)) => {
                    copy.put(key, value)?;
                    for row in index_rows.rows {
                        copy.put(&row.key, &row.value)?;
                    }
                }
                None => copy.put(key, value)?,
            }
            Ok(())
        })?;
        // Numbers that nobody uses lie on damaged pages too.
        if !whole && let Some(entry) = catalog.entry(number) {
            lost.insert(entry.name.clone());
        }
    }
    copy.commit()?;
    if copy.rows == 0 {
        return Err(Error::damaged("nothing in it can be read").at(&options.path));
    }
    Ok((copy.rows, lost))
}

/// The numbers whose rows stand there for records: they are made anew.
fn derived(catalog: &Catalog, view: &dyn Read) -> Result<BTreeSet<u8>> {
    let mut derived = BTreeSet::new();
    for number in 1..u8::MAX {
        let Some(entry) = catalog.entry(number) else { continue };
        each_readable(view, number, &mut |key, value| {
            if let Ok(index_rows) = (entry.read)(key.get(1..).unwrap_or_default(), value) {
                derived.extend(index_rows.rows.iter().filter_map(|row| row.key.first().copied()));
            }
            Ok(())
        })?;
    }
    Ok(derived)
}

/// Rows on their way into the new store.
struct Copy<'a> {
    target: &'a dyn Engine,
    batch: Batch,
    bytes: usize,
    rows: u64,
}

impl Copy<'_> {
    fn put(&mut self, key: &[u8], value: &[u8]) -> Result<()> {
        self.bytes += key.len() + value.len();
        let is_new = self.batch.insert(key.to_vec(), Some(value.to_vec())).is_none();
        self.rows += u64::from(is_new && key.first() != Some(&META));
        if self.bytes >= STEP_BYTES { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<()> {
        self.bytes = 0;
        self.target.commit(&std::mem::take(&mut self.batch), true)
    }
}

type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<()> + 'a;

/// Lends every row of a table that can be read, in any order. False where damage hides others.
fn each_readable(view: &dyn Read, number: u8, visit: &mut Visit<'_>) -> Result<bool> {
    let KeyRange { start, end, .. } = KeyRange::under(&[number]);
    let Some(after) = upwards(view, &start, &end, visit)? else { return Ok(true) };
    let before = downwards(view, &after, &end, visit)?;
    let mut gaps = VecDeque::from([(after, before)]);
    for _ in 0..CUTS {
        let Some((low, high)) = gaps.pop_front() else { break };
        let middle = between(&low, &high);
        if middle <= low || middle >= high {
            continue;
        }
        let before = downwards(view, &low, &middle, visit)?;
        gaps.push_back((low, before));
        if let Some(after) = upwards(view, &middle, &high, visit)? {
            gaps.push_back((after, high));
        }
    }
    Ok(false)
}

/// Visits the rows from `start` upwards; where damage ends that before `end`, gives the key behind the last one.
fn upwards(view: &dyn Read, start: &[u8], end: &[u8], visit: &mut Visit<'_>) -> Result<Option<Vec<u8>>> {
    let range = KeyRange { start: start.to_vec(), end: end.to_vec(), descending: false };
    let mut last = None;
    let walked = walk(view, &range, usize::MAX, &mut |key, value| {
        last = Some([key, &[0]].concat());
        visit(key, value).map(ControlFlow::Continue)
    });
    match walked {
        Err(Error::Damaged { .. }) => Ok(Some(last.unwrap_or_else(|| start.to_vec()))),
        walked => walked.map(|()| None),
    }
}

/// Visits the rows below `end` downwards to `start` or to where damage ends that; gives the last key.
fn downwards(view: &dyn Read, start: &[u8], end: &[u8], visit: &mut Visit<'_>) -> Result<Vec<u8>> {
    let range = KeyRange { start: start.to_vec(), end: end.to_vec(), descending: true };
    let mut last = end.to_vec();
    let walked = walk(view, &range, usize::MAX, &mut |key, value| {
        last = key.to_vec();
        visit(key, value).map(ControlFlow::Continue)
    });
    match walked {
        Ok(()) => Ok(start.to_vec()),
        Err(Error::Damaged { .. }) => Ok(last),
        Err(error) => Err(error),
    }
}

/// The key in the middle between two, both taken for fractions.
fn between(low: &[u8], high: &[u8]) -> Vec<u8> {
    let digits = low.len().max(high.len()) + 1;
    let digit = |key: &[u8], at: usize| u16::from(key.get(at).copied().unwrap_or(0));
    let mut sum: Vec<u16> = (0..digits).map(|at| digit(low, at) + digit(high, at)).collect();
    // Carries, then half of it, digit by digit from the front.
    let mut carry = 0;
    for digit in sum.iter_mut().rev() {
        *digit += carry;
        carry = *digit >> 8;
        *digit &= 0xff;
    }
    let mut rest = carry;
    sum.iter()
        .map(|digit| {
            let whole = (rest << 8) | digit;
            rest = whole & 1;
            u8::try_from(whole >> 1).unwrap_or(u8::MAX)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_lies_between() {
        for (low, high, middle) in [
            (&[1][..], &[3][..], &[2, 0][..]),
            (&[1], &[2], &[1, 128]),
            (&[1, 255], &[2], &[1, 255, 128]),
            (&[255, 255], &[255, 255, 2], &[255, 255, 1, 0]),
        ] {
            assert_eq!(between(low, high), middle, "{low:?} {high:?}");
        }
    }
}
