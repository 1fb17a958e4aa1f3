//! Building a feed: the newest posts of many, merged from the by-account index.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use shop_storage::{Read, Window};

use super::feeds::{Entry, GROUPED, LENGTH};
use super::rules::Rules;
use crate::features::statuses::table::{BY_ACCOUNT, STATUSES, TAGGED};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// How many ids of one account are read at a time.
const CHUNK: usize = 32;
/// How many candidates a build looks at before it settles for a shorter feed.
const MOST_SEEN: usize = 8_000;

/// Where candidates come from.
enum Origin {
    Account(AccountId),
    Tag(String),
}

/// One origin while feeds are merged: its next ids, newest first.
struct Stream {
    origin: Origin,
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
        let ids = match &self.origin {
            Origin::Account(account) => BY_ACCOUNT.page(from, account, &window)?,
            Origin::Tag(name) => TAGGED.page(from, name, &window)?,
        };
        self.whole = ids.len() < chunk;
        self.ids = ids.into();
        Ok(())
    }
}

/// Merges the newest posts of everybody whom these rules let in.
///
/// # Errors
/// When the store fails.
pub(super) fn build(from: &dyn Read, rules: &Rules) -> Result<Vec<Entry>> {
    let accounts = rules.authors().into_iter().map(Origin::Account);
    let mut streams = Vec::new();
    let mut heads = BinaryHeap::new();
    for origin in accounts.chain(rules.tags().into_iter().map(Origin::Tag)) {
        let mut stream = Stream { origin, ids: VecDeque::new(), whole: false };
        // Many follow many who are silent: a short first look, longer ones for those who matter.
        stream.refill(from, None, CHUNK / 4)?;
        if let Some(id) = stream.ids.pop_front() {
            heads.push(Head(id, streams.len()));
            streams.push(stream);
        }
    }
    let mut entries: Vec<Entry> = Vec::with_capacity(LENGTH.min(streams.len() * CHUNK));
    let mut waiting = Vec::with_capacity(CHUNK * 2);
    let mut last = None;
    let mut seen = 0;
    while entries.len() < LENGTH && seen < MOST_SEEN {
        while waiting.len() < CHUNK * 2 {
            let Some(Head(id, at)) = heads.pop() else { break };
            // A post comes from its author and from its tags, one right after the other.
            if last.replace(id) != Some(id) {
                waiting.push(id);
            }
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
        accept_all(from, rules, &mut waiting, &mut entries)?;
    }
    if rules.fixed.aggregate {
        entries = grouped(entries);
    }
    entries.truncate(LENGTH);
    Ok(entries)
}

/// Leaves out each boost of what stood among the newest entries when it came: what the live feed would hold now.
fn grouped(entries: Vec<Entry>) -> Vec<Entry> {
    let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries.into_iter().rev() {
        let mut before = kept.iter().rev().take(GROUPED);
        if entry.id == entry.post || before.all(|earlier| earlier.post != entry.post) {
            kept.push(entry);
        }
    }
    kept.reverse();
    kept
}

/// Appends those of `waiting` that belong into the feed.
fn accept_all(
    from: &dyn Read,
    rules: &Rules,
    waiting: &mut Vec<StatusId>,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    let statuses = STATUSES.get_many(from, waiting)?;
    for (id, status) in waiting.drain(..).zip(statuses) {
        let Some(status) = status else { continue };
        let post = status.reblog_of.unwrap_or(id);
        if !rules.takes(from, id, &status)? {
            continue;
        }
        entries.push(Entry { id, post });
    }
    Ok(())
}
