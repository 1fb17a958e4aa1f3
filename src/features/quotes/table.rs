//! Quotes: which status quotes which, and whether its author agreed.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, StatusId};

/// How a quote stands (entities: Quote).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuoteState {
    /// The quoted author's server has not answered, or nobody has proven that it agreed.
    Pending,
    /// The quoted author agrees.
    Accepted,
    /// The quoted author's server said no.
    Rejected,
    /// The quoted author took the agreement back.
    Revoked,
    /// The quoted post is gone.
    Deleted,
}

impl QuoteState {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Deleted => "deleted",
        }
    }
}

/// A quote. Keyed by the status that quotes, which is also its number in the authorization's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The quoted status, once we have it.
    pub quoted: Option<StatusId>,
    /// Its ActivityPub id as the quoting post names it; `None` for posts of ours.
    pub uri: Option<String>,
    /// Its author, once known.
    pub author: Option<AccountId>,
    /// How it stands.
    pub state: QuoteState,
    /// Known only by the properties of older software; hidden until it is proven (behaviours §13).
    pub legacy: bool,
    /// The address of the agreement, when another server gave it.
    pub authorization: Option<String>,
    /// Since when.
    pub created_at: Millis,
}
record!(Quote, 1);

impl Row for Quote {
    type Key = StatusId;

    fn index(&self, key: &StatusId, rows: &mut IndexRows) {
        if let Some(quoted) = self.quoted {
            rows.add(&QUOTING, &quoted, key);
            if self.state == QuoteState::Accepted {
                rows.add(&ACCEPTED, &quoted, key);
            }
        }
        if let Some(authorization) = &self.authorization {
            rows.add(&BY_AUTHORIZATION, authorization, key);
        }
        if let (None, Some(uri)) = (self.quoted, &self.uri)
            && self.state == QuoteState::Pending
        {
            rows.add(&AWAITED, uri, key);
        }
    }
}

/// All quotes.
pub const QUOTES: Table<Quote> = Table::new(0x8B, "quotes");
/// Everything that quotes a status, whatever its state.
pub const QUOTING: Index<StatusId, StatusId> = Index::new(0x8C, "quotes_by_quoted");
/// What quotes a status with its author's agreement.
pub const ACCEPTED: Index<StatusId, StatusId> = Index::new(0x8D, "quotes_accepted");
/// Quotes by the address of their agreement: when it goes, they end.
pub const BY_AUTHORIZATION: Index<String, StatusId> = Index::new(0x8E, "quotes_by_authorization");
/// Quotes of something that we do not have, by its ActivityPub id.
pub const AWAITED: Index<String, StatusId> = Index::new(0x8F, "quotes_awaited");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&QUOTES);
    catalog.index(&QUOTING);
    catalog.index(&ACCEPTED);
    catalog.index(&BY_AUTHORIZATION);
    catalog.index(&AWAITED);
}
