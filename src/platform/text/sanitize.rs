//! Makes HTML from peers safe and uniform: the only way by which foreign markup enters.
//!
//! Two steps. [`writer`] walks through the markup and writes a small well-nested subset of it: bounded depth,
//! headings and formulas turned into what clients know, links without an address unwrapped. Its result then
//! passes the ammonia sanitiser with an allow-list of its own, which is the wall: what it does not know does
//! not come through, whatever the first step did.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use url::Url;

mod writer;

/// Deepest nesting of elements; deeper tags are dropped, their text is kept.
pub const MAX_DEPTH: usize = 32;

/// Elements kept in posts and profiles.
const ELEMENTS: [&str; 20] = [
    "p",
    "br",
    "span",
    "a",
    "del",
    "s",
    "pre",
    "blockquote",
    "code",
    "b",
    "strong",
    "u",
    "i",
    "em",
    "ul",
    "ol",
    "li",
    "ruby",
    "rt",
    "rp",
];
/// Schemes that links may have.
const SCHEMES: [&str; 11] =
    ["http", "https", "dat", "dweb", "ipfs", "ipns", "ssb", "gopher", "xmpp", "magnet", "gemini"];
/// Classes kept, beside those of microformats.
const CLASSES: [&str; 5] = ["mention", "hashtag", "ellipsis", "invisible", "quote-inline"];
const MICROFORMAT_PREFIXES: [&str; 5] = ["h-", "p-", "u-", "dt-", "e-"];

/// Post and profile HTML from a peer with only what behaviours §5 allows: its elements, attributes, classes
/// and link schemes; every link opens apart and passes on neither credit nor opener; headings become bold
/// paragraphs, formulas their TeX source. Reads at most [`super::tokens::MAX_HTML_LEN`] bytes and keeps
/// [`MAX_DEPTH`] levels. Sanitising twice changes nothing.
pub fn sanitize(html: &str) -> String {
    static WALL: LazyLock<Builder<'static>> = LazyLock::new(content_wall);
    if !html.contains(['<', '>', '&', '\0', '\r', '\u{a0}', '\u{feff}']) {
        let end = html.floor_char_boundary(super::tokens::MAX_HTML_LEN);
        return html.get(..end).unwrap_or_default().to_owned();
    }
    WALL.clean(&writer::write(html)).to_string()
}

/// HTML of an embedded player (oEmbed): only audio, video, their sources, and iframes, which are sandboxed.
/// Empty when nothing is left.
pub fn sanitize_embed(html: &str) -> String {
    static WALL: LazyLock<Builder<'static>> = LazyLock::new(embed_wall);
    if html.len() > super::tokens::MAX_HTML_LEN {
        return String::new();
    }
    WALL.clean(html).to_string()
}

/// `href` as it is kept in a link: white space removed that browsers ignore. `None` unless it is an absolute
/// address of an allowed scheme.
fn link_address(href: &str) -> Option<String> {
    let href: String = href.trim_matches(|c: char| c <= ' ').replace(['\t', '\n', '\r'], "");
    let url = Url::parse(&href).ok()?;
    SCHEMES.contains(&url.scheme()).then_some(href)
}

fn is_kept_class(class: &str) -> bool {
    let microformat = |prefix: &&str| class.strip_prefix(*prefix).is_some_and(|rest| !rest.is_empty());
    CLASSES.contains(&class) || MICROFORMAT_PREFIXES.iter().any(microformat)
}

/// The classes of `value` that are kept; `None` when none is.
fn kept_classes(value: &str) -> Option<String> {
    let kept: Vec<_> = value.split_ascii_whitespace().filter(|class| is_kept_class(class)).collect();
    if kept.is_empty() { None } else { Some(kept.join(" ")) }
}

/// The value with which an attribute is kept on an element, or `None` when it is dropped.
fn kept_attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match (element, attribute) {
        (_, "lang") => Some(value.into()),
        ("a", "href") => link_address(value).map(Cow::Owned),
        ("a" | "span" | "p", "class") => kept_classes(value).map(Cow::Owned),
        ("a" | "span", "translate") if value == "no" => Some("no".into()),
        ("ol", "start") | ("li", "value") => {
            value.trim().parse::<i32>().ok().map(|number| number.to_string().into())
        }
        ("ol", "reversed") => Some("".into()),
        _ => None,
    }
}

fn content_wall() -> Builder<'static> {
    let mut wall = Builder::empty();
    wall.tags(HashSet::from(ELEMENTS))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .generic_attributes(HashSet::from(["lang"]))
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href", "class", "translate"])),
            ("span", HashSet::from(["class", "translate"])),
            ("p", HashSet::from(["class"])),
            ("ol", HashSet::from(["start", "reversed"])),
            ("li", HashSet::from(["value"])),
        ]))
        .attribute_filter(kept_wall_attribute)
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("nofollow noopener"))
        .set_tag_attribute_value("a", "target", "_blank");
    wall
}

fn kept_wall_attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    match attribute {
        // Written by the wall itself: those of peers are not in its list of attributes.
        "target" | "rel" => Some(value.into()),
        _ => kept_attribute(element, attribute, value),
    }
}

fn embed_wall() -> Builder<'static> {
    let mut wall = Builder::empty();
    wall.tags(HashSet::from(["audio", "iframe", "source", "video"]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .tag_attributes(HashMap::from([
            ("audio", HashSet::from(["controls"])),
            (
                "iframe",
                HashSet::from(["allowfullscreen", "frameborder", "height", "scrolling", "src", "width"]),
            ),
            ("source", HashSet::from(["src", "type"])),
            ("video", HashSet::from(["controls", "height", "loop", "width"])),
        ]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        .set_tag_attribute_value(
            "iframe",
            "sandbox",
            "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-forms",
        );
    wall
}

#[cfg(test)]
mod tests;
