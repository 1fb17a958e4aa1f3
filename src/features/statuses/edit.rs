//! Editing: a local status is replaced, and what it was is kept as a revision (behaviours §4).

use super::post::{choose_language, policy, settle_text};
use super::render::write;
use super::table::{QuotePolicy, REVISIONS, Revision, STATUSES, Status};
use super::{get, url};
use crate::features::accounts;
use crate::features::collections::linked;
use crate::features::media::processing::Thumbnail;
use crate::features::media::table::{MEDIA, Media};
use crate::features::media::{self, Focus, check_description};
use crate::features::polls::table::POLLS;
use crate::features::polls::{self, PollDraft};
use crate::features::quotes::table::QUOTES;
use crate::features::users::table::USERS;
use crate::platform::app::Tx;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, MediaId, StatusId};
use shop_storage::{Read, Window};

/// How many revisions of one status are kept; the oldest but the original go first.
pub const MOST_REVISIONS: usize = 100;

/// What a status shall become. What is left out is removed.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Plain text.
    pub text: String,
    /// The warning.
    pub spoiler: String,
    /// Media are hidden until asked for.
    pub sensitive: bool,
    /// ISO 639; `None` keeps it.
    pub language: Option<String>,
    /// All attachments, in order.
    pub media: Vec<MediaId>,
    /// New descriptions and focus points.
    pub attributes: Vec<MediaEdit>,
    /// The poll that hangs on it.
    pub poll: Option<PollDraft>,
    /// Who may quote it from now on; `None` leaves it.
    pub quote_policy: Option<QuotePolicy>,
}

/// What an attachment shall become.
#[derive(Debug, Clone)]
pub struct MediaEdit {
    /// Which.
    pub id: MediaId,
    /// Its description, when it was sent.
    pub description: Option<String>,
    /// Its focus point, when it was sent.
    pub focus: Option<Focus>,
    /// Its thumbnail, when it was sent.
    pub thumbnail: Option<Thumbnail>,
}

/// Replaces a status of `author`. An edit that changes nothing leaves no trace.
///
/// # Errors
/// 404 for other people's statuses and boosts, 422 for what breaks a rule.
pub fn edit(tx: &mut Tx<'_>, author: AccountId, id: StatusId, edit: Edit) -> Result<()> {
    let before = get(&**tx, id)?;
    if before.account != author || before.reblog_of.is_some() {
        return Err(Error::not_found());
    }
    edit.poll.as_ref().map_or(Ok(()), PollDraft::check)?;
    let warned = !edit.spoiler.trim().is_empty();
    let (text, spoiler) = settle_text(edit.text, edit.spoiler, edit.media.is_empty(), before.quote)?;
    let page = quoted_page(&tx.app().config, &**tx, id, &before)?;
    let written = write(&tx.app().config, &**tx, author, &text, &spoiler, page.as_deref())?;
    let original = revision_of(&**tx, id, &before)?;
    media::attach(tx, author, &edit.media, id)?;
    let asked_anew = polls::change(tx, id, author, edit.poll.as_ref())?;
    let redescribed = describe(tx, &edit.media, &edit.attributes)?;
    let locale = USERS.get(&**tx, &author)?.map(|user| user.settings.locale).unwrap_or_default();
    let language = match &edit.language {
        Some(code) => choose_language(Some(code), before.language.as_deref(), &locale),
        None => before.language.clone(),
    };
    let mut mentions = written.mentions;
    for old in &before.mentions {
        // Whom an edit leaves out keeps access (behaviours §4).
        if !mentions.iter().any(|new| new.account == old.account) {
            mentions.push(super::table::Mention { account: old.account, silent: true });
        }
    }
    let mut after = Status {
        sensitive: edit.sensitive || warned,
        text: written.text,
        content: written.content,
        spoiler,
        language,
        media: edit.media,
        mentions,
        tags: written.tags,
        emojis: written.emojis,
        poll: edit.poll.is_some(),
        quote_policy: match edit.quote_policy {
            Some(asked) => policy(before.visibility, Some(asked), ""),
            None => before.quote_policy,
        },
        ..before.clone()
    };
    if after == before && !redescribed && !asked_anew {
        if after.poll {
            // Its end may have moved.
            tx.tell(Event::StatusRefreshed { status: id });
        }
        return Ok(());
    }
    after.edited_at = Some(tx.now());
    STATUSES.put(tx, &id, &after)?;
    linked::keep(tx, id, &linked::in_text(&after.text))?;
    keep_revision(tx, id, original, &after)?;
    tx.tell(Event::StatusEdited { status: id });
    Ok(())
}

/// The page of what a status quotes, as its text links it.
fn quoted_page(config: &Config, from: &dyn Read, id: StatusId, status: &Status) -> Result<Option<String>> {
    let quote = if status.quote { QUOTES.get(from, &id)? } else { None };
    let Some(quoted) = quote.as_ref().and_then(|quote| quote.quoted) else {
        return Ok(quote.and_then(|quote| quote.uri));
    };
    let Some(record) = STATUSES.get(from, &quoted)? else { return Ok(None) };
    let author = accounts::get(from, record.account)?;
    Ok(Some(url(config, quoted, &record, &author)))
}

/// Gives attachments of this status new words; true when any changed.
fn describe(tx: &mut Tx<'_>, attached: &[MediaId], attributes: &[MediaEdit]) -> Result<bool> {
    let mut changed = false;
    for wanted in attributes.iter().filter(|wanted| attached.contains(&wanted.id)) {
        let description = wanted.description.as_deref().map(check_description).transpose()?;
        let changes = MEDIA.edit(tx, &wanted.id, |media: &mut Media| {
            let before = media.clone();
            if let Some(description) = description {
                media.description = description;
            }
            if wanted.focus.is_some() {
                media.focus = wanted.focus;
            }
            *media != before
        })?;
        changed |= changes.unwrap_or(false) || wanted.thumbnail.is_some();
        if let Some(thumbnail) = wanted.thumbnail.clone() {
            media::show_thumbnail(tx, wanted.id, thumbnail)?;
        }
    }
    Ok(changed)
}

/// The present state of a status as a revision.
///
/// # Errors
/// When the store fails.
pub fn revision_of(from: &dyn Read, id: StatusId, status: &Status) -> Result<Revision> {
    let descriptions = MEDIA.get_many(from, &status.media)?;
    let media = status.media.iter().zip(descriptions);
    let poll = if status.poll { POLLS.get(from, &id)? } else { None };
    Ok(Revision {
        content: status.content.clone(),
        spoiler: status.spoiler.clone(),
        sensitive: status.sensitive,
        created_at: status.edited_at.unwrap_or(status.created_at),
        media: media.map(|(id, media)| (*id, media.and_then(|media| media.description))).collect(),
        emojis: status.emojis.clone(),
        poll: poll.map(|poll| poll.titles()),
    })
}

/// Writes the new state into the history; the first edit also keeps `original`.
///
/// # Errors
/// When the store fails.
pub(super) fn keep_revision(tx: &mut Tx<'_>, id: StatusId, original: Revision, after: &Status) -> Result<()> {
    let newest = REVISIONS.page_under(&**tx, &id, &Window::newest(1))?;
    let next = match newest.first() {
        Some(((_, number), _)) => number.saturating_add(1),
        None => {
            REVISIONS.put(tx, &(id, 0), &original)?;
            1
        }
    };
    let revision = Revision {
        created_at: after.edited_at.unwrap_or(after.created_at),
        ..revision_of(&**tx, id, after)?
    };
    REVISIONS.put(tx, &(id, next), &revision)?;
    if next as usize >= MOST_REVISIONS {
        REVISIONS.delete(tx, &(id, next - MOST_REVISIONS as u32 + 1))?;
    }
    Ok(())
}

/// All states a status was in, oldest first; at least the present one.
///
/// # Errors
/// When the store fails.
pub fn history(from: &dyn Read, id: StatusId, status: &Status) -> Result<Vec<Revision>> {
    let kept = REVISIONS.page_under(from, &id, &Window::oldest(MOST_REVISIONS + 1))?;
    if kept.is_empty() {
        return Ok(vec![Revision { created_at: status.created_at, ..revision_of(from, id, status)? }]);
    }
    Ok(kept.into_iter().map(|(_, revision)| revision).collect())
}
