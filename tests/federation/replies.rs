//! Answers that never reached us are read from where they lie, when somebody looks at a thread.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::Shop;
use crate::support::peer::Peer;

const OLD: &str = "2026-01-05T10:00:00Z";

fn page(uri: &str, items: &[String], next: Option<String>) -> Value {
    json!({ "id": uri, "type": "CollectionPage", "items": items, "next": next })
}

#[tokio::test]
async fn a_thread_is_made_whole_behind_the_answer() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (one, two) = (Peer::start().await, Peer::start().await);
    one.person("bob");
    two.person("dora");
    let root = one.uri("/notes/1");
    let replies = one.uri("/notes/1/replies");
    let second = one.uri("/notes/1/replies/2");
    let first = page(&replies, &[one.uri("/notes/2")], Some(second.clone()));
    let collection = json!({ "id": replies, "type": "Collection", "first": first });
    one.show("/notes/1", one.note("bob", 1, json!({ "published": OLD, "replies": collection })));
    one.show("/notes/2", one.note("bob", 2, json!({ "published": OLD, "inReplyTo": root })));
    // The page names an answer elsewhere, one that is ours, and itself as the next one.
    let ours = alice.says("not an answer").await["uri"].as_str().unwrap().to_owned();
    one.show("/notes/1/replies/2", page(&second, &[two.uri("/notes/3"), ours], Some(second.clone())));
    let deep = two.uri("/notes/3/replies");
    two.show(
        "/notes/3",
        two.note("dora", 3, json!({ "published": OLD, "inReplyTo": root, "replies": deep })),
    );
    two.show("/notes/3/replies", page(&deep, &[one.uri("/notes/4"), one.uri("/notes/5")], None));
    one.show("/notes/4", one.note("bob", 4, json!({ "published": OLD, "inReplyTo": two.uri("/notes/3") })));

    let found = alice.get(&format!("/api/v2/search?resolve=true&type=statuses&q={root}")).await.ok();
    let id = found["statuses"][0]["id"].as_str().unwrap().to_owned();
    shop.settle().await;
    let path = format!("/api/v1/statuses/{id}/context");
    let before = alice.get(&path).await;
    assert_eq!(before.ok()["descendants"], json!([]));
    let header = before.header("mastodon-async-refresh").unwrap().to_owned();
    assert!(header.contains("retry=3"), "{header}");
    let refresh = header.split('"').nth(1).unwrap();
    shop.settle().await;
    let done = alice.get(&format!("/api/v1_alpha/async_refreshes/{refresh}")).await.ok();
    assert_eq!(done["async_refresh"], json!({ "id": refresh, "status": "finished", "result_count": 3 }));
    let after = alice.get(&path).await;
    let shown = after.ok();
    let shown: Vec<_> =
        shown["descendants"].as_array().unwrap().iter().map(|one| one["uri"].clone()).collect();
    assert_eq!(shown, [one.uri("/notes/2"), two.uri("/notes/3"), one.uri("/notes/4")]);
    assert!(after.header("mastodon-async-refresh").is_none(), "just read");

    shop.clock().advance(Duration::from_secs(16 * 60));
    assert!(alice.get(&path).await.header("mastodon-async-refresh").is_some());
    shop.settle().await;
}

#[tokio::test]
async fn a_thread_that_began_here_is_made_whole_from_the_answers_elsewhere() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (one, two) = (Peer::start().await, Peer::start().await);
    one.person("bob");
    two.person("dora");
    let said = alice.says("Who still writes letters?").await;
    let collection =
        json!({ "id": one.uri("/notes/1/replies"), "type": "Collection", "items": [two.uri("/notes/2")] });
    one.show("/notes/1", one.note("bob", 1, json!({ "inReplyTo": said["uri"], "replies": collection })));
    two.show("/notes/2", two.note("dora", 2, json!({ "inReplyTo": one.uri("/notes/1") })));
    alice.get(&format!("/api/v2/search?resolve=true&type=statuses&q={}", one.uri("/notes/1"))).await.ok();
    shop.settle().await;
    let path = format!("/api/v1/statuses/{}/context", said["id"].as_str().unwrap());
    assert!(alice.get(&path).await.header("mastodon-async-refresh").is_none(), "too young to be read");
    shop.clock().advance(Duration::from_secs(3_600));
    let before = alice.get(&path).await;
    assert_eq!(before.ok()["descendants"].as_array().unwrap().len(), 1);
    assert!(before.header("mastodon-async-refresh").is_some());
    shop.settle().await;
    let after = alice.get(&path).await.ok();
    let uris: Vec<_> =
        after["descendants"].as_array().unwrap().iter().map(|one| one["uri"].clone()).collect();
    assert_eq!(uris, [one.uri("/notes/1"), two.uri("/notes/2")]);
}

#[tokio::test]
async fn nothing_is_read_for_guests_and_where_nobody_elsewhere_answered() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("bob");
    peer.show("/notes/1", peer.note("bob", 1, json!({ "published": OLD })));
    let query = format!("/api/v2/search?resolve=true&type=statuses&q={}", peer.uri("/notes/1"));
    let found = alice.get(&query).await.ok();
    let remote = format!("/api/v1/statuses/{}/context", found["statuses"][0]["id"].as_str().unwrap());
    assert!(shop.anon().get(&remote).await.header("mastodon-async-refresh").is_none());
    let own = alice.says("mine").await;
    shop.clock().advance(Duration::from_secs(3_600));
    let own = format!("/api/v1/statuses/{}/context", own["id"].as_str().unwrap());
    assert!(alice.get(&own).await.header("mastodon-async-refresh").is_none());
    alice.get("/api/v1_alpha/async_refreshes/unknown").await.error(404);
    shop.anon().get("/api/v1_alpha/async_refreshes/unknown").await.error(401);
}
