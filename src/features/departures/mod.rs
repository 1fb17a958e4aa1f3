//! Departures: all that an account leaves behind when it is gone for good, taken away in bounded steps.
//!
//! The profile is emptied by the transaction that deletes the account, and from then on nothing of it is shown.
//! Other servers are told first ([`activity::SendFarewell`]), because its follows say who they are; then
//! [`jobs::TakeAway`] goes on until nothing is left, however often the server stops meanwhile.

pub mod activity;
pub mod jobs;

use shop_storage::{Key, Row, Table, Window};

use self::activity::SendFarewell;
use self::jobs::TakeAway;
use crate::features::accounts::table::{ACCOUNTS, ASSERTION_KEYS, FEATURING, STATS};
use crate::features::bookmarks::table::BOOKMARKS_OF;
use crate::features::favourites::table::FAVOURITES_OF;
use crate::features::markers::table::MARKERS;
use crate::features::media::table::{MEDIA, UNATTACHED};
use crate::features::moves::table::MOVES;
use crate::features::polls::table::{VOTES, VOTES_OF};
use crate::features::relationships::table::{
    BLOCKERS_OF, BLOCKS_BY, FOLLOWERS, FOLLOWING, MUTES_BY, NOTES, REQUESTS_FROM, REQUESTS_TO,
};
use crate::features::relationships::{reject, unblock, unfollow, unmute};
use crate::features::scheduled_statuses::table::SCHEDULED;
use crate::features::statuses::marks::unfavourite;
use crate::features::statuses::table::{BY_ACCOUNT, IDEMPOTENT, MUTED_CONVERSATIONS};
use crate::features::{
    bookmarks, collections, favourites, media, notifications, scheduled_statuses, statuses,
};
use crate::platform::app::Tx;
use crate::platform::error::{Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many posts, each with all that hangs on it, go in one transaction.
const POSTS: usize = 50;
/// How many rows of any other kind go in one transaction.
const ROWS: usize = 200;
/// How many uploads that hang on nothing are looked at; the rest ends by itself within a day.
const UPLOADS: usize = 10_000;

/// Takes away up to a step's worth of one kind of thing; whether there was any.
type Step = fn(&mut Tx<'_>, AccountId) -> Result<bool>;

/// Everything that hangs on an account, in the order in which it goes: first what others can see.
const STEPS: &[Step] = &[
    posts,
    favourited,
    followers,
    following,
    requests,
    bookmarked,
    votes,
    blocks,
    mutes,
    collections::leave_all,
    waiting_posts,
    uploads,
    notifications::clear,
    |tx, account| own(tx, account, &NOTES),
    |tx, account| own(tx, account, &MARKERS),
    |tx, account| own(tx, account, &MUTED_CONVERSATIONS),
    |tx, account| own(tx, account, &IDEMPOTENT),
];

/// Durable listener: begins to take away what a deleted account leaves behind.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountDeleted { account } = *event else { return Ok(()) };
    match ACCOUNTS.get(&**tx, &account)? {
        Some(row) if row.is_local() => tx.enqueue(&SendFarewell { account }),
        Some(_) => tx.enqueue(&TakeAway { account }),
        None => Ok(()),
    }
}

/// Takes a step towards an account of which nothing but the profile, and who blocks or mutes it, is left here: it is
/// suspended by a rule and may come back (behaviours §25). False when there is nothing more to take. Its follows end
/// before, where those who lose them are told.
///
/// # Errors
/// When the store fails.
pub fn strip_step(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let steps: [Step; 3] = [posts, favourited, votes];
    for step in steps {
        if step(tx, account)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Takes a step; false when nothing is left.
fn take_step(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    for step in STEPS {
        if step(tx, account)? {
            return Ok(true);
        }
    }
    STATS.delete(tx, &account)?;
    MOVES.delete(tx, &account)?;
    ASSERTION_KEYS.delete(tx, &account)?;
    FEATURING.delete(tx, &account)?;
    Ok(false)
}

fn posts(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let posts = BY_ACCOUNT.page(&**tx, &account, &Window::newest(POSTS))?;
    for post in &posts {
        statuses::remove_with_media(tx, *post)?;
    }
    Ok(!posts.is_empty())
}

fn favourited(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = FAVOURITES_OF.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, status) in &rows {
        match unfavourite(tx, account, *status) {
            // The post is being deleted, and its counters with it.
            Err(error) if error.kind() == Kind::NotFound => {
                favourites::remove(tx, account, *status)?;
            }
            done => done?,
        }
    }
    Ok(!rows.is_empty())
}

fn followers(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = FOLLOWERS.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, follower) in &rows {
        unfollow(tx, *follower, account)?;
    }
    Ok(!rows.is_empty())
}

fn following(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = FOLLOWING.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, followed) in &rows {
        reject(tx, account, *followed)?;
    }
    Ok(!rows.is_empty())
}

fn requests(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let waiting = REQUESTS_TO.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, follower) in &waiting {
        unfollow(tx, *follower, account)?;
    }
    let asked = REQUESTS_FROM.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, followed) in &asked {
        reject(tx, account, *followed)?;
    }
    Ok(!(waiting.is_empty() && asked.is_empty()))
}

fn bookmarked(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = BOOKMARKS_OF.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, status) in &rows {
        bookmarks::remove(tx, account, *status)?;
    }
    Ok(!rows.is_empty())
}

/// Who voted is forgotten; the votes stay counted.
fn votes(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = VOTES_OF.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, status) in &rows {
        VOTES.delete(tx, &(*status, account))?;
    }
    Ok(!rows.is_empty())
}

fn blocks(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let own = BLOCKS_BY.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, blocked) in &own {
        unblock(tx, account, *blocked)?;
    }
    let others = BLOCKERS_OF.page(&**tx, &account, &Window::newest(ROWS))?;
    for blocker in &others {
        unblock(tx, *blocker, account)?;
    }
    Ok(!(own.is_empty() && others.is_empty()))
}

fn mutes(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = MUTES_BY.page(&**tx, &account, &Window::newest(ROWS))?;
    for (_, muted) in &rows {
        unmute(tx, account, *muted)?;
    }
    Ok(!rows.is_empty())
}

fn uploads(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let waiting = UNATTACHED.page(&**tx, &(), &Window::newest(UPLOADS))?;
    let ids: Vec<_> = waiting.into_iter().map(|(_, id)| id).collect();
    let rows = MEDIA.get_many(&**tx, &ids)?;
    let own: Vec<_> = ids
        .into_iter()
        .zip(rows)
        .filter(|(_, row)| row.as_ref().is_some_and(|row| row.account == account))
        .map(|(id, _)| id)
        .take(ROWS)
        .collect();
    for upload in &own {
        media::remove(tx, *upload)?;
    }
    Ok(!own.is_empty())
}

fn waiting_posts(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = SCHEDULED.page_under(&**tx, &account, &Window::newest(ROWS))?;
    for ((_, id), _) in &rows {
        scheduled_statuses::cancel(tx, account, *id)?;
    }
    Ok(!rows.is_empty())
}

/// Rows that nothing but their owner has to do with.
fn own<V: Row<Key = (AccountId, K)>, K: Key>(
    tx: &mut Tx<'_>,
    account: AccountId,
    table: &Table<V>,
) -> Result<bool> {
    let rows = table.page_under(&**tx, &account, &Window::newest(ROWS))?;
    for (key, _) in &rows {
        table.delete(tx, key)?;
    }
    Ok(!rows.is_empty())
}
