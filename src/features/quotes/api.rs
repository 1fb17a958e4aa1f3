//! Quotes over HTTP: who quotes a status, and the quoted author's say in it; and the agreement as other servers read it.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Response};

use super::activity::authorization;
use super::page;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadStatuses, WriteStatuses};
use crate::features::peers::reader::Passer;
use crate::features::statuses::get_visible;
use crate::features::statuses::quote::{change_policy, revoke as take_back};
use crate::features::statuses::table::QuotePolicy;
use crate::features::statuses::view::{self, StatusView};
use crate::federation::negotiation::answer;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, StatusId, kind};

/// `GET /api/v1/statuses/:id/quotes`
pub async fn list(
    user: User<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    get_visible(&store, Some(user.id), id)?;
    let ids = page(&store, id, &cursor)?;
    let body = view::load(&app, &store, Some(user.id), &ids)?;
    Ok((link(&app.config, &uri, &ids, Next::WhenFull(cursor.limit), "since_id"), Json(body)).into_response())
}

/// `POST /api/v1/statuses/:id/quotes/:quoting_id/revoke`
pub async fn revoke(
    user: User<WriteStatuses>,
    State(app): State<App>,
    Path((id, quoting)): Path<(String, String)>,
) -> Result<Json<StatusView>> {
    let id: StatusId = id.parse().map_err(|_| Error::not_found())?;
    let quoting: StatusId = quoting.parse().map_err(|_| Error::not_found())?;
    app.write(move |tx| take_back(tx, user.id, id, quoting)).await?;
    Ok(Json(view::one(&app, &app.read()?, Some(user.id), quoting)?))
}

/// `PUT /api/v1/statuses/:id/interaction_policy`
pub async fn policy(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    params: Params,
) -> Result<Json<StatusView>> {
    let word = params.required("quote_approval_policy")?;
    let policy = QuotePolicy::parse(&word)
        .ok_or_else(|| Error::invalid("Quote approval policy is not included in the list"))?;
    app.write(move |tx| change_policy(tx, user.id, id, policy)).await?;
    Ok(Json(view::one(&app, &app.read()?, Some(user.id), id)?))
}

/// `GET /ap/users/:id/quote_authorizations/:quoting_id`
pub async fn agreement(
    State(app): State<App>,
    Path((account, quoting)): Path<(String, String)>,
    Passer(reader): Passer,
) -> Result<Response> {
    let account: AccountId = account.parse().map_err(|_| Error::not_found())?;
    let quoting: StatusId = quoting.parse().map_err(|_| Error::not_found())?;
    Ok(answer(&authorization(&app, account, quoting)?, reader.keep))
}
