//! How much something trends (behaviours §12), and the new rankings every five minutes.

use std::collections::HashMap;
use std::ops::ControlFlow;
use std::time::Duration;

use shop_storage::{Index, Read, Window};

use super::table::{Entry, RANKINGS, Ranking, Subject, TAG_USES};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::statuses::table::{PUBLIC_LOCAL, PUBLIC_REMOTE, STATS, STATUSES, Status, StatusStats};
use crate::features::users::table::Visibility;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// How many things of one kind are ranked.
pub const MOST: usize = 500;
/// How many uses of tags a day are counted.
pub(super) const USES: usize = 200_000;
/// How many of the newest public posts of this server, and of others, are looked at.
const POSTS: usize = 20_000;
/// How many posts are looked at at once.
const STEP: usize = 500;
/// Who, or what, must have counted before anything trends.
const LEAST: f64 = 5.0;
/// A highest score is remembered this long.
const REMEMBERED: Duration = Duration::from_secs(2 * 24 * 60 * 60);
/// In this time tags lose half of their score, from their highest on.
const TAG_HALF_LIFE: Duration = Duration::from_secs(4 * 60 * 60);
/// In this time links lose half of it, from their highest on.
pub(super) const LINK_HALF_LIFE: Duration = Duration::from_secs(8 * 60 * 60);
/// In this time posts lose half of it, from their posting on.
const STATUS_HALF_LIFE: Duration = Duration::from_secs(60 * 60);
/// Posts that have less are left out.
const STATUS_FLOOR: f64 = 0.3;

/// What must be above this to be shown.
pub const fn floor(subject: Subject) -> f64 {
    match subject {
        Subject::Tag | Subject::Link => 1.0,
        Subject::Status => STATUS_FLOOR,
    }
}

/// The number of the day.
pub fn day_of(at: Millis) -> u32 {
    u32::try_from(at.seconds() / DAY.as_secs()).unwrap_or(u32::MAX)
}

/// How far something is above what was expected; 0 below it, and below [`LEAST`].
fn surprise(observed: f64, expected: f64) -> f64 {
    if expected > observed || observed < LEAST { 0.0 } else { (observed - expected).powi(2) / expected }
}

/// What is left of a score after this time.
fn decayed(score: f64, age: Duration, half_life: Duration) -> f64 {
    score * 0.5_f64.powf(age.as_secs_f64() / half_life.as_secs_f64())
}

/// The tags that trend at `now`.
///
/// # Errors
/// When the store fails.
pub fn tags(from: &dyn Read, now: Millis) -> Result<Ranking> {
    let today = uses(from, day_of(now))?;
    let yesterday = uses(from, day_of(now).saturating_sub(1))?;
    // What has faded stays in the ranking, unseen: without its highest score it would trend anew the same day.
    Ok(ranking(now, peaking(from, Subject::Tag, (today, &yesterday), TAG_HALF_LIFE, now)?))
}

/// What has a highest score, by the numbers of today and yesterday and by the scores of the last ranking.
///
/// # Errors
/// When the store fails.
pub(super) fn peaking(
    from: &dyn Read,
    subject: Subject,
    (today, yesterday): (HashMap<String, f64>, &HashMap<String, f64>),
    half_life: Duration,
    now: Millis,
) -> Result<Vec<Entry>> {
    let before = RANKINGS.get(from, &(subject as u8))?.unwrap_or_default();
    let mut peaks: HashMap<String, (f64, Millis)> = before
        .entries
        .into_iter()
        .filter(|entry| now.since(entry.peak_at) <= REMEMBERED)
        .map(|entry| (entry.name, (entry.peak, entry.peak_at)))
        .collect();
    for (name, observed) in today {
        let expected = yesterday.get(&name).copied().unwrap_or(0.0).max(1.0);
        let score = surprise(observed, expected);
        let peak = peaks.entry(name).or_insert((0.0, now));
        if score > peak.0 {
            *peak = (score, now);
        }
    }
    let entries = peaks.into_iter().map(|(name, (peak, peak_at))| Entry {
        name,
        score: decayed(peak, now.since(peak_at), half_life),
        peak,
        peak_at,
        language: None,
    });
    Ok(entries.filter(|entry| entry.peak > 0.0).collect())
}

/// How many accounts used each tag on a day. Accounts that are limited or suspended do not count.
fn uses(from: &dyn Read, day: u32) -> Result<HashMap<String, f64>> {
    let mut used = Vec::new();
    TAG_USES.visit(from, &day, &Window::oldest(USES), &mut |(name, account)| {
        used.push((name, account));
        ControlFlow::Continue(())
    })?;
    count(from, used)
}

/// How many accounts each name has of `used`, where each account stands once a name.
///
/// # Errors
/// When the store fails.
pub(super) fn count(from: &dyn Read, used: Vec<(String, AccountId)>) -> Result<HashMap<String, f64>> {
    let mut accounts: HashMap<AccountId, bool> = used.iter().map(|(_, account)| (*account, true)).collect();
    let ids: Vec<_> = accounts.keys().copied().collect();
    for step in ids.chunks(STEP) {
        for (id, account) in step.iter().zip(ACCOUNTS.get_many(from, step)?) {
            accounts.insert(*id, account.as_ref().is_some_and(is_in_good_standing));
        }
    }
    let mut counted: HashMap<String, f64> = HashMap::new();
    for (name, account) in used {
        if accounts.get(&account) == Some(&true) {
            *counted.entry(name).or_default() += 1.0;
        }
    }
    Ok(counted)
}

/// Neither limited, suspended nor deleted.
pub fn is_in_good_standing(account: &Account) -> bool {
    account.silenced_at.is_none() && account.suspended_at.is_none() && !account.deleted
}

/// The posts that trend at `now`.
///
/// # Errors
/// When the store fails.
pub fn statuses(from: &dyn Read, now: Millis) -> Result<Ranking> {
    let mut entries = Vec::new();
    for index in [&PUBLIC_LOCAL, &PUBLIC_REMOTE] {
        collect(from, index, now, &mut entries)?;
    }
    Ok(ranking(now, entries))
}

/// Older posts cannot have a score: a million marks are gone after 42 half-lives.
const OLDEST: Duration = Duration::from_secs(2 * 24 * 60 * 60);

fn collect(
    from: &dyn Read,
    index: &Index<(), StatusId>,
    now: Millis,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    let mut window = Window::newest(STEP).above(StatusId::floor(now.minus(OLDEST)));
    for _ in 0..POSTS / STEP {
        let ids = index.page(from, &(), &window)?;
        let stats = STATS.get_many(from, &ids)?;
        let marked: Vec<(StatusId, f64)> = ids
            .iter()
            .zip(stats)
            .filter_map(|(id, stats)| Some((*id, score_of(*id, &stats?, now))))
            .filter(|(_, score)| *score > STATUS_FLOOR)
            .collect();
        let marked_ids: Vec<StatusId> = marked.iter().map(|(id, _)| *id).collect();
        for ((id, score), status) in marked.into_iter().zip(STATUSES.get_many(from, &marked_ids)?) {
            let Some(status) = status else { continue };
            let author = ACCOUNTS.get(from, &status.account)?;
            if author.is_some_and(|author| may_trend(&status, &author)) {
                let peak_at = status.created_at;
                entries.push(Entry {
                    name: id.to_string(),
                    score,
                    peak: score,
                    peak_at,
                    language: status.language,
                });
            }
        }
        match ids.last() {
            Some(last) if ids.len() == STEP => window.below = Some(*last),
            _ => break,
        }
    }
    Ok(())
}

fn score_of(id: StatusId, stats: &StatusStats, now: Millis) -> f64 {
    // Numbers of marks are far below what f64 holds exactly.
    let marks = (stats.reblogs + stats.favourites) as f64;
    decayed(surprise(marks, 1.0), now.since(id.made_at()), STATUS_HALF_LIFE)
}

/// Whether a post may trend at all.
pub fn may_trend(status: &Status, author: &Account) -> bool {
    status.visibility == Visibility::Public
        && author.discoverable == Some(true)
        && is_in_good_standing(author)
        && !author.sensitized
        && !status.sensitive
        && status.spoiler.is_empty()
        && status.in_reply_to.is_none()
        && status.in_reply_to_uri.is_none()
        && status.language.is_some()
}

/// The greatest scores in their order.
pub(super) fn ranking(at: Millis, mut entries: Vec<Entry>) -> Ranking {
    entries.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.name.cmp(&b.name)));
    entries.truncate(MOST);
    Ranking { at, entries }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_above_the_expected_surprises() {
        assert_eq!(surprise(4.0, 1.0), 0.0, "too few");
        assert_eq!(surprise(5.0, 1.0), 16.0);
        assert_eq!(surprise(10.0, 10.0), 0.0);
        assert_eq!(surprise(9.0, 10.0), 0.0);
        assert_eq!(surprise(20.0, 10.0), 10.0);
    }

    #[test]
    fn scores_halve() {
        assert_eq!(decayed(16.0, STATUS_HALF_LIFE * 2, STATUS_HALF_LIFE), 4.0);
        assert_eq!(decayed(16.0, Duration::ZERO, TAG_HALF_LIFE), 16.0);
    }

    #[test]
    fn rankings_are_in_order_and_bounded() {
        let entry = |score: f64| Entry {
            name: score.to_string(),
            score,
            peak: score,
            peak_at: Millis(0),
            language: None,
        };
        let ranking = ranking(Millis(0), (0..MOST + 5).map(|at| entry(at as f64)).collect());
        assert_eq!(ranking.entries.len(), MOST);
        assert!(ranking.entries.windows(2).all(|pair| pair[0].score > pair[1].score));
    }
}
