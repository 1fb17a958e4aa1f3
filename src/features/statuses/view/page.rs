//! Everything that the statuses of one page need, loaded a kind at a time, and how one status is put together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shop_storage::Read;

use super::{ApplicationView, Marks, MentionView, QuoteApproval, StatusView, TagView};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::view::AccountView;
use crate::features::emoji::view::{EmojiView, load_many, pick};
use crate::features::filters::view::FilterResultView;
use crate::features::filters::{Filters, filters};
use crate::features::media::view::MediaView;
use crate::features::oauth::table::{APPS, Application};
use crate::features::polls::table::Poll;
use crate::features::polls::view::PollView;
use crate::features::relationships::{Circle, circle};
use crate::features::statuses::table::{
    MUTED_CONVERSATIONS, PINS, REBLOG_BY, STATS, STATUSES, Status, StatusStats,
};
use crate::features::statuses::{uri, url};
use crate::features::users::table::{USERS, User, Visibility};
use crate::features::{accounts, bookmarks, emoji, favourites, media, polls};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, AppId, ConversationId, MediaId, StatusId};
use crate::platform::text::html::tag_url;
use crate::platform::text::idn::to_unicode;
use crate::platform::text::plain;

/// Everything that the statuses of one page need.
pub(super) struct Page<'a> {
    app: &'a App,
    /// Whether the viewer has seen all of it already, so that it is shown whatever the rules say now.
    pub(super) seen: bool,
    viewer: Option<(AccountId, Arc<Circle>)>,
    /// What the viewer wants to be warned of.
    pub(super) filters: Option<Arc<Filters>>,
    statuses: HashMap<StatusId, Status>,
    stats: HashMap<StatusId, StatusStats>,
    accounts: HashMap<AccountId, Arc<AccountView>>,
    authors: HashMap<AccountId, Account>,
    users: HashMap<AccountId, User>,
    apps: HashMap<AppId, Application>,
    media: HashMap<MediaId, MediaView>,
    polls: HashMap<StatusId, Poll>,
    chosen: HashMap<StatusId, Vec<u16>>,
    emojis: HashMap<(String, String), EmojiView>,
    favourited: HashSet<StatusId>,
    bookmarked: HashSet<StatusId>,
    reblogged: HashSet<StatusId>,
    pinned: HashSet<StatusId>,
    muted: HashSet<ConversationId>,
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
    /// Loads a page: a constant number of store round trips, whatever its length.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn load(
        app: &'a App,
        from: &dyn Read,
        viewer: Option<AccountId>,
        ids: &[StatusId],
    ) -> Result<Self> {
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
        let asked = sorted(statuses.iter().filter(|(_, status)| status.poll).map(|(id, _)| *id));
        let polls = polls::of_statuses(from, &asked)?;
        let codes = statuses.iter().flat_map(|(id, status)| {
            let domain = authors.get(&status.account).and_then(|author| author.domain.as_deref());
            let of_poll = polls.get(id).map(|poll| poll.emojis.as_slice()).unwrap_or_default();
            status.emojis.iter().chain(of_poll).map(move |code| emoji::key(domain, code))
        });
        let emojis = load_many(app, from, codes.collect())?;
        let mut page = Self {
            app,
            seen: false,
            viewer: None,
            filters: None,
            stats: zipped(&all, STATS.get_many(from, &all)?),
            accounts: accounts::view::load(app, from, &shown)?,
            users: zipped(&writers, USERS.get_many(from, &writers)?),
            apps: zipped(&used, APPS.get_many(from, &used)?),
            media: media::view::load(app, from, &files)?,
            chosen: match viewer {
                Some(viewer) => polls::chosen(from, viewer, &asked)?,
                None => HashMap::new(),
            },
            polls,
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
            page.filters = Some(filters(app, viewer)?);
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

    /// The same rules as [`crate::features::statuses::visible_to`], over what is loaded.
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

    /// One status of the page; `None` when it is gone or the viewer may not see it. `outer` is false for what stands
    /// inside another.
    pub(super) fn view(&self, id: StatusId, outer: bool) -> Option<StatusView> {
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
            poll: self.poll(id, author),
            quote_approval: QuoteApproval { automatic: [], manual: [], current_user: self.may_quote(status) },
        })
    }

    fn viewer_id(&self) -> Option<AccountId> {
        self.viewer.as_ref().map(|(id, _)| *id)
    }

    fn marks(&self, post: StatusId, own: StatusId, status: &Status) -> Marks {
        let filtered = self.filtered(post, own);
        let Some(viewer) = self.viewer_id() else { return Marks { filtered, ..Marks::default() } };
        let pinnable = status.account == viewer
            && status.reblog_of.is_none()
            && !matches!(status.visibility, Visibility::Direct | Visibility::Limited);
        Marks {
            favourited: Some(self.favourited.contains(&post)),
            reblogged: Some(self.reblogged.contains(&post)),
            muted: Some(self.muted.contains(&status.conversation)),
            bookmarked: Some(self.bookmarked.contains(&post)),
            pinned: pinnable.then(|| self.pinned.contains(&own)),
            filtered,
        }
    }

    /// Which filters match a post, or the post that a boost `own` passes on (behaviours §10).
    fn filtered(&self, post: StatusId, own: StatusId) -> Option<Vec<FilterResultView>> {
        let filters = self.filters.as_ref()?;
        let ids = if post == own { vec![own] } else { vec![own, post] };
        Some(filters.results(self.app.now(), &ids, || self.words(post)))
    }

    /// All text of a post that filters look at.
    fn words(&self, id: StatusId) -> String {
        let Some(status) = self.statuses.get(&id) else { return String::new() };
        let body = if status.local { status.text.clone() } else { plain::from_html(&status.content) };
        let mut words = vec![status.spoiler.clone(), body];
        words.extend(self.polls.get(&id).map(Poll::titles).unwrap_or_default());
        let files = status.media.iter().filter_map(|id| self.media.get(id));
        words.extend(files.filter_map(|file| file.description.clone()));
        words.join("\n\n")
    }

    fn poll(&self, id: StatusId, author: &Account) -> Option<PollView> {
        let poll = self.polls.get(&id)?;
        let emojis = pick(&self.emojis, author.domain.as_deref(), &poll.emojis);
        let choices = self.chosen.get(&id).map(Vec::as_slice).unwrap_or_default();
        Some(polls::view::view(
            id,
            poll,
            self.app.now(),
            self.viewer_id().map(|viewer| (viewer, choices)),
            emojis,
        ))
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
