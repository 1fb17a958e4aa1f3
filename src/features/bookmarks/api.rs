//! Bookmarks over HTTP.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};

use super::page;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::ReadBookmarks;
use crate::features::statuses::view;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;

/// `GET /api/v1/bookmarks`
pub async fn list(
    user: User<ReadBookmarks>,
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
