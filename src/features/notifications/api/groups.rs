//! Notifications over HTTP, version 2 of the API: drawn together.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::response::{IntoResponse, Response};

use super::{Done, Unread, kinds, known, unread, wanted};
use crate::features::accounts;
use crate::features::notifications::groups;
use crate::features::notifications::table::NotificationKind;
use crate::features::notifications::view::groups::{self as view, Expand, GroupsView, Shape};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadNotifications, WriteNotifications};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;

/// `GET /api/v2/notifications`
pub async fn list(
    user: User<ReadNotifications>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let expand = Expand::parse(params.text("expand_accounts").as_deref())?;
    let cursor = Cursor::read(&params, 40, 80)?;
    let known = known(&params);
    let store = app.read()?;
    let page = groups::page(&store, user.id, &wanted(&params)?, &grouped(&params), &cursor)?;
    let shape = Shape { expand, paged: true, known: known.as_deref() };
    let body = view::load(&app, &store, user.id, &page.groups, shape)?;
    Ok((link(&app.config, &uri, &page.ends, Next::Always, "min_id"), Json(body)).into_response())
}

/// `GET /api/v2/notifications/unread_count`: how many groups have something newer than the marker.
pub async fn unread_count(
    user: User<ReadNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Unread>> {
    let cursor = unread(&app, user.id, &params)?;
    let count = groups::count(&app.read()?, user.id, &wanted(&params)?, &grouped(&params), &cursor)?;
    Ok(Json(Unread { count }))
}

/// `GET /api/v2/notifications/:group_key`
pub async fn one(
    user: User<ReadNotifications>,
    State(app): State<App>,
    Path(key): Path<String>,
    params: Params,
) -> Result<Json<GroupsView>> {
    let known = known(&params);
    let store = app.read()?;
    let group = groups::get(&store, user.id, &key)?;
    let shape = Shape { expand: Expand::Full, paged: false, known: known.as_deref() };
    let shown = view::load(&app, &store, user.id, &[group], shape)?;
    if shown.is_empty() { Err(Error::not_found()) } else { Ok(Json(shown)) }
}

/// `POST /api/v2/notifications/:group_key/dismiss`
pub async fn dismiss(
    user: User<WriteNotifications>,
    State(app): State<App>,
    Path(key): Path<String>,
) -> Result<Json<Done>> {
    loop {
        let key = key.clone();
        if !app.write(move |tx| groups::dismiss(tx, user.id, &key)).await? {
            return Ok(Json(Done {}));
        }
    }
}

/// `GET /api/v2/notifications/:group_key/accounts`: who is in a group; the `Link` header has ids of notifications.
pub async fn accounts(
    user: User<ReadNotifications>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    Path(key): Path<String>,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor { min_id: None, ..Cursor::read(&params, 40, 80)? };
    let store = app.read()?;
    let rows = groups::members(&store, user.id, &key, &cursor)?;
    let (ids, people): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    let body = accounts::view::list(&app, &store, &people)?;
    let headers = link(&app.config, &uri, &ids, Next::WhenFull(cursor.limit), "since_id");
    Ok((headers, Json(body)).into_response())
}

/// `grouped_types[]`: the kinds that are drawn together; all that can be, unless told.
fn grouped(params: &Params) -> Vec<NotificationKind> {
    let words = params.list("grouped_types");
    let chosen = if words.is_empty() { NotificationKind::ALL.to_vec() } else { kinds(&words) };
    chosen.into_iter().filter(|kind| kind.is_grouped()).collect()
}
