//! Earlier shapes of the records of reports, so that every store that was ever written can be read.

use serde::{Deserialize, Serialize};
use shop_storage::record;

use super::table::{Category, Report};
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, StatusId};

/// A report before collections could be reported.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReportV1 {
    account: AccountId,
    target: AccountId,
    statuses: Vec<StatusId>,
    comment: String,
    category: Category,
    rules: Vec<u32>,
    forwarded: bool,
    uri: Option<String>,
    created_at: Millis,
    updated_at: Millis,
    assigned: Option<AccountId>,
    action: Option<(Millis, AccountId)>,
}
record!(ReportV1, 1);

impl From<ReportV1> for Report {
    fn from(old: ReportV1) -> Self {
        Self {
            account: old.account,
            target: old.target,
            statuses: old.statuses,
            comment: old.comment,
            category: old.category,
            rules: old.rules,
            forwarded: old.forwarded,
            uri: old.uri,
            created_at: old.created_at,
            updated_at: old.updated_at,
            assigned: old.assigned,
            action: old.action,
            collections: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn old_bytes_are_read() {
        let old = ReportV1 {
            account: AccountId::new(1),
            target: AccountId::new(2),
            statuses: vec![StatusId::new(3)],
            comment: "c".into(),
            category: Category::Violation,
            rules: vec![4],
            forwarded: true,
            uri: None,
            created_at: Millis(5),
            updated_at: Millis(6),
            assigned: None,
            action: Some((Millis(7), AccountId::new(8))),
        };
        let bytes = encode_record(&old).unwrap();
        let golden = "0101010000000000000002000000000000000100000000000000030000000000000001\
                      0000000000000063020000000100000000000000040000000100050000000000000006\
                      00000000000000000107000000000000000800000000000000";
        assert_eq!(hex(&bytes), golden);
        let read: Report = decode_record(&bytes).unwrap();
        assert_eq!((read.target, read.comment.as_str()), (AccountId::new(2), "c"));
        assert_eq!((read.action, read.collections), (Some((Millis(7), AccountId::new(8))), Vec::new()));
    }
}
