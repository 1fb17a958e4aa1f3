//! Pages of statuses over indexes: filled in batches until full, never walking without end.

use std::ops::ControlFlow;

use shop_storage::{Order, Read, Window};

use super::marks::pinned;
use super::table::{BY_ACCOUNT, STATUSES, Status, WITH_MEDIA};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::relationships::Circle;
use crate::features::users::table::Visibility;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, StatusId, kind};

/// How many index rows a page looks at before it ends short: a reader who mutes almost everybody must not
/// walk the whole server.
const MOST_SEEN: usize = 2_000;
/// How many statuses are loaded at once while a page fills.
const BATCH: usize = 64;

/// Reads a window of one index.
pub type Source<'a> = Box<dyn Fn(&Window<StatusId>) -> Result<Vec<StatusId>> + 'a>;

/// Walks several indexes as one, keeps what `takes` wants, until the page is full. Newest first.
///
/// # Errors
/// When the store fails.
pub fn fill(
    from: &dyn Read,
    sources: &[Source<'_>],
    cursor: &Cursor<kind::Status>,
    takes: &dyn Fn(&Status, &Account) -> bool,
) -> Result<Vec<StatusId>> {
    let mut window = cursor.window();
    window.limit = BATCH.min(cursor.limit.saturating_mul(2)).max(1);
    let mut page = Vec::with_capacity(cursor.limit);
    let mut seen = 0;
    while page.len() < cursor.limit && seen < MOST_SEEN {
        let mut ids: Vec<StatusId> = Vec::new();
        for source in sources {
            ids.extend(source(&window)?);
        }
        match window.order {
            Order::Newest => ids.sort_unstable_by(|a, b| b.cmp(a)),
            Order::Oldest => ids.sort_unstable(),
        }
        ids.dedup();
        // Each source gave its first rows: only that many of the merged list are surely in order.
        ids.truncate(window.limit);
        let Some(last) = ids.last().copied() else { break };
        let whole = ids.len() < window.limit;
        seen += ids.len();
        take(from, &ids, takes, cursor.limit, &mut page)?;
        if whole {
            break;
        }
        match window.order {
            Order::Newest => window.below = Some(last),
            Order::Oldest => window.above = Some(last),
        }
        window.limit = BATCH;
    }
    Ok(cursor.arrange(page))
}

fn take(
    from: &dyn Read,
    ids: &[StatusId],
    takes: &dyn Fn(&Status, &Account) -> bool,
    limit: usize,
    page: &mut Vec<StatusId>,
) -> Result<()> {
    let statuses = STATUSES.get_many(from, ids)?;
    let mut authors: Vec<_> = statuses.iter().flatten().map(|status| status.account).collect();
    authors.sort_unstable();
    authors.dedup();
    let records = ACCOUNTS.get_many(from, &authors)?;
    let _ = ids.iter().zip(&statuses).try_for_each(|(id, status)| {
        let Some(status) = status else { return ControlFlow::Continue(()) };
        let author = authors.binary_search(&status.account).ok().and_then(|at| records.get(at)?.as_ref());
        if author.is_some_and(|author| takes(status, author)) {
            page.push(*id);
        }
        if page.len() >= limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    Ok(())
}

/// Which statuses of an account are wanted.
#[derive(Debug, Clone, Default)]
pub struct AccountWanted {
    /// Only pinned ones, newest pin first.
    pub pinned: bool,
    /// Only those with attachments.
    pub only_media: bool,
    /// No answers to others; answers to oneself stay.
    pub exclude_replies: bool,
    /// No boosts.
    pub exclude_reblogs: bool,
    /// No direct posts.
    pub exclude_direct: bool,
    /// Only those with this tag, normalised.
    pub tagged: Option<String>,
}

/// A page of an account's statuses.
#[derive(Debug, Clone, Default)]
pub struct AccountPage {
    /// What is shown.
    pub shown: Vec<StatusId>,
    /// What was picked, with boosts that this reader does not see: cursors run over these.
    pub picked: Vec<StatusId>,
}

/// A page of an account's statuses as `viewer` may see them (behaviours §9, account). `circle` is the viewer's.
///
/// # Errors
/// When the store fails.
pub fn of_account(
    from: &dyn Read,
    viewer: Option<(AccountId, &Circle)>,
    account: AccountId,
    wanted: &AccountWanted,
    cursor: &Cursor<kind::Status>,
    now: Millis,
) -> Result<AccountPage> {
    if viewer.is_some_and(|(_, circle)| circle.blocked_by.contains(&account)) {
        return Ok(AccountPage::default());
    }
    let follows = viewer.is_some_and(|(id, circle)| id == account || circle.following.contains(&account));
    let open = |status: &Status| match status.visibility {
        Visibility::Public | Visibility::Unlisted => true,
        Visibility::Private => follows || viewer.is_some_and(|(id, _)| status.mentions(id)),
        Visibility::Direct | Visibility::Limited => {
            !wanted.exclude_direct && viewer.is_some_and(|(id, _)| id == account || status.mentions(id))
        }
    };
    let takes = |status: &Status| {
        open(status)
            && !(wanted.exclude_replies && status.answers_another())
            && !(wanted.exclude_reblogs && status.reblog_of.is_some())
            && (!wanted.only_media || !status.media.is_empty())
            && wanted.tagged.as_ref().is_none_or(|name| status.tags.iter().any(|tag| &tag.name == name))
    };
    if wanted.pinned {
        let ids = pinned(from, account)?;
        let statuses = STATUSES.get_many(from, &ids)?;
        let shown = ids.into_iter().zip(statuses).filter(|(_, status)| status.as_ref().is_some_and(&takes));
        let shown: Vec<_> = shown.map(|(id, _)| id).take(cursor.limit).collect();
        return Ok(AccountPage { picked: shown.clone(), shown });
    }
    let source: Source<'_> = if wanted.only_media {
        Box::new(|window| Ok(WITH_MEDIA.page(from, &account, window)?))
    } else {
        Box::new(|window| Ok(BY_ACCOUNT.page(from, &account, window)?))
    };
    let page =
        fill(from, &[source], cursor, &|status, author| author.suspended_at.is_none() && takes(status))?;
    let shown = match viewer {
        Some((_, circle)) => without_hidden_boosts(from, circle, page.clone(), now)?,
        None => page.clone(),
    };
    Ok(AccountPage { shown, picked: page })
}

/// Boosts of accounts that the reader blocks or mutes are left out.
fn without_hidden_boosts(
    from: &dyn Read,
    circle: &Circle,
    page: Vec<StatusId>,
    now: Millis,
) -> Result<Vec<StatusId>> {
    let statuses = STATUSES.get_many(from, &page)?;
    let boosted: Vec<Option<StatusId>> =
        statuses.iter().map(|status| status.as_ref().and_then(|status| status.reblog_of)).collect();
    let known: Vec<StatusId> = boosted.iter().copied().flatten().collect();
    let originals = STATUSES.get_many(from, &known)?;
    let hidden: Vec<StatusId> = known
        .into_iter()
        .zip(originals)
        .filter(|(_, original)| original.as_ref().is_none_or(|original| circle.hides(original.account, now)))
        .map(|(id, _)| id)
        .collect();
    let shown = page.into_iter().zip(boosted).filter(|(_, of)| of.is_none_or(|of| !hidden.contains(&of)));
    Ok(shown.map(|(id, _)| id).collect())
}
