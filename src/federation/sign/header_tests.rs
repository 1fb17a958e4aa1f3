//! Signature headers, well-formed, odd and hostile.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use reqwest::header::HeaderValue;

use super::*;

fn parse(text: &str) -> Result<SignatureHeader, SignatureError> {
    parse_signature(&HeaderMap::from_iter([(
        reqwest::header::HeaderName::from_static("signature"),
        HeaderValue::from_str(text).unwrap(),
    )]))
}

const PLAIN: &str = r#"keyId="https://peer.example/u/bob#main-key",algorithm="rsa-sha256",headers="(request-target) Host date",signature="AQID""#;

#[test]
fn a_plain_header_is_read() {
    let header = parse(PLAIN).unwrap();
    assert_eq!(header.key_id, "https://peer.example/u/bob#main-key");
    assert_eq!((header.algorithm, &header.signature[..]), (Algorithm::RsaSha256, &[1, 2, 3][..]));
    assert_eq!(header.covered, ["(request-target)", "host", "date"]);
    assert!(header.covers("host") && !header.covers("digest"));
}

#[test]
fn spaces_escapes_bare_numbers_and_unknown_parameters_are_read() {
    let header = parse(
        r#" keyId = "a\"b\\c" , headers="(created) (expires)",created=1700000000.25,expires="1700000300", opaque="x", signature="AQID""#,
    )
    .unwrap();
    assert_eq!(header.key_id, r#"a"b\c"#);
    assert_eq!((header.created, header.expires), (Some(1_700_000_000), Some(1_700_000_300)));
    assert_eq!(header.algorithm, Algorithm::Hs2019);
}

#[test]
fn without_a_list_the_date_is_covered_or_the_time_of_creation() {
    assert_eq!(parse(r#"keyId="a",algorithm="rsa-sha256",signature="AQID""#).unwrap().covered, ["date"]);
    assert_eq!(parse(r#"keyId="a",algorithm="hs2019",signature="AQID""#).unwrap().covered, ["(created)"]);
    assert_eq!(parse(r#"keyId="a",signature="AQID""#).unwrap().covered, ["(created)"]);
}

#[test]
fn bad_headers_are_refused_with_400() {
    let long = format!("{PLAIN},x=\"{}\"", "y".repeat(MAX_HEADER));
    let many = format!(
        r#"keyId="a",signature="AQID",headers="{}""#,
        (0..33).map(|n| format!("h{n} ")).collect::<String>()
    );
    let far = format!(r#"keyId="{}",signature="AQID""#, "k".repeat(MAX_KEY_ID + 1));
    for bad in [
        "",
        "keyId",
        r#"keyId="a""#,
        r#"signature="AQID""#,
        r#"keyId="",signature="AQID""#,
        r#"keyId="a",signature="A*""#,
        r#"keyId="a",signature="AQID"#,
        r#"keyId="a" signature="AQID""#,
        r#"keyId="a",keyId="b",signature="AQID""#,
        r#"keyId="a",signature="AQID",signature="AQID""#,
        r#"keyId="a",signature="AQID",x="1",x="2""#,
        r#"keyId="a",signature="AQID",headers="""#,
        r#"keyId="a",signature="AQID",headers="date Date""#,
        r#"keyId="a",signature="AQID",created="soon""#,
        r#"keyId="a",signature="AQID",created=99999999999999999999"#,
        r#"keyId="a",signature="AQID","=1"#,
        r#"keyId=,signature="AQID""#,
        r#"keyId="a\"#,
        &long,
        &many,
        &far,
    ] {
        let error = parse(bad).unwrap_err();
        assert!(matches!(error, SignatureError::Malformed(_)), "{bad}: {error:?}");
        assert_eq!(error.status(), 400);
    }
    assert_eq!(
        parse(r#"keyId="a",algorithm="hmac-sha256",signature="AQID""#),
        Err(SignatureError::Algorithm)
    );
    assert_eq!(parse_signature(&HeaderMap::new()), Err(SignatureError::Unsigned));
    let mut twice = HeaderMap::new();
    twice.append("signature", HeaderValue::from_static(PLAIN));
    twice.append("signature", HeaderValue::from_static(PLAIN));
    assert!(matches!(parse_signature(&twice), Err(SignatureError::Malformed(_))));
}

proptest! {
    #[test]
    fn no_header_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(value) = HeaderValue::from_bytes(&bytes) {
            let _ = parse_signature(&HeaderMap::from_iter([(reqwest::header::HeaderName::from_static("signature"), value)]));
        }
    }

    #[test]
    fn no_nearly_right_header_makes_the_reader_panic(
        parts in proptest::collection::vec("(keyId|headers|signature|created|,|=|\"|\\\\| |a|1|é|date)", 0..30)
    ) {
        if let Ok(value) = HeaderValue::from_str(&parts.concat()) {
            let _ = parse_signature(&HeaderMap::from_iter([(reqwest::header::HeaderName::from_static("signature"), value)]));
        }
    }
}
