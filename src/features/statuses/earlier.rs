//! Earlier shapes of the records of statuses, so that every store that was ever written can be read.

use serde::{Deserialize, Serialize};
use shop_storage::record;

use super::table::{Hashtag, Mention, QuotePolicy, Revision, Status, StatusStats};
use crate::features::users::table::Visibility;
use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, AppId, ConversationId, MediaId, StatusId};

/// A status before polls and quotes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusV1 {
    account: AccountId,
    local: bool,
    uri: Option<String>,
    url: Option<String>,
    text: String,
    content: String,
    spoiler: String,
    sensitive: bool,
    visibility: Visibility,
    language: Option<String>,
    in_reply_to: Option<(StatusId, AccountId)>,
    in_reply_to_uri: Option<String>,
    reblog_of: Option<StatusId>,
    conversation: ConversationId,
    created_at: Millis,
    edited_at: Option<Millis>,
    media: Vec<MediaId>,
    mentions: Vec<Mention>,
    tags: Vec<Hashtag>,
    emojis: Vec<String>,
    app: Option<AppId>,
}
record!(StatusV1, 1);

impl From<StatusV1> for Status {
    fn from(old: StatusV1) -> Self {
        Self {
            account: old.account,
            local: old.local,
            uri: old.uri,
            url: old.url,
            text: old.text,
            content: old.content,
            spoiler: old.spoiler,
            sensitive: old.sensitive,
            visibility: old.visibility,
            language: old.language,
            in_reply_to: old.in_reply_to,
            in_reply_to_uri: old.in_reply_to_uri,
            reblog_of: old.reblog_of,
            conversation: old.conversation,
            created_at: old.created_at,
            edited_at: old.edited_at,
            media: old.media,
            mentions: old.mentions,
            tags: old.tags,
            emojis: old.emojis,
            app: old.app,
            poll: false,
            quote: false,
            quote_policy: QuotePolicy::NOBODY,
        }
    }
}

/// Numbers before quotes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatusStatsV1 {
    replies: u64,
    reblogs: u64,
    favourites: u64,
    remote_reblogs: Option<u64>,
    remote_favourites: Option<u64>,
}
record!(StatusStatsV1, 1);

impl From<StatusStatsV1> for StatusStats {
    fn from(old: StatusStatsV1) -> Self {
        Self {
            replies: old.replies,
            reblogs: old.reblogs,
            favourites: old.favourites,
            remote_reblogs: old.remote_reblogs,
            remote_favourites: old.remote_favourites,
            quotes: 0,
        }
    }
}

/// A revision before polls.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RevisionV1 {
    content: String,
    spoiler: String,
    sensitive: bool,
    created_at: Millis,
    media: Vec<(MediaId, Option<String>)>,
    emojis: Vec<String>,
}
record!(RevisionV1, 1);

impl From<RevisionV1> for Revision {
    fn from(old: RevisionV1) -> Self {
        Self {
            content: old.content,
            spoiler: old.spoiler,
            sensitive: old.sensitive,
            created_at: old.created_at,
            media: old.media,
            emojis: old.emojis,
            poll: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn old_bytes_are_read() {
        let old = StatusV1 {
            account: AccountId::new(1),
            local: true,
            uri: None,
            url: None,
            text: "hi".into(),
            content: "<p>hi</p>".into(),
            spoiler: String::new(),
            sensitive: false,
            visibility: Visibility::Public,
            language: Some("en".into()),
            in_reply_to: None,
            in_reply_to_uri: None,
            reblog_of: None,
            conversation: ConversationId::new(2),
            created_at: Millis(3),
            edited_at: None,
            media: Vec::new(),
            mentions: Vec::new(),
            tags: Vec::new(),
            emojis: Vec::new(),
            app: None,
        };
        let read: Status = decode_record(&encode_record(&old).unwrap()).unwrap();
        assert_eq!((read.text.as_str(), read.poll, read.quote), ("hi", false, false));
        let old = StatusStatsV1 {
            replies: 1,
            reblogs: 2,
            favourites: 3,
            remote_reblogs: None,
            remote_favourites: Some(4),
        };
        let read: StatusStats = decode_record(&encode_record(&old).unwrap()).unwrap();
        assert_eq!((read.replies, read.remote_favourites, read.quotes), (1, Some(4), 0));
        let old = RevisionV1 {
            content: "<p>a</p>".into(),
            spoiler: String::new(),
            sensitive: true,
            created_at: Millis(5),
            media: vec![(MediaId::new(6), None)],
            emojis: Vec::new(),
        };
        let read: Revision = decode_record(&encode_record(&old).unwrap()).unwrap();
        assert_eq!((read.sensitive, read.poll), (true, None));
    }
}
