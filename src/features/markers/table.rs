//! Markers: how far an account has read its timelines.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// A place in a timeline. Keyed by (account, timeline).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marker {
    /// The newest id that was read, as the client gave it.
    pub last_read_id: u64,
    /// Goes up by one with each save.
    pub version: u64,
    /// When it was saved.
    pub updated_at: Millis,
}
record!(Marker, 1);

impl Row for Marker {
    type Key = (AccountId, String);
}

/// All markers.
pub const MARKERS: Table<Marker> = Table::new(0x60, "markers");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&MARKERS);
}
