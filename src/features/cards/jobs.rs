//! The job that reads a linked page.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::{fetch, hang, is_good, key_of};
use crate::platform::app::App;
use crate::platform::ids::StatusId;
use crate::platform::jobs::{self, Job, Outcome};

/// Reads the page that a status links, unless its card is there already, and hangs the card on the status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchCard {
    /// The status.
    pub status: StatusId,
    /// The page.
    pub url: String,
}
record!(FetchCard, 1);

/// How many pages are read at once: slow ones leave the other places of the queue to other work.
const LANES: u64 = 3;

impl Job for FetchCard {
    const NAME: &'static str = "fetch_card";
    const QUEUE: &'static Queue = &jobs::NOW;
    const PRIORITY: u8 = 5;

    fn lane(&self) -> Option<String> {
        Some(format!("fetch_card/{}", self.status.get() % LANES))
    }

    async fn run(self, app: App) -> Outcome {
        let good = is_good(&app.read()?, &key_of(&self.url), app.now())?;
        if !good {
            fetch::card(&app, &self.url).await?;
        }
        app.write(move |tx| hang(tx, self.status, &self.url)).await?;
        Ok(())
    }
}
