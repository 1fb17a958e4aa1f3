//! The records of a queue, as they lie in its tables.

use serde::{Deserialize, Serialize};

use super::{JobId, Queue};
use crate::{record, table::Row};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct JobRow {
    pub(super) kind: String,
    pub(super) lane: String,
    /// Due time at push: with the number, the place in the lane.
    pub(super) created: u64,
    pub(super) priority: u8,
    pub(super) dedup: Option<String>,
    pub(super) payload: Payload,
}
record!(JobRow, 1);
impl Row for JobRow {
    type Key = JobId;
}

/// Payload bytes, written in one piece.
#[derive(Debug, Clone)]
pub(super) struct Payload(pub(super) Vec<u8>);

impl Serialize for Payload {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.0)
    }
}

impl<'de> Deserialize<'de> for Payload {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;
        impl serde::de::Visitor<'_> for Bytes {
            type Value = Payload;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("bytes")
            }
            fn visit_bytes<E>(self, bytes: &[u8]) -> Result<Payload, E> {
                Ok(Payload(bytes.to_vec()))
            }
            fn visit_byte_buf<E>(self, bytes: Vec<u8>) -> Result<Payload, E> {
                Ok(Payload(bytes))
            }
        }
        deserializer.deserialize_byte_buf(Bytes)
    }
}

/// What changes about a waiting job, at its place in the lane: `(lane, created, id)`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PlaceRow {
    pub(super) due: u64,
    pub(super) priority: u8,
    pub(super) attempts: u32,
    pub(super) error: String,
}
record!(PlaceRow, 1);
impl Row for PlaceRow {
    type Key = (String, u64, JobId);
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct LeaseRow {}
record!(LeaseRow, 1);
impl Row for LeaseRow {
    type Key = JobId;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct DeadRow {
    pub(super) job: JobRow,
    pub(super) due: u64,
    pub(super) attempts: u32,
    pub(super) error: String,
}
record!(DeadRow, 1);
impl Row for DeadRow {
    type Key = JobId;
}

/// The first [`Queue::ERROR_BYTES`] of a message.
pub(super) fn shortened(error: &str) -> String {
    error.get(..error.floor_char_boundary(Queue::ERROR_BYTES)).unwrap_or_default().to_owned()
}
