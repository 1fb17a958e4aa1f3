//! Another server, played by the bench: actors with one key, an inbox that counts.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use jiff::Timestamp;
use reqwest::header::{HeaderMap, HeaderValue};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use shop::federation::sign::{KeyPair, SigningKey, sign_request};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::Fault;
use super::client::Call;

const CONTEXT: [&str; 2] = ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"];

/// How a peer treats what arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Takes it at once.
    Well = 0,
    /// Takes it after [`SLOWNESS`].
    Slow = 1,
    /// Refuses it as a server does that restarts.
    Flapping = 2,
    /// Never answers.
    Dead = 3,
}

/// How long a slow peer takes.
const SLOWNESS: Duration = Duration::from_secs(3);

/// What arrived at all peers that are well, together.
#[derive(Default)]
pub struct Arrivals {
    count: AtomicUsize,
    follows: Mutex<Vec<Value>>,
    last: Mutex<Option<Instant>>,
}

impl Arrivals {
    /// How many activities arrived.
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// When the last one did.
    pub fn last(&self) -> Option<Instant> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The Follow activities that arrived.
    pub fn follows(&self) -> Vec<Value> {
        self.follows.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns when so many have arrived.
    pub async fn reach(&self, count: usize, patience: Duration) -> Result<(), Fault> {
        let begun = Instant::now();
        while self.count() < count {
            if begun.elapsed() > patience {
                return Err(format!("{} of {count} activities arrived", self.count()).into());
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        Ok(())
    }
}

/// A key that all peers share; each actor gives it a name of its own.
#[derive(Clone)]
pub struct Key {
    signing: SigningKey,
    public: Arc<str>,
}

impl Key {
    /// A new key.
    pub fn new() -> Result<Self, Fault> {
        let pair = KeyPair::generate()?;
        Ok(Self { signing: SigningKey::from_pem(&pair.private_pem)?, public: pair.public_pem.into() })
    }
}

/// One other server.
pub struct Peer {
    base: String,
    domain: String,
    key: Key,
    mood: Arc<AtomicU8>,
    task: JoinHandle<()>,
}

#[derive(Clone)]
struct Host {
    base: String,
    domain: String,
    public: Arc<str>,
    arrivals: Arc<Arrivals>,
    mood: Arc<AtomicU8>,
}

impl Peer {
    /// Opens a peer on a free port.
    pub async fn open(key: &Key, arrivals: &Arc<Arrivals>) -> Result<Self, Fault> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let domain = format!("localhost:{}", listener.local_addr()?.port());
        let base = format!("http://{domain}");
        let mood = Arc::new(AtomicU8::new(Mood::Well as u8));
        let host = Host {
            mood: mood.clone(),
            base: base.clone(),
            domain: domain.clone(),
            public: key.public.clone(),
            arrivals: arrivals.clone(),
        };
        let routes = Router::new()
            .route("/.well-known/webfinger", get(webfinger))
            .route("/actors/{name}", get(actor))
            .route("/actors/{name}/inbox", post(inbox))
            .route("/inbox", post(inbox))
            .with_state(host);
        let task = tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { base, domain, key: key.clone(), mood, task })
    }

    /// The ActivityPub id of an actor.
    pub fn actor(&self, name: &str) -> String {
        format!("{}/actors/{name}", self.base)
    }

    /// The handle of an actor.
    pub fn handle(&self, name: &str) -> String {
        format!("@{name}@{}", self.domain)
    }

    /// Behaves like this from now on. Of the dead, new connections are refused too.
    pub fn becomes(&self, mood: Mood) {
        self.mood.store(mood as u8, Ordering::SeqCst);
        if mood == Mood::Dead {
            self.task.abort();
        }
    }

    /// An activity of an actor for the shared inbox of the server `domain`, signed.
    pub fn send(&self, domain: &str, name: &str, activity: &Value) -> Result<Call, Fault> {
        let url = Url::parse(&format!("http://{domain}/inbox"))?;
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/activity+json"));
        let body = activity.to_string().into_bytes();
        let key_id = format!("{}#key", self.actor(name));
        let now = Timestamp::now();
        sign_request(&self.key.signing, &key_id, &Method::POST, &url, &mut headers, &body, now)?;
        Ok(Call::signed("/inbox", headers, body))
    }

    /// A Follow of a local account.
    pub fn follow(&self, name: &str, object: &str) -> Value {
        let actor = self.actor(name);
        json!({ "@context": CONTEXT, "id": format!("{actor}#follow"), "type": "Follow", "actor": actor, "object": object })
    }

    /// The acceptance of a Follow that arrived.
    pub fn accept(&self, name: &str, follow: &Value) -> Value {
        let actor = self.actor(name);
        json!({ "@context": CONTEXT, "id": format!("{actor}#accept"), "type": "Accept", "actor": actor, "object": follow })
    }

    /// A new public post.
    pub fn create(&self, name: &str, number: usize) -> Value {
        let actor = self.actor(name);
        let (id, now) = (format!("{}/notes/{name}-{number}", self.base), Timestamp::now().to_string());
        let public = "https://www.w3.org/ns/activitystreams#Public";
        let followers = format!("{actor}/followers");
        json!({
            "@context": CONTEXT, "id": format!("{id}/activity"), "type": "Create", "actor": actor,
            "published": now, "to": [public], "cc": [followers],
            "object": {
                "id": id, "type": "Note", "attributedTo": actor, "published": now, "url": id, "sensitive": false,
                "to": [public], "cc": [followers], "attachment": [], "tag": [],
                "content": format!("<p>Post number {number} from far away, with <a href=\"{id}\">a link</a> in it.</p>"),
                "contentMap": { "en": format!("<p>Post number {number} from far away.</p>") },
            },
        })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn document(kind: &'static str, body: &Value) -> Response {
    ([(header::CONTENT_TYPE, kind)], body.to_string()).into_response()
}

async fn webfinger(State(host): State<Host>, Query(query): Query<HashMap<String, String>>) -> Response {
    let resource = query.get("resource").map(String::as_str).unwrap_or_default();
    let name = resource.trim_start_matches("acct:").split('@').next().unwrap_or_default();
    let link = json!({
        "rel": "self", "type": "application/activity+json", "href": format!("{}/actors/{name}", host.base)
    });
    let subject = format!("acct:{name}@{}", host.domain);
    document("application/jrd+json", &json!({ "subject": subject, "links": [link] }))
}

async fn actor(State(host): State<Host>, Path(name): Path<String>) -> Response {
    let id = format!("{}/actors/{name}", host.base);
    let body = json!({
        "@context": CONTEXT, "id": id, "type": "Person", "preferredUsername": name, "name": format!("Peer {name}"),
        "summary": "<p>An actor of the load generator.</p>", "url": id, "inbox": format!("{id}/inbox"),
        "outbox": format!("{id}/outbox"), "followers": format!("{id}/followers"),
        "endpoints": { "sharedInbox": format!("{}/inbox", host.base) },
        "publicKey": { "id": format!("{id}#key"), "owner": id, "publicKeyPem": &*host.public },
    });
    document("application/activity+json", &body)
}

async fn inbox(State(host): State<Host>, body: Bytes) -> StatusCode {
    match host.mood.load(Ordering::SeqCst) {
        mood if mood == Mood::Slow as u8 => {
            tokio::time::sleep(SLOWNESS).await;
            return StatusCode::ACCEPTED;
        }
        mood if mood == Mood::Flapping as u8 => return StatusCode::SERVICE_UNAVAILABLE,
        mood if mood == Mood::Dead as u8 => return std::future::pending().await,
        _ => (),
    }
    if let Ok(activity) = serde_json::from_slice::<Value>(&body)
        && activity["type"] == "Follow"
    {
        host.arrivals.follows.lock().unwrap_or_else(PoisonError::into_inner).push(activity);
    }
    *host.arrivals.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    host.arrivals.count.fetch_add(1, Ordering::SeqCst);
    StatusCode::ACCEPTED
}
