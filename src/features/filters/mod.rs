//! Filters: which words and posts an account wants to be warned of (behaviours §10). Matching is in [`matching`].

pub mod api;
pub mod bring;
pub mod matching;
pub mod table;
pub mod view;

use std::time::Duration;

use shop_storage::{Read, Window};

pub use self::matching::{Filters, filters};
use self::table::{FILTERS, Filter, FilterAction, FilterContext, Keyword, PICKED_IN, Picked};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, FilterId, FilterKeywordId, FilterStatusId, StatusId};

/// Longest title, in characters (behaviours §3).
pub const TITLE_LIMIT: usize = 256;
/// Longest keyword, in characters (behaviours §3).
pub const KEYWORD_LIMIT: usize = 512;
/// How many filters an account may have.
pub const MOST_FILTERS: usize = 500;
/// How many keywords all filters of an account may have together.
pub const MOST_KEYWORDS: usize = 1_000;
/// How many posts all filters of an account may name together.
pub const MOST_STATUSES: usize = 1_000;
/// How many filters one transaction rids of a deleted post.
const STEP: usize = 10_000;

/// What a filter shall be; `None` leaves as it is, or takes the default for a new one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub title: Option<String>,
    /// Where it works.
    pub contexts: Option<Vec<FilterContext>>,
    /// What is done with matches; by default a warning.
    pub action: Option<FilterAction>,
    /// In how many seconds it ends; `Some(None)` is never.
    pub expires_in: Option<Option<i64>>,
    /// Changes to its keywords, in order.
    pub keywords: Vec<KeywordDraft>,
}

/// A keyword to add, to change, or to take away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeywordDraft {
    /// Which one; `None` adds.
    pub id: Option<FilterKeywordId>,
    /// The words.
    pub text: Option<String>,
    /// Does not match inside of words; by default it does not.
    pub whole_word: Option<bool>,
    /// Takes it away.
    pub destroy: bool,
}

/// All filters of an account, oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, account: AccountId) -> Result<Vec<(FilterId, Filter)>> {
    let rows = FILTERS.page_under(from, &account, &Window::oldest(MOST_FILTERS))?;
    Ok(rows.into_iter().map(|((_, id), filter)| (id, filter)).collect())
}

/// One filter.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn get(from: &dyn Read, account: AccountId, id: FilterId) -> Result<Filter> {
    FILTERS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// A keyword with the filter it belongs to.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn with_keyword(
    from: &dyn Read,
    account: AccountId,
    id: FilterKeywordId,
) -> Result<(FilterId, Filter, Keyword)> {
    for (filter_id, filter) in all(from, account)? {
        if let Some(keyword) = filter.keywords.iter().find(|keyword| keyword.id == id).cloned() {
            return Ok((filter_id, filter, keyword));
        }
    }
    Err(Error::not_found())
}

/// A post of a filter with the filter it belongs to.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn with_status(
    from: &dyn Read,
    account: AccountId,
    id: FilterStatusId,
) -> Result<(FilterId, Filter, Picked)> {
    for (filter_id, filter) in all(from, account)? {
        if let Some(picked) = filter.statuses.iter().find(|picked| picked.id == id).cloned() {
            return Ok((filter_id, filter, picked));
        }
    }
    Err(Error::not_found())
}

/// Makes a filter, or changes one.
///
/// # Errors
/// 404 for an unknown filter or keyword; 422 for a bad title, context or keyword, and beyond the limits.
pub fn save(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: Option<FilterId>,
    draft: &Draft,
) -> Result<(FilterId, Filter)> {
    let (id, mut filter) = match id {
        Some(id) => (id, get(&**tx, account, id)?),
        None => (tx.new_id(), blank()),
    };
    apply(tx, &mut filter, draft)?;
    store(tx, account, id, &filter)?;
    Ok((id, filter))
}

fn blank() -> Filter {
    Filter {
        title: String::new(),
        contexts: Vec::new(),
        action: FilterAction::Warn,
        expires_at: None,
        keywords: Vec::new(),
        statuses: Vec::new(),
    }
}

fn apply(tx: &Tx<'_>, filter: &mut Filter, draft: &Draft) -> Result<()> {
    if let Some(title) = &draft.title {
        filter.title.clone_from(title);
    }
    if let Some(contexts) = &draft.contexts {
        filter.contexts.clone_from(contexts);
    }
    filter.action = draft.action.unwrap_or(filter.action);
    if let Some(length) = draft.expires_in {
        let seconds = |length: i64| Duration::from_secs(u64::try_from(length).unwrap_or(0));
        filter.expires_at = length.map(|length| tx.now().plus(seconds(length)));
    }
    for keyword in &draft.keywords {
        apply_keyword(tx, filter, keyword)?;
    }
    Ok(())
}

fn apply_keyword(tx: &Tx<'_>, filter: &mut Filter, draft: &KeywordDraft) -> Result<()> {
    let Some(id) = draft.id else {
        if !draft.destroy {
            filter.keywords.push(Keyword {
                id: tx.new_id(),
                text: draft.text.clone().unwrap_or_default(),
                whole_word: draft.whole_word.unwrap_or(true),
            });
        }
        return Ok(());
    };
    let known = filter.keywords.iter_mut().find(|keyword| keyword.id == id).ok_or_else(Error::not_found)?;
    if let Some(text) = &draft.text {
        known.text.clone_from(text);
    }
    known.whole_word = draft.whole_word.unwrap_or(known.whole_word);
    if draft.destroy {
        filter.keywords.retain(|keyword| keyword.id != id);
    }
    Ok(())
}

/// Checks a filter and writes it; the compiled filters of the account are forgotten, and its clients told.
fn store(tx: &mut Tx<'_>, account: AccountId, id: FilterId, filter: &Filter) -> Result<()> {
    check(filter)?;
    let (mut filters, mut keywords, mut statuses) = (1, filter.keywords.len(), filter.statuses.len());
    for (_, other) in all(&**tx, account)?.iter().filter(|(other, _)| *other != id) {
        filters += 1;
        keywords += other.keywords.len();
        statuses += other.statuses.len();
    }
    for (what, count, most) in [
        ("filters", filters, MOST_FILTERS),
        ("keywords", keywords, MOST_KEYWORDS),
        ("posts in filters", statuses, MOST_STATUSES),
    ] {
        if count > most {
            return Err(Error::invalid(format!("You cannot have more than {most} {what}")));
        }
    }
    FILTERS.put(tx, &(account, id), filter)?;
    changed(tx, account);
    Ok(())
}

fn changed(tx: &mut Tx<'_>, account: AccountId) {
    matching::forget(tx, account);
    tx.tell(Event::FiltersChanged { account });
}

fn check(filter: &Filter) -> Result<()> {
    let keywords = filter.keywords.iter().map(|keyword| keyword.text.as_str());
    check_parts(&filter.title, &filter.contexts, keywords)
}

fn check_parts<'a>(
    title: &str,
    contexts: &[FilterContext],
    keywords: impl Iterator<Item = &'a str>,
) -> Result<()> {
    let long = |what: &str, most: usize| {
        Err(Error::invalid(format!("{what} is too long (maximum is {most} characters)")))
    };
    if title.trim().is_empty() {
        return Err(Error::invalid("Title can't be blank"));
    }
    if title.chars().count() > TITLE_LIMIT {
        return long("Title", TITLE_LIMIT);
    }
    if contexts.is_empty() {
        return Err(Error::invalid("Context can't be blank"));
    }
    for text in keywords {
        if text.trim().is_empty() {
            return Err(Error::invalid("Keyword can't be blank"));
        }
        if text.chars().count() > KEYWORD_LIMIT {
            return long("Keyword", KEYWORD_LIMIT);
        }
    }
    Ok(())
}

/// Takes a filter away.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: FilterId) -> Result<()> {
    FILTERS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    changed(tx, account);
    Ok(())
}

/// Adds a keyword to a filter.
///
/// # Errors
/// As [`save`].
pub fn add_keyword(
    tx: &mut Tx<'_>,
    account: AccountId,
    filter: FilterId,
    draft: KeywordDraft,
) -> Result<Keyword> {
    let draft =
        Draft { keywords: vec![KeywordDraft { id: None, destroy: false, ..draft }], ..Draft::default() };
    let (_, filter) = save(tx, account, Some(filter), &draft)?;
    filter.keywords.last().cloned().ok_or_else(Error::not_found)
}

/// Changes a keyword, or takes it away.
///
/// # Errors
/// As [`save`].
pub fn change_keyword(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: FilterKeywordId,
    draft: KeywordDraft,
) -> Result<()> {
    let (filter, ..) = with_keyword(&**tx, account, id)?;
    let draft = Draft { keywords: vec![KeywordDraft { id: Some(id), ..draft }], ..Draft::default() };
    save(tx, account, Some(filter), &draft)?;
    Ok(())
}

/// Changes a filter of one keyword as version 1 of the API does.
///
/// # Errors
/// As [`save`]; 422 when the filter has several keywords and more than this keyword would change.
pub fn change_by_keyword(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: FilterKeywordId,
    mut draft: Draft,
) -> Result<()> {
    let (filter_id, before, _) = with_keyword(&**tx, account, id)?;
    for keyword in &mut draft.keywords {
        keyword.id = Some(id);
    }
    let several = before.keywords.len() > 1;
    let (_, after) = save(tx, account, Some(filter_id), &draft)?;
    if several && (Filter { keywords: before.keywords.clone(), ..after }) != before {
        return Err(Error::invalid(
            "These parameters cannot be changed from this application because they apply to more than one filter \
             keyword. Use a more recent application or the web interface.",
        ));
    }
    Ok(())
}

/// Lets a filter name a post; that the account may see it is the caller's to check.
///
/// # Errors
/// 404 for an unknown filter; 422 for a post that is named already, and beyond the limit.
pub fn pick(tx: &mut Tx<'_>, account: AccountId, id: FilterId, status: StatusId) -> Result<Picked> {
    let mut filter = get(&**tx, account, id)?;
    if filter.statuses.iter().any(|picked| picked.status == status) {
        return Err(Error::invalid("Status has already been taken"));
    }
    let picked = Picked { id: tx.new_id(), status };
    filter.statuses.push(picked.clone());
    store(tx, account, id, &filter)?;
    Ok(picked)
}

/// Takes a post out of its filter.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn unpick(tx: &mut Tx<'_>, account: AccountId, id: FilterStatusId) -> Result<()> {
    let (filter_id, mut filter, _) = with_status(&**tx, account, id)?;
    filter.statuses.retain(|picked| picked.id != id);
    store(tx, account, filter_id, &filter)
}

/// Durable listener: deleted posts leave the filters that name them, deleted accounts leave no filters.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::StatusDeleted(gone) => {
            for (account, id) in PICKED_IN.page(&**tx, &gone.status, &Window::newest(STEP))? {
                FILTERS.edit(tx, &(account, id), |filter| {
                    filter.statuses.retain(|picked| picked.status != gone.status);
                })?;
                matching::forget(tx, account);
            }
            Ok(())
        }
        Event::AccountDeleted { account } => {
            for (id, _) in all(&**tx, *account)? {
                FILTERS.delete(tx, &(*account, id))?;
            }
            matching::forget(tx, *account);
            Ok(())
        }
        _ => Ok(()),
    }
}
