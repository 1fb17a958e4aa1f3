//! Posts that wait for their time.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Row, Table, record};

use crate::features::polls::PollDraft;
use crate::features::statuses::Draft;
use crate::features::statuses::table::QuotePolicy;
use crate::features::users::table::Visibility;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AppId, MediaId, ScheduledId, StatusId};

/// A post that waits. Keyed by (author, its number).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledStatus {
    /// When it is to be posted.
    pub scheduled_at: Millis,
    /// What is to be posted.
    pub words: Words,
    /// Why it could not be posted when its time came.
    pub refusal: Option<String>,
}
record!(ScheduledStatus, 1);

impl Row for ScheduledStatus {
    type Key = (AccountId, ScheduledId);
}

/// A draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of a draft")]
pub struct Words {
    pub text: String,
    pub spoiler: String,
    pub visibility: Option<Visibility>,
    pub sensitive: Option<bool>,
    pub language: Option<String>,
    pub in_reply_to: Option<StatusId>,
    pub media: Vec<MediaId>,
    pub app: Option<AppId>,
    pub allowed_mentions: Option<Vec<AccountId>>,
    pub poll: Option<Question>,
    pub quoted: Option<StatusId>,
    pub quote_policy: Option<QuotePolicy>,
}

/// The poll of a draft as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "the fields are those of a poll's draft")]
pub struct Question {
    pub options: Vec<String>,
    pub expires_in: i64,
    pub multiple: bool,
    pub hide_totals: bool,
}

impl From<Draft> for Words {
    fn from(draft: Draft) -> Self {
        Self {
            text: draft.text,
            spoiler: draft.spoiler,
            visibility: draft.visibility,
            sensitive: draft.sensitive,
            language: draft.language,
            in_reply_to: draft.in_reply_to,
            media: draft.media,
            app: draft.app,
            allowed_mentions: draft.allowed_mentions,
            poll: draft.poll.map(|poll| Question {
                options: poll.options,
                expires_in: poll.expires_in,
                multiple: poll.multiple,
                hide_totals: poll.hide_totals,
            }),
            quoted: draft.quoted,
            quote_policy: draft.quote_policy,
        }
    }
}

impl From<Words> for Draft {
    fn from(words: Words) -> Self {
        Self {
            text: words.text,
            spoiler: words.spoiler,
            visibility: words.visibility,
            sensitive: words.sensitive,
            language: words.language,
            in_reply_to: words.in_reply_to,
            media: words.media,
            app: words.app,
            idempotency_key: None,
            allowed_mentions: words.allowed_mentions,
            poll: words.poll.map(|poll| PollDraft {
                options: poll.options,
                expires_in: poll.expires_in,
                multiple: poll.multiple,
                hide_totals: poll.hide_totals,
            }),
            quoted: words.quoted,
            quote_policy: words.quote_policy,
        }
    }
}

/// All posts that wait.
pub const SCHEDULED: Table<ScheduledStatus> = Table::new(0x90, "scheduled_statuses");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&SCHEDULED);
}
