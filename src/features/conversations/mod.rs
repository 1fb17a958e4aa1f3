//! Conversations: direct posts gathered by thread and people, for each local account its own (behaviours §9, Direct).

pub mod api;
pub mod table;
pub mod view;

use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use self::table::{BY_LAST, BY_PEOPLE, CONVERSATIONS, Conversation, named};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::notifications::table::{NOTIFICATIONS, NotificationKind};
use crate::features::statuses::table::{CONVERSATION, STATUSES, Status};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{DeletedStatus, Event};
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, ConversationEntryId, NotificationId, StatusId, kind};

/// How many posts of a thread are looked at to find the one before a deleted one.
const MOST_SEEN: usize = 1_000;
/// How many entries of one account one transaction looks at or deletes.
const STEP: usize = 10_000;

/// A page of conversations, the one with the newest post first; cursors are ids of the newest posts.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::Status>,
) -> Result<Vec<(ConversationEntryId, Conversation)>> {
    let rows = cursor.arrange(BY_LAST.page(from, &account, &cursor.pairs())?);
    let keys: Vec<_> = rows.iter().map(|(_, id)| (account, *id)).collect();
    let records = CONVERSATIONS.get_many(from, &keys)?;
    Ok(rows.into_iter().zip(records).filter_map(|((_, id), row)| Some((id, row?))).collect())
}

/// One conversation.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn get(from: &dyn Read, account: AccountId, id: ConversationEntryId) -> Result<Conversation> {
    CONVERSATIONS.get(from, &(account, id))?.ok_or_else(Error::not_found)
}

/// Marks a conversation as read, or as unread again.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn mark(tx: &mut Tx<'_>, account: AccountId, id: ConversationEntryId, unread: bool) -> Result<()> {
    CONVERSATIONS.edit(tx, &(account, id), |entry| entry.unread = unread)?.ok_or_else(Error::not_found)?;
    tx.tell(Event::ConversationChanged { account, entry: id });
    Ok(())
}

/// Hides a conversation until somebody writes again; deletes no post.
///
/// # Errors
/// 404 when the account has none with this id.
pub fn hide(tx: &mut Tx<'_>, account: AccountId, id: ConversationEntryId) -> Result<()> {
    CONVERSATIONS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    Ok(())
}

/// Durable listener: direct posts reach the conversations of their author at once, and those of others together with
/// the notification that they get.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match *event {
        Event::StatusPosted { status, .. } => match STATUSES.get(&**tx, &status)? {
            Some(post) if post.local => add(tx, post.account, status, &post),
            _ => Ok(()),
        },
        Event::Notified { account, notification }
        | Event::NotificationUnfiltered { account, notification } => notified(tx, account, notification),
        Event::StatusDeleted(ref gone) if gone.direct => forget_status(tx, gone),
        Event::Blocked { from, to } => forget_person(tx, from, to),
        Event::AccountDeleted { account } => {
            for (key, _) in CONVERSATIONS.page_under(&**tx, &account, &Window::newest(STEP))? {
                CONVERSATIONS.delete(tx, &key)?;
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

fn notified(tx: &mut Tx<'_>, account: AccountId, id: NotificationId) -> Result<()> {
    let Some(notification) = NOTIFICATIONS.get(&**tx, &(account, id))? else { return Ok(()) };
    if notification.kind != NotificationKind::Mention {
        return Ok(());
    }
    let Some(status) = notification.status else { return Ok(()) };
    match STATUSES.get(&**tx, &status)? {
        Some(post) => add(tx, account, status, &post),
        None => Ok(()),
    }
}

/// The others of a direct post, as `account` sees them.
fn people(account: AccountId, post: &Status) -> Vec<AccountId> {
    let named = post.mentions.iter().filter(|mention| !mention.silent).map(|mention| mention.account);
    let mut people: Vec<_> = named.chain([post.account]).filter(|one| *one != account).collect();
    people.sort_unstable();
    people.dedup();
    people
}

/// Adds a direct post to a conversation of `account`, or begins one.
fn add(tx: &mut Tx<'_>, account: AccountId, id: StatusId, post: &Status) -> Result<()> {
    if post.visibility != Visibility::Direct || post.reblog_of.is_some() {
        return Ok(());
    }
    let people = people(account, post);
    let unread = post.account != account;
    let key = match BY_PEOPLE.get(&**tx, &(account, post.conversation, named(&people)))? {
        Some(key) => {
            CONVERSATIONS.edit(tx, &key, |entry| {
                entry.last = entry.last.max(id);
                entry.first = entry.first.min(id);
                entry.unread = unread;
            })?;
            key
        }
        None => {
            let key = (account, tx.new_id());
            let entry = Conversation { thread: post.conversation, people, first: id, last: id, unread };
            CONVERSATIONS.put(tx, &key, &entry)?;
            key
        }
    };
    tx.tell(Event::ConversationChanged { account, entry: key.1 });
    Ok(())
}

/// Where a deleted post was the newest, the one before it is; a conversation without posts goes.
fn forget_status(tx: &mut Tx<'_>, gone: &DeletedStatus) -> Result<()> {
    for account in gone.mentioned.iter().copied().chain([gone.account]) {
        if !ACCOUNTS.get(&**tx, &account)?.is_some_and(|account| account.is_local()) {
            continue;
        }
        let before = StatusId::new(gone.status.get().saturating_sub(1));
        let window = Window::newest(1)
            .above((before, ConversationEntryId::new(u64::MAX)))
            .below((gone.status, ConversationEntryId::new(u64::MAX)));
        for (_, id) in BY_LAST.page(&**tx, &account, &window)? {
            step_back(tx, account, id, gone.status)?;
        }
    }
    Ok(())
}

fn step_back(tx: &mut Tx<'_>, account: AccountId, id: ConversationEntryId, gone: StatusId) -> Result<()> {
    let Some(mut entry) = CONVERSATIONS.get(&**tx, &(account, id))? else { return Ok(()) };
    let mut posts = Vec::new();
    CONVERSATION.visit(&**tx, &entry.thread, &Window::newest(MOST_SEEN).below(gone), &mut |post| {
        if post < entry.first {
            return ControlFlow::Break(());
        }
        posts.push(post);
        ControlFlow::Continue(())
    })?;
    let rows = STATUSES.get_many(&**tx, &posts)?;
    let belongs = |post: &Status| {
        post.visibility == Visibility::Direct
            && (post.account == account || post.mentions(account))
            && people(account, post) == entry.people
    };
    let last = posts.iter().zip(&rows).find(|(_, row)| row.as_ref().is_some_and(belongs)).map(|(id, _)| *id);
    match last {
        Some(last) => {
            entry.last = last;
            CONVERSATIONS.put(tx, &(account, id), &entry)?;
        }
        None => {
            CONVERSATIONS.delete(tx, &(account, id))?;
        }
    }
    Ok(())
}

/// Who was blocked is in no conversation any more (behaviours §10).
fn forget_person(tx: &mut Tx<'_>, account: AccountId, gone: AccountId) -> Result<()> {
    for (key, entry) in CONVERSATIONS.page_under(&**tx, &account, &Window::newest(STEP))? {
        if entry.people.contains(&gone) {
            CONVERSATIONS.delete(tx, &key)?;
        }
    }
    Ok(())
}
