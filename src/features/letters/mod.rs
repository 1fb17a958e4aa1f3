//! Mails about notifications, for those who are not here to see them (behaviours §11, mail).

pub mod jobs;
pub mod leave;
pub mod words;

use std::time::Duration;

use shop_storage::{Read, Window};

use self::jobs::SendLetter;
use crate::features::notifications::table::{NOTIFICATIONS, NotificationKind};
use crate::features::push::table::SUBSCRIPTIONS_OF;
use crate::features::streaming::channel::Channel;
use crate::features::streaming::hub::Hub;
use crate::features::users::table::{Mails, USERS, User};
use crate::features::users::wishes;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, NotificationId};

/// How long after the notification a mail goes out: what is taken back until then is not mailed (behaviours §11).
pub const WAIT: Duration = Duration::from_secs(2 * 60);

/// The wish about mails of a kind; `None` for kinds that nobody is mailed about.
fn wish(mails: &mut Mails, kind: NotificationKind) -> Option<&mut bool> {
    Some(match kind {
        NotificationKind::Follow => &mut mails.follow,
        NotificationKind::FollowRequest => &mut mails.follow_request,
        NotificationKind::Mention => &mut mails.mention,
        NotificationKind::Quote => &mut mails.quote,
        NotificationKind::Reblog => &mut mails.reblog,
        NotificationKind::Favourite => &mut mails.favourite,
        _ => return None,
    })
}

/// Durable listener: a notification becomes a mail to those who wish it and are not here.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::Notified { account, notification } = *event else { return Ok(()) };
    // Without a mail server the log would fill with other people's words.
    if !tx.app().mailer.reaches_people() {
        return Ok(());
    }
    let Some(row) = NOTIFICATIONS.get(&**tx, &(account, notification))? else { return Ok(()) };
    let wishes = wishes::of(&**tx, account)?;
    let is_wished = wish(&mut { wishes.mails }, row.kind).is_some_and(|wish| *wish);
    if !is_wished || (!wishes.always_mail && is_here(tx, account)?) || recipient(&**tx, account)?.is_none() {
        return Ok(());
    }
    let due = tx.now().plus(WAIT);
    tx.enqueue_at(&SendLetter { account, notification }, due)
}

/// Whether somebody hears of a notification in another way: by a stream or by a push.
fn is_here(tx: &Tx<'_>, account: AccountId) -> Result<bool> {
    let hub = tx.app().part::<Hub>();
    let streams = hub.is_heard(&Channel::User(account)) || hub.is_heard(&Channel::Notifications(account));
    Ok(streams || !SUBSCRIPTIONS_OF.page(&**tx, &account, &Window::newest(1))?.is_empty())
}

/// The person behind `account`, as long as mail may go to them.
fn recipient(from: &dyn Read, account: AccountId) -> Result<Option<User>> {
    let user = USERS.get(from, &account)?;
    Ok(user.filter(|user| user.confirmed_at.is_some() && user.approved && !user.disabled))
}

/// Whether `account` has read its notifications up to this one.
fn is_read(from: &dyn Read, account: AccountId, id: NotificationId) -> Result<bool> {
    let marker = crate::features::markers::get(from, account, "notifications")?;
    Ok(marker.is_some_and(|marker| marker.last_read_id >= id.get()))
}

/// The address of the web app's page about a notification.
fn page_of(app: &App) -> String {
    format!("{}/notifications", app.config.base_url())
}
