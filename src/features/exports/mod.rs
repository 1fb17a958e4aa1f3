//! What a person takes along: follows, lists, mutes, blocks, blocked servers and bookmarks as CSV, filters as JSON, as
//! other servers read them too (behaviours §27, export files).

pub mod api;
pub mod download;
pub mod filters;
pub mod format;

use shop_storage::{Index, Key, Read, Window};

use self::format::Kind;
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::bookmarks::table::BOOKMARKS_OF;
use crate::features::lists;
use crate::features::lists::table::MEMBERS;
use crate::features::relationships::table::{BLOCKS_BY, DOMAIN_BLOCKS, FOLLOWING, FOLLOWS, MUTES, MUTES_BY};
use crate::features::statuses;
use crate::features::statuses::table::STATUSES;
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, Id, LinkId, ListId};

/// How many lines one step reads.
const STEP: usize = 500;
/// Beyond this many lines nothing is counted.
const MOST_COUNTED: usize = 100_000;

/// The last row that a step has read: the hidden join row and what it leads to, or a list and its member.
pub type Place = (u64, u64);

/// Some lines of a file, and where the next ones begin; `None` at the end.
#[derive(Debug, Default)]
pub struct Step {
    /// The cells of each line.
    pub lines: Vec<Vec<String>>,
    /// Where to go on.
    pub next: Option<Place>,
}

/// `user@domain`, local ones too.
pub fn handle(config: &Config, account: &Account) -> String {
    format!("{}@{}", account.username, account.domain.as_deref().unwrap_or(config.domain()))
}

/// Reads some lines of a file, oldest first, from behind `after`. Each step is a look of its own, so that nothing is held
/// while a slow reader takes the lines before.
///
/// # Errors
/// When the store fails.
pub fn step(app: &App, account: AccountId, kind: Kind, after: Option<Place>) -> Result<Step> {
    let from = app.read()?;
    match kind {
        Kind::Following => people(&from, &FOLLOWING, account, after, |ids| {
            let pairs: Vec<_> = ids.iter().map(|id| (account, *id)).collect();
            let rows = FOLLOWS.get_many(&from, &pairs)?;
            lines(app, &from, ids, rows, |handle, follow| {
                Some(vec![
                    handle,
                    follow.reblogs.to_string(),
                    follow.notify.to_string(),
                    follow.languages.join(", "),
                ])
            })
        }),
        Kind::Muting => people(&from, &MUTES_BY, account, after, |ids| {
            let pairs: Vec<_> = ids.iter().map(|id| (account, *id)).collect();
            let (rows, now) = (MUTES.get_many(&from, &pairs)?, app.now());
            lines(app, &from, ids, rows, |handle, mute| {
                mute.holds(now).then(|| vec![handle, mute.notifications.to_string()])
            })
        }),
        Kind::Blocking => people(&from, &BLOCKS_BY, account, after, |ids| {
            let rows = vec![Some(()); ids.len()];
            lines(app, &from, ids, rows, |handle, ()| Some(vec![handle]))
        }),
        Kind::DomainBlocking => servers(&from, account, after),
        Kind::Bookmarks => people(&from, &BOOKMARKS_OF, account, after, |ids| {
            let rows = STATUSES.get_many(&from, ids)?;
            let known = ids.iter().zip(rows).filter_map(|(id, row)| Some((*id, row?)));
            Ok(known.map(|(id, status)| vec![statuses::uri(&app.config, id, &status)]).collect())
        }),
        Kind::Lists => on_lists(app, &from, account, after),
        Kind::CustomFilters => Ok(Step { lines: filters::lines(app, &from, account)?, next: None }),
    }
}

/// A step over hidden join rows.
fn people<T: 'static>(
    from: &dyn Read,
    index: &Index<AccountId, (LinkId, Id<T>)>,
    account: AccountId,
    after: Option<Place>,
    read: impl FnOnce(&[Id<T>]) -> Result<Vec<Vec<String>>>,
) -> Result<Step>
where
    (LinkId, Id<T>): Key,
{
    let mut window = Window::oldest(STEP);
    window.above = after.map(|(link, other)| (LinkId::new(link), Id::new(other)));
    let rows = index.page(from, &account, &window)?;
    let ids: Vec<Id<T>> = rows.iter().map(|(_, id)| *id).collect();
    let next = rows.last().map(|(link, other)| (link.get(), other.get()));
    Ok(Step { lines: read(&ids)?, next })
}

/// The lines about those accounts that are still there.
fn lines<R>(
    app: &App,
    from: &dyn Read,
    ids: &[AccountId],
    rows: Vec<Option<R>>,
    line: impl Fn(String, R) -> Option<Vec<String>>,
) -> Result<Vec<Vec<String>>> {
    let accounts = ACCOUNTS.get_many(from, ids)?;
    let known = accounts.into_iter().zip(rows).filter_map(|(account, row)| Some((account?, row?)));
    let known = known.filter(|(account, _)| !account.deleted);
    Ok(known.filter_map(|(account, row)| line(handle(&app.config, &account), row)).collect())
}

fn servers(from: &dyn Read, account: AccountId, after: Option<Place>) -> Result<Step> {
    let mut window = Window::oldest(STEP);
    window.above = after.map(|(link, _)| (account, LinkId::new(link)));
    let rows = DOMAIN_BLOCKS.page_under(from, &account, &window)?;
    let next = rows.last().map(|((_, link), _)| (link.get(), 0));
    Ok(Step { lines: rows.into_iter().map(|(_, block)| vec![block.domain]).collect(), next })
}

/// A step never leaves its list; the next list begins with a step of its own.
fn on_lists(app: &App, from: &dyn Read, owner: AccountId, after: Option<Place>) -> Result<Step> {
    for (id, list) in lists::all(from, owner)? {
        let begun = after.filter(|(last, _)| *last == id.get()).map(|(_, member)| AccountId::new(member));
        if after.is_some_and(|(last, _)| id < ListId::new(last)) {
            continue;
        }
        let mut window = Window::oldest(STEP);
        window.above = begun.map(|member| (id, member));
        let rows = MEMBERS.page_under(from, &id, &window)?;
        let ids: Vec<AccountId> = rows.iter().map(|((_, member), _)| *member).collect();
        let Some(last) = ids.last() else { continue };
        let rows = vec![Some(()); ids.len()];
        let lines = lines(app, from, &ids, rows, |handle, ()| Some(vec![list.title.clone(), handle]))?;
        return Ok(Step { lines, next: Some((id.get(), last.get())) });
    }
    Ok(Step::default())
}

/// How many lines a file would have, at most [`MOST_COUNTED`]. Lines about accounts that are gone count too.
///
/// # Errors
/// When the store fails.
pub fn count(from: &dyn Read, account: AccountId, kind: Kind) -> Result<usize> {
    let most = MOST_COUNTED;
    Ok(match kind {
        Kind::Following => FOLLOWING.page(from, &account, &Window::newest(most))?.len(),
        Kind::Muting => MUTES_BY.page(from, &account, &Window::newest(most))?.len(),
        Kind::Blocking => BLOCKS_BY.page(from, &account, &Window::newest(most))?.len(),
        Kind::Bookmarks => BOOKMARKS_OF.page(from, &account, &Window::newest(most))?.len(),
        Kind::DomainBlocking => DOMAIN_BLOCKS.page_under(from, &account, &Window::newest(most))?.len(),
        Kind::CustomFilters => crate::features::filters::all(from, account)?.len(),
        Kind::Lists => {
            let mut count = 0;
            for (id, _) in lists::all(from, account)? {
                count += MEMBERS.page_under(from, &id, &Window::newest(most))?.len();
            }
            count
        }
    })
}
