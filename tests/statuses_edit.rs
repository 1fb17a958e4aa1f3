//! Editing: full replacement, history and source.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn post(who: &Person, body: Value) -> Value {
    who.post("/api/v1/statuses", body).await.ok()
}

fn path(status: &Value) -> String {
    format!("/api/v1/statuses/{}", status["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn an_edit_replaces_everything_but_the_language() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let body =
        json!({ "status": "before", "spoiler_text": "careful", "language": "de", "visibility": "unlisted" });
    let status = post(&alice, body).await;
    assert_eq!(status["edited_at"], Value::Null);
    let edited =
        alice.put(&path(&status), json!({ "status": "after #new", "visibility": "public" })).await.ok();
    assert_eq!(edited["id"], status["id"]);
    assert_eq!(edited["spoiler_text"], "", "what is left out is removed");
    assert_eq!(edited["sensitive"], false);
    assert_eq!(edited["language"], "de", "a language that is left out stays");
    assert_eq!(edited["visibility"], "unlisted", "the visibility never changes");
    assert_eq!(edited["tags"][0]["name"], "new");
    assert_eq!(edited["created_at"], status["created_at"]);
    assert!(edited["edited_at"].is_string());
    let found = shop.anon().get("/api/v1/timelines/tag/new").await.ok();
    assert_eq!(found, json!([]), "an unlisted post is in no tag timeline");
}

#[tokio::test]
async fn history_begins_with_the_original_and_ends_with_now() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "one" })).await;
    let only = shop.anon().get(&format!("{}/history", path(&status))).await.ok();
    assert_eq!(only.as_array().map(Vec::len), Some(1));
    assert_eq!(only[0]["content"], "<p>one</p>");
    assert_eq!(only[0]["created_at"], status["created_at"]);

    for text in ["two", "three"] {
        shop.clock().advance(std::time::Duration::from_secs(60));
        alice.put(&path(&status), json!({ "status": text, "spoiler_text": "cw" })).await.ok();
    }
    let history = shop.anon().get(&format!("{}/history", path(&status))).await.ok();
    let texts: Vec<_> =
        history.as_array().expect("a list").iter().map(|edit| edit["content"].clone()).collect();
    assert_eq!(texts, ["<p>one</p>", "<p>two</p>", "<p>three</p>"]);
    assert_eq!(history[0]["sensitive"], false);
    assert_eq!(history[1]["spoiler_text"], "cw");
    assert_eq!(history[0]["created_at"], status["created_at"]);
    let now = alice.get(&path(&status)).await.ok();
    assert_eq!(history[2]["created_at"], now["edited_at"]);
    for key in
        ["content", "spoiler_text", "sensitive", "created_at", "account", "media_attachments", "emojis"]
    {
        assert!(history[0].get(key).is_some(), "{key}");
    }
}

#[tokio::test]
async fn an_edit_without_a_change_leaves_no_trace() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "same", "spoiler_text": "cw" })).await;
    let body = json!({ "status": "same", "spoiler_text": "cw" });
    let again = alice.put(&path(&status), body).await.ok();
    assert_eq!(again["edited_at"], Value::Null);
    let history = alice.get(&format!("{}/history", path(&status))).await.ok();
    assert_eq!(history.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn whom_an_edit_leaves_out_keeps_access_silently() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, json!({ "status": "@bob psst", "visibility": "direct" })).await;
    let edited = alice.put(&path(&status), json!({ "status": "nobody" })).await.ok();
    assert_eq!(edited["mentions"], json!([]));
    bob.get(&path(&status)).await.ok();
    let back = alice.put(&path(&status), json!({ "status": "@bob again" })).await.ok();
    assert_eq!(back["mentions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn the_source_is_what_was_written_and_for_its_author() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, json!({ "status": "a < b", "spoiler_text": "maths" })).await;
    let source = alice.get(&format!("{}/source", path(&status))).await.ok();
    assert_eq!(source, json!({ "id": status["id"], "text": "a < b", "spoiler_text": "maths" }));
    bob.get(&format!("{}/source", path(&status))).await.error(404);
    shop.anon().get(&format!("{}/source", path(&status))).await.error(401);
}

#[tokio::test]
async fn bad_edits_change_nothing() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, json!({ "status": "good" })).await;
    let boost = bob.post(&format!("{}/reblog", path(&status)), json!({})).await.ok();
    let blank = alice.put(&path(&status), json!({})).await.error(422);
    assert_eq!(blank, "Validation failed: Text can't be blank");
    alice.put(&path(&status), json!({ "status": "x".repeat(501) })).await.error(422);
    alice.put(&path(&status), json!({ "status": "x", "media_ids": ["5"] })).await.error(422);
    alice.put(&path(&status), json!({ "status": "x", "poll": { "options": ["a", "b"] } })).await.error(422);
    bob.put(&path(&status), json!({ "status": "x" })).await.error(404);
    bob.put(&path(&boost), json!({ "status": "x" })).await.error(404);
    shop.anon().put(&path(&status), json!({ "status": "x" })).await.error(401);
    alice.put("/api/v1/statuses/zero", json!({ "status": "x" })).await.error(404);
    let kept = alice.get(&path(&status)).await.ok();
    assert_eq!(kept["content"], "<p>good</p>");
    assert_eq!(kept["edited_at"], Value::Null);
}
