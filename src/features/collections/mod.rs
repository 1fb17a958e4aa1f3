//! Collections: lists of accounts that somebody shows everybody, each with the agreement of those in it (behaviours §14,
//! FEP-7aa9).
//!
//! [`draft`] reads what somebody wants a collection to say, [`items`] decide who is in it, [`linked`] are the ones that
//! posts name, [`documents`] and [`remote`] are the same for other servers.

pub mod activity;
pub mod api;
pub mod documents;
pub mod draft;
pub mod items;
pub mod jobs;
pub mod linked;
pub mod remote;
pub mod table;
pub mod view;

use shop_storage::{Read, Window};

use self::draft::Changes;
use self::table::{BY_OWNER, BY_PAGE, COLLECTIONS, Collection, FEATURED_IN, ITEMS, ItemKey, ItemState};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::relationships::{apart, blocks};
use crate::features::{accounts, tags};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{DeletedCollection, Event};
use crate::platform::http::problems::Problems;
use crate::platform::ids::{AccountId, CollectionId};

/// How many collections an account may have (behaviours §3).
pub const MOST: usize = 10;
/// How many of an account of another server are kept.
pub const MOST_REMOTE: usize = 50;
/// How many items of one account are looked at.
const LOOKED_AT: usize = 2_000;
/// How many items one step takes away.
const STEP: usize = 200;

/// A collection that may be looked at by `viewer`.
///
/// # Errors
/// 404 for the unknown and for those of suspended accounts, 403 when the owner blocks the viewer.
pub fn readable(from: &dyn Read, viewer: Option<AccountId>, id: CollectionId) -> Result<Collection> {
    let collection = COLLECTIONS.get(from, &id)?.ok_or_else(Error::not_found)?;
    if accounts::is_hidden(from, collection.account)? {
        return Err(Error::not_found());
    }
    match viewer {
        Some(viewer) if blocks(from, collection.account, viewer)? => Err(Error::forbidden()),
        _ => Ok(collection),
    }
}

/// A collection that `account` may change.
///
/// # Errors
/// 404 for the unknown, 403 for those of others.
pub fn owned(from: &dyn Read, account: AccountId, id: CollectionId) -> Result<Collection> {
    let collection = COLLECTIONS.get(from, &id)?.ok_or_else(Error::not_found)?;
    if collection.account == account && collection.is_local() {
        Ok(collection)
    } else {
        Err(Error::forbidden())
    }
}

/// The collections of an account, newest first; with `listed` only those that may be listed for everybody.
///
/// # Errors
/// When the store fails.
pub fn of(from: &dyn Read, account: AccountId, listed: bool) -> Result<Vec<(CollectionId, Collection)>> {
    let ids = BY_OWNER.page(from, &account, &Window::newest(MOST_REMOTE))?;
    let rows = COLLECTIONS.get_many(from, &ids)?;
    let found = ids.into_iter().zip(rows).filter_map(|(id, row)| Some((id, row?)));
    Ok(found.filter(|(_, row)| !listed || row.discoverable).collect())
}

/// The collections that show an account with its agreement, the newest of its places first.
///
/// # Errors
/// When the store fails.
pub fn featuring(from: &dyn Read, account: AccountId) -> Result<Vec<(CollectionId, Collection)>> {
    let places = FEATURED_IN.page(from, &account, &Window::newest(LOOKED_AT))?;
    let keys: Vec<ItemKey> = places.iter().map(|(item, collection)| (*collection, *item)).collect();
    let accepted: Vec<CollectionId> = keys
        .iter()
        .zip(ITEMS.get_many(from, &keys)?)
        .filter(|(_, item)| item.as_ref().is_some_and(|item| item.state == ItemState::Accepted))
        .map(|((collection, _), _)| *collection)
        .collect();
    let mut shown = Vec::with_capacity(accepted.len());
    for (id, row) in accepted.iter().zip(COLLECTIONS.get_many(from, &accepted)?) {
        let Some(row) = row else { continue };
        if !accounts::is_hidden(from, row.account)? {
            shown.push((*id, row));
        }
    }
    Ok(shown)
}

/// Makes a collection with these accounts in it.
///
/// # Errors
/// 422 with `details` beyond a limit; 404 for unknown accounts, 403 when one of them does not agree.
pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    changes: Changes,
    members: &[AccountId],
) -> Result<CollectionId> {
    let mut problems = Problems::default();
    if BY_OWNER.page(&**tx, &account, &Window::newest(MOST))?.len() >= MOST {
        problems.add("base", "ERR_TOO_MANY", format!("are too many (maximum is {MOST})"));
    }
    if members.len() > items::MOST {
        let words = format!("are too many (maximum is {})", items::MOST);
        problems.add("collection_items", "ERR_TOO_MANY", words);
    }
    problems.check_nested()?;
    let (id, now) = (tx.new_id(), tx.now());
    let mut collection = Collection {
        account,
        uri: None,
        url: None,
        name: String::new(),
        description: None,
        language: None,
        sensitive: false,
        discoverable: false,
        tag: None,
        created_at: now,
        updated_at: now,
    };
    apply(tx, &mut collection, changes)?;
    COLLECTIONS.put(tx, &id, &collection)?;
    tx.tell(Event::CollectionCreated { collection: id });
    for member in members {
        items::add(tx, account, id, *member)?;
    }
    Ok(id)
}

/// Changes what a collection says.
///
/// # Errors
/// 404 for the unknown, 403 for those of others.
pub fn update(tx: &mut Tx<'_>, account: AccountId, id: CollectionId, changes: Changes) -> Result<()> {
    let before = owned(&**tx, account, id)?;
    let mut after = before.clone();
    apply(tx, &mut after, changes)?;
    if before != after {
        after.updated_at = tx.now();
        COLLECTIONS.put(tx, &id, &after)?;
        tx.tell(Event::CollectionUpdated { collection: id, noticeable: is_noticeable(&before, &after) });
    }
    Ok(())
}

fn apply(tx: &mut Tx<'_>, collection: &mut Collection, changes: Changes) -> Result<()> {
    if let Some(Some(tag)) = &changes.tag {
        tags::make_known(tx, tag)?;
    }
    changes.apply(collection);
    Ok(())
}

/// Whether those in a collection hear of a change (behaviours §14).
pub fn is_noticeable(before: &Collection, after: &Collection) -> bool {
    before.name != after.name
        || before.description != after.description
        || before.tag != after.tag
        || before.sensitive != after.sensitive
}

/// Deletes a collection of the account.
///
/// # Errors
/// 404 for the unknown, 403 for those of others.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: CollectionId) -> Result<()> {
    owned(&**tx, account, id)?;
    remove(tx, id)
}

/// Takes a collection away, whosesoever it is, with all that is in it.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, id: CollectionId) -> Result<()> {
    let mut members = Vec::new();
    for (key, item) in items::all(&**tx, id)? {
        ITEMS.delete(tx, &key)?;
        members.extend(item.account);
    }
    let Some(gone) = COLLECTIONS.delete(tx, &id)? else { return Ok(()) };
    if let Some(page) = &gone.url {
        BY_PAGE.remove(tx, page, &id);
    }
    if gone.is_local() {
        let deleted = DeletedCollection { collection: id, account: gone.account, members };
        tx.tell(Event::CollectionDeleted(Box::new(deleted)));
    }
    Ok(())
}

/// Durable listener: who blocks somebody is in none of their collections, nor they in those of the other; and what other
/// servers list is read after their profiles were, and when somebody here follows one of them.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match *event {
        Event::Blocked { from, to } => {
            part(tx, from, to)?;
            part(tx, to, from)
        }
        Event::ProfileRead { account, .. } | Event::Followed { to: account, .. } => {
            jobs::read_later(tx, account)
        }
        _ => Ok(()),
    }
}

/// Takes `member` out of the collections of `owner`.
fn part(tx: &mut Tx<'_>, owner: AccountId, member: AccountId) -> Result<()> {
    for (item, collection) in FEATURED_IN.page(&**tx, &member, &Window::newest(LOOKED_AT))? {
        let row = COLLECTIONS.get(&**tx, &collection)?.filter(|row| row.account == owner);
        if row.is_some() {
            items::leave(tx, (collection, item))?;
        }
    }
    Ok(())
}

/// Takes a step's worth of what an account that is gone for good has to do with collections; whether there was any.
///
/// # Errors
/// When the store fails.
pub fn leave_all(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let own = BY_OWNER.page(&**tx, &account, &Window::newest(MOST))?;
    for id in &own {
        remove(tx, *id)?;
    }
    let places = FEATURED_IN.page(&**tx, &account, &Window::newest(STEP))?;
    for (item, collection) in &places {
        items::take_out(tx, (*collection, *item))?;
    }
    Ok(!(own.is_empty() && places.is_empty()))
}

/// Whether `owner` may put `account` into a collection now.
///
/// # Errors
/// When the store fails.
pub fn may_feature(from: &dyn Read, owner: AccountId, account: AccountId) -> Result<bool> {
    let Some(row) = ACCOUNTS.get(from, &account)?.filter(|row| !row.deleted) else { return Ok(false) };
    Ok(accounts::consent::of(from, account, &row, owner)?.may_feature() && !apart(from, owner, account)?)
}
