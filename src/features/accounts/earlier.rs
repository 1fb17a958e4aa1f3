//! Earlier shapes of the records of accounts, so that every store that was ever written can be read.

use serde::{Deserialize, Serialize};
use shop_storage::record;

use super::table::{Account, ActorKind, Badge, Field, Picture, Remote, Tabs};
use crate::platform::clock::Millis;
use crate::platform::ids::AccountId;

/// An account before it could choose the tabs of its profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountV1 {
    username: String,
    domain: Option<String>,
    display_name: String,
    note: String,
    fields: Vec<Field>,
    uri: Option<String>,
    url: Option<String>,
    kind: ActorKind,
    locked: bool,
    discoverable: Option<bool>,
    indexable: bool,
    hide_collections: Option<bool>,
    created_at: Millis,
    updated_at: Millis,
    avatar: Option<Picture>,
    header: Option<Picture>,
    emojis: Vec<String>,
    also_known_as: Vec<String>,
    moved_to: Option<AccountId>,
    suspended_at: Option<Millis>,
    silenced_at: Option<Millis>,
    sensitized: bool,
    memorial: bool,
    deleted: bool,
    remote: Option<Remote>,
    attribution_domains: Vec<String>,
    badge: Option<Badge>,
}
record!(AccountV1, 1);

impl From<AccountV1> for Account {
    fn from(old: AccountV1) -> Self {
        Self {
            username: old.username,
            domain: old.domain,
            display_name: old.display_name,
            note: old.note,
            fields: old.fields,
            uri: old.uri,
            url: old.url,
            kind: old.kind,
            locked: old.locked,
            discoverable: old.discoverable,
            indexable: old.indexable,
            hide_collections: old.hide_collections,
            created_at: old.created_at,
            updated_at: old.updated_at,
            avatar: old.avatar,
            header: old.header,
            emojis: old.emojis,
            also_known_as: old.also_known_as,
            moved_to: old.moved_to,
            suspended_at: old.suspended_at,
            silenced_at: old.silenced_at,
            sensitized: old.sensitized,
            memorial: old.memorial,
            deleted: old.deleted,
            remote: old.remote,
            attribution_domains: old.attribution_domains,
            badge: old.badge,
            tabs: Tabs::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn accounts_of_the_first_shape_show_all_their_tabs() {
        let old = AccountV1 {
            username: "a".into(),
            domain: None,
            display_name: "A".into(),
            note: String::new(),
            fields: Vec::new(),
            uri: None,
            url: None,
            kind: ActorKind::Service,
            locked: true,
            discoverable: Some(true),
            indexable: false,
            hide_collections: None,
            created_at: Millis(5),
            updated_at: Millis(6),
            avatar: None,
            header: None,
            emojis: Vec::new(),
            also_known_as: Vec::new(),
            moved_to: None,
            suspended_at: None,
            silenced_at: None,
            sensitized: false,
            memorial: false,
            deleted: false,
            remote: None,
            attribution_domains: Vec::new(),
            badge: None,
        };
        let bytes = encode_record(&old).unwrap();
        let mut golden = vec![1, 1, 1, 0, 0, 0, 0, 0, 0, 0, b'a', 0];
        golden.extend([1, 0, 0, 0, 0, 0, 0, 0, b'A']);
        golden.extend([0; 8]);
        golden.extend([0; 8]);
        golden.extend([0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0]);
        golden.extend([5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        golden.extend([0; 16]);
        golden.extend([0; 7]);
        golden.extend([0; 8]);
        golden.push(0);
        assert_eq!(bytes, golden);
        let new: Account = decode_record(&bytes).unwrap();
        assert_eq!((new.tabs, new.locked, new.is_bot()), (Tabs::default(), true, true));
    }
}
