//! What the community promises: its privacy policy; and what it has not laid down.

use axum::Json;
use axum::http::{HeaderName, StatusCode};
use serde::Serialize;

use super::{FIVE_MINUTES, Public, public};
use crate::features::instance::PRIVACY;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::AnyToken;
use crate::platform::error::{Error, Result};

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
    public(PolicyView { updated_at: UPDATED, content: PRIVACY }, FIVE_MINUTES)
}

/// GET /api/v1/instance/terms_of_service, now or of a day: none were ever laid down here.
///
/// # Errors
/// 404 always.
pub async fn terms() -> Result<([(HeaderName, &'static str); 0], Json<()>)> {
    Err(Error::not_found())
}

/// GET /api/v1/instance/domain_blocks: the list is not published.
///
/// # Errors
/// 404 always; those of the token.
pub async fn domain_blocks(_viewer: Viewer<AnyToken>) -> Result<Json<()>> {
    Err(Error::not_found())
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
