//! Push subscriptions: where a client wants to be woken, one for each access token.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, PushSubscriptionId, TokenId};

/// Whose notifications wake the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PushPolicy {
    /// Everybody's.
    All,
    /// Those of people the account follows.
    Followed,
    /// Those of people who follow the account.
    Follower,
    /// Nobody's.
    None,
}

impl PushPolicy {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Followed => "followed",
            Self::Follower => "follower",
            Self::None => "none",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::All, Self::Followed, Self::Follower, Self::None].into_iter().find(|one| one.word() == word)
    }
}

/// A push subscription. Keyed by the access token it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// Its id.
    pub id: PushSubscriptionId,
    /// Whose notifications.
    pub account: AccountId,
    /// Where messages go.
    pub endpoint: String,
    /// The client's public key, an uncompressed P-256 point.
    pub key: Vec<u8>,
    /// The client's secret, 16 bytes.
    pub auth: Vec<u8>,
    /// Encrypted by RFC 8291; else by the draft before it.
    pub standard: bool,
    /// The kinds of notifications that the client named, and whether they wake it.
    pub alerts: Vec<(String, bool)>,
    /// Whose notifications wake it.
    pub policy: PushPolicy,
    /// Since when.
    pub created_at: Millis,
}
record!(Subscription, 1);

impl Row for Subscription {
    type Key = TokenId;

    fn index(&self, key: &TokenId, rows: &mut IndexRows) {
        rows.add(&SUBSCRIPTIONS_OF, &self.account, key);
    }
}

/// All subscriptions.
pub const SUBSCRIPTIONS: Table<Subscription> = Table::new(0xDD, "push_subscriptions");
/// Subscriptions of an account.
pub const SUBSCRIPTIONS_OF: Index<AccountId, TokenId> = Index::new(0xDE, "push_subscriptions_by_account");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&SUBSCRIPTIONS);
    catalog.index(&SUBSCRIPTIONS_OF);
}

#[cfg(test)]
mod tests {
    use shop_storage::encode_record;

    use super::*;

    #[test]
    fn a_stored_subscription_stays_readable() {
        let subscription = Subscription {
            id: PushSubscriptionId::new(1),
            account: AccountId::new(2),
            endpoint: "e".into(),
            key: vec![4],
            auth: vec![5],
            standard: true,
            alerts: vec![("f".into(), true)],
            policy: PushPolicy::Follower,
            created_at: Millis(6),
        };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        for byte in [b'e', 4, 5] {
            golden.extend([1, 0, 0, 0, 0, 0, 0, 0, byte]);
        }
        golden.push(1);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, b'f', 1]);
        golden.extend([2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&subscription).unwrap(), golden);
    }
}
