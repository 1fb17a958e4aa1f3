//! The rules in memory, as every request, fetch and delivery asks for them.

use std::collections::{HashMap, HashSet};
use std::sync::{PoisonError, RwLock};

use super::table::{DomainRule, Severity};
use crate::features::accounts::table::Account;
use crate::federation::vocab::Origin;
use crate::platform::clock::Millis;
use crate::platform::net::{Gate, Purpose};

/// The mark of accounts that are suspended because a closed network does not let their server in.
pub const NOT_ALLOWED: Millis = Millis(1);

/// What counts of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How hard it is.
    pub severity: Severity,
    /// No media are taken.
    pub reject_media: bool,
    /// No reports are taken.
    pub reject_reports: bool,
    /// The time that its accounts bear.
    pub mark: Millis,
}

impl From<&DomainRule> for Rule {
    fn from(rule: &DomainRule) -> Self {
        Self {
            severity: rule.severity,
            reject_media: rule.reject_media,
            reject_reports: rule.reject_reports,
            mark: rule.created_at,
        }
    }
}

/// How the accounts of a server stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// As any others.
    Free,
    /// Limited since then.
    Limited(Millis),
    /// Suspended since then.
    Suspended(Millis),
}

/// All rules. Cheap to ask: one look-up for each label of the name.
#[derive(Debug, Default)]
pub struct Book(RwLock<Pages>);

#[derive(Debug, Default)]
struct Pages {
    rules: HashMap<String, Rule>,
    allowed: HashSet<String>,
    /// Only the allowed are talked to.
    closed: bool,
    /// Our own names, about which there are no rules.
    own: Vec<String>,
}

impl Book {
    /// Fills the book when a server is put together.
    pub(super) fn fill(
        &self,
        closed: bool,
        own: Vec<String>,
        rules: impl IntoIterator<Item = DomainRule>,
        allowed: impl IntoIterator<Item = String>,
    ) {
        let rules = rules.into_iter().map(|rule| {
            let kept = Rule::from(&rule);
            (rule.domain, kept)
        });
        let pages = Pages { rules: rules.collect(), allowed: allowed.into_iter().collect(), closed, own };
        self.write(|book| *book = pages);
    }

    /// Sets, or takes out, the rule about a domain.
    pub(super) fn set_rule(&self, domain: String, rule: Option<Rule>) {
        self.write(|book| match rule {
            Some(rule) => book.rules.insert(domain, rule),
            None => book.rules.remove(&domain),
        });
    }

    /// Lets a domain in, or not any more.
    pub(super) fn set_allowed(&self, domain: String, allowed: bool) {
        self.write(|book| if allowed { book.allowed.insert(domain) } else { book.allowed.remove(&domain) });
    }

    fn write<T>(&self, change: impl FnOnce(&mut Pages) -> T) -> T {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn read<T>(&self, look: impl FnOnce(&Pages) -> T) -> T {
        look(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// How many rules there are.
    pub(super) fn len(&self) -> usize {
        self.read(|book| book.rules.len())
    }

    /// The times that accounts of a server bear when any rule about it, or the closed network, has marked them.
    pub(super) fn marks(&self, domain: &str) -> Vec<Millis> {
        let rules =
            |book: &Pages| above(domain).filter_map(|name| Some(book.rules.get(&name)?.mark)).collect();
        let mut marks: Vec<Millis> = self.read(rules);
        marks.push(NOT_ALLOWED);
        marks
    }

    /// Whether there is nothing to look up: most servers most of the time.
    fn is_blank(&self) -> bool {
        self.read(|book| book.rules.is_empty() && !book.closed)
    }

    /// How an account stands, by its handle and by where it lives: the harder of the two.
    pub fn standing_of(&self, account: &Account) -> Standing {
        if self.is_blank() {
            return Standing::Free;
        }
        let handle = account.domain.as_deref().map_or(Standing::Free, |domain| self.standing(domain));
        let place = account.uri.as_deref().and_then(Origin::of);
        let place = place.map_or(Standing::Free, |place| self.standing(&place.authority()));
        match (handle, place) {
            (Standing::Suspended(_), _) | (_, Standing::Free) => handle,
            (_, Standing::Suspended(_)) | (Standing::Free, _) => place,
            (Standing::Limited(_), Standing::Limited(_)) => handle,
        }
    }

    /// Whether the media of an account are not taken, by its handle or by where it lives.
    pub fn rejects_media_of(&self, account: &Account) -> bool {
        if self.is_blank() {
            return false;
        }
        let place = || account.uri.as_deref().and_then(Origin::of).map(|place| place.authority());
        account.domain.as_deref().is_some_and(|domain| {
            self.rejects_media(domain) || place().is_some_and(|place| self.rejects_media(&place))
        })
    }

    /// The rule that counts for a domain (`name` or `name:port`): the one about the longest part of its name.
    pub fn rule(&self, domain: &str) -> Option<Rule> {
        self.read(|book| book.rule(domain))
    }

    /// How the accounts of a server stand.
    pub fn standing(&self, domain: &str) -> Standing {
        self.read(|book| match book.rule(domain) {
            Some(rule) if rule.severity == Severity::Suspend => Standing::Suspended(rule.mark),
            _ if !book.lets_in(domain) => Standing::Suspended(NOT_ALLOWED),
            Some(rule) if rule.severity == Severity::Silence => Standing::Limited(rule.mark),
            _ => Standing::Free,
        })
    }

    /// Whether nothing is exchanged with a server: it is suspended, or a closed network does not let it in.
    pub fn shuts_out(&self, domain: &str) -> bool {
        matches!(self.standing(domain), Standing::Suspended(_))
    }

    /// As [`Book::shuts_out`], for the server of an address; what is no web address is nobody's.
    pub fn shuts_out_url(&self, url: &str) -> bool {
        !self.is_blank() && Origin::of(url).is_some_and(|origin| self.shuts_out(&origin.authority()))
    }

    /// Whether pages and pictures at an address are not fetched. A closed network leaves them open.
    pub fn forbids_page(&self, url: &str) -> bool {
        let is_refused = |origin: Origin| self.refuses(&origin.authority(), Purpose::Web).is_some();
        !self.is_blank() && Origin::of(url).is_some_and(is_refused)
    }

    /// Whether media of a server are not taken.
    pub fn rejects_media(&self, domain: &str) -> bool {
        self.rule(domain).is_some_and(|rule| rule.reject_media) || self.shuts_out(domain)
    }

    /// Whether reports of a server are not taken.
    pub fn rejects_reports(&self, domain: &str) -> bool {
        self.rule(domain).is_some_and(|rule| rule.reject_reports)
    }
}

impl Pages {
    fn is_own(&self, domain: &str) -> bool {
        self.own.iter().any(|own| own == domain)
    }

    fn rule(&self, domain: &str) -> Option<Rule> {
        if self.rules.is_empty() || self.is_own(domain) {
            return None;
        }
        above(domain).find_map(|name| self.rules.get(&name)).copied()
    }

    /// A closed network lets in names as they are written, without those below them.
    fn lets_in(&self, domain: &str) -> bool {
        let bare = || domain.split(':').next().unwrap_or_default();
        !self.closed || self.is_own(domain) || self.allowed.contains(domain) || self.allowed.contains(bare())
    }
}

/// The names that a rule about `domain` may have, the most exact one first: `a.b:1`, `a.b`, `b:1`, `b`.
pub fn above(domain: &str) -> impl Iterator<Item = String> {
    let (name, port) = domain.split_once(':').map_or((domain, None), |(name, port)| (name, Some(port)));
    let mut rest = Some(name);
    std::iter::from_fn(move || {
        let here = rest?;
        rest = here.split_once('.').map(|(_, above)| above);
        Some(here)
    })
    .flat_map(move |name| port.map(|port| format!("{name}:{port}")).into_iter().chain([name.to_owned()]))
}

impl Gate for Book {
    fn refuses(&self, host: &str, purpose: Purpose) -> Option<&'static str> {
        match (self.standing(host), purpose) {
            (_, Purpose::Farewell | Purpose::Device) | (Standing::Free | Standing::Limited(_), _) => None,
            // Pages and pictures lie anywhere; those who may speak for themselves are the peers.
            (Standing::Suspended(NOT_ALLOWED), Purpose::Web) => None,
            (Standing::Suspended(NOT_ALLOWED), Purpose::Peer) => {
                Some("this server is not on the list of allowed ones")
            }
            (Standing::Suspended(_), _) => Some("this server is suspended by a rule"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(domain: &str, severity: Severity, at: u64) -> DomainRule {
        DomainRule {
            domain: domain.into(),
            severity,
            reject_media: false,
            reject_reports: severity == Severity::Noop,
            private_comment: None,
            public_comment: None,
            obfuscate: false,
            created_at: Millis(at),
        }
    }

    fn book(closed: bool) -> Book {
        let book = Book::default();
        let rules = [
            rule("evil.example", Severity::Suspend, 10),
            rule("better.evil.example", Severity::Noop, 20),
            rule("loud.example:8443", Severity::Silence, 30),
        ];
        book.fill(closed, vec!["own.evil.example".into()], rules, ["friend.example".to_owned()]);
        book
    }

    #[test]
    fn the_rule_about_the_longest_part_of_a_name_counts() {
        let book = book(false);
        for (domain, standing) in [
            ("evil.example", Standing::Suspended(Millis(10))),
            ("a.b.evil.example", Standing::Suspended(Millis(10))),
            ("evil.example:8443", Standing::Suspended(Millis(10))),
            ("better.evil.example", Standing::Free),
            ("much.better.evil.example", Standing::Free),
            ("loud.example:8443", Standing::Limited(Millis(30))),
            ("a.loud.example:8443", Standing::Limited(Millis(30))),
            ("loud.example", Standing::Free),
            ("notevil.example", Standing::Free),
            ("example", Standing::Free),
            ("own.evil.example", Standing::Free),
            ("", Standing::Free),
        ] {
            assert_eq!(book.standing(domain), standing, "{domain}");
        }
        assert!(book.rejects_reports("much.better.evil.example") && !book.rejects_reports("evil.example"));
        assert!(book.rejects_media("evil.example") && !book.rejects_media("better.evil.example"));
    }

    #[test]
    fn a_closed_network_lets_in_whom_it_names() {
        let book = book(true);
        for open in ["friend.example", "friend.example:3000", "own.evil.example"] {
            assert!(!book.shuts_out(open), "{open}");
        }
        for shut in ["a.friend.example", "other.example", "better.evil.example", "evil.example"] {
            assert!(book.shuts_out(shut), "{shut}");
        }
        assert!(book.shuts_out_url("https://other.example/users/1") && !book.shuts_out_url("nonsense"));
        assert!(book.refuses("other.example", Purpose::Peer).is_some());
        assert_eq!(book.refuses("other.example", Purpose::Web), None);
        assert!(book.forbids_page("https://evil.example/a") && !book.forbids_page("https://other.example/a"));
        assert!(book.refuses("evil.example", Purpose::Web).is_some());
        assert_eq!(book.refuses("evil.example", Purpose::Device), None);
        assert_eq!(book.refuses("evil.example", Purpose::Farewell), None);
    }

    #[test]
    fn names_go_from_the_most_exact_to_the_widest() {
        let names: Vec<String> = above("a.b.c:1").collect();
        assert_eq!(names, ["a.b.c:1", "a.b.c", "b.c:1", "b.c", "c:1", "c"]);
        assert_eq!(above("a").collect::<Vec<_>>(), ["a"]);
    }
}
