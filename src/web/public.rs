//! How pages and feeds that everybody may read are answered: what their head tells, their headers, their caching.

use askama::Template;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::assets::{hex, is_held};
use super::browser::Browser;
use super::words::frame::{GONE, MISSING, SUSPENDED};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::secret;
use crate::platform::text::count::truncate;
use crate::platform::text::day;
use crate::platform::text::tongue::Tongue;

/// The longest description of a page, in characters as readers see them.
const DESCRIPTION: usize = 240;

/// What the head of a page tells: for search engines, link previews, feed readers and other servers.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Plain text.
    pub title: String,
    /// Plain text, one line.
    pub description: String,
    /// The OpenGraph type.
    pub kind: &'static str,
    /// The one address of this page.
    pub address: String,
    /// A picture for previews.
    pub picture: Option<Preview>,
    /// The ActivityPub document of the same thing.
    pub document: Option<String>,
    /// WebFinger of the same thing.
    pub descriptor: Option<String>,
    /// The feed of the same thing.
    pub feed: Option<String>,
    /// When it was written.
    pub published: Option<String>,
    /// Whose page it is, `name@domain`.
    pub handle: Option<String>,
    /// Search engines are asked to leave it alone.
    pub noindex: bool,
}

/// A picture for previews.
#[derive(Debug, Clone)]
pub struct Preview {
    /// Where it is.
    pub url: String,
    /// What it shows, may be empty.
    pub alt: String,
    /// Its size in pixels, where known.
    pub size: Option<(u32, u32)>,
    /// Shown across the preview rather than beside the words.
    pub is_large: bool,
}

impl Head {
    /// The `Link` header: what programs need not read the page for (behaviours §17).
    fn links(&self) -> Option<HeaderValue> {
        let mut links = Vec::new();
        if let Some(url) = &self.descriptor {
            links.push(format!("<{url}>; rel=\"lrdd\"; type=\"application/jrd+json\""));
        }
        if let Some(url) = &self.document {
            links.push(format!("<{url}>; rel=\"alternate\"; type=\"application/activity+json\""));
        }
        HeaderValue::from_str(&links.join(", ")).ok().filter(|line| !line.is_empty())
    }
}

/// A page: for guests kept by anybody for a minute, for people who are signed in by nobody.
///
/// # Errors
/// 500 when the template fails.
pub fn page(browser: &Browser, asked: &HeaderMap, head: &Head, page: &impl Template) -> Result<Response> {
    let text = page.render().map_err(Error::internal)?;
    let mut response = if browser.signed_in.is_some() {
        whole("text/html; charset=utf-8", "private, no-store", text)
    } else {
        tagged(asked, "text/html; charset=utf-8", text)?
    };
    if let Some(links) = head.links() {
        response.headers_mut().insert(header::LINK, links);
    }
    Ok(response)
}

/// A page that is the same for everybody who reads the same language, kept by anybody for a minute.
///
/// # Errors
/// 500 when the template fails.
pub fn kept(asked: &HeaderMap, page: &impl Template) -> Result<Response> {
    tagged(asked, "text/html; charset=utf-8", page.render().map_err(Error::internal)?)
}

/// A feed, kept by anybody for a minute.
///
/// # Errors
/// 500 when the template fails.
pub fn feed(asked: &HeaderMap, feed: &impl Template) -> Result<Response> {
    let text = feed.render().map_err(Error::internal)?;
    tagged(asked, "application/rss+xml; charset=utf-8", text)
}

/// An answer with a tag, or "not modified" to who holds it already.
fn tagged(asked: &HeaderMap, kind: &'static str, text: String) -> Result<Response> {
    let tag = format!("W/\"{}\"", hex(&secret::hash(&text)));
    let mut response =
        if is_held(asked, &tag) { StatusCode::NOT_MODIFIED.into_response() } else { whole(kind, "", text) };
    let headers = response.headers_mut();
    headers.insert(header::ETAG, HeaderValue::from_str(&tag).map_err(Error::internal)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=60"));
    headers
        .insert(header::VARY, HeaderValue::from_static("Accept, Accept-Encoding, Accept-Language, Cookie"));
    Ok(response)
}

fn whole(kind: &'static str, cache: &'static str, text: String) -> Response {
    let headers: [(HeaderName, &str); 2] = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache)];
    (headers, text).into_response()
}

/// 404 as a page says it: guests do not learn whether there is something for others.
pub fn missing() -> Error {
    Error::new(Kind::NotFound, Tongue::English.say(&MISSING))
}

/// 410 as a page says it.
pub fn gone() -> Error {
    Error::new(Kind::Gone, Tongue::English.say(&GONE))
}

/// 403 as a page says it: a suspended account may come back (behaviours §18).
pub fn suspended() -> Error {
    Error::new(Kind::Forbidden, Tongue::English.say(&SUSPENDED))
}

/// The start of a text on one line, for descriptions.
pub fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let start = truncate(&text, DESCRIPTION);
    if start.len() < text.len() { format!("{}…", start.trim_end()) } else { text }
}

/// A time for machines and for people.
#[derive(Debug, Clone)]
pub struct Moment {
    /// ISO 8601.
    pub machine: String,
    /// Day and time in words, UTC.
    pub words: String,
    /// As feeds write it (RFC 2822).
    pub mail: String,
}

impl Moment {
    /// A time of the API's form; one that cannot be read is shown as it is.
    pub fn of(tongue: Tongue, text: &str) -> Self {
        let Some(at) = Millis::parse(text) else {
            return Self { machine: text.to_owned(), words: text.to_owned(), mail: String::new() };
        };
        Self {
            machine: text.to_owned(),
            words: day::moment(tongue, at),
            mail: at.timestamp().strftime("%a, %d %b %Y %H:%M:%S +0000").to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_for_machines_people_and_feeds() {
        let moment = Moment::of(Tongue::German, "2026-08-06T10:34:56.000Z");
        assert_eq!(moment.words, "6. August 2026, 10:34 UTC");
        assert_eq!(moment.mail, "Thu, 06 Aug 2026 10:34:56 +0000");
        assert_eq!(Moment::of(Tongue::German, "soon").words, "soon");
    }

    #[test]
    fn descriptions_are_one_short_line() {
        assert_eq!(line(" one\n\ntwo\tthree "), "one two three");
        let long = line(&"word ".repeat(200));
        assert!(long.ends_with("word…") && long.chars().count() <= DESCRIPTION + 1, "{long}");
    }
}
