//! Another e-mail address for somebody: it counts once the link that was sent to it was followed.

use shop_storage::Read;

use super::faults::Faults;
use super::jobs::{Letter, SendMail};
use super::links::CONFIRM_VALID;
use super::sign_up::check_email;
use super::table::{ADDRESS_CHANGES, AddressChange, LinkUse, USERS};
use super::{Confirmed, get, links};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// The address that waits for its link to be followed; none once the link cannot be good any more.
///
/// # Errors
/// When the store fails.
pub fn wanted(from: &dyn Read, id: AccountId, now: Millis) -> Result<Option<String>> {
    let change = ADDRESS_CHANGES.get(from, &id)?;
    Ok(change.filter(|change| now.since(change.asked_at) < CONFIRM_VALID).map(|change| change.email))
}

/// Asks for another address: a link goes there, and the present one is told. Where no mail is sent the address counts at
/// once. Asking for the same again sends another link.
///
/// # Errors
/// 422 with `details` for what is no address, the present one, or somebody else's.
pub fn ask(tx: &mut Tx<'_>, id: AccountId, email: &str) -> Result<()> {
    let email = email.trim();
    let mut faults = Faults::default();
    if get(&**tx, id)?.email.to_lowercase() == email.to_lowercase() {
        faults.add("email", "ERR_TAKEN", "is your present one");
    } else {
        check_email(&**tx, email, &mut faults)?;
    }
    if !faults.is_empty() {
        return Err(faults.into());
    }
    if !tx.app().mailer.reaches_people() {
        return change(tx, id, email.to_owned());
    }
    links::end_all(tx, &LinkUse::Address(id))?;
    let asked_at = tx.now();
    ADDRESS_CHANGES.put(tx, &id, &AddressChange { email: email.to_owned(), asked_at })?;
    tx.enqueue(&SendMail { account: id, letter: Letter::NewAddress })?;
    tx.enqueue(&SendMail { account: id, letter: Letter::AddressAsked })
}

/// Keeps the present address after all.
///
/// # Errors
/// When the store fails.
pub fn give_up(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    ADDRESS_CHANGES.delete(tx, &id)?;
    links::end_all(tx, &LinkUse::Address(id))
}

/// Lets the address count to which the link was sent.
pub(super) fn confirm(tx: &mut Tx<'_>, id: AccountId) -> Result<Confirmed> {
    let email = wanted(&**tx, id, tx.now())?;
    let (Some(email), Some(_)) = (email, USERS.get(&**tx, &id)?) else { return Ok(Confirmed::Stale) };
    let mut faults = Faults::default();
    check_email(&**tx, &email, &mut faults)?;
    give_up(tx, id)?;
    if !faults.is_empty() {
        return Ok(Confirmed::Taken);
    }
    change(tx, id, email)?;
    Ok(Confirmed::Address(id))
}

/// Links to new passwords that went to the old address end with it.
fn change(tx: &mut Tx<'_>, id: AccountId, email: String) -> Result<()> {
    USERS.edit(tx, &id, |user| user.email = email)?;
    links::end_all(tx, &LinkUse::Reset(id))
}
