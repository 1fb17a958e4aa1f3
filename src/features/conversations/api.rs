//! Conversations over HTTP.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::view::{self, ConversationView};
use super::{get, hide, mark, page};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadStatuses, WriteConversations};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, ConversationEntryId, kind};

/// An empty success is `{}` (behaviours §1).
#[derive(Debug, Serialize)]
pub struct Done {}

/// `GET /api/v1/conversations`
pub async fn list(
    user: User<ReadStatuses>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let cursor = Cursor::read(&params, 20, 40)?;
    let store = app.read()?;
    let rows = page(&store, user.id, &cursor)?;
    let last: Vec<_> = rows.iter().map(|(_, row)| row.last).collect();
    let body = view::load(&app, &store, user.id, &rows)?;
    Ok((link(&app.config, &uri, &last, Next::Always, "min_id"), Json(body)).into_response())
}

/// `POST /api/v1/conversations/:id/read`
pub async fn read(
    user: User<WriteConversations>,
    State(app): State<App>,
    PathId(id): PathId<kind::ConversationEntry>,
) -> Result<Json<ConversationView>> {
    set(&app, user.id, id, false).await
}

/// `POST /api/v1/conversations/:id/unread`
pub async fn unread(
    user: User<WriteConversations>,
    State(app): State<App>,
    PathId(id): PathId<kind::ConversationEntry>,
) -> Result<Json<ConversationView>> {
    set(&app, user.id, id, true).await
}

async fn set(
    app: &App,
    account: AccountId,
    id: ConversationEntryId,
    unread: bool,
) -> Result<Json<ConversationView>> {
    app.write(move |tx| mark(tx, account, id, unread)).await?;
    let store = app.read()?;
    let row = get(&store, account, id)?;
    view::load(app, &store, account, &[(id, row)])?.pop().map(Json).ok_or_else(Error::not_found)
}

/// `DELETE /api/v1/conversations/:id`: hides it, deletes no post.
pub async fn delete(
    user: User<WriteConversations>,
    State(app): State<App>,
    PathId(id): PathId<kind::ConversationEntry>,
) -> Result<Json<Done>> {
    app.write(move |tx| hide(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}
