//! The last move of each account, for the time that must pass before the next.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, ActivityId};

/// A move of an account, local or remote. Keyed by the account that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// Where to.
    pub to: AccountId,
    /// When.
    pub at: Millis,
    /// How many followed the account then.
    pub followers: u64,
    /// The number in the id of our Move activity; of a remote account's move it means nothing.
    pub number: ActivityId,
}
record!(Move, 1);

impl Row for Move {
    type Key = AccountId;
}

/// The last move of each account.
pub const MOVES: Table<Move> = Table::new(0x9A, "moves");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&MOVES);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_moves_stay_readable() {
        let row = Move { to: AccountId::new(7), at: Millis(5), followers: 3, number: ActivityId::new(9) };
        let mut golden = vec![1, 1];
        for number in [7_u64, 5, 3, 9] {
            golden.extend(number.to_le_bytes());
        }
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert_eq!(decode_record::<Move>(&golden).unwrap(), row);
    }
}
