//! Files out of our blob store: never run by a browser, kept by it for ever, in ranges where it asks.

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::features::media::table::MEDIA;
use crate::features::media::{self, view};
use crate::features::oauth::auth::Viewer;
use crate::features::oauth::scopes::AnyToken;
use crate::features::{accounts, statuses};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::files::mime_of;
use crate::platform::http::range;
use crate::platform::ids::{AccountId, MediaId};

/// The folders of the blob store that everybody may read from.
const OPEN: [&str; 3] = ["attachments/", "accounts/", "emojis/"];
/// The bytes under one path never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// GET /media/{*path}
///
/// # Errors
/// 404 for what is not there, not open, of a type that we do not serve, or of an account that is suspended or gone.
pub async fn file(State(app): State<App>, Path(path): Path<String>, request: Request) -> Result<Response> {
    if let Ok(id) = path.parse() {
        return by_number(&app, id, request).await;
    }
    let asked = request.headers();
    let open = OPEN.iter().any(|folder| path.starts_with(folder));
    if !open || !path.split('/').all(is_name) {
        return Err(Error::not_found());
    }
    if is_hidden(&app, &path)? {
        return Err(Error::not_found());
    }
    serve(&app, &path, asked, FOR_EVER).await
}

/// GET /media/:id, the short address of an attachment: leads to its file whoever may see its post.
async fn by_number(app: &App, id: MediaId, request: Request) -> Result<Response> {
    let viewer = Viewer::<AnyToken>::from_request_parts(&mut request.into_parts().0, app).await?;
    let from = app.read()?;
    let status = media::get(&from, id)?.status.ok_or_else(Error::not_found)?;
    statuses::get_visible(&from, viewer.id(), status)?;
    let url = view::one(app, &from, id)?.url.ok_or_else(Error::not_found)?;
    let headers = [(header::LOCATION, url), (header::CACHE_CONTROL, "private, no-store".to_owned())];
    Ok((StatusCode::FOUND, headers).into_response())
}

/// Whether the file belongs to an account that nothing is shown of (behaviours §25). Its number, or that of the
/// attachment, is the second part of the path.
fn is_hidden(app: &App, path: &str) -> Result<bool> {
    let mut parts = path.split('/');
    let (folder, number) = (parts.next(), parts.next().unwrap_or_default());
    let from = app.read()?;
    let owner: Option<AccountId> = match folder {
        Some("attachments") => match number.parse() {
            Ok(id) => MEDIA.get(&from, &id)?.map(|media| media.account),
            Err(_) => None,
        },
        Some("accounts") => number.parse().ok(),
        _ => None,
    };
    owner.map_or(Ok(false), |owner| accounts::is_hidden(&from, owner))
}

/// Whether a part of a path is one that we make: letters, digits, one dot before the ending.
fn is_name(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('.')
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-'))
}

/// Answers with the blob at `path`: whole, in one range, or "not modified".
///
/// # Errors
/// 404 for what is not there or of a type that we do not serve.
pub(super) async fn serve(app: &App, path: &str, asked: &HeaderMap, cache: &'static str) -> Result<Response> {
    let mime = mime_of(path).ok_or_else(Error::not_found)?;
    // Names are random and never used twice: the name is the tag.
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let tag = HeaderValue::from_str(&format!("\"{name}\"")).map_err(|_| Error::not_found())?;
    if matches_tag(asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)], safe(cache)).into_response());
    }
    let mut headers = safe(cache);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    range::serve(app, path, asked, tag, headers).await
}

/// Headers under which even a file that is not what it seems does nothing.
pub(super) fn safe(cache: &'static str) -> HeaderMap {
    const HEADERS: [(HeaderName, &str); 4] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    let mut headers: HeaderMap =
        HEADERS.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers
}

fn matches_tag(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let Some(tags) = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let tag = tag.to_str().unwrap_or_default();
    tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}
