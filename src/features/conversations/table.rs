//! Conversations: for each account one entry per thread of direct posts and set of people.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, Unique, record};

use crate::platform::ids::{AccountId, ConversationEntryId, ConversationId, StatusId};

/// A thread of direct posts as one account sees it. Keyed by (the account, its id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The thread.
    pub thread: ConversationId,
    /// The others, in the order of their ids; nobody when the account wrote to itself.
    pub people: Vec<AccountId>,
    /// The post that made this entry.
    pub first: StatusId,
    /// The newest post.
    pub last: StatusId,
    /// Whether somebody else wrote since it was read.
    pub unread: bool,
}
record!(Conversation, 1);

impl Row for Conversation {
    type Key = (AccountId, ConversationEntryId);

    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        rows.add(&BY_LAST, &key.0, &(self.last, key.1));
        rows.unique(&BY_PEOPLE, &(key.0, self.thread, named(&self.people)), key);
    }
}

/// A set of people as a key.
pub fn named(people: &[AccountId]) -> String {
    people.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// All entries.
pub const CONVERSATIONS: Table<Conversation> = Table::new(0xDA, "conversations");
/// Entries of an account by their newest post.
pub const BY_LAST: Index<AccountId, (StatusId, ConversationEntryId)> =
    Index::new(0xDB, "conversations_by_last_status");
/// (account, thread, people) to the entry.
pub const BY_PEOPLE: Unique<(AccountId, ConversationId, String), (AccountId, ConversationEntryId)> =
    Unique::new(0xDC, "conversations_by_people");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&CONVERSATIONS);
    catalog.index(&BY_LAST);
    catalog.unique(&BY_PEOPLE);
}

#[cfg(test)]
mod tests {
    use shop_storage::encode_record;

    use super::*;

    #[test]
    fn a_stored_conversation_stays_readable() {
        let entry = Conversation {
            thread: ConversationId::new(5),
            people: vec![AccountId::new(6)],
            first: StatusId::new(7),
            last: StatusId::new(8),
            unread: true,
        };
        let mut golden = vec![1, 1, 5, 0, 0, 0, 0, 0, 0, 0];
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(encode_record(&entry).unwrap(), golden);
    }
}
