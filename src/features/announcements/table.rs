//! Announcements, who has put them away, and what people think of them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AnnouncementId, LinkId};

/// Something the staff tells everybody here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// As it was written.
    pub text: String,
    /// When what it is about begins.
    pub starts_at: Option<Millis>,
    /// When that ends; the announcement goes with it.
    pub ends_at: Option<Millis>,
    /// Beginning and end are days, without a time.
    pub all_day: bool,
    /// When it was published.
    pub published_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}
record!(Announcement, 1);

impl Row for Announcement {
    type Key = AnnouncementId;
}

/// An emoji that at least one person reacted with. Keyed by (announcement, name).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The row that the order follows: the oldest stands first.
    pub first: LinkId,
    /// How many reacted so.
    pub count: u64,
    /// A custom emoji of ours; the name is its shortcode.
    pub custom: bool,
}
record!(Reaction, 1);

impl Row for Reaction {
    type Key = (AnnouncementId, String);
}

/// All announcements.
pub const ANNOUNCEMENTS: Table<Announcement> = Table::new(0x7E, "announcements");
/// Who has put an announcement away.
pub const DISMISSED: Index<AnnouncementId, AccountId> = Index::new(0x7F, "announcements_dismissed");
/// Reactions with their numbers.
pub const REACTIONS: Table<Reaction> = Table::new(0x80, "announcement_reactions");
/// Who reacted with what.
pub const REACTED: Index<AnnouncementId, (String, AccountId)> = Index::new(0x81, "announcement_reactions_by");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&ANNOUNCEMENTS);
    catalog.index(&DISMISSED);
    catalog.table(&REACTIONS);
    catalog.index(&REACTED);
}

#[cfg(test)]
mod tests {
    use shop_storage::encode_record;

    use super::*;

    #[test]
    fn bytes_of_the_first_version() {
        let announcement = Announcement {
            text: "x".into(),
            starts_at: None,
            ends_at: Some(Millis(7)),
            all_day: true,
            published_at: Millis(8),
            updated_at: Millis(9),
        };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'x', 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 1];
        golden.extend([8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&announcement).unwrap(), golden);
        let reaction = Reaction { first: LinkId::new(1), count: 2, custom: true };
        let golden = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(encode_record(&reaction).unwrap(), golden);
    }
}
