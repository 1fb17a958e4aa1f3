//! Timelines: home and lists in memory, public, local, tag and link straight from the indexes (behaviours §9).

pub mod api;
mod build;
pub mod feeds;
pub mod rules;

use shop_storage::Read;

use crate::features::accounts::table::Account;
use crate::features::cards::table::STATUSES_OF;
use crate::features::relationships::Circle;
use crate::features::statuses::page::{Source, fill};
use crate::features::statuses::table::{PUBLIC_LOCAL, PUBLIC_REMOTE, Status, TAGGED};
use crate::features::users::table::Visibility;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{StatusId, kind};

/// Who reads a public timeline.
#[derive(Debug, Clone)]
pub struct Reader {
    /// Whom the reader follows, blocks and mutes.
    pub circle: std::sync::Arc<Circle>,
    /// Languages chosen for public timelines; empty is all.
    pub languages: Vec<String>,
    /// The time at which mutes are judged.
    pub now: Millis,
}

/// Which public posts are wanted.
#[derive(Debug, Clone, Default)]
pub struct PublicWanted {
    /// Posts of this server.
    pub local: bool,
    /// Posts of other servers.
    pub remote: bool,
    /// Only posts with attachments.
    pub only_media: bool,
}

/// Which posts of a tag are wanted; names are normalised.
#[derive(Debug, Clone, Default)]
pub struct TagWanted {
    /// The tag, and others of which one is enough.
    pub any: Vec<String>,
    /// Tags that must be there too.
    pub all: Vec<String>,
    /// Tags that must not be there.
    pub none: Vec<String>,
    /// Which servers, and whether only media.
    pub public: PublicWanted,
}

/// A page of the public timelines, newest first.
///
/// # Errors
/// When the store fails.
pub fn public(
    from: &dyn Read,
    reader: Option<&Reader>,
    wanted: &PublicWanted,
    cursor: &Cursor<kind::Status>,
) -> Result<Vec<StatusId>> {
    let mut sources: Vec<Source<'_>> = Vec::new();
    if wanted.local || !wanted.remote {
        sources.push(Box::new(|window| Ok(PUBLIC_LOCAL.page(from, &(), window)?)));
    }
    if wanted.remote || !wanted.local {
        sources.push(Box::new(|window| Ok(PUBLIC_REMOTE.page(from, &(), window)?)));
    }
    let languages = reader.map(|reader| reader.languages.as_slice()).unwrap_or_default();
    fill(from, &sources, cursor, &|status, author| {
        (!wanted.only_media || !status.media.is_empty())
            && is_shown(reader, status, author)
            && speaks(languages, status)
    })
}

/// A page of a tag's timeline, newest first; replies included, chosen languages not applied.
///
/// # Errors
/// When the store fails.
pub fn tag(
    from: &dyn Read,
    reader: Option<&Reader>,
    wanted: &TagWanted,
    cursor: &Cursor<kind::Status>,
) -> Result<Vec<StatusId>> {
    let sources: Vec<Source<'_>> = wanted
        .any
        .iter()
        .map(|name| -> Source<'_> { Box::new(move |window| Ok(TAGGED.page(from, name, window)?)) })
        .collect();
    let has = |status: &Status, name: &String| status.tags.iter().any(|tag| &tag.name == name);
    let (local, remote) = (wanted.public.local, wanted.public.remote);
    fill(from, &sources, cursor, &|status, author| {
        wanted.all.iter().all(|name| has(status, name))
            && !wanted.none.iter().any(|name| has(status, name))
            && (local == remote || local == status.local)
            && (!wanted.public.only_media || !status.media.is_empty())
            && is_shown(reader, status, author)
    })
}

/// A page of the public posts that show a card, by authors who want to be found (behaviours §9); newest first.
///
/// # Errors
/// When the store fails.
pub fn link(
    from: &dyn Read,
    reader: Option<&Reader>,
    card: &String,
    cursor: &Cursor<kind::Status>,
) -> Result<Vec<StatusId>> {
    let source: Source<'_> = Box::new(|window| Ok(STATUSES_OF.page(from, card, window)?));
    let languages = reader.map(|reader| reader.languages.as_slice()).unwrap_or_default();
    fill(from, &[source], cursor, &|status, author| {
        status.visibility == Visibility::Public
            && author.discoverable == Some(true)
            && is_shown(reader, status, author)
            && speaks(languages, status)
    })
}

/// Whether a public post may stand in a public timeline of this reader.
pub fn is_shown(reader: Option<&Reader>, status: &Status, author: &Account) -> bool {
    author.suspended_at.is_none()
        && author.silenced_at.is_none()
        && !author.deleted
        && reader.is_none_or(|reader| {
            !reader.circle.hides(status.account, reader.now) && !reader.circle.blocks_domain(author)
        })
}

/// Whether a post is in one of the chosen languages; posts without a language always are.
pub fn speaks(languages: &[String], status: &Status) -> bool {
    languages.is_empty() || status.language.as_ref().is_none_or(|language| languages.contains(language))
}
