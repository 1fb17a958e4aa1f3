//! Jobs of relationships: mutes that end by themselves, requests accepted and follows refused in bulk, and servers cut
//! off.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::cut::cut;
use super::domains;
use super::table::{FOLLOWING, MUTES, REQUESTS_FROM, REQUESTS_TO};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::notifications;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::{Event, SeveranceCause, Severed};
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// How many requests one transaction accepts, and how many follows it refuses.
const STEP: usize = 50;

/// Ends a mute whose time is over. Reading ignores such mutes anyway; this tells the listeners.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndMute {
    /// Who mutes.
    pub muter: AccountId,
    /// Who is muted.
    pub muted: AccountId,
}
record!(EndMute, 1);

impl Job for EndMute {
    const NAME: &'static str = "end_mute";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write(move |tx| {
            let mute = MUTES.get(&**tx, &(self.muter, self.muted))?;
            // The mute may have been prolonged meanwhile; that change brought its own job.
            if mute.is_some_and(|mute| !mute.holds(tx.now())) {
                super::unmute(tx, self.muter, self.muted)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Accepts everybody who waits at an account that was unlocked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AcceptAll {
    /// The account.
    pub account: AccountId,
}
record!(AcceptAll, 1);

impl Job for AcceptAll {
    const NAME: &'static str = "accept_follow_requests";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn dedup(&self) -> Option<String> {
        Some(self.account.to_string())
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        while app.write(move |tx| accept_some(tx, account)).await? {}
        Ok(())
    }
}

/// Accepts a step's worth of requests; whether there may be more.
fn accept_some(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    if ACCOUNTS.get(&**tx, &account)?.is_none_or(|found| found.locked || found.deleted) {
        return Ok(false);
    }
    let waiting = REQUESTS_TO.page(&**tx, &account, &Window::oldest(STEP))?;
    for (_, follower) in &waiting {
        super::accept(tx, *follower, account)?;
    }
    Ok(waiting.len() == STEP)
}

/// Ends what stands between an account and the people of a server that it blocks now, and forgets what they did.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CutDomain {
    /// Who blocks.
    pub account: AccountId,
    /// The server, in ASCII form.
    pub domain: String,
}
record!(CutDomain, 1);

impl Job for CutDomain {
    const NAME: &'static str = "cut_domain";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let Self { account, domain: target } = self;
        let (read, domain) = (app.clone(), target.clone());
        let found = tokio::task::spawn_blocking(move || {
            let store = read.read()?;
            let senders = notifications::senders_of_server(&store, account, &domain)?;
            Ok::<_, Error>((domains::ties(&store, account, &domain)?, senders))
        });
        let (ties, senders) = found.await.map_err(Error::from)??;
        let cause = SeveranceCause::UserDomainBlock;
        cut(&app, ties, Severed { account, cause, target, followers: 0, following: 0 }).await?;
        for step in senders.chunks(STEP).map(<[_]>::to_vec) {
            let forget = move |tx: &mut Tx<'_>| {
                step.iter().try_for_each(|sender| notifications::forget_sender(tx, account, *sender))
            };
            app.write(forget).await?;
        }
        Ok(())
    }
}

/// Ends all follows of an account of another server that was suspended here: its server goes on showing its people
/// what is delivered to it, so nothing may be delivered any more (behaviours §25).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RejectAll {
    /// The account.
    pub account: AccountId,
}
record!(RejectAll, 1);

impl Job for RejectAll {
    const NAME: &'static str = "reject_follows";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn dedup(&self) -> Option<String> {
        Some(self.account.to_string())
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        while app.write(move |tx| reject_some(tx, account)).await? {}
        Ok(())
    }
}

/// Refuses a step's worth of follows and requests of `account`; whether there were any.
fn reject_some(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let followed = FOLLOWING.page(&**tx, &account, &Window::oldest(STEP))?;
    let asked = REQUESTS_FROM.page(&**tx, &account, &Window::oldest(STEP))?;
    for (_, other) in followed.iter().chain(&asked) {
        super::reject(tx, account, *other)?;
    }
    followed.iter().try_for_each(|(_, other)| tell_lost_follower(tx, *other, account))?;
    Ok(!(followed.is_empty() && asked.is_empty()))
}

fn tell_lost_follower(tx: &mut Tx<'_>, account: AccountId, follower: AccountId) -> Result<()> {
    let Some(row) = ACCOUNTS.get(&**tx, &follower)? else { return Ok(()) };
    let cause = SeveranceCause::AccountSuspension;
    let severed = Severed { account, cause, target: row.handle(), followers: 1, following: 0 };
    tx.tell(Event::Severed(Box::new(severed)));
    Ok(())
}
