//! Boosting (reblog, as the API has it), and taking it back.

use super::marks::refuse_blocked;
use super::table::{QuotePolicy, REBLOG_BY, STATUSES, Status};
use super::{count_in, get, get_visible, remove};
use crate::features::accounts;
use crate::features::users::table::{USERS, Visibility};
use crate::platform::app::Tx;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, StatusId};

/// Boosts a status, or finds the boost that exists.
///
/// # Errors
/// 404 for the invisible, 403 for direct posts and other people's private ones (behaviours §8).
pub fn reblog(
    tx: &mut Tx<'_>,
    by: AccountId,
    id: StatusId,
    visibility: Option<Visibility>,
) -> Result<StatusId> {
    let (of, original) = original(tx, by, id)?;
    refuse_blocked(&**tx, by, original.account)?;
    let private = match original.visibility {
        Visibility::Public | Visibility::Unlisted => false,
        Visibility::Private if original.account == by => true,
        _ => return Err(Error::forbidden()),
    };
    if let Some(existing) = REBLOG_BY.get(&**tx, &(of, by))? {
        return Ok(existing);
    }
    let account = accounts::get(&**tx, by)?;
    let settings = USERS.get(&**tx, &by)?.map(|user| user.settings).unwrap_or_default();
    let default =
        settings.privacy.unwrap_or(if account.locked { Visibility::Private } else { Visibility::Public });
    let visibility = match visibility.unwrap_or(default) {
        _ if private => Visibility::Private,
        Visibility::Public if account.silenced_at.is_some() => Visibility::Unlisted,
        Visibility::Direct | Visibility::Limited => {
            return Err(Error::invalid("Visibility is not included in the list"));
        }
        chosen => chosen,
    };
    let boost: StatusId = tx.new_id();
    let status = boost_of(by, of, &original, visibility, tx.now());
    STATUSES.put(tx, &boost, &status)?;
    count_in(tx, &status)?;
    tx.tell(Event::StatusPosted { status: boost, fresh: true });
    Ok(boost)
}

/// A boost as it is stored.
pub fn boost_of(
    by: AccountId,
    of: StatusId,
    original: &Status,
    visibility: Visibility,
    at: crate::platform::clock::Millis,
) -> Status {
    Status {
        account: by,
        local: true,
        uri: None,
        url: None,
        text: String::new(),
        content: String::new(),
        spoiler: String::new(),
        sensitive: false,
        visibility,
        language: original.language.clone(),
        in_reply_to: None,
        in_reply_to_uri: None,
        reblog_of: Some(of),
        conversation: original.conversation,
        created_at: at,
        edited_at: None,
        media: Vec::new(),
        mentions: Vec::new(),
        tags: Vec::new(),
        emojis: Vec::new(),
        app: None,
        poll: false,
        quote: false,
        quote_policy: QuotePolicy::NOBODY,
    }
}

/// Takes a boost back; one that does not exist is fine. Gives the boosted status.
///
/// # Errors
/// 404 for a status that does not exist.
pub fn unreblog(tx: &mut Tx<'_>, by: AccountId, id: StatusId) -> Result<StatusId> {
    let status = get(&**tx, id)?;
    let of = status.reblog_of.unwrap_or(id);
    if let Some(boost) = REBLOG_BY.get(&**tx, &(of, by))? {
        remove(tx, boost)?;
    } else {
        get_visible(&**tx, Some(by), of)?;
    }
    Ok(of)
}

/// What is boosted: boosting a boost means the post itself.
fn original(tx: &Tx<'_>, by: AccountId, id: StatusId) -> Result<(StatusId, Status)> {
    let status = get_visible(&**tx, Some(by), id)?;
    match status.reblog_of {
        Some(of) => Ok((of, get_visible(&**tx, Some(by), of)?)),
        None => Ok((id, status)),
    }
}
