//! A new password by mail: `/auth/password/new`, `/auth/password/edit`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::words::entry::{AskMailWords, PasswordWords};
use super::words::frame::FrameWords;
use super::words::join::Shown;
use crate::features::users::faults::Faults;
use crate::features::users::jobs::Letter;
use crate::features::users::{self, password, sign_up};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::text::words::Sentence;

/// A form that asks where to send a mail.
#[derive(Template)]
#[template(path = "ask_mail.html")]
pub(super) struct AskMail {
    pub(super) site: Site,
    pub(super) words: &'static AskMailWords,
    pub(super) csrf: String,
    pub(super) action: &'static str,
    pub(super) heading: Sentence,
    pub(super) text: Sentence,
}

#[derive(Template)]
#[template(path = "password_edit.html")]
struct EditPage {
    site: Site,
    words: &'static PasswordWords,
    csrf: String,
    token: String,
    faults: Shown,
}

/// `GET /.well-known/change-password`: where password managers send people.
pub async fn change() -> PageResult {
    Ok(page::redirect("/settings/account")?)
}

/// `GET /auth/password/new`
pub async fn ask(State(app): State<App>, browser: Browser) -> PageResult {
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    let words = PasswordWords::of(browser.tongue);
    let page = AskMail {
        site: Site::of(&app, &app.read()?, &browser)?,
        words: AskMailWords::of(browser.tongue),
        csrf: browser.csrf(&app)?,
        action: "/auth/password/new",
        heading: words.forgotten,
        text: words.will_send,
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

pub(super) fn no_mail(app: &App, browser: &Browser) -> Result<Response> {
    let words = FrameWords::of(browser.tongue);
    page::complain(app, browser, StatusCode::NOT_FOUND, words.no_mail, words.no_mail_text)
}

/// `POST /auth/password/new`: the answer is the same whether the address is known or not.
pub async fn send(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    users::send_letter(&app, &params.text("email").unwrap_or_default(), Letter::Reset).await?;
    let frame = FrameWords::of(browser.tongue);
    let next = ("/auth/sign_in", frame.back_to_sign_in);
    Ok(page::tell(&app, &browser, frame.look_into_mail, PasswordWords::of(browser.tongue).sent, next)?)
}

/// `GET /auth/password/edit?token=…`
pub async fn edit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let token = params.text("token").unwrap_or_default();
    if users::reset_of(&app.read()?, &app, &token)?.is_none() {
        return Ok(stale(&app, &browser)?);
    }
    Ok(again(&app, &browser, token, Faults::default())?)
}

fn stale(app: &App, browser: &Browser) -> Result<Response> {
    let heading = FrameWords::of(browser.tongue).link_dead;
    let text = PasswordWords::of(browser.tongue).stale;
    page::complain(app, browser, StatusCode::NOT_FOUND, heading, text)
}

fn again(app: &App, browser: &Browser, token: String, faults: Faults) -> Result<Response> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = EditPage {
        site: Site::of(app, &app.read()?, browser)?,
        words: PasswordWords::of(browser.tongue),
        csrf: browser.csrf(app)?,
        token,
        faults: Shown::of(browser.tongue, &faults),
    };
    page::show(app, browser, status, Leads::Here, &page)
}

/// `POST /auth/password/edit`: all sessions and tokens of the account end.
pub async fn save(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let token = params.text("token").unwrap_or_default();
    if users::reset_of(&app.read()?, &app, &token)?.is_none() {
        return Ok(stale(&app, &browser)?);
    }
    let new = params.text("password").unwrap_or_default();
    let mut faults = Faults::default();
    sign_up::check_password(&new, &mut faults);
    if !faults.is_empty() {
        return Ok(again(&app, &browser, token, faults)?);
    }
    let hash = password::hash(&app, new).await?;
    let done = app
        .write(move |tx| match users::reset_of(&**tx, tx.app(), &token)? {
            Some(id) => users::set_password(tx, id, hash).map(|()| true),
            None => Ok(false),
        })
        .await?;
    if !done {
        return Ok(stale(&app, &browser)?);
    }
    let frame = FrameWords::of(browser.tongue);
    let text = PasswordWords::of(browser.tongue).saved;
    Ok(page::tell(&app, &browser, frame.done, text, ("/auth/sign_in", frame.sign_in))?)
}
