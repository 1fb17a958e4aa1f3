//! Making a notification: the rules that drop it, the policy that keeps it back, the group it joins (behaviours §11).

use shop_storage::Window;

use super::policy::{self, Deed};
use super::table::{BY_SENDER, NOTICES, NOTIFICATIONS, Notice, Notification, NotificationKind, Treatment};
use super::{groups, requests};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::relationships::domains::blocks_server_of;
use crate::features::relationships::{blocks, follows, mute_of};
use crate::features::statuses::table::{MUTED_CONVERSATIONS, Status};
use crate::features::users::table::{Role, USERS};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, CollectionId, NotificationId, StatusId};

/// Stores a notification unless a rule of behaviours §11 drops it.
pub(super) fn notify(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    about: Option<(StatusId, &Status)>,
) -> Result<()> {
    let deed = Deed { to, from, kind, about };
    if is_dropped(tx, &deed)? {
        return Ok(());
    }
    let treatment = policy::treatment(tx, &deed)?;
    let status = about.map(|(id, _)| id);
    if treatment == Treatment::Drop || exists(tx, &deed)? {
        return Ok(());
    }
    let filtered = treatment == Treatment::Filter;
    let created_at = tx.now();
    let group_key = if filtered { None } else { groups::join(tx, to, kind, status)? };
    let id: NotificationId = tx.new_exact_id();
    let notification = Notification { kind, from, status, created_at, group_key, filtered };
    NOTIFICATIONS.put(tx, &(to, id), &notification)?;
    if !filtered {
        tx.tell(Event::Notified { account: to, notification: id });
    } else if kind.is_message() {
        requests::note(tx, to, from, status)?;
    }
    Ok(())
}

/// Stores a notification that is about no status, never grouped and asks no policy; gives its number. `None` when `to`
/// may not be told.
pub(super) fn notify_alone(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
) -> Result<Option<NotificationId>> {
    if is_dropped(tx, &Deed { to, from, kind, about: None })? {
        return Ok(None);
    }
    let id: NotificationId = tx.new_exact_id();
    let created_at = tx.now();
    let row = Notification { kind, from, status: None, created_at, group_key: None, filtered: false };
    NOTIFICATIONS.put(tx, &(to, id), &row)?;
    tx.tell(Event::Notified { account: to, notification: id });
    Ok(Some(id))
}

/// Tells an account something about a collection, unless a rule of behaviours §11 drops it.
pub(super) fn notify_of_collection(
    tx: &mut Tx<'_>,
    to: AccountId,
    from: AccountId,
    kind: NotificationKind,
    collection: CollectionId,
) -> Result<()> {
    let deed = Deed { to, from, kind, about: None };
    if is_dropped(tx, &deed)? {
        return Ok(());
    }
    let treatment = policy::treatment(tx, &deed)?;
    if treatment == Treatment::Drop {
        return Ok(());
    }
    let filtered = treatment == Treatment::Filter;
    let (id, created_at): (NotificationId, _) = (tx.new_exact_id(), tx.now());
    let row = Notification { kind, from, status: None, created_at, group_key: None, filtered };
    NOTICES.put(tx, &(to, id), &Notice { collection })?;
    NOTIFICATIONS.put(tx, &(to, id), &row)?;
    if !filtered {
        tx.tell(Event::Notified { account: to, notification: id });
    }
    Ok(())
}

/// People of a server that `to` blocks are not heard, unless followed (behaviours §10).
fn is_of_blocked_server(tx: &Tx<'_>, to: AccountId, from: AccountId) -> Result<bool> {
    let Some(sender) = ACCOUNTS.get(&**tx, &from)? else { return Ok(false) };
    Ok(blocks_server_of(&**tx, to, &sender)? && !follows(&**tx, to, from)?)
}

/// The rules that no policy can change.
fn is_dropped(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    let Deed { to, from, kind, about } = *deed;
    let told = ACCOUNTS.get(&**tx, &to)?;
    if !told.is_some_and(|told| told.is_local() && !told.deleted && told.suspended_at.is_none()) {
        return Ok(true);
    }
    if to == from {
        return Ok(!matches!(kind, NotificationKind::Poll | NotificationKind::SeveredRelationships));
    }
    if kind == NotificationKind::Mention && outranks(tx, from, to)? {
        return Ok(false);
    }
    if blocks(&**tx, to, from)? || silences(tx, to, from)? || is_of_blocked_server(tx, to, from)? {
        return Ok(true);
    }
    let Some((_, status)) = about else { return Ok(false) };
    if MUTED_CONVERSATIONS.has(&**tx, &(to, status.conversation))? {
        return Ok(true);
    }
    if kind != NotificationKind::Mention {
        return Ok(false);
    }
    let answered = status.in_reply_to.map(|(_, author)| author);
    let named = status.mentions.iter().filter(|mention| !mention.silent).map(|mention| mention.account);
    for involved in named.chain(answered).filter(|involved| *involved != to && *involved != from) {
        if blocks(&**tx, to, involved)? || silences(tx, to, involved)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether `to` has muted `from`, notifications and all.
fn silences(tx: &Tx<'_>, to: AccountId, from: AccountId) -> Result<bool> {
    Ok(mute_of(&**tx, to, from, tx.now())?.is_some_and(|mute| mute.notifications))
}

/// Staff reach everybody below them.
fn outranks(tx: &Tx<'_>, from: AccountId, to: AccountId) -> Result<bool> {
    let Some(sender) = USERS.get(&**tx, &from)?.filter(|sender| sender.role > Role::User) else {
        return Ok(false);
    };
    Ok(USERS.get(&**tx, &to)?.is_some_and(|told| sender.role > told.role))
}

/// The same event may be told twice (a Like delivered again): one notification is enough.
fn exists(tx: &Tx<'_>, deed: &Deed<'_>) -> Result<bool> {
    use NotificationKind as Kind;
    let repeats = matches!(deed.kind, Kind::Update | Kind::Poll | Kind::QuotedUpdate);
    let status = deed.about.map(|(id, _)| id);
    Ok(!repeats && find(tx, deed.to, deed.from, deed.kind, status)?.is_some())
}

/// How many of the newest notifications by one sender are looked at to find an earlier one.
const LOOK_BACK: usize = 64;

/// The notification of this kind by this sender about this status, if it is not long ago.
pub(super) fn find(
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
