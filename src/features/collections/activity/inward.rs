//! What other servers tell of collections: Add, Remove, Update, FeatureRequest with its answers, Delete of an agreement.

use serde_json::{Value, json};
use shop_storage::{Read, Window};

use crate::features::accounts::consent::{self, Consent};
use crate::features::accounts::table::{ACCOUNTS, FEATURING};
use crate::features::accounts::{id_of_local_uri, local_uri};
use crate::features::collections::jobs::described;
use crate::features::collections::remote::{self, Described, DescribedItem};
use crate::features::collections::table::{
    BY_URI, COLLECTIONS, Collection, FEATURED_IN, ITEMS, Item, ItemKey, ItemState,
};
use crate::features::collections::{documents, items, remove};
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::peers::processing::{Handled, Handler, Handling, Incoming};
use crate::features::relationships::apart;
use crate::features::relationships::domains::blocks_server_of;
use crate::features::relationships::table::FOLLOWERS;
use crate::federation::documents::with_context;
use crate::federation::fetch::FetchError;
use crate::federation::vocab::same_origin;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId};

/// What this feature does with activities.
pub const HANDLERS: [Handler; 7] = [
    Handler::of("Add", receive_add),
    Handler::of("Remove", receive_remove),
    Handler::of("Update", receive_update),
    Handler::of("FeatureRequest", receive_request),
    Handler::of("Accept", receive_accept),
    Handler::of("Reject", receive_reject),
    Handler::of("Delete", receive_delete),
];

/// How many places of one account are searched for an agreement.
const LOOKED_AT: usize = 2_000;

/// What the target of an Add or Remove is.
enum Target {
    /// The sender's list of collections.
    List,
    /// One of the sender's collections.
    Collection(CollectionId, Collection),
}

fn target(app: &App, incoming: &Incoming) -> Result<Option<Target>> {
    let Some(target) = incoming.activity.id_of("target") else { return Ok(None) };
    let from = app.read()?;
    let list = FEATURING.get(&from, &incoming.sender)?.and_then(|row| row.collections);
    if list.as_deref() == Some(target) {
        return Ok(Some(Target::List));
    }
    Ok(known(&from, target, incoming.sender)?.map(|(id, row)| Target::Collection(id, row)))
}

/// The collection of `owner` with this ActivityPub id.
fn known(from: &dyn Read, uri: &str, owner: AccountId) -> Result<Option<(CollectionId, Collection)>> {
    let Some(id) = BY_URI.get(from, &uri.to_owned())? else { return Ok(None) };
    Ok(COLLECTIONS.get(from, &id)?.filter(|row| row.account == owner).map(|row| (id, row)))
}

fn is_followed(from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(!FOLLOWERS.page(from, &account, &Window::newest(1))?.is_empty())
}

fn receive_add<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        match target(app, incoming)? {
            None => return Ok(Handled::NotMine),
            Some(Target::List) => {
                if is_followed(&app.read()?, incoming.sender)? {
                    keep(app, incoming).await?;
                }
            }
            Some(Target::Collection(id, collection)) => {
                let item = incoming.object().and_then(DescribedItem::read);
                if let Some(item) = item {
                    app.write(move |tx| remote::keep_item(tx, id, &collection, item, None)).await?;
                }
            }
        }
        Ok(Handled::Done)
    })
}

fn receive_remove<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id().map(str::to_owned) else { return Ok(Handled::NotMine) };
        match target(app, incoming)? {
            None => return Ok(Handled::NotMine),
            Some(Target::List) => {
                let known = known(&app.read()?, &uri, incoming.sender)?;
                if let Some((id, _)) = known {
                    app.write(move |tx| remove(tx, id)).await?;
                }
            }
            Some(Target::Collection(id, _)) => {
                app.write(move |tx| remote::drop_item(tx, id, &uri)).await?;
            }
        }
        Ok(Handled::Done)
    })
}

fn receive_update<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(object) = incoming.object().filter(|object| object.is_a("FeaturedCollection")) else {
            return Ok(Handled::NotMine);
        };
        let wanted = {
            let from = app.read()?;
            let is_known = match object.id() {
                Some(uri) => known(&from, uri, incoming.sender)?.is_some(),
                None => false,
            };
            is_known || is_followed(&from, incoming.sender)?
        };
        if wanted {
            keep(app, incoming).await?;
        }
        Ok(Handled::Done)
    })
}

/// Keeps the collection that is the object of an activity. What others brought, or only named, is read at its server.
async fn keep(app: &App, incoming: &Incoming) -> Result<()> {
    let whole = incoming.object().and_then(Described::read).filter(|_| incoming.brought_by.is_none());
    let found = match (whole, incoming.object_id()) {
        (Some(whole), _) => Some(whole),
        (None, Some(uri)) if same_origin(uri, &incoming.actor) => fetched(app, uri).await?,
        _ => None,
    };
    if let Some(found) = found {
        let (owner, actor) = (incoming.sender, incoming.actor.clone());
        app.write(move |tx| remote::store(tx, owner, &actor, found).map(drop)).await?;
    }
    Ok(())
}

/// The collection at an address; `None` for what is none.
async fn fetched(app: &App, uri: &str) -> Result<Option<Described>> {
    match described(app, uri).await {
        Err(error @ FetchError::Later(_)) => Err(error.into()),
        found => Ok(found.unwrap_or_default()),
    }
}

fn receive_request<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let member = incoming.object_id().and_then(|uri| id_of_local_uri(&app.config, uri));
        let uri = incoming.activity.id_of("instrument").filter(|uri| same_origin(uri, &incoming.actor));
        let (Some(member), Some(uri), Some(_)) = (member, uri, incoming.id()) else {
            return Ok(Handled::Done);
        };
        if !ACCOUNTS.get(&app.read()?, &member)?.is_some_and(|row| row.is_local() && !row.deleted) {
            return Ok(Handled::Done);
        }
        let (owner, request) = (incoming.sender, named(incoming, member, app, uri));
        let mut agrees = agrees(&app.read()?, member, incoming)?;
        let mut collection = known(&app.read()?, uri, owner)?.map(|(id, _)| id);
        if agrees && collection.is_none() {
            let (found, actor) = (fetched(app, uri).await?, incoming.actor.clone());
            if let Some(found) = found {
                collection = app.write(move |tx| remote::store(tx, owner, &actor, found)).await?;
            }
        }
        agrees &= collection.is_some();
        app.write(move |tx| {
            let item = match collection.filter(|_| agrees) {
                Some(collection) => enter(tx, collection, member)?,
                None => None,
            };
            answer(tx, member, owner, request, item)
        })
        .await?;
        Ok(Handled::Done)
    })
}

/// Whether an account of ours agrees at once to be in a collection of the sender.
fn agrees(from: &dyn Read, member: AccountId, incoming: &Incoming) -> Result<bool> {
    let Some(row) = ACCOUNTS.get(from, &member)? else { return Ok(false) };
    Ok(consent::of(from, member, &row, incoming.sender)? == Consent::Automatic
        && !apart(from, member, incoming.sender)?
        && !blocks_server_of(from, member, &incoming.account)?)
}

/// Notes that an account of ours is in a collection of another server; `None` when it is not, because it has taken its
/// agreement back or the collection is full.
fn enter(tx: &mut Tx<'_>, collection: CollectionId, member: AccountId) -> Result<Option<CollectionItemId>> {
    let items = items::all(&**tx, collection)?;
    if let Some((key, item)) = items.iter().find(|(_, item)| item.account == Some(member)) {
        return Ok((item.state == ItemState::Accepted).then_some(key.1));
    }
    if items.len() >= items::MOST_REMOTE {
        return Ok(None);
    }
    let (id, now) = (tx.new_id(), tx.now());
    let item = Item {
        account: Some(member),
        object: None,
        state: ItemState::Accepted,
        position: items.last().map_or(0, |(_, item)| item.position).saturating_add(1),
        uri: None,
        authorization: None,
        created_at: now,
        changed_at: now,
    };
    ITEMS.put(tx, &(collection, id), &item)?;
    tx.tell(Event::Featured { item: (collection, id) });
    Ok(Some(id))
}

/// The request as an answer repeats it.
fn named(incoming: &Incoming, member: AccountId, app: &App, collection: &str) -> Value {
    json!({
        "id": incoming.id(),
        "type": "FeatureRequest",
        "actor": incoming.actor,
        "object": local_uri(&app.config, member),
        "instrument": collection,
    })
}

/// Accepts the request with the address of the agreement, or rejects it.
fn answer(
    tx: &mut Tx<'_>,
    member: AccountId,
    asker: AccountId,
    request: Value,
    item: Option<CollectionItemId>,
) -> Result<()> {
    let Some(inbox) = ACCOUNTS.get(&**tx, &asker)?.and_then(|asker| own_inbox(&asker)) else { return Ok(()) };
    let config = &tx.app().config;
    let actor = local_uri(config, member);
    let document = match item {
        Some(item) => json!({
            "id": format!("{actor}#accepts/feature_requests/{item}"),
            "type": "Accept",
            "actor": actor,
            "to": request["actor"],
            "object": request,
            "result": documents::authorization_uri(config, member, item),
        }),
        None => {
            let number = tx.new_id::<crate::platform::ids::kind::Activity>();
            json!({
                "id": format!("{actor}#rejects/feature_requests/{number}"),
                "type": "Reject",
                "actor": actor,
                "to": request["actor"],
                "object": request,
            })
        }
    };
    send(tx, member, &with_context(document), [inbox])
}

fn is_about_features(incoming: &Incoming) -> bool {
    incoming.object().is_some_and(|object| object.is_a("FeatureRequest"))
        || incoming.object_id().is_some_and(|id| id.contains("#feature_requests/"))
}

/// The item of a collection of ours that the sender answers about.
fn answered(app: &App, incoming: &Incoming) -> Result<Option<(ItemKey, Item)>> {
    let number =
        incoming.object_id().and_then(|id| id.split_once("#feature_requests/")).map(|(_, rest)| rest);
    let Some(item) = number.and_then(|number| number.parse().ok()) else { return Ok(None) };
    let from = app.read()?;
    let Some((key, item)) = items::find(&from, incoming.sender, item)? else { return Ok(None) };
    let ours = COLLECTIONS.get(&from, &key.0)?.is_some_and(|row| {
        let asked = documents::request_uri(&app.config, row.account, key.1);
        row.is_local() && incoming.object_id() == Some(&asked)
    });
    Ok(ours.then_some((key, item)))
}

fn receive_accept<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        if !is_about_features(incoming) {
            return Ok(Handled::NotMine);
        }
        let result = incoming.activity.id_of("result").filter(|uri| same_origin(uri, &incoming.actor));
        if let (Some((key, _)), Some(uri)) = (answered(app, incoming)?, result.map(str::to_owned)) {
            app.write(move |tx| items::accept(tx, key, Some(uri))).await?;
        }
        Ok(Handled::Done)
    })
}

fn receive_reject<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        if !is_about_features(incoming) {
            return Ok(Handled::NotMine);
        }
        if let Some((key, item)) = answered(app, incoming)? {
            let state = match item.state {
                ItemState::Accepted => ItemState::Revoked,
                _ => ItemState::Rejected,
            };
            app.write(move |tx| items::end(tx, key, state)).await?;
        }
        Ok(Handled::Done)
    })
}

/// An account of another server takes its agreement back.
fn receive_delete<'a>(app: &'a App, incoming: &'a Incoming) -> Handling<'a> {
    Box::pin(async move {
        let Some(uri) = incoming.object_id() else { return Ok(Handled::NotMine) };
        let keys: Vec<ItemKey> = {
            let from = app.read()?;
            let places = FEATURED_IN.page(&from, &incoming.sender, &Window::newest(LOOKED_AT))?;
            let keys: Vec<ItemKey> =
                places.into_iter().map(|(item, collection)| (collection, item)).collect();
            let rows = ITEMS.get_many(&from, &keys)?;
            let agreed = |item: &Item| item.authorization.as_deref() == Some(uri);
            keys.into_iter()
                .zip(rows)
                .filter(|(_, item)| item.as_ref().is_some_and(agreed))
                .map(|(key, _)| key)
                .collect()
        };
        if keys.is_empty() {
            return Ok(Handled::NotMine);
        }
        app.write(move |tx| keys.into_iter().try_for_each(|key| items::end(tx, key, ItemState::Revoked)))
            .await?;
        Ok(Handled::Done)
    })
}
