//! The time of a scheduled status has come.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::publish;
use super::table::SCHEDULED;
use crate::platform::app::App;
use crate::platform::error::Kind;
use crate::platform::ids::{AccountId, ScheduledId};
use crate::platform::jobs::{Job, NOW, Outcome};

/// Posts a scheduled status. One that was put off is posted by the job of its new time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PostScheduled {
    /// The author.
    pub account: AccountId,
    /// Which.
    pub scheduled: ScheduledId,
}
record!(PostScheduled, 1);

impl Job for PostScheduled {
    const NAME: &'static str = "scheduled_statuses.post";
    const QUEUE: &'static Queue = &NOW;

    async fn run(self, app: App) -> Outcome {
        let Self { account, scheduled } = self;
        let Err(error) = app.write(move |tx| publish(tx, account, scheduled)).await else { return Ok(()) };
        if matches!(error.kind(), Kind::Internal | Kind::Unavailable) {
            return Err(error.into());
        }
        let why = error.words().to_owned();
        app.write(move |tx| {
            SCHEDULED.edit(tx, &(account, scheduled), |row| row.refusal = Some(why))?;
            Ok(())
        })
        .await?;
        Ok(())
    }
}
