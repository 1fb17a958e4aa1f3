//! `/@name/ID/embed`: one post for a frame on another website. It runs no script, and its links open outside the frame.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::Response;

use super::page::PageResult;
use super::posts::{Post, summary};
use super::public::{self, missing};
use super::style;
use crate::features::accounts;
use crate::features::statuses::{self, get_visible};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::accept_language;
use crate::platform::http::layers::{Framable, framable_policy};
use crate::platform::ids::StatusId;
use crate::platform::text::tongue::Tongue;

#[derive(Template)]
#[template(path = "embed.html")]
struct EmbedPage {
    tongue: Tongue,
    title: String,
    domain: String,
    style: Option<String>,
    post: Post,
}

/// `GET /@name/ID/embed`: a post of this server that everybody may see.
///
/// # Errors
/// 404 for what is not for everybody, for boosts, and for posts of other servers or of somebody else.
pub async fn show(
    State(app): State<App>,
    Path((name, id)): Path<(String, String)>,
    asked: HeaderMap,
) -> PageResult {
    let page = page(&app, Tongue::first(accept_language::languages(&asked)), &name, &id)?;
    Ok(framable(&app, public::kept(&asked, &page)?))
}

fn page(app: &App, tongue: Tongue, name: &str, id: &str) -> Result<EmbedPage> {
    let id: StatusId = id.parse().map_err(|_| missing())?;
    let from = app.read()?;
    let status = get_visible(&from, None, id)
        .map_err(|error| if error.status().is_server_error() { error } else { missing().because(error) })?;
    let author = accounts::get(&from, status.account)?;
    let is_named = author.is_local() && author.username.eq_ignore_ascii_case(name);
    if !status.local || status.reblog_of.is_some() || !is_named {
        return Err(missing());
    }
    let view = statuses::view::one(app, &from, None, id)?;
    Ok(EmbedPage {
        tongue,
        title: format!("@{}: {}", view.account.username, summary(tongue, &view)),
        domain: app.config.domain().to_owned(),
        style: style::address(app),
        post: Post::of(tongue, &view),
    })
}

fn framable(app: &App, mut response: Response) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, framable_policy(&app.config));
    response.extensions_mut().insert(Framable);
    response
}
