//! What RFC 9421 signatures are accepted, and what is not.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::LazyLock;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{HeaderName, HeaderValue};

use super::*;
use crate::federation::sign::{KeyPair, SigningKey, VerifyingKey};

static PAIR: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate().unwrap());

const NOW: i64 = 1_760_000_000;
const HOSTS: [&str; 1] = ["shop.example"];
const BODY: &[u8] = br#"{"type":"Follow"}"#;

fn now() -> Timestamp {
    Timestamp::from_second(NOW).unwrap()
}

/// A request as a peer signs it; each part can be spoiled.
struct Sent {
    method: Method,
    target: &'static str,
    host: &'static str,
    components: Vec<(&'static str, String)>,
    parameters: String,
    extra: Vec<(&'static str, String)>,
    body: &'static [u8],
}

impl Sent {
    fn post() -> Self {
        let digest = format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, BODY)));
        Self {
            method: Method::POST,
            target: "/inbox?a=1",
            host: "shop.example",
            components: vec![
                ("@method", "POST".into()),
                ("@target-uri", "https://shop.example/inbox?a=1".into()),
                ("content-digest", digest.clone()),
            ],
            parameters: format!("created={NOW};keyid=\"https://peer.example/u/bob#main-key\""),
            extra: vec![("content-digest", digest)],
            body: BODY,
        }
    }

    fn get() -> Self {
        Self {
            method: Method::GET,
            target: "/users/alice",
            components: vec![
                ("@method", "GET".into()),
                ("@target-uri", "https://shop.example/users/alice".into()),
            ],
            extra: Vec::new(),
            body: b"",
            ..Self::post()
        }
    }

    fn headers(&self) -> HeaderMap {
        let names: Vec<String> = self.components.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        let input = format!("({});{}", names.join(" "), self.parameters);
        let lines = self.components.iter().map(|(name, value)| format!("\"{name}\": {value}\n"));
        let base = format!("{}\"@signature-params\": {input}", lines.collect::<String>());
        let key = SigningKey::from_pem(&PAIR.private_pem).unwrap();
        let signature = STANDARD.encode(key.sign(base.as_bytes()).unwrap());
        let mut headers = HeaderMap::new();
        headers.insert("host", HeaderValue::from_static(self.host));
        headers.insert("signature-input", HeaderValue::from_str(&format!("sig1={input}")).unwrap());
        headers.insert("signature", HeaderValue::from_str(&format!("sig1=:{signature}:")).unwrap());
        for (name, value) in &self.extra {
            headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        headers
    }

    fn check_with(&self, headers: &HeaderMap) -> Result<(), SignatureError> {
        let request = RequestParts { method: &self.method, path_and_query: self.target, host: None, headers };
        let claim = check_message(&request, self.body, &HOSTS, "https://shop.example", now())?;
        claim.verify(&VerifyingKey::from_pem(&PAIR.public_pem).unwrap())
    }

    fn check(&self) -> Result<(), SignatureError> {
        self.check_with(&self.headers())
    }
}

#[test]
fn what_peers_sign_is_accepted() {
    assert_eq!(Sent::post().check(), Ok(()));
    assert_eq!(Sent::get().check(), Ok(()));
    let mut more = Sent::post();
    more.components.push(("@authority", "shop.example".into()));
    more.components.push(("@path", "/inbox".into()));
    more.components.push(("@query", "?a=1".into()));
    more.components.push(("date", "today".into()));
    more.extra.push(("date", "today".into()));
    more.parameters.push_str(";alg=\"rsa-v1_5-sha256\";nonce=\"x\"");
    assert_eq!(more.check(), Ok(()));
}

#[test]
fn too_little_is_refused() {
    for missing in ["@method", "@target-uri", "content-digest"] {
        let mut sent = Sent::post();
        sent.components.retain(|(name, _)| *name != missing);
        assert!(matches!(sent.check(), Err(SignatureError::NotCovered(_))), "{missing}");
    }
    let untimed = Sent { parameters: "keyid=\"k\"".into(), ..Sent::post() };
    assert!(matches!(untimed.check(), Err(SignatureError::NotCovered("created parameter"))));
    let unnamed = Sent { parameters: format!("created={NOW}"), ..Sent::post() };
    assert_eq!(unnamed.check(), Err(SignatureError::Malformed("no keyid")));
    let other = Sent { parameters: format!("created={NOW};keyid=\"k\";alg=\"ed25519\""), ..Sent::post() };
    assert_eq!(other.check(), Err(SignatureError::Algorithm));
}

#[test]
fn another_host_target_body_or_time_is_refused() {
    assert_eq!(Sent { host: "other.example", ..Sent::post() }.check(), Err(SignatureError::Host));
    let moved = Sent { target: "/users/alice/inbox", ..Sent::post() };
    assert!(matches!(moved.check(), Err(SignatureError::Verification(_))));
    let changed = Sent { body: b"{}", ..Sent::post() };
    assert_eq!(changed.check(), Err(SignatureError::Digest("the body differs")));
    for (created, expected) in [
        (NOW - 3_600 - 299, Ok(())),
        (NOW - 3_600 - 301, Err(SignatureError::Time)),
        (NOW + 3_599, Ok(())),
        (NOW + 3_601, Err(SignatureError::Time)),
    ] {
        let parameters = format!("created={created};keyid=\"k\"");
        assert_eq!(Sent { parameters, ..Sent::post() }.check(), expected, "{created}");
    }
    let long = format!("created={};expires={};keyid=\"k\"", NOW - 13 * 3_600 - 1, NOW + 999_999);
    assert_eq!(Sent { parameters: long, ..Sent::post() }.check(), Err(SignatureError::Time));
}

#[test]
fn unreadable_headers_are_refused_without_panic() {
    let sent = Sent::post();
    for (name, value) in [
        ("signature-input", "sig1"),
        ("signature-input", "sig1=(\"@method\";req \"@target-uri\");created=1;keyid=\"k\""),
        ("signature-input", "sig1=(), sig2=()"),
        ("signature-input", "a=(1 2);created=\"x\""),
        (
            "signature-input",
            "sig2=(\"@method\" \"@target-uri\" \"content-digest\");created=1760000000;keyid=\"k\"",
        ),
        ("signature", "sig1=1"),
        ("signature", ""),
        ("content-digest", "sha-512=:YQ==:"),
        ("content-digest", "sha-256=?1"),
    ] {
        let mut headers = sent.headers();
        headers.insert(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        assert!(sent.check_with(&headers).is_err(), "{name}: {value}");
    }
    let mut unknown = Sent::post();
    unknown.components.push(("@status", "200".into()));
    assert_eq!(unknown.check(), Err(SignatureError::Header("@status".into())));
}

#[test]
fn what_we_sign_in_this_form_is_accepted() {
    for (method, url, body) in [
        (Method::POST, "https://shop.example/inbox?a=1", BODY),
        (Method::GET, "https://shop.example/users/alice#top", b"".as_slice()),
    ] {
        let url = reqwest::Url::parse(url).unwrap();
        let key = SigningKey::from_pem(&PAIR.private_pem).unwrap();
        let mut headers = HeaderMap::new();
        crate::federation::sign::sign_message(
            &key,
            "https://a.example/u/1#main-key",
            &method,
            &url,
            &mut headers,
            body,
            now(),
        )
        .unwrap();
        headers.insert("host", HeaderValue::from_static("shop.example"));
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let request = RequestParts { method: &method, path_and_query: target, host: None, headers: &headers };
        let claim = check_message(&request, body, &HOSTS, "https://shop.example", now()).unwrap();
        assert_eq!(claim.key_id, "https://a.example/u/1#main-key");
        claim.verify(&VerifyingKey::from_pem(&PAIR.public_pem).unwrap()).unwrap();
    }
}
