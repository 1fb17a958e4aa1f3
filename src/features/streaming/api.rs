//! Streaming over HTTP: the WebSocket upgrade and the server-sent event paths.

use axum::extract::ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection};
use axum::extract::{FromRequestParts, Path, State};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::channel::{Asked, Channel};
use super::render::Looker;
use super::{sse, websocket};
use crate::features::oauth::auth::{find_token, person, token_text};
use crate::features::oauth::scopes::AnyToken;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::TokenId;

/// Messages from clients are small commands.
const LARGEST_MESSAGE: usize = 16 * 1024;
/// What a WebSocket reads at once. Each open one keeps so much memory, and most of them are silent.
const READ_BUFFER: usize = 1024;

/// The person behind a stream: a user token is always needed, from the header, the query or the sub-protocol.
pub struct Streamer {
    looker: Looker,
    token: TokenId,
    /// The sub-protocol to echo, when the token came there.
    protocol: Option<String>,
}

impl FromRequestParts<App> for Streamer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let protocol = parts
            .headers
            .get(header::SEC_WEBSOCKET_PROTOCOL)
            .and_then(|value| value.to_str().ok())
            .map(|text| text.trim().to_owned());
        let text = token_text(parts).or_else(|| protocol.clone()).ok_or_else(Error::invalid_token)?;
        let (id, token) = find_token(app, &text)?.ok_or_else(Error::invalid_token)?;
        let user = person::<AnyToken>(app, id, token)?;
        Ok(Self { looker: Looker { account: user.id, scopes: user.scopes }, token: id, protocol })
    }
}

/// `GET /api/v1/streaming`: the WebSocket; without an upgrade there is nothing here.
pub async fn socket(
    streamer: Result<Streamer>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
    State(app): State<App>,
    params: Params,
) -> Response {
    let Ok(upgrade) = upgrade else { return Error::not_found().into_response() };
    match open(streamer, upgrade, app, &params) {
        Ok(response) => response,
        Err(error) => refused(&error),
    }
}

fn open(
    streamer: Result<Streamer>,
    upgrade: WebSocketUpgrade,
    app: App,
    params: &Params,
) -> Result<Response> {
    let Streamer { looker, token, protocol } = streamer?;
    let first = match params.text("stream").filter(|name| !name.is_empty()) {
        None => None,
        Some(name) => Some(channel(&app, &name, params, &looker)?),
    };
    let upgrade = upgrade
        .max_message_size(LARGEST_MESSAGE)
        .max_frame_size(LARGEST_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0);
    let upgrade = match protocol {
        Some(protocol) => upgrade.protocols([protocol]),
        None => upgrade,
    };
    Ok(upgrade.on_upgrade(move |socket| websocket::serve(app, socket, looker, token, first)))
}

fn channel(app: &App, name: &str, params: &Params, looker: &Looker) -> Result<Channel> {
    let (tag, list) = (params.text("tag"), params.text("list"));
    let asked = Asked { name, tag: tag.as_deref(), list: list.as_deref() };
    Channel::open(app, asked, looker.account, &looker.scopes)
}

/// A refused upgrade: 401 or 400 with the reason in a header and no body (behaviours §15).
fn refused(error: &Error) -> Response {
    let status = if error.status() == StatusCode::BAD_REQUEST {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::UNAUTHORIZED
    };
    let words = HeaderValue::from_str(error.words()).unwrap_or(HeaderValue::from_static("refused"));
    (status, [(HeaderName::from_static("x-error-message"), words)]).into_response()
}

/// `GET /api/v1/streaming/health`
pub async fn health() -> &'static str {
    "OK"
}

/// `GET /api/v1/streaming/*`: server-sent events of one channel.
pub async fn events(
    streamer: Streamer,
    State(app): State<App>,
    Path(path): Path<String>,
    params: Params,
) -> Result<Response> {
    let media = params.flag("only_media").unwrap_or(false);
    let name = match (path.as_str(), media) {
        ("user" | "user/notification" | "direct" | "hashtag" | "hashtag/local" | "list", _) | (_, false) => {
            path.replace('/', ":")
        }
        (_, true) => format!("{}:media", path.replace('/', ":")),
    };
    let Streamer { looker, token, .. } = streamer;
    let channel = channel(&app, &name, &params, &looker)?;
    sse::serve(app, looker, token, channel)
}
