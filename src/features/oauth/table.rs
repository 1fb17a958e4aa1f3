//! Applications, access tokens and authorization codes. Secrets are kept as hashes only.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AppId, TokenId};

/// A registered client application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Application {
    /// Shown at consent and beside posts; at most 60 characters.
    pub name: String,
    /// Its website.
    pub website: Option<String>,
    /// Where codes may be sent; compared exactly.
    pub redirect_uris: Vec<String>,
    /// What its tokens may have at most.
    pub scopes: Vec<String>,
    /// Public identifier.
    pub client_id: String,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
    /// The web app of this server itself: needs no consent.
    pub first_party: bool,
    /// When it was registered.
    pub created_at: Millis,
}
record!(Application, 1);

impl Row for Application {
    type Key = AppId;

    fn index(&self, key: &AppId, rows: &mut IndexRows) {
        rows.unique(&BY_CLIENT_ID, &self.client_id, key);
    }
}

/// An access token. Its text is derived from the number and the server's secret, so that asking again
/// gives the same one (behaviours §2) although only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    /// The application.
    pub app: AppId,
    /// Whose; `None` for tokens of the application itself.
    pub account: Option<AccountId>,
    /// What it may do, in the order asked for.
    pub scopes: Vec<String>,
    /// SHA-256 of its text.
    pub hash: [u8; 32],
    /// When it was made.
    pub created_at: Millis,
    /// Last used, to within a day.
    pub used_at: Option<Millis>,
    /// Ended; kept so that its use is answered as revoked.
    pub revoked_at: Option<Millis>,
}
record!(Token, 1);

impl Row for Token {
    type Key = TokenId;

    fn index(&self, key: &TokenId, rows: &mut IndexRows) {
        rows.unique(&BY_HASH, &self.hash, key);
        if self.revoked_at.is_none() {
            rows.add(&TOKENS_OF, &(self.account.unwrap_or(AccountId::new(0)), self.app), key);
            if let Some(account) = self.account {
                rows.add(&TOKENS_BY_ACCOUNT, &account, key);
            }
        }
    }
}

/// An authorization code that was not used yet. Keyed by the SHA-256 of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// For which application.
    pub app: AppId,
    /// For whom.
    pub account: AccountId,
    /// For what.
    pub scopes: Vec<String>,
    /// Where it was sent.
    pub redirect_uri: String,
    /// PKCE S256 challenge.
    pub challenge: Option<String>,
    /// Ten minutes after it was made.
    pub expires_at: Millis,
}
record!(Code, 1);

impl Row for Code {
    type Key = [u8; 32];

    fn index(&self, key: &[u8; 32], rows: &mut IndexRows) {
        rows.add(&CODES_FOR, &self.account, key);
    }
}

/// All applications.
pub const APPS: Table<Application> = Table::new(0x18, "apps");
/// Client id to application.
pub const BY_CLIENT_ID: Unique<String, AppId> = Unique::new(0x19, "apps_by_client_id");
/// All tokens.
pub const TOKENS: Table<Token> = Table::new(0x1A, "tokens");
/// Hash of the text to token.
pub const BY_HASH: Unique<[u8; 32], TokenId> = Unique::new(0x1B, "tokens_by_hash");
/// Live tokens of (account or 0, application).
pub const TOKENS_OF: Index<(AccountId, AppId), TokenId> = Index::new(0x1C, "tokens_by_owner");
/// Live tokens of an account, whatever their application.
pub const TOKENS_BY_ACCOUNT: Index<AccountId, TokenId> = Index::new(0x1E, "tokens_by_account");
/// Codes.
pub const CODES: Table<Code> = Table::new(0x1D, "codes");
/// Codes for an account, so that they end with what it takes back.
pub const CODES_FOR: Index<AccountId, [u8; 32]> = Index::new(0xF0, "codes_by_account");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&APPS);
    catalog.unique(&BY_CLIENT_ID);
    catalog.table(&TOKENS);
    catalog.unique(&BY_HASH);
    catalog.index(&TOKENS_OF);
    catalog.index(&TOKENS_BY_ACCOUNT);
    catalog.table(&CODES);
    catalog.index(&CODES_FOR);
}
