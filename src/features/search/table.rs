//! What the search index has yet to learn, and how far it was filled.

use serde::{Deserialize, Serialize};
use shop_storage::search::{Field, FieldKind};
use shop_storage::{Catalog, Index, Row, Table, record};

use crate::platform::ids::{AccountId, LinkId, StatusId};

/// The shelf of statuses in the index.
pub const STATUS_SHELF: u8 = 1;
/// The shelf of accounts; the greater one goes first.
pub const ACCOUNT_SHELF: u8 = 2;

/// What a status says: text, warning, poll options, descriptions of attachments.
pub const TEXT: Field = Field::new("text", FieldKind::Text);
/// Its hashtags, normalised.
pub const TAG: Field = Field::new("tag", FieldKind::Word);
/// Its language.
pub const LANGUAGE: Field = Field::new("language", FieldKind::Word);
/// What it has and is, by the words of behaviours §12.
pub const PROPERTY: Field = Field::new("property", FieldKind::Word);
/// Its author.
pub const AUTHOR: Field = Field::new("author", FieldKind::Number);
/// Local accounts in whose library it stands: those who wrote it, are mentioned in it or did something with it.
pub const READER: Field = Field::new("reader", FieldKind::Number);
/// 1 when everybody may find it.
pub const OPEN: Field = Field::new("open", FieldKind::Number);
/// Display name and name of an account.
pub const NAME: Field = Field::new("name", FieldKind::Text);
/// Its name alone.
pub const USERNAME: Field = Field::new("username", FieldKind::Word);
/// Its server; absent for local ones.
pub const DOMAIN: Field = Field::new("domain", FieldKind::Word);

/// All fields of the index.
pub const FIELDS: &[Field] = &[TEXT, TAG, LANGUAGE, PROPERTY, AUTHOR, READER, OPEN, NAME, USERNAME, DOMAIN];

/// Something changed that the index has not learnt. Keyed by (shelf, number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// Which change it was: a later one is not taken away with an earlier.
    pub stamp: LinkId,
}
record!(Pending, 1);

impl Row for Pending {
    type Key = (u8, u64);
}

/// How far an index was filled from the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It must be emptied first.
    Asked,
    /// Accounts up to this one are in it.
    Accounts(AccountId),
    /// All accounts are, and statuses down to this one.
    Statuses(StatusId),
    /// Everything is.
    Full,
}

/// How the index is filled. One row, keyed by [`THE_INDEX`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filling {
    /// Which index.
    pub generation: u64,
    /// How far.
    pub stage: Stage,
    /// How many rows were looked at.
    pub done: u64,
}
record!(Filling, 1);

impl Row for Filling {
    type Key = u8;
}

/// The key of the one [`Filling`].
pub const THE_INDEX: u8 = 0;

/// What the index has yet to learn.
pub const PENDING: Table<Pending> = Table::new(0x78, "search_pending");
/// How far the index was filled.
pub const FILLING: Table<Filling> = Table::new(0x79, "search_filling");
/// Accounts whose public posts stand in the index for everybody.
pub const OPENED: Index<(), AccountId> = Index::new(0x7A, "search_opened");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&PENDING);
    catalog.table(&FILLING);
    catalog.index(&OPENED);
}

#[cfg(test)]
mod tests {
    use shop_storage::encode_record;

    use super::*;

    #[test]
    fn bytes_of_the_first_version() {
        let pending = Pending { stamp: LinkId::new(5) };
        assert_eq!(encode_record(&pending).unwrap(), [1, 1, 5, 0, 0, 0, 0, 0, 0, 0]);
        let filling = Filling { generation: 2, stage: Stage::Statuses(StatusId::new(3)), done: 4 };
        let mut golden = vec![1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0];
        golden.extend([3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&filling).unwrap(), golden);
        let full = Filling { generation: 0, stage: Stage::Full, done: 0 };
        assert_eq!(encode_record(&full).unwrap()[10..14], [3, 0, 0, 0]);
    }
}
