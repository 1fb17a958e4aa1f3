//! GET /api/v1/tags/:name

use axum::Json;
use axum::extract::{Path, State};

use super::table::TAGS;
use super::view::{self, TagView};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::text::hashtag::normalise;

/// Longest name that is looked at, in bytes.
const LONGEST: usize = 500;

/// A tag; one that nobody has used is shown too.
///
/// # Errors
/// 404 for what cannot be a tag.
pub async fn show(State(app): State<App>, Path(name): Path<String>) -> Result<Json<TagView>> {
    let normal = normalise(name.get(..LONGEST).unwrap_or(&name));
    if normal.is_empty() || normal.chars().all(|c| c.is_ascii_digit()) || name.len() > LONGEST {
        return Err(Error::not_found());
    }
    let store = app.read()?;
    let known = TAGS.get(&store, &normal)?;
    Ok(Json(view::view(&app, &store, &normal, known.as_ref())?))
}
