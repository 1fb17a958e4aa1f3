//! The first run: `/setup?token=…` names the community and makes its owner.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::words::join::{NewAccountWords, SetupWords, Shown};
use super::{return_to, sign_in};
use crate::features::users::faults::Faults;
use crate::features::users::sign_up::{self, Community, Draft};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;

#[derive(Template)]
#[template(path = "setup.html")]
struct SetupPage {
    site: Site,
    words: &'static SetupWords,
    common: &'static NewAccountWords,
    /// What a handle of this server looks like.
    handle: String,
    others: String,
    csrf: String,
    token: String,
    community: Community,
    draft: Draft,
    faults: Shown,
}

/// `GET /setup?token=…`
pub async fn form(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let token = params.text("token").unwrap_or_default();
    if !sign_up::setup_is_open(&app.read()?, &app, &token)? {
        return Ok(closed(&app, &browser)?);
    }
    Ok(again(&app, &browser, token, Community::default(), Draft::default(), Faults::default())?)
}

fn closed(app: &App, browser: &Browser) -> Result<Response> {
    let words = SetupWords::of(browser.tongue);
    page::complain(app, browser, StatusCode::NOT_FOUND, words.closed, words.closed_text)
}

fn again(
    app: &App,
    browser: &Browser,
    token: String,
    community: Community,
    draft: Draft,
    faults: Faults,
) -> Result<Response> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let site = Site::of(app, &app.read()?, browser)?;
    let words = SetupWords::of(browser.tongue);
    let others = words.others.fill(&[
        ("mode", &"registrations.mode"),
        ("approval", &"approval"),
        ("open", &"open"),
        ("command", &"shop account create"),
    ]);
    let page = SetupPage {
        site,
        words,
        handle: NewAccountWords::handle(browser.tongue, app.config.domain()),
        common: NewAccountWords::of(browser.tongue),
        others: others.into(),
        csrf: browser.csrf(app)?,
        token,
        community,
        draft,
        faults: Shown::of(browser.tongue, &faults),
    };
    page::show(app, browser, status, Leads::Here, &page)
}

/// `POST /setup`
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let text = |name: &str| params.text(name).unwrap_or_default();
    let draft = Draft {
        username: text("username").trim().to_owned(),
        email: text("email"),
        password: text("password"),
        agreement: true,
        locale: browser.tongue.code().to_owned(),
        ..Draft::default()
    };
    let community = Community { title: text("title"), contact_email: text("contact_email") };
    let token = text("token");
    match sign_up::set_up(&app, token.clone(), draft.clone(), community.clone()).await? {
        None => Ok(closed(&app, &browser)?),
        Some(Err(faults)) => Ok(again(&app, &browser, token, community, draft, faults)?),
        Some(Ok(owner)) => Ok(sign_in::enter(&app, &browser, owner, return_to::HOME).await?),
    }
}
