//! The directory over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::{Sort, page};
use crate::features::accounts::view::{self, AccountView};
use crate::features::oauth::auth::Viewer;
use crate::features::oauth::scopes::AnyToken;
use crate::features::relationships::circle;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;

/// `GET /api/v1/directory`
///
/// # Errors
/// 400 for a negative offset or limit.
pub async fn list(
    viewer: Viewer<AnyToken>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Vec<Arc<AccountView>>>> {
    let sort = if params.text("order").as_deref() == Some("new") { Sort::New } else { Sort::Active };
    let wanted = (sort, params.flag("local").unwrap_or(false));
    let span = (params.offset()?, params.limit(40, 80));
    if params.integer("limit").is_some_and(|limit| limit < 0) {
        return Err(Error::bad_request("limit must not be negative"));
    }
    let viewer = viewer.id();
    let shown = tokio::task::spawn_blocking(move || {
        let circle = viewer.map(|viewer| circle(&app, viewer)).transpose()?;
        let store = app.read()?;
        let ids = page(&store, circle.as_deref(), wanted, span, app.now())?;
        view::list(&app, &store, &ids)
    });
    Ok(Json(shown.await??))
}
