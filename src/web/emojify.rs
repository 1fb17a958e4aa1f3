//! Custom emoji in HTML: `:shortcodes:` between the tags become pictures.

use crate::features::emoji::view::EmojiView;
use crate::platform::text::emoji::find;
use crate::platform::text::html::{escape, push_escaped};

/// Sanitised HTML with its emoji drawn. Tags and their attributes stay as they are.
pub fn html(html: &str, emojis: &[EmojiView]) -> String {
    if emojis.is_empty() {
        return html.to_owned();
    }
    let mut out = String::with_capacity(html.len() + 256);
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        push_text(&mut out, text, emojis);
        let (tag, after) = tag.split_at(end_of_tag(tag));
        out.push_str(tag);
        rest = after;
    }
    push_text(&mut out, rest, emojis);
    out
}

/// Plain text as HTML with its emoji drawn: display names and warnings.
pub fn plain(text: &str, emojis: &[EmojiView]) -> String {
    html(&escape(text), emojis)
}

/// How many bytes the tag at the start of `text` has. A `>` within quotes does not end it.
fn end_of_tag(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    text.len()
}

fn push_text(out: &mut String, text: &str, emojis: &[EmojiView]) {
    let mut from = 0;
    for found in find(text) {
        let Some(emoji) = emojis.iter().find(|emoji| emoji.shortcode == found.code) else { continue };
        out.push_str(text.get(from..found.range.start).unwrap_or_default());
        out.push_str("<img class=\"emoji\" src=\"");
        push_escaped(out, &emoji.static_url);
        out.push_str("\" alt=\":");
        out.push_str(found.code);
        out.push_str(":\" width=\"20\" height=\"20\" loading=\"lazy\">");
        from = found.range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cat() -> Vec<EmojiView> {
        vec![EmojiView {
            shortcode: "cat".into(),
            url: "https://a.example/cat.gif".into(),
            static_url: "https://a.example/cat.png?a=1&b=2".into(),
            visible_in_picker: true,
            category: None,
        }]
    }

    const PICTURE: &str = "<img class=\"emoji\" src=\"https://a.example/cat.png?a=1&amp;b=2\" alt=\":cat:\" width=\"20\" \
                           height=\"20\" loading=\"lazy\">";

    #[test]
    fn emoji_are_drawn_in_text_and_never_in_tags() {
        assert_eq!(html("<p>a :cat: b :dog:</p>", &cat()), format!("<p>a {PICTURE} b :dog:</p>"));
        for same in [
            "<a title=\":cat:\" href=\"x>:cat: \">x</a>",
            "<a href='\" :cat: '>x</a>",
            "<p :cat: ",
            "10:cat:30",
        ] {
            assert_eq!(html(same, &cat()), same);
        }
    }

    #[test]
    fn names_stay_text() {
        assert_eq!(plain("<b> & :cat:", &cat()), format!("&lt;b&gt; &amp; {PICTURE}"));
        assert_eq!(plain("<i>", &[]), "&lt;i&gt;");
    }
}
