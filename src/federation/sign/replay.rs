//! Recognising a signed POST that has been here before.
//!
//! A signature stays valid for an hour and more, so whoever records a request could send it again. The activity's id
//! already makes that harmless for what is stored; the window makes it cheap, and covers activities without an id.
//!
//! Honest peers repeat themselves too. A retry by their queue carries a new `Date` and so a new signature: it is not a
//! replay. But an HTTP library that lost the connection before our answer sends the very same bytes once more, and two
//! tries within one second are the same bytes as well. Therefore
//! - a request is remembered only *after* it has been stored durably ([`ReplayWindow::record`]), so that a repetition
//!   of one that failed half-way is taken as new;
//! - a repetition is answered like the first time, 202, and dropped, never refused: a refusal would make the peer
//!   believe that its delivery failed.
//!
//! The key covers the body itself, not only the digest the sender claims, so that a foreign body under a recorded
//! signature is no repetition and runs into the checks.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::digest::{Context, SHA256};
use jiff::Timestamp;

use super::Claim;

/// What is the same in two sendings of one request: key id, signature and body. Half a SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplayKey([u8; 16]);

impl ReplayKey {
    /// The key of a request, in whichever form it is signed.
    pub fn of(claim: &Claim, body: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        for part in [claim.key_id.as_bytes(), claim.signature(), body] {
            context.update(&(part.len() as u64).to_be_bytes());
            context.update(part);
        }
        let digest = context.finish();
        Self(digest.as_ref().first_chunk().copied().unwrap_or_default())
    }
}

/// Requests seen while their signatures are valid. Holds a fixed number of them, about 60 bytes each; when it is full
/// the oldest go first, and the activity's id alone protects from their repetition.
pub struct ReplayWindow {
    capacity: usize,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    until: HashMap<ReplayKey, Timestamp>,
    order: VecDeque<ReplayKey>,
}

impl ReplayWindow {
    /// A window for at most `capacity` requests.
    pub fn new(capacity: usize) -> Self {
        Self { capacity: capacity.max(1), seen: Mutex::default() }
    }

    /// Whether this very request was recorded and its signature is still valid.
    pub fn contains(&self, key: &ReplayKey, now: Timestamp) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.until.get(key).is_some_and(|until| *until >= now)
    }

    /// Remembers a verified and durably stored request until its signature is void (see [`super::Claim`]). False when
    /// it was there already.
    pub fn record(&self, key: ReplayKey, valid_until: Timestamp, now: Timestamp) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let seen = &mut *seen;
        if let Some(until) = seen.until.get_mut(&key) {
            let was_void = *until < now;
            *until = valid_until;
            return was_void;
        }
        while let Some(oldest) = seen.order.front() {
            let void = seen.until.get(oldest).is_none_or(|until| *until < now);
            if !void && seen.order.len() < self.capacity {
                break;
            }
            seen.until.remove(oldest);
            seen.order.pop_front();
        }
        seen.until.insert(key, valid_until);
        seen.order.push_back(key);
        true
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn key(signature: u16, body: &[u8]) -> ReplayKey {
        let key_id = "https://peer.example/u/bob#main-key".to_owned();
        ReplayKey::of(&Claim::new(key_id, at(0), Vec::new(), signature.to_be_bytes().to_vec()), body)
    }

    #[test]
    fn the_same_bytes_are_recognised_while_the_signature_is_valid() {
        let window = ReplayWindow::new(100);
        assert!(!window.contains(&key(1, b"a"), at(0)), "nothing is remembered before it is stored");
        assert!(window.record(key(1, b"a"), at(60), at(0)));
        assert!(!window.record(key(1, b"a"), at(60), at(1)));
        assert!(window.contains(&key(1, b"a"), at(60)));
        assert!(!window.contains(&key(1, b"a"), at(61)));
        assert!(!window.contains(&key(2, b"a"), at(0)), "signed anew: a retry, not a replay");
        assert!(!window.contains(&key(1, b"b"), at(0)), "another body");
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_go_first() {
        let window = ReplayWindow::new(100);
        for n in 0..1000 {
            window.record(key(n, b""), at(1000), at(0));
        }
        let seen = window.seen.lock().unwrap();
        assert_eq!((seen.until.len(), seen.order.len()), (100, 100));
        drop(seen);
        assert!(window.contains(&key(999, b""), at(0)) && !window.contains(&key(899, b""), at(0)));
        window.record(key(1000, b""), at(2000), at(1001));
        assert_eq!(window.seen.lock().unwrap().order.len(), 1, "void entries leave");
    }
}
