//! Archives: copies of all that somebody has here, asked for and kept for a while.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, ArchiveId};

/// Why there is no archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// It would be larger than the server allows (`media.archive_mb`).
    TooLarge,
    /// The server has no room for it.
    NoRoom,
}

impl Refusal {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NoRoom => "no_room",
        }
    }
}

/// How far an archive is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It waits for its turn, or is being made.
    Making,
    /// It can be taken.
    Ready {
        /// Its length.
        bytes: u64,
        /// Since when.
        at: Millis,
    },
    /// It came to nothing.
    Refused {
        /// Why.
        why: Refusal,
        /// Since when.
        at: Millis,
    },
}

/// An archive. Keyed by (whose, its number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Archive {
    /// Where its bytes are, or will be; whoever knows this may be able to read them, so it is told to nobody.
    pub path: String,
    /// How far it is.
    pub stage: Stage,
    /// When it was asked for.
    pub created_at: Millis,
}
record!(Archive, 1);

impl Row for Archive {
    type Key = (AccountId, ArchiveId);
}

/// All archives.
pub const ARCHIVES: Table<Archive> = Table::new(0xF8, "archives");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&ARCHIVES);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn a_stored_archive_stays_readable() {
        let path = [1, 0, 0, 0, 0, 0, 0, 0, b'p'];
        let stages: [(Stage, &[u8]); 3] = [
            (Stage::Making, &[0, 0, 0, 0]),
            (
                Stage::Ready { bytes: 7, at: Millis(9) },
                &[1, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0],
            ),
            (
                Stage::Refused { why: Refusal::NoRoom, at: Millis(9) },
                &[2, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0],
            ),
        ];
        for (stage, bytes) in stages {
            let row = Archive { path: "p".into(), stage, created_at: Millis(5) };
            let golden = [&[1, 1], path.as_slice(), bytes, &[5, 0, 0, 0, 0, 0, 0, 0]].concat();
            assert_eq!(encode_record(&row).unwrap(), golden);
            assert_eq!(decode_record::<Archive>(&golden).unwrap(), row);
        }
    }
}
