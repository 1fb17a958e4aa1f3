//! A push service, with the keys of a client that can read what arrives in both encodings.

use std::sync::{Arc, Mutex};

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::hmac::{HMAC_SHA256, Key, sign};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verifier};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// A message as it came.
#[derive(Clone)]
pub struct Pushed {
    pub path: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

#[derive(Default)]
struct Seen {
    messages: Vec<Pushed>,
    status: Option<u16>,
}

/// The push service together with its client.
pub struct PushService {
    base: String,
    seen: Arc<Mutex<Seen>>,
    key: PrivateKey,
    auth: [u8; 16],
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_else(|_| panic!("not base64url: {text}"))
}

impl PushService {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let seen = Arc::new(Mutex::new(Seen::default()));
        let app = Router::new().fallback(take).with_state(Arc::clone(&seen));
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        let key = PrivateKey::generate(&ECDH_P256).unwrap();
        Self { base, seen, key, auth: rand::random() }
    }

    pub fn base(&self) -> &str {
        &self.base
    }

    fn public(&self) -> Vec<u8> {
        self.key.compute_public_key().unwrap().as_ref().to_vec()
    }

    /// What a client sends to subscribe, for these kinds of notifications.
    pub fn subscription(&self, standard: bool, alerts: &[&str]) -> Value {
        let alerts: serde_json::Map<String, Value> =
            alerts.iter().map(|kind| ((*kind).to_owned(), json!(true))).collect();
        json!({
            "subscription": {
                "endpoint": format!("{}/wake/me", self.base),
                "keys": { "p256dh": base64url(&self.public()), "auth": base64url(&self.auth) },
                "standard": standard,
            },
            "data": { "alerts": alerts },
        })
    }

    /// What the service answers from now on.
    pub fn answers(&self, status: u16) {
        self.seen.lock().unwrap().status = Some(status);
    }

    /// All messages that came, in order.
    pub fn messages(&self) -> Vec<Pushed> {
        self.seen.lock().unwrap().messages.clone()
    }

    /// Reads a message by the encoding that it names.
    pub fn open(&self, message: &Pushed) -> Value {
        let text = match message.header("content-encoding") {
            "aes128gcm" => self.open_standard(&message.body),
            "aesgcm" => self.open_draft(message),
            other => panic!("an unknown encoding: {other}"),
        };
        serde_json::from_slice(&text).unwrap()
    }

    fn shared(&self, server: &[u8]) -> Vec<u8> {
        agree(&self.key, UnparsedPublicKey::new(&ECDH_P256, server), (), |key| Ok(key.to_vec())).unwrap()
    }

    fn open_standard(&self, body: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        assert_eq!(rest[..4], 4_096_u32.to_be_bytes());
        assert_eq!(rest[4], 65);
        let (server, sealed) = rest[5..].split_at(65);
        let info = [b"WebPush: info\0".as_slice(), &self.public(), server].concat();
        let agreed = hkdf(&self.auth, &self.shared(server), &info, 32);
        let key = hkdf(salt, &agreed, b"Content-Encoding: aes128gcm\0", 16);
        let nonce = hkdf(salt, &agreed, b"Content-Encoding: nonce\0", 12);
        let mut text = unseal(&key, &nonce, sealed);
        assert_eq!(text.pop(), Some(2), "the last record ends with a 2");
        text
    }

    fn open_draft(&self, message: &Pushed) -> Vec<u8> {
        let salt = bytes(message.header("encryption").strip_prefix("salt=").unwrap());
        let keys = message.header("crypto-key");
        let server = bytes(keys.split(';').find_map(|part| part.strip_prefix("dh=")).unwrap());
        let length = [0, 65].as_slice();
        let context = [b"P-256\0".as_slice(), length, &self.public(), length, &server].concat();
        let agreed = hkdf(&self.auth, &self.shared(&server), b"Content-Encoding: auth\0", 32);
        let info = |name: &[u8]| [name, &context].concat();
        let key = hkdf(&salt, &agreed, &info(b"Content-Encoding: aesgcm\0"), 16);
        let nonce = hkdf(&salt, &agreed, &info(b"Content-Encoding: nonce\0"), 12);
        let text = unseal(&key, &nonce, &message.body);
        let padding = usize::from(u16::from_be_bytes([text[0], text[1]]));
        text[2 + padding..].to_vec()
    }
}

impl Pushed {
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }

    /// The claims of the token that proves the sender, once its signature was found good.
    pub fn claims(&self, server_key: &str) -> Value {
        let authorization = self.header("authorization");
        let token = match authorization.strip_prefix("WebPush ") {
            Some(token) => {
                assert!(self.header("crypto-key").contains(&format!("p256ecdsa={server_key}")));
                token
            }
            None => {
                let (token, key) = authorization.strip_prefix("vapid t=").unwrap().split_once(",k=").unwrap();
                assert_eq!(key, server_key);
                token
            }
        };
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let verifier = Verifier::new(&ECDSA_P256_SHA256_FIXED, bytes(server_key));
        verifier.verify(signed.as_bytes(), &bytes(signature)).expect("a good signature");
        let (head, claims) = signed.split_once('.').unwrap();
        let head: Value = serde_json::from_slice(&bytes(head)).unwrap();
        assert_eq!(head["alg"], "ES256");
        serde_json::from_slice(&bytes(claims)).unwrap()
    }
}

/// HKDF with SHA-256 for at most 32 bytes, written out: another one than the server uses.
fn hkdf(salt: &[u8], secret: &[u8], info: &[u8], length: usize) -> Vec<u8> {
    let extracted = sign(&Key::new(HMAC_SHA256, salt), secret);
    let expanded = sign(&Key::new(HMAC_SHA256, extracted.as_ref()), &[info, &[1]].concat());
    expanded.as_ref()[..length].to_vec()
}

fn unseal(key: &[u8], nonce: &[u8], sealed: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).unwrap());
    let mut text = sealed.to_vec();
    let nonce = Nonce::try_assume_unique_for_key(nonce).unwrap();
    let length = key.open_in_place(nonce, Aad::empty(), &mut text).expect("a message for these keys").len();
    text.truncate(length);
    text
}

async fn take(State(seen): State<Arc<Mutex<Seen>>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut seen = seen.lock().unwrap();
    seen.messages.push(Pushed { path: uri.path().to_owned(), headers, body: body.to_vec() });
    StatusCode::from_u16(seen.status.unwrap_or(201)).unwrap()
}
