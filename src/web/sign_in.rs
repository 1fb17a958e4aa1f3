//! Signing in and out: `/auth/sign_in`, `/auth/sign_out`. The second step is in `second_step.rs`.

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::Response;

use super::browser::Browser;
use super::cookies::Cookie;
use super::page::{self, Leads, PageResult, Site};
use super::words::entry::SignInWords;
use super::{return_to, second_step};
use crate::features::oauth::sessions;
use crate::features::users::{self, SignIn};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::text::words::Sentence;

/// Signs in on the way to the first steps in the web app.
pub const TO_WELCOME: &str = "/auth/sign_in?return_to=/welcome";

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    site: Site,
    words: &'static SignInWords,
    csrf: String,
    return_to: String,
    email: String,
    error: Option<Sentence>,
    unconfirmed: bool,
}

/// `GET /auth/sign_in`
pub async fn form(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let return_to = return_to::read(&app.config, &params);
    if browser.signed_in.is_some() {
        return Ok(page::redirect(&return_to)?);
    }
    let page = SignInPage {
        site: Site::of(&app, &app.read()?, &browser)?,
        words: SignInWords::of(browser.tongue),
        csrf: browser.csrf(&app)?,
        return_to,
        email: String::new(),
        error: None,
        unconfirmed: false,
    };
    Ok(page::show(&app, &browser, StatusCode::OK, Leads::Away, &page)?)
}

/// The form again, with what stands in the way.
pub(super) fn refuse(
    app: &App,
    browser: &Browser,
    return_to: String,
    email: String,
    why: SignIn,
) -> Result<Response> {
    let words = SignInWords::of(browser.tongue);
    let error = match why {
        SignIn::Unconfirmed(_) => words.unconfirmed,
        SignIn::Pending => words.pending,
        SignIn::Disabled => words.disabled,
        SignIn::SecondStep(_) => words.too_late,
        SignIn::Wrong | SignIn::Welcome(_) => words.wrong,
    };
    let page = SignInPage {
        site: Site::of(app, &app.read()?, browser)?,
        words,
        csrf: browser.csrf(app)?,
        return_to,
        email,
        error: Some(error),
        unconfirmed: matches!(why, SignIn::Unconfirmed(_)) && app.mailer.reaches_people(),
    };
    page::show(app, browser, StatusCode::UNPROCESSABLE_ENTITY, Leads::Away, &page)
}

/// `POST /auth/sign_in`
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let return_to = return_to::read(&app.config, &params);
    let email = params.text("email").unwrap_or_default();
    let password = params.text("password").unwrap_or_default();
    match users::authenticate(&app, &email, password).await? {
        SignIn::Welcome(account) => Ok(enter(&app, &browser, account, &return_to).await?),
        SignIn::SecondStep(account) => Ok(second_step::ask(&app, &browser, account, return_to)?),
        refused => Ok(refuse(&app, &browser, return_to, email, refused)?),
    }
}

/// Signs this browser in and leads it on. The session it had before ends.
///
/// # Errors
/// When the store fails.
pub async fn enter(app: &App, browser: &Browser, account: AccountId, to: &str) -> Result<Response> {
    leave(app, browser).await?;
    let cookie = sessions::start(app, account, &browser.user_agent).await?;
    let mut response = page::redirect(to)?;
    let headers = response.headers_mut();
    headers.extend(Cookie::Session.set(&app.config, &cookie).map(|value| (header::SET_COOKIE, value)));
    if let Some(gone) = Cookie::Guest.clear(&app.config) {
        headers.append(header::SET_COOKIE, gone);
    }
    Ok(response)
}

async fn leave(app: &App, browser: &Browser) -> Result<()> {
    if let Some(cookie) = browser.session.clone() {
        app.write(move |tx| sessions::end(tx, &cookie)).await?;
    }
    Ok(())
}

/// `POST /auth/sign_out`: leads to the sign-in form when an address to return to is given, else to the front page.
pub async fn out(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    let to = if params.has("return_to") {
        let target = return_to::read(&app.config, &params);
        format!(
            "/auth/sign_in?{}",
            url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", &target).finish()
        )
    } else {
        "/".to_owned()
    };
    if browser.session.is_some() {
        browser.check(&app, &params)?;
        leave(&app, &browser).await?;
    }
    let mut response = page::redirect(&to)?;
    if let Some(gone) = Cookie::Session.clear(&app.config) {
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    Ok(response)
}
