//! The JSON entity WebPushSubscription.

use serde::Serialize;
use serde_json::{Map, Value};
use shop_storage::Read;

use super::table::Subscription;
use crate::features::instance::{self, vapid};
use crate::platform::error::Result;

/// A subscription as the API shows it (entities: WebPushSubscription).
#[derive(Debug, Clone, Serialize)]
pub struct SubscriptionView {
    /// A JSON number, unlike most ids.
    id: u64,
    endpoint: String,
    standard: bool,
    alerts: Map<String, Value>,
    server_key: String,
    policy: &'static str,
}

/// Shows a subscription.
///
/// # Errors
/// When the store fails.
pub fn view(from: &dyn Read, subscription: &Subscription) -> Result<SubscriptionView> {
    let alerts = subscription.alerts.iter().map(|(kind, on)| (kind.clone(), Value::Bool(*on)));
    Ok(SubscriptionView {
        id: subscription.id.get(),
        endpoint: subscription.endpoint.clone(),
        standard: subscription.standard,
        alerts: alerts.collect(),
        server_key: vapid::public_key(&instance::get(from)?)?,
        policy: subscription.policy.word(),
    })
}
