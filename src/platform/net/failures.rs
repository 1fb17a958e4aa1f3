//! What has just failed and is not asked again at once: single URLs, and hosts that cannot be reached.

use jiff::{SignedDuration, Timestamp};
use moka::sync::Cache;

use super::{FetchKey, NetError};

/// How long a failed URL, or a host that cannot be reached, is left alone.
const PAUSE: SignedDuration = SignedDuration::from_secs(60);
/// Failed connections in a row after which a host is left alone.
const TRIES: u32 = 3;
/// Most URLs, and most hosts, remembered.
const MAX_REMEMBERED: u64 = 10_000;

/// Recent failures. Bounded; the time is the caller's.
pub(super) struct Failures {
    urls: Cache<FetchKey, (NetError, Timestamp)>,
    hosts: Cache<String, Host>,
}

#[derive(Clone)]
struct Host {
    tries: u32,
    last: Timestamp,
    error: NetError,
}

impl Default for Failures {
    fn default() -> Self {
        Self { urls: Cache::new(MAX_REMEMBERED), hosts: Cache::new(MAX_REMEMBERED) }
    }
}

fn is_recent(failed: Timestamp, now: Timestamp) -> bool {
    let age = now.duration_since(failed);
    !age.is_negative() && age < PAUSE
}

impl Failures {
    /// The error to answer with instead of asking again, if there is one.
    pub(super) fn recall(&self, key: Option<&FetchKey>, host: &str, now: Timestamp) -> Result<(), NetError> {
        if let Some((error, failed)) = key.and_then(|key| self.urls.get(key))
            && is_recent(failed, now)
        {
            return Err(error);
        }
        match self.hosts.get(host) {
            Some(host) if host.tries >= TRIES && is_recent(host.last, now) => Err(host.error),
            _ => Ok(()),
        }
    }

    /// Remembers that a URL failed.
    pub(super) fn remember(&self, key: FetchKey, error: &NetError, now: Timestamp) {
        self.urls.insert(key, (error.clone(), now));
    }

    /// Counts a connection that did not come about.
    pub(super) fn unreachable(&self, host: &str, error: &NetError, now: Timestamp) {
        self.hosts.entry_by_ref(host).and_upsert_with(|known| {
            let tries = known.map_or(0, |entry| entry.into_value().tries);
            Host { tries: tries.saturating_add(1), last: now, error: error.clone() }
        });
    }

    /// The host lives: its failures no longer count.
    pub(super) fn forget(&self, host: &str) {
        self.hosts.invalidate(host);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
    }

    #[test]
    fn a_host_is_left_alone_after_three_failures_for_a_minute_or_until_heard_from() {
        let failures = Failures::default();
        for second in 0..2 {
            failures.unreachable("dead.example", &NetError::Timeout, at(second));
            assert_eq!(failures.recall(None, "dead.example", at(second)), Ok(()));
        }
        failures.unreachable("dead.example", &NetError::Timeout, at(2));
        assert_eq!(failures.recall(None, "dead.example", at(61)), Err(NetError::Timeout));
        assert_eq!(failures.recall(None, "other.example", at(61)), Ok(()));
        assert_eq!(failures.recall(None, "dead.example", at(62)), Ok(()), "one more try");
        failures.unreachable("dead.example", &NetError::Timeout, at(62));
        assert!(failures.recall(None, "dead.example", at(63)).is_err());
        failures.forget("dead.example");
        assert_eq!(failures.recall(None, "dead.example", at(63)), Ok(()));
    }
}
