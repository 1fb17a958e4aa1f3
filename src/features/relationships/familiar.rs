//! Familiar followers: whom of those I follow do I meet among the followers of somebody?

use shop_storage::Read;

use super::circle::Circle;
use super::table::FOLLOWS;
use crate::features::accounts::table::ACCOUNTS;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// How many are shown of one account's.
const SHOWN: usize = 80;

/// Of those in `circle`, who follows `other`: nobody for accounts that hide their network, and nobody who hides it
/// (behaviours §12). Asks about everybody whom the circle follows; keep it away from the async threads.
///
/// # Errors
/// When the store fails.
pub fn followers(from: &dyn Read, circle: &Circle, other: AccountId) -> Result<Vec<AccountId>> {
    let is_open = ACCOUNTS.get(from, &other)?.is_some_and(|account| {
        !account.deleted && account.suspended_at.is_none() && account.hide_collections != Some(true)
    });
    if !is_open {
        return Ok(Vec::new());
    }
    let mut friends: Vec<AccountId> = circle.following.iter().copied().collect();
    friends.sort_unstable();
    let pairs: Vec<_> = friends.iter().map(|friend| (*friend, other)).collect();
    let follows = FOLLOWS.get_many(from, &pairs)?;
    let known: Vec<AccountId> =
        friends.into_iter().zip(follows).filter(|(_, follow)| follow.is_some()).map(|(id, _)| id).collect();
    let rows = ACCOUNTS.get_many(from, &known)?;
    let open = known.into_iter().zip(rows).filter(|(_, row)| {
        row.as_ref().is_some_and(|row| {
            row.hide_collections != Some(true) && row.suspended_at.is_none() && !row.deleted
        })
    });
    Ok(open.map(|(id, _)| id).take(SHOWN).collect())
}
