//! RSS 2.0 (`/@name.rss`, `/tags/name.rss`): the newest public posts, for feed readers.

use askama::Template;
use axum::http::request::Parts;
use axum::response::Response;
use shop_storage::Read;

use super::posts::{Post, plain_name};
use super::profile::{Found, Section, find};
use super::public::{self, line};
use super::words::posts::FeedWords;
use crate::features::accounts;
use crate::features::instance;
use crate::features::statuses;
use crate::features::statuses::page::{AccountWanted, of_account as of_account_page};
use crate::features::timelines::{self, TagWanted};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::http::params::Params;
use crate::platform::ids::{StatusId, kind};
use crate::platform::text::html::tag_url;
use crate::platform::text::plain::from_html;
use crate::platform::text::tongue::Tongue;

/// Posts in a feed, and at most (behaviours §17).
const SIZE: (usize, usize) = (20, 200);

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    words: &'static FeedWords,
    title: String,
    description: String,
    /// The page of the same posts.
    page: String,
    /// The feed itself.
    address: String,
    picture: Option<String>,
    posts: Vec<Post>,
}

impl Feed {
    /// What XML 1.0 cannot say is left out of everything that people wrote.
    fn cleaned(mut self) -> Self {
        for text in [&mut self.title, &mut self.description] {
            clean(text);
        }
        for post in &mut self.posts {
            clean(&mut post.content);
            post.warning.iter_mut().for_each(clean);
            post.media.iter_mut().for_each(|media| clean(&mut media.alt));
            post.tags.iter_mut().for_each(clean);
        }
        self
    }
}

fn clean(text: &mut String) {
    text.retain(
        |c| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}'),
    );
}

/// The feed of a profile's section. Boosts are left out.
///
/// # Errors
/// 404 for who is not of this server, 410 for who is gone.
pub fn of_account(
    app: &App,
    tongue: Tongue,
    name: &str,
    section: &Section,
    parts: &Parts,
) -> Result<Response> {
    let from = app.read()?;
    let Found::Here(id, _) = find(app, &from, name)? else { return Err(public::missing()) };
    let view = accounts::view::one(app, &from, id)?;
    let wanted = AccountWanted { exclude_reblogs: true, ..section.wanted() };
    let ids = of_account_page(&from, None, id, &wanted, &cursor(parts)?, app.now())?;
    let about = line(&from_html(&view.note));
    let handle = format!("@{}@{}", view.username, app.config.domain());
    let words = FeedWords::of(tongue);
    let feed = Feed {
        words,
        title: plain_name(&view).to_owned(),
        description: if about.is_empty() { words.of_account.with("handle", handle).into() } else { about },
        page: format!("{}{}", view.url, section.path()),
        address: format!("{}{}.rss", view.url, section.path()),
        picture: Some(view.avatar_static.clone()),
        posts: posts(app, tongue, &from, &ids.shown)?,
    };
    public::feed(&parts.headers, &feed.cleaned())
}

/// The feed of a tag: `normal` as it is looked up, `display` as it is spelled.
///
/// # Errors
/// When the store fails.
pub fn of_tag(app: &App, tongue: Tongue, normal: &str, display: &str, parts: &Parts) -> Result<Response> {
    let from = app.read()?;
    let wanted = TagWanted { any: vec![normal.to_owned()], ..TagWanted::default() };
    let ids = timelines::tag(&from, None, &wanted, &cursor(parts)?)?;
    let page = tag_url(app.config.base_url(), normal);
    let (words, title) = (FeedWords::of(tongue), format!("#{display}"));
    let place = instance::get(&from)?.title;
    let feed = Feed {
        words,
        description: words.of_tag.fill(&[("tag", &title), ("place", &place)]).into(),
        title,
        address: format!("{page}.rss"),
        page,
        picture: None,
        posts: posts(app, tongue, &from, &ids)?,
    };
    public::feed(&parts.headers, &feed.cleaned())
}

fn cursor(parts: &Parts) -> Result<Cursor<kind::Status>> {
    let params = Params::from_form(parts.uri.query().unwrap_or_default())?;
    Ok(Cursor::newest(params.limit(SIZE.0, SIZE.1)))
}

fn posts(app: &App, tongue: Tongue, from: &dyn Read, ids: &[StatusId]) -> Result<Vec<Post>> {
    Ok(Post::all(tongue, &statuses::view::load(app, from, None, ids)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_say_is_left_out() {
        let mut text = "a\0b\u{7}c\td\ne\u{b}f\u{ffff}g".to_owned();
        clean(&mut text);
        assert_eq!(text, "abc\td\nefg");
    }
}
