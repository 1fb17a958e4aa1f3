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

/// How far the work on an attachment is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// It can be shown.
    Done,
    /// A job is at work on it, or will be; the bytes are not where [`Media::original`] says yet.
    Waiting,
    /// It came to nothing; why, for the log.
    Failed(String),
}

/// What is known of a video or a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clip {
    /// Frames a second, as a fraction; none for a sound.
    pub frame_rate: Option<(u32, u32)>,
    /// Its length in milliseconds.
    pub duration_ms: u64,
    /// Bits a second.
    pub bitrate: u64,
}

/// Colours that go with the cover of a sound: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colours {
    /// Of the ground.
    pub background: [u8; 3],
    /// Of what is written on it.
    pub foreground: [u8; 3],
    /// Of what shall be seen.
    pub accent: [u8; 3],
}

/// An attachment as it was kept before there were videos and sounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "see Media")]
pub struct MediaV1 {
    pub account: AccountId,
    pub status: Option<StatusId>,
    pub kind: MediaKind,
    pub mime: String,
    pub original: Place,
    pub preview: Option<Place>,
    pub size: Option<Size>,
    pub preview_size: Option<Size>,
    pub focus: Option<(f32, f32)>,
    pub description: Option<String>,
    pub blurhash: Option<String>,
    pub created_at: Millis,
}
record!(MediaV1, 1);

impl From<MediaV1> for Media {
    fn from(old: MediaV1) -> Self {
        Self {
            account: old.account,
            status: old.status,
            kind: old.kind,
            mime: old.mime,
            original: old.original,
            preview: old.preview,
            size: old.size,
            preview_size: old.preview_size,
            focus: old.focus,
            description: old.description,
            blurhash: old.blurhash,
            created_at: old.created_at,
            stage: Stage::Done,
            clip: None,
            colours: None,
            bytes: 0,
        }
    }
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
    /// How far the work on it is.
    pub stage: Stage,
    /// What is known of it when it moves or sounds.
    pub clip: Option<Clip>,
    /// Colours that go with the cover of a sound.
    pub colours: Option<Colours>,
    /// Bytes of the original in our blob store; 0 where nobody counted.
    pub bytes: u64,
}
record!(Media, 2, from MediaV1);

impl Media {
    /// An attachment of which nothing more is known yet.
    pub fn new(
        account: AccountId,
        kind: MediaKind,
        mime: String,
        original: Place,
        created_at: Millis,
    ) -> Self {
        Self {
            account,
            status: None,
            kind,
            mime,
            original,
            preview: None,
            size: None,
            preview_size: None,
            focus: None,
            description: None,
            blurhash: None,
            created_at,
            stage: Stage::Done,
            clip: None,
            colours: None,
            bytes: 0,
        }
    }
}

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

#[cfg(test)]
mod tests {
    use shop_storage::{decode_record, encode_record};

    use super::*;

    #[test]
    fn attachments_of_the_first_version_are_read() {
        let old = MediaV1 {
            account: AccountId::new(1),
            status: Some(StatusId::new(2)),
            kind: MediaKind::Video,
            mime: "video/mp4".into(),
            original: Place::Remote("https://a.example/1.mp4".into()),
            preview: None,
            size: Some(Size { width: 3, height: 2 }),
            preview_size: None,
            focus: Some((0.5, -0.5)),
            description: None,
            blurhash: None,
            created_at: Millis(9),
        };
        let bytes = encode_record(&old).unwrap();
        let golden = "01010100000000000000010200000000000000020000000900000000000000766964656f2f6d7034010000\
                      00170000000000000068747470733a2f2f612e6578616d706c652f312e6d703400010300000002000000\
                      00010000003f000000bf00000900000000000000";
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, golden);
        let read: Media = decode_record(&bytes).unwrap();
        assert_eq!(read, Media::from(old));
        assert_eq!((read.stage, read.bytes), (Stage::Done, 0));
    }

    #[test]
    fn the_bytes_of_an_attachment_stay_as_they_are() {
        let media = Media {
            stage: Stage::Failed("x".into()),
            clip: Some(Clip { frame_rate: Some((30, 1)), duration_ms: 1_500, bitrate: 9 }),
            colours: Some(Colours { background: [1, 2, 3], foreground: [4, 5, 6], accent: [7, 8, 9] }),
            bytes: 77,
            ..Media::new(AccountId::new(1), MediaKind::Audio, "a".into(), Place::Blob("b".into()), Millis(9))
        };
        let bytes = encode_record(&media).unwrap();
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let golden = "01020100000000000000000300000001000000000000006100000000010000000000000062000000000000\
                      09000000000000000200000001000000000000007801011e00000001000000dc05000000000000090000\
                      0000000000010102030405060708094d00000000000000";
        assert_eq!(hex, golden);
        assert_eq!(decode_record::<Media>(&bytes).unwrap(), media);
    }
}
