//! What mails to users say. Links are made when a mail goes out, so that no secret waits in the queue.

use super::address;
use super::jobs::Letter;
use super::links;
use super::table::{LinkUse, USERS};
use crate::features::instance;
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::mail::Mail;

/// The mail, or nothing when it has no sense any more.
///
/// # Errors
/// When the store fails.
pub(super) fn write(tx: &mut Tx<'_>, id: AccountId, letter: Letter) -> Result<Option<Mail>> {
    let Some(user) = USERS.get(&**tx, &id)? else { return Ok(None) };
    if letter == Letter::Confirm && user.confirmed_at.is_some() {
        return Ok(None);
    }
    let wanted = address::wanted(&**tx, id, tx.now())?;
    let title = instance::get(&**tx)?.title;
    let base = tx.app().config.base_url().to_owned();
    let mut to = user.email;
    let (subject, text) = match letter {
        Letter::Confirm => {
            let link = links::make(tx, LinkUse::Confirm(id))?;
            (
                format!("Confirm your e-mail address for {title}"),
                format!(
                    "Welcome to {title}!\n\nPlease open this link within two days to confirm that this is your \
                     address:\n\n{base}/auth/confirmation?token={link}\n\nIf you did not sign up, do nothing: the \
                     account will be removed by itself.\n"
                ),
            )
        }
        Letter::Reset => {
            let link = links::make(tx, LinkUse::Reset(id))?;
            (
                format!("A new password for {title}"),
                format!(
                    "Somebody, most likely you, has asked for a new password for your account at {title}.\n\nThis \
                     link lets you choose one within six hours:\n\n{base}/auth/password/edit?token={link}\n\nIf it \
                     was not you, do nothing: your password stays as it is.\n"
                ),
            )
        }
        Letter::Approved => (
            format!("You are in: {title}"),
            format!(
                "Your request to join {title} was accepted. You can sign in now:\n\n{base}/auth/sign_in\n"
            ),
        ),
        Letter::NewAddress => {
            let Some(email) = wanted else { return Ok(None) };
            to = email;
            let link = links::make(tx, LinkUse::Address(id))?;
            (
                format!("Confirm your new e-mail address for {title}"),
                format!(
                    "Please open this link within two days to confirm that this is your address at {title} from now \
                     on:\n\n{base}/auth/confirmation?token={link}\n\nIf you did not ask for it, do nothing: nothing \
                     will change.\n"
                ),
            )
        }
        Letter::AddressAsked => {
            let Some(email) = wanted else { return Ok(None) };
            (
                format!("Another e-mail address for {title}"),
                format!(
                    "Somebody, most likely you, wants your account at {title} to have another address:\n\n{email}\n\n\
                     It counts once the link in the mail to it was followed. If it was not you, choose a new password \
                     now; that stops it too:\n\n{base}/auth/password/new\n"
                ),
            )
        }
        Letter::PasswordChanged => (
            format!("Your password for {title} was changed"),
            format!(
                "The password of your account at {title} was changed just now, and your other browsers were signed \
                 out.\n\nIf it was not you, choose another one at once:\n\n{base}/auth/password/new\n"
            ),
        ),
        Letter::TwoFactorOn => (
            format!("Two-factor sign-in for {title} is on"),
            format!(
                "Two-factor sign-in was switched on for your account at {title} just now. After the password you are \
                 asked for a code of your authenticator app. Keep the recovery codes where you find them without your \
                 phone.\n\nIf it was not you, choose a new password at once and write to the staff:\n\n\
                 {base}/auth/password/new\n"
            ),
        ),
        Letter::TwoFactorOff => (
            format!("Two-factor sign-in for {title} is off"),
            format!(
                "Two-factor sign-in was switched off for your account at {title} just now. Your password alone signs \
                 you in.\n\nIf it was not you, choose a new password at once:\n\n{base}/auth/password/new\n"
            ),
        ),
        Letter::RecoveryCodesMade => (
            format!("New recovery codes for {title}"),
            format!(
                "New recovery codes were made for your account at {title} just now. Those from before do not work any \
                 more.\n\nIf it was not you, choose a new password at once:\n\n{base}/auth/password/new\n"
            ),
        ),
        Letter::WrongCodes => (
            format!("Wrong codes for {title}"),
            format!(
                "Somebody gave your right password for {title} and then many wrong codes. Nobody was signed in, and \
                 codes are not looked at for a while.\n\nIf it was not you, somebody knows your password. Choose a new \
                 one now; with it you can sign in at once:\n\n{base}/auth/password/new\n"
            ),
        ),
    };
    Ok(Some(Mail { to, subject, text }))
}
