//! Uploads: how many bodies of files are read into memory at once.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};

/// The largest body of an upload: the largest picture, with room for its fields. Larger ones are 413.
pub const LIMIT: usize = 20 * 1024 * 1024;
/// How many uploads are read at once: with [`LIMIT`], the memory that uploads take.
const AT_ONCE: usize = 4;
/// How long an upload waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// A turn to upload. Stands before `Params` in a handler, so that the body is read only once it has its turn.
#[derive(Debug)]
pub struct Slot(#[allow(dead_code, reason = "held, never read")] OwnedSemaphorePermit);

struct Turns(Arc<Semaphore>);

impl Default for Turns {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl FromRequestParts<App> for Slot {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self> {
        let turns = app.part::<Turns>().0.clone();
        match tokio::time::timeout(PATIENCE, turns.acquire_owned()).await {
            Ok(Ok(permit)) => Ok(Self(permit)),
            _ => Err(Error::new(
                Kind::Unavailable,
                "There was a temporary problem serving your request, please try again",
            )),
        }
    }
}
