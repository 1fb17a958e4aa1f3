//! Imports as the web app sees them.

use serde::Serialize;

use super::table::{Failure, Fault, Import, Phase};
use super::{kept_until, table::Mode};
use crate::features::exports::format::Kind;
use crate::platform::clock::Millis;
use crate::platform::ids::ImportId;

/// An import.
#[derive(Debug, Serialize)]
pub struct ImportView {
    id: ImportId,
    #[serde(rename = "type")]
    kind: &'static str,
    mode: &'static str,
    file_name: String,
    /// `in_progress` or `finished`.
    state: &'static str,
    total_items: u32,
    processed_items: u32,
    imported_items: u32,
    failed_items: u32,
    created_at: String,
    finished_at: Option<String>,
    /// When it is forgotten, with what could not be done.
    kept_until: Option<String>,
}

impl ImportView {
    /// Shows an import.
    pub fn of(id: ImportId, import: Import) -> Self {
        Self {
            id,
            kind: import.kind.word(),
            mode: Mode::word(import.mode),
            state: if import.phase == Phase::Finished { "finished" } else { "in_progress" },
            total_items: import.total,
            processed_items: import.processed,
            imported_items: import.processed.saturating_sub(import.failed),
            failed_items: import.failed,
            created_at: import.created_at.dt(),
            finished_at: import.finished_at.map(Millis::dt),
            kept_until: kept_until(&import).map(Millis::dt),
            file_name: import.file_name,
        }
    }
}

/// A line that could not be done.
#[derive(Debug, Serialize)]
pub struct FailureView {
    line: u32,
    cells: Vec<String>,
    /// `invalid`, `not_found`, `unreachable` or `refused`.
    reason: &'static str,
    /// The words of the rule that refused it; else null.
    message: Option<String>,
}

impl FailureView {
    /// Shows a failure; of a filter its title says which one it is.
    pub fn of(kind: Kind, line: u32, mut failure: Failure) -> Self {
        if kind == Kind::CustomFilters {
            failure.cells.truncate(1);
        }
        let (reason, message) = match failure.fault {
            Fault::Invalid => ("invalid", None),
            Fault::NotFound => ("not_found", None),
            Fault::Unreachable => ("unreachable", None),
            Fault::Refused(words) => ("refused", Some(words)),
        };
        Self { line, cells: failure.cells, reason, message }
    }
}
