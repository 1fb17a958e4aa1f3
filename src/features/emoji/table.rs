//! Custom emoji, our own and those other servers use.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::place::Place;

/// A custom emoji. Keyed by (domain or "" for ours, shortcode).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Emoji {
    /// The picture.
    pub image: Place,
    /// Its still form.
    pub still: Option<Place>,
    /// The ActivityPub id, for remote ones.
    pub uri: Option<String>,
    /// Offered in the picker.
    pub visible: bool,
    /// Switched off by the staff.
    pub disabled: bool,
    /// The heading it stands under.
    pub category: Option<String>,
    /// When it last changed.
    pub updated_at: Millis,
}
record!(Emoji, 1);

impl Row for Emoji {
    type Key = (String, String);
}

/// All emoji.
pub const EMOJIS: Table<Emoji> = Table::new(0x30, "emojis");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&EMOJIS);
}
