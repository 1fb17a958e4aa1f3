//! The work of archives: making one at a time, telling that it is ready, forgetting it.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt};
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};
use tempfile::TempPath;
use tokio_util::io::ReaderStream;

use super::build::{Halt, build};
use super::file::TYPE;
use super::table::{ARCHIVES, Refusal, Stage};
use super::{done, forget, kept_until, refuse, words};
use crate::features::accounts::actor;
use crate::features::instance;
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::{Error, Kind};
use crate::platform::ids::{AccountId, ArchiveId};
use crate::platform::jobs::{self, Failure, Job, Outcome};
use crate::platform::mail::Mail;
use crate::platform::text::tongue::Tongue;

/// After this many failed tries in a row the pause grows no more.
const LONGEST_PAUSE: u32 = 8;
/// How much of the file is read at once on its way to a store elsewhere.
const PIECE: usize = 1 << 20;

/// Makes an archive. What a stop or a crash interrupts begins anew; nobody sees a half one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildArchive {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub archive: ArchiveId,
    /// Where its bytes will be.
    pub path: String,
}
record!(BuildArchive, 1);

impl Job for BuildArchive {
    const NAME: &'static str = "archives.build";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 9;

    /// All archives of the server in one lane: one is made at a time.
    fn lane(&self) -> Option<String> {
        Some("archives".to_owned())
    }

    fn backoff(tries: u32) -> Option<Duration> {
        Some(jobs::backoff(tries.min(LONGEST_PAUSE)))
    }

    async fn run(self, app: App) -> Outcome {
        let Self { account, archive: id, path } = self;
        match ARCHIVES.get(&app.read()?, &(account, id))?.map(|archive| archive.stage) {
            Some(Stage::Making) => {}
            Some(_) => return Ok(()),
            // Its account was deleted, maybe while the bytes came to where they belong.
            None => return Ok(app.blobs.delete(&path).await?),
        }
        let why = match make(&app, account, &path).await {
            Ok(bytes) => {
                app.write(move |tx| done(tx, account, id, path, bytes)).await?;
                return Ok(());
            }
            Err(Halt::Gone) => return Ok(()),
            Err(Halt::Stopping) => return Err(Failure::At(app.now())),
            Err(Halt::Failed(error)) => return Err(Failure::Later(error)),
            Err(Halt::TooLarge) => Refusal::TooLarge,
            Err(Halt::NoRoom) => Refusal::NoRoom,
        };
        tracing::warn!(%account, reason = why.word(), "an archive was not made");
        app.write(move |tx| refuse(tx, account, id, why)).await?;
        Ok(())
    }
}

/// Builds the file and brings it where it belongs; gives its length.
async fn make(app: &App, account: AccountId, path: &str) -> Result<u64, Halt> {
    let actor = match actor::document(app, account).await {
        Ok(actor) => actor,
        Err(error) if matches!(error.kind(), Kind::Gone | Kind::NotFound) => return Err(Halt::Gone),
        Err(error) => return Err(error.into()),
    };
    let worker = app.clone();
    let target = path.to_owned();
    let building = tokio::task::spawn_blocking(move || {
        let (file, bytes) = build(&worker, account, actor)?;
        let adopted = worker.blobs.adopt(&target, &file).map_err(Error::from)?;
        Ok::<_, Halt>(((!adopted).then_some(file), bytes))
    });
    match building.await.map_err(Error::from)?? {
        (None, bytes) => Ok(bytes),
        (Some(file), _) => send(app, path, file).await,
    }
}

/// Brings the file to a store that cannot take it over as it is.
async fn send(app: &App, path: &str, file: TempPath) -> Result<u64, Halt> {
    let open = tokio::fs::File::open(&file).await.map_err(Error::internal)?;
    let stopping = app.stopping.clone();
    let pieces = ReaderStream::with_capacity(open, PIECE).map(move |piece| {
        // A stream that breaks off leaves nothing behind.
        if stopping.is_cancelled() { Err(std::io::ErrorKind::Interrupted.into()) } else { piece }
    });
    match app.blobs.put_stream(path, pieces.into_stream(), TYPE).await {
        Ok(bytes) => Ok(bytes),
        Err(_) if app.stopping.is_cancelled() => Err(Halt::Stopping),
        Err(error) => Err(Error::from(error).into()),
    }
}

/// Forgets an archive whose time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetArchive {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub archive: ArchiveId,
}
record!(ForgetArchive, 1);

impl Job for ForgetArchive {
    const NAME: &'static str = "archives.forget";
    const QUEUE: &'static Queue = &jobs::BULK;

    async fn run(self, app: App) -> Outcome {
        let Self { account, archive } = self;
        app.write(move |tx| forget(tx, account, archive)).await?;
        Ok(())
    }
}

/// Writes its owner that an archive is ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellReady {
    /// Whose.
    pub account: AccountId,
    /// Which.
    pub archive: ArchiveId,
}
record!(TellReady, 1);

impl Job for TellReady {
    const NAME: &'static str = "archives.tell_ready";
    const QUEUE: &'static Queue = &jobs::NOW;

    async fn run(self, app: App) -> Outcome {
        let Some(mail) = self.letter(&app)?.filter(|_| app.mailer.reaches_people()) else { return Ok(()) };
        app.mailer.send(mail).await.map_err(|error| match error.is_temporary() {
            true => Failure::Later(Error::unreachable(error)),
            false => Failure::Final(Error::internal(error)),
        })
    }
}

impl TellReady {
    /// The mail; nothing when it has no sense any more.
    fn letter(&self, app: &App) -> crate::platform::error::Result<Option<Mail>> {
        let from = app.read()?;
        let user = USERS.get(&from, &self.account)?.filter(|user| user.confirmed_at.is_some());
        let archive = ARCHIVES.get(&from, &(self.account, self.archive))?;
        let Some((user, until)) = user.zip(archive.as_ref().and_then(kept_until)) else { return Ok(None) };
        let title = instance::get(&from)?.title;
        let (subject, text) =
            words::ready(Tongue::of(&user.settings.locale), &title, app.config.base_url(), until);
        Ok(Some(Mail { to: user.email, subject, text }))
    }
}

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn waiting_work_stays_readable() {
        let ids = [7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0];
        let (account, archive) = (AccountId::new(7), ArchiveId::new(8));
        let job = BuildArchive { account, archive, path: "p".into() };
        let golden = [&[1, 1], ids.as_slice(), &[1, 0, 0, 0, 0, 0, 0, 0, b'p']].concat();
        assert_eq!(encode_record(&job).unwrap(), golden);
        assert_eq!(decode_record::<BuildArchive>(&golden).unwrap(), job);
        let golden = [&[1, 1], ids.as_slice()].concat();
        assert_eq!(encode_record(&ForgetArchive { account, archive }).unwrap(), golden);
        assert_eq!(
            job.lane(),
            BuildArchive { account: AccountId::new(9), ..job.clone() }.lane(),
            "one at a time"
        );
        assert_eq!(encode_record(&TellReady { account, archive }).unwrap(), golden);
    }
}
