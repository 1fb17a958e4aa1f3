//! Pictures drawn here, and files that only pretend to be some.

use std::io::Cursor;

use image::codecs::gif::{GifEncoder, Repeat};
use image::codecs::jpeg::JpegEncoder;
use image::{Delay, Frame, ImageEncoder, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

use super::encode::fitted;
use super::*;

/// A hundredth of the real sizes: the picture codecs are slow without optimisation.
const SMALL: Limits = Limits { original_pixels: 82_944, preview_pixels: 2_304, ..Limits::ATTACHMENT };

/// Left half red, right half blue.
fn two_halves(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(
        width,
        height,
        |x, _| if x < width / 2 { Rgb([230, 20, 20]) } else { Rgb([20, 20, 230]) },
    )
}

fn written(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    written(&two_halves(width, height).into(), ImageFormat::Jpeg)
}

fn glass(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_pixel(width, height, Rgba([10, 200, 10, 100])).into()
}

fn animation(side: u32, frames: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = GifEncoder::new_with_speed(&mut bytes, 30);
    encoder.set_repeat(Repeat::Infinite).expect("a loop");
    for at in 0..frames {
        let colour = if at % 2 == 0 { Rgba([255, 0, 0, 255]) } else { Rgba([0, 0, 255, 255]) };
        // The first frame makes the canvas; the others change a corner of it.
        let frame_side = if at == 0 { side } else { side.min(10) };
        let frame = RgbaImage::from_pixel(frame_side, frame_side, colour);
        let delay = Delay::from_numer_denom_ms(100, 1);
        encoder.encode_frame(Frame::from_parts(frame, 0, 0, delay)).expect("a frame");
    }
    drop(encoder);
    bytes
}

/// A little-endian EXIF block with the orientation and the name of a camera.
fn exif(orientation: u16) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\x02\0".to_vec();
    block.extend_from_slice(b"\x0f\x01\x02\0\x04\0\0\0Cam\0");
    block.extend_from_slice(b"\x12\x01\x03\0\x01\0\0\0");
    block.extend_from_slice(&orientation.to_le_bytes());
    block.extend_from_slice(b"\0\0\0\0\0\0");
    block
}

fn jpeg_with_exif(width: u32, height: u32, orientation: u16) -> Vec<u8> {
    let plain = jpeg(width, height);
    let mut payload = b"Exif\0\0".to_vec();
    payload.extend(exif(orientation));
    let mut bytes = plain[..2].to_vec();
    bytes.extend_from_slice(&[0xff, 0xe1]);
    bytes.extend_from_slice(&(payload.len() as u16 + 2).to_be_bytes());
    bytes.extend(payload);
    bytes.extend_from_slice(&plain[2..]);
    bytes
}

fn png_chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = !0u32;
    for byte in kind.iter().chain(data) {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    let mut chunk = (data.len() as u32).to_be_bytes().to_vec();
    chunk.extend_from_slice(kind);
    chunk.extend_from_slice(data);
    chunk.extend_from_slice(&(!crc).to_be_bytes());
    chunk
}

fn png_claiming(width: u32, height: u32) -> Vec<u8> {
    let mut header = width.to_be_bytes().to_vec();
    header.extend_from_slice(&height.to_be_bytes());
    header.extend_from_slice(&[8, 2, 0, 0, 0]);
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    bytes.extend(png_chunk(b"IHDR", &header));
    bytes.extend(png_chunk(b"IDAT", b"\x78\x9c\x03\0\0\0\0\x01"));
    bytes.extend(png_chunk(b"IEND", b""));
    bytes
}

fn open(encoded: &Encoded) -> DynamicImage {
    let image = image::load_from_memory(&encoded.bytes).expect("what was written");
    assert_eq!((image.width(), image.height()), (encoded.width, encoded.height));
    let format = image::guess_format(&encoded.bytes).expect("a type");
    assert_eq!(format.to_mime_type(), encoded.mime);
    image
}

fn attachment(bytes: &[u8]) -> Result<Picture, PictureError> {
    process(bytes, &Limits::ATTACHMENT)
}

fn contains(bytes: &[u8], word: &[u8]) -> bool {
    bytes.windows(word.len()).any(|window| window == word)
}

#[test]
fn a_small_picture_keeps_its_size() {
    let picture = attachment(&jpeg(320, 200)).expect("a picture");
    assert_eq!((picture.original.mime, picture.original.extension()), ("image/jpeg", "jpg"));
    assert_eq!((picture.original.width, picture.original.height), (320, 200));
    assert_eq!((picture.preview.width, picture.preview.height), (320, 200));
    assert!(!picture.animated);
    let left = open(&picture.original).to_rgb8().get_pixel(10, 100).0;
    assert!(left[0] > 200 && left[2] < 60, "{left:?}");
    // 4 × 4 components: 2 + 4 + 2 * 15 characters.
    assert_eq!(picture.blurhash.len(), 36);
    let shown = blurhash::decode(&picture.blurhash, 8, 8, 1.0).expect("a blurhash");
    assert!(shown[0] > shown[2] && shown[7 * 4] < shown[7 * 4 + 2], "red left, blue right");
}

#[test]
fn a_large_picture_is_scaled() {
    let picture = process(&jpeg(400, 300), &SMALL).expect("a picture");
    assert_eq!((picture.original.width, picture.original.height), (332, 249));
    assert_eq!((picture.preview.width, picture.preview.height), (55, 41));
    open(&picture.original);
    let preview = open(&picture.preview).to_rgb8();
    assert!(preview.get_pixel(5, 5).0[0] > 200 && preview.get_pixel(50, 5).0[2] > 200);
    assert_eq!(fitted(4000, 3000, Limits::ATTACHMENT.original_pixels), (3325, 2494));
}

#[test]
fn sizes_keep_proportions_within_the_limit() {
    for (width, height, pixels) in [
        (4000, 3000, 230_400),
        (1, 1_000_000, 230_400),
        (1_000_000, 1, 100),
        (3, 2, 1),
        (65_535, 500, 8_294_400),
    ] {
        let (to_width, to_height) = fitted(width, height, pixels);
        assert!(to_width >= 1 && to_height >= 1);
        assert!(u64::from(to_width) * u64::from(to_height) <= pixels, "{to_width} x {to_height}");
    }
}

#[test]
fn photographs_are_turned_upright_and_forget_their_camera() {
    let source = jpeg_with_exif(300, 200, 6);
    assert!(contains(&source, b"Cam"));
    let picture = attachment(&source).expect("a picture");
    assert_eq!((picture.original.width, picture.original.height), (200, 300));
    assert_eq!((picture.preview.width, picture.preview.height), (200, 300));
    assert!(!contains(&picture.original.bytes, b"Exif") && !contains(&picture.original.bytes, b"Cam"));
    let upright = open(&picture.original).to_rgb8();
    // Turned clockwise, what was left is above.
    assert!(upright.get_pixel(100, 20).0[0] > 200 && upright.get_pixel(100, 280).0[2] > 200);
    for orientation in [0, 1, 9, 65_535] {
        let picture = attachment(&jpeg_with_exif(30, 20, orientation)).expect("a picture");
        assert_eq!((picture.original.width, picture.original.height), (30, 20));
    }
    let turned = avatar(&jpeg_with_exif(300, 200, 3)).expect("an avatar");
    assert!(open(&turned.picture).to_rgb8().get_pixel(10, 200).0[2] > 200, "upside down, blue is left");
}

#[test]
fn png_keeps_its_pixels_and_loses_its_metadata() {
    let plain = written(&glass(40, 30), ImageFormat::Png);
    let end = plain.len() - 12;
    let mut source = plain[..end].to_vec();
    source.extend(png_chunk(b"tEXt", b"Author\0Alice"));
    source.extend(png_chunk(b"eXIf", &exif(1)));
    source.extend_from_slice(&plain[end..]);
    source.extend_from_slice(b"<script>hidden</script>");
    let picture = attachment(&source).expect("a picture");
    assert_eq!(picture.original.bytes, plain);
    assert_eq!((picture.original.mime, picture.preview.mime), ("image/png", "image/png"));
    assert_eq!(open(&picture.preview).to_rgba8().get_pixel(5, 5).0[3], 100);

    let mut turned = plain[..end].to_vec();
    turned.splice(33..33, png_chunk(b"eXIf", &exif(8)));
    turned.extend_from_slice(&plain[end..]);
    let picture = attachment(&turned).expect("a picture");
    assert_eq!((picture.original.width, picture.original.height), (30, 40));
    assert!(!contains(&picture.original.bytes, b"eXIf"));
}

#[test]
fn large_png_stays_png() {
    let source = written(&two_halves(360, 240).into(), ImageFormat::Png);
    let picture = process(&source, &SMALL).expect("a picture");
    assert_eq!(picture.original.mime, "image/png");
    assert!(pixels_of(&open(&picture.original)) <= SMALL.original_pixels);
    assert_eq!(picture.preview.mime, "image/jpeg");
}

#[test]
fn webp_becomes_jpeg_or_png() {
    let opaque = attachment(&written(&two_halves(64, 64).into(), ImageFormat::WebP)).expect("a picture");
    assert_eq!(opaque.original.mime, "image/jpeg");
    open(&opaque.original);
    let seen_through = attachment(&written(&glass(64, 64), ImageFormat::WebP)).expect("a picture");
    assert_eq!(seen_through.original.mime, "image/png");
    assert_eq!(open(&seen_through.original).to_rgba8().get_pixel(1, 1).0[3], 100);
}

#[test]
fn gifs_move_or_become_png() {
    let still = attachment(&animation(50, 1)).expect("a picture");
    assert_eq!((still.original.mime, still.animated), ("image/png", false));

    let plain = animation(50, 3);
    let picture = attachment(&plain).expect("a picture");
    assert_eq!((picture.original.mime, picture.animated), ("image/gif", true));
    assert_eq!((picture.original.width, picture.original.height), (50, 50));
    assert_eq!(picture.original.bytes, plain);
    assert_eq!(picture.preview.mime, "image/jpeg");

    let table_end = 13 + if plain[10] & 0x80 != 0 { 3 << ((plain[10] & 7) + 1) } else { 0 };
    let mut noted = plain.clone();
    noted.splice(
        table_end..table_end,
        b"\x21\xfe\x05Alice\0\x21\xff\x0bXMP DataXMP\x04note\0".iter().copied(),
    );
    noted.extend_from_slice(b"trailing");
    assert_eq!(attachment(&noted).expect("a picture").original.bytes, plain);
    let unended = &plain[..plain.len() - 1];
    assert_eq!(attachment(unended).expect("a picture").original.bytes, plain);
    assert!(matches!(attachment(&plain[..plain.len() - 3]), Err(PictureError::Broken(_))));
}

#[test]
fn bombs_are_refused_before_they_are_unpacked() {
    let too_large = Err(PictureError::TooManyPixels { limit: 33_177_600 });
    assert_eq!(attachment(&png_claiming(50_000, 50_000)), too_large);
    assert_eq!(attachment(&png_claiming(7681, 4320)), too_large);
    assert_eq!(attachment(&png_claiming(u32::MAX >> 1, u32::MAX >> 1)), too_large);
    let mut gif = animation(10, 2);
    gif[6..10].copy_from_slice(&[0xff; 4]);
    assert_eq!(attachment(&gif), Err(PictureError::TooManyPixels { limit: 921_600 }));
    assert_eq!(avatar(&png_claiming(50_000, 50_000)), Err(PictureError::TooManyPixels { limit: 33_177_600 }));
    let long = vec![0; 16 * 1024 * 1024 + 1];
    assert_eq!(attachment(&long), Err(PictureError::TooManyBytes { limit: 16 * 1024 * 1024 }));
    let long = vec![0; 8 * 1024 * 1024 + 1];
    assert_eq!(header(&long), Err(PictureError::TooManyBytes { limit: 8 * 1024 * 1024 }));
}

#[test]
fn what_is_no_picture_is_refused() {
    for bytes in [
        &b""[..],
        b"hello",
        b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>",
        b"BM\x3a\0\0\0\0\0\0\0",
        b"\0\0\0\x18ftypmp42",
        b"%PDF-1.7",
    ] {
        assert_eq!(attachment(bytes), Err(PictureError::UnknownType));
    }
    for bytes in [&b"\x89PNG\r\n\x1a\n"[..], b"GIF89a", b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBPVP8 "] {
        assert!(matches!(attachment(bytes), Err(PictureError::Broken(_))));
    }
}

#[test]
fn broken_files_never_panic() {
    let sources = [
        jpeg_with_exif(20, 12, 6),
        written(&glass(20, 12), ImageFormat::Png),
        written(&two_halves(20, 12).into(), ImageFormat::WebP),
        animation(12, 3),
    ];
    for source in &sources {
        for end in (0..source.len()).step_by(7) {
            let _ = (attachment(&source[..end]), header(&source[..end]));
        }
        for at in (0..source.len()).step_by(5) {
            let mut damaged = source.clone();
            damaged[at] ^= 0x55;
            let _ = attachment(&damaged);
        }
    }
    for source in &sources {
        let _ = avatar(&source[..source.len() * 3 / 4]);
    }
    let png = &sources[1];
    assert!(matches!(attachment(&png[..png.len() / 2]), Err(PictureError::Broken(_))));
}

#[test]
fn colours_keep_their_profile() {
    let mut profile = vec![0; 200];
    profile[16..20].copy_from_slice(b"RGB ");
    let with_profile = |profile: &[u8]| {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new(&mut bytes);
        encoder.set_icc_profile(profile.to_vec()).expect("a profile");
        DynamicImage::from(two_halves(20, 20)).write_with_encoder(encoder).expect("a picture");
        bytes
    };
    let picture = attachment(&with_profile(&profile)).expect("a picture");
    assert!(contains(&picture.original.bytes, b"ICC_PROFILE"));
    profile[16..20].copy_from_slice(b"CMYK");
    let picture = attachment(&with_profile(&profile)).expect("a picture");
    assert!(!contains(&picture.original.bytes, b"ICC_PROFILE"));
}

#[test]
fn avatars_are_square() {
    let made = avatar(&jpeg(840, 420)).expect("an avatar");
    assert_eq!((made.picture.width, made.picture.height, made.picture.mime), (400, 400, "image/jpeg"));
    let image = open(&made.picture).to_rgb8();
    assert!(image.get_pixel(20, 200).0[0] > 200 && image.get_pixel(380, 200).0[2] > 200, "the middle");
    assert!(made.still.is_none());
    let small = avatar(&written(&glass(20, 20), ImageFormat::Png)).expect("an avatar");
    assert_eq!((small.picture.width, small.picture.mime), (400, "image/png"));
}

#[test]
fn animated_avatars_keep_moving() {
    let small = animation(40, 2);
    let made = avatar(&small).expect("an avatar");
    assert_eq!(made.picture.bytes, small);
    let still = made.still.expect("a still");
    assert_eq!((still.mime, still.width, still.height), ("image/png", 400, 400));

    let made = avatar(&animation(402, 3)).expect("an avatar");
    assert_eq!((made.picture.mime, made.picture.width), ("image/gif", 400));
    assert_eq!(strip::gif(&made.picture.bytes).expect("a GIF").frames, 3);
    open(&made.picture);
    assert!(made.still.is_some());

    let made = avatar(&animation(401, MAX_AVATAR_FRAMES + 1)).expect("an avatar");
    assert_eq!((made.picture.mime, made.still), ("image/png", None));
}

#[test]
fn headers_are_scaled() {
    let made = header(&jpeg(1800, 600)).expect("a header");
    assert_eq!((made.picture.width, made.picture.height), (1500, 500));
    open(&made.picture);
    let png = written(&glass(300, 100), ImageFormat::Png);
    assert_eq!(header(&png).expect("a header").picture.bytes, png);
    let moving = header(&animation(60, 2)).expect("a header");
    assert_eq!((moving.picture.mime, moving.still.map(|still| still.mime)), ("image/gif", Some("image/png")));
    let large = header(&animation(900, 2)).expect("a header");
    assert_eq!((large.picture.mime, large.still), ("image/png", None));
}
