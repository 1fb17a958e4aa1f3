//! The JSON entity MediaAttachment.

use std::collections::HashMap;

use serde::Serialize;
use shop_storage::Read;

use super::table::{Colours, MEDIA, Media, MediaKind, Size, Stage};
use super::{Seal, seal};
use crate::platform::app::App;
use crate::platform::config::Config;
use crate::platform::error::{Error, Result};
use crate::platform::files::blob_url;
use crate::platform::ids::MediaId;
use crate::platform::place::Place;

/// An attachment (entities: MediaAttachment; the notes on each key are there).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs)]
pub struct MediaView {
    pub id: MediaId,
    #[serde(rename = "type")]
    pub kind: &'static str,
    pub url: Option<String>,
    pub preview_url: Option<String>,
    pub remote_url: Option<String>,
    pub preview_remote_url: Option<String>,
    pub text_url: Option<String>,
    pub meta: Option<Meta>,
    pub description: Option<String>,
    pub blurhash: Option<String>,
}

impl MediaView {
    /// The same as an address only: its server's media are not taken (behaviours §25).
    #[must_use]
    pub fn withheld(self) -> Self {
        Self {
            kind: MediaKind::Unknown.word(),
            url: self.remote_url.clone(),
            preview_url: None,
            preview_remote_url: None,
            meta: None,
            blurhash: None,
            ..self
        }
    }
}

/// What is measured of an attachment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Meta {
    /// Of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<Original>,
    /// Of the preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small: Option<SizeView>,
    /// The point to keep in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<FocusView>,
    /// Colours that go with the cover of a sound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub colors: Option<ColoursView>,
}

/// What is measured of the original: pictures, what moves, and what sounds each have their keys.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Original {
    /// Of a picture, and of remote files of which no more is known.
    Picture(SizeView),
    /// Of a video or a loop.
    #[allow(missing_docs, reason = "the keys are those of the entity")]
    Video {
        width: u32,
        height: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        frame_rate: Option<String>,
        duration: f64,
        bitrate: u64,
    },
    /// Of a sound.
    #[allow(missing_docs, reason = "the keys are those of the entity")]
    Audio { duration: f64, bitrate: u64 },
}

impl Original {
    fn of(media: &Media) -> Option<Self> {
        let Some(clip) = media.clip else { return media.size.map(|size| Self::Picture(SizeView(size))) };
        // A length of milliseconds fits.
        let (duration, bitrate) = (clip.duration_ms as f64 / 1_000.0, clip.bitrate);
        let frame_rate = clip.frame_rate.map(|(above, below)| format!("{above}/{below}"));
        Some(match media.size {
            Some(Size { width, height }) => Self::Video { width, height, frame_rate, duration, bitrate },
            None => Self::Audio { duration, bitrate },
        })
    }

    /// Width and height, where it has them.
    pub fn pixels(&self) -> Option<(u32, u32)> {
        match self {
            Self::Picture(size) => Some(size.pixels()),
            Self::Video { width, height, .. } => Some((*width, *height)),
            Self::Audio { .. } => None,
        }
    }
}

/// Colours as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[allow(missing_docs, reason = "the keys are those of the entity")]
pub struct ColoursView {
    background: String,
    foreground: String,
    accent: String,
}

impl From<Colours> for ColoursView {
    fn from(colours: Colours) -> Self {
        let hex = |[r, g, b]: [u8; 3]| format!("#{r:02x}{g:02x}{b:02x}");
        Self {
            background: hex(colours.background),
            foreground: hex(colours.foreground),
            accent: hex(colours.accent),
        }
    }
}

/// A size in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeView(Size);

impl SizeView {
    /// Width and height.
    pub fn pixels(self) -> (u32, u32) {
        (self.0.width, self.0.height)
    }
}

impl Serialize for SizeView {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let Size { width, height } = self.0;
        let mut fields = out.serialize_struct("Size", 4)?;
        fields.serialize_field("width", &width)?;
        fields.serialize_field("height", &height)?;
        fields.serialize_field("size", &format!("{width}x{height}"))?;
        fields.serialize_field("aspect", &(f64::from(width) / f64::from(height.max(1))))?;
        fields.end()
    }
}

/// A point, each way -1..1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct FocusView {
    x: f32,
    y: f32,
}

/// Attachments by id: one store round trip however many they are.
///
/// # Errors
/// When the store fails.
pub fn load(app: &App, from: &dyn Read, ids: &[MediaId]) -> Result<HashMap<MediaId, MediaView>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let seal = seal(app, from)?;
    let records = MEDIA.get_many(from, ids)?;
    Ok(ids
        .iter()
        .zip(records)
        .filter_map(|(id, media)| Some((*id, view(&app.config, &seal, *id, media?))))
        .collect())
}

/// One attachment.
///
/// # Errors
/// 404 when there is none.
pub fn one(app: &App, from: &dyn Read, id: MediaId) -> Result<MediaView> {
    load(app, from, &[id])?.remove(&id).ok_or_else(Error::not_found)
}

fn view(config: &Config, seal: &Seal, id: MediaId, media: Media) -> MediaView {
    let proxied =
        |style: &str| format!("{}/media_proxy/{id}/{style}?key={}", config.base_url(), seal.key(id));
    let url = match &media.original {
        _ if media.stage != Stage::Done => None,
        Place::Blob(path) => Some(blob_url(config, path)),
        // What we cannot show is linked, not fetched.
        Place::Remote(url) if media.kind == MediaKind::Unknown => Some(url.clone()),
        Place::Remote(_) => Some(proxied("original")),
    };
    let preview_url = match (&media.preview, &media.original) {
        (Some(Place::Blob(path)), _) => Some(blob_url(config, path)),
        (Some(Place::Remote(_)), _) => Some(proxied("small")),
        (None, Place::Remote(_)) if media.kind == MediaKind::Image => Some(proxied("small")),
        (None, Place::Blob(_)) if media.kind == MediaKind::Image => url.clone(),
        _ => None,
    };
    let meta = Meta {
        original: Original::of(&media),
        small: media.preview_size.map(SizeView),
        focus: media.focus.map(|(x, y)| FocusView { x, y }),
        colors: media.colours.map(ColoursView::from),
    };
    let empty = Meta { original: None, small: None, focus: None, colors: None };
    MediaView {
        id,
        kind: media.kind.word(),
        url,
        preview_url,
        remote_url: media.original.remote().map(str::to_owned),
        preview_remote_url: media.preview.as_ref().and_then(Place::remote).map(str::to_owned),
        text_url: media.original.blob().map(|_| format!("{}/media/{id}", config.base_url())),
        meta: (meta != empty).then_some(meta),
        description: media.description,
        blurhash: media.blurhash,
    }
}
