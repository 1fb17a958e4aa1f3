//! What the community promises: its privacy policy; and what it has not laid down.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::Serialize;

use super::{FIVE_MINUTES, Public, public};
use crate::features::instance::PRIVACY;
use crate::features::instance::terms::{self, Terms, Version};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::AnyToken;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::text::tongue::Tongue;

/// When the text of the privacy policy was last changed.
const UPDATED: &str = "2026-11-25T00:00:00Z";

/// A privacy policy (entities: PrivacyPolicy).
#[derive(Debug, Serialize)]
pub struct PolicyView {
    updated_at: &'static str,
    content: &'static str,
}

/// GET /api/v1/instance/privacy_policy
pub async fn privacy() -> Public<PolicyView> {
    public(PolicyView { updated_at: UPDATED, content: Tongue::English.say(&PRIVACY) }, FIVE_MINUTES)
}

/// A version of the terms of service (entities: TermsOfService).
#[derive(Debug, Serialize)]
pub struct TermsView {
    effective_date: String,
    effective: bool,
    content: String,
    succeeded_by: Option<String>,
}

fn view(version: Version) -> Public<TermsView> {
    let Version { terms, effective, succeeded_by } = version;
    let Terms { day, content } = terms;
    public(TermsView { effective_date: day, effective, content, succeeded_by }, FIVE_MINUTES)
}

/// GET /api/v1/instance/terms_of_service
///
/// # Errors
/// 404 when the operator has laid down none.
pub async fn terms(State(app): State<App>) -> Result<Public<TermsView>> {
    Ok(view(terms::version(&app, None)?))
}

/// GET /api/v1/instance/terms_of_service/:date
///
/// # Errors
/// 404 when there are none of this day.
pub async fn terms_of(State(app): State<App>, Path(day): Path<String>) -> Result<Public<TermsView>> {
    Ok(view(terms::version(&app, Some(&day))?))
}

/// GET /api/v1/donation_campaigns: none.
pub async fn donation_campaigns(_user: User<AnyToken>) -> StatusCode {
    StatusCode::NO_CONTENT
}

/// POST /api/v1/accounts/:account_id/email_subscriptions: the feature is off.
///
/// # Errors
/// 404 always.
pub async fn email_subscriptions() -> Result<Json<()>> {
    Err(Error::not_found())
}
