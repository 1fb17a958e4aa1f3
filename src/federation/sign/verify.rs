//! Checking what this server receives, by every rule of behaviours §21.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};

use super::digest::check_digest;
use super::{Algorithm, SignatureError, SignatureHeader, VerifyingKey};

/// How far the clocks of two servers may differ.
pub(super) const CLOCK_SKEW: SignedDuration = SignedDuration::from_hours(1);
/// How long a signature is valid that names no end.
pub(super) const DEFAULT_VALIDITY: SignedDuration = SignedDuration::from_mins(5);
/// How long a signature may be valid at most.
pub(super) const MAX_VALIDITY: SignedDuration = SignedDuration::from_hours(12);

/// Headers that must not be repeated when they are covered; two values could be read as one by the signer and as the
/// other by us.
const SINGLE: [&str; 4] = ["host", "date", "digest", "content-type"];

/// What a signature is about.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    /// The method.
    pub method: &'a Method,
    /// Path and query as they came in, not decoded.
    pub path_and_query: &'a str,
    /// The host the request names: the `Host` header or, in HTTP/2, the authority of its target.
    pub host: Option<&'a str>,
    /// All headers.
    pub headers: &'a HeaderMap,
}

/// A request that is in order except that its signer has not been proven. Can be stored while the key is fetched: its
/// time was checked on arrival and is not checked again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// Whose key it must be.
    pub key_id: String,
    /// Unix time in seconds.
    valid_until: i64,
    /// The texts the sender may have signed: with and without the query.
    texts: Vec<String>,
    signature: Vec<u8>,
}

impl Claim {
    /// A request in order but for its signer.
    pub(super) fn new(
        key_id: String,
        valid_until: Timestamp,
        texts: Vec<String>,
        signature: Vec<u8>,
    ) -> Self {
        Self { key_id, valid_until: valid_until.as_second(), texts, signature }
    }

    /// The signature itself: with key and body it tells a request from all others.
    pub(super) fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// When the signature is void, skew included; how long to remember it in a [`super::ReplayWindow`].
    pub fn valid_until(&self) -> Timestamp {
        Timestamp::from_second(self.valid_until).unwrap_or(Timestamp::MAX)
    }

    /// Whether `key` made the signature. Takes some hundredths of a millisecond.
    ///
    /// # Errors
    /// [`SignatureError::Verification`]: another key, or something covered was changed.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), SignatureError> {
        if self.texts.iter().any(|text| key.verifies(text.as_bytes(), &self.signature)) {
            Ok(())
        } else {
            Err(SignatureError::Verification(self.key_id.clone()))
        }
    }
}

/// Checks a request and its signature with the sender's key. `our_hosts` are the names this server answers to, with
/// the port if it is not the usual one.
///
/// # Errors
/// As [`check_request`] and [`Claim::verify`].
pub fn verify(
    header: &SignatureHeader,
    request: &RequestParts<'_>,
    body: &[u8],
    our_hosts: &[&str],
    key: &VerifyingKey,
    now: Timestamp,
) -> Result<(), SignatureError> {
    check_request(header, request, body, our_hosts, now)?.verify(key)
}

/// Checks all of a signed request that needs no key: that enough is covered, the time, the digest of the body, and
/// that the host is ours.
///
/// Times that are not covered by the signature are not believed. A `host` that is not covered (possible only on POST)
/// is not looked at.
///
/// # Errors
/// [`SignatureError::NotCovered`], [`SignatureError::Header`], [`SignatureError::Time`], [`SignatureError::Digest`],
/// [`SignatureError::Host`].
pub fn check_request(
    header: &SignatureHeader,
    request: &RequestParts<'_>,
    body: &[u8],
    our_hosts: &[&str],
    now: Timestamp,
) -> Result<Claim, SignatureError> {
    check_coverage(header, request.method)?;
    let valid_until = check_time(header, request.headers, now)?;
    if header.covers("digest") {
        check_digest(&single(request.headers, "digest")?, body)?;
    }
    if header.covers("host") && !our_hosts.iter().any(|ours| same_host(ours, host_of(request).as_deref())) {
        return Err(SignatureError::Host);
    }
    let mut texts = vec![signed_text(header, request, request.path_and_query)?];
    if header.covers("(request-target)")
        && let Some((path, _)) = request.path_and_query.split_once('?')
    {
        texts.push(signed_text(header, request, path)?);
    }
    Ok(Claim::new(header.key_id.clone(), valid_until, texts, header.signature.clone()))
}

fn check_coverage(header: &SignatureHeader, method: &Method) -> Result<(), SignatureError> {
    if header.algorithm == Algorithm::RsaSha256 {
        for name in ["(created)", "(expires)"] {
            if header.covers(name) {
                return Err(SignatureError::Header(format!("{name} cannot be used with rsa-sha256")));
            }
        }
    }
    let covered = |name| header.covers(name);
    if !covered("date") && !covered("(created)") {
        return Err(SignatureError::NotCovered("Date header or (created) pseudo-header"));
    }
    if !covered("(request-target)") && !covered("digest") {
        return Err(SignatureError::NotCovered("Digest header or (request-target) pseudo-header"));
    }
    match *method {
        Method::GET | Method::HEAD if !covered("host") => Err(SignatureError::NotCovered("Host header")),
        Method::GET | Method::HEAD => Ok(()),
        _ if !covered("digest") => Err(SignatureError::NotCovered("Digest header")),
        _ => Ok(()),
    }
}

/// The moment after which the signature is void, skew included.
fn check_time(
    header: &SignatureHeader,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<Timestamp, SignatureError> {
    let second = |second: i64| Timestamp::from_second(second).map_err(|_| SignatureError::Time);
    let created = match header.created {
        Some(created) if header.covers("(created)") => second(created)?,
        _ if header.covers("date") => {
            let date = single(headers, "date")?;
            let date = httpdate::parse_http_date(&date).map_err(|_| SignatureError::Header("date".into()))?;
            Timestamp::try_from(date).map_err(|_| SignatureError::Time)?
        }
        _ => return Err(SignatureError::Header("(created)".into())),
    };
    let after =
        |time: Timestamp, span: SignedDuration| time.checked_add(span).map_err(|_| SignatureError::Time);
    let expires = match header.expires {
        Some(expires) if header.covers("(expires)") => second(expires)?.min(after(created, MAX_VALIDITY)?),
        _ => after(created, DEFAULT_VALIDITY)?,
    };
    let valid_until = after(expires, CLOCK_SKEW)?;
    if created > after(now, CLOCK_SKEW)? || now > valid_until {
        return Err(SignatureError::Time);
    }
    Ok(valid_until)
}

fn signed_text(
    header: &SignatureHeader,
    request: &RequestParts<'_>,
    target: &str,
) -> Result<String, SignatureError> {
    let mut text = String::new();
    for name in &header.covered {
        let missing = || SignatureError::Header(name.clone());
        let value = match name.as_str() {
            "(request-target)" => format!("{} {target}", request.method.as_str().to_ascii_lowercase()),
            "(created)" => header.created.ok_or_else(missing)?.to_string(),
            "(expires)" => header.expires.ok_or_else(missing)?.to_string(),
            "host" => host_of(request).ok_or_else(missing)?,
            single_name if SINGLE.contains(&single_name) => single(request.headers, single_name)?,
            other => joined(request.headers, other)?,
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(name);
        text.push_str(": ");
        text.push_str(&value);
    }
    Ok(text)
}

pub(super) fn host_of(request: &RequestParts<'_>) -> Option<String> {
    match request.host {
        Some(host) => Some(host.to_owned()),
        None => single(request.headers, "host").ok(),
    }
}

/// Compares host names without case and without the usual ports.
pub(super) fn same_host(ours: &str, given: Option<&str>) -> bool {
    fn plain(host: &str) -> &str {
        host.strip_suffix(":443").or_else(|| host.strip_suffix(":80")).unwrap_or(host)
    }
    given.is_some_and(|given| plain(given).eq_ignore_ascii_case(plain(ours)))
}

pub(super) fn single(headers: &HeaderMap, name: &str) -> Result<String, SignatureError> {
    if headers.get_all(name).iter().nth(1).is_some() {
        return Err(SignatureError::Header(format!("{name} is repeated")));
    }
    joined(headers, name)
}

/// All values of a header in one line, as the draft asks for.
pub(super) fn joined(headers: &HeaderMap, name: &str) -> Result<String, SignatureError> {
    let unreadable = || SignatureError::Header(name.to_owned());
    let mut values = Vec::new();
    for value in headers.get_all(name) {
        values.push(value.to_str().map_err(|_| unreadable())?.trim());
    }
    if values.is_empty() { Err(unreadable()) } else { Ok(values.join(", ")) }
}
