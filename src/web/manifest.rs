//! `/manifest`: what a device needs to keep the web app among its programs, under the community's own name.

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::words::frame::ManifestWords;
use crate::features::instance;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::accept_language;
use crate::platform::text::tongue::Tongue;

/// Background and bar of the app while it starts; `--bg` of `web-ui/src/styles/tokens.css` by day.
const GROUND: &str = "#fbfaf7";

/// GET /manifest (W3C Web Application Manifest), with the share target that leads to the composer.
///
/// # Errors
/// When the store cannot be read.
pub async fn show(State(app): State<App>, asked: HeaderMap) -> Result<Response> {
    let tongue = Tongue::first(accept_language::languages(&asked));
    let words = ManifestWords::of(tongue);
    let title = instance::get(&app.read()?)?.title;
    let places =
        [(words.write, "/publish"), (words.notifications, "/notifications"), (words.search, "/search")];
    let body = json!({
        "id": "/home",
        "lang": tongue.code(),
        "dir": tongue.direction(),
        "name": title,
        "short_name": title,
        "start_url": "/home",
        "scope": "/",
        "display": "standalone",
        "background_color": GROUND,
        "theme_color": GROUND,
        "categories": ["social"],
        "icons": [{ "src": "/assets/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any" }],
        "share_target": {
            "action": "share",
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": { "title": "title", "text": "text", "url": "url" },
        },
        "shortcuts": places.map(|(name, url)| json!({ "name": name.to_string(), "url": url })),
    });
    let headers = [
        (header::CONTENT_TYPE, "application/manifest+json"),
        (header::CACHE_CONTROL, "public, max-age=600"),
        (header::VARY, "Accept-Language"),
    ];
    Ok((headers, body.to_string()).into_response())
}
