//! The directory of discoverable accounts (behaviours §12).

pub mod api;
pub mod table;

use std::cmp::Reverse;

use shop_storage::{Read, Window};

use self::table::{LISTED, LISTED_BY, Listed};
use crate::features::accounts::INSTANCE_ACTOR;
use crate::features::accounts::table::{ACCOUNTS, Account, STATS};
use crate::features::relationships::Circle;
use crate::features::users::table::USERS;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// How many accounts of each home the directory looks at; older ones than the newest of these are not shown.
const LOOKED_AT: usize = 5_000;

/// How the directory is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Who posted last comes first.
    Active,
    /// Who came last comes first.
    New,
}

/// Whether an account wants to be found, and may be: not the limited, the moved and those who are gone.
pub fn is_findable(account: &Account) -> bool {
    account.discoverable == Some(true)
        && account.suspended_at.is_none()
        && account.silenced_at.is_none()
        && account.moved_to.is_none()
        && !account.deleted
        && !account.memorial
}

/// Whether the person behind a local account has been let in.
fn is_let_in(from: &dyn Read, id: AccountId, account: &Account) -> Result<bool> {
    if !account.is_local() {
        return Ok(true);
    }
    Ok(USERS.get(from, &id)?.is_none_or(|user| user.confirmed_at.is_some() && user.approved))
}

/// Everybody who wants to be found, the newest first of each home. Reads thousands of records; keep it away from the
/// async threads.
///
/// # Errors
/// When the store fails.
pub fn findable(from: &dyn Read, local_only: bool) -> Result<Vec<(AccountId, Account)>> {
    let mut ids = LISTED_BY.page(from, &true, &Window::newest(LOOKED_AT))?;
    if !local_only {
        ids.extend(LISTED_BY.page(from, &false, &Window::newest(LOOKED_AT))?);
    }
    let mut found = Vec::with_capacity(ids.len());
    for (id, account) in ids.iter().zip(ACCOUNTS.get_many(from, &ids)?) {
        let Some(account) = account.filter(is_findable) else { continue };
        if *id != INSTANCE_ACTOR && is_let_in(from, *id, &account)? {
            found.push((*id, account));
        }
    }
    Ok(found)
}

/// A page of the directory for somebody with this circle.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    circle: Option<&Circle>,
    (sort, local_only): (Sort, bool),
    (offset, limit): (usize, usize),
    now: Millis,
) -> Result<Vec<AccountId>> {
    let mut found = findable(from, local_only)?;
    if let Some(circle) = circle {
        found.retain(|(id, account)| !circle.hides(*id, now) && !circle.blocks_domain(account));
    }
    let ids: Vec<AccountId> = found.into_iter().map(|(id, _)| id).collect();
    let mut sorted: Vec<_> = match sort {
        Sort::New => ids.into_iter().map(|id| (Reverse(None), Reverse(id))).collect(),
        Sort::Active => {
            let stats = STATS.get_many(from, &ids)?;
            let posted = |stats: Option<crate::features::accounts::table::AccountStats>| {
                Reverse(stats.and_then(|stats| stats.last_status_at))
            };
            ids.into_iter().zip(stats).map(|(id, stats)| (posted(stats), Reverse(id))).collect()
        }
    };
    sorted.sort_unstable();
    Ok(sorted.into_iter().map(|(_, Reverse(id))| id).skip(offset).take(limit).collect())
}

/// Durable listener: notes who wants to be found.
///
/// # Errors
/// When the store fails.
pub fn note(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::AccountCreated { account: id } | Event::AccountUpdated { account: id }) = event else {
        return Ok(());
    };
    let listed =
        ACCOUNTS.get(&**tx, id)?.filter(is_findable).map(|account| Listed { local: account.is_local() });
    match listed {
        Some(listed) => LISTED.put(tx, id, &listed)?,
        None => {
            LISTED.delete(tx, id)?;
        }
    }
    Ok(())
}
