//! Work around users that outlives a request: mail, and forgetting what has run out.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::{LINKS, LinkUse, USERS};
use super::{closing, links};
use crate::features::instance;
use crate::platform::app::App;
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::mail::Mail;

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
        if let Some(mail) = self.write(&app).await? {
            app.mailer.send(mail).await.map_err(|error| match error.is_temporary() {
                true => Failure::Later(Error::unreachable(error)),
                false => Failure::Final(Error::internal(error)),
            })?;
        }
        Ok(())
    }
}

impl SendMail {
    /// The mail, or nothing when it has no sense any more.
    async fn write(&self, app: &App) -> Result<Option<Mail>> {
        let (id, letter) = (self.account, self.letter);
        app.write(move |tx| {
            let Some(user) = USERS.get(&**tx, &id)? else { return Ok(None) };
            if letter == Letter::Confirm && user.confirmed_at.is_some() {
                return Ok(None);
            }
            let title = instance::get(&**tx)?.title;
            let base = tx.app().config.base_url().to_owned();
            let (subject, text) = match letter {
                Letter::Confirm => {
                    let link = links::make(tx, LinkUse::Confirm(id))?;
                    (
                        format!("Confirm your e-mail address for {title}"),
                        format!(
                            "Welcome to {title}!\n\nPlease open this link within two days to confirm that this is \
                             your address:\n\n{base}/auth/confirmation?token={link}\n\nIf you did not sign up, \
                             do nothing: the account will be removed by itself.\n"
                        ),
                    )
                }
                Letter::Reset => {
                    let link = links::make(tx, LinkUse::Reset(id))?;
                    (
                        format!("A new password for {title}"),
                        format!(
                            "Somebody, most likely you, has asked for a new password for your account at \
                             {title}.\n\nThis link lets you choose one within six hours:\n\n\
                             {base}/auth/password/edit?token={link}\n\nIf it was not you, do nothing: your \
                             password stays as it is.\n"
                        ),
                    )
                }
                Letter::Approved => (
                    format!("You are in: {title}"),
                    format!(
                        "Your request to join {title} was accepted. You can sign in now:\n\n\
                         {base}/auth/sign_in\n"
                    ),
                ),
            };
            Ok(Some(Mail { to: user.email, subject, text }))
        })
        .await
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
