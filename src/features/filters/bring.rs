//! Filters that come from elsewhere as a whole, with words and posts.

use super::table::{Filter, FilterAction, FilterContext, Keyword, Picked};
use super::{blank, check_parts, get, store};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, FilterId, StatusId};

/// A filter from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brought {
    /// Its name.
    pub title: String,
    /// Where it works.
    pub contexts: Vec<FilterContext>,
    /// What is done with matches.
    pub action: FilterAction,
    /// From then on it matches nothing.
    pub expires_at: Option<Millis>,
    /// Its words, and whether each matches no parts of words.
    pub keywords: Vec<(String, bool)>,
    /// Its posts; that the account may see them is the caller's to check.
    pub statuses: Vec<StatusId>,
}

impl Brought {
    /// Whether it could be a filter here.
    ///
    /// # Errors
    /// 422 for a bad title, context or keyword.
    pub fn check(&self) -> Result<()> {
        let keywords = self.keywords.iter().map(|(text, _)| text.as_str());
        check_parts(&self.title, &self.contexts, keywords)
    }
}

/// Makes a filter, or has the filter `over` become like the one that is brought; `keeps` leaves it the words and posts
/// that it has beyond.
///
/// # Errors
/// 404 for an unknown filter; 422 for a bad one, and beyond the limits.
pub fn bring(
    tx: &mut Tx<'_>,
    account: AccountId,
    over: Option<FilterId>,
    brought: Brought,
    keeps: bool,
) -> Result<FilterId> {
    let (id, old) = match over {
        Some(id) => (id, get(&**tx, account, id)?),
        None => (tx.new_id(), blank()),
    };
    let Brought { title, contexts, action, expires_at, keywords, statuses } = brought;
    let mut filter = Filter { title, contexts, action, expires_at, ..old };
    if !keeps {
        filter.keywords.retain(|keyword| keywords.iter().any(|(text, _)| *text == keyword.text));
        filter.statuses.retain(|picked| statuses.contains(&picked.status));
    }
    for (text, whole_word) in keywords {
        match filter.keywords.iter_mut().find(|keyword| keyword.text == text) {
            Some(known) => known.whole_word = whole_word,
            None => filter.keywords.push(Keyword { id: tx.new_id(), text, whole_word }),
        }
    }
    for status in statuses {
        if !filter.statuses.iter().any(|picked| picked.status == status) {
            filter.statuses.push(Picked { id: tx.new_id(), status });
        }
    }
    store(tx, account, id, &filter)?;
    Ok(id)
}
