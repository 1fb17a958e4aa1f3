//! What trends, who used which tag lately, and what the staff decided.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// What may trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Subject {
    /// Hashtags, by their normalised name.
    Tag = 1,
    /// Statuses, by their number.
    Status = 2,
    /// Links, by their address.
    Link = 3,
}

/// One thing in a ranking.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The name of a tag, the number of a status, the address of a link.
    pub name: String,
    /// How much it trends, decay included.
    pub score: f64,
    /// Its highest score without decay.
    pub peak: f64,
    /// When it had that.
    pub peak_at: Millis,
    /// Its language, when it has one.
    pub language: Option<String>,
}

/// Everything of one kind that trends, greatest score first. Keyed by [`Subject`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Ranking {
    /// When it was made.
    pub at: Millis,
    /// At most [`super::rank::MOST`].
    pub entries: Vec<Entry>,
}
record!(Ranking, 1);

impl Row for Ranking {
    type Key = u8;
}

/// What the staff decided. Keyed by [`Subject`] and name; accounts are not judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// It may trend, or must not.
    pub trendable: bool,
    /// When that was decided.
    pub decided_at: Millis,
}
record!(Verdict, 1);

impl Row for Verdict {
    type Key = (u8, String);
}

/// What one account did with a link on one day. Keyed by day (since 1970, UTC), card and account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkUse {
    /// How many posts and boosts of it showed the link.
    pub uses: u32,
}
record!(LinkUse, 1);

impl Row for LinkUse {
    type Key = (u32, String, AccountId);
}

/// All rankings.
pub const RANKINGS: Table<Ranking> = Table::new(0x7B, "trend_rankings");
/// All verdicts.
pub const VERDICTS: Table<Verdict> = Table::new(0x7C, "trend_verdicts");
/// Who used which tag in public posts, by day (since 1970, UTC); today's and yesterday's are kept.
pub const TAG_USES: Index<u32, (String, AccountId)> = Index::new(0x7D, "trend_tag_uses");
/// Who shared which link in public posts and boosts; kept as long as a history shows it.
pub const LINK_USES: Table<LinkUse> = Table::new(0xE1, "trend_link_uses");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&RANKINGS);
    catalog.table(&VERDICTS);
    catalog.index(&TAG_USES);
    catalog.table(&LINK_USES);
}

#[cfg(test)]
mod tests {
    use shop_storage::encode_record;

    use super::*;

    #[test]
    fn bytes_of_the_first_version() {
        let entry = Entry { name: "a".into(), score: 1.0, peak: 2.0, peak_at: Millis(3), language: None };
        let ranking = Ranking { at: Millis(7), entries: vec![entry] };
        let mut golden = vec![1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, b'a']);
        golden.extend([0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x40]);
        golden.extend([3, 0, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&ranking).unwrap(), golden);
        let verdict = Verdict { trendable: true, decided_at: Millis(9) };
        assert_eq!(encode_record(&verdict).unwrap(), [1, 1, 1, 9, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&LinkUse { uses: 3 }).unwrap(), [1, 1, 3, 0, 0, 0]);
        assert_eq!(
            [Subject::Tag as u8, Subject::Status as u8, Subject::Link as u8],
            [1, 2, 3],
            "they are keys"
        );
    }
}
