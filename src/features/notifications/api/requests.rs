//! What is kept back, over HTTP: the policy in both versions, and requests.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Done;
use crate::features::notifications::table::{Policy, Treatment};
use crate::features::notifications::view::requests::{
    self as view, FirstPolicyView, PolicyView, RequestView,
};
use crate::features::notifications::{policy, requests};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadNotifications, WriteNotifications};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, NotificationRequestId, kind};

/// `GET /api/v2/notifications/policy`
pub async fn policy(user: User<ReadNotifications>, State(app): State<App>) -> Result<Json<PolicyView>> {
    Ok(Json(PolicyView::of(&app.read()?, user.id)?))
}

/// `GET /api/v1/notifications/policy`
pub async fn first_policy(
    user: User<ReadNotifications>,
    State(app): State<App>,
) -> Result<Json<FirstPolicyView>> {
    Ok(Json(FirstPolicyView::of(&app.read()?, user.id)?))
}

/// `PUT /api/v2/notifications/policy`
pub async fn change_policy(
    user: User<WriteNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<PolicyView>> {
    app.write(move |tx| policy::change(tx, user.id, |before| changed(before, &params))).await?;
    Ok(Json(PolicyView::of(&app.read()?, user.id)?))
}

/// `PUT /api/v1/notifications/policy`: true keeps back, false lets through.
pub async fn change_first_policy(
    user: User<WriteNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<FirstPolicyView>> {
    app.write(move |tx| policy::change(tx, user.id, |before| Ok(changed_first(before, &params)))).await?;
    Ok(Json(FirstPolicyView::of(&app.read()?, user.id)?))
}

fn changed_first(before: Policy, params: &Params) -> Policy {
    let treatment = |name: &str, before: Treatment| match params.flag(name) {
        None => before,
        Some(true) => Treatment::Filter,
        Some(false) => Treatment::Accept,
    };
    Policy {
        not_following: treatment("filter_not_following", before.not_following),
        not_followers: treatment("filter_not_followers", before.not_followers),
        new_accounts: treatment("filter_new_accounts", before.new_accounts),
        private_mentions: treatment("filter_private_mentions", before.private_mentions),
        bots: treatment("filter_bots", before.bots),
        ..before
    }
}

fn changed(before: Policy, params: &Params) -> Result<Policy> {
    let treatment = |name: &str, before: Treatment| match params.text(name).filter(|word| !word.is_empty()) {
        None => Ok(before),
        Some(word) => Treatment::parse(&word).ok_or_else(|| {
            let name = name.replace('_', " ").replacen("for", "For", 1);
            Error::invalid(format!("{name} is not included in the list"))
        }),
    };
    Ok(Policy {
        not_following: treatment("for_not_following", before.not_following)?,
        not_followers: treatment("for_not_followers", before.not_followers)?,
        new_accounts: treatment("for_new_accounts", before.new_accounts)?,
        private_mentions: treatment("for_private_mentions", before.private_mentions)?,
        limited_accounts: treatment("for_limited_accounts", before.limited_accounts)?,
        bots: treatment("for_bots", before.bots)?,
    })
}

/// `GET /api/v1/notifications/requests`
pub async fn list(
    user: User<ReadNotifications>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 40, 80)?;
    let store = app.read()?;
    let rows = requests::page(&store, user.id, &cursor)?;
    let ids: Vec<_> = rows.iter().map(|(id, _)| *id).collect();
    let body = view::load(&app, &store, user.id, &rows)?;
    let headers = link(&app.config, &uri, &ids, Next::WhenFull(cursor.limit), "min_id");
    Ok((headers, Json(body)).into_response())
}

/// `GET /api/v1/notifications/requests/:id`
pub async fn one(
    user: User<ReadNotifications>,
    State(app): State<App>,
    PathId(id): PathId<kind::NotificationRequest>,
) -> Result<Json<RequestView>> {
    let store = app.read()?;
    let row = requests::get(&store, user.id, id)?;
    let shown = view::load(&app, &store, user.id, &[(id, row)])?;
    shown.into_iter().next().map(Json).ok_or_else(Error::not_found)
}

/// `POST /api/v1/notifications/requests/:id/accept`
pub async fn accept(
    user: User<WriteNotifications>,
    State(app): State<App>,
    PathId(id): PathId<kind::NotificationRequest>,
) -> Result<Json<Done>> {
    app.write(move |tx| requests::accept(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}

/// `POST /api/v1/notifications/requests/:id/dismiss`
pub async fn dismiss(
    user: User<WriteNotifications>,
    State(app): State<App>,
    PathId(id): PathId<kind::NotificationRequest>,
) -> Result<Json<Done>> {
    app.write(move |tx| requests::dismiss(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}

/// `POST /api/v1/notifications/requests/accept`
pub async fn accept_many(
    user: User<WriteNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Done>> {
    decide(&app, user.id, &params, requests::accept).await
}

/// `POST /api/v1/notifications/requests/dismiss`
pub async fn dismiss_many(
    user: User<WriteNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Done>> {
    decide(&app, user.id, &params, requests::dismiss).await
}

/// Decides all the requests that are named; those that are not there are left out.
async fn decide(
    app: &App,
    account: AccountId,
    params: &Params,
    decide: fn(&mut Tx<'_>, AccountId, NotificationRequestId) -> Result<()>,
) -> Result<Json<Done>> {
    let words = params.list("id");
    if words.is_empty() {
        return Err(Error::bad_request("param is missing or the value is empty or invalid: id"));
    }
    let mut ids: Vec<NotificationRequestId> = words.iter().filter_map(|word| word.parse().ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    app.write(move |tx| {
        for id in ids {
            if requests::get(&**tx, account, id).is_ok() {
                decide(tx, account, id)?;
            }
        }
        Ok(())
    })
    .await?;
    Ok(Json(Done {}))
}

/// Whether all that was accepted stands among the others.
#[derive(Debug, Serialize)]
pub struct Merged {
    merged: bool,
}

/// `GET /api/v1/notifications/requests/merged`
pub async fn merged(user: User<ReadNotifications>, State(app): State<App>) -> Result<Json<Merged>> {
    Ok(Json(Merged { merged: requests::merged(&app.read()?, user.id)? }))
}
