//! Work that statuses leave behind: the rest of a big deletion, keys past their time.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, Window, record};

use super::post::is_forgotten;
use super::remove::strip;
use super::table::IDEMPOTENT;
use crate::platform::app::App;
use crate::platform::ids::{AccountId, StatusId};
use crate::platform::jobs::{BULK, Job, Outcome};

/// How many keys one job looks at.
const MOST_KEYS: usize = 10_000;

/// Takes away what still hangs on a deleted status that many had boosted or favourited.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StripDeleted {
    /// The deleted status.
    pub status: StatusId,
    /// Its ActivityPub id.
    pub uri: String,
}
record!(StripDeleted, 1);

impl Job for StripDeleted {
    const NAME: &'static str = "statuses.strip_deleted";
    const QUEUE: &'static Queue = &BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("strip-{}", self.status))
    }

    async fn run(self, app: App) -> Outcome {
        let (id, uri) = (self.status, std::sync::Arc::<str>::from(self.uri));
        loop {
            let uri = uri.clone();
            if !app.write(move |tx| strip(tx, id, &uri)).await? {
                return Ok(());
            }
        }
    }
}

/// Forgets an account's Idempotency-Keys that are past their hour.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetKeys {
    /// Whose.
    pub account: AccountId,
}
record!(ForgetKeys, 1);

impl Job for ForgetKeys {
    const NAME: &'static str = "statuses.forget_keys";
    const QUEUE: &'static Queue = &BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("keys-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        app.write_relaxed(move |tx| {
            let now = tx.now();
            let mut left = None;
            for (key, row) in IDEMPOTENT.page_under(&**tx, &account, &Window::oldest(MOST_KEYS))? {
                if is_forgotten(&row, now) {
                    IDEMPOTENT.delete(tx, &key)?;
                } else {
                    left = Some(now.plus(std::time::Duration::from_secs(3_600)));
                }
            }
            match left {
                Some(due) => tx.enqueue_at(&Self { account }, due),
                None => Ok(()),
            }
        })
        .await?;
        Ok(())
    }
}
