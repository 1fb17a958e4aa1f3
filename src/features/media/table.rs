//! Media attachments: what is known of each picture, video or sound. The bytes are in the blob store.

use serde::{Deserialize, Serialize};
use shop_storage::{Catalog, Counter, Index, IndexRows, Row, Table, record};

use crate::platform::clock::Millis;
use crate::platform::ids::{AccountId, MediaId, StatusId};
use crate::platform::place::Place;

/// What an attachment is (entities: MediaAttachment.type).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MediaKind {
    /// A still picture.
    Image,
    /// A silent loop.
    Gifv,
    /// A video.
    Video,
    /// A sound.
    Audio,
    /// Something we cannot show.
    Unknown,
}

impl MediaKind {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Gifv => "gifv",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Unknown => "unknown",
        }
    }
}

/// A width and a height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// An attachment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Media {
    /// Who uploaded it.
    pub account: AccountId,
    /// The status it hangs on; an upload that hangs on none ends after a day (behaviours §6).
    pub status: Option<StatusId>,
    /// What it is.
    pub kind: MediaKind,
    /// The type of the original, such as `image/png`.
    pub mime: String,
    /// The original.
    pub original: Place,
    /// The reduced picture.
    pub preview: Option<Place>,
    /// Size of the original, when known.
    pub size: Option<Size>,
    /// Size of the preview.
    pub preview_size: Option<Size>,
    /// The point to keep in view when cropped, -1..1 each way.
    pub focus: Option<(f32, f32)>,
    /// Alternative text.
    pub description: Option<String>,
    /// A blurred stand-in.
    pub blurhash: Option<String>,
    /// When it was uploaded or received.
    pub created_at: Millis,
}
record!(Media, 1);

impl Row for Media {
    type Key = MediaId;

    fn index(&self, key: &MediaId, rows: &mut IndexRows) {
        if self.status.is_none() && matches!(self.original, Place::Blob(_)) {
            rows.add(&UNATTACHED, &(), &(self.created_at, *key));
        }
    }
}

/// A remote file that we keep a copy of. Keyed by what it is, such as `attachments/ID/original`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cached {
    /// Where it came from; another address there means another file.
    pub source: String,
    /// Our copy in the blob store.
    pub path: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The last time it was asked for, to within a day.
    pub used_at: Millis,
}
record!(Cached, 1);

impl Row for Cached {
    type Key = String;

    fn index(&self, key: &String, rows: &mut IndexRows) {
        rows.add(&CACHED_BY_USE, &(), &(self.used_at, key.clone()));
    }
}

/// All attachments.
pub const MEDIA: Table<Media> = Table::new(0x34, "media");
/// Uploads that hang on no status, oldest first.
pub const UNATTACHED: Index<(), (Millis, MediaId)> = Index::new(0x35, "media_unattached");
/// Copies of remote files.
pub const CACHED: Table<Cached> = Table::new(0x36, "media_cache");
/// The copies, longest unused first.
pub const CACHED_BY_USE: Index<(), (Millis, String)> = Index::new(0x37, "media_cache_by_use");
/// How many bytes all copies have.
pub const CACHED_BYTES: Counter<()> = Counter::new(0x38, "media_cache_bytes");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.table(&MEDIA);
    catalog.index(&UNATTACHED);
    catalog.table(&CACHED);
    catalog.index(&CACHED_BY_USE);
    catalog.counter(&CACHED_BYTES);
}
