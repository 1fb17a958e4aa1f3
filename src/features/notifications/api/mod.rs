//! Notifications over HTTP (behaviours §11): version 1 here, [`groups`] is version 2, [`requests`] what is kept back.

pub mod groups;
pub mod requests;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::table::NotificationKind;
use super::view::{self, NotificationView};
use super::{Wanted, clear as clear_some, dismiss as dismiss_one, get, page};
use crate::features::markers;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadNotifications, WriteNotifications};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, Id, kind};

/// An empty success is `{}` (behaviours §1).
#[derive(Debug, Serialize)]
pub struct Done {}

/// `GET /api/v1/notifications`
pub async fn list(
    user: User<ReadNotifications>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 40, 80)?;
    let store = app.read()?;
    let rows = page(&store, user.id, &wanted(&params)?, &cursor)?;
    let ids: Vec<_> = rows.iter().map(|(id, _)| *id).collect();
    let body = view::load(&app, &store, user.id, &rows, known(&params).as_deref())?;
    Ok((link(&app.config, &uri, &ids, Next::Always, "min_id"), Json(body)).into_response())
}

/// `GET /api/v1/notifications/:id`
pub async fn one(
    user: User<ReadNotifications>,
    State(app): State<App>,
    PathId(id): PathId<kind::Notification>,
    params: Params,
) -> Result<Json<NotificationView>> {
    let store = app.read()?;
    let row = get(&store, user.id, id)?;
    let shown = view::load(&app, &store, user.id, &[(id, row)], known(&params).as_deref())?;
    shown.into_iter().next().map(Json).ok_or_else(Error::not_found)
}

/// `POST /api/v1/notifications/clear`
pub async fn clear(user: User<WriteNotifications>, State(app): State<App>) -> Result<Json<Done>> {
    while app.write(move |tx| clear_some(tx, user.id)).await? {}
    Ok(Json(Done {}))
}

/// `POST /api/v1/notifications/:id/dismiss`
pub async fn dismiss(
    user: User<WriteNotifications>,
    State(app): State<App>,
    PathId(id): PathId<kind::Notification>,
) -> Result<Json<Done>> {
    app.write(move |tx| {
        get(&**tx, user.id, id)?;
        dismiss_one(tx, user.id, id)
    })
    .await?;
    Ok(Json(Done {}))
}

/// `GET /api/v1/notifications/unread_count`: how many are newer than the marker, up to `limit` (100/1000).
pub async fn unread_count(
    user: User<ReadNotifications>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Unread>> {
    let cursor = unread(&app, user.id, &params)?;
    let rows = page(&app.read()?, user.id, &wanted(&params)?, &cursor)?;
    Ok(Json(Unread { count: rows.len() }))
}

/// How many notifications wait.
#[derive(Debug, Serialize)]
pub struct Unread {
    count: usize,
}

/// Everything after the marker.
fn unread(app: &App, account: AccountId, params: &Params) -> Result<Cursor<kind::Notification>> {
    let read = markers::get(&app.read()?, account, "notifications")?;
    let mut cursor = Cursor::newest(params.limit(100, 1_000));
    cursor.since_id = read.map(|marker| Id::new(marker.last_read_id));
    Ok(cursor)
}

fn wanted(params: &Params) -> Result<Wanted> {
    let from = params.id("account_id")?;
    let filtered = params.flag("include_filtered").unwrap_or(false) || from.is_some();
    let mut wanted = Wanted {
        kinds: kinds(&params.list("types")),
        without: kinds(&params.list("exclude_types")),
        from,
        filtered,
    };
    // A client that asks only for kinds we do not have wants nothing, not everything.
    if wanted.kinds.is_empty() && !params.list("types").is_empty() {
        wanted.without = NotificationKind::ALL.to_vec();
    }
    Ok(wanted)
}

fn kinds(words: &[String]) -> Vec<NotificationKind> {
    let named = |kind: &NotificationKind| words.iter().any(|word| word == kind.word());
    NotificationKind::ALL.into_iter().filter(named).collect()
}

/// `supported_types[]`: the kinds that the client says to know, if it says so.
fn known(params: &Params) -> Option<Vec<String>> {
    params.has("supported_types").then(|| params.list("supported_types"))
}
