//! Search: accounts by address and name, hashtags by prefix, statuses by what they say.
//!
//! The index is derived: [`pending`] notes what it must learn, [`indexer`] works that off, [`documents`] says what
//! stands in it. [`mod@accounts`] and [`mod@statuses`] search it, and check each hit against the store.

pub mod accounts;
pub mod api;
pub mod documents;
pub mod indexer;
pub mod jobs;
pub mod pending;
pub mod statuses;
pub mod syntax;
pub mod table;

use shop_storage::Read;

use crate::features::tags;
use crate::features::tags::table::Tag;
use crate::features::trends::table::{Subject, VERDICTS};
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::text::hashtag::normalise;

pub use self::accounts::accounts;
pub use self::statuses::statuses;

/// How many hashtags one search looks at.
const LOOKED_AT: usize = 1_000;
/// Longest search, in bytes; the rest is cut.
const LONGEST: usize = 500;

/// Which accounts and hashtags are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Who asks.
    pub viewer: Option<AccountId>,
    /// Ask other servers about addresses that we do not know.
    pub resolve: bool,
    /// Only those whom the viewer follows.
    pub following: bool,
    /// Only hashtags that the staff has looked at, or exactly the one that is asked for.
    pub reviewed: bool,
    /// How many.
    pub limit: usize,
    /// How many to leave out at the start.
    pub offset: usize,
}

/// Reads `offset`.
///
/// # Errors
/// 400 when it, or `limit`, is negative.
pub fn offset(params: &Params) -> Result<usize> {
    if params.integer("limit").is_some_and(|limit| limit < 0) {
        return Err(Error::bad_request("limit must not be negative"));
    }
    params.offset()
}

/// The part of a search that is looked at.
fn cut(words: &str) -> &str {
    words.get(..words.floor_char_boundary(LONGEST)).unwrap_or_default().trim()
}

/// Hashtags that begin with `words`, the tag itself first.
///
/// # Errors
/// When the store fails.
pub fn hashtags(from: &dyn Read, words: &str, wanted: &Wanted) -> Result<Vec<(String, Tag)>> {
    let words = cut(words);
    if words.contains(char::is_whitespace) || words.contains('@') {
        return Ok(Vec::new());
    }
    let prefix = normalise(words);
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let most = wanted.limit.saturating_add(wanted.offset).min(LOOKED_AT);
    let mut found = tags::starting_with(from, &prefix, most)?;
    if wanted.reviewed {
        let names: Vec<_> = found.iter().map(|(name, _)| (Subject::Tag as u8, name.clone())).collect();
        let mut verdicts = VERDICTS.get_many(from, &names)?.into_iter();
        // The exact name is shown in any case.
        found.retain(|(name, _)| verdicts.next().flatten().is_some() || *name == prefix);
    }
    Ok(found.into_iter().skip(wanted.offset).take(wanted.limit).collect())
}
