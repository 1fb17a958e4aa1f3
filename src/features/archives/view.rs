//! Archives as the web app sees them.

use serde::Serialize;

use super::kept_until;
use super::table::{Archive, Stage};
use crate::platform::clock::Millis;
use crate::platform::ids::ArchiveId;

/// An archive.
#[derive(Debug, Serialize)]
pub struct ArchiveView {
    id: ArchiveId,
    /// `in_progress`, `ready` or `refused`.
    state: &'static str,
    /// Why it was refused: `too_large` or `no_room`; else null.
    reason: Option<&'static str>,
    /// Its length in bytes, once it is ready.
    size: Option<u64>,
    created_at: String,
    finished_at: Option<String>,
    kept_until: Option<String>,
}

impl ArchiveView {
    /// Shows an archive.
    pub fn of(id: ArchiveId, archive: &Archive) -> Self {
        let (state, reason, size, at) = match archive.stage {
            Stage::Making => ("in_progress", None, None, None),
            Stage::Ready { bytes, at } => ("ready", None, Some(bytes), Some(at)),
            Stage::Refused { why, at } => ("refused", Some(why.word()), None, Some(at)),
        };
        Self {
            id,
            state,
            reason,
            size,
            created_at: archive.created_at.dt(),
            finished_at: at.map(Millis::dt),
            kept_until: kept_until(archive).map(Millis::dt),
        }
    }
}

/// All archives of a member, and when the next one may be asked for.
#[derive(Debug, Serialize)]
pub struct ArchivesView {
    /// Newest first.
    pub archives: Vec<ArchiveView>,
    /// Null for at once.
    pub next_at: Option<String>,
}
