//! Polls: what may be asked, who may vote, and how votes are counted (behaviours §7).
//!
//! A poll has the key of its status, and `statuses` decides who may see both. Its id in the API is that number.

pub mod activity;
pub mod api;
pub mod jobs;
pub mod table;
pub mod view;

use std::collections::HashMap;
use std::time::Duration;

use shop_storage::{Read, Window};

use self::jobs::EndPoll;
use self::table::{POLLS, Poll, PollOption, VOTES, Vote};
use crate::features::accounts::{self, table::ACCOUNTS};
use crate::features::emoji;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::count::graphemes;

/// How many options a poll asked here has (behaviours §3).
pub const OPTIONS: std::ops::RangeInclusive<usize> = 2..=4;
/// The longest option, in characters.
pub const LONGEST_OPTION: usize = 50;
/// How long a poll may run, in seconds: five minutes to a month.
pub const SECONDS: std::ops::RangeInclusive<i64> = 300..=2_629_746;
/// Remote polls, and ours after an edit, are told to have ended this much later: their own server has the last
/// word (behaviours §7).
pub const REMOTE_DELAY: Duration = Duration::from_secs(5 * 60);

/// A poll that somebody wants to ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PollDraft {
    /// What can be voted for.
    pub options: Vec<String>,
    /// How long it runs, in seconds.
    pub expires_in: i64,
    /// Several may be chosen.
    pub multiple: bool,
    /// Counts are shown after the end only.
    pub hide_totals: bool,
}

impl PollDraft {
    /// Refuses what may not be asked.
    ///
    /// # Errors
    /// 422 for too few, too many, too long or equal options, and for a time out of [`SECONDS`].
    pub fn check(&self) -> Result<()> {
        if self.options.len() < *OPTIONS.start() {
            return Err(Error::invalid("Options must have more than one item"));
        }
        if self.options.len() > *OPTIONS.end() {
            return Err(Error::invalid(format!("Options can't contain more than {} items", OPTIONS.end())));
        }
        if self.options.iter().any(|option| option.is_empty()) {
            return Err(Error::invalid("Options can't be blank"));
        }
        if self.options.iter().any(|option| graphemes(option) > LONGEST_OPTION) {
            let words = format!("Options cannot be longer than {LONGEST_OPTION} characters each");
            return Err(Error::invalid(words));
        }
        if (1..self.options.len()).any(|at| self.options[..at].contains(&self.options[at])) {
            return Err(Error::invalid("Options contain duplicate items"));
        }
        if self.expires_in < *SECONDS.start() {
            return Err(Error::invalid("Expires at is too soon"));
        }
        if self.expires_in > *SECONDS.end() {
            return Err(Error::invalid("Expires at is too far into the future"));
        }
        Ok(())
    }

    fn ends(&self, now: Millis) -> Millis {
        now.plus(Duration::from_secs(self.expires_in.unsigned_abs()))
    }
}

impl Poll {
    /// Whether it is over.
    pub fn expired(&self, now: Millis) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }

    /// The options as they are written.
    pub fn titles(&self) -> Vec<String> {
        self.options.iter().map(|option| option.title.clone()).collect()
    }
}

/// Hangs a new poll on a local status.
///
/// # Errors
/// When the store fails.
pub fn ask(tx: &mut Tx<'_>, status: StatusId, account: AccountId, draft: &PollDraft) -> Result<()> {
    let titles: Vec<&str> = draft.options.iter().map(String::as_str).collect();
    let ends = draft.ends(tx.now());
    let poll = Poll {
        account,
        local: true,
        emojis: emoji::used(&**tx, None, &titles)?,
        options: draft.options.iter().map(|title| PollOption { title: title.clone(), votes: 0 }).collect(),
        multiple: draft.multiple,
        hide_totals: draft.hide_totals,
        expires_at: Some(ends),
        voters: Some(0),
        fetched_at: None,
        ended: false,
    };
    POLLS.put(tx, &status, &poll)?;
    tx.enqueue_at(&EndPoll { status }, ends)
}

/// Brings the poll of a local status to what an edit says; other options, or another number of choices, take all votes
/// away (behaviours §4). Whether what is asked has changed.
///
/// # Errors
/// When the store fails.
pub fn change(
    tx: &mut Tx<'_>,
    status: StatusId,
    account: AccountId,
    draft: Option<&PollDraft>,
) -> Result<bool> {
    let before = POLLS.get(&**tx, &status)?;
    let Some(draft) = draft else {
        forget(tx, status)?;
        return Ok(before.is_some());
    };
    let Some(mut poll) = before else {
        ask(tx, status, account, draft)?;
        return Ok(true);
    };
    if poll.titles() != draft.options || poll.multiple != draft.multiple {
        forget(tx, status)?;
        ask(tx, status, account, draft)?;
        return Ok(true);
    }
    let ends = draft.ends(tx.now());
    poll.hide_totals = draft.hide_totals;
    poll.expires_at = Some(ends);
    poll.ended = false;
    POLLS.put(tx, &status, &poll)?;
    tx.enqueue_at(&EndPoll { status }, ends)?;
    Ok(false)
}

/// Keeps a poll as its own server tells it. Other options take the votes away that we knew. Whether what is asked
/// has changed.
///
/// # Errors
/// When the store fails.
pub fn keep(tx: &mut Tx<'_>, status: StatusId, mut poll: Poll) -> Result<bool> {
    let before = POLLS.get(&**tx, &status)?;
    let same = before
        .as_ref()
        .is_some_and(|before| before.titles() == poll.titles() && before.multiple == poll.multiple);
    if before.is_some() && !same {
        forget(tx, status)?;
    }
    let told = before.filter(|before| same && before.expires_at == poll.expires_at);
    poll.ended = told.as_ref().is_some_and(|before| before.ended);
    poll.fetched_at = Some(tx.now());
    if told.is_none()
        && let Some(end) = poll.expires_at
    {
        tx.enqueue_at(&EndPoll { status }, end.plus(REMOTE_DELAY))?;
    }
    POLLS.put(tx, &status, &poll)?;
    Ok(!same)
}

/// How many votes go in one transaction with a poll; what is left over is found by nothing but its status.
const STEP: usize = 10_000;

/// Takes a poll away with its votes.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, status: StatusId) -> Result<()> {
    POLLS.delete(tx, &status)?;
    for (key, _) in VOTES.page_under(&**tx, &status, &Window::newest(STEP))? {
        VOTES.delete(tx, &key)?;
    }
    Ok(())
}

/// Votes. `choices` are places of options; the caller has seen to it that the voter may see the status.
///
/// # Errors
/// 404 without a poll; 422 when it is over, one's own, voted on already, or has no such option.
pub fn vote(tx: &mut Tx<'_>, status: StatusId, voter: AccountId, choices: &[u16]) -> Result<()> {
    let mut poll = POLLS.get(&**tx, &status)?.ok_or_else(Error::not_found)?;
    let mut vote = VOTES.get(&**tx, &(status, voter))?;
    refuse(&poll, vote.as_ref(), voter, choices, tx.now())?;
    for choice in choices {
        if let Some(option) = poll.options.get_mut(usize::from(*choice)) {
            option.votes = option.votes.saturating_add(1);
        }
    }
    if vote.is_none() {
        poll.voters = poll.voters.map(|voters| voters.saturating_add(1));
    }
    let row = vote.get_or_insert_with(|| Vote { id: tx.new_id(), choices: Vec::new(), created_at: tx.now() });
    row.choices.extend(choices);
    let row = row.clone();
    POLLS.put(tx, &status, &poll)?;
    VOTES.put(tx, &(status, voter), &row)?;
    tx.tell(Event::Voted { account: voter, status, choices: choices.to_vec() });
    tx.tell(Event::StatusRefreshed { status });
    Ok(())
}

fn refuse(poll: &Poll, earlier: Option<&Vote>, voter: AccountId, choices: &[u16], now: Millis) -> Result<()> {
    if poll.expired(now) {
        return Err(Error::invalid("The poll has already ended"));
    }
    if poll.account == voter {
        return Err(Error::invalid("You cannot vote in your own polls"));
    }
    if choices.is_empty() || choices.iter().any(|choice| usize::from(*choice) >= poll.options.len()) {
        return Err(Error::invalid("The chosen vote option does not exist"));
    }
    let known = earlier.map(|vote| vote.choices.as_slice()).unwrap_or_default();
    let again = choices
        .iter()
        .enumerate()
        .any(|(at, choice)| known.contains(choice) || choices.iter().take(at).any(|before| before == choice));
    if again || (!poll.multiple && (!known.is_empty() || choices.len() > 1)) {
        return Err(Error::invalid("You have already voted on this poll"));
    }
    Ok(())
}

/// The local accounts among the voters of a poll.
///
/// # Errors
/// When the store fails.
pub fn local_voters(from: &dyn Read, status: StatusId) -> Result<Vec<AccountId>> {
    let voters = voters(from, status)?;
    let rows = ACCOUNTS.get_many(from, &voters)?;
    let local =
        voters.into_iter().zip(rows).filter(|(_, row)| row.as_ref().is_some_and(|row| row.is_local()));
    Ok(local.map(|(id, _)| id).collect())
}

/// Who voted, as far as we know: the newest ten thousand.
///
/// # Errors
/// When the store fails.
pub fn voters(from: &dyn Read, status: StatusId) -> Result<Vec<AccountId>> {
    let rows = VOTES.page_under(from, &status, &Window::newest(STEP))?;
    Ok(rows.into_iter().map(|((_, voter), _)| voter).collect())
}

/// The domain whose emoji a poll uses; `None` is ours.
///
/// # Errors
/// 404 when the one who asked is gone.
pub fn domain_of(from: &dyn Read, poll: &Poll) -> Result<Option<String>> {
    Ok(accounts::get(from, poll.account)?.domain)
}

/// The polls of those of `statuses` that have one: one round trip.
///
/// # Errors
/// When the store fails.
pub fn of_statuses(from: &dyn Read, statuses: &[StatusId]) -> Result<HashMap<StatusId, Poll>> {
    let rows = POLLS.get_many(from, statuses)?;
    Ok(statuses.iter().zip(rows).filter_map(|(id, poll)| Some((*id, poll?))).collect())
}

/// What `voter` chose in the polls of `statuses`: one round trip.
///
/// # Errors
/// When the store fails.
pub fn chosen(
    from: &dyn Read,
    voter: AccountId,
    statuses: &[StatusId],
) -> Result<HashMap<StatusId, Vec<u16>>> {
    let keys: Vec<_> = statuses.iter().map(|status| (*status, voter)).collect();
    let rows = VOTES.get_many(from, &keys)?;
    Ok(statuses.iter().zip(rows).filter_map(|(id, vote)| Some((*id, vote?.choices))).collect())
}
