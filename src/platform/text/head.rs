//! What a web page says about itself, in its head: title, meta and link elements, and data in scripts of JSON-LD.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, Tag, TagKind, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};

use super::tokens::attribute;

/// Most meta elements, and most link elements, that are kept.
const MOST: usize = 256;
/// Most bytes of one value.
const LONGEST: usize = 8 * 1024;
/// Most scripts of JSON-LD, and most bytes of one.
const SCRIPTS: usize = 8;
const LONGEST_SCRIPT: usize = 128 * 1024;

/// A `link` element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its `rel` tokens, in lower case.
    pub rel: Vec<String>,
    /// Its type, in lower case; empty when it has none.
    pub kind: String,
    /// Its address as written.
    pub href: String,
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The language of the page.
    pub language: Option<String>,
    /// Its title.
    pub title: String,
    /// Names (or properties), in lower case, and contents of its meta elements.
    pub meta: Vec<(String, String)>,
    /// Its links.
    pub links: Vec<Link>,
    /// The texts of its JSON-LD scripts.
    pub data: Vec<String>,
}

impl Head {
    /// Reads a page. Takes time linear in its length, whatever it is.
    pub fn read(html: &str) -> Self {
        let reader =
            Reader(RefCell::new(State { head: Self::default(), inside: Inside::Nothing, titled: false }));
        let tokenizer = Tokenizer::new(reader, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(html));
        // The sink never asks for a pause, so all input is consumed by one call.
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        tokenizer.sink.0.into_inner().head
    }

    /// The first meta element with one of these names that is not blank, by the order of the names.
    pub fn meta(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| {
            let named = self.meta.iter().filter(|(found, _)| found == name);
            named.map(|(_, content)| content.trim()).find(|content| !content.is_empty())
        })
    }

    /// The first link with this relation and, where one is asked for, this type.
    pub fn link(&self, rel: &str, kind: Option<&str>) -> Option<&str> {
        let fits = |link: &&Link| {
            link.rel.iter().any(|one| one == rel)
                && kind.is_none_or(|kind| link.kind.split(';').next() == Some(kind))
        };
        self.links.iter().find(fits).map(|link| link.href.as_str())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Title,
    Data,
    Skipped,
}

struct State {
    head: Head,
    inside: Inside,
    titled: bool,
}

struct Reader(RefCell<State>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == TagKind::StartTag => return state.open(&tag),
            TagToken(_) => {
                if state.inside == Inside::Title {
                    state.titled = true;
                }
                state.inside = Inside::Nothing;
            }
            CharacterTokens(text) => state.text(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let value = |name: &str| attribute(tag, name).map(|value| cut(value.trim(), LONGEST).to_owned());
        match &*tag.name {
            "html" => self.head.language = self.head.language.take().or_else(|| value("lang")),
            "meta" if self.head.meta.len() < MOST => {
                let name = value("property").or_else(|| value("name")).or_else(|| value("itemprop"));
                if let (Some(name), Some(content)) = (name, value("content")) {
                    self.head.meta.push((name.to_lowercase(), content));
                }
            }
            "link" if self.head.links.len() < MOST => {
                if let (Some(rel), Some(href)) = (value("rel"), value("href")) {
                    let rel = rel.split_ascii_whitespace().map(str::to_lowercase).collect();
                    let kind = value("type").unwrap_or_default().to_lowercase();
                    self.head.links.push(Link { rel, kind, href });
                }
            }
            // Pictures have titles, too: the first one outside of them is that of the page.
            "title" => {
                self.inside = if self.titled { Inside::Skipped } else { Inside::Title };
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "script" => {
                let is_data =
                    value("type").is_some_and(|kind| kind.eq_ignore_ascii_case("application/ld+json"));
                let taken = is_data && self.head.data.len() < SCRIPTS;
                if taken {
                    self.head.data.push(String::new());
                }
                self.inside = if taken { Inside::Data } else { Inside::Skipped };
                return TokenSinkResult::RawData(RawKind::ScriptData);
            }
            "textarea" => {
                self.inside = Inside::Skipped;
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "style" | "iframe" | "noembed" | "noframes" | "xmp" => {
                self.inside = Inside::Skipped;
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn text(&mut self, text: &str) {
        let (into, most) = match self.inside {
            Inside::Title => (Some(&mut self.head.title), LONGEST),
            Inside::Data => (self.head.data.last_mut(), LONGEST_SCRIPT),
            Inside::Nothing | Inside::Skipped => return,
        };
        if let Some(into) = into {
            into.push_str(cut(text, most.saturating_sub(into.len())));
        }
    }
}

fn cut(text: &str, most: usize) -> &str {
    text.get(..text.floor_char_boundary(most)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_with_its_references_resolved() {
        let head = Head::read(
            "<!doctype html><HTML lang=de><head><title> A &amp; B<b>x</b></title>\
             <meta property=\"og:Title\" content=\"T &lt;script&gt;\"><meta name=description content=''>\
             <meta name=\"twitter:description\" content=D>\
             <link rel=\"Alternate\" type=\"application/json+oembed\" href=\"/o?x=1&amp;y=2\">\
             <script type=\"application/ld+json\">{\"a\": \"</b>\"}</script><script>var title = '<title>no'</script>\
             <svg><title>no</title></svg>",
        );
        assert_eq!(head.language.as_deref(), Some("de"));
        assert_eq!(head.title, " A & B<b>x</b>");
        assert_eq!(head.meta(&["og:title"]), Some("T <script>"));
        assert_eq!(head.meta(&["description", "twitter:description"]), Some("D"));
        assert_eq!(head.link("alternate", Some("application/json+oembed")), Some("/o?x=1&y=2"));
        assert_eq!(head.link("alternate", Some("text/xml+oembed")), None);
        assert_eq!(head.data, ["{\"a\": \"</b>\"}"]);
    }

    #[test]
    fn giants_are_cut() {
        let many = "<meta name=a content=b><link rel=a href=b>".repeat(10_000);
        let head = Head::read(&format!("<title>{}</title>{many}", "é".repeat(100_000)));
        assert!(head.title.len() <= LONGEST);
        assert_eq!((head.meta.len(), head.links.len()), (MOST, MOST));
        let scripts = format!("<script type=application/ld+json>{}</script>", "1".repeat(LONGEST_SCRIPT * 2));
        let head = Head::read(&scripts.repeat(20));
        assert_eq!(head.data.len(), SCRIPTS);
        assert!(head.data.iter().all(|text| text.len() == LONGEST_SCRIPT));
    }

    proptest::proptest! {
        #[test]
        fn any_page_is_read_without_panic(html in "[<>/a-z \"'=!&;-]{0,300}") {
            let _ = Head::read(&html);
        }
    }
}
