//! Building the file of an archive, a step at a time: each look at the store is short, and nothing grows with the account.
//!
//! Works on a thread of its own that may block. Which media belong to the posts is noted in a file while the posts are
//! written, and read back when it is their turn.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, Write};
use std::path::PathBuf;

use futures_util::StreamExt;
use serde_json::{Value, json};
use shop_storage::{Index, Window};
use tempfile::TempPath;
use tokio::runtime::Handle;

use super::outbox::{self, Item};
use super::zip::{ZipError, ZipWriter};
use crate::features::accounts;
use crate::features::accounts::table::Picture;
use crate::features::bookmarks::table::BOOKMARKS_OF;
use crate::features::favourites::table::FAVOURITES_OF;
use crate::features::statuses;
use crate::features::statuses::table::{BY_ACCOUNT, STATUSES};
use crate::federation::vocab::{ACTIVITY_STREAMS, Context};
use crate::platform::app::App;
use crate::platform::error::Error;
use crate::platform::files::scratch;
use crate::platform::ids::{AccountId, LinkId, StatusId};

/// How many posts, favourites or bookmarks one look at the store reads.
const STEP: usize = 100;
/// How many bytes the disk must have left: an archive is never worth a server that cannot write any more.
const LEFT: u64 = 1 << 30;

/// Why there is no file.
#[derive(Debug)]
pub(super) enum Halt {
    /// The server stops; the work begins anew at its next start.
    Stopping,
    /// The account is gone.
    Gone,
    /// The file would be larger than it may be.
    TooLarge,
    /// The disk has not enough room.
    NoRoom,
    /// Something else, which may be over later.
    Failed(Error),
}

impl From<Error> for Halt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<shop_storage::Error> for Halt {
    fn from(error: shop_storage::Error) -> Self {
        Self::Failed(error.into())
    }
}

impl From<io::Error> for Halt {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::NoRoom,
            _ => Self::Failed(Error::internal(error)),
        }
    }
}

impl From<ZipError> for Halt {
    fn from(error: ZipError) -> Self {
        match error {
            ZipError::TooLarge => Self::TooLarge,
            ZipError::Disk(error) => error.into(),
        }
    }
}

type Result<T> = std::result::Result<T, Halt>;

/// An archive that is being built.
struct Builder<'a> {
    app: &'a App,
    account: AccountId,
    /// Where the file grows.
    folder: PathBuf,
    zip: ZipWriter,
    /// The paths of the media that the posts have, a line each.
    media: BufWriter<File>,
    runtime: Handle,
}

/// Builds the archive of a local account, whose document is `actor`; gives the file, which is gone when it is dropped,
/// and its length.
pub(super) fn build(app: &App, account: AccountId, actor: Value) -> Result<(TempPath, u64)> {
    let folder = scratch(&app.config);
    std::fs::create_dir_all(&folder)?;
    let (file, path) = tempfile::Builder::new().prefix("archive-").tempfile_in(&folder)?.into_parts();
    let most = u64::from(app.config.media.archive_mb) << 20;
    let zip = ZipWriter::new(file, tempfile::tempfile_in(&folder)?, app.now(), most);
    let media = BufWriter::new(tempfile::tempfile_in(&folder)?);
    let mut builder = Builder { app, account, folder, zip, media, runtime: Handle::current() };
    builder.profile(actor)?;
    builder.outbox()?;
    builder.uris(outbox::LIKES, &FAVOURITES_OF)?;
    builder.uris(outbox::BOOKMARKS, &BOOKMARKS_OF)?;
    builder.attachments()?;
    let bytes = builder.zip.finish()?;
    Ok((path, bytes))
}

impl Builder<'_> {
    /// Whether the work may go on.
    fn check(&self) -> Result<()> {
        if self.app.stopping.is_cancelled() {
            return Err(Halt::Stopping);
        }
        let disk = rustix::fs::statvfs(&self.folder).map_err(io::Error::from)?;
        if disk.f_bavail.saturating_mul(disk.f_frsize) < LEFT { Err(Halt::NoRoom) } else { Ok(()) }
    }

    /// The profile, with its pictures beside it.
    fn profile(&mut self, mut actor: Value) -> Result<()> {
        let row = accounts::get(&self.app.read()?, self.account).map_err(|_| Halt::Gone)?;
        for (property, name, picture) in [("icon", "avatar", &row.avatar), ("image", "header", &row.header)] {
            let Some(shown) = actor.get_mut(property).and_then(Value::as_object_mut) else { continue };
            if let Some(name) = self.picture(name, picture.as_ref())? {
                shown.insert("url".into(), name.into());
            }
        }
        if let Some(actor) = actor.as_object_mut() {
            for (property, file) in
                [("outbox", outbox::OUTBOX), ("likes", outbox::LIKES), ("bookmarks", outbox::BOOKMARKS)]
            {
                actor.insert(property.into(), file.into());
            }
        }
        self.zip.begin("actor.json")?;
        self.zip.write(actor.to_string().as_bytes())?;
        Ok(self.zip.end()?)
    }

    /// Packs a picture of the profile; gives the name that it has in the archive.
    fn picture(&mut self, name: &str, picture: Option<&Picture>) -> Result<Option<String>> {
        let Some(path) = picture.and_then(|picture| picture.place.blob()) else { return Ok(None) };
        let Some((_, ending)) = path.rsplit_once('.') else { return Ok(None) };
        let name = format!("{name}.{ending}");
        Ok(self.pack(&name, path)?.then_some(name))
    }

    /// Packs a blob; false when there is none any more.
    fn pack(&mut self, name: &str, path: &str) -> Result<bool> {
        self.check()?;
        let body = match self.runtime.block_on(self.app.blobs.get(path)) {
            Ok(body) => body,
            Err(shop_storage::Error::BlobMissing { .. }) => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        self.zip.begin(name)?;
        let mut pieces = std::pin::pin!(body.stream());
        while let Some(piece) = self.runtime.block_on(pieces.next()) {
            self.zip.write(&piece?)?;
        }
        self.zip.end()?;
        Ok(true)
    }

    /// Everything that the account has posted and boosted, newest first.
    fn outbox(&mut self) -> Result<()> {
        self.begin(outbox::OUTBOX, &Context::full().build())?;
        let (mut count, mut below) = (0, None);
        loop {
            self.check()?;
            let from = self.app.read()?;
            let mut window = Window::newest(STEP);
            window.below = below;
            let ids = BY_ACCOUNT.page(&from, &self.account, &window)?;
            let Some(last) = ids.last() else { return self.end(count) };
            below = Some(*last);
            for id in ids {
                let Some(Item { activity, media }) = outbox::item(self.app, &from, id)? else { continue };
                for path in media {
                    writeln!(self.media, "{path}")?;
                }
                self.item(&mut count, &activity)?;
            }
        }
    }

    /// The ids of posts that the account has marked in some way, newest first.
    fn uris(&mut self, name: &str, index: &Index<AccountId, (LinkId, StatusId)>) -> Result<()> {
        self.begin(name, &ACTIVITY_STREAMS.into())?;
        let (mut count, mut below) = (0, None);
        loop {
            self.check()?;
            let from = self.app.read()?;
            let mut window = Window::newest(STEP);
            window.below = below;
            let rows = index.page(&from, &self.account, &window)?;
            let Some(last) = rows.last() else { return self.end(count) };
            below = Some(*last);
            let ids: Vec<StatusId> = rows.into_iter().map(|(_, id)| id).collect();
            for (id, row) in ids.iter().zip(STATUSES.get_many(&from, &ids)?) {
                let Some(row) = row else { continue };
                self.item(&mut count, &statuses::uri(&self.app.config, *id, &row).into())?;
            }
        }
    }

    /// Begins a collection.
    fn begin(&mut self, name: &str, context: &Value) -> Result<()> {
        self.zip.begin(name)?;
        let head = json!({ "@context": context, "id": name, "type": "OrderedCollection" }).to_string();
        let open = head.strip_suffix('}').unwrap_or(&head);
        Ok(self.zip.write(format!("{open},\"orderedItems\":[").as_bytes())?)
    }

    fn item(&mut self, count: &mut u64, item: &Value) -> Result<()> {
        let comma = if *count > 0 { ",\n" } else { "\n" };
        *count += 1;
        Ok(self.zip.write(format!("{comma}{item}").as_bytes())?)
    }

    /// Ends a collection; only now it is known how much there is.
    fn end(&mut self, count: u64) -> Result<()> {
        self.zip.write(format!("\n],\"totalItems\":{count}}}").as_bytes())?;
        Ok(self.zip.end()?)
    }

    /// The media of the posts.
    fn attachments(&mut self) -> Result<()> {
        self.media.flush()?;
        let mut noted = self.media.get_ref().try_clone()?;
        noted.rewind()?;
        for path in BufReader::new(noted).lines() {
            let path = path?;
            if let Some(name) = outbox::packed(&path) {
                self.pack(&name, &path)?;
            }
        }
        Ok(())
    }
}
