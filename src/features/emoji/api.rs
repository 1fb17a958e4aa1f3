//! Custom emoji over HTTP: the list for clients, and each of ours for other servers.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

use super::{get, tag, view};
use crate::features::peers::reader::Passer;
use crate::federation::documents::with_context;
use crate::federation::negotiation::answer;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};

/// Our own emoji that may be picked. Cached for five minutes (behaviours §1).
///
/// # Errors
/// When the store fails.
pub async fn list(State(app): State<App>) -> Result<impl IntoResponse> {
    let emojis = view::picker(&app, &app.read()?)?;
    Ok(([(CACHE_CONTROL, "max-age=300, public")], Json(emojis)))
}

/// `GET /emojis/:shortcode`: one of our emoji as other servers read it.
///
/// # Errors
/// 404 when there is none, or it is switched off.
pub async fn document(
    State(app): State<App>,
    Path(code): Path<String>,
    Passer(reader): Passer,
) -> Result<Response> {
    let emoji = get(&app.read()?, None, &code)?.ok_or_else(Error::not_found)?;
    Ok(answer(&with_context(tag::tag(&app.config, &code, &emoji)), reader.keep))
}
