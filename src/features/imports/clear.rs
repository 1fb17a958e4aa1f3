//! Overwriting: what was there before the file came, and is not in it, goes.

use std::collections::HashSet;

use shop_storage::{Read, Window};

use super::file::MOST_LINES;
use super::table::{CHUNKS, Import};
use super::{STEP, failures, filters};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::bookmarks::table::BOOKMARKS_OF;
use crate::features::exports::{Place, format::Kind, handle};
use crate::features::lists::{self, table::MEMBERS};
use crate::features::relationships::table::{BLOCKS_BY, DOMAIN_BLOCKS, FOLLOWING, MUTES_BY};
use crate::features::relationships::{self, domains};
use crate::features::statuses::table::STATUSES;
use crate::features::statuses::{self, marks};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Kind as ErrorKind, Result};
use crate::platform::ids::{AccountId, FilterId, ImportId, LinkId, ListId, StatusId};
use crate::platform::text::idn::{Acct, to_ascii};

/// Something to remove.
#[derive(Debug, Clone)]
pub(super) enum Superfluous {
    Follow(AccountId),
    Mute(AccountId),
    Block(AccountId),
    Domain(String),
    Bookmark(StatusId),
    List(ListId),
    Member(ListId, AccountId),
    Filter(FilterId),
}

/// What a look at some rows has shown: what is to go, and where the next look begins; `None` at the end.
#[derive(Debug, Default)]
pub(super) struct Look {
    pub(super) superfluous: Vec<Superfluous>,
    pub(super) next: Option<Place>,
}

/// Looks at some rows from behind `after`. What was made after the file came is left alone. Reads the whole file; keep it
/// away from the async threads.
///
/// # Errors
/// When the store fails.
pub(super) fn look(
    app: &App,
    account: AccountId,
    id: ImportId,
    import: &Import,
    after: Option<Place>,
) -> Result<Look> {
    let from = app.read()?;
    let wanted = wanted(app, &from, id, import.kind)?;
    let gone = |key: String| !wanted.contains(&(String::new(), key));
    let links = |index: &shop_storage::Index<AccountId, (LinkId, AccountId)>| {
        let mut window = Window::oldest(STEP).below((LinkId::floor(import.created_at), AccountId::new(0)));
        window.above = after.map(|(link, other)| (LinkId::new(link), AccountId::new(other)));
        Ok::<_, crate::platform::error::Error>(index.page(&from, &account, &window)?)
    };
    let people = |rows: Vec<(LinkId, AccountId)>, superfluous: fn(AccountId) -> Superfluous| {
        let ids: Vec<_> = rows.iter().map(|(_, other)| *other).collect();
        let known = ids.iter().zip(ACCOUNTS.get_many(&from, &ids)?);
        let superfluous = known
            .filter(|(_, row)| row.as_ref().is_none_or(|row| gone(handle(&app.config, row).to_lowercase())))
            .map(|(other, _)| superfluous(*other))
            .collect();
        let next = rows.last().map(|(link, other)| (link.get(), other.get()));
        Ok(Look { superfluous, next })
    };
    match import.kind {
        Kind::Following => people(links(&FOLLOWING)?, Superfluous::Follow),
        Kind::Muting => people(links(&MUTES_BY)?, Superfluous::Mute),
        Kind::Blocking => people(links(&BLOCKS_BY)?, Superfluous::Block),
        Kind::DomainBlocking => {
            let mut window = Window::oldest(STEP).below((account, LinkId::floor(import.created_at)));
            window.above = after.map(|(link, _)| (account, LinkId::new(link)));
            let rows = DOMAIN_BLOCKS.page_under(&from, &account, &window)?;
            let next = rows.last().map(|((_, link), _)| (link.get(), 0));
            let names = rows.into_iter().map(|(_, block)| block.domain).filter(|name| gone(name.clone()));
            Ok(Look { superfluous: names.map(Superfluous::Domain).collect(), next })
        }
        Kind::Bookmarks => {
            let mut window = Window::oldest(STEP).below((LinkId::floor(import.created_at), StatusId::new(0)));
            window.above = after.map(|(link, status)| (LinkId::new(link), StatusId::new(status)));
            let rows = BOOKMARKS_OF.page(&from, &account, &window)?;
            let next = rows.last().map(|(link, status)| (link.get(), status.get()));
            let ids: Vec<_> = rows.into_iter().map(|(_, status)| status).collect();
            let known = ids.iter().zip(STATUSES.get_many(&from, &ids)?);
            let superfluous = known.filter_map(|(id, row)| Some((*id, row?))).filter(|(id, status)| {
                gone(statuses::uri(&app.config, *id, status)) && status.url.clone().is_none_or(gone)
            });
            Ok(Look { superfluous: superfluous.map(|(id, _)| Superfluous::Bookmark(id)).collect(), next })
        }
        Kind::Lists => on_lists(app, &from, account, import, after, &wanted),
        Kind::CustomFilters => {
            let known = filters::numbered(&from, account)?;
            let superfluous = known.into_iter().filter(|(id, title, place)| {
                *id < FilterId::floor(import.created_at)
                    && !wanted.contains(&(title.clone(), place.to_string()))
            });
            Ok(Look {
                superfluous: superfluous.map(|(id, ..)| Superfluous::Filter(id)).collect(),
                next: None,
            })
        }
    }
}

/// One list a look, and of a long one a part.
fn on_lists(
    app: &App,
    from: &dyn Read,
    owner: AccountId,
    import: &Import,
    after: Option<Place>,
    wanted: &HashSet<(String, String)>,
) -> Result<Look> {
    for (id, list) in lists::all(from, owner)? {
        if id >= ListId::floor(import.created_at) || after.is_some_and(|(last, _)| id < ListId::new(last)) {
            continue;
        }
        if !wanted.iter().any(|(title, _)| *title == list.title) {
            if after.is_some_and(|(last, _)| id == ListId::new(last)) {
                continue;
            }
            return Ok(Look { superfluous: vec![Superfluous::List(id)], next: Some((id.get(), 0)) });
        }
        let begun = after.filter(|(last, _)| *last == id.get()).map(|(_, member)| AccountId::new(member));
        let mut window = Window::oldest(STEP);
        window.above = begun.map(|member| (id, member));
        let rows = MEMBERS.page_under(from, &id, &window)?;
        let members: Vec<_> = rows.into_iter().map(|((_, member), _)| member).collect();
        let Some(last) = members.last() else { continue };
        let next = Some((id.get(), last.get()));
        let known = members.iter().zip(ACCOUNTS.get_many(from, &members)?);
        let superfluous = known
            .filter(|(_, row)| {
                let handle = row.as_ref().map(|row| handle(&app.config, row).to_lowercase());
                handle.is_none_or(|handle| !wanted.contains(&(list.title.clone(), handle)))
            })
            .map(|(member, _)| Superfluous::Member(id, *member));
        return Ok(Look { superfluous: superfluous.collect(), next });
    }
    Ok(Look::default())
}

/// All that the file names, each as what is there spells it; with the title of its list, which is empty elsewhere.
fn wanted(app: &App, from: &dyn Read, id: ImportId, kind: Kind) -> Result<HashSet<(String, String)>> {
    let mut wanted = HashSet::new();
    if kind == Kind::CustomFilters {
        // One that makes no sense is named by the file nevertheless.
        let bad = failures(from, id, None, MOST_LINES)?;
        wanted.extend(bad.into_iter().filter_map(|(_, failure)| filters::key(failure.cells)));
    }
    let mut window = Window::oldest(STEP);
    loop {
        let chunks = CHUNKS.page_under(from, &id, &window)?;
        let Some((last, _)) = chunks.last() else { return Ok(wanted) };
        window = Window::oldest(STEP).above(*last);
        for entry in chunks.into_iter().flat_map(|(_, chunk)| chunk.entries) {
            if kind == Kind::CustomFilters {
                wanted.extend(filters::key(entry.cells));
                continue;
            }
            let mut cells = entry.cells.into_iter();
            let title = if kind == Kind::Lists { cells.next().unwrap_or_default() } else { String::new() };
            let cell = cells.next().unwrap_or_default();
            let key = match kind {
                Kind::Following | Kind::Muting | Kind::Blocking | Kind::Lists => {
                    let own = app.config.domain();
                    Acct::parse(&cell).map(|acct| {
                        let domain = acct.relative_to(own);
                        let named = domain.domain.unwrap_or_else(|| own.to_owned());
                        format!("{}@{named}", domain.username).to_lowercase()
                    })
                }
                Kind::DomainBlocking => to_ascii(&cell),
                Kind::Bookmarks | Kind::CustomFilters => Some(cell),
            };
            wanted.extend(key.map(|key| (title, key)));
        }
    }
}

/// Removes something; what is gone already is fine.
///
/// # Errors
/// When the store fails.
pub(super) fn remove(tx: &mut Tx<'_>, me: AccountId, superfluous: &Superfluous) -> Result<()> {
    let done = match superfluous {
        Superfluous::Follow(other) => relationships::unfollow(tx, me, *other).map(drop),
        Superfluous::Mute(other) => relationships::unmute(tx, me, *other).map(drop),
        Superfluous::Block(other) => relationships::unblock(tx, me, *other).map(drop),
        Superfluous::Domain(domain) => domains::unblock(tx, me, domain),
        Superfluous::Bookmark(status) => marks::unbookmark(tx, me, *status),
        Superfluous::List(list) => lists::remove(tx, me, *list),
        Superfluous::Filter(filter) => crate::features::filters::remove(tx, me, *filter),
        Superfluous::Member(list, other) => lists::take_off(tx, me, *list, &[*other]),
    };
    done.or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(error) })
}
