//! Signing and checking together: what one server signs another accepts, and nothing else.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::{Arc, LazyLock};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};

use super::*;

const KEY_ID: &str = "https://peer.example/users/bob#main-key";
const HOSTS: [&str; 2] = ["shop.example", "www.shop.example:8443"];

static PAIRS: LazyLock<[KeyPair; 2]> = LazyLock::new(|| [(); 2].map(|()| KeyPair::generate().unwrap()));

fn signing() -> SigningKey {
    SigningKey::from_pem(&PAIRS[0].private_pem).unwrap()
}

fn verifying() -> VerifyingKey {
    VerifyingKey::from_pem(&PAIRS[0].public_pem).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_760_000_000).unwrap()
}

/// A request on its way, in a form the tests can spoil.
#[derive(Clone, Debug)]
struct Sent {
    method: Method,
    target: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    fn new(method: Method, url: &str, body: &[u8]) -> Self {
        let url = Url::parse(url).unwrap();
        let mut headers = HeaderMap::new();
        if method == Method::POST {
            headers.insert("content-type", HeaderValue::from_static("application/activity+json"));
        }
        sign_request(&signing(), KEY_ID, &method, &url, &mut headers, body, now()).unwrap();
        headers.insert(
            "host",
            HeaderValue::from_str(&url[url::Position::BeforeHost..url::Position::AfterPort]).unwrap(),
        );
        let target = url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        Self { method, target, headers, body: body.to_vec() }
    }

    /// Signs a text of one's own, for what [`sign_request`] never sends.
    fn by_hand(
        method: Method,
        parameters: &str,
        headers: &[(&'static str, &str)],
        text: &str,
        body: &[u8],
    ) -> Self {
        let signature = STANDARD.encode(signing().sign(text.as_bytes()).unwrap());
        let mut map: HeaderMap = headers
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        let value = format!("keyId=\"{KEY_ID}\",{parameters},signature=\"{signature}\"");
        map.insert("signature", HeaderValue::from_str(&value).unwrap());
        Self { method, target: "/inbox".into(), headers: map, body: body.to_vec() }
    }

    fn check_at(&self, now: Timestamp) -> Result<(), SignatureError> {
        let header = parse_signature(&self.headers)?;
        let parts = RequestParts {
            method: &self.method,
            path_and_query: &self.target,
            host: None,
            headers: &self.headers,
        };
        verify(&header, &parts, &self.body, &HOSTS, &verifying(), now)
    }

    fn check(&self) -> Result<(), SignatureError> {
        self.check_at(now())
    }

    fn set(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, HeaderValue::from_str(value).unwrap());
        self
    }
}

fn post() -> Sent {
    Sent::new(Method::POST, "https://shop.example/inbox?a=1", br#"{"type":"Follow"}"#)
}

fn get() -> Sent {
    Sent::new(Method::GET, "https://www.shop.example:8443/users/alice?page=true", b"")
}

#[test]
fn what_is_signed_is_accepted() {
    assert_eq!(post().check(), Ok(()));
    assert_eq!(get().check(), Ok(()));
    let signature = post().headers["signature"].to_str().unwrap().to_owned();
    assert!(signature.starts_with(&format!(
        r#"keyId="{KEY_ID}",algorithm="rsa-sha256",headers="(request-target) host date digest content-type",signature=""#
    )));
    assert!(
        get().headers["signature"].to_str().unwrap().contains(r#"headers="(request-target) host date","#)
    );
    assert_eq!(post().headers["date"], "Thu, 09 Oct 2025 08:53:20 GMT");
    assert_eq!(Sent::new(Method::POST, "https://SHOP.example:443/inbox", b"").check(), Ok(()));
}

#[test]
fn the_host_of_http2_counts_and_other_hosts_are_refused() {
    let mut sent = get();
    sent.headers.remove("host");
    let header = parse_signature(&sent.headers).unwrap();
    let check = |host| {
        let parts =
            RequestParts { method: &sent.method, path_and_query: &sent.target, host, headers: &sent.headers };
        verify(&header, &parts, b"", &HOSTS, &verifying(), now())
    };
    assert_eq!(check(Some("www.shop.example:8443")), Ok(()));
    assert_eq!(check(Some("evil.example")), Err(SignatureError::Host));
    assert_eq!(check(None), Err(SignatureError::Host));
    assert_eq!(
        Sent::new(Method::GET, "https://other.example/users/alice", b"").check(),
        Err(SignatureError::Host)
    );
}

#[test]
fn signatures_without_the_query_are_accepted() {
    let mut sent = Sent::new(Method::GET, "https://shop.example/users/alice", b"");
    sent.target = "/users/alice?page=true".into();
    assert_eq!(sent.check(), Ok(()));
    sent.target = "/users/mallory?page=true".into();
    assert!(matches!(sent.check(), Err(SignatureError::Verification(_))));
}

#[test]
fn another_key_is_told_apart_and_asks_for_a_fresh_one() {
    let (sent, other) = (post(), VerifyingKey::from_pem(&PAIRS[1].public_pem).unwrap());
    let header = parse_signature(&sent.headers).unwrap();
    let parts = RequestParts {
        method: &sent.method,
        path_and_query: &sent.target,
        host: None,
        headers: &sent.headers,
    };
    let claim = check_request(&header, &parts, &sent.body, &HOSTS, now()).unwrap();
    let error = claim.verify(&other).unwrap_err();
    assert_eq!((error.status(), error.to_string()), (401, format!("Verification failed for {KEY_ID}")));
    assert!(error.wants_fresh_key());
    let stored = serde_json::to_string(&claim).unwrap();
    assert_eq!(serde_json::from_str::<Claim>(&stored).unwrap().verify(&verifying()), Ok(()));
}

#[test]
fn time_has_an_hour_of_skew_and_five_minutes_of_validity() {
    let after = |seconds| now() + SignedDuration::from_secs(seconds);
    for (seconds, passes) in [(0, true), (3900, true), (3901, false), (-3600, true), (-3601, false)] {
        assert_eq!(
            post().check_at(after(seconds)),
            if passes { Ok(()) } else { Err(SignatureError::Time) },
            "{seconds}"
        );
    }
    let t = now().as_second();
    let own_times = |algorithm: &str, created: i64, expires: i64| {
        let text = format!(
            "(request-target): get /inbox\nhost: shop.example\n(created): {created}\n(expires): {expires}"
        );
        let parameters = format!(
            r#"algorithm="{algorithm}",created={created},expires="{expires}",headers="(request-target) host (created) (expires)""#
        );
        Sent::by_hand(Method::GET, &parameters, &[("host", "shop.example")], &text, b"").check()
    };
    assert_eq!(own_times("hs2019", t, t + 10), Ok(()));
    assert_eq!(own_times("hs2019", t - 43_200, t + 99_999), Ok(()), "twelve hours at most");
    assert_eq!(own_times("hs2019", t - 43_200 - 3600, t + 99_999), Ok(()), "and an hour of skew");
    assert_eq!(own_times("hs2019", t - 43_200 - 3601, t + 99_999), Err(SignatureError::Time));
    assert_eq!(own_times("hs2019", t - 10_000, t - 3601), Err(SignatureError::Time));
    assert_eq!(own_times("hs2019", t + 3601, t + 9999), Err(SignatureError::Time));
    assert_eq!(own_times("hs2019", i64::MAX, i64::MAX), Err(SignatureError::Time));
    assert!(matches!(own_times("rsa-sha256", t, t + 10), Err(SignatureError::Header(_))));
}

#[test]
fn times_outside_the_signature_are_not_believed() {
    let sent = post();
    let parameters = |extra: &str| {
        let value = sent.headers["signature"]
            .to_str()
            .unwrap()
            .replace(r#"algorithm="rsa-sha256""#, &format!("algorithm=\"hs2019\"{extra}"));
        sent.clone().set("signature", &value)
    };
    let later = now() + SignedDuration::from_hours(10);
    let (t, expires) = (later.as_second(), later.as_second() + 300);
    let forged = parameters(&format!(",created={t},expires={expires}"));
    assert_eq!(forged.check(), Ok(()), "the signed Date counts");
    assert_eq!(forged.check_at(later), Err(SignatureError::Time));
}

#[test]
fn what_must_be_covered_is_asked_for() {
    let date = "Thu, 09 Oct 2025 08:53:20 GMT";
    let digest = digest_header(b"{}");
    let headers = [("host", "shop.example"), ("date", date), ("digest", digest.as_str())];
    let line = |name: &str| match name {
        "(request-target)" => "(request-target): {} /inbox".to_owned(),
        name => format!("{name}: {}", headers.iter().find(|(known, _)| *known == name).unwrap().1),
    };
    let check = |method: Method, covered: &str| {
        let text = covered.split(' ').map(line).collect::<Vec<_>>().join("\n");
        let text = text.replace("{} /", &format!("{} /", method.as_str().to_lowercase()));
        let parameters = format!(r#"algorithm="rsa-sha256",headers="{covered}""#);
        Sent::by_hand(method, &parameters, &headers, &text, b"{}").check()
    };
    for covered in ["digest date", "(request-target) date digest", "(request-target) host date digest"] {
        assert_eq!(check(Method::POST, covered), Ok(()), "{covered}");
    }
    for covered in ["(request-target) host date", "(request-target) host digest", "date", "host date"] {
        assert!(matches!(check(Method::POST, covered), Err(SignatureError::NotCovered(_))), "{covered}");
    }
    for covered in ["(request-target) host date", "digest host date"] {
        assert_eq!(check(Method::GET, covered), Ok(()), "{covered}");
    }
    for covered in ["(request-target) date", "host date", "(request-target) host", "date"] {
        assert!(matches!(check(Method::GET, covered), Err(SignatureError::NotCovered(_))), "{covered}");
    }
}

#[test]
fn missing_repeated_and_unreadable_headers_are_refused() {
    for name in ["host", "date", "digest", "content-type"] {
        let mut sent = post();
        let value = sent.headers[name].clone();
        sent.headers.append(name, value);
        assert!(sent.check().is_err(), "{name} repeated");
        let mut sent = post();
        sent.headers.remove(name);
        assert!(sent.check().is_err(), "{name} missing");
        let mut sent = post();
        sent.headers.insert(name, HeaderValue::from_bytes(b"\xff").unwrap());
        assert!(sent.check().is_err(), "{name} unreadable");
    }
    assert!(post().set("date", "yesterday").check().is_err());
    assert_eq!(SignatureError::Blocked.status(), 403);
    assert_eq!(SignatureError::Key("timed out".into()).status(), 503);
}

#[test]
fn keys_are_read_in_every_form_peers_use_and_nothing_else_is() {
    let pem = &PAIRS[0].public_pem;
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let oneline = format!("-----BEGIN PUBLIC KEY-----{body}-----END PUBLIC KEY-----");
    for text in
        [pem.clone(), pem.replace('\n', "\r\n"), oneline, format!("  \n{pem}\n\n"), pem.replace('=', "")]
    {
        assert!(VerifyingKey::from_pem(&text).is_ok(), "{text}");
    }
    let huge = format!("-----BEGIN PUBLIC KEY-----\n{}-----END PUBLIC KEY-----", "A".repeat(20_000));
    for text in [
        "",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN PUBLIC KEY----------END PUBLIC KEY-----",
        &huge,
        &PAIRS[0].private_pem,
        &pem[..200],
    ] {
        assert!(VerifyingKey::from_pem(text).is_err(), "{text}");
    }
    assert!(SigningKey::from_pem(pem).is_err());
    assert!(!format!("{:?} {:?}", PAIRS[0], signing()).contains("PRIVATE"));
    // A key of 512 bits, as no server may use one.
    let weak = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf\n9Cnzj4p4WGeKLs1Pt8QuKUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQ==\n-----END PUBLIC KEY-----";
    assert_eq!(VerifyingKey::from_pem(weak).unwrap_err(), KeyError::Key);
}

#[test]
fn the_signer_of_the_client_signs_what_it_is_given() {
    use crate::platform::net::Signer as _;
    let signer = RequestSigner::new(signing(), KEY_ID, Form::Draft, Arc::new(now));
    let url = Url::parse("https://shop.example/inbox").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("collection-synchronization", HeaderValue::from_static("digest=\"00\""));
    signer.sign(&Method::POST, &url, &mut headers, b"{}").unwrap();
    headers.insert("host", HeaderValue::from_static("shop.example"));
    let sent = Sent { method: Method::POST, target: "/inbox".into(), headers, body: b"{}".to_vec() };
    assert_eq!(sent.check(), Ok(()));
    assert!(sent.set("collection-synchronization", "digest=\"01\"").check().is_err());
}

proptest! {
    #[test]
    fn any_request_comes_through(path in "(/[a-z0-9%._~-]{0,12}){1,4}", query in proptest::option::of("[a-z=&%0-9]{0,20}"),
                                 body in proptest::collection::vec(any::<u8>(), 0..100), is_post in any::<bool>()) {
        let query = query.map_or_else(String::new, |query| format!("?{query}"));
        let method = if is_post { Method::POST } else { Method::GET };
        prop_assert_eq!(Sent::new(method, &format!("https://shop.example{path}{query}"), &body).check(), Ok(()));
    }

    #[test]
    fn one_changed_byte_of_what_is_covered_is_noticed(part in 0..6_usize, at in any::<prop::sample::Index>(), to in any::<u8>()) {
        let mut sent = post();
        let name = ["host", "date", "digest", "content-type"].get(part).copied();
        let mut bytes = match (part, name) {
            (_, Some(name)) => sent.headers[name].as_bytes().to_vec(),
            (4, _) => sent.target.clone().into_bytes(),
            _ => sent.body.clone(),
        };
        let at = at.index(bytes.len());
        let to = if part == 5 { to } else { b'!' + to % 90 };
        // Case makes no difference to a host, nor to the name of an algorithm that is looked up.
        prop_assume!(bytes[at] != to);
        bytes[at] = to;
        match (part, name) {
            (_, Some(name)) => { sent.headers.insert(name, HeaderValue::from_bytes(&bytes).unwrap()); }
            (4, _) => sent.target = String::from_utf8(bytes).unwrap(),
            _ => sent.body = bytes,
        }
        prop_assert!(sent.check().is_err());
    }

    #[test]
    fn no_key_text_makes_the_reader_panic(text in "(-----BEGIN |PUBLIC KEY|-----|-----END |[A-Za-z0-9+/=\n]{0,40}){0,8}") {
        let _ = (VerifyingKey::from_pem(&text).is_ok(), SigningKey::from_pem(&text).is_ok());
    }
}
