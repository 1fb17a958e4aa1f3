//! Jobs of relationships: mutes that end by themselves, requests accepted and follows refused in bulk, and servers cut
//! off.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::domains;
use super::table::{FOLLOWING, MUTES, REQUESTS_FROM, REQUESTS_TO};
use crate::features::notifications;
use crate::platform::app::{App, Tx};
use crate::platform::error::Error;
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
        loop {
            let more = app
                .write(move |tx| {
                    if crate::features::accounts::get(&**tx, account).map_or(true, |found| found.locked) {
                        return Ok(false);
                    }
                    let waiting = REQUESTS_TO.page(&**tx, &account, &Window::oldest(STEP))?;
                    for (_, follower) in &waiting {
                        super::accept(tx, *follower, account)?;
                    }
                    Ok(waiting.len() == STEP)
                })
                .await?;
            if !more {
                return Ok(());
            }
        }
    }
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
        let Self { account, domain } = self;
        let read = app.clone();
        let found = tokio::task::spawn_blocking(move || {
            let store = read.read()?;
            let senders = notifications::senders_of_server(&store, account, &domain)?;
            Ok::<_, Error>((domains::ties(&store, account, &domain)?, senders))
        });
        let (ties, senders) = found.await.map_err(Error::from)??;
        let ours: Vec<AccountId> = ties.following.into_iter().chain(ties.asked).collect();
        let theirs: Vec<AccountId> = ties.followers.into_iter().chain(ties.asking).collect();
        for step in ours.chunks(STEP).map(<[_]>::to_vec) {
            app.write(move |tx| step.iter().try_for_each(|id| super::unfollow(tx, account, *id).map(drop)))
                .await?;
        }
        for step in theirs.chunks(STEP).map(<[_]>::to_vec) {
            app.write(move |tx| step.iter().try_for_each(|id| super::reject(tx, *id, account).map(drop)))
                .await?;
        }
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
        loop {
            let more = app
                .write(move |tx| {
                    let mut held = FOLLOWING.page(&**tx, &account, &Window::oldest(STEP))?;
                    held.extend(REQUESTS_FROM.page(&**tx, &account, &Window::oldest(STEP))?);
                    for (_, followed) in &held {
                        super::reject(tx, account, *followed)?;
                    }
                    Ok(!held.is_empty())
                })
                .await?;
            if !more {
                return Ok(());
            }
        }
    }
}
