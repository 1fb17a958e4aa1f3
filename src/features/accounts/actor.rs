//! Our accounts as ActivityPub actors (behaviours §18, Actor).

use serde_json::{Map, Value, json};
use shop_storage::Read;

use super::profile::{self, Profile};
use super::table::{ACCOUNTS, Account, ActorKind, Picture};
use super::{INSTANCE_ACTOR, get, keys, local_uri, uri, url};
use crate::features::emoji;
use crate::federation::documents;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::files::mime_of;
use crate::platform::ids::AccountId;

/// The name of the instance actor (behaviours §18).
pub const INSTANCE_ACTOR_NAME: &str = "mastodon.internal";

/// The document of a local actor, the instance actor included.
///
/// # Errors
/// 404 when there is no such local account, 410 when it is gone; when the store fails.
pub async fn document(app: &App, id: AccountId) -> Result<Value> {
    if id == INSTANCE_ACTOR {
        let key = keys::pair(app, id).await?;
        return Ok(instance(app, &key.public));
    }
    {
        let store = app.read()?;
        match ACCOUNTS.get(&store, &id)? {
            Some(account) if account.is_local() && account.deleted => {
                return Err(Error::new(Kind::Gone, "Gone"));
            }
            Some(account) if account.is_local() => {}
            _ => return Err(Error::not_found()),
        }
    }
    let key = keys::pair(app, id).await?;
    let store = app.read()?;
    let account = get(&store, id)?;
    person(app, &store, id, &account, &key.public)
}

fn public_key(app: &App, id: AccountId, pem: &str) -> Value {
    json!({ "id": keys::key_id(app, id), "owner": local_uri(&app.config, id), "publicKeyPem": pem })
}

fn instance(app: &App, pem: &str) -> Value {
    let (base, uri) = (app.config.base_url(), local_uri(&app.config, INSTANCE_ACTOR));
    documents::with_context(json!({
        "id": uri,
        "type": "Application",
        "inbox": format!("{uri}/inbox"),
        "outbox": format!("{uri}/outbox"),
        "preferredUsername": INSTANCE_ACTOR_NAME,
        "url": format!("{base}/about"),
        "manuallyApprovesFollowers": true,
        "publicKey": public_key(app, INSTANCE_ACTOR, pem),
        "endpoints": { "sharedInbox": format!("{base}/inbox") },
    }))
}

/// A suspended account shows its name and key, and nothing else (behaviours §18).
fn person(app: &App, from: &dyn Read, id: AccountId, account: &Account, pem: &str) -> Result<Value> {
    let config = &app.config;
    let (base, uri) = (config.base_url(), local_uri(config, id));
    let suspended = account.suspended_at.is_some();
    let profile = if suspended { Profile::blank() } else { profile::rendered(app, from, id, account) };
    let mut actor = json!({
        "id": uri,
        "type": kind(account.kind),
        "following": format!("{uri}/following"),
        "followers": format!("{uri}/followers"),
        "inbox": format!("{uri}/inbox"),
        "outbox": format!("{uri}/outbox"),
        "featured": format!("{uri}/collections/featured"),
        "featuredTags": format!("{uri}/collections/tags"),
        "featuredCollections": format!("{uri}/featured_collections"),
        "preferredUsername": account.username,
        "webfinger": format!("{}@{}", account.username, config.domain()),
        "name": if suspended { "" } else { account.display_name.as_str() },
        "summary": &*profile.note,
        "url": url(config, id, account),
        "manuallyApprovesFollowers": account.locked,
        "discoverable": account.discoverable.unwrap_or(false) && !suspended,
        "indexable": account.indexable && !suspended,
        "showMedia": account.tabs.media,
        "showRepliesInMedia": account.tabs.media_replies,
        "showFeatured": account.tabs.featured,
        "published": account.created_at.midnight().dt0(),
        "memorial": account.memorial,
        "publicKey": public_key(app, id, pem),
        "tag": emoji::tag::write(app, from, if suspended { &[] } else { &account.emojis })?,
        "attachment": fields(&profile),
        "endpoints": { "sharedInbox": format!("{base}/inbox") },
        "interactionPolicy": { "canFeature": { "automaticApproval": [who_may_feature(&uri, account)] } },
    });
    if let Value::Object(map) = &mut actor {
        if suspended {
            map.insert("suspended".into(), true.into());
        } else {
            optional(app, from, account, map)?;
        }
    }
    Ok(documents::with_context(actor))
}

/// Of whom a local account agrees to be put into collections (behaviours §14).
fn who_may_feature(uri: &str, account: &Account) -> String {
    match (account.discoverable == Some(true) && account.suspended_at.is_none(), account.locked) {
        (false, _) => uri.to_owned(),
        (true, true) => format!("{uri}/followers"),
        (true, false) => PUBLIC.to_owned(),
    }
}

fn optional(app: &App, from: &dyn Read, account: &Account, map: &mut Map<String, Value>) -> Result<()> {
    for (name, picture) in [("icon", &account.avatar), ("image", &account.header)] {
        if let Some(picture) = picture {
            map.insert(name.into(), image(app, picture));
        }
    }
    if !account.also_known_as.is_empty() {
        map.insert("alsoKnownAs".into(), json!(account.also_known_as));
    }
    if !account.attribution_domains.is_empty() {
        map.insert("attributionDomains".into(), json!(account.attribution_domains));
    }
    if let Some(moved) = account.moved_to
        && let Some(target) = ACCOUNTS.get(from, &moved)?
    {
        map.insert("movedTo".into(), uri(&app.config, moved, &target).into());
    }
    Ok(())
}

fn image(app: &App, picture: &Picture) -> Value {
    let mut image = json!({ "type": "Image", "url": picture.place.url(&app.config) });
    if let Value::Object(map) = &mut image
        && let Some(mime) = picture.place.blob().and_then(mime_of)
    {
        map.insert("mediaType".into(), mime.into());
    }
    if !picture.description.is_empty()
        && let Value::Object(map) = &mut image
    {
        map.insert("summary".into(), picture.description.clone().into());
    }
    image
}

fn fields(profile: &Profile) -> Vec<Value> {
    let rows = profile
        .fields
        .iter()
        .map(|field| json!({ "type": "PropertyValue", "name": field.name, "value": field.value }));
    rows.collect()
}

const fn kind(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Person => "Person",
        ActorKind::Service => "Service",
        ActorKind::Group => "Group",
        ActorKind::Application => "Application",
        ActorKind::Organization => "Organization",
    }
}
