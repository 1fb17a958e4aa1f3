//! The JSON entities Collection, CollectionItem and CollectionWithAccounts.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::table::{COLLECTIONS, Collection, Item, ItemKey, ItemState};
use super::{documents, items};
use crate::features::accounts;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::view::AccountView;
use crate::features::relationships::table::BLOCKS;
use crate::features::tags::table::TAGS;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId};
use crate::platform::text::html::tag_url;

/// A collection (entities: Collection; the notes on each key are there).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct CollectionView {
    pub id: CollectionId,
    pub account_id: AccountId,
    pub uri: String,
    pub url: Option<String>,
    pub name: String,
    pub description: Option<String>,
    pub language: Option<String>,
    pub local: bool,
    pub sensitive: bool,
    pub discoverable: bool,
    pub item_count: usize,
    pub created_at: String,
    pub updated_at: String,
    pub tag: Option<ShallowTag>,
    pub items: Vec<ItemView>,
}

/// What a collection is about.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct ShallowTag {
    pub name: String,
    pub url: String,
}

/// An account in a collection.
#[derive(Debug, Clone, Serialize)]
pub struct ItemView {
    id: CollectionItemId,
    state: &'static str,
    created_at: String,
    /// Absent when it is refused or taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    account_id: Option<AccountId>,
}

impl ItemView {
    /// Shows one item.
    pub fn of(key: ItemKey, item: &Item) -> Self {
        Self {
            id: key.1,
            state: item.state.word(),
            created_at: item.created_at.dt(),
            account_id: item.account.filter(|_| item.state.counts()),
        }
    }
}

/// A collection with everybody in it, its owner first.
#[derive(Debug, Clone, Serialize)]
pub struct WithAccounts {
    collection: CollectionView,
    accounts: Vec<Arc<AccountView>>,
}

/// Those of these collections that `viewer` may look at, by their numbers: a constant number of store round trips. The
/// rules are those of [`super::readable`].
///
/// # Errors
/// When the store fails.
pub fn readable(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    ids: &[CollectionId],
) -> Result<HashMap<CollectionId, CollectionView>> {
    let ids: Vec<CollectionId> = ids.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = ids.iter().copied().zip(COLLECTIONS.get_many(from, &ids)?);
    let mut rows: Vec<(CollectionId, Collection)> = rows.filter_map(|(id, row)| Some((id, row?))).collect();
    let owners: Vec<AccountId> = rows.iter().map(|(_, row)| row.account).collect();
    let mut hidden = HashSet::new();
    for (owner, account) in owners.iter().zip(ACCOUNTS.get_many(from, &owners)?) {
        if account.is_none_or(|account| account.suspended_at.is_some() || account.deleted) {
            hidden.insert(*owner);
        }
    }
    if let Some(viewer) = viewer {
        let keys: Vec<_> = owners.iter().map(|owner| (*owner, viewer)).collect();
        let blocks = owners.iter().zip(BLOCKS.has_many(from, &keys)?);
        hidden.extend(blocks.filter(|(_, blocks)| *blocks).map(|(owner, _)| *owner));
    }
    rows.retain(|(_, row)| !hidden.contains(&row.account));
    Ok(load(app, from, viewer, &rows)?.into_iter().map(|view| (view.id, view)).collect())
}

/// Collections in their order, as `viewer` sees them: a constant number of store round trips.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    rows: &[(CollectionId, Collection)],
) -> Result<Vec<CollectionView>> {
    let names: Vec<String> = rows.iter().filter_map(|(_, row)| row.tag.clone()).collect();
    let known = TAGS.get_many(from, &names)?;
    let tags: HashMap<&String, String> = names
        .iter()
        .zip(known)
        .map(|(name, tag)| (name, tag.map_or_else(|| name.clone(), |tag| tag.display)))
        .collect();
    let mut shown = Vec::with_capacity(rows.len());
    for ((id, row), items) in rows.iter().zip(visible_in(from, viewer, rows)?) {
        shown.push(CollectionView {
            id: *id,
            account_id: row.account,
            uri: documents::uri(&app.config, *id, row),
            url: documents::url(&app.config, *id, row),
            name: row.name.clone(),
            description: row.description.clone(),
            language: row.language.clone(),
            local: row.is_local(),
            sensitive: row.sensitive,
            discoverable: row.discoverable,
            item_count: items.len(),
            created_at: row.created_at.dt(),
            updated_at: row.updated_at.dt(),
            tag: row.tag.as_ref().map(|name| ShallowTag {
                name: tags.get(name).unwrap_or(name).clone(),
                url: tag_url(app.config.base_url(), name),
            }),
            items: items.iter().map(|(key, item)| ItemView::of(*key, item)).collect(),
        });
    }
    Ok(shown)
}

/// One collection.
///
/// # Errors
/// When the store fails.
pub fn one(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    id: CollectionId,
    row: Collection,
) -> Result<Option<CollectionView>> {
    Ok(load(app, from, viewer, &[(id, row)])?.pop())
}

/// One collection with its accounts.
///
/// # Errors
/// When the store fails.
pub fn with_accounts(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    id: CollectionId,
    row: Collection,
) -> Result<Option<WithAccounts>> {
    let owner = row.account;
    let Some(collection) = one(app, from, viewer, id, row)? else { return Ok(None) };
    let mut ids = vec![owner];
    let mut known = HashSet::from([owner]);
    ids.extend(collection.items.iter().filter_map(|item| item.account_id).filter(|id| known.insert(*id)));
    let accounts = accounts::view::list_for(app, from, viewer, &ids)?;
    Ok(Some(WithAccounts { collection, accounts }))
}

/// What `viewer` sees of a collection: those who agree, and for the owner those who have not answered; nobody who is
/// suspended, and nobody whom the viewer blocks.
///
/// # Errors
/// When the store fails.
pub fn visible(
    from: &dyn Read,
    viewer: Option<AccountId>,
    id: CollectionId,
    row: &Collection,
) -> Result<Vec<(ItemKey, Item)>> {
    Ok(visible_in(from, viewer, &[(id, row.clone())])?.pop().unwrap_or_default())
}

/// As [`visible`] for several collections, in their order.
fn visible_in(
    from: &dyn Read,
    viewer: Option<AccountId>,
    rows: &[(CollectionId, Collection)],
) -> Result<Vec<Vec<(ItemKey, Item)>>> {
    let ids: Vec<CollectionId> = rows.iter().map(|(id, _)| *id).collect();
    let mut found = items::all_of(from, &ids)?;
    for ((_, row), items) in rows.iter().zip(&mut found) {
        let own = viewer == Some(row.account);
        items.retain(|(_, item)| {
            item.state == ItemState::Accepted || (own && item.state == ItemState::Pending)
        });
    }
    let members: BTreeSet<AccountId> = found.iter().flatten().filter_map(|(_, item)| item.account).collect();
    let members: Vec<AccountId> = members.into_iter().collect();
    let accounts = ACCOUNTS.get_many(from, &members)?;
    let mut shown: HashSet<AccountId> = members
        .iter()
        .zip(accounts)
        .filter(|(_, row)| row.as_ref().is_some_and(|row| row.suspended_at.is_none() && !row.deleted))
        .map(|(id, _)| *id)
        .collect();
    if let Some(viewer) = viewer {
        let keys: Vec<_> = members.iter().map(|member| (viewer, *member)).collect();
        for (member, blocked) in members.iter().zip(BLOCKS.has_many(from, &keys)?) {
            if blocked {
                shown.remove(member);
            }
        }
    }
    for items in &mut found {
        items.retain(|(_, item)| item.account.is_some_and(|member| shown.contains(&member)));
    }
    Ok(found)
}
