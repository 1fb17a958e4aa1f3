//! The work on uploads: pictures off the async threads, few at a time and few waiting; videos and sounds as jobs; and
//! the bytes put where they belong.

mod clips;
mod pictures;

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::Semaphore;

use super::Focus;
use super::picture::{Cover, Encoded, Limits, PictureError, cover_of};
use super::table::{Colours, Media, MediaKind, Size};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::files::random_name;
use crate::platform::ids::MediaId;
use crate::platform::place::Place;

pub use clips::{finish, tidy, wait};
pub use pictures::{Which, profile, upload};

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

/// Where the bytes of an upload are.
#[derive(Debug, Clone)]
pub enum Source {
    /// In memory.
    Bytes(Bytes),
    /// In a file of this length.
    File(PathBuf, u64),
}

impl Source {
    /// How many bytes there are.
    pub fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File(_, size) => *size,
        }
    }

    /// The bytes, unless there are more than `most`. Blocks.
    fn read(self, most: usize) -> Result<Result<Bytes, PictureError>> {
        if self.size() > most as u64 {
            return Ok(Err(PictureError::TooManyBytes { limit: most }));
        }
        match self {
            Self::Bytes(bytes) => Ok(Ok(bytes)),
            Self::File(path, _) => std::fs::read(path).map(|bytes| Ok(bytes.into())).map_err(Error::internal),
        }
    }
}

/// What a person says about an upload.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    /// Alternative text.
    pub description: Option<String>,
    /// The point to keep in view.
    pub focus: Option<Focus>,
    /// A picture for a video or a sound.
    pub thumbnail: Option<Source>,
}

/// A picture that stands for a video or a sound, in the blob store.
#[derive(Debug, Clone)]
pub struct Thumbnail {
    place: Place,
    size: Size,
    blurhash: String,
    colours: Colours,
}

impl Thumbnail {
    /// Gives it to an attachment; the place of what it takes over from.
    pub fn put_on(self, media: &mut Media) -> Option<Place> {
        media.blurhash = Some(self.blurhash);
        media.preview_size = Some(self.size);
        media.colours = (media.kind == MediaKind::Audio).then_some(self.colours);
        media.preview.replace(self.place)
    }

    /// Where it lies.
    pub fn place(&self) -> &Place {
        &self.place
    }
}

/// Makes a thumbnail of a picture and puts it into the blob store.
///
/// # Errors
/// 422 for what is no picture that we take; 503 when too many wait.
pub async fn thumbnail(app: &App, id: MediaId, source: Source) -> Result<Thumbnail> {
    let most = Limits::ATTACHMENT.bytes;
    let made =
        work(app, move || source.read(most).map(|read| read.and_then(|bytes| cover_of(&bytes)))).await??;
    let cover = made.map_err(|error| Error::invalid(format!("Thumbnail could not be used: {error}")))?;
    keep_cover(app, id, cover).await
}

/// As [`thumbnail`], for an upload that is there already.
///
/// # Errors
/// As [`thumbnail`]; 422 for pictures, which are their own.
pub async fn thumbnail_for(app: &App, id: MediaId, media: &Media, bytes: Bytes) -> Result<Thumbnail> {
    if !matches!(media.kind, MediaKind::Video | MediaKind::Audio) {
        return Err(Error::invalid("Thumbnail must be blank"));
    }
    thumbnail(app, id, Source::Bytes(bytes)).await
}

/// The outcome as it is; when it is an error, thumbnails that were made for it go again.
///
/// # Errors
/// Those of `outcome`.
pub async fn undo<T>(app: &App, outcome: Result<T>, made: &[Thumbnail]) -> Result<T> {
    if outcome.is_err() {
        for path in made.iter().filter_map(|thumbnail| thumbnail.place.blob()) {
            if let Err(error) = app.blobs.delete(path).await {
                tracing::warn!(%error, path, "an unused thumbnail could not be taken away");
            }
        }
    }
    outcome
}

async fn keep_cover(app: &App, id: MediaId, cover: Cover) -> Result<Thumbnail> {
    let Cover { picture, blurhash, colours } = cover;
    let size = size_of(&picture);
    let place = keep(app, format!("attachments/{id}/small"), picture).await?;
    Ok(Thumbnail { place, size, blurhash, colours })
}

const fn size_of(picture: &Encoded) -> Size {
    Size { width: picture.width, height: picture.height }
}

async fn keep(app: &App, folder: String, picture: Encoded) -> Result<Place> {
    let path = format!("{folder}/{}.{}", random_name(), picture.extension());
    app.blobs.put(&path, picture.bytes.into(), picture.mime).await?;
    Ok(Place::Blob(path))
}

/// 422 for content that is nothing we take (behaviours §6).
fn unknown_type() -> Error {
    Error::unprocessable("File type of uploaded media could not be verified")
}
