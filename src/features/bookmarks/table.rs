//! Bookmarks: statuses that an account keeps for itself.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::ids::{AccountId, LinkId, StatusId};

/// A bookmark. Keyed by (account, status).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bookmark {
    /// The row that pages run over.
    pub id: LinkId,
}
record!(Bookmark, 1);

impl Row for Bookmark {
    type Key = (AccountId, StatusId);

    fn index(&self, (account, status): &Self::Key, rows: &mut IndexRows) {
        rows.add(&BOOKMARKS_OF, account, &(self.id, *status));
        rows.add(&BOOKMARKED_BY, status, account);
    }
}

/// All bookmarks.
pub const BOOKMARKS: Table<Bookmark> = Table::new(0x58, "bookmarks");
/// What an account has bookmarked.
pub const BOOKMARKS_OF: Index<AccountId, (LinkId, StatusId)> = Index::new(0x59, "bookmarks_by_account");
/// Who has bookmarked a status; for its deletion only, never shown.
pub const BOOKMARKED_BY: Index<StatusId, AccountId> = Index::new(0x5A, "bookmarks_by_status");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&BOOKMARKS);
    catalog.index(&BOOKMARKS_OF);
    catalog.index(&BOOKMARKED_BY);
}
