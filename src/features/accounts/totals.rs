//! How many follow a remote account, whom it follows and what it wrote, as its own server tells: we know but a part of it
//! ourselves. Asked for after each reading of the profile, counted on from there (entities: Account, followers_count).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::{ACCOUNTS, Account};
use super::{count, keys};
use crate::federation::fetch;
use crate::federation::vocab::Origin;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};
use crate::platform::net::Signer;

/// The largest total that is believed.
const MOST: u64 = 1_000_000_000_000;

/// Durable listener: after a profile was read, its totals are. Stands behind the one for pinned posts, because posts that
/// are taken in are counted.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    let Event::ProfileRead { account, following, .. } = event else { return Ok(()) };
    let uri = ACCOUNTS.get(&**tx, account)?.and_then(|row| row.uri);
    let Some(origin) = uri.as_deref().and_then(Origin::of) else { return Ok(()) };
    tx.enqueue(&ReadTotals { account: *account, host: origin.authority(), following: following.clone() })
}

/// Reads the totals of a remote account. What cannot be read stays as it is until the next reading of the profile.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadTotals {
    /// The account.
    pub account: AccountId,
    /// Its server.
    pub host: String,
    /// Its collection of whom it follows.
    pub following: Option<String>,
}
record!(ReadTotals, 1);

impl Job for ReadTotals {
    const NAME: &'static str = "read_totals";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 5;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("read_totals:{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let id = self.account;
        let row = ACCOUNTS.get(&app.read()?, &id)?.filter(|account| !account.deleted);
        let Some(Account { remote: Some(remote), .. }) = row else { return Ok(()) };
        let signer = keys::instance_signer(&app).await?;
        let followers = told(&app, remote.followers.as_deref(), &signer).await;
        let following = told(&app, self.following.as_deref(), &signer).await;
        let outbox = told(&app, remote.outbox.as_deref(), &signer).await;
        if followers.is_some() || following.is_some() || outbox.is_some() {
            app.write_relaxed(move |tx| keep(tx, id, [followers, following, outbox])).await?;
        }
        Ok(())
    }
}

/// What a collection says about itself.
#[derive(Debug, Clone, Copy)]
struct Told {
    total: Option<u64>,
    /// It shows none of its members.
    closed: bool,
}

async fn told(app: &App, url: Option<&str>, signer: &Arc<dyn Signer>) -> Option<Told> {
    let url = url?;
    match fetch::document(app, url, signer).await {
        Ok(document) if document.is_a("OrderedCollection") || document.is_a("Collection") => {
            let shows = ["first", "items", "orderedItems"].iter().any(|key| document.get(key).is_some());
            let total = document.count_of("totalItems").filter(|total| *total <= MOST);
            Some(Told { total, closed: !shows })
        }
        Ok(_) => None,
        Err(error) => {
            tracing::debug!(%error, url, "a collection could not be read");
            None
        }
    }
}

fn keep(tx: &mut Tx<'_>, id: AccountId, told: [Option<Told>; 3]) -> Result<()> {
    let [followers, following, outbox] = told;
    let total = |told: Option<Told>| told.and_then(|told| told.total);
    count(tx, id, |stats| {
        stats.followers = total(followers).unwrap_or(stats.followers);
        stats.following = total(following).unwrap_or(stats.following);
        stats.statuses = total(outbox).unwrap_or(stats.statuses);
    })?;
    // A network that cannot be looked into is one that its owner hides (behaviours §19).
    let network: Vec<Told> = [followers, following].into_iter().flatten().collect();
    if !network.is_empty() {
        let hidden = network.iter().any(|collection| collection.closed);
        let known = ACCOUNTS.get(&**tx, &id)?.is_some_and(|row| row.hide_collections == Some(hidden));
        if !known {
            ACCOUNTS.edit(tx, &id, |row| row.hide_collections = Some(hidden))?;
        }
    }
    Ok(())
}
