//! Confirming an e-mail address: `/auth/confirmation`, and asking for the mail again.
//!
//! The link in the mail opens a page with a button: programs that look into links before people do must not
//! use it up.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::password::{AskMail, no_mail};
use super::sign_in;
use super::words::entry::{AskMailWords, ConfirmationWords};
use super::words::frame::FrameWords;
use crate::features::users::jobs::Letter;
use crate::features::users::{self, Confirmed, links, table::LinkUse};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;

#[derive(Template)]
#[template(path = "confirmation.html")]
struct ConfirmationPage {
    site: Site,
    words: &'static ConfirmationWords,
    csrf: String,
    token: String,
}

/// `GET /auth/confirmation?token=…`
pub async fn form(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let token = params.text("token").unwrap_or_default();
    let store = app.read()?;
    let link = links::find(&store, &token, app.now())?;
    if !matches!(link, Some(LinkUse::Confirm(_) | LinkUse::Address(_))) {
        return Ok(stale(&app, &browser)?);
    }
    let page = ConfirmationPage {
        site: Site::of(&app, &store, &browser)?,
        words: ConfirmationWords::of(browser.tongue),
        csrf: browser.csrf(&app)?,
        token,
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

fn stale(app: &App, browser: &Browser) -> Result<Response> {
    let heading = FrameWords::of(browser.tongue).link_dead;
    let text = ConfirmationWords::of(browser.tongue).stale;
    page::complain(app, browser, StatusCode::NOT_FOUND, heading, text)
}

/// `POST /auth/confirmation`
pub async fn confirm(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let token = params.text("token").unwrap_or_default();
    let (frame, words) = (FrameWords::of(browser.tongue), ConfirmationWords::of(browser.tongue));
    let id = match app.write(move |tx| users::confirm(tx, &token)).await? {
        Confirmed::SignUp(id) => id,
        Confirmed::Address(_) => {
            let next = ("/settings/account", frame.go_on);
            return Ok(page::tell(&app, &browser, frame.thank_you, words.changed, next)?);
        }
        Confirmed::Taken => {
            let status = StatusCode::CONFLICT;
            return Ok(page::complain(&app, &browser, status, words.taken, words.taken_text)?);
        }
        Confirmed::Stale => return Ok(stale(&app, &browser)?),
    };
    let approved = users::get(&app.read()?, id)?.approved;
    let text = if approved { words.confirmed } else { words.confirmed_waiting };
    Ok(page::tell(&app, &browser, frame.thank_you, text, (sign_in::TO_WELCOME, frame.sign_in))?)
}

/// `GET /auth/confirmation/new`
pub async fn ask(State(app): State<App>, browser: Browser) -> PageResult {
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    let words = ConfirmationWords::of(browser.tongue);
    let page = AskMail {
        site: Site::of(&app, &app.read()?, &browser)?,
        words: AskMailWords::of(browser.tongue),
        csrf: browser.csrf(&app)?,
        action: "/auth/confirmation/new",
        heading: words.again,
        text: words.will_send,
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

/// `POST /auth/confirmation/new`: the answer is the same whether the address is known or not.
pub async fn send(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    users::send_letter(&app, &params.text("email").unwrap_or_default(), Letter::Confirm).await?;
    let frame = FrameWords::of(browser.tongue);
    let next = ("/auth/sign_in", frame.back_to_sign_in);
    Ok(page::tell(&app, &browser, frame.look_into_mail, ConfirmationWords::of(browser.tongue).sent, next)?)
}
