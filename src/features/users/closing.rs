//! The ends of an account: disabled, suspended, deleted (behaviours §25, account states).
//!
//! Tokens, sessions and streams end through [`Event::AccountClosed`], in the same transaction.

use super::jobs::RemovePictures;
use super::table::{ADDRESS_CHANGES, LinkUse, Role, USERS, WISHES};
use super::{get, links, two_factor};
use crate::features::accounts;
use crate::features::accounts::table::{ACCOUNTS, Account, KEYS, Place, STATS};
use crate::features::domain_rules::{Standing, book};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

fn refuse_owner(tx: &Tx<'_>, id: AccountId) -> Result<()> {
    if USERS.get(&**tx, &id)?.is_some_and(|user| user.role == Role::Owner) {
        return Err(Error::unprocessable(
            "The owner cannot be closed out; make somebody else the owner first",
        ));
    }
    Ok(())
}

/// Whether the person may sign in. What they wrote stays.
///
/// # Errors
/// 404 for an unknown account, 422 for the owner's.
pub fn disable(tx: &mut Tx<'_>, id: AccountId, disabled: bool) -> Result<()> {
    get(&**tx, id)?;
    if disabled {
        refuse_owner(tx, id)?;
        tx.tell(Event::AccountClosed { account: id });
    }
    USERS.edit(tx, &id, |user| user.disabled = disabled)?;
    Ok(())
}

/// Hides an account and what it wrote, or shows it again; accounts of other servers too. What it is and has stays.
///
/// # Errors
/// 404 for an unknown account, 422 for the owner's.
pub fn suspend(tx: &mut Tx<'_>, id: AccountId, suspended: bool) -> Result<()> {
    let account = accounts::get(&**tx, id)?;
    // Under a rule, or by the word of its own server, an account is suspended for as long as these say so; by hand for longer.
    let by_hand = account.suspended_at.is_some() && !is_for_others(tx, &account);
    if by_hand == suspended && (suspended || account.suspended_at.is_none()) {
        return Ok(());
    }
    let now = tx.now();
    if suspended {
        refuse_owner(tx, id)?;
        tx.tell(Event::AccountClosed { account: id });
        tx.tell(Event::AccountSuspended { account: id });
    }
    ACCOUNTS.edit(tx, &id, |account| {
        account.suspended_at = suspended.then_some(now);
        account.updated_at = now;
        if let Some(remote) = account.remote.as_mut().filter(|_| suspended) {
            remote.suspended = false;
        }
    })?;
    tx.tell(Event::AccountUpdated { account: id });
    Ok(())
}

/// Whether an account is suspended by a rule about its server, or by that server, and not by the staff here.
fn is_for_others(tx: &Tx<'_>, account: &Account) -> bool {
    let by_origin = account.remote.as_ref().is_some_and(|remote| remote.suspended);
    let by_rule = match book(tx.app()).standing_of(account) {
        Standing::Suspended(since) => account.suspended_at == Some(since),
        Standing::Free | Standing::Limited(_) => false,
    };
    by_origin || by_rule
}

/// Deletes an account for good: the person and the profile now, what they wrote by those who hear
/// [`Event::AccountDeleted`]. The name stays taken.
///
/// # Errors
/// 404 for an unknown account, 422 for the owner's.
pub fn delete(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    get(&**tx, id)?;
    refuse_owner(tx, id)?;
    let now = tx.now();
    let paths = ACCOUNTS.edit(tx, &id, |account| {
        let pictures = [account.avatar.take(), account.header.take()];
        account.end();
        account.updated_at = now;
        let places = pictures.into_iter().flatten().flat_map(|picture| [Some(picture.place), picture.still]);
        places
            .flatten()
            .filter_map(|place| if let Place::Blob(path) = place { Some(path) } else { None })
            .collect()
    })?;
    let paths: Vec<String> = paths.unwrap_or_default();
    if !paths.is_empty() {
        tx.enqueue(&RemovePictures { paths })?;
    }
    forget_person(tx, id)?;
    tx.tell(Event::AccountDeleted { account: id });
    Ok(())
}

/// Takes back a sign-up that never became a member: as if it had not been.
///
/// # Errors
/// When the store fails.
pub fn erase(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    forget_person(tx, id)?;
    ACCOUNTS.delete(tx, &id)?;
    STATS.delete(tx, &id)?;
    KEYS.delete(tx, &id)?;
    Ok(())
}

fn forget_person(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    USERS.delete(tx, &id)?;
    WISHES.delete(tx, &id)?;
    two_factor::forget(tx, id)?;
    links::end_all(tx, &LinkUse::Confirm(id))?;
    links::end_all(tx, &LinkUse::Reset(id))?;
    links::end_all(tx, &LinkUse::Address(id))?;
    ADDRESS_CHANGES.delete(tx, &id)?;
    tx.tell(Event::AccountClosed { account: id });
    Ok(())
}
