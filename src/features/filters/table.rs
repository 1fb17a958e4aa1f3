//! Filters: what an account wants to be warned of, and the posts it picked by hand.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, StatusId};

/// Where a filter is meant to work. The client decides by it; the server tells every match (behaviours §10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterContext {
    /// Home and lists.
    Home,
    /// Notifications.
    Notifications,
    /// Public and tag timelines.
    Public,
    /// Threads.
    Thread,
    /// Profiles.
    Account,
}

impl FilterContext {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Home, Self::Notifications, Self::Public, Self::Thread, Self::Account];

    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Home => "home",
            Self::Notifications => "notifications",
            Self::Public => "public",
            Self::Thread => "thread",
            Self::Account => "account",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|context| context.word() == word)
    }
}

/// What is done with a post that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FilterAction {
    /// Shown behind a warning.
    Warn,
    /// Not shown.
    Hide,
    /// Shown, with its media hidden.
    Blur,
}

impl FilterAction {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Hide => "hide",
            Self::Blur => "blur",
        }
    }

    /// Reads the word of the API.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Warn, Self::Hide, Self::Blur].into_iter().find(|action| action.word() == word)
    }
}

/// A word or phrase of a filter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keyword {
    /// Its id, which is also that of the filter in version 1 of the API.
    pub id: FilterKeywordId,
    /// As it was written.
    pub text: String,
    /// Does not match inside of words.
    pub whole_word: bool,
}

/// A post that a filter names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picked {
    /// The id of this row.
    pub id: FilterStatusId,
    /// The post.
    pub status: StatusId,
}

/// A filter. Keyed by (account, its id).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Its name.
    pub title: String,
    /// Where it works.
    pub contexts: Vec<FilterContext>,
    /// What is done with matches.
    pub action: FilterAction,
    /// From then on it is kept, but matches nothing.
    pub expires_at: Option<Millis>,
    /// Its words, in the order they were added.
    pub keywords: Vec<Keyword>,
    /// Its posts, in the order they were added.
    pub statuses: Vec<Picked>,
}
record!(Filter, 1);

impl Row for Filter {
    type Key = (AccountId, FilterId);

    fn index(&self, key: &Self::Key, rows: &mut IndexRows) {
        for picked in &self.statuses {
            rows.add(&PICKED_IN, &picked.status, key);
        }
    }
}

/// All filters.
pub const FILTERS: Table<Filter> = Table::new(0xD0, "filters");
/// The filters that name a post, for its deletion.
pub const PICKED_IN: Index<StatusId, (AccountId, FilterId)> = Index::new(0xD1, "filters_by_status");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&FILTERS);
    catalog.index(&PICKED_IN);
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn a_stored_filter_stays_readable() {
        let filter = Filter {
            title: "a".into(),
            contexts: vec![FilterContext::Home, FilterContext::Account],
            action: FilterAction::Blur,
            expires_at: Some(Millis(5)),
            keywords: vec![Keyword { id: FilterKeywordId::new(7), text: "b".into(), whole_word: true }],
            statuses: vec![Picked { id: FilterStatusId::new(8), status: StatusId::new(9) }],
        };
        let bytes = encode_record(&filter).unwrap();
        let mut golden = vec![1, 1];
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, b'a']);
        golden.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0]);
        golden.extend([2, 0, 0, 0]);
        golden.extend([1, 5, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, b'b', 1]);
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(bytes, golden);
        assert_eq!(decode_record::<Filter>(&bytes).unwrap(), filter);
    }
}
