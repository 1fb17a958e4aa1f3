//! What a push message says (behaviours §16, payload), and the proof that it is ours.

use serde::Serialize;
use shop_storage::Read;
use url::Url;

use super::table::Subscription;
use super::words::{cut, title};
use crate::features::instance::{self, table::Instance, vapid};
use crate::features::notifications::table::Notification;
use crate::features::notifications::view::{self, NotificationView};
use crate::features::oauth::tokens;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{NotificationId, TokenId};
use crate::platform::secret;
use crate::platform::text::plain;
use crate::platform::text::tongue::Tongue;

/// Longest body, in characters.
const BODY: usize = 140;

#[derive(Debug, Serialize)]
struct Payload {
    access_token: String,
    preferred_locale: String,
    /// A JSON number, unlike all other ids.
    notification_id: u64,
    notification_type: &'static str,
    icon: String,
    title: String,
    body: String,
}

/// The text of a message; `None` when the notification speaks of something that is gone.
///
/// # Errors
/// When the store fails.
pub fn payload(
    app: &App,
    from: &dyn Read,
    token: TokenId,
    subscription: &Subscription,
    (id, notification): (NotificationId, Notification),
) -> Result<Option<Vec<u8>>> {
    let account = subscription.account;
    let kind = notification.kind;
    let Some(shown) = view::load(app, from, account, &[(id, notification)], None)?.pop() else {
        return Ok(None);
    };
    let user = USERS.get(from, &account)?;
    let locale = user.map_or_else(|| "en".to_owned(), |user| user.settings.locale);
    let payload = Payload {
        access_token: tokens::text(&instance::get(from)?.token_secret, token),
        title: title(Tongue::of(&locale), kind, &shown.account),
        preferred_locale: locale,
        notification_id: id.get(),
        notification_type: kind.word(),
        icon: shown.account.avatar.clone(),
        body: body(&shown),
    };
    serde_json::to_vec(&payload).map(Some).map_err(Error::internal)
}

/// The warning of the post, else its text, else what the sender says about themselves.
fn body(shown: &NotificationView) -> String {
    let text = match &shown.status {
        Some(status) if !status.spoiler_text.is_empty() => status.spoiler_text.clone(),
        Some(status) => plain::from_html(status.content.as_deref().unwrap_or_default()),
        None => plain::from_html(&shown.account.note),
    };
    cut(text.trim(), BODY).to_owned()
}

/// The signed claim (RFC 8292) that a message to this endpoint comes from us.
///
/// # Errors
/// When the endpoint is no URL, or the arithmetic fails.
pub fn claim(instance: &Instance, base_url: &str, endpoint: &Url, now: Millis) -> Result<String> {
    let contact = match instance.contact_email.as_str() {
        "" => base_url.to_owned(),
        email => format!("mailto:{email}"),
    };
    let claims = serde_json::json!({
        "aud": endpoint.origin().ascii_serialization(),
        "exp": now.plus(DAY).seconds(),
        "sub": contact,
    });
    let head = secret::text(br#"{"typ":"JWT","alg":"ES256"}"#);
    let signed = format!("{head}.{}", secret::text(claims.to_string().as_bytes()));
    let signature = vapid::sign(instance, signed.as_bytes())?;
    Ok(format!("{signed}.{}", secret::text(&signature)))
}
