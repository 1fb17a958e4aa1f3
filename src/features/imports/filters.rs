//! Filters that somebody brings: `custom_filters.json` taken apart, and each filter put where it belongs.
//!
//! An entry has three cells: the title, the filter as JSON, and its place among those of the same title, since titles
//! need not differ. The filter with this title and place that is there already is the one that is meant.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use shop_storage::Read;
use tokio::time::{Instant, timeout_at};

use super::file::{CELL, Contents, is_address, shortened};
use super::table::{Entry, Mode};
use crate::features::exports::filters::{self as lines, FilterFile, FilterLine};
use crate::features::filters::bring::{Brought, bring};
use crate::features::filters::table::{FilterAction, FilterContext};
use crate::features::filters::{self, MOST_FILTERS, MOST_KEYWORDS, MOST_STATUSES};
use crate::features::statuses::{self, resolve};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::ids::{AccountId, FilterId, StatusId};

/// The largest file: all that an account may have in filters, with room for how it is written.
const LARGEST: usize = 4 * 1024 * 1024;
/// How much of a filter that makes no sense is kept to be shown.
const SHOWN: usize = 64 * 1024;
/// How many posts of one filter are looked for at once.
const AT_ONCE: usize = 4;
/// How long the posts of one filter are looked for on other servers.
const PATIENCE: Duration = Duration::from_secs(10);

/// Takes the file apart.
///
/// # Errors
/// 422 when it is too large or no file of filters at all.
pub(super) fn read(bytes: &[u8]) -> Result<Contents> {
    if bytes.len() > LARGEST {
        return Err(Error::invalid("The file is too large"));
    }
    let file: FilterFile = serde_json::from_slice(bytes)
        .map_err(|error| Error::invalid("The file does not hold what it is said to hold").because(error))?;
    if file.custom_filters.len() > MOST_FILTERS {
        return Err(Error::invalid(format!("The file has more than {MOST_FILTERS} filters")));
    }
    let mut contents = Contents::default();
    let mut places = HashMap::<String, u32>::new();
    for (line, number) in file.custom_filters.into_iter().zip(1..) {
        let place = places.entry(line.title.clone()).or_default();
        let fits = brought(&line, Vec::new()).is_some();
        let mut cells = lines::cells(&line)?;
        if !fits && cells.iter().any(|cell| cell.len() > SHOWN) {
            let title = shortened(&line.title).to_owned();
            cells =
                lines::cells(&FilterLine { title, keywords_attributes: vec![], statuses: vec![], ..line })?;
        }
        cells.push(place.to_string());
        *place += 1;
        let list = if fits { &mut contents.good } else { &mut contents.bad };
        list.push(Entry { line: number, cells });
    }
    Ok(contents)
}

/// What a filter of the file means; `None` when it makes no sense.
fn brought(line: &FilterLine, statuses: Vec<StatusId>) -> Option<Brought> {
    let words = &line.keywords_attributes;
    let addresses = line.statuses.iter().all(|uri| uri.len() <= CELL && is_address(uri));
    if words.len() > MOST_KEYWORDS || line.statuses.len() > MOST_STATUSES || !addresses {
        return None;
    }
    let mut contexts = Vec::new();
    for word in &line.context {
        let context = FilterContext::parse(word)?;
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
    let expires_at = match &line.expires_at {
        Some(text) => Some(Millis::parse(text)?),
        None => None,
    };
    let brought = Brought {
        title: line.title.clone(),
        contexts,
        action: FilterAction::parse(&line.action)?,
        expires_at,
        keywords: words.iter().map(|word| (word.keyword.clone(), word.whole_word)).collect(),
        statuses,
    };
    brought.check().ok().map(|()| brought)
}

fn parse(entry: &Entry) -> Result<FilterLine> {
    let cell = entry.cells.get(lines::CELL).map(String::as_str).unwrap_or_default();
    serde_json::from_str(cell).map_err(Error::internal)
}

/// The posts that a filter names. Those that are not found in time are passed over: the filter is worth having without.
///
/// # Errors
/// When the store fails.
pub(super) async fn posts(app: &App, entry: &Entry) -> Result<Vec<StatusId>> {
    let until = Instant::now() + PATIENCE;
    let looking = parse(entry)?.statuses.into_iter().map(|uri| {
        let app = app.clone();
        async move {
            match timeout_at(until, resolve::uri(&app, &uri)).await {
                Ok(Err(error)) if error.kind() == Kind::Internal => Err(error),
                Ok(Ok(found)) => Ok(found),
                Ok(Err(_)) | Err(_) => Ok(None),
            }
        }
    });
    let found: Vec<Option<StatusId>> = stream::iter(looking).buffered(AT_ONCE).try_collect().await?;
    Ok(found.into_iter().flatten().collect())
}

/// Makes the filter, or has the one that is meant become like it.
///
/// # Errors
/// 422 beyond the limits of filters.
pub(super) fn put(
    tx: &mut Tx<'_>,
    me: AccountId,
    mode: Mode,
    entry: &Entry,
    mut posts: Vec<StatusId>,
) -> Result<()> {
    let line = parse(entry)?;
    posts.retain(|post| statuses::get_visible(&**tx, Some(me), *post).is_ok());
    let brought = brought(&line, posts).ok_or_else(Error::not_found)?;
    let place = entry.cells.get(2).and_then(|cell| cell.parse().ok()).unwrap_or(0);
    let known = numbered(&**tx, me)?.into_iter();
    let meant = known.filter(|(_, title, at)| *title == line.title && *at == place).map(|(id, ..)| id).next();
    bring(tx, me, meant, brought, mode == Mode::Merge).map(drop)
}

/// The filters of an account, each with its title and its place among those of the same title.
///
/// # Errors
/// When the store fails.
pub(super) fn numbered(from: &dyn Read, account: AccountId) -> Result<Vec<(FilterId, String, u32)>> {
    let mut places = HashMap::<String, u32>::new();
    let all = filters::all(from, account)?.into_iter();
    Ok(all
        .map(|(id, filter)| {
            let place = places.entry(filter.title.clone()).or_default();
            *place += 1;
            (id, filter.title, *place - 1)
        })
        .collect())
}

/// Title and place of an entry.
pub(super) fn key(cells: Vec<String>) -> Option<(String, String)> {
    match <[String; 3]>::try_from(cells) {
        Ok([title, _, place]) => Some((title, place)),
        Err(_) => None,
    }
}
