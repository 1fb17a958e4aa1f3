//! From what a page says about itself to a card: oEmbed, JSON-LD, OpenGraph and what came before them.
//!
//! Everything here comes from strangers: texts are cut and stay plain, addresses are those of the web or none, and
//! the HTML of players passes the sanitiser.

use serde_json::Value;
use url::Url;

use super::table::CardKind;
use crate::platform::clock::Millis;
use crate::platform::text::count::truncate;
use crate::platform::text::head::Head;
use crate::platform::text::html::escape;
use crate::platform::text::language;
use crate::platform::text::sanitize::sanitize_embed;

/// Longest title, name and description, in characters; longest address and player, in bytes.
const TITLE: usize = 500;
const NAME: usize = 200;
const DESCRIPTION: usize = 2_000;
const URL: usize = 2_048;
const PLAYER: usize = 8 * 1024;
/// Largest side of a player or picture that is believed, in pixels.
const SIDE: u64 = 16_384;
/// How deep a list inside JSON-LD is followed.
const DEPTH: usize = 4;

/// A JSON-LD object about a page with something that plays.
const VIDEO: &str = "VideoObject";
/// JSON-LD objects about a page with something to read.
const NEWS: [&str; 13] = [
    "Article",
    "NewsArticle",
    "AnalysisNewsArticle",
    "BackgroundNewsArticle",
    "OpinionNewsArticle",
    "ReportageNewsArticle",
    "ReviewNewsArticle",
    "BlogPosting",
    "LiveBlogPosting",
    "SocialMediaPosting",
    "Report",
    "ScholarlyArticle",
    "TechArticle",
];

/// What a page says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub kind: Option<CardKind>,
    pub title: String,
    pub description: String,
    pub language: Option<String>,
    pub author_name: String,
    pub author_url: String,
    /// The handle of the account that wrote it.
    pub creator: Option<String>,
    pub provider_name: String,
    pub provider_url: String,
    pub html: String,
    pub width: u32,
    pub height: u32,
    pub image: Option<String>,
    pub image_description: String,
    pub embed_url: String,
    pub published_at: Option<Millis>,
    /// It is an article, as far as it says.
    pub article: bool,
    /// Where the page's oEmbed data lies.
    pub oembed: Option<Url>,
}

impl Found {
    /// Whether there is anything to show.
    pub(super) fn is_card(&self) -> bool {
        !self.title.is_empty() || !self.html.is_empty() || !self.embed_url.is_empty()
    }
}

/// White space put in order, and no more than `most` characters.
fn line(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    truncate(&text, most).to_owned()
}

/// An address of the web, whole or relative to `base`; empty for anything else.
fn web(base: &Url, href: &str) -> String {
    let url =
        base.join(href.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    url.map(String::from).filter(|url| url.len() <= URL).unwrap_or_default()
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn side(text: &str) -> u32 {
    let digits = text.trim().trim_end_matches("px");
    digits
        .parse::<u64>()
        .ok()
        .filter(|side| *side <= SIDE)
        .and_then(|side| u32::try_from(side).ok())
        .unwrap_or(0)
}

/// What the head of a page says.
pub(super) fn page(url: &Url, head: &Head) -> Found {
    let data = head.data.iter().find_map(|text| article(&serde_json::from_str(text).ok()?, DEPTH));
    let is_news = data.as_ref().is_some_and(|data| is_of(data, &NEWS));
    let data = |key: &str| data.as_ref().and_then(|data| data.get(key));
    let told = |key: &str| {
        data(key).and_then(Value::as_str).map(str::to_owned).filter(|text| !text.trim().is_empty())
    };
    let meta = |names: &[&str]| head.meta(names).map(str::to_owned);
    let or_blank = |text: Option<String>, most: usize| line(&text.unwrap_or_default(), most);
    let player = meta(&["twitter:player"]).map(|player| web(url, &player)).unwrap_or_default();
    let (width, height) = (meta(&["twitter:player:width"]), meta(&["twitter:player:height"]));
    let (width, height) = (side(&width.unwrap_or_default()), side(&height.unwrap_or_default()));
    let html = if player.is_empty() { String::new() } else { iframe(&player, width, height) };
    let image = meta(&["og:image:secure_url", "og:image", "og:image:url", "twitter:image"]);
    let published = told("datePublished").or_else(|| meta(&["article:published_time"]));
    let site = meta(&["og:site"]).map(|site| web(url, &site)).unwrap_or_default();
    Found {
        kind: Some(if html.is_empty() { CardKind::Link } else { CardKind::Video }),
        title: line(
            &told("headline")
                .or_else(|| told("name"))
                .or_else(|| meta(&["og:title", "twitter:title"]))
                .unwrap_or_else(|| head.title.clone()),
            TITLE,
        ),
        description: or_blank(
            told("description").or_else(|| meta(&["og:description", "twitter:description", "description"])),
            DESCRIPTION,
        ),
        language: told("inLanguage")
            .or_else(|| meta(&["og:locale"]))
            .or_else(|| head.language.clone())
            .and_then(|tag| code(&tag)),
        author_name: or_blank(
            data("author")
                .and_then(|author| name(author, DEPTH))
                .or_else(|| meta(&["og:author", "og:author:username"])),
            NAME,
        ),
        author_url: data("author")
            .and_then(|author| first(author)?.get("url")?.as_str().map(str::to_owned))
            .or_else(|| meta(&["og:author:url"]))
            .map(|href| web(url, &href))
            .unwrap_or_default(),
        creator: meta(&["fediverse:creator"]).filter(|handle| handle.len() <= 512),
        provider_name: or_blank(
            data("publisher")
                .and_then(|publisher| name(publisher, DEPTH))
                .or_else(|| meta(&["og:site_name"])),
            NAME,
        ),
        provider_url: site,
        width: if html.is_empty() { 0 } else { width },
        height: if html.is_empty() { 0 } else { height },
        html,
        image: image.and_then(|image| some(web(url, &image))),
        image_description: or_blank(meta(&["og:image:alt", "twitter:image:alt"]), DESCRIPTION),
        embed_url: String::new(),
        published_at: published.and_then(|at| Millis::parse(&at)),
        article: is_news || meta(&["og:type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("article")),
        oembed: head
            .link("alternate", Some("application/json+oembed"))
            .and_then(|href| Url::parse(&web(url, href)).ok()),
    }
}

/// The player of a page, as the sanitiser leaves it.
fn iframe(player: &str, width: u32, height: u32) -> String {
    let player = escape(player);
    sanitize_embed(&format!(
        "<iframe src=\"{player}\" width=\"{width}\" height=\"{height}\" allowfullscreen=\"true\" scrolling=\"no\" \
         frameborder=\"0\"></iframe>"
    ))
}

/// What a page's oEmbed data say, laid over what its head says. `None` for rich content, which would be a script, and
/// for what lacks its substance (behaviours §5).
pub(super) fn oembed(endpoint: &Url, told: &Value, page: &Found) -> Option<Found> {
    let text = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
    let size = |key: &str| match told.get(key) {
        Some(Value::Number(number)) => side(&number.to_string()),
        Some(Value::String(text)) => side(text),
        _ => 0,
    };
    let or = |own: String, other: &str| if own.is_empty() { other.to_owned() } else { own };
    let thumbnail = some(web(endpoint, text("thumbnail_url"))).filter(|_| !text("thumbnail_url").is_empty());
    let base = Found {
        title: or(line(text("title"), TITLE), &page.title),
        author_name: or(line(text("author_name"), NAME), &page.author_name),
        author_url: if text("author_url").is_empty() {
            page.author_url.clone()
        } else {
            web(endpoint, text("author_url"))
        },
        provider_name: or(line(text("provider_name"), NAME), &page.provider_name),
        provider_url: if text("provider_url").is_empty() {
            page.provider_url.clone()
        } else {
            web(endpoint, text("provider_url"))
        },
        image: thumbnail.or_else(|| page.image.clone()),
        html: String::new(),
        width: 0,
        height: 0,
        ..page.clone()
    };
    match text("type") {
        "link" => Some(Found { kind: Some(CardKind::Link), ..base }),
        "photo" => {
            let picture = some(text("url").to_owned()).and_then(|url| some(web(endpoint, &url)))?;
            Some(Found {
                kind: Some(CardKind::Photo),
                width: size("width"),
                height: size("height"),
                image: Some(picture.clone()),
                embed_url: picture,
                ..base
            })
        }
        "video" => {
            let html = text("html");
            let html = if html.len() > PLAYER { String::new() } else { sanitize_embed(html) };
            // Of a player that was all script nothing is left: the page itself says more.
            let html = some(html.trim().to_owned()).filter(|html| html.contains('<'))?;
            let (width, height) = (size("width"), size("height"));
            Some(Found { kind: Some(CardKind::Video), html, width, height, ..base })
        }
        _ => None,
    }
}

/// The first object of JSON-LD that is about the page.
fn article(value: &Value, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::Array(items) => items.iter().find_map(|item| article(item, depth)),
        Value::Object(map) => {
            if is_of(value, &NEWS) || is_of(value, &[VIDEO]) {
                return Some(value.clone());
            }
            map.get("@graph").and_then(|graph| article(graph, depth))
        }
        _ => None,
    }
}

/// Whether a JSON-LD object is of one of these kinds.
fn is_of(object: &Value, wanted: &[&str]) -> bool {
    match object.get("@type") {
        Some(Value::String(kind)) => wanted.contains(&kind.as_str()),
        Some(Value::Array(kinds)) => {
            kinds.iter().filter_map(Value::as_str).any(|kind| wanted.contains(&kind))
        }
        _ => false,
    }
}

fn first(value: &Value) -> Option<&Value> {
    match value {
        Value::Array(items) => items.first(),
        other => Some(other),
    }
}

/// The name of a person or publisher in JSON-LD; of several, all of them.
fn name(value: &Value, depth: usize) -> Option<String> {
    let depth = depth.checked_sub(1)?;
    match value {
        Value::String(name) => some(name.trim().to_owned()),
        Value::Object(map) => map.get("name").and_then(|inner| name(inner, depth)),
        Value::Array(items) => {
            some(items.iter().take(16).filter_map(|item| name(item, depth)).collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}

/// `de_AT` and `DE` are `de`.
fn code(tag: &str) -> Option<String> {
    let short = tag.trim().split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
    language::normalise(&short).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(html: &str) -> Found {
        page(&Url::parse("https://a.example/news/1").unwrap(), &Head::read(html))
    }

    #[test]
    fn json_ld_goes_before_opengraph_before_the_title() {
        let title = "<title> The  title </title>";
        let graph = "<meta property=og:title content=Graph><meta property=og:site_name content=Site>\
                     <meta property=og:image content=/i.png><meta name=og:locale content=de_AT>";
        let data = "<script type=application/ld+json>{\"@graph\": [{\"@type\": \"WebSite\", \"name\": \"no\"}, \
                    {\"@type\": [\"NewsArticle\"], \"headline\": \"Data\", \"datePublished\": \
                    \"2026-01-02T03:04:05Z\", \"author\": [{\"name\": \"Ann\", \"url\": \"/ann\"}, {\"name\": \"Bo\"}], \
                    \"publisher\": {\"name\": \"Paper\"}}]}</script>";
        assert_eq!(of(title).title, "The title");
        let found = of(&format!("{title}{graph}"));
        assert_eq!((found.title.as_str(), found.provider_name.as_str()), ("Graph", "Site"));
        assert_eq!(found.image.as_deref(), Some("https://a.example/i.png"));
        assert_eq!(found.language.as_deref(), Some("de"));
        let found = of(&format!("{title}{graph}{data}"));
        assert_eq!((found.title.as_str(), found.provider_name.as_str()), ("Data", "Paper"));
        assert_eq!(
            (found.author_name.as_str(), found.author_url.as_str()),
            ("Ann, Bo", "https://a.example/ann")
        );
        assert_eq!(found.published_at.map(Millis::dt0).as_deref(), Some("2026-01-02T03:04:05Z"));
        for broken in ["{", "[[[[[[{\"@type\": \"Article\", \"headline\": \"deep\"}]]]]]]", "null", "7"] {
            let found = of(&format!("{title}<script type=application/ld+json>{broken}</script>"));
            assert_eq!(found.title, "The title", "{broken}");
        }
    }

    #[test]
    fn only_pages_that_say_so_are_articles() {
        let data = |kind: &str| format!("<script type=application/ld+json>{{\"@type\": {kind}}}</script>");
        for html in [data("\"NewsArticle\""), data("[\"Thing\", \"BlogPosting\"]")] {
            assert!(of(&html).article, "{html}");
        }
        assert!(of("<meta property=og:type content=Article>").article);
        for html in
            ["<title>Article</title>", "<meta property=og:type content=website>", &data("\"VideoObject\"")]
        {
            assert!(!of(html).article, "{html}");
        }
    }

    #[test]
    fn nothing_of_a_page_runs() {
        let found = of(
            "<title><script>alert(1)</script></title><meta property=og:image content='javascript:alert(1)'>\
                        <meta name=og:author:url content='data:text/html,x'><meta name=twitter:player content=\
                        'https://p.example/\"><script>x</script>'><meta name=twitter:player:width content=9e99>",
        );
        assert_eq!(found.title, "<script>alert(1)</script>", "plain text, which clients escape");
        assert_eq!((found.image, found.author_url), (None, String::new()));
        assert!(found.html.starts_with("<iframe") && !found.html.contains("<script"), "{}", found.html);
        assert!(found.html.contains("sandbox=") && found.kind == Some(CardKind::Video));
        assert_eq!(found.width, 0);
        assert_eq!(of("<meta name=twitter:player content='javascript:x'>").html, "");
    }

    #[test]
    fn of_oembed_links_photos_and_videos_are_taken() {
        let endpoint = Url::parse("https://a.example/oembed").unwrap();
        let page = of("<title>Page</title><meta name=description content=D>");
        let read = |told: Value| oembed(&endpoint, &told, &page);
        let link = read(json!({"type": "link", "title": "T", "thumbnail_url": "/t.png"})).unwrap();
        assert_eq!((link.title.as_str(), link.description.as_str()), ("T", "D"));
        assert_eq!(link.image.as_deref(), Some("https://a.example/t.png"));
        let photo = read(json!({"type": "photo", "url": "p.png", "width": "30", "height": 20})).unwrap();
        assert_eq!(
            (photo.embed_url.as_str(), photo.width, photo.height),
            ("https://a.example/p.png", 30, 20)
        );
        assert_eq!(photo.title, "Page");
        let player = "<iframe src='https://v.example/1' onload='x()'></iframe><script>y()</script>";
        let video = read(json!({"type": "video", "html": player, "width": 640, "height": 360})).unwrap();
        assert!(video.html.contains("sandbox=") && !video.html.contains("onload"), "{}", video.html);
        assert!(!video.html.contains("y()"));
        for refused in [
            json!({"type": "rich", "html": player, "title": "T"}),
            json!({"type": "video", "html": "<script>y()</script>"}),
            json!({"type": "video", "html": "x".repeat(PLAYER + 1)}),
            json!({"type": "photo", "url": "javascript:x"}),
            json!({"type": "photo"}),
            json!([]),
            json!(null),
        ] {
            assert_eq!(read(refused.clone()), None, "{refused}");
        }
    }

    #[test]
    fn what_is_too_long_is_cut() {
        let found = of(&format!("<title>{}</title>", "ab ".repeat(2_000)));
        assert!(found.title.chars().count() <= TITLE);
        let long = format!("<meta property=og:image content='https://b.example/{}'>", "x".repeat(3_000));
        assert_eq!(of(&long).image, None);
    }
}
