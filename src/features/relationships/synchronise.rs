//! Follows brought in step with what the followed account's server believes (FEP-8fcf, behaviours §21).

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::table::{FOLLOWERS, FOLLOWS};
use super::{accept, follows, requested, unfollow};
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::features::accounts::{INSTANCE_ACTOR, id_of_local_uri, keys, local_uri};
use crate::features::peers::is_ours;
use crate::features::peers::synchronisation::Digest;
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often the list is asked for.
const TRIES: u32 = 3;
/// Most pages that are read (behaviours §21).
const PAGES: usize = 10;
/// How many follows are read in one step.
const READ: usize = 500;
/// How many follows are looked at in one transaction.
const STEP: usize = 50;

/// Compares who here follows a remote account with what its server says, and mends what differs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SynchroniseFollowers {
    /// The account that is followed.
    pub account: AccountId,
    /// Its server.
    pub host: String,
    /// The digest of its followers here, as its server has it.
    pub digest: String,
    /// Where its server lists them.
    pub url: String,
}
record!(SynchroniseFollowers, 1);

impl Job for SynchroniseFollowers {
    const NAME: &'static str = "synchronise_followers";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("synchronise_followers:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        let row = ACCOUNTS.get(&app.read()?, &account)?;
        let Some(Account { uri: Some(actor), deleted: false, .. }) = row else { return Ok(()) };
        let reader = app.clone();
        let known = tokio::task::spawn_blocking(move || followers_here(&reader, account));
        let known = known.await.map_err(Error::from)??;
        let uris: Vec<String> = known.iter().map(|id| local_uri(&app.config, *id)).collect();
        if Digest::of(uris.iter().map(String::as_str)).text() == self.digest {
            return Ok(());
        }
        let Some(listed) = listed(&app, &self.url, &actor).await? else { return Ok(()) };
        let ids: BTreeSet<AccountId> =
            listed.iter().filter_map(|uri| id_of_local_uri(&app.config, uri)).collect();
        let theirs: Vec<AccountId> = ids.iter().copied().filter(|id| !known.contains(id)).collect();
        each(&app, theirs, account, confirm_or_undo).await?;
        // Taking follows away is for good: only when the list is the one that the digest was made of.
        if Digest::of(listed.iter().map(String::as_str)).text() == self.digest {
            let ours: Vec<AccountId> = known.into_iter().filter(|id| !ids.contains(id)).collect();
            each(&app, ours, account, |tx, id, account| unfollow(tx, id, account).map(drop)).await?;
        }
        Ok(())
    }
}

type Mend = fn(&mut Tx<'_>, AccountId, AccountId) -> Result<()>;

async fn each(app: &App, people: Vec<AccountId>, account: AccountId, mend: Mend) -> Result<()> {
    for step in people.chunks(STEP).map(<[_]>::to_vec) {
        app.write(move |tx| step.iter().try_for_each(|id| mend(tx, *id, account))).await?;
    }
    Ok(())
}

/// Who lives here and follows `account`.
fn followers_here(app: &App, account: AccountId) -> Result<BTreeSet<AccountId>> {
    let from = app.read()?;
    let mut found = BTreeSet::new();
    let mut window = Window::oldest(READ);
    loop {
        let step = FOLLOWERS.page(&from, &account, &window)?;
        let Some(last) = step.last().copied() else { return Ok(found) };
        let pairs: Vec<_> = step.iter().map(|(_, follower)| (*follower, account)).collect();
        let rows = FOLLOWS.get_many(&from, &pairs)?;
        let local =
            pairs.iter().zip(rows).filter(|(_, row)| row.as_ref().is_some_and(|row| row.uri.is_none()));
        found.extend(local.map(|((follower, _), _)| *follower));
        window = Window::oldest(READ).above(last);
    }
}

/// Its server believes that `id` follows `account`: a request must have been accepted without our hearing of it; without
/// one the follow is taken back over there.
fn confirm_or_undo(tx: &mut Tx<'_>, id: AccountId, account: AccountId) -> Result<()> {
    let person = ACCOUNTS.get(&**tx, &id)?.filter(|person| person.is_local() && !person.deleted);
    if person.is_none() || id == INSTANCE_ACTOR || follows(&**tx, id, account)? {
        return Ok(());
    }
    if requested(&**tx, id, account)? {
        return accept(tx, id, account);
    }
    // The id of that Follow is lost; who and whom say as much.
    let number = tx.new_id::<crate::platform::ids::kind::Activity>();
    let uri = Some(format!("{}#follows/{number}", local_uri(&tx.app().config, id)));
    tx.tell(Event::Unfollowed { from: id, to: account, uri });
    Ok(())
}

/// The ids of accounts here that the list holds; `None` when it cannot be read and will not be.
async fn listed(app: &App, url: &str, actor: &str) -> Result<Option<BTreeSet<String>>, Failure> {
    let signer = keys::instance_signer(app).await?;
    let mut found = BTreeSet::new();
    let mut next = Some(url.to_owned());
    for _ in 0..PAGES {
        let Some(url) = next.take().filter(|url| same_origin(url, actor)) else { break };
        let document = match fetch::page(app, &url, &signer).await {
            Ok(document) => document,
            Err(error @ FetchError::Later(_)) => return Err(Failure::Later(error.into())),
            Err(error) => {
                tracing::debug!(%error, url, "a list of followers could not be read");
                return Ok(None);
            }
        };
        gather(app, document.view(), &mut found);
        next = match document.object_of("first") {
            Some(first) => {
                gather(app, first, &mut found);
                first.link_of("next").map(str::to_owned)
            }
            None => document.link_of("first").or_else(|| document.link_of("next")).map(str::to_owned),
        };
    }
    Ok(Some(found))
}

fn gather(app: &App, page: View<'_>, found: &mut BTreeSet<String>) {
    for key in ["orderedItems", "items"] {
        found.extend(page.ids_of(key).into_iter().filter(|uri| is_ours(app, uri)).map(str::to_owned));
    }
}
