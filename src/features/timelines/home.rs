//! Home feeds: bounded rings of status ids in memory, built on first read and kept current while in use.
//!
//! Nothing of a feed is durable: it is the newest posts of those the reader follows, merged from the
//! by-account index. That saves an index row a follower a post, and a page is a slice of memory.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use shop_storage::{Read, Window};

use super::speaks;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::relationships::{Circle, circle};
use crate::features::statuses::table::{BY_ACCOUNT, STATUSES, Status};
use crate::features::statuses::visible_to;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, StatusId, kind};

/// How many entries a feed keeps (behaviours §9).
pub const LENGTH: usize = 800;
/// A second boost of a post among this many newest entries is left out.
const GROUPED: usize = 40;
/// How many ids of one account are read at a time while building.
const CHUNK: usize = 32;
/// How many candidates a build looks at before it settles for a shorter feed.
const MOST_SEEN: usize = 8_000;
/// A feed that nobody read for this long is dropped.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// How many feeds are in memory at most; the longest unread goes first.
const MOST_FEEDS: usize = 4_000;

/// An entry, newest first in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Entry {
    id: StatusId,
    /// The post itself, also when the entry is a boost of it.
    post: StatusId,
}

struct Feed {
    entries: VecDeque<Entry>,
    read_at: Millis,
    /// A second boost of a recent post is left out (the reader's choice).
    aggregate: bool,
    /// False while the first build reads the store: others who come meanwhile build as well.
    built: bool,
}

/// All feeds in memory.
#[derive(Default)]
pub struct Feeds(Mutex<HashMap<AccountId, Feed>>);

impl Feeds {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<AccountId, Feed>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A page of home, newest first. Builds the feed when it is not in memory.
///
/// # Errors
/// When the store fails.
pub fn page(app: &App, reader: AccountId, cursor: &Cursor<kind::Status>) -> Result<Vec<StatusId>> {
    ensure(app, reader)?;
    let now = app.now();
    Ok(app.part::<Feeds>().with(|feeds| {
        let Some(feed) = feeds.get_mut(&reader) else { return Vec::new() };
        feed.read_at = now;
        slice(&feed.entries, cursor)
    }))
}

/// Makes sure that the feed of `reader` is in memory and counts as in use.
///
/// # Errors
/// When the store fails.
pub fn ensure(app: &App, reader: AccountId) -> Result<()> {
    let feeds = app.part::<Feeds>();
    let now = app.now();
    let there = feeds.with(|feeds| {
        feeds.get_mut(&reader).is_some_and(|feed| {
            feed.read_at = now;
            feed.built
        })
    });
    if there {
        return Ok(());
    }
    // An empty ring first: what is posted while the build reads lands in it, and is merged below.
    feeds.with(|feeds| {
        make_room(feeds, now);
        feeds.entry(reader).or_insert_with(|| Feed {
            entries: VecDeque::new(),
            read_at: now,
            aggregate: true,
            built: false,
        });
    });
    let built = app.read().and_then(|store| build(app, &store, reader));
    feeds.with(|feeds| match built {
        Ok((built, aggregate)) => {
            let Some(feed) = feeds.get_mut(&reader) else { return Ok(()) };
            let mut entries: Vec<Entry> = feed.entries.iter().copied().chain(built).collect();
            entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
            entries.dedup();
            entries.truncate(LENGTH);
            feed.entries = entries.into();
            feed.aggregate = aggregate;
            feed.built = true;
            Ok(())
        }
        Err(error) => {
            feeds.remove(&reader);
            Err(error)
        }
    })
}

fn make_room(feeds: &mut HashMap<AccountId, Feed>, now: Millis) {
    if feeds.len() < MOST_FEEDS {
        return;
    }
    feeds.retain(|_, feed| now.since(feed.read_at) < IDLE);
    while feeds.len() >= MOST_FEEDS {
        let Some(oldest) = feeds.iter().min_by_key(|(_, feed)| feed.read_at).map(|(id, _)| *id) else {
            return;
        };
        feeds.remove(&oldest);
    }
}

fn slice(entries: &VecDeque<Entry>, cursor: &Cursor<kind::Status>) -> Vec<StatusId> {
    // Entries run from the largest id to the smallest.
    let start = cursor.max_id.map_or(0, |max| entries.partition_point(|entry| entry.id >= max));
    let above = cursor.min_id.or(cursor.since_id);
    let end = above.map_or(entries.len(), |min| entries.partition_point(|entry| entry.id > min)).max(start);
    let span = start..end;
    let span = if cursor.upwards() { end.saturating_sub(cursor.limit).max(start)..end } else { span };
    entries.range(span).take(cursor.limit).map(|entry| entry.id).collect()
}

/// One followed account while feeds are merged: its next ids, newest first.
struct Stream {
    account: AccountId,
    ids: VecDeque<StatusId>,
    whole: bool,
}

#[derive(PartialEq, Eq)]
struct Head(StatusId, usize);

impl Ord for Head {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0, other.1).cmp(&(other.0, self.1))
    }
}
impl PartialOrd for Head {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Stream {
    fn refill(&mut self, from: &dyn Read, below: Option<StatusId>, chunk: usize) -> Result<()> {
        let mut window = Window::newest(chunk);
        window.below = below;
        let ids = BY_ACCOUNT.page(from, &self.account, &window)?;
        self.whole = ids.len() < chunk;
        self.ids = ids.into();
        Ok(())
    }
}

/// Merges the newest posts of everybody the reader follows, and of the reader.
fn build(app: &App, from: &dyn Read, reader: AccountId) -> Result<(Vec<Entry>, bool)> {
    let now = app.now();
    let circle = circle(app, reader)?;
    let aggregate = USERS.get(from, &reader)?.is_none_or(|user| user.settings.aggregate_reblogs);
    let mut streams = Vec::with_capacity(circle.following.len() + 1);
    let mut heads = BinaryHeap::new();
    for account in circle.following.iter().copied().chain([reader]) {
        let mut stream = Stream { account, ids: VecDeque::new(), whole: false };
        // Many follow many who are silent: a short first look, longer ones for those who matter.
        stream.refill(from, None, CHUNK / 4)?;
        if let Some(id) = stream.ids.pop_front() {
            heads.push(Head(id, streams.len()));
            streams.push(stream);
        }
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(LENGTH.min(streams.len() * CHUNK));
    let mut waiting = Vec::with_capacity(CHUNK * 2);
    let mut seen = 0;
    while entries.len() < LENGTH && seen < MOST_SEEN {
        while waiting.len() < CHUNK * 2 {
            let Some(Head(id, at)) = heads.pop() else { break };
            waiting.push(id);
            let Some(stream) = streams.get_mut(at) else { continue };
            if stream.ids.is_empty() && !stream.whole {
                stream.refill(from, Some(id), CHUNK)?;
            }
            if let Some(next) = stream.ids.pop_front() {
                heads.push(Head(next, at));
            }
        }
        if waiting.is_empty() {
            break;
        }
        seen += waiting.len();
        let rules = Rules { circle: &circle, reader, now, aggregate };
        accept_all(from, &rules, &mut waiting, &mut entries)?;
    }
    entries.truncate(LENGTH);
    Ok((entries, aggregate))
}

/// What decides whether a status belongs into a feed.
struct Rules<'a> {
    circle: &'a Circle,
    reader: AccountId,
    now: Millis,
    aggregate: bool,
}

/// Appends those of `waiting` that belong into the feed. A boost is left out when a newer entry shows its post.
fn accept_all(
    from: &dyn Read,
    rules: &Rules<'_>,
    waiting: &mut Vec<StatusId>,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    let statuses = STATUSES.get_many(from, waiting)?;
    for (id, status) in waiting.drain(..).zip(statuses) {
        let Some(status) = status else { continue };
        let post = status.reblog_of.unwrap_or(id);
        if !belongs(from, rules.circle, rules.reader, id, &status, rules.now)? {
            continue;
        }
        // Built from new to old: the newest of several boosts stays, where the live feed keeps the first.
        let recent = entries.len().saturating_sub(GROUPED);
        let repeated = entries.get(recent..).unwrap_or_default().iter().any(|entry| entry.post == post);
        if !(repeated && status.reblog_of.is_some() && rules.aggregate) {
            entries.push(Entry { id, post });
        }
    }
    Ok(())
}

/// Whether a status belongs into the home feed of `reader` (behaviours §9).
///
/// # Errors
/// When the store fails.
pub fn belongs(
    from: &dyn Read,
    circle: &Circle,
    reader: AccountId,
    id: StatusId,
    status: &Status,
    now: Millis,
) -> Result<bool> {
    if status.account == reader {
        return Ok(true);
    }
    if !circle.following.contains(&status.account)
        || circle.hides(status.account, now)
        || status.mentions.iter().any(|mention| circle.hides(mention.account, now))
        || !circle.languages.get(&status.account).is_none_or(|languages| speaks(languages, status))
    {
        return Ok(false);
    }
    if let Some(of) = status.reblog_of {
        if circle.without_reblogs.contains(&status.account) {
            return Ok(false);
        }
        let Some(original) = STATUSES.get(from, &of)? else { return Ok(false) };
        let author = ACCOUNTS.get(from, &original.account)?;
        return Ok(!circle.hides(original.account, now)
            && author.is_some_and(|author| author.suspended_at.is_none())
            && visible_to(from, Some(reader), of, &original)?);
    }
    if status.in_reply_to_uri.is_some() {
        return Ok(false);
    }
    if let Some((_, author)) = status.in_reply_to
        && author != reader
        && author != status.account
        && !circle.following.contains(&author)
    {
        return Ok(false);
    }
    visible_to(from, Some(reader), id, status)
}

/// Live listener: puts a new status into the feeds in memory it belongs to, and takes a deleted one out.
///
/// Returns the readers whose feed was touched, for those who stream.
pub fn on_event(app: &App, event: &Event) -> Vec<AccountId> {
    let feeds = app.part::<Feeds>();
    match event {
        Event::StatusPosted { status, fresh: true } => spread(app, *status).unwrap_or_else(|error| {
            tracing::error!(?error, "cannot put a status into home feeds");
            // Feeds that may miss an entry are built again on the next read.
            feeds.with(HashMap::clear);
            Vec::new()
        }),
        Event::StatusDeleted(gone) => feeds.with(|feeds| {
            let mut touched = Vec::new();
            for (reader, feed) in feeds.iter_mut() {
                let before = feed.entries.len();
                feed.entries.retain(|entry| entry.id != gone.status && entry.post != gone.status);
                if feed.entries.len() != before {
                    touched.push(*reader);
                }
            }
            touched
        }),
        Event::StatusEdited { status } | Event::StatusRefreshed { status } => feeds.with(|feeds| {
            let shows = |feed: &Feed| feed.entries.iter().any(|entry| entry.post == *status);
            feeds.iter().filter(|(_, feed)| shows(feed)).map(|(reader, _)| *reader).collect()
        }),
        _ => {
            for account in changes_circle(event).into_iter().flatten() {
                feeds.with(|feeds| feeds.remove(&account));
            }
            Vec::new()
        }
    }
}

/// Whose feeds an event makes wrong as a whole.
fn changes_circle(event: &Event) -> [Option<AccountId>; 2] {
    match *event {
        Event::Followed { from, to, .. }
        | Event::FollowChanged { from, to }
        | Event::Unfollowed { from, to, .. }
        | Event::FollowRejected { from, to, .. }
        | Event::Blocked { from, to }
        | Event::Unblocked { from, to }
        | Event::Muted { from, to }
        | Event::Unmuted { from, to } => [Some(from), Some(to)],
        Event::AccountUpdated { account } => [Some(account), None],
        _ => [None, None],
    }
}

fn spread(app: &App, id: StatusId) -> Result<Vec<AccountId>> {
    let feeds = app.part::<Feeds>();
    let readers: Vec<AccountId> = feeds.with(|feeds| feeds.keys().copied().collect());
    let store = app.read()?;
    let Some(status) = STATUSES.get(&store, &id)? else { return Ok(Vec::new()) };
    let post = status.reblog_of.unwrap_or(id);
    let now = app.now();
    let mut touched = Vec::new();
    for reader in readers {
        let circle = circle(app, reader)?;
        if !belongs(&store, &circle, reader, id, &status, now)? {
            continue;
        }
        let added = feeds.with(|feeds| {
            let Some(feed) = feeds.get_mut(&reader) else { return false };
            let repeated = feed.entries.iter().take(GROUPED).any(|entry| entry.post == post);
            if repeated && status.reblog_of.is_some() && feed.aggregate {
                return false;
            }
            let at = feed.entries.partition_point(|entry| entry.id > id);
            if feed.entries.get(at).is_some_and(|entry| entry.id == id) {
                return false;
            }
            feed.entries.insert(at, Entry { id, post });
            feed.entries.truncate(LENGTH);
            true
        });
        if added {
            touched.push(reader);
        }
    }
    Ok(touched)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(ids: &[u64]) -> VecDeque<Entry> {
        ids.iter().map(|id| Entry { id: StatusId::new(*id), post: StatusId::new(*id) }).collect()
    }

    fn cursor(max: Option<u64>, since: Option<u64>, min: Option<u64>, limit: usize) -> Cursor<kind::Status> {
        Cursor {
            max_id: max.map(StatusId::new),
            since_id: since.map(StatusId::new),
            min_id: min.map(StatusId::new),
            limit,
        }
    }

    #[test]
    fn slices_follow_the_cursor_rules() {
        let ring = ring(&[9, 8, 7, 6, 5, 4]);
        let page = |c| slice(&ring, &c).into_iter().map(StatusId::get).collect::<Vec<_>>();
        assert_eq!(page(cursor(None, None, None, 3)), [9, 8, 7]);
        assert_eq!(page(cursor(Some(8), None, None, 3)), [7, 6, 5]);
        assert_eq!(page(cursor(None, Some(4), None, 3)), [9, 8, 7]);
        assert_eq!(page(cursor(None, None, Some(4), 3)), [7, 6, 5]);
        assert_eq!(page(cursor(Some(8), None, Some(5), 9)), [7, 6]);
        assert_eq!(page(cursor(Some(0), None, None, 9)), [0_u64; 0]);
        assert_eq!(page(cursor(Some(2), None, Some(8), 9)), [0_u64; 0]);
    }
}
