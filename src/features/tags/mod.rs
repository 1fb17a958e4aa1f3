//! Hashtags: which there are, how much they were used lately, who follows them and who shows them.

pub mod activity;
pub mod api;
pub mod feature;
pub mod featured_view;
pub mod follow;
pub mod jobs;
pub mod table;
pub mod view;

use std::collections::HashSet;
use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use self::table::{TAGS, Tag};
use crate::features::peers::host_of;
use crate::features::statuses::table::{STATUSES, TAGGED};
use crate::features::users::table::Visibility;
use crate::platform::app::Tx;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::hashtag;

/// Days of a history (entities: Tag.history).
pub const DAYS: usize = 7;
/// Posts that a history looks at; a tag used more often shows at least this much.
const LOOKED_AT: usize = 2_000;

/// Longest name that is looked at, in bytes.
const LONGEST: usize = 500;

/// A tag as somebody names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Normalised.
    pub name: String,
    /// As it was written.
    pub display: String,
}

impl Named {
    /// Reads a name without its sign. `None` for what cannot be a tag.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST || !hashtag::is_name(text) {
            return None;
        }
        let name = hashtag::normalise(text);
        (!name.is_empty()).then(|| Self { name, display: text.to_owned() })
    }
}

/// Gives a tag that nobody has used yet a number, so that it can be followed or shown.
///
/// # Errors
/// When the store fails.
pub fn make_known(tx: &mut Tx<'_>, named: &Named) -> Result<()> {
    if !TAGS.has(&**tx, &named.name)? {
        let known = Tag { id: tx.new_id(), display: named.display.clone(), created_at: tx.now() };
        TAGS.put(tx, &named.name, &known)?;
    }
    Ok(())
}

/// Durable listener: a tag becomes known with the first public post that carries it.
///
/// # Errors
/// When the store fails.
pub fn learn(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::StatusPosted { status, .. } | Event::StatusEdited { status }) = event else { return Ok(()) };
    let Some(status) = STATUSES.get(&**tx, status)? else { return Ok(()) };
    if status.visibility != Visibility::Public {
        return Ok(());
    }
    for tag in status.tags {
        make_known(tx, &Named { name: tag.name, display: tag.display })?;
    }
    Ok(())
}

/// Durable listener: after a profile was read, the tags on it are.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::ProfileRead { account, tags: Some(url), .. } = event else { return Ok(()) };
    let Some(host) = host_of(url) else { return Ok(()) };
    tx.enqueue(&jobs::ReadFeaturedTags { account: *account, host, url: url.clone() })
}

/// Known tags that begin with `prefix` (normalised), the tag itself first, then by name.
///
/// # Errors
/// When the store fails.
pub fn starting_with(from: &dyn Read, prefix: &str, limit: usize) -> Result<Vec<(String, Tag)>> {
    let start = prefix.to_owned();
    let mut found: Vec<(String, Tag)> =
        TAGS.get(from, &start)?.map(|tag| (start.clone(), tag)).into_iter().collect();
    TAGS.visit(from, &Window::oldest(limit).above(start), &mut |name, tag| {
        if !name.starts_with(prefix) {
            return ControlFlow::Break(());
        }
        found.push((name, tag));
        ControlFlow::Continue(())
    })?;
    found.truncate(limit);
    Ok(found)
}

/// What happened with a tag on one day (UTC).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Day {
    /// Midnight that began it.
    pub at: Millis,
    /// How many accounts used it.
    pub accounts: usize,
    /// In how many posts.
    pub uses: usize,
}

/// The last seven days of a tag, today first.
///
/// # Errors
/// When the store fails.
pub fn history(from: &dyn Read, name: &str, now: Millis) -> Result<[Day; DAYS]> {
    let mut days: [Day; DAYS] = std::array::from_fn(|back| Day {
        at: now.midnight().minus(DAY * u32::try_from(back).unwrap_or(0)),
        ..Day::default()
    });
    let oldest = days.last().map_or(now, |day| day.at);
    let window = Window::newest(LOOKED_AT).above(StatusId::floor(oldest));
    let ids = TAGGED.page(from, &name.to_owned(), &window)?;
    let mut authors: [HashSet<AccountId>; DAYS] = Default::default();
    for status in STATUSES.get_many(from, &ids)?.into_iter().flatten() {
        let back = now.midnight().since(status.created_at.midnight()).as_secs() / DAY.as_secs();
        let back = usize::try_from(back).unwrap_or(DAYS);
        if let (Some(day), Some(authors)) = (days.get_mut(back), authors.get_mut(back)) {
            day.uses += 1;
            authors.insert(status.account);
        }
    }
    for (day, authors) in days.iter_mut().zip(authors) {
        day.accounts = authors.len();
    }
    Ok(days)
}
