//! `/@name`: the web app for people who are signed in, the document for servers, a page for everybody else.

use std::fmt::Display;

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use percent_encoding::utf8_percent_encode;
use shop_storage::Read;

use super::browser::Browser;
use super::emojify;
use super::feed;
use super::page::{PageResult, Site, redirect};
use super::posts::{Post, plain_name};
use super::public::{self, Head, Preview, line};
use super::words::posts::{PagerWords, ProfileWords};
use super::{shell, tag, thread};
use crate::features::accounts;
use crate::features::accounts::table::{ACCOUNTS, Account, BY_HANDLE};
use crate::features::accounts::view::AccountView;
use crate::features::peers::api::actors;
use crate::features::statuses;
use crate::features::statuses::page::{AccountWanted, of_account};
use crate::federation::negotiation::wants_activity;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::http::params::Params;
use crate::platform::ids::{AccountId, StatusId, kind};
use crate::platform::text::day::day;
use crate::platform::text::html::SEGMENT;
use crate::platform::text::idn::Acct;
use crate::platform::text::plain::from_html;
use crate::platform::text::words::Sentence;

/// Posts on a page.
const POSTS: usize = 20;

/// What of a profile is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Section {
    /// Posts and boosts.
    Posts,
    /// The same with answers to others.
    Replies,
    /// Posts with attachments.
    Media,
    /// Posts with a tag, normalised; answers as well.
    Tagged(String),
}

impl Section {
    /// The section behind `/@name/word`.
    pub fn named(word: &str) -> Option<Self> {
        match word {
            "with_replies" => Some(Self::Replies),
            "media" => Some(Self::Media),
            _ => None,
        }
    }

    /// The path below the profile.
    pub fn path(&self) -> String {
        match self {
            Self::Posts => String::new(),
            Self::Replies => "/with_replies".to_owned(),
            Self::Media => "/media".to_owned(),
            Self::Tagged(name) => format!("/tagged/{}", utf8_percent_encode(name, SEGMENT)),
        }
    }

    /// Which posts it shows to guests.
    pub fn wanted(&self) -> AccountWanted {
        AccountWanted {
            only_media: *self == Self::Media,
            exclude_replies: *self == Self::Posts,
            exclude_reblogs: matches!(self, Self::Media | Self::Tagged(_)),
            exclude_direct: true,
            tagged: match self {
                Self::Tagged(name) => Some(name.clone()),
                _ => None,
            },
            ..AccountWanted::default()
        }
    }
}

/// Older and newer posts.
#[derive(Debug, Default)]
pub struct Pager {
    /// Where newer posts are.
    pub newer: Option<String>,
    /// Where older posts are.
    pub older: Option<String>,
}

impl Pager {
    /// Around the posts `ids` of the page at `path` that `cursor` asked for.
    pub fn around(path: &str, cursor: &Cursor<kind::Status>, ids: &[StatusId]) -> Self {
        let inner = cursor.max_id.is_some() || cursor.min_id.is_some();
        let is_full = ids.len() >= cursor.limit;
        Self {
            newer: ids.first().filter(|_| inner).map(|id| format!("{path}?min_id={id}")),
            older: ids.last().filter(|_| is_full || cursor.upwards()).map(|id| format!("{path}?max_id={id}")),
        }
    }
}

#[derive(Template)]
#[template(path = "profile.html")]
struct ProfilePage<'a> {
    site: Site,
    words: &'static ProfileWords,
    pages: &'static PagerWords,
    head: &'a Head,
    account: &'a AccountView,
    name: String,
    handle: String,
    note: String,
    fields: Vec<(String, String, bool)>,
    header: Option<&'a str>,
    joined: String,
    moved: Option<(String, String)>,
    tabs: Vec<(String, Sentence, bool)>,
    /// The tag whose posts alone are shown.
    tag: Option<String>,
    posts: Vec<Post>,
    pager: Pager,
    interact: String,
}

/// `GET /@name`, `/@name.rss`, `/@name.json`
pub async fn posts(
    State(app): State<App>,
    Path(name): Path<String>,
    browser: Browser,
    request: Request,
) -> PageResult {
    let (parts, _) = request.into_parts();
    if let Some(name) = name.strip_suffix(".json").filter(|name| !name.contains('@')) {
        return Ok(actors::document_of(&app, name, &parts).await.into_response());
    }
    if wants_activity(&parts.headers) {
        return Ok(actors::document_of(&app, &name, &parts).await.into_response());
    }
    show(&app, &browser, &name, &Section::Posts, &parts)
}

/// `GET /@name/…`: a section of the profile, or a post with its thread.
pub async fn below(
    State(app): State<App>,
    Path((name, rest)): Path<(String, String)>,
    browser: Browser,
    request: Request,
) -> PageResult {
    let (parts, _) = request.into_parts();
    if let Some(section) = Section::named(rest.strip_suffix(".rss").unwrap_or(&rest)) {
        let name = if rest.ends_with(".rss") { format!("{name}.rss") } else { name };
        return show(&app, &browser, &name, &section, &parts);
    }
    if matches!(rest.as_str(), "followers" | "following") {
        return Ok(app_only(&app, &browser, &parts)?);
    }
    thread::show(&app, &browser, &name, &rest, &parts).await
}

/// `GET /@name/tagged/tag`: posts with a tag, and their feed.
pub async fn tagged(
    State(app): State<App>,
    Path((name, tag)): Path<(String, String)>,
    browser: Browser,
    request: Request,
) -> PageResult {
    let (parts, _) = request.into_parts();
    let (name, tag) = match tag.strip_suffix(".rss") {
        Some(tag) => (format!("{name}.rss"), tag),
        None => (name, tag.as_str()),
    };
    let tag = tag::normal(tag).ok_or_else(public::missing)?;
    show(&app, &browser, &name, &Section::Tagged(tag), &parts)
}

/// `GET /@name/ID/…`: who boosted and who favourited, in the web app.
pub async fn lists(State(app): State<App>, browser: Browser, request: Request) -> PageResult {
    Ok(app_only(&app, &browser, &request.into_parts().0)?)
}

fn app_only(app: &App, browser: &Browser, parts: &Parts) -> Result<Response> {
    if browser.signed_in.is_some() { shell::show(app, browser) } else { shell::sign_in(&parts.uri) }
}

fn show(app: &App, browser: &Browser, name: &str, section: &Section, parts: &Parts) -> PageResult {
    if let Some(name) = name.strip_suffix(".rss").filter(|name| !name.contains('@')) {
        return Ok(feed::of_account(app, browser.tongue, name, section, parts)?);
    }
    if browser.signed_in.is_some() {
        return Ok(shell::show(app, browser)?);
    }
    let from = app.read()?;
    let (id, account) = match find(app, &from, name)? {
        Found::Here(id, account) => (id, account),
        Found::Elsewhere(id, account) => {
            return Ok(thread::elsewhere(
                app,
                browser,
                parts,
                &accounts::url(&app.config, id, &account),
                &account,
            )?);
        }
    };
    if account.username != name {
        let query = parts.uri.query().map_or_else(String::new, |query| format!("?{query}"));
        return Ok(redirect(&format!("/@{}{}{query}", account.username, section.path()))?);
    }
    let params = Params::from_form(parts.uri.query().unwrap_or_default())?;
    let cursor = Cursor { since_id: None, limit: POSTS, ..Cursor::read(&params, POSTS, POSTS)? };
    let page = of_account(&from, None, id, &section.wanted(), &cursor, app.now())?;
    let view = accounts::view::one(app, &from, id)?;
    let mut shown = Vec::new();
    if *section == Section::Posts && cursor.max_id.is_none() && cursor.min_id.is_none() {
        let wanted = AccountWanted { pinned: true, ..section.wanted() };
        let pins = of_account(&from, None, id, &wanted, &Cursor::newest(POSTS), app.now())?;
        shown.extend(
            Post::all(browser.tongue, &statuses::view::load(app, &from, None, &pins.shown)?)
                .into_iter()
                .map(Post::pinned),
        );
    }
    shown.extend(Post::all(browser.tongue, &statuses::view::load(app, &from, None, &page.shown)?));
    let path = format!("/@{}{}", account.username, section.path());
    let words = ProfileWords::of(browser.tongue);
    let head = head(app, words, id, &view, section);
    let pager = Pager::around(&path, &cursor, &page.picked);
    let page = ProfilePage {
        site: Site::of(app, &from, browser)?,
        words,
        pages: PagerWords::of(browser.tongue),
        head: &head,
        name: emojify::plain(plain_name(&view), &view.emojis),
        handle: format!("{}@{}", view.username, app.config.domain()),
        note: emojify::html(&view.note, &view.emojis),
        fields: fields(&view),
        header: Some(view.header_static.as_str()).filter(|url| !url.ends_with("/missing.png")),
        joined: Millis::parse(&view.created_at).map(|at| day(browser.tongue, at)).unwrap_or_default(),
        moved: view.moved.as_ref().and_then(|to| to.as_ref()).map(|to| (to.url.clone(), to.acct.clone())),
        tabs: tabs(words, &account.username, section),
        tag: match section {
            Section::Tagged(name) => Some(tag::display(&from, name)?),
            _ => None,
        },
        pager,
        interact: accounts::local_uri(&app.config, id),
        account: &view,
        posts: shown,
    };
    Ok(public::page(browser, &parts.headers, &head, &page)?)
}

fn fields(view: &AccountView) -> Vec<(String, String, bool)> {
    view.fields
        .iter()
        .map(|field| {
            let name = emojify::plain(&field.name, &view.emojis);
            (name, emojify::html(&field.value, &view.emojis), field.verified_at.is_some())
        })
        .collect()
}

/// The sections that every profile has: address, name, and whether it is the open one.
fn tabs(words: &ProfileWords, name: &str, open: &Section) -> Vec<(String, Sentence, bool)> {
    [
        (Section::Posts, words.tab_posts),
        (Section::Replies, words.tab_replies),
        (Section::Media, words.tab_media),
    ]
    .into_iter()
    .map(|(section, words)| (format!("/@{name}{}", section.path()), words, section == *open))
    .collect()
}

fn head(app: &App, words: &ProfileWords, id: AccountId, view: &AccountView, section: &Section) -> Head {
    let base = app.config.base_url();
    let handle = format!("{}@{}", view.username, app.config.domain());
    let about = line(&from_html(&view.note));
    let counts = [("posts", &view.statuses_count as &dyn Display), ("followers", &view.followers_count)];
    let resource: String =
        url::form_urlencoded::byte_serialize(format!("acct:{handle}").as_bytes()).collect();
    Head {
        title: format!("{} (@{handle})", plain_name(view)),
        description: if about.is_empty() { words.counts.fill(&counts).into() } else { about },
        kind: "profile",
        address: format!("{}{}", view.url, section.path()),
        picture: Some(Preview {
            url: view.avatar_static.clone(),
            alt: view.avatar_description.clone(),
            size: None,
            is_large: false,
        }),
        document: Some(accounts::local_uri(&app.config, id)),
        descriptor: Some(format!("{base}/.well-known/webfinger?resource={resource}")),
        feed: Some(format!("{}{}.rss", view.url, section.path())),
        published: None,
        handle: Some(handle),
        noindex: !view.indexable || view.limited,
    }
}

/// Where an account lives.
pub enum Found {
    /// On this server.
    Here(AccountId, Account),
    /// On another one.
    Elsewhere(AccountId, Account),
}

/// The account that `/@name` or `/@name@domain` means.
///
/// # Errors
/// 404 for nobody, 410 for who is gone, 403 for who is suspended.
pub fn find(app: &App, from: &dyn Read, name: &str) -> Result<Found> {
    let acct = Acct::parse(name).ok_or_else(public::missing)?.relative_to(app.config.domain());
    let key = (acct.username.to_lowercase(), acct.domain.unwrap_or_default());
    let id = BY_HANDLE
        .get(from, &key)?
        .filter(|id| *id != accounts::INSTANCE_ACTOR)
        .ok_or_else(public::missing)?;
    let account = ACCOUNTS.get(from, &id)?.ok_or_else(public::missing)?;
    if account.deleted {
        return Err(public::gone());
    }
    if account.suspended_at.is_some() {
        return Err(public::suspended());
    }
    Ok(if account.is_local() { Found::Here(id, account) } else { Found::Elsewhere(id, account) })
}
