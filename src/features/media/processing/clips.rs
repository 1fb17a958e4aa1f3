//! Videos and sounds: taken in at once, made ready by a job on files in the scratch folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use shop_storage::Read;
use tokio::sync::Notify;
use tokio_util::io::ReaderStream;

use super::{Draft, Source, Thumbnail, keep_cover, thumbnail, unknown_type, work};
use crate::features::media::clip::{self, ClipError, Container, Facts, Made};
use crate::features::media::jobs::ProcessMedia;
use crate::features::media::picture::{self, frame_of};
use crate::features::media::table::{Clip, MEDIA, Media, MediaKind, Size, Stage};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::files::{ending, random_name, scratch};
use crate::platform::ids::{AccountId, MediaId};
use crate::platform::jobs::{Failure, Outcome};
use crate::platform::place::Place;

/// How long a caller of the old route waits for the work to be done.
const PATIENCE: Duration = Duration::from_secs(10 * 60);
/// What an upload is called in its folder.
const INPUT: &str = "input";

/// The folder in which one upload is worked on. It goes when this is dropped, unless it was kept.
pub(super) struct Folder {
    path: PathBuf,
    kept: bool,
}

impl Folder {
    fn of(app: &App, id: MediaId) -> PathBuf {
        scratch(&app.config).join(id.to_string())
    }

    /// A new folder with the upload in it.
    pub(super) async fn with(app: &App, id: MediaId, source: &Source) -> Result<Self> {
        let folder = Self { path: Self::of(app, id), kept: false };
        tokio::fs::create_dir_all(&folder.path).await.map_err(Error::internal)?;
        let input = folder.path.join(INPUT);
        match source {
            Source::Bytes(bytes) => tokio::fs::write(&input, bytes).await.map_err(Error::internal)?,
            Source::File(path, _) => {
                // A second name for the same bytes, where the disk knows such; the first one goes with the request.
                if tokio::fs::hard_link(path, &input).await.is_err() {
                    tokio::fs::copy(path, &input).await.map_err(Error::internal)?;
                }
            }
        }
        Ok(folder)
    }

    /// The folder of an upload that waits: kept, however the work ends, until it is settled.
    fn again(app: &App, id: MediaId) -> Self {
        Self { path: Self::of(app, id), kept: true }
    }

    /// Nothing more is to be done.
    fn remove(mut self) {
        self.kept = false;
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings the upload to the disk: a power cut does not take it.
    async fn sync(&self) -> std::io::Result<()> {
        tokio::fs::File::open(self.path.join(INPUT)).await?.sync_all().await?;
        tokio::fs::File::open(&self.path).await?.sync_all().await?;
        match self.path.parent() {
            Some(parent) => tokio::fs::File::open(parent).await?.sync_all().await,
            None => Ok(()),
        }
    }

    /// Leaves it for the job.
    fn keep(mut self) {
        self.kept = true;
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.kept {
            // A few files: as quick as the write that made them. What stays is taken away at the next start.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Takes a video or sound in: looks at it, keeps it and leaves the work to a job.
pub(super) async fn take_in(
    app: &App,
    account: AccountId,
    id: MediaId,
    (source, container): (Source, Container),
    draft: Draft,
) -> Result<MediaId> {
    let tools = clip::tools(app).await.ok_or_else(|| {
        Error::invalid("File is a video or a sound, and this server takes pictures only: it has no ffmpeg")
    })?;
    if source.size() > clip::BYTES {
        let most = clip::BYTES >> 20;
        return Err(Error::invalid(format!("File must not be larger than {most} MB")));
    }
    let folder = Folder::with(app, id, &source).await?;
    let turn = tools.turn().await?;
    let facts = clip::probe(&tools, folder.path(), INPUT, container, &app.stopping).await;
    drop(turn);
    let facts = facts.and_then(|facts| facts.check().map(|()| facts)).map_err(refusal)?;
    let (kind, mime) = match facts.picture {
        Some(_) => (MediaKind::Video, "video/mp4"),
        None => (MediaKind::Audio, "audio/mpeg"),
    };
    let mut media = Media::new(account, kind, mime.to_owned(), Place::Blob(place_of(id, mime)?), app.now());
    media.description = draft.description;
    media.focus = draft.focus;
    media.stage = Stage::Waiting;
    if let Some(source) = draft.thumbnail {
        thumbnail(app, id, source).await?.put_on(&mut media);
    }
    folder.sync().await.map_err(Error::internal)?;
    app.write(move |tx| {
        crate::features::media::create(tx, id, &media)?;
        tx.enqueue(&ProcessMedia { media: id })
    })
    .await?;
    folder.keep();
    Ok(id)
}

fn refusal(error: ClipError) -> Error {
    match error {
        ClipError::Limit(words) => Error::invalid(format!("File could not be used: {words}")),
        error if error.is_passing() => Error::internal(error),
        error => unknown_type().because(error),
    }
}

/// A path for the bytes of an attachment of this type.
pub(super) fn place_of(id: MediaId, mime: &str) -> Result<String> {
    let ending = ending(mime).ok_or_else(|| Error::internal("a type that is not served"))?;
    Ok(format!("attachments/{id}/original/{}.{ending}", random_name()))
}

/// Does the work on an upload that waits. Done twice it does no harm.
///
/// # Errors
/// When the store fails; when the server stops, the work is to be done at the next start.
pub async fn finish(app: &App, id: MediaId) -> Outcome {
    let folder = Folder::again(app, id);
    let waiting = MEDIA.get(&app.read()?, &id)?.filter(|media| media.stage == Stage::Waiting);
    let Some(media) = waiting else {
        folder.remove();
        return Ok(());
    };
    match make(app, &folder).await {
        Ok(made) => {
            let done = keep_made(app, folder.path(), id, made, media).await?;
            keep_done(app, id, done).await?;
        }
        Err(_) if app.stopping.is_cancelled() => return Err(Failure::At(app.now())),
        Err(error) if error.is_passing() => return Err(Failure::Later(Error::internal(error))),
        Err(error) => {
            tracing::info!(%error, media = %id, "an upload could not be processed");
            settle(app, id, move |media| media.stage = Stage::Failed(error.to_string())).await?;
        }
    }
    folder.remove();
    Ok(())
}

async fn make(app: &App, folder: &Folder) -> Result<Made, ClipError> {
    let tools =
        clip::tools(app).await.ok_or_else(|| ClipError::Odd("ffmpeg is not there any more".into()))?;
    let mut head = Vec::new();
    {
        use tokio::io::AsyncReadExt as _;
        let file = tokio::fs::File::open(folder.path().join(INPUT)).await;
        let file = file.map_err(|error| ClipError::Odd(format!("the upload is gone: {error}")))?;
        file.take(64).read_to_end(&mut head).await?;
    }
    let container = clip::sniff(&head).ok_or(ClipError::UnknownType)?;
    let facts = clip::probe(&tools, folder.path(), INPUT, container, &app.stopping).await?;
    clip::convert(&tools, folder.path(), &facts, &app.stopping).await
}

/// Puts what was made into the blob store and fills the row in.
pub(super) async fn keep_made(
    app: &App,
    folder: &Path,
    id: MediaId,
    made: Made,
    mut media: Media,
) -> Result<Media> {
    let path = media.original.blob().ok_or_else(|| Error::internal("an upload without a place"))?.to_owned();
    let file = tokio::fs::File::open(folder.join(made.file)).await.map_err(Error::internal)?;
    let pieces = ReaderStream::with_capacity(file, 256 * 1024);
    media.bytes = app.blobs.put_stream(&path, pieces, made.mime).await?;
    if let (Some(still), None) = (made.still, &media.preview)
        && let Some(thumbnail) = still_from(app, folder.join(still), id, &made.facts).await?
    {
        thumbnail.put_on(&mut media);
    }
    media.size = made.facts.picture.as_ref().map(|p| Size { width: p.width, height: p.height });
    media.clip = Some(clip_of(&made.facts));
    media.stage = Stage::Done;
    Ok(media)
}

async fn still_from(app: &App, path: PathBuf, id: MediaId, facts: &Facts) -> Result<Option<Thumbnail>> {
    let moves = facts.picture.is_some();
    let most = picture::Limits::ATTACHMENT.bytes;
    let cover = work(app, move || {
        let bytes = std::fs::read(path).map_err(Error::internal)?;
        let made = if bytes.len() > most || !moves { picture::cover_of(&bytes) } else { frame_of(bytes) };
        Ok::<_, Error>(made)
    });
    match cover.await?? {
        Ok(cover) => keep_cover(app, id, cover).await.map(Some),
        Err(error) => {
            tracing::debug!(%error, "a still could not be used");
            Ok(None)
        }
    }
}

fn clip_of(facts: &Facts) -> Clip {
    Clip {
        frame_rate: facts.picture.as_ref().and_then(|picture| picture.rate),
        duration_ms: facts.duration_ms.unwrap_or(0),
        bitrate: facts.bitrate.unwrap_or(0),
    }
}

/// Writes what was made into the row, with what its owner has said meanwhile; of an upload that is gone the bytes go
/// too.
async fn keep_done(app: &App, id: MediaId, done: Media) -> Result<()> {
    app.write(move |tx| {
        let Some(now) = MEDIA.get(&**tx, &id)? else { return drop_bytes(tx, &done) };
        let mut done = Media {
            description: now.description.clone(),
            focus: now.focus,
            status: now.status,
            created_at: now.created_at,
            ..done
        };
        if now.preview != done.preview && now.preview.is_some() {
            // A thumbnail that came while the work was done wins over the one that was made.
            let made = std::mem::replace(&mut done.preview, now.preview);
            done.preview_size = now.preview_size;
            done.blurhash = now.blurhash;
            done.colours = now.colours;
            discard_place(tx, made.as_ref())?;
        }
        MEDIA.put(tx, &id, &done)?;
        tx.tell(Event::MediaChanged { media: id });
        Ok(())
    })
    .await?;
    ring(app);
    Ok(())
}

fn drop_bytes(tx: &mut Tx<'_>, media: &Media) -> Result<()> {
    discard_place(tx, Some(&media.original))?;
    discard_place(tx, media.preview.as_ref())
}

fn discard_place(tx: &mut Tx<'_>, place: Option<&Place>) -> Result<()> {
    let path = place.and_then(Place::blob).map(str::to_owned);
    crate::features::media::discard(tx, path.into_iter().collect())
}

async fn settle(app: &App, id: MediaId, change: impl FnOnce(&mut Media) + Send + 'static) -> Result<()> {
    app.write(move |tx| {
        MEDIA.edit(tx, &id, change)?;
        tx.tell(Event::MediaChanged { media: id });
        Ok(())
    })
    .await?;
    ring(app);
    Ok(())
}

/// Rung when the work on an upload has ended, well or not.
#[derive(Default)]
struct Bell(Notify);

fn ring(app: &App) {
    app.part::<Bell>().0.notify_waiters();
}

/// Returns when the work on an upload has ended, or after [`PATIENCE`].
///
/// # Errors
/// When the store fails.
pub async fn wait(app: &App, id: MediaId) -> Result<()> {
    let bell = app.part::<Bell>();
    let over = tokio::time::sleep(PATIENCE);
    tokio::pin!(over);
    loop {
        let rung = bell.0.notified();
        tokio::pin!(rung);
        // Before the look, so that no ring between look and wait is missed.
        rung.as_mut().enable();
        if !is_waiting(&app.read()?, id)? {
            return Ok(());
        }
        tokio::select! {
            () = rung => {}
            () = app.stopping.cancelled() => return Ok(()),
            () = &mut over => return Ok(()),
        }
    }
}

fn is_waiting(from: &dyn Read, id: MediaId) -> Result<bool> {
    Ok(MEDIA.get(from, &id)?.is_some_and(|media| media.stage == Stage::Waiting))
}

/// Takes away what a server that died has left in the scratch folder: everything but uploads that wait.
///
/// # Errors
/// When the store fails. A folder that cannot be read is left alone.
pub async fn tidy(app: &App) -> Result<()> {
    let Ok(mut entries) = tokio::fs::read_dir(scratch(&app.config)).await else { return Ok(()) };
    while let Ok(Some(entry)) = entries.next_entry().await {
        let id = entry.file_name().to_str().and_then(|name| name.parse::<MediaId>().ok());
        if let Some(id) = id
            && is_waiting(&app.read()?, id)?
        {
            continue;
        }
        let path = entry.path();
        let gone = match entry.file_type().await {
            Ok(kind) if kind.is_dir() => tokio::fs::remove_dir_all(&path).await,
            _ => tokio::fs::remove_file(&path).await,
        };
        if let Err(error) = gone {
            tracing::warn!(%error, path = %path.display(), "a left-over file could not be taken away");
        }
    }
    Ok(())
}
