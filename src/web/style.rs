//! `/custom.css`: the operator's own style sheet (`pages.stylesheet`), which every page loads after its own.

use std::sync::{Arc, OnceLock};

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::assets::hex;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::secret;

/// The longest style sheet, in bytes.
const LONGEST: u64 = 1024 * 1024;
/// How long browsers keep it: pages name it by its bytes (reference: cached for a month).
const A_MONTH: &str = "public, max-age=2592000";
/// How much of the hash of its bytes stands in its address.
const NAME: usize = 16;

/// The style sheet as it was read at the start; empty where there is none.
#[derive(Debug, Default)]
struct Style {
    text: String,
    name: Option<String>,
}

#[derive(Default)]
struct Kept(OnceLock<Arc<Style>>);

fn read(app: &App) -> Result<Style> {
    let Some(place) = &app.config.pages.stylesheet else { return Ok(Style::default()) };
    let refuse = |why: String| Error::internal(format!("pages.stylesheet {}: {why}", place.display()));
    let size = std::fs::metadata(place).map_err(|error| refuse(error.to_string()))?.len();
    if size > LONGEST {
        return Err(refuse(format!("has more than {LONGEST} bytes")));
    }
    let text = std::fs::read_to_string(place).map_err(|error| refuse(error.to_string()))?;
    let name = hex(&secret::hash(&text)).chars().take(NAME).collect();
    Ok(Style { text, name: Some(name) })
}

/// Reads the style sheet, once.
///
/// # Errors
/// When it is set and cannot be read.
pub fn open(app: &App) -> Result<()> {
    let style = Arc::new(read(app)?);
    app.part::<Kept>().0.get_or_init(|| style);
    Ok(())
}

fn style(app: &App) -> Arc<Style> {
    app.part::<Kept>().0.get_or_init(Arc::default).clone()
}

/// Where pages load it from; `None` where there is none.
pub fn address(app: &App) -> Option<String> {
    style(app).name.as_ref().map(|name| format!("/css/{name}"))
}

/// `GET /custom.css` and `GET /css/:id`: the style sheet as it is now, whatever the id says.
pub async fn show(State(app): State<App>) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, A_MONTH)];
    (headers, style(&app).text.clone()).into_response()
}
