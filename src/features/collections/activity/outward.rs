//! What other servers hear of our collections, and of what people here agree to.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use shop_storage::{Queue, Read, record};

use crate::features::accounts::local_uri;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::collections::table::{COLLECTIONS, Collection, ITEMS, ItemKey};
use crate::features::collections::{documents, items};
use crate::features::peers::delivery::{own_inbox, send};
use crate::features::relationships::reach;
use crate::federation::documents::with_context;
use crate::federation::vocab::PUBLIC;
use crate::platform::app::{App, Tx};
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId, kind};
use crate::platform::jobs::{self, Job, Outcome};

/// Turns what happened to collections into activities. A durable listener.
///
/// # Errors
/// When the store fails.
pub fn tell(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::CollectionCreated { collection } => tell_of(tx, *collection, Told::Made),
        Event::CollectionUpdated { collection, .. } => tell_of(tx, *collection, Told::Changed),
        Event::CollectionDeleted(gone) => {
            let told = Told::Gone { members: gone.members.clone() };
            tx.enqueue(&SendCollection { account: gone.account, collection: gone.collection, told })
        }
        Event::Featured { item } => tell_of(tx, item.0, Told::Added { item: item.1 }),
        Event::Unfeatured(gone) => {
            let told = Told::Taken { item: gone.item.1, member: gone.member };
            tx.enqueue(&SendCollection { account: gone.account, collection: gone.item.0, told })
        }
        Event::FeatureRequested { item } => ask(tx, *item),
        Event::FeatureRevoked { item } => withdraw(tx, *item),
        _ => Ok(()),
    }
}

/// Only what is kept here is told of.
fn tell_of(tx: &mut Tx<'_>, collection: CollectionId, told: Told) -> Result<()> {
    match COLLECTIONS.get(&**tx, &collection)? {
        Some(row) if row.is_local() => tx.enqueue(&SendCollection { account: row.account, collection, told }),
        _ => Ok(()),
    }
}

/// Asks an account of another server for its agreement.
fn ask(tx: &mut Tx<'_>, key: ItemKey) -> Result<()> {
    let (Some(row), Some(item)) = (COLLECTIONS.get(&**tx, &key.0)?, ITEMS.get(&**tx, &key)?) else {
        return Ok(());
    };
    let member = match item.account {
        Some(member) => ACCOUNTS.get(&**tx, &member)?,
        None => None,
    };
    let Some((member, inbox)) = member.and_then(|member| Some((member.uri.clone()?, own_inbox(&member)?)))
    else {
        return Ok(());
    };
    let config = &tx.app().config;
    let document = with_context(json!({
        "id": documents::request_uri(config, row.account, key.1),
        "type": "FeatureRequest",
        "actor": local_uri(config, row.account),
        "object": member,
        "instrument": documents::uri(config, key.0, &row),
    }));
    send(tx, row.account, &document, [inbox])
}

/// The owner of the collection hears that an agreement is taken back, and so do the followers of who takes it back.
fn withdraw(tx: &mut Tx<'_>, key: ItemKey) -> Result<()> {
    let (Some(row), Some(item)) = (COLLECTIONS.get(&**tx, &key.0)?, ITEMS.get(&**tx, &key)?) else {
        return Ok(());
    };
    let Some(member) = item.account else { return Ok(()) };
    let Some(agreement) = documents::authorization(tx.app(), &**tx, member, key)? else { return Ok(()) };
    let config = &tx.app().config;
    let document = with_context(json!({
        "id": format!("{}#delete", documents::authorization_uri(config, member, key.1)),
        "type": "Delete",
        "actor": local_uri(config, member),
        "to": [PUBLIC],
        "object": agreement,
    }));
    let mut inboxes: BTreeSet<String> = reach::followers(&**tx, member)?;
    inboxes.extend(reach::people(&**tx, &[row.account])?);
    send(tx, member, &document, inboxes)
}

/// What happened to a collection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Told {
    /// It is new.
    Made,
    /// It says something else.
    Changed,
    /// It is gone; these were in it.
    Gone { members: Vec<AccountId> },
    /// Somebody is in it.
    Added { item: CollectionItemId },
    /// Somebody is not in it any more.
    Taken { item: CollectionItemId, member: Option<AccountId> },
}

/// Tells the servers of followers, and of those in a collection, what happened to it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendCollection {
    account: AccountId,
    collection: CollectionId,
    told: Told,
}
record!(SendCollection, 1);

impl Job for SendCollection {
    const NAME: &'static str = "send_collection";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("send_collection:{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let gathered = tokio::task::spawn_blocking({
            let (app, job) = (app.clone(), self.clone());
            move || job.inboxes(&app)
        });
        let inboxes = gathered.await.map_err(Error::from)??;
        if inboxes.is_empty() {
            return Ok(());
        }
        app.write(move |tx| {
            let owner = ACCOUNTS.get(&**tx, &self.account)?;
            if owner.is_none_or(|owner| owner.deleted || owner.suspended_at.is_some()) {
                return Ok(());
            }
            match self.activity(tx)? {
                Some(activity) => send(tx, self.account, &with_context(activity), inboxes),
                None => Ok(()),
            }
        })
        .await?;
        Ok(())
    }
}

impl SendCollection {
    fn inboxes(&self, app: &App) -> Result<BTreeSet<String>> {
        let from = app.read()?;
        let mut inboxes = reach::followers(&from, self.account)?;
        let mut members: Vec<AccountId> =
            items::all(&from, self.collection)?.into_iter().filter_map(|(_, item)| item.account).collect();
        match &self.told {
            Told::Gone { members: gone } => members.extend(gone),
            Told::Taken { member, .. } => members.extend(member),
            Told::Made | Told::Changed | Told::Added { .. } => {}
        }
        inboxes.extend(reach::people(&from, &members)?);
        Ok(inboxes)
    }

    /// The activity; `None` when what it is about is gone meanwhile.
    fn activity(&self, tx: &Tx<'_>) -> Result<Option<Value>> {
        let (app, from): (&App, &dyn Read) = (tx.app(), &**tx);
        let row = COLLECTIONS.get(from, &self.collection)?;
        let number = tx.new_id::<kind::Activity>();
        let object = match (&self.told, &row) {
            (Told::Gone { .. }, _) => Some(self.uri(&app.config).into()),
            (Told::Taken { item, .. }, _) => {
                Some(documents::item_uri(&app.config, self.account, *item).into())
            }
            (Told::Made | Told::Changed, Some(row)) => {
                Some(documents::collection(app, from, self.collection, row)?)
            }
            (Told::Added { item }, Some(row)) => self.item(app, from, row, *item)?,
            (_, None) => None,
        };
        let (kind, target) = match self.told {
            Told::Made => ("Add", Some(documents::list_uri(&app.config, self.account))),
            Told::Changed => ("Update", None),
            Told::Gone { .. } => ("Remove", Some(documents::list_uri(&app.config, self.account))),
            Told::Added { .. } => ("Add", Some(self.uri(&app.config))),
            Told::Taken { .. } => ("Remove", Some(self.uri(&app.config))),
        };
        Ok(object.map(|object| {
            let mut activity = json!({
                "id": format!("{}#updates/{number}", self.uri(&app.config)),
                "type": kind,
                "actor": local_uri(&app.config, self.account),
                "to": [PUBLIC],
                "object": object,
            });
            if let (Value::Object(map), Some(target)) = (&mut activity, target) {
                map.insert("target".into(), target.into());
            }
            activity
        }))
    }

    fn item(
        &self,
        app: &App,
        from: &dyn Read,
        row: &Collection,
        item: CollectionItemId,
    ) -> Result<Option<Value>> {
        let key = (self.collection, item);
        match ITEMS.get(from, &key)? {
            Some(item) => documents::item(app, from, row.account, key, &item),
            None => Ok(None),
        }
    }

    /// The collection's id, also when it is gone.
    fn uri(&self, config: &Config) -> String {
        format!("{}/collections/{}", local_uri(config, self.account), self.collection)
    }
}
