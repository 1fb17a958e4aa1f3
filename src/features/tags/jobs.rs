//! Jobs of tags: what the profile of a remote account shows, as its own server lists it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::{Named, feature};
use crate::features::accounts::keys;
use crate::features::accounts::table::{ACCOUNTS, Account};
use crate::federation::fetch::{self, FetchError};
use crate::federation::vocab::{View, same_origin};
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Failure, Job, Outcome};

/// How often the collection is asked for.
const TRIES: u32 = 3;

/// Reads the tags on the profile of a remote account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ReadFeaturedTags {
    /// The account.
    pub account: AccountId,
    /// Its server.
    pub host: String,
    /// Its collection of tags.
    pub url: String,
}
record!(ReadFeaturedTags, 1);

impl Job for ReadFeaturedTags {
    const NAME: &'static str = "read_featured_tags";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 5;

    fn lane(&self) -> Option<String> {
        Some(format!("read:{}", self.host))
    }

    fn dedup(&self) -> Option<String> {
        Some(format!("read_featured_tags:{}", self.account))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        let row = ACCOUNTS.get(&app.read()?, &account)?.filter(|row| !row.deleted);
        let Some(Account { suspended_at: None, remote: Some(_), .. }) = row else { return Ok(()) };
        let Some(listed) = listed(&app, &self.url).await? else { return Ok(()) };
        Ok(app.write(move |tx| show(tx, account, &listed)).await?)
    }
}

/// What the collection lists, or its first page; `None` when it cannot be read and will not be.
async fn listed(app: &App, url: &str) -> Result<Option<Vec<Named>>, Failure> {
    let signer = keys::instance_signer(app).await?;
    let read = async |url: &str| match fetch::document(app, url, &signer).await {
        Ok(document) => Ok(Some(document)),
        Err(error @ FetchError::Later(_)) => Err(Failure::Later(error.into())),
        Err(error) => {
            tracing::debug!(%error, url, "tags of a profile could not be read");
            Ok(None)
        }
    };
    let Some(document) = read(url).await? else { return Ok(None) };
    if let Some(first) = document.object_of("first") {
        return Ok(Some(entries(first)));
    }
    match document.link_of("first").filter(|first| same_origin(first, url)) {
        Some(first) => Ok(read(first).await?.map(|page| entries(page.view()))),
        None => Ok(Some(entries(document.view()))),
    }
}

fn entries(collection: View<'_>) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for entry in ["orderedItems", "items"].into_iter().flat_map(|key| collection.objects_of(key)) {
        let Some(named) = feature::written(entry) else { continue };
        if found.len() < feature::MOST && !found.iter().any(|known| known.name == named.name) {
            found.push(named);
        }
    }
    found
}

/// Shows these tags and no others.
fn show(tx: &mut Tx<'_>, account: AccountId, listed: &[Named]) -> Result<()> {
    for (row, tag) in feature::all(&**tx, account)? {
        if !listed.iter().any(|named| named.name == tag.name) {
            feature::remove(tx, account, row)?;
        }
    }
    listed.iter().try_for_each(|named| feature::feature(tx, account, named).map(drop))
}
