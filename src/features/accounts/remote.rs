//! Accounts of other servers: what is read from an actor document, and how it is kept.

use super::find_uri;
use super::resolve::ReadTarget;
use super::table::{
    ACCOUNTS, ASSERTION_KEYS, Account, ActorKind, AssertionKey, AssertionKeys, BY_HANDLE, BY_URI, FEATURING,
    Featuring, Field, Picture, Remote, Tabs, Whom,
};
use crate::features::domain_rules::{self, Standing};
use crate::features::emoji::{self, tag::Named};
use crate::federation::proof;
use crate::federation::vocab::{View, is_public, same_origin};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::place::Place;
use crate::platform::text::idn::{self, Acct};
use crate::platform::text::{count, lookalike, sanitize};

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
/// Most keys of one account for proofs (behaviours §19).
const MOST_KEYS: usize = 10;
/// Longest public key, in bytes.
const LONGEST_KEY: usize = 16 * 1024;

/// An actor as its document tells it, cleaned and cut to our limits.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Its id.
    pub uri: String,
    /// `preferredUsername`.
    pub username: String,
    /// The domain of its handle, ASCII, by its own word (FEP-2c59); the domain's server must agree.
    pub domain: Option<String>,
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
    /// Where it moved is read too when it is not known.
    reads_target: bool,
    attribution_domains: Vec<String>,
    inbox: String,
    shared_inbox: Option<String>,
    outbox: Option<String>,
    followers: Option<String>,
    following: Option<String>,
    featured: Option<String>,
    tags: Option<String>,
    /// The id of its key.
    pub key_id: String,
    /// The key, PEM.
    pub public_key: String,
    assertion_keys: Vec<AssertionKey>,
    featuring: Featuring,
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
            domain: document
                .str_of("webfinger")
                .and_then(Acct::parse)
                .filter(|handle| handle.username.eq_ignore_ascii_case(username))
                .and_then(|handle| handle.domain),
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
            reads_target: true,
            attribution_domains: aliases(document, "attributionDomains"),
            inbox,
            shared_inbox,
            outbox: link("outbox"),
            followers: link("followers"),
            following: link("following"),
            featured: link("featured"),
            tags: link("featuredTags"),
            key_id,
            public_key,
            assertion_keys: assertion_keys(document, &uri),
            featuring: Featuring { collections: link("featuredCollections"), ..consent(document, &uri) },
            uri,
        })
    }

    /// The same, but where it moved in turn is not read: a chain of moves ends with the second account.
    pub fn at_the_end(self) -> Self {
        Self { reads_target: false, ..self }
    }
}

/// One line of plain text.
fn name(text: &str) -> String {
    count::truncate(&lookalike::name(text), LONGEST_NAME).to_owned()
}

fn cut(text: &str, bytes: usize) -> &str {
    text.get(..text.floor_char_boundary(bytes)).unwrap_or_default()
}

fn aliases(document: View<'_>, property: &str) -> Vec<String> {
    document.ids_of(property).into_iter().take(MOST_ALIASES).map(str::to_owned).collect()
}

/// Of whom the actor agrees to be put into collections (`interactionPolicy.canFeature`, behaviours §14).
fn consent(document: View<'_>, uri: &str) -> Featuring {
    let policy = document.object_of("interactionPolicy").and_then(|policy| policy.object_of("canFeature"));
    let (followers, following) = (document.link_of("followers"), document.link_of("following"));
    let whom = |name: &str| {
        let ids = policy.map(|policy| policy.ids_of(name)).unwrap_or_default();
        ids.into_iter().fold(Whom::default(), |whom, id| {
            whom.and(match id {
                id if is_public(id) => Whom::PUBLIC,
                id if Some(id) == followers => Whom::FOLLOWERS,
                id if Some(id) == following => Whom::FOLLOWING,
                id if id == uri => Whom::NOBODY,
                _ => Whom::OTHERS,
            })
        })
    };
    Featuring { automatic: whom("automaticApproval"), manual: whom("manualApproval"), collections: None }
}

/// The keys with which the actor proves what it wrote: its own, embedded, on its own server, and not revoked.
fn assertion_keys(document: View<'_>, actor: &str) -> Vec<AssertionKey> {
    let keys = document.objects_of("assertionMethod").into_iter().filter(|key| {
        key.is_a("Multikey") && key.id_of("controller") == Some(actor) && key.get("revoked").is_none()
    });
    let keys = keys.filter_map(|key| {
        let id = key.id().filter(|id| same_origin(id, actor))?.to_owned();
        let expires = match key.get("expires") {
            Some(_) => Some(Millis::parse(key.str_of("expires")?)?),
            None => None,
        };
        Some(AssertionKey { id, key: proof::ed25519(key.str_of("publicKeyMultibase")?)?.to_vec(), expires })
    });
    keys.take(MOST_KEYS).collect()
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
/// account was deleted before and may not come back, or when the rules shut its server out.
///
/// # Errors
/// When the store fails.
pub fn store(tx: &mut Tx<'_>, actor: Actor, username: &str, domain: &str) -> Result<Option<AccountId>> {
    let book = domain_rules::book(tx.app());
    if book.shuts_out(domain) || book.shuts_out_url(&actor.uri) {
        return Ok(None);
    }
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
    if let Some(uri) = actor.moved_to.as_ref().filter(|uri| moved_to.is_none() && **uri != actor.uri)
        && actor.reads_target
    {
        tx.enqueue(&ReadTarget { account: id, uri: uri.clone() })?;
    }
    emoji::tag::keep(tx, domain, &actor.emojis)?;
    keep_keys(tx, id, &actor.assertion_keys)?;
    keep_featuring(tx, id, &actor.featuring)?;
    let before = known.map(|(_, account)| account);
    let (following, tags) = (actor.following.clone(), actor.tags.clone());
    let mut account = merge(actor, before.as_ref(), username, domain, moved_to, tx.now());
    if before.is_none()
        && let Standing::Limited(since) = book.standing_of(&account)
    {
        account.silenced_at = Some(since);
    }
    let is_news = before.as_ref().is_none_or(|before| !same_profile(before, &account));
    ACCOUNTS.put(tx, &id, &account)?;
    match before {
        None => tx.tell(Event::AccountCreated { account: id }),
        Some(_) if is_news => tx.tell(Event::AccountUpdated { account: id }),
        Some(_) => {}
    }
    tx.tell(Event::ProfileRead { account: id, following, tags });
    Ok(Some(id))
}

fn keep_keys(tx: &mut Tx<'_>, id: AccountId, keys: &[AssertionKey]) -> Result<()> {
    let held = ASSERTION_KEYS.get(&**tx, &id)?.unwrap_or_default();
    if held.0 == keys {
        return Ok(());
    }
    if keys.is_empty() {
        ASSERTION_KEYS.delete(tx, &id)?;
    } else {
        ASSERTION_KEYS.put(tx, &id, &AssertionKeys(keys.to_vec()))?;
    }
    Ok(())
}

fn keep_featuring(tx: &mut Tx<'_>, id: AccountId, featuring: &Featuring) -> Result<()> {
    let held = FEATURING.get(&**tx, &id)?.unwrap_or_default();
    if held == *featuring {
        return Ok(());
    }
    if *featuring == Featuring::default() {
        FEATURING.delete(tx, &id)?;
    } else {
        FEATURING.put(tx, &id, featuring)?;
    }
    Ok(())
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
    // What the origin has suspended stays hidden here until the flag goes; a suspension of ours is none of its business.
    let since = before.and_then(|before| before.suspended_at);
    let is_ours = since.is_some() && !is_hidden_by_origin(before);
    let suspended_at = if is_ours { since } else { actor.suspended.then_some(since.unwrap_or(now)) };
    Account {
        username: username.to_owned(),
        domain: Some(domain.to_owned()),
        display_name: actor.name,
        note: actor.note,
        fields: actor.fields.into_iter().map(|field| keep_mark(field, before)).collect(),
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
            suspended: actor.suspended && !is_ours,
        }),
        attribution_domains: actor.attribution_domains,
        badge: None,
        tabs: actor.tabs,
        uri: Some(actor.uri),
    }
}

/// A line that keeps its value keeps its check mark (behaviours §5, profile link verification).
fn keep_mark(field: Field, before: Option<&Account>) -> Field {
    let same = before.and_then(|before| before.fields.iter().find(|held| held.value == field.value));
    Field { verified_at: same.and_then(|held| held.verified_at), ..field }
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
