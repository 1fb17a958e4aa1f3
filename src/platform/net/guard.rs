//! Which URLs and addresses may be asked at all, decided on the URL and once more on the address that is connected to.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::Semaphore;
use url::Host;

use super::{NetError, NetPolicy};

/// Longest wait for the addresses of a name.
const LOOKUP_TIMEOUT: Duration = Duration::from_secs(5);
/// Most names looked up at once by the system, each on a thread of its own.
const MAX_LOOKUPS: usize = 32;
/// Longest URL asked for, in bytes.
const MAX_URL: usize = 8 * 1024;

/// Finds the addresses of a host name.
pub trait Lookup: Send + Sync {
    /// All addresses of `host`, which is never an address itself.
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>>;
}

/// Asks the system's resolver, for at most five seconds a name.
pub struct SystemLookup(Arc<Semaphore>);

impl Default for SystemLookup {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(MAX_LOOKUPS)))
    }
}

impl Lookup for SystemLookup {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let (host, slots) = (host.to_owned(), Arc::clone(&self.0));
        let lookup = async move {
            let _slot = slots.acquire_owned().await.map_err(io::Error::other)?;
            Ok(tokio::net::lookup_host((host, 0)).await?.map(|address| address.ip()).collect())
        };
        async { tokio::time::timeout(LOOKUP_TIMEOUT, lookup).await.map_err(io::Error::from)? }.boxed()
    }
}

/// A name all of whose addresses are refused; travels through the HTTP library as the cause of its error.
#[derive(Debug, thiserror::Error)]
#[error("{0} has no address that may be contacted")]
pub(super) struct Refusal(String);

/// The rules for URLs and addresses.
pub(super) struct Guard {
    allow_insecure: bool,
    allow_private: bool,
    exceptions: Vec<IpAddr>,
}

impl Guard {
    pub(super) fn new(policy: &NetPolicy) -> Self {
        Self {
            allow_insecure: policy.allow_insecure,
            allow_private: policy.allow_private,
            exceptions: policy.exceptions.clone(),
        }
    }

    /// Checks all that a URL itself tells; names are checked again when they have become addresses.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), NetError> {
        let refuse = |reason: &str| Err(NetError::Refused(reason.to_owned()));
        if url.as_str().len() > MAX_URL {
            return refuse("the URL is too long");
        }
        match url.scheme() {
            "https" => {}
            "http" if self.allow_insecure => {}
            _ => return refuse("only https is allowed"),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("the URL contains credentials");
        }
        if url.port() == Some(0) {
            return refuse("port 0");
        }
        let address = match url.host() {
            Some(Host::Ipv4(v4)) => IpAddr::V4(v4),
            Some(Host::Ipv6(v6)) => IpAddr::V6(v6),
            Some(Host::Domain(name)) => {
                let top = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
                if top.is_empty() || matches!(top, "onion" | "i2p") {
                    return refuse("the host cannot be reached from here");
                }
                return Ok(());
            }
            None => return refuse("the URL has no host"),
        };
        if self.allows(address) { Ok(()) } else { refuse("the address may not be contacted") }
    }

    pub(super) fn allows(&self, address: IpAddr) -> bool {
        self.exceptions.contains(&address)
            || match reach_of(address) {
                Reach::Public => true,
                Reach::Private => self.allow_private,
                Reach::Special => false,
            }
    }
}

/// Where an address leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reach {
    /// The open internet.
    Public,
    /// This machine or a private network.
    Private,
    /// Link-local, multicast, reserved, documentation, or an address that hides another one.
    Special,
}

fn reach_of(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(v4) => reach_of_v4(v4),
        IpAddr::V6(v6) => reach_of_v6(v6),
    }
}

/// After the IANA registry of special-purpose IPv4 addresses (RFC 6890).
fn reach_of_v4(address: Ipv4Addr) -> Reach {
    match address.octets() {
        [10, ..] | [127, ..] | [192, 168, ..] => Reach::Private,
        [172, second, ..] if second & 0xf0 == 16 => Reach::Private,
        // Shared address space of carriers, RFC 6598.
        [100, second, ..] if second & 0xc0 == 64 => Reach::Private,
        [0, ..] | [169, 254, ..] => Reach::Special,
        // Protocol assignments, documentation, the relay anycast of 6to4, benchmarks.
        [192, 0, 0 | 2, _] | [198, 51, 100, _] | [203, 0, 113, _] | [192, 88, 99, _] | [198, 18 | 19, ..] => {
            Reach::Special
        }
        // Multicast, reserved, broadcast.
        [224..=255, ..] => Reach::Special,
        _ => Reach::Public,
    }
}

/// After the IANA registry of special-purpose IPv6 addresses. Only 2000::/3 is in public use, so that all else is
/// refused without being named: unspecified, mapped and compatible IPv4, link- and site-local, multicast.
fn reach_of_v6(address: Ipv6Addr) -> Reach {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 1] => Reach::Private,
        // Unique local addresses, RFC 4193.
        [first, ..] if first & 0xfe00 == 0xfc00 => Reach::Private,
        // NAT64 (RFC 6052): how a host without IPv4 reaches the IPv4 internet; what counts is the address inside.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            match reach_of_v4(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low))) {
                Reach::Public => Reach::Public,
                Reach::Private | Reach::Special => Reach::Special,
            }
        }
        // Protocol assignments with Teredo and ORCHID; documentation; 6to4.
        [0x2001, 0..=0x1ff, ..] | [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] | [0x2002, ..] => {
            Reach::Special
        }
        [first, ..] if first & 0xe000 == 0x2000 => Reach::Public,
        _ => Reach::Special,
    }
}

/// Gives the HTTP library only addresses that passed; it connects to these and asks for no others.
pub(super) struct CheckedResolver {
    guard: Arc<Guard>,
    lookup: Arc<dyn Lookup>,
}

impl CheckedResolver {
    pub(super) fn new(guard: Arc<Guard>, lookup: Arc<dyn Lookup>) -> Self {
        Self { guard, lookup }
    }
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        let found = self.lookup.lookup(name.as_str());
        Box::pin(async move {
            let mut addresses = found.await?;
            if addresses.is_empty() {
                return Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into());
            }
            addresses.retain(|address| guard.allows(*address));
            if addresses.is_empty() {
                return Err(Refusal(name.as_str().to_owned()).into());
            }
            // Port 0 makes the library take the port of the URL.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

#[cfg(test)]
#[path = "guard_tests.rs"]
mod tests;
