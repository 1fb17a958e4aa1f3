//! The languages that a browser asks for (`Accept-Language`, RFC 9110 §12.5.4).

use axum::http::{HeaderMap, header};

/// Wishes beyond these are not looked at.
const MOST: usize = 64;

/// The language ranges of a request, most wished first; those that it refuses with a weight of zero, and wishes that make
/// no sense, are left out.
pub fn languages(asked: &HeaderMap) -> Vec<&str> {
    let lines = asked.get_all(header::ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok());
    let mut wishes: Vec<(&str, f32)> =
        lines.flat_map(|line| line.split(',')).take(MOST).filter_map(wish).collect();
    // What weighs the same stays in its order.
    wishes.sort_by(|(_, one), (_, other)| other.total_cmp(one));
    wishes.into_iter().map(|(language, _)| language).collect()
}

/// One wish with its weight.
fn wish(text: &str) -> Option<(&str, f32)> {
    let (language, weight) = text.split_once(';').unwrap_or((text, "q=1"));
    let language = language.trim();
    let is_range = language == "*"
        || (!language.is_empty() && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    let (name, weight) = weight.split_once('=')?;
    let weight: f32 = weight.trim().parse().ok()?;
    let is_good = is_range && name.trim().eq_ignore_ascii_case("q") && weight > 0.0 && weight <= 1.0;
    is_good.then_some((language, weight))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked(lines: &[&str]) -> HeaderMap {
        lines.iter().map(|line| (header::ACCEPT_LANGUAGE, HeaderValue::from_str(line).unwrap())).collect()
    }

    #[test]
    fn wishes_by_their_weight_then_by_their_order() {
        for (line, expected) in [
            ("fr", ["fr"].as_slice()),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", &["fr-CH", "fr", "en", "de", "*"]),
            ("en;q=0.2,de;q=0.9,fr", &["fr", "de", "en"]),
            ("en;q=0.5, de;q=0.5", &["en", "de"]),
            ("en;q=0, de ; Q = 0.3", &["de"]),
            ("de;q=2, fr;q=-1, es;q=NaN, ja;q=, ar;q, en;level=1;q=1", &[]),
            (";;,,  ,;q=1,<script>,en us,../..", &[]),
            ("", &[]),
        ] {
            assert_eq!(languages(&asked(&[line])), expected, "{line}");
        }
        assert_eq!(languages(&asked(&["en;q=0.5", "ja"])), ["ja", "en"]);
        assert!(languages(&HeaderMap::new()).is_empty());
    }

    #[test]
    fn a_line_without_end_is_looked_at_only_so_far() {
        let long = "xx,".repeat(20_000) + "de";
        assert_eq!(languages(&asked(&[&long])).len(), MOST);
    }
}
