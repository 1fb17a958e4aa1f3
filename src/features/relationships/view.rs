//! The JSON entity Relationship.

use serde::Serialize;
use shop_storage::Read;

use super::circle;
use super::domains::blocked_among;
use super::table::{BLOCKS, ENDORSEMENTS, FOLLOWS, MUTES, NOTES, REQUESTS};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;

/// What stands between the caller and an account (entities: Relationship; the notes on each key are there).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[allow(missing_docs)]
pub struct RelationshipView {
    pub id: AccountId,
    pub following: bool,
    pub showing_reblogs: bool,
    pub notifying: bool,
    pub languages: Option<Vec<String>>,
    pub followed_by: bool,
    pub blocking: bool,
    pub blocked_by: bool,
    pub muting: bool,
    pub muting_notifications: bool,
    pub muting_expires_at: Option<String>,
    pub requested: bool,
    pub requested_by: bool,
    pub domain_blocking: bool,
    pub endorsed: bool,
    pub note: String,
}

/// What stands between `viewer` and each of `ids`, in their order: six store round trips however many they are.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: AccountId,
    ids: &[AccountId],
) -> Result<Vec<RelationshipView>> {
    let now = app.now();
    let there: Vec<_> = ids.iter().map(|id| (viewer, *id)).collect();
    let both: Vec<_> = ids.iter().flat_map(|id| [(viewer, *id), (*id, viewer)]).collect();
    let follows = FOLLOWS.get_many(from, &both)?;
    let requests = REQUESTS.get_many(from, &both)?;
    let blocks = BLOCKS.get_many(from, &both)?;
    let mutes = MUTES.get_many(from, &there)?;
    let notes = NOTES.get_many(from, &there)?;
    let endorsed = ENDORSEMENTS.get_many(from, &there)?;
    let domains = blocked_among(from, &*circle(app, viewer)?, ids)?;
    let pairs = follows.chunks_exact(2).zip(requests.chunks_exact(2)).zip(blocks.chunks_exact(2));
    Ok(ids
        .iter()
        .zip(pairs)
        .zip(mutes.into_iter().zip(notes).zip(endorsed))
        .map(|((id, ((follows, requests), blocks)), ((mute, note), endorsed))| {
            let (following, followed_by) = two(follows);
            let (requested, requested_by) = two(requests);
            let (blocking, blocked_by) = two(blocks);
            let wish = following.or(requested.map(|request| &request.0));
            let mute = mute.filter(|mute| mute.holds(now));
            RelationshipView {
                id: *id,
                following: following.is_some(),
                showing_reblogs: wish.is_some_and(|follow| follow.reblogs),
                notifying: wish.is_some_and(|follow| follow.notify),
                languages: wish.map(|follow| follow.languages.clone()).filter(|codes| !codes.is_empty()),
                followed_by: followed_by.is_some(),
                blocking: blocking.is_some(),
                blocked_by: blocked_by.is_some(),
                muting: mute.is_some(),
                muting_notifications: mute.as_ref().is_some_and(|mute| mute.notifications),
                muting_expires_at: mute.and_then(|mute| mute.expires_at).map(|at| at.dt0()),
                requested: requested.is_some(),
                requested_by: requested_by.is_some(),
                domain_blocking: domains.contains(id),
                endorsed: endorsed.is_some(),
                note: note.map(|note| note.text).unwrap_or_default(),
            }
        })
        .collect())
}

/// What stands between `viewer` and `id`.
///
/// # Errors
/// When the store fails.
pub fn one(app: &App, from: &dyn Read, viewer: AccountId, id: AccountId) -> Result<RelationshipView> {
    load(app, from, viewer, &[id])?.pop().ok_or_else(Error::not_found)
}

fn two<T>(pair: &[Option<T>]) -> (Option<&T>, Option<&T>) {
    match pair {
        [there, back] => (there.as_ref(), back.as_ref()),
        _ => (None, None),
    }
}
