//! Endorsements: whom an account shows on its profile, of those whom it follows.

use shop_storage::Read;

use super::follows;
use super::table::{ENDORSEMENTS, Endorsement};
use crate::features::accounts;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// `account` shows `other` on its profile; once more is fine.
///
/// # Errors
/// 404 for an unknown account; 422 for one that is not followed.
pub fn endorse(tx: &mut Tx<'_>, account: AccountId, other: AccountId) -> Result<()> {
    accounts::get(&**tx, other)?;
    if !follows(&**tx, account, other)? {
        return Err(Error::invalid("You must be already following the person you want to endorse"));
    }
    if !is_endorsed(&**tx, account, other)? {
        let id = tx.new_id();
        ENDORSEMENTS.put(tx, &(account, other), &Endorsement { id })?;
    }
    Ok(())
}

/// `account` does not show `other` any more.
///
/// # Errors
/// When the store fails.
pub fn unendorse(tx: &mut Tx<'_>, account: AccountId, other: AccountId) -> Result<()> {
    ENDORSEMENTS.delete(tx, &(account, other))?;
    Ok(())
}

/// Whether `account` shows `other` on its profile.
///
/// # Errors
/// When the store fails.
pub fn is_endorsed(from: &dyn Read, account: AccountId, other: AccountId) -> Result<bool> {
    Ok(ENDORSEMENTS.has(from, &(account, other))?)
}

/// Durable listener: whom one follows no more is not endorsed any more.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::Unfollowed { from, to, .. } | Event::FollowRejected { from, to, .. }) = event else {
        return Ok(());
    };
    unendorse(tx, *from, *to)
}
