//! Cases and properties of rendering.

use proptest::prelude::*;

use super::*;
use crate::platform::text::plain::from_html;
use crate::platform::text::sanitize::sanitize;

/// Knows alice and carol here, bob and carol on another server.
struct Village;

impl Links for Village {
    fn mention(&self, username: &str, domain: Option<&str>) -> Option<Mentioned> {
        let name = username.to_lowercase();
        match (name.as_str(), domain) {
            ("alice" | "carol", None | Some("shop.example")) => {
                Some(Mentioned { url: format!("https://shop.example/@{name}"), username: name, domain: None })
            }
            ("bob" | "carol", Some(domain)) => Some(Mentioned {
                url: format!("https://{domain}/@{name}"),
                username: name,
                domain: Some(domain.to_owned()),
            }),
            _ => None,
        }
    }

    fn base_url(&self) -> &str {
        "https://shop.example"
    }
}

fn mention(url: &str, shown: &str) -> String {
    format!(
        "<span class=\"h-card\" translate=\"no\"><a href=\"{url}\" class=\"u-url mention\">@<span>{shown}</span></a></span>"
    )
}

fn link(url: &str, prefix: &str, class: &str, shown: &str, hidden: &str) -> String {
    format!(
        "<a href=\"{url}\" target=\"_blank\" rel=\"nofollow noopener\" translate=\"no\">\
         <span class=\"invisible\">{prefix}</span><span class=\"{class}\">{shown}</span>\
         <span class=\"invisible\">{hidden}</span></a>"
    )
}

#[test]
fn paragraphs_and_escapes() {
    for (text, expected) in [
        ("", ""),
        (" \n ", ""),
        ("hello", "<p>hello</p>"),
        ("a\nb\r\nc", "<p>a<br />b<br />c</p>"),
        ("a\n\nb\n\n\n\nc", "<p>a</p><p>b</p><p>c</p>"),
        ("\n\na\n", "<p>a</p>"),
        ("<b>&'\"", "<p>&lt;b&gt;&amp;&#39;&quot;</p>"),
        ("*x* :blobcat:", "<p>*x* :blobcat:</p>"),
    ] {
        assert_eq!(render(text, &Village, None).html, expected, "{text}");
    }
}

#[test]
fn links_are_shortened() {
    for (url, expected) in [
        ("https://example.com", link("https://example.com", "https://", "", "example.com", "")),
        ("http://www.example.com/", link("http://www.example.com/", "http://www.", "", "example.com/", "")),
        (
            "https://example.com/890123456789012345678901",
            link(
                "https://example.com/890123456789012345678901",
                "https://",
                "ellipsis",
                "example.com/890123456789012345",
                "678901",
            ),
        ),
        (
            "https://example.com/8901234567890123456",
            link(
                "https://example.com/8901234567890123456",
                "https://",
                "",
                "example.com/8901234567890123456",
                "",
            ),
        ),
        (
            "https://example.com/?a&b",
            link("https://example.com/?a&amp;b", "https://", "", "example.com/?a&amp;b", ""),
        ),
        ("xmpp:a@example.com", link("xmpp:a@example.com", "xmpp:", "", "a@example.com", "")),
    ] {
        assert_eq!(render(url, &Village, None).html, format!("<p>{expected}</p>"));
    }
}

#[test]
fn mentions() {
    let rendered = render("@Alice and @bob@b.example, @nobody @alice", &Village, None);
    let alice = mention("https://shop.example/@alice", "alice");
    let bob = mention("https://b.example/@bob", "bob");
    assert_eq!(rendered.html, format!("<p>{alice} and {bob}, @nobody {alice}</p>"));
    let names: Vec<_> = rendered.mentions.iter().map(|account| account.username.as_str()).collect();
    assert_eq!(names, ["alice", "bob"]);

    let rendered = render("@carol @carol@xn--bcher-kva.example @carol@shop.example", &Village, None);
    let here = mention("https://shop.example/@carol", "carol");
    let there = mention("https://xn--bcher-kva.example/@carol", "carol@b\u{fc}cher.example");
    assert_eq!(rendered.html, format!("<p>{here} {there} {here}</p>"));
    assert_eq!(rendered.mentions.len(), 2);
}

#[test]
fn hashtags() {
    let rendered = render("#Caf\u{e9} #CAFE #\u{65e5}\u{672c}", &Village, None);
    assert_eq!(
        rendered.hashtags,
        [("cafe".to_owned(), "Caf\u{e9}".to_owned()), ("\u{65e5}\u{672c}".into(), "\u{65e5}\u{672c}".into())]
    );
    assert!(rendered.html.starts_with(
        "<p><a href=\"https://shop.example/tags/cafe\" class=\"mention hashtag\" rel=\"tag\">#<span>Caf\u{e9}</span></a> "
    ));
    assert!(rendered.html.contains("/tags/%E6%97%A5%E6%9C%AC\""));
}

#[test]
fn quotes_come_first_once() {
    let url = "https://b.example/1?a&b";
    let shown = link("https://b.example/1?a&amp;b", "https://", "", "b.example/1?a&amp;b", "");
    assert_eq!(
        render("yes", &Village, Some(url)).html,
        format!("<p class=\"quote-inline\">RE: {shown}</p><p>yes</p>")
    );
    assert_eq!(render("", &Village, Some(url)).html, format!("<p class=\"quote-inline\">RE: {shown}</p>"));
    assert!(!render(&format!("RE: {url}"), &Village, Some(url)).html.contains("quote-inline"));
}

#[test]
fn fields_are_one_line() {
    let html = render_field("https://example.com\n@bob@b.example", &Village).html;
    let me = link("https://example.com", "https://", "", "example.com", "")
        .replace("nofollow noopener", "nofollow noopener me");
    assert_eq!(html, format!("{me} {}", mention("https://b.example/@bob", "bob@b.example")));
    assert_eq!(render_field("", &Village).html, "");
    assert_eq!(render_bio("a\nb", &Village).html, "<p>a<br />b</p>");
}

proptest! {
    #[test]
    fn rendered_text_is_safe_and_reads_back(
        text in "([a-z<>&\"'#@:. ]|@alice|@bob@b\\.example|https://a\\.example/|#tag|\n){0,40}"
    ) {
        let html = render(&text, &Village, None).html;
        prop_assert!(!html.contains('\n'));
        prop_assert_eq!(from_html(&sanitize(&html)), from_html(&html));
    }
}
