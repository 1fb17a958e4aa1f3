//! What a caller wants to have: the page for people or the document for servers.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// The profile that makes JSON-LD ActivityStreams.
const PROFILE: &str = "https://www.w3.org/ns/activitystreams";

/// Whether the caller asks for an ActivityPub document rather than a page (behaviours §17, content negotiation):
/// one of the two types stands in `Accept` before any `text/html` of the same or higher weight.
pub fn wants_activity(headers: &HeaderMap) -> bool {
    let mut activity = 0.0;
    let mut page = 0.0;
    let accepts = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    for wish in accepts.flat_map(|value| value.split(',')).take(64) {
        let Ok(mime) = wish.trim().parse::<mime::Mime>() else { continue };
        let weight = mime.get_param("q").and_then(|q| q.as_str().parse::<f32>().ok()).unwrap_or(1.0);
        match mime.essence_str() {
            "application/activity+json" => activity = weight.max(activity),
            "application/ld+json" if has_profile(&mime) => activity = weight.max(activity),
            "text/html" | "application/xhtml+xml" => page = weight.max(page),
            _ => {}
        }
    }
    activity > 0.0 && activity >= page
}

/// Servers that leave the profile out mean it all the same.
fn has_profile(mime: &mime::Mime) -> bool {
    mime.get_param("profile").is_none_or(|given| given.as_str().split(' ').any(|one| one == PROFILE))
}

/// How long others may keep a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Three minutes, for everybody (behaviours §18).
    Shared,
    /// Not at all: it was made for one caller.
    Private,
}

/// The document as an answer, with its type and what caches must know.
pub fn answer(document: &Value, keep: Keep) -> Response {
    let mut response = document.to_string().into_response();
    let headers = response.headers_mut();
    headers
        .insert(header::CONTENT_TYPE, HeaderValue::from_static("application/activity+json; charset=utf-8"));
    let (control, vary) = match keep {
        Keep::Shared => ("max-age=180, public", "Accept, Accept-Encoding"),
        Keep::Private => ("private, no-store", "Accept, Accept-Encoding, Signature"),
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(control));
    headers.insert(header::VARY, HeaderValue::from_static(vary));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wants(accept: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_str(accept).unwrap());
        wants_activity(&headers)
    }

    #[test]
    fn servers_get_documents_and_browsers_pages() {
        for server in [
            "application/activity+json",
            "application/activity+json, application/ld+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\", application/activity+json, text/html;q=0.1",
            "application/ld+json",
        ] {
            assert!(wants(server), "{server}");
        }
        for browser in [
            "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "*/*",
            "application/json",
            "text/html, application/activity+json;q=0.5",
            "application/ld+json; profile=\"https://example.org/other\"",
            "",
            ",,;;",
        ] {
            assert!(!wants(browser), "{browser}");
        }
        assert!(!wants_activity(&HeaderMap::new()));
    }
}
