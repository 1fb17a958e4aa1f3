//! Colours out of a cover: a ground, what can be read on it, and one that stands out (entities: meta.colors).

use std::collections::HashMap;

use image::DynamicImage;

use super::PictureError;
use super::encode::fit;
use crate::features::media::table::Colours;

/// Pixels that are looked at: more do not change the answer.
const LOOKED_AT: u64 = 64 * 64;
/// Bits of a channel by which colours are told apart.
const BITS: u8 = 4;
/// How different the letters must be from the ground (WCAG 2.2, 1.4.3 for large text), and the accent at least.
const READABLE: f32 = 4.5;
const VISIBLE: f32 = 2.0;

type Rgb = [u8; 3];

/// The colours of a picture.
pub(super) fn colours(image: &DynamicImage) -> Result<Colours, PictureError> {
    let small = fit(DynamicImage::ImageRgb8(image.to_rgb8()), LOOKED_AT)?.into_rgb8();
    let (width, height) = small.dimensions();
    let at_edge = |x: u32, y: u32| x == 0 || y == 0 || x + 1 == width || y + 1 == height;
    let edge = small.enumerate_pixels().filter(|(x, y, _)| at_edge(*x, *y)).map(|(_, _, pixel)| pixel.0);
    let background = palette(edge).first().copied().unwrap_or([0; 3]);
    let all = palette(small.pixels().map(|pixel| pixel.0));
    let foreground = all.iter().copied().find(|colour| contrast(*colour, background) >= READABLE);
    let black_or_white =
        || if contrast([0; 3], background) > contrast([255; 3], background) { [0; 3] } else { [255; 3] };
    let foreground = foreground.unwrap_or_else(black_or_white);
    let seen = all.iter().copied().filter(|colour| contrast(*colour, background) >= VISIBLE);
    let accent = seen.max_by_key(|colour| saturation(*colour)).unwrap_or(foreground);
    Ok(Colours { background, foreground, accent })
}

/// The colours that occur, most frequent first: similar ones are one, their mean.
fn palette(pixels: impl Iterator<Item = Rgb>) -> Vec<Rgb> {
    let mut groups: HashMap<Rgb, (u32, [u32; 3])> = HashMap::new();
    for pixel in pixels {
        let (count, sum) = groups.entry(pixel.map(|level| level >> (8 - BITS))).or_default();
        *count += 1;
        for (sum, level) in sum.iter_mut().zip(pixel) {
            *sum += u32::from(level);
        }
    }
    let mut groups: Vec<_> = groups.into_iter().collect();
    // Of equally frequent ones the same goes first each time.
    groups.sort_unstable_by_key(|(key, (count, _))| (std::cmp::Reverse(*count), *key));
    groups.into_iter().map(|(_, (count, sum))| sum.map(|sum| (sum / count.max(1)) as u8)).collect()
}

/// Relative luminance (WCAG 2.2).
fn luminance(colour: Rgb) -> f32 {
    let [r, g, b] = colour.map(|level| {
        let level = f32::from(level) / 255.0;
        if level <= 0.04045 { level / 12.92 } else { ((level + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// Contrast ratio (WCAG 2.2), 1 to 21.
fn contrast(one: Rgb, other: Rgb) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn saturation([r, g, b]: Rgb) -> u8 {
    r.max(g).max(b) - r.min(g).min(b)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;

    use super::*;

    #[test]
    fn the_ground_is_at_the_edge_and_the_rest_can_be_seen_on_it() {
        let picture = RgbImage::from_fn(100, 100, |x, y| {
            image::Rgb(match (x, y) {
                (20..40, 20..40) => [250, 30, 30],
                (40..80, 40..80) => [240, 240, 240],
                _ => [20, 20, 60],
            })
        });
        let found = colours(&picture.into()).unwrap();
        assert!(contrast(found.background, [20, 20, 60]) < 1.1, "{found:?}");
        assert!(contrast(found.foreground, found.background) >= READABLE, "{found:?}");
        assert!(found.accent[0] > 200 && found.accent[1] < 100, "{found:?}");
    }

    #[test]
    fn a_picture_of_one_colour_is_written_on_in_black_or_white() {
        let grey = |level| colours(&RgbImage::from_pixel(9, 9, image::Rgb([level; 3])).into()).unwrap();
        assert_eq!(grey(250).foreground, [0; 3]);
        assert_eq!(grey(5).foreground, [255; 3]);
        assert_eq!(grey(5).accent, [255; 3]);
    }
}
