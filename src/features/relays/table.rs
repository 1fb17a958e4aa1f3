//! Relays: servers that pass public posts on among those who follow them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::RelayId;

/// How a relay stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RelayState {
    /// It has not answered yet.
    Waiting,
    /// Posts go both ways.
    Enabled,
    /// It does not want us.
    Rejected,
}

impl RelayState {
    /// One word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Enabled => "enabled",
            Self::Rejected => "rejected",
        }
    }
}

/// A relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relay {
    /// Where it takes activities.
    pub inbox: String,
    /// The id of our Follow.
    pub follow: String,
    /// The actor that has accepted it.
    pub actor: Option<String>,
    /// How it stands.
    pub state: RelayState,
    /// Why it last refused something for good.
    pub last_error: Option<String>,
    /// Since when.
    pub created_at: Millis,
}
record!(Relay, 1);

impl Row for Relay {
    type Key = RelayId;
}

/// All relays; a few, so that they are looked through.
pub const RELAYS: Table<Relay> = Table::new(0x98, "relays");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&RELAYS);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_relays_stay_readable() {
        let relay = Relay {
            inbox: "a".into(),
            follow: "b".into(),
            actor: None,
            state: RelayState::Enabled,
            last_error: Some("c".into()),
            created_at: Millis(5),
        };
        let mut golden =
            vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 1, 0, 0, 0, 0, 0, 0, 0, b'b', 0, 1, 0, 0, 0];
        golden.extend([1, 1, 0, 0, 0, 0, 0, 0, 0, b'c', 5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&relay).unwrap(), golden);
        assert_eq!(decode_record::<Relay>(&golden).unwrap(), relay);
    }
}
