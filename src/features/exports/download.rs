//! An answer that browsers keep as a file.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::stream::{Stream, TryStreamExt};

use super::format::Kind;
use crate::platform::error::Result;

/// A file of this kind under this name, piece by piece.
pub fn download(
    kind: Kind,
    name: &str,
    pieces: impl Stream<Item = Result<Bytes>> + Send + 'static,
) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.mime().to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    let pieces = pieces.map_err(|error| {
        tracing::error!(?error, "a file could not be read to its end");
        std::io::Error::other(error.words().to_owned())
    });
    (headers, Body::from_stream(pieces)).into_response()
}
