//! The client against real sockets on the loopback interface, with peers that behave badly in every way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod peer;

use std::collections::HashMap;
use std::io;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::StreamExt as _;
use futures_util::future::BoxFuture;
use jiff::SignedDuration;

use super::*;
use peer::{Peer, Reply, reply};

/// Names with fixed addresses.
#[derive(Default)]
struct Names(HashMap<&'static str, Vec<IpAddr>>);

impl Lookup for Names {
    fn lookup(&self, host: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let found = self.0.get(host).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound));
        async move { found }.boxed()
    }
}

/// A client for which 127.0.0.1 is the open internet and every other private address is what it is.
struct Setup {
    net: Net,
    second: Arc<AtomicI64>,
}

fn policy() -> NetPolicy {
    NetPolicy {
        allow_insecure: true,
        exceptions: vec!["127.0.0.1".parse().unwrap()],
        user_agent: "Shop/test".into(),
        ..NetPolicy::default()
    }
}

fn setup(names: &[(&'static str, &[&str])]) -> Setup {
    let names = names.iter().map(|(name, ips)| (*name, ips.iter().map(|ip| ip.parse().unwrap()).collect()));
    let second = Arc::new(AtomicI64::new(1_000_000));
    let clock = Arc::clone(&second);
    let now: Clock =
        Arc::new(move || Timestamp::UNIX_EPOCH + SignedDuration::from_secs(clock.load(Ordering::SeqCst)));
    Setup { net: Net::with_lookup(policy(), now, Arc::new(Names(names.collect()))).unwrap(), second }
}

fn get(url: &str) -> FetchRequest {
    FetchRequest::get(Url::parse(url).unwrap())
}

#[tokio::test]
async fn a_document_is_fetched_by_name_with_the_right_headers() {
    let peer =
        Peer::start("127.0.0.1", |_| reply("200 OK", "content-type: application/activity+json\r\n", b"{}"))
            .await;
    let Setup { net, .. } = setup(&[("peer.test", &["127.0.0.1"])]);
    let url = Url::parse(&format!("http://peer.test:{}/users/bob#main-key", peer.port)).unwrap();
    let fetched = net.fetch(FetchRequest::activity(url)).await.unwrap();
    assert_eq!((fetched.status.as_u16(), &fetched.body[..]), (200, &b"{}"[..]));
    assert_eq!(fetched.final_url.as_str(), format!("http://peer.test:{}/users/bob", peer.port));
    let seen = peer.requests();
    assert!(seen[0].starts_with("GET /users/bob HTTP/1.1\r\n"), "{seen:?}");
    assert!(seen[0].contains(&format!("host: peer.test:{}\r\n", peer.port)), "{seen:?}");
    assert!(
        seen[0].contains("user-agent: Shop/test\r\n")
            && seen[0].contains("accept: application/activity+json, ")
    );
}

/// Refuses one host, to all but devices.
struct Shut(&'static str);

impl Gate for Shut {
    fn refuses(&self, host: &str, purpose: Purpose) -> Option<&'static str> {
        (host.starts_with(self.0) && purpose != Purpose::Device).then_some("shut")
    }
}

#[tokio::test]
async fn the_operator_is_asked_before_each_hop() {
    let evil = Peer::start("127.0.0.1", |_| reply("200 OK", "", b"evil")).await;
    let port = evil.port;
    let lure = Peer::start("127.0.0.1", move |_| {
        reply("302 Found", &format!("location: http://evil.test:{port}/\r\n"), b"")
    })
    .await;
    let Setup { net, .. } = setup(&[("evil.test", &["127.0.0.1"]), ("lure.test", &["127.0.0.1"])]);
    net.ask_first(Arc::new(Shut("evil.test")));
    let direct = get(&format!("http://evil.test:{port}/"));
    for request in [direct.clone(), get(&format!("http://lure.test:{}/", lure.port))] {
        let refused = net.fetch(request).await.unwrap_err();
        assert!(
            matches!(&refused, NetError::Refused(why) if why.contains("evil.test") && why.contains("shut"))
        );
        assert!(refused.is_final());
    }
    assert!(evil.requests().is_empty());
    let woken = FetchRequest { purpose: Purpose::Device, ..direct };
    assert_eq!(&net.fetch(woken).await.unwrap().body[..], b"evil");
}

#[tokio::test]
async fn names_with_private_answers_are_refused_and_mixed_ones_use_the_public_address() {
    let inside = Peer::start("127.0.0.2", |_| reply("200 OK", "", b"secret")).await;
    let outside = Peer::start_on("127.0.0.1", inside.port, |_| reply("200 OK", "", b"public")).await;
    let Setup { net, .. } = setup(&[
        ("inside.test", &["127.0.0.2"]),
        ("mapped.test", &["::ffff:127.0.0.1"]),
        ("metadata.test", &["169.254.169.254", "10.0.0.1"]),
        ("mixed.test", &["127.0.0.2", "127.0.0.1"]),
        ("empty.test", &[]),
    ]);
    for host in ["inside.test", "mapped.test", "metadata.test", "127.0.0.2", "[::1]", "localhost.onion"] {
        let answer = net.fetch(get(&format!("http://{host}:{}/", inside.port))).await;
        assert!(matches!(answer, Err(NetError::Refused(_))), "{host}: {answer:?}");
    }
    for host in ["empty.test", "unknown.test"] {
        let answer = net.fetch(get(&format!("http://{host}:{}/", inside.port))).await;
        assert!(matches!(answer, Err(NetError::Network(_))), "{host}: {answer:?}");
    }
    assert_eq!(inside.requests().len(), 0);
    let mixed = net.fetch(get(&format!("http://mixed.test:{}/", outside.port))).await.unwrap();
    assert_eq!(&mixed.body[..], b"public");
}

/// A name that is outside when it is first asked for, and inside from then on.
#[derive(Default)]
struct Rebound(AtomicI64);

impl Lookup for Rebound {
    fn lookup(&self, _: &str) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        let ip = if self.0.fetch_add(1, Ordering::SeqCst) == 0 { "127.0.0.1" } else { "127.0.0.2" };
        async move { Ok(vec![ip.parse().unwrap()]) }.boxed()
    }
}

#[tokio::test]
async fn a_name_that_turns_inward_leads_nowhere() {
    let inside = Peer::start("127.0.0.2", |_| reply("200 OK", "", b"secret")).await;
    // It closes each connection, so that the second request asks for the address anew.
    let outside = Peer::start_on("127.0.0.1", inside.port, |_| reply("200 OK", "", b"public")).await;
    let rebound = Arc::new(Rebound::default());
    let net = Net::with_lookup(policy(), Arc::new(Timestamp::now), Arc::clone(&rebound) as _).unwrap();
    let url = |path: &str| get(&format!("http://rebound.test:{}/{path}", outside.port));
    assert_eq!(&net.fetch(url("1")).await.unwrap().body[..], b"public");
    assert_eq!(rebound.0.load(Ordering::SeqCst), 1, "what was checked is what is connected to");
    assert!(matches!(net.fetch(url("2")).await, Err(NetError::Refused(_))));
    assert_eq!(inside.requests().len(), 0);
}

#[tokio::test]
async fn plain_http_is_refused_unless_it_is_allowed() {
    let policy = NetPolicy { allow_private: true, user_agent: "Shop/test".into(), ..NetPolicy::default() };
    let net = Net::new(policy, Arc::new(Timestamp::now)).unwrap();
    let answer = net.fetch(get("http://127.0.0.1:9/")).await;
    assert_eq!(answer.unwrap_err(), NetError::Refused("only https is allowed".into()));
}

#[tokio::test]
async fn redirects_are_followed_three_times_and_checked_each_time() {
    let inside = Peer::start("127.0.0.2", |_| reply("200 OK", "", b"secret")).await;
    let secret = format!("location: http://127.0.0.2:{}/admin\r\n", inside.port);
    let named = format!("location: http://inside.test:{}/admin\r\n", inside.port);
    let peer = Peer::start("127.0.0.1", move |path| match path {
        "/loop" => reply("302 Found", "location: /loop\r\n", b""),
        "/1" => reply("301 Moved Permanently", "location: /2#part\r\n", b"moved"),
        "/2" => reply("307 Temporary Redirect", "location: ./3\r\n", b""),
        "/3" => reply("308 Permanent Redirect", "location: /4\r\n", b""),
        "/4" => reply("200 OK", "", b"here"),
        "/0" => reply("303 See Other", "location: /1\r\n", b""),
        "/private" => reply("302 Found", &secret, b""),
        "/private-name" => reply("302 Found", &named, b""),
        "/file" => reply("302 Found", "location: file:///etc/passwd\r\n", b""),
        "/nowhere" => reply("302 Found", "", b""),
        "/broken" => reply("302 Found", "location: http://[\r\n", b""),
        _ => reply("404 Not Found", "", b""),
    })
    .await;
    let Setup { net, .. } = setup(&[("inside.test", &["127.0.0.2"])]);
    let fetch = async |path: &str| net.fetch(get(&peer.url(path))).await;
    let four = fetch("/1").await.unwrap();
    assert_eq!((&four.body[..], four.final_url.path()), (&b"here"[..], "/4"));
    for path in ["/loop", "/0", "/private", "/private-name", "/file"] {
        let answer = fetch(path).await;
        assert!(matches!(answer, Err(NetError::Refused(_))), "{path}: {answer:?}");
    }
    assert_eq!(fetch("/nowhere").await.unwrap_err(), NetError::Status(302));
    assert!(matches!(fetch("/broken").await, Err(NetError::Network(_))));
    assert_eq!(inside.requests().len(), 0);
    assert_eq!(peer.requests().iter().filter(|request| request.starts_with("GET /loop ")).count(), 4);
}

#[tokio::test]
async fn a_delivery_is_repeated_only_where_the_redirect_asks_for_that() {
    let peer = Peer::start("127.0.0.1", |path| match path {
        "/moved" => reply("308 Permanent Redirect", "location: /inbox\r\n", b""),
        "/found" => reply("302 Found", "location: /inbox\r\n", b""),
        _ => Reply::Bytes(b"HTTP/1.1 202 Accepted\r\ncontent-length: 90000\r\n\r\nbreaks off".to_vec()),
    })
    .await;
    let Setup { net, .. } = setup(&[]);
    let post =
        |path| FetchRequest::post(Url::parse(&peer.url(path)).unwrap(), "application/activity+json", "{}");
    let done = net.fetch(FetchRequest { max_bytes: 100, ..post("/moved") }).await.unwrap();
    assert_eq!((done.status.as_u16(), &done.body[..]), (202, &b"breaks off"[..]));
    assert_eq!(net.fetch(post("/found")).await.unwrap_err(), NetError::Status(302));
    let seen = peer.requests();
    assert_eq!(seen.len(), 3);
    assert!(seen[1].starts_with("POST /inbox ") && seen[1].ends_with("\r\n\r\n{}"), "{seen:?}");
}

struct Stamp(Mutex<Vec<String>>);

impl Signer for Stamp {
    fn identity(&self) -> &str {
        "stamp"
    }

    fn sign(&self, method: &Method, url: &Url, headers: &mut HeaderMap, body: &[u8]) -> Result<(), NetError> {
        self.0.lock().unwrap().push(format!("{method} {} {}", url.path(), body.len()));
        headers.insert("signature", HeaderValue::from_str(url.path()).unwrap());
        Ok(())
    }
}

#[tokio::test]
async fn each_hop_is_signed_anew_and_secrets_stay_with_their_origin() {
    let far = Peer::start("127.0.0.1", |_| reply("200 OK", "", b"")).await;
    let location = format!("location: {}\r\n", far.url("/far"));
    let near = Peer::start("127.0.0.1", move |_| reply("307 Temporary Redirect", &location, b"")).await;
    let Setup { net, .. } = setup(&[]);
    let stamp = Arc::new(Stamp(Mutex::default()));
    let mut request = get(&near.url("/near")).signed_by(stamp.clone());
    request.headers.insert(header::AUTHORIZATION, HeaderValue::from_static("Bearer secret"));
    net.fetch(request).await.unwrap();
    assert_eq!(*stamp.0.lock().unwrap(), ["GET /near 0", "GET /far 0"]);
    assert!(
        near.requests()[0].contains("signature: /near\r\n") && near.requests()[0].contains("Bearer secret")
    );
    assert!(far.requests()[0].contains("signature: /far\r\n") && !far.requests()[0].contains("Bearer"));
}

#[tokio::test]
async fn bodies_are_bounded_announced_endless_or_compressed() {
    let peer = Peer::start("127.0.0.1", |path| match path {
        "/announced" => Reply::Bytes(b"HTTP/1.1 200 OK\r\ncontent-length: 999999999\r\n\r\n".to_vec()),
        "/endless" => Reply::Endless,
        "/bomb" => {
            let bomb = peer::gzip_of_zeros(64 * 1024 * 1024);
            assert!(bomb.len() < 512 * 1024);
            reply("200 OK", "content-encoding: gzip\r\n", &bomb)
        }
        "/small" => reply("200 OK", "content-encoding: gzip\r\n", &peer::gzip_of_zeros(517)),
        _ => reply("200 OK", "", &[b'x'; 1000]),
    })
    .await;
    let Setup { net, .. } = setup(&[]);
    let fetch =
        async |path: &str, max_bytes| net.fetch(FetchRequest { max_bytes, ..get(&peer.url(path)) }).await;
    for path in ["/announced", "/endless", "/bomb"] {
        assert_eq!(fetch(path, 1024 * 1024).await.unwrap_err(), NetError::TooLarge, "{path}");
    }
    assert_eq!(fetch("/exact", 1000).await.unwrap().body.len(), 1000);
    assert_eq!(fetch("/exact", 999).await.unwrap_err(), NetError::TooLarge);
    // The hand-made archive has no check sum, so that the error is about the end of the data, not about its size.
    assert!(!matches!(fetch("/small", 1000).await, Err(NetError::TooLarge)));

    let download = net.open(FetchRequest { max_bytes: 100_000, ..get(&peer.url("/endless")) }).await.unwrap();
    let pieces: Vec<_> = download.into_stream().collect().await;
    let (last, before) = pieces.split_last().unwrap();
    assert_eq!(last, &Err(NetError::TooLarge));
    assert!(before.iter().map(|piece| piece.as_ref().unwrap().len()).sum::<usize>() <= 100_000);
}

#[tokio::test]
async fn slow_peers_run_into_the_time_limit() {
    let peer = Peer::start("127.0.0.1", |path| match path {
        "/silent" => Reply::Stall(Vec::new()),
        _ => Reply::Stall(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf".to_vec()),
    })
    .await;
    let Setup { net, .. } = setup(&[]);
    for path in ["/silent", "/half"] {
        let request = FetchRequest { total_timeout: Duration::from_millis(200), ..get(&peer.url(path)) };
        assert_eq!(net.fetch(request).await.unwrap_err(), NetError::Timeout, "{path}");
    }
}

#[tokio::test]
async fn the_type_of_the_answer_is_checked() {
    let peer = Peer::start("127.0.0.1", |_| reply("200 OK", "content-type: text/html\r\n", b"{}")).await;
    let Setup { net, .. } = setup(&[]);
    let answer = net.fetch(FetchRequest::activity(Url::parse(&peer.url("/")).unwrap())).await;
    assert_eq!(answer.unwrap_err(), NetError::ContentType("text/html".into()));
}

#[tokio::test]
async fn many_askers_make_one_request() {
    let peer =
        Peer::start("127.0.0.1", |_| Reply::Held(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi".to_vec()))
            .await;
    let Setup { net, .. } = setup(&[]);
    let mut askers: Vec<_> = (0..20).map(|_| Box::pin(net.fetch(get(&peer.url("/actor"))))).collect();
    for asker in &mut askers {
        assert!(futures_util::poll!(asker.as_mut()).is_pending());
    }
    drop(askers.remove(0));
    peer.release();
    for answer in futures_util::future::join_all(askers).await {
        assert_eq!(&answer.unwrap().body[..], b"hi");
    }
    assert_eq!(peer.requests().len(), 1);
    net.fetch(get(&peer.url("/actor"))).await.unwrap();
    assert_eq!(peer.requests().len(), 2, "an answer is shared, not stored");
}

#[tokio::test]
async fn a_failed_url_is_not_asked_again_for_a_minute() {
    let peer = Peer::start("127.0.0.1", |path| match path {
        "/gone" => reply("410 Gone", "", b"no such actor"),
        _ => reply("200 OK", "", b"fine"),
    })
    .await;
    let Setup { net, second } = setup(&[]);
    for _ in 0..3 {
        assert_eq!(net.fetch(get(&peer.url("/gone"))).await.unwrap_err(), NetError::Status(410));
    }
    assert_eq!(peer.requests().len(), 1);
    net.fetch(get(&peer.url("/other"))).await.unwrap();
    second.fetch_add(60, Ordering::SeqCst);
    assert!(net.fetch(get(&peer.url("/gone"))).await.is_err());
    assert_eq!(peer.requests().len(), 3);
}

#[tokio::test]
async fn a_dead_host_is_left_alone_until_it_is_heard_from() {
    let free = Peer::start("127.0.0.1", |_| reply("200 OK", "", b"back")).await;
    let port = free.port;
    free.stop().await;
    let Setup { net, .. } = setup(&[]);
    let host = format!("127.0.0.1:{port}");
    for n in 0..3 {
        assert!(matches!(net.fetch(get(&format!("http://{host}/{n}"))).await, Err(NetError::Network(_))));
    }
    let back = Peer::start_on("127.0.0.1", port, |_| reply("200 OK", "", b"back")).await;
    assert!(net.fetch(get(&format!("http://{host}/a"))).await.is_err(), "left alone");
    assert_eq!(back.requests().len(), 0);
    net.heard_from(&host);
    assert_eq!(&net.fetch(get(&format!("http://{host}/a"))).await.unwrap().body[..], b"back");
}
