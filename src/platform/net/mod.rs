//! The one way out: a guarded HTTP client through which every request of this server to another one goes.
//!
//! It refuses plain http, addresses inside networks, endless bodies and long waits; it checks resolved addresses at
//! the moment of connecting, so that a name cannot answer twice with different things; it checks each redirect like a
//! new request; it keeps one host from taking all connections, asks for a URL once when many want it, and does not
//! ask again at once for what has just failed. The numbers are those of behaviours §22.
//!
//! Proxy settings of the environment are not read: a proxy would resolve names where we cannot see the addresses.

mod download;
mod error;
mod failures;
mod flights;
mod gate;
mod guard;
mod hosts;
mod request;

use std::error::Error as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::FutureExt as _;
use jiff::Timestamp;
use reqwest::header::{self, HeaderMap, HeaderValue};
use reqwest::{Method, Response, StatusCode, Url};
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use download::{Download, Fetched};
pub use error::NetError;
pub use gate::{Gate, Purpose};
pub use guard::{Lookup, SystemLookup};
pub use request::{ACTIVITY_TYPES, FetchRequest, MAX_DOCUMENT_BYTES, Signer, TOTAL_TIMEOUT};

use failures::Failures;
use flights::Flights;
use guard::{CheckedResolver, Guard, Refusal};
use hosts::{Hosts, Slot};
use request::FetchKey;

/// Longest wait for a connection, TLS included.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest silence of a peer in the middle of an answer.
const READ_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection stays open for the next request.
const IDLE_TIMEOUT: Duration = Duration::from_secs(30);
/// Most redirects followed for one request.
const MAX_REDIRECTS: usize = 3;

/// Tells the time; the tests move it.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// What the client may do.
#[derive(Clone, Debug, Default)]
pub struct NetPolicy {
    /// Plain `http` URLs are allowed too (tests, local networks).
    pub allow_insecure: bool,
    /// Loopback and private addresses are allowed too (tests, local networks). Link-local, multicast and reserved
    /// addresses stay refused.
    pub allow_private: bool,
    /// Single addresses that are allowed whatever they are.
    pub exceptions: Vec<IpAddr>,
    /// The `User-Agent` of every request.
    pub user_agent: String,
}

/// The client. Cheap to clone; clones share connections, slots and memories.
#[derive(Clone)]
pub struct Net(Arc<Inner>);

struct Inner {
    client: reqwest::Client,
    guard: Arc<Guard>,
    gate: OnceLock<Arc<dyn Gate>>,
    hosts: Arc<Hosts>,
    failures: Failures,
    flights: Flights,
    signing: Arc<Semaphore>,
    now: Clock,
}

/// A request that brought no usable answer, and what is to be left alone because of it.
struct Failed {
    error: NetError,
    blame: Blame,
}

enum Blame {
    /// Nothing: we were too busy.
    Us,
    /// The URL.
    Url,
    /// The host: not even a connection came about.
    Host,
}

impl From<NetError> for Failed {
    fn from(error: NetError) -> Self {
        Self { error, blame: Blame::Url }
    }
}

impl Net {
    /// A client that asks the system for addresses.
    ///
    /// # Errors
    /// [`NetError::Network`] when the machine's TLS certificates cannot be loaded or the user agent is not a header
    /// value.
    pub fn new(policy: NetPolicy, now: Clock) -> Result<Self, NetError> {
        Self::with_lookup(policy, now, Arc::new(SystemLookup::default()))
    }

    /// A client that asks `lookup` for addresses. They are checked as any others.
    ///
    /// # Errors
    /// As [`Net::new`].
    pub fn with_lookup(policy: NetPolicy, now: Clock, lookup: Arc<dyn Lookup>) -> Result<Self, NetError> {
        let agent =
            HeaderValue::from_str(&policy.user_agent).map_err(|_| NetError::network("bad user agent"))?;
        let guard = Arc::new(Guard::new(&policy));
        let client = reqwest::Client::builder()
            .no_proxy()
            .https_only(!policy.allow_insecure)
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .user_agent(agent)
            .gzip(true)
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(READ_TIMEOUT)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(2)
            .http2_initial_stream_window_size(256 * 1024)
            .http2_initial_connection_window_size(1024 * 1024)
            .http2_max_header_list_size(64 * 1024)
            .dns_resolver(CheckedResolver::new(Arc::clone(&guard), lookup))
            .build()
            .map_err(|error| NetError::network(&root_cause(&error)))?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(Self(Arc::new(Inner {
            client,
            guard,
            gate: OnceLock::new(),
            hosts: Arc::new(Hosts::default()),
            failures: Failures::default(),
            flights: Flights::default(),
            signing: Arc::new(Semaphore::new(cores)),
            now,
        })))
    }

    /// Asks `gate` before each hop from now on. The first one stays.
    pub fn ask_first(&self, gate: Arc<dyn Gate>) {
        // Set once, when the server is put together.
        let _ = self.0.gate.set(gate);
    }

    /// What the operator says about talking to the host of `url`.
    fn pass(&self, url: &Url, purpose: Purpose) -> Result<(), NetError> {
        let Some(gate) = self.0.gate.get() else { return Ok(()) };
        let host = hosts::name_of(url);
        match gate.refuses(&host, purpose) {
            Some(why) => Err(gate::refused(&host, why)),
            None => Ok(()),
        }
    }

    /// Sends a request and reads the whole answer.
    ///
    /// A GET without own headers is shared: whoever asks for the same while it is under way gets the same answer, and
    /// for a minute after a failure (three of them in a row where the host cannot be reached) the same error at once.
    /// The answer to any other method is cut at `max_bytes` instead of failing, because the deed is done by then.
    ///
    /// # Errors
    /// Every [`NetError`]; anything but a 2xx status is [`NetError::Status`].
    pub async fn fetch(&self, request: FetchRequest) -> Result<Fetched, NetError> {
        let Some(key) = request.key() else { return self.fetch_alone(request).await };
        let net = self.clone();
        let flight = self.0.flights.join(&key, || {
            let key = key.clone();
            async move {
                let answer = net.fetch_alone(request).await;
                net.0.flights.landed(&key);
                answer
            }
            .boxed()
        });
        flight.await
    }

    async fn fetch_alone(&self, request: FetchRequest) -> Result<Fetched, NetError> {
        let key = request.key();
        let cut = !matches!(request.method, Method::GET | Method::HEAD);
        let answer = match self.open(request).await {
            Ok(download) if cut => Ok(download.read_cut().await),
            Ok(download) => download.read_all().await,
            Err(error) => return Err(error),
        };
        if let (Some(key), Err(error)) = (key, &answer) {
            self.0.failures.remember(key, error, (self.0.now)());
        }
        answer
    }

    /// Sends a request and hands the answer over piece by piece, for bodies that need not fit into memory.
    /// The byte and time limits hold for the pieces too; the host's slot is given back when the [`Download`] is
    /// dropped.
    ///
    /// # Errors
    /// As [`Net::fetch`].
    pub async fn open(&self, request: FetchRequest) -> Result<Download, NetError> {
        let now = (self.0.now)();
        let key = request.key();
        let first_host = hosts::name_of(&request.url);
        if request.method == Method::GET {
            self.0.failures.recall(key.as_ref(), &first_host, now)?;
        }
        match self.follow(&request).await {
            Ok(download) => Ok(download),
            Err(Failed { error, blame }) => {
                match (blame, key) {
                    (Blame::Us, _) | (Blame::Url, None) => {}
                    (Blame::Url, Some(key)) => self.0.failures.remember(key, &error, now),
                    (Blame::Host, _) => self.0.failures.unreachable(&first_host, &error, now),
                }
                Err(error)
            }
        }
    }

    /// Where a HEAD of `url` sends the caller, without going there; `None` when it sends nowhere.
    ///
    /// # Errors
    /// Every [`NetError`] but those about bodies.
    pub async fn destination(&self, url: Url, within: Duration) -> Result<Option<Url>, NetError> {
        let request = FetchRequest { method: Method::HEAD, total_timeout: within, ..FetchRequest::get(url) };
        let deadline = Instant::now() + within;
        let mut url = request.url.clone();
        url.set_fragment(None);
        let hop = self.hop(&request, &url, HeaderMap::new(), deadline).await;
        let (response, _slot) = hop.map_err(|failed| failed.error)?;
        redirect(&Method::HEAD, &url, &response)
    }

    /// Forgets past failures of a host (`name` or `name:port`), because it has just been heard from.
    pub fn heard_from(&self, host: &str) {
        self.0.failures.forget(host);
    }

    async fn follow(&self, request: &FetchRequest) -> Result<Download, Failed> {
        let deadline = Instant::now() + request.total_timeout;
        let mut url = request.url.clone();
        url.set_fragment(None);
        let mut own_headers = request.headers.clone();
        for _ in 0..=MAX_REDIRECTS {
            let (response, slot) = self.hop(request, &url, own_headers.clone(), deadline).await?;
            let Some(next) = redirect(&request.method, &url, &response)? else {
                return Ok(answer(request, url, response, slot, deadline).await?);
            };
            if next.origin() != url.origin() {
                for secret in [header::AUTHORIZATION, header::COOKIE] {
                    own_headers.remove(secret);
                }
            }
            url = next;
        }
        Err(NetError::Refused(format!("more than {MAX_REDIRECTS} redirects")).into())
    }

    /// Sends the request to `url`, and to nowhere else.
    async fn hop(
        &self,
        request: &FetchRequest,
        url: &Url,
        headers: HeaderMap,
        deadline: Instant,
    ) -> Result<(Response, Slot), Failed> {
        let ours = |error| Failed { error, blame: Blame::Us };
        self.0.guard.check_url(url)?;
        // Not remembered as a failure: rules change, and count at once.
        self.pass(url, request.purpose).map_err(ours)?;
        let slot = self.0.hosts.enter(url, deadline).await.map_err(ours)?;
        let headers = self.sign(request, url, headers).await?;
        let mut outgoing = reqwest::Request::new(request.method.clone(), url.clone());
        *outgoing.headers_mut() = headers;
        if !request.body.is_empty() {
            *outgoing.body_mut() = Some(request.body.clone().into());
        }
        let response = match tokio::time::timeout_at(deadline, self.0.client.execute(outgoing)).await {
            Err(_) => return Err(NetError::Timeout.into()),
            Ok(Err(error)) => {
                let blame = if error.is_connect() { Blame::Host } else { Blame::Url };
                return Err(Failed { error: network(&error), blame });
            }
            Ok(Ok(response)) => response,
        };
        self.0.failures.forget(&hosts::name_of(url));
        Ok((response, slot))
    }

    /// Completes the headers of one hop. Signing takes most of a millisecond of a processor, so it is done away from
    /// the async threads and never on more threads than there are processors.
    async fn sign(
        &self,
        request: &FetchRequest,
        url: &Url,
        mut headers: HeaderMap,
    ) -> Result<HeaderMap, NetError> {
        if let Some(accept) = request.accept_header() {
            headers.insert(header::ACCEPT, accept);
        }
        let Some(signer) = request.signer.clone() else { return Ok(headers) };
        let permit = Arc::clone(&self.0.signing).acquire_owned().await;
        let (method, url, body) = (request.method.clone(), url.clone(), request.body.clone());
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            signer.sign(&method, &url, &mut headers, &body).map(|()| headers)
        })
        .await
        .unwrap_or_else(|_| Err(NetError::network("signing failed")))
    }
}

/// Turns the last response of a chain into the caller's answer, or into the error it stands for.
async fn answer(
    request: &FetchRequest,
    url: Url,
    response: Response,
    slot: Slot,
    deadline: Instant,
) -> Result<Download, NetError> {
    let status = response.status();
    if !status.is_success() {
        download::drain(response, deadline).await;
        return Err(NetError::Status(status.as_u16()));
    }
    request.check_content_type(response.headers())?;
    let limit = request.max_bytes;
    let reads_all = matches!(request.method, Method::GET);
    if reads_all && response.content_length().is_some_and(|length| length > limit as u64) {
        return Err(NetError::TooLarge);
    }
    Ok(Download::new(response, url, limit, deadline, slot))
}

/// Where a response sends the caller. Only 307 and 308 ask to repeat anything but GET and HEAD as it was; the others
/// would turn a delivery into a GET and are therefore an answer of their own.
fn redirect(method: &Method, url: &Url, response: &Response) -> Result<Option<Url>, NetError> {
    let safe = matches!(*method, Method::GET | Method::HEAD);
    let follows = match response.status() {
        StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER => safe,
        StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT => true,
        _ => false,
    };
    if !follows {
        return Ok(None);
    }
    let Some(location) = response.headers().get(header::LOCATION) else { return Ok(None) };
    let mut next = std::str::from_utf8(location.as_bytes())
        .ok()
        .and_then(|location| url.join(location).ok())
        .ok_or_else(|| NetError::network("unreadable redirect"))?;
    next.set_fragment(None);
    Ok(Some(next))
}

/// The error behind an error of the HTTP library.
fn network(error: &reqwest::Error) -> NetError {
    let mut source = error.source();
    while let Some(cause) = source {
        if let Some(refusal) = cause.downcast_ref::<Refusal>() {
            return NetError::Refused(refusal.to_string());
        }
        source = cause.source();
    }
    if error.is_timeout() { NetError::Timeout } else { NetError::network(&root_cause(error)) }
}

fn root_cause(error: &reqwest::Error) -> String {
    let mut source = error.source();
    let mut text = String::from("the request could not be sent");
    while let Some(cause) = source {
        text = cause.to_string();
        source = cause.source();
    }
    text
}

#[cfg(test)]
mod tests;
