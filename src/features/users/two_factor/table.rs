//! The second factor of those who have one.
//!
//! The secret is kept as it is, like the private keys of accounts: the server has to work the codes out itself, and a key to
//! encrypt it with would lie in the same store. It stands in a row of its own that no view reads.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// Bytes of a secret: as many as HMAC-SHA-1 has (RFC 4226 §4, R6).
pub const SECRET_BYTES: usize = 20;

/// The second factor of an account, or one that is being set up. Keyed by the account. Never shown, never sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoFactor {
    /// What the authenticator app has.
    pub secret: [u8; SECRET_BYTES],
    /// When the setting up began.
    pub begun_at: Millis,
    /// Since when it is asked for; none until a first code has shown that the app has the secret.
    pub enabled_at: Option<Millis>,
    /// The thirty seconds whose code was taken last.
    pub last_step: u64,
    /// SHA-256 of the recovery codes that are left.
    pub recovery: Vec<[u8; 32]>,
    /// Wrong codes since the last good one.
    pub wrong: u32,
    /// When the last of them was given.
    pub wrong_at: Millis,
}
record!(TwoFactor, 1);

impl Row for TwoFactor {
    type Key = AccountId;
}

/// Second factors.
pub const TWO_FACTORS: Table<TwoFactor> = Table::new(0x1F, "two_factors");

/// Lists the table.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&TWO_FACTORS);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_second_factors_stay_readable() {
        let row = TwoFactor {
            secret: [7; SECRET_BYTES],
            begun_at: Millis(1),
            enabled_at: Some(Millis(2)),
            last_step: 3,
            recovery: vec![[9; 32]],
            wrong: 4,
            wrong_at: Millis(5),
        };
        let mut golden = vec![1, 1];
        golden.extend([7; 20]);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([1, 2, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([3, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([9; 32]);
        golden.extend([4, 0, 0, 0]);
        golden.extend([5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&row).unwrap(), golden);
        assert!(decode_record::<TwoFactor>(&golden).unwrap() == row);
    }
}
