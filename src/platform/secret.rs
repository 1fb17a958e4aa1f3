//! Secret texts: cookies, links, client secrets. People get the text, the store gets its SHA-256.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// A new secret of 256 random bits, 43 characters of base64url.
pub fn fresh() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// What is kept of a secret text.
pub fn hash(text: &str) -> [u8; 32] {
    fixed(digest(&SHA256, text.as_bytes()).as_ref())
}

/// A secret derived from `key`: HMAC-SHA256 of the parts, each with its length before it so that no two lists
/// of parts are the same bytes.
pub fn derive(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key);
    let mut context = hmac::Context::with_key(&key);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part);
    }
    fixed(context.sign().as_ref())
}

/// Base64url without padding.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Whether two secrets are the same, in a time that does not depend on where they differ.
pub fn same(one: &[u8], other: &[u8]) -> bool {
    use subtle::ConstantTimeEq;
    one.ct_eq(other).into()
}

fn fixed(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    let length = bytes.len().min(out.len());
    out[..length].copy_from_slice(&bytes[..length]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_secrets_depend_on_every_part() {
        let key = [7; 32];
        assert_ne!(derive(&key, &[b"ab", b"c"]), derive(&key, &[b"a", b"bc"]));
        assert_ne!(derive(&key, &[b"ab"]), derive(&[8; 32], &[b"ab"]));
        assert_eq!(fresh().len(), 43);
        assert_ne!(fresh(), fresh());
    }

    #[test]
    fn the_hash_is_sha_256() {
        assert_eq!(text(&hash("abc")), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }
}
