//! Statuses: posts and boosts, their numbers, their earlier revisions, and the ways to find them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use super::earlier::{RevisionV1, StatusStatsV1, StatusV1};
use crate::features::users::table::Visibility;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AppId, ConversationId, LinkId, MediaId, StatusId};

/// An account that a status names or addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mention {
    /// Who.
    pub account: AccountId,
    /// Addressed, but not named in the text any more (behaviours §4, mentions dropped by an edit).
    pub silent: bool,
}

/// A hashtag in a status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hashtag {
    /// Normalised, as in URLs.
    pub name: String,
    /// As it was written.
    pub display: String,
}

/// Who may quote a status (behaviours §13): whom its author lets do it at once, and about whom he wants to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotePolicy {
    /// Groups of people whose quotes are accepted at once, as bits.
    pub automatic: u8,
    /// Groups of people whose quotes the author decides about, as bits; posts of other servers only.
    pub manual: u8,
}

impl QuotePolicy {
    /// A group that we do not know.
    pub const UNSUPPORTED: u8 = 1;
    /// Everybody who may see the post.
    pub const EVERYBODY: u8 = 2;
    /// Followers of the author.
    pub const FOLLOWERS: u8 = 4;
    /// Those whom the author follows.
    pub const FOLLOWING: u8 = 8;

    /// Only the author.
    pub const NOBODY: Self = Self { automatic: 0, manual: 0 };

    /// The word of the API for policies that can be chosen here.
    pub const fn word(self) -> &'static str {
        match self.automatic {
            Self::EVERYBODY => "public",
            Self::FOLLOWERS => "followers",
            _ => "nobody",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        let automatic = match word {
            "public" => Self::EVERYBODY,
            "followers" => Self::FOLLOWERS,
            "nobody" => 0,
            _ => return None,
        };
        Some(Self { automatic, manual: 0 })
    }

    /// The words of the API for the groups in `bits` (entities: QuoteApproval).
    pub fn groups(bits: u8) -> Vec<&'static str> {
        let words = [
            (Self::UNSUPPORTED, "unsupported_policy"),
            (Self::EVERYBODY, "public"),
            (Self::FOLLOWERS, "followers"),
            (Self::FOLLOWING, "following"),
        ];
        words.into_iter().filter(|(bit, _)| bits & bit != 0).map(|(_, word)| word).collect()
    }
}

/// A post or a boost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// The author, or who boosted.
    pub account: AccountId,
    /// Written here.
    pub local: bool,
    /// The ActivityPub id of a remote one; local ones are derived from the number.
    pub uri: Option<String>,
    /// The page of a remote one.
    pub url: Option<String>,
    /// The source of a local post; empty for remote ones.
    pub text: String,
    /// Sanitised HTML; empty for boosts.
    pub content: String,
    /// The warning in front of it, plain text.
    pub spoiler: String,
    /// Media are hidden until asked for.
    pub sensitive: bool,
    /// Who may see it.
    pub visibility: Visibility,
    /// ISO 639.
    pub language: Option<String>,
    /// What it answers: status and its author.
    pub in_reply_to: Option<(StatusId, AccountId)>,
    /// The id of a parent that we do not have.
    pub in_reply_to_uri: Option<String>,
    /// The boosted status.
    pub reblog_of: Option<StatusId>,
    /// Its thread.
    pub conversation: ConversationId,
    /// When it was published.
    pub created_at: Millis,
    /// When it was last edited.
    pub edited_at: Option<Millis>,
    /// Attachments in the author's order.
    pub media: Vec<MediaId>,
    /// Whom it names or addresses.
    pub mentions: Vec<Mention>,
    /// Its hashtags.
    pub tags: Vec<Hashtag>,
    /// Shortcodes of custom emoji in text and warning.
    pub emojis: Vec<String>,
    /// What it was written with.
    pub app: Option<AppId>,
    /// Whether a poll hangs on it; the poll has the key of the status.
    pub poll: bool,
    /// Whether it quotes another; the quote has the key of the status.
    pub quote: bool,
    /// Who may quote it.
    pub quote_policy: QuotePolicy,
}
record!(Status, 2, from StatusV1);

impl Status {
    /// Whether `account` is named or addressed.
    pub fn mentions(&self, account: AccountId) -> bool {
        self.mentions.iter().any(|mention| mention.account == account)
    }

    /// An answer to somebody else; people may answer themselves in public timelines (behaviours §9).
    pub fn answers_another(&self) -> bool {
        self.in_reply_to.is_some_and(|(_, author)| author != self.account) || self.in_reply_to_uri.is_some()
    }
}

impl Row for Status {
    type Key = StatusId;

    fn index(&self, key: &StatusId, rows: &mut IndexRows) {
        rows.add(&BY_ACCOUNT, &self.account, key);
        if let Some(uri) = &self.uri {
            rows.unique(&BY_URI, uri, key);
        }
        if let Some(of) = self.reblog_of {
            rows.unique(&REBLOG_BY, &(of, self.account), key);
            rows.add(&REBLOGS, &of, &(*key, self.account));
            return;
        }
        if let Some((parent, _)) = self.in_reply_to {
            rows.add(&REPLIES, &parent, key);
        }
        if let Some(parent) = &self.in_reply_to_uri {
            rows.add(&ORPHANS, parent, key);
        }
        rows.add(&CONVERSATION, &self.conversation, key);
        if !self.media.is_empty() {
            rows.add(&WITH_MEDIA, &self.account, key);
        }
        if self.visibility == Visibility::Public {
            for tag in &self.tags {
                rows.add(&TAGGED, &tag.name, key);
            }
            if !self.answers_another() {
                rows.add(if self.local { &PUBLIC_LOCAL } else { &PUBLIC_REMOTE }, &(), key);
            }
        }
    }
}

/// The numbers beside a status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatusStats {
    /// Answers that we know.
    pub replies: u64,
    /// Boosts that we know.
    pub reblogs: u64,
    /// Favourites that we know.
    pub favourites: u64,
    /// Boosts as the origin tells, when it does.
    pub remote_reblogs: Option<u64>,
    /// Favourites as the origin tells, when it does.
    pub remote_favourites: Option<u64>,
    /// Accepted quotes that we know.
    pub quotes: u64,
}
record!(StatusStats, 2, from StatusStatsV1);

impl Row for StatusStats {
    type Key = StatusId;
}

/// One state a status was in. Keyed by (status, its place in the history).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// Sanitised HTML.
    pub content: String,
    /// The warning.
    pub spoiler: String,
    /// Whether media were hidden.
    pub sensitive: bool,
    /// When this state began.
    pub created_at: Millis,
    /// The attachments then, with their descriptions then.
    pub media: Vec<(MediaId, Option<String>)>,
    /// Emoji then.
    pub emojis: Vec<String>,
    /// The options of its poll then.
    pub poll: Option<Vec<String>>,
}
record!(Revision, 2, from RevisionV1);

impl Row for Revision {
    type Key = (StatusId, u32);
}

/// A status pinned to a profile. Keyed by (account, status).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pin {
    /// The row that the order follows.
    pub id: LinkId,
}
record!(Pin, 1);

impl Row for Pin {
    type Key = (AccountId, StatusId);

    fn index(&self, (account, status): &Self::Key, rows: &mut IndexRows) {
        rows.add(&PINS_OF, account, &(self.id, *status));
    }
}

/// What an Idempotency-Key gave. Keyed by (account, key).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Idempotent {
    /// The status it made.
    pub status: StatusId,
    /// When; kept an hour (behaviours §4).
    pub made_at: Millis,
}
record!(Idempotent, 1);

impl Row for Idempotent {
    type Key = (AccountId, String);
}

/// A remote status that was deleted; refuses to be made again. Keyed by its ActivityPub id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// When it was deleted.
    pub deleted_at: Millis,
}
record!(Tombstone, 1);

impl Row for Tombstone {
    type Key = String;
}

/// A thread whose notifications an account does not want. Keyed by (account, thread).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutedConversation {
    /// Since when.
    pub created_at: Millis,
}
record!(MutedConversation, 1);

impl Row for MutedConversation {
    type Key = (AccountId, ConversationId);
}

/// All statuses.
pub const STATUSES: Table<Status> = Table::new(0x40, "statuses");
/// Their numbers; an absent row is all zeros.
pub const STATS: Table<StatusStats> = Table::new(0x41, "status_stats");
/// ActivityPub id to remote status.
pub const BY_URI: Unique<String, StatusId> = Unique::new(0x42, "statuses_by_uri");
/// Posts and boosts of an account.
pub const BY_ACCOUNT: Index<AccountId, StatusId> = Index::new(0x43, "statuses_by_account");
/// Local posts of public timelines.
pub const PUBLIC_LOCAL: Index<(), StatusId> = Index::new(0x44, "statuses_public_local");
/// Remote posts of public timelines.
pub const PUBLIC_REMOTE: Index<(), StatusId> = Index::new(0x45, "statuses_public_remote");
/// Public posts with a hashtag.
pub const TAGGED: Index<String, StatusId> = Index::new(0x46, "statuses_tagged");
/// Direct answers.
pub const REPLIES: Index<StatusId, StatusId> = Index::new(0x47, "statuses_replies");
/// Boosts of a status, with who boosted.
pub const REBLOGS: Index<StatusId, (StatusId, AccountId)> = Index::new(0x48, "statuses_reblogs");
/// (boosted, who) to the boost.
pub const REBLOG_BY: Unique<(StatusId, AccountId), StatusId> = Unique::new(0x49, "statuses_reblog_by");
/// Posts of an account that carry media.
pub const WITH_MEDIA: Index<AccountId, StatusId> = Index::new(0x4A, "statuses_with_media");
/// All posts of a thread.
pub const CONVERSATION: Index<ConversationId, StatusId> = Index::new(0x4B, "statuses_conversation");
/// Posts that answer something we do not have, by its ActivityPub id.
pub const ORPHANS: Index<String, StatusId> = Index::new(0x4C, "statuses_orphans");
/// Earlier revisions.
pub const REVISIONS: Table<Revision> = Table::new(0x4D, "status_revisions");
/// Pinned statuses.
pub const PINS: Table<Pin> = Table::new(0x4E, "pins");
/// Pins of an account in the order they were made.
pub const PINS_OF: Index<AccountId, (LinkId, StatusId)> = Index::new(0x4F, "pins_by_account");
/// Idempotency keys.
pub const IDEMPOTENT: Table<Idempotent> = Table::new(0x50, "idempotency_keys");
/// Deleted remote statuses.
pub const TOMBSTONES: Table<Tombstone> = Table::new(0x51, "tombstones");
/// Muted threads.
pub const MUTED_CONVERSATIONS: Table<MutedConversation> = Table::new(0x52, "muted_conversations");
/// Local accounts that a remote status names without addressing them, by `to` or `cc`.
pub const UNADDRESSED: Index<StatusId, AccountId> = Index::new(0xDF, "statuses_unaddressed");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&STATUSES);
    catalog.table(&STATS);
    catalog.unique(&BY_URI);
    catalog.index(&BY_ACCOUNT);
    catalog.index(&PUBLIC_LOCAL);
    catalog.index(&PUBLIC_REMOTE);
    catalog.index(&TAGGED);
    catalog.index(&REPLIES);
    catalog.index(&REBLOGS);
    catalog.unique(&REBLOG_BY);
    catalog.index(&WITH_MEDIA);
    catalog.index(&CONVERSATION);
    catalog.index(&ORPHANS);
    catalog.table(&REVISIONS);
    catalog.table(&PINS);
    catalog.index(&PINS_OF);
    catalog.table(&IDEMPOTENT);
    catalog.table(&TOMBSTONES);
    catalog.table(&MUTED_CONVERSATIONS);
    catalog.index(&UNADDRESSED);
}
