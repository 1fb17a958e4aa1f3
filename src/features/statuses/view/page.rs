//! Everything that the statuses of one page need, loaded a kind at a time, and how one status is put together.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use shop_storage::Read;

use super::{ApplicationView, Marks, MentionView, QuoteApproval, QuoteView, StatusView, TagView};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::view::AccountView;
use crate::features::cards::view::CardView;
use crate::features::collections::{linked, view::CollectionView};
use crate::features::domain_rules::book;
use crate::features::emoji::view::{EmojiView, load_many, pick};
use crate::features::filters::view::FilterResultView;
use crate::features::filters::{Filters, filters};
use crate::features::media::view::MediaView;
use crate::features::oauth::table::{APPS, Application};
use crate::features::polls::table::Poll;
use crate::features::polls::view::PollView;
use crate::features::quotes::table::{Quote, QuoteState};
use crate::features::relationships::{Circle, circle};
use crate::features::statuses::quote::Approval;
use crate::features::statuses::table::{
    MUTED_CONVERSATIONS, PINS, QuotePolicy, REBLOG_BY, STATS, STATUSES, Status, StatusStats,
};
use crate::features::statuses::{uri, url};
use crate::features::users::table::{USERS, User, Visibility};
use crate::features::{accounts, bookmarks, cards, emoji, favourites, media, polls, quotes};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, AppId, ConversationId, MediaId, StatusId};
use crate::platform::text::html::tag_url;
use crate::platform::text::idn::to_unicode;
use crate::platform::text::plain;

/// Where a status is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// In a list, or alone.
    Whole,
    /// Inside its boost.
    Boosted,
    /// Inside a status that quotes it.
    Quoted,
}

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
    quotes: HashMap<StatusId, Quote>,
    polls: HashMap<StatusId, Poll>,
    cards: HashMap<StatusId, CardView>,
    collections: HashMap<StatusId, Vec<CollectionView>>,
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

/// Whether a status links anything at all.
fn links(statuses: &HashMap<StatusId, Status>, id: &StatusId) -> bool {
    statuses.get(id).is_some_and(|status| status.content.contains("href="))
}

/// Adds what the statuses quote, and gives the quotes: those of the statuses, and those of what they quote.
fn load_quoted(
    from: &dyn Read,
    statuses: &mut HashMap<StatusId, Status>,
) -> Result<HashMap<StatusId, Quote>> {
    let quoting = |statuses: &HashMap<StatusId, Status>| {
        sorted(statuses.iter().filter(|(_, s)| s.quote).map(|(id, _)| *id))
    };
    let mut quotes = quotes::of_statuses(from, &quoting(statuses))?;
    let accepted = quotes.values().filter(|quote| quote.state == QuoteState::Accepted);
    let quoted = sorted(accepted.filter_map(|quote| quote.quoted).filter(|id| !statuses.contains_key(id)));
    if !quoted.is_empty() {
        let found = zipped(&quoted, STATUSES.get_many(from, &quoted)?);
        quotes.extend(quotes::of_statuses(from, &quoting(&found))?);
        statuses.extend(found);
    }
    Ok(quotes)
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

        let quotes = load_quoted(from, &mut statuses)?;
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
        // Most posts link nothing, and need not be asked for.
        let linking: Vec<_> = all.iter().filter(|id| links(&statuses, id)).copied().collect();
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
            accounts: accounts::view::of(app, from, viewer, &shown, &authors)?,
            users: zipped(&writers, USERS.get_many(from, &writers)?),
            apps: zipped(&used, APPS.get_many(from, &used)?),
            media: media::view::load(app, from, &files)?,
            cards: cards::view::load(app, from, viewer, &all)?,
            collections: linked::of_statuses(app, from, viewer, &linking)?,
            chosen: match viewer {
                Some(viewer) => polls::chosen(from, viewer, &asked)?,
                None => HashMap::new(),
            },
            quotes,
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
        // What nobody has boosted the viewer has not.
        let boosted = all.iter().filter(|id| self.stats.get(id).is_some_and(|stats| stats.reblogs > 0));
        let boosted: Vec<_> = boosted.map(|id| (*id, viewer)).collect();
        let boosts = REBLOG_BY.get_many(from, &boosted)?;
        self.reblogged = boosted
            .into_iter()
            .zip(boosts)
            .filter(|(_, boost)| boost.is_some())
            .map(|((id, _), _)| id)
            .collect();
        let own: Vec<_> =
            all.iter().filter(|id| self.statuses.get(id).is_some_and(|s| s.account == viewer)).collect();
        let keys: Vec<_> = own.iter().map(|id| (viewer, **id)).collect();
        let pins = PINS.get_many(from, &keys)?;
        self.pinned = own.into_iter().zip(pins).filter(|(_, pin)| pin.is_some()).map(|(id, _)| *id).collect();
        let threads = sorted(self.statuses.values().map(|status| status.conversation));
        let keys: Vec<_> = threads.iter().map(|thread| (viewer, *thread)).collect();
        let mutes = MUTED_CONVERSATIONS.has_many(from, &keys)?;
        self.muted = threads.into_iter().zip(mutes).filter(|(_, mute)| *mute).map(|(id, _)| id).collect();
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

    /// One status of the page; `None` when it is gone or the viewer may not see it.
    pub(super) fn view(&self, id: StatusId, place: Place) -> Option<StatusView> {
        let status = self.statuses.get(&id).filter(|status| self.is_visible(status))?;
        let author = self.authors.get(&status.account)?;
        let reblog = match status.reblog_of {
            // One step deep: a boost of a boost is never stored.
            Some(of) if place == Place::Whole => Some(Box::new(self.view(of, Place::Boosted)?)),
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
            quotes_count: stats.quotes,
            edited_at: status.edited_at.map(|at| at.dt()),
            marks: self.marks(status.reblog_of.unwrap_or(id), id, status),
            content: Some(content),
            text: None,
            reblog,
            application: self.application(status),
            account: self.accounts.get(&status.account)?.clone(),
            media_attachments: self.media_of(status, author),
            mentions: self.mentions(status),
            tags: status.tags.iter().map(|tag| tag_view(config.base_url(), &tag.name)).collect(),
            emojis: pick(&self.emojis, author.domain.as_deref(), &status.emojis),
            tagged_collections: self.collections.get(&id).cloned().unwrap_or_default(),
            quote: self.quote(status.reblog_of.unwrap_or(id), place),
            card: self.cards.get(&id).cloned(),
            poll: self.poll(id, author),
            quote_approval: self.approval(status),
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

    fn media_of(&self, status: &Status, author: &Account) -> Vec<MediaView> {
        let is_withheld = !status.media.is_empty() && book(self.app).rejects_media_of(author);
        let shown = |media: &MediaView| if is_withheld { media.clone().withheld() } else { media.clone() };
        status.media.iter().filter_map(|id| self.media.get(id)).map(shown).collect()
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

    /// What a status quotes. Nothing is said of what is known only by older properties and not proven (behaviours §13).
    fn quote(&self, id: StatusId, place: Place) -> Option<QuoteView> {
        let quote = self.quotes.get(&id)?;
        let accepted = quote.state == QuoteState::Accepted;
        if quote.legacy && !accepted {
            return None;
        }
        if place == Place::Quoted {
            let quoted_status_id = Some(quote.quoted.filter(|_| accepted));
            return Some(QuoteView { state: quote.state.word(), quoted_status: None, quoted_status_id });
        }
        let (state, shown) = match quote.quoted.filter(|_| accepted) {
            None => (quote.state.word(), None),
            Some(quoted) => match self.view(quoted, Place::Quoted) {
                Some(view) => (self.unwanted(view.account.id).unwrap_or("accepted"), Some(Box::new(view))),
                None if self.statuses.contains_key(&quoted) => ("unauthorized", None),
                None => ("deleted", None),
            },
        };
        Some(QuoteView { state, quoted_status: Some(shown), quoted_status_id: None })
    }

    /// Why the viewer would rather not see a quoted author.
    fn unwanted(&self, author: AccountId) -> Option<&'static str> {
        let (_, circle) = self.viewer.as_ref()?;
        if circle.blocking.contains(&author) {
            Some("blocked_account")
        } else if circle.mutes(author, self.app.now()) {
            Some("muted_account")
        } else {
            None
        }
    }

    /// Who may quote a status, and whether the viewer may.
    fn approval(&self, status: &Status) -> QuoteApproval {
        let follows = |(_, circle): &(AccountId, Arc<Circle>)| circle.following.contains(&status.account);
        let follows = self.viewer.as_ref().is_some_and(follows);
        let policy = if status.visibility.is_open() { status.quote_policy } else { QuotePolicy::NOBODY };
        QuoteApproval {
            automatic: QuotePolicy::groups(policy.automatic),
            manual: QuotePolicy::groups(policy.manual),
            current_user: Approval::of(status, self.viewer_id(), follows, None).word(),
        }
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
