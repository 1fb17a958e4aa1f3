//! Getting posts of other servers: fetched by their id, or delivered, and kept the same way.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Read, record};

use super::edit::revision_of;
use super::incoming::{Asked, Attached, Note};
use super::table::{BY_URI, Mention, QuotePolicy, STATUSES, Status, StatusStats, TOMBSTONES};
use super::{id_of_local_uri, render, revise_remote, store_remote};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{self, find_uri, followers_uri, keys};
use crate::features::media::table::{MEDIA, Media};
use crate::features::polls::table::{POLLS, Poll, PollOption};
use crate::features::users::table::Visibility;
use crate::features::{emoji, peers, polls};
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Document, is_public};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, MediaId, StatusId};
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::net::Signer;

/// How many unknown accounts one post may make us ask for.
const MOST_LOOKUPS: usize = 8;
/// How many posts upwards a thread is followed from one that came in.
const THREAD_DEPTH: u8 = 40;
/// How long a person who posts waits for mentioned accounts to be found.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often fetching a parent is tried.
const TRIES: u32 = 4;

/// The status with this ActivityPub id or page address. Unknown ones are fetched; `None` when there is none that we
/// may see.
///
/// # Errors
/// 503 when its server cannot be reached; when the store fails.
pub async fn uri(app: &App, uri: &str) -> Result<Option<StatusId>> {
    if let Some(known) = known(app, &app.read()?, uri)? {
        return Ok(Some(known));
    }
    if peers::is_ours(app, uri) {
        return Ok(None);
    }
    let signer = keys::instance_signer(app).await?;
    match fetch::pasted(app, uri, &signer).await {
        Ok(document) => keep(app, &document, THREAD_DEPTH).await,
        Err(error) => nothing(error),
    }
}

/// Looks up the remote handles that a text mentions, so that they can be mentioned. Who cannot be found in time stays
/// plain text.
pub async fn mentioned(app: &App, text: &str) {
    let handles = render::remote_handles(&app.config, text);
    let lookups = handles.iter().map(|handle| accounts::resolve::handle(app, handle));
    if tokio::time::timeout(PATIENCE, futures_util::future::join_all(lookups)).await.is_err() {
        tracing::debug!("mentioned accounts were not found in time");
    }
}

/// The status with this ActivityPub id, if we have it.
///
/// # Errors
/// When the store fails.
pub fn known(app: &App, from: &dyn Read, uri: &str) -> Result<Option<StatusId>> {
    if let Some(id) = id_of_local_uri(&app.config, uri) {
        return Ok(STATUSES.get(from, &id)?.filter(|status| status.local).map(|_| id));
    }
    Ok(BY_URI.get(from, &uri.to_owned())?)
}

/// As [`uri`], for an id that another server named: no page is searched for a document.
async fn fetched(
    app: &App,
    uri: &str,
    signer: &Arc<dyn Signer>,
    depth: u8,
) -> Result<Option<StatusId>, Failure> {
    if let Some(known) = known(app, &app.read()?, uri)? {
        return Ok(Some(known));
    }
    if peers::is_ours(app, uri) {
        return Ok(None);
    }
    match fetch::document(app, uri, signer).await {
        Ok(document) => Ok(keep(app, &document, depth).await?),
        Err(error @ FetchError::Later(_)) => Err(Failure::Later(error.into())),
        Err(_) => Ok(None),
    }
}

/// The object of a boost or a pin: known, or fetched from its server.
///
/// # Errors
/// As [`uri`].
pub async fn object(app: &App, uri: &str) -> Result<Option<StatusId>> {
    let signer = keys::instance_signer(app).await?;
    match fetched(app, uri, &signer, THREAD_DEPTH).await {
        Ok(found) => Ok(found),
        Err(Failure::Later(error) | Failure::Final(error)) => Err(error),
        Err(Failure::At(_)) => Ok(None),
    }
}

fn nothing<T>(error: FetchError) -> Result<Option<T>> {
    match error {
        FetchError::Later(_) => Err(error.into()),
        error => {
            tracing::debug!(%error, "no status");
            Ok(None)
        }
    }
}

/// Keeps a document that comes from its own server, whoever asked for it.
async fn keep(app: &App, document: &Document, depth: u8) -> Result<Option<StatusId>> {
    let Some(note) = Note::read(document.view()).filter(|note| !note.is_vote) else { return Ok(None) };
    let Some(author) = accounts::resolve::uri(app, &note.author).await? else { return Ok(None) };
    store(app, note, author, depth).await
}

/// Keeps a post that its author has sent us, with what belongs to it. A parent that we do not have is fetched
/// afterwards.
///
/// # Errors
/// When the store fails.
pub async fn received(app: &App, note: Note, author: AccountId) -> Result<Option<StatusId>> {
    store(app, note, author, THREAD_DEPTH).await
}

async fn store(app: &App, note: Note, author: AccountId, depth: u8) -> Result<Option<StatusId>> {
    let named = look_up(app, &note).await?;
    app.write(move |tx| {
        let account = accounts::get(&**tx, author)?;
        let suspended = account.suspended_at.is_some() || account.is_local();
        if suspended || TOMBSTONES.has(&**tx, &note.uri)? || peers::has_seen(&**tx, &deleted(&note.uri))? {
            return Ok(None);
        }
        if let Some(id) = BY_URI.get(&**tx, &note.uri)? {
            let same = STATUSES.get(&**tx, &id)?.is_some_and(|status| status.account == author);
            return Ok(same.then_some(id));
        }
        let domain = account.domain.clone().unwrap_or_default();
        emoji::tag::keep(tx, &domain, &note.emojis)?;
        let media = attach(tx, author, &note.media)?;
        let stats = stats(&note);
        let parent = parent(tx, &note)?;
        if let (None, Some(uri)) = (parent, &note.parent)
            && depth > 0
            && !peers::is_ours(tx.app(), uri)
        {
            tx.enqueue(&FetchParent { uri: uri.clone(), depth: depth - 1 })?;
        }
        let status = status(tx, &note, author, &account, parent, media.clone(), named)?;
        let id = store_remote(tx, status, stats)?;
        if let Some(asked) = &note.poll {
            keep_poll(tx, id, author, &domain, asked)?;
        }
        for media in media {
            MEDIA.edit(tx, &media, |row| row.status = Some(id))?;
        }
        Ok(Some(id))
    })
    .await
}

/// Takes over an edit that the author has sent; an edit that is not newer only brings new counts.
///
/// # Errors
/// When the store fails.
pub async fn edited(app: &App, note: Note, id: StatusId) -> Result<()> {
    let named = look_up(app, &note).await?;
    app.write(move |tx| {
        let Some(before) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
        let account = accounts::get(&**tx, before.account)?;
        let since = before.edited_at.unwrap_or(before.created_at);
        let is_newer = note.updated.is_some_and(|updated| updated > since);
        let domain = account.domain.clone().unwrap_or_default();
        if !is_newer {
            if let Some(asked) = note.poll.as_ref().filter(|_| before.poll) {
                keep_poll(tx, id, before.account, &domain, asked)?;
            }
            return revise_remote(tx, id, None, stats(&note));
        }
        emoji::tag::keep(tx, &domain, &note.emojis)?;
        let original = revision_of(&**tx, id, &before)?;
        match &note.poll {
            Some(asked) => drop(keep_poll(tx, id, before.account, &domain, asked)?),
            None if before.poll => polls::forget(tx, id)?,
            None => {}
        }
        let media = unchanged(&**tx, &before, &note.media)?;
        let media = match media {
            Some(media) => media,
            None => attach(tx, before.account, &note.media)?,
        };
        for attachment in &media {
            MEDIA.edit(tx, attachment, |row| row.status = Some(id))?;
        }
        let parent = parent(tx, &note)?;
        let mut after = status(tx, &note, before.account, &account, parent, media, named)?;
        after.visibility = before.visibility;
        after.created_at = before.created_at;
        after.conversation = before.conversation;
        after.in_reply_to = before.in_reply_to;
        after.in_reply_to_uri.clone_from(&before.in_reply_to_uri);
        after.edited_at = note.updated;
        // Who was named once keeps access (behaviours §4).
        for mention in before.mentions {
            if !after.mentions(mention.account) {
                after.mentions.push(Mention { account: mention.account, silent: true });
            }
        }
        revise_remote(tx, id, Some((original, after)), stats(&note))
    })
    .await
}

/// Keeps the poll of a remote status; whether what is asked has changed.
fn keep_poll(tx: &mut Tx<'_>, id: StatusId, account: AccountId, domain: &str, asked: &Asked) -> Result<bool> {
    let titles: Vec<&str> = asked.options.iter().map(|(title, _)| title.as_str()).collect();
    let options =
        asked.options.iter().map(|(title, votes)| PollOption { title: title.clone(), votes: *votes });
    let poll = Poll {
        account,
        local: false,
        options: options.collect(),
        multiple: asked.multiple,
        hide_totals: false,
        expires_at: asked.ends,
        voters: asked.voters,
        emojis: emoji::used(&**tx, Some(domain), &titles)?,
        fetched_at: None,
        ended: false,
    };
    polls::keep(tx, id, poll)
}

/// How old the counts of a remote poll may be when somebody asks for them (behaviours §7).
const COUNTS_AGE: Duration = Duration::from_secs(60);

/// Asks the origin of a remote poll for its counts when ours are old. A server that does not answer leaves the counts
/// as they are.
///
/// # Errors
/// When the store fails.
pub async fn poll(app: &App, id: StatusId) -> Result<()> {
    let uri = {
        let from = app.read()?;
        let now = app.now();
        let final_ = |poll: &Poll| {
            poll.expires_at.is_some_and(|end| poll.fetched_at.is_some_and(|fetched| fetched > end))
        };
        let old = |poll: &Poll| poll.fetched_at.is_none_or(|fetched| now.since(fetched) > COUNTS_AGE);
        let stale = POLLS.get(&from, &id)?.is_some_and(|poll| !poll.local && old(&poll) && !final_(&poll));
        if stale { STATUSES.get(&from, &id)?.and_then(|status| status.uri) } else { None }
    };
    let Some(uri) = uri else { return Ok(()) };
    let signer = keys::instance_signer(app).await?;
    match fetch::document(app, &uri, &signer).await {
        Ok(document) => match Note::read(document.view()) {
            Some(note) if note.uri == uri => edited(app, note, id).await,
            _ => Ok(()),
        },
        Err(error) => {
            tracing::debug!(%error, uri, "the counts of a poll could not be fetched");
            app.write_relaxed(move |tx| {
                let now = tx.now();
                POLLS.edit(tx, &id, |poll| poll.fetched_at = Some(now))?;
                Ok(())
            })
            .await
        }
    }
}

/// The attachments as they are, when the edit has the same ones with the same descriptions.
fn unchanged(from: &dyn Read, before: &Status, media: &[Attached]) -> Result<Option<Vec<MediaId>>> {
    let rows = MEDIA.get_many(from, &before.media)?;
    let same = rows.len() == media.len()
        && rows.iter().zip(media).all(|(row, media)| {
            row.as_ref().is_some_and(|row| {
                row.original == media.place
                    && row.description == media.description
                    && row.focus == media.focus
            })
        });
    Ok(same.then(|| before.media.clone()))
}

/// The name under which the deletion of a post that we never had is remembered.
pub fn deleted(uri: &str) -> String {
    format!("deleted {uri}")
}

fn stats(note: &Note) -> StatusStats {
    StatusStats { remote_reblogs: note.shares, remote_favourites: note.likes, ..StatusStats::default() }
}

/// The accounts a post names (looked up when unknown, a few of them) or only addresses (when known).
async fn look_up(app: &App, note: &Note) -> Result<Vec<Mention>> {
    let mut mentions: Vec<Mention> = Vec::new();
    let mut lookups = 0;
    for uri in &note.mentions {
        let known = find_uri(app, &app.read()?, uri)?.map(|known| known.id);
        let account = match known {
            Some(id) => Some(id),
            None if lookups < MOST_LOOKUPS && !peers::is_ours(app, uri) => {
                lookups += 1;
                accounts::resolve::uri(app, uri).await.unwrap_or_default()
            }
            None => None,
        };
        add(&mut mentions, account, false);
    }
    let from = app.read()?;
    for uri in note.to.iter().chain(&note.cc).filter(|uri| !is_public(uri)) {
        add(&mut mentions, find_uri(app, &from, uri)?.map(|known| known.id), true);
    }
    Ok(mentions)
}

fn add(mentions: &mut Vec<Mention>, account: Option<AccountId>, silent: bool) {
    if let Some(account) = account
        && !mentions.iter().any(|mention| mention.account == account)
    {
        mentions.push(Mention { account, silent });
    }
}

fn parent(tx: &Tx<'_>, note: &Note) -> Result<Option<(StatusId, AccountId)>> {
    let Some(uri) = &note.parent else { return Ok(None) };
    let Some(id) = known(tx.app(), &**tx, uri)? else { return Ok(None) };
    Ok(STATUSES.get(&**tx, &id)?.map(|parent| (id, parent.account)))
}

fn attach(tx: &mut Tx<'_>, account: AccountId, media: &[Attached]) -> Result<Vec<MediaId>> {
    let mut ids = Vec::new();
    for attached in media {
        let id: MediaId = tx.new_id();
        let row = Media {
            account,
            status: None,
            kind: attached.kind,
            mime: attached.mime.clone(),
            original: attached.place.clone(),
            preview: None,
            size: attached.size,
            preview_size: None,
            focus: attached.focus,
            description: attached.description.clone(),
            blurhash: attached.blurhash.clone(),
            created_at: tx.now(),
        };
        MEDIA.put(tx, &id, &row)?;
        ids.push(id);
    }
    Ok(ids)
}

fn status(
    tx: &Tx<'_>,
    note: &Note,
    author: AccountId,
    account: &Account,
    parent: Option<(StatusId, AccountId)>,
    media: Vec<MediaId>,
    mentions: Vec<Mention>,
) -> Result<Status> {
    let followers = followers_uri(&tx.app().config, author, account);
    let mut visibility = note.visibility(followers.as_deref());
    if visibility == Visibility::Direct && mentions.iter().any(|mention| mention.silent) {
        visibility = Visibility::Limited;
    }
    let now = tx.now();
    let created_at = note.published.unwrap_or(now).min(now);
    let conversation = match parent {
        Some((parent, _)) => STATUSES.get(&**tx, &parent)?.map(|parent| parent.conversation),
        None => None,
    };
    Ok(Status {
        account: author,
        local: false,
        uri: Some(note.uri.clone()),
        url: note.url.clone(),
        text: String::new(),
        content: note.content.clone(),
        spoiler: note.spoiler.clone(),
        sensitive: note.sensitive || account.sensitized,
        visibility,
        language: note.language.clone(),
        in_reply_to: parent,
        in_reply_to_uri: note.parent.clone().filter(|_| parent.is_none()),
        reblog_of: None,
        conversation: conversation.unwrap_or_else(|| tx.new_id()),
        created_at,
        edited_at: note.updated.filter(|updated| *updated > created_at),
        media,
        mentions,
        tags: note.tags.clone(),
        emojis: note.emojis.iter().map(|emoji| emoji.code().to_owned()).collect(),
        app: None,
        poll: note.poll.is_some(),
        quote: false,
        quote_policy: QuotePolicy::Nobody,
    })
}

/// Keeps a boost that a remote account has made.
///
/// # Errors
/// When the store fails.
pub fn boosted(
    tx: &mut Tx<'_>,
    account: AccountId,
    of: StatusId,
    uri: &str,
    visibility: Visibility,
    published: Option<Millis>,
) -> Result<()> {
    let Some(original) = STATUSES.get(&**tx, &of)? else { return Ok(()) };
    if TOMBSTONES.has(&**tx, &uri.to_owned())? || ACCOUNTS.get(&**tx, &account)?.is_none() {
        return Ok(());
    }
    let now = tx.now();
    let status = Status {
        account,
        local: false,
        uri: Some(uri.to_owned()),
        url: None,
        text: String::new(),
        content: String::new(),
        spoiler: String::new(),
        sensitive: false,
        visibility,
        language: None,
        in_reply_to: None,
        in_reply_to_uri: None,
        reblog_of: Some(of),
        conversation: original.conversation,
        created_at: published.unwrap_or(now).min(now),
        edited_at: None,
        media: Vec::new(),
        mentions: Vec::new(),
        tags: Vec::new(),
        emojis: Vec::new(),
        app: None,
        poll: false,
        quote: false,
        quote_policy: QuotePolicy::Nobody,
    };
    store_remote(tx, status, StatusStats::default())?;
    Ok(())
}

/// Fetches what a post answers, so that threads are whole upwards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchParent {
    uri: String,
    depth: u8,
}
record!(FetchParent, 1);

impl Job for FetchParent {
    const NAME: &'static str = "fetch_parent";
    const QUEUE: &'static Queue = &jobs::NOW;
    const PRIORITY: u8 = 5;

    fn dedup(&self) -> Option<String> {
        Some(format!("fetch_parent:{}", self.uri))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let signer = keys::instance_signer(&app).await?;
        fetched(&app, &self.uri, &signer, self.depth).await.map(|_| ())
    }
}
