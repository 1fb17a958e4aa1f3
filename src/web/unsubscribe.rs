//! `/unsubscribe`: the link at the end of a mail about a notification. No sign-in: whoever reads the mail may stop it.
//!
//! Opening the link shows a button, since programs look into links before people do; the mail program's own button
//! posts at once (RFC 8058), without a cookie, so the ticket alone decides.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::public::missing;
use super::words::community::UnsubscribeWords;
use super::words::frame::FrameWords;
use crate::features::instance;
use crate::features::letters::leave;
use crate::features::letters::words::about;
use crate::platform::app::App;
use crate::platform::http::params::Params;

#[derive(Template)]
#[template(path = "unsubscribe.html")]
struct UnsubscribePage {
    site: Site,
    words: &'static UnsubscribeWords,
    what: &'static str,
    ticket: String,
}

/// `GET /unsubscribe?ticket=…`
///
/// # Errors
/// 404 for what is no ticket of ours.
pub async fn form(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let ticket = params.text("ticket").unwrap_or_default();
    let from = app.read()?;
    let (_, kind) = leave::read(&instance::get(&from)?.token_secret, &ticket).ok_or_else(missing)?;
    let words = UnsubscribeWords::of(browser.tongue);
    let what = about(browser.tongue, kind);
    let page = UnsubscribePage { site: Site::of(&app, &from, &browser)?, words, what, ticket };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

/// `POST /unsubscribe?ticket=…`: a second time changes nothing.
///
/// # Errors
/// 404 for what is no ticket of ours.
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let ticket = params.text("ticket").unwrap_or_default();
    let kind = app
        .write(move |tx| leave::redeem(tx, &ticket))
        .await
        .map_err(|error| if error.status().is_server_error() { error } else { missing().because(error) })?;
    let words = UnsubscribeWords::of(browser.tongue);
    let text = words.stopped.with("what", about(browser.tongue, kind));
    let heading = FrameWords::of(browser.tongue).done;
    Ok(page::tell(&app, &browser, heading, text, ("/settings", words.settings))?)
}
