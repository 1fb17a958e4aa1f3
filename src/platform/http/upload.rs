//! Uploads: how many bodies of files are read at once, and files that need not fit into memory.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::extract::multipart::Field;
use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::http::request::Parts;
use tempfile::TempPath;
use tokio::io::AsyncWriteExt as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::params::{MOST, Params, essence, malformed};
use crate::platform::app::App;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::files::scratch;

/// The largest body that is read into memory: the largest picture, with room for its fields. Larger ones are 413.
pub const LIMIT: usize = 20 * 1024 * 1024;
/// The largest body whose files go to the disk: the largest video and a picture for it, with room for the fields.
pub const LARGE_LIMIT: usize = 116 * 1024 * 1024;
/// How many uploads are read into memory at once: with [`LIMIT`], the memory that uploads take.
const AT_ONCE: usize = 4;
/// How many uploads are written to the disk at once: with [`LARGE_LIMIT`], the room that they take.
const WRITTEN_AT_ONCE: usize = 16;
/// How long an upload waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a large upload may take to arrive.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// How many bytes of the beginning of a file are kept in memory.
const HEAD: usize = 64;

/// A turn to upload. Stands before `Params` in a handler, so that the body is read only once it has its turn.
#[derive(Debug)]
pub struct Slot(#[allow(dead_code, reason = "held, never read")] OwnedSemaphorePermit);

struct Turns {
    memory: Arc<Semaphore>,
    disk: Arc<Semaphore>,
}

impl Default for Turns {
    fn default() -> Self {
        let turns = |most| Arc::new(Semaphore::new(most));
        Self { memory: turns(AT_ONCE), disk: turns(WRITTEN_AT_ONCE) }
    }
}

fn busy() -> Error {
    Error::new(Kind::Unavailable, "There was a temporary problem serving your request, please try again")
}

async fn turn(turns: Arc<Semaphore>) -> Result<OwnedSemaphorePermit> {
    match tokio::time::timeout(PATIENCE, turns.acquire_owned()).await {
        Ok(Ok(permit)) => Ok(permit),
        _ => Err(busy()),
    }
}

impl FromRequestParts<App> for Slot {
    type Rejection = Error;

    async fn from_request_parts(_: &mut Parts, app: &App) -> Result<Self> {
        turn(app.part::<Turns>().memory.clone()).await.map(Self)
    }
}

/// A form whose files went to the disk while they arrived. They are gone when it is dropped.
#[derive(Debug, Default)]
pub struct Form {
    /// The fields that are no files.
    pub fields: Params,
    files: Vec<(String, Received)>,
}

/// A file of a [`Form`].
#[derive(Debug)]
pub struct Received {
    path: TempPath,
    /// Its length in bytes.
    pub size: u64,
    /// Its first bytes.
    pub head: Vec<u8>,
}

impl Received {
    /// Where it lies.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Form {
    /// The first file of this name.
    pub fn file(&self, name: &str) -> Option<&Received> {
        self.files.iter().find(|(given, _)| given == name).map(|(_, file)| file)
    }

    async fn read(mut parts: Multipart, folder: PathBuf) -> Result<Self> {
        let mut form = Self::default();
        let mut count = 0;
        while let Some(part) = parts.next_field().await.map_err(malformed)? {
            count += 1;
            if count > MOST {
                return Err(Error::bad_request("Too many parameters"));
            }
            let name = part.name().unwrap_or_default().to_owned();
            if part.file_name().is_some() {
                form.files.push((name, receive(part, &folder).await?));
            } else {
                let text = part.text().await.map_err(malformed)?;
                form.fields.add_text(&name, text)?;
            }
        }
        Ok(form)
    }
}

async fn receive(mut part: Field<'_>, folder: &Path) -> Result<Received> {
    tokio::fs::create_dir_all(folder).await.map_err(Error::internal)?;
    let inside = folder.to_owned();
    let made = tokio::task::spawn_blocking(move || tempfile::NamedTempFile::new_in(inside)).await?;
    let (file, path) = made.map_err(Error::internal)?.into_parts();
    let mut file = tokio::fs::File::from_std(file);
    let (mut size, mut head) = (0, Vec::new());
    while let Some(piece) = part.chunk().await.map_err(malformed)? {
        size += piece.len() as u64;
        let wanted = HEAD.saturating_sub(head.len()).min(piece.len());
        head.extend_from_slice(piece.get(..wanted).unwrap_or_default());
        file.write_all(&piece).await.map_err(Error::internal)?;
    }
    file.flush().await.map_err(Error::internal)?;
    Ok(Received { path, size, head })
}

impl FromRequest<App> for Form {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Self> {
        if essence(&request) != "multipart/form-data" {
            return Ok(Self { fields: Params::from_request(request, app).await?, files: Vec::new() });
        }
        let _turn = turn(app.part::<Turns>().disk.clone()).await?;
        let query = Params::from_form(request.uri().query().unwrap_or_default())?;
        let parts = Multipart::from_request(request, app)
            .await
            .map_err(|error| Error::bad_request("The multipart body could not be read").because(error))?;
        let read = Self::read(parts, scratch(&app.config));
        let mut form = tokio::time::timeout(LONGEST, read).await.map_err(|_| busy())??;
        form.fields.add_missing(query);
        Ok(form)
    }
}
