//! Bringing a message to the push service of a client (behaviours §16, delivery).

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_ENCODING, HeaderMap, HeaderName, HeaderValue};
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};
use url::Url;

use super::encryption::{Sealed, encrypt};
use super::table::{SUBSCRIPTIONS, Subscription};
use super::{OLDEST, end, message, ticket};
use crate::features::instance::{self, vapid};
use crate::features::notifications::table::NOTIFICATIONS;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{NotificationId, PushSubscriptionId, TokenId};
use crate::platform::jobs::{self, Failure, Job, NOW, Outcome};
use crate::platform::net::{FetchRequest, NetError, Purpose};
use crate::platform::secret;

/// How often a message is sent again after the first failure.
const RETRIES: u32 = 5;
/// The answer of a push service is of no interest beyond its status.
const ANSWER_BYTES: usize = 16 * 1024;
/// One message, answer included, takes at most this long.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends one notification to one subscription.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SendPush {
    /// The token of the subscription.
    pub token: TokenId,
    /// The subscription; another one that has taken its place is left alone.
    pub subscription: PushSubscriptionId,
    /// What it is about.
    pub notification: NotificationId,
}
record!(SendPush, 1);

impl Job for SendPush {
    const NAME: &'static str = "push.send";
    const QUEUE: &'static Queue = &NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("push-{}", self.subscription))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries <= RETRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let job = self.clone();
        let reader = app.clone();
        // Keys and signatures cost too much for the async threads.
        let prepared = tokio::task::spawn_blocking(move || job.prepare(&reader)).await;
        let Some((subscription, request)) = prepared.map_err(Error::from)?? else { return Ok(()) };
        match app.net.fetch(request).await {
            Ok(_) => Ok(()),
            Err(error) if is_gone(&error) => {
                let token = self.token;
                app.write(move |tx| end(tx, token, &subscription)).await?;
                Ok(())
            }
            Err(error) => Err(Failure::Later(Error::unreachable(error))),
        }
    }
}

/// Whether the push service says that the subscription will never work again: 4xx but 408 and 429.
fn is_gone(error: &NetError) -> bool {
    matches!(error, NetError::Status(status) if (400..500).contains(status) && !matches!(status, 408 | 429))
}

impl SendPush {
    /// The request, sealed and signed; `None` when there is nothing to send any more.
    fn prepare(&self, app: &App) -> Result<Option<(Subscription, FetchRequest)>> {
        let store = app.read()?;
        let held = SUBSCRIPTIONS.get(&store, &self.token)?.filter(|held| held.id == self.subscription);
        let Some(held) = held else { return Ok(None) };
        let Some(notification) = NOTIFICATIONS.get(&store, &(held.account, self.notification))? else {
            return Ok(None);
        };
        if app.now().since(notification.created_at) > OLDEST {
            return Ok(None);
        }
        let about = (self.notification, notification);
        let Some(text) = message::payload(app, &store, self.token, &held, about)? else { return Ok(None) };
        let sealed = encrypt(held.standard, &held.key, &held.auth, &text)?;
        let url = Url::parse(&held.endpoint).map_err(Error::internal)?;
        let instance = instance::get(&store)?;
        let claim = message::claim(&instance, app.config.base_url(), &url, app.now())?;
        let public = vapid::public_key(&instance)?;
        let ticket = ticket(&instance.token_secret, self.token, &held, app.now().plus(OLDEST));
        let leave = format!("{}/api/web/push_subscriptions/{ticket}", app.config.base_url());
        let own = headers(&held, &sealed, &claim, &public, &leave)?;
        let mut request = FetchRequest::post(url, "application/octet-stream", sealed.body);
        request.headers.extend(own);
        request.max_bytes = ANSWER_BYTES;
        request.total_timeout = PATIENCE;
        request.purpose = Purpose::Device;
        Ok(Some((held, request)))
    }
}

/// What stands around a message, by its encoding.
fn headers(
    held: &Subscription,
    sealed: &Sealed,
    claim: &str,
    public: &str,
    leave: &str,
) -> Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    let mut add = |name: HeaderName, value: String| -> Result<()> {
        headers.insert(name, HeaderValue::from_str(&value).map_err(Error::internal)?);
        Ok(())
    };
    let named = HeaderName::from_static;
    add(named("ttl"), OLDEST.as_secs().to_string())?;
    add(named("urgency"), "normal".to_owned())?;
    add(named("unsubscribe-url"), leave.to_owned())?;
    if held.standard {
        add(CONTENT_ENCODING, "aes128gcm".to_owned())?;
        add(AUTHORIZATION, format!("vapid t={claim},k={public}"))?;
    } else {
        add(CONTENT_ENCODING, "aesgcm".to_owned())?;
        add(AUTHORIZATION, format!("WebPush {claim}"))?;
        add(named("crypto-key"), format!("dh={};p256ecdsa={public}", secret::text(&sealed.key)))?;
        add(named("encryption"), format!("salt={}", secret::text(&sealed.salt)))?;
    }
    Ok(headers)
}
