//! Sending: an activity is stored once; each inbox that wants it gets one delivery in the lane of its host.

use std::collections::BTreeSet;
use std::time::Duration;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shop_storage::{Queue, Window, record};
use url::Url;

use super::table::{OUTGOING, Outgoing, RECIPIENTS};
use super::{failed, host_of, is_ours, is_unavailable, reached};
use crate::features::accounts::{keys, table::Account};
use crate::federation::sign::Form;
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, ActivityId};
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::net::{FetchRequest, NetError};

/// The type of everything we send.
const ACTIVITY_JSON: &str = "application/activity+json";
/// The answer to a delivery is of no interest beyond its status.
const ANSWER_BYTES: usize = 16 * 1024;
/// One delivery, answer included, takes at most this long.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many servers are remembered by the form of signature that they take.
const FORMS: u64 = 4_096;
/// A delivery that could not be made for this long is dropped (behaviours §23: all tries in 2 to 3 days).
const GIVE_UP: Duration = Duration::from_secs(3 * 24 * 60 * 60);

/// Stores `document`, signed by the local account `from` when it goes out, and one delivery for each distinct
/// inbox. Our own inboxes are left out; servers that have been unavailable for long get Follow only.
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
    let is_follow = document.get("type").and_then(Value::as_str) == Some("Follow");
    let id: ActivityId = tx.new_id();
    let mut wanted = false;
    for inbox in distinct {
        let Some(host) = host_of(&inbox) else { continue };
        if is_ours(tx.app(), &inbox) || (!is_follow && is_unavailable(&**tx, &host)?) {
            continue;
        }
        RECIPIENTS.add(tx, &id, &inbox);
        let made_at = tx.now();
        tx.enqueue(&Deliver { activity: id, inbox, host, made_at })?;
        wanted = true;
    }
    if wanted {
        let made_at = tx.now();
        OUTGOING.put(tx, &id, &Outgoing { from, body: document.to_string(), made_at })?;
    }
    Ok(())
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
        match post(&app, &outgoing, &self.inbox, &self.host).await? {
            Ok(()) => Ok(self.settle(&app, true).await?),
            Err(error) if error.is_final() => {
                tracing::debug!(%error, inbox = self.inbox, "a delivery was refused for good");
                Ok(self.settle(&app, false).await?)
            }
            Err(error) if app.now().since(self.made_at) > GIVE_UP => {
                self.settle(&app, false).await?;
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
    async fn settle(self, app: &App, arrived: bool) -> Result<()> {
        app.write_relaxed(move |tx| {
            RECIPIENTS.remove(tx, &self.activity, &self.inbox);
            if RECIPIENTS.page(&**tx, &self.activity, &Window::newest(1))?.is_empty() {
                OUTGOING.delete(tx, &self.activity)?;
            }
            if arrived { reached(tx, &self.host) } else { Ok(()) }
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
async fn post(app: &App, outgoing: &Outgoing, inbox: &str, host: &str) -> Result<Result<(), NetError>> {
    let Ok(url) = Url::parse(inbox) else {
        return Ok(Err(NetError::Refused("the inbox is no URL".into())));
    };
    let forms = app.part::<Forms>();
    let form = forms.0.get(host).unwrap_or_default();
    match knock(app, outgoing, url.clone(), form).await? {
        Err(refused @ NetError::Status(400 | 401)) => {
            let second = knock(app, outgoing, url, form.other()).await?;
            if second.is_ok() {
                forms.0.insert(host.to_owned(), form.other());
                return Ok(second);
            }
            Ok(Err(refused))
        }
        answer => Ok(answer),
    }
}

async fn knock(app: &App, outgoing: &Outgoing, url: Url, form: Form) -> Result<Result<(), NetError>> {
    let Some(signer) = keys::signer_in(app, outgoing.from, form).await? else {
        return Ok(Err(NetError::Refused("the sender is gone".into())));
    };
    let mut request = FetchRequest::post(url, ACTIVITY_JSON, outgoing.body.clone()).signed_by(signer);
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
