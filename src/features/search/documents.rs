//! What stands in the index about a status or an account.

use shop_storage::search::{Change, Document};
use shop_storage::{Read, Window};

use super::table::{
    ACCOUNT_SHELF, AUTHOR, DOMAIN, LANGUAGE, NAME, OPEN, PROPERTY, READER, STATUS_SHELF, TAG, TEXT, USERNAME,
};
use crate::features::accounts::INSTANCE_ACTOR;
use crate::features::accounts::table::{ACCOUNTS, Account, LOCAL, STATS};
use crate::features::bookmarks::table::BOOKMARKED_BY;
use crate::features::cards::table::{CARD_OF, CARDS, CardKind};
use crate::features::favourites;
use crate::features::media::table::{MEDIA, MediaKind};
use crate::features::polls;
use crate::features::polls::table::POLLS;
use crate::features::statuses::table::{REBLOGS, STATUSES, Status};
use crate::features::users::table::Visibility;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::text::plain;

/// How many marks of each kind are looked at: of a post that many like, the newest.
const MOST_MARKS: usize = 10_000;
/// How many links of a post are looked at.
const MOST_LINKS: usize = 200;

/// What the index must know of the status or account with this number.
///
/// # Errors
/// When the store fails.
pub fn change(from: &dyn Read, shelf: u8, number: u64) -> Result<Change> {
    let document = match shelf {
        STATUS_SHELF => status(from, StatusId::new(number))?,
        ACCOUNT_SHELF => account(from, AccountId::new(number))?,
        _ => None,
    };
    Ok(document.map_or(Change::Drop { shelf, number }, Change::Put))
}

/// Whether everybody may find the public posts of `account` (behaviours §12).
pub fn is_open(account: &Account) -> bool {
    account.indexable && !account.deleted
}

fn account(from: &dyn Read, id: AccountId) -> Result<Option<Document>> {
    let Some(account) = ACCOUNTS.get(from, &id)?.filter(|account| !account.deleted) else { return Ok(None) };
    if id == INSTANCE_ACTOR || account.suspended_at.is_some() {
        return Ok(None);
    }
    let followers = STATS.get(from, &id)?.map_or(0, |stats| stats.followers);
    let mut document = Document::new(ACCOUNT_SHELF, id.get()).weighing(followers);
    document.text(NAME, account.display_name);
    document.text(NAME, account.username.clone());
    document.text(USERNAME, account.username);
    if let Some(domain) = account.domain {
        document.text(DOMAIN, domain);
    }
    Ok(Some(document))
}

/// A status that nobody could find is not in the index.
fn status(from: &dyn Read, id: StatusId) -> Result<Option<Document>> {
    let Some(status) = STATUSES.get(from, &id)?.filter(|status| status.reblog_of.is_none()) else {
        return Ok(None);
    };
    let author = ACCOUNTS.get(from, &status.account)?;
    let open = status.visibility == Visibility::Public && author.as_ref().is_some_and(is_open);
    let readers = readers(from, id, &status)?;
    if !open && readers.is_empty() {
        return Ok(None);
    }
    let mut document = Document::new(STATUS_SHELF, id.get());
    document.number(AUTHOR, status.account.get());
    document.number(OPEN, u64::from(open));
    for reader in readers {
        document.number(READER, reader.get());
    }
    for tag in &status.tags {
        document.text(TAG, tag.name.as_str());
    }
    if let Some(language) = &status.language {
        document.text(LANGUAGE, language.as_str());
    }
    describe(from, id, &status, &mut document)?;
    Ok(Some(document))
}

/// The local accounts in whose library a status stands.
fn readers(from: &dyn Read, id: StatusId, status: &Status) -> Result<Vec<AccountId>> {
    let mut accounts = vec![status.account];
    accounts.extend(status.mentions.iter().map(|mention| mention.account));
    accounts.extend(favourites::of_status(from, id, MOST_MARKS)?);
    let boosts = REBLOGS.page(from, &id, &Window::newest(MOST_MARKS))?;
    accounts.extend(boosts.into_iter().map(|(_, account)| account));
    accounts.extend(BOOKMARKED_BY.page(from, &id, &Window::newest(MOST_MARKS))?);
    if status.poll {
        accounts.extend(polls::voters(from, id)?);
    }
    accounts.sort_unstable();
    accounts.dedup();
    let local = LOCAL.contains_many(from, &(), &accounts)?;
    Ok(accounts.into_iter().zip(local).filter(|(_, local)| *local).map(|(id, _)| id).collect())
}

fn describe(from: &dyn Read, id: StatusId, status: &Status, document: &mut Document) -> Result<()> {
    document.text(TEXT, status.spoiler.as_str());
    document.text(TEXT, plain::from_html(&status.content));
    let mut properties = Vec::new();
    for media in MEDIA.get_many(from, &status.media)?.into_iter().flatten() {
        properties.push("media");
        match media.kind {
            MediaKind::Image => properties.push("image"),
            MediaKind::Video => properties.push("video"),
            MediaKind::Audio => properties.push("audio"),
            MediaKind::Gifv | MediaKind::Unknown => {}
        }
        if let Some(description) = media.description {
            document.text(TEXT, description);
        }
    }
    if let Some(poll) = if status.poll { POLLS.get(from, &id)? } else { None } {
        properties.push("poll");
        for title in poll.titles() {
            document.text(TEXT, title);
        }
    }
    let marks = [
        ("link", has_link(&status.content)),
        ("embed", plays(from, id)?),
        ("sensitive", status.sensitive),
        ("reply", status.in_reply_to.is_some() || status.in_reply_to_uri.is_some()),
        ("quote", status.quote),
    ];
    properties.extend(marks.into_iter().filter(|(_, is)| *is).map(|(word, _)| word));
    properties.sort_unstable();
    properties.dedup();
    for property in properties {
        document.text(PROPERTY, property);
    }
    Ok(())
}

/// Whether the card of a status shows something that plays.
///
/// # Errors
/// When the store fails.
pub fn plays(from: &dyn Read, status: StatusId) -> Result<bool> {
    let Some(of) = CARD_OF.get(from, &status)? else { return Ok(false) };
    Ok(CARDS.get(from, &of.card)?.is_some_and(|card| card.kind == CardKind::Video))
}

/// A link that is neither a mention nor a hashtag.
fn has_link(content: &str) -> bool {
    plain::anchors(content, MOST_LINKS)
        .iter()
        .any(|anchor| !anchor.classes.iter().any(|class| class == "mention" || class == "hashtag"))
}
