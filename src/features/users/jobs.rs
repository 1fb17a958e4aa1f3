//! Work around users that outlives a request: mail, and forgetting what has run out.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::{LINKS, USERS};
use super::{closing, letters};
use crate::platform::app::App;
use crate::platform::clock::DAY;
use crate::platform::error::Error;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How long an address may stay unconfirmed before its user is deleted (behaviours §2, account life).
pub const CONFIRM_WITHIN: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// What a mail to a user says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter {
    /// A link that confirms the address.
    Confirm,
    /// A link to choose a new password.
    Reset,
    /// The staff has let them in.
    Approved,
    /// A link that confirms another address, sent to that one.
    NewAddress,
    /// To the present address: another one was asked for.
    AddressAsked,
    /// The password was changed.
    PasswordChanged,
    /// A second factor is asked for from now on.
    TwoFactorOn,
    /// The password is enough from now on.
    TwoFactorOff,
    /// There are other recovery codes now.
    RecoveryCodesMade,
    /// Somebody who knows the password has given many wrong codes.
    WrongCodes,
}

/// Sends a mail. Its link is made when it goes out, so that no secret waits in the queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendMail {
    /// To whom.
    pub account: AccountId,
    /// What it says.
    pub letter: Letter,
}
record!(SendMail, 1);

impl Job for SendMail {
    const NAME: &'static str = "users.send_mail";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn dedup(&self) -> Option<String> {
        Some(format!("{}:{:?}", self.account, self.letter))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, letter } = self;
        if let Some(mail) = app.write(move |tx| letters::write(tx, account, letter)).await? {
            app.mailer.send(mail).await.map_err(|error| match error.is_temporary() {
                true => Failure::Later(Error::unreachable(error)),
                false => Failure::Final(Error::internal(error)),
            })?;
        }
        Ok(())
    }
}

/// Removes a link that has run out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetLink {
    /// Its key.
    pub key: [u8; 32],
}
record!(ForgetLink, 1);

impl Job for ForgetLink {
    const NAME: &'static str = "users.forget_link";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write_relaxed(move |tx| {
            let now = tx.now();
            if LINKS.get(&**tx, &self.key)?.is_some_and(|link| link.expires_at <= now) {
                LINKS.delete(tx, &self.key)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Deletes a user whose address nobody confirmed. The name becomes free again: nothing was ever said with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DropUnconfirmed {
    /// Whose.
    pub account: AccountId,
}
record!(DropUnconfirmed, 1);

impl Job for DropUnconfirmed {
    const NAME: &'static str = "users.drop_unconfirmed";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write(move |tx| {
            let unconfirmed =
                USERS.get(&**tx, &self.account)?.is_some_and(|user| user.confirmed_at.is_none());
            if unconfirmed { closing::erase(tx, self.account) } else { Ok(()) }
        })
        .await?;
        Ok(())
    }
}

/// Removes the pictures of a deleted account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovePictures {
    /// Their paths in the blob store.
    pub paths: Vec<String>,
}
record!(RemovePictures, 1);

impl Job for RemovePictures {
    const NAME: &'static str = "users.remove_pictures";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        for path in &self.paths {
            app.blobs.delete(path).await?;
        }
        Ok(())
    }
}

/// How long after sign-up the unconfirmed are looked at; a day of grace after the last link could have ended.
pub(super) const LOOK_AFTER: Duration = Duration::from_secs(CONFIRM_WITHIN.as_secs() + DAY.as_secs());
