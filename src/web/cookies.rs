//! The two cookies: the session of who is signed in, and the mark that ties a guest's forms to a browser.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::platform::config::Config;

/// How long a browser stays signed in (behaviours §2, account life): one year, in seconds.
const REMEMBER: u32 = 365 * 24 * 60 * 60;

/// Which cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// Who is signed in.
    Session,
    /// A guest, until the browser closes.
    Guest,
}

impl Cookie {
    /// Its name. Over TLS the prefix makes browsers refuse it from other hosts and without `Secure`.
    pub fn name(self, config: &Config) -> String {
        let name = match self {
            Self::Session => "shop_session",
            Self::Guest => "shop_guest",
        };
        if config.server.is_https() { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// The value a request carries, if it is one of ours: 43 characters of base64url.
    pub fn read(self, config: &Config, headers: &HeaderMap) -> Option<String> {
        let name = self.name(config);
        let pairs = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(given, value)| *given == name && is_ours(value))
            .map(|(_, value)| value.to_owned())
    }

    /// The header that sets it.
    pub fn set(self, config: &Config, value: &str) -> Option<HeaderValue> {
        let age = if self == Self::Session { format!("; Max-Age={REMEMBER}") } else { String::new() };
        self.header(config, value, &age)
    }

    /// The header that removes it.
    pub fn clear(self, config: &Config) -> Option<HeaderValue> {
        self.header(config, "", "; Max-Age=0")
    }

    fn header(self, config: &Config, value: &str, age: &str) -> Option<HeaderValue> {
        let secure = if config.server.is_https() { "; Secure" } else { "" };
        let line = format!("{}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}", self.name(config));
        HeaderValue::from_str(&line).ok()
    }
}

fn is_ours(value: &str) -> bool {
    value.len() == 43 && value.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}
