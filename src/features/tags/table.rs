//! Hashtags: the ones that were ever used in a public post.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::LinkId;

/// A hashtag. Keyed by its normalised name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// Its number.
    pub id: LinkId,
    /// As its first writer spelled it (behaviours §5).
    pub display: String,
    /// When it was first used.
    pub created_at: Millis,
}
record!(Tag, 1);

impl Row for Tag {
    type Key = String;
}

/// All hashtags.
pub const TAGS: Table<Tag> = Table::new(0x70, "tags");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&TAGS);
}
