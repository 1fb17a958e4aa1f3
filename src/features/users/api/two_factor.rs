//! Shop's own routes for two-factor sign-in. The secret and the recovery codes are each answered once and never again.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use crate::features::oauth::auth::InPerson;
use crate::features::oauth::scopes::{ReadAccounts, WriteOwnAccount};
use crate::features::users::check_current;
use crate::features::users::two_factor as factor;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;

/// How things stand.
#[derive(Debug, Serialize)]
pub struct TwoFactorView {
    enabled: bool,
    /// Since when; null while it is off.
    enabled_at: Option<String>,
    /// How many are left.
    recovery_codes_left: usize,
}

/// What an authenticator app needs.
#[derive(Serialize)]
pub struct OfferView {
    /// In base32, to be typed.
    secret: String,
    /// `otpauth://…`
    uri: String,
    /// The same as a QR code, in SVG.
    qr: String,
}

/// Recovery codes, to be kept by who reads them.
#[derive(Serialize)]
pub struct CodesView {
    recovery_codes: Vec<String>,
}

/// `GET /api/shop/v1/two_factor`
///
/// # Errors
/// Those of the token.
pub async fn show(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<TwoFactorView>> {
    shown(&app, user.id)
}

/// `POST /api/shop/v1/two_factor` with `current_password`: a secret for an app. Nothing changes until it is confirmed.
///
/// # Errors
/// 422 for a wrong password, and when it is on already; 429 after too many tries.
pub async fn begin(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<OfferView>> {
    check_current(&app, &user.user, params.text("current_password").unwrap_or_default()).await?;
    let offer = app.write(move |tx| factor::begin(tx, user.id)).await?;
    Ok(Json(OfferView { secret: offer.secret, uri: offer.uri, qr: offer.qr }))
}

/// `POST /api/shop/v1/two_factor/confirmation` with `code`: it is on from now on.
///
/// # Errors
/// 422 with `details` for a wrong code, and when nothing was begun.
pub async fn confirm(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<CodesView>> {
    let code = params.text("code").unwrap_or_default();
    let recovery_codes = app.write(move |tx| factor::confirm(tx, user.id, &code)).await?;
    Ok(Json(CodesView { recovery_codes }))
}

/// `POST /api/shop/v1/two_factor/recovery_codes` with `current_password`: other codes; those from before end.
///
/// # Errors
/// 422 for a wrong password, and when it is off; 429 after too many tries.
pub async fn renew(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<CodesView>> {
    check_current(&app, &user.user, params.text("current_password").unwrap_or_default()).await?;
    let recovery_codes = app.write(move |tx| factor::renew(tx, user.id)).await?;
    Ok(Json(CodesView { recovery_codes }))
}

/// `DELETE /api/shop/v1/two_factor` with `current_password`: the password is enough from now on.
///
/// # Errors
/// 422 for a wrong password; 429 after too many tries.
pub async fn switch_off(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<TwoFactorView>> {
    check_current(&app, &user.user, params.text("current_password").unwrap_or_default()).await?;
    app.write(move |tx| factor::switch_off(tx, user.id)).await?;
    shown(&app, user.id)
}

fn shown(app: &App, id: AccountId) -> Result<Json<TwoFactorView>> {
    let state = factor::state(&app.read()?, id)?;
    Ok(Json(TwoFactorView {
        enabled: state.enabled_at.is_some(),
        enabled_at: state.enabled_at.map(|at| at.dt()),
        recovery_codes_left: state.recovery_codes,
    }))
}
