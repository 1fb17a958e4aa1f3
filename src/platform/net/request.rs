//! What a caller asks of the client: a method, a URL, the types it can read, limits, and who signs.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use mime::Mime;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Method, Url};

use super::{NetError, Purpose};

/// The types of ActivityPub documents (behaviours §22).
pub const ACTIVITY_TYPES: &[&str] =
    &["application/activity+json", "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\""];

/// Longest document that is read, JSON or HTML, in bytes.
pub const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

/// Longest time for a request with its answer, redirects included.
pub const TOTAL_TIMEOUT: Duration = Duration::from_secs(30);

/// Signs requests in the name of an actor.
pub trait Signer: Send + Sync {
    /// Who signs, as a key id. Answers are shared only among requests of one signer.
    fn identity(&self) -> &str;

    /// Adds to `headers` what makes the request signed. Called once a hop, with the URL of that hop, on a blocking
    /// thread; all headers the caller gave are there already. `Host` is sent as the URL has it.
    ///
    /// # Errors
    /// Whatever keeps the request from being sent.
    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: &[u8]) -> Result<(), NetError>;
}

/// One request. Start from [`FetchRequest::get`] or [`FetchRequest::post`] and change what is different.
#[derive(Clone)]
pub struct FetchRequest {
    /// The method; redirects keep it.
    pub method: Method,
    /// Where to; a fragment is not sent.
    pub url: Url,
    /// Further headers. `Accept` and `User-Agent` are set by the client; `Authorization` and `Cookie` stay behind when
    /// a redirect leaves the origin.
    pub headers: HeaderMap,
    /// The body; empty for none.
    pub body: Bytes,
    /// Most bytes of the answer's body, counted after decompression.
    pub max_bytes: usize,
    /// Longest time until the body has been read, waiting for a slot included.
    pub total_timeout: Duration,
    /// The types that can be read, sent as `Accept` and checked on the answer. `image/*` stands for any subtype; a
    /// `profile` must be among those of the answer; other parameters are sent but not checked. Empty: any type.
    pub accept: &'static [&'static str],
    /// Who signs the request, if anybody.
    pub signer: Option<Arc<dyn Signer>>,
    /// What it is for.
    pub purpose: Purpose,
}

/// What makes two GET requests the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FetchKey {
    url: String,
    accept: &'static [&'static str],
    signer: Option<String>,
    max_bytes: usize,
    purpose: Purpose,
}

impl FetchRequest {
    /// A GET with the usual limits: one mebibyte, thirty seconds.
    pub fn get(url: Url) -> Self {
        Self {
            method: Method::GET,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            max_bytes: MAX_DOCUMENT_BYTES,
            total_timeout: TOTAL_TIMEOUT,
            accept: &[],
            signer: None,
            purpose: Purpose::Web,
        }
    }

    /// A GET for an ActivityPub document.
    pub fn activity(url: Url) -> Self {
        Self { accept: ACTIVITY_TYPES, purpose: Purpose::Peer, ..Self::get(url) }
    }

    /// A POST of a body with its content type.
    pub fn post(url: Url, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Self { method: Method::POST, headers, body: body.into(), ..Self::get(url) }
    }

    /// The same request signed by `signer`.
    pub fn signed_by(self, signer: Arc<dyn Signer>) -> Self {
        Self { signer: Some(signer), ..self }
    }

    /// The key under which the answer may be shared; none for anything but a plain GET.
    pub(super) fn key(&self) -> Option<FetchKey> {
        (self.method == Method::GET && self.headers.is_empty() && self.body.is_empty()).then(|| {
            let mut url = self.url.clone();
            url.set_fragment(None);
            FetchKey {
                url: url.into(),
                accept: self.accept,
                signer: self.signer.as_ref().map(|signer| signer.identity().to_owned()),
                max_bytes: self.max_bytes,
                purpose: self.purpose,
            }
        })
    }

    pub(super) fn accept_header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.accept.join(", ")).ok().filter(|value| !value.is_empty())
    }

    /// Compares the answer's type with those that were asked for.
    pub(super) fn check_content_type(&self, headers: &HeaderMap) -> Result<(), NetError> {
        if self.accept.is_empty() {
            return Ok(());
        }
        let text = headers.get(header::CONTENT_TYPE).map_or("", |value| value.to_str().unwrap_or_default());
        let fits =
            text.parse::<Mime>().is_ok_and(|found| self.accept.iter().any(|wanted| matches(wanted, &found)));
        if fits { Ok(()) } else { Err(NetError::content_type(text)) }
    }
}

fn matches(wanted: &str, found: &Mime) -> bool {
    let Ok(wanted) = wanted.parse::<Mime>() else { return false };
    let any = |name: mime::Name<'_>| name == mime::STAR;
    let full = |mime: &Mime| {
        mime.suffix()
            .map_or_else(|| mime.subtype().to_string(), |suffix| format!("{}+{suffix}", mime.subtype()))
    };
    (any(wanted.type_()) || wanted.type_() == found.type_())
        && (any(wanted.subtype()) || full(&wanted) == full(found))
        && wanted.get_param("profile").is_none_or(|profile| {
            found
                .get_param("profile")
                .is_some_and(|given| given.as_str().split(' ').any(|one| one == profile.as_str()))
        })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn answered(accept: &'static [&'static str], content_type: &str) -> bool {
        let request =
            FetchRequest { accept, ..FetchRequest::get(Url::parse("https://peer.example/").unwrap()) };
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, content_type.parse().unwrap())]);
        request.check_content_type(&headers).is_ok()
    }

    #[test]
    fn only_activity_types_pass_for_documents() {
        for good in [
            "application/activity+json",
            "application/activity+json; charset=utf-8",
            "Application/Activity+JSON;charset=utf-8",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; charset=utf-8; profile=\"https://www.w3.org/ns/activitystreams\"",
            "application/ld+json; profile=\"https://example.org/other https://www.w3.org/ns/activitystreams\"",
        ] {
            assert!(answered(ACTIVITY_TYPES, good), "{good}");
        }
        for bad in [
            "",
            "application/json",
            "application/ld+json",
            "text/html",
            "application/activity",
            "application/jrd+json",
            "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams2\"",
            "nonsense",
        ] {
            assert!(!answered(ACTIVITY_TYPES, bad), "{bad}");
        }
        assert!(
            FetchRequest::activity(Url::parse("https://peer.example/").unwrap())
                .check_content_type(&HeaderMap::new())
                .is_err()
        );
    }

    #[test]
    fn a_star_stands_for_any_subtype_and_weights_do_not_matter() {
        assert!(answered(&["image/*"], "image/webp") && !answered(&["image/*"], "text/html"));
        assert!(answered(&["text/html;q=0.1"], "text/html; charset=utf-8"));
        assert!(answered(&[], "anything at all"));
    }
}
