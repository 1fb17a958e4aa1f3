//! Sign-up over HTTP, and the address that goes with it.

pub mod own;
pub mod preferences;
pub mod two_factor;

use axum::Json;
use axum::extract::State;
use serde_json::{Value, json};

use super::faults::Faults;
use super::jobs::{Letter, SendMail};
use super::sign_up::{self, Draft};
use super::table::USERS;
use super::wishes;
use crate::features::oauth::auth::AnyApp;
use crate::features::oauth::scopes::{self, Scope};
use crate::features::oauth::{tokens, view::TokenView};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::http::params::Params;
use crate::platform::http::rate::Family;

fn within<S: Scope>(caller: &AnyApp) -> Result<()> {
    if scopes::allows(&caller.scopes, S::ANY_OF) { Ok(()) } else { Err(Error::outside_scopes()) }
}

/// `POST /api/v1/accounts`: the token works at once, user endpoints answer 403 until confirmed and approved.
pub async fn sign_up(State(app): State<App>, caller: AnyApp, params: Params) -> Result<Json<TokenView>> {
    if caller.account.is_some() {
        let words = "This method requires an client credentials authentication";
        return Err(Error::new(Kind::Forbidden, words));
    }
    within::<scopes::WriteAccounts>(&caller)?;
    let text = |name: &str| params.text(name).unwrap_or_default();
    let draft = Draft {
        username: text("username"),
        email: text("email"),
        password: text("password"),
        agreement: params.flag("agreement").unwrap_or(false),
        reason: text("reason"),
        locale: text("locale"),
        app: Some(caller.app),
    };
    // A zone that is not known is no reason to turn somebody away.
    let zone = wishes::zone_name(&text("time_zone")).unwrap_or_default();
    let id = sign_up::sign_up(&app, draft).await??;
    let issued = app.write(move |tx| {
        if zone.is_some() {
            wishes::change(tx, id, |wishes| wishes.time_zone = zone)?;
        }
        tokens::issue(tx, caller.app, Some(id), &caller.application.scopes)
    });
    let issued = issued.await?;
    Ok(Json(issued.into()))
}

/// `POST /api/v1/emails/confirmations`: another confirmation mail, to another address if one is given.
pub async fn resend_confirmation(
    State(app): State<App>,
    caller: AnyApp,
    params: Params,
) -> Result<Json<Value>> {
    within::<scopes::WriteAccounts>(&caller)?;
    let id = caller.account.ok_or_else(Error::user_required)?;
    super::count(&app, Family::ConfirmationEmail, &super::get(&app.read()?, id)?.email)?;
    let email = params.text("email").map(|email| email.trim().to_owned()).filter(|email| !email.is_empty());
    app.write(move |tx| {
        let user = super::get(&**tx, id)?;
        if user.signed_up_with != Some(caller.app) || user.confirmed_at.is_some() {
            return Err(Error::new(
                Kind::Forbidden,
                "This method is only for the application that signed the user up, until the address is confirmed",
            ));
        }
        if let Some(email) = email.filter(|email| *email != user.email) {
            let mut found = Faults::default();
            sign_up::check_email(&**tx, &email, &mut found)?;
            if !found.is_empty() {
                return Err(found.into());
            }
            super::links::end_all(tx, &super::table::LinkUse::Confirm(id))?;
            USERS.edit(tx, &id, |user| user.email = email)?;
        }
        tx.enqueue(&SendMail { account: id, letter: Letter::Confirm })
    })
    .await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/emails/check_confirmation`: whether the address is confirmed, as bare JSON.
pub async fn check_confirmation(State(app): State<App>, caller: AnyApp) -> Result<Json<bool>> {
    within::<scopes::ReadAccounts>(&caller)?;
    let id = caller.account.ok_or_else(Error::user_required)?;
    Ok(Json(super::get(&app.read()?, id)?.confirmed_at.is_some()))
}
