//! `/@name/ID`: a post with what it answers and what answers it.

use askama::Template;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};

use super::browser::Browser;
use super::page::{PageResult, Site, redirect};
use super::posts::{Author, Post, plain_name, summary};
use super::profile::{Found, find};
use super::public::{self, Head, Preview};
use super::shell;
use super::words::posts::{ElsewhereWords, ThreadWords};
use crate::features::accounts;
use crate::features::accounts::table::Account;
use crate::features::peers::api::objects;
use crate::features::statuses::context::{Around, Reach, around};
use crate::features::statuses::view::StatusView;
use crate::features::statuses::{self, get_visible};
use crate::federation::negotiation::wants_activity;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::StatusId;
use crate::platform::text::tongue::Tongue;

#[derive(Template)]
#[template(path = "thread.html")]
struct ThreadPage<'a> {
    site: Site,
    words: &'static ThreadWords,
    head: &'a Head,
    author: Author,
    above: Vec<Post>,
    post: Post,
    below: Vec<Post>,
    interact: String,
}

/// The post `id` of `name`: the web app for people who are signed in, the document for servers, else the page.
///
/// # Errors
/// 404 for what is not for everybody.
pub async fn show(app: &App, browser: &Browser, name: &str, id: &str, parts: &Parts) -> PageResult {
    if let Some(id) = id.strip_suffix(".json") {
        return Ok(objects::document_of(app, name, id, parts).await.into_response());
    }
    if wants_activity(&parts.headers) {
        return Ok(objects::document_of(app, name, id, parts).await.into_response());
    }
    if browser.signed_in.is_some() {
        return Ok(shell::show(app, browser)?);
    }
    let id: StatusId = id.parse().map_err(|_| public::missing())?;
    let from = app.read()?;
    let account = match find(app, &from, name)? {
        Found::Here(id, _) | Found::Elsewhere(id, _) => id,
    };
    let status = get_visible(&from, None, id).map_err(hide)?;
    let author = accounts::get(&from, status.account)?;
    let place = statuses::url(&app.config, id, &status, &author);
    if !status.local {
        return if status.account == account {
            Ok(elsewhere(app, browser, parts, &place, &author)?)
        } else {
            Err(public::missing().into())
        };
    }
    if let Some(of) = status.reblog_of {
        let original = statuses::get(&from, of).map_err(hide)?;
        let writer = accounts::get(&from, original.account)?;
        let place = statuses::url(&app.config, of, &original, &writer);
        return if original.local {
            Ok(redirect(&place)?)
        } else {
            Ok(elsewhere(app, browser, parts, &place, &writer)?)
        };
    }
    if author.username != name || status.account != account {
        return Ok(redirect(&place)?);
    }
    let Around { above, below } = around(&from, id, &status, Reach::ANONYMOUS)?;
    let view = statuses::view::one(app, &from, None, id).map_err(hide)?;
    let posts = |ids: &[StatusId]| -> Result<Vec<Post>> {
        Ok(Post::all(browser.tongue, &statuses::view::load(app, &from, None, ids)?))
    };
    let post = Post::of(browser.tongue, &view).focused();
    let head = head(app, browser.tongue, &view, &post);
    let page = ThreadPage {
        site: Site::of(app, &from, browser)?,
        words: ThreadWords::of(browser.tongue),
        head: &head,
        author: Author::of(&view.account),
        above: posts(&above)?,
        below: posts(&below)?,
        interact: post.uri.clone(),
        post,
    };
    Ok(public::page(browser, &parts.headers, &head, &page)?)
}

/// What may not be seen is not there.
fn hide(error: crate::platform::error::Error) -> crate::platform::error::Error {
    if error.status().is_server_error() { error } else { public::missing().because(error) }
}

fn head(app: &App, tongue: Tongue, view: &StatusView, post: &Post) -> Head {
    let account = &view.account;
    let handle = format!("{}@{}", account.username, app.config.domain());
    let avatar = || Preview {
        url: account.avatar_static.clone(),
        alt: account.avatar_description.clone(),
        size: None,
        is_large: false,
    };
    Head {
        title: format!("{} (@{handle})", plain_name(account)),
        description: summary(tongue, view),
        kind: "article",
        address: view.url.clone(),
        picture: Some(post.preview().unwrap_or_else(avatar)),
        document: Some(view.uri.clone()),
        descriptor: None,
        feed: Some(format!("{}.rss", account.url)),
        published: Some(view.created_at.clone()),
        handle: Some(handle),
        noindex: !account.indexable || account.limited,
    }
}

#[derive(Template)]
#[template(path = "elsewhere.html")]
struct ElsewherePage<'a> {
    site: Site,
    words: &'static ElsewhereWords,
    head: &'a Head,
    acct: String,
    place: &'a str,
}

/// Tells guests where something of another server is. They are not sent there at once: an address of this server
/// that leads anywhere would lend its good name to anybody.
///
/// # Errors
/// When the store fails.
pub fn elsewhere(
    app: &App,
    browser: &Browser,
    parts: &Parts,
    place: &str,
    author: &Account,
) -> Result<Response> {
    let acct = accounts::view::acct(author);
    let words = ElsewhereWords::of(browser.tongue);
    let head = Head {
        title: format!("@{acct}"),
        description: words.description.with("account", format!("@{acct}")).into(),
        kind: "website",
        address: place.to_owned(),
        noindex: true,
        ..Head::default()
    };
    let page = ElsewherePage { site: Site::of(app, &app.read()?, browser)?, words, head: &head, acct, place };
    public::page(browser, &parts.headers, &head, &page)
}
