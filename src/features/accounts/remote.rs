//! Accounts of other servers: what is read from an actor document, and how it is kept.

use super::find_uri;
use super::table::{ACCOUNTS, Account, ActorKind, BY_HANDLE, BY_URI, Field, Picture, Remote, Tabs};
use crate::features::emoji::{self, tag::Named};
use crate::federation::vocab::{View, same_origin};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::place::Place;
use crate::platform::text::{count, idn, sanitize};

/// Longest display name, in characters (behaviours §3, remote hard limits).
const LONGEST_NAME: usize = 2_048;
/// Longest bio read, in bytes.
const LONGEST_BIO: usize = 20 * 1024;
/// Most profile lines.
const MOST_FIELDS: usize = 50;
/// Longest line of the profile table, in bytes.
const LONGEST_FIELD: usize = 2_048;
/// Most other ids of the same person.
const MOST_ALIASES: usize = 256;
/// Longest URL kept, in bytes.
const LONGEST_URL: usize = 2_048;
/// Longest public key, in bytes.
const LONGEST_KEY: usize = 16 * 1024;

/// An actor as its document tells it, cleaned and cut to our limits.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Its id.
    pub uri: String,
    /// `preferredUsername`.
    pub username: String,
    kind: ActorKind,
    name: String,
    note: String,
    fields: Vec<Field>,
    url: Option<String>,
    locked: bool,
    discoverable: Option<bool>,
    tabs: Tabs,
    indexable: bool,
    memorial: bool,
    suspended: bool,
    published: Option<Millis>,
    avatar: Option<Picture>,
    header: Option<Picture>,
    emojis: Vec<Named>,
    also_known_as: Vec<String>,
    moved_to: Option<String>,
    attribution_domains: Vec<String>,
    inbox: String,
    shared_inbox: Option<String>,
    outbox: Option<String>,
    followers: Option<String>,
    following: Option<String>,
    featured: Option<String>,
    /// The id of its key.
    pub key_id: String,
    /// The key, PEM.
    pub public_key: String,
}

fn web(url: &str) -> Option<String> {
    let fits = url.len() <= LONGEST_URL && (url.starts_with("https://") || url.starts_with("http://"));
    fits.then(|| url.to_owned())
}

fn kind(document: View<'_>) -> Option<ActorKind> {
    [
        ("Person", ActorKind::Person),
        ("Service", ActorKind::Service),
        ("Group", ActorKind::Group),
        ("Application", ActorKind::Application),
        ("Organization", ActorKind::Organization),
    ]
    .into_iter()
    .find_map(|(name, kind)| document.is_a(name).then_some(kind))
}

/// Whether the document is an actor of a kind that we know.
pub fn is_actor(document: View<'_>) -> bool {
    kind(document).is_some()
}

impl Actor {
    /// Reads an actor document that came from its own server. `None` when it is no actor, lacks id, inbox, name or
    /// key, or names an inbox or key on another host.
    pub fn read(document: View<'_>) -> Option<Self> {
        let uri = web(document.id()?)?;
        let near = |url: &str| same_origin(url, &uri);
        let inbox = document.link_of("inbox").and_then(web).filter(|inbox| near(inbox))?;
        let username = document.str_of("preferredUsername").filter(|name| idn::is_remote_username(name))?;
        let key = document
            .objects_of("publicKey")
            .into_iter()
            .find(|key| key.link_of("owner").is_none_or(|owner| owner == uri))?;
        let key_id = key.id().and_then(web).filter(|id| near(id))?;
        let public_key = key.str_of("publicKeyPem").filter(|pem| pem.len() <= LONGEST_KEY)?.to_owned();
        let link = |name: &str| document.link_of(name).and_then(web).filter(|url| near(url));
        let shared_inbox = document
            .object_of("endpoints")
            .and_then(|endpoints| endpoints.link_of("sharedInbox").and_then(web))
            .filter(|inbox| near(inbox));
        let emojis = emoji::tag::read(document);
        Some(Self {
            kind: kind(document)?,
            username: username.to_owned(),
            name: name(document.str_of("name").unwrap_or_default()),
            note: sanitize::sanitize(cut(document.str_of("summary").unwrap_or_default(), LONGEST_BIO)),
            fields: fields(document),
            url: document.link_of("url").and_then(web),
            locked: document.bool_of("manuallyApprovesFollowers").unwrap_or(false),
            discoverable: document.bool_of("discoverable"),
            tabs: Tabs {
                media: document.bool_of("showMedia").unwrap_or(true),
                media_replies: document.bool_of("showRepliesInMedia").unwrap_or(true),
                featured: document.bool_of("showFeatured").unwrap_or(true),
            },
            indexable: document.bool_of("indexable").unwrap_or(false),
            memorial: document.bool_of("memorial").unwrap_or(false),
            suspended: document.bool_of("suspended").unwrap_or(false),
            published: document.str_of("published").and_then(Millis::parse),
            avatar: picture(document, "icon"),
            header: picture(document, "image"),
            emojis,
            also_known_as: aliases(document, "alsoKnownAs"),
            moved_to: document.link_of("movedTo").and_then(web),
            attribution_domains: aliases(document, "attributionDomains"),
            inbox,
            shared_inbox,
            outbox: link("outbox"),
            followers: link("followers"),
            following: link("following"),
            featured: link("featured"),
            key_id,
            public_key,
            uri,
        })
    }
}

/// One line of plain text.
fn name(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    count::truncate(line.trim(), LONGEST_NAME).to_owned()
}

fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

fn aliases(document: View<'_>, property: &str) -> Vec<String> {
    document.ids_of(property).into_iter().take(MOST_ALIASES).map(str::to_owned).collect()
}

fn fields(document: View<'_>) -> Vec<Field> {
    let rows = document.objects_of("attachment").into_iter().filter(|row| row.is_a("PropertyValue"));
    let rows = rows.filter_map(|row| {
        Some(Field {
            name: name(cut(row.str_of("name")?, LONGEST_FIELD)),
            value: sanitize::sanitize(cut(row.str_of("value")?, LONGEST_FIELD)),
            verified_at: None,
        })
    });
    rows.take(MOST_FIELDS).collect()
}

fn picture(document: View<'_>, property: &str) -> Option<Picture> {
    let image = document.objects_of(property).into_iter().next()?;
    let place = Place::Remote(image.link_of("url").and_then(web)?);
    let description = name(image.str_of("summary").or(image.str_of("name")).unwrap_or_default());
    Some(Picture { place, still: None, description })
}

/// Keeps an actor as the account `username@domain`: makes the account, or brings it up to date. `None` when the
/// account was deleted before and may not come back.
///
/// # Errors
/// When the store fails.
pub fn store(tx: &mut Tx<'_>, actor: Actor, username: &str, domain: &str) -> Result<Option<AccountId>> {
    let known = match BY_URI.get(&**tx, &actor.uri)? {
        Some(id) => ACCOUNTS.get(&**tx, &id)?.map(|account| (id, account)),
        None => None,
    };
    if known.as_ref().is_some_and(|(_, account)| account.deleted) {
        return Ok(None);
    }
    let id = known.as_ref().map_or_else(|| tx.new_id(), |(id, _)| *id);
    free_handle(tx, username, domain, id)?;
    let moved_to = match &actor.moved_to {
        Some(uri) => find_uri(tx.app(), &**tx, uri)?.map(|target| target.id).filter(|target| *target != id),
        None => None,
    };
    emoji::tag::keep(tx, domain, &actor.emojis)?;
    let before = known.map(|(_, account)| account);
    let following = actor.following.clone();
    let account = merge(actor, before.as_ref(), username, domain, moved_to, tx.now());
    let is_news = before.as_ref().is_none_or(|before| !same_profile(before, &account));
    ACCOUNTS.put(tx, &id, &account)?;
    match before {
        None => tx.tell(Event::AccountCreated { account: id }),
        Some(_) if is_news => tx.tell(Event::AccountUpdated { account: id }),
        Some(_) => {}
    }
    tx.tell(Event::ProfileRead { account: id, following });
    Ok(Some(id))
}

/// A handle that its server now gives to another actor: the older account has no server behind it any more.
fn free_handle(tx: &mut Tx<'_>, username: &str, domain: &str, id: AccountId) -> Result<()> {
    let key = (username.to_lowercase(), domain.to_owned());
    let Some(older) = BY_HANDLE.get(&**tx, &key)?.filter(|older| *older != id) else { return Ok(()) };
    ACCOUNTS.edit(tx, &older, |account| {
        account.username = format!("{}.{older}", account.username);
        account.deleted = true;
    })?;
    tx.tell(Event::AccountUpdated { account: older });
    tx.tell(Event::AccountDeleted { account: older });
    Ok(())
}

fn merge(
    actor: Actor,
    before: Option<&Account>,
    username: &str,
    domain: &str,
    moved_to: Option<AccountId>,
    now: Millis,
) -> Account {
    // What the origin has suspended stays hidden here until the flag goes; our own suspension outlasts it.
    let suspended_at = match before.and_then(|before| before.suspended_at) {
        Some(since) if actor.suspended || !is_hidden_by_origin(before) => Some(since),
        _ => actor.suspended.then_some(now),
    };
    Account {
        username: username.to_owned(),
        domain: Some(domain.to_owned()),
        display_name: actor.name,
        note: actor.note,
        fields: actor.fields,
        url: actor.url,
        kind: actor.kind,
        locked: actor.locked,
        discoverable: actor.discoverable,
        indexable: actor.indexable,
        hide_collections: before.and_then(|before| before.hide_collections),
        created_at: actor.published.filter(|at| *at <= now).or(before.map(|b| b.created_at)).unwrap_or(now),
        updated_at: now,
        avatar: actor.avatar,
        header: actor.header,
        emojis: actor.emojis.iter().map(|emoji| emoji.code().to_owned()).collect(),
        also_known_as: actor.also_known_as,
        moved_to,
        suspended_at,
        silenced_at: before.and_then(|before| before.silenced_at),
        sensitized: before.is_some_and(|before| before.sensitized),
        memorial: actor.memorial,
        deleted: false,
        remote: Some(Remote {
            inbox: actor.inbox,
            shared_inbox: actor.shared_inbox,
            outbox: actor.outbox,
            followers: actor.followers,
            featured: actor.featured,
            key_id: actor.key_id,
            public_key: actor.public_key,
            fetched_at: now,
            suspended: actor.suspended,
        }),
        attribution_domains: actor.attribution_domains,
        badge: None,
        tabs: actor.tabs,
        uri: Some(actor.uri),
    }
}

fn is_hidden_by_origin(before: Option<&Account>) -> bool {
    before.and_then(|before| before.remote.as_ref()).is_some_and(|remote| remote.suspended)
}

/// Whether nothing that people see has changed.
fn same_profile(before: &Account, after: &Account) -> bool {
    let mut before = before.clone();
    before.updated_at = after.updated_at;
    before.remote.clone_from(&after.remote);
    before == *after
}
