//! Through which inboxes the followers on other servers are reached.

use std::collections::BTreeSet;

use shop_storage::{Order, Read, Window};

use super::table::REMOTE_FOLLOWERS;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::peers::delivery::shared_inbox;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// How many followers are read in one step.
const STEP: usize = 500;

/// Whether anybody on another server follows `account`.
///
/// # Errors
/// When the store fails.
pub fn is_followed_from_afar(from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(!REMOTE_FOLLOWERS.page(from, &account, &Window::newest(1))?.is_empty())
}

/// The distinct inboxes of all remote followers of `account`: as a rule one a server. Reads every follower; keep it
/// away from the async threads.
///
/// # Errors
/// When the store fails.
pub fn followers(from: &dyn Read, account: AccountId) -> Result<BTreeSet<String>> {
    let mut inboxes = BTreeSet::new();
    let mut window = Window::oldest(STEP);
    loop {
        let step = REMOTE_FOLLOWERS.page(from, &account, &window)?;
        let Some(last) = step.last().copied() else { return Ok(inboxes) };
        inboxes.extend(people(from, &step)?);
        window = Window::oldest(STEP).above(last);
    }
}

/// The distinct inboxes of the remote ones among `accounts`.
///
/// # Errors
/// When the store fails.
pub fn people(from: &dyn Read, accounts: &[AccountId]) -> Result<BTreeSet<String>> {
    let rows = ACCOUNTS.get_many(from, accounts)?;
    Ok(rows
        .into_iter()
        .flatten()
        .filter(|account| !account.deleted)
        .filter_map(|a| shared_inbox(&a))
        .collect())
}

/// The distinct inboxes through which all accounts of other servers are reached: as a rule one a server. Reads every
/// account, some at a time, each time as the store then is; keep it away from the async threads.
///
/// # Errors
/// When the store fails.
pub fn everybody(app: &App) -> Result<BTreeSet<String>> {
    let mut inboxes = BTreeSet::new();
    let mut above = None;
    loop {
        let window = Window { below: None, above, order: Order::Oldest, limit: STEP };
        let step = ACCOUNTS.page(&app.read()?, &window)?;
        let Some((last, _)) = step.last() else { return Ok(inboxes) };
        above = Some(*last);
        let living = step.iter().filter(|(_, account)| !account.deleted);
        inboxes.extend(living.filter_map(|(_, account)| shared_inbox(account)));
    }
}
