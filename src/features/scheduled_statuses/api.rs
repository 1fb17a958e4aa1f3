//! Scheduled statuses over HTTP. They are made by `POST /api/v1/statuses` with a time.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::view::{self, ScheduledView};
use super::{get, page, put_off};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadStatuses, WriteStatuses};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, ScheduledId, kind};

/// `GET /api/v1/scheduled_statuses`
pub async fn list(
    user: User<ReadStatuses>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    let rows = page(&store, user.id, &cursor)?;
    let ids: Vec<ScheduledId> = rows.iter().map(|(id, _)| *id).collect();
    let body = view::load(&app, &store, &rows)?;
    Ok((link(&app.config, &uri, &ids, Next::WhenFull(cursor.limit), "min_id"), Json(body)).into_response())
}

/// `GET /api/v1/scheduled_statuses/:id`
pub async fn one(
    user: User<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Scheduled>,
) -> Result<Json<ScheduledView>> {
    shown(&app, user.id, id)
}

/// `PUT /api/v1/scheduled_statuses/:id`: another time.
pub async fn put(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Scheduled>,
    params: Params,
) -> Result<Json<ScheduledView>> {
    let at = params.required("scheduled_at")?;
    let at = Millis::parse(&at).ok_or_else(|| Error::unprocessable("Invalid date supplied"))?;
    app.write(move |tx| put_off(tx, user.id, id, at)).await?;
    shown(&app, user.id, id)
}

/// `DELETE /api/v1/scheduled_statuses/:id`
pub async fn cancel(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Scheduled>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::cancel(tx, user.id, id)).await?;
    Ok(Json(json!({})))
}

fn shown(app: &App, author: AccountId, id: ScheduledId) -> Result<Json<ScheduledView>> {
    let store = app.read()?;
    let row = get(&store, author, id)?;
    view::load(app, &store, &[(id, row)])?.pop().map(Json).ok_or_else(Error::not_found)
}
