//! Another server, scripted: it has actors with keys of their own, shows what it is told to show, sends signed
//! activities (well-made or spoiled) and remembers what is sent to it.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, Url};
use serde_json::{Value, json};
use shop::federation::proof::canonical;
use shop::federation::sign::{KeyPair, SigningKey, sign_message, sign_request};
use tokio::net::TcpListener;

/// Key pairs are slow to make and good for any test: the first is everybody's, the second is somebody else's.
static KEYS: LazyLock<[KeyPair; 2]> = LazyLock::new(|| [(); 2].map(|()| KeyPair::generate().unwrap()));

/// The key of proofs, and one of somebody else.
static PROVERS: LazyLock<[Ed25519KeyPair; 2]> =
    LazyLock::new(|| [[7; 32], [9; 32]].map(|seed| Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()));

/// A multibase text in base58btc.
fn multibase(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut digits: Vec<u32> = Vec::new();
    for byte in bytes {
        let mut carry = u32::from(*byte);
        for digit in &mut digits {
            carry += *digit * 256;
            *digit = carry % 58;
            carry /= 58;
        }
        while carry > 0 {
            digits.push(carry % 58);
            carry /= 58;
        }
    }
    digits.extend(bytes.iter().take_while(|byte| **byte == 0).map(|_| 0));
    let letters: String = digits.iter().rev().map(|digit| char::from(LETTERS[*digit as usize])).collect();
    format!("z{letters}")
}

/// An answer that is no document: status, headers, body.
type Oddity = (u16, Vec<(&'static str, String)>, Vec<u8>);

#[derive(Default)]
struct Shown {
    documents: HashMap<String, Value>,
    oddities: HashMap<String, Oddity>,
    handles: HashMap<String, String>,
    received: Vec<(HeaderMap, Value)>,
    asked: Vec<String>,
    /// The status that inboxes answer; 202 when nothing is said.
    inbox_status: Option<u16>,
    /// Inboxes take signatures by RFC 9421 only.
    newer_signatures: bool,
    /// Deliveries turned away for the form of their signature.
    refused: usize,
}

/// The scripted server.
pub struct Peer {
    base: String,
    shown: Arc<Mutex<Shown>>,
}

/// What is spoiled about a delivery.
#[derive(Clone, Default)]
pub struct Spoiled {
    /// Another body than was signed.
    pub body: Option<String>,
    /// This text is signed and sent in place of the activity.
    pub raw: Option<String>,
    /// Signed this long ago.
    pub age: SignedDuration,
    /// Signed for another server.
    pub host: Option<String>,
    /// Signed with the second key pair.
    pub other_key: bool,
    /// Signed under this key id.
    pub key_id: Option<String>,
    /// Not signed at all.
    pub unsigned: bool,
    /// Signed by RFC 9421; not spoiled at all.
    pub by_message: bool,
    /// With this header about followers.
    pub synchronisation: Option<String>,
    /// That header is put on after signing.
    pub unsigned_header: bool,
    /// Sent to this path instead of the one it was signed for.
    pub path: Option<String>,
    /// With this further header.
    pub header: Option<(&'static str, &'static str)>,
}

impl Peer {
    /// Starts a server on loopback.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let shown = Arc::new(Mutex::new(Shown::default()));
        let app = Router::new().fallback(answer).with_state(Arc::clone(&shown));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { base, shown }
    }

    /// `http://localhost:PORT`
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `localhost:PORT`
    pub fn domain(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The id of an actor or object.
    pub fn uri(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// Shows a document at its path.
    pub fn show(&self, path: &str, document: Value) {
        self.shown.lock().unwrap().documents.insert(path.to_owned(), document);
    }

    /// Answers these bytes as this type at a path.
    pub fn show_as(&self, path: &str, kind: &str, body: impl Into<Vec<u8>>) {
        let oddity = (200, vec![("content-type", kind.to_owned())], body.into());
        self.shown.lock().unwrap().oddities.insert(path.to_owned(), oddity);
    }

    /// Leads on to another address from a path.
    pub fn redirect(&self, path: &str, to: &str) {
        let oddity = (302, vec![("location", to.to_owned())], Vec::new());
        self.shown.lock().unwrap().oddities.insert(path.to_owned(), oddity);
    }

    /// Answers with this status there, and nothing else.
    pub fn refuse(&self, path: &str, status: u16) {
        self.shown.lock().unwrap().oddities.insert(path.to_owned(), (status, Vec::new(), Vec::new()));
    }

    /// Shows nothing there any more.
    pub fn hide(&self, path: &str) {
        let mut shown = self.shown.lock().unwrap();
        shown.documents.remove(path);
        shown.oddities.remove(path);
    }

    /// The first key, PEM, for actors that are written out whole.
    pub fn public_pem() -> String {
        KEYS[0].public_pem.clone()
    }

    /// An actor `/u/NAME` with the first key, found by WebFinger.
    pub fn person(&self, name: &str) -> String {
        self.person_with(name, &KEYS[0].public_pem, json!({}))
    }

    /// The same actor with the second key: its keys were replaced.
    pub fn rotate(&self, name: &str) {
        self.person_with(name, &KEYS[1].public_pem, json!({}));
    }

    /// An actor with further or other properties.
    pub fn person_like(&self, name: &str, extra: Value) -> String {
        self.person_with(name, &KEYS[0].public_pem, extra)
    }

    fn person_with(&self, name: &str, pem: &str, extra: Value) -> String {
        let id = self.uri(&format!("/u/{name}"));
        let mut actor = json!({
            "@context": ["https://www.w3.org/ns/activitystreams", "https://w3id.org/security/v1"],
            "id": id,
            "type": "Person",
            "preferredUsername": name,
            "inbox": format!("{id}/inbox"),
            "outbox": format!("{id}/outbox"),
            "followers": format!("{id}/followers"),
            "endpoints": { "sharedInbox": self.uri("/inbox") },
            "publicKey": { "id": format!("{id}#main-key"), "owner": id, "publicKeyPem": pem },
        });
        actor.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        self.show(&format!("/u/{name}"), actor);
        let handle = format!("acct:{name}@{}", self.domain());
        self.shown.lock().unwrap().handles.insert(handle, id.clone());
        id
    }

    /// An actor with a key for proofs as well.
    pub fn prover(&self, name: &str) -> String {
        self.person_like(name, json!({ "assertionMethod": [self.multikey(name)] }))
    }

    /// The key for proofs of `/u/NAME`.
    pub fn multikey(&self, name: &str) -> Value {
        let id = self.uri(&format!("/u/{name}"));
        let mut key = vec![0xed, 0x01];
        key.extend(PROVERS[0].public_key().as_ref());
        json!({ "id": format!("{id}#proofs"), "type": "Multikey", "controller": id,
            "publicKeyMultibase": multibase(&key) })
    }

    /// The document with a proof by its actor (FEP-8b32), made `age` ago.
    pub fn prove(&self, document: &Value, age: SignedDuration) -> Value {
        self.prove_with(document, age, 0)
    }

    /// As [`Peer::prove`], with the key of this number: the second is nobody's.
    pub fn prove_with(&self, document: &Value, age: SignedDuration, key: usize) -> Value {
        let mut options = json!({
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "verificationMethod": format!("{}#proofs", document["actor"].as_str().unwrap()),
            "proofPurpose": "assertionMethod",
            "created": (Timestamp::now() - age).to_string(),
        });
        let mut signed = digest(&SHA256, canonical(&options).as_bytes()).as_ref().to_vec();
        signed.extend(digest(&SHA256, canonical(document).as_bytes()).as_ref());
        options["proofValue"] = json!(multibase(PROVERS[key].sign(&signed).as_ref()));
        let mut proven = document.clone();
        proven["proof"] = options;
        proven
    }

    /// Passes an activity of somebody else on: signed by `/u/NAME` of this server.
    pub async fn pass_on(&self, base: &str, name: &str, activity: &Value) -> u16 {
        let key_id = Some(format!("{}#main-key", self.uri(&format!("/u/{name}"))));
        self.send_spoiled(base, activity, &Spoiled { key_id, ..Spoiled::default() }).await.0
    }

    /// Says that the handle `NAME@domain` means `actor`.
    pub fn handle(&self, name: &str, actor: &str) {
        let handle = format!("acct:{name}@{}", self.domain());
        self.shown.lock().unwrap().handles.insert(handle, actor.to_owned());
    }

    /// A document as it is shown.
    pub fn document(&self, path: &str) -> Value {
        self.shown.lock().unwrap().documents[path].clone()
    }

    /// What came to its inboxes, in order.
    pub fn received(&self) -> Vec<Value> {
        self.received_with_headers().into_iter().map(|(_, body)| body).collect()
    }

    /// What came to its inboxes with the headers, in order.
    pub fn received_with_headers(&self) -> Vec<(HeaderMap, Value)> {
        self.shown.lock().unwrap().received.clone()
    }

    /// What came of one type.
    pub fn received_of(&self, kind: &str) -> Vec<Value> {
        self.received().into_iter().filter(|activity| activity["type"] == kind).collect()
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.shown.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// What its inboxes answer from now on.
    pub fn answers(&self, status: u16) {
        self.shown.lock().unwrap().inbox_status = Some(status);
    }

    /// A public Note by `/u/NAME`.
    pub fn note(&self, name: &str, number: u32, extra: Value) -> Value {
        let author = self.uri(&format!("/u/{name}"));
        let mut note = json!({
            "id": self.uri(&format!("/notes/{number}")),
            "type": "Note",
            "attributedTo": author,
            "content": format!("<p>note {number}</p>"),
            "to": ["https://www.w3.org/ns/activitystreams#Public"],
            "cc": [format!("{author}/followers")],
        });
        note.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        note
    }

    /// An activity of `/u/NAME` with a fresh id.
    pub fn activity(&self, name: &str, kind: &str, object: Value) -> Value {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": self.uri(&format!("/activities/{:x}", rand::random::<u64>())),
            "type": kind,
            "actor": self.uri(&format!("/u/{name}")),
            "object": object,
        })
    }

    /// Sends an activity to the shared inbox of `base`, signed by its actor; gives the status.
    pub async fn send(&self, base: &str, activity: &Value) -> u16 {
        self.send_spoiled(base, activity, &Spoiled::default()).await.0
    }

    /// Sends an activity with something wrong about it; gives status and body.
    pub async fn send_spoiled(&self, base: &str, activity: &Value, spoiled: &Spoiled) -> (u16, String) {
        let url = Url::parse(&format!("{base}/inbox")).unwrap();
        let body = spoiled.raw.clone().unwrap_or_else(|| activity.to_string());
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/activity+json".parse().unwrap());
        let synchronisation = spoiled.synchronisation.as_ref().map(|text| text.parse().unwrap());
        if let Some(value) = synchronisation.clone().filter(|_| !spoiled.unsigned_header) {
            headers.insert("collection-synchronization", value);
        }
        if !spoiled.unsigned {
            let pair = &KEYS[usize::from(spoiled.other_key)];
            let key = SigningKey::from_pem(&pair.private_pem).unwrap();
            let own = format!("{}#main-key", activity["actor"].as_str().unwrap_or_default());
            let key_id = spoiled.key_id.clone().unwrap_or(own);
            let mut signed_for = url.clone();
            if let Some(host) = &spoiled.host {
                signed_for.set_host(Some(host)).unwrap();
            }
            let now = Timestamp::now() - spoiled.age;
            let sign = if spoiled.by_message { sign_message } else { sign_request };
            sign(&key, &key_id, &Method::POST, &signed_for, &mut headers, body.as_bytes(), now).unwrap();
        }
        if let Some(value) = synchronisation {
            headers.insert("collection-synchronization", value);
        }
        if let Some((name, value)) = spoiled.header {
            headers.insert(name, value.parse().unwrap());
        }
        let mut to = url;
        if let Some(path) = &spoiled.path {
            to = to.join(path).unwrap();
        }
        let body = spoiled.body.clone().unwrap_or(body);
        self.post(to, headers, body).await
    }

    /// Sends an activity to another inbox than the shared one, signed for it; gives status and body.
    pub async fn send_to(&self, base: &str, path: &str, activity: &Value) -> (u16, String) {
        let url = Url::parse(base).unwrap().join(path).unwrap();
        let body = activity.to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/activity+json".parse().unwrap());
        let key = SigningKey::from_pem(&KEYS[0].private_pem).unwrap();
        let key_id = format!("{}#main-key", activity["actor"].as_str().unwrap_or_default());
        let (now, method) = (Timestamp::now(), Method::POST);
        sign_request(&key, &key_id, &method, &url, &mut headers, body.as_bytes(), now).unwrap();
        self.post(url, headers, body).await
    }

    /// Sends a request once more, byte for byte.
    pub async fn send_twice(&self, base: &str, activity: &Value) -> (u16, u16) {
        let url = Url::parse(&format!("{base}/inbox")).unwrap();
        let body = activity.to_string();
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/activity+json".parse().unwrap());
        let key = SigningKey::from_pem(&KEYS[0].private_pem).unwrap();
        let key_id = format!("{}#main-key", activity["actor"].as_str().unwrap());
        let (now, method) = (Timestamp::now(), Method::POST);
        sign_request(&key, &key_id, &method, &url, &mut headers, body.as_bytes(), now).unwrap();
        let first = self.post(url.clone(), headers.clone(), body.clone()).await.0;
        (first, self.post(url, headers, body).await.0)
    }

    /// A signed GET in the name of `/u/NAME`; gives status and JSON.
    pub async fn get_signed(&self, name: &str, url: &str) -> (u16, Value) {
        let answer = self.ask_signed(name, url).await;
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// As [`Peer::get_signed`]; gives the whole answer.
    pub async fn ask_signed(&self, name: &str, url: &str) -> reqwest::Response {
        let url = Url::parse(url).unwrap();
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, "application/activity+json".parse().unwrap());
        let key = SigningKey::from_pem(&KEYS[0].private_pem).unwrap();
        let key_id = format!("{}#main-key", self.uri(&format!("/u/{name}")));
        sign_request(&key, &key_id, &Method::GET, &url, &mut headers, b"", Timestamp::now()).unwrap();
        client().get(url).headers(headers).send().await.unwrap()
    }

    /// From now on deliveries in the older form of signature are answered 401.
    pub fn wants_message_signatures(&self) {
        self.shown.lock().unwrap().newer_signatures = true;
    }

    /// How many deliveries were turned away for the form of their signature.
    pub fn refused(&self) -> usize {
        self.shown.lock().unwrap().refused
    }

    async fn post(&self, url: Url, headers: HeaderMap, body: String) -> (u16, String) {
        let answer = client().post(url).headers(headers).body(body).send().await.unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    }
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

type Seen = Arc<Mutex<Shown>>;

async fn answer(
    State(shown): State<Seen>,
    method: axum::http::Method,
    uri: Uri,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response {
    let mut shown = shown.lock().unwrap();
    if method == axum::http::Method::POST {
        if shown.newer_signatures && !headers.contains_key("signature-input") {
            shown.refused += 1;
            return StatusCode::UNAUTHORIZED.into_response();
        }
        shown.received.push((headers, serde_json::from_slice(&body).unwrap()));
        let status = StatusCode::from_u16(shown.inbox_status.unwrap_or(202)).unwrap();
        return status.into_response();
    }
    shown.asked.push(uri.path().to_owned());
    if uri.path() == "/.well-known/webfinger" {
        let query = query.unwrap_or_default();
        let resource = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "resource");
        let resource = resource.map(|(_, value)| value.into_owned()).unwrap_or_default();
        let Some(actor) = shown.handles.get(&resource) else { return StatusCode::NOT_FOUND.into_response() };
        let link = json!({ "rel": "self", "type": "application/activity+json", "href": actor });
        let body = json!({ "subject": resource, "links": [link] }).to_string();
        return ([(header::CONTENT_TYPE, "application/jrd+json")], body).into_response();
    }
    if let Some((status, headers, body)) = shown.oddities.get(uri.path()) {
        let mut answer = body.clone().into_response();
        *answer.status_mut() = StatusCode::from_u16(*status).unwrap();
        answer.headers_mut().remove(header::CONTENT_TYPE);
        for (name, value) in headers {
            answer.headers_mut().insert(*name, value.parse().unwrap());
        }
        return answer;
    }
    match shown.documents.get(uri.path()) {
        Some(document) => {
            ([(header::CONTENT_TYPE, "application/activity+json")], document.to_string()).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
