//! Remote files through us: readers do not show themselves to other servers, and only real pictures arrive.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt as _;
use serde::Deserialize;
use shop_storage::Read;

use super::files::{safe, serve};
use crate::features::accounts;
use crate::features::accounts::table::{ACCOUNTS, Picture};
use crate::features::cards::fetch::IMAGE;
use crate::features::cards::table::CARDS;
use crate::features::cards::view::image_key;
use crate::features::domain_rules::book;
use crate::features::emoji;
use crate::features::media::cache::{self, Unshowable, Wanted};
use crate::features::media::picture::Limits;
use crate::features::media::table::{Media, MediaKind};
use crate::features::media::{self, seal};
use crate::features::statuses::table::STATUSES;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, MediaId};
use crate::platform::net::{FetchRequest, NetError, TOTAL_TIMEOUT};
use crate::platform::place::Place;

/// How long browsers keep what comes through here.
const A_WEEK: &str = "public, max-age=604800, immutable";
/// The longest remote video or sound that is passed on (behaviours §6).
const MOVING: usize = 99 * 1024 * 1024;
/// The longest remote emoji.
const EMOJI: usize = 2 * 1024 * 1024;
/// The types of video and sound that are passed on: how they may be called, and what they are to browsers.
const MOVING_TYPES: [(&[&str], &str); 9] = [
    (&["video/mp4", "video/x-m4v"], "video/mp4"),
    (&["video/webm", "audio/webm"], "video/webm"),
    (&["video/quicktime"], "video/quicktime"),
    (&["video/ogg"], "video/ogg"),
    (&["audio/mpeg", "audio/mp3"], "audio/mpeg"),
    (&["audio/ogg", "audio/vorbis", "audio/opus"], "audio/ogg"),
    (&["audio/flac", "audio/x-flac"], "audio/flac"),
    (&["audio/wav", "audio/wave", "audio/x-wav", "audio/x-pn-wave", "audio/vnd.wave"], "audio/wav"),
    (&["audio/mp4", "audio/m4a", "audio/x-m4a", "audio/aac"], "audio/mp4"),
];

/// The key in the address of a file that not everybody may see.
#[derive(Debug, Deserialize)]
pub struct Sealed {
    #[serde(default)]
    key: String,
}

/// GET /media_proxy/:id/:style
///
/// # Errors
/// 404 for what is not there, is ours, or may not be seen.
pub async fn attachment(
    State(app): State<App>,
    Path((id, style)): Path<(String, String)>,
    Query(sealed): Query<Sealed>,
    asked: HeaderMap,
) -> Result<Response> {
    let id: MediaId = id.parse().map_err(|_| Error::not_found())?;
    let small = match style.as_str() {
        "original" => false,
        "small" => true,
        _ => return Err(Error::not_found()),
    };
    let found = {
        let store = app.read()?;
        let found = media::get(&store, id)?;
        if !may_see(&app, &store, id, &found, &sealed.key)? {
            return Err(Error::not_found());
        }
        found
    };
    let own_preview = found.preview.as_ref().and_then(Place::remote);
    let original = found.original.remote();
    let (url, still) = match (small, found.kind) {
        (true, MediaKind::Image) => (own_preview.or(original), true),
        (true, _) => (own_preview, true),
        (false, kind) => (original, kind == MediaKind::Image),
    };
    let url = url.ok_or_else(Error::not_found)?.to_owned();
    if still {
        let key = format!("attachments/{id}/{style}");
        return picture(&app, Wanted { key, url, most: Limits::ATTACHMENT.bytes, reduced: small }, &asked)
            .await;
    }
    if found.kind == MediaKind::Unknown {
        return Err(Error::not_found());
    }
    Ok(moving(&app, &url, &found.mime, &asked).await)
}

fn may_see(app: &App, from: &dyn Read, id: MediaId, media: &Media, key: &str) -> Result<bool> {
    if accounts::is_hidden(from, media.account)? || is_withheld(app, from, media.account)? {
        return Ok(false);
    }
    if seal(app, from)?.opens(id, key) {
        return Ok(true);
    }
    let Some(status) = media.status else { return Ok(false) };
    Ok(STATUSES.get(from, &status)?.is_some_and(|status| status.visibility.is_open()))
}

/// Whether the media of an account's server are not taken.
fn is_withheld(app: &App, from: &dyn Read, account: AccountId) -> Result<bool> {
    Ok(ACCOUNTS.get(from, &account)?.is_some_and(|account| book(app).rejects_media_of(&account)))
}

/// GET /media_proxy/accounts/:id/:which
///
/// # Errors
/// 404 for the unknown, the suspended, and those without such a picture on another server.
pub async fn profile(
    State(app): State<App>,
    Path((id, which)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    let id: AccountId = id.parse().map_err(|_| Error::not_found())?;
    let account = accounts::get(&app.read()?, id)?;
    let picture_of: Option<&Picture> = match which.as_str() {
        "avatar" => account.avatar.as_ref(),
        "header" => account.header.as_ref(),
        _ => None,
    };
    let url = picture_of
        .filter(|_| account.suspended_at.is_none() && !book(&app).rejects_media_of(&account))
        .and_then(|picture| picture.place.remote())
        .ok_or_else(Error::not_found)?
        .to_owned();
    let key = format!("accounts/{id}/{which}");
    picture(&app, Wanted { key, url, most: Limits::PROFILE.bytes, reduced: false }, &asked).await
}

/// GET /media_proxy/emojis/:domain/:shortcode
///
/// # Errors
/// 404 for the unknown.
pub async fn emoji(
    State(app): State<App>,
    Path((domain, code)): Path<(String, String)>,
    asked: HeaderMap,
) -> Result<Response> {
    if book(&app).rejects_media(&domain) {
        return Err(Error::not_found());
    }
    let found = emoji::get(&app.read()?, Some(&domain), &code)?.ok_or_else(Error::not_found)?;
    let url = found.image.remote().ok_or_else(Error::not_found)?.to_owned();
    let key = format!("emojis/{domain}/{code}");
    picture(&app, Wanted { key, url, most: EMOJI, reduced: false }, &asked).await
}

/// GET /media_proxy/cards/:key
///
/// # Errors
/// 404 for the unknown, and for cards without a picture.
pub async fn card(State(app): State<App>, Path(key): Path<String>, asked: HeaderMap) -> Result<Response> {
    let found = CARDS.get(&app.read()?, &key)?.ok_or_else(Error::not_found)?;
    let url = found.image.ok_or_else(Error::not_found)?.url;
    let wanted = Wanted { key: image_key(&key), url, most: IMAGE, reduced: true };
    picture(&app, wanted, &asked).await
}

/// Our copy of a remote picture, fetched now when there is none; 502 when the other side has none for us.
async fn picture(app: &App, wanted: Wanted, asked: &HeaderMap) -> Result<Response> {
    let key = wanted.key.clone();
    let path = match cache::copy(app, wanted).await? {
        Ok(path) => path,
        Err(error) => return Ok(bad_gateway(&error)),
    };
    let served = serve(app, &path, asked, A_WEEK).await;
    if served.as_ref().is_err_and(|error| error.status() == StatusCode::NOT_FOUND) {
        // Somebody emptied the blob store: the next one who asks gets a new copy.
        app.write_relaxed(move |tx| cache::forget(tx, &key)).await?;
    }
    served
}

fn bad_gateway(error: &Unshowable) -> Response {
    tracing::debug!(%error, "a remote file was not shown");
    // A minute, as long as the address is left alone: a page full of broken pictures asks once.
    (StatusCode::BAD_GATEWAY, safe("public, max-age=60")).into_response()
}

/// Passes a remote video or sound on while it arrives, in the range that was asked for. Nothing is kept.
async fn moving(app: &App, url: &str, mime: &str, asked: &HeaderMap) -> Response {
    let refused = || (StatusCode::BAD_GATEWAY, safe("no-store")).into_response();
    let known = MOVING_TYPES.iter().find(|(names, _)| names.contains(&mime));
    let (Ok(url), Some((_, mime))) = (url.parse(), known) else { return refused() };
    let mut request =
        FetchRequest { max_bytes: MOVING, total_timeout: TOTAL_TIMEOUT * 10, ..FetchRequest::get(url) };
    if let Some(range) = asked.get(header::RANGE) {
        request.headers.insert(header::RANGE, range.clone());
    }
    let download = match app.net.open(request).await {
        Ok(download) => download,
        Err(NetError::Status(416)) => {
            return (StatusCode::RANGE_NOT_SATISFIABLE, safe("no-store")).into_response();
        }
        Err(error) => {
            tracing::debug!(%error, "a remote file was not passed on");
            return refused();
        }
    };
    let mut headers = safe("private, max-age=3600");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    for name in [header::CONTENT_RANGE, header::ACCEPT_RANGES] {
        if let Some(value) = download.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    if let Some(length) = download.content_length() {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    }
    let status = match download.status() {
        StatusCode::PARTIAL_CONTENT => StatusCode::PARTIAL_CONTENT,
        _ => StatusCode::OK,
    };
    // Fused: a body may be asked once more after its end.
    (status, headers, Body::from_stream(download.into_stream().fuse())).into_response()
}
