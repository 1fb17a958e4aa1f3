//! Text that looks like other text: labels of domains written to be taken for others, and letters that nobody sees.

use icu_properties::CodePointMapData;
use icu_properties::props::Script;

/// Cyrillic letters that look like Latin ones; a label made of nothing else is meant to be misread.
const LATIN_LOOKALIKES: &str = "асԁеһіјӏорԛѕԝхуъЬҽпгѵѡ";
/// Scripts that are written together with Latin letters and each other (UTS 39, highly restrictive).
const EAST_ASIAN: [Script; 5] =
    [Script::Han, Script::Hiragana, Script::Katakana, Script::Hangul, Script::Bopomofo];

/// Whether a label of a domain may be shown in its own script: of one script, or of such as are written together, and no
/// word of Cyrillic letters that all look Latin. Others are shown as they are sent, which nobody takes for something else.
pub fn is_plain(label: &str) -> bool {
    if label.is_ascii() {
        return true;
    }
    let scripts = CodePointMapData::<Script>::new();
    let mut found: Vec<Script> = Vec::new();
    for letter in label.chars() {
        let script = scripts.get(letter);
        if !matches!(script, Script::Common | Script::Inherited) && !found.contains(&script) {
            found.push(script);
        }
    }
    let together = match found.as_slice() {
        [] => false,
        [_] => true,
        several => several.iter().all(|script| *script == Script::Latin || EAST_ASIAN.contains(script)),
    };
    let letters = || label.chars().filter(|letter| letter.is_alphabetic());
    together && !letters().all(|letter| LATIN_LOOKALIKES.contains(letter))
}

/// Whether a letter takes no room and says nothing, or turns the text around it: overrides and isolates of direction,
/// blanks without width, fillers. Marks of direction and joiners, which scripts and emoji are written with, are not.
fn is_trick(letter: char) -> bool {
    matches!(
        letter,
        '\u{202a}'..='\u{202e}'
            | '\u{2066}'..='\u{2069}'
            | '\u{200b}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206a}'..='\u{206f}'
            | '\u{feff}'
            | '\u{ad}'
            | '\u{34f}'
            | '\u{115f}'
            | '\u{1160}'
            | '\u{17b4}'
            | '\u{17b5}'
            | '\u{180e}'
            | '\u{3164}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
    )
}

/// A name as one line: control characters are blanks, and what only serves to look like another name is left out. A name
/// of which nothing can be seen is none.
pub fn name(text: &str) -> String {
    let line: String =
        text.chars().filter(|c| !is_trick(*c)).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let is_seen = |c: char| !c.is_whitespace() && !matches!(c, '\u{200c}'..='\u{200f}' | '\u{61c}');
    if line.chars().any(is_seen) { line.trim().to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_one_script_are_plain_and_those_made_to_be_misread_are_not() {
        for label in [
            "peer",
            "bücher",
            "пример",
            "例え",
            "ひらがなカタカナ漢字abc",
            "한국어",
            "ελλάδα",
            "موقع",
            "straße-7",
            "россия",
        ] {
            assert!(is_plain(label), "{label}");
        }
        for label in ["аpple", "раураӏ", "ехаӏԁ", "gооgle", "αbc", "пeer", "例аb", "💩"] {
            assert!(!is_plain(label), "{label}");
        }
    }

    #[test]
    fn names_keep_what_can_be_seen() {
        for (text, expected) in [
            ("  Anna\tB\n", "Anna B"),
            ("\u{202e}nimda", "nimda"),
            ("ad\u{200b}m\u{2060}in\u{feff}", "admin"),
            ("a\u{2067}b\u{2069}c", "abc"),
            ("👩\u{200d}🚀", "👩\u{200d}🚀"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("\u{200f}שלום", "\u{200f}שלום"),
            ("\u{200d}\u{200e}", ""),
            ("\u{3164}", ""),
            ("\u{ad}\u{ad}", ""),
            ("", ""),
        ] {
            assert_eq!(name(text), expected, "{text:?}");
        }
    }
}
