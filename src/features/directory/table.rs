//! The directory: accounts that want to be found.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::ids::AccountId;

/// An account that may be in the directory. Keyed by the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// It lives here.
    pub local: bool,
}
record!(Listed, 1);

impl Row for Listed {
    type Key = AccountId;

    fn index(&self, id: &AccountId, rows: &mut IndexRows) {
        rows.add(&LISTED_BY, &self.local, id);
    }
}

/// Accounts that may be in the directory.
pub const LISTED: Table<Listed> = Table::new(0xCC, "directory");
/// The same, by whether they live here.
pub const LISTED_BY: Index<bool, AccountId> = Index::new(0xCD, "directory_by_home");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&LISTED);
    catalog.index(&LISTED_BY);
}
