//! Cuts text of any language into the words that are searched for, without dictionaries.
//!
//! Text is folded first: compatibility forms, case, accents of Latin and Greek, vowel marks of Arabic and Hebrew.
//! Words are those of UAX #29. Scripts that are written without spaces are cut into overlapping pairs of
//! characters, and the last character of a run stands alone as well: so a pair, a longer phrase and, by its
//! beginning, a single character are all found.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};
use unicode_normalization::UnicodeNormalization;
use unicode_segmentation::UnicodeSegmentation;

/// Longer words are cut, in bytes: nobody types them, and the index has a limit of its own.
const LONGEST: usize = 96;
/// Text beyond this is not looked at, in bytes.
const MOST_TEXT: usize = 64 * 1024;

/// A word with its place in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word, folded.
    pub text: String,
    /// Its place: neighbours have neighbouring places.
    pub place: usize,
    /// What of the text it stands for.
    pub kind: WordKind,
}

/// What a [`Word`] is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WordKind {
    /// A whole word.
    Whole,
    /// Two neighbouring characters of a script without spaces.
    Pair,
    /// The last character of a run of two or more.
    Last,
    /// A run of one character.
    Lone,
}

/// Scripts whose words are not divided by spaces, and Hangul, whose words carry endings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    /// Han and Kana, which are mixed within words.
    Han,
    Hangul,
    Thai,
    Lao,
    Khmer,
    Myanmar,
}

fn script(c: char) -> Option<Script> {
    Some(match u32::from(c) {
        0x3005..=0x3007 | 0x3041..=0x3096 | 0x309D..=0x309F | 0x30A1..=0x30FA | 0x30FC..=0x30FF => {
            Script::Han
        }
        0x31F0..=0x31FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF => Script::Han,
        0x20000..=0x3FFFF => Script::Han,
        0x1100..=0x11FF | 0x3131..=0x318E | 0xA960..=0xA97C | 0xAC00..=0xD7FB => Script::Hangul,
        0x0E01..=0x0E3A | 0x0E40..=0x0E4E => Script::Thai,
        0x0E81..=0x0EBD | 0x0EC0..=0x0ECE | 0x0EDC..=0x0EDF => Script::Lao,
        0x1780..=0x17D3 | 0x17D7 | 0x17DC..=0x17DD => Script::Khmer,
        0x1000..=0x103F | 0x1050..=0x109D | 0xA9E0..=0xA9EF | 0xAA60..=0xAA7F => Script::Myanmar,
        _ => return None,
    })
}

/// Letters that have no decomposition, and marks of punctuation that are written in several ways.
fn plain(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        'ø' => "o",
        'đ' | 'ð' => "d",
        'ł' => "l",
        'ħ' => "h",
        'ŧ' => "t",
        'þ' => "th",
        'ı' => "i",
        'ς' => "σ",
        '\u{2018}' | '\u{2019}' | '\u{02BC}' => "'",
        // Tatweel, soft hyphen, joiners and marks of direction carry no meaning.
        '\u{0640}' | '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' => "",
        _ => return None,
    })
}

/// Whether `c` is a letter whose accents are folded away.
fn loses_accents(c: char) -> bool {
    matches!(u32::from(c), 0x41..=0x5A | 0x61..=0x7A | 0x00C0..=0x024F | 0x0370..=0x03FF | 0x1E00..=0x1FFF)
}

/// Vowel points and signs of Arabic and Hebrew, which are left out as often as they are written.
fn is_point(c: char) -> bool {
    matches!(u32::from(c), 0x0591..=0x05BD | 0x05BF | 0x05C1..=0x05C2 | 0x05C4..=0x05C5 | 0x05C7)
        || matches!(u32::from(c), 0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC)
}

/// The form in which text is compared.
pub fn fold(text: &str) -> String {
    let mut decomposed = String::with_capacity(text.len());
    let mut base = ' ';
    for c in text.nfkd().flat_map(char::to_lowercase) {
        if matches!(u32::from(c), 0x0300..=0x036F) {
            if !loses_accents(base) {
                decomposed.push(c);
            }
        } else if is_point(c) {
            continue;
        } else {
            base = c;
            match plain(c) {
                Some(plain) => decomposed.push_str(plain),
                None => decomposed.push(c),
            }
        }
    }
    decomposed.nfc().collect()
}

/// The words of `text` in order.
pub fn words(text: &str) -> Vec<Word> {
    let text = fold(text.get(..text.floor_char_boundary(MOST_TEXT)).unwrap_or_default());
    let mut found = Vec::new();
    let mut place = 0;
    let mut rest = text.as_str();
    while let Some(first) = rest.chars().next() {
        let own = script(first);
        let end = rest.char_indices().find(|(_, c)| script(*c) != own).map_or(rest.len(), |(at, _)| at);
        let (run, after) = rest.split_at(end);
        match own {
            Some(_) => pairs(run, &mut place, &mut found),
            None => {
                for word in run.unicode_words() {
                    let text = word.get(..word.floor_char_boundary(LONGEST)).unwrap_or_default().to_owned();
                    found.push(Word { text, place, kind: WordKind::Whole });
                    place += 1;
                }
            }
        }
        rest = after;
    }
    found
}

fn pairs(run: &str, place: &mut usize, found: &mut Vec<Word>) {
    let mut chars = run.chars().peekable();
    let mut is_first = true;
    while let Some(c) = chars.next() {
        let (text, kind) = match chars.peek() {
            Some(next) => (String::from_iter([c, *next]), WordKind::Pair),
            None => (c.to_string(), if is_first { WordKind::Lone } else { WordKind::Last }),
        };
        found.push(Word { text, place: *place, kind });
        *place += 1;
        is_first = false;
    }
}

/// [`words`] as the index wants them.
#[derive(Clone, Default)]
pub struct Cutter;

/// The words of one text.
pub struct Cut {
    words: std::vec::IntoIter<Word>,
    token: Token,
}

impl Tokenizer for Cutter {
    type TokenStream<'a> = Cut;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Cut {
        Cut { words: words(text).into_iter(), token: Token::default() }
    }
}

impl TokenStream for Cut {
    fn advance(&mut self) -> bool {
        let Some(word) = self.words.next() else { return false };
        // Offsets are for marking hits in stored text, and nothing is stored.
        self.token =
            Token { offset_from: 0, offset_to: 0, position: word.place, text: word.text, position_length: 1 };
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn words_are_folded() {
        assert_eq!(cut("Crème BRÛLÉE, naïve Straße!"), ["creme", "brulee", "naive", "strasse"]);
        assert_eq!(cut("ＦＵＬＬ ﬁne Ångström"), ["full", "fine", "angstrom"]);
        assert_eq!(cut("Ελλάδα ΟΔΟΣ"), ["ελλαδα", "οδοσ"]);
        assert_eq!(cut("мой ёж"), ["мой", "ёж"], "letters of their own, not accents");
        assert_eq!(cut("don’t stop"), ["don't", "stop"]);
    }

    #[test]
    fn arabic_and_hebrew_lose_their_points() {
        assert_eq!(cut("كِتَابٌ"), cut("كتاب"));
        assert_eq!(cut("أحمد"), cut("احمد"));
        assert_eq!(cut("שָׁלוֹם"), cut("שלום"));
    }

    #[test]
    fn scripts_without_spaces_become_pairs() {
        assert_eq!(cut("東京都"), ["東京", "京都", "都"]);
        assert_eq!(cut("カタカナ"), ["カタ", "タカ", "カナ", "ナ"]);
        assert_eq!(cut("ｶﾞ"), ["ガ"], "half width is the same letter");
        assert_eq!(cut("한국어"), ["한국", "국어", "어"]);
        assert_eq!(cut("ไทย"), ["ไท", "ทย", "ย"]);
        assert_eq!(cut("iPhoneを買う"), ["iphone", "を買", "買う", "う"]);
        assert_eq!(words("猫")[0].kind, WordKind::Lone);
    }

    #[test]
    fn neighbours_have_neighbouring_places() {
        let places: Vec<usize> = words("a 東京 b").into_iter().map(|word| word.place).collect();
        assert_eq!(places, [0, 1, 2, 3]);
    }

    #[test]
    fn nonsense_has_no_words() {
        for text in ["", " ", "...", "\u{0301}\u{0301}", "\u{200D}", "🦀"] {
            assert_eq!(cut(text), [""; 0], "{text:?}");
        }
        assert!(cut(&"x".repeat(100_000))[0].len() <= LONGEST);
        assert!(words(&"日".repeat(100_000)).len() <= MOST_TEXT / 3 + 1);
    }
}
