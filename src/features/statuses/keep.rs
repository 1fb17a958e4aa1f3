//! Keeping posts and boosts of other servers: from a document that is read to a stored status with what belongs to it.

use shop_storage::Read;

use super::attached::Attached;
use super::edit::revision_of;
use super::incoming::{Asked, Note, Quoted};
use super::quote::settle;
use super::resolve::{FetchParent, THREAD_DEPTH, deleted, known};
use super::table::{BY_URI, Mention, QuotePolicy, STATUSES, Status, StatusStats, TOMBSTONES, UNADDRESSED};
use super::verify::VerifyQuote;
use super::{revise_remote, store_remote};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{self, find_uri, followers_uri};
use crate::features::collections::linked;
use crate::features::media::table::{MEDIA, Media};
use crate::features::polls::table::{Poll, PollOption};
use crate::features::quotes::table::{QUOTES, Quote, QuoteState};
use crate::features::users::table::Visibility;
use crate::features::{emoji, peers, polls};
use crate::federation::vocab::{Document, is_public, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, MediaId, StatusId};

/// How many unknown accounts one post may make us ask for.
const MOST_LOOKUPS: usize = 8;
/// How many quotes deep a quote of a quote is followed (behaviours §13).
const QUOTE_DEPTH: u8 = 2;

/// Keeps a document that comes from its own server, whoever asked for it: a post, or the Create of one of that server.
pub(super) async fn document(app: &App, document: &Document, depth: u8) -> Result<Option<StatusId>> {
    let near = |id: &str| document.id().is_some_and(|own| same_origin(own, id));
    let created = document.object().filter(|object| document.is_a("Create") && object.id().is_some_and(near));
    let note = Note::read(created.unwrap_or_else(|| document.view()));
    let Some(note) = note.filter(|note| !note.is_vote) else { return Ok(None) };
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
    let Audience { named, addressed } = look_up(app, &note).await?;
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
            tx.enqueue(&FetchParent::of(uri, depth - 1))?;
        }
        let strangers: Vec<AccountId> = named
            .iter()
            .map(|mention| mention.account)
            .filter(|account| !addressed.contains(account))
            .collect();
        let status = status(tx, &note, author, &account, parent, media.clone(), named)?;
        let id = store_remote(tx, status, stats)?;
        linked::keep(tx, id, &links(&note))?;
        for account in strangers {
            if accounts::get(&**tx, account)?.is_local() {
                UNADDRESSED.add(tx, &id, &account);
            }
        }
        if let Some(asked) = &note.poll {
            keep_poll(tx, id, author, &domain, asked)?;
        }
        if let Some(quoted) = &note.quote {
            keep_quote(tx, id, author, quoted, depth)?;
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
    let named = look_up(app, &note).await?.named;
    app.write(move |tx| {
        let Some(before) = STATUSES.get(&**tx, &id)? else { return Ok(()) };
        // An address may lead to a post of another id: that one it is not.
        if before.uri.as_deref() != Some(&note.uri) {
            return Ok(());
        }
        let account = accounts::get(&**tx, before.account)?;
        let since = before.edited_at.unwrap_or(before.created_at);
        let is_newer = note.updated.is_some_and(|updated| updated > since);
        let domain = account.domain.clone().unwrap_or_default();
        if let Some(quoted) = note.quote.as_ref().filter(|_| before.quote) {
            keep_quote(tx, id, before.account, quoted, QUOTE_DEPTH)?;
        }
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
        after.quote = before.quote;
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
        linked::keep(tx, id, &links(&note))?;
        revise_remote(tx, id, Some((original, after)), stats(&note))
    })
    .await
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

/// Keeps what a remote status quotes and lets it be checked. What is quoted never changes; an agreement may come later.
fn keep_quote(tx: &mut Tx<'_>, id: StatusId, account: AccountId, quoted: &Quoted, depth: u8) -> Result<()> {
    let before = QUOTES.get(&**tx, &id)?;
    if let Some(mut quote) = before {
        let news = quoted.authorization.is_some() && quote.authorization.is_none();
        if quote.state != QuoteState::Pending || !news {
            return Ok(());
        }
        quote.authorization.clone_from(&quoted.authorization);
        QUOTES.put(tx, &id, &quote)?;
        return tx.enqueue(&VerifyQuote { status: id, depth: 0 });
    }
    let of = known(tx.app(), &**tx, &quoted.uri)?;
    let author = match of {
        Some(of) => STATUSES.get(&**tx, &of)?.filter(|of| of.reblog_of.is_none()).map(|of| of.account),
        None => None,
    };
    let created_at = tx.now();
    let quote = Quote {
        quoted: of.filter(|_| author.is_some()),
        uri: Some(quoted.uri.clone()),
        author,
        state: QuoteState::Pending,
        legacy: quoted.legacy,
        authorization: quoted.authorization.clone(),
        created_at,
    };
    QUOTES.put(tx, &id, &quote)?;
    if author == Some(account) {
        return settle(tx, id, QuoteState::Accepted, None);
    }
    if depth == 0 {
        return Ok(());
    }
    tx.enqueue(&VerifyQuote { status: id, depth: depth.min(QUOTE_DEPTH) - 1 })
}

/// The addresses that may lead to collections: those in the text, then those that its server names as such.
fn links(note: &Note) -> Vec<String> {
    linked::in_html(&note.content).into_iter().chain(note.collections.iter().cloned()).collect()
}

fn stats(note: &Note) -> StatusStats {
    StatusStats { remote_reblogs: note.shares, remote_favourites: note.likes, ..StatusStats::default() }
}

/// Whom a post concerns.
struct Audience {
    /// Whom it names or addresses.
    named: Vec<Mention>,
    /// Whom it addresses by `to` or `cc`.
    addressed: Vec<AccountId>,
}

/// The accounts a post names (looked up when unknown, a few of them) or only addresses (when known).
async fn look_up(app: &App, note: &Note) -> Result<Audience> {
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
    let mut addressed = Vec::new();
    for uri in note.to.iter().chain(&note.cc).filter(|uri| !is_public(uri)) {
        if let Some(known) = find_uri(app, &from, uri)? {
            addressed.push(known.id);
            add(&mut mentions, Some(known.id), true);
        }
    }
    Ok(Audience { named: mentions, addressed })
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
            preview: attached.preview.clone(),
            size: attached.size,
            focus: attached.focus,
            description: attached.description.clone(),
            blurhash: attached.blurhash.clone(),
            ..Media::new(account, attached.kind, attached.mime.clone(), attached.place.clone(), tx.now())
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
        quote: note.quote.is_some(),
        quote_policy: quote_policy(tx, note, author, account),
    })
}

/// Who may quote a remote status, by the groups that its document names.
fn quote_policy(tx: &Tx<'_>, note: &Note, author: AccountId, account: &Account) -> QuotePolicy {
    let config = &tx.app().config;
    let followers = followers_uri(config, author, account);
    let bits = |ids: &[String]| {
        ids.iter().fold(0, |bits, id| {
            bits | if is_public(id) {
                QuotePolicy::EVERYBODY
            } else if Some(id) == followers.as_ref() {
                QuotePolicy::FOLLOWERS
            } else if id.ends_with("/following") && same_origin(id, &note.author) {
                QuotePolicy::FOLLOWING
            } else if *id == note.author {
                0
            } else {
                QuotePolicy::UNSUPPORTED
            }
        })
    };
    QuotePolicy { automatic: bits(&note.quotes_automatic), manual: bits(&note.quotes_manual) }
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
        quote_policy: QuotePolicy::NOBODY,
    };
    store_remote(tx, status, StatusStats::default())?;
    Ok(())
}
