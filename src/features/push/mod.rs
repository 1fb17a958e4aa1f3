//! Web push: clients that sleep are woken by a notification (behaviours §16).
//!
//! [`encryption`] seals a message, [`message`] says what is in it, the job in [`jobs`] brings it to the push service.

pub mod api;
pub mod encryption;
pub mod jobs;
pub mod message;
pub mod table;
pub mod view;
pub mod words;

use std::time::Duration;

use shop_storage::{Read, Window};
use url::Url;

use self::encryption::{AUTH, POINT};
use self::jobs::SendPush;
use self::table::{PushPolicy, SUBSCRIPTIONS, SUBSCRIPTIONS_OF, Subscription};
use crate::features::instance;
use crate::features::notifications::table::{NOTIFICATIONS, Notification};
use crate::features::relationships::follows;
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, NotificationId, TokenId};
use crate::platform::secret;

/// A notification older than this wakes nobody any more, and a link to unsubscribe works as long.
pub const OLDEST: Duration = Duration::from_secs(2 * DAY.as_secs());
/// The longest address of a push service, in bytes.
const LONGEST_ENDPOINT: usize = 2_048;
/// How many subscriptions of one account are woken.
const MOST: usize = 100;

/// What a client may choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The kinds that wake it, and those that do not.
    pub alerts: Vec<(String, bool)>,
    /// Whose notifications wake it.
    pub policy: PushPolicy,
}

/// Where a client wants to be woken, and how messages are sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The push service's address.
    pub endpoint: String,
    /// The client's public key.
    pub key: Vec<u8>,
    /// The client's secret.
    pub auth: Vec<u8>,
    /// By RFC 8291.
    pub standard: bool,
}

impl Target {
    /// Refuses what can never be reached or never be read.
    ///
    /// # Errors
    /// 422 for a bad address or bad keys: a message is encrypted to try them.
    pub fn check(&self, plain_http: bool) -> Result<()> {
        let url = Url::parse(&self.endpoint).ok().filter(|_| self.endpoint.len() <= LONGEST_ENDPOINT);
        let reachable = url.is_some_and(|url| {
            (url.scheme() == "https" || (plain_http && url.scheme() == "http")) && url.has_host()
        });
        if !reachable {
            return Err(Error::invalid("Endpoint is invalid"));
        }
        let bad = || Error::invalid("Key p256dh or auth is invalid");
        if self.key.len() != POINT || self.auth.len() != AUTH {
            return Err(bad());
        }
        encryption::encrypt(self.standard, &self.key, &self.auth, b"test").map_err(|_| bad())?;
        Ok(())
    }
}

/// The subscription of a token.
///
/// # Errors
/// 404 when it has none.
pub fn get(from: &dyn Read, token: TokenId) -> Result<Subscription> {
    SUBSCRIPTIONS.get(from, &token)?.ok_or_else(Error::not_found)
}

/// Subscribes a token; what it had before is replaced.
///
/// # Errors
/// When the store fails.
pub fn subscribe(
    tx: &mut Tx<'_>,
    token: TokenId,
    account: AccountId,
    target: Target,
    choice: Choice,
) -> Result<Subscription> {
    let subscription = Subscription {
        id: tx.new_exact_id(),
        account,
        endpoint: target.endpoint,
        key: target.key,
        auth: target.auth,
        standard: target.standard,
        alerts: choice.alerts,
        policy: choice.policy,
        created_at: tx.now(),
    };
    SUBSCRIPTIONS.put(tx, &token, &subscription)?;
    Ok(subscription)
}

/// Changes what wakes a client, wholly.
///
/// # Errors
/// 404 when the token has no subscription.
pub fn choose(tx: &mut Tx<'_>, token: TokenId, choice: Choice) -> Result<()> {
    SUBSCRIPTIONS
        .edit(tx, &token, |subscription| {
            subscription.alerts = choice.alerts;
            subscription.policy = choice.policy;
        })?
        .ok_or_else(Error::not_found)
}

/// Ends the subscription of a token; one that is gone already is fine.
///
/// # Errors
/// When the store fails.
pub fn unsubscribe(tx: &mut Tx<'_>, token: TokenId) -> Result<()> {
    SUBSCRIPTIONS.delete(tx, &token)?;
    Ok(())
}

/// Ends this very subscription, not one that has come in its place.
///
/// # Errors
/// When the store fails.
pub fn end(tx: &mut Tx<'_>, token: TokenId, subscription: &Subscription) -> Result<()> {
    let same = SUBSCRIPTIONS.get(&**tx, &token)?.is_some_and(|held| held.id == subscription.id);
    if same { unsubscribe(tx, token) } else { Ok(()) }
}

/// The text in the address that ends a subscription without signing in, until `end`.
pub fn ticket(secret: &[u8; 32], token: TokenId, subscription: &Subscription, end: Millis) -> String {
    let (token, id, end) = (token.get(), subscription.id.get(), end.seconds());
    format!("{token}-{id}-{end}-{}", secret::text(&seal(secret, token, id, end)))
}

fn seal(secret: &[u8; 32], token: u64, id: u64, end: u64) -> [u8; 32] {
    let parts = [token, id, end].map(u64::to_be_bytes);
    secret::derive(secret, &[b"unsubscribe", &parts[0], &parts[1], &parts[2]])
}

/// Ends the subscription that a [`ticket`] is for; a bad one does nothing.
///
/// # Errors
/// When the store fails.
pub fn redeem(tx: &mut Tx<'_>, ticket: &str) -> Result<()> {
    let parts: Vec<&str> = ticket.splitn(4, '-').collect();
    let [token, id, end, seal_text] = parts[..] else { return Ok(()) };
    let (Ok(token), Ok(id), Ok(end)) = (token.parse(), id.parse(), end.parse()) else { return Ok(()) };
    let good = secret::text(&seal(&instance::get(&**tx)?.token_secret, token, id, end));
    if !secret::same(good.as_bytes(), seal_text.as_bytes()) || tx.now().seconds() > end {
        return Ok(());
    }
    let token = TokenId::new(token);
    match SUBSCRIPTIONS.get(&**tx, &token)? {
        Some(held) if held.id.get() == id => unsubscribe(tx, token),
        _ => Ok(()),
    }
}

/// Durable listener: notifications become messages, ended tokens end their subscriptions.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match *event {
        Event::Notified { account, notification } => wake(tx, account, notification),
        Event::TokenRevoked { token } => unsubscribe(tx, token),
        _ => Ok(()),
    }
}

fn wake(tx: &mut Tx<'_>, account: AccountId, id: NotificationId) -> Result<()> {
    let tokens = SUBSCRIPTIONS_OF.page(&**tx, &account, &Window::newest(MOST))?;
    if tokens.is_empty() {
        return Ok(());
    }
    let Some(notification) = NOTIFICATIONS.get(&**tx, &(account, id))? else { return Ok(()) };
    for token in tokens {
        let Some(subscription) = SUBSCRIPTIONS.get(&**tx, &token)? else { continue };
        if wants(tx, &subscription, &notification)? {
            tx.enqueue(&SendPush { token, subscription: subscription.id, notification: id })?;
        }
    }
    Ok(())
}

fn wants(tx: &Tx<'_>, subscription: &Subscription, notification: &Notification) -> Result<bool> {
    let kind = notification.kind.word();
    if !subscription.alerts.iter().any(|(alert, on)| alert == kind && *on) {
        return Ok(false);
    }
    let (account, sender) = (subscription.account, notification.from);
    match subscription.policy {
        PushPolicy::All => Ok(true),
        PushPolicy::Followed => follows(&**tx, account, sender),
        PushPolicy::Follower => follows(&**tx, sender, account),
        PushPolicy::None => Ok(false),
    }
}
