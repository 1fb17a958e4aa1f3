//! Finds `:shortcodes:` of custom emoji in plain text.

use std::ops::Range;

/// Shortest shortcode.
pub const MIN_SHORTCODE_LEN: usize = 2;
/// Longest shortcode of an emoji made here.
pub const MAX_SHORTCODE_LEN: usize = 128;
/// Longest shortcode taken from a peer.
pub const MAX_REMOTE_SHORTCODE_LEN: usize = 2048;

/// A shortcode in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortcode<'t> {
    /// Bytes of the text it covers, with both colons.
    pub range: Range<usize>,
    /// The name between the colons.
    pub code: &'t str,
}

/// Whether `code` may name an emoji made here: `[a-zA-Z0-9_]{2,128}`.
pub fn is_valid(code: &str) -> bool {
    is_name(code, MAX_SHORTCODE_LEN)
}

/// Whether `code` may name an emoji of a peer: like [`is_valid`], up to 2048 characters.
pub fn is_valid_remote(code: &str) -> bool {
    is_name(code, MAX_REMOTE_SHORTCODE_LEN)
}

fn is_name(code: &str, max: usize) -> bool {
    (MIN_SHORTCODE_LEN..=max).contains(&code.len()) && code.bytes().all(is_name_byte)
}

fn is_name_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'_'
}

/// All shortcodes of `text` in order: `:code:` that touches no letter, digit or colon (behaviours §5). Which
/// of them name an emoji is for the caller to look up.
pub fn find(text: &str) -> Vec<Shortcode<'_>> {
    let mut found = Vec::new();
    let touches = |c: Option<char>| c.is_some_and(|c| c == ':' || c.is_alphanumeric());
    let mut from = 0;
    while let Some(start) = text.get(from..).and_then(|rest| rest.find(':')).map(|at| from + at) {
        let inside = text.get(start + 1..).unwrap_or_default();
        let len = inside.bytes().take_while(|&b| is_name_byte(b)).count();
        let end = start + 1 + len;
        let closed = inside.as_bytes().get(len) == Some(&b':');
        let before = text.get(..start).and_then(|t| t.chars().next_back());
        let after = text.get(end + 1..).and_then(|t| t.chars().next());
        match inside.get(..len) {
            Some(code) if closed && is_valid_remote(code) && !touches(before) && !touches(after) => {
                found.push(Shortcode { range: start..end + 1, code });
                from = end + 1;
            }
            _ => from = end.max(start + 1),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shortcodes() {
        for (text, expected) in [
            (":blobcat:", vec!["blobcat"]),
            ("hi :blobcat: and :ferris_2:!", vec!["blobcat", "ferris_2"]),
            (":a: :aa:", vec!["aa"]),
            ("x:blobcat:", vec![]),
            (":blobcat:x", vec![]),
            ("::blobcat::", vec![]),
            (":one::two:", vec![]),
            ("at 10:30:45", vec![]),
            (":blob cat:", vec![]),
            ("(:blobcat:)\u{3001}", vec!["blobcat"]),
            (":a b :cc:", vec!["cc"]),
            (":bl\u{f6}b:", vec![]),
        ] {
            let codes: Vec<_> = find(text).into_iter().map(|s| s.code).collect();
            assert_eq!(codes, expected, "{text}");
        }
    }

    #[test]
    fn names() {
        assert!(is_valid("blobcat") && is_valid("A1") && is_valid(&"a".repeat(128)));
        assert!(!is_valid("a") && !is_valid("a-b") && !is_valid(&"a".repeat(129)) && !is_valid(""));
        assert!(is_valid_remote(&"a".repeat(2048)) && !is_valid_remote(&"a".repeat(2049)));
    }

    proptest! {
        #[test]
        fn every_range_spells_its_code(text in "[:a-z é]{0,60}") {
            for found in find(&text) {
                prop_assert_eq!(&text[found.range.clone()], format!(":{}:", found.code));
            }
        }
    }
}
