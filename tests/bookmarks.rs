//! Bookmarks: private, in the order they were made.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn post(who: &Person, text: &str) -> Value {
    who.post("/api/v1/statuses", json!({ "status": text })).await.ok()
}

fn verb(status: &Value, verb: &str) -> String {
    format!("/api/v1/statuses/{}/{verb}", status["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_bookmark_is_seen_by_its_owner_alone() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, "keep me").await;
    assert_eq!(bob.post(&verb(&status, "bookmark"), json!({})).await.ok()["bookmarked"], true);
    let seen = alice.get(&format!("/api/v1/statuses/{}", status["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(seen["bookmarked"], false);
    assert_eq!(alice.get("/api/v1/bookmarks").await.ok(), json!([]));
    assert_eq!(bob.post(&verb(&status, "unbookmark"), json!({})).await.ok()["bookmarked"], false);
    bob.post(&verb(&status, "unbookmark"), json!({})).await.ok();
    assert_eq!(bob.get("/api/v1/bookmarks").await.ok(), json!([]));
}

#[tokio::test]
async fn bookmarks_page_both_ways() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut posts = Vec::new();
    for n in 0..5 {
        posts.push(post(&alice, &format!("post {n}")).await);
    }
    for n in [4, 2, 0, 1, 3] {
        alice.post(&verb(&posts[n], "bookmark"), json!({})).await.ok();
    }
    // Again: a bookmark that stands keeps its place.
    alice.post(&verb(&posts[4], "bookmark"), json!({})).await.ok();
    let first = alice.get("/api/v1/bookmarks?limit=2").await;
    let next = first.link("next").expect("a next page");
    let ids =
        |list: Value| list.as_array().expect("a list").iter().map(|s| s["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(first.ok()), [posts[3]["id"].clone(), posts[1]["id"].clone()]);
    let second = alice.get(&next).await;
    let back = second.link("prev").expect("a page before");
    assert_eq!(ids(second.ok()), [posts[0]["id"].clone(), posts[2]["id"].clone()]);
    assert_eq!(ids(alice.get(&back).await.ok()), [posts[3]["id"].clone(), posts[1]["id"].clone()]);
}

#[tokio::test]
async fn bad_bookmarks_are_refused() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    for bad in ["5", "abc", "18446744073709551616"] {
        bob.post(&format!("/api/v1/statuses/{bad}/bookmark"), json!({})).await.error(404);
        bob.post(&format!("/api/v1/statuses/{bad}/unbookmark"), json!({})).await.error(404);
    }
    shop.anon().get("/api/v1/bookmarks").await.error(401);
    bob.get("/api/v1/bookmarks?min_id=1.5").await.error(404);
}
