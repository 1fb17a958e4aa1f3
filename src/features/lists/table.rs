//! Lists: what people read apart from home, and who is on them.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, ListId};

/// Which replies to others a list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Replies {
    /// Those to anyone whom the owner follows.
    Followed,
    /// Those to members.
    List,
    /// None.
    None,
}

impl Replies {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Followed => "followed",
            Self::List => "list",
            Self::None => "none",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Followed, Self::List, Self::None].into_iter().find(|replies| replies.word() == word)
    }
}

/// A list. Keyed by (owner, its number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct List {
    /// Plain text.
    pub title: String,
    /// Which replies it shows.
    pub replies: Replies,
    /// Its members' posts vanish from home.
    pub exclusive: bool,
    /// Since when.
    pub created_at: Millis,
}
record!(List, 1);

impl Row for List {
    type Key = (AccountId, ListId);
}

/// A place on a list. Keyed by (list, who is on it).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Whose list it is.
    pub owner: AccountId,
    /// Since when.
    pub created_at: Millis,
}
record!(Member, 1);

impl Row for Member {
    type Key = (ListId, AccountId);

    fn index(&self, (list, account): &Self::Key, rows: &mut IndexRows) {
        rows.add(&LISTS_WITH, &(self.owner, *account), list);
    }
}

/// All lists.
pub const LISTS: Table<List> = Table::new(0xBE, "lists");
/// Who is on which list.
pub const MEMBERS: Table<Member> = Table::new(0xBF, "list_members");
/// The lists of an owner that an account is on.
pub const LISTS_WITH: Index<(AccountId, AccountId), ListId> = Index::new(0xC0, "lists_by_member");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&LISTS);
    catalog.table(&MEMBERS);
    catalog.index(&LISTS_WITH);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn stored_lists_stay_readable() {
        let list = List { title: "a".into(), replies: Replies::List, exclusive: true, created_at: Millis(5) };
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a'];
        golden.extend([1, 0, 0, 0, 1, 5, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(encode_record(&list).unwrap(), golden);
        assert_eq!(decode_record::<List>(&golden).unwrap(), list);
        let member = Member { owner: AccountId::new(7), created_at: Millis(5) };
        let golden = [1, 1, 7, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(encode_record(&member).unwrap(), golden);
        assert_eq!(decode_record::<Member>(&golden).unwrap(), member);
    }
}
