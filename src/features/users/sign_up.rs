//! New users: who may sign up, what their form must hold, and the three ways in (form or API, staff, set-up).

use lettre::Address;
use shop_storage::Read;
use tokio::try_join;

use super::faults::Faults;
use super::jobs::{DropUnconfirmed, LOOK_AFTER, Letter, SendMail};
use super::table::{BY_EMAIL, LinkUse, Role, Settings, USERS, User};
use super::{has_owner, links, make_owner, password, reserved, wishes};
use crate::features::accounts::table::PrivateKey;
use crate::features::accounts::{
    self,
    create::{self, NewAccount},
};
use crate::features::instance;
use crate::platform::app::{App, Tx};
use crate::platform::config::{Config, Registrations};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, AppId};

/// The longest username (behaviours §2).
pub const USERNAME_MAX: usize = 30;
/// The shortest and the longest password, in bytes (behaviours §2).
pub const PASSWORD: std::ops::RangeInclusive<usize> = 8..=72;
/// The longest reason to join, in characters (behaviours §3).
pub const REASON_MAX: usize = 420;
/// The longest address, in bytes (RFC 5321 §4.5.3.1.3, without the angle brackets).
const EMAIL_MAX: usize = 254;
/// The longest name of a community, in characters.
pub const TITLE_MAX: usize = 60;

/// What somebody who wants to join has filled in.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// The wanted name.
    pub username: String,
    /// Where mail goes.
    pub email: String,
    /// In clear, until it is hashed.
    pub password: String,
    /// Has agreed to the rules.
    pub agreement: bool,
    /// Why they want to join.
    pub reason: String,
    /// Language of the interface.
    pub locale: String,
    /// The application that signs them up.
    pub app: Option<AppId>,
}

/// Whether anybody may sign up at all.
pub fn is_open(config: &Config) -> bool {
    config.registrations != Registrations::Closed
}

/// Everything that is wrong with a draft.
///
/// # Errors
/// When the store fails.
pub fn faults(from: &dyn Read, draft: &Draft) -> Result<Faults> {
    let mut faults = Faults::default();
    check_username(from, &draft.username, &mut faults)?;
    if !faults.has("username") && reserved::is_reserved(&draft.username) {
        faults.add("username", "ERR_RESERVED", "is reserved");
    }
    check_email(from, &draft.email, &mut faults)?;
    check_password(&draft.password, &mut faults);
    if !draft.agreement {
        faults.add("agreement", "ERR_ACCEPTED", "must be accepted");
    }
    if draft.reason.chars().count() > REASON_MAX {
        faults.add("reason", "ERR_TOO_LONG", format!("is too long (at most {REASON_MAX} characters)"));
    }
    Ok(faults)
}

fn check_username(from: &dyn Read, username: &str, faults: &mut Faults) -> Result<()> {
    let plain = username.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if username.trim().is_empty() {
        faults.add("username", "ERR_BLANK", "is missing");
    } else if !plain {
        faults.add("username", "ERR_INVALID", "must hold nothing but letters, digits and underscores");
    } else if username.len() > USERNAME_MAX {
        faults.add("username", "ERR_TOO_LONG", format!("is too long (at most {USERNAME_MAX} characters)"));
    } else if create::is_taken(from, username)? {
        faults.add("username", "ERR_TAKEN", "has already been taken");
    }
    Ok(())
}

/// Notes what is wrong with an address as a new one.
///
/// # Errors
/// When the store fails.
pub fn check_email(from: &dyn Read, email: &str, faults: &mut Faults) -> Result<()> {
    let email = email.trim();
    if email.is_empty() {
        faults.add("email", "ERR_BLANK", "is missing");
    } else if !is_address(email) {
        faults.add("email", "ERR_INVALID", "is not an e-mail address");
    } else if BY_EMAIL.get(from, &email.to_lowercase())?.is_some() {
        faults.add("email", "ERR_TAKEN", "has already been taken");
    }
    Ok(())
}

fn is_address(email: &str) -> bool {
    email.len() <= EMAIL_MAX && email.parse::<Address>().is_ok()
}

/// Notes what is wrong with a new password.
pub fn check_password(password: &str, faults: &mut Faults) {
    if password.is_empty() {
        faults.add("password", "ERR_BLANK", "is missing");
    } else if password.len() < *PASSWORD.start() {
        faults.add(
            "password",
            "ERR_TOO_SHORT",
            format!("is too short (at least {} characters)", PASSWORD.start()),
        );
    } else if password.len() > *PASSWORD.end() {
        faults.add("password", "ERR_TOO_LONG", format!("is too long (at most {} bytes)", PASSWORD.end()));
    }
}

/// Signs somebody up by the rules of the registration mode. With mail configured a link goes out that must be
/// followed first; in approval mode the staff decides.
///
/// # Errors
/// 403 when registrations are closed. The faults of the draft are no error: a form shows them field by field.
pub async fn sign_up(app: &App, draft: Draft) -> Result<Result<AccountId, Faults>> {
    if !is_open(&app.config) {
        return Err(Error::forbidden());
    }
    let found = faults(&app.read()?, &draft)?;
    if !found.is_empty() {
        return Ok(Err(found));
    }
    let (hash, keys) = ready(app, &draft).await?;
    app.write(move |tx| {
        let found = faults(&**tx, &draft)?;
        if !found.is_empty() {
            return Ok(Err(found));
        }
        let approved = tx.app().config.registrations == Registrations::Open;
        let id = insert(tx, &draft, hash, &keys, Role::User, approved)?;
        if tx.app().mailer.reaches_people() {
            tx.enqueue(&SendMail { account: id, letter: Letter::Confirm })?;
            tx.enqueue_at(&DropUnconfirmed { account: id }, tx.now().plus(LOOK_AFTER))?;
        } else {
            let now = tx.now();
            USERS.edit(tx, &id, |user| user.confirmed_at = Some(now))?;
            tx.tell(Event::SignedUp { account: id });
        }
        Ok(Ok(id))
    })
    .await
}

/// Makes a confirmed, approved user on the word of the staff: names may be reserved, the password is not judged.
///
/// # Errors
/// 422 for a bad or taken name or address, an empty password, or a second owner.
pub async fn create_by_staff(app: &App, draft: Draft, role: Role) -> Result<AccountId> {
    let (hash, keys) = ready(app, &draft).await?;
    app.write(move |tx| {
        let mut found = Faults::default();
        check_username(&**tx, &draft.username, &mut found)?;
        check_email(&**tx, &draft.email, &mut found)?;
        if draft.password.is_empty() {
            found.add("password", "ERR_BLANK", "is missing");
        }
        if !found.is_empty() {
            return Err(found.into());
        }
        if role == Role::Owner && has_owner(&**tx)? {
            return Err(Error::unprocessable(
                "The server has an owner already; give the role with `account role`",
            ));
        }
        let id = insert_confirmed(tx, &draft, hash, &keys, role)?;
        Ok(id)
    })
    .await
}

/// What the owner tells everybody about the community when it is set up.
#[derive(Debug, Clone, Default)]
pub struct Community {
    /// Its name.
    pub title: String,
    /// Where people can write to the staff; empty when that is not told.
    pub contact_email: String,
}

/// Sets the server up: makes its owner and names the community. `None` when the link is not good (any more).
///
/// # Errors
/// When the store fails. Faults of the form are no error.
pub async fn set_up(
    app: &App,
    link: String,
    draft: Draft,
    community: Community,
) -> Result<Option<Result<AccountId, Faults>>> {
    let community = Community {
        title: community.title.trim().to_owned(),
        contact_email: community.contact_email.trim().to_owned(),
    };
    let check = |from: &dyn Read, draft: &Draft, community: &Community| -> Result<Faults> {
        let mut found = Faults::default();
        if community.title.is_empty() {
            found.add("title", "ERR_BLANK", "is missing");
        } else if community.title.chars().count() > TITLE_MAX {
            found.add("title", "ERR_TOO_LONG", format!("is too long (at most {TITLE_MAX} characters)"));
        }
        if !community.contact_email.is_empty() && !is_address(&community.contact_email) {
            found.add("contact_email", "ERR_INVALID", "is not an e-mail address");
        }
        check_username(from, &draft.username, &mut found)?;
        check_email(from, &draft.email, &mut found)?;
        check_password(&draft.password, &mut found);
        Ok(found)
    };
    let store = app.read()?;
    if !setup_is_open(&store, app, &link)? {
        return Ok(None);
    }
    let found = check(&store, &draft, &community)?;
    if !found.is_empty() {
        return Ok(Some(Err(found)));
    }
    drop(store);
    let (hash, keys) = ready(app, &draft).await?;
    app.write(move |tx| {
        if !setup_is_open(&**tx, tx.app(), &link)? {
            return Ok(None);
        }
        let found = check(&**tx, &draft, &community)?;
        if !found.is_empty() {
            return Ok(Some(Err(found)));
        }
        let id = insert_confirmed(tx, &draft, hash, &keys, Role::Owner)?;
        instance::change(tx, |instance| {
            instance.title = community.title;
            instance.contact_email = community.contact_email;
        })?;
        Ok(Some(Ok(id)))
    })
    .await
}

/// Whether this set-up link opens the set-up page.
///
/// # Errors
/// When the store fails.
pub fn setup_is_open(from: &dyn Read, app: &App, link: &str) -> Result<bool> {
    Ok(!has_owner(from)? && links::find(from, link, app.now())? == Some(LinkUse::Setup))
}

async fn ready(app: &App, draft: &Draft) -> Result<(String, PrivateKey)> {
    let made = try_join!(password::hash(app, draft.password.clone()), create::new_keys(app))?;
    Ok(made)
}

fn insert_confirmed(
    tx: &mut Tx<'_>,
    draft: &Draft,
    hash: String,
    keys: &PrivateKey,
    role: Role,
) -> Result<AccountId> {
    let id = insert(tx, draft, hash, keys, if role == Role::Owner { Role::User } else { role }, true)?;
    let now = tx.now();
    USERS.edit(tx, &id, |user| user.confirmed_at = Some(now))?;
    if role == Role::Owner {
        make_owner(tx, id)?;
    }
    Ok(id)
}

fn insert(
    tx: &mut Tx<'_>,
    draft: &Draft,
    password_hash: String,
    keys: &PrivateKey,
    role: Role,
    approved: bool,
) -> Result<AccountId> {
    let new = NewAccount { username: draft.username.clone(), display_name: String::new() };
    let id = create::create_local(tx, new, keys)?;
    let now = tx.now();
    let user = User {
        email: draft.email.trim().to_owned(),
        password_hash,
        role,
        created_at: now,
        confirmed_at: None,
        approved,
        disabled: false,
        reason: draft.reason.trim().to_owned(),
        signed_up_with: draft.app,
        settings: Settings { locale: locale(&draft.locale), ..Settings::default() },
        active_at: now,
    };
    USERS.put(tx, &id, &user)?;
    accounts::wear(tx, id, role.badge())?;
    Ok(id)
}

/// A language tag that is plausible, else English.
fn locale(wanted: &str) -> String {
    if wishes::is_locale(wanted) { wanted.to_owned() } else { "en".to_owned() }
}
