//! Accounts, local and remote: profile, numbers, keys, and the ways to find them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use super::earlier::AccountV1;
use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;
pub use crate::platform::place::Place;

/// What an account is (ActivityPub actor types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ActorKind {
    /// A person.
    Person,
    /// A bot.
    Service,
    /// A group that boosts what its members send.
    Group,
    /// A server or program.
    Application,
    /// An organization.
    Organization,
}

/// A line of the profile table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// Plain text.
    pub name: String,
    /// Plain text for local accounts, sanitised HTML for remote ones.
    pub value: String,
    /// When the link was found to point back.
    pub verified_at: Option<Millis>,
}

/// An avatar or a header.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// The picture.
    pub place: Place,
    /// Its still first frame when it moves.
    pub still: Option<Place>,
    /// Alternative text, may be empty.
    pub description: String,
}

/// How to talk to a remote account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remote {
    /// Its own inbox.
    pub inbox: String,
    /// Its server's shared inbox.
    pub shared_inbox: Option<String>,
    /// Its outbox.
    pub outbox: Option<String>,
    /// Its followers collection, as it appears in `to` and `cc`.
    pub followers: Option<String>,
    /// Its pinned posts.
    pub featured: Option<String>,
    /// The id of its signing key.
    pub key_id: String,
    /// Its public key, PEM (SPKI).
    pub public_key: String,
    /// When the profile was last read from its server.
    pub fetched_at: Millis,
    /// Its own server has suspended it (behaviours §25): hidden here until the flag goes.
    pub suspended: bool,
}

/// What staff wear on their profile, by their role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Badge {
    /// Looks after reports and people.
    Moderator,
    /// Looks after everything but the owner.
    Admin,
    /// Owns the server.
    Owner,
}

/// Which tabs a profile shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tabs {
    /// Pictures, videos and sounds.
    pub media: bool,
    /// Those of replies among them.
    pub media_replies: bool,
    /// What the account features.
    pub featured: bool,
}

impl Default for Tabs {
    fn default() -> Self {
        Self { media: true, media_replies: true, featured: true }
    }
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// The name as its owner writes it; compared in lower case.
    pub username: String,
    /// The server, ASCII and lower case, with a port where it has one; `None` is this server.
    pub domain: Option<String>,
    /// Plain text, may be empty.
    pub display_name: String,
    /// Plain text for local accounts, sanitised HTML for remote ones.
    pub note: String,
    /// Profile lines.
    pub fields: Vec<Field>,
    /// The ActivityPub id of a remote account; local ones are derived from the number.
    pub uri: Option<String>,
    /// The profile page of a remote account.
    pub url: Option<String>,
    /// What it is.
    pub kind: ActorKind,
    /// Follows need approval.
    pub locked: bool,
    /// May be recommended; `None` when never chosen.
    pub discoverable: Option<bool>,
    /// Public posts may be found by anyone in search.
    pub indexable: bool,
    /// Followers and follows are not shown; `None` when never chosen.
    pub hide_collections: Option<bool>,
    /// When it was made, as far as known.
    pub created_at: Millis,
    /// When the profile last changed.
    pub updated_at: Millis,
    /// The avatar.
    pub avatar: Option<Picture>,
    /// The header picture.
    pub header: Option<Picture>,
    /// Shortcodes of custom emoji in name, note and fields.
    pub emojis: Vec<String>,
    /// Ids of accounts that are the same person.
    pub also_known_as: Vec<String>,
    /// Where the person has moved to.
    pub moved_to: Option<AccountId>,
    /// Suspended here.
    pub suspended_at: Option<Millis>,
    /// Limited here.
    pub silenced_at: Option<Millis>,
    /// All its media count as sensitive.
    pub sensitized: bool,
    /// The person has died; the account is read-only.
    pub memorial: bool,
    /// Gone for good; the name stays taken.
    pub deleted: bool,
    /// How to reach it, for remote accounts.
    pub remote: Option<Remote>,
    /// Websites that may name this account as an author.
    pub attribution_domains: Vec<String>,
    /// The badge of its role; local accounts only. It stands here so that a page of accounts needs no users.
    pub badge: Option<Badge>,
    /// Which tabs its profile shows.
    pub tabs: Tabs,
}
record!(Account, 2, from AccountV1);

impl Account {
    /// Whether it says that a program acts for it.
    pub fn is_bot(&self) -> bool {
        matches!(self.kind, ActorKind::Service | ActorKind::Application)
    }

    /// It is gone for good: what it said of itself goes, its name stays. Its pictures are for the caller to take away.
    pub fn end(&mut self) {
        self.deleted = true;
        self.display_name.clear();
        self.note.clear();
        self.fields.clear();
        self.emojis.clear();
        self.also_known_as.clear();
        self.attribution_domains.clear();
    }

    /// Whether it lives here.
    pub fn is_local(&self) -> bool {
        self.domain.is_none()
    }

    /// `name`, or `name@domain` for remote accounts (ASCII form).
    pub fn handle(&self) -> String {
        match &self.domain {
            None => self.username.clone(),
            Some(domain) => format!("{}@{domain}", self.username),
        }
    }
}

impl Row for Account {
    type Key = AccountId;

    fn index(&self, key: &AccountId, rows: &mut IndexRows) {
        let username = self.username.to_lowercase();
        rows.unique(&BY_HANDLE, &(username.clone(), self.domain.clone().unwrap_or_default()), key);
        if let Some(uri) = &self.uri {
            rows.unique(&BY_URI, uri, key);
        }
        if self.is_local() && !self.deleted {
            rows.add(&LOCAL, &(), key);
        }
    }
}

/// The numbers beside an account.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountStats {
    /// How many follow it.
    pub followers: u64,
    /// How many it follows.
    pub following: u64,
    /// Its posts and boosts, direct ones left out.
    pub statuses: u64,
    /// When it last posted.
    pub last_status_at: Option<Millis>,
}
record!(AccountStats, 1);

impl Row for AccountStats {
    type Key = AccountId;
}

/// The key pair of a local account. Never shown, never sent.
#[derive(Clone, Serialize, Deserialize)]
pub struct PrivateKey {
    /// PKCS#8 PEM.
    pub private: String,
    /// SPKI PEM.
    pub public: String,
}
record!(PrivateKey, 1);

impl Row for PrivateKey {
    type Key = AccountId;
}

/// An Ed25519 key with which a remote account proves what it wrote (FEP-521a).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionKey {
    /// Its id.
    pub id: String,
    /// The 32 bytes of the public key.
    pub key: Vec<u8>,
    /// When it ends.
    pub expires: Option<Millis>,
}

/// The keys of `assertionMethod` of a remote account; no row when there are none.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionKeys(pub Vec<AssertionKey>);
record!(AssertionKeys, 1);

impl Row for AssertionKeys {
    type Key = AccountId;
}

/// Of whom an account agrees to be put into a collection, as bits (entities: FeatureApproval).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whom(pub u8);

impl Whom {
    /// Everybody.
    pub const PUBLIC: Self = Self(1);
    /// Who follows the account.
    pub const FOLLOWERS: Self = Self(2);
    /// Whom the account follows.
    pub const FOLLOWING: Self = Self(4);
    /// Somebody else, whom we cannot tell.
    pub const OTHERS: Self = Self(8);
    /// Nobody but the account itself.
    pub const NOBODY: Self = Self(16);

    /// Whether all of `other` are among them.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// What an account of another server says about collections; no row when it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Featuring {
    /// Who gets its agreement at once.
    pub automatic: Whom,
    /// Who may ask for it.
    pub manual: Whom,
    /// Where its own collections are listed.
    pub collections: Option<String>,
}
record!(Featuring, 1);

impl Row for Featuring {
    type Key = AccountId;
}

/// All accounts.
pub const ACCOUNTS: Table<Account> = Table::new(0x02, "accounts");
/// Their numbers; an absent row is all zeros.
pub const STATS: Table<AccountStats> = Table::new(0x03, "account_stats");
/// Key pairs of local accounts and of the instance actor.
pub const KEYS: Table<PrivateKey> = Table::new(0x04, "account_keys");
/// (name in lower case, domain or "") to account.
pub const BY_HANDLE: Unique<(String, String), AccountId> = Unique::new(0x05, "accounts_by_handle");
/// ActivityPub id to remote account.
pub const BY_URI: Unique<String, AccountId> = Unique::new(0x06, "accounts_by_uri");
/// Words of names. Not written any more, since names stand in the full-text index; rows of earlier days are read by
/// nobody.
pub const WORDS: Unique<(String, AccountId), ()> = Unique::new(0x07, "accounts_by_word");
/// All local accounts.
pub const LOCAL: Index<(), AccountId> = Index::new(0x08, "accounts_local");

/// Keys of remote accounts for proofs inside documents.
pub const ASSERTION_KEYS: Table<AssertionKeys> = Table::new(0x9B, "account_assertion_keys");

/// What accounts of other servers say about collections.
pub const FEATURING: Table<Featuring> = Table::new(0xE8, "account_featuring");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&ACCOUNTS);
    catalog.table(&STATS);
    catalog.table(&KEYS);
    catalog.unique(&BY_HANDLE);
    catalog.unique(&BY_URI);
    catalog.unique(&WORDS);
    catalog.index(&LOCAL);
    catalog.table(&ASSERTION_KEYS);
    catalog.table(&FEATURING);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn what_is_said_about_collections_stays_readable() {
        let row = Featuring {
            automatic: Whom::PUBLIC.and(Whom::FOLLOWERS),
            manual: Whom::NOBODY,
            collections: Some("a".into()),
        };
        let golden = [1, 1, 3, 16, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a'];
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<Featuring>(&golden).unwrap(), row);
    }

    #[test]
    fn stored_assertion_keys_stay_readable() {
        let key = AssertionKey { id: "a".into(), key: vec![7, 8], expires: Some(Millis(5)) };
        let row = AssertionKeys(vec![key]);
        let mut golden = vec![1, 1];
        for (length, bytes) in [(1_u64, [].as_slice()), (1, b"a"), (2, &[7, 8])] {
            golden.extend(length.to_le_bytes());
            golden.extend(bytes);
        }
        golden.push(1);
        golden.extend(5_u64.to_le_bytes());
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<AssertionKeys>(&golden).unwrap(), row);
    }
}
