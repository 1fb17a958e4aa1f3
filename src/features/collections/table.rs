//! Collections, ours and those of others, and the accounts in them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId, StatusId};

/// How an account stands in a collection (entities: CollectionItem).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemState {
    /// Nobody has answered yet, or nothing is proven.
    Pending,
    /// The account agrees.
    Accepted,
    /// Its server said no.
    Rejected,
    /// The account took its agreement back.
    Revoked,
}

impl ItemState {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
        }
    }

    /// Whether the account takes a place in the collection.
    pub const fn counts(self) -> bool {
        matches!(self, Self::Pending | Self::Accepted)
    }
}

/// A list of accounts that somebody shows everybody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collection {
    /// Whose it is.
    pub account: AccountId,
    /// Its ActivityPub id when it comes from another server; ours are derived from the numbers.
    pub uri: Option<String>,
    /// Its page on another server.
    pub url: Option<String>,
    /// Plain text.
    pub name: String,
    /// Plain text for ours, sanitised HTML for those of others.
    pub description: Option<String>,
    /// ISO 639.
    pub language: Option<String>,
    /// Who looks at it should be warned.
    pub sensitive: bool,
    /// It may be listed for everybody.
    pub discoverable: bool,
    /// What it is about: a hashtag, normalised.
    pub tag: Option<String>,
    /// When it was made.
    pub created_at: Millis,
    /// When it last changed.
    pub updated_at: Millis,
}
record!(Collection, 1);

impl Collection {
    /// Whether it is kept here by its owner.
    pub const fn is_local(&self) -> bool {
        self.uri.is_none()
    }
}

impl Row for Collection {
    type Key = CollectionId;

    fn index(&self, key: &CollectionId, rows: &mut IndexRows) {
        rows.add(&BY_OWNER, &self.account, key);
        if let Some(uri) = &self.uri {
            rows.unique(&BY_URI, uri, key);
        }
    }
}

/// What an item is found by: its collection and its own number.
pub type ItemKey = (CollectionId, CollectionItemId);

/// An account in a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// The account, once it is known.
    pub account: Option<AccountId>,
    /// The account's ActivityPub id, as the collection of another server names it.
    pub object: Option<String>,
    /// How it stands.
    pub state: ItemState,
    /// Its place in the collection.
    pub position: u32,
    /// The item's ActivityPub id, as another server names it.
    pub uri: Option<String>,
    /// The address of the agreement, when another server gave it.
    pub authorization: Option<String>,
    /// Since when it is there.
    pub created_at: Millis,
    /// Since when it stands like this.
    pub changed_at: Millis,
}
record!(Item, 1);

impl Row for Item {
    type Key = ItemKey;

    fn index(&self, key: &ItemKey, rows: &mut IndexRows) {
        if let Some(account) = self.account {
            rows.add(&FEATURED_IN, &account, &(key.1, key.0));
        }
    }
}

/// The collections that a status links. Keyed by the status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linked {
    /// In the order of their links.
    pub collections: Vec<CollectionId>,
}
record!(Linked, 1);

impl Row for Linked {
    type Key = StatusId;
}

/// All collections.
pub const COLLECTIONS: Table<Collection> = Table::new(0xE2, "collections");
/// The collections of an account.
pub const BY_OWNER: Index<AccountId, CollectionId> = Index::new(0xE3, "collections_by_owner");
/// ActivityPub id to collection of another server.
pub const BY_URI: Unique<String, CollectionId> = Unique::new(0xE4, "collections_by_uri");
/// The accounts in collections.
pub const ITEMS: Table<Item> = Table::new(0xE5, "collection_items");
/// In which collections an account is, whatever its state there.
pub const FEATURED_IN: Index<AccountId, (CollectionItemId, CollectionId)> =
    Index::new(0xE6, "collection_items_by_account");
/// Which collections a status links.
pub const LINKED: Table<Linked> = Table::new(0xEB, "status_collections");
/// The page of a collection of another server to the collection; kept by hand, because pages need not be unique.
pub const BY_PAGE: Index<String, CollectionId> = Index::new(0xEC, "collections_by_page");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&COLLECTIONS);
    catalog.index(&BY_OWNER);
    catalog.unique(&BY_URI);
    catalog.table(&ITEMS);
    catalog.index(&FEATURED_IN);
    catalog.table(&LINKED);
    catalog.index(&BY_PAGE);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn stored_records_stay_readable() {
        let collection = Collection {
            account: AccountId::new(7),
            uri: Some("u".into()),
            url: None,
            name: "n".into(),
            description: Some("d".into()),
            language: None,
            sensitive: true,
            discoverable: false,
            tag: None,
            created_at: Millis(3),
            updated_at: Millis(4),
        };
        let bytes = encode_record(&collection).unwrap();
        let golden = "0101070000000000000001010000000000000075000100000000000000\
                      6e010100000000000000640001000003000000000000000400000000000000";
        assert_eq!(hex(&bytes), golden);
        assert_eq!(decode_record::<Collection>(&bytes).unwrap(), collection);
        let item = Item {
            account: Some(AccountId::new(7)),
            object: None,
            state: ItemState::Revoked,
            position: 2,
            uri: None,
            authorization: Some("a".into()),
            created_at: Millis(3),
            changed_at: Millis(4),
        };
        let bytes = encode_record(&item).unwrap();
        let golden = "010101070000000000000000030000000200000000010100000000000000\
                      6103000000000000000400000000000000";
        assert_eq!(hex(&bytes), golden);
        assert_eq!(decode_record::<Item>(&bytes).unwrap(), item);
        let linked = Linked { collections: vec![CollectionId::new(9)] };
        let bytes = encode_record(&linked).unwrap();
        assert_eq!(hex(&bytes), "010101000000000000000900000000000000");
        assert_eq!(decode_record::<Linked>(&bytes).unwrap(), linked);
    }
}
