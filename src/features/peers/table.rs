//! Other servers as we know them, activities seen, and activities on their way out.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, ActivityId};

/// Another server. Keyed by its host, with a port where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// When we first had to do with it.
    pub first_at: Millis,
    /// The days (since 1970) on which deliveries failed, without a success since; at most seven.
    pub failed_days: Vec<u32>,
    /// Since when nothing but Follow is delivered to it (behaviours §23).
    pub unavailable_since: Option<Millis>,
    /// Why the last delivery failed.
    pub last_error: Option<String>,
}
record!(Peer, 1);

impl Row for Peer {
    type Key = String;
}

/// An incoming activity that was accepted. Keyed by the SHA-256 of its id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// When.
    pub at: Millis,
}
record!(Seen, 1);

impl Row for Seen {
    type Key = [u8; 32];

    fn index(&self, key: &[u8; 32], rows: &mut IndexRows) {
        rows.add(&SEEN_AT, &(), &(self.at, *key));
    }
}

/// The first version of [`Outgoing`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutgoingV1 {
    from: AccountId,
    body: String,
    made_at: Millis,
}
record!(OutgoingV1, 1);

impl From<OutgoingV1> for Outgoing {
    fn from(old: OutgoingV1) -> Self {
        Self { from: old.from, body: old.body, made_at: old.made_at, for_followers: false }
    }
}

/// An activity on its way to other servers: stored once, pointed at by one delivery an inbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// The local account that signs it.
    pub from: AccountId,
    /// The document, JSON.
    pub body: String,
    /// When it was made.
    pub made_at: Millis,
    /// It is meant for followers and for nobody else: a digest of them goes along.
    pub for_followers: bool,
}
record!(Outgoing, 2, from OutgoingV1);

impl Row for Outgoing {
    type Key = ActivityId;
}

/// Every server we have had to do with.
pub const PEERS: Table<Peer> = Table::new(0x64, "peers");
/// Incoming activities of the last days.
pub const SEEN: Table<Seen> = Table::new(0x65, "activities_seen");
/// The same by time, for forgetting.
pub const SEEN_AT: Index<(), (Millis, [u8; 32])> = Index::new(0x66, "activities_seen_at");
/// Activities that some inbox still waits for.
pub const OUTGOING: Table<Outgoing> = Table::new(0x67, "activities_outgoing");
/// The inboxes that wait for an activity.
pub const RECIPIENTS: Index<ActivityId, String> = Index::new(0x68, "activities_recipients");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&PEERS);
    catalog.table(&SEEN);
    catalog.index(&SEEN_AT);
    catalog.table(&OUTGOING);
    catalog.index(&RECIPIENTS);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_activities_stay_readable() {
        let row =
            Outgoing { from: AccountId::new(7), body: "{}".into(), made_at: Millis(5), for_followers: true };
        let mut body = 7_u64.to_le_bytes().to_vec();
        body.extend(2_u64.to_le_bytes());
        body.extend(b"{}");
        body.extend(5_u64.to_le_bytes());
        let first = [[1, 1].as_slice(), &body].concat();
        let second = [[1, 2].as_slice(), &body, &[1]].concat();
        assert_eq!(encode_record(&row).unwrap(), second);
        assert_eq!(decode_record::<Outgoing>(&second).unwrap(), row);
        let old = decode_record::<Outgoing>(&first).unwrap();
        assert_eq!(old, Outgoing { for_followers: false, ..row });
    }
}
