//! The job that ranks anew every five minutes, and that forgets who used which tag and link.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::links;
use super::rank::{self, day_of};
use super::table::{RANKINGS, Ranking, Subject, TAG_USES};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::jobs::{BULK, Job, Outcome};

/// How often trends are ranked (behaviours §26).
const EVERY: Duration = Duration::from_secs(5 * 60);
/// How many rows of bygone days go at once, and how many bygone days are looked at.
const STEP: usize = 5_000;
const BYGONE_DAYS: u32 = 30;

/// Ranks everything, and comes back in five minutes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Refresh {}
record!(Refresh, 1);

impl Job for Refresh {
    const NAME: &'static str = "trends.refresh";
    const QUEUE: &'static Queue = &BULK;

    fn lane(&self) -> Option<String> {
        Some("trends".to_owned())
    }

    fn dedup(&self) -> Option<String> {
        Some("trends".to_owned())
    }

    fn backoff(_: u32) -> Option<Duration> {
        Some(EVERY)
    }

    async fn run(self, app: App) -> Outcome {
        let reading = app.clone();
        let made = tokio::task::spawn_blocking(move || rank_all(&reading)).await;
        let (tags, statuses, links) = made.map_err(Error::from)??;
        app.write_relaxed(move |tx| {
            RANKINGS.put(tx, &(Subject::Tag as u8), &tags)?;
            RANKINGS.put(tx, &(Subject::Status as u8), &statuses)?;
            RANKINGS.put(tx, &(Subject::Link as u8), &links)?;
            forget(tx)?;
            schedule(tx)
        })
        .await?;
        Ok(())
    }
}

fn rank_all(app: &App) -> Result<(Ranking, Ranking, Ranking)> {
    let (store, now) = (app.read()?, app.now());
    Ok((rank::tags(&store, now)?, rank::statuses(&store, now)?, links::rank(&store, now)?))
}

/// Ranks in five minutes, unless that is due earlier.
///
/// # Errors
/// When the store fails.
pub fn schedule(tx: &mut Tx<'_>) -> Result<()> {
    let due = tx.now().plus(EVERY);
    tx.enqueue_at(&Refresh {}, due)
}

/// Forgets uses of tags from before yesterday, and of links from before the week that is shown.
fn forget(tx: &mut Tx<'_>) -> Result<()> {
    let today = day_of(tx.now());
    for day in today.saturating_sub(BYGONE_DAYS)..today.saturating_sub(1) {
        for item in TAG_USES.page(&**tx, &day, &Window::oldest(STEP))? {
            TAG_USES.remove(tx, &day, &item);
        }
    }
    links::forget(tx, BYGONE_DAYS, STEP)
}
