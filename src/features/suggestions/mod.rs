//! Suggestions: whom somebody might want to follow (behaviours §12).

pub mod api;
pub mod table;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use shop_storage::{Read, Window};

use self::table::{DISMISSED, Dismissed};
use crate::features::accounts;
use crate::features::accounts::table::{ACCOUNTS, STATS};
use crate::features::directory::{findable, is_findable};
use crate::features::relationships::table::{FOLLOWING, REQUESTS_FROM};
use crate::features::relationships::{Circle, circle};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// How many of the followed are asked whom they follow, the latest first.
const FRIENDS: usize = 50;
/// How many follows of each of them are looked at.
const OF_EACH: usize = 100;
/// How many suggestions there are at most.
const MOST: usize = 200;
/// How many waiting requests are looked at.
const REQUESTS: usize = 1_000;

/// Why somebody is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Followed by those whom one follows.
    FriendsOfFriends,
    /// Followed by many.
    MostFollowed,
}

impl Source {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::FriendsOfFriends => "friends_of_friends",
            Self::MostFollowed => "most_followed",
        }
    }

    /// The word of the API before 4.3.
    pub const fn old_word(self) -> &'static str {
        match self {
            Self::FriendsOfFriends => "past_interactions",
            Self::MostFollowed => "global",
        }
    }
}

/// A suggestion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// Who.
    pub account: AccountId,
    /// Why, the first reason first.
    pub sources: Vec<Source>,
}

/// Whom `viewer` might want to follow, best first. Reads thousands of rows; keep it away from the async threads.
///
/// # Errors
/// When the store fails.
pub fn of(app: &App, from: &dyn Read, viewer: AccountId) -> Result<Vec<Suggestion>> {
    let circle = circle(app, viewer)?;
    let asked = REQUESTS_FROM.page(from, &viewer, &Window::newest(REQUESTS))?;
    let asked: HashSet<AccountId> = asked.into_iter().map(|(_, id)| id).collect();
    let is_new = |id: &AccountId| {
        *id != viewer
            && !circle.following.contains(id)
            && !asked.contains(id)
            && !circle.hides(*id, app.now())
    };
    let mut ranked: Vec<(Source, AccountId)> = Vec::new();
    for (source, ids) in [
        (Source::FriendsOfFriends, friends_of_friends(from, viewer, &is_new)?),
        (Source::MostFollowed, most_followed(from, &circle, &is_new)?),
    ] {
        ranked.extend(ids.into_iter().map(|id| (source, id)));
    }
    let wanted = without_dismissed(from, viewer, &circle, ranked)?;
    let mut found: Vec<Suggestion> = Vec::new();
    for (source, account) in wanted {
        if let Some(known) = found.iter_mut().find(|suggestion| suggestion.account == account) {
            known.sources.push(source);
        } else if found.len() < MOST {
            found.push(Suggestion { account, sources: vec![source] });
        }
    }
    Ok(found)
}

/// Those whom several of the followed follow come first. People who hide whom they follow are not asked.
fn friends_of_friends(
    from: &dyn Read,
    viewer: AccountId,
    is_new: &dyn Fn(&AccountId) -> bool,
) -> Result<Vec<AccountId>> {
    let friends = FOLLOWING.page(from, &viewer, &Window::newest(FRIENDS))?;
    let friends: Vec<AccountId> = friends.into_iter().map(|(_, id)| id).collect();
    let mut votes: HashMap<AccountId, usize> = HashMap::new();
    for (friend, record) in friends.iter().zip(ACCOUNTS.get_many(from, &friends)?) {
        if record.is_none_or(|record| record.hide_collections == Some(true) || record.deleted) {
            continue;
        }
        for (_, id) in FOLLOWING.page(from, friend, &Window::newest(OF_EACH))? {
            if is_new(&id) {
                *votes.entry(id).or_default() += 1;
            }
        }
    }
    let mut ranked: Vec<_> = votes.into_iter().map(|(id, votes)| (Reverse(votes), id)).collect();
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, id)| id).take(MOST).collect())
}

fn most_followed(
    from: &dyn Read,
    circle: &Circle,
    is_new: &dyn Fn(&AccountId) -> bool,
) -> Result<Vec<AccountId>> {
    let ids: Vec<AccountId> = findable(from, false)?
        .into_iter()
        .filter(|(id, account)| is_new(id) && !circle.blocks_domain(account))
        .map(|(id, _)| id)
        .collect();
    let stats = STATS.get_many(from, &ids)?;
    let mut ranked: Vec<_> = ids
        .into_iter()
        .zip(stats)
        .map(|(id, stats)| (Reverse(stats.map_or(0, |stats| stats.followers)), id))
        .filter(|(Reverse(followers), _)| *followers > 0)
        .collect();
    ranked.sort_unstable();
    Ok(ranked.into_iter().map(|(_, id)| id).take(MOST).collect())
}

/// Leaves out what was sent away, and who does not want to be found.
fn without_dismissed(
    from: &dyn Read,
    viewer: AccountId,
    circle: &Circle,
    ranked: Vec<(Source, AccountId)>,
) -> Result<Vec<(Source, AccountId)>> {
    let ids: Vec<AccountId> = ranked.iter().map(|(_, id)| *id).collect();
    let keys: Vec<_> = ids.iter().map(|id| (viewer, *id)).collect();
    let records = ACCOUNTS.get_many(from, &ids)?;
    let dismissed = DISMISSED.get_many(from, &keys)?;
    let fits = records.into_iter().zip(dismissed).map(|(record, dismissed)| {
        dismissed.is_none()
            && record.is_some_and(|record| is_findable(&record) && !circle.blocks_domain(&record))
    });
    Ok(ranked.into_iter().zip(fits).filter(|(_, fits)| *fits).map(|(suggestion, _)| suggestion).collect())
}

/// `account` shall not be suggested to `viewer` any more.
///
/// # Errors
/// 404 for an unknown account.
pub fn dismiss(tx: &mut Tx<'_>, viewer: AccountId, account: AccountId) -> Result<()> {
    accounts::get(&**tx, account)?;
    let at = tx.now();
    DISMISSED.put(tx, &(viewer, account), &Dismissed { at })?;
    Ok(())
}
