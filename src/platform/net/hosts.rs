//! Slots: how many requests may run at once, in all and to one host, so that a slow peer holds up only itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::Url;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use super::NetError;

/// Most requests at once to one host.
const PER_HOST: usize = 8;
/// Most requests that wait for a slot of one host; more are turned away.
const MAX_WAITING: usize = 256;
/// Most requests at once to all hosts; each may hold a socket.
const IN_ALL: usize = 512;

/// The name under which a URL's host is counted: `name` or, with an unusual port, `name:port`.
pub(super) fn name_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// The slots of all hosts. Only hosts with running or waiting requests are in the map.
pub(super) struct Hosts {
    all: Arc<Semaphore>,
    busy: Mutex<HashMap<String, Host>>,
}

struct Host {
    slots: Arc<Semaphore>,
    users: usize,
}

impl Default for Hosts {
    fn default() -> Self {
        Self { all: Arc::new(Semaphore::new(IN_ALL)), busy: Mutex::default() }
    }
}

impl Hosts {
    /// Waits for a slot until `deadline`. Waiting too long is a failure of ours, not of the host.
    pub(super) async fn enter(self: &Arc<Self>, url: &Url, deadline: Instant) -> Result<Slot, NetError> {
        let (place, slots) = self.line_up(name_of(url))?;
        let wait = async {
            // The host's slot first: those who wait for a slow host must not hold slots of all.
            let host = slots.acquire_owned().await;
            (host, Arc::clone(&self.all).acquire_owned().await)
        };
        match tokio::time::timeout_at(deadline, wait).await {
            Ok((Ok(host), Ok(all))) => Ok(Slot { _permits: (host, all), _place: place }),
            _ => Err(NetError::network("too many requests to this host at once")),
        }
    }

    fn line_up(self: &Arc<Self>, name: String) -> Result<(Place, Arc<Semaphore>), NetError> {
        let mut busy = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        let host = busy
            .entry(name.clone())
            .or_insert_with(|| Host { slots: Arc::new(Semaphore::new(PER_HOST)), users: 0 });
        if host.users >= PER_HOST + MAX_WAITING {
            return Err(NetError::network("too many requests wait for this host"));
        }
        host.users += 1;
        Ok((Place { hosts: Arc::clone(self), name }, Arc::clone(&host.slots)))
    }
}

/// The right to run one request; given back when dropped.
pub(super) struct Slot {
    _permits: (OwnedSemaphorePermit, OwnedSemaphorePermit),
    _place: Place,
}

/// One entry in a host's line.
struct Place {
    hosts: Arc<Hosts>,
    name: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut busy = self.hosts.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(host) = busy.get_mut(&self.name) {
            host.users -= 1;
            if host.users == 0 {
                busy.remove(&self.name);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use std::time::Duration;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[tokio::test]
    async fn a_host_has_its_own_slots_and_leaves_nothing_behind() {
        let hosts = Arc::new(Hosts::default());
        let (slow, other) = (url("https://slow.example/a"), url("https://slow.example:8443/a"));
        let past = Instant::now();
        let far = past + Duration::from_secs(3600);
        let mut held = Vec::new();
        for _ in 0..PER_HOST {
            held.push(hosts.enter(&slow, far).await.unwrap());
        }
        assert!(hosts.enter(&slow, past).await.is_err());
        held.push(hosts.enter(&other, far).await.unwrap());
        held.remove(0);
        held.push(hosts.enter(&slow, far).await.unwrap());
        drop(held);
        assert!(hosts.busy.lock().unwrap().is_empty());
        assert_eq!(hosts.all.available_permits(), IN_ALL);
    }

    #[tokio::test]
    async fn the_line_before_a_host_is_bounded() {
        let hosts = Arc::new(Hosts::default());
        let places: Vec<_> =
            (0..PER_HOST + MAX_WAITING).map(|_| hosts.line_up("slow.example".into()).unwrap()).collect();
        assert!(hosts.line_up("slow.example".into()).is_err());
        drop(places);
        assert!(hosts.line_up("slow.example".into()).is_ok());
    }
}
