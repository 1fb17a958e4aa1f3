//! Links that trend: who shares them, how much they trend, and which of them are shown (behaviours §12).

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use shop_storage::{Read, Window};

use super::rank::{self, LINK_HALF_LIFE, USES, day_of};
use super::ranked;
use super::table::{LINK_USES, LinkUse, Ranking, Subject};
use crate::features::cards::key_of;
use crate::features::cards::table::{CARD_OF, CARDS, Card};
use crate::features::domain_rules::book;
use crate::features::statuses::table::{STATUSES, Status};
use crate::features::tags::{DAYS, Day};
use crate::features::users::table::Visibility;
use crate::platform::app::{App, Tx};
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// How many accounts of one day are looked at for the history of a link.
const LOOKED_AT: usize = 10_000;

/// Durable listener: who shares which link today, in a post or by a boost.
///
/// # Errors
/// When the store fails.
pub fn note(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let (Event::CardShown { status: id } | Event::StatusPosted { status: id, .. }) = event else {
        return Ok(());
    };
    let Some(status) = STATUSES.get(&**tx, id)? else { return Ok(()) };
    match (event, status.reblog_of) {
        (Event::CardShown { .. }, _) => share(tx, status.account, *id, &status, status.created_at),
        (_, Some(of)) if status.visibility == Visibility::Public => match STATUSES.get(&**tx, &of)? {
            Some(original) => share(tx, status.account, of, &original, status.created_at),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

/// Counts a post that shows a link, when it may count and was shared today.
fn share(tx: &mut Tx<'_>, by: AccountId, id: StatusId, status: &Status, at: Millis) -> Result<()> {
    let day = day_of(tx.now());
    if status.visibility != Visibility::Public || status.sensitive || day_of(at) != day {
        return Ok(());
    }
    let Some(shown) = CARD_OF.get(&**tx, &id)? else { return Ok(()) };
    let key = (day, shown.card, by);
    let mut used = LINK_USES.get(&**tx, &key)?.unwrap_or(LinkUse { uses: 0 });
    used.uses = used.uses.saturating_add(1);
    LINK_USES.put(tx, &key, &used)?;
    Ok(())
}

/// The links that trend at `now`.
///
/// # Errors
/// When the store fails.
pub fn rank(from: &dyn Read, now: Millis) -> Result<Ranking> {
    let today = sharers(from, day_of(now))?;
    let yesterday = sharers(from, day_of(now).saturating_sub(1))?;
    let mut entries = rank::peaking(from, Subject::Link, (today, &yesterday), LINK_HALF_LIFE, now)?;
    let keys: Vec<String> = entries.iter().map(|entry| key_of(&entry.name)).collect();
    let cards: HashMap<String, Card> = known(from, keys)?;
    entries.retain_mut(|entry| match cards.get(&key_of(&entry.name)) {
        Some(card) => {
            entry.language.clone_from(&card.language);
            true
        }
        None => false,
    });
    Ok(rank::ranking(now, entries))
}

/// How many accounts shared each link on a day, by the address of the link.
fn sharers(from: &dyn Read, day: u32) -> Result<HashMap<String, f64>> {
    let mut used = Vec::new();
    LINK_USES.visit_under(from, &day, &Window::oldest(USES), &mut |(_, card, account), _| {
        used.push((card, account));
        ControlFlow::Continue(())
    })?;
    let counted = rank::count(from, used)?;
    let cards = known(from, counted.keys().cloned().collect())?;
    Ok(counted.into_iter().filter_map(|(key, count)| Some((cards.get(&key)?.url.clone(), count))).collect())
}

/// The cards among these keys that may trend.
fn known(from: &dyn Read, keys: Vec<String>) -> Result<HashMap<String, Card>> {
    let cards = CARDS.get_many(from, &keys)?;
    let pairs = keys.into_iter().zip(cards);
    Ok(pairs.filter_map(|(key, card)| Some((key, card.filter(Card::may_trend)?))).collect())
}

/// The links that trend and may be shown now, those in `languages` first, with the keys of their cards.
///
/// # Errors
/// When the store fails.
pub fn shown(app: &App, from: &dyn Read, languages: &[String]) -> Result<Vec<(String, Card)>> {
    let ranked = ranked(app, from, Subject::Link, languages, false)?;
    let keys: Vec<String> = ranked.iter().map(|(entry, _)| key_of(&entry.name)).collect();
    let cards = CARDS.get_many(from, &keys)?;
    let book = book(app);
    let fits = |card: &Card| card.may_trend() && !book.forbids_page(&card.url);
    Ok(keys.into_iter().zip(cards).filter_map(|(key, card)| Some((key, card.filter(fits)?))).collect())
}

/// The key of the card at this address, when the link trends.
///
/// # Errors
/// When the store fails.
pub fn trending(app: &App, from: &dyn Read, url: &str) -> Result<Option<String>> {
    let wanted = key_of(url);
    Ok(shown(app, from, &[])?.into_iter().map(|(key, _)| key).find(|key| *key == wanted))
}

/// The last seven days of a link, today first.
///
/// # Errors
/// When the store fails.
pub fn history(from: &dyn Read, key: &str, now: Millis) -> Result<[Day; DAYS]> {
    let mut days: [Day; DAYS] = std::array::from_fn(|back| Day {
        at: now.midnight().minus(DAY * u32::try_from(back).unwrap_or(0)),
        ..Day::default()
    });
    for day in &mut days {
        let prefix = (day_of(day.at), key.to_owned());
        let mut accounts = HashSet::new();
        LINK_USES.visit_under(from, &prefix, &Window::oldest(LOOKED_AT), &mut |(_, _, account), used| {
            accounts.insert(account);
            day.uses = day.uses.saturating_add(usize::try_from(used.uses).unwrap_or(usize::MAX));
            ControlFlow::Continue(())
        })?;
        day.accounts = accounts.len();
    }
    Ok(days)
}

/// Forgets what no history shows any more: rows of the bygone `days`, at most `step` of each.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, days: u32, step: usize) -> Result<()> {
    let shown = u32::try_from(DAYS).unwrap_or(7);
    let oldest = day_of(tx.now()).saturating_sub(shown - 1);
    for day in oldest.saturating_sub(days)..oldest {
        for (key, _) in LINK_USES.page_under(&**tx, &day, &Window::oldest(step))? {
            LINK_USES.delete(tx, &key)?;
        }
    }
    Ok(())
}
