//! Ids: 64-bit snowflakes, typed by what they name, sent to clients as decimal strings.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering as Atomic};

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use shop_storage::{Key, KeyError};

use crate::platform::clock::Millis;

/// The id of one `T`. JSON shows it as a string (entities: "id"), records store it as a number.
pub struct Id<T>(u64, PhantomData<fn() -> T>);

/// Names the kinds of things that have ids; the enums have no values and exist as types only.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $alias:ident;)*) => {
        /// What an [`Id`] may name.
        pub mod kind {
            $($(#[$doc])* #[derive(Debug, Clone, Copy)] pub enum $kind {})*
        }
        $($(#[$doc])* pub type $alias = Id<kind::$kind>;)*
    };
}

kinds! {
    /// A person, group or service, local or remote.
    Account => AccountId;
    /// A post or a boost.
    Status => StatusId;
    /// An uploaded or remote picture, video or sound.
    Media => MediaId;
    /// A notification of one account.
    Notification => NotificationId;
    /// What somebody has in store for an account that it does not want to hear of yet.
    NotificationRequest => NotificationRequestId;
    /// A thread as one account sees it among its conversations.
    ConversationEntry => ConversationEntryId;
    /// A client that wants to be woken.
    PushSubscription => PushSubscriptionId;
    /// A registered client application.
    App => AppId;
    /// An access token.
    Token => TokenId;
    /// A thread of statuses.
    Conversation => ConversationId;
    /// A hidden join row (follow, favourite, bookmark, …) that pages run over (behaviours §3, PAGE-B).
    Link => LinkId;
    /// A filter of one account.
    Filter => FilterId;
    /// A word of a filter.
    FilterKeyword => FilterKeywordId;
    /// A post that a filter names.
    FilterStatus => FilterStatusId;
    /// A post that waits for its time.
    Scheduled => ScheduledId;
    /// A report to the staff.
    Report => ReportId;
    /// A list of accounts that somebody reads apart from home.
    List => ListId;
    /// Something that the staff tells everybody here.
    Announcement => AnnouncementId;
    /// An activity on its way to other servers.
    Activity => ActivityId;
    /// What the operator says about another server.
    DomainRule => DomainRuleId;
    /// A file that somebody has brought.
    Import => ImportId;
    /// A copy of all that somebody has here, to be taken along.
    Archive => ArchiveId;
    /// A relay of public posts.
    Relay => RelayId;
    /// A list of accounts that somebody shows everybody.
    Collection => CollectionId;
    /// An account in a collection.
    CollectionItem => CollectionItemId;
}

impl<T> Id<T> {
    /// Wraps a raw number.
    pub const fn new(raw: u64) -> Self {
        Self(raw, PhantomData)
    }

    /// The raw number.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// The smallest id that something made at `at` can have.
    pub const fn floor(at: Millis) -> Self {
        Self::new(at.0 << 16)
    }

    /// When a snowflake was made.
    pub const fn made_at(self) -> Millis {
        Millis(self.0 >> 16)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// The text is not an id: empty, not decimal, or beyond 64 bits.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("not an id")]
pub struct NotAnId;

impl<T> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        // `u64::from_str` would take a leading plus sign, which no server ever sends.
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(NotAnId);
        }
        text.parse().map(Self::new).map_err(|_| NotAnId)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if out.is_human_readable() { out.collect_str(self) } else { out.serialize_u64(self.0) }
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        if input.is_human_readable() {
            let text = String::deserialize(input)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            u64::deserialize(input).map(Self::new)
        }
    }
}

impl<T> Key for Id<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    fn decode(input: &mut &[u8]) -> Result<Self, KeyError> {
        u64::decode(input).map(Self::new)
    }
}

/// Hands out snowflakes: milliseconds since 1970 shifted left by 16, low bits a sequence (behaviours §3).
///
/// Ids of one process never repeat and never go down, even when the clock steps back.
#[derive(Debug)]
pub struct Snowflakes {
    last: AtomicU64,
}

impl Snowflakes {
    /// Starts above `highest`, the largest id that the store holds (0 for an empty one).
    pub fn above(highest: u64) -> Self {
        Self { last: AtomicU64::new(highest) }
    }

    /// A new id for something made now.
    pub fn next<T>(&self, now: Millis) -> Id<T> {
        let floor = now.0 << 16;
        let mut last = self.last.load(Atomic::Relaxed);
        loop {
            let next = floor.max(last.saturating_add(1));
            match self.last.compare_exchange_weak(last, next, Atomic::Relaxed, Atomic::Relaxed) {
                Ok(_) => return Id::new(next),
                Err(seen) => last = seen,
            }
        }
    }

    /// As [`Snowflakes::next`], but a multiple of 800: where the API shows the id as a JSON number, a client that
    /// keeps numbers in 53 bits still has it exactly, for it is a multiple of 32, and writes it down as it is, for the
    /// shortest text that means the number ends with its two zeros (until the year 2109).
    pub fn next_exact<T>(&self, now: Millis) -> Id<T> {
        const STEP: u64 = 800;
        let floor = now.0 << 16;
        let mut last = self.last.load(Atomic::Relaxed);
        loop {
            let next = floor.max(last.saturating_add(1)).next_multiple_of(STEP);
            match self.last.compare_exchange_weak(last, next, Atomic::Relaxed, Atomic::Relaxed) {
                Ok(_) => return Id::new(next),
                Err(seen) => last = seen,
            }
        }
    }

    /// An id for something published at `at`, which may lie in the past: remote posts sort among
    /// older ones (behaviours §3). Times in the future count as now. The low bits are random, so
    /// the caller checks for the rare clash inside its transaction.
    pub fn backdated<T>(&self, at: Millis, now: Millis) -> Id<T> {
        if at.0 >= now.0 {
            return self.next(now);
        }
        Id::new((at.0 << 16) | u64::from(rand::random::<u16>()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_go_up_even_when_the_clock_goes_back() {
        let ids = Snowflakes::above(0);
        let first: StatusId = ids.next(Millis(1_000));
        let second: StatusId = ids.next(Millis(900));
        assert!(second > first);
        assert_eq!(first.made_at(), Millis(1_000));
    }

    #[test]
    fn exact_ids_are_the_same_as_floating_point_numbers() {
        let ids = Snowflakes::above(0);
        for year in [2026, 2038, 2040, 2100] {
            let now = Millis::parse(&format!("{year}-01-01T00:00:00.001Z")).unwrap();
            let mut last = ids.next::<kind::Notification>(now).get();
            for _ in 0..1_000 {
                let id = ids.next_exact::<kind::Notification>(now).get();
                assert!(id > last);
                assert_eq!(id as f64 as u64, id);
                assert_eq!((id as f64).to_string(), id.to_string());
                last = id;
            }
        }
    }

    #[test]
    fn json_shows_a_string_and_refuses_what_is_not_an_id() {
        let id = StatusId::new(u64::MAX);
        assert_eq!(serde_json::to_string(&id).unwrap(), "\"18446744073709551615\"");
        for bad in ["", "+1", "-1", "1.0", "18446744073709551616", "١"] {
            assert_eq!(bad.parse::<StatusId>().ok().filter(|_| !bad.is_empty()), None, "{bad}");
        }
    }

    #[test]
    fn backdated_ids_sort_by_their_time() {
        let ids = Snowflakes::above(0);
        let old: StatusId = ids.backdated(Millis(5_000), Millis(9_000));
        assert_eq!(old.made_at(), Millis(5_000));
        let future: StatusId = ids.backdated(Millis(99_000), Millis(9_000));
        assert_eq!(future.made_at(), Millis(9_000));
    }
}
