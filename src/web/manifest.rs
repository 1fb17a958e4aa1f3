//! `/manifest`: what a device needs to keep the web app among its programs, under the community's own name.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::features::instance;
use crate::platform::app::App;
use crate::platform::error::Result;

/// Background and bar of the app while it starts; `--bg` of `web-ui/src/styles/tokens.css` by day.
const GROUND: &str = "#fbfaf7";

/// GET /manifest (W3C Web Application Manifest), with the share target that leads to the composer.
///
/// # Errors
/// When the store cannot be read.
pub async fn show(State(app): State<App>) -> Result<Response> {
    let title = instance::get(&app.read()?)?.title;
    let places = [("New post", "/publish"), ("Notifications", "/notifications"), ("Search", "/search")];
    let body = json!({
        "id": "/home",
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
        "shortcuts": places.map(|(name, url)| json!({ "name": name, "url": url })),
    });
    let kind =
        [(header::CONTENT_TYPE, "application/manifest+json"), (header::CACHE_CONTROL, "public, max-age=600")];
    Ok((kind, body.to_string()).into_response())
}
