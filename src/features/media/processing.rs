//! Picture work off the async threads: few at a time, few waiting, and the bytes put where they belong.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::Focus;
use super::picture::{self, Encoded, Limits, Picture, PictureError};
use super::table::{Media, MediaKind, Size};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::files::random_name;
use crate::platform::ids::{AccountId, MediaId};
use crate::platform::place::Place;

/// How many pictures are worked on at once: one may take over 100 MB of memory.
const AT_ONCE: usize = 2;
/// How many may wait for their turn before more are refused.
const WAITING: usize = 32;

struct Bench {
    turns: Arc<Semaphore>,
    places: Arc<Semaphore>,
}

impl Default for Bench {
    fn default() -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), places: Arc::new(Semaphore::new(AT_ONCE + WAITING)) }
    }
}

/// Runs picture work on a blocking thread when it is its turn.
///
/// # Errors
/// 503 when too many wait; 500 when the work panics.
pub async fn work<T: Send + 'static>(app: &App, job: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let bench = app.part::<Bench>();
    let busy = || {
        Error::new(Kind::Unavailable, "There was a temporary problem serving your request, please try again")
    };
    let _place = bench.places.clone().try_acquire_owned().map_err(|_| busy())?;
    let turn = bench.turns.clone().acquire_owned().await.map_err(|_| busy())?;
    Ok(tokio::task::spawn_blocking(move || {
        let done = job();
        drop(turn);
        done
    })
    .await?)
}

/// Makes an upload out of a picture and puts its bytes into the blob store. Nothing is in the tables yet.
///
/// # Errors
/// 422 when the content is no picture that we take; 503 when too many wait.
pub async fn upload(
    app: &App,
    bytes: Bytes,
    account: AccountId,
    description: Option<String>,
    focus: Option<Focus>,
) -> Result<(MediaId, Media)> {
    let made = work(app, move || picture::process(&bytes, &Limits::ATTACHMENT)).await?;
    let Picture { original, preview, blurhash, .. } = made.map_err(|error| match error {
        PictureError::UnknownType => {
            Error::unprocessable("File type of uploaded media could not be verified").because(error)
        }
        _ => Error::invalid(format!("File could not be used: {error}")),
    })?;
    let id: MediaId = app.ids.next(app.now());
    let (size, preview_size) = (size_of(&original), size_of(&preview));
    let mime = original.mime.to_owned();
    let media = Media {
        account,
        status: None,
        kind: MediaKind::Image,
        mime,
        original: keep(app, format!("attachments/{id}/original"), original).await?,
        preview: Some(keep(app, format!("attachments/{id}/small"), preview).await?),
        size: Some(size),
        preview_size: Some(preview_size),
        focus,
        description,
        blurhash: Some(blurhash),
        created_at: app.now(),
    };
    Ok((id, media))
}

const fn size_of(picture: &Encoded) -> Size {
    Size { width: picture.width, height: picture.height }
}

async fn keep(app: &App, folder: String, picture: Encoded) -> Result<Place> {
    let path = format!("{folder}/{}.{}", random_name(), picture.extension());
    app.blobs.put(&path, picture.bytes.into(), picture.mime).await?;
    Ok(Place::Blob(path))
}

/// Which picture of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// Square, 400 pixels a side.
    Avatar,
    /// At most 750,000 pixels.
    Header,
}

/// Makes an avatar or header and puts its bytes into the blob store: the picture, and a still where it moves.
///
/// # Errors
/// 503 when too many wait. The inner error says why the content was not taken.
pub async fn profile(
    app: &App,
    bytes: Bytes,
    which: Which,
    account: AccountId,
) -> Result<Result<(Place, Option<Place>), PictureError>> {
    let made = work(app, move || match which {
        Which::Avatar => picture::avatar(&bytes),
        Which::Header => picture::header(&bytes),
    })
    .await?;
    let made = match made {
        Ok(made) => made,
        Err(error) => return Ok(Err(error)),
    };
    let folder = match which {
        Which::Avatar => format!("accounts/{account}/avatar"),
        Which::Header => format!("accounts/{account}/header"),
    };
    let place = keep(app, folder.clone(), made.picture).await?;
    let still = match made.still {
        Some(still) => Some(keep(app, folder, still).await?),
        None => None,
    };
    Ok(Ok((place, still)))
}
