//! Hashtags on profiles, and how often people here use tags.

use std::cmp::Reverse;
use std::collections::HashSet;

use shop_storage::{Read, Window};

use super::Named;
use super::table::{
    FEATURED, FEATURED_TAGS, FeaturedTag, TAG_USES, TAGGED_BY, TAGGED_POSTS, TagUse, TaggedPost,
};
use crate::features::statuses::table::STATUSES;
use crate::federation::vocab::View;
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, LinkId, StatusId};

/// How many tags a profile shows (behaviours §3).
pub const MOST: usize = 10;
/// How many tags are suggested for a profile.
const SUGGESTED: usize = 10;
/// How many of a person's tags are looked at for suggestions.
const LOOKED_AT: usize = 5_000;

/// The tags on a profile, oldest first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, account: AccountId) -> Result<Vec<(LinkId, FeaturedTag)>> {
    let rows = FEATURED_TAGS.page_under(from, &account, &Window::oldest(MOST))?;
    Ok(rows.into_iter().map(|((_, id), tag)| (id, tag)).collect())
}

/// Shows a tag on the profile; one that is there keeps its row.
///
/// # Errors
/// 422 beyond [`MOST`].
pub fn feature(tx: &mut Tx<'_>, account: AccountId, named: &Named) -> Result<LinkId> {
    super::make_known(tx, named)?;
    if let Some(id) = FEATURED.get(&**tx, &(account, named.name.clone()))? {
        return Ok(id);
    }
    if all(&**tx, account)?.len() >= MOST {
        return Err(Error::invalid("You have already featured the maximum number of hashtags"));
    }
    let id: LinkId = tx.new_id();
    let created_at = tx.now();
    FEATURED_TAGS.put(tx, &(account, id), &FeaturedTag { name: named.name.clone(), created_at })?;
    tx.tell(Event::TagFeatured { account, name: named.name.clone(), featured: true });
    Ok(id)
}

/// The tag that a Hashtag of another server means. `None` for everything else.
pub fn written(object: View<'_>) -> Option<Named> {
    let name = object.str_of("name").filter(|_| object.is_a("Hashtag"))?;
    Named::parse(name.trim().trim_start_matches(['#', '＃']))
}

/// Takes a tag off the profile, by its name.
///
/// # Errors
/// When the store fails.
pub fn unfeature(tx: &mut Tx<'_>, account: AccountId, name: &str) -> Result<()> {
    if let Some(id) = FEATURED.get(&**tx, &(account, name.to_owned()))? {
        remove(tx, account, id)?;
    }
    Ok(())
}

/// Takes a tag off the profile, by the number of its row.
///
/// # Errors
/// 404 when there is no such row.
pub fn remove(tx: &mut Tx<'_>, account: AccountId, id: LinkId) -> Result<()> {
    let tag = FEATURED_TAGS.delete(tx, &(account, id))?.ok_or_else(Error::not_found)?;
    tx.tell(Event::TagFeatured { account, name: tag.name, featured: false });
    Ok(())
}

/// The tags that `account` uses most and does not show on its profile yet.
///
/// # Errors
/// When the store fails.
pub fn suggestions(from: &dyn Read, account: AccountId) -> Result<Vec<String>> {
    let shown: HashSet<String> = all(from, account)?.into_iter().map(|(_, tag)| tag.name).collect();
    let rows = TAG_USES.page_under(from, &account, &Window::oldest(LOOKED_AT))?;
    let mut used: Vec<_> = rows.into_iter().map(|((_, name), used)| (Reverse(used.posts), name)).collect();
    used.retain(|(_, name)| !shown.contains(name));
    used.sort_unstable();
    Ok(used.into_iter().take(SUGGESTED).map(|(_, name)| name).collect())
}

/// In how many open posts `account` used a tag, and the newest of them.
///
/// # Errors
/// When the store fails.
pub fn usage(from: &dyn Read, account: AccountId, name: &str) -> Result<(u64, Option<StatusId>)> {
    let key = (account, name.to_owned());
    let posts = TAG_USES.get(from, &key)?.map_or(0, |used| used.posts);
    Ok((posts, TAGGED_BY.page(from, &key, &Window::newest(1))?.first().copied()))
}

/// Durable listener: counts the tags of open posts that are written here.
///
/// # Errors
/// When the store fails.
pub fn count(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    match event {
        Event::StatusPosted { status, .. } | Event::StatusEdited { status } => {
            let Some(record) = STATUSES.get(&**tx, status)? else { return Ok(()) };
            let mut names: Vec<String> = record.tags.into_iter().map(|tag| tag.name).collect();
            names.sort_unstable();
            names.dedup();
            let counts = record.local && record.visibility.is_open() && !names.is_empty();
            set(tx, *status, counts.then_some(TaggedPost { account: record.account, names }))
        }
        Event::StatusDeleted(gone) => set(tx, gone.status, None),
        _ => Ok(()),
    }
}

fn set(tx: &mut Tx<'_>, id: StatusId, new: Option<TaggedPost>) -> Result<()> {
    let old = TAGGED_POSTS.get(&**tx, &id)?;
    if old == new {
        return Ok(());
    }
    for (post, more) in [(&old, false), (&new, true)] {
        let Some(post) = post else { continue };
        for name in &post.names {
            let key = (post.account, name.clone());
            let posts = TAG_USES.get(&**tx, &key)?.map_or(0, |used| used.posts);
            match if more { posts.saturating_add(1) } else { posts.saturating_sub(1) } {
                0 => {
                    TAG_USES.delete(tx, &key)?;
                }
                posts => TAG_USES.put(tx, &key, &TagUse { posts })?,
            }
        }
    }
    match new {
        Some(post) => TAGGED_POSTS.put(tx, &id, &post)?,
        None => {
            TAGGED_POSTS.delete(tx, &id)?;
        }
    }
    Ok(())
}
