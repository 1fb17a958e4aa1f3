//! Blobs as answers, whole or in the part that a request asks for (RFC 9110 §14).

use std::ops::Range;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::platform::app::App;
use crate::platform::error::{Error, Result};

/// What a request wants of a file.
#[derive(Debug, PartialEq, Eq)]
enum Ranged {
    /// All of it.
    Whole,
    /// These bytes.
    Part(Range<u64>),
    /// Bytes that it does not have.
    Outside,
}

/// The one range that is asked for of a file of this tag and size. Several ranges, other units and what cannot be read give the whole.
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

/// Answers with the blob at `path`, whole or in the one range that is asked for. `headers` say what it is; the rest is
/// said here.
///
/// # Errors
/// 404 when there is no such blob; when the store fails.
pub async fn serve(
    app: &App,
    path: &str,
    asked: &HeaderMap,
    tag: HeaderValue,
    mut headers: HeaderMap,
) -> Result<Response> {
    let head = app.blobs.head(path).await.map_err(missing)?.ok_or_else(Error::not_found)?;
    let (status, body) = match range_of(asked, &tag, head.size) {
        Ranged::Outside => {
            let all = HeaderValue::from_str(&format!("bytes */{}", head.size)).map_err(Error::internal)?;
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, all)]).into_response());
        }
        Ranged::Whole => (StatusCode::OK, app.blobs.get(path).await.map_err(missing)?),
        Ranged::Part(range) => {
            (StatusCode::PARTIAL_CONTENT, app.blobs.get_range(path, range).await.map_err(missing)?)
        }
    };
    headers.insert(header::ETAG, tag);
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let Range { start, end } = body.range;
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(end.saturating_sub(start)));
    if status == StatusCode::PARTIAL_CONTENT {
        let text = format!("bytes {start}-{}/{}", end.saturating_sub(1), body.size);
        headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&text).map_err(Error::internal)?);
    }
    Ok((status, headers, Body::from_stream(body.stream())).into_response())
}

fn missing(error: shop_storage::Error) -> Error {
    match error {
        shop_storage::Error::BlobMissing { .. } => Error::not_found().because(error),
        error => error.into(),
    }
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
