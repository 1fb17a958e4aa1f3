//! Suggestions: the ones that somebody does not want to see again.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// A suggestion that was sent away. Keyed by (by whom, who was suggested).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dismissed {
    /// When.
    pub at: Millis,
}
record!(Dismissed, 1);

impl Row for Dismissed {
    type Key = (AccountId, AccountId);
}

/// Suggestions that were sent away.
pub const DISMISSED: Table<Dismissed> = Table::new(0xCE, "suggestions_dismissed");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&DISMISSED);
}
