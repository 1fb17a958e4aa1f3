//! Threads: what stands above and below a status.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn answer(who: &Person, text: &str, to: &Value) -> Value {
    let body = json!({ "status": text, "in_reply_to_id": to["id"] });
    who.post("/api/v1/statuses", body).await.ok()
}

fn context(status: &Value) -> String {
    format!("/api/v1/statuses/{}/context", status["id"].as_str().expect("an id"))
}

fn ids(list: &Value) -> Vec<Value> {
    list.as_array().expect("a list").iter().map(|status| status["id"].clone()).collect()
}

#[tokio::test]
async fn ancestors_come_oldest_first_descendants_depth_first_and_self_answers_before_others() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let root = alice.post("/api/v1/statuses", json!({ "status": "root" })).await.ok();
    let from_bob = answer(&bob, "from bob", &root).await;
    let below_bob = answer(&alice, "to bob", &from_bob).await;
    let own = answer(&alice, "and another thing", &root).await;
    let below_own = answer(&bob, "which", &own).await;

    let whole = bob.get(&context(&root)).await.ok();
    assert_eq!(whole["ancestors"], json!([]));
    let expected: Vec<_> = [&own, &below_own, &from_bob, &below_bob].map(|s| s["id"].clone()).into();
    assert_eq!(ids(&whole["descendants"]), expected);
    let leaf = shop.anon().get(&context(&below_bob)).await.ok();
    assert_eq!(ids(&leaf["ancestors"]), [root["id"].clone(), from_bob["id"].clone()]);
    assert_eq!(leaf["descendants"], json!([]));
    let counted = alice.get(&format!("/api/v1/statuses/{}", root["id"].as_str().expect("an id"))).await.ok();
    assert_eq!(counted["replies_count"], 2);
}

#[tokio::test]
async fn what_the_reader_may_not_see_is_left_out_but_not_what_hangs_on_it() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let carol = shop.member("carol").await;
    let root = alice.post("/api/v1/statuses", json!({ "status": "root" })).await.ok();
    let body = json!({ "status": "@alice hush", "visibility": "direct", "in_reply_to_id": root["id"] });
    let hidden = bob.post("/api/v1/statuses", body).await.ok();
    let below = answer(&alice, "open again", &hidden).await;
    let muted = answer(&carol, "muted", &root).await;

    let anon = shop.anon().get(&context(&root)).await.ok();
    assert_eq!(ids(&anon["descendants"]), [below["id"].clone(), muted["id"].clone()]);
    bob.post(&format!("/api/v1/accounts/{}/mute", carol.id), json!({})).await.ok();
    let of_bob = bob.get(&context(&root)).await.ok();
    assert_eq!(ids(&of_bob["descendants"]), [hidden["id"].clone(), below["id"].clone()]);
    let up = shop.anon().get(&context(&below)).await.ok();
    assert_eq!(ids(&up["ancestors"]), [root["id"].clone()]);
}

#[tokio::test]
async fn anonymous_readers_get_a_bounded_part_of_long_threads() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut chain = vec![alice.post("/api/v1/statuses", json!({ "status": "0" })).await.ok()];
    for n in 1..50 {
        let last = chain[n - 1].clone();
        chain.push(answer(&alice, &n.to_string(), &last).await);
    }
    let anon = shop.anon().get(&context(&chain[49])).await.ok();
    let above: Vec<_> = chain[9..49].iter().map(|status| status["id"].clone()).collect();
    assert_eq!(ids(&anon["ancestors"]), above, "40 ancestors, the nearest ones");
    let anon = shop.anon().get(&context(&chain[0])).await.ok();
    assert_eq!(anon["descendants"].as_array().map(Vec::len), Some(20), "20 levels deep");
    let member = alice.get(&context(&chain[0])).await.ok();
    assert_eq!(member["descendants"].as_array().map(Vec::len), Some(49));
    let member = alice.get(&context(&chain[49])).await.ok();
    assert_eq!(member["ancestors"].as_array().map(Vec::len), Some(49));

    for n in 0..70 {
        answer(&alice, &format!("wide {n}"), &chain[49]).await;
    }
    let anon = shop.anon().get(&context(&chain[49])).await.ok();
    assert_eq!(anon["descendants"].as_array().map(Vec::len), Some(60), "60 descendants");
}

#[tokio::test]
async fn no_thread_without_a_status() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for bad in ["1", "x", "18446744073709551616", "%00"] {
        alice.get(&format!("/api/v1/statuses/{bad}/context")).await.error(404);
    }
}
