//! Notifications: what others did that concerns an account.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, NotificationId, StatusId};

/// What happened (entities: Notification types).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NotificationKind {
    /// Somebody mentioned or answered.
    Mention,
    /// An account with the bell on posted.
    Status,
    /// Somebody boosted a post.
    Reblog,
    /// Somebody follows.
    Follow,
    /// Somebody asks to follow.
    FollowRequest,
    /// Somebody favourited a post.
    Favourite,
    /// A boosted post was edited.
    Update,
    /// Somebody signed up; for the staff.
    AdminSignUp,
    /// A poll of one's own, or one voted in, is over.
    Poll,
    /// Somebody quoted a post.
    Quote,
    /// A quoted post was edited.
    QuotedUpdate,
}

impl NotificationKind {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Mention => "mention",
            Self::Status => "status",
            Self::Reblog => "reblog",
            Self::Follow => "follow",
            Self::FollowRequest => "follow_request",
            Self::Favourite => "favourite",
            Self::Update => "update",
            Self::AdminSignUp => "admin.sign_up",
            Self::Poll => "poll",
            Self::Quote => "quote",
            Self::QuotedUpdate => "quoted_update",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 11] = [
        Self::Mention,
        Self::Status,
        Self::Reblog,
        Self::Follow,
        Self::FollowRequest,
        Self::Favourite,
        Self::Update,
        Self::AdminSignUp,
        Self::Poll,
        Self::Quote,
        Self::QuotedUpdate,
    ];
}

/// A notification. Keyed by (who is told, its id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// What happened.
    pub kind: NotificationKind,
    /// Who did it.
    pub from: AccountId,
    /// The status it is about.
    pub status: Option<StatusId>,
    /// When.
    pub created_at: Millis,
    /// Likes, boosts and follows of the same hour form a group (behaviours §11).
    pub group_key: Option<String>,
}
record!(Notification, 1);

impl Row for Notification {
    type Key = (AccountId, NotificationId);

    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        rows.add(&BY_SENDER, &(key.0, self.from), &key.1);
        if let Some(status) = self.status {
            rows.add(&BY_STATUS, &status, key);
        }
    }
}

/// All notifications.
pub const NOTIFICATIONS: Table<Notification> = Table::new(0x5C, "notifications");
/// Notifications of (who is told, who did it).
pub const BY_SENDER: Index<(AccountId, AccountId), NotificationId> =
    Index::new(0x5D, "notifications_by_sender");
/// Notifications about a status.
pub const BY_STATUS: Index<StatusId, (AccountId, NotificationId)> =
    Index::new(0x5E, "notifications_by_status");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&NOTIFICATIONS);
    catalog.index(&BY_SENDER);
    catalog.index(&BY_STATUS);
}
