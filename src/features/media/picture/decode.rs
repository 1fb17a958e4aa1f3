//! Reads pictures of people one does not know: type by content, size before pixels, memory bounded.

use std::io::Cursor;

use image::error::{ImageError, LimitErrorKind};
use image::metadata::Orientation;
use image::{ColorType, DynamicImage, ImageDecoder, ImageFormat, ImageReader};

use super::{Limits, PictureError};

/// Most memory for the pixels of a picture. Enough for 8 bits a channel at the largest size; a picture with
/// 16 bits must be smaller.
const MAX_DECODED_BYTES: u64 = 160 * 1024 * 1024;
/// Largest colour profile kept; those of cameras and screens have less than 4 KiB.
const MAX_ICC_LEN: usize = 16 * 1024;

/// The types taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    Gif,
    WebP,
}

/// A picture in memory.
pub(super) struct Decoded {
    /// Its pixels, 8 bits a channel, as they lie in the file. Of an animation the first frame.
    pub image: DynamicImage,
    /// Its colour profile, if there is one that fits the pixels.
    pub icc: Option<Vec<u8>>,
    /// Its type.
    pub format: Format,
    /// How it must be turned to stand upright.
    pub orientation: Orientation,
}

/// Reads a picture within the limits.
pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Decoded, PictureError> {
    if bytes.len() > limits.bytes {
        return Err(PictureError::TooManyBytes { limit: limits.bytes });
    }
    let guessed = image::guess_format(bytes).map_err(|_| PictureError::UnknownType)?;
    let (format, pixels) = match guessed {
        ImageFormat::Jpeg => (Format::Jpeg, limits.pixels),
        ImageFormat::Png => (Format::Png, limits.pixels),
        ImageFormat::WebP => (Format::WebP, limits.pixels),
        ImageFormat::Gif => (Format::Gif, limits.gif_pixels),
        _ => return Err(PictureError::UnknownType),
    };
    let too_large = PictureError::TooManyPixels { limit: pixels };
    let broken = |error: ImageError| match &error {
        ImageError::Limits(limit) if !matches!(limit.kind(), LimitErrorKind::Unsupported { .. }) => {
            PictureError::TooManyPixels { limit: pixels }
        }
        error => PictureError::Broken(error.to_string()),
    };
    let mut reader = ImageReader::with_format(Cursor::new(bytes), guessed);
    reader.limits(decoder_limits());
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > pixels || decoder.total_bytes() > MAX_DECODED_BYTES {
        return Err(too_large);
    }
    if width == 0 || height == 0 {
        return Err(PictureError::Broken("it has no pixels".into()));
    }
    // Broken metadata does not make the picture unreadable: it is as if there were none.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let colours = decoder.color_type();
    let icc = decoder.icc_profile().ok().flatten().filter(|icc| profile_fits(icc, colours));
    let image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    Ok(Decoded { image: with_eight_bits(image), icc, format, orientation })
}

/// What a decoder may use.
pub(super) fn decoder_limits() -> image::Limits {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MAX_DECODED_BYTES);
    limits
}

/// Whether a colour profile describes pixels of this kind: one for print does not fit what the decoder has
/// turned into colours of screens. Bytes 16 to 20 of a profile name its colour space (ICC.1:2022, 7.2.6).
fn profile_fits(icc: &[u8], colours: ColorType) -> bool {
    let space = icc.get(16..20).unwrap_or_default();
    let wanted: &[u8] = if colours.has_color() { b"RGB " } else { b"GRAY" };
    icc.len() <= MAX_ICC_LEN && space == wanted
}

fn with_eight_bits(image: DynamicImage) -> DynamicImage {
    match image.color() {
        ColorType::L8 | ColorType::La8 | ColorType::Rgb8 | ColorType::Rgba8 => image,
        ColorType::L16 => DynamicImage::ImageLuma8(image.into_luma8()),
        ColorType::La16 => DynamicImage::ImageLumaA8(image.into_luma_alpha8()),
        colours if colours.has_alpha() => DynamicImage::ImageRgba8(image.into_rgba8()),
        _ => DynamicImage::ImageRgb8(image.into_rgb8()),
    }
}
