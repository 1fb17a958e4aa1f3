//! Checks a whole store: every row must be readable, and every record must have its index rows.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::ControlFlow,
};

use crate::{
    catalog::{Catalog, META},
    engine::{KeyRange, Read},
    error::{Error, Result, hex},
    index::IndexRows,
    table::walk,
};

/// What a check found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// Rows read, by name of table, index or counter; of a damaged one those before the damage.
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
    /// A table, index or counter that the engine cannot read to its end.
    #[error("{table}: cannot be read beyond {rows} rows: {reason}")]
    Damaged {
        /// Its name.
        table: String,
        /// How many could be read.
        rows: u64,
        /// What the engine says.
        reason: String,
    },
    /// The engine found its own structures broken.
    #[error("the engine's own check failed: {reason}")]
    Engine {
        /// What it says.
        reason: String,
    },
}

impl Problem {
    fn is_damage(&self) -> bool {
        matches!(self, Problem::Damaged { .. } | Problem::Engine { .. })
    }
}

impl CheckReport {
    /// More problems than this are counted, not listed.
    pub const MOST_PROBLEMS: usize = 100;

    /// Nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    /// Rows read in all.
    pub fn row_count(&self) -> u64 {
        self.rows.values().sum()
    }

    /// Whether the engine's files are damaged, rather than what stands in them incomplete.
    pub fn is_damaged(&self) -> bool {
        self.problems.iter().any(Problem::is_damage)
    }

    /// Notes a problem: damage first, since the others may follow from it.
    pub(crate) fn note(&mut self, problem: Problem) {
        self.problem_count += 1;
        let damages = self.problems.iter().filter(|known| known.is_damage()).count();
        let at = if problem.is_damage() { damages } else { self.problems.len() };
        self.problems.insert(at, problem);
        self.problems.truncate(Self::MOST_PROBLEMS);
    }
}

/// Reads every row and follows every record to its index rows. Damage ends the reading of the table that it hits, not of
/// the others.
///
/// # Errors
/// When the engine fails otherwise.
pub(crate) fn check(catalog: &Catalog, from: &dyn Read) -> Result<CheckReport> {
    let mut check = Check {
        catalog,
        from,
        report: CheckReport::default(),
        expected: BTreeMap::new(),
        found: BTreeMap::new(),
        damaged: BTreeSet::new(),
    };
    for number in 1..u8::MAX {
        check.table(number)?;
    }
    check.strays();
    Ok(check.report)
}

/// A check under way.
struct Check<'a> {
    catalog: &'a Catalog,
    from: &'a dyn Read,
    report: CheckReport,
    /// Index rows that records stand behind, and rows that were found, by number.
    expected: BTreeMap<u8, u64>,
    found: BTreeMap<u8, u64>,
    /// Numbers that cannot be read to their end.
    damaged: BTreeSet<u8>,
}

impl Check<'_> {
    fn table(&mut self, number: u8) -> Result<()> {
        let (from, entry, mut rows) = (self.from, self.catalog.entry(number), 0);
        let walked = walk(from, &KeyRange::under(&[number]), usize::MAX, &mut |key, value| {
            rows += 1;
            let Some(entry) = entry else { return Ok(ControlFlow::Continue(())) };
            match (entry.read)(key.get(1..).unwrap_or_default(), value) {
                Ok(index_rows) => self.follow(&entry.name, key, &index_rows)?,
                Err(reason) => {
                    let (table, key) = (entry.name.clone(), hex(key));
                    self.report.note(Problem::Unreadable { table, key, reason });
                }
            }
            Ok(ControlFlow::Continue(()))
        });
        match walked {
            Err(Error::Damaged { message: reason, .. }) => {
                self.damaged.insert(number);
                // Numbers that nobody uses lie on damaged pages too.
                if let Some(entry) = entry {
                    self.report.note(Problem::Damaged { table: entry.name.clone(), rows, reason });
                }
            }
            walked => walked?,
        }
        match entry {
            Some(entry) => {
                self.report.rows.insert(entry.name.clone(), rows);
                self.found.insert(number, rows);
            }
            None if rows > 0 => self.report.note(Problem::Unknown { number, count: rows }),
            None => (),
        }
        Ok(())
    }

    fn follow(&mut self, table: &str, key: &[u8], rows: &IndexRows) -> Result<()> {
        let mut seen: Vec<&[u8]> = Vec::new();
        for row in &rows.rows {
            // A record may name the same row twice; it is one row.
            if seen.contains(&row.key.as_slice()) {
                continue;
            }
            seen.push(&row.key);
            let number = row.key.first().copied().unwrap_or(META);
            *self.expected.entry(number).or_default() += 1;
            if self.damaged.contains(&number) {
                continue;
            }
            let mut same = false;
            match self.from.get(&row.key, &mut |value| same = value == row.value) {
                // The index tells of it when its own turn comes.
                Err(Error::Damaged { .. }) => {
                    self.damaged.insert(number);
                    continue;
                }
                found => found?,
            };
            if !same {
                let index = self.catalog.name(number);
                self.report.note(Problem::Missing { table: table.to_owned(), key: hex(key), index });
            }
        }
        Ok(())
    }

    /// Rows of indexes that no record stands behind: whoever cannot read all records cannot tell.
    fn strays(&mut self) {
        if !self.damaged.is_empty() {
            return;
        }
        for (number, expected) in &self.expected {
            let count = self.found.get(number).copied().unwrap_or(0).saturating_sub(*expected);
            if count > 0 {
                self.report.note(Problem::Stray { index: self.catalog.name(*number), count });
            }
        }
    }
}
