//! The normalised name of a hashtag: what makes `#Café` and `#cafe` one tag.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::entities::{is_tag_separator, is_word};

/// The name under which a tag is stored and addressed: NFKC, lower case, accents of Latin letters folded to
/// ASCII, everything that cannot stand in a tag removed (behaviours §5). Takes the name with or without its
/// sign; idempotent. Empty when nothing is left.
pub fn normalise(name: &str) -> String {
    let lower = name.nfkc().collect::<String>().to_lowercase();
    let mut folded = String::with_capacity(lower.len());
    let mut after_ascii = false;
    for c in lower.nfkd() {
        if is_combining_mark(c) {
            if !after_ascii {
                folded.push(c);
            }
            continue;
        }
        let c = fold_letter(c);
        if is_word(c) || is_tag_separator(c) {
            after_ascii = c.is_ascii_alphanumeric();
            folded.push(c);
        }
    }
    folded.nfkc().collect()
}

/// Whether `text`, without its sign, can be a tag: characters of tags only, and not digits alone (behaviours §5).
pub fn is_name(text: &str) -> bool {
    text.chars().all(|c| is_word(c) || is_tag_separator(c))
        && text.chars().any(|c| is_word(c) && !c.is_numeric() && c != '_')
}

/// The ASCII letter for Latin letters that have no decomposition; any other character as it is.
fn fold_letter(c: char) -> char {
    match c {
        'ð' | 'đ' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ĸ' => 'k',
        'ł' => 'l',
        'ŋ' => 'n',
        'ø' => 'o',
        'ŧ' => 't',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn normalised_names() {
        for (name, expected) in [
            ("Rust", "rust"),
            ("#Caf\u{e9}", "cafe"),
            ("Cafe\u{301}", "cafe"),
            ("\u{141}\u{f3}d\u{17a}", "lodz"),
            ("\u{130}stanbul", "istanbul"),
            ("\u{ff32}\u{ff55}\u{ff53}\u{ff54}", "rust"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
            ("\u{30d5}\u{309a}", "\u{30d7}"),
            ("\u{419}\u{43e}", "\u{439}\u{43e}"),
            ("\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}", "\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}"),
            ("a_b\u{b7}c", "a_b\u{b7}c"),
            ("rust-lang!", "rustlang"),
            ("\u{1f980}", ""),
            ("stra\u{df}e", "stra\u{df}e"),
        ] {
            assert_eq!(normalise(name), expected, "{name}");
        }
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(name in "\\PC{0,12}") {
            let once = normalise(&name);
            prop_assert_eq!(normalise(&once), once);
        }
    }
}
