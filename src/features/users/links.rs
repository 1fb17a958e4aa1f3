//! One-time links: set-up, confirmation, new password. The text goes to the person, its hash stays here.

use std::time::Duration;

use shop_storage::{Read, Window};

use super::jobs::ForgetLink;
use super::table::{LINKS, LINKS_FOR, LinkUse, OneTimeLink};
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::secret;

/// How long a set-up link is good.
pub const SETUP_VALID: Duration = DAY;
/// How long a confirmation link is good (behaviours §2, account life).
pub const CONFIRM_VALID: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// How long a link to a new password is good (behaviours §2, account life).
pub const RESET_VALID: Duration = Duration::from_secs(6 * 60 * 60);

/// How many links of one use and account may be open: a mail that was asked for twice leaves both good.
const OPEN: usize = 5;

/// Makes a link and gives its secret.
///
/// # Errors
/// When the store fails.
pub fn make(tx: &mut Tx<'_>, purpose: LinkUse) -> Result<String> {
    let (most, valid) = match purpose {
        LinkUse::Setup => (1, SETUP_VALID),
        LinkUse::Confirm(_) | LinkUse::Address(_) => (OPEN, CONFIRM_VALID),
        LinkUse::Reset(_) => (OPEN, RESET_VALID),
    };
    if LINKS_FOR.page(&**tx, &purpose.shelf(), &Window::oldest(most))?.len() >= most {
        end_all(tx, &purpose)?;
    }
    let text = secret::fresh();
    let key = secret::hash(&text);
    let expires_at = tx.now().plus(valid);
    LINKS.put(tx, &key, &OneTimeLink { purpose, expires_at })?;
    tx.enqueue_at(&ForgetLink { key }, expires_at)?;
    Ok(text)
}

/// What a link is for, while it is good.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, text: &str, now: Millis) -> Result<Option<LinkUse>> {
    let link = LINKS.get(from, &secret::hash(text))?;
    Ok(link.filter(|link| link.expires_at > now).map(|link| link.purpose))
}

/// Ends all links of this use.
///
/// # Errors
/// When the store fails.
pub fn end_all(tx: &mut Tx<'_>, purpose: &LinkUse) -> Result<()> {
    for key in LINKS_FOR.page(&**tx, &purpose.shelf(), &Window::oldest(OPEN))? {
        LINKS.delete(tx, &key)?;
    }
    Ok(())
}
