//! Who may speak for a URI: only the server it belongs to, told by scheme, host and port.

use std::fmt;

use url::{Host, Url};

/// The server behind an http(s) URI. Hosts are compared in their ASCII form and in lower case, without a trailing dot;
/// the usual ports count as absent.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Origin {
    secure: bool,
    host: String,
    port: Option<u16>,
}

impl Origin {
    /// The origin of a URI; None unless it is an absolute http(s) URI with a host and without credentials.
    pub fn of(uri: &str) -> Option<Self> {
        Self::of_url(&Url::parse(uri).ok()?)
    }

    /// The origin of a parsed URL, by the same rules.
    pub fn of_url(url: &Url) -> Option<Self> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        if !url.username().is_empty() || url.password().is_some() {
            return None;
        }
        let host = match url.host()? {
            Host::Domain(name) => name.strip_suffix('.').unwrap_or(name).to_owned(),
            address => address.to_string(),
        };
        (!host.is_empty()).then(|| Self { secure, host, port: url.port() })
    }

    /// Host, and port where it is not the usual one: the domain part of the handles of this server's accounts when
    /// WebFinger says nothing else.
    pub fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }

    /// The host alone, in ASCII.
    pub fn host(&self) -> &str {
        &self.host
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}://{}", if self.secure { "https" } else { "http" }, self.authority())
    }
}

/// Whether two URIs belong to one server, so that a document under one may speak about the other. False when either is
/// not an http(s) URI.
pub fn same_origin(a: &str, b: &str) -> bool {
    Origin::of(a).is_some_and(|a| Origin::of(b).is_some_and(|b| a == b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_is_recognised_in_every_spelling() {
        for (a, b) in [
            ("https://peer.example/1", "https://peer.example/2#x"),
            ("https://peer.example", "https://PEER.example:443/"),
            ("http://peer.example:80/", "http://peer.example/"),
            ("https://münchen.example/", "https://xn--mnchen-3ya.example/"),
            ("https://MÜNCHEN.example/", "https://münchen。example/"),
            ("https://peer.example./", "https://peer.example/"),
            ("http://127.0.0.1:3000/a", "http://127.0.0.1:3000/b"),
            ("http://[::1]:3000/a", "http://[0:0::1]:3000/b"),
        ] {
            assert!(same_origin(a, b), "{a} {b}");
        }
    }

    #[test]
    fn different_servers_are_told_apart() {
        for (a, b) in [
            ("https://peer.example/", "https://other.example/"),
            ("https://peer.example/", "https://sub.peer.example/"),
            ("https://peer.example/", "http://peer.example/"),
            ("https://peer.example/", "https://peer.example:8443/"),
            ("https://peer.example/", "https://peer.example@evil.example/"),
            ("https://peer.example@evil.example/", "https://peer.example@evil.example/"),
            ("https://peer.example/", "https://peer.example.evil.example/"),
            ("https://peer.example\\@evil.example/", "https://evil.example/"),
            ("acct:bob@peer.example", "acct:bob@peer.example"),
            ("peer.example", "peer.example"),
            ("", ""),
            ("https:///", "https:///"),
            ("data:text/plain,x", "data:text/plain,x"),
        ] {
            assert!(!same_origin(a, b), "{a} {b}");
        }
    }

    #[test]
    fn the_authority_is_what_handles_show() {
        let authority = |uri| Origin::of(uri).map(|origin| origin.authority());
        assert_eq!(authority("https://Peer.example:443/x").as_deref(), Some("peer.example"));
        assert_eq!(authority("http://localhost:3000/x").as_deref(), Some("localhost:3000"));
        assert_eq!(
            Origin::of("http://localhost:3000/x").map(|o| o.to_string()).as_deref(),
            Some("http://localhost:3000")
        );
    }
}
