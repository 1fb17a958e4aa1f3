//! The second step of the sign-in: `/auth/sign_in/code`, for those who have a second factor.
//!
//! The page carries a proof that the password was right, and not the password: it is good for five minutes, in this browser,
//! for this account and as long as the password stays the same.

use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::browser::Browser;
use super::page::{self, Leads, PageResult, Site};
use super::words::entry::SecondStepWords;
use super::{return_to, sign_in};
use crate::features::users::table::USERS;
use crate::features::users::two_factor::{self, Verdict, totp};
use crate::features::users::{self, SignIn};
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::secret;

/// How long a right password is remembered.
pub const VALID: Duration = Duration::from_secs(5 * 60);

#[derive(Template)]
#[template(path = "second_step.html")]
struct SecondStepPage {
    site: Site,
    words: &'static SecondStepWords,
    csrf: String,
    proof: String,
    return_to: String,
    error: Option<String>,
    /// Whether a recovery code was given.
    recovery: bool,
}

/// Asks for the code, once the password was right.
pub(super) fn ask(app: &App, browser: &Browser, account: AccountId, return_to: String) -> Result<Response> {
    let until = app.now().plus(VALID);
    let user = USERS.get(&app.read()?, &account)?.ok_or_else(Error::not_found)?;
    let seal = seal(app, browser, account, until, &user.password_hash)?;
    let proof = format!("{account}.{}.{seal}", until.0);
    let site = Site::of(app, &app.read()?, browser)?;
    let csrf = browser.csrf(app)?;
    let page = SecondStepPage {
        site,
        words: SecondStepWords::of(browser.tongue),
        csrf,
        proof,
        return_to,
        error: None,
        recovery: false,
    };
    page::show(app, browser, StatusCode::OK, Leads::Away, &page)
}

fn seal(
    app: &App,
    browser: &Browser,
    account: AccountId,
    until: Millis,
    password_hash: &str,
) -> Result<String> {
    let (account, until) = (account.get().to_be_bytes(), until.0.to_be_bytes());
    browser.seal(app, &[b"second step", &account, &until, password_hash.as_bytes()])
}

/// Whose password was right in this browser a short while ago.
fn proven(app: &App, browser: &Browser, proof: &str) -> Result<Option<AccountId>> {
    let mut parts = proof.splitn(3, '.');
    let mut next = || parts.next().unwrap_or_default();
    let (account, until, given) = (next().parse::<AccountId>(), next().parse(), next());
    let (Ok(account), Ok(until)) = (account, until.map(Millis)) else { return Ok(None) };
    let Some(user) = USERS.get(&app.read()?, &account)? else { return Ok(None) };
    let made = seal(app, browser, account, until, &user.password_hash)?;
    let good = secret::same(made.as_bytes(), given.as_bytes()) && app.now() < until;
    Ok(good.then_some(account))
}

/// `GET /auth/sign_in/code`: there is nothing to see without a password before.
pub async fn form() -> PageResult {
    Ok(page::redirect("/auth/sign_in")?)
}

/// `POST /auth/sign_in/code`
pub async fn submit(State(app): State<App>, browser: Browser, params: Params) -> PageResult {
    browser.check(&app, &params)?;
    let return_to = return_to::read(&app.config, &params);
    let proof = params.text("proof").unwrap_or_default();
    let Some(account) = proven(&app, &browser, &proof)? else {
        let late = SignIn::SecondStep(AccountId::new(0));
        return Ok(sign_in::refuse(&app, &browser, return_to, String::new(), late)?);
    };
    let standing = {
        let store = app.read()?;
        users::standing(&store, account, &users::get(&store, account)?)?
    };
    if standing != SignIn::Welcome(account) {
        return Ok(sign_in::refuse(&app, &browser, return_to, String::new(), standing)?);
    }
    let code = params.text("code").unwrap_or_default();
    let recovery = code.trim().len() > 2 * totp::DIGITS;
    let words = SecondStepWords::of(browser.tongue);
    let (status, error) = match app.write(move |tx| two_factor::accept(tx, account, &code)).await? {
        Verdict::Good => return Ok(sign_in::enter(&app, &browser, account, &return_to).await?),
        Verdict::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words.wrong.to_string()),
        Verdict::Locked(left) => {
            let minutes = left.as_secs().div_ceil(60);
            (StatusCode::TOO_MANY_REQUESTS, words.locked.with("minutes", minutes).into())
        }
    };
    let site = Site::of(&app, &app.read()?, &browser)?;
    let csrf = browser.csrf(&app)?;
    let page = SecondStepPage { site, words, csrf, proof, return_to, error: Some(error), recovery };
    Ok(page::show(&app, &browser, status, Leads::Away, &page)?)
}
