//! Favourites over HTTP.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};

use super::{by, page};
use crate::features::accounts;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadAccounts, ReadFavourites};
use crate::features::statuses::{get_visible, view};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::kind;

/// `GET /api/v1/favourites`
pub async fn list(
    user: User<ReadFavourites>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    let (rows, ids): (Vec<_>, Vec<_>) = page(&store, user.id, &cursor)?.into_iter().unzip();
    let body = view::load(&app, &store, Some(user.id), &ids)?;
    Ok((link(&app.config, &uri, &rows, Next::WhenFull(cursor.limit), "min_id"), Json(body)).into_response())
}

/// `GET /api/v1/statuses/:id/favourited_by`
pub async fn of_status(
    viewer: Viewer<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 40, 80)?;
    let store = app.read()?;
    get_visible(&store, viewer.id(), id)?;
    let (rows, ids): (Vec<_>, Vec<_>) = by(&store, id, &cursor)?.into_iter().unzip();
    let body = accounts::view::present(&app, &store, &ids)?;
    Ok((link(&app.config, &uri, &rows, Next::WhenFull(cursor.limit), "since_id"), Json(body)).into_response())
}
