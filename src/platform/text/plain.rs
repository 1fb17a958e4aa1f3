//! HTML to plain text: for search, push messages, page descriptions and feeds.

use html5ever::tokenizer::Tag;

use super::tokens::{Piece, attribute, walk, walk_whole};

/// The text of `html` (at most its first [`super::tokens::MAX_HTML_LEN`] bytes): paragraphs parted by an
/// empty line, line breaks and list items on lines of their own, links whole, the line that repeats the
/// address of a quoted post left out.
pub fn from_html(html: &str) -> String {
    let mut writer = Writer::default();
    walk(html, &mut |piece| match piece {
        Piece::Open(tag) => writer.open(tag),
        Piece::Close(name) => writer.close(name),
        Piece::Text(text) => writer.text(text),
    });
    writer.out
}

/// A link in HTML.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Its address as written.
    pub href: String,
    /// Its `rel` tokens in lower case.
    pub rel: Vec<String>,
    /// Its classes.
    pub classes: Vec<String>,
}

/// The first `limit` elements `a` and `link` with an address in `html`, in order: what preview cards
/// look at.
pub fn anchors(html: &str, limit: usize) -> Vec<Anchor> {
    let mut found = Vec::new();
    let words = |value: Option<&str>| -> Vec<String> {
        value.unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect()
    };
    walk(html, &mut |piece| {
        if let Piece::Open(tag) = piece
            && found.len() < limit
            && matches!(&*tag.name, "a" | "link")
            && let Some(href) = attribute(tag, "href")
        {
            let mut rel = words(attribute(tag, "rel"));
            rel.iter_mut().for_each(|word| word.make_ascii_lowercase());
            found.push(Anchor { href: href.trim().to_owned(), rel, classes: words(attribute(tag, "class")) });
        }
    });
    found
}

/// The addresses of the first `limit` elements `a` and `link` of a page with `rel="me"` among their relations, in
/// order and as written: what the verification of profile links looks at.
pub fn me_links(page: &str, limit: usize) -> Vec<String> {
    let mut found = Vec::new();
    walk_whole(page, &mut |piece| {
        if let Piece::Open(tag) = piece
            && found.len() < limit
            && matches!(&*tag.name, "a" | "link")
            && let (Some(rel), Some(href)) = (attribute(tag, "rel"), attribute(tag, "href"))
            && rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("me"))
        {
            found.push(href.trim().to_owned());
        }
    });
    found
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Line breaks due before the next text: 1 for a line, 2 for a paragraph.
    breaks: usize,
    /// A space is due before the next text.
    space: bool,
    preformatted: bool,
    in_quote_line: bool,
}

impl Writer {
    fn open(&mut self, tag: &Tag) {
        match &*tag.name {
            "br" => self.line_break(),
            "p" if attribute(tag, "class").is_some_and(|c| c.split(' ').any(|c| c == "quote-inline")) => {
                self.in_quote_line = true;
            }
            "pre" => {
                self.preformatted = true;
                self.block("pre");
            }
            name => self.block(name),
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" if self.in_quote_line => self.in_quote_line = false,
            "br" => self.line_break(),
            "pre" => {
                self.preformatted = false;
                self.block(name);
            }
            _ => self.block(name),
        }
    }

    fn line_break(&mut self) {
        // A `br` counts also at the end of a line, so that two of them leave an empty line.
        self.breaks = (self.breaks + 1).min(2);
        self.space = false;
    }

    /// The break that the edge of a block element makes.
    fn block(&mut self, name: &str) {
        let breaks = match name {
            "p" | "blockquote" | "pre" | "ul" | "ol" | "table" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => 2,
            "li" | "div" | "tr" | "dt" | "dd" | "section" | "article" | "figure" | "hr" => 1,
            _ => return,
        };
        self.breaks = self.breaks.max(breaks);
        self.space = false;
    }

    fn text(&mut self, text: &str) {
        if self.in_quote_line {
            return;
        }
        if self.preformatted {
            self.word(text);
            return;
        }
        if text.starts_with(|c: char| c.is_ascii_whitespace()) {
            self.space = true;
        }
        for word in text.split_ascii_whitespace() {
            self.word(word);
            self.space = true;
        }
        self.space &= text.ends_with(|c: char| c.is_ascii_whitespace());
    }

    fn word(&mut self, word: &str) {
        if !self.out.is_empty() {
            match self.breaks {
                0 if self.space => self.out.push(' '),
                breaks => (0..breaks).for_each(|_| self.out.push('\n')),
            }
        }
        self.breaks = 0;
        self.space = false;
        self.out.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_texts() {
        for (html, expected) in [
            ("", ""),
            ("<p>Hello</p>", "Hello"),
            ("<p>a<br />b</p><p>c</p>", "a\nb\n\nc"),
            ("a<br>b<br><br>c</br>d", "a\nb\n\nc\nd"),
            ("<p>1 &lt; 2 &amp;amp; x&nbsp;y</p>", "1 < 2 &amp; x\u{a0}y"),
            ("<p>some\n  <b>bold</b>,  <i>text</i> </p>\n<p>end</p>", "some bold, text\n\nend"),
            ("<ul><li>a</li><li>b</li></ul>c", "a\nb\n\nc"),
            ("<pre>a\n  b</pre>", "a\n  b"),
            (
                "<a href=\"https://example.com/x\"><span class=\"invisible\">https://</span>\
                 <span class=\"ellipsis\">example.com</span><span class=\"invisible\">/x</span></a>",
                "https://example.com/x",
            ),
            ("<p class=\"quote-inline\">RE: <a href=\"x\">x</a></p><p>yes</p>", "yes"),
            ("a<script>alert('<b>')</script>b<style>p{}</style><!-- c -->", "ab"),
            ("<svg><svg><text>x</text></svg>y</svg>z", "z"),
            ("<textarea>a<b>c</textarea>", "a<b>c"),
            ("a < b", "a < b"),
            ("x<plaintext>y</plaintext>z", "x"),
        ] {
            assert_eq!(from_html(html), expected, "{html}");
        }
    }

    #[test]
    fn anchors_in_order() {
        let html = "<a>no</a><a href='https://a.example/ ' rel='Me nofollow' class='u-url x'>a</a>\
                    <link rel=me href=/b><a href=https://c.example>c</a>";
        let found = anchors(html, 2);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].href, "https://a.example/");
        assert_eq!(found[0].rel, ["me", "nofollow"]);
        assert_eq!(found[0].classes, ["u-url", "x"]);
        assert_eq!(found[1].href, "/b");
    }

    #[test]
    fn links_to_oneself_are_found_wherever_a_page_has_them() {
        let filler = "<p>x</p>".repeat(100_000);
        let page = format!(
            "<head><link href=/a REL='nofollow ME'></head><a rel=meme href=/no>x</a><a rel=me>no</a>\
             <script>'<a rel=me href=/no>'</script><!-- <a rel=me href=/no> -->{filler}<a href=' /b ' rel=me>x</a>"
        );
        assert_eq!(me_links(&page, 9), ["/a", "/b"]);
        assert_eq!(me_links(&page, 1), ["/a"]);
    }

    proptest! {
        #[test]
        fn escaped_text_reads_back(text in "[a-z<>&\"';]{0,40}") {
            prop_assert_eq!(from_html(&super::super::html::escape(&text)), text);
        }
    }
}
