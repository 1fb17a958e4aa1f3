//! The circle of one account: whom it follows, blocks and mutes, and who blocks it. For filtering timelines.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

use moka::sync::Cache;
use shop_storage::{Index, Read, Window};

use super::table::{BLOCKERS_OF, BLOCKS_BY, DOMAIN_BLOCKS, FOLLOWING, FOLLOWS, MUTES, MUTES_BY};
use crate::features::accounts::table::Account;
use crate::features::lists::table::{LISTS, MEMBERS};
use crate::features::tags::table::TAG_FOLLOWS;
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, LinkId};
use crate::platform::text::idn::to_ascii;

/// How many circles are kept in memory.
const KEPT: u64 = 512;

/// How an account is muted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Muting {
    /// Notifications are muted too.
    pub notifications: bool,
    /// When it ends by itself.
    pub expires_at: Option<Millis>,
}

/// Whom an account follows, blocks and mutes, and who blocks it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Circle {
    /// Whom it follows.
    pub following: HashSet<AccountId>,
    /// Whose boosts it does not want to see.
    pub without_reblogs: HashSet<AccountId>,
    /// The languages it wants to see of an account, where it chose any.
    pub languages: HashMap<AccountId, Vec<String>>,
    /// Whom it blocks.
    pub blocking: HashSet<AccountId>,
    /// Who blocks it.
    pub blocked_by: HashSet<AccountId>,
    /// Whom it mutes; ask [`Circle::mutes`], since mutes end.
    pub muting: HashMap<AccountId, Muting>,
    /// Whose posts it reads on an exclusive list only, not at home.
    pub exclusive: HashSet<AccountId>,
    /// The tags it follows, normalised.
    pub tags: HashSet<String>,
    /// The servers it blocks, in ASCII form.
    pub domains: HashSet<String>,
}

impl Circle {
    /// Loads the circle of `viewer` as `from` shows it.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(from: &dyn Read, viewer: AccountId) -> Result<Self> {
        let mut circle = Self {
            following: linked(from, &FOLLOWING, viewer)?.into_iter().collect(),
            blocking: linked(from, &BLOCKS_BY, viewer)?.into_iter().collect(),
            ..Self::default()
        };
        BLOCKERS_OF.visit(from, &viewer, &Window::all(), &mut |blocker| {
            circle.blocked_by.insert(blocker);
            ControlFlow::Continue(())
        })?;
        let muted: Vec<_> = linked(from, &MUTES_BY, viewer)?.into_iter().map(|id| (viewer, id)).collect();
        for ((_, id), mute) in muted.iter().zip(MUTES.get_many(from, &muted)?) {
            if let Some(mute) = mute {
                let muting = Muting { notifications: mute.notifications, expires_at: mute.expires_at };
                circle.muting.insert(*id, muting);
            }
        }
        FOLLOWS.visit_under(from, &viewer, &Window::all(), &mut |(_, id), follow| {
            if !follow.reblogs {
                circle.without_reblogs.insert(id);
            }
            if !follow.languages.is_empty() {
                circle.languages.insert(id, follow.languages);
            }
            ControlFlow::Continue(())
        })?;
        circle.exclusive = exclusive(from, viewer)?;
        TAG_FOLLOWS.visit_under(from, &viewer, &Window::all(), &mut |_, follow| {
            circle.tags.insert(follow.name);
            ControlFlow::Continue(())
        })?;
        DOMAIN_BLOCKS.visit_under(from, &viewer, &Window::all(), &mut |_, block| {
            circle.domains.insert(block.domain);
            ControlFlow::Continue(())
        })?;
        Ok(circle)
    }

    /// Whether it mutes `id` at this time.
    pub fn mutes(&self, id: AccountId, now: Millis) -> bool {
        self.muting.get(&id).is_some_and(|muting| muting.expires_at.is_none_or(|at| now < at))
    }

    /// Whether it mutes the notifications of `id` at this time.
    pub fn mutes_notifications(&self, id: AccountId, now: Millis) -> bool {
        self.mutes(id, now) && self.muting.get(&id).is_some_and(|muting| muting.notifications)
    }

    /// Whether one of the two blocks the other.
    pub fn apart(&self, id: AccountId) -> bool {
        self.blocking.contains(&id) || self.blocked_by.contains(&id)
    }

    /// Whether it blocks the server of `account`.
    pub fn blocks_domain(&self, account: &Account) -> bool {
        account.domain.as_ref().is_some_and(|domain| self.domains.contains(domain))
    }

    /// Whether it blocks the server of somebody with this handle, as the API shows it.
    pub fn blocks_handle(&self, acct: &str) -> bool {
        !self.domains.is_empty()
            && acct
                .rsplit_once('@')
                .and_then(|(_, domain)| to_ascii(domain))
                .is_some_and(|domain| self.domains.contains(&domain))
    }

    /// Whether timelines leave `id` out: blocked either way, or muted.
    pub fn hides(&self, id: AccountId, now: Millis) -> bool {
        self.apart(id) || self.mutes(id, now)
    }
}

fn exclusive(from: &dyn Read, viewer: AccountId) -> Result<HashSet<AccountId>> {
    let mut found = HashSet::new();
    for ((_, id), list) in LISTS.page_under(from, &viewer, &Window::all())? {
        if list.exclusive {
            MEMBERS.visit_under(from, &id, &Window::all(), &mut |(_, account), _| {
                found.insert(account);
                ControlFlow::Continue(())
            })?;
        }
    }
    Ok(found)
}

fn linked(
    from: &dyn Read,
    index: &Index<AccountId, (LinkId, AccountId)>,
    viewer: AccountId,
) -> Result<Vec<AccountId>> {
    let mut found = Vec::new();
    index.visit(from, &viewer, &Window::all(), &mut |(_, id)| {
        found.push(id);
        ControlFlow::Continue(())
    })?;
    Ok(found)
}

/// Circles kept in memory, and how many changes have been forgotten, so that a circle read before a change is
/// never kept after it.
struct Circles {
    kept: Cache<AccountId, Arc<Circle>>,
    changes: Mutex<u64>,
}

impl Default for Circles {
    fn default() -> Self {
        Self { kept: Cache::new(KEPT), changes: Mutex::new(0) }
    }
}

/// The circle of `viewer` as it is now, from memory where it is known.
///
/// # Errors
/// When the store fails.
pub fn circle(app: &App, viewer: AccountId) -> Result<Arc<Circle>> {
    let circles = app.part::<Circles>();
    if let Some(kept) = circles.kept.get(&viewer) {
        return Ok(kept);
    }
    let before = *circles.changes.lock().unwrap_or_else(PoisonError::into_inner);
    let read = Arc::new(Circle::of(&app.read()?, viewer)?);
    let changes = circles.changes.lock().unwrap_or_else(PoisonError::into_inner);
    if *changes == before {
        circles.kept.insert(viewer, read.clone());
    }
    Ok(read)
}

/// Forgets the circles of `accounts` when this transaction is on disk, before its caller is answered.
pub fn forget(tx: &mut Tx<'_>, accounts: &[AccountId]) {
    let circles = tx.app().part::<Circles>();
    let accounts = accounts.to_vec();
    tx.on_commit(move || {
        let mut changes = circles.changes.lock().unwrap_or_else(PoisonError::into_inner);
        *changes = changes.wrapping_add(1);
        for account in &accounts {
            circles.kept.invalidate(account);
        }
    });
}
