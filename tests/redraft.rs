//! Posting the same thing again: keys that make it once, edits of what hangs on it, deleting to write it anew.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, Person, Shop};

async fn post_with(who: &Person, key: &str, body: Value) -> Answer {
    let request = who.request(Method::POST, "/api/v1/statuses").header("idempotency-key", key).json(&body);
    who.send(request).await
}

async fn id_of(answer: Answer) -> String {
    answer.ok()["id"].as_str().unwrap().to_owned()
}

fn path(id: &str) -> String {
    format!("/api/v1/statuses/{id}")
}

async fn posts_of(who: &Person) -> usize {
    who.get(&format!("/api/v1/accounts/{}/statuses", who.id)).await.ids().len()
}

#[tokio::test]
async fn a_key_makes_one_post_an_hour() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let body = || json!({ "status": "once" });
    let first = id_of(post_with(&alice, "k", body()).await).await;
    assert_eq!(id_of(post_with(&alice, "k", body()).await).await, first);
    // The key decides, whatever is sent with it.
    let again = post_with(&alice, "k", json!({ "status": "something else" })).await.ok();
    assert_eq!((again["id"].as_str(), &again["content"]), (Some(&*first), &json!("<p>once</p>")));
    assert_ne!(id_of(post_with(&alice, "other", body()).await).await, first);
    assert_ne!(id_of(post_with(&bob, "k", body()).await).await, first, "keys are everybody's own");
    assert_eq!(posts_of(&alice).await, 2);

    shop.clock().advance(Duration::from_secs(3_599));
    shop.settle().await;
    assert_eq!(id_of(post_with(&alice, "k", body()).await).await, first);
    shop.clock().advance(Duration::from_secs(2));
    shop.settle().await;
    assert_ne!(id_of(post_with(&alice, "k", body()).await).await, first);
    assert_eq!(posts_of(&alice).await, 3);
}

#[tokio::test]
async fn a_key_of_a_refused_or_deleted_post_is_free() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    post_with(&alice, "k", json!({ "status": "" })).await.error(422);
    let first = id_of(post_with(&alice, "k", json!({ "status": "now" })).await).await;
    alice.delete(&path(&first)).await.ok();
    assert_ne!(id_of(post_with(&alice, "k", json!({ "status": "anew" })).await).await, first);
    // No key at all is no key.
    for _ in 0..2 {
        post_with(&alice, "", json!({ "status": "twice" })).await.ok();
    }
    assert_eq!(posts_of(&alice).await, 3);
}

#[tokio::test]
async fn two_requests_with_one_key_at_once_make_one_post() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let one = || post_with(&alice, "k", json!({ "status": "double click" }));
    let (a, b, c, d) = tokio::join!(one(), one(), one(), one());
    let first = id_of(a).await;
    for other in [b, c, d] {
        assert_eq!(id_of(other).await, first);
    }
    assert_eq!(posts_of(&alice).await, 1);
}

#[tokio::test]
async fn an_edit_describes_its_pictures_anew() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (cat, dog, loose) = (alice.picture().await, alice.picture().await, alice.picture().await);
    let body = json!({ "status": "pets", "media_ids": [cat, dog] });
    let id = alice.post("/api/v1/statuses", body).await.ok()["id"].as_str().unwrap().to_owned();
    shop.clock().advance(Duration::from_secs(5));
    let attributes = json!([
        { "id": cat, "description": "a grey cat", "focus": "0.5,-0.25" },
        { "id": loose, "description": "not mine to tell" },
    ]);
    let edit = json!({ "status": "pets", "media_ids": [cat, dog], "media_attributes": attributes });
    let edited = alice.put(&path(&id), edit).await.ok();
    let media = &edited["media_attachments"];
    assert_eq!(media[0]["description"], "a grey cat");
    assert_eq!(media[0]["meta"]["focus"], json!({ "x": 0.5, "y": -0.25 }));
    assert_eq!(media[1]["description"], "a cat", "who is not named stays");
    assert!(edited["edited_at"].is_string(), "a description is part of the post");
    let history = alice.get(&format!("{}/history", path(&id))).await.ok();
    let told = |at: usize| history[at]["media_attachments"][0]["description"].clone();
    assert_eq!((told(0), told(1)), (json!("a cat"), json!("a grey cat")));
    let other = alice.get(&format!("/api/v1/media/{loose}")).await.ok();
    assert_eq!(other["description"], "a cat", "only what hangs on the post");

    for (bad, status) in [
        (json!([{ "id": cat, "focus": "5,5" }]), 422),
        (json!([{ "id": cat, "description": "x".repeat(10_001) }]), 422),
        (json!([{ "id": "no number", "description": "x" }]), 404),
    ] {
        let edit = json!({ "status": "changed", "media_ids": [cat], "media_attributes": bad });
        alice.put(&path(&id), edit).await.error(status);
    }
    assert_eq!(alice.get(&path(&id)).await.ok(), edited, "a refused edit changes nothing");
}

#[tokio::test]
async fn a_deleted_post_can_be_written_anew_with_its_pictures() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let picture = alice.picture().await;
    let body = json!({ "status": "loook", "media_ids": [picture], "spoiler_text": "cat" });
    let first = alice.post("/api/v1/statuses", body).await.ok();
    let source = alice.delete(&path(first["id"].as_str().unwrap())).await.ok();
    assert_eq!((&source["text"], &source["spoiler_text"]), (&json!("loook"), &json!("cat")));
    assert_eq!(source["media_attachments"][0]["id"], json!(picture));
    shop.clock().advance(Duration::from_secs(23 * 3_600));
    shop.settle().await;
    let again = json!({ "status": "look", "media_ids": [picture] });
    let second = alice.post("/api/v1/statuses", again).await.ok();
    assert_eq!(second["media_attachments"][0]["url"], first["media_attachments"][0]["url"]);
    shop.clock().advance(Duration::from_secs(2 * 86_400));
    shop.settle().await;
    let file = second["media_attachments"][0]["url"].as_str().unwrap();
    assert_eq!(shop.anon().get(file).await.status(), 200, "it hangs on a post again");
}

#[tokio::test]
async fn pictures_go_with_the_post_when_asked_or_a_day_later() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for (query, at_once) in [("?delete_media=true", true), ("?delete_media=false", false), ("", false)] {
        let picture = alice.picture().await;
        let post = json!({ "status": "look", "media_ids": [picture] });
        let post = alice.post("/api/v1/statuses", post).await.ok();
        let file = post["media_attachments"][0]["url"].as_str().unwrap();
        alice.delete(&format!("{}{query}", path(post["id"].as_str().unwrap()))).await.ok();
        shop.settle().await;
        let left = if at_once { 404 } else { 200 };
        assert_eq!(shop.anon().get(file).await.status(), left, "{query}");
        if at_once {
            let anew = json!({ "status": "look", "media_ids": [picture] });
            alice.post("/api/v1/statuses", anew).await.error(422);
        }
        shop.clock().advance(Duration::from_secs(86_401));
        shop.settle().await;
        assert_eq!(shop.anon().get(file).await.status(), 404, "{query}");
        assert_eq!(alice.get(&format!("/api/v1/media/{picture}")).await.status(), 404, "{query}");
    }
}
