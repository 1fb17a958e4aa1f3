//! Every word that the server's own pages say, in all languages: one table for each page, in files by topic.
//!
//! A page holds its table in the language of its reader; its template says `{{ words.title }}`, and `{{ site.words.home }}`
//! for what the frame says. Words with a place are filled by `words.asks.with("name", name)`, or, around an element, by
//! `{{ words.moved.before() }}<a …>…</a>{{ words.moved.after() }}`.

pub mod applications;
pub mod community;
pub mod entry;
pub mod frame;
pub mod join;
pub mod posts;

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    /// Attributes that people read or hear.
    const HEARD: [&str; 4] = ["alt", "aria-label", "placeholder", "title"];
    /// Elements whose text is for machines, or the same in every language.
    const SAME_EVERYWHERE: [&str; 3] = ["code", "generator", "media:rating"];

    /// What a template says itself: its text and the attributes that people read, without what is filled in.
    fn said(template: &str) -> Vec<String> {
        let mut bare = String::new();
        let mut rest = template;
        while let Some(at) = rest.find("{%").into_iter().chain(rest.find("{{")).chain(rest.find("{#")).min() {
            bare.push_str(&rest[..at]);
            let end = match &rest[at..at + 2] {
                "{%" => "%}",
                "{{" => "}}",
                _ => "#}",
            };
            let inner = &rest[at + 2..];
            let close = inner.find(end).expect("every place ends");
            let place = &inner[..close];
            // A piece of text within a place is said as well.
            if end == "}}" && place.trim_start().starts_with('"') {
                bare.push_str(place.trim().trim_matches('"'));
            }
            rest = &inner[close + 2..];
        }
        bare.push_str(rest);
        let mut found = Vec::new();
        for piece in bare.split('<').skip(1) {
            let (tag, text) = piece.split_once('>').expect("every tag ends");
            let element = tag.split(' ').next().unwrap_or_default();
            if !SAME_EVERYWHERE.contains(&element) {
                found.push(text.to_owned());
            }
            for name in HEARD {
                let value =
                    tag.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next());
                found.extend(value.map(str::to_owned));
            }
        }
        found.retain(|text| text.chars().any(char::is_alphabetic));
        found
    }

    #[test]
    fn templates_say_nothing_by_themselves() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web/templates");
        let mut looked_at = 0;
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let template = fs::read_to_string(&path).unwrap();
            let found = said(&template);
            assert!(found.is_empty(), "{}: {found:?} belongs into src/web/words", path.display());
            assert!(!template.contains("<html lang=\"en"), "{} tells its language itself", path.display());
            looked_at += 1;
        }
        assert!(looked_at > 20, "{looked_at}");
    }

    #[test]
    fn words_in_templates_are_found() {
        for (template, expected) in [
            ("<p>{{ words.a }} · 1</p>", &[] as &[&str]),
            ("<p>{% if a %}{{ b }}{% else %}Hello{% endif %}</p>", &["Hello"]),
            ("<a title=\"Go {{ place }}\" href=\"/go\">{{ a }}</a>", &["Go "]),
            ("<img alt=\"{{ alt }}\"> <code>a.b</code> or", &[" or"]),
            ("<p>{{ \"Content warning\" }}</p>", &["Content warning"]),
        ] {
            assert_eq!(said(template), expected, "{template}");
        }
    }
}
