//! Markers: how far an account has read, kept for all its devices (behaviours §9).

pub mod api;
pub mod table;

use shop_storage::Read;

use self::table::{MARKERS, Marker};
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// The timelines that have markers.
pub const TIMELINES: [&str; 2] = ["home", "notifications"];

/// The marker of a timeline, if one was ever saved.
///
/// # Errors
/// When the store fails.
pub fn get(from: &dyn Read, account: AccountId, timeline: &str) -> Result<Option<Marker>> {
    Ok(MARKERS.get(from, &(account, timeline.to_owned()))?)
}

/// Saves a marker; the version goes up by one. It may go backwards, as in Mastodon.
///
/// # Errors
/// When the store fails.
pub fn save(tx: &mut Tx<'_>, account: AccountId, timeline: &str, last_read_id: u64) -> Result<Marker> {
    let key = (account, timeline.to_owned());
    let version = MARKERS.get(&**tx, &key)?.map_or(1, |marker| marker.version + 1);
    let marker = Marker { last_read_id, version, updated_at: tx.now() };
    MARKERS.put(tx, &key, &marker)?;
    Ok(marker)
}
