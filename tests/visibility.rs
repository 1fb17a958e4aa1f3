//! Who sees what: every visibility against every kind of reader.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn sees(who: &Person, status: &Value) -> bool {
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().expect("an id"));
    match who.get(&path).await {
        answer if answer.status() == 200 => true,
        answer => {
            assert_eq!(answer.error(404), "Record not found");
            false
        }
    }
}

#[tokio::test]
async fn every_visibility_for_every_reader() {
    let shop = Shop::start().await;
    let author = shop.member("author").await;
    let follower = shop.member("follower").await;
    let named = shop.member("named").await;
    let stranger = shop.member("stranger").await;
    let blocked = shop.member("blocked").await;
    let anon = shop.anon();
    follower.post(&format!("/api/v1/accounts/{}/follow", author.id), json!({})).await.ok();
    author.post(&format!("/api/v1/accounts/{}/block", blocked.id), json!({})).await.ok();
    shop.settle().await;

    // In the order author, follower, named, stranger, blocked, nobody.
    for (visibility, expected) in [
        ("public", [true, true, true, true, false, true]),
        ("unlisted", [true, true, true, true, false, true]),
        ("private", [true, true, true, false, false, false]),
        ("direct", [true, false, true, false, false, false]),
    ] {
        let body = json!({ "status": "@named look", "visibility": visibility });
        let status = author.post("/api/v1/statuses", body).await.ok();
        let readers = [&author, &follower, &named, &stranger, &blocked, &anon];
        for (reader, expected) in readers.into_iter().zip(expected) {
            assert_eq!(sees(reader, &status).await, expected, "{visibility} for {}", reader.name);
        }
    }
}

#[tokio::test]
async fn what_one_may_not_see_one_may_not_touch() {
    let shop = Shop::start().await;
    let author = shop.member("author").await;
    let stranger = shop.member("stranger").await;
    let body = json!({ "status": "for followers", "visibility": "private" });
    let status = author.post("/api/v1/statuses", body).await.ok();
    let id = status["id"].as_str().expect("an id");
    for verb in
        ["favourite", "unfavourite", "bookmark", "unbookmark", "reblog", "unreblog", "pin", "unpin", "mute"]
    {
        stranger.post(&format!("/api/v1/statuses/{id}/{verb}"), json!({})).await.error(404);
    }
    for view in ["context", "history", "source", "favourited_by", "reblogged_by"] {
        stranger.get(&format!("/api/v1/statuses/{id}/{view}")).await.error(404);
    }
    stranger.put(&format!("/api/v1/statuses/{id}"), json!({ "status": "mine now" })).await.error(404);
    stranger.delete(&format!("/api/v1/statuses/{id}")).await.error(404);
    let body = json!({ "status": "answer", "in_reply_to_id": id });
    stranger.post("/api/v1/statuses", body).await.error(404);
    let kept = author.get(&format!("/api/v1/statuses/{id}")).await.ok();
    assert_eq!(kept["content"], "<p>for followers</p>");
}

#[tokio::test]
async fn marks_made_before_a_block_can_be_taken_back() {
    let shop = Shop::start().await;
    let author = shop.member("author").await;
    let reader = shop.member("reader").await;
    let status = author.post("/api/v1/statuses", json!({ "status": "open" })).await.ok();
    let id = status["id"].as_str().expect("an id");
    reader.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await.ok();
    author.post(&format!("/api/v1/accounts/{}/block", reader.id), json!({})).await.ok();
    reader.get(&format!("/api/v1/statuses/{id}")).await.error(404);
    let taken = reader.post(&format!("/api/v1/statuses/{id}/unfavourite"), json!({})).await.ok();
    assert_eq!(taken["favourited"], false);
    reader.post(&format!("/api/v1/statuses/{id}/unfavourite"), json!({})).await.error(404);
    assert_eq!(author.get(&format!("/api/v1/statuses/{id}")).await.ok()["favourites_count"], 0);
}

#[tokio::test]
async fn people_cannot_favourite_or_boost_whom_they_block() {
    let shop = Shop::start().await;
    let author = shop.member("author").await;
    let reader = shop.member("reader").await;
    let status = author.post("/api/v1/statuses", json!({ "status": "open" })).await.ok();
    let id = status["id"].as_str().expect("an id");
    reader.post(&format!("/api/v1/accounts/{}/block", author.id), json!({})).await.ok();
    reader.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await.error(403);
    reader.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await.error(403);
}
