//! Records as earlier versions wrote them; frozen.

use serde::{Deserialize, Serialize};
use shop_storage::record;

use super::table::{Notification, NotificationKind};
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, StatusId};

/// A notification before there were groups and filtered ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotificationV1 {
    /// What happened.
    pub kind: NotificationKind,
    /// Who did it.
    pub from: AccountId,
    /// The status it is about.
    pub status: Option<StatusId>,
    /// When.
    pub created_at: Millis,
    /// A key by which nothing was ever grouped.
    pub group_key: Option<String>,
}
record!(NotificationV1, 1);

impl From<NotificationV1> for Notification {
    /// Old ones stay alone: no index leads to their keys.
    fn from(old: NotificationV1) -> Self {
        Self {
            kind: old.kind,
            from: old.from,
            status: old.status,
            created_at: old.created_at,
            group_key: None,
            filtered: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn old_notifications_stay_readable() {
        let old = NotificationV1 {
            kind: NotificationKind::Favourite,
            from: AccountId::new(7),
            status: Some(StatusId::new(8)),
            created_at: Millis(9),
            group_key: Some("a".into()),
        };
        let bytes = encode_record(&old).unwrap();
        let mut golden = vec![1, 1, 5, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a']);
        assert_eq!(bytes, golden);
        let read: Notification = decode_record(&bytes).unwrap();
        assert_eq!((read.from, read.status, read.group_key), (old.from, old.status, None));
        assert!(!read.filtered);
    }
}
