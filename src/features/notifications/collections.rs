//! What accounts hear of collections that they are in (behaviours §14).

use std::collections::HashMap;

use shop_storage::Read;

use super::notify::notify_of_collection;
use super::table::{NOTICES, NotificationKind};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::collections::items;
use crate::features::collections::table::{COLLECTIONS, ITEMS, ItemKey, ItemState};
use crate::features::collections::view::{self, CollectionView};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CollectionId, NotificationId};

/// Tells an account that somebody has put it into a collection.
///
/// # Errors
/// When the store fails.
pub(super) fn added(tx: &mut Tx<'_>, key: ItemKey) -> Result<()> {
    let (Some(collection), Some(item)) = (COLLECTIONS.get(&**tx, &key.0)?, ITEMS.get(&**tx, &key)?) else {
        return Ok(());
    };
    match item.account {
        Some(member) => {
            let kind = NotificationKind::AddedToCollection;
            notify_of_collection(tx, member, collection.account, kind, key.0)
        }
        None => Ok(()),
    }
}

/// Tells everybody who lives here and is in a collection that it says something else.
///
/// # Errors
/// When the store fails.
pub(super) fn changed(tx: &mut Tx<'_>, id: CollectionId) -> Result<()> {
    let Some(collection) = COLLECTIONS.get(&**tx, &id)? else { return Ok(()) };
    let items = items::all(&**tx, id)?.into_iter().map(|(_, item)| item);
    let members: Vec<AccountId> =
        items.filter(|item| item.state == ItemState::Accepted).filter_map(|item| item.account).collect();
    for (member, row) in members.iter().zip(ACCOUNTS.get_many(&**tx, &members)?) {
        if row.is_some_and(|row| row.is_local()) {
            let kind = NotificationKind::CollectionUpdate;
            notify_of_collection(tx, *member, collection.account, kind, id)?;
        }
    }
    Ok(())
}

/// The collections of those among `rows` that speak of one, as the account sees them; what is gone is left out.
///
/// # Errors
/// When the store fails.
pub(super) fn views(
    app: &App,
    from: &dyn Read,
    account: AccountId,
    rows: impl Iterator<Item = (NotificationId, NotificationKind)>,
) -> Result<HashMap<NotificationId, CollectionView>> {
    let told = rows.filter(|(_, kind)| kind.is_about_collection());
    let keys: Vec<_> = told.map(|(id, _)| (account, id)).collect();
    if keys.is_empty() {
        return Ok(HashMap::new());
    }
    let notices = keys.iter().zip(NOTICES.get_many(from, &keys)?);
    let about: Vec<_> = notices.filter_map(|((_, id), notice)| Some((*id, notice?.collection))).collect();
    let ids: Vec<_> = about.iter().map(|(_, collection)| *collection).collect();
    let shown = view::readable(app, from, Some(account), &ids)?;
    Ok(about.into_iter().filter_map(|(id, of)| Some((id, shown.get(&of)?.clone()))).collect())
}
