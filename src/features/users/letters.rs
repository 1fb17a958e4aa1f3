//! Mails to users about their accounts. Links are made when a mail goes out, so that no secret waits in the queue.

use super::jobs::Letter;
use super::table::{LinkUse, USERS};
use super::{address, links, words};
use crate::features::instance;
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::mail::Mail;
use crate::platform::text::tongue::Tongue;

/// The mail in the language of its reader, or nothing when it has no sense any more.
///
/// # Errors
/// When the store fails.
pub(super) fn write(tx: &mut Tx<'_>, id: AccountId, letter: Letter) -> Result<Option<Mail>> {
    let Some(user) = USERS.get(&**tx, &id)? else { return Ok(None) };
    if letter == Letter::Confirm && user.confirmed_at.is_some() {
        return Ok(None);
    }
    let wanted = address::wanted(&**tx, id, tx.now())?;
    if wanted.is_none() && matches!(letter, Letter::NewAddress | Letter::AddressAsked) {
        return Ok(None);
    }
    let wanted = wanted.unwrap_or_default();
    let path = match letter {
        Letter::Confirm => with_token(tx, "confirmation", LinkUse::Confirm(id))?,
        Letter::NewAddress => with_token(tx, "confirmation", LinkUse::Address(id))?,
        Letter::Reset => with_token(tx, "password/edit", LinkUse::Reset(id))?,
        Letter::Approved => "sign_in".to_owned(),
        Letter::AddressAsked
        | Letter::PasswordChanged
        | Letter::TwoFactorOn
        | Letter::TwoFactorOff
        | Letter::RecoveryCodesMade
        | Letter::WrongCodes => "password/new".to_owned(),
    };
    let link = format!("{}/auth/{path}", tx.app().config.base_url());
    let title = instance::get(&**tx)?.title;
    let (subject, text) = words::mail(Tongue::of(&user.settings.locale), letter, &title, &wanted, &link);
    let to = if letter == Letter::NewAddress { wanted } else { user.email };
    Ok(Some(Mail { to, subject, text }))
}

fn with_token(tx: &mut Tx<'_>, page: &str, of: LinkUse) -> Result<String> {
    Ok(format!("{page}?token={}", links::make(tx, of)?))
}
