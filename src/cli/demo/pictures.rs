//! Pictures drawn by arithmetic, the same each time: landscapes and patterns for posts and headers.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{ImageFormat, ImageResult, Rgb, RgbImage};

pub use super::emblems::Emblem;
use super::emblems::covers;

/// Quality of the pictures that are written as JPEG.
const QUALITY: u8 = 88;

/// What a picture shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scene {
    /// Hills behind hills in the haze.
    Hills,
    /// Stars over a dark ridge.
    Night,
    /// Low sun over water.
    Harbour,
    /// Long waves of sand under a wide sky.
    Dunes,
    /// Reeds before still water.
    Marsh,
    /// Glazed tiles.
    Tiles,
    /// Woven bands.
    Weave,
    /// The lines of a chart.
    Contours,
}

type Colour = [f32; 3];

fn colour(hex: u32) -> Colour {
    let part = |shift: u32| ((hex >> shift) & 0xFF) as f32 / 255.0;
    [part(16), part(8), part(0)]
}

fn mix(from: Colour, to: Colour, part: f32) -> Colour {
    let part = part.clamp(0.0, 1.0);
    [0, 1, 2].map(|i| from[i] + (to[i] - from[i]) * part)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a byte first")]
fn pixel(colour: Colour) -> Rgb<u8> {
    Rgb(colour.map(|part| (part.clamp(0.0, 1.0) * 255.0 + 0.5) as u8))
}

/// A number in 0..1 that looks random and is the same for the same place and seed.
fn grain(x: i32, y: i32, seed: u32) -> f32 {
    let mut n = (x as u32).wrapping_mul(0x9E37_79B1)
        ^ (y as u32).wrapping_mul(0x85EB_CA77)
        ^ seed.wrapping_mul(0xC2B2_AE3D);
    n = (n ^ (n >> 15)).wrapping_mul(0x2C1B_3C6D);
    n = (n ^ (n >> 12)).wrapping_mul(0x297A_2D39);
    ((n ^ (n >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Smooth noise in 0..1.
fn noise(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (u, v) = (ease(x - left), ease(y - top));
    #[allow(clippy::cast_possible_truncation, reason = "coordinates of a picture are small")]
    let at = |dx: i32, dy: i32| grain(left as i32 + dx, top as i32 + dy, seed);
    let upper = at(0, 0) + (at(1, 0) - at(0, 0)) * u;
    let lower = at(0, 1) + (at(1, 1) - at(0, 1)) * u;
    upper + (lower - upper) * v
}

/// Noise with finer noise upon it, in 0..1.
fn ridged(x: f32, y: f32, seed: u32) -> f32 {
    noise(x, y, seed) * 0.55
        + noise(x * 2.1, y * 2.1, seed + 1) * 0.28
        + noise(x * 4.3, y * 4.3, seed + 2) * 0.17
}

/// The colours of one scene: two of the sky, one of what lies before it, one of the light.
fn palette(scene: Scene, seed: u32) -> [Colour; 4] {
    let sets: &[[u32; 4]] = match scene {
        Scene::Hills => &[[0xF6D6AE, 0x8FB3B0, 0x1F4037, 0xFFF2CF], [0xDCE7EC, 0x87A7C4, 0x24384F, 0xFFFFFF]],
        Scene::Night => &[[0x1B1B46, 0x05060F, 0x04040A, 0xFFF6DC], [0x123049, 0x04070F, 0x02040A, 0xE6F4FF]],
        Scene::Harbour => {
            &[[0xFFC98B, 0x6C7FA8, 0x1E2D45, 0xFFF0C9], [0xF7A48B, 0x574B82, 0x231C3D, 0xFFE3C4]]
        }
        Scene::Dunes => &[[0xF4E7D0, 0x9CC3D9, 0xC79A62, 0xFFF8E8], [0xFBD9C0, 0xB58FB0, 0x8E5D52, 0xFFF1DF]],
        Scene::Marsh => &[[0xF0E2B8, 0xA9C2B4, 0x3E4A2C, 0xFFF7D8], [0xE7E3DA, 0x9FB4BE, 0x3A4239, 0xFFFFFF]],
        Scene::Tiles => &[[0xF7F1E3, 0x2C6E8F, 0xC8553D, 0xE9B44C], [0xF3EDE0, 0x3B6B4F, 0x8C3B2A, 0xD9A441]],
        Scene::Weave => &[[0xEADBC8, 0x6D4C41, 0xA65E4E, 0xF7F0E6], [0xF2EFE9, 0x27323A, 0xB5443C, 0xD8CFC0]],
        Scene::Contours => {
            &[[0xE8F1EE, 0x1F6F78, 0x0F3B47, 0xF3B562], [0xEAF2F8, 0x2F6690, 0x16425B, 0xF28F3B]]
        }
    };
    sets.get(seed as usize % sets.len()).copied().unwrap_or([0; 4]).map(colour)
}

fn at(scene: Scene, seed: u32, x: f32, y: f32, aspect: f32) -> Colour {
    let [near, far, dark, light] = palette(scene, seed);
    match scene {
        Scene::Hills => {
            let mut sky = mix(far, near, y * 1.4);
            let sun = ((x - 0.7) * aspect).hypot(y - 0.3);
            sky = mix(sky, light, (0.24 - sun) * 1.8);
            (0..6).fold(sky, |behind, layer| {
                let depth = layer as f32 / 5.0;
                let height = ridged(x * aspect * (1.2 + depth), depth * 9.0, seed + layer * 7);
                let edge = 0.42 + depth * 0.46 - height * (0.26 - depth * 0.08);
                let body = mix(mix(near, far, 0.75), dark, 0.15 + depth * 0.85);
                mix(behind, mix(body, near, (y - edge).max(0.0) * 0.5), (y - edge) * 400.0)
            })
        }
        Scene::Night => {
            let band = (y - 0.15 - x * 0.45 + ridged(x * 3.0, y * 3.0, seed) * 0.22).abs();
            let mut sky = mix(far, near, y * 0.9);
            sky = mix(sky, light, (0.2 - band).max(0.0) * ridged(x * 14.0, y * 14.0, seed + 5) * 1.1);
            sky =
                mix(sky, light, star(x * aspect, y, 90.0, seed) + star(x * aspect, y, 34.0, seed + 3) * 1.3);
            let edge = 0.8 - ridged(x * aspect * 2.2, 4.0, seed + 9) * 0.18;
            mix(sky, dark, (y - edge) * 300.0)
        }
        Scene::Harbour => {
            let line = 0.56;
            let sun = ((x - 0.38) * aspect).hypot((y - 0.46) * 1.05);
            if y < line {
                let cloud = ridged(x * aspect * 2.0, y * 11.0, seed) - 0.5;
                let sky = mix(far, near, y / line * 1.1 + cloud * 0.35);
                let sky = mix(sky, light, (0.085 - sun) * 120.0 + (0.4 - sun).max(0.0) * 0.9);
                let roofs =
                    line - 0.035 - grain((x * 26.0) as i32, 3, seed) * 0.05 * (x - 0.55).max(0.0) * 4.0;
                mix(sky, dark, if x > 0.6 { (y - roofs) * 400.0 } else { 0.0 })
            } else {
                let depth = (y - line) / (1.0 - line);
                let ripple =
                    ridged(x * aspect * (6.0 - depth * 3.0), y * 70.0 / (0.4 + depth), seed + 4) - 0.5;
                let water = mix(mix(near, far, 0.55), dark, depth * 0.9 + ripple * 0.35);
                let path = (x - 0.38 + ripple * 0.1).abs() * aspect;
                mix(water, light, (0.05 + depth * 0.1 - path) * 6.0 * (0.55 + ripple))
            }
        }
        Scene::Dunes => {
            let sky = mix(far, near, y * 1.7);
            (0..4).fold(sky, |behind, layer| {
                let depth = layer as f32 / 3.0;
                let swell = ridged(x * aspect * 0.8 + depth * 3.0, depth * 5.0, seed + layer * 3);
                let edge = 0.45 + depth * 0.36 - swell * 0.2;
                let lines = ((y - edge) * (90.0 - depth * 40.0) + swell * 16.0).sin() * 0.06;
                let shade = (0.25 + depth * 0.5 - swell * 0.5 + lines).clamp(0.0, 1.0);
                mix(behind, mix(light, dark, shade), (y - edge) * 350.0)
            })
        }
        Scene::Marsh => {
            let line = 0.45;
            let base = if y < line {
                mix(far, near, y / line)
            } else {
                let ripple = noise(x * 9.0, y * 90.0, seed) - 0.5;
                mix(near, far, (y - line) * 1.4 + ripple * 0.1)
            };
            let shore = line + (ridged(x * aspect * 3.0, 1.0, seed) - 0.5) * 0.05;
            let base = mix(base, mix(dark, far, 0.5), (0.02 - (y - shore).abs()) * 60.0);
            (0..70).fold(base, |behind, reed| {
                let foot = grain(reed, 1, seed);
                let tip = 0.42 + grain(reed, 2, seed) * 0.45;
                let bend = (grain(reed, 3, seed) - 0.4) * 0.12 * (1.0 - y) * (1.0 - y) * 2.0;
                let width = 0.0016 + grain(reed, 4, seed) * 0.0016 * y;
                let near_reed = width - (x - foot - bend).abs();
                if y < tip { behind } else { mix(behind, dark, near_reed * 900.0) }
            })
        }
        Scene::Tiles => {
            let (u, v) = (x * aspect * 5.0, y * 5.0);
            let (cell_x, cell_y) = (u.floor(), v.floor());
            let (px, py) = (u - cell_x - 0.5, v - cell_y - 0.5);
            let turn = grain(cell_x as i32, cell_y as i32, seed);
            let (qx, qy) = if turn < 0.5 { (px, py) } else { (-px, py) };
            let arc = ((qx - 0.5).hypot(qy - 0.5) - 0.5).abs().min(((qx + 0.5).hypot(qy + 0.5) - 0.5).abs());
            let glaze = 0.9 + noise(u * 3.0, v * 3.0, seed) * 0.12;
            let ground = mix(near, light, if turn > 0.8 { 0.7 } else { 0.0 });
            let tile = mix(mix(ground, far, (0.13 - arc) * 60.0), dark, (0.045 - arc) * 60.0);
            let joint = (0.487 - px.abs().max(py.abs())) * 90.0;
            mix(mix(dark, near, 0.45), tile.map(|part| part * glaze), joint)
        }
        Scene::Weave => {
            let (u, v) = (x * aspect * 22.0, y * 22.0);
            let over = (u.floor() + v.floor()).rem_euclid(2.0) < 1.0;
            let (along, across) = if over { (u, v) } else { (v, u) };
            let index = across.floor() as i32;
            let bright = (std::f32::consts::PI * (along - along.floor())).sin() * 0.35
                + (std::f32::consts::PI * (across - across.floor())).sin() * 0.5;
            let thread = match (grain(index, i32::from(over), seed) * 4.0) as u32 {
                0 => far,
                1 => dark,
                2 => mix(near, far, 0.35),
                _ => near,
            };
            mix(thread.map(|part| part * 0.45), mix(thread, light, 0.12), bright + 0.2)
        }
        Scene::Contours => {
            let height = ridged(x * aspect * 2.2, y * 2.2, seed);
            let sea = height < 0.44;
            let level = height * 26.0;
            let line = (level - level.round()).abs();
            let ground =
                if sea { mix(far, near, 0.35 + height) } else { mix(near, light, (height - 0.44) * 2.2) };
            let ink = mix(ground, dark, if sea { (0.07 - line) * 7.0 } else { (0.09 - line) * 9.0 } * 0.6);
            mix(ink, dark, (0.006 - (height - 0.44).abs()) * 220.0)
        }
    }
}

/// The brightness of the star whose cell a point lies in.
fn star(x: f32, y: f32, cells: f32, seed: u32) -> f32 {
    let (column, row) = ((x * cells).floor(), (y * cells).floor());
    let (i, j) = (column as i32, row as i32);
    if grain(i, j, seed) < 0.72 {
        return 0.0;
    }
    let (px, py) = (column + 0.3 + grain(i, j, seed + 11) * 0.4, row + 0.3 + grain(i, j, seed + 12) * 0.4);
    let size = 0.08 + grain(i, j, seed + 13).powi(4) * 0.22;
    ((size - (x * cells - px).hypot(y * cells - py)) * 9.0).clamp(0.0, 1.0)
        * (0.35 + grain(i, j, seed + 14) * 0.65)
}

/// A scene as JPEG.
///
/// # Errors
/// When the encoder fails.
pub fn scene(scene: Scene, seed: u32, width: u32, height: u32) -> ImageResult<Vec<u8>> {
    let (across, down) = (width as f32, height as f32);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = ((x as f32 + 0.5) / across, (y as f32 + 0.5) / down);
        let film = (grain(x as i32, y as i32, seed + 99) - 0.5) * 0.018;
        pixel(at(scene, seed, u, v, across / down).map(|part| part + film))
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&picture)?;
    Ok(bytes)
}

/// An avatar as PNG: a figure before a soft ground.
///
/// # Errors
/// When the encoder fails.
pub fn avatar(emblem: Emblem, figure: u32, ground: [u32; 2], side: u32) -> ImageResult<Vec<u8>> {
    let (figure, [upper, lower]) = (colour(figure), ground.map(colour));
    let picture = RgbImage::from_fn(side, side, |x, y| {
        let to_unit = |n: u32| (n as f32 + 0.5) / side as f32 * 2.0 - 1.0;
        let (u, v) = (to_unit(x), to_unit(y));
        let ground = mix(upper, lower, (v + 1.0) / 2.0 + u * 0.12);
        let distance = covers(emblem, u, v);
        pixel(mix(ground, figure, 0.5 - distance * side as f32 / 2.6))
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCENES: [Scene; 8] = [
        Scene::Hills,
        Scene::Night,
        Scene::Harbour,
        Scene::Dunes,
        Scene::Marsh,
        Scene::Tiles,
        Scene::Weave,
        Scene::Contours,
    ];

    #[test]
    fn pictures_are_the_same_each_time_and_no_two_scenes_are_alike() {
        let drawn: Vec<_> = SCENES.iter().map(|kind| scene(*kind, 7, 60, 40).unwrap()).collect();
        for (kind, bytes) in SCENES.iter().zip(&drawn) {
            assert_eq!(&scene(*kind, 7, 60, 40).unwrap(), bytes);
            assert_eq!(drawn.iter().filter(|other| *other == bytes).count(), 1, "{kind:?}");
        }
    }

    #[test]
    fn no_scene_is_a_plain_surface() {
        for kind in SCENES {
            let bytes = scene(kind, 2, 90, 60).unwrap();
            let picture = image::load_from_memory(&bytes).unwrap().to_luma8();
            let (low, high) =
                picture.pixels().fold((255, 0), |(low, high), p| (p.0[0].min(low), p.0[0].max(high)));
            assert!(high - low > 40, "{kind:?}: {low} to {high}");
        }
    }
}
