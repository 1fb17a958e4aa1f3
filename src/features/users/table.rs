//! Users: what makes a local account a person who can sign in, and their browser sessions.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::features::accounts::table::Badge;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AppId, TokenId};

/// What a user may do beyond being a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// A member.
    User,
    /// Looks after reports and people.
    Moderator,
    /// Looks after everything but the owner.
    Admin,
    /// Owns the server.
    Owner,
}

impl Role {
    /// What its bearer wears on the profile; members wear nothing.
    pub const fn badge(self) -> Option<Badge> {
        match self {
            Self::User => None,
            Self::Moderator => Some(Badge::Moderator),
            Self::Admin => Some(Badge::Admin),
            Self::Owner => Some(Badge::Owner),
        }
    }
}

impl Role {
    /// The word of the command line and of settings.
    pub const fn word(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Moderator => "moderator",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::User, Self::Moderator, Self::Admin, Self::Owner].into_iter().find(|role| role.word() == word)
    }
}

/// Who may see a status (behaviours §8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Visibility {
    /// Everybody, also in public timelines.
    Public,
    /// Everybody, but in no public timeline.
    Unlisted,
    /// Followers and the mentioned.
    Private,
    /// The mentioned.
    Direct,
    /// As direct, for the addressed without a mention; incoming only, shown as private.
    Limited,
}

impl Visibility {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Unlisted => "unlisted",
            Self::Private | Self::Limited => "private",
            Self::Direct => "direct",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        match word {
            "public" => Some(Self::Public),
            "unlisted" => Some(Self::Unlisted),
            "private" => Some(Self::Private),
            "direct" => Some(Self::Direct),
            _ => None,
        }
    }

    /// Whether everybody may see it.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Public | Self::Unlisted)
    }
}

/// A person's own choices (behaviours §28, user preferences).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Visibility of new posts; `None` follows the lock: private when locked, else public.
    pub privacy: Option<Visibility>,
    /// New posts are sensitive.
    pub sensitive: bool,
    /// Language of new posts.
    pub language: Option<String>,
    /// Who may quote new posts: `public`, `followers` or `nobody`.
    pub quote_policy: String,
    /// Language of the interface.
    pub locale: String,
    /// Languages shown in public timelines; empty is all.
    pub chosen_languages: Vec<String>,
    /// Whether others see which application a post was written with.
    pub show_application: bool,
    /// A second boost of a recent post is left out of home.
    pub aggregate_reblogs: bool,
    /// `default`, `show_all` or `hide_all`.
    pub expand_media: String,
    /// Warnings start opened.
    pub expand_spoilers: bool,
    /// GIFs move by themselves.
    pub autoplay_gifs: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            privacy: None,
            sensitive: false,
            language: None,
            quote_policy: "public".into(),
            locale: "en".into(),
            chosen_languages: Vec::new(),
            show_application: true,
            aggregate_reblogs: true,
            expand_media: "default".into(),
            expand_spoilers: false,
            autoplay_gifs: false,
        }
    }
}

/// A local account's person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Where mail goes; compared in lower case.
    pub email: String,
    /// argon2id, PHC string.
    pub password_hash: String,
    /// What they may do.
    pub role: Role,
    /// When they signed up.
    pub created_at: Millis,
    /// When the address was confirmed.
    pub confirmed_at: Option<Millis>,
    /// Approved by the staff, or needs no approval.
    pub approved: bool,
    /// Cannot sign in.
    pub disabled: bool,
    /// What they wrote when they asked to join.
    pub reason: String,
    /// The application they signed up with; `None` for the form and the command line.
    pub signed_up_with: Option<AppId>,
    /// Their choices.
    pub settings: Settings,
    /// The last day they were seen, to within a day.
    pub active_at: Millis,
}
record!(User, 1);

impl Row for User {
    type Key = AccountId;

    fn index(&self, key: &AccountId, rows: &mut IndexRows) {
        rows.unique(&BY_EMAIL, &self.email.to_lowercase(), key);
        if !self.approved {
            rows.add(&PENDING, &(), key);
        }
        if self.role != Role::User {
            rows.add(&STAFF, &(), key);
        }
    }
}

/// A browser that is signed in. Keyed by the SHA-256 of its cookie.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Who.
    pub account: AccountId,
    /// The access token the web app uses; ends with the session.
    pub token: TokenId,
    /// Since when.
    pub created_at: Millis,
    /// Last used, to within a day.
    pub seen_at: Millis,
    /// The browser, as it names itself (at most 255 bytes).
    pub user_agent: String,
}
record!(Session, 1);

impl Row for Session {
    type Key = [u8; 32];

    fn index(&self, key: &[u8; 32], rows: &mut IndexRows) {
        rows.add(&SESSIONS_OF, &self.account, key);
    }
}

/// What a one-time link does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LinkUse {
    /// Sets the server up and makes its owner.
    Setup,
    /// Confirms the address.
    Confirm(AccountId),
    /// Chooses a new password.
    Reset(AccountId),
    /// Confirms the address that is to take the place of the present one.
    Address(AccountId),
}

/// A one-time link. Keyed by the SHA-256 of its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OneTimeLink {
    /// What it does.
    pub purpose: LinkUse,
    /// When it ends.
    pub expires_at: Millis,
}
record!(OneTimeLink, 1);

impl LinkUse {
    /// What links of one use stand under in [`LINKS_FOR`].
    pub fn shelf(&self) -> (u8, AccountId) {
        match self {
            Self::Setup => (0, AccountId::new(0)),
            Self::Confirm(account) => (1, *account),
            Self::Reset(account) => (2, *account),
            Self::Address(account) => (3, *account),
        }
    }
}

impl Row for OneTimeLink {
    type Key = [u8; 32];

    fn index(&self, key: &[u8; 32], rows: &mut IndexRows) {
        rows.add(&LINKS_FOR, &self.purpose.shelf(), key);
    }
}

/// The address that somebody wants to have instead of the present one, until its link was followed. Keyed by the account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressChange {
    /// The wanted address.
    pub email: String,
    /// Since when.
    pub asked_at: Millis,
}
record!(AddressChange, 1);

impl Row for AddressChange {
    type Key = AccountId;
}

/// What happens to a person that a mail may tell of (behaviours §28): each kind is wished for or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mails {
    /// Somebody follows.
    pub follow: bool,
    /// Somebody asks to follow.
    pub follow_request: bool,
    /// Somebody mentions or answers.
    pub mention: bool,
    /// Somebody quotes a post.
    pub quote: bool,
    /// Somebody boosts a post.
    pub reblog: bool,
    /// Somebody favourites a post.
    pub favourite: bool,
}

impl Default for Mails {
    fn default() -> Self {
        Self {
            follow: true,
            follow_request: true,
            mention: true,
            quote: true,
            reblog: false,
            favourite: false,
        }
    }
}

/// What a person wishes beyond what the client API has words for (behaviours §28). Keyed by the account; absent until
/// something is changed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wishes {
    /// The zone whose days are meant in searches, by its IANA name; UTC when not told.
    pub time_zone: Option<String>,
    /// What mails tell of.
    pub mails: Mails,
    /// Mails come even while the person is here or is woken by pushes.
    pub always_mail: bool,
}
record!(Wishes, 1);

impl Row for Wishes {
    type Key = AccountId;
}

/// All users.
pub const USERS: Table<User> = Table::new(0x10, "users");
/// Address in lower case to user.
pub const BY_EMAIL: Unique<String, AccountId> = Unique::new(0x11, "users_by_email");
/// Browser sessions.
pub const SESSIONS: Table<Session> = Table::new(0x12, "sessions");
/// Sessions of an account.
pub const SESSIONS_OF: Index<AccountId, [u8; 32]> = Index::new(0x13, "sessions_by_account");
/// One-time links.
pub const LINKS: Table<OneTimeLink> = Table::new(0x14, "one_time_links");
/// Users who wait for approval.
pub const PENDING: Index<(), AccountId> = Index::new(0x15, "users_pending");

/// Links by use and account, so that all of one use end together.
pub const LINKS_FOR: Index<(u8, AccountId), [u8; 32]> = Index::new(0x16, "one_time_links_by_use");
/// Moderators, admins and the owner.
pub const STAFF: Index<(), AccountId> = Index::new(0x17, "users_staff");
/// What people wish.
pub const WISHES: Table<Wishes> = Table::new(0xE9, "user_wishes");

/// Addresses that wait to be confirmed in place of others.
pub const ADDRESS_CHANGES: Table<AddressChange> = Table::new(0xF1, "address_changes");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&WISHES);
    catalog.table(&USERS);
    catalog.unique(&BY_EMAIL);
    catalog.table(&SESSIONS);
    catalog.index(&SESSIONS_OF);
    catalog.table(&LINKS);
    catalog.index(&PENDING);
    catalog.index(&LINKS_FOR);
    catalog.index(&STAFF);
    catalog.table(&ADDRESS_CHANGES);
    super::two_factor::table::catalog(catalog);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_changes_of_addresses_stay_readable() {
        let row = AddressChange { email: "a@b".into(), asked_at: Millis(5) };
        let golden = [1, 1, 3, 0, 0, 0, 0, 0, 0, 0, b'a', b'@', b'b', 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<AddressChange>(&golden).unwrap(), row);
        let link = OneTimeLink { purpose: LinkUse::Address(AccountId::new(7)), expires_at: Millis(5) };
        let golden = [1, 1, 3, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&link).unwrap(), golden);
    }

    #[test]
    fn stored_wishes_stay_readable() {
        let wishes = Wishes { time_zone: Some("a".into()), ..Wishes::default() };
        let golden = [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 1, 1, 1, 1, 0, 0, 0];
        assert_eq!(encode_record(&wishes).unwrap(), golden);
        assert_eq!(decode_record::<Wishes>(&golden).unwrap(), wishes);
    }
}
