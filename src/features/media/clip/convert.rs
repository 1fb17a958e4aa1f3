//! What `ffmpeg` makes: videos and sounds that every browser plays, loops out of animated pictures, and stills.

use std::path::Path;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::probe::{Facts, probe};
use super::{ClipError, Container, FRAMES, PIXELS, Tools};
use crate::platform::child::{ChildError, Program};

/// How long making a video or sound may take.
const PATIENCE: Duration = Duration::from_secs(20 * 60);
/// How long somebody waits for a loop or a still.
const SHORT_PATIENCE: Duration = Duration::from_secs(60);
/// Most bytes of what is made: a file of few bytes can unfold into an endless one.
const MOST_BYTES: u64 = 256 * 1024 * 1024;
/// Most pixels of a still picture that is read.
const STILL_PIXELS: u64 = 33_177_600;
/// Both sides even, as H.264 wants them.
const EVEN: &str = "scale='max(2,trunc(iw/2)*2)':'max(2,trunc(ih/2)*2)',format=yuv420p";
/// 640 pixels a side at most (behaviours §6).
const PREVIEW: &str = "scale='min(640,iw)':'min(640,ih)':force_original_aspect_ratio=decrease";

/// What was made of an upload, in files of its folder.
#[derive(Debug, Clone)]
pub struct Made {
    /// The name of the file.
    pub file: &'static str,
    /// Its type.
    pub mime: &'static str,
    /// What it holds.
    pub facts: Facts,
    /// The name of a still of it: the first frame of a video, the cover of a sound.
    pub still: Option<&'static str>,
}

/// One run of `ffmpeg` on the file `input` of a folder.
struct Run<'a> {
    tools: &'a Tools,
    folder: &'a Path,
    stopping: &'a CancellationToken,
}

impl Run<'_> {
    async fn ffmpeg(
        &self,
        (input, reader): (&str, &str),
        most_pixels: u64,
        patience: Duration,
        output: &[&str],
    ) -> Result<(), ClipError> {
        let input = format!("file:{input}");
        let (pixels, seconds, threads) =
            (most_pixels.to_string(), patience.as_secs().to_string(), threads().to_string());
        let mut arguments = vec![
            "-nostdin",
            "-hide_banner",
            "-v",
            "error",
            "-y",
            // Should the server die without stopping it, it ends by itself.
            "-timelimit",
            &seconds,
            "-filter_threads",
            "1",
            "-protocol_whitelist",
            "file",
            "-format_whitelist",
            reader,
            "-max_pixels",
            &pixels,
            "-threads",
            &threads,
            "-i",
            &input,
            "-threads",
            &threads,
        ];
        arguments.extend_from_slice(output);
        let program = Program { path: &self.tools.ffmpeg, folder: self.folder, patience };
        program.run(&arguments, self.stopping).await?;
        Ok(())
    }
}

/// Half of the processors: the other half answers requests.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).div_ceil(2)
}

/// Makes a video or sound out of the file `input` in `folder`, of which `facts` are known, and a still of it.
///
/// # Errors
/// [`ClipError::Limit`] when the result is beyond a limit; those of the programs.
pub async fn convert(
    tools: &Tools,
    folder: &Path,
    facts: &Facts,
    stopping: &CancellationToken,
) -> Result<Made, ClipError> {
    let run = Run { tools, folder, stopping };
    if facts.picture.is_some() {
        let sound = ["-c:a", "aac", "-b:a", "192k", "-ac", "2"];
        return run.video(("input", facts.container), facts.is_ready(), &sound, PATIENCE).await;
    }
    run.sound(facts).await
}

/// Makes a silent loop out of the animated picture `input` in `folder`, and a still of it.
///
/// # Errors
/// As [`convert`].
pub async fn loop_of(tools: &Tools, folder: &Path, stopping: &CancellationToken) -> Result<Made, ClipError> {
    Run { tools, folder, stopping }.video(("input", Container::Gif), false, &["-an"], SHORT_PATIENCE).await
}

/// Makes a JPEG out of the still picture `input` in `folder`, as the file of the answer.
///
/// # Errors
/// Those of the program.
pub async fn still_of(
    tools: &Tools,
    folder: &Path,
    container: Container,
    stopping: &CancellationToken,
) -> Result<&'static str, ClipError> {
    let run = Run { tools, folder, stopping };
    let output = [
        "-frames:v",
        "1",
        "-map_metadata",
        "-1",
        "-pix_fmt",
        "yuvj444p",
        "-q:v",
        "2",
        "-f",
        "image2",
        "-update",
        "1",
        "-c:v",
        "mjpeg",
        "file:still.jpg",
    ];
    run.ffmpeg(("input", container.reader()), STILL_PIXELS, SHORT_PATIENCE, &output).await?;
    Ok("still.jpg")
}

/// Whether the program can read the file `input` in `folder`.
pub(super) async fn decodes(
    tools: &Tools,
    folder: &Path,
    container: Container,
    stopping: &CancellationToken,
) -> bool {
    let run = Run { tools, folder, stopping };
    let output = ["-frames:v", "1", "-f", "null", "-"];
    run.ffmpeg(("input", container.reader()), STILL_PIXELS, SHORT_PATIENCE, &output).await.is_ok()
}

impl Run<'_> {
    async fn video(
        &self,
        (input, container): (&str, Container),
        copied: bool,
        sound: &[&str],
        patience: Duration,
    ) -> Result<Made, ClipError> {
        let (frames, bytes) = ((FRAMES + 1).to_string(), MOST_BYTES.to_string());
        let mut output =
            vec!["-map", "0:v:0", "-map", "0:a:0?", "-map_metadata", "-1", "-map_chapters", "-1"];
        if copied {
            output.extend(["-c", "copy"]);
        } else {
            output.extend(["-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-maxrate", "8M"]);
            output.extend(["-bufsize", "16M", "-vf", EVEN]);
            output.extend_from_slice(sound);
        }
        output.extend(["-movflags", "+faststart", "-frames:v", &frames, "-fs", &bytes, "-f", "mp4"]);
        output.push("file:made.mp4");
        self.ffmpeg((input, container.reader()), PIXELS, patience, &output).await?;
        let facts = self.look("made.mp4", Container::Mp4).await?;
        let reader = Container::Mp4.reader();
        let output = [
            "-frames:v",
            "1",
            "-vf",
            PREVIEW,
            "-f",
            "image2",
            "-update",
            "1",
            "-c:v",
            "png",
            "file:still.png",
        ];
        self.ffmpeg(("made.mp4", reader), PIXELS, SHORT_PATIENCE, &output).await?;
        Ok(Made { file: "made.mp4", mime: "video/mp4", facts, still: Some("still.png") })
    }

    async fn sound(&self, facts: &Facts) -> Result<Made, ClipError> {
        let bytes = MOST_BYTES.to_string();
        let output = [
            "-map",
            "0:a:0",
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
            "-c:a",
            "libmp3lame",
            "-q:a",
            "2",
            "-fs",
            &bytes,
            "-f",
            "mp3",
            "file:made.mp3",
        ];
        let input = ("input", facts.container.reader());
        self.ffmpeg(input, PIXELS, PATIENCE, &output).await?;
        let made = self.look("made.mp3", Container::Mp3).await?;
        let still = if facts.has_cover { self.cover(input).await? } else { None };
        Ok(Made { file: "made.mp3", mime: "audio/mpeg", facts: made, still })
    }

    /// A cover that cannot be read is as none.
    async fn cover(&self, input: (&str, &str)) -> Result<Option<&'static str>, ClipError> {
        let output = [
            "-map",
            "0:v:0",
            "-frames:v",
            "1",
            "-vf",
            PREVIEW,
            "-f",
            "image2",
            "-update",
            "1",
            "-c:v",
            "png",
            "file:still.png",
        ];
        match self.ffmpeg(input, STILL_PIXELS, SHORT_PATIENCE, &output).await {
            Ok(()) => Ok(Some("still.png")),
            Err(error @ ClipError::Child(ChildError::Stopping)) => Err(error),
            Err(error) => {
                tracing::debug!(%error, "a cover could not be read");
                Ok(None)
            }
        }
    }

    /// Looks at what was made.
    async fn look(&self, name: &str, container: Container) -> Result<Facts, ClipError> {
        let facts = probe(self.tools, self.folder, name, container, self.stopping).await?;
        facts.check()?;
        let length = tokio::fs::metadata(self.folder.join(name)).await?.len();
        // The program ends a file at the limit as if it were whole.
        if length + MOST_BYTES / 64 >= MOST_BYTES {
            return Err(ClipError::Limit("it would be too large to be shown".into()));
        }
        Ok(facts)
    }
}
