//! Finding accounts of other servers, by handle or by id, and keeping what we know of them fresh.

use std::time::Duration;

use moka::sync::Cache;
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::remote::{Actor, is_actor, store};
use super::table::{ACCOUNTS, Account};
use super::{closing, find_handle, find_uri, keys};
use crate::features::domain_rules::book;
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{Origin, View};
use crate::federation::webfinger::{self, Found};
use crate::platform::app::App;
use crate::platform::clock::{DAY, Millis};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::text::idn::{Acct, same_domain};

/// A profile older than this is read again when it is used (behaviours §19).
const FRESH: Duration = DAY;
/// A refresh is tried this often.
const TRIES: u32 = 4;
/// A key is fetched at most [`KEY_FETCHES`] times in this time, however many requests it fails to fit.
const KEY_PAUSE: Duration = Duration::from_secs(5 * 60);
/// See [`KEY_PAUSE`].
const KEY_FETCHES: u32 = 5;
/// How many recent key fetches are remembered.
const REMEMBERED: u64 = 10_000;

/// The account behind `user@domain` (a leading `@` or `acct:` is fine; a bare name is local). Unknown handles are
/// asked for at their server; `None` when there is no such account or its server makes no sense.
///
/// # Errors
/// 503 when the server of an unknown handle cannot be reached; when the store fails.
pub async fn handle(app: &App, handle: &str) -> Result<Option<AccountId>> {
    let Some(acct) = Acct::parse(handle).map(|acct| acct.relative_to(app.config.domain())) else {
        return Ok(None);
    };
    // Nobody there is to be found anew; who is known is shown as suspended by those who have the number.
    if acct.domain.as_deref().is_some_and(|domain| book(app).shuts_out(domain)) {
        return Ok(None);
    }
    let known = {
        let from = app.read()?;
        find_handle(&from, &acct.username, acct.domain.as_deref())?
    };
    let Some(domain) = acct.domain else { return Ok(known.map(|known| known.id)) };
    if let Some(known) = known {
        refresh_when_old(app, known.id, &known.account).await?;
        return Ok(Some(known.id));
    }
    let found = match webfinger::find(app, &acct.username, &domain).await {
        Ok(found) => found,
        Err(error) => return nobody(error),
    };
    if is_own_domain(app, &found.domain) {
        let from = app.read()?;
        return Ok(find_handle(&from, &found.username, None)?.map(|known| known.id));
    }
    let actor = match fetch_actor(app, &found.actor).await {
        Ok(Some(actor)) => actor,
        Ok(None) => return Ok(None),
        Err(error) => return nobody(error),
    };
    // The other way round: the actor must bear the name under which it was found.
    if actor.uri != found.actor || !actor.username.eq_ignore_ascii_case(&found.username) {
        return Ok(None);
    }
    match owner_of_handle(app, &actor, &found).await {
        Ok(true) => keep(app, actor, found).await,
        Ok(false) => Ok(None),
        Err(error) => nobody(error),
    }
}

/// Whether the actor's own server or document says that the handle is its: a domain may give handles to actors that live on another
/// host, but not to those of strangers.
async fn owner_of_handle(app: &App, actor: &Actor, found: &Found) -> Result<bool, FetchError> {
    let Some(host) = host_of(&actor.uri) else { return Ok(false) };
    if same_domain(&host, &found.domain)
        || actor.domain.as_deref().is_some_and(|domain| same_domain(domain, &found.domain))
    {
        return Ok(true);
    }
    let there = webfinger::find(app, &actor.username, &host).await?;
    Ok(there.actor == actor.uri && same_domain(&there.domain, &found.domain))
}

/// The account with this ActivityPub id. Unknown ones are fetched and their handle is checked at its server.
///
/// # Errors
/// As [`handle`].
pub async fn uri(app: &App, uri: &str) -> Result<Option<AccountId>> {
    let known = {
        let from = app.read()?;
        find_uri(app, &from, uri)?
    };
    if let Some(known) = known {
        refresh_when_old(app, known.id, &known.account).await?;
        return Ok(Some(known.id));
    }
    if is_own(app, uri) { Ok(None) } else { refresh(app, uri).await }
}

/// Fetches an actor now, known or not, and keeps it.
///
/// # Errors
/// As [`handle`].
pub async fn refresh(app: &App, uri: &str) -> Result<Option<AccountId>> {
    match fetch_actor(app, uri).await {
        Ok(Some(actor)) => confirm(app, actor).await,
        Ok(None) => Ok(None),
        Err(error) => nobody(error),
    }
}

/// Keeps an actor document that its own server has sent us: the caller has checked that it comes from its id.
///
/// # Errors
/// As [`handle`].
pub async fn document(app: &App, document: View<'_>) -> Result<Option<AccountId>> {
    match Actor::read(document) {
        Some(actor) => confirm(app, actor).await,
        None => Ok(None),
    }
}

/// Asks the server of an actor whether the handle is its own, unless we know that already, and keeps it.
async fn confirm(app: &App, actor: Actor) -> Result<Option<AccountId>> {
    let known = {
        let from = app.read()?;
        find_uri(app, &from, &actor.uri)?
    };
    if let Some(known) = known
        && let Some(domain) = known.account.domain
        && known.account.username.eq_ignore_ascii_case(&actor.username)
    {
        let found = Found { username: actor.username.clone(), domain, actor: actor.uri.clone() };
        return keep(app, actor, found).await;
    }
    let Some(host) = host_of(&actor.uri) else { return Ok(None) };
    let fits = |found: &Found| found.actor == actor.uri && !is_own_domain(app, &found.domain);
    // A server whose handles are of another domain need not answer for its own host.
    if let Some(domain) = actor.domain.as_deref().filter(|domain| !same_domain(domain, &host))
        && let Ok(found) = webfinger::find(app, &actor.username, domain).await
        && fits(&found)
    {
        return keep(app, actor, found).await;
    }
    match webfinger::find(app, &actor.username, &host).await {
        Ok(found) if fits(&found) => keep(app, actor, found).await,
        Ok(_) => Ok(None),
        Err(error) => nobody(error),
    }
}

async fn keep(app: &App, actor: Actor, found: Found) -> Result<Option<AccountId>> {
    app.write(move |tx| store(tx, actor, &found.username, &found.domain)).await
}

async fn fetch_actor(app: &App, uri: &str) -> Result<Option<Actor>, FetchError> {
    if is_own(app, uri) {
        return Ok(None);
    }
    let signer = keys::instance_signer(app).await.map_err(|error| FetchError::Refused(error.to_string()))?;
    let document = fetch::document(app, uri, &signer).await?;
    if is_actor(document.view()) {
        return Ok(Actor::read(document.view()));
    }
    // A key with a document of its own names its owner, who must list it.
    let (Some(owner), Some(key)) = (document.link_of("owner"), document.id()) else { return Ok(None) };
    let owner = fetch::document(app, owner, &signer).await?;
    Ok(Actor::read(owner.view()).filter(|actor| actor.key_id == key))
}

/// What cannot be helped is nobody; what may work later is an error.
fn nobody<T>(error: FetchError) -> Result<Option<T>> {
    match error {
        FetchError::Later(_) => Err(error.into()),
        error => {
            tracing::debug!(%error, "no account");
            Ok(None)
        }
    }
}

fn is_own(app: &App, uri: &str) -> bool {
    host_of(uri).is_some_and(|host| Some(host) == host_of(app.config.base_url()))
}

fn is_own_domain(app: &App, domain: &str) -> bool {
    same_domain(domain, app.config.domain())
}

fn host_of(url: &str) -> Option<String> {
    Origin::of(url).map(|origin| origin.authority())
}

async fn refresh_when_old(app: &App, id: AccountId, account: &Account) -> Result<()> {
    let Some(remote) = &account.remote else { return Ok(()) };
    if app.now().since(remote.fetched_at) > FRESH {
        app.write_relaxed(move |tx| tx.enqueue(&RefreshAccount { account: id })).await?;
    }
    Ok(())
}

/// Reads the profile of a remote account again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshAccount {
    account: AccountId,
}
record!(RefreshAccount, 1);

impl Job for RefreshAccount {
    const NAME: &'static str = "refresh_account";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("refresh_account:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let account = ACCOUNTS.get(&app.read()?, &self.account)?.filter(|account| !account.deleted);
        let Some(Account { uri: Some(uri), remote: Some(remote), .. }) = account else { return Ok(()) };
        if app.now().since(remote.fetched_at) <= FRESH {
            return Ok(());
        }
        match fetch_actor(&app, &uri).await {
            Ok(Some(actor)) => {
                confirm(&app, actor).await?;
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(error @ FetchError::Later(_)) => Err(Failure::Later(error.into())),
            Err(FetchError::Gone) => Ok(app.write(move |tx| closing::close(tx, self.account)).await?),
            // The profile stays as it was; it is asked for again in a day.
            Err(_) => Ok(app.write(move |tx| read_again(tx, self.account)).await?),
        }
    }
}

fn read_again(tx: &mut crate::platform::app::Tx<'_>, id: AccountId) -> Result<()> {
    let now = tx.now();
    ACCOUNTS.edit(tx, &id, |account| {
        if let Some(remote) = &mut account.remote {
            remote.fetched_at = now;
        }
    })?;
    Ok(())
}

/// Reads the account that the profile of a remote account points to as its new one, which was not known.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadTarget {
    /// The account that was left.
    pub account: AccountId,
    /// The ActivityPub id of the new one.
    pub uri: String,
}
record!(ReadTarget, 1);

impl Job for ReadTarget {
    const NAME: &'static str = "read_target";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("read_target:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let actor = match fetch_actor(&app, &self.uri).await {
            Ok(Some(actor)) => actor.at_the_end(),
            Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
            Ok(None) | Err(_) => return Ok(()),
        };
        let id = self.account;
        let Some(target) = confirm(&app, actor).await?.filter(|target| *target != id) else { return Ok(()) };
        app.write(move |tx| {
            let points = ACCOUNTS.get(&**tx, &id)?.is_some_and(|row| row.moved_to.is_some() || row.deleted);
            if !points {
                ACCOUNTS.edit(tx, &id, |row| row.moved_to = Some(target))?;
                tx.tell(Event::AccountUpdated { account: id });
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// A key that signs for a remote account.
#[derive(Debug, Clone)]
pub struct RemoteKey {
    /// Whose.
    pub account: AccountId,
    /// That account's ActivityPub id.
    pub actor: String,
    /// PEM.
    pub pem: String,
    /// The domain of its handle.
    pub domain: String,
}

/// When keys were first fetched, and how often since.
struct Fetched(Cache<String, (Millis, u32)>);

impl Default for Fetched {
    fn default() -> Self {
        Self(Cache::new(REMEMBERED))
    }
}

impl Fetched {
    /// Counts a fetch; false when there were too many.
    fn count(&self, key_id: &str, now: Millis) -> bool {
        let (since, count) =
            self.0.get(key_id).filter(|(at, _)| now.since(*at) < KEY_PAUSE).unwrap_or((now, 0));
        self.0.insert(key_id.to_owned(), (since, count.saturating_add(1)));
        count < KEY_FETCHES
    }
}

/// The key with this id as we know it; `None` when we do not.
///
/// # Errors
/// When the store fails.
pub fn known_key(app: &App, key_id: &str) -> Result<Option<RemoteKey>> {
    let from = app.read()?;
    for actor in owners(key_id) {
        if let Some(known) = find_uri(app, &from, actor)?
            && let Some(key) = remote_key(known.id, &known.account, key_id)
        {
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// Whose key it may be, by the ways in which key ids are made of actor ids: a fragment, one behind a slash, a query, a path
/// of its own. That it is theirs is decided by the key id which their documents name.
fn owners(key_id: &str) -> impl Iterator<Item = &str> {
    let bare = key_id.split('#').next().unwrap_or_default();
    let without_query = bare.split('?').next().unwrap_or_default();
    let without_slash = bare.strip_suffix('/').unwrap_or(bare);
    let parent = without_slash.rsplit_once('/').map_or(bare, |(parent, _)| parent);
    let mut forms = vec![bare, without_slash, without_query, parent];
    forms.dedup();
    forms.into_iter()
}

fn remote_key(id: AccountId, account: &Account, key_id: &str) -> Option<RemoteKey> {
    let remote = account.remote.as_ref().filter(|remote| remote.key_id == key_id)?;
    Some(RemoteKey {
        account: id,
        actor: account.uri.clone()?,
        pem: remote.public_key.clone(),
        domain: account.domain.clone()?,
    })
}

/// Fetches the key with this id from its server, but not too often; `None` when there is none.
///
/// # Errors
/// 503 when its server cannot be reached, or was asked too often; when the store fails.
pub async fn fetch_key(app: &App, key_id: &str) -> Result<Option<RemoteKey>> {
    if !app.part::<Fetched>().count(key_id, app.now()) {
        return Err(Error::unreachable("the key was asked for too often"));
    }
    let address = match key_id.strip_prefix("acct:") {
        Some(_) => return by_handle(app, key_id).await,
        None => key_id.split('#').next().unwrap_or_default(),
    };
    let Some(id) = refresh(app, address).await? else { return Ok(None) };
    let account = ACCOUNTS.get(&app.read()?, &id)?;
    Ok(account.and_then(|account| remote_key(id, &account, key_id)))
}

/// Reads an actor again because of a key that it may have got since, but not too often.
///
/// # Errors
/// 503 when its server cannot be reached, or was asked too often; when the store fails.
pub async fn refresh_for_key(app: &App, actor: &str, key_id: &str) -> Result<Option<AccountId>> {
    if !app.part::<Fetched>().count(key_id, app.now()) {
        return Err(Error::unreachable("the key was asked for too often"));
    }
    refresh(app, actor).await
}

/// A key id that is a handle means the one key of that account.
async fn by_handle(app: &App, key_id: &str) -> Result<Option<RemoteKey>> {
    let Some(id) = handle(app, key_id).await? else { return Ok(None) };
    let account = ACCOUNTS.get(&app.read()?, &id)?;
    Ok(account.and_then(|account| {
        let key = account.remote.as_ref()?.key_id.clone();
        remote_key(id, &account, &key)
    }))
}
