//! Moves: other accounts of the same person, the way from an old account to a new one, and who comes along
//! (behaviours §24).

pub mod activity;
pub mod api;
pub mod carry;
pub mod jobs;
pub mod table;

use std::time::Duration;

use shop_storage::Read;

use self::table::{MOVES, Move};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{self, uri};
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many other accounts a person may name; peers read no more than 256.
pub const MOST_ALIASES: usize = 20;
/// How long a local account stays where it moved before it may move again.
pub const COOLDOWN: Duration = Duration::from_secs(30 * DAY.as_secs());
/// How long a further Move of a remote account is passed over.
const REMOTE_COOLDOWN: Duration = Duration::from_secs(7 * DAY.as_secs());

/// Names `other` as an account of the same person; one that is named already stays as it is.
///
/// # Errors
/// 422 for oneself and beyond [`MOST_ALIASES`]; 404 when there is no such account.
pub fn add_alias(tx: &mut Tx<'_>, id: AccountId, other: AccountId) -> Result<()> {
    if id == other {
        return Err(Error::invalid("You cannot be an alias of yourself"));
    }
    let named = accounts::get(&**tx, other)?;
    let named = uri(&tx.app().config, other, &named);
    let mut account = accounts::get(&**tx, id)?;
    if account.also_known_as.contains(&named) {
        return Ok(());
    }
    if account.also_known_as.len() >= MOST_ALIASES {
        return Err(Error::invalid(format!("You cannot have more than {MOST_ALIASES} aliases")));
    }
    account.also_known_as.push(named);
    save(tx, id, account)
}

/// Names an account, by its id on the web, no longer.
///
/// # Errors
/// 404 when it was not named.
pub fn remove_alias(tx: &mut Tx<'_>, id: AccountId, named: &str) -> Result<()> {
    let mut account = accounts::get(&**tx, id)?;
    let before = account.also_known_as.len();
    account.also_known_as.retain(|other| other != named);
    if account.also_known_as.len() == before {
        return Err(Error::not_found());
    }
    save(tx, id, account)
}

/// Keeps a changed profile of a local account and lets the world know.
fn save(tx: &mut Tx<'_>, id: AccountId, mut account: Account) -> Result<()> {
    account.updated_at = tx.now().max(Millis(account.updated_at.0.saturating_add(1)));
    ACCOUNTS.put(tx, &id, &account)?;
    tx.tell(Event::AccountUpdated { account: id });
    Ok(())
}

/// When `account` may move again; `None` when it may now.
///
/// # Errors
/// When the store fails.
pub fn next_move(from: &dyn Read, account: AccountId, now: Millis) -> Result<Option<Millis>> {
    let last = MOVES.get(from, &account)?;
    Ok(last.map(|last| last.at.plus(COOLDOWN)).filter(|next| now < *next))
}

/// Whether `target` says that `old` is the same person.
fn is_named(tx: &Tx<'_>, target: &Account, id: AccountId, old: &Account) -> bool {
    target.also_known_as.contains(&uri(&tx.app().config, id, old))
}

/// Shows at the local account `id` that its person is at `to` now, and nothing else: nobody comes along.
///
/// # Errors
/// 404 when there is no such account; 422 for oneself, and for where it points already.
pub fn redirect(tx: &mut Tx<'_>, id: AccountId, to: AccountId) -> Result<()> {
    let mut account = accounts::get(&**tx, id)?;
    let target = accounts::get(&**tx, to)?;
    if id == to {
        return Err(Error::invalid("You cannot move to the account that you have"));
    }
    if target.suspended_at.is_some() {
        return Err(Error::not_found());
    }
    if account.moved_to == Some(to) {
        return Err(Error::invalid("Your account points there already"));
    }
    account.moved_to = Some(to);
    save(tx, id, account)
}

/// Moves the local account `id` to `to`: the profile points there, other servers are told, and followers come along.
///
/// # Errors
/// As [`redirect`]; 422 when `to` does not name this account as its alias or has moved itself, or when the last move was
/// less than [`COOLDOWN`] ago.
pub fn migrate(tx: &mut Tx<'_>, id: AccountId, to: AccountId) -> Result<()> {
    let account = accounts::get(&**tx, id)?;
    let target = accounts::get(&**tx, to)?;
    if next_move(&**tx, id, tx.now())?.is_some() {
        return Err(Error::invalid("You have moved in the last 30 days"));
    }
    if id != to && !is_named(tx, &target, id, &account) {
        return Err(Error::invalid("The other account does not name this one as its alias"));
    }
    if target.moved_to.is_some() {
        return Err(Error::invalid("The other account has moved itself"));
    }
    // After a mere redirect the move to the same account is news.
    if account.moved_to == Some(to) {
        save(tx, id, account)?;
    } else {
        redirect(tx, id, to)?;
    }
    note(tx, id, to)?;
    tx.tell(Event::AccountMoved { from: id, to });
    Ok(())
}

/// Takes the signpost away: the person is back. Followers do not come back.
///
/// # Errors
/// 422 when there is none.
pub fn cancel(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let mut account = accounts::get(&**tx, id)?;
    if account.moved_to.take().is_none() {
        return Err(Error::invalid("Your account does not point to another one"));
    }
    save(tx, id, account)
}

/// A remote account says that it moved, and `to`, as its server shows it now, names it as its alias: both are believed.
/// Whoever follows it here comes along. False when nothing is done: without the alias, when either is suspended, and
/// within a week after the last time.
///
/// # Errors
/// When the store fails.
pub fn moved_afar(tx: &mut Tx<'_>, from: AccountId, to: AccountId) -> Result<bool> {
    let (Some(old), Some(target)) = (ACCOUNTS.get(&**tx, &from)?, ACCOUNTS.get(&**tx, &to)?) else {
        return Ok(false);
    };
    let now = tx.now();
    let lately = MOVES.get(&**tx, &from)?.is_some_and(|last| now.since(last.at) < REMOTE_COOLDOWN);
    let present = [&old, &target].iter().all(|account| !account.deleted && account.suspended_at.is_none());
    if from == to || lately || !present || !is_named(tx, &target, from, &old) {
        return Ok(false);
    }
    if old.moved_to != Some(to) {
        ACCOUNTS.edit(tx, &from, |account| account.moved_to = Some(to))?;
        tx.tell(Event::AccountUpdated { account: from });
    }
    note(tx, from, to)?;
    Ok(true)
}

/// Remembers a move and lets those who come along follow in the background.
fn note(tx: &mut Tx<'_>, from: AccountId, to: AccountId) -> Result<()> {
    let followers = accounts::stats(&**tx, from)?.followers;
    let (at, number) = (tx.now(), tx.new_id());
    MOVES.put(tx, &from, &Move { to, at, followers, number })?;
    tx.enqueue(&jobs::CarryOver { from, to })
}
