//! The JSON entity MediaAttachment.

use std::collections::HashMap;

use serde::Serialize;
use shop_storage::Read;

use super::table::{MEDIA, Media, MediaKind, Size};
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

/// Sizes and focus of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Meta {
    /// Of the original.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<SizeView>,
    /// Of the preview.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub small: Option<SizeView>,
    /// The point to keep in view.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<FocusView>,
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
        Place::Blob(path) => blob_url(config, path),
        // What we cannot show is linked, not fetched.
        Place::Remote(url) if media.kind == MediaKind::Unknown => url.clone(),
        Place::Remote(_) => proxied("original"),
    };
    let preview_url = match (&media.preview, &media.original) {
        (Some(Place::Blob(path)), _) => Some(blob_url(config, path)),
        (Some(Place::Remote(_)), _) => Some(proxied("small")),
        (None, Place::Remote(_)) if media.kind == MediaKind::Image => Some(proxied("small")),
        (None, Place::Blob(_)) if media.kind == MediaKind::Image => Some(url.clone()),
        _ => None,
    };
    let meta = Meta {
        original: media.size.map(SizeView),
        small: media.preview_size.map(SizeView),
        focus: media.focus.map(|(x, y)| FocusView { x, y }),
    };
    let empty = Meta { original: None, small: None, focus: None };
    MediaView {
        id,
        kind: media.kind.word(),
        url: Some(url),
        preview_url,
        remote_url: media.original.remote().map(str::to_owned),
        preview_remote_url: media.preview.as_ref().and_then(Place::remote).map(str::to_owned),
        text_url: None,
        meta: (meta != empty).then_some(meta),
        description: media.description,
        blurhash: media.blurhash,
    }
}
