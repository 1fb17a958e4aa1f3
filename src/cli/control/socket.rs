//! The socket in the data folder: one JSON request a connection, one line each way, for the owner of the folder.

use std::fs::File;
use std::io::ErrorKind;
use std::os::fd::AsRawFd;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::execute::execute;
use super::{Answer, Request};
use crate::cli::{Failure, Outcome};
use crate::platform::app::App;
use crate::platform::files::make_data_folder;

/// Its name in the data folder.
const NAME: &str = "control.sock";
/// The longest request and the longest answer, in bytes.
const REQUEST_MAX: u64 = 64 * 1024;
const ANSWER_MAX: u64 = 4 * 1024 * 1024;
/// How many requests are worked on at once.
const AT_ONCE: usize = 8;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a command waits for the server; checking a large store takes a while.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// Addresses of Unix sockets end at 108 bytes.
const PATH_MAX: usize = 100;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply {
    Answer(Answer),
    Error(String),
}

/// Listens in the data folder until the server stops. Call it once the store is open: whoever holds the store may
/// take a socket away that a dead server has left.
///
/// # Errors
/// When the socket cannot be made.
pub fn listen(app: &App) -> std::io::Result<()> {
    let folder = &app.config.storage.data;
    make_data_folder(folder)?;
    let path = folder.join(NAME);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let (address, _folder) = address(folder)?;
    let listener = UnixListener::bind(address)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let owner = std::fs::metadata(&path)?.uid();
    let app = app.clone();
    tokio::spawn(async move {
        let turns = Arc::new(Semaphore::new(AT_ONCE));
        loop {
            let accepted = tokio::select! {
                () = app.stopping.cancelled() => break,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, _)) = accepted else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            // The mode of the file is set after it was made; this closes the moment between.
            let trusted = stream.peer_cred().is_ok_and(|peer| peer.uid() == owner || peer.uid() == 0);
            let Ok(turn) = turns.clone().acquire_owned().await else { break };
            if trusted {
                let app = app.clone();
                tokio::spawn(async move {
                    let _turn = turn;
                    if let Err(error) = serve(&app, stream).await {
                        tracing::debug!(%error, "a command went away");
                    }
                });
            }
        }
        let _ = std::fs::remove_file(path);
    });
    Ok(())
}

async fn serve(app: &App, stream: UnixStream) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut limited = BufReader::new(read.take(REQUEST_MAX));
    timeout(PATIENCE, limited.read_line(&mut line)).await.map_err(|_| ErrorKind::TimedOut)??;
    let reply = match serde_json::from_str::<Request>(&line) {
        Err(error) => Reply::Error(format!("the request cannot be read: {error}")),
        Ok(request) => match execute(app, request).await {
            Ok(answer) => Reply::Answer(answer),
            Err(error) => Reply::Error(Failure::from(error).0),
        },
    };
    let mut text = serde_json::to_vec(&reply)?;
    text.push(b'\n');
    timeout(PATIENCE, write.write_all(&text)).await.map_err(|_| ErrorKind::TimedOut)??;
    write.shutdown().await
}

/// Reaches the server that runs on this data folder, if one does.
///
/// # Errors
/// When there is one that cannot be reached.
pub async fn connect(folder: &Path) -> Outcome<Option<UnixStream>> {
    if !folder.join(NAME).exists() {
        return Ok(None);
    }
    let (address, _folder) = address(folder)?;
    match UnixStream::connect(address).await {
        Ok(stream) => Ok(Some(stream)),
        // A server that was killed leaves its socket behind.
        Err(error) if matches!(error.kind(), ErrorKind::ConnectionRefused | ErrorKind::NotFound) => Ok(None),
        Err(error) => Err(Failure(format!("cannot talk to the running server: {error}"))),
    }
}

/// Sends a request and waits for its answer.
///
/// # Errors
/// What the request fails with; when the server goes away.
pub async fn ask(stream: UnixStream, request: &Request) -> Outcome<Answer> {
    let (read, mut write) = stream.into_split();
    let mut text = serde_json::to_vec(request)?;
    text.push(b'\n');
    write.write_all(&text).await?;
    let mut line = String::new();
    let mut limited = BufReader::new(read.take(ANSWER_MAX));
    timeout(LONGEST, limited.read_line(&mut line))
        .await
        .map_err(|_| Failure("the running server does not answer".into()))??;
    match serde_json::from_str(&line) {
        Ok(Reply::Answer(answer)) => Ok(answer),
        Ok(Reply::Error(words)) => Err(Failure(words)),
        Err(_) => Err(Failure("the running server gave no answer; are both of the same version?".into())),
    }
}

/// The socket's address. A long path goes by way of the opened folder, which must stay open meanwhile.
fn address(folder: &Path) -> std::io::Result<(PathBuf, Option<File>)> {
    let path = folder.join(NAME);
    if path.as_os_str().len() <= PATH_MAX {
        return Ok((path, None));
    }
    let opened = File::open(folder)?;
    let short = PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd())).join(NAME);
    Ok((short, Some(opened)))
}
