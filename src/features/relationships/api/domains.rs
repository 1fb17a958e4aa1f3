//! The client API of servers that somebody blocks.

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::HeaderMap;
use serde::Serialize;
use serde_json::{Value, json};

use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadBlocks, WriteBlocks};
use crate::features::relationships::domains;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;

/// `GET /api/v1/domain_blocks`
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn list(
    user: User<ReadBlocks>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<(HeaderMap, Json<Vec<String>>)> {
    let cursor = Cursor { min_id: None, ..Cursor::read(&params, 100, 200)? };
    let rows = domains::page(&app.read()?, user.id, &cursor)?;
    let (rows, names): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
    Ok((link(&app.config, &uri, &rows, Next::WhenFull(cursor.limit), "since_id"), Json(names)))
}

/// `POST /api/v1/domain_blocks`
///
/// # Errors
/// 400 without a domain; 422 for what is none and beyond the limit.
pub async fn block(user: User<WriteBlocks>, State(app): State<App>, params: Params) -> Result<Json<Value>> {
    let domain = domains::named(&app.config, &params.required("domain")?)?;
    app.write(move |tx| domains::block(tx, user.id, &domain)).await?;
    Ok(Json(json!({})))
}

/// `DELETE /api/v1/domain_blocks`
///
/// # Errors
/// 400 without a domain; 422 for what is none.
pub async fn unblock(user: User<WriteBlocks>, State(app): State<App>, params: Params) -> Result<Json<Value>> {
    let domain = domains::named(&app.config, &params.required("domain")?)?;
    app.write(move |tx| domains::unblock(tx, user.id, &domain)).await?;
    Ok(Json(json!({})))
}

/// What a block would cut (entities: Domain block preview).
#[derive(Debug, Serialize)]
pub struct PreviewView {
    following_count: usize,
    followers_count: usize,
}

/// `GET /api/v1/domain_blocks/preview`
///
/// # Errors
/// 400 without a domain; 422 for what is none.
pub async fn preview(
    user: User<WriteBlocks>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<PreviewView>> {
    let domain = domains::named(&app.config, &params.required("domain")?)?;
    let ties = tokio::task::spawn_blocking(move || domains::ties(&app.read()?, user.id, &domain)).await??;
    Ok(Json(PreviewView { following_count: ties.following.len(), followers_count: ties.followers.len() }))
}
