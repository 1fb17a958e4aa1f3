//! Posting: from a draft to a stored local status (behaviours §4).

use std::time::Duration;

use shop_storage::Read;

use super::quote::Target;
use super::render::{check_length, write};
use super::table::{IDEMPOTENT, Idempotent, Mention, QuotePolicy, STATUSES, Status};
use super::{count_in, get_visible, url};
use crate::features::collections::linked;
use crate::features::polls::{self, PollDraft};
use crate::features::users::table::{USERS, Visibility};
use crate::features::{accounts, media};
use crate::platform::app::Tx;
use crate::platform::config::Config;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, AppId, MediaId, StatusId};
use crate::platform::text::language;

/// How long an Idempotency-Key gives the same status.
const REPEATABLE: Duration = Duration::from_secs(3_600);
/// The longest Idempotency-Key that is kept.
const LONGEST_KEY: usize = 255;

/// What somebody wants to post. Empty options follow the person's settings.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Plain text.
    pub text: String,
    /// The warning.
    pub spoiler: String,
    /// Who may see it.
    pub visibility: Option<Visibility>,
    /// Media are hidden until asked for.
    pub sensitive: Option<bool>,
    /// ISO 639.
    pub language: Option<String>,
    /// What it answers.
    pub in_reply_to: Option<StatusId>,
    /// Uploads to attach.
    pub media: Vec<MediaId>,
    /// What it was written with.
    pub app: Option<AppId>,
    /// Makes the request repeatable.
    pub idempotency_key: Option<String>,
    /// Only these accounts may be mentioned.
    pub allowed_mentions: Option<Vec<AccountId>>,
    /// The poll that hangs on it.
    pub poll: Option<PollDraft>,
    /// What it quotes.
    pub quoted: Option<StatusId>,
    /// Who may quote it.
    pub quote_policy: Option<QuotePolicy>,
}

/// Posts a draft, or finds what the same Idempotency-Key has posted.
///
/// # Errors
/// 404 for an invisible parent, 422 for what breaks a rule; mentions beyond the allowed are an inner error.
pub fn post(
    tx: &mut Tx<'_>,
    author: AccountId,
    draft: Draft,
) -> Result<std::result::Result<StatusId, Vec<AccountId>>> {
    let key = idempotency_key(&draft);
    if let Some(earlier) = key.as_ref().map(|key| repeated(tx, author, key)).transpose()?.flatten() {
        return Ok(Ok(earlier));
    }
    // A warning asks for care even where it becomes the text itself.
    let warned = !draft.spoiler.trim().is_empty();
    let quoted = draft.quoted.map(|id| Target::find(&**tx, author, id)).transpose()?;
    let (text, spoiler) = settle_text(draft.text, draft.spoiler, draft.media.is_empty(), quoted.is_some())?;
    draft.poll.as_ref().map_or(Ok(()), PollDraft::check)?;
    let account = accounts::get(&**tx, author)?;
    let settings = USERS.get(&**tx, &author)?.map(|user| user.settings).unwrap_or_default();
    let page = quoted.as_ref().map(|quoted| url(&tx.app().config, quoted.id, &quoted.status, &quoted.author));
    let written = write(&tx.app().config, &**tx, author, &text, &spoiler, page.as_deref())?;
    if let Some(unexpected) = unexpected(draft.allowed_mentions.as_deref(), &written.mentions) {
        return Ok(Err(unexpected));
    }
    let parent = match draft.in_reply_to {
        Some(id) => Some((id, get_visible(&**tx, Some(author), id).map_err(no_parent)?)),
        None => None,
    };
    let default =
        settings.privacy.unwrap_or(if account.locked { Visibility::Private } else { Visibility::Public });
    let visibility = match draft.visibility.unwrap_or(default) {
        Visibility::Public if account.silenced_at.is_some() => Visibility::Unlisted,
        chosen => chosen,
    };
    let visibility = quoted.as_ref().map_or(visibility, |quoted| quoted.narrow(visibility));
    refuse_stranger(visibility, author, quoted.as_ref(), &written.mentions)?;
    let id: StatusId = tx.new_id();
    media::attach(tx, author, &draft.media, id)?;
    let status = Status {
        account: author,
        local: true,
        uri: None,
        url: None,
        sensitive: draft.sensitive.unwrap_or(settings.sensitive) || warned,
        text: written.text,
        content: written.content,
        spoiler,
        visibility,
        language: choose_language(draft.language.as_deref(), settings.language.as_deref(), &settings.locale),
        conversation: parent.as_ref().map_or_else(|| tx.new_id(), |(_, parent)| parent.conversation),
        in_reply_to: parent.map(|(id, parent)| (id, parent.account)),
        in_reply_to_uri: None,
        reblog_of: None,
        created_at: tx.now(),
        edited_at: None,
        media: draft.media,
        mentions: written.mentions,
        tags: written.tags,
        emojis: written.emojis,
        app: draft.app,
        poll: draft.poll.is_some(),
        quote: quoted.is_some(),
        quote_policy: policy(visibility, draft.quote_policy, &settings.quote_policy),
    };
    STATUSES.put(tx, &id, &status)?;
    linked::keep(tx, id, &linked::in_text(&status.text))?;
    if let Some(poll) = &draft.poll {
        polls::ask(tx, id, author, poll)?;
    }
    if let Some(quoted) = &quoted {
        quoted.keep(tx, id)?;
    }
    count_in(tx, &status)?;
    if let Some(key) = key {
        let made_at = tx.now();
        IDEMPOTENT.put(tx, &(author, key), &Idempotent { status: id, made_at })?;
        forget_keys_later(tx, author)?;
    }
    tx.tell(Event::StatusPosted { status: id, fresh: true });
    Ok(Ok(id))
}

/// A direct post that quotes must be for the quoted author too (behaviours §13).
fn refuse_stranger(
    visibility: Visibility,
    author: AccountId,
    quoted: Option<&Target>,
    mentions: &[Mention],
) -> Result<()> {
    let Some(quoted) = quoted.filter(|_| visibility == Visibility::Direct) else { return Ok(()) };
    let to = quoted.status.account;
    if to == author || mentions.iter().any(|mention| mention.account == to) {
        return Ok(());
    }
    Err(Error::invalid("A private mention that quotes must mention the quoted author"))
}

/// Who may quote: nobody but the author where not everybody may see.
pub(super) fn policy(visibility: Visibility, asked: Option<QuotePolicy>, own: &str) -> QuotePolicy {
    if !visibility.is_open() {
        return QuotePolicy::NOBODY;
    }
    asked.or_else(|| QuotePolicy::parse(own)).unwrap_or(QuotePolicy::NOBODY)
}

/// The parent is not there, or not for this author: said in words of its own (behaviours §4).
pub fn no_parent(error: Error) -> Error {
    match error.kind() {
        Kind::NotFound => {
            Error::new(Kind::NotFound, "The post you are trying to reply to does not appear to exist.")
        }
        _ => error,
    }
}

/// The key that makes a request repeatable; one that is empty or too long is none.
pub fn idempotency_key(draft: &Draft) -> Option<String> {
    draft.idempotency_key.clone().filter(|key| !key.is_empty() && key.len() <= LONGEST_KEY)
}

/// Lets the keys of `author` be forgotten when they are past their time.
///
/// # Errors
/// When the store fails.
pub fn forget_keys_later(tx: &mut Tx<'_>, author: AccountId) -> Result<()> {
    let due = tx.now().plus(REPEATABLE);
    tx.enqueue_at(&super::jobs::ForgetKeys { account: author }, due)
}

/// What a key of the last hour has made: a status, or the number of one that waits.
///
/// # Errors
/// When the store fails.
pub fn kept_key(tx: &Tx<'_>, author: AccountId, key: &str) -> Result<Option<StatusId>> {
    let row = IDEMPOTENT.get(&**tx, &(author, key.to_owned()))?;
    Ok(row.filter(|row| tx.now().since(row.made_at) < REPEATABLE).map(|row| row.status))
}

fn repeated(tx: &Tx<'_>, author: AccountId, key: &str) -> Result<Option<StatusId>> {
    match kept_key(tx, author, key)? {
        Some(id) if STATUSES.has(&**tx, &id)? => Ok(Some(id)),
        _ => Ok(None),
    }
}

/// Whether a draft could be posted now, as far as that can be told without posting it. Uploads are looked at when they
/// are taken.
///
/// # Errors
/// As [`post`].
pub fn check(
    from: &dyn Read,
    config: &Config,
    author: AccountId,
    draft: &Draft,
) -> Result<std::result::Result<(), Vec<AccountId>>> {
    let quoted = draft.quoted.map(|id| Target::find(from, author, id)).transpose()?;
    let (text, spoiler) =
        settle_text(draft.text.clone(), draft.spoiler.clone(), draft.media.is_empty(), quoted.is_some())?;
    draft.poll.as_ref().map_or(Ok(()), PollDraft::check)?;
    let written = write(config, from, author, &text, &spoiler, None)?;
    if let Some(unexpected) = unexpected(draft.allowed_mentions.as_deref(), &written.mentions) {
        return Ok(Err(unexpected));
    }
    if let Some(id) = draft.in_reply_to {
        get_visible(from, Some(author), id).map_err(no_parent)?;
    }
    if let Some(visibility) = draft.visibility {
        refuse_stranger(visibility, author, quoted.as_ref(), &written.mentions)?;
    }
    Ok(Ok(()))
}

/// Whom a text mentions beyond those it may, if any.
fn unexpected(allowed: Option<&[AccountId]>, mentions: &[Mention]) -> Option<Vec<AccountId>> {
    let allowed = allowed?;
    let mentioned = mentions.iter().map(|mention| mention.account);
    let beyond: Vec<_> = mentioned.filter(|id| !allowed.contains(id)).collect();
    (!beyond.is_empty()).then_some(beyond)
}

/// Whether a kept key is past its time.
pub(super) fn is_forgotten(row: &Idempotent, now: crate::platform::clock::Millis) -> bool {
    now.since(row.made_at) >= REPEATABLE
}

/// Blanks around text and warning are dropped, line ends become single characters, and a warning without a text
/// is the text unless something is quoted (behaviours §4). Nothing at all needs a picture or a quote.
///
/// # Errors
/// 422 when nothing is left, or too much.
pub(super) fn settle_text(
    text: String,
    spoiler: String,
    bare: bool,
    quotes: bool,
) -> Result<(String, String)> {
    let settle = |text: String| {
        let text = if text.contains(['\r', '\0']) {
            text.replace("\r\n", "\n").replace('\r', "\n").replace('\0', "")
        } else {
            text
        };
        text.trim().to_owned()
    };
    let (text, spoiler) = (settle(text), settle(spoiler));
    let (text, spoiler) = if text.is_empty() && !quotes { (spoiler, String::new()) } else { (text, spoiler) };
    if text.is_empty() && bare && !quotes {
        return Err(Error::invalid("Text can't be blank"));
    }
    check_length(&text, &spoiler)?;
    Ok((text, spoiler))
}

/// The asked-for language if there is such a one, else the person's, else that of the interface.
pub(super) fn choose_language(asked: Option<&str>, own: Option<&str>, locale: &str) -> Option<String> {
    let known = |code: &str| language::normalise(code).map(str::to_owned);
    asked.and_then(known).or_else(|| own.and_then(known)).or_else(|| known(locale))
}
