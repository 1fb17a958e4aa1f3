//! What causes notifications: events become rows, or take rows back, in the transaction that told them.

use shop_storage::Window;

use super::notify::{find, notify};
use super::table::{BY_SENDER, BY_STATUS, GROUP_HOURS, NotificationKind, POLICIES};
use super::{MOST_CLEARED, collections, groups, reported, requests, severances, take};
use crate::features::quotes::table::{ACCEPTED, QUOTES};
use crate::features::relationships::table::{MUTES, NOTIFYING};
use crate::features::statuses::table::{REBLOGS, STATUSES};
use crate::features::users::table::STAFF;
use crate::features::{polls, statuses};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::ids::{AccountId, StatusId};

/// How many boosters or followers with the bell on are told of one status in its own transaction.
const MOST_TOLD: usize = 10_000;

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
        Event::StatusDeleted(ref gone) => forget_status(tx, gone),
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
        Event::Blocked { from, to } => {
            requests::forbid(tx, from, to)?;
            forget_sender(tx, from, to)
        }
        Event::Muted { from, to } => {
            let muted = MUTES.get(&**tx, &(from, to))?;
            if muted.is_some_and(|mute| mute.notifications) { forget_sender(tx, from, to) } else { Ok(()) }
        }
        Event::Featured { item } => collections::added(tx, item),
        Event::CollectionUpdated { collection, noticeable: true } => collections::changed(tx, collection),
        Event::SignedUp { account } => signed_up(tx, account),
        Event::Reported { report, repeated: false, .. } => reported::tell(tx, report),
        Event::Severed(ref severed) => severances::tell(tx, severed),
        Event::AccountDeleted { account } => {
            POLICIES.delete(tx, &account)?;
            Ok(())
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

fn take_back(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    status: Option<StatusId>,
) -> Result<()> {
    match find(tx, to, from, kind, status)? {
        Some(id) => take(tx, vec![(to, id)]),
        None => Ok(()),
    }
}

fn forget_status(tx: &mut Tx<'_>, gone: &DeletedStatus) -> Result<()> {
    for kind in [NotificationKind::Favourite, NotificationKind::Reblog] {
        GROUP_HOURS.set(tx, &(gone.account, groups::stem(kind, Some(gone.status))), 0);
    }
    if let Some(of) = gone.reblog_of
        && let Some(post) = STATUSES.get(&**tx, &of)?
    {
        take_back(tx, post.account, gone.account, NotificationKind::Reblog, Some(of))?;
    }
    let rows = BY_STATUS.page(&**tx, &gone.status, &Window::newest(MOST_CLEARED))?;
    take(tx, rows)
}

/// Removes what `account` was told about `sender`.
///
/// # Errors
/// When the store fails.
pub fn forget_sender(tx: &mut Tx<'_>, account: AccountId, sender: AccountId) -> Result<()> {
    let ids = BY_SENDER.page(&**tx, &(account, sender), &Window::newest(MOST_CLEARED))?;
    take(tx, ids.into_iter().map(|id| (account, id)).collect())
}

/// Tells the staff that somebody has joined or asks to: all who may manage users, which every role beyond a member's
/// may (behaviours §11, `admin.sign_up`).
fn signed_up(tx: &mut Tx<'_>, newcomer: AccountId) -> Result<()> {
    for member in STAFF.page(&**tx, &(), &Window::newest(MOST_TOLD))? {
        notify(tx, member, newcomer, NotificationKind::AdminSignUp, None)?;
    }
    Ok(())
}
