//! Notifications: what others did that concerns an account.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Counter, Index, IndexRows, Row, Table, Unique, record};

use super::earlier::NotificationV1;
use crate::platform::clock::Millis;
use crate::platform::events::SeveranceCause;
use crate::platform::ids::{
    AccountId, CollectionId, NotificationId, NotificationRequestId, ReportId, StatusId,
};

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
    /// Follows ended without the will of those who followed.
    SeveredRelationships,
    /// Somebody reported an account; for the staff.
    AdminReport,
    /// Somebody put one into a collection.
    AddedToCollection,
    /// A collection that one is in says something else.
    CollectionUpdate,
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
            Self::SeveredRelationships => "severed_relationships",
            Self::AdminReport => "admin.report",
            Self::AddedToCollection => "added_to_collection",
            Self::CollectionUpdate => "collection_update",
        }
    }

    /// All kinds.
    pub const ALL: [Self; 15] = [
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
        Self::SeveredRelationships,
        Self::AdminReport,
        Self::AddedToCollection,
        Self::CollectionUpdate,
    ];
}

impl NotificationKind {
    /// Whether a page may draw several of this kind together (behaviours §11).
    pub const fn is_grouped(self) -> bool {
        matches!(self, Self::Favourite | Self::Reblog | Self::Follow | Self::AdminSignUp)
    }

    /// Whether the policy of the one who is told may keep it back (behaviours §11).
    pub const fn is_filterable(self) -> bool {
        matches!(
            self,
            Self::Mention
                | Self::Reblog
                | Self::Follow
                | Self::FollowRequest
                | Self::Favourite
                | Self::Quote
                | Self::AddedToCollection
        )
    }

    /// Whether it brings words of the sender: only such ones make a request when they are kept back.
    pub const fn is_message(self) -> bool {
        matches!(self, Self::Mention | Self::Quote)
    }

    /// Whether older clients may need words for it (entities: Notification, fallback).
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::AdminSignUp | Self::SeveredRelationships | Self::AdminReport)
            || self.is_about_collection()
    }

    /// Whether it speaks of a collection.
    pub const fn is_about_collection(self) -> bool {
        matches!(self, Self::AddedToCollection | Self::CollectionUpdate)
    }
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
    /// Favourites, boosts and follows that follow each other form a group (behaviours §11).
    pub group_key: Option<String>,
    /// Kept back by the policy: not shown among the others.
    pub filtered: bool,
}
record!(Notification, 2, from NotificationV1);

impl Row for Notification {
    type Key = (AccountId, NotificationId);

    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        rows.add(&BY_SENDER, &(key.0, self.from), &key.1);
        if let Some(status) = self.status {
            rows.add(&BY_STATUS, &status, key);
        }
        if let Some(group) = &self.group_key {
            rows.add(&BY_GROUP, &(key.0, group.clone()), &key.1);
        }
        if self.filtered {
            rows.add(&FILTERED_BY, &(key.0, self.from), &key.1);
        }
    }
}

/// What is done with a notification to which a rule of the policy applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Treatment {
    /// Shown.
    Accept,
    /// Kept back.
    Filter,
    /// Never made.
    Drop,
}

impl Treatment {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Filter => "filter",
            Self::Drop => "drop",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Accept, Self::Filter, Self::Drop].into_iter().find(|treatment| treatment.word() == word)
    }
}

/// From whom an account wants notifications (behaviours §11). Keyed by the account; absent until changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// People it does not follow.
    pub not_following: Treatment,
    /// People who do not follow it, or have not for long.
    pub not_followers: Treatment,
    /// New accounts.
    pub new_accounts: Treatment,
    /// Direct mentions that nobody asked for.
    pub private_mentions: Treatment,
    /// Accounts that the staff has limited.
    pub limited_accounts: Treatment,
    /// Bots.
    pub bots: Treatment,
}
record!(Policy, 1);

impl Default for Policy {
    fn default() -> Self {
        Self {
            not_following: Treatment::Accept,
            not_followers: Treatment::Accept,
            new_accounts: Treatment::Accept,
            private_mentions: Treatment::Filter,
            limited_accounts: Treatment::Filter,
            bots: Treatment::Accept,
        }
    }
}

impl Row for Policy {
    type Key = AccountId;
}

/// What was kept back of one sender, for the account to decide. Keyed by (the account, its id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationRequest {
    /// The sender.
    pub from: AccountId,
    /// How many messages were kept back; stops at a hundred.
    pub count: u64,
    /// The newest of them.
    pub last_status: Option<StatusId>,
    /// When the first came.
    pub created_at: Millis,
    /// When the last came.
    pub updated_at: Millis,
}
record!(NotificationRequest, 1);

impl Row for NotificationRequest {
    type Key = (AccountId, NotificationRequestId);

    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        rows.unique(&REQUEST_FROM, &(key.0, self.from), key);
    }
}

/// An account wants to hear of another whatever its policy says. Keyed by (who is told, sender).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Permission {
    /// Since when.
    pub created_at: Millis,
}
record!(Permission, 1);

impl Row for Permission {
    type Key = (AccountId, AccountId);
}

/// Follows that an account has lost at once. Keyed by the notification that tells it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Severance {
    /// Why.
    pub cause: SeveranceCause,
    /// The domain or handle that it is about.
    pub target: String,
    /// How many followers were lost.
    pub followers: u64,
    /// How many were followed.
    pub following: u64,
    /// When.
    pub created_at: Millis,
}
record!(Severance, 1);

impl Row for Severance {
    type Key = (AccountId, NotificationId);
}

/// Which report a notification to the staff is about. Keyed by that notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTold {
    /// The report.
    pub report: ReportId,
}
record!(ReportTold, 1);

impl Row for ReportTold {
    type Key = (AccountId, NotificationId);
}

/// All notifications.
pub const NOTIFICATIONS: Table<Notification> = Table::new(0x5C, "notifications");
/// Notifications of (who is told, who did it).
pub const BY_SENDER: Index<(AccountId, AccountId), NotificationId> =
    Index::new(0x5D, "notifications_by_sender");
/// Notifications about a status.
pub const BY_STATUS: Index<StatusId, (AccountId, NotificationId)> =
    Index::new(0x5E, "notifications_by_status");
/// Notifications of (who is told, group key).
pub const BY_GROUP: Index<(AccountId, String), NotificationId> = Index::new(0xD2, "notifications_by_group");
/// Notifications kept back, of (who is told, who did it).
pub const FILTERED_BY: Index<(AccountId, AccountId), NotificationId> =
    Index::new(0xD3, "notifications_filtered_by_sender");
/// The hour at which the newest group of (who is told, group key without the hour) began.
pub const GROUP_HOURS: Counter<(AccountId, String)> = Counter::new(0xD4, "notification_group_hours");
/// What accounts want to hear of.
pub const POLICIES: Table<Policy> = Table::new(0xD5, "notification_policies");
/// What accounts have to decide.
pub const REQUESTS: Table<NotificationRequest> = Table::new(0xD6, "notification_requests");
/// (who decides, sender) to the request.
pub const REQUEST_FROM: Unique<(AccountId, AccountId), (AccountId, NotificationRequestId)> =
    Unique::new(0xD7, "notification_requests_by_sender");
/// Whom accounts always want to hear of.
pub const PERMISSIONS: Table<Permission> = Table::new(0xD8, "notification_permissions");
/// Accepted senders whose notifications are still being moved among the others.
pub const MERGING: Index<AccountId, AccountId> = Index::new(0xD9, "notifications_merging");
/// Follows that accounts have lost.
pub const SEVERANCES: Table<Severance> = Table::new(0x99, "severances");
/// Reports that the staff was told of.
pub const REPORTS_TOLD: Table<ReportTold> = Table::new(0xEA, "notification_reports");

/// The collection that a notification speaks of. Keyed as the notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The collection.
    pub collection: CollectionId,
}
record!(Notice, 1);

impl Row for Notice {
    type Key = (AccountId, NotificationId);
}

/// The collections that notifications speak of.
pub const NOTICES: Table<Notice> = Table::new(0xE7, "notification_collections");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&NOTIFICATIONS);
    catalog.index(&BY_SENDER);
    catalog.index(&BY_STATUS);
    catalog.index(&BY_GROUP);
    catalog.index(&FILTERED_BY);
    catalog.counter(&GROUP_HOURS);
    catalog.table(&POLICIES);
    catalog.table(&REQUESTS);
    catalog.unique(&REQUEST_FROM);
    catalog.table(&PERMISSIONS);
    catalog.index(&MERGING);
    catalog.table(&SEVERANCES);
    catalog.table(&REPORTS_TOLD);
    catalog.table(&NOTICES);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_records_stay_readable() {
        let notification = Notification {
            kind: NotificationKind::Mention,
            from: AccountId::new(7),
            status: None,
            created_at: Millis(9),
            group_key: None,
            filtered: true,
        };
        let bytes = encode_record(&notification).unwrap();
        let golden = [1, 2, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 1];
        assert_eq!(bytes, golden);
        assert_eq!(decode_record::<Notification>(&bytes).unwrap(), notification);

        let bytes = encode_record(&Policy::default()).unwrap();
        let golden = [1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(bytes, golden);

        let request = NotificationRequest {
            from: AccountId::new(7),
            count: 2,
            last_status: Some(StatusId::new(3)),
            created_at: Millis(4),
            updated_at: Millis(5),
        };
        let bytes = encode_record(&request).unwrap();
        let mut golden =
            vec![1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 3, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([4, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes, golden);
        assert_eq!(
            encode_record(&Permission { created_at: Millis(4) }).unwrap(),
            [1, 1, 4, 0, 0, 0, 0, 0, 0, 0]
        );
    }

    #[test]
    fn stored_kinds_stay_where_they_are() {
        for (place, kind) in NotificationKind::ALL.into_iter().enumerate() {
            let at = |kind| Notification {
                kind,
                from: AccountId::new(7),
                status: None,
                created_at: Millis(9),
                group_key: None,
                filtered: false,
            };
            let bytes = encode_record(&at(kind)).unwrap();
            assert_eq!(usize::from(bytes[2]), place, "{kind:?}");
        }
        let told = ReportTold { report: ReportId::new(3) };
        assert_eq!(encode_record(&told).unwrap(), [1, 1, 3, 0, 0, 0, 0, 0, 0, 0]);
    }

    #[test]
    fn stored_notices_stay_readable() {
        let notice = Notice { collection: CollectionId::new(7) };
        let golden = [1, 1, 7, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&notice).unwrap(), golden);
        assert_eq!(decode_record::<Notice>(&golden).unwrap(), notice);
    }

    #[test]
    fn stored_severances_stay_readable() {
        let severance = Severance {
            cause: SeveranceCause::UserDomainBlock,
            target: "a".into(),
            followers: 2,
            following: 3,
            created_at: Millis(4),
        };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 2, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&severance).unwrap(), golden);
        assert_eq!(decode_record::<Severance>(&golden).unwrap(), severance);
    }
}
