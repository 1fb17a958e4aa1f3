//! Takes away what still hangs on a removed announcement.

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::strip;
use crate::platform::app::App;
use crate::platform::ids::AnnouncementId;
use crate::platform::jobs::{BULK, Job, Outcome};

/// The rest of an announcement that many had put away or reacted to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StripAnnouncement {
    /// Which.
    pub announcement: AnnouncementId,
}
record!(StripAnnouncement, 1);

impl Job for StripAnnouncement {
    const NAME: &'static str = "announcements.strip";
    const QUEUE: &'static Queue = &BULK;

    async fn run(self, app: App) -> Outcome {
        let id = self.announcement;
        while app.write_relaxed(move |tx| strip(tx, id)).await? {}
        Ok(())
    }
}
