//! Signing what this server sends.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::digest::content_digest;
use super::{KeyError, SigningKey, digest_header};
use crate::platform::net::{Clock, NetError, Signer};

/// Headers that are signed when the request has them; nothing else a caller adds is.
const COVERED_IF_PRESENT: [&str; 2] = ["content-type", SYNCHRONISATION];
/// The header that tells of followers (FEP-8fcf); it may only be believed when it is signed.
const SYNCHRONISATION: &str = "collection-synchronization";

/// Signs a request: adds `Date`, `Digest` (for anything but GET and HEAD) and `Signature` to `headers`.
///
/// Covered are `(request-target)`, `host` as the URL has it, `date`, `digest`, and of `headers` `content-type` and
/// `collection-synchronization`. `key_id` is the URI under which the receiver finds the key. The signature costs most
/// of a millisecond of one processor.
///
/// # Errors
/// [`KeyError::Failed`] when the arithmetic fails or a value cannot stand in a header.
pub fn sign_request(
    key: &SigningKey,
    key_id: &str,
    method: &Method,
    url: &Url,
    headers: &mut HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), KeyError> {
    let date = now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut target = format!("{} {}", method.as_str().to_ascii_lowercase(), url.path());
    if let Some(query) = url.query() {
        target.push('?');
        target.push_str(query);
    }
    let mut host = url.host_str().unwrap_or_default().to_owned();
    if let Some(port) = url.port() {
        host.push_str(&format!(":{port}"));
    }
    headers.insert(header::DATE, value(&date)?);
    let mut lines = vec![("(request-target)", target), ("host", host), ("date", date)];
    if !matches!(*method, Method::GET | Method::HEAD) {
        let digest = digest_header(body);
        headers.insert(HeaderName::from_static("digest"), value(&digest)?);
        lines.push(("digest", digest));
        for name in COVERED_IF_PRESENT {
            if let Some(present) = headers.get(name) {
                lines.push((name, present.to_str().map_err(|_| KeyError::Failed)?.to_owned()));
            }
        }
    }
    let text = lines.iter().map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("\n");
    let names = lines.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(" ");
    let signature = STANDARD.encode(key.sign(text.as_bytes())?);
    let key_id = key_id.replace('\\', r"\\").replace('"', "\\\"");
    let signature =
        format!(r#"keyId="{key_id}",algorithm="rsa-sha256",headers="{names}",signature="{signature}""#);
    headers.insert(HeaderName::from_static("signature"), value(&signature)?);
    Ok(())
}

/// Signs a request by RFC 9421: adds `Content-Digest` (for anything but GET and HEAD), `Signature-Input` and
/// `Signature`. Covered are the method, the whole target, the digest and `collection-synchronization`.
///
/// # Errors
/// As [`sign_request`].
pub fn sign_message(
    key: &SigningKey,
    key_id: &str,
    method: &Method,
    url: &Url,
    headers: &mut HeaderMap,
    body: &[u8],
    now: Timestamp,
) -> Result<(), KeyError> {
    let mut target = url.clone();
    target.set_fragment(None);
    let mut lines = vec![("@method", method.as_str().to_owned()), ("@target-uri", target.to_string())];
    if !matches!(*method, Method::GET | Method::HEAD) {
        let digest = content_digest(body);
        headers.insert(HeaderName::from_static("content-digest"), value(&digest)?);
        lines.push(("content-digest", digest));
        if let Some(present) = headers.get(SYNCHRONISATION) {
            lines.push((SYNCHRONISATION, present.to_str().map_err(|_| KeyError::Failed)?.to_owned()));
        }
    }
    let names = lines.iter().map(|(name, _)| format!("\"{name}\"")).collect::<Vec<_>>().join(" ");
    let key_id = key_id.replace('\\', r"\\").replace('"', "\\\"");
    let input = format!(r#"({names});created={};keyid="{key_id}";alg="rsa-v1_5-sha256""#, now.as_second());
    let mut text: String = lines.iter().map(|(name, value)| format!("\"{name}\": {value}\n")).collect();
    text.push_str(&format!("\"@signature-params\": {input}"));
    let signature = STANDARD.encode(key.sign(text.as_bytes())?);
    headers.insert(HeaderName::from_static("signature-input"), value(&format!("sig1={input}"))?);
    headers.insert(HeaderName::from_static("signature"), value(&format!("sig1=:{signature}:"))?);
    Ok(())
}

/// How a request is signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Form {
    /// By the draft that every server reads.
    #[default]
    Draft,
    /// By RFC 9421.
    Message,
}

impl Form {
    /// The one to try when a server did not take this one.
    pub const fn other(self) -> Self {
        match self {
            Self::Draft => Self::Message,
            Self::Message => Self::Draft,
        }
    }
}

fn value(text: &str) -> Result<HeaderValue, KeyError> {
    HeaderValue::from_str(text).map_err(|_| KeyError::Failed)
}

/// Signs the requests of the HTTP client for one actor, each hop with its own URL and date.
pub struct RequestSigner {
    key: SigningKey,
    key_id: String,
    form: Form,
    now: Clock,
}

impl RequestSigner {
    /// A signer with an actor's key, the URI of that key, the form of its signatures, and the clock for their time.
    pub fn new(key: SigningKey, key_id: impl Into<String>, form: Form, now: Clock) -> Self {
        Self { key, key_id: key_id.into(), form, now }
    }
}

impl Signer for RequestSigner {
    fn identity(&self) -> &str {
        &self.key_id
    }

    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: &[u8]) -> Result<(), NetError> {
        let sign = match self.form {
            Form::Draft => sign_request,
            Form::Message => sign_message,
        };
        sign(&self.key, &self.key_id, method, url, headers, body, (self.now)())
            .map_err(|error| NetError::network(&error.to_string()))
    }
}
