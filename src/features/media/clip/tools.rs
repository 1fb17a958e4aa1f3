//! The programs: whether the machine has them, and what they can do. Looked for again and again, so that a server
//! needs no new start when they are installed.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

use super::Container;
use super::convert::decodes;
use crate::platform::app::App;
use crate::platform::child::{Program, find};
use crate::platform::error::{Error, Result};
use crate::platform::files::scratch;

/// How long what was found is believed.
const BELIEVED: Duration = Duration::from_secs(5);
/// How long a program may take to tell what it can.
const PATIENCE: Duration = Duration::from_secs(20);
/// What must be there: encoders of H.264, AAC, MP3 and PNG.
const ENCODERS: [&str; 4] = [" libx264 ", " aac ", " libmp3lame ", " png "];
/// How many children of people who wait for an answer run at once; jobs have a bound of their own.
const AT_ONCE: usize = 2;
/// A picture of 16 × 16 pixels, to see whether AVIF can be read.
const SAMPLE: &[u8] = include_bytes!("sample.avif");

/// The programs, ready to be used.
#[derive(Debug)]
pub struct Tools {
    pub(super) ffmpeg: PathBuf,
    pub(super) ffprobe: PathBuf,
    /// Whether AVIF can be read.
    pub avif: bool,
    turns: Arc<Semaphore>,
}

impl Tools {
    /// A turn to use the programs while somebody waits.
    ///
    /// # Errors
    /// Never while the server lives.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        self.turns.clone().acquire_owned().await.map_err(Error::internal)
    }
}

/// What makes a program file another one.
type Stamp = (PathBuf, Option<SystemTime>, u64);

#[derive(Default)]
struct Known {
    looked: Option<Instant>,
    stamp: Option<Stamp>,
    tools: Option<Arc<Tools>>,
}

#[derive(Default)]
struct Keeper(Mutex<Known>);

/// The programs of this machine; `None` when they are not there, are switched off (`media.ffmpeg`), or cannot do what
/// is needed.
pub async fn tools(app: &App) -> Option<Arc<Tools>> {
    let wanted = app.config.media.ffmpeg.clone()?;
    let keeper = app.part::<Keeper>();
    let mut known = keeper.0.lock().await;
    if known.looked.is_some_and(|at| at.elapsed() < BELIEVED) {
        return known.tools.clone();
    }
    let stamp = tokio::task::spawn_blocking(move || stamp(&wanted)).await.ok().flatten();
    if stamp.is_none() || stamp != known.stamp {
        known.tools = match &stamp {
            Some((path, ..)) => examine(app, path).await.map(Arc::new),
            None => None,
        };
        known.stamp = stamp;
    }
    known.looked = Some(Instant::now());
    known.tools.clone()
}

fn stamp(wanted: &Path) -> Option<Stamp> {
    // Another folder is the working folder of the child: the path must not depend on it.
    let path = find(wanted)?.canonicalize().ok()?;
    let about = path.metadata().ok()?;
    Some((path, about.modified().ok(), about.len()))
}

async fn examine(app: &App, ffmpeg: &Path) -> Option<Tools> {
    let beside = ffmpeg.with_file_name("ffprobe");
    let ffprobe = if beside.is_file() { beside } else { find(Path::new("ffprobe"))? };
    let folder = scratch(&app.config).join("tools");
    tokio::fs::create_dir_all(&folder).await.ok()?;
    let mut tools =
        Tools { ffmpeg: ffmpeg.to_owned(), ffprobe, avif: false, turns: Arc::new(Semaphore::new(AT_ONCE)) };
    let sample = tokio::fs::write(folder.join("input"), SAMPLE).await;
    let program = Program { path: ffmpeg, folder: &folder, patience: PATIENCE };
    // Both at once: the first answer about the server waits for them.
    let (said, avif) = tokio::join!(
        program.run(&["-hide_banner", "-encoders"], &app.stopping),
        decodes(&tools, &folder, Container::Avif, &app.stopping),
    );
    let _ = tokio::fs::remove_dir_all(&folder).await;
    let said = match said {
        Ok(said) => String::from_utf8_lossy(&said).into_owned(),
        Err(error) => {
            tracing::warn!(%error, program = %ffmpeg.display(), "video and sound cannot be processed");
            return None;
        }
    };
    if let Some(missing) = ENCODERS.iter().find(|encoder| !said.contains(**encoder)) {
        let program = ffmpeg.display();
        tracing::warn!(%program, "video and sound cannot be processed: there is no encoder{missing}");
        return None;
    }
    tools.avif = sample.is_ok() && avif;
    tracing::info!(program = %ffmpeg.display(), avif = tools.avif, "video and sound can be processed");
    Some(tools)
}
