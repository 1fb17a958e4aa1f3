//! Accounts: where they live on the web, and how they are found.

pub mod activity;
pub mod actor;
pub mod api;
pub mod badge;
pub mod closing;
pub mod consent;
pub mod create;
mod earlier;
pub mod edit;
pub mod keys;
pub mod links;
pub mod page;
pub mod profile;
pub mod remote;
pub mod resolve;
pub mod table;
pub mod totals;
pub mod view;

use shop_storage::{Order, Read, Window};

use self::table::{ACCOUNTS, Account, AccountStats, BY_HANDLE, BY_URI, Badge, STATS};
use crate::platform::app::{App, Tx};
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;

/// The account that stands for the server itself (behaviours §3: ids).
///
/// Mastodon shows it as `-99`; ids are unsigned here and it is never shown, so it takes the first number.
pub const INSTANCE_ACTOR: AccountId = AccountId::new(1);

/// An account with its number.
#[derive(Debug, Clone)]
pub struct Known {
    /// The number.
    pub id: AccountId,
    /// The record.
    pub account: Account,
}

/// The ActivityPub id (behaviours §18, numeric form).
pub fn uri(config: &Config, id: AccountId, account: &Account) -> String {
    match &account.uri {
        Some(uri) => uri.clone(),
        None => local_uri(config, id),
    }
}

/// The ActivityPub id of a local account.
pub fn local_uri(config: &Config, id: AccountId) -> String {
    if id == INSTANCE_ACTOR {
        return format!("{}/actor", config.base_url());
    }
    format!("{}/ap/users/{id}", config.base_url())
}

/// The profile page.
pub fn url(config: &Config, id: AccountId, account: &Account) -> String {
    match &account.domain {
        None => format!("{}/@{}", config.base_url(), account.username),
        Some(_) => account.url.clone().unwrap_or_else(|| uri(config, id, account)),
    }
}

/// The id of a followers collection, as it stands in `to` and `cc`.
pub fn followers_uri(config: &Config, id: AccountId, account: &Account) -> Option<String> {
    match &account.remote {
        None => Some(format!("{}/followers", local_uri(config, id))),
        Some(remote) => remote.followers.clone(),
    }
}

/// The number in a local actor's ActivityPub id (`<base>/ap/users/ID`, `<base>/actor`).
pub fn id_of_local_uri(config: &Config, uri: &str) -> Option<AccountId> {
    let path = uri.strip_prefix(config.base_url())?;
    if path == "/actor" {
        return Some(INSTANCE_ACTOR);
    }
    path.strip_prefix("/ap/users/")?.parse().ok()
}

/// One account.
///
/// # Errors
/// 404 when there is none, or when it was deleted.
pub fn get(from: &dyn Read, id: AccountId) -> Result<Account> {
    ACCOUNTS.get(from, &id)?.filter(|account| !account.deleted).ok_or_else(Error::not_found)
}

/// Whether nothing of an account is shown, because it is suspended or gone.
///
/// # Errors
/// When the store fails.
pub fn is_hidden(from: &dyn Read, id: AccountId) -> Result<bool> {
    Ok(ACCOUNTS.get(from, &id)?.is_some_and(|account| account.suspended_at.is_some() || account.deleted))
}

/// Its numbers.
///
/// # Errors
/// When the store fails.
pub fn stats(from: &dyn Read, id: AccountId) -> Result<AccountStats> {
    Ok(STATS.get(from, &id)?.unwrap_or_default())
}

/// Puts the badge of a role on a profile, or takes it off.
///
/// # Errors
/// 404 when there is no such account.
pub fn wear(tx: &mut Tx<'_>, id: AccountId, badge: Option<Badge>) -> Result<()> {
    ACCOUNTS.edit(tx, &id, |account| account.badge = badge)?.ok_or_else(Error::not_found)
}

/// Changes the numbers of an account.
///
/// # Errors
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, id: AccountId, change: impl FnOnce(&mut AccountStats)) -> Result<()> {
    let mut stats = STATS.get(&**tx, &id)?.unwrap_or_default();
    change(&mut stats);
    STATS.put(tx, &id, &stats)?;
    Ok(())
}

/// Looks up a handle: local by name, remote by name and ASCII domain.
///
/// # Errors
/// When the store fails.
pub fn find_handle(from: &dyn Read, username: &str, domain: Option<&str>) -> Result<Option<Known>> {
    let key = (username.to_lowercase(), domain.unwrap_or_default().to_owned());
    let Some(id) = BY_HANDLE.get(from, &key)? else { return Ok(None) };
    known(from, id)
}

/// Looks up an ActivityPub id, local or remote.
///
/// # Errors
/// When the store fails.
pub fn find_uri(app: &App, from: &dyn Read, uri: &str) -> Result<Option<Known>> {
    let id = match id_of_local_uri(&app.config, uri) {
        Some(id) => Some(id),
        None => BY_URI.get(from, &uri.to_owned())?,
    };
    id.map_or(Ok(None), |id| known(from, id))
}

fn known(from: &dyn Read, id: AccountId) -> Result<Option<Known>> {
    Ok(ACCOUNTS.get(from, &id)?.filter(|account| !account.deleted).map(|account| Known { id, account }))
}

/// Local accounts, newest first, below `below`.
///
/// # Errors
/// When the store fails.
pub fn local(from: &dyn Read, below: Option<AccountId>, limit: usize) -> Result<Vec<AccountId>> {
    let window = Window { below, above: None, order: Order::Newest, limit };
    Ok(table::LOCAL.page(from, &(), &window)?)
}
