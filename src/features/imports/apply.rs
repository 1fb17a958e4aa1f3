//! Doing what the lines of a file say: finding what they name, and the change itself.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use shop_storage::Read;

use super::file::flag;
use super::filters;
use super::table::{CHUNKS, Chunk, Entry, FAILURES, Failure, Fault, Import, Mode};
use crate::features::accounts::{self, find_handle, resolve};
use crate::features::exports::format::Kind;
use crate::features::lists::{self, table::MEMBERS};
use crate::features::relationships::{self, Options, domains, follows, requested};
use crate::features::statuses::{marks, resolve as posts};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Kind as ErrorKind, Result};
use crate::platform::ids::{AccountId, ImportId, ListId, StatusId};
use crate::platform::text::idn::Acct;
use crate::platform::text::language;

/// How many entries are looked for at once.
const AT_ONCE: usize = 8;
/// How long one entry is looked for.
const PATIENCE: Duration = Duration::from_secs(20);
/// How often a server is tried that cannot be reached.
const TRIES: u8 = 3;
/// How long it is left alone in between, times the number of tries.
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// What an entry names.
#[derive(Debug, Clone)]
pub(super) enum Found {
    /// Somebody.
    Account(AccountId),
    /// A post.
    Status(StatusId),
    /// The posts that a filter names, as far as there are any.
    Posts(Vec<StatusId>),
    /// A server.
    Domain(String),
    /// Nothing that there is.
    Nothing,
    /// Its server does not answer.
    Unreachable,
}

/// Looks for all that the entries name, here and on their servers.
///
/// # Errors
/// When the store fails.
pub(super) async fn find(app: &App, kind: Kind, entries: &[Entry]) -> Result<Vec<Found>> {
    // Owned, because a future that borrows what a closure was given cannot travel between threads.
    let owned = entries.to_vec();
    let looking = owned.into_iter().map(|entry| {
        let app = app.clone();
        async move {
            match tokio::time::timeout(PATIENCE, find_one(&app, kind, &entry)).await {
                Ok(found) => found,
                Err(_) => Ok(Found::Unreachable),
            }
        }
    });
    stream::iter(looking).buffered(AT_ONCE).try_collect().await
}

async fn find_one(app: &App, kind: Kind, entry: &Entry) -> Result<Found> {
    let cell = |at: usize| entry.cells.get(at).map(String::as_str).unwrap_or_default();
    let found = match kind {
        Kind::Following => account(app, cell(0)).await,
        Kind::Lists => account(app, cell(1)).await,
        // Whom one does not want to hear of need not be asked for, where he is known.
        Kind::Muting | Kind::Blocking => match known(app, cell(0))? {
            Some(id) => Ok(Found::Account(id)),
            None => account(app, cell(0)).await,
        },
        Kind::DomainBlocking => {
            Ok(domains::named(&app.config, cell(0)).map_or(Found::Nothing, Found::Domain))
        }
        Kind::CustomFilters => filters::posts(app, entry).await.map(Found::Posts),
        Kind::Bookmarks => {
            posts::uri(app, cell(0)).await.map(|found| found.map_or(Found::Nothing, Found::Status))
        }
    };
    match found {
        Err(error) if error.kind() == ErrorKind::Unavailable => Ok(Found::Unreachable),
        found => found,
    }
}

fn known(app: &App, handle: &str) -> Result<Option<AccountId>> {
    let Some(acct) = Acct::parse(handle).map(|acct| acct.relative_to(app.config.domain())) else {
        return Ok(None);
    };
    Ok(find_handle(&app.read()?, &acct.username, acct.domain.as_deref())?.map(|known| known.id))
}

async fn account(app: &App, handle: &str) -> Result<Found> {
    let found = resolve::handle(app, handle).await?.filter(|id| *id != accounts::INSTANCE_ACTOR);
    Ok(found.map_or(Found::Nothing, Found::Account))
}

/// Does what a chunk says, takes it away and counts it. Entries whose server could not be reached come back in a chunk of
/// their own, later, a few times.
///
/// # Errors
/// When the store fails.
pub(super) fn chunk(
    tx: &mut Tx<'_>,
    (account, id): (AccountId, ImportId),
    place: u64,
    chunk: Chunk,
    found: Vec<Found>,
    import: &mut Import,
) -> Result<()> {
    if CHUNKS.delete(tx, &(id, place))?.is_none() {
        return Ok(());
    }
    let tries = chunk.tries.saturating_add(1);
    let mut again = Vec::new();
    for (entry, found) in chunk.entries.into_iter().zip(found) {
        let fault = match found {
            Found::Unreachable if tries < TRIES => {
                again.push(entry);
                continue;
            }
            Found::Unreachable => Some(Fault::Unreachable),
            Found::Nothing => Some(Fault::NotFound),
            found => judged(one(tx, account, (import.kind, import.mode), &entry, found))?,
        };
        import.processed = import.processed.saturating_add(1);
        if let Some(fault) = fault {
            import.failed = import.failed.saturating_add(1);
            FAILURES.put(tx, &(id, entry.line), &Failure { cells: entry.cells, fault })?;
        }
    }
    if !again.is_empty() {
        let due = tx.now().plus(PAUSE * u32::from(tries));
        CHUNKS.put(tx, &(id, import.next_chunk), &Chunk { entries: again, tries, due })?;
        import.next_chunk += 1;
    }
    Ok(())
}

/// A rule that stands in the way is about one entry; a fault of the machine ends the whole chunk.
fn judged(done: Result<()>) -> Result<Option<Fault>> {
    match done {
        Ok(()) => Ok(None),
        Err(error) => match error.kind() {
            ErrorKind::NotFound | ErrorKind::Gone => Ok(Some(Fault::NotFound)),
            ErrorKind::Forbidden | ErrorKind::Invalid => Ok(Some(Fault::Refused(error.words().to_owned()))),
            _ => Err(error),
        },
    }
}

fn one(
    tx: &mut Tx<'_>,
    me: AccountId,
    (kind, mode): (Kind, Mode),
    entry: &Entry,
    found: Found,
) -> Result<()> {
    let cell = |at: usize| entry.cells.get(at).map(String::as_str).unwrap_or_default();
    match (kind, found) {
        (Kind::Following, Found::Account(other)) if other == me => Ok(()),
        (Kind::Following, Found::Account(other)) => {
            let options = Options {
                reblogs: flag(cell(1)),
                notify: flag(cell(2)),
                languages: Some(languages(cell(3))).filter(|codes| !codes.is_empty()),
                uri: None,
            };
            relationships::follow(tx, me, other, options).map(drop)
        }
        (Kind::Muting, Found::Account(other)) => {
            relationships::mute(tx, me, other, flag(cell(1)).unwrap_or(true), None)
        }
        (Kind::Blocking, Found::Account(other)) => relationships::block(tx, me, other, None),
        (Kind::Lists, Found::Account(other)) => put_on_list(tx, me, cell(0), other),
        (Kind::DomainBlocking, Found::Domain(domain)) => domains::block(tx, me, &domain),
        (Kind::CustomFilters, Found::Posts(posts)) => filters::put(tx, me, mode, entry, posts),
        (Kind::Bookmarks, Found::Status(status)) => marks::bookmark(tx, me, status),
        _ => Err(Error::not_found()),
    }
}

fn languages(cell: &str) -> Vec<String> {
    let mut codes: Vec<String> = Vec::new();
    for code in cell.split(',').filter_map(|text| language::normalise(text.trim())) {
        if !codes.iter().any(|known| known == code) {
            codes.push(code.to_owned());
        }
    }
    codes
}

/// The list with this title is made where there is none, and who is not followed yet is followed.
fn put_on_list(tx: &mut Tx<'_>, me: AccountId, title: &str, other: AccountId) -> Result<()> {
    if other != me && !follows(&**tx, me, other)? && !requested(&**tx, me, other)? {
        relationships::follow(tx, me, other, Options::default())?;
    }
    let list = match titled(&**tx, me, title)? {
        Some(list) => list,
        None => {
            lists::create(tx, me, lists::Edit { title: Some(title.to_owned()), ..lists::Edit::default() })?
        }
    };
    if MEMBERS.has(&**tx, &(list, other))? { Ok(()) } else { lists::add(tx, me, list, &[other]) }
}

fn titled(from: &dyn Read, owner: AccountId, title: &str) -> Result<Option<ListId>> {
    Ok(lists::all(from, owner)?.into_iter().find(|(_, list)| list.title == title).map(|(id, _)| id))
}
