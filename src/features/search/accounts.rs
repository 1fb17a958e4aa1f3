//! Accounts by address and name.

use std::cmp::Reverse;
use std::collections::HashSet;

use shop_storage::Read;
use shop_storage::search::{Query, Rank};

use super::table::{ACCOUNT_SHELF, DOMAIN, NAME, USERNAME};
use super::{Wanted, cut};
use crate::features::accounts::table::{ACCOUNTS, Account, STATS};
use crate::features::accounts::{self, INSTANCE_ACTOR, resolve as remote};
use crate::features::relationships::{Circle, circle};
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::text::idn::Acct;

/// How many names one search ranks: the most followed of all that fit, and as many of those the viewer follows.
const RANKED: usize = 500;
/// Letters that nameless callers must give (behaviours §12).
const ANONYMOUS_LETTERS: usize = 3;

/// Accounts that fit `words`: the exact address first, then those the viewer follows, then by followers.
///
/// # Errors
/// When the store or the index fails.
pub async fn accounts(app: &App, words: &str, wanted: &Wanted) -> Result<Vec<AccountId>> {
    let words = cut(words);
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
    let mut ids: Vec<AccountId> = exact.into_iter().collect();
    if wanted.viewer.is_some() || words.chars().count() >= ANONYMOUS_LETTERS {
        ids.extend(candidates(app, words, circle, wanted.following)?);
    }
    let mut seen = HashSet::new();
    ids.retain(|id| seen.insert(*id));
    let store = app.read()?;
    let records = ACCOUNTS.get_many(&store, &ids)?;
    let stats = STATS.get_many(&store, &ids)?;
    let mut ranked = Vec::new();
    for ((id, account), stats) in ids.into_iter().zip(records).zip(stats) {
        let Some(account) = account else { continue };
        let is_exact = exact == Some(id);
        if listed(&store, id, &account, circle, wanted, is_exact)? {
            let followed = circle.is_some_and(|circle| circle.following.contains(&id));
            let same_name = account.username.eq_ignore_ascii_case(words.trim_start_matches('@'));
            let followers = stats.map_or(0, |stats| stats.followers);
            ranked.push((Reverse((is_exact, same_name, followed, followers)), id));
        }
    }
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, id)| id).skip(wanted.offset).take(wanted.limit).collect())
}

/// The most followed accounts that fit, and first among them those the viewer follows.
fn candidates(app: &App, words: &str, circle: Option<&Circle>, following: bool) -> Result<Vec<AccountId>> {
    let query = query(words);
    let mut found = Vec::new();
    if let Some(circle) = circle.filter(|circle| !circle.following.is_empty()) {
        let followed = circle.following.iter().map(|id| id.get()).collect();
        let among = Query::All(vec![query.clone(), Query::Among(followed)]);
        found = app.search.find(ACCOUNT_SHELF, &among, Rank::Weight, RANKED, 0)?;
    }
    if !following {
        found.extend(app.search.find(ACCOUNT_SHELF, &query, Rank::Weight, RANKED, 0)?);
    }
    Ok(found.into_iter().map(AccountId::new).collect())
}

/// A name, the words of one, or the beginning of an address.
fn query(words: &str) -> Query {
    let words = words.trim_start_matches('@');
    match words.split_once('@') {
        Some((name, domain)) if !words.contains(char::is_whitespace) => Query::All(vec![
            Query::WordBeginning(USERNAME, name.to_owned()),
            if domain.is_empty() {
                Query::Everything
            } else {
                Query::WordBeginning(DOMAIN, domain.to_owned())
            },
        ]),
        _ => Query::Any(vec![
            Query::Beginning(NAME, words.to_owned()),
            Query::WordBeginning(USERNAME, words.to_owned()),
        ]),
    }
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
