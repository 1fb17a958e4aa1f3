//! Shop's own routes for what a person decides about the account as such: password, address, and its end.
//!
//! Each wants the present password, and only the web app and the command line of this server may call them.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Value, json};

use crate::features::oauth::auth::InPerson;
use crate::features::oauth::scopes::{ReadAccounts, WriteOwnAccount};
use crate::features::oauth::{granted, sessions};
use crate::features::users::faults::Faults;
use crate::features::users::table::Role;
use crate::features::users::{address, check_current, closing, count, get, password, sign_up};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::rate::Family;
use crate::platform::ids::AccountId;

/// Where mail goes.
#[derive(Debug, Serialize)]
pub struct EmailView {
    email: String,
    /// What it shall be once its link was followed; null when nothing was asked for.
    unconfirmed_email: Option<String>,
    /// Whether the person may delete the account: the owner may not.
    can_delete: bool,
}

/// How many browsers a changed password has signed out.
#[derive(Debug, Serialize)]
pub struct PasswordView {
    ended_sessions: usize,
}

/// `POST /api/shop/v1/password` with `current_password`, `password`, and `revoke_applications`: all other browsers are
/// signed out, and applications too where that is wished.
///
/// # Errors
/// 422 with `details` for a wrong present password and one that cannot be the new one; 429 after too many tries.
pub async fn change_password(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<PasswordView>> {
    count_deed(&app, Family::PasswordChange, user.id)?;
    let text = |name: &str| params.text(name).unwrap_or_default();
    check_current(&app, &user.user, text("current_password")).await?;
    let mut faults = Faults::default();
    sign_up::check_password(&text("password"), &mut faults);
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let hash = password::hash(&app, text("password")).await?;
    let applications_too = params.flag("revoke_applications") == Some(true);
    let ended_sessions = app
        .write(move |tx| {
            crate::features::users::change_password(tx, user.id, hash)?;
            address::give_up(tx, user.id)?;
            if applications_too {
                granted::revoke_others(tx, user.id, user.token)?;
            }
            sessions::end_others(tx, user.id, user.token)
        })
        .await?;
    Ok(Json(PasswordView { ended_sessions }))
}

/// `GET /api/shop/v1/email`
///
/// # Errors
/// Those of the token.
pub async fn email(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<EmailView>> {
    shown(&app, user.id)
}

/// `POST /api/shop/v1/email` with `current_password` and `email`.
///
/// # Errors
/// 422 with `details` for a wrong password and an address that cannot be the new one; 429 after too many tries.
pub async fn change_email(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<EmailView>> {
    count_deed(&app, Family::SetupEmail, user.id)?;
    check_current(&app, &user.user, params.text("current_password").unwrap_or_default()).await?;
    let email = params.text("email").unwrap_or_default();
    // However many accounts ask for it: nobody's mailbox is filled from here.
    count(&app, Family::ConfirmationEmail, &email)?;
    app.write(move |tx| address::ask(tx, user.id, &email)).await?;
    shown(&app, user.id)
}

/// `DELETE /api/shop/v1/email`: the present address stays.
///
/// # Errors
/// Those of the token.
pub async fn keep_email(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
) -> Result<Json<EmailView>> {
    app.write(move |tx| address::give_up(tx, user.id)).await?;
    shown(&app, user.id)
}

/// `DELETE /api/shop/v1/account` with `current_password`: deletes the account for good.
///
/// # Errors
/// 422 for a wrong password, and for the owner; 429 after too many tries.
pub async fn delete(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<Value>> {
    check_current(&app, &user.user, params.text("current_password").unwrap_or_default()).await?;
    app.write(move |tx| closing::delete(tx, user.id)).await?;
    Ok(Json(json!({})))
}

fn shown(app: &App, id: AccountId) -> Result<Json<EmailView>> {
    let from = app.read()?;
    let user = get(&from, id)?;
    let unconfirmed_email = address::wanted(&from, id, app.now())?;
    Ok(Json(EmailView { email: user.email, unconfirmed_email, can_delete: user.role != Role::Owner }))
}
