//! Routes that clients shall leave: every answer says since when (behaviours §1, deprecated routes).

use axum::http::{HeaderName, HeaderValue};
use tower_http::set_header::SetResponseHeaderLayer;

/// The first suggestions: 16 November 2021.
pub const FIRST_SUGGESTIONS: &str = "@1637020800";
/// What 3.5 left behind: 30 March 2022.
pub const SINCE_3_5: &str = "@1648598400";
/// What 4.0 left behind: 14 November 2022.
pub const SINCE_4_0: &str = "@1668384000";
/// What 4.3 left behind: 8 October 2024.
pub const SINCE_4_3: &str = "@1728345600";

/// Puts `Deprecation` (RFC 9745) on the answers of a route.
pub fn since(time: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(HeaderName::from_static("deprecation"), HeaderValue::from_static(time))
}
