//! Uploads as they come in: pictures are made ready at once, what moves or sounds is looked at and left to a job.

use std::path::Path;
use std::sync::Arc;

use tokio::io::AsyncReadExt as _;
use tokio::sync::OwnedSemaphorePermit;
use tokio_util::sync::CancellationToken;

use super::clips::{self, Folder};
use super::{Draft, Source, keep, size_of, unknown_type, work};
use crate::features::media::cache;
use crate::features::media::clip::{self, ClipError, Container, Tools};
use crate::features::media::heif;
use crate::features::media::picture::{self, Limits, PictureError};
use crate::features::media::table::{Media, MediaKind};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, MediaId};
use crate::platform::place::Place;

/// The animation and what it unfolds to are read by a decoder of its own: AVIF as a JPEG may have more bytes.
const UNFOLDED: Limits = Limits { bytes: 64 * 1024 * 1024, ..Limits::ATTACHMENT };

/// Takes an upload in and keeps it. What moves or sounds waits for its job then.
///
/// # Errors
/// 422 when the content is nothing that we take, beyond a limit, or needs programs that are not there; 503 when too
/// many wait.
pub async fn upload(app: &App, account: AccountId, source: Source, draft: Draft) -> Result<MediaId> {
    let id: MediaId = app.ids.next(app.now());
    let head = head_of(&source).await?;
    if let Some(container) = clip::sniff(&head) {
        return clips::take_in(app, account, id, (source, container), draft).await;
    }
    if draft.thumbnail.is_some() {
        return Err(Error::invalid("Thumbnail must be blank"));
    }
    let media = match cache::sniff(&head) {
        Some("image/avif") => avif(app, account, id, source).await?,
        Some("image/gif") => animation(app, account, id, source).await?,
        Some(_) => still(app, account, id, source, Limits::ATTACHMENT).await?,
        None if is_heic(&head) => heic(app, account, id, source).await?,
        None => return Err(unknown_type()),
    };
    let media = Media { description: draft.description, focus: draft.focus, ..media };
    app.write(move |tx| crate::features::media::create(tx, id, &media)).await?;
    Ok(id)
}

/// Whether a file says to be a picture of the HEIF family that is no AVIF: phones make such ones.
fn is_heic(head: &[u8]) -> bool {
    const BRANDS: [&[u8]; 7] = [b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"];
    head.get(4..8) == Some(b"ftyp".as_slice()) && head.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

async fn head_of(source: &Source) -> Result<Vec<u8>> {
    const LENGTH: u64 = 64;
    match source {
        Source::Bytes(bytes) => Ok(bytes.iter().take(LENGTH as usize).copied().collect()),
        Source::File(path, _) => {
            let mut head = Vec::new();
            let file = tokio::fs::File::open(path).await.map_err(Error::internal)?;
            file.take(LENGTH).read_to_end(&mut head).await.map_err(Error::internal)?;
            Ok(head)
        }
    }
}

/// A picture that is read and written here.
async fn still(app: &App, account: AccountId, id: MediaId, source: Source, limits: Limits) -> Result<Media> {
    let read = move || source.read(limits.bytes);
    let made = work(app, move || read().map(|read| read.and_then(|bytes| picture::process(&bytes, &limits))));
    let made = made.await??.map_err(|error| match error {
        PictureError::UnknownType => unknown_type().because(error),
        _ => Error::invalid(format!("File could not be used: {error}")),
    })?;
    let picture::Picture { original, preview, blurhash, .. } = made;
    let (size, preview_size) = (size_of(&original), size_of(&preview));
    let bytes = original.bytes.len() as u64;
    let mime = original.mime.to_owned();
    let place = keep(app, format!("attachments/{id}/original"), original).await?;
    Ok(Media {
        preview: Some(keep(app, format!("attachments/{id}/small"), preview).await?),
        size: Some(size),
        preview_size: Some(preview_size),
        blurhash: Some(blurhash),
        bytes,
        ..Media::new(account, MediaKind::Image, mime, place, app.now())
    })
}

/// A program for pictures that cannot be read here.
enum Reader {
    Avif(Arc<Tools>),
    Heif(Arc<heif::Converter>),
}

impl Reader {
    async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        match self {
            Self::Avif(tools) => tools.turn().await,
            Self::Heif(converter) => converter.turn().await,
        }
    }

    async fn still_of(&self, folder: &Path, stopping: &CancellationToken) -> Result<&'static str, ClipError> {
        match self {
            Self::Avif(tools) => clip::still_of(tools, folder, Container::Avif, stopping).await,
            Self::Heif(converter) => converter.still_of(folder, stopping).await,
        }
    }
}

async fn avif(app: &App, account: AccountId, id: MediaId, source: Source) -> Result<Media> {
    let tools = clip::tools(app).await.filter(|tools| tools.avif);
    let tools = tools.ok_or_else(|| Error::invalid("File is AVIF, which this server cannot read"))?;
    foreign(app, account, id, source, &Reader::Avif(tools)).await
}

async fn heic(app: &App, account: AccountId, id: MediaId, source: Source) -> Result<Media> {
    let converter = heif::converter(app).await.ok_or_else(|| {
        let words = "File type of uploaded media could not be verified: HEIC cannot be read here, JPEG can";
        Error::unprocessable(words)
    })?;
    foreign(app, account, id, source, &Reader::Heif(converter)).await
}

/// A picture that only a program can read.
async fn foreign(
    app: &App,
    account: AccountId,
    id: MediaId,
    source: Source,
    reader: &Reader,
) -> Result<Media> {
    if source.size() > Limits::ATTACHMENT.bytes as u64 {
        let error = PictureError::TooManyBytes { limit: Limits::ATTACHMENT.bytes };
        return Err(Error::invalid(format!("File could not be used: {error}")));
    }
    let folder = Folder::with(app, id, &source).await?;
    let turn = reader.turn().await?;
    let made = reader.still_of(folder.path(), &app.stopping).await;
    drop(turn);
    let name = made.map_err(|error| match error.is_passing() {
        true => Error::internal(error),
        false => unknown_type().because(error),
    })?;
    let path = folder.path().join(name);
    let size = tokio::fs::metadata(&path).await.map_err(Error::internal)?.len();
    still(app, account, id, Source::File(path, size), UNFOLDED).await
}

/// A GIF: a loop where it moves and the programs are there, a picture everywhere else.
async fn animation(app: &App, account: AccountId, id: MediaId, source: Source) -> Result<Media> {
    // As a picture first: this checks its limits, and it is what remains when no loop can be made of it.
    let read = source.clone();
    let moves = work(app, move || {
        let bytes = read.read(Limits::ATTACHMENT.bytes)?;
        Ok::<_, Error>(bytes.is_ok_and(|bytes| picture::moves(&bytes, &Limits::ATTACHMENT)))
    });
    if moves.await??
        && let Some(tools) = clip::tools(app).await
    {
        match silent_loop(app, account, id, &source, &tools).await {
            Ok(media) => return Ok(media),
            Err(error) => tracing::debug!(?error, "an animated GIF stays as it is"),
        }
    }
    still(app, account, id, source, Limits::ATTACHMENT).await
}

async fn silent_loop(
    app: &App,
    account: AccountId,
    id: MediaId,
    source: &Source,
    tools: &Tools,
) -> Result<Media> {
    let folder = Folder::with(app, id, source).await?;
    let turn = tools.turn().await?;
    let made = clip::loop_of(tools, folder.path(), &app.stopping).await.map_err(Error::internal)?;
    drop(turn);
    let place = clips::place_of(id, made.mime)?;
    let media = Media::new(account, MediaKind::Gifv, made.mime.to_owned(), Place::Blob(place), app.now());
    clips::keep_made(app, folder.path(), id, made, media).await
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
    bytes: bytes::Bytes,
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
