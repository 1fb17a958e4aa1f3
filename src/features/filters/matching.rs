//! Matching: the filters of one account compiled once, and kept in memory while they stay the same.

use std::sync::{Arc, Mutex, PoisonError};

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use moka::sync::Cache;

use super::table::Filter;
use super::view::{FilterResultView, FilterView};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, FilterId, StatusId};

/// How many bytes of compiled filters are kept in memory.
const KEPT: u64 = 32 * 1024 * 1024;
/// How many bytes of one status are looked at; more comes only from servers that mean no good.
const MOST_TEXT: usize = 64 * 1024;

/// The filters of one account, ready to match.
#[derive(Debug, Default)]
pub struct Filters {
    filters: Vec<Compiled>,
    /// Finds all words of all filters in one pass; `None` when there are none.
    finder: Option<AhoCorasick>,
    words: Vec<Word>,
}

#[derive(Debug)]
struct Compiled {
    view: Arc<FilterView>,
    expires_at: Option<Millis>,
    statuses: Vec<StatusId>,
}

/// What the finder's pattern of the same place means.
#[derive(Debug)]
struct Word {
    /// The place of its filter.
    filter: usize,
    /// Must not be preceded by a part of a word.
    from_start: bool,
    /// Must not be followed by a part of a word.
    to_end: bool,
}

impl Filters {
    /// Compiles filters.
    ///
    /// # Errors
    /// 500 when there are more words than any account may have.
    pub fn compile(filters: &[(FilterId, Filter)]) -> Result<Self> {
        let mut patterns = Vec::new();
        let mut words = Vec::new();
        for (place, (_, filter)) in filters.iter().enumerate() {
            for keyword in &filter.keywords {
                let folded = Folded::of(&keyword.text).text;
                words.push(Word {
                    filter: place,
                    from_start: keyword.whole_word && folded.chars().next().is_some_and(in_word),
                    to_end: keyword.whole_word && folded.chars().next_back().is_some_and(in_word),
                });
                patterns.push(folded);
            }
        }
        let finder = if patterns.is_empty() {
            None
        } else {
            let mut builder = AhoCorasick::builder();
            // Much smaller than the fastest kind, and made in a fraction of the time.
            builder.kind(Some(AhoCorasickKind::ContiguousNFA));
            Some(builder.build(&patterns).map_err(Error::internal)?)
        };
        let compiled = |(id, filter): &(FilterId, Filter)| Compiled {
            view: Arc::new(FilterView::bare(*id, filter)),
            expires_at: filter.expires_at,
            statuses: filter.statuses.iter().map(|picked| picked.status).collect(),
        };
        Ok(Self { filters: filters.iter().map(compiled).collect(), finder, words })
    }

    /// Whether nothing can match.
    pub fn is_empty(&self) -> bool {
        self.finder.is_none() && self.filters.iter().all(|filter| filter.statuses.is_empty())
    }

    /// What a status matches. `ids` are its own and that of the post it boosts; `text` is asked only when there are
    /// words to find.
    pub fn results(
        &self,
        now: Millis,
        ids: &[StatusId],
        text: impl FnOnce() -> String,
    ) -> Vec<FilterResultView> {
        let found = self.finder.as_ref().map(|finder| self.find(finder, now, &text()));
        let mut results = Vec::new();
        for (place, filter) in self.filters.iter().enumerate().filter(|(_, filter)| filter.works(now)) {
            let keyword = found.as_ref().and_then(|found| found.get(place)?.clone());
            let named: Vec<StatusId> =
                ids.iter().copied().filter(|id| filter.statuses.contains(id)).collect();
            if keyword.is_some() || !named.is_empty() {
                results.push(FilterResultView {
                    filter: filter.view.clone(),
                    keyword_matches: keyword.map(|text| [text]),
                    status_matches: (!named.is_empty()).then_some(named),
                });
            }
        }
        results
    }

    /// The first match of each filter that works, as it is written in `text`.
    fn find(&self, finder: &AhoCorasick, now: Millis, text: &str) -> Vec<Option<String>> {
        let mut found = vec![None; self.filters.len()];
        let mut left = self.filters.iter().filter(|filter| filter.works(now)).count();
        let folded = Folded::of(text);
        for hit in finder.find_overlapping_iter(&folded.text) {
            let Some(word) = self.words.get(hit.pattern().as_usize()) else { continue };
            let Some(place) = found.get_mut(word.filter).filter(|place| place.is_none()) else { continue };
            if !self.filters.get(word.filter).is_some_and(|filter| filter.works(now)) {
                continue;
            }
            let before = folded.text[..hit.start()].chars().next_back();
            let after = folded.text[hit.end()..].chars().next();
            if (word.from_start && before.is_some_and(in_word)) || (word.to_end && after.is_some_and(in_word))
            {
                continue;
            }
            *place = folded.written(text, hit.start(), hit.end());
            left = left.saturating_sub(usize::from(place.is_some()));
            if left == 0 {
                break;
            }
        }
        found
    }

    /// About how much memory it takes.
    fn weight(&self) -> u32 {
        let rows = self.filters.iter().map(|filter| 512 + 8 * filter.statuses.len()).sum::<usize>();
        let finder = self.finder.as_ref().map_or(0, AhoCorasick::memory_usage);
        u32::try_from(64 + rows + 32 * self.words.len() + finder).unwrap_or(u32::MAX)
    }
}

impl Compiled {
    fn works(&self, now: Millis) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

fn in_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Text in lower case that still knows where each of its bytes came from.
struct Folded {
    text: String,
    /// For each byte the letter of the source it came from.
    origins: Vec<u32>,
}

impl Folded {
    fn of(source: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(source.len()), origins: Vec::new() };
        for (at, letter) in source.char_indices() {
            if folded.text.len() >= MOST_TEXT {
                break;
            }
            folded.text.extend(letter.to_lowercase());
            folded.origins.resize(folded.text.len(), u32::try_from(at).unwrap_or(u32::MAX));
        }
        folded
    }

    /// The part of `source` that became `start..end`.
    fn written(&self, source: &str, start: usize, end: usize) -> Option<String> {
        let first = usize::try_from(*self.origins.get(start)?).ok()?;
        let last = usize::try_from(*self.origins.get(end.checked_sub(1)?)?).ok()?;
        let length = source.get(last..)?.chars().next()?.len_utf8();
        source.get(first..last + length).map(str::to_owned)
    }
}

/// Compiled filters in memory, and how many changes have been forgotten, so that filters read before a change are
/// never kept after it.
struct Kept {
    filters: Cache<AccountId, Arc<Filters>>,
    changes: Mutex<u64>,
}

impl Default for Kept {
    fn default() -> Self {
        let filters = Cache::builder()
            .max_capacity(KEPT)
            .weigher(|_: &AccountId, filters: &Arc<Filters>| filters.weight())
            .build();
        Self { filters, changes: Mutex::new(0) }
    }
}

/// The filters of an account as they are now, from memory where they are known.
///
/// # Errors
/// When the store fails.
pub fn filters(app: &App, account: AccountId) -> Result<Arc<Filters>> {
    let kept = app.part::<Kept>();
    if let Some(known) = kept.filters.get(&account) {
        return Ok(known);
    }
    let before = *kept.changes.lock().unwrap_or_else(PoisonError::into_inner);
    let read = Arc::new(Filters::compile(&super::all(&app.read()?, account)?)?);
    let changes = kept.changes.lock().unwrap_or_else(PoisonError::into_inner);
    if *changes == before {
        kept.filters.insert(account, read.clone());
    }
    Ok(read)
}

/// Forgets the filters of an account when this transaction is on disk, before its caller is answered.
pub(super) fn forget(tx: &mut Tx<'_>, account: AccountId) {
    let kept = tx.app().part::<Kept>();
    tx.on_commit(move || {
        let mut changes = kept.changes.lock().unwrap_or_else(PoisonError::into_inner);
        *changes = changes.wrapping_add(1);
        kept.filters.invalidate(&account);
    });
}

#[cfg(test)]
mod tests {
    use super::super::table::{FilterAction, FilterContext, Keyword};
    use super::*;
    use crate::platform::ids::FilterKeywordId;

    fn matched(keyword: &str, whole_word: bool, text: &str) -> Option<String> {
        let filter = Filter {
            title: "test".into(),
            contexts: vec![FilterContext::Home],
            action: FilterAction::Warn,
            expires_at: None,
            keywords: vec![Keyword { id: FilterKeywordId::new(1), text: keyword.into(), whole_word }],
            statuses: Vec::new(),
        };
        let filters = Filters::compile(&[(FilterId::new(1), filter)]).unwrap();
        let mut results = filters.results(Millis(0), &[], || text.to_owned());
        results.pop().and_then(|result| result.keyword_matches).map(|[text]| text)
    }

    #[test]
    fn words_match_in_any_case_and_are_told_as_written() {
        assert_eq!(matched("müsli", true, "Heute MÜSLI!"), Some("MÜSLI".into()));
        assert_eq!(matched("İzmir", false, "from İZMIR, and"), Some("İZMIR".into()));
        assert_eq!(matched("привет", true, "Ну ПРИВЕТ."), Some("ПРИВЕТ".into()));
        assert_eq!(matched("muesli", true, "müsli"), None);
    }

    #[test]
    fn whole_words_end_where_words_end() {
        assert_eq!(matched("cat", true, "concatenate"), None);
        assert_eq!(matched("cat", true, "cats"), None);
        assert_eq!(matched("cat", true, "snake_cat"), None);
        assert_eq!(matched("cat", true, "cats and one cat"), Some("cat".into()));
        assert_eq!(matched("cat", false, "conCATenate"), Some("CAT".into()));
        // A keyword that begins or ends with a sign has no boundary there.
        assert_eq!(matched("#cat", true, "a#cat"), Some("#cat".into()));
        assert_eq!(matched("c++", true, "c++11"), Some("c++".into()));
        assert_eq!(matched("日本", true, "日本 "), Some("日本".into()));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_searched_without_panic(keyword in "\\PC{1,8}", text in "\\PC{0,60}", whole in proptest::bool::ANY) {
            let _ = matched(&keyword, whole, &text);
        }

        #[test]
        fn a_text_contains_its_own_parts(before in "[a-zA-Zß-ɏ ]{0,9}", keyword in "[a-zA-Zß-ɏ]{1,9}", after in "[a-zA-Z ]{0,9}") {
            let text = format!("{before}{keyword}{after}");
            proptest::prop_assert!(matched(&keyword, false, &text).is_some());
        }
    }
}
