//! The end of a poll, and its counts on their way to other servers.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::REMOTE_DELAY;
use super::table::POLLS;
use crate::platform::app::App;
use crate::platform::events::Event;
use crate::platform::ids::StatusId;
use crate::platform::jobs::{Job, NOW, Outcome};

/// Counts of a poll are told to other servers at most this often (behaviours §7).
pub const TELL_EVERY: Duration = Duration::from_secs(3 * 60);

/// Ends a poll: those who asked and voted hear of it. A poll that was changed ends by the job of its new time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndPoll {
    /// The status of the poll.
    pub status: StatusId,
}
record!(EndPoll, 1);

impl Job for EndPoll {
    const NAME: &'static str = "polls.end";
    const QUEUE: &'static Queue = &NOW;

    async fn run(self, app: App) -> Outcome {
        let status = self.status;
        app.write(move |tx| {
            let Some(poll) = POLLS.get(&**tx, &status)?.filter(|poll| !poll.ended) else { return Ok(()) };
            let delay = if poll.local { Duration::ZERO } else { REMOTE_DELAY };
            if poll.expires_at.is_none_or(|end| end.plus(delay) > tx.now()) {
                return Ok(());
            }
            POLLS.edit(tx, &status, |poll| poll.ended = true)?;
            tx.tell(Event::PollEnded { status });
            tx.tell(Event::StatusRefreshed { status });
            Ok(())
        })
        .await?;
        Ok(())
    }
}

/// Tells other servers how a poll stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TellCounts {
    /// The status of the poll.
    pub status: StatusId,
}
record!(TellCounts, 1);

impl Job for TellCounts {
    const NAME: &'static str = "polls.tell_counts";
    const QUEUE: &'static Queue = &NOW;
    const PRIORITY: u8 = 5;

    fn dedup(&self) -> Option<String> {
        Some(format!("poll-counts-{}", self.status))
    }

    async fn run(self, app: App) -> Outcome {
        let status = self.status;
        app.write(move |tx| {
            if POLLS.get(&**tx, &status)?.is_some_and(|poll| !poll.ended) {
                tx.tell(Event::StatusRetold { status });
            }
            Ok(())
        })
        .await?;
        Ok(())
    }
}
