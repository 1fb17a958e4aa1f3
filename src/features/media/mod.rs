//! Media: uploads, their processing, and the way to their bytes.

pub mod api;
pub mod cache;
pub mod clip;
pub mod heif;
pub mod jobs;
pub mod picture;
pub mod processing;
pub mod table;
pub mod view;

use shop_storage::Read;

use self::processing::Thumbnail;
use self::table::{MEDIA, Media, MediaKind, Stage};
use crate::features::instance;
use crate::platform::app::{App, Tx};
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Result};
use crate::platform::events::Event;
use crate::platform::http::problems::Problems;
use crate::platform::ids::{AccountId, MediaId, StatusId};
use crate::platform::place::Place;
use crate::platform::secret;
use crate::platform::text::count::{graphemes, truncate};

/// Most attachments of one status (behaviours §3).
pub const PER_STATUS: usize = 4;
/// Longest description, in characters; remote ones are cut there.
pub const DESCRIPTION: usize = 10_000;

/// A point to keep in view, each way -1..1.
pub type Focus = (f32, f32);

/// One attachment.
///
/// # Errors
/// 404 when there is none.
pub fn get(from: &dyn Read, id: MediaId) -> Result<Media> {
    MEDIA.get(from, &id)?.ok_or_else(Error::not_found)
}

/// An upload of `account` that hangs on no status yet.
///
/// # Errors
/// 404 for anything else.
pub fn own(from: &dyn Read, account: AccountId, id: MediaId) -> Result<Media> {
    let media = get(from, id)?;
    if media.account == account && media.status.is_none() { Ok(media) } else { Err(Error::not_found()) }
}

/// Reads `x,y`: two numbers from -1 to 1 (behaviours §6).
///
/// # Errors
/// 422 for anything else.
pub fn parse_focus(text: &str) -> Result<Focus> {
    let number = |part: &str| part.trim().parse::<f32>().ok().filter(|number| (-1.0..=1.0).contains(number));
    text.split_once(',')
        .and_then(|(x, y)| Some((number(x)?, number(y)?)))
        .ok_or_else(|| Error::invalid("Focus must be two numbers between -1 and 1"))
}

/// A description as it is kept; blank is none.
///
/// # Errors
/// 422 beyond [`DESCRIPTION`].
pub fn check_description(text: &str) -> Result<Option<String>> {
    let text = text.trim();
    let mut problems = Problems::default();
    problems.limit("description", graphemes(text), DESCRIPTION);
    problems.check()?;
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

/// The description of a remote attachment, cut to what we keep.
pub fn cut_description(text: &str) -> Option<String> {
    let text = truncate(text.trim(), DESCRIPTION);
    (!text.is_empty()).then(|| text.to_owned())
}

/// Keeps an upload that hangs on nothing yet; it ends after a day unless a status takes it (behaviours §6).
///
/// # Errors
/// When the store fails.
pub fn create(tx: &mut Tx<'_>, id: MediaId, media: &Media) -> Result<()> {
    MEDIA.put(tx, &id, media)?;
    expire_later(tx, id)
}

fn expire_later(tx: &mut Tx<'_>, id: MediaId) -> Result<()> {
    let due = tx.now().plus(DAY);
    tx.enqueue_at(&jobs::EndUpload { media: id }, due)
}

/// Hangs uploads of `account` on a status; those that hang on it already stay.
///
/// # Errors
/// 422 for too many, for others' uploads, and for those that hang on another status.
pub fn attach(tx: &mut Tx<'_>, account: AccountId, ids: &[MediaId], status: StatusId) -> Result<()> {
    if ids.len() > PER_STATUS {
        return Err(Error::invalid(format!("Cannot attach more than {PER_STATUS} files")));
    }
    let found = MEDIA.get_many(&**tx, ids)?;
    check_together(&found)?;
    let mut missing = Vec::new();
    for (id, media) in ids.iter().zip(found) {
        match media {
            Some(media) if media.account == account && media.status == Some(status) => {}
            Some(mut media) if media.account == account && media.status.is_none() => {
                media.status = Some(status);
                MEDIA.put(tx, id, &media)?;
            }
            _ => missing.push(id.to_string()),
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let ids = missing.join(", ");
    Err(Error::invalid(format!("Media with ids {ids} not found or already attached to another post")))
}

/// Frees uploads that were reserved under `status`, so that a post can take them.
///
/// # Errors
/// When the store fails.
pub fn release(tx: &mut Tx<'_>, ids: &[MediaId], status: StatusId) -> Result<()> {
    for id in ids {
        MEDIA.edit(tx, id, |media| {
            if media.status == Some(status) {
                media.status = None;
            }
        })?;
    }
    Ok(())
}

/// What may hang on one status (behaviours §4): a video or a sound stands alone, and everything has been processed.
fn check_together(found: &[Option<Media>]) -> Result<()> {
    let known = || found.iter().flatten();
    if known().any(|media| media.stage != Stage::Done) {
        let words = "Cannot attach files that have not finished processing. Try again in a moment!";
        return Err(Error::invalid(words));
    }
    if found.len() > 1 && known().any(|media| matches!(media.kind, MediaKind::Video | MediaKind::Audio)) {
        return Err(Error::invalid("Cannot attach a video to a post that already contains images"));
    }
    Ok(())
}

/// The types of files that can be uploaded to this server as it is now (entities: `supported_mime_types`).
pub async fn supported(app: &App) -> Vec<&'static str> {
    const PICTURES: [&str; 4] = ["image/jpeg", "image/png", "image/gif", "image/webp"];
    const CLIPS: [&str; 21] = [
        "video/webm",
        "video/mp4",
        "video/quicktime",
        "video/ogg",
        "audio/wave",
        "audio/wav",
        "audio/x-wav",
        "audio/x-pn-wave",
        "audio/vnd.wave",
        "audio/ogg",
        "audio/vorbis",
        "audio/mpeg",
        "audio/mp3",
        "audio/webm",
        "audio/flac",
        "audio/aac",
        "audio/m4a",
        "audio/x-m4a",
        "audio/mp4",
        "audio/3gpp",
        "video/x-ms-asf",
    ];
    let mut types = PICTURES.to_vec();
    if let Some(tools) = clip::tools(app).await {
        types.extend(tools.avif.then_some("image/avif"));
        types.extend(CLIPS);
    }
    if heif::converter(app).await.is_some() {
        types.extend(["image/heic", "image/heif"]);
    }
    types
}

/// Takes an attachment off its status: it waits a day for another one, then ends.
///
/// # Errors
/// When the store fails.
pub fn detach(tx: &mut Tx<'_>, id: MediaId) -> Result<()> {
    let now = tx.now();
    let found = MEDIA.edit(tx, &id, |media| {
        media.status = None;
        media.created_at = now;
        media.original.blob().is_some()
    })?;
    match found {
        Some(true) => expire_later(tx, id),
        // Nobody here can hang a remote file on another status.
        Some(false) => remove(tx, id),
        None => Ok(()),
    }
}

/// Changes the description and the focus of an attachment. `None` leaves as it is.
///
/// # Errors
/// 404 when there is none; 422 for a description that is too long.
pub fn describe(tx: &mut Tx<'_>, id: MediaId, description: Option<&str>, focus: Option<Focus>) -> Result<()> {
    let description = description.map(check_description).transpose()?;
    MEDIA
        .edit(tx, &id, |media| {
            if let Some(description) = description {
                media.description = description;
            }
            media.focus = focus.or(media.focus);
        })?
        .ok_or_else(Error::not_found)?;
    tx.tell(Event::MediaChanged { media: id });
    Ok(())
}

/// Gives a video or sound another thumbnail; the old one goes. Of an attachment that is gone the new one goes.
///
/// # Errors
/// When the store fails.
pub fn show_thumbnail(tx: &mut Tx<'_>, id: MediaId, thumbnail: Thumbnail) -> Result<()> {
    let new = thumbnail.place().clone();
    let old = MEDIA.edit(tx, &id, |media| thumbnail.put_on(media))?.unwrap_or(Some(new));
    tx.tell(Event::MediaChanged { media: id });
    discard(tx, old.as_ref().and_then(Place::blob).map(str::to_owned).into_iter().collect())
}

/// Takes an attachment away, bytes and all. None there is no error.
///
/// # Errors
/// When the store fails.
pub fn remove(tx: &mut Tx<'_>, id: MediaId) -> Result<()> {
    let Some(media) = MEDIA.delete(tx, &id)? else { return Ok(()) };
    let places = [Some(&media.original), media.preview.as_ref()];
    discard(tx, places.into_iter().flatten().filter_map(Place::blob).map(str::to_owned).collect())
}

/// Takes blobs away that nothing shows any more, as a job of this transaction.
///
/// # Errors
/// When the store fails.
pub fn discard(tx: &mut Tx<'_>, paths: Vec<String>) -> Result<()> {
    if paths.is_empty() { Ok(()) } else { tx.enqueue(&jobs::DropBlobs { paths }) }
}

/// What lets a browser see a remote file of a status that not everybody may see: a browser sends no token with
/// pictures, so the address itself must be one that only those know who were shown it.
pub struct Seal([u8; 32]);

impl Seal {
    /// The seal of this server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn of(from: &dyn Read) -> Result<Self> {
        Ok(Self(instance::get(from)?.token_secret))
    }

    /// The key in the address of one file.
    pub fn key(&self, id: MediaId) -> String {
        secret::text(&secret::derive(&self.0, &[b"media", &id.get().to_be_bytes()]))
    }

    /// Whether `key` opens that file.
    pub fn opens(&self, id: MediaId, key: &str) -> bool {
        secret::same(self.key(id).as_bytes(), key.as_bytes())
    }
}

/// The addresses of the remote files of `app` can be made at any time.
///
/// # Errors
/// When the store fails.
pub fn seal(app: &App, from: &dyn Read) -> Result<std::sync::Arc<Seal>> {
    let kept = app.part::<KeptSeal>();
    if let Some(seal) = kept.0.get() {
        return Ok(seal.clone());
    }
    let seal = std::sync::Arc::new(Seal::of(from)?);
    Ok(kept.0.get_or_init(|| seal).clone())
}

/// The seal, read once: it never changes while a server lives.
#[derive(Default)]
struct KeptSeal(std::sync::OnceLock<std::sync::Arc<Seal>>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_focus_is_two_numbers_within_the_picture() {
        assert_eq!(parse_focus("-1,0.5").unwrap(), (-1.0, 0.5));
        for bad in ["", "1", "2,0", "0,-1.01", "NaN,0", "inf,0", "a,b", "0,0,0"] {
            assert!(parse_focus(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn descriptions_end_at_their_limit() {
        assert!(check_description(&"é".repeat(DESCRIPTION)).is_ok());
        assert!(check_description(&"é".repeat(DESCRIPTION + 1)).is_err());
        assert_eq!(check_description("  ").unwrap(), None);
        assert_eq!(cut_description(&"x".repeat(DESCRIPTION + 5)).map(|text| text.len()), Some(DESCRIPTION));
    }
}
