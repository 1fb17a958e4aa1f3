//! Signing up: `/auth/sign_up`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::words::frame::FrameWords;
use super::words::join::{NewAccountWords, Shown, SignUpWords};
use super::{return_to, sign_in};
use crate::features::instance;
use crate::features::users::faults::Faults;
use crate::features::users::sign_up::{self, Draft};
use crate::features::users::{self, SignIn};
use crate::platform::app::App;
use crate::platform::config::Registrations;
use crate::platform::error::Result;
use crate::platform::http::params::Params;

#[derive(Template)]
#[template(path = "sign_up.html")]
struct SignUpPage {
    site: Site,
    words: &'static SignUpWords,
    common: &'static NewAccountWords,
    /// What a handle of this server looks like.
    handle: String,
    csrf: String,
    rules: Vec<String>,
    approval: bool,
    draft: Draft,
    faults: Shown,
}

/// `GET /auth/sign_up`
pub async fn form(State(app): State<App>, browser: Browser) -> PageResult {
    if browser.signed_in.is_some() {
        return Ok(page::redirect(return_to::HOME)?);
    }
    if !sign_up::is_open(&app.config) {
        return Ok(closed(&app, &browser)?);
    }
    Ok(again(&app, &browser, Draft::default(), Faults::default())?)
}

fn closed(app: &App, browser: &Browser) -> Result<Response> {
    let words = SignUpWords::of(browser.tongue);
    page::complain(app, browser, StatusCode::FORBIDDEN, words.closed, words.closed_text)
}

fn again(app: &App, browser: &Browser, draft: Draft, faults: Faults) -> Result<Response> {
    let store = app.read()?;
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = SignUpPage {
        site: Site::of(app, &store, browser)?,
        words: SignUpWords::of(browser.tongue),
        handle: NewAccountWords::handle(browser.tongue, app.config.domain()),
        common: NewAccountWords::of(browser.tongue),
        csrf: browser.csrf(app)?,
        rules: instance::get(&store)?.rules,
        approval: app.config.registrations == Registrations::Approval,
        draft,
        faults: Shown::of(browser.tongue, &faults),
    };
    page::show(app, browser, status, Leads::Here, &page)
}

/// `POST /auth/sign_up`
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    if !sign_up::is_open(&app.config) {
        return Ok(closed(&app, &browser)?);
    }
    let text = |name: &str| params.text(name).unwrap_or_default();
    let draft = Draft {
        username: text("username").trim().to_owned(),
        email: text("email"),
        password: text("password"),
        agreement: params.flag("agreement").unwrap_or(false),
        reason: text("reason"),
        locale: browser.tongue.code().to_owned(),
        app: None,
    };
    let id = match sign_up::sign_up(&app, draft.clone()).await? {
        Ok(id) => id,
        Err(faults) => return Ok(again(&app, &browser, draft, faults)?),
    };
    let standing = {
        let store = app.read()?;
        users::standing(&store, id, &users::get(&store, id)?)?
    };
    let (frame, words) = (FrameWords::of(browser.tongue), SignUpWords::of(browser.tongue));
    let next = (sign_in::TO_WELCOME, frame.sign_in);
    Ok(match standing {
        SignIn::Welcome(id) => sign_in::enter(&app, &browser, id, "/welcome").await?,
        SignIn::Unconfirmed(_) => page::tell(&app, &browser, words.almost, words.mail_sent, next)?,
        _ => page::tell(&app, &browser, frame.thank_you, words.asked, next)?,
    })
}
