//! Handles and domains: taking `@user@domain` apart, one spelling for comparison, another for display.

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};

use super::lookalike::is_plain;

/// Longest domain in bytes.
pub const MAX_DOMAIN_LEN: usize = 253;
/// Longest username of a local account.
pub const MAX_LOCAL_USERNAME_LEN: usize = 30;
/// Longest username taken from a peer.
pub const MAX_REMOTE_USERNAME_LEN: usize = 2048;

/// The spelling of a domain that is stored and compared: lower case ASCII (punycode), without a final dot,
/// with its port if it has one. `None` if it is not a domain. Takes names of hosts and IPv4 addresses, also
/// such without a dot (`localhost`), but no IPv6 addresses.
pub fn to_ascii(domain: &str) -> Option<String> {
    let (host, port) = split_port(domain)?;
    let host = host.strip_suffix('.').unwrap_or(host);
    // Four bytes a character at most: longer ones cannot become short enough.
    if host.is_empty() || host.len() > MAX_DOMAIN_LEN * 4 {
        return None;
    }
    let ascii =
        Uts46::new().to_ascii(host.as_bytes(), AsciiDenyList::URL, Hyphens::Allow, DnsLength::Verify).ok()?;
    let plausible = |label: &str| !label.starts_with('-') && !label.ends_with('-') && is_label(label);
    if ascii.len() > MAX_DOMAIN_LEN || !ascii.split('.').all(plausible) {
        return None;
    }
    Some(match port {
        Some(port) => format!("{ascii}:{port}"),
        None => ascii.into_owned(),
    })
}

fn is_label(label: &str) -> bool {
    !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

fn split_port(domain: &str) -> Option<(&str, Option<u16>)> {
    match domain.split_once(':') {
        None => Some((domain, None)),
        Some((host, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => {
            port.parse().ok().map(|port| (host, Some(port)))
        }
        Some(_) => None,
    }
}

/// The spelling of a domain that people are shown: international names in their own script. A label that does not
/// decode, or that mixes scripts so that it could be taken for another one, stays as it is.
pub fn to_unicode(domain: &str) -> String {
    let (host, port) = domain.split_once(':').map_or((domain, None), |(host, port)| (host, Some(port)));
    let (shown, valid) = Uts46::new().to_unicode(host.as_bytes(), AsciiDenyList::URL, Hyphens::Allow);
    let plain = valid.is_ok() && shown.split('.').all(is_plain);
    let shown = if plain { shown.into_owned() } else { host.to_owned() };
    match port {
        Some(port) => format!("{shown}:{port}"),
        None => shown,
    }
}

/// Whether two spellings name the same domain.
pub fn same_domain(one: &str, other: &str) -> bool {
    match (to_ascii(one), to_ascii(other)) {
        (Some(one), Some(other)) => one == other,
        _ => false,
    }
}

/// Whether `name` may be the username of an account here: `[a-z0-9_]+` in either case, at most 30.
pub fn is_local_username(name: &str) -> bool {
    (1..=MAX_LOCAL_USERNAME_LEN).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// Whether `name` may be the username of a remote account: `[a-z0-9_]+([.-]+[a-z0-9_]+)*` in either case, at
/// most 2048.
pub fn is_remote_username(name: &str) -> bool {
    let is_joiner = |b: u8| b == b'.' || b == b'-';
    (1..=MAX_REMOTE_USERNAME_LEN).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || is_joiner(b))
        && !name.starts_with(['.', '-'])
        && !name.ends_with(['.', '-'])
}

/// A handle taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Acct {
    /// The name, in the letters it was written with.
    pub username: String,
    /// The domain in the spelling of [`to_ascii`]; none for an account here.
    pub domain: Option<String>,
}

impl Acct {
    /// Reads `@user@domain`, `user@domain`, `user`, each also after `acct:` and with white space around.
    /// `None` if it is no handle.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix("acct:").unwrap_or(text);
        let text = text.strip_prefix('@').unwrap_or(text);
        let (username, domain) = match text.split_once('@') {
            Some((username, domain)) => (username, Some(to_ascii(domain)?)),
            None => (text, None),
        };
        is_remote_username(username).then(|| Self { username: username.to_owned(), domain })
    }

    /// The same handle as seen from the server `local_domain`: that domain removed.
    pub fn relative_to(self, local_domain: &str) -> Self {
        let domain = self.domain.filter(|domain| !same_domain(domain, local_domain));
        Self { username: self.username, domain }
    }

    /// The handle as the API shows it (`acct`): `user` or `user@domain` with the domain as stored.
    pub fn handle(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{}@{domain}", self.username),
            None => self.username.clone(),
        }
    }

    /// The handle for people to read: like [`Acct::handle`] with the domain in its own script.
    pub fn pretty(&self) -> String {
        match &self.domain {
            Some(domain) => format!("{}@{}", self.username, to_unicode(domain)),
            None => self.username.clone(),
        }
    }

    /// The key under which handles are compared: all in lower case.
    pub fn key(&self) -> Self {
        Self { username: self.username.to_ascii_lowercase(), domain: self.domain.clone() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn domains() {
        for (domain, expected) in [
            ("Example.COM", Some("example.com")),
            ("example.com.", Some("example.com")),
            ("b\u{fc}cher.example", Some("xn--bcher-kva.example")),
            ("XN--bcher-kva.example", Some("xn--bcher-kva.example")),
            ("localhost:3000", Some("localhost:3000")),
            ("127.0.0.1:3000", Some("127.0.0.1:3000")),
            ("my_host.example", Some("my_host.example")),
            ("", None),
            (".", None),
            ("a..b", None),
            ("-a.example", None),
            ("a b.example", None),
            ("a/b", None),
            ("user@example.com", None),
            ("example.com:", None),
            ("example.com:99999", None),
            ("[::1]", None),
        ] {
            assert_eq!(to_ascii(domain).as_deref(), expected, "{domain}");
        }
        assert_eq!(to_ascii(&format!("{}.example", "a".repeat(64))), None);
        assert_eq!(to_ascii(&"a.".repeat(127)).map(|d| d.len()), Some(253));
        assert_eq!(to_ascii(&"a.".repeat(128)), None);
    }

    #[test]
    fn display_and_comparison() {
        assert_eq!(to_unicode("xn--bcher-kva.example"), "b\u{fc}cher.example");
        assert_eq!(to_unicode("xn--bcher-kva.example:8443"), "b\u{fc}cher.example:8443");
        assert_eq!(to_unicode("xn--a"), "xn--a");
        // A Cyrillic letter among Latin ones, and a word of Cyrillic letters that all look Latin.
        assert_eq!(to_unicode("xn--pple-43d.example"), "xn--pple-43d.example");
        assert_eq!(to_unicode("xn--80ak6aa92e.example"), "xn--80ak6aa92e.example");
        assert!(same_domain("B\u{dc}CHER.example", "xn--bcher-kva.example"));
        assert!(!same_domain("", ""));
        assert!(!same_domain("a.example:1", "a.example"));
    }

    #[test]
    fn handles() {
        let acct = |username: &str, domain: Option<&str>| {
            Some(Acct { username: username.into(), domain: domain.map(Into::into) })
        };
        for (text, expected) in [
            ("alice", acct("alice", None)),
            ("@alice", acct("alice", None)),
            (" @Alice@Example.com ", acct("Alice", Some("example.com"))),
            ("acct:alice@example.com", acct("alice", Some("example.com"))),
            ("acct:@alice", acct("alice", None)),
            ("a.b-c@b\u{fc}cher.example", acct("a.b-c", Some("xn--bcher-kva.example"))),
            ("", None),
            ("@", None),
            ("alice@", None),
            ("alice@b@c", None),
            ("al ice", None),
            ("\u{e9}lo@example.com", None),
        ] {
            assert_eq!(Acct::parse(text), expected, "{text}");
        }
        let remote = Acct::parse("Bob@b\u{fc}cher.example").expect("a handle");
        assert_eq!(remote.handle(), "Bob@xn--bcher-kva.example");
        assert_eq!(remote.pretty(), "Bob@b\u{fc}cher.example");
        assert_eq!(remote.key().username, "bob");
        assert_eq!(remote.relative_to("B\u{fc}cher.example").domain, None);
    }

    #[test]
    fn usernames() {
        for name in ["a", "Alice_99", &"a".repeat(30)] {
            assert!(is_local_username(name) && is_remote_username(name), "{name}");
        }
        for name in ["a.b", "a--b", "a.-_b", &"a".repeat(31)] {
            assert!(!is_local_username(name) && is_remote_username(name), "{name}");
        }
        for name in ["", ".a", "a.", "-", "a b", "\u{e9}", "a@b", &"a".repeat(2049)] {
            assert!(!is_local_username(name) && !is_remote_username(name), "{name}");
        }
    }

    proptest! {
        #[test]
        fn ascii_form_is_stable(domain in "\\PC{0,20}") {
            if let Some(ascii) = to_ascii(&domain) {
                prop_assert_eq!(to_ascii(&ascii), Some(ascii.clone()));
                prop_assert_eq!(to_ascii(&to_unicode(&ascii)), Some(ascii));
            }
        }

        #[test]
        fn handles_read_back(text in "[@a-z.:_-]{0,20}") {
            if let Some(acct) = Acct::parse(&text) {
                prop_assert_eq!(Acct::parse(&acct.handle()), Some(acct));
            }
        }
    }
}
