//! The work that follows a deletion: taking away, step after step, and the key that signed the farewell.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::take_step;
use crate::features::accounts::table::{ACCOUNTS, KEYS};
use crate::platform::app::App;
use crate::platform::ids::AccountId;
use crate::platform::jobs::{self, Job, Outcome};

/// How long the key of a deleted account is kept: no delivery is tried for longer than three days (behaviours §23).
pub(super) const KEY_LIVES: Duration = Duration::from_secs(4 * 24 * 60 * 60);

/// Takes away what a deleted account has left here.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TakeAway {
    /// The account.
    pub account: AccountId,
}
record!(TakeAway, 1);

impl Job for TakeAway {
    const NAME: &'static str = "take_away_account";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(format!("take-away-{}", self.account))
    }

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        while app.write(move |tx| take_step(tx, account)).await? {
            if app.stopping.is_cancelled() {
                // What is done is done; the rest waits for the next start.
                app.write(move |tx| tx.enqueue(&Self { account })).await?;
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Forgets the key pair of a deleted account, when its farewell has been delivered or given up.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ForgetKey {
    /// The account.
    pub account: AccountId,
}
record!(ForgetKey, 1);

impl Job for ForgetKey {
    const NAME: &'static str = "forget_key_of_deleted";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let account = self.account;
        app.write(move |tx| {
            if ACCOUNTS.get(&**tx, &account)?.is_none_or(|row| row.deleted) {
                KEYS.delete(tx, &account)?;
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}
