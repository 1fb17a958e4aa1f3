//! Numbers about the whole server that are counted while things happen.

use shop_storage::{Catalog, Counter, Index};

use crate::platform::ids::AccountId;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Posts written here, boosts left out.
    Statuses = 1,
    /// Other servers that we know accounts of.
    Domains = 2,
}

/// What is counted each week.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weekly {
    /// Posts written here.
    Statuses = 1,
    /// People seen.
    Logins = 2,
    /// Accounts made here.
    Registrations = 3,
}

/// Totals, by [`Number`].
pub const TOTALS: Counter<u8> = Counter::new(0x74, "statistics");
/// Numbers of a week, by (week, [`Weekly`]).
pub const WEEKS: Counter<(u32, u8)> = Counter::new(0x75, "statistics_weekly");
/// Who was seen in a week.
pub const SEEN: Index<u32, AccountId> = Index::new(0x76, "statistics_seen");
/// The servers that we know accounts of.
pub const DOMAINS: Index<(), String> = Index::new(0x77, "statistics_domains");

/// Lists the tables of this feature.
pub fn catalog(catalog: &mut Catalog) {
    catalog.counter(&TOTALS);
    catalog.counter(&WEEKS);
    catalog.index(&SEEN);
    catalog.index(&DOMAINS);
}
