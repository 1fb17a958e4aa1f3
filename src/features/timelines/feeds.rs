//! Feeds: bounded rings of status ids in memory, built on first read and kept current while in use.
//!
//! Nothing of a feed is durable: it is the newest posts of those the reader follows (or put on a list), merged
//! from the by-account index. That saves an index row a follower a post, and a page is a slice of memory.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::build::build;
use super::rules::{Fixed, Rules};
use crate::features::statuses::table::STATUSES;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, ListId, StatusId, kind};

/// How many entries a feed keeps (behaviours §9).
pub const LENGTH: usize = 800;
/// A second boost of a post among this many newest entries is left out.
pub(super) const GROUPED: usize = 40;
/// A feed that nobody read for this long is dropped.
const IDLE: Duration = Duration::from_secs(30 * 60);
/// How many feeds are in memory at most; the longest unread goes first.
const MOST_FEEDS: usize = 4_000;
/// How often a page is tried when changes keep taking the feed away while it is built.
const TRIES: usize = 4;

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Name {
    /// The home of an account.
    Home(AccountId),
    /// A list, with its owner.
    List(AccountId, ListId),
}

impl Name {
    /// Who reads it.
    pub fn reader(self) -> AccountId {
        match self {
            Self::Home(reader) | Self::List(reader, _) => reader,
        }
    }
}

/// An entry, newest first in the ring.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) id: StatusId,
    /// The post itself, also when the entry is a boost of it.
    pub(super) post: StatusId,
}

struct Feed {
    entries: VecDeque<Entry>,
    read_at: Millis,
    /// Tells a feed from one of the same name that was dropped: a build fills only the one it was begun for.
    born: u64,
    /// Absent while the first build reads the store: others who come meanwhile build as well.
    built: Option<Fixed>,
}

/// All feeds in memory.
#[derive(Default)]
pub struct Feeds {
    named: Mutex<HashMap<Name, Feed>>,
    births: AtomicU64,
}

impl Feeds {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Name, Feed>) -> T) -> T {
        work(&mut self.named.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A page of a feed, newest first. Builds the feed when it is not in memory.
///
/// # Errors
/// 404 for a list that is gone; when the store fails.
pub fn page(app: &App, name: Name, cursor: &Cursor<kind::Status>) -> Result<Vec<StatusId>> {
    let now = app.now();
    for _ in 0..TRIES {
        ensure(app, name)?;
        let page = app.part::<Feeds>().with(|feeds| {
            let feed = feeds.get_mut(&name).filter(|feed| feed.built.is_some())?;
            feed.read_at = now;
            Some(slice(&feed.entries, cursor))
        });
        if let Some(page) = page {
            return Ok(page);
        }
    }
    Err(Error::new(Kind::Unavailable, "There was a temporary problem serving your request, please try again"))
}

/// Makes sure that a feed is in memory and counts as in use.
///
/// # Errors
/// 404 for a list that is gone; when the store fails.
pub fn ensure(app: &App, name: Name) -> Result<()> {
    let feeds = app.part::<Feeds>();
    let now = app.now();
    // An empty ring first: what is posted while the build reads lands in it, and is merged below.
    let born = feeds.with(|named| {
        if let Some(feed) = named.get_mut(&name) {
            feed.read_at = now;
            return feed.built.is_none().then_some(feed.born);
        }
        make_room(named, now);
        let born = feeds.births.fetch_add(1, Ordering::Relaxed);
        named.insert(name, Feed { entries: VecDeque::new(), read_at: now, born, built: None });
        Some(born)
    });
    let Some(born) = born else { return Ok(()) };
    let built = read(app, name);
    feeds.with(|named| {
        let Some(feed) = named.get_mut(&name).filter(|feed| feed.born == born) else {
            return built.map(drop);
        };
        match built {
            Ok((built, fixed)) => {
                let mut entries: Vec<Entry> = feed.entries.iter().copied().chain(built).collect();
                entries.sort_unstable_by_key(|entry| std::cmp::Reverse(entry.id));
                entries.dedup();
                entries.truncate(LENGTH);
                feed.entries = entries.into();
                feed.built = Some(fixed);
                Ok(())
            }
            Err(error) => {
                named.remove(&name);
                Err(error)
            }
        }
    })
}

fn read(app: &App, name: Name) -> Result<(Vec<Entry>, Fixed)> {
    let store = app.read()?;
    let rules = Rules::of(app, name, Fixed::of(&store, name)?)?;
    Ok((build(&store, &rules)?, rules.fixed))
}

fn make_room(feeds: &mut HashMap<Name, Feed>, now: Millis) {
    if feeds.len() < MOST_FEEDS {
        return;
    }
    feeds.retain(|_, feed| now.since(feed.read_at) < IDLE);
    while feeds.len() >= MOST_FEEDS {
        let Some(oldest) = feeds.iter().min_by_key(|(_, feed)| feed.read_at).map(|(name, _)| *name) else {
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

/// What an event did to the feeds in memory.
#[derive(Debug, Default)]
pub struct Touched {
    /// Those that got, lost or show the status.
    pub changed: Vec<Name>,
    /// Those that have to be built anew, with the statuses that they held.
    pub dropped: Vec<(Name, Vec<StatusId>)>,
}

/// Live listener: puts a new status into the feeds in memory it belongs to, and takes a deleted one out. Says which
/// feeds were touched, for those who stream.
pub fn on_event(app: &App, event: &Event) -> Touched {
    let feeds = app.part::<Feeds>();
    match event {
        Event::StatusPosted { status, fresh: true } => match spread(app, *status) {
            Ok(changed) => Touched { changed, dropped: Vec::new() },
            Err(error) => {
                tracing::error!(?error, "cannot put a status into feeds");
                // Feeds that may miss an entry are built again.
                drop_where(&feeds, |_| true)
            }
        },
        Event::StatusDeleted(gone) => feeds.with(|named| {
            let mut changed = Vec::new();
            for (name, feed) in named.iter_mut() {
                let before = feed.entries.len();
                feed.entries.retain(|entry| entry.id != gone.status && entry.post != gone.status);
                if feed.entries.len() != before {
                    changed.push(*name);
                }
            }
            Touched { changed, dropped: Vec::new() }
        }),
        Event::StatusEdited { status } | Event::StatusRefreshed { status } => feeds.with(|named| {
            let shows = |feed: &Feed| feed.entries.iter().any(|entry| entry.post == *status);
            let changed = named.iter().filter(|(_, feed)| shows(feed)).map(|(name, _)| *name).collect();
            Touched { changed, dropped: Vec::new() }
        }),
        _ => {
            let wrong = changes_circle(event);
            if wrong == [None, None] {
                return Touched::default();
            }
            drop_where(&feeds, |name| wrong.contains(&Some(name.reader())))
        }
    }
}

fn drop_where(feeds: &Feeds, ends: impl Fn(Name) -> bool) -> Touched {
    feeds.with(|named| {
        let ending: Vec<Name> = named.keys().copied().filter(|name| ends(*name)).collect();
        let take = |name| {
            named.remove(&name).map(|feed| (name, feed.entries.iter().map(|entry| entry.id).collect()))
        };
        let dropped = ending.into_iter().filter_map(take).collect();
        Touched { changed: Vec::new(), dropped }
    })
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
        Event::AccountUpdated { account } | Event::ReadingChanged { account } => [Some(account), None],
        _ => [None, None],
    }
}

fn spread(app: &App, id: StatusId) -> Result<Vec<Name>> {
    let feeds = app.part::<Feeds>();
    let named: Vec<(Name, Option<Fixed>)> =
        feeds.with(|named| named.iter().map(|(name, feed)| (*name, feed.built.clone())).collect());
    let store = app.read()?;
    let Some(status) = STATUSES.get(&store, &id)? else { return Ok(Vec::new()) };
    let post = status.reblog_of.unwrap_or(id);
    let mut touched = Vec::new();
    for (name, built) in named {
        let fixed = match built {
            Some(fixed) => fixed,
            // A list that is gone has no feed any more.
            None => match Fixed::of(&store, name) {
                Err(error) if error.kind() == Kind::NotFound => continue,
                fixed => fixed?,
            },
        };
        let rules = Rules::of(app, name, fixed)?;
        if !rules.takes(&store, id, &status)? {
            continue;
        }
        let added = feeds.with(|named| {
            let Some(feed) = named.get_mut(&name) else { return false };
            let at = feed.entries.partition_point(|entry| entry.id > id);
            if feed.entries.get(at).is_some_and(|entry| entry.id == id) {
                // A build that began after the commit has found it; nobody was told yet.
                return true;
            }
            let repeated = feed.entries.iter().take(GROUPED).any(|entry| entry.post == post);
            if repeated && status.reblog_of.is_some() && rules.fixed.aggregate {
                return false;
            }
            feed.entries.insert(at, Entry { id, post });
            feed.entries.truncate(LENGTH);
            true
        });
        if added {
            touched.push(name);
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
