//! Collections of other servers: what their documents say, and how they are kept.

use std::collections::HashSet;

use super::items::{self, all};
use super::jobs::{VerifyItem, described};
use super::table::{BY_PAGE, BY_URI, COLLECTIONS, Collection, ITEMS, Item, ItemKey, ItemState};
use super::{MOST_REMOTE, documents, is_noticeable, of};
use crate::features::accounts::{find_uri, id_of_local_uri, resolve};
use crate::features::peers::host_of;
use crate::features::relationships::apart;
use crate::features::tags::{self, Named};
use crate::federation::fetch::FetchError;
use crate::federation::vocab::{View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, CollectionId};
use crate::platform::text::{count, language, sanitize};

/// Longest name, and longest description, in characters (behaviours §3, remote hard limits).
const NAME: usize = 256;
const DESCRIPTION: usize = 2_048;
/// Longest address kept, in bytes.
const LONGEST_URL: usize = 2_048;

/// A collection as its document tells it, cut to our limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its id.
    pub uri: String,
    /// Whose it says to be.
    pub owner: Option<String>,
    url: Option<String>,
    name: String,
    description: String,
    language: Option<String>,
    sensitive: bool,
    discoverable: bool,
    topic: Option<Named>,
    published: Option<Millis>,
    items: Vec<DescribedItem>,
}

/// An item as a document tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedItem {
    uri: String,
    object: String,
    authorization: Option<String>,
}

fn web(url: &str) -> Option<String> {
    let fits = url.len() <= LONGEST_URL && (url.starts_with("https://") || url.starts_with("http://"));
    fits.then(|| url.to_owned())
}

impl Described {
    /// Reads a FeaturedCollection. `None` for everything else.
    pub fn read(document: View<'_>) -> Option<Self> {
        let uri = document.id().and_then(web).filter(|_| document.is_a("FeaturedCollection"))?;
        let (spoken, summary) = match document.map_of("summary") {
            Some((language, text)) => (Some(language), text),
            None => (None, document.str_of("summary").unwrap_or_default()),
        };
        let topic = document.object_of("topic").and_then(tags::feature::written);
        let items = document.objects_of("orderedItems").into_iter().filter_map(DescribedItem::read);
        Some(Self {
            owner: document.id_of("attributedTo").map(str::to_owned),
            url: document.link_of("url").and_then(web).filter(|url| same_origin(url, &uri)),
            name: one_line(document.str_of("name").unwrap_or_default()),
            description: sanitize::sanitize(count::truncate(summary, DESCRIPTION)),
            language: spoken.and_then(language::normalise).map(str::to_owned),
            sensitive: document.bool_of("sensitive").unwrap_or(false),
            discoverable: document.bool_of("discoverable").unwrap_or(false),
            topic,
            published: document.str_of("published").and_then(Millis::parse),
            items: items.take(items::MOST_REMOTE).collect(),
            uri,
        })
    }
}

impl DescribedItem {
    /// Reads a FeaturedItem. `None` for everything else.
    pub fn read(document: View<'_>) -> Option<Self> {
        let uri = document.id().and_then(web).filter(|_| document.is_a("FeaturedItem"))?;
        let object = document.id_of("featuredObject").and_then(web)?;
        let authorization = document.id_of("featureAuthorization").and_then(web);
        Some(Self { uri, object, authorization })
    }
}

fn one_line(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    count::truncate(line.trim(), NAME).to_owned()
}

/// Keeps a collection of `owner`, whose ActivityPub id is `actor`: new, or brought up to date. `None` for what is not
/// theirs, and beyond so many.
///
/// # Errors
/// When the store fails.
pub fn store(
    tx: &mut Tx<'_>,
    owner: AccountId,
    actor: &str,
    described: Described,
) -> Result<Option<CollectionId>> {
    let is_theirs = described.owner.as_deref().is_none_or(|owner| owner == actor);
    if !is_theirs || !same_origin(&described.uri, actor) {
        return Ok(None);
    }
    let known = match BY_URI.get(&**tx, &described.uri)? {
        Some(id) => COLLECTIONS.get(&**tx, &id)?.map(|row| (id, row)),
        None => None,
    };
    if known.as_ref().is_some_and(|(_, row)| row.account != owner)
        || (known.is_none() && of(&**tx, owner, false)?.len() >= MOST_REMOTE)
    {
        return Ok(None);
    }
    if let Some(topic) = &described.topic {
        tags::make_known(tx, topic)?;
    }
    let now = tx.now();
    let (id, before) = known.map_or_else(|| (tx.new_id(), None), |(id, row)| (id, Some(row)));
    let made_at = before.as_ref().map(|row| row.created_at).or(described.published);
    let mut after = Collection {
        account: owner,
        uri: Some(described.uri),
        url: described.url,
        name: described.name,
        description: Some(described.description),
        language: described.language,
        sensitive: described.sensitive,
        discoverable: described.discoverable,
        tag: described.topic.map(|topic| topic.name),
        created_at: made_at.filter(|at| *at <= now).unwrap_or(now),
        updated_at: before.as_ref().map_or(now, |row| row.updated_at),
    };
    if before.as_ref() != Some(&after) {
        after.updated_at = now;
        COLLECTIONS.put(tx, &id, &after)?;
        if let Some(before) = &before {
            let noticeable = is_noticeable(before, &after);
            tx.tell(Event::CollectionUpdated { collection: id, noticeable });
        }
    }
    let page_before = before.and_then(|row| row.url);
    if let Some(page) = page_before.filter(|page| after.url.as_ref() != Some(page)) {
        BY_PAGE.remove(tx, &page, &id);
    }
    if let Some(page) = &after.url
        && !BY_PAGE.contains(&**tx, page, &id)?
    {
        BY_PAGE.add(tx, page, &id);
    }
    keep_items(tx, id, &after, described.items)?;
    Ok(Some(id))
}

/// The collection at an address of another server, read and kept together with its owner.
///
/// # Errors
/// 503 when a server cannot be reached; when the store fails.
pub async fn at(app: &App, url: &str) -> Result<Option<CollectionId>> {
    let found = match described(app, url).await {
        Ok(found) => found,
        Err(error @ FetchError::Later(_)) => return Err(error.into()),
        Err(_) => None,
    };
    let Some((found, actor)) = found.and_then(|found| found.owner.clone().map(|owner| (found, owner))) else {
        return Ok(None);
    };
    let Some(owner) = resolve::uri(app, &actor).await? else { return Ok(None) };
    app.write(move |tx| store(tx, owner, &actor, found)).await
}

/// Keeps these items, in this order, and of those that the other server has named before no others.
fn keep_items(
    tx: &mut Tx<'_>,
    id: CollectionId,
    collection: &Collection,
    listed: Vec<DescribedItem>,
) -> Result<()> {
    let named: HashSet<String> = listed.iter().map(|item| item.uri.clone()).collect();
    for (key, item) in all(&**tx, id)? {
        if item.uri.as_ref().is_some_and(|uri| !named.contains(uri)) {
            ITEMS.delete(tx, &key)?;
        }
    }
    for (place, item) in (1..).zip(listed) {
        keep_item(tx, id, collection, item, Some(place))?;
    }
    Ok(())
}

/// Keeps an item of a collection of another server. That an account of ours is in it is only believed when it has agreed
/// here; what others agree to is looked up at their servers.
///
/// # Errors
/// When the store fails.
pub fn keep_item(
    tx: &mut Tx<'_>,
    id: CollectionId,
    collection: &Collection,
    told: DescribedItem,
    place: Option<u32>,
) -> Result<()> {
    let Some(base) = &collection.uri else { return Ok(()) };
    if !same_origin(&told.uri, base) {
        return Ok(());
    }
    let items = all(&**tx, id)?;
    let local = id_of_local_uri(&tx.app().config, &told.object);
    let by_uri = items.iter().find(|(_, item)| item.uri.as_ref() == Some(&told.uri));
    let agreed = items.iter().find(|(_, item)| local.is_some() && item.account == local);
    if let Some((key, item)) = by_uri.or(agreed) {
        let mut item = item.clone();
        // What an item is about does not change.
        if item.object.as_ref().is_some_and(|object| *object != told.object) {
            return Ok(());
        }
        item.position = place.unwrap_or(item.position);
        item.uri = Some(told.uri);
        if item.state == ItemState::Pending && local.is_none() && told.authorization != item.authorization {
            item.authorization = told.authorization;
            verify_later(tx, *key, &item)?;
        }
        ITEMS.put(tx, key, &item)?;
        return Ok(());
    }
    if local.is_some() || items.len() >= items::MOST_REMOTE {
        return Ok(());
    }
    let account = find_uri(tx.app(), &**tx, &told.object)?.map(|known| known.id);
    if let Some(account) = account
        && (apart(&**tx, collection.account, account)?
            || items.iter().any(|(_, item)| item.account == Some(account)))
    {
        return Ok(());
    }
    let now = tx.now();
    let after = items.last().map_or(0, |(_, item)| item.position).saturating_add(1);
    let item = Item {
        account,
        object: Some(told.object),
        state: ItemState::Pending,
        position: place.unwrap_or(after),
        uri: Some(told.uri),
        authorization: told.authorization,
        created_at: now,
        changed_at: now,
    };
    let key: ItemKey = (id, tx.new_id());
    ITEMS.put(tx, &key, &item)?;
    verify_later(tx, key, &item)
}

/// Has the agreement to an item looked up, when it could be one: on the server of who agrees.
fn verify_later(tx: &mut Tx<'_>, key: ItemKey, item: &Item) -> Result<()> {
    let (Some(object), Some(authorization)) = (&item.object, &item.authorization) else { return Ok(()) };
    let Some(host) = host_of(authorization).filter(|_| same_origin(object, authorization)) else {
        return Ok(());
    };
    tx.enqueue(&VerifyItem { item: key, host })
}

/// Takes the item with this id out of a collection of another server.
///
/// # Errors
/// When the store fails.
pub fn drop_item(tx: &mut Tx<'_>, id: CollectionId, uri: &str) -> Result<()> {
    for (key, item) in all(&**tx, id)? {
        let ours = item.account.map(|account| documents::authorization_uri(&tx.app().config, account, key.1));
        let named = item.uri.as_deref() == Some(uri) || (item.uri.is_none() && ours.as_deref() == Some(uri));
        if named {
            ITEMS.delete(tx, &key)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::federation::vocab::Document;

    fn read(value: serde_json::Value) -> Option<Described> {
        Described::read(Document::new(value).unwrap().view())
    }

    #[test]
    fn what_is_no_collection_is_none() {
        for bad in [
            json!({}),
            json!({"type": "FeaturedCollection"}),
            json!({"type": "FeaturedCollection", "id": "urn:x"}),
            json!({"type": "Collection", "id": "https://a.example/1"}),
            json!({"type": ["OrderedCollection"], "id": "https://a.example/1"}),
        ] {
            assert_eq!(read(bad.clone()), None, "{bad}");
        }
    }

    #[test]
    fn giants_are_cut_and_html_is_cleaned() {
        let item = |number: usize| {
            json!({
                "type": "FeaturedItem", "id": format!("https://a.example/i/{number}"),
                "featuredObject": "https://b.example/u", "featureAuthorization": "https://b.example/f",
            })
        };
        let found = read(json!({
            "type": "FeaturedCollection",
            "id": "https://a.example/1",
            "name": format!("a\nb{}", "x".repeat(9_000)),
            "summaryMap": {"de": format!("<script>x</script><p onclick=x>é{}", "y".repeat(9_000))},
            "topic": {"type": "Hashtag", "name": "#Cats"},
            "orderedItems": (0..500).map(item).chain([json!("https://a.example/i/x"), json!(7)]).collect::<Vec<_>>(),
            "url": "https://evil.example/1",
        }))
        .unwrap();
        assert_eq!(found.name.chars().count(), NAME);
        assert!(found.name.starts_with("a bx"), "{}", found.name);
        assert!(found.description.len() < DESCRIPTION * 2 && !found.description.contains("script"));
        assert!(!found.description.contains("onclick"));
        assert_eq!((found.language.as_deref(), found.items.len()), (Some("de"), items::MOST_REMOTE));
        assert_eq!(found.topic.map(|topic| topic.name).as_deref(), Some("cats"));
        assert_eq!(found.url, None, "pages lie where the collection does");
        assert!(!found.sensitive && !found.discoverable);
    }
}
