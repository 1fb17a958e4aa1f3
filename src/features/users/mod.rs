//! Users: the people behind local accounts. Who they are, how they get in, what they may do.

pub mod address;
pub mod api;
pub mod closing;
pub mod faults;
pub mod jobs;
mod letters;
pub mod links;
pub mod password;
pub mod reserved;
pub mod sign_up;
pub mod table;
pub mod two_factor;
pub mod wishes;
mod words;

use shop_storage::Read;

use self::faults::Faults;
use self::jobs::{Letter, SendMail};
use self::table::{BY_EMAIL, LINKS, LinkUse, Role, USERS, User};
use crate::features::accounts;
use crate::features::instance;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::http::rate::{Family, RateKey};
use crate::platform::ids::AccountId;
use crate::platform::secret;

/// The person behind an account.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, id: AccountId) -> Result<User> {
    USERS.get(from, &id)?.ok_or_else(Error::not_found)
}

/// Finds a user by e-mail address or by name.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, login: &str) -> Result<Option<AccountId>> {
    let login = login.trim();
    if login.trim_start_matches('@').contains('@') {
        return Ok(BY_EMAIL.get(from, &login.to_lowercase())?);
    }
    let found = accounts::find_handle(from, login.trim_start_matches('@'), None)?.map(|known| known.id);
    match found {
        Some(id) if USERS.has(from, &id)? => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// What became of an attempt to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// Everything is right.
    Welcome(AccountId),
    /// The password is right, and a second factor is asked for.
    SecondStep(AccountId),
    /// No such user, or the wrong password: never told which.
    Wrong,
    /// The password is right, but the address is not confirmed.
    Unconfirmed(AccountId),
    /// The password is right, but the staff has not decided yet.
    Pending,
    /// The password is right, but the account may not be used.
    Disabled,
}

/// Counts a call that names an e-mail address against its limit (behaviours §1).
///
/// # Errors
/// 429 when the limit is used up.
pub fn count(app: &App, family: Family, email: &str) -> Result<()> {
    match app.limits.0.count(family, &RateKey::email(email), app.now().timestamp()) {
        Some(verdict) if !verdict.allowed => Err(Error::new(Kind::TooMany, "Too many requests")),
        _ => Ok(()),
    }
}

/// Checks a password; says what stands in the way only to who knows it. Those with a second factor are never welcome by
/// the password alone.
///
/// # Errors
/// 429 after too many tries with one address, 503 when too many sign in at once.
pub async fn authenticate(app: &App, login: &str, password: String) -> Result<SignIn> {
    count(app, Family::SignInEmail, login)?;
    let user = {
        let store = app.read()?;
        match find(&store, login)? {
            Some(id) => USERS.get(&store, &id)?.map(|user| (id, user)),
            None => None,
        }
    };
    let hash = user.as_ref().map(|(_, user)| user.password_hash.clone());
    let right = password::verify(app, password, hash).await?;
    let Some((id, user)) = user.filter(|_| right) else { return Ok(SignIn::Wrong) };
    let store = app.read()?;
    match standing(&store, id, &user)? {
        SignIn::Welcome(id) if two_factor::is_on(&store, id)? => Ok(SignIn::SecondStep(id)),
        standing => Ok(standing),
    }
}

/// Whether a user may act at all. A second factor is no part of it: that is asked for at the sign-in.
///
/// # Errors
/// When the store fails.
pub fn standing(from: &dyn Read, id: AccountId, user: &User) -> Result<SignIn> {
    let gone = accounts::get(from, id).map_or(true, |account| account.suspended_at.is_some());
    Ok(if user.disabled || gone {
        SignIn::Disabled
    } else if user.confirmed_at.is_none() {
        SignIn::Unconfirmed(id)
    } else if !user.approved {
        SignIn::Pending
    } else {
        SignIn::Welcome(id)
    })
}

/// Whether the server has its owner.
///
/// # Errors
/// When the store fails.
pub fn has_owner(from: &dyn Read) -> Result<bool> {
    let Some(contact) = instance::get(from)?.contact else { return Ok(false) };
    Ok(USERS.get(from, &contact)?.is_some_and(|user| user.role == Role::Owner))
}

/// A new link to the set-up page, as long as the server has no owner; earlier ones end. To be shown once, at start.
///
/// # Errors
/// When the store fails.
pub async fn setup_link(app: &App) -> Result<Option<String>> {
    if has_owner(&app.read()?)? {
        return Ok(None);
    }
    let text = app.write(|tx| links::make(tx, LinkUse::Setup)).await?;
    Ok(Some(format!("{}/setup?token={text}", app.config.base_url())))
}

/// Gives a role. There is one owner: who was it before looks after the server as an admin from now on.
///
/// # Errors
/// 404 for an unknown account; 422 when the server would be left without an owner.
pub fn set_role(tx: &mut Tx<'_>, id: AccountId, role: Role) -> Result<()> {
    let user = get(&**tx, id)?;
    if role == Role::Owner {
        return make_owner(tx, id);
    }
    if user.role == Role::Owner {
        return Err(Error::unprocessable("A server needs its owner; make somebody else the owner first"));
    }
    give(tx, id, role)
}

/// Writes a role down, and on the profile.
fn give(tx: &mut Tx<'_>, id: AccountId, role: Role) -> Result<()> {
    USERS.edit(tx, &id, |user| user.role = role)?.ok_or_else(Error::not_found)?;
    accounts::wear(tx, id, role.badge())
}

pub(crate) fn make_owner(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let before = instance::get(&**tx)?.contact;
    if let Some(before) = before.filter(|before| *before != id)
        && get(&**tx, before).is_ok_and(|user| user.role == Role::Owner)
    {
        give(tx, before, Role::Admin)?;
    }
    give(tx, id, Role::Owner)?;
    instance::change(tx, |instance| instance.contact = Some(id))?;
    links::end_all(tx, &LinkUse::Setup)
}

/// Lets somebody in who has asked to join, and tells them when mail is configured.
///
/// # Errors
/// 404 for an unknown account.
pub fn approve(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    if get(&**tx, id)?.approved {
        return Ok(());
    }
    USERS.edit(tx, &id, |user| user.approved = true)?;
    if tx.app().mailer.reaches_people() {
        tx.enqueue(&SendMail { account: id, letter: Letter::Approved })?;
    }
    Ok(())
}

/// What became of a confirmation link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmed {
    /// The address of this sign-up is good.
    SignUp(AccountId),
    /// Somebody's new address counts from now on.
    Address(AccountId),
    /// The new address belongs to somebody else meanwhile.
    Taken,
    /// The link is not good (any more).
    Stale,
}

/// Follows a confirmation link.
///
/// # Errors
/// When the store fails.
pub fn confirm(tx: &mut Tx<'_>, link: &str) -> Result<Confirmed> {
    let now = tx.now();
    let id = match links::find(&**tx, link, now)? {
        Some(LinkUse::Confirm(id)) => id,
        Some(LinkUse::Address(id)) => return address::confirm(tx, id),
        _ => return Ok(Confirmed::Stale),
    };
    links::end_all(tx, &LinkUse::Confirm(id))?;
    LINKS.delete(tx, &secret::hash(link))?;
    let found = USERS.edit(tx, &id, |user| user.confirmed_at.replace(user.confirmed_at.unwrap_or(now)))?;
    if found == Some(None) {
        tx.tell(Event::SignedUp { account: id });
    }
    Ok(found.map_or(Confirmed::Stale, |_| Confirmed::SignUp(id)))
}

/// Whose password a link lets choose anew.
///
/// # Errors
/// When the store fails.
pub fn reset_of(from: &dyn Read, app: &App, link: &str) -> Result<Option<AccountId>> {
    Ok(match links::find(from, link, app.now())? {
        Some(LinkUse::Reset(id)) if USERS.has(from, &id)? => Some(id),
        _ => None,
    })
}

/// Sets a password. Tokens and sessions end, through [`Event::AccountClosed`], and links to new passwords and another
/// address too. A second factor is asked for as before.
///
/// # Errors
/// 404 for an unknown account.
pub fn set_password(tx: &mut Tx<'_>, id: AccountId, hash: String) -> Result<()> {
    USERS.edit(tx, &id, |user| user.password_hash = hash)?.ok_or_else(Error::not_found)?;
    links::end_all(tx, &LinkUse::Reset(id))?;
    address::give_up(tx, id)?;
    two_factor::forgive(tx, id)?;
    tx.tell(Event::AccountClosed { account: id });
    Ok(())
}

/// Sets a password by who knows the present one: what else signs them in is for the caller to end. Links to new passwords
/// end, and the person is told by mail.
///
/// # Errors
/// 404 for an unknown account.
pub fn change_password(tx: &mut Tx<'_>, id: AccountId, hash: String) -> Result<()> {
    USERS.edit(tx, &id, |user| user.password_hash = hash)?.ok_or_else(Error::not_found)?;
    links::end_all(tx, &LinkUse::Reset(id))?;
    two_factor::forgive(tx, id)?;
    if tx.app().mailer.reaches_people() {
        tx.enqueue(&SendMail { account: id, letter: Letter::PasswordChanged })?;
    }
    Ok(())
}

/// Checks the present password of somebody who wants to change something that it guards. Tries count as those to sign in.
///
/// # Errors
/// 422 with `details` when it is wrong, 429 after too many tries, 503 when too many sign in at once.
pub async fn check_current(app: &App, user: &User, given: String) -> Result<()> {
    count(app, Family::SignInEmail, &user.email)?;
    if password::verify(app, given, Some(user.password_hash.clone())).await? {
        return Ok(());
    }
    let mut faults = Faults::default();
    faults.add("current_password", "ERR_INVALID", "is invalid");
    Err(faults.into())
}

/// Sends a confirmation or password mail to whoever has this address. Says nothing about whether there is one.
///
/// # Errors
/// 429 after too many mails to one address.
pub async fn send_letter(app: &App, email: &str, letter: Letter) -> Result<()> {
    let family =
        if letter == Letter::Confirm { Family::ConfirmationEmail } else { Family::PasswordResetEmail };
    count(app, family, email)?;
    let email = email.trim().to_lowercase();
    app.write(move |tx| {
        let Some(id) = BY_EMAIL.get(&**tx, &email)? else { return Ok(()) };
        tx.enqueue(&SendMail { account: id, letter })
    })
    .await
}
