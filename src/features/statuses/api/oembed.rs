//! oEmbed: a local post as HTML for other websites.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use shop_storage::Read;

use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::{self, table::Account};
use crate::features::statuses::table::Status;
use crate::features::statuses::{get, id_of_local_uri, url};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{StatusId, kind};

/// How wide a post is shown when nobody says.
const WIDTH: u32 = 400;
/// How long others may keep the answer, in seconds.
const KEPT: u32 = 86_400;

/// A post for other websites (entities: OEmbed).
#[derive(Debug, Serialize)]
pub struct OEmbedView {
    r#type: &'static str,
    version: &'static str,
    author_name: String,
    author_url: String,
    provider_name: String,
    provider_url: String,
    cache_age: u32,
    html: String,
    width: u32,
    height: Option<u32>,
}

/// A post of this server that everybody may see, with its author.
fn open_post(from: &dyn Read, id: StatusId) -> Result<(Status, Account)> {
    let status = get(from, id)?;
    let author = ACCOUNTS.get(from, &status.account)?.ok_or_else(Error::not_found)?;
    let is_open = status.local && status.reblog_of.is_none() && status.visibility.is_open();
    if !is_open || author.suspended_at.is_some() || author.deleted {
        return Err(Error::not_found());
    }
    Ok((status, author))
}

/// `GET /api/oembed`
///
/// # Errors
/// 400 without an address; 404 unless it is a local post that everybody may see.
pub async fn show(State(app): State<App>, params: Params) -> Result<Json<OEmbedView>> {
    let address = params.required("url")?;
    view(&app, id_of_local_uri(&app.config, &address), &params)
}

/// `GET /api/web/embeds/:id`: the same by the number of the post. What other servers have is theirs to show.
///
/// # Errors
/// 404 unless it is a local post that everybody may see.
pub async fn by_number(
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    params: Params,
) -> Result<Json<OEmbedView>> {
    view(&app, Some(id), &params)
}

fn view(app: &App, id: Option<StatusId>, params: &Params) -> Result<Json<OEmbedView>> {
    if app.config.federation.is_closed() {
        return Err(Error::invalid_token());
    }
    let id = id.ok_or_else(Error::not_found)?;
    let (status, author) = open_post(&app.read()?, id)?;
    let size = |name| params.integer(name).and_then(|pixels| u32::try_from(pixels).ok()).filter(|px| *px > 0);
    let width = size("maxwidth").unwrap_or(WIDTH);
    let name = if author.display_name.is_empty() { &author.username } else { &author.display_name };
    let page = url(&app.config, id, &status, &author);
    Ok(Json(OEmbedView {
        r#type: "rich",
        version: "1.0",
        html: html(&status, &author, app.config.domain(), &page, width),
        author_name: name.clone(),
        author_url: accounts::url(&app.config, status.account, &author),
        provider_name: app.config.domain().to_owned(),
        provider_url: format!("{}/", app.config.base_url()),
        cache_age: KEPT,
        width,
        height: size("maxheight"),
    }))
}

/// A block quotation that needs no script. What stands behind a warning stays behind its link.
fn html(status: &Status, author: &Account, domain: &str, page: &str, width: u32) -> String {
    let text = if status.spoiler.is_empty() {
        status.content.clone()
    } else {
        format!("<p>{}</p>", html_escape::encode_text(&status.spoiler))
    };
    let page = html_escape::encode_double_quoted_attribute(page);
    let date = status.created_at.date();
    format!(
        "<blockquote cite=\"{page}\" style=\"max-width: {width}px\">{text}\
         <footer><a href=\"{page}\">@{}@{domain}, {date}</a></footer></blockquote>",
        author.username
    )
}
