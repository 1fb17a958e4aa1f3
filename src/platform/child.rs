//! Child processes: given their time and no more, read within a bound, and gone when the server stops.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::Command;
use tokio_util::sync::CancellationToken;

/// Most bytes that are kept of what a child says; the rest is read and dropped.
const KEPT: usize = 256 * 1024;
/// How many steps of politeness: requests go before the work of children.
const NICENESS: &str = "10";

/// Why a child did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum ChildError {
    /// It could not be started, or not be waited for.
    #[error("the program could not be run: {0}")]
    Start(#[from] std::io::Error),
    /// It took longer than it may.
    #[error("it took longer than {0:?}")]
    TooLong(Duration),
    /// The server stops.
    #[error("the server is shutting down")]
    Stopping,
    /// It ended with an error of its own.
    #[error("it failed: {0}")]
    Failed(String),
}

/// A program to be run.
#[derive(Debug, Clone)]
pub struct Program<'a> {
    /// Its file.
    pub path: &'a Path,
    /// Its working folder.
    pub folder: &'a Path,
    /// How long it may take.
    pub patience: Duration,
}

impl Program<'_> {
    /// Runs the program to its end and gives what it printed, [`KEPT`] bytes at most. It sees an empty environment and
    /// no input. It is killed when its time is over, when `stopping` ends, and when the caller goes away.
    ///
    /// # Errors
    /// Every [`ChildError`].
    pub async fn run<A: AsRef<OsStr>>(
        &self,
        arguments: &[A],
        stopping: &CancellationToken,
    ) -> Result<Vec<u8>, ChildError> {
        let mut child = polite(self.path)
            .args(arguments)
            .env_clear()
            .current_dir(self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let (out, err) = (child.stdout.take(), child.stderr.take());
        let work = async {
            let (out, err, status) = tokio::join!(read(out), read(err), child.wait());
            let status = status?;
            if status.success() {
                return Ok(out);
            }
            let words =
                String::from_utf8_lossy(&err).trim().lines().next_back().unwrap_or_default().to_owned();
            Err(ChildError::Failed(if words.is_empty() { status.to_string() } else { words }))
        };
        let outcome = tokio::select! {
            done = tokio::time::timeout(self.patience, work) => {
                done.unwrap_or(Err(ChildError::TooLong(self.patience)))
            }
            () = stopping.cancelled() => Err(ChildError::Stopping),
        };
        if matches!(outcome, Err(ChildError::TooLong(_) | ChildError::Stopping)) {
            // Waited for, so that its files can be taken away at once.
            let _ = child.kill().await;
        }
        outcome
    }
}

/// The program, behind `nice` where the machine has it.
fn polite(program: &Path) -> Command {
    match find(Path::new("nice")) {
        Some(nice) => {
            let mut command = Command::new(nice);
            command.args(["-n", NICENESS, "--"]).arg(program);
            command
        }
        None => Command::new(program),
    }
}

async fn read(pipe: Option<impl AsyncRead + Unpin>) -> Vec<u8> {
    let mut kept = Vec::new();
    let Some(mut pipe) = pipe else { return kept };
    let mut piece = vec![0; 8 * 1024];
    // A pipe that breaks has said all it will say.
    while let Ok(length @ 1..) = pipe.read(&mut piece).await {
        let room = KEPT.saturating_sub(kept.len()).min(length);
        kept.extend_from_slice(piece.get(..room).unwrap_or_default());
    }
    kept
}

/// The file of a program: a path as it is, a name where `PATH` has it.
pub fn find(program: &Path) -> Option<PathBuf> {
    if program.components().count() > 1 {
        return program.is_file().then(|| program.to_owned());
    }
    let folders = std::env::var_os("PATH")?;
    std::env::split_paths(&folders).map(|folder| folder.join(program)).find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn sh(
        script: &str,
        patience: Duration,
        stopping: &CancellationToken,
    ) -> Result<Vec<u8>, ChildError> {
        let path = find(Path::new("sh")).unwrap();
        let folder = std::env::temp_dir();
        Program { path: &path, folder: &folder, patience }.run(&["-c", script], stopping).await
    }

    const LONG: Duration = Duration::from_secs(60);

    #[tokio::test]
    async fn a_child_sees_no_environment_and_is_read_within_a_bound() {
        let stopping = CancellationToken::new();
        let said = sh("echo \"[$HOME]\"", LONG, &stopping).await.unwrap();
        assert_eq!(said, b"[]\n");
        let said = sh("head -c 1000000 /dev/zero", LONG, &stopping).await.unwrap();
        assert_eq!(said.len(), KEPT);
    }

    #[tokio::test]
    async fn a_child_that_fails_is_late_or_unwanted_does_not_go_on() {
        let stopping = CancellationToken::new();
        let failed = sh("echo one >&2; echo two >&2; exit 3", LONG, &stopping).await;
        assert!(matches!(failed, Err(ChildError::Failed(words)) if words == "two"));
        let late = sh("exec sleep 600", Duration::from_millis(20), &stopping).await;
        assert!(matches!(late, Err(ChildError::TooLong(_))));
        stopping.cancel();
        assert!(matches!(sh("exec sleep 600", LONG, &stopping).await, Err(ChildError::Stopping)));
    }

    #[test]
    fn programs_are_found_by_name_and_by_path() {
        let sh = find(Path::new("sh")).unwrap();
        assert_eq!(find(&sh), Some(sh));
        assert_eq!(find(Path::new("no-such-program-anywhere")), None);
        assert_eq!(find(Path::new("./no/such/program")), None);
    }
}
