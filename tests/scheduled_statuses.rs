//! Scheduled statuses: kept, moved, cancelled, and posted at their time.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, Shop};

const HOUR: Duration = Duration::from_secs(3_600);

fn ahead(shop: &Shop, length: Duration) -> String {
    shop.app().now().plus(length).dt()
}

async fn schedule(who: &Person, at: &str, extra: Value) -> crate::support::Answer {
    let mut body = json!({ "status": "good morning", "scheduled_at": at });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    who.post("/api/v1/statuses", body).await
}

fn path(scheduled: &Value) -> String {
    format!("/api/v1/scheduled_statuses/{}", scheduled["id"].as_str().unwrap())
}

async fn said(who: &Person) -> Vec<Value> {
    let list = who.get(&format!("/api/v1/accounts/{}/statuses", who.id)).await.ok();
    list.as_array().unwrap().clone()
}

#[tokio::test]
async fn a_post_waits_for_its_time_with_everything_that_belongs_to_it() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let picture = alice.picture().await;
    let parent = bob.says("wake up").await;
    let at = ahead(&shop, HOUR * 30);
    let extra = json!({
        "media_ids": [picture],
        "in_reply_to_id": parent["id"],
        "visibility": "unlisted",
        "spoiler_text": "early",
        "language": "de",
    });
    let kept = schedule(&alice, &at, extra).await.ok();
    assert_eq!(kept["scheduled_at"], at);
    let params = &kept["params"];
    assert_eq!((&params["text"], &params["media_ids"]), (&json!("good morning"), &json!([picture])));
    let number: u64 = parent["id"].as_str().unwrap().parse().unwrap();
    assert_eq!(params["in_reply_to_id"], number);
    assert_eq!((&params["sensitive"], &params["poll"]), (&Value::Null, &Value::Null));
    assert_eq!((&params["with_rate_limit"], &params["idempotency"]), (&json!(false), &Value::Null));
    assert_eq!(kept["media_attachments"][0]["id"], json!(picture));
    assert!(said(&alice).await.is_empty());
    let taken = alice.post("/api/v1/statuses", json!({ "status": "x", "media_ids": [picture] })).await;
    taken.error(422);

    // Uploads that nobody uses end after a day; this one is reserved.
    shop.clock().advance(HOUR * 29);
    shop.settle().await;
    assert!(said(&alice).await.is_empty());
    shop.clock().advance(HOUR * 2);
    shop.settle().await;
    let posted = said(&alice).await;
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0]["media_attachments"][0]["id"], json!(picture));
    assert_eq!((&posted[0]["in_reply_to_id"], &posted[0]["language"]), (&parent["id"], &json!("de")));
    assert_eq!((&posted[0]["visibility"], &posted[0]["spoiler_text"]), (&json!("unlisted"), &json!("early")));
    assert_eq!(alice.get("/api/v1/scheduled_statuses").await.ok(), json!([]));
}

#[tokio::test]
async fn a_poll_runs_from_when_it_is_posted() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let poll = json!({ "poll": { "options": ["a", "b"], "expires_in": 600, "multiple": true } });
    let kept = schedule(&alice, &ahead(&shop, HOUR), poll).await.ok();
    assert_eq!(kept["params"]["poll"]["options"], json!(["a", "b"]));
    shop.clock().advance(HOUR + Duration::from_secs(1));
    shop.settle().await;
    let posted = &said(&alice).await[0];
    assert_eq!((&posted["poll"]["expired"], &posted["poll"]["multiple"]), (&json!(false), &json!(true)));
}

#[tokio::test]
async fn a_post_can_be_put_off_and_cancelled() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let picture = alice.picture().await;
    let kept = schedule(&alice, &ahead(&shop, HOUR), json!({ "media_ids": [picture] })).await.ok();
    let later = ahead(&shop, HOUR * 5);
    let moved = alice.put(&path(&kept), json!({ "scheduled_at": later })).await.ok();
    assert_eq!(moved["scheduled_at"], later);
    shop.clock().advance(HOUR * 2);
    shop.settle().await;
    assert!(said(&alice).await.is_empty());
    alice
        .put(&path(&kept), json!({ "scheduled_at": ahead(&shop, Duration::from_secs(299)) }))
        .await
        .error(422);
    alice.put(&path(&kept), json!({ "scheduled_at": "soon" })).await.error(422);
    alice.put(&path(&kept), json!({})).await.error(400);
    bob.get(&path(&kept)).await.error(404);
    bob.delete(&path(&kept)).await.error(404);
    alice.delete(&path(&kept)).await.ok();
    alice.get(&path(&kept)).await.error(404);
    alice.post("/api/v1/statuses", json!({ "status": "x", "media_ids": [picture] })).await.ok();
    shop.clock().advance(HOUR * 5);
    shop.settle().await;
    assert_eq!(said(&alice).await.len(), 1);
}

#[tokio::test]
async fn times_decide_between_now_later_and_no() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let past = shop.app().now().minus(HOUR).dt();
    let now = schedule(&alice, &past, json!({})).await.ok();
    assert_eq!(now["content"], "<p>good morning</p>");
    schedule(&alice, &ahead(&shop, Duration::from_secs(290)), json!({})).await.error(422);
    schedule(&alice, "tomorrow", json!({})).await.error(422);
    schedule(&alice, &ahead(&shop, HOUR), json!({ "status": "" })).await.error(422);
    schedule(&alice, &ahead(&shop, HOUR), json!({ "status": "x".repeat(501) })).await.error(422);
    schedule(&alice, &ahead(&shop, HOUR), json!({ "in_reply_to_id": "1" })).await.error(404);
    schedule(&alice, &ahead(&shop, HOUR), json!({ "media_ids": ["1"] })).await.error(422);
    schedule(&alice, &ahead(&shop, HOUR), json!({ "poll": { "options": ["a"], "expires_in": 300 } }))
        .await
        .error(422);
    assert_eq!(alice.get("/api/v1/scheduled_statuses").await.ok(), json!([]));
    shop.anon().get("/api/v1/scheduled_statuses").await.error(401);
}

#[tokio::test]
async fn a_day_takes_twenty_five_and_pages_run_over_them() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let day = shop.app().now().midnight().plus(HOUR * 48);
    for minute in 0..25 {
        let at = day.plus(Duration::from_secs(minute * 60)).dt();
        schedule(&alice, &at, json!({ "status": format!("number {minute}") })).await.ok();
    }
    schedule(&alice, &day.plus(HOUR).dt(), json!({})).await.error(422);
    schedule(&alice, &day.plus(HOUR * 24).dt(), json!({})).await.ok();
    let first = alice.get("/api/v1/scheduled_statuses?limit=20").await;
    assert_eq!(first.ids().len(), 20);
    let next = first.link("next").unwrap();
    assert_eq!(alice.get(&next).await.ids().len(), 6);
}

#[tokio::test]
async fn the_same_key_gives_the_same_post() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let at = ahead(&shop, HOUR);
    let send = || async {
        let body = json!({ "status": "once", "scheduled_at": at });
        let request = alice.request(reqwest::Method::POST, "/api/v1/statuses").json(&body);
        alice.send(request.header("idempotency-key", "morning")).await.ok()
    };
    let (one, two) = (send().await, send().await);
    assert_eq!(one["id"], two["id"]);
    assert_eq!(alice.get("/api/v1/scheduled_statuses").await.ids().len(), 1);
}

#[tokio::test]
async fn words_whose_time_came_in_vain_are_kept() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let parent = bob.says("short-lived").await;
    let kept = schedule(&alice, &ahead(&shop, HOUR), json!({ "in_reply_to_id": parent["id"] })).await.ok();
    bob.delete(&format!("/api/v1/statuses/{}", parent["id"].as_str().unwrap())).await.ok();
    shop.clock().advance(HOUR * 2);
    shop.settle().await;
    assert!(said(&alice).await.is_empty());
    assert_eq!(alice.get(&path(&kept)).await.ok()["params"]["text"], "good morning");
}
