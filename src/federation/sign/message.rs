//! Checking signatures by RFC 9421 (HTTP Message Signatures), which newer servers send beside or instead of the older
//! form; the rules are those of behaviours §21.

use jiff::{SignedDuration, Timestamp};
use reqwest::Method;
use reqwest::header::HeaderMap;
use sfv::{Dictionary, FieldType as _, InnerList, Item, List, ListEntry, Parser};

use super::digest::is_sha256_of;
use super::verify::{
    CLOCK_SKEW, Claim, DEFAULT_VALIDITY, MAX_VALIDITY, RequestParts, host_of, joined, same_host, single,
};
use super::{SignatureError, header};

/// The one algorithm of keys that we read.
const ALGORITHM: &str = "rsa-v1_5-sha256";

/// Whether a request is signed in this form: then the older form is not looked at.
pub fn is_message_signature(headers: &HeaderMap) -> bool {
    headers.contains_key("signature-input")
}

/// Checks all of a request signed by RFC 9421 that needs no key. `base` is the address of this server, since a proxy in
/// front of it may have changed the scheme.
///
/// # Errors
/// [`SignatureError::Malformed`] for what cannot be read and for more than one signature,
/// [`SignatureError::Algorithm`], [`SignatureError::NotCovered`], [`SignatureError::Header`], [`SignatureError::Time`],
/// [`SignatureError::Digest`], [`SignatureError::Host`].
pub fn check_message(
    request: &RequestParts<'_>,
    body: &[u8],
    our_hosts: &[&str],
    base: &str,
    now: Timestamp,
) -> Result<Claim, SignatureError> {
    let (input, signature) = read(request.headers)?;
    let text = |name: &str| input.params.get(name).and_then(|value| value.as_string());
    if text("alg").is_some_and(|algorithm| algorithm.as_str() != ALGORITHM) {
        return Err(SignatureError::Algorithm);
    }
    let key_id = text("keyid").map(|id| id.as_str().to_owned()).filter(|id| !id.is_empty());
    let key_id = key_id.ok_or(SignatureError::Malformed("no keyid"))?;
    if key_id.len() > header::MAX_KEY_ID {
        return Err(SignatureError::Malformed("keyid too long"));
    }
    let covered = components(&input)?;
    require(&covered, request.method)?;
    let valid_until = check_time(&input, now)?;
    if covered.iter().any(|name| name == "content-digest") {
        check_content_digest(&single(request.headers, "content-digest")?, body)?;
    }
    let host = host_of(request);
    if !our_hosts.iter().any(|ours| same_host(ours, host.as_deref())) {
        return Err(SignatureError::Host);
    }
    let scheme = base.split_once("://").map_or("https", |(scheme, _)| scheme);
    let signed = signature_base(&covered, input, request, scheme, &host.unwrap_or_default())?;
    Ok(Claim::new(key_id, valid_until, vec![signed], signature))
}

/// The one signature of a request, with what it is about.
fn read(headers: &HeaderMap) -> Result<(InnerList, Vec<u8>), SignatureError> {
    let inputs = dictionary(headers, "signature-input")?;
    let mut entries = inputs.into_iter();
    let Some((label, ListEntry::InnerList(input))) = entries.next() else {
        return Err(SignatureError::Malformed("no list of components"));
    };
    if entries.next().is_some() {
        return Err(SignatureError::Malformed("more than one signature"));
    }
    let signatures = dictionary(headers, "signature")?;
    let signature = match signatures.get(label.as_str()) {
        Some(ListEntry::Item(item)) => item.bare_item.as_byte_sequence(),
        _ => None,
    };
    let signature = signature.ok_or(SignatureError::Malformed("no signature of that name"))?.to_vec();
    Ok((input, signature))
}

fn dictionary(headers: &HeaderMap, name: &'static str) -> Result<Dictionary, SignatureError> {
    let text = joined(headers, name)?;
    if text.len() > header::MAX_HEADER {
        return Err(SignatureError::Malformed("too long"));
    }
    Parser::new(&text).parse().map_err(|_| SignatureError::Malformed("not a structured field"))
}

/// Whether the one signature by RFC 9421 covers a header.
pub(super) fn covers(headers: &HeaderMap, name: &str) -> bool {
    let covered = read(headers).and_then(|(input, _)| components(&input));
    covered.is_ok_and(|covered| covered.iter().any(|known| known == name))
}

/// The names of what is covered. Components with parameters mean parts of headers, or of other messages; no server of
/// the fediverse sends them.
fn components(input: &InnerList) -> Result<Vec<String>, SignatureError> {
    let mut names: Vec<String> = Vec::new();
    for Item { bare_item, params } in &input.items {
        let name = bare_item.as_string().ok_or(SignatureError::Malformed("a component is no text"))?;
        if !params.is_empty() {
            return Err(SignatureError::Malformed("a component has parameters"));
        }
        if names.len() == header::MAX_COVERED || names.iter().any(|known| known == name.as_str()) {
            return Err(SignatureError::Malformed("too many components, or one twice"));
        }
        names.push(name.as_str().to_owned());
    }
    Ok(names)
}

fn require(covered: &[String], method: &Method) -> Result<(), SignatureError> {
    let has = |name: &str| covered.iter().any(|known| known == name);
    if !has("@method") {
        return Err(SignatureError::NotCovered("@method component"));
    }
    if !has("@target-uri") {
        return Err(SignatureError::NotCovered("@target-uri component"));
    }
    let reads = matches!(*method, Method::GET | Method::HEAD);
    if reads || has("content-digest") {
        Ok(())
    } else {
        Err(SignatureError::NotCovered("Content-Digest header"))
    }
}

/// The moment after which the signature is void, skew included.
fn check_time(input: &InnerList, now: Timestamp) -> Result<Timestamp, SignatureError> {
    let moment = |name: &str| -> Result<Option<Timestamp>, SignatureError> {
        let Some(value) = input.params.get(name) else { return Ok(None) };
        let second = value.as_integer().ok_or(SignatureError::Malformed("bad time"))?;
        Timestamp::from_second(i64::from(second)).map(Some).map_err(|_| SignatureError::Time)
    };
    let created = moment("created")?.ok_or(SignatureError::NotCovered("created parameter"))?;
    let after =
        |time: Timestamp, span: SignedDuration| time.checked_add(span).map_err(|_| SignatureError::Time);
    let expires = match moment("expires")? {
        Some(expires) => expires.min(after(created, MAX_VALIDITY)?),
        None => after(created, DEFAULT_VALIDITY)?,
    };
    let valid_until = after(expires, CLOCK_SKEW)?;
    if created > after(now, CLOCK_SKEW)? || now > valid_until {
        return Err(SignatureError::Time);
    }
    Ok(valid_until)
}

/// `Content-Digest` (RFC 9530): of several digests SHA-256 must be there and fit.
fn check_content_digest(text: &str, body: &[u8]) -> Result<(), SignatureError> {
    let digests: Dictionary =
        Parser::new(text).parse().map_err(|_| SignatureError::Digest("not a structured field"))?;
    let given = match digests.get("sha-256") {
        Some(ListEntry::Item(item)) => item.bare_item.as_byte_sequence(),
        _ => None,
    };
    let given = given.ok_or(SignatureError::Digest("only SHA-256 is supported"))?;
    if is_sha256_of(given, body) { Ok(()) } else { Err(SignatureError::Digest("the body differs")) }
}

/// The text that was signed (RFC 9421 §2.5).
fn signature_base(
    covered: &[String],
    input: InnerList,
    request: &RequestParts<'_>,
    scheme: &str,
    host: &str,
) -> Result<String, SignatureError> {
    let target = request.path_and_query;
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    let mut base = String::new();
    for name in covered {
        let value = match name.as_str() {
            "@method" => request.method.as_str().to_owned(),
            "@target-uri" => format!("{scheme}://{host}{target}"),
            "@authority" => host.to_ascii_lowercase(),
            "@scheme" => scheme.to_owned(),
            "@request-target" => target.to_owned(),
            "@path" => path.to_owned(),
            "@query" => format!("?{}", query.unwrap_or_default()),
            other if other.starts_with('@') => return Err(SignatureError::Header(other.to_owned())),
            other => joined(request.headers, other)?,
        };
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    let list: List = vec![ListEntry::InnerList(input)];
    let parameters = list.serialize().ok_or(SignatureError::Malformed("no components"))?;
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    Ok(base)
}

#[cfg(test)]
#[path = "message_tests.rs"]
mod tests;
