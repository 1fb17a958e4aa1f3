//! Time: one clock that tests can move, and the three date forms of the API.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use shop_storage::{Key, KeyError};
use tokio::sync::Notify;

/// Milliseconds since 1970, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Millis(pub u64);

/// One day.
pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl Millis {
    /// This time plus `length`, stopping at the end of time.
    pub const fn plus(self, length: Duration) -> Self {
        Self(self.0.saturating_add(length.as_millis() as u64))
    }

    /// This time minus `length`, stopping at 1970.
    pub const fn minus(self, length: Duration) -> Self {
        Self(self.0.saturating_sub(length.as_millis() as u64))
    }

    /// How long ago `earlier` was; zero when it lies ahead.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }

    /// Midnight (UTC) of the same day, as accounts show their creation (entities: Account.created_at).
    pub const fn midnight(self) -> Self {
        Self(self.0 - self.0 % DAY.as_millis() as u64)
    }

    /// Whole seconds since 1970.
    pub const fn seconds(self) -> u64 {
        self.0 / 1_000
    }

    /// The same instant as the date library knows it.
    pub fn timestamp(self) -> Timestamp {
        i64::try_from(self.0)
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// `YYYY-MM-DDTHH:MM:SS.mmmZ` (entities: dt).
    pub fn dt(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
    }

    /// `YYYY-MM-DDTHH:MM:SSZ` (entities: dt0).
    pub fn dt0(self) -> String {
        self.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
    }

    /// `YYYY-MM-DD` (entities: date).
    pub fn date(self) -> String {
        self.timestamp().strftime("%Y-%m-%d").to_string()
    }

    /// Reads an ISO 8601 date and time with a zone; `None` for anything else and for years outside 1970–9999.
    pub fn parse(text: &str) -> Option<Self> {
        let stamp: Timestamp = text.trim().parse().ok()?;
        u64::try_from(stamp.as_millisecond()).ok().map(Self)
    }
}

impl From<SystemTime> for Millis {
    fn from(at: SystemTime) -> Self {
        Self(at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64))
    }
}

impl From<Millis> for SystemTime {
    fn from(at: Millis) -> Self {
        UNIX_EPOCH + Duration::from_millis(at.0)
    }
}

impl Key for Millis {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::decode(input).map(Self)
    }
}

/// The clock of a server. Clones show the same time; tests move it forward.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    offset_ms: AtomicI64,
    moved: Notify,
}

impl Clock {
    /// A clock that lies behind the real time by `length`: a story can be told on it from its beginning.
    pub fn behind(length: Duration) -> Self {
        let clock = Self::default();
        clock.shared.offset_ms.store(-(length.as_millis() as i64), Ordering::Relaxed);
        clock
    }

    /// Brings a clock that lies behind to the real time; one that is ahead stays there.
    pub fn catch_up(&self) {
        self.shared.offset_ms.fetch_max(0, Ordering::Relaxed);
        self.shared.moved.notify_waiters();
    }

    /// The time now.
    pub fn now(&self) -> Millis {
        let real = Millis::from(SystemTime::now()).0 as i64;
        Millis(real.saturating_add(self.shared.offset_ms.load(Ordering::Relaxed)).max(0) as u64)
    }

    /// Moves this clock and all its clones forward, and wakes whoever waits for a time.
    pub fn advance(&self, length: Duration) {
        self.shared.offset_ms.fetch_add(length.as_millis() as i64, Ordering::Relaxed);
        self.shared.moved.notify_waiters();
    }

    /// Returns at `at`, or soon after the clock was moved past it.
    pub async fn until(&self, at: Millis) {
        loop {
            let moved = self.shared.moved.notified();
            tokio::pin!(moved);
            moved.as_mut().enable();
            let left = at.since(self.now());
            if left.is_zero() {
                return;
            }
            tokio::select! {
                () = tokio::time::sleep(left) => {}
                () = moved => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_date_forms() {
        let at = Millis::parse("2026-08-06T12:34:56.789+02:00").unwrap();
        assert_eq!(at.dt(), "2026-08-06T10:34:56.789Z");
        assert_eq!(at.dt0(), "2026-08-06T10:34:56Z");
        assert_eq!(at.date(), "2026-08-06");
        assert_eq!(at.midnight().dt(), "2026-08-06T00:00:00.000Z");
    }

    #[test]
    fn dates_outside_our_time_are_refused() {
        for bad in ["", "yesterday", "1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z", "2026-08-06"] {
            assert_eq!(Millis::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_clock_that_lies_behind_catches_up_and_never_goes_back() {
        let clock = Clock::behind(DAY);
        assert!(Clock::default().now().since(clock.now()) > DAY / 2);
        clock.catch_up();
        assert!(Clock::default().now().since(clock.now()) < DAY / 2);
        clock.advance(DAY);
        clock.catch_up();
        assert!(clock.now().since(Clock::default().now()) > DAY / 2);
    }

    #[tokio::test]
    async fn moving_the_clock_wakes_those_who_wait() {
        let clock = Clock::default();
        let at = clock.now().plus(DAY);
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.until(at).await }
        });
        clock.advance(DAY * 2);
        waiting.await.unwrap();
    }
}
