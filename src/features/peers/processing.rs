//! Working off what was received: each accepted activity is a job in the lane of its sender, and goes to the
//! features that said they handle its type.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::{has_seen, proven, remember};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::domain_rules::{Standing, book};
use crate::federation::vocab::{self, Document, View, same_origin};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often an activity is tried (behaviours §19).
const TRIES: u32 = 8;
/// What suspended actors may still send (behaviours §19).
const FROM_SUSPENDED: [&str; 4] = ["Delete", "Reject", "Undo", "Update"];

/// An activity whose sender is proven.
#[derive(Debug)]
pub struct Incoming {
    /// The activity.
    pub activity: Document,
    /// Whose it is: who signed the request, or the activity itself.
    pub sender: AccountId,
    /// The sender's record.
    pub account: Account,
    /// The sender's ActivityPub id.
    pub actor: String,
    /// Another account that brought it; that it is the sender's shows a proof inside.
    pub brought_by: Option<Account>,
}

impl Incoming {
    /// The id of the activity; only one that its sender's server may give.
    pub fn id(&self) -> Option<&str> {
        self.activity.id().filter(|id| same_origin(id, &self.actor))
    }

    /// The id of the object, named or embedded.
    pub fn object_id(&self) -> Option<&str> {
        self.activity.id_of("object")
    }

    /// The embedded object.
    pub fn object(&self) -> Option<View<'_>> {
        self.activity.object()
    }

    /// Whether the target is the sender's collection of what its profile features: pinned posts, and tags too.
    pub fn is_featuring(&self) -> bool {
        let featured = self.account.remote.as_ref().and_then(|remote| remote.featured.as_deref());
        featured.is_some() && featured == self.activity.id_of("target")
    }

    /// Whether the embedded object says that it is the sender's own deed.
    pub fn is_own(&self, object: View<'_>) -> bool {
        object.id_of("actor").is_none_or(|actor| actor == self.actor)
    }
}

/// What a handler did with an activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// It was the feature's business and is done.
    Done,
    /// It is about something else; the next handler may know.
    NotMine,
}

/// A handler at work.
pub type Handling<'a> = BoxFuture<'a, Result<Handled>>;

/// What a feature does with activities of one type. The list of all stands in `features/mod.rs`.
#[derive(Clone, Copy)]
pub struct Handler {
    kind: &'static str,
    forwarded: bool,
    handle: for<'a> fn(&'a App, &'a Incoming) -> Handling<'a>,
}

impl Handler {
    /// Handles activities that their own actor has signed.
    pub const fn of(kind: &'static str, handle: for<'a> fn(&'a App, &'a Incoming) -> Handling<'a>) -> Self {
        Self { kind, forwarded: false, handle }
    }

    /// Handles activities that another account passed on: nothing in them is proven but who passed them on.
    pub const fn forwarded(
        kind: &'static str,
        handle: for<'a> fn(&'a App, &'a Incoming) -> Handling<'a>,
    ) -> Self {
        Self { kind, forwarded: true, handle }
    }
}

/// Counts activities of types that nobody handles.
#[derive(Debug, Default)]
pub struct Unknown(AtomicU64);

impl Unknown {
    /// How many there were since the start.
    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// An accepted activity that waits to be worked off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Receive {
    /// The activity, JSON.
    pub body: String,
    /// Who signed the request.
    pub sender: AccountId,
    /// The sender's host.
    pub host: String,
}
record!(Receive, 1);

impl Job for Receive {
    const NAME: &'static str = "receive";
    const QUEUE: &'static Queue = &jobs::INBOX;

    fn lane(&self) -> Option<String> {
        Some(self.host.clone())
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let activity =
            vocab::parse(self.body.as_bytes()).map_err(|error| Failure::Final(Error::internal(error)))?;
        let Some(incoming) = incoming(&app, activity, self.sender).await? else { return Ok(()) };
        match dispatch(&app, &incoming).await {
            Ok(()) => Ok(remember_brought(&app, &incoming).await?),
            Err(error) if is_passing(&error) => Err(Failure::Later(error)),
            Err(error) => {
                tracing::debug!(?error, activity = incoming.activity.id(), "an activity was refused");
                Ok(())
            }
        }
    }
}

/// The activity with whose it is; `None` when that account is gone or shut out, or the activity was here before.
async fn incoming(app: &App, activity: Document, signer: AccountId) -> Result<Option<Incoming>> {
    let Some((account, actor)) = living(app, signer)? else { return Ok(None) };
    if activity.id_of("actor") == Some(&actor) {
        return Ok(Some(Incoming { activity, sender: signer, account, actor, brought_by: None }));
    }
    let Some(author) = proven::author(app, &activity).await? else {
        return Ok(Some(Incoming { activity, sender: signer, account, actor, brought_by: None }));
    };
    let carrier = account;
    let Some((account, actor)) = living(app, author)? else { return Ok(None) };
    let incoming = Incoming { activity, sender: author, account, actor, brought_by: Some(carrier) };
    let seen = match incoming.id() {
        Some(id) => has_seen(&app.read()?, id)?,
        None => true,
    };
    Ok((!seen).then_some(incoming))
}

/// The account, unless it is gone or its server is shut out.
fn living(app: &App, id: AccountId) -> Result<Option<(Account, String)>> {
    let account = ACCOUNTS.get(&app.read()?, &id)?.filter(|account| !account.deleted);
    // The rule may have come after the activity.
    let account = account.filter(|account| !matches!(book(app).standing_of(account), Standing::Suspended(_)));
    Ok(account.and_then(|account| account.uri.clone().map(|uri| (account, uri))))
}

/// What was brought by others is remembered once it is done: it may come again, from its author or through anybody.
async fn remember_brought(app: &App, incoming: &Incoming) -> Result<()> {
    match incoming.id().filter(|_| incoming.brought_by.is_some()) {
        Some(id) => {
            let id = id.to_owned();
            app.write(move |tx| remember(tx, &id).map(drop)).await
        }
        None => Ok(()),
    }
}

async fn dispatch(app: &App, incoming: &Incoming) -> Result<()> {
    let forwarded = incoming.activity.id_of("actor") != Some(&incoming.actor);
    for kind in incoming.activity.types() {
        if incoming.account.suspended_at.is_some() && !FROM_SUSPENDED.contains(&kind) {
            continue;
        }
        for handler in handlers(kind, forwarded) {
            if (handler.handle)(app, incoming).await? == Handled::Done {
                return Ok(());
            }
        }
    }
    app.part::<Unknown>().0.fetch_add(1, Ordering::Relaxed);
    tracing::debug!(types = ?incoming.activity.types(), forwarded, "nobody handles an activity");
    Ok(())
}

fn handlers(kind: &str, forwarded: bool) -> Vec<Handler> {
    let all = crate::features::ACTIVITIES.iter().copied().flatten().copied();
    all.filter(|handler| handler.kind == kind && handler.forwarded == forwarded).collect()
}

/// Whether the same activity may go through another time: faults of ours and unreachable servers.
fn is_passing(error: &Error) -> bool {
    matches!(error.kind(), Kind::Internal | Kind::Unavailable | Kind::TooMany)
}
