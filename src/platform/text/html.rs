//! Renders what local people write (posts, bios, profile fields) to the HTML that clients and peers show.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::entities::{Entity, Kind, find};
use super::hashtag::normalise;
use super::idn::to_unicode;

/// Characters of a link shown after its scheme; the rest is hidden.
const SHOWN_LINK_LEN: usize = 30;
/// What need not be escaped in a path segment (RFC 3986 unreserved).
pub const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const REL: &str = "nofollow noopener";
const REL_ME: &str = "nofollow noopener me";

/// What rendering has to ask about the world.
pub trait Links {
    /// The account a mention in the text means, its parts given as written; none if there is no such account
    /// or it may not be mentioned, and the mention stays plain text.
    fn mention(&self, username: &str, domain: Option<&str>) -> Option<Mentioned>;

    /// Address of this server without a final slash; tags lie below it at `/tags/<name>`.
    fn base_url(&self) -> &str;
}

/// An account that a text mentions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mentioned {
    /// Its username, in its own letters.
    pub username: String,
    /// Its domain as stored (ASCII); none for an account here.
    pub domain: Option<String>,
    /// Address of its profile page.
    pub url: String,
}

/// A rendered post.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The content, without newline characters.
    pub html: String,
    /// The accounts linked, each once, in order of appearance.
    pub mentions: Vec<Mentioned>,
    /// The tags linked, each normalised name once with the first spelling, in order of appearance.
    pub hashtags: Vec<(String, String)>,
}

/// How links are written.
struct Style {
    rel: &'static str,
    with_domains: bool,
    paragraphs: bool,
}

/// Renders the text of a post as behaviours §5 describes. `quote` is the address of the quoted post: a line
/// linking it comes first unless the text has the address itself.
pub fn render(text: &str, links: &dyn Links, quote: Option<&str>) -> Rendered {
    let style = Style { rel: REL, with_domains: false, paragraphs: true };
    let mut rendered = Renderer::new(text, links, style).run();
    if let Some(url) = quote
        && !rendered.html.contains(&escape(url))
    {
        let mut line = String::from("<p class=\"quote-inline\">RE: ");
        push_link(&mut line, url, REL);
        line.push_str("</p>");
        rendered.html.insert_str(0, &line);
    }
    rendered
}

/// Renders the bio of a profile: as [`render`].
pub fn render_bio(text: &str, links: &dyn Links) -> Rendered {
    render(text, links, None)
}

/// Renders the value of a profile field: one line, links with `rel="me"` so that the page behind can be
/// verified, mentions with their domain.
pub fn render_field(text: &str, links: &dyn Links) -> Rendered {
    let style = Style { rel: REL_ME, with_domains: true, paragraphs: false };
    Renderer::new(text, links, style).run()
}

/// `text` with the five characters escaped that mean something in HTML text and attributes.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    push_escaped(&mut escaped, text);
    escaped
}

/// Appends `text` to `out` as [`escape`] would give it.
pub fn push_escaped(out: &mut String, text: &str) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let entity = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(text.get(from..at).unwrap_or_default());
        out.push_str(entity);
        from = at + 1;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

/// Appends the link of an address as shown in posts: scheme and `www.` hidden, the next 30 characters shown,
/// the rest hidden.
pub fn push_link(out: &mut String, url: &str, rel: &str) {
    let after_scheme = ["https://", "http://", "xmpp:"]
        .into_iter()
        .find(|scheme| url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
        .map_or(0, str::len);
    let www = url.get(after_scheme..).is_some_and(|rest| after_scheme > 6 && rest.starts_with("www."));
    let (prefix, rest) = url.split_at_checked(after_scheme + if www { 4 } else { 0 }).unwrap_or(("", url));
    let mut cuts = rest.char_indices().map(|(at, _)| at).skip(SHOWN_LINK_LEN);
    // A single character that would be hidden is shown instead.
    let cut = match (cuts.next(), cuts.next()) {
        (Some(cut), Some(_)) => Some(cut),
        _ => None,
    };
    let (shown, hidden) = rest.split_at_checked(cut.unwrap_or(rest.len())).unwrap_or((rest, ""));
    out.push_str("<a href=\"");
    push_escaped(out, url);
    out.push_str("\" target=\"_blank\" rel=\"");
    out.push_str(rel);
    out.push_str("\" translate=\"no\"><span class=\"invisible\">");
    push_escaped(out, prefix);
    out.push_str(if cut.is_some() { "</span><span class=\"ellipsis\">" } else { "</span><span class=\"\">" });
    push_escaped(out, shown);
    out.push_str("</span><span class=\"invisible\">");
    push_escaped(out, hidden);
    out.push_str("</span></a>");
}

/// Address of the page of a tag on the server at `base_url`; `name` is the normalised name.
pub fn tag_url(base_url: &str, name: &str) -> String {
    format!("{base_url}/tags/{}", utf8_percent_encode(name, SEGMENT))
}

struct Renderer<'t> {
    text: &'t str,
    entities: Vec<(Entity<'t>, Option<Mentioned>)>,
    /// Names (in lower case) that more than one mentioned account has.
    shared_names: BTreeSet<String>,
    base_url: &'t str,
    style: Style,
    out: Rendered,
}

impl<'t> Renderer<'t> {
    fn new(text: &'t str, links: &'t dyn Links, style: Style) -> Self {
        let mut entities = Vec::new();
        let mut asked: BTreeMap<(&str, Option<&str>), Option<Mentioned>> = BTreeMap::new();
        let mut domains: BTreeMap<String, BTreeSet<Option<String>>> = BTreeMap::new();
        for entity in find(text) {
            let mut mentioned = None;
            if let Kind::Mention { username, domain } = entity.kind {
                mentioned = asked
                    .entry((username, domain))
                    .or_insert_with(|| links.mention(username, domain))
                    .clone();
                if let Some(account) = &mentioned {
                    let name = account.username.to_lowercase();
                    domains.entry(name).or_default().insert(account.domain.clone());
                }
            }
            entities.push((entity, mentioned));
        }
        let shared = domains.into_iter().filter(|(_, domains)| domains.len() > 1);
        let shared_names = shared.map(|(name, _)| name).collect();
        Self { text, entities, shared_names, base_url: links.base_url(), style, out: Rendered::default() }
    }

    fn run(mut self) -> Rendered {
        if self.text.trim().is_empty() {
            return self.out;
        }
        let mut breaks = Breaks { out: String::with_capacity(self.text.len() * 2), ..Breaks::default() };
        breaks.paragraphs = self.style.paragraphs;
        let mut from = 0;
        for (entity, mentioned) in std::mem::take(&mut self.entities) {
            breaks.text(self.text.get(from..entity.range.start).unwrap_or_default());
            from = entity.range.end;
            let written = self.text.get(entity.range).unwrap_or_default();
            match (entity.kind, mentioned) {
                (Kind::Url(url) | Kind::Uri(url), _) => push_link(breaks.inline(), url, self.style.rel),
                (Kind::Mention { .. }, Some(account)) => self.mention(breaks.inline(), account),
                (Kind::Hashtag { name }, _) => self.hashtag(&mut breaks, name, written),
                (Kind::Mention { .. }, None) => breaks.text(written),
            }
        }
        breaks.text(self.text.get(from..).unwrap_or_default());
        self.out.html = breaks.finish();
        self.out
    }

    fn mention(&mut self, out: &mut String, account: Mentioned) {
        let with_domain =
            self.style.with_domains || self.shared_names.contains(&account.username.to_lowercase());
        out.push_str("<span class=\"h-card\" translate=\"no\"><a href=\"");
        push_escaped(out, &account.url);
        out.push_str("\" class=\"u-url mention\">@<span>");
        push_escaped(out, &account.username);
        if let Some(domain) = account.domain.as_ref().filter(|_| with_domain) {
            out.push('@');
            push_escaped(out, &to_unicode(domain));
        }
        out.push_str("</span></a></span>");
        if !self.out.mentions.contains(&account) {
            self.out.mentions.push(account);
        }
    }

    fn hashtag(&mut self, breaks: &mut Breaks, name: &str, written: &str) {
        let normalised = normalise(name);
        if normalised.is_empty() {
            return breaks.text(written);
        }
        let out = breaks.inline();
        out.push_str("<a href=\"");
        push_escaped(out, &tag_url(self.base_url, &normalised));
        out.push_str("\" class=\"mention hashtag\" rel=\"tag\">#<span>");
        push_escaped(out, name);
        out.push_str("</span></a>");
        if !self.out.hashtags.iter().any(|(known, _)| *known == normalised) {
            self.out.hashtags.push((normalised, name.to_owned()));
        }
    }
}

/// Turns line breaks into markup: two or more end a paragraph, a single one is `<br />`. Without paragraphs
/// they are spaces.
#[derive(Default)]
struct Breaks {
    out: String,
    paragraphs: bool,
    open: bool,
    newlines: usize,
}

impl Breaks {
    fn text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let (line, after) = match rest.find(['\r', '\n']) {
                Some(at) => rest.split_at(at),
                None => (rest, ""),
            };
            if !line.is_empty() {
                push_escaped(self.inline(), line);
            }
            rest = after;
            for ending in ["\r\n", "\n", "\r"] {
                if let Some(next) = rest.strip_prefix(ending) {
                    self.newlines += 1;
                    rest = next;
                    break;
                }
            }
        }
    }

    /// The place to write inline content, after the markup for the line breaks before it.
    fn inline(&mut self) -> &mut String {
        match (self.paragraphs, self.open, self.newlines) {
            (true, false, _) => self.out.push_str("<p>"),
            (true, true, 1) => self.out.push_str("<br />"),
            (true, true, 2..) => self.out.push_str("</p><p>"),
            (false, true, 1..) => self.out.push(' '),
            _ => {}
        }
        self.open = true;
        self.newlines = 0;
        &mut self.out
    }

    fn finish(mut self) -> String {
        if self.paragraphs && self.open {
            self.out.push_str("</p>");
        }
        self.out
    }
}

#[cfg(test)]
mod tests;
