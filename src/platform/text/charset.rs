//! Text of pages that are not in UTF-8.

use encoding_rs::{Encoding, UTF_8};

/// How much of a page is searched for what it says of its encoding (HTML Standard, "prescan").
const SEARCHED: usize = 1_024;

/// The text of a page: in the encoding of its byte order mark, of `content_type`, or of a meta element at its
/// beginning; UTF-8 otherwise. What cannot be read becomes U+FFFD.
pub fn decode(bytes: &[u8], content_type: &str) -> String {
    let label = content_type.parse::<mime::Mime>().ok();
    let label = label.and_then(|kind| kind.get_param("charset").map(|charset| charset.as_str().to_owned()));
    let encoding = label.and_then(|label| Encoding::for_label(label.as_bytes())).or_else(|| announced(bytes));
    encoding.unwrap_or(UTF_8).decode(bytes).0.into_owned()
}

fn announced(bytes: &[u8]) -> Option<&'static Encoding> {
    let start = bytes.get(..SEARCHED.min(bytes.len()))?.to_ascii_lowercase();
    let at = start.windows(8).position(|window| window == b"charset=")? + 8;
    let rest = start.get(at..)?;
    let rest = rest.strip_prefix(b"\"").or_else(|| rest.strip_prefix(b"'")).unwrap_or(rest);
    let end = rest
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !b"-_:.".contains(byte))
        .unwrap_or(rest.len());
    Encoding::for_label(rest.get(..end)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_read_in_their_own_encoding() {
        assert_eq!(decode("é".as_bytes(), "text/html"), "é");
        assert_eq!(decode(b"\xe9", "text/html; charset=ISO-8859-1"), "é");
        assert_eq!(decode(b"<meta charset=\"windows-1252\">\xe9", "text/html").chars().last(), Some('é'));
        assert_eq!(decode(b"<meta charset='shift_jis'>\x82\xa0", "").chars().last(), Some('あ'));
        assert_eq!(decode(b"\xff\xfe", "text/html; charset=nonsense"), "");
        assert_eq!(decode(b"a\xe9b charset=", "text/html"), "a\u{fffd}b charset=");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..64)) {
            let _ = decode(&bytes, "text/html");
        }
    }
}
