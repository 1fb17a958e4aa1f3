//! Who is calling: requests of other servers and the keys that prove them (behaviours §21).

use axum::Json;
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::features::accounts::resolve::{RemoteKey, fetch_key, known_key};
use crate::features::domain_rules::book;
use crate::features::peers::host_of;
use crate::federation::sign::{
    Claim, ReplayKey, ReplayWindow, RequestParts, SignatureError, VerifyingKey, check_message, check_request,
    is_message_signature, parse_signature,
};
use crate::platform::app::App;
use crate::platform::error::{Kind, Result};
use crate::platform::ids::AccountId;
use crate::platform::text::idn::Acct;

/// How many signed requests are remembered against repetition.
const REMEMBERED: usize = 50_000;

/// Signed requests of the last hour or so.
struct Window(ReplayWindow);

impl Default for Window {
    fn default() -> Self {
        Self(ReplayWindow::new(REMEMBERED))
    }
}

/// A caller whose signature holds.
#[derive(Debug)]
pub struct Proven {
    /// Whose key signed.
    pub account: AccountId,
    /// That account's ActivityPub id.
    pub actor: String,
    /// The very same request was here before.
    pub is_repetition: bool,
    repetition: ReplayKey,
    claim: Claim,
}

impl Proven {
    /// Remembers the request, once what it brought is on disk.
    pub fn record(&self, app: &App) {
        let window = app.part::<Window>();
        window.0.record(self.repetition, self.claim.valid_until(), app.now().timestamp());
    }
}

/// Checks the signature of a request. A key that we do not have is fetched; a key that does not fit is fetched again,
/// once, because it may have been replaced. The inner error is the caller's.
///
/// # Errors
/// When the store fails.
pub async fn prove(app: &App, parts: &Parts, body: &[u8]) -> Result<Result<Proven, SignatureError>> {
    let (claim, repetition) = match claim(app, parts, body) {
        Ok(claim) => claim,
        Err(error) => return Ok(Err(error)),
    };
    let book = book(app);
    if key_host(&claim.key_id).is_some_and(|host| book.shuts_out(&host)) {
        return Ok(Err(SignatureError::Blocked));
    }
    let known = known_key(app, &claim.key_id)?;
    if known.as_ref().is_some_and(|key| book.shuts_out(&key.domain)) {
        return Ok(Err(SignatureError::Blocked));
    }
    if let Some(key) = &known
        && verify(&claim, key).is_ok()
    {
        return Ok(Ok(proven(app, key.clone(), claim, repetition)));
    }
    let fetched = match fetch_key(app, &claim.key_id).await {
        Ok(Some(key)) => key,
        Ok(None) => return Ok(Err(SignatureError::Verification(claim.key_id))),
        Err(error) if error.kind() == Kind::Unavailable && known.is_none() => {
            return Ok(Err(SignatureError::Key(claim.key_id)));
        }
        // The key we have does not fit and no other is to be had.
        Err(error) if error.kind() == Kind::Unavailable => {
            return Ok(Err(SignatureError::Verification(claim.key_id)));
        }
        Err(error) => return Err(error),
    };
    Ok(match verify(&claim, &fetched) {
        Ok(()) => Ok(proven(app, fetched, claim, repetition)),
        Err(error) => Err(error),
    })
}

/// The server that says to have signed a request; nothing is proven.
pub fn signing_host(app: &App, parts: &Parts, body: &[u8]) -> Option<String> {
    key_host(&claim(app, parts, body).ok()?.0.key_id)
}

/// The server that a key id names.
fn key_host(key_id: &str) -> Option<String> {
    match key_id.strip_prefix("acct:") {
        Some(handle) => Acct::parse(handle)?.domain,
        None => host_of(key_id),
    }
}

/// Everything about a request that needs no key.
fn claim(app: &App, parts: &Parts, body: &[u8]) -> Result<(Claim, ReplayKey), SignatureError> {
    let host = parts.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let request = RequestParts {
        method: &parts.method,
        path_and_query: parts.uri.path_and_query().map_or("/", |path| path.as_str()),
        host: host.or_else(|| parts.uri.authority().map(|authority| authority.as_str())),
        headers: &parts.headers,
    };
    let own = host_of(app.config.base_url()).unwrap_or_default();
    let ours = [own.as_str(), app.config.domain()];
    let now = app.now().timestamp();
    let claim = if is_message_signature(&parts.headers) {
        check_message(&request, body, &ours, app.config.base_url(), now)?
    } else {
        check_request(&parse_signature(&parts.headers)?, &request, body, &ours, now)?
    };
    let repetition = ReplayKey::of(&claim, body);
    Ok((claim, repetition))
}

fn verify(claim: &Claim, key: &RemoteKey) -> Result<(), SignatureError> {
    let key =
        VerifyingKey::from_pem(&key.pem).map_err(|_| SignatureError::Verification(claim.key_id.clone()))?;
    claim.verify(&key)
}

fn proven(app: &App, key: RemoteKey, claim: Claim, repetition: ReplayKey) -> Proven {
    let is_repetition = app.part::<Window>().0.contains(&repetition, app.now().timestamp());
    Proven { account: key.account, actor: key.actor, is_repetition, repetition, claim }
}

/// What the caller is told about a signature that does not hold.
pub fn refused(error: &SignatureError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::UNAUTHORIZED);
    tracing::debug!(%error, "a request is not proven");
    (status, Json(json!({ "error": error.to_string() }))).into_response()
}
