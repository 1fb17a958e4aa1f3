//! Scales pictures and writes them.

use std::io::Cursor;

use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::gif::{GifDecoder, GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::{AnimationDecoder, DynamicImage, Frame, GenericImageView, ImageDecoder, ImageEncoder};

use super::decode::{Format, decoder_limits};
use super::{Encoded, PictureError, pixels_of};

/// Quality of JPEG, of 100.
const JPEG_QUALITY: u8 = 85;
/// Speed of the colour reduction of GIF, 1 to 30: good enough for small pictures.
const GIF_SPEED: i32 = 20;
/// Components of a blurhash in each direction.
const BLURHASH_COMPONENTS: u32 = 4;
/// Pixels from which a blurhash is made: more do not change it.
const BLURHASH_PIXELS: u64 = 1024;

fn broken(error: impl std::fmt::Display) -> PictureError {
    PictureError::Broken(error.to_string())
}

/// The picture scaled down to at most `pixels`, keeping its proportions. A smaller one stays as it is.
pub(super) fn fit(image: DynamicImage, pixels: u64) -> Result<DynamicImage, PictureError> {
    let (width, height) = (image.width(), image.height());
    if pixels_of(&image) <= pixels {
        return Ok(image);
    }
    let (width, height) = fitted(width, height, pixels);
    resize(&image, width, height, &ResizeOptions::new())
}

/// The largest size of the same proportions with at most `pixels` pixels, each side at least one.
pub(super) fn fitted(width: u32, height: u32, pixels: u64) -> (u32, u32) {
    let scale = (pixels as f64 / (f64::from(width) * f64::from(height))).sqrt();
    let scaled = |side: u32| ((f64::from(side) * scale).floor() as u32).max(1);
    let (mut to_width, mut to_height) = (scaled(width), scaled(height));
    // A side that cannot shrink below one leaves all the shrinking to the other.
    if u64::from(to_width) * u64::from(to_height) > pixels {
        let most = u32::try_from(pixels).unwrap_or(u32::MAX).max(1);
        (to_width, to_height) = if to_width > to_height { (most, 1) } else { (1, most) };
    }
    (to_width, to_height)
}

/// The largest square from the middle of the picture, scaled to `side`.
pub(super) fn cover(image: &DynamicImage, side: u32) -> Result<DynamicImage, PictureError> {
    resize(image, side, side, &ResizeOptions::new().fit_into_destination(Some((0.5, 0.5))))
}

fn resize(
    image: &DynamicImage,
    width: u32,
    height: u32,
    options: &ResizeOptions,
) -> Result<DynamicImage, PictureError> {
    let options = options.resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom));
    let mut scaled = DynamicImage::new(width, height, image.color());
    Resizer::new().resize(image, &mut scaled, &options).map_err(broken)?;
    Ok(scaled)
}

/// Writes a picture in the type that suits what it came from.
pub(super) fn encode(
    image: &DynamicImage,
    format: Format,
    icc: Option<&[u8]>,
) -> Result<Encoded, PictureError> {
    match format {
        Format::Jpeg => jpeg(image, icc),
        Format::Png | Format::Gif => png(image, icc),
        Format::WebP => encode_still(image, icc),
    }
}

/// Writes a picture in the type that suits what is seen: PNG when something shows through, else JPEG.
pub(super) fn encode_still(image: &DynamicImage, icc: Option<&[u8]>) -> Result<Encoded, PictureError> {
    if is_transparent(image) { png(image, icc) } else { jpeg(image, icc) }
}

fn is_transparent(image: &DynamicImage) -> bool {
    match image {
        DynamicImage::ImageRgba8(pixels) => pixels.pixels().any(|pixel| pixel.0[3] < u8::MAX),
        DynamicImage::ImageLumaA8(pixels) => pixels.pixels().any(|pixel| pixel.0[1] < u8::MAX),
        _ => false,
    }
}

fn jpeg(image: &DynamicImage, icc: Option<&[u8]>) -> Result<Encoded, PictureError> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    if let Some(icc) = icc {
        // A profile that cannot be written is only a loss of colour.
        let _ = encoder.set_icc_profile(icc.to_vec());
    }
    match image {
        DynamicImage::ImageLuma8(_) | DynamicImage::ImageRgb8(_) => image.write_with_encoder(encoder),
        DynamicImage::ImageLumaA8(_) => {
            DynamicImage::ImageLuma8(image.to_luma8()).write_with_encoder(encoder)
        }
        _ => DynamicImage::ImageRgb8(image.to_rgb8()).write_with_encoder(encoder),
    }
    .map_err(broken)?;
    Ok(Encoded { bytes, mime: "image/jpeg", width: image.width(), height: image.height() })
}

fn png(image: &DynamicImage, icc: Option<&[u8]>) -> Result<Encoded, PictureError> {
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Default, PngFilter::Adaptive);
    if let Some(icc) = icc {
        let _ = encoder.set_icc_profile(icc.to_vec());
    }
    if image.color().has_alpha() && !is_transparent(image) {
        let opaque = match image {
            DynamicImage::ImageLumaA8(_) => DynamicImage::ImageLuma8(image.to_luma8()),
            _ => DynamicImage::ImageRgb8(image.to_rgb8()),
        };
        opaque.write_with_encoder(encoder)
    } else {
        image.write_with_encoder(encoder)
    }
    .map_err(broken)?;
    Ok(Encoded { bytes, mime: "image/png", width: image.width(), height: image.height() })
}

/// An animated GIF with every frame cut to a square and scaled to `side`; `None` if it has more than
/// `max_frames`.
pub(super) fn animated_cover(
    bytes: &[u8],
    side: u32,
    max_frames: usize,
) -> Result<Option<Encoded>, PictureError> {
    if super::strip::gif(bytes)?.frames > max_frames {
        return Ok(None);
    }
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    decoder.set_limits(decoder_limits()).map_err(broken)?;
    let mut written = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut written, GIF_SPEED);
    encoder.set_repeat(Repeat::Infinite).map_err(broken)?;
    for frame in decoder.into_frames().take(max_frames) {
        let frame = frame.map_err(broken)?;
        let delay = frame.delay();
        let scaled = cover(&DynamicImage::ImageRgba8(frame.into_buffer()), side)?;
        encoder.encode_frame(Frame::from_parts(scaled.into_rgba8(), 0, 0, delay)).map_err(broken)?;
    }
    drop(encoder);
    Ok(Some(Encoded { bytes: written, mime: "image/gif", width: side, height: side }))
}

/// The blurhash of a picture.
pub(super) fn blurhash(image: &DynamicImage) -> Result<String, PictureError> {
    let small = fit(DynamicImage::ImageRgba8(image.to_rgba8()), BLURHASH_PIXELS)?;
    let (width, height) = small.dimensions();
    let pixels = small.into_rgba8();
    blurhash::encode(BLURHASH_COMPONENTS, BLURHASH_COMPONENTS, width, height, &pixels).map_err(broken)
}
