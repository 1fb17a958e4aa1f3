//! What the owner sets for the whole community, and the secrets of this server.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// The community's settings; one row, absent until the first start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    /// The community's name.
    pub title: String,
    /// One or two plain sentences about it.
    pub description: String,
    /// Where people can write to the staff; empty when not told.
    pub contact_email: String,
    /// The account of the owner, once there is one.
    pub contact: Option<AccountId>,
    /// The rules, in order.
    pub rules: Vec<String>,
    /// Languages the community writes in (ISO 639).
    pub languages: Vec<String>,
    /// Access tokens are derived from this; never leaves the store.
    pub token_secret: [u8; 32],
    /// When this server was first started.
    pub created_at: Millis,
}
record!(Instance, 1);

impl Row for Instance {
    type Key = ();
}

/// The one row.
pub const INSTANCE: Table<Instance> = Table::new(0x01, "instance");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&INSTANCE);
}
