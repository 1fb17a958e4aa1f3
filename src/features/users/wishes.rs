//! What people wish beyond what the client API has words for: their language, their time zone, and what mails tell them of.

use jiff::tz::TimeZone;
use shop_storage::Read;

use super::table::{USERS, WISHES, Wishes};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;

/// The longest name of a time zone, in bytes.
const LONGEST_ZONE: usize = 64;

/// What `account` wishes.
///
/// # Errors
/// When the store fails.
pub fn of(from: &dyn Read, account: AccountId) -> Result<Wishes> {
    Ok(WISHES.get(from, &account)?.unwrap_or_default())
}

/// The zone whose days `account` means.
///
/// # Errors
/// When the store fails.
pub fn zone(from: &dyn Read, account: AccountId) -> Result<TimeZone> {
    let name = WISHES.get(from, &account)?.and_then(|wishes| wishes.time_zone);
    Ok(name.and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC))
}

/// The name of a time zone as it is kept; an empty one is none.
///
/// # Errors
/// 422 for a zone that is not known.
pub fn zone_name(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let known = (text.len() <= LONGEST_ZONE).then(|| TimeZone::get(text).ok()).flatten();
    let name = known.as_ref().and_then(|zone| zone.iana_name());
    name.map(|name| Some(name.to_owned()))
        .ok_or_else(|| Error::invalid("Time zone is not included in the list"))
}

/// Whether a text can be the tag of a language, known here or not.
pub fn is_locale(text: &str) -> bool {
    (2..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Changes the language in which `account` is spoken to: mails, push messages and pages of the server.
///
/// # Errors
/// 422 for what is no tag of a language, 404 when there is no such user.
pub fn speak(tx: &mut Tx<'_>, account: AccountId, locale: String) -> Result<()> {
    if !is_locale(&locale) {
        return Err(Error::invalid("Locale is not included in the list"));
    }
    USERS.edit(tx, &account, |user| user.settings.locale = locale)?.ok_or_else(Error::not_found)
}

/// Changes what `account` wishes.
///
/// # Errors
/// 404 when there is no such user.
pub fn change(tx: &mut Tx<'_>, account: AccountId, change: impl FnOnce(&mut Wishes)) -> Result<()> {
    if !USERS.has(&**tx, &account)? {
        return Err(Error::not_found());
    }
    let mut wishes = of(&**tx, account)?;
    change(&mut wishes);
    WISHES.put(tx, &account, &wishes)?;
    Ok(())
}
