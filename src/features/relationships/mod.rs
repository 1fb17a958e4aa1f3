//! Relationships between accounts: follows, requests, blocks, mutes, private notes.

pub mod activity;
pub mod api;
pub mod carry;
pub mod circle;
pub mod cut;
pub mod domains;
pub mod endorse;
pub mod familiar;
pub mod jobs;
pub mod reach;
pub mod synchronise;
pub mod table;
pub mod view;

use std::time::Duration;

use shop_storage::Read;

pub use self::circle::{Circle, circle};
use self::table::{BLOCKS, Block, FOLLOWS, Follow, FollowRequest, MUTES, Mute, NOTES, Note, REQUESTS};
use crate::features::accounts::{self, table::Account};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::problems::Problems;
use crate::platform::ids::{AccountId, LinkId};

/// How many accounts anybody may follow, unless a tenth more follow them (behaviours §3).
pub const FOLLOW_LIMIT: u64 = 7_500;
/// Longest private note on an account, in characters (behaviours §3).
pub const NOTE_LIMIT: usize = 2_000;

/// How to follow; `None` leaves as it is, or takes the default for a new follow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Boosts are shown too; by default they are.
    pub reblogs: Option<bool>,
    /// Every post gives a notification; by default none does.
    pub notify: Option<bool>,
    /// Only these languages are shown; empty is all.
    pub languages: Option<Vec<String>>,
    /// The id of the Follow activity, when a remote account follows.
    pub uri: Option<String>,
}

/// What a wish to follow became.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Follows.
    Following,
    /// Waits for an answer.
    Requested,
}

/// The follow of `follower` by `followed`, if there is one.
///
/// # Errors
/// When the store fails.
pub fn follows(from: &dyn Read, follower: AccountId, followed: AccountId) -> Result<bool> {
    Ok(FOLLOWS.has(from, &(follower, followed))?)
}

/// Whether `follower` has asked to follow `followed` and waits for the answer.
///
/// # Errors
/// When the store fails.
pub fn requested(from: &dyn Read, follower: AccountId, followed: AccountId) -> Result<bool> {
    Ok(REQUESTS.has(from, &(follower, followed))?)
}

/// Whether `blocker` blocks `blocked`.
///
/// # Errors
/// When the store fails.
pub fn blocks(from: &dyn Read, blocker: AccountId, blocked: AccountId) -> Result<bool> {
    Ok(BLOCKS.has(from, &(blocker, blocked))?)
}

/// Whether one of the two blocks the other: one store round trip.
///
/// # Errors
/// When the store fails.
pub fn apart(from: &dyn Read, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(BLOCKS.get_many(from, &[(one, other), (other, one)])?.iter().any(Option::is_some))
}

/// The mute of `muted` by `muter`; one that has ended is none.
///
/// # Errors
/// When the store fails.
pub fn mute_of(from: &dyn Read, muter: AccountId, muted: AccountId, now: Millis) -> Result<Option<Mute>> {
    Ok(MUTES.get(from, &(muter, muted))?.filter(|mute| mute.holds(now)))
}

/// The id of the Follow activity: as it came from a remote follower, ours derived from the row.
pub fn follow_uri(config: &Config, follower: AccountId, follow: &Follow) -> String {
    match &follow.uri {
        Some(uri) => uri.clone(),
        None => format!("{}#follows/{}", accounts::local_uri(config, follower), follow.id),
    }
}

/// `follower` follows `followed`, or asks to: remote and locked accounts decide for themselves, and a limited
/// follower is looked at first. On a follow that stands already, changes its options (behaviours §10).
///
/// # Errors
/// 404 for oneself, the suspended and the unknown; 403 for the blocked (either way, or by their server) and the
/// moved; 422 beyond the limit.
pub fn follow(
    tx: &mut Tx<'_>,
    follower: AccountId,
    followed: AccountId,
    options: Options,
) -> Result<Standing> {
    begin_or_ask(tx, follower, followed, options, false)
}

/// As [`follow`]. Who follows a `mover` to a new account has been let in at the old one: a lock and the limit are no
/// hindrance here.
fn begin_or_ask(
    tx: &mut Tx<'_>,
    follower: AccountId,
    followed: AccountId,
    options: Options,
    mover: bool,
) -> Result<Standing> {
    let target = accounts::get(&**tx, followed)?;
    if follower == followed || target.suspended_at.is_some() {
        return Err(Error::not_found());
    }
    let pair = (follower, followed);
    if let Some(mut held) = FOLLOWS.get(&**tx, &pair)? {
        change(&mut held, options);
        FOLLOWS.put(tx, &pair, &held)?;
        circle::forget(tx, &[follower]);
        tx.tell(Event::FollowChanged { from: follower, to: followed });
        return Ok(Standing::Following);
    }
    let source = accounts::get(&**tx, follower)?;
    if target.moved_to.is_some()
        || apart(&**tx, follower, followed)?
        || domains::blocks_server_of(&**tx, follower, &target)?
        || domains::blocks_server_of(&**tx, followed, &source)?
    {
        return Err(Error::forbidden());
    }
    if let Some(mut held) = REQUESTS.get(&**tx, &pair)? {
        change(&mut held.0, options);
        REQUESTS.put(tx, &pair, &held)?;
        return Ok(Standing::Requested);
    }
    if source.is_local() && !mover {
        check_limit(&**tx, follower)?;
    }
    let mut follow = Follow {
        id: tx.new_id(),
        reblogs: true,
        notify: false,
        languages: Vec::new(),
        uri: None,
        created_at: tx.now(),
    };
    change(&mut follow, options);
    if asks_first(&source, &target) && !(mover && target.is_local()) {
        REQUESTS.put(tx, &pair, &FollowRequest(follow))?;
        tx.tell(Event::FollowRequested { from: follower, to: followed });
        return Ok(Standing::Requested);
    }
    begin(tx, pair, &follow, false)?;
    Ok(Standing::Following)
}

fn asks_first(source: &Account, target: &Account) -> bool {
    !target.is_local() || target.locked || source.silenced_at.is_some()
}

fn change(follow: &mut Follow, options: Options) {
    follow.reblogs = options.reblogs.unwrap_or(follow.reblogs);
    follow.notify = options.notify.unwrap_or(follow.notify);
    if let Some(languages) = options.languages {
        follow.languages = languages;
    }
    if options.uri.is_some() {
        follow.uri = options.uri;
    }
}

fn check_limit(from: &dyn Read, follower: AccountId) -> Result<()> {
    let stats = accounts::stats(from, follower)?;
    let limit = FOLLOW_LIMIT.max(stats.followers.saturating_mul(11) / 10);
    if stats.following >= limit {
        return Err(Error::invalid(format!("You cannot follow more than {limit} people")));
    }
    Ok(())
}

fn begin(tx: &mut Tx<'_>, pair: (AccountId, AccountId), follow: &Follow, asked: bool) -> Result<()> {
    let (from, to) = pair;
    FOLLOWS.put(tx, &pair, follow)?;
    accounts::count(tx, from, |stats| stats.following = stats.following.saturating_add(1))?;
    accounts::count(tx, to, |stats| stats.followers = stats.followers.saturating_add(1))?;
    circle::forget(tx, &[from]);
    tx.tell(Event::Followed { from, to, asked });
    Ok(())
}

fn end(tx: &mut Tx<'_>, pair: (AccountId, AccountId)) -> Result<Option<Follow>> {
    let (from, to) = pair;
    if let Some(FollowRequest(follow)) = REQUESTS.delete(tx, &pair)? {
        return Ok(Some(follow));
    }
    let Some(follow) = FOLLOWS.delete(tx, &pair)? else { return Ok(None) };
    accounts::count(tx, from, |stats| stats.following = stats.following.saturating_sub(1))?;
    accounts::count(tx, to, |stats| stats.followers = stats.followers.saturating_sub(1))?;
    circle::forget(tx, &[from]);
    Ok(Some(follow))
}

/// `follower` does not follow `followed` any more, or takes the request back. Answers whether there was one.
///
/// # Errors
/// When the store fails.
pub fn unfollow(tx: &mut Tx<'_>, follower: AccountId, followed: AccountId) -> Result<bool> {
    let Some(follow) = end(tx, (follower, followed))? else { return Ok(false) };
    let uri = Some(follow_uri(&tx.app().config, follower, &follow));
    tx.tell(Event::Unfollowed { from: follower, to: followed, uri });
    Ok(true)
}

/// `followed` (or its server) lets `follower` follow. The row keeps its number, so that the id of our Follow
/// activity stays the same.
///
/// # Errors
/// 404 when nobody asked.
pub fn accept(tx: &mut Tx<'_>, follower: AccountId, followed: AccountId) -> Result<()> {
    let pair = (follower, followed);
    let FollowRequest(follow) = REQUESTS.delete(tx, &pair)?.ok_or_else(Error::not_found)?;
    begin(tx, pair, &follow, true)
}

/// `followed` (or its server) refuses the request of `follower`, or ends the follow that came of it. Answers
/// whether there was either.
///
/// # Errors
/// When the store fails.
pub fn reject(tx: &mut Tx<'_>, follower: AccountId, followed: AccountId) -> Result<bool> {
    let Some(follow) = end(tx, (follower, followed))? else { return Ok(false) };
    let uri = Some(follow_uri(&tx.app().config, follower, &follow));
    tx.tell(Event::FollowRejected { from: follower, to: followed, uri });
    Ok(true)
}

/// `followed` takes back that it let `follower` in: the follow is a request again, and waits (behaviours §20). Answers
/// whether there was a follow.
///
/// # Errors
/// When the store fails.
pub fn revoke(tx: &mut Tx<'_>, follower: AccountId, followed: AccountId) -> Result<bool> {
    if !follows(&**tx, follower, followed)? {
        return Ok(false);
    }
    let Some(follow) = end(tx, (follower, followed))? else { return Ok(false) };
    REQUESTS.put(tx, &(follower, followed), &FollowRequest(follow))?;
    tx.tell(Event::FollowChanged { from: follower, to: followed });
    Ok(true)
}

/// `account` does not want `follower` as a follower any more. A request stays.
///
/// # Errors
/// When the store fails.
pub fn remove_follower(tx: &mut Tx<'_>, account: AccountId, follower: AccountId) -> Result<bool> {
    if follows(&**tx, follower, account)? { reject(tx, follower, account) } else { Ok(false) }
}

/// `blocker` blocks `blocked`: follows and requests end both ways (behaviours §10). `uri` is the Block's id when
/// a remote account blocks. Nobody blocks oneself; a block that stands already stays as it is.
///
/// # Errors
/// 404 for an unknown account.
pub fn block(tx: &mut Tx<'_>, blocker: AccountId, blocked: AccountId, uri: Option<String>) -> Result<()> {
    accounts::get(&**tx, blocked)?;
    if blocker == blocked || blocks(&**tx, blocker, blocked)? {
        return Ok(());
    }
    unfollow(tx, blocker, blocked)?;
    reject(tx, blocked, blocker)?;
    let block = Block { id: tx.new_id(), uri, created_at: tx.now() };
    BLOCKS.put(tx, &(blocker, blocked), &block)?;
    circle::forget(tx, &[blocker, blocked]);
    tx.tell(Event::Blocked { from: blocker, to: blocked });
    Ok(())
}

/// `blocker` does not block `blocked` any more; follows do not come back. Answers whether there was a block.
///
/// # Errors
/// When the store fails.
pub fn unblock(tx: &mut Tx<'_>, blocker: AccountId, blocked: AccountId) -> Result<bool> {
    if BLOCKS.delete(tx, &(blocker, blocked))?.is_none() {
        return Ok(false);
    }
    circle::forget(tx, &[blocker, blocked]);
    tx.tell(Event::Unblocked { from: blocker, to: blocked });
    Ok(true)
}

/// `muter` mutes `muted`, with or without notifications, for ever or for `length`; changes a mute that stands.
/// Nobody mutes oneself.
///
/// # Errors
/// 404 for an unknown account.
pub fn mute(
    tx: &mut Tx<'_>,
    muter: AccountId,
    muted: AccountId,
    notifications: bool,
    length: Option<Duration>,
) -> Result<()> {
    accounts::get(&**tx, muted)?;
    if muter == muted {
        return Ok(());
    }
    let pair = (muter, muted);
    let now = tx.now();
    let held = MUTES.get(&**tx, &pair)?.filter(|mute| mute.holds(now));
    let (id, created_at): (LinkId, _) = held.map_or((tx.new_id(), now), |mute| (mute.id, mute.created_at));
    let expires_at = length.map(|length| now.plus(length));
    MUTES.put(tx, &pair, &Mute { id, notifications, expires_at, created_at })?;
    if let Some(at) = expires_at {
        tx.enqueue_at(&jobs::EndMute { muter, muted }, at)?;
    }
    circle::forget(tx, &[muter]);
    tx.tell(Event::Muted { from: muter, to: muted });
    Ok(())
}

/// `muter` does not mute `muted` any more. Answers whether there was a mute.
///
/// # Errors
/// When the store fails.
pub fn unmute(tx: &mut Tx<'_>, muter: AccountId, muted: AccountId) -> Result<bool> {
    if MUTES.delete(tx, &(muter, muted))?.is_none() {
        return Ok(false);
    }
    circle::forget(tx, &[muter]);
    tx.tell(Event::Unmuted { from: muter, to: muted });
    Ok(true)
}

/// Keeps what `author` notes about `about`, for the author's eyes only; a blank text takes the note away.
///
/// # Errors
/// 404 for an unknown account; 422 beyond [`NOTE_LIMIT`].
pub fn note(tx: &mut Tx<'_>, author: AccountId, about: AccountId, text: &str) -> Result<()> {
    accounts::get(&**tx, about)?;
    let text = text.trim();
    let mut problems = Problems::default();
    problems.limit("comment", crate::platform::text::count::graphemes(text), NOTE_LIMIT);
    problems.check()?;
    if text.is_empty() {
        NOTES.delete(tx, &(author, about))?;
    } else {
        NOTES.put(tx, &(author, about), &Note { text: text.to_owned() })?;
    }
    Ok(())
}

/// Lets everybody in who has asked to follow `account`, which is not locked any more: in steps, as a job.
///
/// # Errors
/// When the store fails.
pub fn accept_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    tx.enqueue(&jobs::AcceptAll { account })
}

/// Durable listener: who is suspended here follows nobody here any more. Local accounts keep their follows for the day
/// they come back.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountSuspended { account } = *event else { return Ok(()) };
    if accounts::get(&**tx, account)?.is_local() { Ok(()) } else { tx.enqueue(&jobs::RejectAll { account }) }
}
