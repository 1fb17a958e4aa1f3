//! The pictures of accounts that have none, drawn here.

use std::io::Cursor;
use std::sync::LazyLock;

use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use image::{ImageFormat, Rgb, RgbImage};

use super::files::safe;

/// Pictures of this kind hardly ever change.
const A_DAY: &str = "public, max-age=86400";
/// The ground of both pictures, and what is drawn on it.
const GROUND: Rgb<u8> = Rgb([0x5b, 0x61, 0x78]);
const FIGURE: Rgb<u8> = Rgb([0xc3, 0xc8, 0xd8]);

/// GET /avatars/original/missing.png
pub async fn avatar() -> Response {
    static PICTURE: LazyLock<Bytes> = LazyLock::new(|| png(&draw_avatar()));
    answer(PICTURE.clone())
}

/// GET /headers/original/missing.png
pub async fn header() -> Response {
    static PICTURE: LazyLock<Bytes> = LazyLock::new(|| png(&draw_header()));
    answer(PICTURE.clone())
}

fn answer(picture: Bytes) -> Response {
    let mut headers = safe(A_DAY);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    (headers, picture).into_response()
}

/// Head and shoulders.
fn draw_avatar() -> RgbImage {
    let inside = |x: f32, y: f32, (cx, cy): (f32, f32), (rx, ry): (f32, f32)| {
        ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) <= 1.0
    };
    RgbImage::from_fn(400, 400, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let head = inside(x, y, (200.0, 155.0), (72.0, 72.0));
        let shoulders = inside(x, y, (200.0, 400.0), (142.0, 140.0));
        if head || shoulders { FIGURE } else { GROUND }
    })
}

/// A band that grows a little lighter downwards.
fn draw_header() -> RgbImage {
    RgbImage::from_fn(1500, 500, |_, y| {
        let step = (y / 16) as u8;
        Rgb(GROUND.0.map(|level| level.saturating_add(step)))
    })
}

fn png(picture: &RgbImage) -> Bytes {
    let mut bytes = Vec::new();
    // Writing PNG into memory has nothing to fail on; were it to, the answer is an empty picture, not a panic.
    if picture.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).is_err() {
        bytes.clear();
    }
    bytes.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_drawn_pictures_can_be_read_again() {
        for (picture, size) in [(draw_avatar(), (400, 400)), (draw_header(), (1500, 500))] {
            let read = image::load_from_memory(&png(&picture)).unwrap();
            assert_eq!((read.width(), read.height()), size);
        }
    }
}
