//! Boosting and taking boosts back.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn post(who: &Person, text: &str, visibility: &str) -> Value {
    who.post("/api/v1/statuses", json!({ "status": text, "visibility": visibility })).await.ok()
}

fn verb(status: &Value, verb: &str) -> String {
    format!("/api/v1/statuses/{}/{verb}", status["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_boost_wraps_the_original() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, "boost me #tag", "public").await;
    let boost = bob.post(&verb(&status, "reblog"), json!({})).await.ok();
    assert_ne!(boost["id"], status["id"]);
    assert_eq!(boost["account"]["acct"], "bob");
    assert_eq!(boost["reblog"]["id"], status["id"]);
    assert_eq!(boost["reblog"]["reblogged"], true);
    assert_eq!(boost["reblog"]["reblogs_count"], 1);
    assert_eq!(boost["reblog"]["account"]["acct"], "alice");
    assert_eq!(boost["content"], status["content"], "the content is repeated outside");
    let uri = boost["uri"].as_str().expect("uri");
    assert!(uri.ends_with("/activity"), "{uri}");
    assert_eq!(boost["url"], boost["uri"]);
    assert!(boost["reblog"]["reblog"].is_null());

    let again = bob.post(&verb(&status, "reblog"), json!({})).await.ok();
    assert_eq!(again["id"], boost["id"], "a second boost is the first");
    let of_boost = alice.post(&verb(&boost, "reblog"), json!({})).await.ok();
    assert_eq!(of_boost["reblog"]["id"], status["id"], "a boost of a boost boosts the original");
    assert_eq!(of_boost["reblog"]["reblogs_count"], 2);
}

#[tokio::test]
async fn taking_a_boost_back_gives_the_original() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, "boost me", "public").await;
    let boost = bob.post(&verb(&status, "reblog"), json!({})).await.ok();
    let back = bob.post(&verb(&status, "unreblog"), json!({})).await.ok();
    assert_eq!(back["id"], status["id"]);
    assert_eq!(back["reblogged"], false);
    assert_eq!(back["reblogs_count"], 0);
    bob.get(&format!("/api/v1/statuses/{}", boost["id"].as_str().expect("an id"))).await.error(404);
    bob.post(&verb(&status, "unreblog"), json!({})).await.ok();
    assert_eq!(bob.get("/api/v1/accounts/verify_credentials").await.ok()["statuses_count"], 0);
}

#[tokio::test]
async fn what_cannot_be_boosted() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    bob.post(&format!("/api/v1/accounts/{}/follow", alice.id), json!({})).await.ok();
    let private = post(&alice, "for followers", "private").await;
    let direct = post(&alice, "@bob psst", "direct").await;
    assert_eq!(bob.post(&verb(&private, "reblog"), json!({})).await.error(403), "This action is not allowed");
    bob.post(&verb(&direct, "reblog"), json!({})).await.error(403);
    alice.post(&verb(&direct, "reblog"), json!({})).await.error(403);
    let own = alice.post(&verb(&private, "reblog"), json!({ "visibility": "public" })).await.ok();
    assert_eq!(own["visibility"], "private", "a private post stays private when boosted");
    let open = post(&alice, "open", "public").await;
    for bad in ["direct", "limited", "everybody"] {
        bob.post(&verb(&open, "reblog"), json!({ "visibility": bad })).await.error(422);
    }
    bob.post("/api/v1/statuses/5/reblog", json!({})).await.error(404);
    bob.post("/api/v1/statuses/-5/reblog", json!({})).await.error(404);
    shop.anon().post(&verb(&open, "reblog"), json!({})).await.error(401);
}

#[tokio::test]
async fn reblogged_by_shows_only_open_boosts() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, "boost me", "public").await;
    for (name, visibility) in [("bob", "public"), ("carol", "unlisted"), ("dave", "private")] {
        let who = shop.member(name).await;
        who.post(&verb(&status, "reblog"), json!({ "visibility": visibility })).await.ok();
    }
    let answer = shop.anon().get(&verb(&status, "reblogged_by")).await;
    let names = answer.ok();
    let names: Vec<_> = names.as_array().expect("a list").iter().map(|who| who["acct"].clone()).collect();
    assert_eq!(names, ["carol", "bob"], "newest first, private boosts left out");
    let page = shop.anon().get(&format!("{}?limit=1", verb(&status, "reblogged_by"))).await;
    assert!(page.header("link").is_some_and(|link| link.contains("max_id=")));
}
