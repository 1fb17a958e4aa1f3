//! Who follows, asks to follow, blocks and mutes whom.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, LinkId};

/// A follow, or the wish for one. Keyed by (follower, followed).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Follow {
    /// The row that pages run over.
    pub id: LinkId,
    /// Boosts are shown too.
    pub reblogs: bool,
    /// Every post gives a notification.
    pub notify: bool,
    /// Only these languages are shown; empty is all.
    pub languages: Vec<String>,
    /// The id of the Follow activity when it came from a remote account; ours are derived from the row.
    pub uri: Option<String>,
    /// Since when.
    pub created_at: Millis,
}
record!(Follow, 1);

impl Row for Follow {
    type Key = (AccountId, AccountId);

    fn index(&self, (from, to): &Self::Key, rows: &mut IndexRows) {
        rows.add(&FOLLOWERS, to, &(self.id, *from));
        rows.add(&FOLLOWING, from, &(self.id, *to));
        if self.notify {
            rows.add(&NOTIFYING, to, from);
        }
        if let Some(uri) = &self.uri {
            rows.unique(&FOLLOW_URIS, uri, &(*from, *to));
            rows.add(&REMOTE_FOLLOWERS, to, from);
        }
    }
}

/// A follow that waits for an answer. Keyed by (who asks, who decides).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowRequest(pub Follow);
record!(FollowRequest, 1);

impl Row for FollowRequest {
    type Key = (AccountId, AccountId);

    fn index(&self, (from, to): &Self::Key, rows: &mut IndexRows) {
        rows.add(&REQUESTS_TO, to, &(self.0.id, *from));
        rows.add(&REQUESTS_FROM, from, &(self.0.id, *to));
        if let Some(uri) = &self.0.uri {
            rows.unique(&REQUEST_URIS, uri, &(*from, *to));
        }
    }
}

/// A block. Keyed by (who blocks, who is blocked).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Block {
    /// The row that pages run over.
    pub id: LinkId,
    /// The id of the Block activity when a remote account blocks.
    pub uri: Option<String>,
    /// Since when.
    pub created_at: Millis,
}
record!(Block, 1);

impl Row for Block {
    type Key = (AccountId, AccountId);

    fn index(&self, (from, to): &Self::Key, rows: &mut IndexRows) {
        rows.add(&BLOCKS_BY, from, &(self.id, *to));
        rows.add(&BLOCKERS_OF, to, from);
    }
}

/// A mute. Keyed by (who mutes, who is muted).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mute {
    /// The row that pages run over.
    pub id: LinkId,
    /// Notifications are muted too.
    pub notifications: bool,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
    /// Since when.
    pub created_at: Millis,
}
record!(Mute, 1);

impl Mute {
    /// Whether it has not ended by itself yet.
    pub fn holds(&self, now: Millis) -> bool {
        self.expires_at.is_none_or(|at| now < at)
    }
}

impl Row for Mute {
    type Key = (AccountId, AccountId);

    fn index(&self, (from, to): &Self::Key, rows: &mut IndexRows) {
        rows.add(&MUTES_BY, from, &(self.id, *to));
    }
}

/// What an account notes about another, for its own eyes. Keyed by (author, about whom).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Plain text.
    pub text: String,
}
record!(Note, 1);

impl Row for Note {
    type Key = (AccountId, AccountId);
}

/// A server whose people an account does not want to hear of. Keyed by (who blocks, the row that pages run over).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainBlock {
    /// The domain in ASCII form.
    pub domain: String,
    /// Since when.
    pub created_at: Millis,
}
record!(DomainBlock, 1);

impl Row for DomainBlock {
    type Key = (AccountId, LinkId);

    fn index(&self, (account, id): &Self::Key, rows: &mut IndexRows) {
        rows.unique(&DOMAIN_BLOCKED, &(*account, self.domain.clone()), id);
    }
}

/// Somebody shown on a profile. Keyed by (whose profile, who is shown).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endorsement {
    /// The row that pages run over.
    pub id: LinkId,
}
record!(Endorsement, 1);

impl Row for Endorsement {
    type Key = (AccountId, AccountId);

    fn index(&self, (account, other): &Self::Key, rows: &mut IndexRows) {
        rows.add(&ENDORSED, account, &(self.id, *other));
    }
}

/// Follows.
pub const FOLLOWS: Table<Follow> = Table::new(0x20, "follows");
/// Followers of an account.
pub const FOLLOWERS: Index<AccountId, (LinkId, AccountId)> = Index::new(0x21, "followers");
/// Whom an account follows.
pub const FOLLOWING: Index<AccountId, (LinkId, AccountId)> = Index::new(0x22, "following");
/// Requests.
pub const REQUESTS: Table<FollowRequest> = Table::new(0x23, "follow_requests");
/// Requests an account has to decide.
pub const REQUESTS_TO: Index<AccountId, (LinkId, AccountId)> = Index::new(0x24, "follow_requests_to");
/// Requests an account has made.
pub const REQUESTS_FROM: Index<AccountId, (LinkId, AccountId)> = Index::new(0x25, "follow_requests_from");
/// Blocks.
pub const BLOCKS: Table<Block> = Table::new(0x26, "blocks");
/// Whom an account blocks.
pub const BLOCKS_BY: Index<AccountId, (LinkId, AccountId)> = Index::new(0x27, "blocks_by");
/// Who blocks an account.
pub const BLOCKERS_OF: Index<AccountId, AccountId> = Index::new(0x28, "blockers_of");
/// Mutes.
pub const MUTES: Table<Mute> = Table::new(0x29, "mutes");
/// Whom an account mutes.
pub const MUTES_BY: Index<AccountId, (LinkId, AccountId)> = Index::new(0x2A, "mutes_by");
/// Followers who want a notification of every post.
pub const NOTIFYING: Index<AccountId, AccountId> = Index::new(0x2B, "followers_notified");
/// Id of an incoming Follow to (follower, followed), for Undo by id.
pub const FOLLOW_URIS: Unique<String, (AccountId, AccountId)> = Unique::new(0x2C, "follows_by_uri");
/// The same for follows that wait for an answer.
pub const REQUEST_URIS: Unique<String, (AccountId, AccountId)> = Unique::new(0x2D, "follow_requests_by_uri");
/// Private notes.
pub const NOTES: Table<Note> = Table::new(0x2F, "account_notes");
/// Followers of an account that live on other servers: those whose follow came as an activity.
pub const REMOTE_FOLLOWERS: Index<AccountId, AccountId> = Index::new(0x2E, "followers_remote");

/// Servers that accounts block.
pub const DOMAIN_BLOCKS: Table<DomainBlock> = Table::new(0xC1, "domain_blocks_by_account");
/// (account, domain) to the row of the block.
pub const DOMAIN_BLOCKED: Unique<(AccountId, String), LinkId> = Unique::new(0xC2, "domain_blocks_by_domain");

/// Who is shown on profiles.
pub const ENDORSEMENTS: Table<Endorsement> = Table::new(0xCA, "endorsements");
/// Whom an account shows on its profile.
pub const ENDORSED: Index<AccountId, (LinkId, AccountId)> = Index::new(0xCB, "endorsements_by_account");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&FOLLOWS);
    catalog.index(&FOLLOWERS);
    catalog.index(&FOLLOWING);
    catalog.table(&REQUESTS);
    catalog.index(&REQUESTS_TO);
    catalog.index(&REQUESTS_FROM);
    catalog.table(&BLOCKS);
    catalog.index(&BLOCKS_BY);
    catalog.index(&BLOCKERS_OF);
    catalog.table(&MUTES);
    catalog.index(&MUTES_BY);
    catalog.index(&NOTIFYING);
    catalog.unique(&FOLLOW_URIS);
    catalog.unique(&REQUEST_URIS);
    catalog.table(&NOTES);
    catalog.index(&REMOTE_FOLLOWERS);
    catalog.table(&DOMAIN_BLOCKS);
    catalog.unique(&DOMAIN_BLOCKED);
    catalog.table(&ENDORSEMENTS);
    catalog.index(&ENDORSED);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_server_blocks_and_endorsements_stay_readable() {
        let block = DomainBlock { domain: "a".into(), created_at: Millis(5) };
        let golden = [1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&block).unwrap(), golden);
        assert_eq!(decode_record::<DomainBlock>(&golden).unwrap(), block);
        let shown = Endorsement { id: LinkId::new(9) };
        assert_eq!(encode_record(&shown).unwrap(), [1, 1, 9, 0, 0, 0, 0, 0, 0, 0]);
    }
}
