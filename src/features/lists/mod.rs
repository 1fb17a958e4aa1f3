//! Lists: some of the followed, read apart from home. Their timelines are in `timelines`.

pub mod api;
pub mod jobs;
pub mod table;
pub mod view;

use shop_storage::{Read, Window};

use self::table::{LISTS, LISTS_WITH, List, MEMBERS, Member, Replies};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::relationships::{circle, follows, requested};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, ListId, kind};
use crate::platform::text::count::graphemes;

/// How many lists an account may have (behaviours §3).
pub const MOST_LISTS: usize = 50;
/// Longest title, in characters.
pub const TITLE: usize = 256;
/// How many members one call adds or removes.
pub const MOST_AT_ONCE: usize = 1_000;

/// What to change; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// The title.
    pub title: Option<String>,
    /// Which replies it shows.
    pub replies: Option<Replies>,
    /// Its members' posts vanish from home.
    pub exclusive: Option<bool>,
}

/// The lists of an account, oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, owner: AccountId) -> Result<Vec<(ListId, List)>> {
    let rows = LISTS.page_under(from, &owner, &Window::oldest(MOST_LISTS))?;
    Ok(rows.into_iter().map(|((_, id), list)| (id, list)).collect())
}

/// One list.
///
/// # Errors
/// 404 when `owner` has none with this id.
pub fn get(from: &dyn Read, owner: AccountId, id: ListId) -> Result<List> {
    LISTS.get(from, &(owner, id))?.ok_or_else(Error::not_found)
}

/// The lists of `owner` that `account` is on.
///
/// # Errors
/// When the store fails.
pub fn with(from: &dyn Read, owner: AccountId, account: AccountId) -> Result<Vec<(ListId, List)>> {
    let ids = LISTS_WITH.page(from, &(owner, account), &Window::oldest(MOST_LISTS))?;
    let keys: Vec<_> = ids.iter().map(|id| (owner, *id)).collect();
    let lists = LISTS.get_many(from, &keys)?;
    Ok(ids.into_iter().zip(lists).filter_map(|(id, list)| Some((id, list?))).collect())
}

/// Makes a list.
///
/// # Errors
/// 422 without a title, for one that is too long, and beyond [`MOST_LISTS`].
pub fn create(tx: &mut Tx<'_>, owner: AccountId, wanted: Edit) -> Result<ListId> {
    if all(&**tx, owner)?.len() >= MOST_LISTS {
        return Err(Error::invalid("You have reached the maximum number of lists"));
    }
    let list = List {
        title: title(wanted.title.as_deref().unwrap_or_default())?,
        replies: wanted.replies.unwrap_or(Replies::List),
        exclusive: wanted.exclusive.unwrap_or(false),
        created_at: tx.now(),
    };
    let id = tx.new_id();
    LISTS.put(tx, &(owner, id), &list)?;
    Ok(id)
}

fn title(text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid("Title can't be blank"));
    }
    if graphemes(text) > TITLE {
        return Err(Error::invalid(format!("Title is too long (maximum is {TITLE} characters)")));
    }
    Ok(text.to_owned())
}

/// Changes a list.
///
/// # Errors
/// 404 when there is none; 422 for an impossible title.
pub fn edit(tx: &mut Tx<'_>, owner: AccountId, id: ListId, wanted: Edit) -> Result<()> {
    let mut list = get(&**tx, owner, id)?;
    if let Some(text) = wanted.title {
        list.title = title(&text)?;
    }
    list.replies = wanted.replies.unwrap_or(list.replies);
    list.exclusive = wanted.exclusive.unwrap_or(list.exclusive);
    LISTS.put(tx, &(owner, id), &list)?;
    changed(tx, owner);
    Ok(())
}

/// Removes a list; its members leave it in steps, as a job.
///
/// # Errors
/// 404 when there is none.
pub fn remove(tx: &mut Tx<'_>, owner: AccountId, id: ListId) -> Result<()> {
    LISTS.delete(tx, &(owner, id))?.ok_or_else(Error::not_found)?;
    changed(tx, owner);
    tx.enqueue(&jobs::DropMembers { list: id })
}

/// The owner's feeds are not what they were.
fn changed(tx: &mut Tx<'_>, owner: AccountId) {
    circle::forget(tx, &[owner]);
    tx.tell(Event::ReadingChanged { account: owner });
}

/// Puts accounts on a list: the owner, and those whom the owner follows or has asked to.
///
/// # Errors
/// 404 for an unknown list or account; 422 for those who are on it already and those who are not followed.
pub fn add(tx: &mut Tx<'_>, owner: AccountId, id: ListId, accounts: &[AccountId]) -> Result<()> {
    get(&**tx, owner, id)?;
    for account in accounts {
        ACCOUNTS.get(&**tx, account)?.filter(|found| !found.deleted).ok_or_else(Error::not_found)?;
        if *account != owner && !follows(&**tx, owner, *account)? && !requested(&**tx, owner, *account)? {
            return Err(Error::invalid("You must follow an account to put it on a list"));
        }
        let key = (id, *account);
        if MEMBERS.has(&**tx, &key)? {
            return Err(Error::invalid("Account has already been taken"));
        }
        let created_at = tx.now();
        MEMBERS.put(tx, &key, &Member { owner, created_at })?;
    }
    changed(tx, owner);
    Ok(())
}

/// Takes accounts off a list; those who are not on it are fine.
///
/// # Errors
/// 404 for an unknown list.
pub fn take_off(tx: &mut Tx<'_>, owner: AccountId, id: ListId, accounts: &[AccountId]) -> Result<()> {
    get(&**tx, owner, id)?;
    for account in accounts {
        MEMBERS.delete(tx, &(id, *account))?;
    }
    changed(tx, owner);
    Ok(())
}

/// A page of members by their ids, newest first; all of them without a cursor.
///
/// # Errors
/// When the store fails.
pub fn members(
    from: &dyn Read,
    id: ListId,
    cursor: Option<&Cursor<kind::Account>>,
) -> Result<Vec<AccountId>> {
    let window = cursor.map_or_else(|| Window::newest(usize::MAX), |cursor| cursor.under(id));
    let rows = MEMBERS.page_under(from, &id, &window)?;
    Ok(rows.into_iter().map(|((_, account), _)| account).collect())
}

/// Durable listener: whom one follows no more leaves one's lists (behaviours §9, Lists), and with a deleted account
/// its lists go.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::Unfollowed { from, to, .. } | Event::FollowRejected { from, to, .. } => {
            for id in LISTS_WITH.page(&**tx, &(*from, *to), &Window::oldest(MOST_LISTS))? {
                MEMBERS.delete(tx, &(id, *to))?;
                circle::forget(tx, &[*from]);
            }
            Ok(())
        }
        Event::AccountDeleted { account } => {
            all(&**tx, *account)?.into_iter().try_for_each(|(id, _)| remove(tx, *account, id))
        }
        _ => Ok(()),
    }
}
