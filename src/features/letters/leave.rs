//! The link at the end of a mail: who holds it may stop mails of its kind, without signing in (RFC 8058).

use super::wish;
use crate::features::instance;
use crate::features::notifications::table::NotificationKind;
use crate::features::users::wishes;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::secret;

/// The text in the link that stops mails of a kind to `account`. It works for ever: mails are kept for long.
pub fn ticket(key: &[u8; 32], account: AccountId, kind: NotificationKind) -> String {
    format!("{account}-{}-{}", kind.word(), secret::text(&seal(key, account, kind)))
}

fn seal(key: &[u8; 32], account: AccountId, kind: NotificationKind) -> [u8; 32] {
    secret::derive(key, &[b"mails", &account.get().to_be_bytes(), kind.word().as_bytes()])
}

/// Whom and what a ticket is for, if it is one of ours.
pub fn read(key: &[u8; 32], ticket: &str) -> Option<(AccountId, NotificationKind)> {
    let mut parts = ticket.splitn(3, '-');
    let (account, word, held) = (parts.next()?.parse().ok()?, parts.next()?, parts.next()?);
    let kind = NotificationKind::ALL.into_iter().find(|kind| kind.word() == word)?;
    let good = secret::text(&seal(key, account, kind));
    secret::same(good.as_bytes(), held.as_bytes()).then_some((account, kind))
}

/// Stops mails of the kind that a ticket is for, and gives the kind.
///
/// # Errors
/// 404 for what is no ticket of ours, and for people who are gone.
pub fn redeem(tx: &mut Tx<'_>, ticket: &str) -> Result<NotificationKind> {
    let key = instance::get(&**tx)?.token_secret;
    let (account, kind) = read(&key, ticket).ok_or_else(Error::not_found)?;
    wishes::change(tx, account, |wishes| {
        if let Some(wish) = wish(&mut wishes.mails, kind) {
            *wish = false;
        }
    })?;
    Ok(kind)
}
