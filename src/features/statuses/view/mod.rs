//! The Status entity, loaded for a whole page at once: a constant number of store round trips.

mod page;

use std::sync::Arc;

use serde::Serialize;
use shop_storage::Read;

use self::page::{Page, Place};
use crate::features::accounts::view::AccountView;
use crate::features::cards::view::CardView;
use crate::features::collections::view::CollectionView;
use crate::features::emoji::view::EmojiView;
use crate::features::filters::filters;
use crate::features::filters::view::FilterResultView;
use crate::features::media::view::MediaView;
use crate::features::polls::view::PollView;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, StatusId};

/// A status (entities: Status; the notes on each key are there).
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct StatusView {
    pub id: StatusId,
    pub created_at: String,
    pub in_reply_to_id: Option<StatusId>,
    pub in_reply_to_account_id: Option<AccountId>,
    pub sensitive: bool,
    pub spoiler_text: String,
    pub visibility: &'static str,
    pub language: Option<String>,
    pub uri: String,
    pub url: String,
    pub replies_count: u64,
    pub reblogs_count: u64,
    pub favourites_count: u64,
    pub quotes_count: u64,
    pub edited_at: Option<String>,
    #[serde(flatten)]
    pub marks: Marks,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Only in the answer to a deletion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub reblog: Option<Box<StatusView>>,
    /// Absent for remote statuses and where the author hides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Option<ApplicationView>>,
    pub account: Arc<AccountView>,
    pub media_attachments: Vec<MediaView>,
    pub mentions: Vec<MentionView>,
    pub tags: Vec<TagView>,
    pub emojis: Vec<EmojiView>,
    pub tagged_collections: Vec<CollectionView>,
    pub quote: Option<QuoteView>,
    pub card: Option<CardView>,
    pub poll: Option<PollView>,
    pub quote_approval: QuoteApproval,
}

/// The viewer's own marks; absent for anonymous viewers.
#[derive(Debug, Clone, Default, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct Marks {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub favourited: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reblogged: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub muted: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bookmarked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pinned: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filtered: Option<Vec<FilterResultView>>,
}

/// What a status was written with.
#[derive(Debug, Clone, Serialize)]
pub struct ApplicationView {
    name: String,
    website: Option<String>,
}

/// Somebody named in a status.
#[derive(Debug, Clone, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct MentionView {
    pub id: AccountId,
    pub username: String,
    pub url: String,
    pub acct: String,
}

/// A hashtag in a status.
#[derive(Debug, Clone, Serialize)]
pub struct TagView {
    /// As it is looked up.
    pub name: String,
    /// Its page.
    pub url: String,
}

/// Who may quote (entities: QuoteApproval).
#[derive(Debug, Clone, Serialize)]
pub struct QuoteApproval {
    automatic: Vec<&'static str>,
    manual: Vec<&'static str>,
    current_user: &'static str,
}

/// What a status quotes (entities: Quote; inside a quoted status ShallowQuote, which names it only).
#[derive(Debug, Clone, Serialize)]
pub struct QuoteView {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_status: Option<Option<Box<StatusView>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    quoted_status_id: Option<Option<StatusId>>,
}

/// Statuses in the given order, leaving out what is gone and what `viewer` may not see.
///
/// # Errors
/// When the store fails.
pub fn load(
    app: &App,
    from: &dyn Read,
    viewer: Option<AccountId>,
    ids: &[StatusId],
) -> Result<Vec<StatusView>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let page = Page::load(app, from, viewer, ids)?;
    Ok(ids.iter().filter_map(|id| page.view(*id, Place::Whole)).collect())
}

/// A status as everybody sees it, with nothing of `reader` but what its filters match: for public streams.
///
/// # Errors
/// When the store fails.
pub fn filtered_for(
    app: &App,
    from: &dyn Read,
    reader: AccountId,
    id: StatusId,
) -> Result<Option<StatusView>> {
    let mut page = Page::load(app, from, None, &[id])?;
    page.filters = Some(filters(app, reader)?);
    Ok(page.view(id, Place::Whole))
}

/// One status.
///
/// # Errors
/// 404 for one that is gone, or that `viewer` may not see.
pub fn one(app: &App, from: &dyn Read, viewer: Option<AccountId>, id: StatusId) -> Result<StatusView> {
    load(app, from, viewer, &[id])?.pop().ok_or_else(Error::not_found)
}

/// One status as it is shown to somebody who took a mark back from it: he may not see it any more (behaviours §4).
///
/// # Errors
/// 404 for one that is gone.
pub fn unmarked(app: &App, from: &dyn Read, viewer: AccountId, id: StatusId) -> Result<StatusView> {
    let mut page = Page::load(app, from, Some(viewer), &[id])?;
    page.seen = true;
    page.view(id, Place::Whole).ok_or_else(Error::not_found)
}
