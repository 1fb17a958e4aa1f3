//! Copies of remote pictures: fetched when somebody looks, checked by content, kept within a bound.

use std::io::Cursor;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use moka::sync::Cache;
use shop_storage::Window;
use tokio::sync::{Mutex, Semaphore};

use super::jobs::{DropBlobs, TrimCache};
use super::picture::{self, Limits};
use super::processing::work;
use super::table::{CACHED, CACHED_BY_USE, CACHED_BYTES, Cached};
use crate::platform::app::{App, Tx};
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Result};
use crate::platform::files::{ending, random_name};
use crate::platform::net::FetchRequest;

/// How many remote pictures are read into memory at once.
const AT_ONCE: usize = 6;
/// How long a picture may take to arrive.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a file that turned out to be no picture is left alone. (Failing addresses: see `platform/net`.)
const PAUSE: Duration = Duration::from_secs(10 * 60);
/// How long the blob of a copy outlives it: somebody may just have been sent to it.
const GRACE: Duration = Duration::from_secs(60);
/// How many copies one transaction takes away.
const STEP: usize = 100;
/// Keys remembered for [`PAUSE`], and fetches told apart.
const REMEMBERED: u64 = 10_000;

/// A remote picture that somebody wants to see.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// What it is, such as `attachments/ID/original`: the name of our copy.
    pub key: String,
    /// Where it is.
    pub url: String,
    /// Most bytes it may have.
    pub most: usize,
    /// Keep a small still instead.
    pub reduced: bool,
}

/// Why there is nothing to show.
#[derive(Debug, thiserror::Error)]
#[error("the remote picture cannot be shown: {0}")]
pub struct Unshowable(String);

struct Fetching {
    turns: Semaphore,
    flights: Cache<String, Arc<Mutex<()>>>,
    refused: Cache<String, String>,
}

impl Default for Fetching {
    fn default() -> Self {
        Self {
            turns: Semaphore::new(AT_ONCE),
            flights: Cache::builder().max_capacity(REMEMBERED).time_to_idle(PATIENCE * 3).build(),
            refused: Cache::builder().max_capacity(REMEMBERED).time_to_live(PAUSE).build(),
        }
    }
}

/// The path of our copy, made now when there is none. Several who want the same wait for one fetch.
///
/// # Errors
/// When the store fails. The inner error says why the other side has no picture for us.
pub async fn copy(app: &App, wanted: Wanted) -> Result<Result<String, Unshowable>> {
    if let Some(path) = known(app, &wanted).await? {
        return Ok(Ok(path));
    }
    let fetching = app.part::<Fetching>();
    let flight = fetching.flights.get_with(wanted.key.clone(), || Arc::new(Mutex::new(())));
    let _alone = flight.lock().await;
    if let Some(path) = known(app, &wanted).await? {
        return Ok(Ok(path));
    }
    let attempt = format!("{} {}", wanted.key, wanted.url);
    if let Some(reason) = fetching.refused.get(&attempt) {
        return Ok(Err(Unshowable(reason)));
    }
    let turn = fetching.turns.acquire().await.map_err(Error::internal)?;
    let bytes = match fetch(app, &wanted).await {
        Ok(bytes) => bytes,
        Err(error) => return Ok(Err(error)),
    };
    let checked = check(app, &wanted, bytes).await?;
    drop(turn);
    let (bytes, mime) = match checked {
        Ok(checked) => checked,
        Err(error) => {
            fetching.refused.insert(attempt, error.0.clone());
            return Ok(Err(error));
        }
    };
    keep(app, wanted, bytes, mime).await.map(Ok)
}

async fn known(app: &App, wanted: &Wanted) -> Result<Option<String>> {
    let held = CACHED.get(&app.read()?, &wanted.key)?.filter(|held| held.source == wanted.url);
    let Some(held) = held else { return Ok(None) };
    let now = app.now();
    if now.since(held.used_at) >= DAY {
        let key = wanted.key.clone();
        app.write_relaxed(move |tx| Ok(CACHED.edit(tx, &key, |held| held.used_at = now)?)).await?;
    }
    Ok(Some(held.path))
}

async fn fetch(app: &App, wanted: &Wanted) -> Result<Bytes, Unshowable> {
    let url = wanted.url.parse().map_err(|_| Unshowable("its address is none".into()))?;
    let request = FetchRequest { max_bytes: wanted.most, total_timeout: PATIENCE, ..FetchRequest::get(url) };
    app.net.fetch(request).await.map(|fetched| fetched.body).map_err(|error| Unshowable(error.to_string()))
}

/// The type of a picture by its first bytes, whatever anybody says it is.
pub fn sniff(bytes: &[u8]) -> Option<&'static str> {
    let at = |from: usize, mark: &[u8]| bytes.get(from..from + mark.len()) == Some(mark);
    Some(match () {
        () if at(0, b"\x89PNG\r\n\x1a\n") => "image/png",
        () if at(0, b"\xff\xd8\xff") => "image/jpeg",
        () if at(0, b"GIF87a") || at(0, b"GIF89a") => "image/gif",
        () if at(0, b"RIFF") && at(8, b"WEBP") => "image/webp",
        () if at(4, b"ftypavif") || at(4, b"ftypavis") => "image/avif",
        () => return None,
    })
}

async fn check(
    app: &App,
    wanted: &Wanted,
    bytes: Bytes,
) -> Result<Result<(Bytes, &'static str), Unshowable>> {
    let Some(mime) = sniff(&bytes) else { return Ok(Err(Unshowable("it is no picture".into()))) };
    // Nothing here can look into AVIF; browsers can.
    if mime == "image/avif" {
        return Ok(Ok((bytes, mime)));
    }
    let size =
        image::ImageReader::new(Cursor::new(&bytes)).with_guessed_format().map(|file| file.into_dimensions());
    let pixels = match size {
        Ok(Ok((width, height))) => u64::from(width) * u64::from(height),
        _ => return Ok(Err(Unshowable("it is broken".into()))),
    };
    if pixels == 0 || pixels > Limits::ATTACHMENT.pixels {
        return Ok(Err(Unshowable("it has too many pixels".into())));
    }
    if !wanted.reduced || pixels <= Limits::ATTACHMENT.preview_pixels {
        return Ok(Ok((bytes, mime)));
    }
    let made = work(app, move || picture::process(&bytes, &Limits::ATTACHMENT)).await?;
    Ok(made
        .map(|made| (Bytes::from(made.preview.bytes), made.preview.mime))
        .map_err(|error| Unshowable(error.to_string())))
}

async fn keep(app: &App, wanted: Wanted, bytes: Bytes, mime: &'static str) -> Result<String> {
    let ending = ending(mime).ok_or_else(|| Error::internal("a picture of a type we do not serve"))?;
    let name = random_name();
    let path = format!("cache/{}/{name}.{ending}", name.get(..2).unwrap_or("00"));
    let size = bytes.len() as u64;
    app.blobs.put(&path, bytes, mime).await?;
    let kept = path.clone();
    app.write_relaxed(move |tx| {
        forget(tx, &wanted.key)?;
        let cached = Cached { source: wanted.url, path: kept, bytes: size, used_at: tx.now() };
        CACHED.put(tx, &wanted.key, &cached)?;
        let total = CACHED_BYTES.add(tx, &(), i64::try_from(size).unwrap_or(i64::MAX))?;
        if total > bound(tx.app()) { tx.enqueue(&TrimCache) } else { Ok(()) }
    })
    .await?;
    Ok(path)
}

/// Takes a copy away, and its blob a minute later.
///
/// # Errors
/// When the store fails.
pub fn forget(tx: &mut Tx<'_>, key: &str) -> Result<()> {
    let Some(held) = CACHED.delete(tx, &key.to_owned())? else { return Ok(()) };
    CACHED_BYTES.add(tx, &(), -i64::try_from(held.bytes).unwrap_or(0))?;
    let due = tx.now().plus(GRACE);
    tx.enqueue_at(&DropBlobs { paths: vec![held.path] }, due)
}

/// How many bytes the copies may have together (`media.cache_mb`).
fn bound(app: &App) -> i64 {
    i64::from(app.config.media.cache_mb) << 20
}

/// Takes the longest unused copies away while there are too many; answers whether more must go.
///
/// # Errors
/// When the store fails.
pub fn trim(tx: &mut Tx<'_>) -> Result<bool> {
    // A tenth of room, so that not each new picture trims again.
    let target = bound(tx.app()) / 10 * 9;
    let oldest = CACHED_BY_USE.page(&**tx, &(), &Window::oldest(STEP))?;
    for (_, key) in &oldest {
        if CACHED_BYTES.get(&**tx, &())? <= target {
            return Ok(false);
        }
        forget(tx, key)?;
    }
    Ok(!oldest.is_empty() && CACHED_BYTES.get(&**tx, &())? > target)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_known_by_content_and_nothing_else_is_one() {
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n...."), Some("image/png"));
        assert_eq!(sniff(b"RIFF\x00\x00\x00\x00WEBPVP8 "), Some("image/webp"));
        for bad in [&b""[..], b"<svg xmlns=", b"<html>", b"\x89PN", b"RIFF\x00\x00\x00\x00WAVE", b"ftypavif"]
        {
            assert_eq!(sniff(bad), None, "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_looked_at_without_panic(bytes in proptest::collection::vec(0u8..=255, 0..64)) {
            let _ = sniff(&bytes);
        }
    }
}
