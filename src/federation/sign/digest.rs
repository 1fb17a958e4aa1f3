//! The `Digest` header (RFC 3230) that ties a body to its signature; SHA-256 alone is used.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::SignatureError;

/// The value of the `Digest` header for a body: `SHA-256=<base64>`.
pub fn digest_header(body: &[u8]) -> String {
    format!("SHA-256={}", STANDARD.encode(digest(&SHA256, body)))
}

/// The value of the `Content-Digest` header for a body (RFC 9530): `sha-256=:<base64>:`.
pub(super) fn content_digest(body: &[u8]) -> String {
    format!("sha-256=:{}:", STANDARD.encode(digest(&SHA256, body)))
}

/// Checks a `Digest` header, which may list several algorithms, against the body. Names are compared without case;
/// other algorithms than SHA-256 are passed over, so that a list without it fails.
pub(super) fn check_digest(header: &str, body: &[u8]) -> Result<(), SignatureError> {
    let mut values = header.split(',').filter_map(|item| {
        let (name, value) = item.trim().split_once('=')?;
        name.eq_ignore_ascii_case("sha-256").then_some(value)
    });
    let value = values.next().ok_or(SignatureError::Digest("only SHA-256 is supported"))?;
    if values.next().is_some() {
        return Err(SignatureError::Digest("more than one SHA-256"));
    }
    let given = STANDARD.decode(value).map_err(|_| SignatureError::Digest("not base64"))?;
    if given.len() != 32 {
        return Err(SignatureError::Digest("not a SHA-256 digest"));
    }
    if is_sha256_of(&given, body) { Ok(()) } else { Err(SignatureError::Digest("the body differs")) }
}

/// Whether `given` is the SHA-256 of the body.
pub(super) fn is_sha256_of(given: &[u8], body: &[u8]) -> bool {
    given == digest(&SHA256, body).as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_found_in_any_list_and_only_the_right_one_passes() {
        let good = digest_header(b"hello");
        assert_eq!(good, "SHA-256=LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
        for header in [
            good.clone(),
            format!("md5=abc, {good}"),
            good.replace("SHA", "sha"),
            format!("{good},unixsum=3"),
        ] {
            assert_eq!(check_digest(&header, b"hello"), Ok(()), "{header}");
        }
        for header in [
            "",
            "SHA-256",
            "SHA-256=",
            "SHA-256=!",
            "SHA-256=aGVsbG8=",
            "SHA-512=aGVsbG8=",
            &format!("{good},{good}"),
        ] {
            assert!(check_digest(header, b"hello").is_err(), "{header}");
        }
        assert!(check_digest(&good, b"hello ").is_err());
    }
}
