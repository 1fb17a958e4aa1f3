//! Files out of our blob store: never run by a browser, kept by it for ever, in ranges where it asks.

use std::ops::Range;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use shop_storage::blob::BlobBody;

use crate::features::accounts;
use crate::features::media::table::MEDIA;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::files::mime_of;
use crate::platform::ids::AccountId;

/// The folders of the blob store that everybody may read from.
const OPEN: [&str; 3] = ["attachments/", "accounts/", "emojis/"];
/// The bytes under one path never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// GET /media/{*path}
///
/// # Errors
/// 404 for what is not there, not open, of a type that we do not serve, or of an account that is suspended or gone.
pub async fn file(State(app): State<App>, Path(path): Path<String>, asked: HeaderMap) -> Result<Response> {
    let open = OPEN.iter().any(|folder| path.starts_with(folder));
    if !open || !path.split('/').all(is_name) {
        return Err(Error::not_found());
    }
    if is_hidden(&app, &path)? {
        return Err(Error::not_found());
    }
    serve(&app, &path, &asked, FOR_EVER).await
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
    let head = app.blobs.head(path).await.map_err(missing)?.ok_or_else(Error::not_found)?;
    let range = range_of(asked, &tag, head.size);
    let (status, body) = match range {
        Ranged::Outside => {
            let all = HeaderValue::from_str(&format!("bytes */{}", head.size)).map_err(Error::internal)?;
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
        }
        Ranged::Whole => (StatusCode::OK, app.blobs.get(path).await.map_err(missing)?),
        Ranged::Part(range) => {
            (StatusCode::PARTIAL_CONTENT, app.blobs.get_range(path, range).await.map_err(missing)?)
        }
    };
    let mut headers = safe(cache);
    headers.insert(header::ETAG, tag);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(mime));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    measure(&mut headers, status, &body)?;
    Ok((status, headers, Body::from_stream(body.stream())).into_response())
}

fn measure(headers: &mut HeaderMap, status: StatusCode, body: &BlobBody) -> Result<()> {
    let Range { start, end } = body.range;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(end.saturating_sub(start)));
    if status == StatusCode::PARTIAL_CONTENT {
        let text = format!("bytes {start}-{}/{}", end.saturating_sub(1), body.size);
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&text).map_err(Error::internal)?);
    }
    Ok(())
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

fn missing(error: shop_storage::Error) -> Error {
    match error {
        shop_storage::Error::BlobMissing { .. } => Error::not_found().because(error),
        error => error.into(),
    }
}

fn matches_tag(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let Some(tags) = asked.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let tag = tag.to_str().unwrap_or_default();
    tags.split(',').map(str::trim).any(|one| one == "*" || one.trim_start_matches("W/") == tag)
}

#[derive(Debug, PartialEq, Eq)]
enum Ranged {
    Whole,
    Part(Range<u64>),
    Outside,
}

/// One range of bytes (RFC 9110 §14). Several ranges, other units and what cannot be read give the whole.
fn range_of(asked: &HeaderMap, tag: &HeaderValue, size: u64) -> Ranged {
    if asked.get(header::IF_RANGE).is_some_and(|held| held != tag) {
        return Ranged::Whole;
    }
    let text = asked.get(header::RANGE).and_then(|value| value.to_str().ok());
    let Some((start, end)) = text.and_then(|text| text.strip_prefix("bytes=")?.split_once('-')) else {
        return Ranged::Whole;
    };
    let range = match (start.trim().parse::<u64>(), end.trim().parse::<u64>()) {
        (Ok(start), Ok(end)) if start <= end => start..end.saturating_add(1).min(size),
        (Ok(start), Err(_)) if end.trim().is_empty() => start..size,
        (Err(_), Ok(last)) if start.trim().is_empty() => size.saturating_sub(last)..size,
        _ => return Ranged::Whole,
    };
    if range.is_empty() { Ranged::Outside } else { Ranged::Part(range) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_browsers_ask_for_them() {
        let ask = |text: &str| {
            let headers = HeaderMap::from_iter([(header::RANGE, HeaderValue::from_str(text).unwrap())]);
            range_of(&headers, &HeaderValue::from_static("\"x\""), 100)
        };
        assert_eq!(ask("bytes=0-"), Ranged::Part(0..100));
        assert_eq!(ask("bytes=10-19"), Ranged::Part(10..20));
        assert_eq!(ask("bytes=90-500"), Ranged::Part(90..100));
        assert_eq!(ask("bytes=-5"), Ranged::Part(95..100));
        assert_eq!(ask("bytes=-500"), Ranged::Part(0..100));
        assert_eq!(ask("bytes=100-"), Ranged::Outside);
        assert_eq!(ask("bytes=-0"), Ranged::Outside);
        for odd in ["bytes=5-2", "bytes=0-1,5-6", "lines=0-1", "bytes=a-b", "bytes=-", ""] {
            assert_eq!(ask(odd), Ranged::Whole, "{odd}");
        }
    }

    #[test]
    fn a_part_of_another_file_is_not_wanted() {
        let headers = HeaderMap::from_iter([
            (header::RANGE, HeaderValue::from_static("bytes=0-1")),
            (header::IF_RANGE, HeaderValue::from_static("\"old\"")),
        ]);
        assert_eq!(range_of(&headers, &HeaderValue::from_static("\"new\""), 100), Ranged::Whole);
    }
}
