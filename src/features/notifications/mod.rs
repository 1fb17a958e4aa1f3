//! Notifications: what others did that concerns a local account, made in the transaction that caused it.

pub mod api;
pub mod table;
pub mod view;

use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use self::table::{BY_SENDER, BY_STATUS, NOTIFICATIONS, Notification, NotificationKind};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::quotes::table::{ACCEPTED, QUOTES};
use crate::features::relationships::table::{BLOCKS, MUTES, NOTIFYING};
use crate::features::statuses::table::{MUTED_CONVERSATIONS, REBLOGS, STATUSES, Status};
use crate::features::{accounts, polls, statuses};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, NotificationId, StatusId};

/// How many boosters or followers with the bell on are told of one status in its own transaction.
const MOST_TOLD: usize = 10_000;
/// How many rows one transaction clears.
const MOST_CLEARED: usize = 10_000;

/// Which notifications a client wants to see.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only these kinds; empty is all.
    pub kinds: Vec<NotificationKind>,
    /// Not these kinds.
    pub without: Vec<NotificationKind>,
    /// Only what this account did.
    pub from: Option<AccountId>,
}

impl Wanted {
    fn takes(&self, notification: &Notification) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&notification.kind))
            && !self.without.contains(&notification.kind)
            && self.from.is_none_or(|from| from == notification.from)
    }
}

/// How many rows a page looks at before it ends short; a filter that matches nothing must not walk a life's worth.
const MOST_SEEN: usize = 4_000;

/// A page of notifications in the order of the answer: newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    wanted: &Wanted,
    cursor: &Cursor<crate::platform::ids::kind::Notification>,
) -> Result<Vec<(NotificationId, Notification)>> {
    let mut window = Window { limit: MOST_SEEN, ..cursor.window() };
    window.limit = MOST_SEEN;
    let full = Window {
        below: Some((account, window.below.unwrap_or(NotificationId::new(u64::MAX)))),
        above: Some((account, window.above.unwrap_or(NotificationId::new(0)))),
        order: window.order,
        limit: MOST_SEEN,
    };
    let mut found = Vec::with_capacity(cursor.limit);
    NOTIFICATIONS.visit(from, &full, &mut |(_, id), notification| {
        if wanted.takes(&notification) {
            found.push((id, notification));
        }
        if found.len() >= cursor.limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    Ok(cursor.arrange(found))
}

/// One notification.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn get(from: &dyn Read, account: AccountId, id: NotificationId) -> Result<Notification> {
    NOTIFICATIONS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// Removes one notification; one that is gone already is fine.
///
/// # Errors
/// When the store fails.
pub fn dismiss(tx: &mut Tx<'_>, account: AccountId, id: NotificationId) -> Result<()> {
    NOTIFICATIONS.delete(tx, &(account, id))?;
    Ok(())
}

/// Removes up to [`MOST_CLEARED`] notifications; true when more are left.
///
/// # Errors
/// When the store fails.
pub fn clear(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let rows = NOTIFICATIONS.page_under(&**tx, &account, &Window::newest(MOST_CLEARED))?;
    let more = rows.len() == MOST_CLEARED;
    for (key, _) in rows {
        NOTIFICATIONS.delete(tx, &key)?;
    }
    Ok(more)
}

/// Durable listener: makes, and takes back, the notifications that an event causes.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    use NotificationKind as Kind;
    match *event {
        Event::StatusPosted { status, fresh: true } => posted(tx, status),
        Event::StatusEdited { status } => edited(tx, status),
        Event::Quoted { status } => quoted(tx, status),
        Event::PollEnded { status } => poll_ended(tx, status),
        Event::StatusDeleted(ref gone) => forget_status(tx, gone.status),
        Event::Favourited { account, status } => match STATUSES.get(&**tx, &status)? {
            Some(post) => notify(tx, post.account, account, Kind::Favourite, Some((status, &post))),
            None => Ok(()),
        },
        Event::Unfavourited { account, status } => match STATUSES.get(&**tx, &status)? {
            Some(post) => take_back(tx, post.account, account, Kind::Favourite, Some(status)),
            None => Ok(()),
        },
        Event::FollowRequested { from, to } => notify(tx, to, from, Kind::FollowRequest, None),
        Event::Followed { from, to, asked } => {
            if asked {
                take_back(tx, to, from, Kind::FollowRequest, None)?;
            }
            notify(tx, to, from, Kind::Follow, None)
        }
        Event::Unfollowed { from, to, .. } | Event::FollowRejected { from, to, .. } => {
            take_back(tx, to, from, Kind::Follow, None)?;
            take_back(tx, to, from, Kind::FollowRequest, None)
        }
        Event::Blocked { from, to } => forget_sender(tx, from, to),
        Event::Muted { from, to } => {
            let muted = MUTES.get(&**tx, &(from, to))?;
            if muted.is_some_and(|mute| mute.notifications) { forget_sender(tx, from, to) } else { Ok(()) }
        }
        _ => Ok(()),
    }
}

fn posted(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
    if let Some(of) = status.reblog_of {
        let Some(original) = STATUSES.get(&**tx, &of)? else { return Ok(()) };
        return notify(tx, original.account, status.account, NotificationKind::Reblog, Some((of, &original)));
    }
    for mention in status.mentions.iter().filter(|mention| !mention.silent) {
        notify(tx, mention.account, status.account, NotificationKind::Mention, Some((id, &status)))?;
    }
    if status.answers_another() {
        return Ok(());
    }
    for follower in NOTIFYING.page(&**tx, &status.account, &Window::newest(MOST_TOLD))? {
        // The mentioned have been told already.
        if !status.mentions(follower) && statuses::visible_to(&**tx, Some(follower), id, &status)? {
            notify(tx, follower, status.account, NotificationKind::Status, Some((id, &status)))?;
        }
    }
    Ok(())
}

fn edited(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
    for (_, booster) in REBLOGS.page(&**tx, &id, &Window::newest(MOST_TOLD))? {
        notify(tx, booster, status.account, NotificationKind::Update, Some((id, &status)))?;
    }
    // A quoter is shown his own post, which quotes the edited one.
    let quoting = ACCEPTED.page(&**tx, &id, &Window::newest(MOST_TOLD))?;
    for (by, quote) in quoting.iter().zip(STATUSES.get_many(&**tx, &quoting)?) {
        if let Some(quote) = quote {
            notify(tx, quote.account, status.account, NotificationKind::QuotedUpdate, Some((*by, &quote)))?;
        }
    }
    Ok(())
}

/// A quoted author who lives here hears of the quote once it is accepted.
fn quoted(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let (Some(status), Some(quote)) = (STATUSES.get(&**tx, &id)?, QUOTES.get(&**tx, &id)?) else {
        return Ok(());
    };
    let Some(author) = quote.author else { return Ok(()) };
    notify(tx, author, status.account, NotificationKind::Quote, Some((id, &status)))
}

/// Who asked and everybody here who voted hear of the end (behaviours §7).
fn poll_ended(tx: &mut Tx<'_>, id: StatusId) -> Result<()> {
    let Some(status) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
    for voter in polls::local_voters(&**tx, id)?.into_iter().chain([status.account]) {
        notify(tx, voter, status.account, NotificationKind::Poll, Some((id, &status)))?;
    }
    Ok(())
}

/// Stores a notification unless a rule of behaviours §11 drops it.
fn notify(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    about: Option<(StatusId, &Status)>,
) -> Result<()> {
    let of_oneself = to == from && kind != NotificationKind::Poll;
    if of_oneself || is_dropped(tx, to, from, about)? {
        return Ok(());
    }
    if exists(tx, to, from, kind, about.map(|(id, _)| id))? {
        return Ok(());
    }
    let now = tx.now();
    let id: NotificationId = tx.new_id();
    let status = about.map(|(id, _)| id);
    let notification =
        Notification { kind, from, status, created_at: now, group_key: group_key(kind, status, now) };
    NOTIFICATIONS.put(tx, &(to, id), &notification)?;
    tx.tell(Event::Notified { account: to, notification: id });
    Ok(())
}

fn is_dropped(
    tx: &Tx<'_>,
    to: AccountId,
    from: AccountId,
    about: Option<(StatusId, &Status)>,
) -> Result<bool> {
    if !ACCOUNTS.get(&**tx, &to)?.is_some_and(|account| account.is_local() && !account.deleted) {
        return Ok(true);
    }
    if BLOCKS.has(&**tx, &(to, from))? {
        return Ok(true);
    }
    let now = tx.now();
    let muted = |mute: crate::features::relationships::table::Mute| {
        mute.notifications && mute.expires_at.is_none_or(|end| end > now)
    };
    if MUTES.get(&**tx, &(to, from))?.is_some_and(muted) {
        return Ok(true);
    }
    let Some((_, status)) = about else { return Ok(false) };
    Ok(MUTED_CONVERSATIONS.has(&**tx, &(to, status.conversation))?)
}

/// The same event may be told twice (a Like delivered again): one notification is enough.
fn exists(
    tx: &Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    status: Option<StatusId>,
) -> Result<bool> {
    use NotificationKind as Kind;
    let repeats = matches!(kind, Kind::Update | Kind::Poll | Kind::QuotedUpdate);
    Ok(!repeats && find(tx, to, from, kind, status)?.is_some())
}

/// How many of the newest notifications by one sender are looked at to find an earlier one.
const LOOK_BACK: usize = 64;

fn find(
    tx: &Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    status: Option<StatusId>,
) -> Result<Option<NotificationId>> {
    let ids = BY_SENDER.page(&**tx, &(to, from), &Window::newest(LOOK_BACK))?;
    let keys: Vec<_> = ids.iter().map(|id| (to, *id)).collect();
    let rows = NOTIFICATIONS.get_many(&**tx, &keys)?;
    Ok(ids
        .into_iter()
        .zip(rows)
        .find(|(_, row)| row.as_ref().is_some_and(|row| row.kind == kind && row.status == status))
        .map(|(id, _)| id))
}

fn take_back(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    status: Option<StatusId>,
) -> Result<()> {
    if let Some(id) = find(tx, to, from, kind, status)? {
        NOTIFICATIONS.delete(tx, &(to, id))?;
    }
    Ok(())
}

fn forget_status(tx: &mut Tx<'_>, status: StatusId) -> Result<()> {
    for key in BY_STATUS.page(&**tx, &status, &Window::newest(MOST_CLEARED))? {
        NOTIFICATIONS.delete(tx, &key)?;
    }
    Ok(())
}

fn forget_sender(tx: &mut Tx<'_>, account: AccountId, sender: AccountId) -> Result<()> {
    for id in BY_SENDER.page(&**tx, &(account, sender), &Window::newest(MOST_CLEARED))? {
        NOTIFICATIONS.delete(tx, &(account, id))?;
    }
    Ok(())
}

/// `favourite-<status>-<hour>` and its like (behaviours §11); `None` for kinds that stay alone.
fn group_key(kind: NotificationKind, status: Option<StatusId>, now: Millis) -> Option<String> {
    let hour = now.seconds() / 3_600;
    match (kind, status) {
        (NotificationKind::Favourite | NotificationKind::Reblog, Some(status)) => {
            Some(format!("{}-{status}-{hour}", kind.word()))
        }
        (NotificationKind::Follow | NotificationKind::AdminSignUp, _) => {
            Some(format!("{}-{hour}", kind.word()))
        }
        _ => None,
    }
}

/// Tells the staff that somebody signed up (behaviours §11, `admin.sign_up`).
///
/// # Errors
/// When the store fails.
pub fn signed_up(tx: &mut Tx<'_>, staff: &[AccountId], newcomer: AccountId) -> Result<()> {
    for member in staff {
        if accounts::get(&**tx, *member).is_ok() {
            notify(tx, *member, newcomer, NotificationKind::AdminSignUp, None)?;
        }
    }
    Ok(())
}
