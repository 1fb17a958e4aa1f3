//! The JSON entity Poll.

use serde::Serialize;
use shop_storage::Read;

use super::table::Poll;
use super::{chosen, domain_of};
use crate::features::emoji;
use crate::features::emoji::view::EmojiView;
use crate::platform::app::App;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// A poll as the API shows it (entities: Poll).
#[derive(Debug, Clone, Serialize)]
pub struct PollView {
    id: StatusId,
    expires_at: Option<String>,
    expired: bool,
    multiple: bool,
    votes_count: u64,
    voters_count: Option<u64>,
    options: Vec<OptionView>,
    emojis: Vec<EmojiView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    voted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    own_votes: Option<Vec<u16>>,
}

/// One option; its count is null while totals are hidden.
#[derive(Debug, Clone, Serialize)]
struct OptionView {
    title: String,
    votes_count: Option<u64>,
}

/// Puts a poll together. `viewer` comes with what it chose.
pub fn view(
    id: StatusId,
    poll: &Poll,
    now: Millis,
    viewer: Option<(AccountId, &[u16])>,
    emojis: Vec<EmojiView>,
) -> PollView {
    let expired = poll.expired(now);
    let hidden = poll.hide_totals && !expired;
    let option = |option: &super::table::PollOption| OptionView {
        title: option.title.clone(),
        votes_count: (!hidden).then_some(option.votes),
    };
    PollView {
        id,
        expires_at: poll.expires_at.map(|at| at.dt()),
        expired,
        multiple: poll.multiple,
        votes_count: poll.options.iter().fold(0, |sum, option| sum.saturating_add(option.votes)),
        voters_count: poll.voters,
        options: poll.options.iter().map(option).collect(),
        emojis,
        // Who asks counts as one who voted, so that clients show the result.
        voted: viewer.map(|(viewer, choices)| viewer == poll.account || !choices.is_empty()),
        own_votes: viewer.map(|(_, choices)| choices.to_vec()),
    }
}

/// One poll as `viewer` sees it.
///
/// # Errors
/// 404 when the one who asked is gone; when the store fails.
pub fn one(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    id: StatusId,
    poll: &Poll,
) -> Result<PollView> {
    let emojis = emoji::view::load(app, from, domain_of(from, poll)?.as_deref(), &poll.emojis)?;
    let choices = match viewer {
        Some(viewer) => chosen(from, viewer, &[id])?.remove(&id).unwrap_or_default(),
        None => Vec::new(),
    };
    Ok(view(id, poll, app.now(), viewer.map(|viewer| (viewer, choices.as_slice())), emojis))
}
