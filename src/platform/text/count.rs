//! The length of a post as its author is told it: what the limit of 500 characters counts.

use unicode_segmentation::UnicodeSegmentation;

use super::entities::{Kind, find};

/// What every http(s) link counts, however long it is.
pub const URL_LENGTH: usize = 23;

/// Length of `text` in grapheme clusters, a link counting [`URL_LENGTH`] and `@user@domain` only `@user`
/// (behaviours §5). A post's length is that of its spoiler plus that of its text.
pub fn length(text: &str) -> usize {
    let mut total = 0;
    let mut plain_from = 0;
    for entity in find(text) {
        let counted = match entity.kind {
            Kind::Url(_) => URL_LENGTH,
            Kind::Mention { username, domain: Some(_) } => 1 + username.len(),
            _ => continue,
        };
        total += graphemes(text.get(plain_from..entity.range.start).unwrap_or_default()) + counted;
        plain_from = entity.range.end;
    }
    total + graphemes(text.get(plain_from..).unwrap_or_default())
}

/// Number of grapheme clusters (what a reader sees as one character) in `text`: the measure for names,
/// field values, media descriptions and poll options.
pub fn graphemes(text: &str) -> usize {
    if text.is_ascii() && !text.contains("\r\n") {
        return text.len();
    }
    text.graphemes(true).count()
}

/// The longest start of `text` with at most `limit` grapheme clusters.
pub fn truncate(text: &str, limit: usize) -> &str {
    match text.grapheme_indices(true).nth(limit) {
        Some((end, _)) => text.get(..end).unwrap_or(text),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn length_counts_what_is_seen() {
        for (text, expected) in [
            ("", 0),
            ("hello", 5),
            ("\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}", 1),
            ("e\u{301}", 1),
            ("\u{1f1e9}\u{1f1ea}", 1),
            ("https://example.com", 23),
            ("a https://example.com/a/very/long/path/that/goes/on/and/on b", 27),
            ("@bob@example.com", 4),
            ("@bob", 4),
            ("hi @bob@example.com!", 8),
            ("example.com", 11),
            ("xmpp:a@example.com", 18),
            ("a\r\nb", 3),
        ] {
            assert_eq!(length(text), expected, "{text}");
        }
    }

    #[test]
    fn truncate_keeps_whole_graphemes() {
        assert_eq!(truncate("hello", 3), "hel");
        assert_eq!(truncate("e\u{301}e\u{301}", 1), "e\u{301}");
        assert_eq!(truncate("ab", 2), "ab");
        assert_eq!(truncate("ab", 0), "");
    }

    proptest! {
        #[test]
        fn length_is_bounded(text in "([@#a-z. -]|https://a.example/|@bob@b.example|\\PC){0,40}") {
            let links = find(&text).iter().filter(|e| matches!(e.kind, Kind::Url(_))).count();
            prop_assert!(length(&text) <= graphemes(&text) + links * URL_LENGTH);
        }

        #[test]
        fn truncated_is_a_start(text in "\\PC{0,30}", limit in 0usize..40) {
            let cut = truncate(&text, limit);
            prop_assert!(text.starts_with(cut));
            prop_assert!(graphemes(cut) <= limit);
        }
    }
}
