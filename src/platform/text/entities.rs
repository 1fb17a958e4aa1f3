//! Finds the mentions, hashtags and links in plain text, in one pass from left to right.

use std::ops::Range;

use unicode_normalization::char::is_combining_mark;
use url::Url;

use super::idn::{MAX_DOMAIN_LEN, to_ascii};

/// Deepest nesting of parentheses inside a link; a third open one ends it.
const MAX_PAREN_DEPTH: usize = 2;

/// Longest address looked for after `xmpp:`, in bytes.
const MAX_XMPP_ADDRESS_LEN: usize = 512;

/// Something in a text that is more than text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity<'t> {
    /// Bytes of the text it covers, including `@`, `#` or the scheme; always on character boundaries.
    pub range: Range<usize>,
    /// What it is.
    pub kind: Kind<'t>,
}

/// The kinds of [`Entity`], with their parts as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind<'t> {
    /// `@username` or `@username@domain`.
    Mention {
        /// The name between the signs.
        username: &'t str,
        /// The domain as written, with its port if it has one.
        domain: Option<&'t str>,
    },
    /// `#name`; `＃name` counts too.
    Hashtag {
        /// The name without the sign.
        name: &'t str,
    },
    /// An address with scheme `http` or `https`.
    Url(&'t str),
    /// An `xmpp:` or `magnet:` address, linked but counted as the text it is.
    Uri(&'t str),
}

/// All entities of `text` in order, never overlapping (behaviours §5). Takes time linear in the text,
/// whatever the text is.
pub fn find(text: &str) -> Vec<Entity<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = None;
    while let Some(here) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let entity = match here {
            '@' => mention(text, at, before),
            '#' | '＃' => hashtag(text, at, before),
            'h' | 'H' => web_url(text, at, before),
            'x' | 'X' | 'm' | 'M' => other_uri(text, at, before),
            _ => None,
        };
        let end = match entity {
            Some(entity) => {
                let end = entity.range.end;
                found.push(entity);
                end
            }
            None => at + here.len_utf8(),
        };
        before = text.get(at..end).and_then(|passed| passed.chars().next_back());
        at = end;
    }
    found
}

/// Whether `c` belongs to a word: a letter, digit, combining mark or underscore of any script.
pub(super) fn is_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_combining_mark(c)
}

/// Whether `c` may stand inside a hashtag between word characters.
pub(super) fn is_tag_separator(c: char) -> bool {
    matches!(c, '\u{b7}' | '\u{30fb}' | '\u{200c}')
}

/// Length in bytes of the longest start of `text` that is a run of `word` characters, joined inside by runs
/// of `joiner` characters.
fn joined_run(text: &str, word: impl Fn(char) -> bool, joiner: impl Fn(char) -> bool) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if word(c) {
            end = at + c.len_utf8();
        } else if end == 0 || !joiner(c) {
            break;
        }
    }
    end
}

fn mention<'t>(text: &'t str, start: usize, before: Option<char>) -> Option<Entity<'t>> {
    if before.is_some_and(|c| is_word(c) || c == '=' || c == '/') {
        return None;
    }
    let rest = text.get(start + 1..)?;
    let is_joiner = |c| c == '.' || c == '-';
    let name_len = joined_run(rest, |c| c == '_' || c.is_ascii_alphanumeric(), is_joiner);
    let username = rest.get(..name_len).filter(|name| !name.is_empty())?;
    let mut end = start + 1 + name_len;
    let mut domain = None;
    if let Some(after) = rest.get(name_len..).and_then(|r| r.strip_prefix('@')) {
        let host_len = joined_run(after, is_word, is_joiner);
        if host_len > MAX_DOMAIN_LEN {
            return None;
        }
        if host_len > 0 {
            let len = host_len + after.get(host_len..).map_or(0, port_len);
            domain = after.get(..len);
            end += 1 + len;
        }
    }
    Some(Entity { range: start..end, kind: Kind::Mention { username, domain } })
}

/// Length of `:port` at the start of `text`, or 0 when none stands there.
fn port_len(text: &str) -> usize {
    let Some(digits) = text.strip_prefix(':') else { return 0 };
    let len = digits.bytes().take(6).take_while(u8::is_ascii_digit).count();
    let whole = digits.get(len..).and_then(|r| r.chars().next()).is_none_or(|c| !is_word(c));
    if (1..=5).contains(&len) && whole { 1 + len } else { 0 }
}

fn hashtag<'t>(text: &'t str, start: usize, before: Option<char>) -> Option<Entity<'t>> {
    if before.is_some_and(|c| !c.is_whitespace()) {
        return None;
    }
    let sign = text.get(start..)?.chars().next()?.len_utf8();
    let rest = text.get(start + sign..)?;
    let len = joined_run(rest, is_word, is_tag_separator);
    let name = rest.get(..len)?;
    let only_digits = name.chars().all(char::is_numeric);
    if only_digits || !name.chars().any(char::is_alphanumeric) {
        return None;
    }
    Some(Entity { range: start..start + sign + len, kind: Kind::Hashtag { name } })
}

/// Whether a link may begin after `c`: not inside a word, a handle or a tag, nor after the signs that turn
/// the direction of writing.
fn may_precede_link(c: char) -> bool {
    !(is_word(c) || matches!(c, '@' | '＠' | '$' | '#' | '＃' | '\u{202a}'..='\u{202e}'))
}

fn strip_prefix_ignoring_case<'t>(text: &'t str, prefix: &str) -> Option<&'t str> {
    let head = text.get(..prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { text.get(prefix.len()..) } else { None }
}

fn web_url<'t>(text: &'t str, start: usize, before: Option<char>) -> Option<Entity<'t>> {
    if before.is_some_and(|c| !may_precede_link(c)) {
        return None;
    }
    let from = text.get(start..)?;
    let rest = strip_prefix_ignoring_case(from, "https://")
        .or_else(|| strip_prefix_ignoring_case(from, "http://"))?;
    let host = host_of(rest)?;
    let port = rest.get(host.len()..).map_or(0, port_len);
    let tail = rest.get(host.len() + port..)?;
    let len = from.len() - tail.len() + if tail.starts_with(['/', '?', '#']) { tail_len(tail) } else { 0 };
    let url = from.get(..len)?;
    let authority = from.get(..from.len() - tail.len())?;
    Url::parse(authority).ok()?;
    Some(Entity { range: start..start + len, kind: Kind::Url(url) })
}

/// The host at the start of `text`: labels of letters, digits, hyphens and underscores joined by single
/// dots.
fn host_of(text: &str) -> Option<&str> {
    let mut end = 0;
    let mut last = '.';
    for (at, c) in text.char_indices() {
        if at > MAX_DOMAIN_LEN {
            return None;
        }
        if is_word(c) || (c == '-' && last != '.') {
            end = at + c.len_utf8();
        } else if c != '.' || last == '.' {
            break;
        }
        last = c;
    }
    let host = text.get(..end)?.trim_end_matches('-');
    to_ascii(host)?;
    Some(host)
}

/// Whether `c` ends a link wherever it stands: white space, control characters, brackets and quotes that
/// enclose links in prose, and the punctuation of East Asian writing.
fn ends_link(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '\u{200b}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{3000}'..='\u{3004}' | '\u{3008}'..='\u{3020}' | '\u{3030}')
        || matches!(c, '\u{ff01}'..='\u{ff0f}' | '\u{ff1a}'..='\u{ff20}')
        || matches!(c, '\u{ff3b}'..='\u{ff3e}' | '\u{ff5b}'..='\u{ff65}')
}

/// Whether a link may end with `c`: not with the punctuation that follows links in prose.
fn may_end_link(c: char) -> bool {
    !matches!(c, '?' | '!' | '*' | '\'' | ';' | ':' | ',' | '.' | '$' | '%' | '[' | ']' | '{' | '}')
        && !matches!(c, '~' | '&' | '|' | '@' | '\\' | '^' | '«' | '»' | '“' | '”' | '‘' | '’' | '…')
}

/// Length of the path, query and fragment at the start of `text`. Parentheses belong to it in pairs.
fn tail_len(text: &str) -> usize {
    let mut end = 0;
    let mut open = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' if open == MAX_PAREN_DEPTH => break,
            '(' => open += 1,
            ')' if open == 0 => break,
            ')' => {
                open -= 1;
                if open == 0 {
                    end = at + 1;
                }
            }
            c if ends_link(c) => break,
            c if open == 0 && may_end_link(c) => end = at + c.len_utf8(),
            _ => {}
        }
    }
    end
}

fn other_uri<'t>(text: &'t str, start: usize, before: Option<char>) -> Option<Entity<'t>> {
    if before.is_some_and(|c| !may_precede_link(c)) {
        return None;
    }
    let from = text.get(start..)?;
    let (scheme, rest) = ["xmpp:", "magnet:"]
        .into_iter()
        .find_map(|scheme| strip_prefix_ignoring_case(from, scheme).map(|rest| (scheme, rest)))?;
    let plausible = match scheme {
        "magnet:" => strip_prefix_ignoring_case(rest, "?xt=urn:").is_some_and(|id| tail_len(id) > 0),
        _ => is_xmpp(rest),
    };
    if !plausible {
        return None;
    }
    let len = scheme.len() + tail_len(rest);
    Some(Entity { range: start..start + len, kind: Kind::Uri(from.get(..len)?) })
}

/// Whether what follows `xmpp:` names an address: `node@host`, or a host with a dot in it (RFC 5122),
/// perhaps after `//account/`.
fn is_xmpp(rest: &str) -> bool {
    let window = rest.floor_char_boundary(MAX_XMPP_ADDRESS_LEN);
    let body = rest.get(..window).unwrap_or_default();
    let body = body.get(..tail_len(body)).unwrap_or_default();
    let path = body.split(['?', '#']).next().unwrap_or_default();
    let address = match path.strip_prefix("//") {
        Some(with_account) => with_account.split_once('/').map_or(with_account, |(_, address)| address),
        None => path,
    };
    let bare = address.split('/').next().unwrap_or_default();
    match bare.split_once('@') {
        Some((node, host)) => !node.is_empty() && to_ascii(host).is_some(),
        None => bare.contains('.') && to_ascii(bare).is_some(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|entity| &text[entity.range]).collect()
    }

    #[test]
    fn mentions() {
        for (text, expected) in [
            ("@alice", vec!["@alice"]),
            ("hi @alice, @bob@example.com!", vec!["@alice", "@bob@example.com"]),
            ("@alice.b-c.", vec!["@alice.b-c"]),
            ("@alice@example.com.", vec!["@alice@example.com"]),
            ("@alice@", vec!["@alice"]),
            ("(@alice)", vec!["@alice"]),
            ("mail me: alice@example.com", vec![]),
            ("/@alice =@bob é@carol", vec![]),
            ("@ alice @.alice", vec![]),
            ("@alice@b\u{fc}cher.example", vec!["@alice@b\u{fc}cher.example"]),
            ("@bob@localhost:3001 hello", vec!["@bob@localhost:3001"]),
            ("@bob@example.com: hello", vec!["@bob@example.com"]),
            ("@bob@example.com:123456", vec!["@bob@example.com"]),
            ("\u{3001}@alice\u{3002}", vec!["@alice"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
        let long = format!("@alice@{}.example", "a".repeat(250));
        assert!(find(&long).is_empty());
        assert_eq!(
            find("@Alice@Example.COM")[0].kind,
            Kind::Mention { username: "Alice", domain: Some("Example.COM") }
        );
    }

    #[test]
    fn hashtags() {
        for (text, expected) in [
            ("#rust", vec!["#rust"]),
            ("a #rust, #caf\u{e9}\n#2026_plans", vec!["#rust", "#caf\u{e9}", "#2026_plans"]),
            ("\u{ff03}\u{65e5}\u{672c}\u{8a9e}", vec!["\u{ff03}\u{65e5}\u{672c}\u{8a9e}"]),
            ("#\u{30a2}\u{30fb}\u{30a4}\u{30fb} x", vec!["#\u{30a2}\u{30fb}\u{30a4}"]),
            (
                "#\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}",
                vec!["#\u{939}\u{93f}\u{928}\u{94d}\u{926}\u{940}"],
            ),
            ("#a#b", vec!["#a"]),
            ("#1 #123 # #_ #- a#b &#39;", vec![]),
            ("#rust-lang", vec!["#rust"]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn links() {
        for (text, expected) in [
            ("https://example.com", vec!["https://example.com"]),
            ("(https://example.com)", vec!["https://example.com"]),
            ("see http://example.com/a?b=c#d.", vec!["http://example.com/a?b=c#d"]),
            ("https://en.example.org/Rust_(language)!", vec!["https://en.example.org/Rust_(language)"]),
            ("(https://example.com/a)", vec!["https://example.com/a"]),
            ("https://example.com/(((a)))", vec!["https://example.com/"]),
            ("https://example.com/@alice #x", vec!["https://example.com/@alice", "#x"]),
            ("https://example.com/#fragment", vec!["https://example.com/#fragment"]),
            ("https://b\u{fc}cher.example/\u{e9}", vec!["https://b\u{fc}cher.example/\u{e9}"]),
            ("https://example.com/foo\u{3002}\u{3064}", vec!["https://example.com/foo"]),
            ("http://localhost:3000/about", vec!["http://localhost:3000/about"]),
            ("HTTPS://EXAMPLE.com/?a=(b)", vec!["HTTPS://EXAMPLE.com/?a=(b)"]),
            ("<https://example.com/x>", vec!["https://example.com/x"]),
            ("example.com www.example.com ftp://example.com", vec![]),
            ("https:// https://- http://.a https://..", vec![]),
            ("nohttps://example.com", vec![]),
            ("javascript:alert(1)", vec![]),
            ("xmpp:muc@example.com?join", vec!["xmpp:muc@example.com?join"]),
            ("xmpp: a, xmpp:room", vec![]),
            ("magnet:?xt=urn:btih:abc&dn=x", vec!["magnet:?xt=urn:btih:abc&dn=x"]),
            ("magnet:foo", vec![]),
        ] {
            assert_eq!(shown(text), expected, "{text}");
        }
    }

    #[test]
    fn hostile_texts_stay_linear() {
        for unit in [
            "@",
            "@a",
            "@a@",
            "@a.-",
            "#",
            "#a\u{b7}",
            "https://",
            "https://a/(",
            "https://a.",
            "xmpp:a",
            "https://a/((https://a/)",
            "http://-",
            "magnet:?",
            "(",
            "-xmpp:a",
            "-magnet:?xt=urn:",
            "\u{ff03}",
            "https://a/( ",
        ] {
            let text = unit.repeat(400_000 / unit.len());
            let total: usize = find(&text).iter().map(|entity| entity.range.len()).sum();
            assert!(total <= text.len());
        }
    }

    proptest! {
        #[test]
        fn ranges_are_ordered_and_inside(text in "([@#＃/:.()a-zé_ -]|https://|xmpp:|magnet:\\?xt=urn:|\\PC){0,60}") {
            let mut last = 0;
            for entity in find(&text) {
                prop_assert!(entity.range.start >= last);
                prop_assert!(!entity.range.is_empty());
                prop_assert!(text.get(entity.range.clone()).is_some());
                if let Kind::Url(url) = entity.kind {
                    prop_assert!(Url::parse(url).is_ok(), "{url}");
                }
                last = entity.range.end;
            }
        }
    }
}
