//! The Status entity, loaded for a whole page at once: a constant number of store round trips.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use super::table::{MUTED_CONVERSATIONS, PINS, REBLOG_BY, STATS, STATUSES, Status, StatusStats};
use super::{uri, url};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::view::AccountView;
use crate::features::emoji::view::{EmojiView, load_many, pick};
use crate::features::media::view::MediaView;
use crate::features::oauth::table::{APPS, Application};
use crate::features::relationships::{Circle, circle};
use crate::features::users::table::{USERS, User, Visibility};
use crate::features::{accounts, bookmarks, emoji, favourites, media};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, AppId, StatusId};
use crate::platform::text::html::tag_url;
use crate::platform::text::idn::to_unicode;

/// A status (entities: Status; the notes on each key are there).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct StatusView {
    pub id: StatusId,
    pub created_at: String,
    pub in_reply_to_id: Option<StatusId>,
    pub in_reply_to_account_id: Option<AccountId>,
    pub sensitive: bool,
    pub spoiler_text: String,
    pub visibility: &'static str,
    pub language: Option<String>,
    pub uri: String,
    pub url: String,
    pub replies_count: u64,
    pub reblogs_count: u64,
    pub favourites_count: u64,
    pub quotes_count: u64,
    pub edited_at: Option<String>,
    #[serde(flatten)]
    pub marks: Marks,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Only in the answer to a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub reblog: Option<Box<StatusView>>,
    /// Absent for remote statuses and where the author hides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Option<ApplicationView>>,
    pub account: Arc<AccountView>,
    pub media_attachments: Vec<MediaView>,
    pub mentions: Vec<MentionView>,
    pub tags: Vec<TagView>,
    pub emojis: Vec<EmojiView>,
    pub tagged_collections: [(); 0],
    pub quote: Option<()>,
    pub card: Option<()>,
    pub poll: Option<()>,
    pub quote_approval: QuoteApproval,
}

/// The viewer's own marks; absent for anonymous viewers.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct Marks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favourited: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reblogged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bookmarked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filtered: Option<[(); 0]>,
}

/// What a status was written with.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationView {
    name: String,
    website: Option<String>,
}

/// Somebody named in a status.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct MentionView {
    pub id: AccountId,
    pub username: String,
    pub url: String,
    pub acct: String,
}

/// A hashtag in a status.
#[derive(Debug, Clone, Serialize)]
pub struct TagView {
    /// As it is looked up.
    pub name: String,
    /// Its page.
    pub url: String,
}

/// Who may quote: nobody yet, since quotes cannot be written here.
#[derive(Debug, Clone, Serialize)]
pub struct QuoteApproval {
    automatic: [(); 0],
    manual: [(); 0],
    current_user: &'static str,
}

/// Statuses in the given order, leaving out what is gone and what `viewer` may not see.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let page = Page::load(app, from, viewer, ids)?;
    Ok(ids.iter().filter_map(|id| page.view(*id, true)).collect())
}

/// One status.
///
/// # Errors
/// 404 for one that is gone, or that `viewer` may not see.
pub fn one(app: &App, from: &dyn Read, viewer: Option<AccountId>, id: StatusId) -> Result<StatusView> {
    load(app, from, viewer, &[id])?.pop().ok_or_else(Error::not_found)
}

/// One status as it is shown to somebody who took a mark back from it: he may not see it any more (behaviours §4).
///
/// # Errors
/// 404 for one that is gone.
pub fn unmarked(app: &App, from: &dyn Read, viewer: AccountId, id: StatusId) -> Result<StatusView> {
    let mut page = Page::load(app, from, Some(viewer), &[id])?;
    page.seen = true;
    page.view(id, true).ok_or_else(Error::not_found)
}

/// Everything that the statuses of one page need.
struct Page<'a> {
    app: &'a App,
    /// Whether the viewer has seen all of it already, so that it is shown whatever the rules say now.
    seen: bool,
    viewer: Option<(AccountId, Arc<Circle>)>,
    statuses: HashMap<StatusId, Status>,
    stats: HashMap<StatusId, StatusStats>,
    accounts: HashMap<AccountId, Arc<AccountView>>,
    authors: HashMap<AccountId, Account>,
    users: HashMap<AccountId, User>,
    apps: HashMap<AppId, Application>,
    media: HashMap<crate::platform::ids::MediaId, MediaView>,
    emojis: HashMap<(String, String), EmojiView>,
    favourited: HashSet<StatusId>,
    bookmarked: HashSet<StatusId>,
    reblogged: HashSet<StatusId>,
    pinned: HashSet<StatusId>,
    muted: HashSet<crate::platform::ids::ConversationId>,
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items
}

fn zipped<K: Copy + Eq + std::hash::Hash, V>(keys: &[K], rows: Vec<Option<V>>) -> HashMap<K, V> {
    keys.iter().copied().zip(rows).filter_map(|(key, row)| Some((key, row?))).collect()
}

impl<'a> Page<'a> {
    fn load(app: &'a App, from: &dyn Read, viewer: Option<AccountId>, ids: &[StatusId]) -> Result<Self> {
        let ids = sorted(ids.iter().copied());
        let mut statuses = zipped(&ids, STATUSES.get_many(from, &ids)?);
        let boosted = sorted(statuses.values().filter_map(|status| status.reblog_of));
        let boosted: Vec<_> = boosted.into_iter().filter(|id| !statuses.contains_key(id)).collect();
        statuses.extend(zipped(&boosted, STATUSES.get_many(from, &boosted)?));

        let all = sorted(statuses.keys().copied());
        let people = sorted(statuses.values().flat_map(|status| {
            status.mentions.iter().map(|mention| mention.account).chain([status.account])
        }));
        let writers =
            sorted(statuses.values().filter(|status| status.app.is_some()).map(|status| status.account));
        let used = sorted(statuses.values().filter_map(|status| status.app));
        let files = sorted(statuses.values().flat_map(|status| status.media.iter().copied()));
        let authors = zipped(&people, ACCOUNTS.get_many(from, &people)?);
        let shown = sorted(statuses.values().map(|status| status.account));
        let codes = statuses.values().flat_map(|status| {
            let domain = authors.get(&status.account).and_then(|author| author.domain.as_deref());
            status.emojis.iter().map(move |code| emoji::key(domain, code))
        });
        let emojis = load_many(app, from, codes.collect())?;
        let mut page = Self {
            app,
            seen: false,
            viewer: None,
            stats: zipped(&all, STATS.get_many(from, &all)?),
            accounts: accounts::view::load(app, from, &shown)?,
            users: zipped(&writers, USERS.get_many(from, &writers)?),
            apps: zipped(&used, APPS.get_many(from, &used)?),
            media: media::view::load(app, from, &files)?,
            emojis,
            authors,
            statuses,
            favourited: HashSet::new(),
            bookmarked: HashSet::new(),
            reblogged: HashSet::new(),
            pinned: HashSet::new(),
            muted: HashSet::new(),
        };
        if let Some(viewer) = viewer {
            page.viewer = Some((viewer, circle(app, viewer)?));
            page.mark(from, viewer, &all)?;
        }
        Ok(page)
    }

    fn mark(&mut self, from: &dyn Read, viewer: AccountId, all: &[StatusId]) -> Result<()> {
        self.favourited = favourites::marked(from, viewer, all)?;
        self.bookmarked = bookmarks::marked(from, viewer, all)?;
        let boosts: Vec<_> = all.iter().map(|id| (*id, viewer)).collect();
        let boosts = REBLOG_BY.get_many(from, &boosts)?;
        self.reblogged =
            all.iter().zip(boosts).filter(|(_, boost)| boost.is_some()).map(|(id, _)| *id).collect();
        let own: Vec<_> =
            all.iter().filter(|id| self.statuses.get(id).is_some_and(|s| s.account == viewer)).collect();
        let keys: Vec<_> = own.iter().map(|id| (viewer, **id)).collect();
        let pins = PINS.get_many(from, &keys)?;
        self.pinned = own.into_iter().zip(pins).filter(|(_, pin)| pin.is_some()).map(|(id, _)| *id).collect();
        let threads = sorted(self.statuses.values().map(|status| status.conversation));
        let keys: Vec<_> = threads.iter().map(|thread| (viewer, *thread)).collect();
        let mutes = MUTED_CONVERSATIONS.get_many(from, &keys)?;
        self.muted =
            threads.into_iter().zip(mutes).filter(|(_, mute)| mute.is_some()).map(|(id, _)| id).collect();
        Ok(())
    }

    /// The same rules as [`super::visible_to`], over what is loaded.
    fn is_visible(&self, status: &Status) -> bool {
        if self.seen {
            return true;
        }
        let author = self.authors.get(&status.account);
        if !author.is_some_and(|author| author.suspended_at.is_none() && !author.deleted) {
            return false;
        }
        let Some((viewer, circle)) = &self.viewer else { return status.visibility.is_open() };
        if *viewer == status.account {
            return true;
        }
        !circle.blocked_by.contains(&status.account)
            && match status.visibility {
                Visibility::Public | Visibility::Unlisted => true,
                Visibility::Private => status.mentions(*viewer) || circle.following.contains(&status.account),
                Visibility::Direct | Visibility::Limited => status.mentions(*viewer),
            }
    }

    fn view(&self, id: StatusId, outer: bool) -> Option<StatusView> {
        let status = self.statuses.get(&id).filter(|status| self.is_visible(status))?;
        let author = self.authors.get(&status.account)?;
        let reblog = match status.reblog_of {
            // One step deep: a boost of a boost is never stored.
            Some(of) if outer => Some(Box::new(self.view(of, false)?)),
            Some(_) => return None,
            None => None,
        };
        let none = StatusStats::default();
        let stats = self.stats.get(&status.reblog_of.unwrap_or(id)).unwrap_or(&none);
        let config = &self.app.config;
        let content = reblog
            .as_ref()
            .map_or_else(|| status.content.clone(), |inner| inner.content.clone().unwrap_or_default());
        Some(StatusView {
            id,
            created_at: status.created_at.dt(),
            in_reply_to_id: status.in_reply_to.map(|(parent, _)| parent),
            in_reply_to_account_id: status.in_reply_to.map(|(_, account)| account),
            sensitive: status.sensitive || (author.sensitized && self.viewer_id() != Some(status.account)),
            spoiler_text: status.spoiler.clone(),
            visibility: status.visibility.word(),
            language: status.language.clone(),
            uri: uri(config, id, status),
            url: url(config, id, status, author),
            replies_count: stats.replies,
            reblogs_count: stats.remote_reblogs.unwrap_or(stats.reblogs).max(stats.reblogs),
            favourites_count: stats.remote_favourites.unwrap_or(stats.favourites).max(stats.favourites),
            quotes_count: 0,
            edited_at: status.edited_at.map(|at| at.dt()),
            marks: self.marks(status.reblog_of.unwrap_or(id), id, status),
            content: Some(content),
            text: None,
            reblog,
            application: self.application(status),
            account: self.accounts.get(&status.account)?.clone(),
            media_attachments: status.media.iter().filter_map(|id| self.media.get(id).cloned()).collect(),
            mentions: self.mentions(status),
            tags: status.tags.iter().map(|tag| tag_view(config.base_url(), &tag.name)).collect(),
            emojis: pick(&self.emojis, author.domain.as_deref(), &status.emojis),
            tagged_collections: [],
            quote: None,
            card: None,
            poll: None,
            quote_approval: QuoteApproval { automatic: [], manual: [], current_user: self.may_quote(status) },
        })
    }

    fn viewer_id(&self) -> Option<AccountId> {
        self.viewer.as_ref().map(|(id, _)| *id)
    }

    fn marks(&self, post: StatusId, own: StatusId, status: &Status) -> Marks {
        let Some(viewer) = self.viewer_id() else { return Marks::default() };
        let pinnable = status.account == viewer
            && status.reblog_of.is_none()
            && !matches!(status.visibility, Visibility::Direct | Visibility::Limited);
        Marks {
            favourited: Some(self.favourited.contains(&post)),
            reblogged: Some(self.reblogged.contains(&post)),
            muted: Some(self.muted.contains(&status.conversation)),
            bookmarked: Some(self.bookmarked.contains(&post)),
            pinned: pinnable.then(|| self.pinned.contains(&own)),
            filtered: Some([]),
        }
    }

    /// Entities: QuoteApproval. The policy of every post here is nobody, which leaves its author.
    fn may_quote(&self, status: &Status) -> &'static str {
        let own = self.viewer_id() == Some(status.account);
        let direct = matches!(status.visibility, Visibility::Direct | Visibility::Limited);
        if own && !direct && status.reblog_of.is_none() { "automatic" } else { "denied" }
    }

    fn application(&self, status: &Status) -> Option<Option<ApplicationView>> {
        if !status.local || status.reblog_of.is_some() {
            return None;
        }
        let shown = self.users.get(&status.account).is_none_or(|user| user.settings.show_application);
        if !shown && self.viewer_id() != Some(status.account) {
            return None;
        }
        let app = status.app.and_then(|app| self.apps.get(&app));
        Some(app.map(|app| ApplicationView { name: app.name.clone(), website: app.website.clone() }))
    }

    fn mentions(&self, status: &Status) -> Vec<MentionView> {
        let named = status.mentions.iter().filter(|mention| !mention.silent);
        named
            .filter_map(|mention| {
                let account = self.authors.get(&mention.account)?;
                let acct = match &account.domain {
                    None => account.username.clone(),
                    Some(domain) => format!("{}@{}", account.username, to_unicode(domain)),
                };
                Some(MentionView {
                    id: mention.account,
                    username: account.username.clone(),
                    url: accounts::url(&self.app.config, mention.account, account),
                    acct,
                })
            })
            .collect()
    }
}

fn tag_view(base: &str, name: &str) -> TagView {
    TagView { name: name.to_owned(), url: tag_url(base, name) }
}
