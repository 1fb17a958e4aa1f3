//! Who is in a collection, and how they come and go: every account with its own say (behaviours §14).

use std::time::Duration;

use shop_storage::{Read, Window};

use super::jobs::DropItem;
use super::table::{COLLECTIONS, FEATURED_IN, ITEMS, Item, ItemKey, ItemState};
use super::{may_feature, owned};
use crate::features::accounts;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::{Event, Unfeatured};
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId};

/// How many accounts a collection may have (behaviours §3).
pub const MOST: usize = 25;
/// How many of a collection of another server are kept.
pub const MOST_REMOTE: usize = 150;
/// How long an item that is refused or taken back stays (behaviours §26).
const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// Everything in a collection, in its order, whatever its state.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, collection: CollectionId) -> Result<Vec<(ItemKey, Item)>> {
    Ok(all_of(from, &[collection])?.pop().unwrap_or_default())
}

/// As [`all`] for several collections, in one round trip.
///
/// # Errors
/// When the store fails.
pub fn all_of(from: &dyn Read, collections: &[CollectionId]) -> Result<Vec<Vec<(ItemKey, Item)>>> {
    let mut pages = ITEMS.pages_under(from, collections, &Window::oldest(MOST_REMOTE))?;
    for items in &mut pages {
        items.sort_by_key(|(key, item)| (item.position, key.1));
    }
    Ok(pages)
}

/// Puts an account into a collection of `owner`: at once when it lives here, else its server is asked.
///
/// # Errors
/// 404 for the unknown, 403 for the collections of others and for who does not agree, 422 for who is there already and
/// when the collection is full.
pub fn add(
    tx: &mut Tx<'_>,
    owner: AccountId,
    collection: CollectionId,
    account: AccountId,
) -> Result<CollectionItemId> {
    owned(&**tx, owner, collection)?;
    let member = accounts::get(&**tx, account)?;
    if !may_feature(&**tx, owner, account)? {
        return Err(Error::forbidden());
    }
    let items = all(&**tx, collection)?;
    if items.iter().any(|(_, item)| item.account == Some(account)) {
        return Err(Error::invalid("Account has already been taken"));
    }
    if items.iter().filter(|(_, item)| item.state.counts()).count() >= MOST {
        return Err(Error::invalid(format!("Collection items are too many (maximum is {MOST})")));
    }
    let (id, now) = (tx.new_id(), tx.now());
    let item = Item {
        account: Some(account),
        object: None,
        state: if member.is_local() { ItemState::Accepted } else { ItemState::Pending },
        position: items.last().map_or(0, |(_, item)| item.position).saturating_add(1),
        uri: None,
        authorization: None,
        created_at: now,
        changed_at: now,
    };
    ITEMS.put(tx, &(collection, id), &item)?;
    let item = (collection, id);
    tx.tell(if member.is_local() { Event::Featured { item } } else { Event::FeatureRequested { item } });
    Ok(id)
}

/// The owner takes an account out of the collection.
///
/// # Errors
/// 404 for the unknown, 403 for the collections of others.
pub fn remove(tx: &mut Tx<'_>, owner: AccountId, key: ItemKey) -> Result<()> {
    owned(&**tx, owner, key.0)?;
    if ITEMS.get(&**tx, &key)?.is_none() {
        return Err(Error::not_found());
    }
    take_out(tx, key)
}

/// An account that lives here takes its agreement back.
///
/// # Errors
/// 404 for the unknown, 403 for everybody but the account itself.
pub fn revoke(tx: &mut Tx<'_>, account: AccountId, key: ItemKey) -> Result<()> {
    let item = ITEMS.get(&**tx, &key)?.ok_or_else(Error::not_found)?;
    if item.account != Some(account) {
        return Err(Error::forbidden());
    }
    if item.state.counts() {
        end(tx, key, ItemState::Revoked)?;
        tx.tell(Event::FeatureRevoked { item: key });
    }
    Ok(())
}

/// The account agrees; `authorization` is where its server says so.
///
/// # Errors
/// When the store fails.
pub fn accept(tx: &mut Tx<'_>, key: ItemKey, authorization: Option<String>) -> Result<()> {
    let Some(mut item) = ITEMS.get(&**tx, &key)?.filter(|item| item.state == ItemState::Pending) else {
        return Ok(());
    };
    item.state = ItemState::Accepted;
    item.authorization = authorization.or(item.authorization);
    item.changed_at = tx.now();
    ITEMS.put(tx, &key, &item)?;
    tx.tell(Event::Featured { item: key });
    Ok(())
}

/// The account does not agree, or not any more: the item stays for a day, for its owner to see.
///
/// # Errors
/// When the store fails.
pub fn end(tx: &mut Tx<'_>, key: ItemKey, state: ItemState) -> Result<()> {
    let Some(mut item) = ITEMS.get(&**tx, &key)?.filter(|item| item.state.counts()) else { return Ok(()) };
    let was_shown = item.state == ItemState::Accepted;
    item.state = state;
    item.changed_at = tx.now();
    ITEMS.put(tx, &key, &item)?;
    let due = tx.now().plus(KEPT);
    tx.enqueue_at(&DropItem { item: key }, due)?;
    tell_gone(tx, key, &item, was_shown)
}

/// Takes an item away.
///
/// # Errors
/// When the store fails.
pub fn take_out(tx: &mut Tx<'_>, key: ItemKey) -> Result<()> {
    match ITEMS.delete(tx, &key)? {
        Some(item) => tell_gone(tx, key, &item, item.state == ItemState::Accepted),
        None => Ok(()),
    }
}

/// Those who know a collection of ours hear that somebody is not in it any more.
fn tell_gone(tx: &mut Tx<'_>, key: ItemKey, item: &Item, was_shown: bool) -> Result<()> {
    let Some(collection) = COLLECTIONS.get(&**tx, &key.0)?.filter(|row| row.is_local() && was_shown) else {
        return Ok(());
    };
    let gone = Unfeatured { item: key, account: collection.account, member: item.account };
    tx.tell(Event::Unfeatured(Box::new(gone)));
    Ok(())
}

/// Ends an item from either side: out of our collections, and with a word to the owner out of those of others.
///
/// # Errors
/// When the store fails.
pub fn leave(tx: &mut Tx<'_>, key: ItemKey) -> Result<()> {
    let ours = COLLECTIONS.get(&**tx, &key.0)?.is_some_and(|row| row.is_local());
    let Some(item) = ITEMS.get(&**tx, &key)? else { return Ok(()) };
    match item.account {
        Some(account) if !ours && accounts::get(&**tx, account).is_ok_and(|row| row.is_local()) => {
            revoke(tx, account, key)
        }
        _ => take_out(tx, key),
    }
}

/// The item of `account` with this number, and its collection.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, account: AccountId, item: CollectionItemId) -> Result<Option<(ItemKey, Item)>> {
    let before = (CollectionItemId::new(item.get().saturating_sub(1)), CollectionId::new(u64::MAX));
    let found = FEATURED_IN.page(from, &account, &Window::oldest(1).above(before))?.pop();
    let Some((id, collection)) = found.filter(|(id, _)| *id == item) else { return Ok(None) };
    let key = (collection, id);
    Ok(ITEMS.get(from, &key)?.map(|item| (key, item)))
}
