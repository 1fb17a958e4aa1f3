//! The JSON entity Account, loaded for a whole page at once.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::badge::BadgeView;
use super::consent::{Consents, FeatureApproval, Reader};
use super::profile::{self, Profile};
use super::table::{ACCOUNTS, Account, AccountStats, ActorKind, Picture, STATS};
use super::{uri, url};
use crate::features::domain_rules::book;
use crate::features::emoji::{
    self,
    view::{EmojiView, load_many, pick},
};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::files::blob_url;
use crate::platform::ids::AccountId;
use crate::platform::place::Place;
use crate::platform::text::idn::to_unicode;

/// A line of the profile table (entities: Field).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldView {
    /// Plain text.
    pub name: String,
    /// HTML, or plain text in `source`.
    pub value: String,
    /// When the link was found to point back.
    pub verified_at: Option<String>,
}

/// An account (entities: Account; the notes on each key are there).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs)]
pub struct AccountView {
    pub id: AccountId,
    pub username: String,
    pub acct: String,
    pub display_name: String,
    pub locked: bool,
    pub bot: bool,
    pub discoverable: Option<bool>,
    pub indexable: bool,
    pub group: bool,
    pub created_at: String,
    pub note: Arc<str>,
    pub url: String,
    pub uri: String,
    pub avatar: String,
    pub avatar_static: String,
    pub avatar_description: String,
    pub header: String,
    pub header_static: String,
    pub header_description: String,
    pub followers_count: u64,
    pub following_count: u64,
    pub statuses_count: u64,
    pub last_status_at: Option<String>,
    pub hide_collections: Option<bool>,
    pub show_media: bool,
    pub show_media_replies: bool,
    pub show_featured: bool,
    /// Absent unless moved; null when the mover is suspended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved: Option<Option<Arc<AccountView>>>,
    pub emojis: Vec<EmojiView>,
    #[serde(skip_serializing_if = "is_false")]
    pub suspended: bool,
    #[serde(skip_serializing_if = "is_false")]
    pub limited: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub noindex: Option<bool>,
    #[serde(skip_serializing_if = "is_false")]
    pub memorial: bool,
    pub feature_approval: FeatureApproval,
    /// Only for accounts of this server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<BadgeView>>,
    pub fields: Arc<[FieldView]>,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Accounts by id, a constant number of store round trips however many they are. What was deleted is left out.
/// What they agree to is told as to somebody who has nothing to do with them; see [`load_for`].
///
/// # Errors
/// When the store fails.
pub fn load(app: &App, from: &dyn Read, ids: &[AccountId]) -> Result<HashMap<AccountId, Arc<AccountView>>> {
    load_for(app, from, Reader::Somebody, ids)
}

/// As [`load`], as `reader` sees them.
///
/// # Errors
/// When the store fails.
pub fn load_for(
    app: &App,
    from: &dyn Read,
    reader: impl Into<Reader>,
    ids: &[AccountId],
) -> Result<HashMap<AccountId, Arc<AccountView>>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    shown_of(app, from, reader.into(), records(from, ids)?)
}

/// As [`load_for`], for accounts among those whose records are at hand.
///
/// # Errors
/// When the store fails.
pub fn of(
    app: &App,
    from: &dyn Read,
    reader: impl Into<Reader>,
    ids: &[AccountId],
    records: &HashMap<AccountId, Account>,
) -> Result<HashMap<AccountId, Arc<AccountView>>> {
    let wanted = ids.iter().filter_map(|id| Some((*id, records.get(id).filter(|row| !row.deleted)?.clone())));
    shown_of(app, from, reader.into(), wanted.collect())
}

fn shown_of(
    app: &App,
    from: &dyn Read,
    reader: Reader,
    mut loaded: HashMap<AccountId, Account>,
) -> Result<HashMap<AccountId, Arc<AccountView>>> {
    let mut targets: Vec<AccountId> = loaded.values().filter_map(|account| account.moved_to).collect();
    targets.retain(|id| !loaded.contains_key(id));
    let asked: Vec<AccountId> = loaded.keys().copied().collect();
    if !targets.is_empty() {
        loaded.extend(records(from, &targets)?);
    }
    let page = Page::load(app, from, reader, loaded)?;
    Ok(asked.into_iter().filter_map(|id| Some((id, Arc::new(page.view(app, from, id, true)?)))).collect())
}

/// Accounts in the order of `ids`, leaving out what was deleted.
///
/// # Errors
/// When the store fails.
pub fn list(app: &App, from: &dyn Read, ids: &[AccountId]) -> Result<Vec<Arc<AccountView>>> {
    list_for(app, from, Reader::Somebody, ids)
}

/// As [`list`], as `reader` sees them.
///
/// # Errors
/// When the store fails.
pub fn list_for(
    app: &App,
    from: &dyn Read,
    reader: impl Into<Reader>,
    ids: &[AccountId],
) -> Result<Vec<Arc<AccountView>>> {
    let loaded = load_for(app, from, reader, ids)?;
    Ok(ids.iter().filter_map(|id| loaded.get(id).cloned()).collect())
}

/// As [`list`], leaving out who is suspended as well: for lists of people.
///
/// # Errors
/// When the store fails.
pub fn present(app: &App, from: &dyn Read, ids: &[AccountId]) -> Result<Vec<Arc<AccountView>>> {
    Ok(list(app, from, ids)?.into_iter().filter(|account| !account.suspended).collect())
}

/// One account.
///
/// # Errors
/// 404 when there is none.
pub fn one(app: &App, from: &dyn Read, id: AccountId) -> Result<Arc<AccountView>> {
    one_for(app, from, Reader::Somebody, id)
}

/// As [`one`], as `reader` sees it.
///
/// # Errors
/// 404 when there is none.
pub fn one_for(
    app: &App,
    from: &dyn Read,
    reader: impl Into<Reader>,
    id: AccountId,
) -> Result<Arc<AccountView>> {
    load_for(app, from, reader, &[id])?.remove(&id).ok_or_else(Error::not_found)
}

fn records(from: &dyn Read, ids: &[AccountId]) -> Result<HashMap<AccountId, Account>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let records = ACCOUNTS.get_many(from, &ids)?;
    let pairs = ids.into_iter().zip(records);
    Ok(pairs.filter_map(|(id, account)| account.filter(|a| !a.deleted).map(|a| (id, a))).collect())
}

/// Everything that the accounts of one page need.
struct Page {
    accounts: HashMap<AccountId, Account>,
    stats: HashMap<AccountId, AccountStats>,
    emojis: HashMap<(String, String), EmojiView>,
    consents: Consents,
}

impl Page {
    fn load(
        app: &App,
        from: &dyn Read,
        reader: Reader,
        accounts: HashMap<AccountId, Account>,
    ) -> Result<Self> {
        let ids: Vec<AccountId> = accounts.keys().copied().collect();
        let stats = some(&ids, STATS.get_many(from, &ids)?);
        let keys = accounts.values().flat_map(|account| {
            account.emojis.iter().map(|code| emoji::key(account.domain.as_deref(), code))
        });
        let emojis = load_many(app, from, keys.collect())?;
        let consents = Consents::load(from, &accounts, reader)?;
        Ok(Self { accounts, stats, emojis, consents })
    }

    fn view(&self, app: &App, from: &dyn Read, id: AccountId, follow_move: bool) -> Option<AccountView> {
        let account = self.accounts.get(&id)?;
        let config = &app.config;
        let none = AccountStats::default();
        let stats = self.stats.get(&id).unwrap_or(&none);
        let suspended = account.suspended_at.is_some();
        let blank = Profile::blank();
        let profile = if suspended { blank } else { profile::rendered(app, from, id, account) };
        let moved = match account.moved_to {
            Some(_) if suspended => Some(None),
            Some(target) if follow_move => {
                self.view(app, from, target, false).map(|view| Some(Arc::new(view)))
            }
            _ => None,
        };
        let bare = suspended || (!account.is_local() && book(app).rejects_media_of(account));
        let avatar = shown(config, id, account.avatar.as_ref().filter(|_| !bare), "avatar");
        let header = shown(config, id, account.header.as_ref().filter(|_| !bare), "header");
        let badge = account.badge.filter(|_| !suspended).map(BadgeView::from);
        let roles = account.is_local().then(|| badge.into_iter().collect());
        Some(AccountView {
            id,
            username: account.username.clone(),
            acct: acct(account),
            display_name: if suspended { String::new() } else { account.display_name.clone() },
            locked: account.locked && !suspended,
            bot: !suspended && account.is_bot(),
            discoverable: if suspended { Some(false) } else { account.discoverable },
            indexable: account.indexable && !suspended,
            group: account.kind == ActorKind::Group,
            created_at: account.created_at.midnight().dt(),
            note: profile.note,
            url: url(config, id, account),
            uri: uri(config, id, account),
            avatar: avatar.url,
            avatar_static: avatar.still,
            avatar_description: avatar.description,
            header: header.url,
            header_static: header.still,
            header_description: header.description,
            followers_count: stats.followers,
            following_count: stats.following,
            statuses_count: stats.statuses,
            last_status_at: stats.last_status_at.map(|at| at.date()),
            hide_collections: account.hide_collections,
            show_media: account.tabs.media,
            show_media_replies: account.tabs.media_replies,
            show_featured: account.tabs.featured,
            moved,
            emojis: if suspended {
                Vec::new()
            } else {
                pick(&self.emojis, account.domain.as_deref(), &account.emojis)
            },
            suspended,
            limited: account.silenced_at.is_some(),
            noindex: account.is_local().then_some(false),
            memorial: account.memorial,
            feature_approval: self.consents.view(id, account),
            roles,
            fields: profile.fields,
        })
    }
}

fn some<T>(ids: &[AccountId], records: Vec<Option<T>>) -> HashMap<AccountId, T> {
    ids.iter().copied().zip(records).filter_map(|(id, record)| Some((id, record?))).collect()
}

/// `name`, or `name@domain` with the domain as people write it.
pub fn acct(account: &Account) -> String {
    match &account.domain {
        None => account.username.clone(),
        Some(domain) => format!("{}@{}", account.username, to_unicode(domain)),
    }
}

/// The addresses of an avatar or header.
pub struct Shown {
    /// The picture, moving where it moves.
    pub url: String,
    /// Its still form.
    pub still: String,
    /// Alternative text, may be empty.
    pub description: String,
}

/// Where clients get an avatar (`which` = "avatar") or header ("header"); the drawn stand-in when there is none.
pub fn shown(config: &Config, id: AccountId, picture: Option<&Picture>, which: &str) -> Shown {
    let Some(picture) = picture else {
        let missing = format!("{}/{which}s/original/missing.png", config.base_url());
        return Shown { url: missing.clone(), still: missing, description: String::new() };
    };
    let address = |place: &Place| match place {
        Place::Blob(path) => blob_url(config, path),
        Place::Remote(_) => format!("{}/media_proxy/accounts/{id}/{which}", config.base_url()),
    };
    Shown {
        url: address(&picture.place),
        still: address(picture.still.as_ref().unwrap_or(&picture.place)),
        description: picture.description.clone(),
    }
}
