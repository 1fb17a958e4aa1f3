//! Other servers: which there are, whether they can be reached, what came from them and what goes to them.
//!
//! `delivery.rs` sends, `processing.rs` works off what was received, `api/` answers their requests. What an
//! activity means is known by the `activity.rs` of the feature it is about.

pub mod api;
pub mod delivery;
pub mod processing;
pub mod proven;
pub mod reader;
pub mod synchronisation;
pub mod table;

use std::collections::BTreeSet;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use shop_storage::{Order, Read, Window};

use self::table::{PEERS, Peer, SEEN, SEEN_AT, Seen};
use crate::federation::vocab::{Origin, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::Result;

/// After failures on this many different days a server gets nothing but Follow (behaviours §23).
const FAILED_DAYS: usize = 7;
/// How long the id of an accepted activity is remembered: longer than honest servers try again.
const REMEMBERED: Duration = Duration::from_secs(5 * 24 * 60 * 60);
/// How many outdated ids one new id pushes out.
const FORGOTTEN_AT_ONCE: usize = 4;

/// `host` or `host:port` of a web address, as peers are keyed and handles are written; `None` for anything else.
pub fn host_of(url: &str) -> Option<String> {
    Origin::of(url).map(|origin| origin.authority())
}

/// Whether the address lies on this server.
pub fn is_ours(app: &App, url: &str) -> bool {
    same_origin(url, app.config.base_url())
}

/// Whether a server has been failing for so long that nothing but Follow is sent to it.
///
/// # Errors
/// When the store fails.
pub fn is_unavailable(from: &dyn Read, host: &str) -> Result<bool> {
    Ok(PEERS.get(from, &host.to_owned())?.is_some_and(|peer| peer.unavailable_since.is_some()))
}

/// Hosts of all servers we have had to do with, in order of their names, after `above`.
///
/// # Errors
/// When the store fails.
pub fn hosts(from: &dyn Read, above: Option<String>, limit: usize) -> Result<Vec<String>> {
    let window = Window { below: None, above, order: Order::Oldest, limit };
    Ok(PEERS.page(from, &window)?.into_iter().map(|(host, _)| host).collect())
}

fn fresh(now: Millis) -> Peer {
    Peer { first_at: now, failed_days: Vec::new(), unavailable_since: None, last_error: None }
}

/// Whether a message from `host`, or a success there, would change what we keep of it.
fn is_news(from: &dyn Read, host: &str) -> Result<bool> {
    Ok(PEERS.get(from, &host.to_owned())?.is_none_or(|peer| {
        !peer.failed_days.is_empty() || peer.unavailable_since.is_some() || peer.last_error.is_some()
    }))
}

/// A server was reached, or spoke to us: its failures are forgotten.
///
/// # Errors
/// When the store fails.
pub fn reached(tx: &mut Tx<'_>, host: &str) -> Result<()> {
    if is_news(&**tx, host)? {
        let key = host.to_owned();
        let first_at = PEERS.get(&**tx, &key)?.map_or(tx.now(), |peer| peer.first_at);
        PEERS.put(tx, &key, &fresh(first_at))?;
    }
    Ok(())
}

/// A delivery to a server failed in a way that may pass. Days are counted, not tries.
///
/// # Errors
/// When the store fails.
pub fn failed(tx: &mut Tx<'_>, host: &str, why: &str) -> Result<()> {
    let key = host.to_owned();
    let now = tx.now();
    let mut peer = PEERS.get(&**tx, &key)?.unwrap_or_else(|| fresh(now));
    let days: BTreeSet<u32> = peer.failed_days.iter().copied().chain([day(now)]).collect();
    peer.failed_days = days.into_iter().rev().take(FAILED_DAYS).collect();
    peer.last_error = Some(why.to_owned());
    if peer.failed_days.len() >= FAILED_DAYS && peer.unavailable_since.is_none() {
        tracing::warn!(host, "a server has failed on {FAILED_DAYS} days and is left alone");
        peer.unavailable_since = Some(now);
    }
    PEERS.put(tx, &key, &peer)?;
    Ok(())
}

fn day(at: Millis) -> u32 {
    u32::try_from(at.0 / DAY.as_millis() as u64).unwrap_or(u32::MAX)
}

fn fingerprint(activity: &str) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(&SHA256, activity.as_bytes()).as_ref());
    out
}

/// Whether an activity with this id was accepted in the last days.
///
/// # Errors
/// When the store fails.
pub fn has_seen(from: &dyn Read, activity: &str) -> Result<bool> {
    Ok(SEEN.has(from, &fingerprint(activity))?)
}

/// Remembers the id of an accepted activity for five days; false when it was there already.
///
/// # Errors
/// When the store fails.
pub fn remember(tx: &mut Tx<'_>, activity: &str) -> Result<bool> {
    let key = fingerprint(activity);
    if SEEN.has(&**tx, &key)? {
        return Ok(false);
    }
    let now = tx.now();
    let old = now.minus(REMEMBERED);
    let outdated = SEEN_AT.page(&**tx, &(), &Window::oldest(FORGOTTEN_AT_ONCE).below((old, [0; 32])))?;
    for (_, outdated) in outdated {
        SEEN.delete(tx, &outdated)?;
    }
    SEEN.put(tx, &key, &Seen { at: now })?;
    Ok(true)
}
