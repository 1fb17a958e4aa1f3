//! Sending: an activity is stored once; each inbox that wants it gets one delivery in the lane of its host.

use std::collections::BTreeSet;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};
use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shop_storage::{Queue, Window, record};
use url::Url;

use super::table::{OUTGOING, Outgoing, RECIPIENTS};
use super::{failed, host_of, is_ours, is_unavailable, reached, synchronisation};
use crate::features::accounts::{keys, local_uri, table::Account};
use crate::features::domain_rules::book;
use crate::federation::sign::Form;
use crate::federation::vocab::{Document, is_public};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, ActivityId};
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::net::{FetchRequest, NetError, Purpose};

/// The type of everything we send.
const ACTIVITY_JSON: &str = "application/activity+json";
/// Tells the digest of followers (FEP-8fcf).
const SYNCHRONISATION: HeaderName = HeaderName::from_static("collection-synchronization");
/// The answer to a delivery is of no interest beyond its status.
const ANSWER_BYTES: usize = 16 * 1024;
/// One delivery, answer included, takes at most this long.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many servers are remembered by the form of signature that they take.
const FORMS: u64 = 4_096;
/// A delivery that could not be made for this long is dropped (behaviours §23: all tries in 2 to 3 days).
const GIVE_UP: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Stores `document`, signed by the local account `from` when it goes out, and one delivery for each distinct
/// inbox. Our own inboxes are left out; servers that have been unavailable for long get Follow only, and those that the
/// rules shut out only what ends follows.
///
/// # Errors
/// When the store fails.
pub fn send(
    tx: &mut Tx<'_>,
    from: AccountId,
    document: &Value,
    inboxes: impl IntoIterator<Item = String>,
) -> Result<()> {
    let distinct: BTreeSet<String> = inboxes.into_iter().collect();
    let (book, is_farewell) = (book(tx.app()), is_farewell(document));
    let is_follow = document.get("type").and_then(Value::as_str) == Some("Follow");
    let id: ActivityId = tx.new_id();
    let mut wanted = false;
    for inbox in distinct {
        let Some(host) = host_of(&inbox) else { continue };
        if is_ours(tx.app(), &inbox)
            || (!is_farewell && book.shuts_out(&host))
            || (!is_follow && is_unavailable(&**tx, &host)?)
        {
            continue;
        }
        RECIPIENTS.add(tx, &id, &inbox);
        let made_at = tx.now();
        tx.enqueue(&Deliver { activity: id, inbox, host, made_at })?;
        wanted = true;
    }
    if wanted {
        // What goes out must not be forgotten here: a job that makes it may not be answered before the sync.
        tx.must_sync();
        let made_at = tx.now();
        let for_followers = is_for_followers(tx.app(), from, document);
        OUTGOING.put(tx, &id, &Outgoing { from, body: document.to_string(), made_at, for_followers })?;
    }
    Ok(())
}

/// Whether an activity ends a follow: then even a server that is shut out hears of it, so that both sides agree.
fn is_farewell(document: &Value) -> bool {
    let kind = |value: &Value| value.get("type").and_then(Value::as_str).map(str::to_owned);
    match kind(document).as_deref() {
        Some("Reject") => true,
        Some("Undo") => document.get("object").and_then(kind).as_deref() == Some("Follow"),
        _ => false,
    }
}

/// What a delivery is for, as the rules see it. The activity is read only where it matters.
fn purpose(app: &App, outgoing: &Outgoing, host: &str) -> Purpose {
    let is_last = || serde_json::from_str(&outgoing.body).is_ok_and(|document| is_farewell(&document));
    if book(app).shuts_out(host) && is_last() { Purpose::Farewell } else { Purpose::Peer }
}

/// Whether an activity goes to the followers of its sender, and not to everybody.
fn is_for_followers(app: &App, from: AccountId, document: &Value) -> bool {
    let followers = format!("{}/followers", local_uri(&app.config, from));
    let Some(document) = Document::new(document.clone()) else { return false };
    let audience: Vec<&str> = ["to", "cc"].into_iter().flat_map(|key| document.ids_of(key)).collect();
    audience.contains(&followers.as_str()) && !audience.iter().any(|uri| is_public(uri))
}

/// Brings one activity to one inbox.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Deliver {
    activity: ActivityId,
    inbox: String,
    host: String,
    made_at: Millis,
}
record!(Deliver, 1);

impl Job for Deliver {
    const NAME: &'static str = "deliver";
    const QUEUE: &'static Queue = &jobs::DELIVERY;

    fn lane(&self) -> Option<String> {
        Some(self.host.clone())
    }

    async fn run(self, app: App) -> Outcome {
        let waiting = {
            let store = app.read()?;
            let waits = RECIPIENTS.contains(&store, &self.activity, &self.inbox)?;
            if waits { OUTGOING.get(&store, &self.activity)? } else { None }
        };
        let Some(outgoing) = waiting else { return Ok(()) };
        let digest = match outgoing.for_followers {
            true => synchronisation::header(&app, self.activity, outgoing.from, &self.inbox).await?,
            false => None,
        };
        match post(&app, &outgoing, &self.inbox, &self.host, digest.as_deref()).await? {
            Ok(()) => Ok(self.settle(&app, None).await?),
            Err(error) if error.is_final() => {
                tracing::debug!(%error, inbox = self.inbox, "a delivery was refused for good");
                let refused = Event::DeliveryRefused { inbox: self.inbox.clone(), why: error.to_string() };
                Ok(self.settle(&app, Some(refused)).await?)
            }
            Err(error) if app.now().since(self.made_at) > GIVE_UP => {
                let refused = Event::DeliveryRefused { inbox: self.inbox.clone(), why: error.to_string() };
                self.settle(&app, Some(refused)).await?;
                Err(Failure::Final(Error::unreachable(error)))
            }
            Err(error) => {
                let (host, why) = (self.host, error.to_string());
                app.write_relaxed(move |tx| failed(tx, &host, &why)).await?;
                Err(Failure::Later(Error::unreachable(error)))
            }
        }
    }
}

impl Deliver {
    /// Takes the inbox off the list, and the document away with the last one.
    async fn settle(self, app: &App, refused: Option<Event>) -> Result<()> {
        app.write_relaxed(move |tx| {
            RECIPIENTS.remove(tx, &self.activity, &self.inbox);
            if RECIPIENTS.page(&**tx, &self.activity, &Window::newest(1))?.is_empty() {
                OUTGOING.delete(tx, &self.activity)?;
            }
            match refused {
                Some(refused) => tx.tell(refused),
                None => reached(tx, &self.host)?,
            }
            Ok(())
        })
        .await
    }
}

/// Servers that take signatures only in the newer form; all others get the older one at once.
struct Forms(Cache<String, Form>);

impl Default for Forms {
    fn default() -> Self {
        Self(Cache::new(FORMS))
    }
}

/// One signed POST. A server that refuses one form of signature is shown the other, and the one that it takes is
/// remembered (behaviours §21). The outer error is ours, the inner one the peer's.
async fn post(
    app: &App,
    outgoing: &Outgoing,
    inbox: &str,
    host: &str,
    digest: Option<&str>,
) -> Result<Result<(), NetError>> {
    let Ok(url) = Url::parse(inbox) else {
        return Ok(Err(NetError::Refused("the inbox is no URL".into())));
    };
    let forms = app.part::<Forms>();
    let form = forms.0.get(host).unwrap_or_default();
    let purpose = purpose(app, outgoing, host);
    match knock(app, outgoing, url.clone(), (form, purpose), digest).await? {
        Err(refused @ NetError::Status(400 | 401)) => {
            let second = knock(app, outgoing, url, (form.other(), purpose), digest).await?;
            if second.is_ok() {
                forms.0.insert(host.to_owned(), form.other());
                return Ok(second);
            }
            Ok(Err(refused))
        }
        answer => Ok(answer),
    }
}

async fn knock(
    app: &App,
    outgoing: &Outgoing,
    url: Url,
    (form, purpose): (Form, Purpose),
    digest: Option<&str>,
) -> Result<Result<(), NetError>> {
    let Some(signer) = keys::signer_in(app, outgoing.from, form).await? else {
        return Ok(Err(NetError::Refused("the sender is gone".into())));
    };
    let mut request = FetchRequest::post(url, ACTIVITY_JSON, outgoing.body.clone()).signed_by(signer);
    request.purpose = purpose;
    if let Some(value) = digest.and_then(|digest| HeaderValue::from_str(digest).ok()) {
        request.headers.insert(SYNCHRONISATION, value);
    }
    request.max_bytes = ANSWER_BYTES;
    request.total_timeout = PATIENCE;
    Ok(app.net.fetch(request).await.map(|_| ()))
}

/// The inbox of one remote account, for what concerns nobody else; `None` for local accounts.
pub fn own_inbox(account: &Account) -> Option<String> {
    account.remote.as_ref().map(|remote| remote.inbox.clone())
}

/// The inbox through which a whole server is reached, else the account's own; `None` for local accounts.
pub fn shared_inbox(account: &Account) -> Option<String> {
    account.remote.as_ref().map(|remote| remote.shared_inbox.as_ref().unwrap_or(&remote.inbox).clone())
}
