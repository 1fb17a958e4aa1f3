//! Push subscriptions over HTTP: one for each access token.

use axum::Json;
use axum::extract::{Path, State};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde::Serialize;

use super::table::PushPolicy;
use super::view::{SubscriptionView, view};
use super::{Choice, Target, choose, get, redeem, subscribe, unsubscribe};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::Push;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::TokenId;

/// The kinds of notifications that a client may name (entities: WebPushSubscription).
const ALERTS: [&str; 17] = [
    "mention",
    "status",
    "reblog",
    "follow",
    "follow_request",
    "favourite",
    "poll",
    "update",
    "admin.sign_up",
    "admin.report",
    "quote",
    "quoted_update",
    "severed_relationships",
    "moderation_warning",
    "annual_report",
    "added_to_collection",
    "collection_update",
];

/// An empty success is `{}` (behaviours §1).
#[derive(Debug, Serialize)]
pub struct Done {}

/// `POST /api/v1/push/subscription`
pub async fn create(
    user: User<Push>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<SubscriptionView>> {
    let target = target(&params)?;
    target.check(app.config.federation.allow_insecure)?;
    let choice = choice(&params)?;
    app.write(move |tx| subscribe(tx, user.token, user.id, target, choice)).await?;
    shown(&app, user.token)
}

/// `GET /api/v1/push/subscription`
pub async fn show(user: User<Push>, State(app): State<App>) -> Result<Json<SubscriptionView>> {
    shown(&app, user.token)
}

/// `PUT /api/v1/push/subscription`: replaces what wakes the client, wholly.
pub async fn update(
    user: User<Push>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<SubscriptionView>> {
    let choice = choice(&params)?;
    app.write(move |tx| choose(tx, user.token, choice)).await?;
    shown(&app, user.token)
}

/// `DELETE /api/v1/push/subscription`
pub async fn delete(user: User<Push>, State(app): State<App>) -> Result<Json<Done>> {
    app.write(move |tx| unsubscribe(tx, user.token)).await?;
    Ok(Json(Done {}))
}

/// `DELETE /api/web/push_subscriptions/:token`: what the `Unsubscribe-URL` of a message leads to. Says the same
/// whether there was anything to end.
pub async fn leave(State(app): State<App>, Path(ticket): Path<String>) -> Result<()> {
    app.write(move |tx| redeem(tx, &ticket)).await
}

fn shown(app: &App, token: TokenId) -> Result<Json<SubscriptionView>> {
    let store = app.read()?;
    Ok(Json(view(&store, &get(&store, token)?)?))
}

fn target(params: &Params) -> Result<Target> {
    let subscription = params.group("subscription").ok_or_else(|| {
        Error::bad_request("param is missing or the value is empty or invalid: subscription")
    })?;
    let keys = subscription.group("keys").unwrap_or_default();
    let given = |group: &Params, name: &str, what: &str| {
        let text = group.text(name).filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| Error::invalid(format!("{what} can't be blank")))
    };
    let bad = || Error::invalid("Key p256dh or auth is invalid");
    Ok(Target {
        endpoint: given(&subscription, "endpoint", "Endpoint")?,
        key: bytes(&given(&keys, "p256dh", "Key p256dh")?).ok_or_else(bad)?,
        auth: bytes(&given(&keys, "auth", "Key auth")?).ok_or_else(bad)?,
        standard: subscription.flag("standard").unwrap_or(false),
    })
}

/// Base64url; some clients send plain base64, and some of both kinds end it with padding.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.trim().trim_end_matches('=');
    URL_SAFE_NO_PAD.decode(text).or_else(|_| STANDARD_NO_PAD.decode(text)).ok()
}

fn choice(params: &Params) -> Result<Choice> {
    let data = params.group("data").unwrap_or_default();
    let policy = match data.text("policy").filter(|word| !word.is_empty()) {
        None => PushPolicy::All,
        Some(word) => {
            PushPolicy::parse(&word).ok_or_else(|| Error::invalid("Policy is not included in the list"))?
        }
    };
    let alerts = data.group("alerts").unwrap_or_default();
    let named = ALERTS.into_iter().filter_map(|kind| Some((kind.to_owned(), alerts.flag(kind)?)));
    Ok(Choice { alerts: named.collect(), policy })
}
