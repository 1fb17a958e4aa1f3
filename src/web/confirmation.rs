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
use crate::features::users::jobs::Letter;
use crate::features::users::{self, Confirmed, links, table::LinkUse};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;

#[derive(Template)]
#[template(path = "confirmation.html")]
struct ConfirmationPage {
    site: Site,
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
    let page = ConfirmationPage { site: Site::of(&app, &store, &browser)?, csrf: browser.csrf(&app)?, token };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Here, &page)?)
}

fn stale(app: &App, browser: &Browser) -> Result<Response> {
    let text = "This link was used already or is too old. If you cannot sign in, ask for another mail there.";
    page::complain(app, browser, StatusCode::NOT_FOUND, "The link does not work", text)
}

/// `POST /auth/confirmation`
pub async fn confirm(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let token = params.text("token").unwrap_or_default();
    let id = match app.write(move |tx| users::confirm(tx, &token)).await? {
        Confirmed::SignUp(id) => id,
        Confirmed::Address(_) => {
            let text = "Your new address counts from now on. Sign in with it, and look for our mail there.";
            return Ok(page::tell(&app, &browser, "Thank you", text, ("/settings/account", "Go on"))?);
        }
        Confirmed::Taken => {
            let text = "This address belongs to another account meanwhile. Your present one stays.";
            return Ok(page::complain(&app, &browser, StatusCode::CONFLICT, "The address is taken", text)?);
        }
        Confirmed::Stale => return Ok(stale(&app, &browser)?),
    };
    let approved = users::get(&app.read()?, id)?.approved;
    let text = if approved {
        "Your address is confirmed. You can sign in now."
    } else {
        "Your address is confirmed. The staff will decide on your request to join."
    };
    Ok(page::tell(&app, &browser, "Thank you", text, (sign_in::TO_WELCOME, "Sign in"))?)
}

/// `GET /auth/confirmation/new`
pub async fn ask(State(app): State<App>, browser: Browser) -> PageResult {
    if !app.mailer.reaches_people() {
        return Ok(no_mail(&app, &browser)?);
    }
    let page = AskMail {
        site: Site::of(&app, &app.read()?, &browser)?,
        csrf: browser.csrf(&app)?,
        action: "/auth/confirmation/new",
        heading: "No confirmation mail?",
        text: "We will send it again.",
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
    let text = "If the address waits for its confirmation, a mail is on its way.";
    Ok(page::tell(&app, &browser, "Look into your mail", text, ("/auth/sign_in", "Back to sign in"))?)
}
