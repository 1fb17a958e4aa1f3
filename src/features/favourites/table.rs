//! Favourites: who likes which status.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, LinkId, StatusId};

/// A favourite. Keyed by (account, status).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Favourite {
    /// The row that pages run over.
    pub id: LinkId,
    /// The id of the Like activity when a remote account likes.
    pub uri: Option<String>,
    /// When.
    pub created_at: Millis,
}
record!(Favourite, 1);

impl Row for Favourite {
    type Key = (AccountId, StatusId);

    fn index(&self, (account, status): &Self::Key, rows: &mut IndexRows) {
        rows.add(&FAVOURITES_OF, account, &(self.id, *status));
        rows.add(&FAVOURITED_BY, status, &(self.id, *account));
        if let Some(uri) = &self.uri {
            rows.unique(&LIKE_URIS, uri, &(*account, *status));
        }
    }
}

/// All favourites.
pub const FAVOURITES: Table<Favourite> = Table::new(0x54, "favourites");
/// What an account has favourited.
pub const FAVOURITES_OF: Index<AccountId, (LinkId, StatusId)> = Index::new(0x55, "favourites_by_account");
/// Who has favourited a status.
pub const FAVOURITED_BY: Index<StatusId, (LinkId, AccountId)> = Index::new(0x56, "favourites_by_status");
/// Id of an incoming Like to (account, status), for Undo by id.
pub const LIKE_URIS: Unique<String, (AccountId, StatusId)> = Unique::new(0x57, "favourites_by_uri");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&FAVOURITES);
    catalog.index(&FAVOURITES_OF);
    catalog.index(&FAVOURITED_BY);
    catalog.unique(&LIKE_URIS);
}
