//! The figures on the avatars, as signed distances: negative inside, positive outside, in units of half a picture.

use std::f32::consts::{PI, TAU};

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "each is what its name says")]
pub enum Emblem {
    Book,
    Boat,
    Moon,
    Bowl,
    Rings,
    Type,
    Leaf,
    Chip,
    Wave,
    Bird,
    Note,
    Sun,
    Wheel,
    Compass,
}

fn disc(x: f32, y: f32, radius: f32) -> f32 {
    x.hypot(y) - radius
}

fn ring(x: f32, y: f32, radius: f32, half: f32) -> f32 {
    (x.hypot(y) - radius).abs() - half
}

fn block(x: f32, y: f32, width: f32, height: f32, round: f32) -> f32 {
    let (dx, dy) = (x.abs() - width + round, y.abs() - height + round);
    dx.max(0.0).hypot(dy.max(0.0)) + dx.max(dy).min(0.0) - round
}

fn stroke(point: (f32, f32), from: (f32, f32), to: (f32, f32), half: f32) -> f32 {
    let (px, py) = (point.0 - from.0, point.1 - from.1);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let along = ((px * dx + py * dy) / (dx * dx + dy * dy).max(f32::EPSILON)).clamp(0.0, 1.0);
    (px - dx * along).hypot(py - dy * along) - half
}

/// A triangle as the intersection of three half planes; the corners run clockwise as seen on the screen.
fn triangle(point: (f32, f32), corners: [(f32, f32); 3]) -> f32 {
    let edge = |(ax, ay): (f32, f32), (bx, by): (f32, f32)| {
        let (dx, dy) = (bx - ax, by - ay);
        ((point.0 - ax) * dy - (point.1 - ay) * dx) / dx.hypot(dy).max(f32::EPSILON)
    };
    let [a, b, c] = corners;
    edge(a, b).max(edge(b, c)).max(edge(c, a))
}

/// The point turned into the first of `count` equal sectors, which begins around the upward axis.
fn sector(x: f32, y: f32, count: f32) -> (f32, f32) {
    let step = TAU / count;
    let angle = (x.atan2(-y) + step / 2.0).rem_euclid(step) - step / 2.0;
    let radius = x.hypot(y);
    (radius * angle.sin(), -radius * angle.cos())
}

/// How far a point lies outside the figure.
pub fn covers(emblem: Emblem, x: f32, y: f32) -> f32 {
    let p = (x, y);
    match emblem {
        Emblem::Book => {
            let side = x.abs();
            let page = block(side - 0.29, y + 0.14 * (side - 0.3), 0.25, 0.36, 0.03);
            let lines = (0..3)
                .map(|line| {
                    let at = -0.17 + line as f32 * 0.16;
                    stroke((side, y), (0.14, at + 0.02), (0.44, at - 0.02), 0.018)
                })
                .fold(1.0, f32::min);
            page.max(-lines)
        }
        Emblem::Boat => {
            let hull = disc(x, y - 0.06, 0.5).max(0.2 - y).max(y - 0.46);
            let sail = triangle(p, [(0.04, -0.6), (0.46, 0.1), (0.04, 0.1)]);
            let jib = triangle(p, [(-0.04, -0.42), (-0.04, 0.1), (-0.36, 0.1)]);
            hull.min(sail).min(jib.max(-1.0)).min(stroke(p, (0.0, -0.62), (0.0, 0.22), 0.018))
        }
        Emblem::Moon => {
            let moon = disc(x + 0.04, y, 0.52).max(-disc(x - 0.2, y + 0.12, 0.45));
            moon.min(disc(x - 0.36, y + 0.3, 0.05)).min(disc(x - 0.22, y - 0.06, 0.035))
        }
        Emblem::Bowl => {
            let bowl = disc(x, y + 0.02, 0.54).max(0.06 - y);
            let foot = block(x, y - 0.54, 0.2, 0.045, 0.02);
            let steam = [-0.2_f32, 0.0, 0.2]
                .into_iter()
                .map(|at| (((x - at) - 0.045 * (y * 14.0).sin()).abs() - 0.022).max((y + 0.27).abs() - 0.2))
                .fold(1.0, f32::min);
            bowl.min(foot).min(steam)
        }
        Emblem::Rings => [0.16_f32, 0.34, 0.52]
            .into_iter()
            .map(|radius| ring(x + 0.03 * radius, y - 0.05 * radius, radius, 0.045))
            .fold(disc(x, y, 0.06), f32::min),
        Emblem::Type => {
            let body = block(x, y, 0.42, 0.54, 0.05);
            let bowl = ring(x, y, 0.23, 0.06);
            let letter =
                bowl.max(-block(x - 0.2, y - 0.09, 0.16, 0.06, 0.0)).min(block(x, y, 0.23, 0.045, 0.0));
            body.max(-letter)
        }
        Emblem::Leaf => {
            let (u, v) = ((x + y) * 0.707, (x - y) * 0.707);
            let blade = disc(u + 0.42, v, 0.72).max(disc(u - 0.42, v, 0.72));
            let vein = stroke((u, v), (0.0, -0.34), (0.0, 0.8), 0.02);
            blade.max(-vein).min(stroke((u, v), (0.0, -0.8), (0.0, -0.5), 0.03))
        }
        Emblem::Chip => {
            let body = block(x, y, 0.34, 0.34, 0.05).max(-ring(x + 0.19, y + 0.19, 0.045, 0.02));
            let (major, minor) = (x.abs().max(y.abs()), x.abs().min(y.abs()));
            let pin = (minor - (minor / 0.19).round().min(1.0) * 0.19).abs() - 0.035;
            body.min(pin.max((major - 0.46).abs() - 0.1))
        }
        Emblem::Wave => (0..3)
            .map(|line| {
                let at = -0.3 + line as f32 * 0.3;
                ((y - at - 0.09 * (x * 2.6 * PI + line as f32).sin()).abs() - 0.055) * 0.8
            })
            .fold(1.0, f32::min)
            .max(x.abs() - 0.58),
        Emblem::Bird => {
            let body = disc(x * 0.8, y - 0.08, 0.3).max(-disc(x + 0.1, y + 0.5, 0.42));
            let head = disc(x - 0.32, y + 0.14, 0.15);
            let beak = triangle(p, [(0.44, -0.2), (0.66, -0.12), (0.44, -0.07)]);
            let tail = triangle(p, [(-0.26, -0.06), (-0.2, 0.16), (-0.68, -0.2)]);
            let legs =
                stroke(p, (-0.02, 0.3), (-0.02, 0.58), 0.016).min(stroke(p, (0.1, 0.3), (0.1, 0.58), 0.016));
            body.min(head).min(beak).min(tail).min(legs).max(-disc(x - 0.36, y + 0.18, 0.025))
        }
        Emblem::Note => {
            let heads = disc((x + 0.26) * 0.85, (y - 0.36) * 1.15, 0.16).min(disc(
                (x - 0.3) * 0.85,
                (y - 0.26) * 1.15,
                0.16,
            ));
            let stems =
                stroke(p, (-0.1, 0.34), (-0.1, -0.4), 0.03).min(stroke(p, (0.46, 0.24), (0.46, -0.5), 0.03));
            let beam = block(x - 0.18, y + 0.43 + (x - 0.18) * 0.18, 0.31, 0.07, 0.02);
            heads.min(stems).min(beam)
        }
        Emblem::Sun => {
            let (u, v) = sector(x, y + 0.02, 12.0);
            disc(x, y + 0.02, 0.28).min(stroke((u, v), (0.0, -0.4), (0.0, -0.58), 0.03))
        }
        Emblem::Wheel => {
            let (u, v) = sector(x, y, 10.0);
            ring(x, y, 0.54, 0.05).min(disc(x, y, 0.1)).min(stroke((u, v), (0.0, 0.0), (0.0, -0.54), 0.012))
        }
        Emblem::Compass => {
            let (u, v) = sector(x, y, 4.0);
            let reach = if x.abs() > y.abs() { 0.34 } else { 0.5 };
            let point = triangle((u.abs(), v), [(0.0, -reach), (0.11, -0.11), (0.0, 0.06)]);
            ring(x, y, 0.6, 0.03).min(point.max(-disc(x, y, 0.05)))
        }
    }
}
