//! Applications and tokens over HTTP.

pub mod granted;

use axum::Json;
use axum::extract::State;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};

use super::auth::{AnyApp, User, find_token, token_text};
use super::refusal::{self, Code};
use super::table::{APPS, BY_HASH, TOKENS};
use super::view::{
    self, ApplicationView, IntrospectionView, MetadataView, TokenInfoView, TokenView, UserInfoView,
};
use super::{apps, codes, scopes, tokens};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::secret;

/// RFC 6749 §5.1: answers with tokens must not be kept by caches.
const NO_STORE: [(HeaderName, HeaderValue); 1] =
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];

/// `POST /api/v1/apps`
pub async fn register(State(app): State<App>, params: Params) -> Result<Json<ApplicationView>> {
    let new = apps::register(&app, &params).await?;
    Ok(Json(view::registered(&app.read()?, new)?))
}

/// `GET /api/v1/apps/verify_credentials`
pub async fn verify_credentials(State(app): State<App>, caller: AnyApp) -> Result<Json<ApplicationView>> {
    Ok(Json(view::application(&app.read()?, caller.app, caller.application)?))
}

/// `POST /oauth/token`
pub async fn token(
    State(app): State<App>,
    headers: HeaderMap,
    params: Params,
) -> Result<([(HeaderName, HeaderValue); 1], Json<TokenView>)> {
    let grant = params.text("grant_type").ok_or_else(|| refusal::error(Code::InvalidRequest))?;
    if !matches!(grant.as_str(), "authorization_code" | "client_credentials") {
        return Err(refusal::error(Code::UnsupportedGrantType));
    }
    let (client, application) = apps::authenticate(&app.read()?, &headers, &params)?;
    let issued = match grant.as_str() {
        "client_credentials" => codes::client_credentials(&app, client, &application, &params).await?,
        _ => codes::exchange(&app, client, &params).await?,
    };
    Ok((NO_STORE, Json(issued.into())))
}

/// `POST /oauth/revoke`
pub async fn revoke(State(app): State<App>, headers: HeaderMap, params: Params) -> Result<Json<Value>> {
    let text = params.text("token").ok_or_else(|| refusal::error(Code::InvalidRequest))?;
    let store = app.read()?;
    // RFC 7009 and behaviours §2: another application's token is its own answer, whatever is wrong with the client.
    let (client, _) = apps::authenticate(&store, &headers, &params).map_err(|error| {
        if error.status().is_server_error() { error } else { refusal::error(Code::UnauthorizedClient) }
    })?;
    let found = match BY_HASH.get(&store, &secret::hash(&text))? {
        Some(id) => TOKENS.get(&store, &id)?.map(|token| (id, token)),
        None => None,
    };
    if let Some((id, token)) = found {
        if token.app != client {
            return Err(refusal::error(Code::UnauthorizedClient));
        }
        app.write(move |tx| tokens::revoke(tx, id)).await?;
    }
    Ok(Json(json!({})))
}

/// `GET|POST /oauth/userinfo`
pub async fn user_info(State(app): State<App>, user: User<scopes::UserInfo>) -> Result<Json<UserInfoView>> {
    Ok(Json(view::user_info(&app, &app.read()?, user.id)?))
}

/// `POST /oauth/introspect` (RFC 7662): what a token of the same application is good for. Of others nothing is said but
/// that they are not.
pub async fn introspect(
    State(app): State<App>,
    caller: AnyApp,
    params: Params,
) -> Result<Json<IntrospectionView>> {
    let text = params.text("token").ok_or_else(|| refusal::error(Code::InvalidRequest))?;
    let store = app.read()?;
    let found = match BY_HASH.get(&store, &secret::hash(&text))? {
        Some(id) => TOKENS.get(&store, &id)?,
        None => None,
    };
    let live = found.filter(|token| token.app == caller.app && token.revoked_at.is_none());
    Ok(Json(view::introspection(live.as_ref(), &caller.application)))
}

/// `GET /oauth/token/info`: the token that asks.
pub async fn token_info(State(app): State<App>, parts: Parts) -> Result<Json<TokenInfoView>> {
    let text = token_text(&parts).ok_or_else(Error::invalid_token)?;
    let (_, token) = find_token(&app, &text)?.ok_or_else(Error::invalid_token)?;
    let application = APPS.get(&app.read()?, &token.app)?.ok_or_else(Error::invalid_token)?;
    Ok(Json(view::token_info(&token, &application)))
}

/// `GET /.well-known/oauth-authorization-server`
pub async fn metadata(State(app): State<App>) -> ([(HeaderName, &'static str); 1], Json<MetadataView>) {
    ([(header::CACHE_CONTROL, "max-age=900, public")], Json(view::metadata(&app.config)))
}
