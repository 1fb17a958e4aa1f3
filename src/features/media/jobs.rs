//! Jobs of media: uploads nobody used, bytes nothing shows any more, and the bound of the cache.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::table::MEDIA;
use super::{cache, processing};
use crate::platform::app::App;
use crate::platform::clock::DAY;
use crate::platform::ids::MediaId;
use crate::platform::jobs::{self, Job, Outcome};

/// Ends an upload that no status took within a day (behaviours §6).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndUpload {
    /// The upload.
    pub media: MediaId,
}
record!(EndUpload, 1);

impl Job for EndUpload {
    const NAME: &'static str = "end_upload";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        app.write(move |tx| match MEDIA.get(&**tx, &self.media)? {
            // Taken off a status meanwhile, it has another day, and another job.
            Some(media) if media.status.is_none() && tx.now() >= media.created_at.plus(DAY) => {
                super::remove(tx, self.media)
            }
            _ => Ok(()),
        })
        .await?;
        Ok(())
    }
}

/// Makes a video or sound ready to be shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessMedia {
    /// The upload.
    pub media: MediaId,
}
record!(ProcessMedia, 1);

/// How many videos and sounds are worked on at once: the other places of the queue are left to other work.
const LANES: u64 = 2;

impl Job for ProcessMedia {
    const NAME: &'static str = "process_media";
    const QUEUE: &'static Queue = &jobs::NOW;

    fn lane(&self) -> Option<String> {
        Some(format!("process_media/{}", self.media.get() % LANES))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < 4).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        processing::finish(&app, self.media).await
    }
}

/// Deletes blobs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DropBlobs {
    /// Their paths.
    pub paths: Vec<String>,
}
record!(DropBlobs, 1);

impl Job for DropBlobs {
    const NAME: &'static str = "drop_blobs";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        for path in &self.paths {
            app.blobs.delete(path).await?;
        }
        Ok(())
    }
}

/// Brings the cache of remote files back within its bound.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrimCache;
record!(TrimCache, 1);

impl Job for TrimCache {
    const NAME: &'static str = "trim_media_cache";
    const QUEUE: &'static Queue = &jobs::BULK;

    fn dedup(&self) -> Option<String> {
        Some(String::new())
    }

    async fn run(self, app: App) -> Outcome {
        while app.write(cache::trim).await? {}
        Ok(())
    }
}
