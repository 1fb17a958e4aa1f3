//! A new password by mail: `/auth/password/new`, `/auth/password/edit`.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use crate::features::users::faults::Faults;
use crate::features::users::jobs::Letter;
use crate::features::users::{self, password, sign_up};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;

/// A form that asks where to send a mail.
#[derive(Template)]
#[template(path = "ask_mail.html")]
pub(super) struct AskMail {
    pub(super) site: Site,
    pub(super) csrf: String,
    pub(super) action: &'static str,
    pub(super) heading: &'static str,
    pub(super) text: &'static str,
}

#[derive(Template)]
#[template(path = "password_edit.html")]
struct EditPage {
    site: Site,
    csrf: String,
    token: String,
    faults: Faults,
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
    let page = AskMail {
        site: Site::of(&app, &app.read()?, &browser)?,
        csrf: browser.csrf(&app)?,
        action: "/auth/password/new",
        heading: "Forgot your password?",
        text: "We will send a link to your address that lets you choose a new one.",
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

pub(super) fn no_mail(app: &App, browser: &Browser) -> Result<Response> {
    let text = "This server sends no mail. Please ask its staff for help.";
    page::complain(app, browser, StatusCode::NOT_FOUND, "No mail from here", text)
}

/// `POST /auth/password/new`: the answer is the same whether the address is known or not.
pub async fn send(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    users::send_letter(&app, &params.text("email").unwrap_or_default(), Letter::Reset).await?;
    let text = "If the address belongs to a member, a mail with a link is on its way. The link is good for six hours.";
    Ok(page::tell(&app, &browser, "Look into your mail", text, ("/auth/sign_in", "Back to sign in"))?)
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
    let text = "This link was used already or is too old. You can ask for another one.";
    page::complain(app, browser, StatusCode::NOT_FOUND, "The link does not work", text)
}

fn again(app: &App, browser: &Browser, token: String, faults: Faults) -> Result<Response> {
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page =
        EditPage { site: Site::of(app, &app.read()?, browser)?, csrf: browser.csrf(app)?, token, faults };
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
    let text = "Your new password is set.";
    Ok(page::tell(&app, &browser, "Done", text, ("/auth/sign_in", "Sign in"))?)
}
