//! Getting posts of other servers: fetched by their id, or delivered, and kept the same way.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Read, record};

use super::incoming::Note;
use super::table::{BY_URI, STATUSES};
use super::{id_of_local_uri, keep, render};
use crate::features::accounts::{self, keys};
use crate::features::peers;
use crate::features::polls::table::{POLLS, Poll};
use crate::federation::fetch::{self, FetchError};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::StatusId;
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::net::Signer;

/// How many posts upwards a thread is followed from one that came in.
pub(super) const THREAD_DEPTH: u8 = 40;
/// How long a person who posts waits for mentioned accounts to be found.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often fetching a parent is tried.
const TRIES: u32 = 4;

/// The status with this ActivityPub id or page address. Unknown ones are fetched; `None` when there is none that we
/// may see.
///
/// # Errors
/// 503 when its server cannot be reached; when the store fails.
pub async fn uri(app: &App, uri: &str) -> Result<Option<StatusId>> {
    if let Some(known) = known(app, &app.read()?, uri)? {
        return Ok(Some(known));
    }
    if peers::is_ours(app, uri) {
        return Ok(None);
    }
    let signer = keys::instance_signer(app).await?;
    match fetch::pasted(app, uri, &signer).await {
        Ok(document) => keep::document(app, &document, THREAD_DEPTH).await,
        Err(error) => nothing(error),
    }
}

/// Looks up the remote handles that a text mentions, so that they can be mentioned. Who cannot be found in time stays
/// plain text.
pub async fn mentioned(app: &App, text: &str) {
    let handles = render::remote_handles(&app.config, text);
    let lookups = handles.iter().map(|handle| accounts::resolve::handle(app, handle));
    if tokio::time::timeout(PATIENCE, futures_util::future::join_all(lookups)).await.is_err() {
        tracing::debug!("mentioned accounts were not found in time");
    }
}

/// The status with this ActivityPub id, if we have it.
///
/// # Errors
/// When the store fails.
pub fn known(app: &App, from: &dyn Read, uri: &str) -> Result<Option<StatusId>> {
    if let Some(id) = id_of_local_uri(&app.config, uri) {
        return Ok(STATUSES.get(from, &id)?.filter(|status| status.local).map(|_| id));
    }
    Ok(BY_URI.get(from, &uri.to_owned())?)
}

/// As [`uri`], for an id that another server named: no page is searched for a document.
async fn fetched(
    app: &App,
    uri: &str,
    signer: &Arc<dyn Signer>,
    depth: u8,
) -> Result<Option<StatusId>, Failure> {
    if let Some(known) = known(app, &app.read()?, uri)? {
        return Ok(Some(known));
    }
    if peers::is_ours(app, uri) {
        return Ok(None);
    }
    match fetch::document(app, uri, signer).await {
        Ok(document) => Ok(keep::document(app, &document, depth).await?),
        Err(error @ FetchError::Later(_)) => Err(Failure::Later(error.into())),
        Err(_) => Ok(None),
    }
}

/// The object of a boost or a pin: known, or fetched from its server.
///
/// # Errors
/// As [`uri`].
pub async fn object(app: &App, uri: &str) -> Result<Option<StatusId>> {
    let signer = keys::instance_signer(app).await?;
    match fetched(app, uri, &signer, THREAD_DEPTH).await {
        Ok(found) => Ok(found),
        Err(Failure::Later(error) | Failure::Final(error)) => Err(error),
        Err(Failure::At(_)) => Ok(None),
    }
}

fn nothing<T>(error: FetchError) -> Result<Option<T>> {
    match error {
        FetchError::Later(_) => Err(error.into()),
        error => {
            tracing::debug!(%error, "no status");
            Ok(None)
        }
    }
}

/// The quoted post with this id: known, or fetched from its server, its own quote being followed `depth` further.
///
/// # Errors
/// When its server cannot be reached now; when the store fails.
pub(super) async fn quoted(app: &App, uri: &str, depth: u8) -> Result<Option<StatusId>, Failure> {
    let signer = keys::instance_signer(app).await?;
    fetched(app, uri, &signer, depth).await
}

/// How old the counts of a remote poll may be when somebody asks for them (behaviours §7).
const COUNTS_AGE: Duration = Duration::from_secs(60);

/// Asks the origin of a remote poll for its counts when ours are old. A server that does not answer leaves the counts
/// as they are.
///
/// # Errors
/// When the store fails.
pub async fn poll(app: &App, id: StatusId) -> Result<()> {
    let uri = {
        let from = app.read()?;
        let now = app.now();
        let final_ = |poll: &Poll| {
            poll.expires_at.is_some_and(|end| poll.fetched_at.is_some_and(|fetched| fetched > end))
        };
        let old = |poll: &Poll| poll.fetched_at.is_none_or(|fetched| now.since(fetched) > COUNTS_AGE);
        let stale = POLLS.get(&from, &id)?.is_some_and(|poll| !poll.local && old(&poll) && !final_(&poll));
        if stale { STATUSES.get(&from, &id)?.and_then(|status| status.uri) } else { None }
    };
    let Some(uri) = uri else { return Ok(()) };
    let signer = keys::instance_signer(app).await?;
    match fetch::document(app, &uri, &signer).await {
        Ok(document) => match Note::read(document.view()) {
            Some(note) if note.uri == uri => keep::edited(app, note, id).await,
            _ => Ok(()),
        },
        Err(error) => {
            tracing::debug!(%error, uri, "the counts of a poll could not be fetched");
            app.write_relaxed(move |tx| {
                let now = tx.now();
                POLLS.edit(tx, &id, |poll| poll.fetched_at = Some(now))?;
                Ok(())
            })
            .await
        }
    }
}

/// The name under which the deletion of a post that we never had is remembered.
pub fn deleted(uri: &str) -> String {
    format!("deleted {uri}")
}

/// Fetches what a post answers, so that threads are whole upwards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchParent {
    uri: String,
    depth: u8,
}
record!(FetchParent, 1);

impl FetchParent {
    /// Fetches `uri`, and what that answers, `depth` posts upwards.
    pub(super) fn of(uri: &str, depth: u8) -> Self {
        Self { uri: uri.to_owned(), depth }
    }
}

impl Job for FetchParent {
    const NAME: &'static str = "fetch_parent";
    const QUEUE: &'static Queue = &jobs::NOW;
    const PRIORITY: u8 = 5;

    fn dedup(&self) -> Option<String> {
        Some(format!("fetch_parent:{}", self.uri))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let signer = keys::instance_signer(&app).await?;
        fetched(&app, &self.uri, &signer, self.depth).await.map(|_| ())
    }
}
