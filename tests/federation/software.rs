//! What other software really sends: actors and activities in the form of each, delivered signed to a running server,
//! and what a member reads then.
//!
//! `fixtures/SOFTWARE/actors.json` has the actors with their handles and says whom bob follows. Every other file there is
//! a case: documents to show, activities to send, and what appears at home and among the notifications. In an expectation
//! `~` stands before a text that must be contained, `!` before one that must not, and only the named keys are looked at.
//! `{peer}`, `{domain}`, `{key}`, `{shop}`, `{bob}`, `{handle}`, `{post}`, `{post-id}`, `{poll}`, `{poll-id}`, `{now}` and `{later}` are filled in.

use std::fs;
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::follow;
use crate::support::peer::{Peer, Spoiled};
use crate::support::{Person, Shop};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/federation/fixtures")
}

/// One test for each kind of software, and one that none is forgotten.
macro_rules! software {
    ($($name:ident),* $(,)?) => {
        $(
            #[tokio::test]
            async fn $name() {
                speaks(stringify!($name)).await;
            }
        )*

        #[test]
        fn every_folder_is_tried() {
            let mut folders: Vec<String> = fs::read_dir(folder())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            folders.sort();
            assert_eq!(folders, [$(stringify!($name)),*]);
        }
    };
}

software!(
    akkoma, bookwyrm, bridgy_fed, friendica, gotosocial, hubzilla, lemmy, misskey, mitra, mobilizon, owncast,
    peertube, pixelfed, pleroma, sharkey, snac, threads, wordpress,
);

/// Bob, what he has said, and the other server with its actors.
struct Stage {
    shop: Shop,
    bob: Person,
    peer: Peer,
    names: Vec<(&'static str, String)>,
    actors: Vec<Value>,
}

impl Stage {
    async fn set(software: &str) -> Self {
        let shop = Shop::start().await;
        let bob = shop.member("bob").await;
        let peer = Peer::start().await;
        let post = bob.says("what do you think?").await;
        let poll = json!({ "options": ["tea", "coffee", "water"], "expires_in": 3600, "multiple": true });
        let poll = bob.post("/api/v1/statuses", json!({ "status": "thirsty?", "poll": poll })).await.ok();
        let key = serde_json::to_string(&Peer::public_pem()).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let names = vec![
            ("peer", peer.base().to_owned()),
            ("domain", peer.domain().to_owned()),
            ("key", key.trim_matches('"').to_owned()),
            ("shop", shop.base().to_owned()),
            ("bob", format!("{}/ap/users/{}", shop.base(), bob.id)),
            ("handle", bob.handle()),
            ("post", text(&post["uri"])),
            ("poll", text(&poll["uri"])),
            ("poll-id", text(&poll["poll"]["id"])),
            ("post-id", text(&post["id"])),
        ];
        let mut stage = Self { shop, bob, peer, names, actors: Vec::new() };
        stage.cast(software).await;
        stage
    }

    fn read(&self, path: &std::path::Path) -> Value {
        let mut text = fs::read_to_string(path).unwrap();
        for (name, value) in &self.names {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        // Each moment is a little later than the one before: posts stand in the order in which they were sent.
        let mut now = Timestamp::now();
        text = text.replace("{later}", &(now + SignedDuration::from_mins(1)).to_string());
        while text.contains("{now}") {
            text = text.replacen("{now}", &now.to_string(), 1);
            now += SignedDuration::from_millis(1);
        }
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// Shows documents at the paths of their ids, which may have a query that the peer does not look at.
    fn show(&self, documents: &Value) {
        for document in documents.as_array().into_iter().flatten() {
            let id = reqwest::Url::parse(document["id"].as_str().unwrap()).unwrap();
            self.peer.show(id.path(), document.clone());
        }
    }

    /// The actors appear; bob follows some of them, and they accept.
    async fn cast(&mut self, software: &str) {
        let cast = self.read(&folder().join(software).join("actors.json"));
        self.actors = cast["actors"].as_array().unwrap().clone();
        self.show(&cast["actors"]);
        self.show(&cast["documents"]);
        for actor in &self.actors {
            self.peer.handle(actor["preferredUsername"].as_str().unwrap(), actor["id"].as_str().unwrap());
        }
        for name in cast["followed"].as_array().unwrap() {
            follow(&self.bob, &format!("{}@{}", name.as_str().unwrap(), self.peer.domain())).await;
            self.shop.settle().await;
            let asked = self.peer.received_of("Follow").pop().unwrap();
            let accept = json!({ "@context": "https://www.w3.org/ns/activitystreams", "type": "Accept",
                "id": self.peer.uri(&format!("/accepts/{}", name.as_str().unwrap())), "actor": asked["object"],
                "object": asked });
            self.send(&accept).await;
        }
    }

    /// Sends an activity, signed with the key that its actor's document names.
    async fn send(&self, activity: &Value) {
        let actor = self.actors.iter().find(|actor| actor["id"] == activity["actor"]);
        let actor = actor.unwrap_or_else(|| panic!("nobody is {}", activity["actor"]));
        let key_id = actor["publicKey"]["id"].as_str().unwrap().to_owned();
        let spoiled = Spoiled { key_id: Some(key_id), ..Spoiled::default() };
        let (status, body) = self.peer.send_spoiled(self.shop.base(), activity, &spoiled).await;
        assert_eq!(status, 202, "{body}: {activity}");
        self.shop.settle().await;
    }

    async fn list(&self, path: &str) -> Vec<Value> {
        self.bob.get(path).await.ok().as_array().unwrap().clone()
    }

    /// What appeared since there were so many.
    async fn news(&self, path: &str, before: usize) -> Value {
        let now = self.list(path).await;
        Value::Array(now[..now.len() - before.min(now.len())].to_vec())
    }
}

/// How often the actors were asked for.
fn asked(stage: &Stage) -> usize {
    let path = |actor: &Value| reqwest::Url::parse(actor["id"].as_str().unwrap()).unwrap().path().to_owned();
    stage.actors.iter().map(|actor| stage.peer.asked(&path(actor))).sum()
}

const HOME: &str = "/api/v1/timelines/home?limit=40";
const TOLD: &str = "/api/v1/notifications?limit=40";

async fn speaks(software: &str) {
    let stage = Stage::set(software).await;
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder().join(software)).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| !path.ends_with("actors.json"));
    cases.sort();
    assert!(!cases.is_empty(), "{software} says nothing");
    for path in cases {
        let case = stage.read(&path);
        let name = format!("{software}, {}: {}", path.file_name().unwrap().display(), case["about"]);
        let (home, told, fetched) = (stage.list(HOME).await, stage.list(TOLD).await, asked(&stage));
        stage.show(&case["documents"]);
        for activity in case["send"].as_array().unwrap() {
            stage.send(activity).await;
        }
        let news = stage.news(HOME, home.len()).await;
        fits(&format!("{name}, home"), case.get("home").unwrap_or(&json!([])), &news);
        let news = stage.news(TOLD, told.len()).await;
        fits(&format!("{name}, notifications"), case.get("notifications").unwrap_or(&json!([])), &news);
        let newest = stage.list(HOME).await.first().map(|status| status["id"].as_str().unwrap().to_owned());
        for (path, expected) in case["reads"].as_object().into_iter().flatten() {
            let path = path.replace("{newest}", newest.as_deref().unwrap_or_default());
            fits(&format!("{name}, {path}"), expected, &stage.bob.get(&path).await.ok());
        }
        if case["fetches_actors"] != true {
            assert_eq!(asked(&stage), fetched, "{name}: a known key needs no question");
        }
    }
}

/// Whether all that is expected is there.
fn fits(name: &str, expected: &Value, found: &Value) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(map)) => {
            for (key, value) in expected {
                let there = map.get(key).unwrap_or_else(|| panic!("{name}: no {key} in {found}"));
                fits(&format!("{name}.{key}"), value, there);
            }
        }
        (Value::Array(expected), Value::Array(list)) => {
            assert_eq!(list.len(), expected.len(), "{name}: {found}");
            for (at, (value, there)) in expected.iter().zip(list).enumerate() {
                fits(&format!("{name}[{at}]"), value, there);
            }
        }
        (Value::String(text), Value::String(there)) if text.starts_with(['~', '!']) => {
            let is_there = there.contains(&text[1..]);
            assert_eq!(is_there, text.starts_with('~'), "{name}: {text} in {there}");
        }
        _ => assert_eq!(found, expected, "{name}"),
    }
}
