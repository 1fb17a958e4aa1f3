//! A QR code as a picture in SVG, without styles or scripts: black on white in any theme, since cameras want it so.

use qrcodegen::{QrCode, QrCodeEcc};

use crate::platform::error::{Error, Result};

/// The quiet zone around it, in modules (ISO 18004).
const MARGIN: i32 = 4;

/// Draws `text`.
///
/// # Errors
/// 500 when the text is too long for any QR code.
pub(super) fn svg(text: &str) -> Result<String> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(Error::internal)?;
    let side = code.size() + 2 * MARGIN;
    let mut path = String::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
            if length > 0 {
                path.push_str(&format!("M{} {}h{length}v1h-{length}z", x + MARGIN, y + MARGIN));
            }
            x += i32::try_from(length).map_err(Error::internal)? + 1;
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_finder_patterns_stand_in_their_corners() {
        let drawn = svg("otpauth://totp/x:y?secret=GEZDGNBVGY3TQOJQ").unwrap();
        assert!(drawn.starts_with("<svg xmlns=") && drawn.ends_with("</svg>"), "{drawn}");
        let side: i32 =
            drawn.split("viewBox=\"0 0 ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
        for (x, y) in [(4, 4), (side - 11, 4), (4, side - 11), (4, 10)] {
            assert!(drawn.contains(&format!("M{x} {y}h7v1h-7z")), "{x} {y}: {drawn}");
        }
        assert!(svg(&"x".repeat(10_000)).is_err());
    }
}
