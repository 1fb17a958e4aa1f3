//! The inboxes: what is posted to them is checked, stored and answered; working it off comes later.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};

use super::caller::{self, Proven};
use crate::features::accounts::find_uri;
use crate::features::domain_rules::book;
use crate::features::peers::processing::Receive;
use crate::features::peers::synchronisation::{self, Claimed};
use crate::features::peers::{has_seen, host_of, is_ours, reached, remember};
use crate::features::relationships::synchronise::SynchroniseFollowers;
use crate::federation::sign::{SignatureError, is_covered};
use crate::federation::vocab::{self, Document, same_origin};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::AccountId;

/// Tells the digest of followers (FEP-8fcf).
const SYNCHRONISATION: &str = "collection-synchronization";
/// The largest body (behaviours §19).
const BODY_LIMIT: usize = 1024 * 1024;

/// POST to any inbox: 202 once the activity is on disk, or when it is none of our business.
///
/// # Errors
/// 400 for what is no activity or no readable signature, 401 for what is not proven, 403 from servers that the rules
/// shut out, before any signature is looked at, 413 for more than 1 MiB, 503 when the sender's key could not be fetched.
pub async fn post(State(app): State<App>, request: Request<Body>) -> Result<Response> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT)
        .await
        .map_err(|error| Error::new(Kind::TooLarge, "Payload Too Large").because(error))?;
    let activity = vocab::parse(&body)
        .map_err(|error| Error::bad_request("Error parsing the activity").because(error))?;
    if !activity.has_activity_context() || activity.types().is_empty() {
        return Err(Error::bad_request("Not an activity"));
    }
    let actor = activity.id_of("actor").ok_or_else(|| Error::bad_request("The activity has no actor"))?;
    if book(&app).shuts_out_url(actor) {
        return Ok(shut_out(&app, &parts, &body));
    }
    if is_of_no_interest(&app, &activity, actor)? {
        return Ok(StatusCode::ACCEPTED.into_response());
    }
    match accept(&app, &parts, &body, &activity).await? {
        Ok(()) => Ok(StatusCode::ACCEPTED.into_response()),
        Err(error) => Ok(caller::refused(&error)),
    }
}

/// The answer to what comes from a server that the rules shut out. Where another one passes it on, it is dropped without
/// a word against that one, which may well be a relay.
fn shut_out(app: &App, parts: &Parts, body: &[u8]) -> Response {
    match caller::signing_host(app, parts, body) {
        Some(host) if !book(app).shuts_out(&host) => StatusCode::ACCEPTED.into_response(),
        _ => caller::refused(&SignatureError::Blocked),
    }
}

/// What needs no signature to be let go: our own activities, those that we have, and news of accounts that we have
/// never heard of (behaviours §19).
fn is_of_no_interest(app: &App, activity: &Document, actor: &str) -> Result<bool> {
    let from = app.read()?;
    if is_ours(app, actor) {
        return Ok(true);
    }
    if let Some(id) = activity.id()
        && is_told_once(activity)
        && has_seen(&from, id)?
    {
        return Ok(true);
    }
    let about_actor = activity.id_of("object") == Some(actor);
    let news = activity.is_a("Delete") || activity.is_a("Update");
    Ok(news && about_actor && find_uri(app, &from, actor)?.is_none())
}

/// A Follow may come again under the same id, to ask for an answer that was lost.
fn is_told_once(activity: &Document) -> bool {
    !activity.is_a("Follow")
}

async fn accept(
    app: &App,
    parts: &Parts,
    body: &[u8],
    activity: &Document,
) -> Result<Result<(), SignatureError>> {
    let proven = match caller::prove(app, parts, body).await? {
        Ok(proven) => proven,
        Err(error) => return Ok(Err(error)),
    };
    if proven.is_repetition {
        return Ok(Ok(()));
    }
    store(app, parts, &proven, body, activity).await?;
    proven.record(app);
    Ok(Ok(()))
}

/// What the signed header of a delivery says of the sender's followers here.
fn claimed(app: &App, headers: &HeaderMap, sender: AccountId) -> Result<Option<Claimed>> {
    let mut values = headers.get_all(SYNCHRONISATION).iter();
    let (Some(value), None) = (values.next().and_then(|value| value.to_str().ok()), values.next()) else {
        return Ok(None);
    };
    if !is_covered(headers, SYNCHRONISATION) {
        return Ok(None);
    }
    synchronisation::claimed(app, &app.read()?, sender, value)
}

/// The activity and its id reach the disk in one transaction, before the answer.
async fn store(app: &App, parts: &Parts, proven: &Proven, body: &[u8], activity: &Document) -> Result<()> {
    let Some(host) = host_of(&proven.actor) else { return Ok(()) };
    let body = String::from_utf8(body.to_vec()).map_err(Error::internal)?;
    // Only the server that an id belongs to may use it up.
    let id = activity
        .id()
        .filter(|id| is_told_once(activity) && same_origin(id, &proven.actor))
        .map(str::to_owned);
    let sender = proven.account;
    let claimed = claimed(app, &parts.headers, sender)?;
    app.write(move |tx| {
        if let Some(id) = id
            && !remember(tx, &id)?
        {
            return Ok(());
        }
        reached(tx, &host)?;
        if let Some(Claimed { digest, url }) = claimed {
            let host = host.clone();
            tx.enqueue(&SynchroniseFollowers { account: sender, host, digest, url })?;
        }
        tx.enqueue(&Receive { body, sender, host })
    })
    .await
}
