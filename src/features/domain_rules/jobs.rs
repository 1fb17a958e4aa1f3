//! The work that follows a rule: accounts that are known already are limited, suspended or let come back; of the
//! suspended, follows end and what they left here goes; copies of media that are not taken go as well.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use serde::{Deserialize, Serialize};
use shop_storage::{Index, Order, Queue, Read, Window, record};

use super::book;
use super::book::{Standing, above};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::departures;
use crate::features::emoji::table::EMOJIS;
use crate::features::media::cache;
use crate::features::media::table::{CACHED, MEDIA};
use crate::features::relationships::cut::{Ties, cut};
use crate::features::relationships::table::{FOLLOWERS, FOLLOWING, REQUESTS_FROM, REQUESTS_TO};
use crate::platform::app::{App, Tx};
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::events::{Event, SeveranceCause, Severed};
use crate::platform::ids::{AccountId, LinkId, MediaId};
use crate::platform::jobs::{self, Job, Outcome};

/// How many rows are read in one step.
const STEP: usize = 500;
/// How many accounts, emoji or copies one transaction changes.
const CHANGES: usize = 100;

/// Brings what is known of a domain, and of everything below it, in line with the rules as they are when it runs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ApplyRules {
    /// The domain; empty for all.
    domain: String,
    /// The time that accounts bear which the changed rule has marked.
    mark: Millis,
}
record!(ApplyRules, 1);

impl ApplyRules {
    /// For the domain of one rule.
    pub fn at(domain: &str, mark: Millis) -> Self {
        Self { domain: domain.to_owned(), mark }
    }

    /// For every server.
    pub fn everywhere() -> Self {
        Self { domain: String::new(), mark: super::NOT_ALLOWED }
    }

    /// Whether an account lives at the domain or below it, by its handle or by its address.
    fn concerns(&self, account: &Account) -> bool {
        let Some(domain) = account.domain.as_deref().filter(|_| !account.deleted) else { return false };
        let is_here = |name: &str| self.domain.is_empty() || above(name).any(|name| name == self.domain);
        let place = || account.uri.as_deref().and_then(crate::features::peers::host_of);
        is_here(domain) || place().is_some_and(|place| is_here(&place))
    }
}

impl Job for ApplyRules {
    const NAME: &'static str = "apply_domain_rules";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn lane(&self) -> Option<String> {
        Some("domain_rules".to_owned())
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("domain_rules:{}:{}", self.mark.0, self.domain))
    }

    async fn run(self, app: App) -> Outcome {
        let job = self.clone();
        let reader = app.clone();
        let found = tokio::task::spawn_blocking(move || job.gather(&reader)).await.map_err(Error::from)??;
        let mark = self.mark;
        for some in found.everybody.chunks(CHANGES).map(<[_]>::to_vec) {
            app.write(move |tx| some.iter().try_for_each(|id| judge(tx, *id, mark))).await?;
        }
        for some in found.copies.chunks(CHANGES).map(<[_]>::to_vec) {
            app.write(move |tx| some.iter().try_for_each(|key| cache::forget(tx, key))).await?;
        }
        for ((account, target), ties) in found.bonds {
            cut(
                &app,
                ties,
                Severed { account, cause: SeveranceCause::DomainBlock, target, followers: 0, following: 0 },
            )
            .await?;
        }
        for some in found.emojis.chunks(CHANGES).map(<[_]>::to_vec) {
            app.write(move |tx| some.iter().try_for_each(|key| Ok(EMOJIS.delete(tx, key).map(drop)?)))
                .await?;
        }
        for id in found.suspended {
            while app.write(move |tx| departures::strip_step(tx, id)).await? {
                if app.stopping.is_cancelled() {
                    // What is done is done; the rest waits for the next start.
                    app.write(move |tx| tx.enqueue(&self)).await?;
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// What there is to do.
#[derive(Default)]
struct Found {
    everybody: Vec<AccountId>,
    suspended: Vec<AccountId>,
    /// What stands between people here and the suspended, with the name under which they hear of it.
    bonds: BTreeMap<(AccountId, String), Ties>,
    emojis: Vec<(String, String)>,
    copies: Vec<String>,
}

impl ApplyRules {
    /// Reads all accounts, some at a time, each time as the store then is.
    fn gather(&self, app: &App) -> Result<Found> {
        let book = book(app);
        let mut found = Found::default();
        let (mut domains, mut without_media) = (BTreeSet::new(), HashSet::new());
        let mut above = None;
        loop {
            let window = Window { below: None, above, order: Order::Oldest, limit: STEP };
            let store = app.read()?;
            let step = ACCOUNTS.page(&store, &window)?;
            let Some((last, _)) = step.last() else { break };
            above = Some(*last);
            for (id, account) in step.iter().filter(|(_, account)| self.concerns(account)) {
                found.everybody.push(*id);
                let is_suspended = matches!(book.standing_of(account), Standing::Suspended(_));
                let domain = account.domain.clone().unwrap_or_default();
                if is_suspended {
                    found.suspended.push(*id);
                    let target = if self.domain.is_empty() { domain.clone() } else { self.domain.clone() };
                    found.bind(&store, *id, &target)?;
                }
                if is_suspended || book.rejects_media_of(account) {
                    without_media.insert(*id);
                    domains.insert(domain);
                }
            }
        }
        for domain in domains {
            found.add_emojis(app, &domain)?;
        }
        if !without_media.is_empty() {
            found.add_copies(app, &without_media)?;
        }
        Ok(found)
    }
}

impl Found {
    /// Notes who here follows, is followed by, asks or is asked by a suspended account.
    fn bind(&mut self, from: &dyn Read, id: AccountId, target: &str) -> Result<()> {
        type Links = Index<AccountId, (LinkId, AccountId)>;
        type Side = fn(&mut Ties) -> &mut Vec<AccountId>;
        let sides: [(Links, Side); 4] = [
            (FOLLOWERS, |ties| &mut ties.following),
            (FOLLOWING, |ties| &mut ties.followers),
            (REQUESTS_TO, |ties| &mut ties.asked),
            (REQUESTS_FROM, |ties| &mut ties.asking),
        ];
        for (index, side) in sides {
            let mut window = Window::oldest(STEP);
            loop {
                let rows = index.page(from, &id, &window)?;
                let Some(last) = rows.last().copied() else { break };
                for (_, here) in rows {
                    side(self.bonds.entry((here, target.to_owned())).or_default()).push(id);
                }
                window = Window::oldest(STEP).above(last);
            }
        }
        Ok(())
    }

    /// Notes the emoji of a domain, and our copies of them.
    fn add_emojis(&mut self, app: &App, domain: &str) -> Result<()> {
        let rows = EMOJIS.page_under(&app.read()?, &domain.to_owned(), &Window::all())?;
        for (key, _) in rows {
            self.copies.push(format!("emojis/{}/{}", key.0, key.1));
            self.emojis.push(key);
        }
        Ok(())
    }

    /// Notes our copies of pictures of these accounts.
    fn add_copies(&mut self, app: &App, accounts: &HashSet<AccountId>) -> Result<()> {
        let mut above = None;
        loop {
            let window = Window { below: None, above, order: Order::Oldest, limit: STEP };
            let store = app.read()?;
            let step = CACHED.page(&store, &window)?;
            let Some((last, _)) = step.last() else { return Ok(()) };
            above = Some(last.clone());
            for (key, _) in step {
                let mut parts = key.split('/');
                let owner = match (parts.next(), parts.next()) {
                    (Some("accounts"), Some(id)) => id.parse().ok(),
                    (Some("attachments"), Some(id)) => match id.parse::<MediaId>() {
                        Ok(id) => MEDIA.get(&store, &id)?.map(|media| media.account),
                        Err(_) => None,
                    },
                    _ => None,
                };
                if owner.is_some_and(|owner| accounts.contains(&owner)) {
                    self.copies.push(key);
                }
            }
        }
    }
}

/// Marks an account as the rules say, and takes marks of rules away that say so no more. What the staff did by hand
/// stays as it is.
fn judge(tx: &mut Tx<'_>, id: AccountId, changed: Millis) -> Result<()> {
    let Some(mut account) = ACCOUNTS.get(&**tx, &id)?.filter(|account| !account.deleted) else {
        return Ok(());
    };
    let book = book(tx.app());
    let mut marks = book.marks(account.domain.as_deref().unwrap_or_default());
    marks.extend(
        account.uri.as_deref().and_then(crate::features::peers::host_of).iter().flat_map(|at| book.marks(at)),
    );
    marks.push(changed);
    let is_ours = |at: Option<Millis>| at.is_none_or(|at| marks.contains(&at));
    let (suspended, limited) = match book.standing_of(&account) {
        Standing::Free => (None, None),
        Standing::Limited(since) => (None, Some(since)),
        Standing::Suspended(since) => (Some(since), None),
    };
    let before = (account.suspended_at, account.silenced_at);
    if is_ours(before.0) {
        // Its own server may have suspended it meanwhile, or before.
        let by_origin = account.remote.as_ref().is_some_and(|remote| remote.suspended);
        account.suspended_at = suspended.or(before.0.filter(|_| by_origin));
    }
    if is_ours(before.1) {
        account.silenced_at = limited;
    }
    if before == (account.suspended_at, account.silenced_at) {
        return Ok(());
    }
    ACCOUNTS.put(tx, &id, &account)?;
    tx.tell(Event::AccountUpdated { account: id });
    Ok(())
}
