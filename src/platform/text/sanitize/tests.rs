//! Cases and properties of sanitising.

use proptest::prelude::*;

use super::super::tokens::MAX_HTML_LEN;
use super::*;

#[test]
fn what_is_kept() {
    for html in [
        "<p>Hello <b>b</b> <strong>s</strong> <em>e</em> <i>i</i> <u>u</u> <del>d</del> <s>s</s> <code>c</code></p>",
        "<p>a<br>b</p><p>c</p>",
        "<pre>a\n  b</pre><blockquote><p>q</p></blockquote>",
        "<ul><li>a<ol start=\"3\" reversed=\"\"><li value=\"2\">b</li></ol></li></ul>",
        "<ruby>\u{6f22}<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
        "<p lang=\"de\" class=\"quote-inline\">x</p>",
        "<span class=\"h-card\" translate=\"no\">x</span>",
        "<span class=\"invisible\">x</span><span class=\"ellipsis\">y</span>",
        "1 &lt; 2 &amp;amp; 3",
        ":blobcat: text",
    ] {
        assert_eq!(sanitize(html), html);
    }
}

#[test]
fn links() {
    let link = |href: &str, more: &str| {
        format!("<a href=\"{href}\"{more} target=\"_blank\" rel=\"nofollow noopener\">x</a>")
    };
    for (html, expected) in [
        ("<a href=\"https://a.example/\">x</a>", link("https://a.example/", "")),
        ("<a href=\" https://a.exa\nmple/ \" onclick=\"x()\" id=\"i\">x</a>", link("https://a.example/", "")),
        (
            "<a href=\"https://a.example/\" rel=\"tag me\" target=\"_top\" class=\"mention x\" translate=\"no\">x</a>",
            link("https://a.example/", " class=\"mention\" translate=\"no\""),
        ),
        ("<a href=\"gemini://a.example/\">x</a>", link("gemini://a.example/", "")),
        ("<a href=\"magnet:?xt=urn:btih:a&amp;b\">x</a>", link("magnet:?xt=urn:btih:a&amp;b", "")),
        ("<a href=\"javascript:alert(1)\">x</a>", "x".into()),
        ("<a href=\"JaVa\tScript:alert(1)\">x</a>", "x".into()),
        ("<a href=\"data:text/html,x\">x</a>", "x".into()),
        ("<a href=\"/relative\">x</a>", "x".into()),
        ("<a href=\"//a.example\">x</a>", "x".into()),
        ("<a href=\"mailto:a@a.example\">x</a>", "x".into()),
        ("<a href=\"https://\">x</a>", "x".into()),
        ("<a name=\"y\">x</a>", "x".into()),
        ("<a href=\"https://a.example/?a=<b>'\">x</a>", link("https://a.example/?a=&lt;b&gt;'", "")),
    ] {
        assert_eq!(sanitize(html), expected, "{html}");
    }
}

#[test]
fn what_is_dropped_or_changed() {
    for (html, expected) in [
        ("<h1>Title</h1><p>x</p>", "<p><strong>Title</strong></p><p>x</p>"),
        ("<h2><p>Title</p></h2>", "<p>Title</p>"),
        ("<h3>open<p>x", "<p><strong>open</strong></p><p>x</p>"),
        ("a<script>alert(1)</script>b", "ab"),
        ("a<style>b{}</style><iframe src=x>c</iframe><noscript><b>d</b></noscript>e", "ae"),
        ("<svg onload=alert(1)><a xlink:href=javascript:x><text>t</text></a></svg>z", "z"),
        ("<img src=x onerror=alert(1)>text<!-- c --><div>div</div>", "textdiv"),
        ("<p style=\"x\" onclick=\"y\" id=\"z\" class=\"evil u-url\">p</p>", "<p class=\"u-url\">p</p>"),
        ("<span class=\"p- evil h-\" translate=\"yes\">s</span>", "<span>s</span>"),
        ("<ol start=\"x\"><li value=\"1e9\">a", "<ol><li>a</li></ol>"),
        ("<table><tr><td>a</td></tr></table>", "a"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("<p>a<p>b", "<p>a</p><p>b</p>"),
        ("<pre>\n\na</pre>", "<pre>a</pre>"),
        ("</p></b>x</br>y", "x<br>y"),
        ("<scr<script>ipt>alert(1)</scr</script>ipt>", "ipt&gt;alert(1)ipt&gt;"),
        ("<textarea><b>x</b></textarea>", "&lt;b&gt;x&lt;/b&gt;"),
        ("a\0b", "ab"),
        ("<a href=\"https://a.example\"", ""),
        ("x<![CDATA[<b>y</b>]]>", "xy]]&gt;"),
    ] {
        assert_eq!(sanitize(html), expected, "{html}");
    }
}

#[test]
fn formulas_become_their_source() {
    let math = |display: &str, annotations: &str| {
        format!(
            "<p><math display=\"{display}\"><semantics><mrow><mi>x</mi></mrow>{annotations}</semantics></math>!</p>"
        )
    };
    let tex = "<annotation encoding=\"application/x-tex\">x &lt; y</annotation>";
    let plain = "<annotation encoding=\"text/plain\">x below y</annotation>";
    for (html, expected) in [
        (math("inline", tex), "<p>$x &lt; y$!</p>"),
        (math("block", tex), "<p>$$x &lt; y$$!</p>"),
        (math("inline", plain), "<p>x below y!</p>"),
        (math("inline", &format!("{plain}{tex}")), "<p>$x &lt; y$!</p>"),
        (math("inline", ""), "<p>x!</p>"),
        ("<math><annotation encoding=\"application/x-tex\"><b>x".into(), "$x$"),
    ] {
        assert_eq!(sanitize(&html), expected, "{html}");
    }
}

#[test]
fn embeds_keep_only_players() {
    assert_eq!(
        sanitize_embed(
            "<div><iframe src=\"https://a.example/e\" width=\"5\" onload=\"x()\"></iframe><b>x</b></div>"
        ),
        "<iframe src=\"https://a.example/e\" width=\"5\" sandbox=\"allow-scripts allow-same-origin \
         allow-popups allow-popups-to-escape-sandbox allow-forms\"></iframe>x"
    );
    assert!(!sanitize_embed("<iframe src=\"javascript:alert(1)\"></iframe>").contains("javascript"));
    assert_eq!(sanitize_embed(&"<video>".repeat(MAX_HTML_LEN)), "");
}

#[test]
fn hostile_markup_stays_small() {
    for unit in [
        "<b>",
        "<blockquote>",
        "<a href=https://a.example>",
        "<p><b class=h-x>",
        "<ul><li>",
        "<h1>",
        "<math>",
        "<svg>",
        "<ruby><rt>",
        "</b>",
        "<b><p></b>",
        "<",
        "&",
        "<!--",
        "<table><b>",
        "&amp",
        "<pre>\n",
    ] {
        let html = unit.repeat(MAX_HTML_LEN * 2 / unit.len());
        let clean = sanitize(&html);
        assert!(clean.len() <= 30 * MAX_HTML_LEN, "{unit}");
    }
    let deep = format!("{}x", "<b>".repeat(1000));
    assert_eq!(sanitize(&deep), format!("{}x{}", "<b>".repeat(MAX_DEPTH), "</b>".repeat(MAX_DEPTH)));
}

/// Bits of markup that, put together at random, give trees of every kind and many broken ones.
fn markup() -> impl Strategy<Value = String> {
    let names = "(p|br|span|a|del|s|pre|blockquote|code|b|i|u|em|strong|ul|ol|li|ruby|rt|rp|h1|h3|math|\
                 annotation|svg|script|style|div|table|td|tr|form|button|select|option|template|textarea|\
                 title|noscript|xmp|font|nobr|img|math|mtext|mglyph|desc|foreignObject|plaintext)";
    let attributes = "( href=\"?(https://a\\.example/|javascript:alert\\(1\\)|data:x)\"?| class='(h-x|evil|mention)'| \
                      onclick=x| translate=no| style=x| lang=de| start=1| encoding=application/x-tex){0,2}";
    let piece = prop_oneof![
        4 => format!("<{names}{attributes}/?>").as_str().prop_map_regex(),
        3 => format!("</{names}>").as_str().prop_map_regex(),
        3 => "[a-z \\n&;<>\"'=!-]{0,8}".prop_map_regex(),
        1 => "\\PC{0,4}".prop_map_regex(),
    ];
    prop::collection::vec(piece, 0..25).prop_map(|pieces| pieces.concat())
}

trait Regex {
    fn prop_map_regex(&self) -> BoxedStrategy<String>;
}

impl Regex for &str {
    fn prop_map_regex(&self) -> BoxedStrategy<String> {
        prop::string::string_regex(self).expect("a regular expression").boxed()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn sanitising_twice_changes_nothing(html in markup()) {
        let once = sanitize(&html);
        prop_assert_eq!(sanitize(&once), once);
    }

    #[test]
    fn nothing_dangerous_comes_through(html in markup()) {
        let clean = sanitize(&html);
        super::super::tokens::walk(&clean, &mut |piece| {
            if let super::super::tokens::Piece::Open(tag) = piece {
                assert!(ELEMENTS.contains(&&*tag.name), "{clean}");
                for attribute in &tag.attrs {
                    let (name, value) = (&*attribute.name.local, &*attribute.value);
                    match name {
                        "href" => assert!(value.starts_with("https://"), "{clean}"),
                        "rel" => assert_eq!(value, "nofollow noopener"),
                        "target" => assert_eq!(value, "_blank"),
                        "class" | "translate" | "lang" | "start" | "reversed" | "value" => {}
                        _ => panic!("{name} in {clean}"),
                    }
                }
            }
        });
        for word in ["<script", "<style", "<svg", "<iframe", "<template", "<plaintext"] {
            prop_assert!(!clean.contains(word), "{}", clean);
        }
    }
}
