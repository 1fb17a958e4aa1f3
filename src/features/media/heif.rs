//! HEIC and HEIF, the pictures of phones: read by the program `heif-convert` of libheif where the machine has it.
//!
//! It runs as ffmpeg does, as a child process on a file in the scratch folder; because nothing bounds the size of what it
//! unfolds, the system bounds its memory (`prlimit`), and one runs at a time.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::clip::ClipError;
use crate::platform::app::App;
use crate::platform::child::{Program, find};
use crate::platform::error::{Error, Result};

/// How long what was found is believed.
const BELIEVED: Duration = Duration::from_secs(5);
/// How long a picture may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// Most memory of the program, addresses that it only reserves included: pictures of the largest size that is taken fit.
const MEMORY: &str = "--as=1073741824";
/// What it makes; of a file with several pictures the first has a number.
const MADE: [&str; 2] = ["still.jpg", "still-1.jpg"];

/// The program, ready to be used.
#[derive(Debug)]
pub struct Converter {
    program: PathBuf,
    prlimit: PathBuf,
    turn: Arc<Semaphore>,
}

#[derive(Default)]
struct Keeper(Mutex<Option<(Instant, Option<Arc<Converter>>)>>);

/// The program of this machine; `None` when it is not there or is switched off (`media.heif`).
pub async fn converter(app: &App) -> Option<Arc<Converter>> {
    let wanted = app.config.media.heif.clone()?;
    let keeper = app.part::<Keeper>();
    let mut known = keeper.0.lock().await;
    if let Some((at, found)) = &*known
        && at.elapsed() < BELIEVED
    {
        return found.clone();
    }
    let before = known.as_ref().and_then(|(_, found)| found.clone());
    let places = tokio::task::spawn_blocking(move || find(&wanted).zip(find(Path::new("prlimit")))).await;
    let found = places.ok().flatten().map(|(program, prlimit)| match before {
        // The same one keeps its turn.
        Some(same) if same.program == program && same.prlimit == prlimit => same,
        _ => Arc::new(Converter { program, prlimit, turn: Arc::new(Semaphore::new(1)) }),
    });
    *known = Some((Instant::now(), found.clone()));
    found
}

impl Converter {
    /// A turn to use the program while somebody waits.
    ///
    /// # Errors
    /// Never while the server lives.
    pub async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        self.turn.clone().acquire_owned().await.map_err(Error::internal)
    }

    /// Makes a JPEG, turned as it should be, out of the picture `input` in `folder`: the file of the answer.
    ///
    /// # Errors
    /// Those of the program.
    pub async fn still_of(
        &self,
        folder: &Path,
        stopping: &CancellationToken,
    ) -> Result<&'static str, ClipError> {
        let program = Program { path: &self.prlimit, folder, patience: PATIENCE };
        let words = [MEMORY, "--core=0", "--"].map(OsStr::new);
        let work = ["-q", "95", "input", "still.jpg"].map(OsStr::new);
        program.run(&[&words[..], &[self.program.as_os_str()], &work].concat(), stopping).await?;
        for name in MADE {
            if tokio::fs::try_exists(folder.join(name)).await? {
                return Ok(name);
            }
        }
        Err(ClipError::Odd("there is no picture in it".into()))
    }
}
