//! Answers that are the same for everybody who is not signed in: kept for seconds by caches, told apart by a tag.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::platform::error::Error;

/// How long anonymous reads may be kept (behaviours §1, cache headers).
const FOR_SECONDS: HeaderValue =
    HeaderValue::from_static("max-age=15, public, stale-while-revalidate=30, stale-if-error=86400");
/// Answers beyond this size get no tag: they would have to be held whole to make it.
const LARGEST: usize = 4 * 1024 * 1024;

/// What is read without signing in: posts, people, timelines and tags. What trends depends on the reader's languages.
const READS: [&str; 5] =
    ["/api/v1/statuses/", "/api/v1/accounts/", "/api/v1/timelines/", "/api/v1/directory", "/api/v1/tags/"];

fn is_shared(request: &Request) -> bool {
    let query = request.uri().query().unwrap_or_default();
    request.method() == Method::GET
        && READS.iter().any(|start| request.uri().path().starts_with(start))
        && !request.headers().contains_key(header::AUTHORIZATION)
        && !query.contains("access_token=")
        && !query.contains("bearer_token=")
}

/// Lets caches keep what nobody in particular has asked for, and answers 304 to those who have it already.
pub async fn keep(request: Request, next: Next) -> Response {
    if !is_shared(&request) {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).cloned();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.headers().contains_key(header::CACHE_CONTROL) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = match to_bytes(body, LARGEST).await {
        Ok(bytes) => bytes,
        Err(error) => return Error::internal(error).into_response(),
    };
    parts.headers.insert(header::CACHE_CONTROL, FOR_SECONDS);
    let tag = tag(&bytes, &parts.headers);
    if let Some(tag) = tag {
        let same = known.is_some_and(|known| holds(&known, &tag));
        parts.headers.insert(header::ETAG, tag);
        if same {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.remove(header::CONTENT_TYPE);
            return Response::from_parts(parts, Body::empty());
        }
    }
    Response::from_parts(parts, Body::from(bytes))
}

/// A weak tag: the same content, however it is compressed on its way. The `Link` header is part of the answer.
fn tag(bytes: &[u8], headers: &HeaderMap) -> Option<HeaderValue> {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    headers.get(header::LINK).map(HeaderValue::as_bytes).hash(&mut hasher);
    HeaderValue::from_str(&format!("W/\"{:016x}\"", hasher.finish())).ok()
}

fn holds(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    known.split(',').any(|one| matches!(one.trim(), "*") || one.trim() == tag)
}
