//! The JSON entity ScheduledStatus.

use serde::Serialize;
use serde_json::{Value, json};
use shop_storage::Read;

use super::table::{Question, ScheduledStatus, Words};
use crate::features::media;
use crate::features::media::view::MediaView;
use crate::features::statuses::table::QuotePolicy;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{MediaId, ScheduledId};

/// A post that waits, as the API shows it (entities: ScheduledStatus).
#[derive(Debug, Clone, Serialize)]
pub struct ScheduledView {
    id: ScheduledId,
    scheduled_at: String,
    params: Value,
    media_attachments: Vec<MediaView>,
}

/// Shows posts that wait, in the given order: one store round trip for all their uploads.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    rows: &[(ScheduledId, ScheduledStatus)],
) -> Result<Vec<ScheduledView>> {
    let files: Vec<MediaId> = rows.iter().flat_map(|(_, row)| row.words.media.iter().copied()).collect();
    let files = media::view::load(app, from, &files)?;
    let view = |(id, row): &(ScheduledId, ScheduledStatus)| ScheduledView {
        id: *id,
        scheduled_at: row.scheduled_at.dt(),
        params: params(&row.words),
        media_attachments: row.words.media.iter().filter_map(|id| files.get(id).cloned()).collect(),
    };
    Ok(rows.iter().map(view).collect())
}

fn params(words: &Words) -> Value {
    let text = |text: &str| if text.is_empty() { Value::Null } else { text.into() };
    json!({
        "text": words.text,
        "media_ids": (!words.media.is_empty()).then_some(&words.media),
        "poll": words.poll.as_ref().map(poll),
        "sensitive": words.sensitive,
        "spoiler_text": text(&words.spoiler),
        "visibility": words.visibility.map(crate::features::users::table::Visibility::word),
        "language": words.language,
        // A number here, a text everywhere else (entities: JSON numbers).
        "in_reply_to_id": words.in_reply_to.map(crate::platform::ids::Id::get),
        "quoted_status_id": words.quoted,
        "quote_approval_policy": words.quote_policy.map_or("public", QuotePolicy::word),
        "application_id": words.app.map(crate::platform::ids::Id::get),
        "allowed_mentions": words.allowed_mentions,
        "scheduled_at": Value::Null,
        "idempotency": Value::Null,
        "with_rate_limit": false,
    })
}

fn poll(poll: &Question) -> Value {
    json!({
        "options": poll.options,
        "expires_in": poll.expires_in,
        "multiple": poll.multiple,
        "hide_totals": poll.hide_totals,
    })
}
