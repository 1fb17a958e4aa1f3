//! What a push message says (behaviours §16, payload), and the proof that it is ours.

use serde::Serialize;
use shop_storage::Read;
use url::Url;

use super::table::Subscription;
use crate::features::accounts::view::AccountView;
use crate::features::instance::{self, table::Instance, vapid};
use crate::features::notifications::table::{Notification, NotificationKind};
use crate::features::notifications::view::{self, NotificationView};
use crate::features::oauth::tokens;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{NotificationId, TokenId};
use crate::platform::secret;
use crate::platform::text::plain;

/// Longest body, in characters.
const BODY: usize = 140;
/// Longest name in a title, in characters.
const NAME: usize = 60;

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
    let payload = Payload {
        access_token: tokens::text(&instance::get(from)?.token_secret, token),
        preferred_locale: user.map(|user| user.settings.locale).unwrap_or_else(|| "en".to_owned()),
        notification_id: id.get(),
        notification_type: kind.word(),
        icon: shown.account.avatar.clone(),
        title: title(kind, &shown.account),
        body: body(&shown),
    };
    serde_json::to_vec(&payload).map(Some).map_err(Error::internal)
}

fn title(kind: NotificationKind, sender: &AccountView) -> String {
    let name = if sender.display_name.is_empty() { &sender.username } else { &sender.display_name };
    let name = cut(name, NAME);
    match kind {
        NotificationKind::Mention => format!("{name} mentioned you"),
        NotificationKind::Status => format!("{name} posted"),
        NotificationKind::Reblog => format!("{name} boosted your post"),
        NotificationKind::Follow => format!("{name} follows you"),
        NotificationKind::FollowRequest => format!("{name} asks to follow you"),
        NotificationKind::Favourite => format!("{name} favourited your post"),
        NotificationKind::Update => format!("{name} edited a post"),
        NotificationKind::AdminSignUp => format!("{name} signed up"),
        NotificationKind::Quote => format!("{name} quoted your post"),
        NotificationKind::QuotedUpdate => format!("{name} edited a post that you quoted"),
        NotificationKind::Poll => format!("A poll by {name} has ended"),
    }
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

/// The first `most` letters: a message has to fit into one record, so clusters of any length do not count as one.
fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or(text))
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
