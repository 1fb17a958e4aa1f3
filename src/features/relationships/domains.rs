//! Servers that an account blocks for itself (behaviours §10, domain block by a user).

use std::collections::HashSet;

use shop_storage::{Index, Read, Window};

use super::circle;
use super::cut::Ties;
use super::jobs::CutDomain;
use super::table::{
    DOMAIN_BLOCKED, DOMAIN_BLOCKS, DomainBlock, FOLLOWERS, FOLLOWING, REQUESTS_FROM, REQUESTS_TO,
};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::platform::app::Tx;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{AccountId, LinkId, kind};
use crate::platform::text::idn::{same_domain, to_ascii};

/// How many servers an account may block: each reader's are kept in memory.
pub const MOST: usize = 10_000;
/// How many rows are read in one step.
const STEP: usize = 500;

/// The domain that somebody names, in ASCII form.
///
/// # Errors
/// 422 for what is none, and for this server's own.
pub fn named(config: &Config, text: &str) -> Result<String> {
    to_ascii(text.trim())
        .filter(|domain| !same_domain(domain, config.domain()))
        .ok_or_else(|| Error::invalid("Domain is invalid"))
}

/// Whether `account` blocks the server of `other`.
///
/// # Errors
/// When the store fails.
pub fn blocks_server_of(from: &dyn Read, account: AccountId, other: &Account) -> Result<bool> {
    let Some(domain) = &other.domain else { return Ok(false) };
    Ok(DOMAIN_BLOCKED.get(from, &(account, domain.clone()))?.is_some())
}

/// `account` blocks a server; follows in both directions and requests end in a job.
///
/// # Errors
/// 422 beyond [`MOST`].
pub fn block(tx: &mut Tx<'_>, account: AccountId, domain: &str) -> Result<()> {
    if DOMAIN_BLOCKED.get(&**tx, &(account, domain.to_owned()))?.is_some() {
        return Ok(());
    }
    if DOMAIN_BLOCKS.page_under(&**tx, &account, &Window::newest(MOST))?.len() >= MOST {
        return Err(Error::invalid(format!("You cannot block more than {MOST} servers")));
    }
    let id: LinkId = tx.new_id();
    let created_at = tx.now();
    DOMAIN_BLOCKS.put(tx, &(account, id), &DomainBlock { domain: domain.to_owned(), created_at })?;
    tx.enqueue(&CutDomain { account, domain: domain.to_owned() })?;
    changed(tx, account);
    Ok(())
}

/// `account` does not block a server any more; follows do not come back.
///
/// # Errors
/// When the store fails.
pub fn unblock(tx: &mut Tx<'_>, account: AccountId, domain: &str) -> Result<()> {
    if let Some(id) = DOMAIN_BLOCKED.get(&**tx, &(account, domain.to_owned()))? {
        DOMAIN_BLOCKS.delete(tx, &(account, id))?;
        changed(tx, account);
    }
    Ok(())
}

fn changed(tx: &mut Tx<'_>, account: AccountId) {
    circle::forget(tx, &[account]);
    tx.tell(Event::ReadingChanged { account });
}

/// Durable listener: a deleted account blocks no servers.
///
/// # Errors
/// When the store fails.
pub fn on_event(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::AccountDeleted { account } = event else { return Ok(()) };
    for (key, _) in DOMAIN_BLOCKS.page_under(&**tx, account, &Window::oldest(MOST))? {
        DOMAIN_BLOCKS.delete(tx, &key)?;
    }
    circle::forget(tx, &[*account]);
    Ok(())
}

/// A page of blocked servers with the rows that pages run over, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(
    from: &dyn Read,
    account: AccountId,
    cursor: &Cursor<kind::Link>,
) -> Result<Vec<(LinkId, String)>> {
    let rows = DOMAIN_BLOCKS.page_under(from, &account, &cursor.under(account))?;
    Ok(cursor.arrange(rows.into_iter().map(|((_, id), block)| (id, block.domain)).collect()))
}

/// Reads what stands between `account` and the people of `domain`. Reads every follow; keep it away from the async
/// threads.
///
/// # Errors
/// When the store fails.
pub fn ties(from: &dyn Read, account: AccountId, domain: &str) -> Result<Ties> {
    let of = |index| people(from, index, account, domain);
    Ok(Ties {
        following: of(&FOLLOWING)?,
        followers: of(&FOLLOWERS)?,
        asked: of(&REQUESTS_FROM)?,
        asking: of(&REQUESTS_TO)?,
    })
}

fn people(
    from: &dyn Read,
    index: &Index<AccountId, (LinkId, AccountId)>,
    account: AccountId,
    domain: &str,
) -> Result<Vec<AccountId>> {
    let mut found = Vec::new();
    let mut window = Window::oldest(STEP);
    loop {
        let step = index.page(from, &account, &window)?;
        let Some(last) = step.last().copied() else { return Ok(found) };
        let ids: Vec<AccountId> = step.iter().map(|(_, id)| *id).collect();
        let rows = ACCOUNTS.get_many(from, &ids)?;
        let there = ids
            .into_iter()
            .zip(rows)
            .filter(|(_, row)| row.as_ref().is_some_and(|row| row.domain.as_deref() == Some(domain)));
        found.extend(there.map(|(id, _)| id));
        window = Window::oldest(STEP).above(last);
    }
}

/// Which of `others` live on a server that `account` blocks: nothing is read when it blocks none.
///
/// # Errors
/// When the store fails.
pub fn blocked_among(
    from: &dyn Read,
    circle: &super::Circle,
    others: &[AccountId],
) -> Result<HashSet<AccountId>> {
    if circle.domains.is_empty() {
        return Ok(HashSet::new());
    }
    let rows = ACCOUNTS.get_many(from, others)?;
    let blocked =
        others.iter().zip(rows).filter(|(_, row)| row.as_ref().is_some_and(|a| circle.blocks_domain(a)));
    Ok(blocked.map(|(id, _)| *id).collect())
}
