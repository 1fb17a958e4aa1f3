//! Search: accounts by address, name and prefix; hashtags by prefix.

pub mod api;

use std::collections::HashSet;
use std::ops::ControlFlow;

use shop_storage::Read;

use crate::features::accounts::table::{ACCOUNTS, Account, STATS, WORDS};
use crate::features::accounts::{self, INSTANCE_ACTOR, resolve as remote};
use crate::features::relationships::{Circle, circle};
use crate::features::tags;
use crate::features::tags::table::Tag;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::text::hashtag::normalise;
use crate::platform::text::idn::Acct;

/// How many names one search looks at before it ranks.
const LOOKED_AT: usize = 1_000;
/// Letters that nameless callers must give (behaviours §12).
const ANONYMOUS_LETTERS: usize = 3;
/// Longest search, in bytes; the rest is cut.
const LONGEST: usize = 500;

/// Which accounts are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Wanted {
    /// Who asks.
    pub viewer: Option<AccountId>,
    /// Ask other servers about addresses that we do not know.
    pub resolve: bool,
    /// Only those whom the viewer follows.
    pub following: bool,
    /// How many.
    pub limit: usize,
    /// How many to leave out at the start.
    pub offset: usize,
}

/// Reads `offset`.
///
/// # Errors
/// 400 when it is negative.
pub fn offset(params: &Params) -> Result<usize> {
    params.offset()
}

/// Accounts that fit `words`: the exact address first, then those the viewer follows, then by followers.
///
/// # Errors
/// When the store fails.
pub async fn accounts(app: &App, words: &str, wanted: &Wanted) -> Result<Vec<AccountId>> {
    let words = words.get(..words.floor_char_boundary(LONGEST)).unwrap_or_default().trim();
    let exact = if wanted.offset == 0 { address(app, words, wanted.resolve).await? } else { None };
    let app = app.clone();
    let (words, wanted) = (words.to_owned(), *wanted);
    tokio::task::spawn_blocking(move || by_name(&app, &words, &wanted, exact)).await?
}

/// The account of a whole address, `user` or `user@domain`.
async fn address(app: &App, words: &str, resolve: bool) -> Result<Option<AccountId>> {
    let Some(acct) = Acct::parse(words) else { return Ok(None) };
    let acct = acct.relative_to(app.config.domain());
    let known = accounts::find_handle(&app.read()?, &acct.username, acct.domain.as_deref())?;
    if known.is_some() || !resolve || acct.domain.is_none() {
        return Ok(known.map(|known| known.id));
    }
    // A server that does not answer is no reason to show nothing.
    Ok(remote::handle(app, &acct.handle()).await.unwrap_or_else(|error| {
        tracing::debug!(%error, "an address was not resolved");
        None
    }))
}

fn by_name(app: &App, words: &str, wanted: &Wanted, exact: Option<AccountId>) -> Result<Vec<AccountId>> {
    let circle = wanted.viewer.map(|viewer| circle(app, viewer)).transpose()?;
    let circle = circle.as_deref();
    let store = app.read()?;
    let mut ids: Vec<AccountId> = exact.into_iter().collect();
    if wanted.viewer.is_some() || words.chars().count() >= ANONYMOUS_LETTERS {
        ids.extend(candidates(&store, words)?);
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let records = ACCOUNTS.get_many(&store, &ids)?;
    let mut fits: Vec<(AccountId, bool, Account)> = Vec::new();
    for (id, account) in ids.into_iter().zip(records) {
        let Some(account) = account else { continue };
        let is_exact = exact == Some(id);
        if (is_exact || matches(&account, words)) && listed(&store, id, &account, circle, wanted, is_exact)? {
            fits.push((id, is_exact, account));
        }
    }
    let numbers: Vec<AccountId> = fits.iter().map(|(id, ..)| *id).collect();
    let stats = STATS.get_many(&store, &numbers)?;
    let mut ranked: Vec<_> = fits
        .into_iter()
        .zip(stats)
        .map(|((id, is_exact, account), stats)| {
            let followed = circle.is_some_and(|circle| circle.following.contains(&id));
            let same_name = account.username.eq_ignore_ascii_case(words.trim_start_matches('@'));
            let followers = stats.map_or(0, |stats| stats.followers);
            (std::cmp::Reverse((is_exact, same_name, followed, followers)), id)
        })
        .collect();
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, id)| id).skip(wanted.offset).take(wanted.limit).collect())
}

/// The words of a search in lower case; the domain of an address is told apart.
fn split(words: &str) -> (Vec<String>, Option<String>) {
    let words = words.trim_start_matches('@').to_lowercase();
    match words.split_once('@') {
        Some((name, domain)) if !name.contains(char::is_whitespace) => {
            (vec![name.to_owned()], Some(domain.trim().to_owned()))
        }
        _ => (words.split_whitespace().map(str::to_owned).collect(), None),
    }
}

fn candidates(from: &dyn Read, words: &str) -> Result<Vec<AccountId>> {
    let (names, _) = split(words);
    // The longest word is the rarest.
    let Some(first) = names.into_iter().max_by_key(String::len).filter(|word| !word.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    WORDS.visit(from, &(first.clone(), AccountId::new(0)), &mut |(word, id), ()| {
        if !word.starts_with(&first) || found.len() >= LOOKED_AT {
            return ControlFlow::Break(());
        }
        found.push(id);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

fn matches(account: &Account, words: &str) -> bool {
    let (names, domain) = split(words);
    let display = account.display_name.to_lowercase();
    let username = account.username.to_lowercase();
    let fits = |word: &String| {
        username.starts_with(word.as_str())
            || display.split_whitespace().any(|part| part.starts_with(word.as_str()))
    };
    names.iter().all(fits)
        && domain.is_none_or(|domain| account.domain.as_deref().unwrap_or_default().starts_with(&domain))
}

/// Whether an account may show up: not the suspended, the moved, those who are not let in yet, those apart from
/// the viewer, and the limited only to those who follow them or know their address.
fn listed(
    from: &dyn Read,
    id: AccountId,
    account: &Account,
    circle: Option<&Circle>,
    wanted: &Wanted,
    is_exact: bool,
) -> Result<bool> {
    let followed = circle.is_some_and(|circle| circle.following.contains(&id));
    if id == INSTANCE_ACTOR
        || account.deleted
        || account.suspended_at.is_some()
        || (account.moved_to.is_some() && !is_exact)
        || circle.is_some_and(|circle| circle.apart(id))
        || (account.silenced_at.is_some() && !followed && !is_exact)
        || (wanted.following && !followed)
    {
        return Ok(false);
    }
    if !account.is_local() {
        return Ok(true);
    }
    Ok(USERS.get(from, &id)?.is_none_or(|user| user.confirmed_at.is_some() && user.approved))
}

/// Hashtags that begin with `words`, the tag itself first.
///
/// # Errors
/// When the store fails.
pub fn hashtags(from: &dyn Read, words: &str, limit: usize, offset: usize) -> Result<Vec<(String, Tag)>> {
    let words = words.get(..words.floor_char_boundary(LONGEST)).unwrap_or_default().trim();
    if words.contains(char::is_whitespace) || words.starts_with('@') {
        return Ok(Vec::new());
    }
    let prefix = normalise(words);
    if prefix.is_empty() {
        return Ok(Vec::new());
    }
    let most = limit.saturating_add(offset).min(LOOKED_AT);
    Ok(tags::starting_with(from, &prefix, most)?.into_iter().skip(offset).take(limit).collect())
}
