//! The built web app and the sheet of the server's own pages: inside the binary, or on disk in debug builds.

use std::io::Read as _;

use axum::body::Body;
use axum::extract::Path;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::read::GzDecoder;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::platform::error::{Error, Result};

/// What `npm run build` in `web-ui` has made: text under `assets/` packed, `NAME.br` and `NAME.gz` without `NAME`. A build
/// without it serves the pages of the server alone.
#[derive(RustEmbed)]
#[folder = "web-ui/dist/packed"]
#[allow_missing = true]
struct Dist;

/// The sheet and the icon of the server's own pages as they were written: a build without the web app has them too.
#[derive(RustEmbed)]
#[folder = "web-ui/public"]
struct Written;

/// A file as it is here.
struct Found {
    file: EmbeddedFile,
    /// It is packed by gzip, and stands beside its other form.
    packed: bool,
}

/// A file of the build, or of what every build has.
fn find(path: &str) -> Option<Found> {
    if let Some(file) = Dist::get(&format!("{path}.gz")) {
        return Some(Found { file, packed: true });
    }
    let file = Dist::get(path).or_else(|| Written::get(path.strip_prefix("assets/")?))?;
    Some(Found { file, packed: false })
}

/// The file types of the web app.
const TYPES: [(&str, &str); 8] = [
    ("js", "text/javascript; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
    ("json", "application/json"),
    ("webmanifest", "application/manifest+json"),
];

/// For names that carry a hash of their bytes.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// For names that stay while the bytes change.
const TEN_MINUTES: &str = "public, max-age=600";
const A_DAY: &str = "public, max-age=86400";

/// What search engines are asked to leave alone: forms, the API, and other people's pictures.
const ROBOTS: &str = "User-agent: *\nDisallow: /api/\nDisallow: /auth/\nDisallow: /oauth/\nDisallow: /media_proxy/\n\
                      Disallow: /interact\nDisallow: /unsubscribe\nDisallow: /search\n";

/// The shell of the web app as built, without anybody's session; `None` in a build without the web app.
pub fn shell() -> Option<String> {
    String::from_utf8(Dist::get("index.html")?.data.into_owned()).ok()
}

/// GET /assets/{*path}: packed where the browser takes that, kept for ever where the name carries a hash.
///
/// # Errors
/// 404 for what the build did not make, 500 for what it has packed wrongly.
pub async fn file(Path(path): Path<String>, asked: HeaderMap) -> Result<Response> {
    let kind = type_of(&path).ok_or_else(Error::not_found)?;
    let path = format!("assets/{path}");
    let found = find(&path).ok_or_else(Error::not_found)?;
    // Weak: the same content in whatever form it goes.
    let tag = format!("W/\"{}\"", hex(&found.file.metadata.sha256_hash()));
    let cache = if is_hashed(&path) { FOR_EVER } else { TEN_MINUTES };
    let mut headers = HeaderMap::from_iter([
        (header::CACHE_CONTROL, HeaderValue::from_static(cache)),
        (header::VARY, HeaderValue::from_static("Accept-Encoding")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?),
    ]);
    if is_held(&asked, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    let (bytes, encoding) = form_of(&path, found, &asked)?;
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok((headers, Body::from(bytes)).into_response())
}

/// The smallest form that the browser takes.
fn form_of(path: &str, found: Found, asked: &HeaderMap) -> Result<(Bytes, Option<&'static str>)> {
    if !found.packed {
        return Ok((bytes_of(found.file), None));
    }
    if takes(asked, "br")
        && let Some(file) = Dist::get(&format!("{path}.br"))
    {
        return Ok((bytes_of(file), Some("br")));
    }
    if takes(asked, "gzip") {
        return Ok((bytes_of(found.file), Some("gzip")));
    }
    let mut plain = Vec::new();
    GzDecoder::new(&found.file.data[..]).read_to_end(&mut plain).map_err(Error::internal)?;
    Ok((plain.into(), None))
}

fn bytes_of(file: EmbeddedFile) -> Bytes {
    match file.data {
        std::borrow::Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        std::borrow::Cow::Owned(bytes) => Bytes::from(bytes),
    }
}

/// Whether `Accept-Encoding` names an encoding and does not refuse it with a weight of zero (RFC 9110 §12.5.3).
fn takes(asked: &HeaderMap, encoding: &str) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    lines.flat_map(|line| line.split(',')).take(32).any(|wish| {
        let (name, weight) = wish.split_once(';').unwrap_or((wish, ""));
        let weight =
            weight.trim().strip_prefix("q=").map_or(Some(1.0), |text| text.trim().parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// Whether the browser holds these very bytes already (`If-None-Match`, compared weakly).
pub(super) fn is_held(asked: &HeaderMap, tag: &str) -> bool {
    let tag = tag.trim_start_matches("W/");
    let lines = asked.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|held| held == "*" || held.trim_start_matches("W/") == tag)
}

/// The first half of a hash is more than enough to tell two versions apart.
pub(super) fn hex(hash: &[u8]) -> String {
    use std::fmt::Write as _;
    hash.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn type_of(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    TYPES.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// `name-HASH.ending`, as the build names everything but the few files that pages of the server point to.
fn is_hashed(path: &str) -> bool {
    const HASH: usize = 8;
    let stem = path.rsplit_once('.').map_or(path, |(stem, _)| stem).as_bytes();
    let Some(at) = stem.len().checked_sub(HASH) else { return false };
    let (name, hash) = stem.split_at(at);
    let is_letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    name.len() > 1
        && name.last() == Some(&b'-')
        && hash.iter().all(is_letter)
        // A plain word of eight letters is no hash.
        && !hash.iter().all(u8::is_ascii_lowercase)
}

/// GET /sw.js: the worker that opens the app without a network. At the root, since it may only look after addresses
/// below its own; never from a cache, so that an upgrade reaches everybody.
///
/// # Errors
/// 404 in a build without the web app.
pub async fn worker() -> Result<Response> {
    let file = Dist::get("sw.js").ok_or_else(Error::not_found)?;
    let kind =
        [(header::CONTENT_TYPE, "text/javascript; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    Ok((kind, Body::from(bytes_of(file))).into_response())
}

/// GET /favicon.ico, for those who do not read the page's own link.
pub async fn favicon() -> Response {
    let place = [(header::LOCATION, "/assets/icon.svg"), (header::CACHE_CONTROL, A_DAY)];
    (StatusCode::FOUND, place).into_response()
}

/// GET /robots.txt
pub async fn robots() -> Response {
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, A_DAY)];
    (kind, ROBOTS).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        for path in
            ["assets/index-CGhD7cg9.js", "assets/Home--jJfXiny.css", "assets/store.svelte-DpOMx9AS.js"]
        {
            assert!(is_hashed(path), "{path}");
        }
        for path in ["assets/public.css", "assets/icon.svg", "assets/a-keyboard.css", "x-CGhD7cg.js", "", "-"]
        {
            assert!(!is_hashed(path), "{path}");
        }
    }

    #[test]
    fn encodings_as_browsers_ask_for_them() {
        let takes = |line: &str, encoding: &str| {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_str(line).unwrap())]);
            takes(&headers, encoding)
        };
        assert!(takes("gzip, deflate, br, zstd", "br"));
        assert!(takes("br;q=0.5", "br") && takes("GZIP", "gzip"));
        for (line, encoding) in
            [("br;q=0", "br"), ("br; q=0.0", "br"), ("gzip", "br"), ("", "gzip"), ("br;q=x", "br")]
        {
            assert!(!takes(line, encoding), "{line}");
        }
    }

    #[test]
    fn types_that_the_build_does_not_make_are_not_served() {
        for path in ["index.html", "x.js.br", "x.js.gz", "manifest", "a.", "../Cargo.toml"] {
            assert_eq!(type_of(path), None, "{path}");
        }
    }
}
