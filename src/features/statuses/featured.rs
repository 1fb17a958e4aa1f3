//! Pinned posts of remote accounts, as their own servers list them: read after each reading of the profile.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::incoming::Note;
use super::keep::received;
use super::marks::{MOST_PINS, pinned};
use super::resolve;
use super::table::{PINS, Pin, STATUSES};
use crate::features::accounts::keys;
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::peers::host_of;
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Document, View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often the collection is asked for.
const TRIES: u32 = 3;

/// Durable listener: after a profile was read, its pinned posts are.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::ProfileRead { account, .. } = *event else { return Ok(()) };
    let remote = ACCOUNTS.get(&**tx, &account)?.and_then(|row| row.remote);
    let Some(host) = remote.and_then(|remote| remote.featured).and_then(|url| host_of(&url)) else {
        return Ok(());
    };
    tx.enqueue(&ReadPins { account, host })
}

/// Reads the pinned posts of a remote account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadPins {
    account: AccountId,
    host: String,
}
record!(ReadPins, 1);

impl Job for ReadPins {
    const NAME: &'static str = "read_pins";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 5;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("read_pins:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let author = self.account;
        let row = ACCOUNTS.get(&app.read()?, &author)?.filter(|account| !account.deleted);
        let Some(Account { uri: Some(actor), remote: Some(remote), suspended_at: None, .. }) = row else {
            return Ok(());
        };
        let Some(featured) = remote.featured else { return Ok(()) };
        let Some(listed) = collection(&app, &featured).await? else { return Ok(()) };
        let mut pins = Vec::new();
        for (uri, note) in listed.into_iter().filter(|(uri, _)| same_origin(uri, &actor)).take(MOST_PINS) {
            match post(&app, &uri, note.filter(|note| note.author == actor), author).await {
                Ok(found) => pins.extend(found),
                Err(error) => tracing::debug!(?error, uri, "a pinned post could not be read"),
            }
        }
        Ok(app.write(move |tx| pin(tx, author, pins)).await?)
    }
}

/// An entry of the collection: its id, and the post where it stands there whole.
type Listed = (String, Option<Note>);

/// What the collection lists, or its first page; `None` when it cannot be read and will not be.
async fn collection(app: &App, url: &str) -> Result<Option<Vec<Listed>>, Failure> {
    let signer = keys::instance_signer(app).await?;
    let read = async |url: &str| match fetch::document(app, url, &signer).await {
        Ok(document) => Ok(Some(document)),
        Err(error @ FetchError::Later(_)) => Err(Failure::Later(error.into())),
        Err(error) => {
            tracing::debug!(%error, url, "pinned posts could not be read");
            Ok(None)
        }
    };
    let Some(document) = read(url).await? else { return Ok(None) };
    let listed = entries(document.view());
    if !listed.is_empty() {
        return Ok(Some(listed));
    }
    if let Some(first) = document.object_of("first") {
        return Ok(Some(entries(first)));
    }
    match document.link_of("first").filter(|first| same_origin(first, url)) {
        Some(first) => Ok(read(first).await?.as_ref().map(|page: &Document| entries(page.view()))),
        None => Ok(Some(listed)),
    }
}

fn entries(collection: View<'_>) -> Vec<Listed> {
    let mut whole: Vec<Note> = Vec::new();
    let mut ids: Vec<String> = Vec::new();
    for key in ["orderedItems", "items"] {
        whole.extend(collection.objects_of(key).into_iter().filter_map(Note::read));
        ids.extend(collection.ids_of(key).into_iter().map(str::to_owned));
    }
    ids.into_iter()
        .map(|id| {
            let note = whole.iter().position(|note| note.uri == id).map(|at| whole.swap_remove(at));
            (id, note)
        })
        .collect()
}

async fn post(app: &App, uri: &str, note: Option<Note>, author: AccountId) -> Result<Option<StatusId>> {
    if let Some(known) = resolve::known(app, &app.read()?, uri)? {
        return Ok(Some(known));
    }
    match note {
        Some(note) => received(app, note, author).await,
        None => resolve::object(app, uri).await,
    }
}

/// Pins these posts of `author`, the first of them newest, and none else.
fn pin(tx: &mut Tx<'_>, author: AccountId, mut pins: Vec<StatusId>) -> Result<()> {
    let rows = STATUSES.get_many(&**tx, &pins)?;
    let mut rows = rows.into_iter();
    pins.retain(|_| {
        let row = rows.next().flatten();
        row.is_some_and(|row| row.account == author && row.reblog_of.is_none() && row.visibility.is_open())
    });
    let before = pinned(&**tx, author)?;
    if before == pins {
        return Ok(());
    }
    for status in before {
        PINS.delete(tx, &(author, status))?;
    }
    for status in pins.into_iter().rev() {
        let id = tx.new_id();
        PINS.put(tx, &(author, status), &Pin { id })?;
    }
    Ok(())
}
