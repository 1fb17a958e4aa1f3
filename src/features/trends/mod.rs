//! Trends: hashtags, posts and links that many people share right now (behaviours §12).
//!
//! [`rank`] scores, [`jobs`] does so every five minutes, and what is shown is read from the last rankings. Nothing
//! trends before the staff has allowed it, unless `trends.trendable_by_default` is set.

pub mod api;
pub mod jobs;
pub mod links;
pub mod rank;
pub mod table;
pub mod view;

use shop_storage::Read;

use self::rank::{day_of, floor, is_in_good_standing, may_trend};
use self::table::{Entry, RANKINGS, Subject, TAG_USES, VERDICTS, Verdict};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::cards::key_of;
use crate::features::cards::table::CARDS;
use crate::features::statuses::table::STATUSES;
use crate::features::statuses::visible_to;
use crate::features::timelines::Reader;
use crate::features::users::table::Visibility;
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::hashtag;

/// Durable listener: who uses which tag today.
///
/// # Errors
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::StatusPosted { status, .. } | Event::StatusEdited { status }) = event else { return Ok(()) };
    let Some(status) = STATUSES.get(&**tx, status)? else { return Ok(()) };
    let day = day_of(tx.now());
    if status.visibility != Visibility::Public || day_of(status.created_at) != day {
        return Ok(());
    }
    for tag in status.tags {
        TAG_USES.add(tx, &day, &(tag.name, status.account));
    }
    Ok(())
}

/// Decides that something may trend, or must not. A hashtag may be named with its sign.
///
/// # Errors
/// 404 for a post that is not there and for a link of which no card is known, 422 for what cannot be a hashtag.
pub fn judge(tx: &mut Tx<'_>, subject: Subject, name: &str, trendable: bool) -> Result<()> {
    let name = match subject {
        Subject::Tag => hashtag::normalise(name),
        Subject::Status => {
            let id: StatusId = name.parse().map_err(|_| Error::not_found())?;
            STATUSES.get(&**tx, &id)?.ok_or_else(Error::not_found)?;
            id.to_string()
        }
        Subject::Link => {
            let card = CARDS.get(&**tx, &key_of(name))?;
            card.ok_or_else(Error::not_found)?.url
        }
    };
    if name.is_empty() {
        return Err(Error::invalid("Name is not a hashtag"));
    }
    let decided_at = tx.now();
    VERDICTS.put(tx, &(subject as u8, name), &Verdict { trendable, decided_at })?;
    Ok(())
}

/// What trends of one kind, those in `languages` first, then by score. With `all`, also what is not allowed.
///
/// # Errors
/// When the store fails.
pub fn ranked(
    app: &App,
    from: &dyn Read,
    subject: Subject,
    languages: &[String],
    all: bool,
) -> Result<Vec<(Entry, bool)>> {
    if !app.config.trends.enabled {
        return Ok(Vec::new());
    }
    let ranking = RANKINGS.get(from, &(subject as u8))?.unwrap_or_default();
    let keys: Vec<_> = ranking.entries.iter().map(|entry| (subject as u8, entry.name.clone())).collect();
    let verdicts = VERDICTS.get_many(from, &keys)?;
    let mut shown: Vec<(Entry, bool)> = ranking
        .entries
        .into_iter()
        .zip(verdicts)
        .map(|(entry, verdict)| {
            let by_default = app.config.trends.trendable_by_default;
            (entry, verdict.map_or(by_default, |verdict| verdict.trendable))
        })
        .filter(|(entry, allowed)| entry.score > floor(subject) && (*allowed || all))
        .collect();
    let speaks = |entry: &Entry| entry.language.as_ref().is_some_and(|code| languages.contains(code));
    // A stable sort: within both parts the order of the scores stays.
    shown.sort_by_key(|(entry, _)| !speaks(entry));
    Ok(shown)
}

/// The posts that trend and that this reader may see now, whatever held when they were ranked.
///
/// # Errors
/// When the store fails.
pub fn statuses(
    app: &App,
    from: &dyn Read,
    reader: Option<(AccountId, &Reader)>,
    languages: &[String],
    now: Millis,
) -> Result<Vec<StatusId>> {
    let ranked = ranked(app, from, Subject::Status, languages, false)?;
    let ids: Vec<StatusId> = ranked.iter().filter_map(|(entry, _)| entry.name.parse().ok()).collect();
    let mut shown = Vec::with_capacity(ids.len());
    for (id, status) in ids.iter().zip(STATUSES.get_many(from, &ids)?) {
        let Some(status) = status else { continue };
        let Some(author) = ACCOUNTS.get(from, &status.account)? else { continue };
        let hidden = reader.is_some_and(|(_, reader)| reader.circle.hides(status.account, now));
        if !hidden
            && is_in_good_standing(&author)
            && may_trend(&status, &author)
            && visible_to(from, reader.map(|(id, _)| id), *id, &status)?
        {
            shown.push(*id);
        }
    }
    Ok(shown)
}
