//! What people have with an account that moved, carried to where it moved (behaviours §24).

use super::table::{BLOCKS, FOLLOWS, MUTES, NOTES, REQUESTS};
use super::{NOTE_LIMIT, Options, Standing, accept, begin_or_ask, block, mute, note};
use crate::features::accounts::table::ACCOUNTS;
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::text::count::truncate;

/// Lets `follower`, who follows `from`, follow `to` as well, in the same way; a follow of `to` that stands already stays
/// as it is. `None` when `follower` does not follow `from`, or is `to`.
///
/// # Errors
/// 403 when one of the two blocks the other, or `to` has moved itself; 404 when it is suspended or gone.
pub fn follow(
    tx: &mut Tx<'_>,
    follower: AccountId,
    from: AccountId,
    to: AccountId,
) -> Result<Option<Standing>> {
    let Some(held) = FOLLOWS.get(&**tx, &(follower, from))?.filter(|_| follower != to) else {
        return Ok(None);
    };
    let pair = (follower, to);
    if FOLLOWS.has(&**tx, &pair)? {
        return Ok(Some(Standing::Following));
    }
    let lives_here = ACCOUNTS.get(&**tx, &to)?.is_some_and(|target| target.is_local());
    if lives_here && REQUESTS.has(&**tx, &pair)? {
        accept(tx, follower, to)?;
        return Ok(Some(Standing::Following));
    }
    let options = Options {
        reblogs: Some(held.reblogs),
        notify: Some(held.notify),
        languages: Some(held.languages),
        uri: None,
    };
    begin_or_ask(tx, follower, to, options, true).map(Some)
}

/// Lets `blocker`, who blocks `from`, block `to` too, and says why in a private note where there is none. Who follows
/// `to` has made up the mind already.
///
/// # Errors
/// 404 when `to` is gone.
pub fn carry_block(
    tx: &mut Tx<'_>,
    blocker: AccountId,
    from: AccountId,
    to: AccountId,
    acct: &str,
) -> Result<()> {
    let blocks = BLOCKS.has(&**tx, &(blocker, from))?;
    if !blocks || BLOCKS.has(&**tx, &(blocker, to))? || FOLLOWS.has(&**tx, &(blocker, to))? {
        return Ok(());
    }
    block(tx, blocker, to, None)?;
    explain(tx, blocker, to, &format!("Moved here from @{acct}, whom you had blocked."))
}

/// As [`carry_block`], for mutes; one that ends by itself ends at the same time.
///
/// # Errors
/// 404 when `to` is gone.
pub fn carry_mute(
    tx: &mut Tx<'_>,
    muter: AccountId,
    from: AccountId,
    to: AccountId,
    acct: &str,
) -> Result<()> {
    let now = tx.now();
    let Some(held) = MUTES.get(&**tx, &(muter, from))?.filter(|mute| mute.holds(now)) else { return Ok(()) };
    let stands = MUTES.get(&**tx, &(muter, to))?.is_some_and(|mute| mute.holds(now));
    if stands || FOLLOWS.has(&**tx, &(muter, to))? {
        return Ok(());
    }
    mute(tx, muter, to, held.notifications, held.expires_at.map(|at| at.since(now)))?;
    explain(tx, muter, to, &format!("Moved here from @{acct}, whom you had muted."))
}

/// Copies what `author` noted about `from` into the note about `to`, in front of what stands there.
///
/// # Errors
/// 404 when `to` is gone.
pub fn carry_note(
    tx: &mut Tx<'_>,
    author: AccountId,
    from: AccountId,
    to: AccountId,
    acct: &str,
) -> Result<()> {
    let Some(held) = NOTES.get(&**tx, &(author, from))? else { return Ok(()) };
    let mut text = format!("Moved here from @{acct}. Your note there:\n{}", held.text);
    if let Some(present) = NOTES.get(&**tx, &(author, to))? {
        // A job that runs a second time must not copy a second time.
        if present.text.starts_with(truncate(&text, NOTE_LIMIT)) {
            return Ok(());
        }
        text = format!("{text}\n\n{}", present.text);
    }
    note(tx, author, to, truncate(&text, NOTE_LIMIT))
}

fn explain(tx: &mut Tx<'_>, author: AccountId, about: AccountId, words: &str) -> Result<()> {
    if NOTES.has(&**tx, &(author, about))? { Ok(()) } else { note(tx, author, about, words) }
}
