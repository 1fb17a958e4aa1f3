//! Rate limits: fixed windows counted in memory, with the numbers and headers that clients of the API expect.
//!
//! A window begins at a multiple of its period since the epoch, so its end is the same for everybody and a restart
//! moves nothing. Counters are kept for the busiest keys only (see [`Rate::new`]), which bounds memory; a flood from
//! ever new addresses therefore costs itself, not us.

use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use moka::sync::Cache;
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

/// Most counters kept at once; the least used ones make room.
const MAX_COUNTERS: u64 = 50_000;

/// What is limited. Behaviours §1 has the table these numbers come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Family {
    /// Any API call of a signed-in user.
    ApiAccount,
    /// Any API call with one token.
    ApiToken,
    /// Any API call without a user.
    ApiAnonymous,
    /// Uploads of media.
    Media,
    /// Remote media passed through this server.
    MediaProxy,
    /// Sign-ups through the API.
    SignUpApi,
    /// Requests for any page but the first.
    Paging,
    /// Deleted statuses and withdrawn reblogs.
    Delete,
    /// Registered applications.
    Apps,
    /// The sign-up form.
    SignUpForm,
    /// The two forms of the sign-in, by address of the caller.
    SignIn,
    /// The form that asks for a new password, by address of the caller.
    PasswordReset,
    /// The form that asks for another confirmation mail, by address of the caller.
    Confirmation,
    /// Sign-ins with one e-mail address; counted by the handler.
    SignInEmail,
    /// Password mails to one e-mail address; counted by the handler.
    PasswordResetEmail,
    /// Confirmation mails to one e-mail address or account; counted by the handler.
    ConfirmationEmail,
    /// Changes of the e-mail address before it is confirmed; counted by the handler.
    SetupEmail,
    /// Changed passwords; counted by the handler.
    PasswordChange,
    /// Follows; counted by the handler.
    Follows,
    /// Statuses, reblogs and edits; counted by the handler.
    Statuses,
    /// Reports; counted by the handler.
    Reports,
}

/// How often something may happen in one window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Calls allowed in a window.
    pub max: u32,
    /// Length of a window in seconds.
    pub period: u32,
}

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

impl Family {
    /// The numbers of this family.
    pub const fn limit(self) -> Limit {
        let (max, period) = match self {
            Self::ApiAccount => (1500, 5 * MINUTE),
            Self::ApiToken | Self::ApiAnonymous => (300, 5 * MINUTE),
            Self::Media | Self::Delete => (30, 30 * MINUTE),
            Self::MediaProxy => (30, 10 * MINUTE),
            Self::SignUpApi => (5, 30 * MINUTE),
            Self::Paging => (300, 15 * MINUTE),
            Self::Apps | Self::SetupEmail => (5, 10 * MINUTE),
            Self::SignUpForm | Self::SignIn | Self::PasswordReset | Self::Confirmation => (25, 5 * MINUTE),
            Self::SignInEmail => (25, HOUR),
            Self::PasswordResetEmail | Self::ConfirmationEmail => (5, 30 * MINUTE),
            Self::PasswordChange => (10, 10 * MINUTE),
            Self::Follows | Self::Reports => (400, 24 * HOUR),
            Self::Statuses => (300, 3 * HOUR),
        };
        Limit { max, period }
    }
}

/// Whose calls are counted together.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum RateKey {
    /// A local account (or its user), by id.
    Account(u64),
    /// An access token, by id.
    Token(u64),
    /// A caller's address; make it with [`RateKey::ip`].
    Ip(IpAddr),
    /// An e-mail address; make it with [`RateKey::email`].
    Email(String),
}

impl RateKey {
    /// The key of an address: an IPv6 address counts as its /64 network, an IPv4-mapped one as the IPv4 address.
    pub fn ip(address: IpAddr) -> Self {
        Self::Ip(match address.to_canonical() {
            IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)),
            v4 => v4,
        })
    }

    /// The key of an e-mail address; letter case and blanks around it make no difference.
    pub fn email(address: &str) -> Self {
        Self::Email(address.trim().to_lowercase())
    }
}

/// The state of the tightest limit after a call was counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Which limit this is.
    pub family: Family,
    /// Calls allowed in a window.
    pub limit: u32,
    /// Calls left in this window.
    pub remaining: u32,
    /// End of this window.
    pub reset: Timestamp,
    /// False when the call must be refused with 429.
    pub allowed: bool,
}

impl Verdict {
    /// Of two verdicts the one to show: a refusal before a permission, then the one with fewer calls left.
    pub fn tighter(self, other: Self) -> Self {
        if (other.allowed, other.remaining) < (self.allowed, self.remaining) { other } else { self }
    }

    /// The three `X-RateLimit-*` headers; the reset is ISO 8601 in UTC with six decimals.
    pub fn headers(&self) -> [(HeaderName, HeaderValue); 3] {
        let reset = self.reset.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
        [
            (HeaderName::from_static("x-ratelimit-limit"), HeaderValue::from(self.limit)),
            (HeaderName::from_static("x-ratelimit-remaining"), HeaderValue::from(self.remaining)),
            (
                HeaderName::from_static("x-ratelimit-reset"),
                HeaderValue::from_str(&reset).unwrap_or(HeaderValue::from_static("")),
            ),
        ]
    }
}

/// Who calls, as far as it is known when a request comes in.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Address of the client, trusted proxies already taken away.
    pub ip: IpAddr,
    /// Account id behind the token or session; none for anonymous callers and application tokens.
    pub account: Option<u64>,
    /// Id of the access token.
    pub token: Option<u64>,
}

/// The limits a request falls under by its method and URL alone, each with the key it is counted by.
///
/// Families of single deeds (statuses, follows, reports, everything by e-mail address) are not among them: only the
/// handler knows whether the deed happens and for whom. `query` is the raw query string.
pub fn families_for(
    method: &Method,
    path: &str,
    query: Option<&str>,
    caller: &Caller,
) -> Vec<(Family, RateKey)> {
    let ip = || RateKey::ip(caller.ip);
    let account_or_ip = || caller.account.map_or_else(ip, RateKey::Account);
    let mut found = Vec::with_capacity(4);
    if path.starts_with("/api/") {
        match caller.account {
            Some(account) => found.push((Family::ApiAccount, RateKey::Account(account))),
            None => found.push((Family::ApiAnonymous, ip())),
        }
        if let Some(token) = caller.token {
            found.push((Family::ApiToken, RateKey::Token(token)));
        }
    }
    if query.is_some_and(asks_for_page) {
        found.push((Family::Paging, account_or_ip()));
    }
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut parts = path.split('/').skip(1);
    let parts = [(); 5].map(|()| parts.next().unwrap_or_default());
    let family = match (method, parts) {
        (&Method::POST, ["api", version, "media", "", ""]) if is_version(version) => Some(Family::Media),
        (&Method::POST, ["api", "v1", "accounts", "", ""]) => Some(Family::SignUpApi),
        (&Method::POST, ["api", "v1", "apps", "", ""]) => Some(Family::Apps),
        (&Method::DELETE, ["api", "v1", "statuses", _, ""]) => Some(Family::Delete),
        (&Method::POST, ["api", "v1", "statuses", _, "unreblog"]) => Some(Family::Delete),
        (_, ["media_proxy", ..]) => Some(Family::MediaProxy),
        (&Method::POST, ["auth", "", "", "", ""] | ["auth", "sign_up", "", "", ""]) => {
            Some(Family::SignUpForm)
        }
        (&Method::POST, ["auth", "sign_in", "" | "code", "", ""]) => Some(Family::SignIn),
        (&Method::POST, ["auth", "password", "", "", ""]) => Some(Family::PasswordReset),
        (&Method::POST, ["auth", "confirmation", "", "", ""]) => Some(Family::Confirmation),
        _ => None,
    };
    if let Some(family) = family {
        let key = match family {
            Family::Media | Family::Delete => account_or_ip(),
            _ => ip(),
        };
        found.push((family, key));
    }
    found
}

fn is_version(part: &str) -> bool {
    part.strip_prefix('v')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn asks_for_page(query: &str) -> bool {
    url::form_urlencoded::parse(query.as_bytes())
        .any(|(name, value)| matches!(&*name, "page" | "min_id" | "max_id" | "since_id") && !value.is_empty())
}

/// All counters of the server.
pub struct Rate {
    on: bool,
    hasher: RandomState,
    counters: Cache<(Family, u64), Arc<AtomicU64>>,
}

/// A counter is the number of its window in the upper bits and the calls in it in the lower [`COUNT_BITS`].
const COUNT_BITS: u32 = 24;
const COUNT_MASK: u64 = (1 << COUNT_BITS) - 1;

impl Rate {
    /// Counters for 50,000 keys, some ten megabytes when full. With `on` false nothing is ever counted or refused.
    pub fn new(on: bool) -> Self {
        Self { on, hasher: RandomState::new(), counters: Cache::new(MAX_COUNTERS) }
    }

    /// Counts one call against each of the limits and tells the tightest of them.
    ///
    /// The first limit that is used up ends the counting, so a refused call does not use up the others.
    /// None when nothing is limited here.
    pub fn check(&self, hits: &[(Family, RateKey)], now: Timestamp) -> Option<Verdict> {
        let mut tightest: Option<Verdict> = None;
        for (family, key) in hits {
            let verdict = self.count(*family, key, now)?;
            if !verdict.allowed {
                return Some(verdict);
            }
            tightest = Some(tightest.map_or(verdict, |other| other.tighter(verdict)));
        }
        tightest
    }

    /// Counts one call against one limit. None when limits are switched off.
    pub fn count(&self, family: Family, key: &RateKey, now: Timestamp) -> Option<Verdict> {
        self.change(family, key, now, |used| (used + 1).min(COUNT_MASK))
    }

    /// The state of one limit without counting anything; `allowed` tells whether another call would pass.
    /// None when limits are switched off.
    pub fn peek(&self, family: Family, key: &RateKey, now: Timestamp) -> Option<Verdict> {
        let verdict = self.change(family, key, now, |used| used)?;
        Some(Verdict { allowed: verdict.remaining > 0, ..verdict })
    }

    /// Takes back one counted call, because the deed was refused for another reason.
    pub fn give_back(&self, family: Family, key: &RateKey, now: Timestamp) {
        self.change(family, key, now, |used| used.saturating_sub(1));
    }

    fn change(
        &self,
        family: Family,
        key: &RateKey,
        now: Timestamp,
        step: impl Fn(u64) -> u64,
    ) -> Option<Verdict> {
        if !self.on {
            return None;
        }
        let Limit { max, period } = family.limit();
        let window = u64::try_from(now.as_second()).unwrap_or(0) / u64::from(period);
        let counter = self.counters.get_with((family, self.hasher.hash_one(key)), Arc::default);
        let next = |packed: u64| {
            let used = if packed >> COUNT_BITS == window { packed & COUNT_MASK } else { 0 };
            (window << COUNT_BITS) | step(used)
        };
        let (Ok(before) | Err(before)) =
            counter.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |packed| Some(next(packed)));
        let used = u32::try_from(next(before) & COUNT_MASK).unwrap_or(u32::MAX);
        let end = (window + 1) * u64::from(period);
        Some(Verdict {
            family,
            limit: max,
            remaining: max.saturating_sub(used),
            reset: i64::try_from(end)
                .ok()
                .and_then(|end| Timestamp::from_second(end).ok())
                .unwrap_or(Timestamp::MAX),
            allowed: used <= max,
        })
    }
}

#[cfg(test)]
#[path = "rate_tests.rs"]
mod tests;
