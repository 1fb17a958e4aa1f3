//! Where a form leads afterwards: a page of this server, or home.

use url::Url;

use crate::platform::config::Config;
use crate::platform::http::params::Params;

/// The longest address that is followed, in bytes.
const LONGEST: usize = 8_192;

/// Where people go when nothing else is asked for.
pub const HOME: &str = "/home";

/// The path and query in the parameter `return_to`, if they stay on this server; else home.
pub fn read(config: &Config, params: &Params) -> String {
    params.text("return_to").and_then(|text| own_path(config, &text)).unwrap_or_else(|| HOME.to_owned())
}

/// The same address as a path, unless a browser would take it to another origin.
fn own_path(config: &Config, text: &str) -> Option<String> {
    let plain = text.len() <= LONGEST && text.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    if !plain || !text.starts_with('/') || text.starts_with("//") {
        return None;
    }
    let base = Url::parse(config.base_url()).ok()?;
    let whole = base.join(text).ok()?;
    if whole.origin() != base.origin() {
        return None;
    }
    // The normalised path may begin with two slashes although the text does not: `/..//host`.
    let path = whole.path();
    if path.starts_with("//") {
        return None;
    }
    Some(whole.query().map_or_else(|| path.to_owned(), |query| format!("{path}?{query}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_server_are_followed() {
        let config = Config::load(&[("server.url", "http://localhost:3000".into())], [], None).unwrap();
        for (text, path) in [
            ("/home", Some("/home")),
            ("/oauth/authorize?a=b&c=http%3A%2F%2Fx", Some("/oauth/authorize?a=b&c=http%3A%2F%2Fx")),
            ("/@alice#x", Some("/@alice")),
            ("/a/../b", Some("/b")),
            ("", None),
            ("home", None),
            ("//evil.example", None),
            ("/\\evil.example", None),
            ("/..//evil.example", None),
            ("/./\t/evil.example", None),
            ("https://evil.example/", None),
            ("http://localhost:3000/home", None),
            ("javascript:alert(1)", None),
            ("/a\r\nSet-Cookie: x", None),
        ] {
            assert_eq!(own_path(&config, text).as_deref(), path, "{text:?}");
        }
    }
}
