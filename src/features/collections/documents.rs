//! Collections as other servers read them: addresses and documents (behaviours §18, FEP-7aa9).

use serde_json::{Map, Value, json};
use shop_storage::Read;

use super::table::{COLLECTIONS, Collection, ITEMS, Item, ItemKey, ItemState};
use super::{of, view};
use crate::features::accounts::table::{ACCOUNTS, Account, ActorKind};
use crate::features::accounts::{self, local_uri};
use crate::features::tags::table::TAGS;
use crate::federation::documents::{Page, with_context};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId};
use crate::platform::text::html::tag_url;

/// How many collections a page lists (behaviours §14).
const A_PAGE: usize = 5;

/// The ActivityPub id of a collection.
pub fn uri(config: &Config, id: CollectionId, collection: &Collection) -> String {
    match &collection.uri {
        Some(uri) => uri.clone(),
        None => format!("{}/collections/{id}", local_uri(config, collection.account)),
    }
}

/// The page of a collection; one of another server may have none.
pub fn url(config: &Config, id: CollectionId, collection: &Collection) -> Option<String> {
    if collection.is_local() {
        return Some(format!("{}/collections/{id}", config.base_url()));
    }
    collection.url.clone()
}

/// Where the collections of a local account are listed.
pub fn list_uri(config: &Config, owner: AccountId) -> String {
    format!("{}/featured_collections", local_uri(config, owner))
}

/// The ActivityPub id of an item of a local collection.
pub fn item_uri(config: &Config, owner: AccountId, item: CollectionItemId) -> String {
    format!("{}/collection_items/{item}", local_uri(config, owner))
}

/// Where the agreement of a local account stands.
pub fn authorization_uri(config: &Config, member: AccountId, item: CollectionItemId) -> String {
    format!("{}/feature_authorizations/{item}", local_uri(config, member))
}

/// The id of the request by which a local owner asks for agreement.
pub fn request_uri(config: &Config, owner: AccountId, item: CollectionItemId) -> String {
    format!("{}#feature_requests/{item}", local_uri(config, owner))
}

/// The number of the collection in the ActivityPub id, or the page, of one of ours.
pub fn id_of_local_uri(config: &Config, uri: &str) -> Option<CollectionId> {
    let path = uri.strip_prefix(config.base_url())?;
    match path.strip_prefix("/collections/") {
        Some(number) => number.parse().ok(),
        None => path.strip_prefix("/ap/users/")?.split_once("/collections/")?.1.parse().ok(),
    }
}

/// The collection without its context: who it is by, what it says, and everybody who agrees to be in it.
///
/// # Errors
/// When the store fails.
pub fn collection(app: &App, from: &dyn Read, id: CollectionId, row: &Collection) -> Result<Value> {
    let mut items = Vec::new();
    for (key, entry) in view::visible(from, None, id, row)? {
        items.extend(item(app, from, row.account, key, &entry)?);
    }
    let mut map = Map::new();
    map.insert("id".into(), uri(&app.config, id, row).into());
    map.insert("type".into(), "FeaturedCollection".into());
    map.insert("attributedTo".into(), local_uri(&app.config, row.account).into());
    map.insert("name".into(), row.name.clone().into());
    map.insert("url".into(), url(&app.config, id, row).into());
    let summary = row.description.clone().unwrap_or_default();
    match &row.language {
        Some(language) => map.insert("summaryMap".into(), json!({ language.as_str(): summary })),
        None => map.insert("summary".into(), summary.into()),
    };
    map.insert("sensitive".into(), row.sensitive.into());
    map.insert("discoverable".into(), row.discoverable.into());
    map.insert("published".into(), row.created_at.dt0().into());
    map.insert("updated".into(), row.updated_at.dt0().into());
    if let Some(name) = &row.tag {
        let display = TAGS.get(from, name)?.map_or_else(|| name.clone(), |tag| tag.display);
        let href = tag_url(app.config.base_url(), name);
        map.insert("topic".into(), json!({ "type": "Hashtag", "href": href, "name": format!("#{display}") }));
    }
    map.insert("totalItems".into(), items.len().into());
    map.insert("orderedItems".into(), Value::Array(items));
    Ok(Value::Object(map))
}

/// An item of a local collection without its context; `None` while nobody has agreed.
///
/// # Errors
/// When the store fails.
pub fn item(
    app: &App,
    from: &dyn Read,
    owner: AccountId,
    key: ItemKey,
    item: &Item,
) -> Result<Option<Value>> {
    let Some(member) = item.account.filter(|_| item.state == ItemState::Accepted) else { return Ok(None) };
    let Some(account) = ACCOUNTS.get(from, &member)?.filter(|account| !account.deleted) else {
        return Ok(None);
    };
    let authorization = match &item.authorization {
        Some(uri) => uri.clone(),
        None => authorization_uri(&app.config, member, key.1),
    };
    Ok(Some(json!({
        "id": item_uri(&app.config, owner, key.1),
        "type": "FeaturedItem",
        "featuredObject": accounts::uri(&app.config, member, &account),
        "featuredObjectType": kind(&account),
        "featureAuthorization": authorization,
    })))
}

const fn kind(account: &Account) -> &'static str {
    match account.kind {
        ActorKind::Person => "Person",
        ActorKind::Service => "Service",
        ActorKind::Group => "Group",
        ActorKind::Application => "Application",
        ActorKind::Organization => "Organization",
    }
}

/// The agreement of a local account to an item, without its context.
///
/// # Errors
/// When the store fails.
pub fn authorization(app: &App, from: &dyn Read, member: AccountId, key: ItemKey) -> Result<Option<Value>> {
    let Some(collection) = COLLECTIONS.get(from, &key.0)? else { return Ok(None) };
    Ok(Some(json!({
        "id": authorization_uri(&app.config, member, key.1),
        "type": "FeatureAuthorization",
        "interactingObject": uri(&app.config, key.0, &collection),
        "interactionTarget": local_uri(&app.config, member),
    })))
}

/// The list of an account's collections, or a page of it; only those that may be listed.
///
/// # Errors
/// 404 for pages that are none.
pub fn list(app: &App, from: &dyn Read, owner: AccountId, page: Option<&str>) -> Result<Value> {
    let of_owner = of(from, owner, true)?;
    let id = list_uri(&app.config, owner);
    let Some(page) = page else {
        return Ok(with_context(json!({
            "id": id,
            "type": "Collection",
            "totalItems": of_owner.len(),
            "first": format!("{id}?page=1"),
        })));
    };
    let number: usize = page.parse().ok().filter(|number| *number > 0).ok_or_else(Error::not_found)?;
    let start = (number - 1).saturating_mul(A_PAGE);
    let mut items = Vec::new();
    for (id, row) in of_owner.iter().skip(start).take(A_PAGE) {
        items.push(collection(app, from, *id, row)?);
    }
    let more = of_owner.len() > start.saturating_add(A_PAGE);
    let next = more.then(|| format!("page={}", number + 1));
    let prev = (number > 1).then(|| format!("page={}", number - 1));
    let query = format!("page={number}");
    Ok(Page { of: &id, query: &query, ordered: false, next, prev, items }.document())
}

/// An item of one of the owner's collections, by its number alone.
///
/// # Errors
/// When the store fails.
pub fn find_item(
    from: &dyn Read,
    owner: AccountId,
    item: CollectionItemId,
) -> Result<Option<(ItemKey, Item)>> {
    let keys: Vec<ItemKey> = of(from, owner, false)?.into_iter().map(|(id, _)| (id, item)).collect();
    let rows = ITEMS.get_many(from, &keys)?;
    Ok(keys.into_iter().zip(rows).find_map(|(key, row)| Some((key, row?))))
}
