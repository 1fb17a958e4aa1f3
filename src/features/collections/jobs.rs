//! Jobs of collections: agreements that are looked up, lists of other servers that are read, items that end.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::remote::{Described, store};
use super::table::{COLLECTIONS, ITEMS, Item, ItemKey, ItemState};
use super::{documents, items};
use crate::features::accounts::table::{ACCOUNTS, FEATURING};
use crate::features::accounts::{keys, resolve};
use crate::features::peers::host_of;
use crate::features::relationships::apart;
use crate::features::relationships::table::FOLLOWERS;
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Document, View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often another server is asked.
const TRIES: u32 = 4;
/// How many pages of a list of collections are read, and how many collections of it.
const PAGES: usize = 10;
const LISTED: usize = 50;

/// Takes an item away that was refused or taken back, once that is a day ago.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropItem {
    /// The item.
    pub item: ItemKey,
}
record!(DropItem, 1);

impl Job for DropItem {
    const NAME: &'static str = "drop_collection_item";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let key = self.item;
        let dropped = app.write(move |tx| {
            if ITEMS.get(&**tx, &key)?.is_some_and(|item| !item.state.counts()) {
                ITEMS.delete(tx, &key)?;
            }
            Ok(())
        });
        Ok(dropped.await?)
    }
}

/// Looks up whether an account of another server agrees to be in a collection of another server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct VerifyItem {
    /// The item.
    pub item: ItemKey,
    /// The server that is asked.
    pub host: String,
}
record!(VerifyItem, 1);

impl Job for VerifyItem {
    const NAME: &'static str = "verify_collection_item";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 5;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("verify_collection_item:{}", self.item.1))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let key = self.item;
        let waiting = ITEMS.get(&app.read()?, &key)?.filter(|item| item.state == ItemState::Pending);
        let Some(Item { object: Some(object), authorization: Some(authorization), .. }) = waiting else {
            return Ok(());
        };
        let Some(collection) = COLLECTIONS.get(&app.read()?, &key.0)? else { return Ok(()) };
        let collection_uri = documents::uri(&app.config, key.0, &collection);
        let signer = keys::instance_signer(&app).await?;
        let document = match fetch::document(&app, &authorization, &signer).await {
            Ok(document) => Some(document),
            Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
            Err(error) => {
                tracing::debug!(%error, authorization, "there is no agreement to a collection");
                None
            }
        };
        let agrees =
            document.is_some_and(|document| agrees(&document, &authorization, &collection_uri, &object));
        let member = if agrees { resolve::uri(&app, &object).await? } else { None };
        let settled = app.write(move |tx| match member {
            Some(member) => settle(tx, key, collection.account, member),
            None => items::end(tx, key, ItemState::Rejected),
        });
        Ok(settled.await?)
    }
}

/// Whether a document is the agreement at this address, of this account, to this collection.
fn agrees(document: &Document, at: &str, collection: &str, account: &str) -> bool {
    document.is_a("FeatureAuthorization")
        && document.id() == Some(at)
        && same_origin(at, account)
        && document.id_of("interactingObject") == Some(collection)
        && document.id_of("interactionTarget") == Some(account)
}

fn settle(tx: &mut Tx<'_>, key: ItemKey, owner: AccountId, member: AccountId) -> Result<()> {
    let twice =
        items::all(&**tx, key.0)?.iter().any(|(other, item)| *other != key && item.account == Some(member));
    if twice || apart(&**tx, owner, member)? {
        return items::take_out(tx, key);
    }
    ITEMS.edit(tx, &key, |item| item.account = Some(member))?;
    items::accept(tx, key, None)
}

/// Has the collections of an account read, when it says where they are listed and somebody here follows it.
///
/// # Errors
/// When the store fails.
pub fn read_later(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let Some(url) = FEATURING.get(&**tx, &account)?.and_then(|row| row.collections) else { return Ok(()) };
    let Some(host) = host_of(&url) else { return Ok(()) };
    if FOLLOWERS.page(&**tx, &account, &Window::newest(1))?.is_empty() {
        return Ok(());
    }
    tx.enqueue(&ReadCollections { account, host, url })
}

/// Reads the collections of an account of another server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadCollections {
    account: AccountId,
    host: String,
    url: String,
}
record!(ReadCollections, 1);

impl Job for ReadCollections {
    const NAME: &'static str = "read_collections";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 6;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("read_collections:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let owner = self.account;
        let row = ACCOUNTS.get(&app.read()?, &owner)?;
        let row = row.filter(|row| !row.deleted && row.suspended_at.is_none());
        let Some(actor) = row.and_then(|row| row.uri) else { return Ok(()) };
        for entry in listed(&app, &self.url).await? {
            let described = match entry {
                Entry::Whole(described) => Some(*described),
                Entry::Named(uri) => match described(&app, &uri).await {
                    Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
                    found => found.unwrap_or_default(),
                },
            };
            let Some(described) = described else { continue };
            let actor = actor.clone();
            app.write(move |tx| store(tx, owner, &actor, described).map(drop)).await?;
        }
        Ok(())
    }
}

/// An entry of a list of collections.
enum Entry {
    Whole(Box<Described>),
    Named(String),
}

/// What a list of collections holds, page by page, as far as it lies on one server.
async fn listed(app: &App, url: &str) -> Result<Vec<Entry>, Failure> {
    let signer = keys::instance_signer(app).await?;
    let mut found = Vec::new();
    let mut next = Some(url.to_owned());
    for number in 0..PAGES {
        let Some(at) = next.take() else { break };
        let page = match fetch::page(app, &at, &signer).await {
            Ok(page) => page,
            Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
            Err(error) => {
                tracing::debug!(%error, at, "a list of collections could not be read");
                break;
            }
        };
        entries(page.view(), url, &mut found);
        let mut onward = page.view();
        if let Some(first) = page.object_of("first") {
            entries(first, url, &mut found);
            onward = first;
        }
        // Pages may name the first one again.
        let link = onward.link_of("next").or_else(|| onward.link_of("first").filter(|_| number == 0));
        next = link.filter(|link| same_origin(link, url) && *link != at).map(str::to_owned);
        if found.len() >= LISTED {
            break;
        }
    }
    found.truncate(LISTED);
    Ok(found)
}

fn entries(page: View<'_>, url: &str, found: &mut Vec<Entry>) {
    for key in ["items", "orderedItems"] {
        let whole: Vec<Described> = page.objects_of(key).into_iter().filter_map(Described::read).collect();
        let known: Vec<String> = whole.iter().map(|described| described.uri.clone()).collect();
        let near = |uri: &&str| same_origin(uri, url) && !known.iter().any(|known| known == uri);
        found.extend(page.ids_of(key).into_iter().filter(near).map(|uri| Entry::Named(uri.to_owned())));
        found.extend(whole.into_iter().map(|described| Entry::Whole(Box::new(described))));
    }
}

/// The collection at an address of another server; `None` when there is none.
///
/// # Errors
/// As [`FetchError`] says.
pub async fn described(app: &App, uri: &str) -> Result<Option<Described>, FetchError> {
    let signer = keys::instance_signer(app).await.map_err(|error| FetchError::Refused(error.to_string()))?;
    Ok(Described::read(fetch::document(app, uri, &signer).await?.view()))
}
