//! The JSON entity Announcement.

use serde::Serialize;
use shop_storage::{Read, Window};

use super::MOST_REACTIONS;
use super::table::{Announcement, DISMISSED, REACTED, REACTIONS};
use crate::features::accounts;
use crate::features::accounts::INSTANCE_ACTOR;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::emoji::view::{EmojiView, load};
use crate::features::statuses::render::write;
use crate::features::statuses::view::StatusView;
use crate::features::statuses::{self, id_of_local_uri};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, AnnouncementId, StatusId};
use crate::platform::text::entities::{Kind, find};
use crate::platform::text::html::tag_url;

/// How many linked posts are shown with an announcement.
const MOST_STATUSES: usize = 10;

/// An announcement (entities: Announcement).
#[derive(Debug, Clone, Serialize)]
pub struct AnnouncementView {
    id: AnnouncementId,
    content: String,
    starts_at: Option<String>,
    ends_at: Option<String>,
    all_day: bool,
    published_at: String,
    updated_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<bool>,
    mentions: Vec<MentionView>,
    statuses: Vec<StatusView>,
    tags: Vec<TagView>,
    emojis: Vec<EmojiView>,
    reactions: Vec<ReactionView>,
}

/// Somebody whom an announcement names.
#[derive(Debug, Clone, Serialize)]
struct MentionView {
    id: AccountId,
    username: String,
    url: String,
    acct: String,
}

/// A hashtag in an announcement.
#[derive(Debug, Clone, Serialize)]
struct TagView {
    name: String,
    url: String,
}

/// A reaction (entities: Reaction).
#[derive(Debug, Clone, Serialize)]
struct ReactionView {
    name: String,
    count: u64,
    me: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    static_url: Option<String>,
}

/// One announcement as `reader` sees it.
///
/// # Errors
/// When the store fails.
pub fn view(
    app: &App,
    from: &dyn Read,
    reader: AccountId,
    id: AnnouncementId,
    announcement: &Announcement,
) -> Result<AnnouncementView> {
    let written = write(&app.config, from, INSTANCE_ACTOR, &announcement.text, "", None)?;
    let mut mentions = Vec::new();
    for mention in &written.mentions {
        let Some(account) = ACCOUNTS.get(from, &mention.account)? else { continue };
        mentions.push(MentionView {
            id: mention.account,
            username: account.username.clone(),
            url: accounts::url(&app.config, mention.account, &account),
            acct: account.handle(),
        });
    }
    let linked = statuses_in(app, &announcement.text);
    let base = app.config.base_url();
    let tag = |name: &str, display: String| TagView { url: tag_url(base, name), name: display };
    Ok(AnnouncementView {
        id,
        content: written.content,
        starts_at: announcement.starts_at.map(|at| at.dt()),
        ends_at: announcement.ends_at.map(|at| at.dt()),
        all_day: announcement.all_day,
        published_at: announcement.published_at.dt(),
        updated_at: announcement.updated_at.dt(),
        read: Some(DISMISSED.contains(from, &id, &reader)?),
        mentions,
        statuses: statuses::view::load(app, from, Some(reader), &linked)?,
        tags: written.tags.into_iter().map(|found| tag(&found.name, found.display)).collect(),
        emojis: load(app, from, None, &written.emojis)?,
        reactions: reactions(app, from, reader, id)?,
    })
}

/// The posts of this server that a text links to.
fn statuses_in(app: &App, text: &str) -> Vec<StatusId> {
    let mut found = Vec::new();
    for entity in find(text) {
        if let Kind::Url(_) = entity.kind
            && let Some(url) = text.get(entity.range)
            && let Some(id) = id_of_local_uri(&app.config, url)
            && !found.contains(&id)
        {
            found.push(id);
        }
    }
    found.truncate(MOST_STATUSES);
    found
}

fn reactions(app: &App, from: &dyn Read, reader: AccountId, id: AnnouncementId) -> Result<Vec<ReactionView>> {
    let mut rows = REACTIONS.page_under(from, &id, &Window::oldest(MOST_REACTIONS))?;
    rows.sort_by_key(|(_, reaction)| reaction.first);
    let mut shown = Vec::with_capacity(rows.len());
    for ((_, name), reaction) in rows {
        let picture =
            if reaction.custom { load(app, from, None, std::slice::from_ref(&name))?.pop() } else { None };
        shown.push(ReactionView {
            me: REACTED.contains(from, &id, &(name.clone(), reader))?,
            count: reaction.count,
            url: picture.as_ref().map(|picture| picture.url.clone()),
            static_url: picture.map(|picture| picture.static_url),
            name,
        });
    }
    Ok(shown)
}
