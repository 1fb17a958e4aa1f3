//! GET /api/v1/custom_emojis.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;

use super::view;
use crate::platform::app::App;
use crate::platform::error::Result;

/// Our own emoji that may be picked. Cached for five minutes (behaviours §1).
///
/// # Errors
/// When the store fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse> {
    let emojis = view::picker(&app, &app.read()?)?;
    Ok(([(CACHE_CONTROL, "max-age=300, public")], Json(emojis)))
}
