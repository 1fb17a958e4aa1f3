//! Writing a mail about a notification and sending it.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::{is_read, leave, page_of, recipient, words};
use crate::features::instance;
use crate::features::notifications::table::{NOTIFICATIONS, NotificationKind};
use crate::features::notifications::view::{self, NotificationView};
use crate::features::push::words::title;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, NotificationId};
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::mail::Mail;
use crate::platform::text::count::truncate;
use crate::platform::text::plain;
use crate::platform::text::tongue::Tongue;

/// The longest piece of somebody's words in a mail, in characters.
const LONGEST: usize = 2_000;

/// Sends a mail about a notification.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendLetter {
    /// To whom.
    pub account: AccountId,
    /// About what.
    pub notification: NotificationId,
}
record!(SendLetter, 1);

impl Job for SendLetter {
    const NAME: &'static str = "letters.send";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("{}:{}", self.account, self.notification))
    }

    async fn run(self, app: App) -> Outcome {
        let Some((mail, leave)) = self.write(&app)? else { return Ok(()) };
        app.mailer.send_with_leave(mail, &leave).await.map_err(|error| match error.is_temporary() {
            true => Failure::Later(Error::unreachable(error)),
            false => Failure::Final(Error::internal(error)),
        })
    }
}

impl SendLetter {
    /// The mail, and the link that stops such mails; nothing when it has no sense any more.
    fn write(&self, app: &App) -> Result<Option<(Mail, String)>> {
        let from = app.read()?;
        let (account, id) = (self.account, self.notification);
        let Some(row) = NOTIFICATIONS.get(&from, &(account, id))?.filter(|row| !row.filtered) else {
            return Ok(None);
        };
        let Some(user) = recipient(&from, account)? else { return Ok(None) };
        if is_read(&from, account, id)? {
            return Ok(None);
        }
        let kind = row.kind;
        let Some(shown) = view::load(app, &from, account, &[(id, row)], None)?.pop() else { return Ok(None) };
        let instance = instance::get(&from)?;
        let ticket = leave::ticket(&instance.token_secret, account, kind);
        let leave = format!("{}/unsubscribe?ticket={ticket}", app.config.base_url());
        let tongue = Tongue::of(&user.settings.locale);
        let subject = title(tongue, kind, &shown.account);
        let body = body(app, kind, &shown);
        let text = words::text(tongue, kind, (&subject, &instance.title), &body, &leave);
        Ok(Some((Mail { to: user.email, subject, text }, leave)))
    }
}

/// What is shown of the notification: the words of a post behind its warning, and where to go on.
fn body(app: &App, kind: NotificationKind, shown: &NotificationView) -> String {
    let Some(status) = &shown.status else {
        let about = plain::from_html(&shown.account.note);
        let place = match kind {
            NotificationKind::FollowRequest => format!("{}/follow_requests", app.config.base_url()),
            _ => shown.account.url.clone(),
        };
        let about = truncate(about.trim(), LONGEST);
        return format!("@{}\n{about}\n\n{place}", shown.account.acct).replace("\n\n\n", "\n\n");
    };
    let words = if status.spoiler_text.is_empty() {
        plain::from_html(status.content.as_deref().unwrap_or_default())
    } else {
        // What stands behind a warning is not shown in a mailbox.
        format!("[{}]", status.spoiler_text)
    };
    let words: String = truncate(words.trim(), LONGEST).lines().map(|line| format!("> {line}\n")).collect();
    let place = match kind {
        NotificationKind::Mention | NotificationKind::Quote => {
            format!("{}/@{}/{}", app.config.base_url(), status.account.acct, status.id)
        }
        _ => page_of(app),
    };
    format!("{words}\n{place}")
}
