//! `/tags/name`: public posts with a tag.

use askama::Template;
use axum::extract::{Path, Request, State};
use shop_storage::Read;

use super::browser::Browser;
use super::page::{PageResult, Site, redirect};
use super::posts::Post;
use super::profile::Pager;
use super::public::{self, Head};
use super::words::community::TagWords;
use super::words::posts::PagerWords;
use super::{feed, shell};
use crate::features::statuses;
use crate::features::tags::table::TAGS;
use crate::features::timelines::{self, TagWanted};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::http::params::Params;
use crate::platform::text::hashtag::normalise;
use crate::platform::text::html::tag_url;

/// Posts on a page.
const POSTS: usize = 20;
/// Longest name that is looked at, in bytes.
const LONGEST: usize = 500;

#[derive(Template)]
#[template(path = "tag.html")]
struct TagPage<'a> {
    site: Site,
    words: &'static TagWords,
    pages: &'static PagerWords,
    head: &'a Head,
    name: String,
    posts: Vec<Post>,
    pager: Pager,
}

/// The name under which a tag of an address is looked up, if it can be one.
pub fn normal(name: &str) -> Option<String> {
    let normal = if name.len() > LONGEST { String::new() } else { normalise(name) };
    (!normal.is_empty() && !normal.chars().all(|c| c.is_ascii_digit())).then_some(normal)
}

/// The name of a tag as it is spelled.
///
/// # Errors
/// When the store fails.
pub fn display(from: &dyn Read, normal: &str) -> Result<String> {
    Ok(TAGS.get(from, &normal.to_owned())?.map_or_else(|| normal.to_owned(), |tag| tag.display))
}

/// `GET /tags/name`, `/tags/name.rss`
pub async fn show(
    State(app): State<App>,
    Path(name): Path<String>,
    browser: Browser,
    request: Request,
) -> PageResult {
    let (parts, _) = request.into_parts();
    let (name, is_feed) = name.strip_suffix(".rss").map_or((name.as_str(), false), |name| (name, true));
    if browser.signed_in.is_some() && !is_feed {
        return Ok(shell::show(&app, &browser)?);
    }
    let normal = normal(name).ok_or_else(public::missing)?;
    let from = app.read()?;
    let display = display(&from, &normal)?;
    if is_feed {
        return Ok(feed::of_tag(&app, browser.tongue, &normal, &display, &parts)?);
    }
    let address = tag_url(app.config.base_url(), &normal);
    if name != normal {
        return Ok(redirect(&address)?);
    }
    let params = Params::from_form(parts.uri.query().unwrap_or_default())?;
    let cursor = Cursor { since_id: None, limit: POSTS, ..Cursor::read(&params, POSTS, POSTS)? };
    let wanted = TagWanted { any: vec![normal.clone()], ..TagWanted::default() };
    let ids = timelines::tag(&from, None, &wanted, &cursor)?;
    let words = TagWords::of(browser.tongue);
    let head = Head {
        title: format!("#{display}"),
        description: words.description.with("tag", format!("#{display}")).into(),
        kind: "website",
        feed: Some(format!("{address}.rss")),
        address,
        // Other people's words, gathered by us: theirs to have found, not ours.
        noindex: true,
        ..Head::default()
    };
    let page = TagPage {
        site: Site::of(&app, &from, &browser)?,
        words,
        pages: PagerWords::of(browser.tongue),
        head: &head,
        name: display,
        posts: Post::all(browser.tongue, &statuses::view::load(&app, &from, None, &ids)?),
        pager: Pager::around(parts.uri.path(), &cursor, &ids),
    };
    Ok(public::page(&browser, &parts.headers, &head, &page)?)
}
