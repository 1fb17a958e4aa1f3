//! Makes uploaded pictures safe and small: checked by content, scaled, stripped of what they tell about
//! their maker.
//!
//! All of it takes time and memory (up to some seconds and about 250 MB for the largest picture allowed):
//! call it on a blocking thread, few at a time.
//!
//! What comes out of what:
//! - JPEG is turned upright, scaled if too large, and written anew.
//! - PNG stays PNG. One that needs no scaling or turning keeps its pixels as they were packed and loses only
//!   its metadata, so that a carefully packed picture does not grow.
//! - WebP becomes JPEG, or PNG where it is transparent, since only lossless WebP could be written.
//! - A GIF of one frame becomes PNG. An animated GIF stays as it is, without metadata, where nothing can make a
//!   loop of it (`clip`). Clients show it as an image that moves, and its preview is its first frame.

use image::DynamicImage;

use crate::features::media::table::Colours;

mod colours;
mod decode;
mod encode;
mod strip;

use decode::{Decoded, Format, decode};
use encode::{blurhash, cover, encode, encode_still, fit};

/// Side of an avatar in pixels.
pub const AVATAR_SIDE: u32 = 400;
/// Most pixels of a header (1500 × 500).
pub const HEADER_PIXELS: u64 = 750_000;
/// Most frames of an animated avatar that has to be scaled; one with more stands still.
const MAX_AVATAR_FRAMES: usize = 120;

/// How large pictures may be (behaviours §6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes taken in.
    pub bytes: usize,
    /// Most pixels taken in.
    pub pixels: u64,
    /// Most pixels of a GIF taken in.
    pub gif_pixels: u64,
    /// Pixels down to which the original is scaled.
    pub original_pixels: u64,
    /// Pixels down to which the preview is scaled.
    pub preview_pixels: u64,
}

impl Limits {
    /// For pictures in posts.
    pub const ATTACHMENT: Self = Self {
        bytes: 16 * 1024 * 1024,
        pixels: 33_177_600,
        gif_pixels: 921_600,
        original_pixels: 8_294_400,
        preview_pixels: 230_400,
    };
    /// For avatars and headers.
    pub const PROFILE: Self = Self { bytes: 8 * 1024 * 1024, ..Self::ATTACHMENT };
}

/// A picture as it is stored and sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Encoded {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its type: `image/jpeg`, `image/png` or `image/gif`.
    pub mime: &'static str,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl Encoded {
    /// The ending of a file name that goes with the type.
    pub fn extension(&self) -> &'static str {
        match self.mime {
            "image/jpeg" => "jpg",
            "image/gif" => "gif",
            _ => "png",
        }
    }
}

/// A picture of a post, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The picture.
    pub original: Encoded,
    /// A small still of it.
    pub preview: Encoded,
    /// Blurhash of the preview, 4 × 4 components.
    pub blurhash: String,
    /// Whether the original moves.
    pub animated: bool,
}

/// An avatar or header, ready to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfilePicture {
    /// The picture.
    pub picture: Encoded,
    /// A still of it when it moves.
    pub still: Option<Encoded>,
}

/// Why a picture was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// The file has too many bytes.
    #[error("the file is larger than {limit} bytes")]
    TooManyBytes {
        /// The most there may be.
        limit: usize,
    },
    /// The picture has too many pixels, or takes too much memory to read.
    #[error("the picture has more than {limit} pixels")]
    TooManyPixels {
        /// The most there may be.
        limit: u64,
    },
    /// The content is no picture of a type we take, whatever its name says.
    #[error("this is not a JPEG, PNG, GIF or WebP picture")]
    UnknownType,
    /// The picture cannot be read to its end.
    #[error("the picture is broken: {0}")]
    Broken(String),
}

/// Makes a picture for a post.
///
/// # Errors
/// When the file is too large, of another type, or broken.
pub fn process(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    let decoded = decode(bytes, limits)?;
    let kept = kept_file(bytes, &decoded, limits.original_pixels)?;
    let animated = kept.as_ref().is_some_and(|kept| kept.mime == "image/gif");
    let Decoded { image, icc, format, orientation } = decoded;
    // Scaling first: turning needs a second copy.
    let mut image = fit(image, limits.original_pixels)?;
    image.apply_orientation(orientation);
    let original = match kept {
        Some(kept) => kept,
        None => encode(&image, format, icc.as_deref())?,
    };
    let preview = fit(image, limits.preview_pixels)?;
    Ok(Picture {
        original,
        blurhash: blurhash(&preview)?,
        preview: encode_still(&preview, icc.as_deref())?,
        animated,
    })
}

/// The size of a picture as it is seen, and its blurhash.
///
/// # Errors
/// As [`process`].
pub fn measured(bytes: &[u8], limits: &Limits) -> Result<((u32, u32), String), PictureError> {
    let Decoded { image, orientation, .. } = decode(bytes, limits)?;
    let mut small = fit(image, limits.preview_pixels)?;
    small.apply_orientation(orientation);
    Ok(((small.width(), small.height()), blurhash(&small)?))
}

/// Whether a GIF within the limits has more than one frame.
pub fn moves(bytes: &[u8], limits: &Limits) -> bool {
    decode(bytes, limits).is_ok() && strip::gif(bytes).is_ok_and(|gif| gif.frames > 1)
}

/// A small picture that stands for something that moves or sounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// The picture.
    pub picture: Encoded,
    /// Its blurhash, 4 × 4 components.
    pub blurhash: String,
    /// The colours that go with it.
    pub colours: Colours,
}

/// Makes a cover: the preview of a picture.
///
/// # Errors
/// As [`process`].
pub fn cover_of(bytes: &[u8]) -> Result<Cover, PictureError> {
    let Decoded { image, icc, orientation, .. } = decode(bytes, &Limits::ATTACHMENT)?;
    let mut small = fit(image, Limits::ATTACHMENT.preview_pixels)?;
    small.apply_orientation(orientation);
    Ok(Cover {
        blurhash: blurhash(&small)?,
        colours: colours::colours(&small)?,
        picture: encode_still(&small, icc.as_deref())?,
    })
}

/// The same of a frame, which stays as it is: the PNG that was made of it (behaviours §6).
///
/// # Errors
/// As [`process`].
pub fn frame_of(bytes: Vec<u8>) -> Result<Cover, PictureError> {
    let Decoded { image, .. } = decode(&bytes, &Limits::ATTACHMENT)?;
    let (width, height) = (image.width(), image.height());
    let (blurhash, colours) = (blurhash(&image)?, colours::colours(&image)?);
    let picture = Encoded { bytes: strip::png(&bytes)?, mime: "image/png", width, height };
    Ok(Cover { picture, blurhash, colours })
}

/// Makes an avatar: the middle of the picture, 400 × 400. An animated GIF keeps moving unless it is larger
/// and too long to scale.
///
/// # Errors
/// As [`process`], with the limits for profiles.
pub fn avatar(bytes: &[u8]) -> Result<ProfilePicture, PictureError> {
    let decoded = decode(bytes, &Limits::PROFILE)?;
    let side = u64::from(AVATAR_SIDE);
    let small = decoded.image.width().max(decoded.image.height()) <= AVATAR_SIDE;
    let animation = match decoded.format {
        Format::Gif if strip::gif(bytes)?.frames < 2 => None,
        Format::Gif if small => kept_file(bytes, &decoded, side * side)?,
        Format::Gif => encode::animated_cover(bytes, AVATAR_SIDE, MAX_AVATAR_FRAMES)?,
        _ => None,
    };
    let Decoded { mut image, icc, format, orientation } = decoded;
    image = cover(&image, AVATAR_SIDE)?;
    image.apply_orientation(orientation);
    let still = encode(&image, format, icc.as_deref())?;
    Ok(moving_or_still(animation, still))
}

/// Makes a header: at most 750,000 pixels. An animated GIF keeps moving unless it is larger.
///
/// # Errors
/// As [`process`], with the limits for profiles.
pub fn header(bytes: &[u8]) -> Result<ProfilePicture, PictureError> {
    let decoded = decode(bytes, &Limits::PROFILE)?;
    let kept = kept_file(bytes, &decoded, HEADER_PIXELS)?;
    let Decoded { image, icc, format, orientation } = decoded;
    let mut image = fit(image, HEADER_PIXELS)?;
    image.apply_orientation(orientation);
    match kept {
        Some(kept) if kept.mime != "image/gif" => Ok(ProfilePicture { picture: kept, still: None }),
        animation => Ok(moving_or_still(animation, encode(&image, format, icc.as_deref())?)),
    }
}

fn moving_or_still(animation: Option<Encoded>, still: Encoded) -> ProfilePicture {
    match animation {
        Some(picture) => ProfilePicture { picture, still: Some(still) },
        None => ProfilePicture { picture: still, still: None },
    }
}

/// The file itself without its metadata, where that is better than writing it anew: an animated GIF, or a
/// PNG that is upright, each small enough.
fn kept_file(bytes: &[u8], decoded: &Decoded, pixels: u64) -> Result<Option<Encoded>, PictureError> {
    let (width, height) = (decoded.image.width(), decoded.image.height());
    if pixels_of(&decoded.image) > pixels {
        return Ok(None);
    }
    let upright = decoded.orientation == image::metadata::Orientation::NoTransforms;
    let (bytes, mime) = match decoded.format {
        Format::Png if upright => (strip::png(bytes)?, "image/png"),
        Format::Gif => match strip::gif(bytes)? {
            stripped if stripped.frames > 1 => (stripped.bytes, "image/gif"),
            _ => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok(Some(Encoded { bytes, mime, width, height }))
}

fn pixels_of(image: &DynamicImage) -> u64 {
    u64::from(image.width()) * u64::from(image.height())
}

#[cfg(test)]
mod tests;
