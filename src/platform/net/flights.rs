//! One request for many askers: whoever wants a document that is being fetched waits for the same answer.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared, WeakShared};

use super::{FetchKey, Fetched, NetError};

type Answer = BoxFuture<'static, Result<Fetched, NetError>>;

/// Entries without askers are swept when there are more than this.
const SWEEP_AT: usize = 256;

/// Requests under way. Each asker drives the request while it waits, so that it goes on when the first one leaves,
/// and ends when the last one does.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<FetchKey, WeakShared<Answer>>>);

impl Flights {
    /// The running request for `key`, or a new one made by `start`.
    pub(super) fn join(&self, key: &FetchKey, start: impl FnOnce() -> Answer) -> Shared<Answer> {
        let mut flights = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(flight) = flights.get(key).and_then(WeakShared::upgrade) {
            return flight;
        }
        if flights.len() >= SWEEP_AT && flights.len() == flights.capacity() {
            flights.retain(|_, flight| flight.upgrade().is_some());
        }
        let flight = start().shared();
        if let Some(weak) = flight.downgrade() {
            flights.insert(key.clone(), weak);
        }
        flight
    }

    /// The request for `key` is done; the next asker starts a new one.
    pub(super) fn landed(&self, key: &FetchKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}
