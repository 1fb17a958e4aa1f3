//! `GET /api/v1_alpha/async_refreshes/:id`.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::{Value, json};

use super::get;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::Read;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};

/// How a refresh stands (entities: AsyncRefresh).
///
/// # Errors
/// 404 for one that is not known, or not any more.
pub async fn show(_: User<Read>, State(app): State<App>, Path(id): Path<String>) -> Result<Json<Value>> {
    let refresh = get(&app, &id).ok_or_else(Error::not_found)?;
    let status = if refresh.ended_at.is_some() { "finished" } else { "running" };
    let body = json!({ "id": id, "status": status, "result_count": refresh.results });
    Ok(Json(json!({ "async_refresh": body })))
}
