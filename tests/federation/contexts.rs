//! Threads that began here, as other servers read them whole (FEP-7888).

use serde_json::{Value, json};

use crate::support::{Person, Shop};

const ACTIVITY: (&str, &str) = ("accept", "application/activity+json");

async fn answers(who: &Person, to: &Value, visibility: &str) -> Value {
    let post = json!({ "status": "an answer", "in_reply_to_id": to["id"], "visibility": visibility });
    who.post("/api/v1/statuses", post).await.ok()
}

async fn context_of(shop: &Shop, status: &Value) -> Value {
    shop.anon().get_with(status["uri"].as_str().unwrap(), &[ACTIVITY]).await.ok()["context"].clone()
}

#[tokio::test]
async fn all_open_posts_of_a_thread_stand_in_its_context() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let root = alice.says("it begins").await;
    let reply = answers(&bob, &root, "public").await;
    let further = answers(&alice, &reply, "unlisted").await;
    answers(&bob, &root, "private").await;
    alice.post(&format!("/api/v1/statuses/{}/reblog", reply["id"].as_str().unwrap()), json!({})).await.ok();
    let address = context_of(&shop, &root).await;
    let expected = format!("{}/contexts/{}-{}", shop.base(), alice.id, root["id"].as_str().unwrap());
    assert_eq!(address, expected);
    assert_eq!(context_of(&shop, &further).await, expected, "the whole thread names it");
    let answer = shop.anon().get(&expected).await;
    assert!(answer.header("content-type").unwrap().starts_with("application/activity+json"));
    let context = answer.ok();
    assert_eq!((&context["type"], &context["id"]), (&json!("Collection"), &json!(expected)));
    assert_eq!(context["attributedTo"], format!("{}/ap/users/{}", shop.base(), alice.id));
    let items = json!([root["uri"], reply["uri"], further["uri"]]);
    assert_eq!(context["first"]["items"], items);
    let page = shop.anon().get(&format!("{expected}/items?page=true")).await.ok();
    assert_eq!((&page["items"], &page["partOf"]), (&items, &json!(format!("{expected}/items"))));
    let after = format!("{expected}/items?page=true&min_id={}", reply["id"].as_str().unwrap());
    assert_eq!(shop.anon().get(&after).await.ok()["items"], json!([further["uri"]]));
    assert_eq!(shop.anon().get(&format!("{expected}/items")).await.ok()["first"]["items"], items);
}

#[tokio::test]
async fn long_threads_have_pages() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let root = alice.says("it begins").await;
    for _ in 0..60 {
        answers(&alice, &root, "unlisted").await;
    }
    let context = shop.anon().get(context_of(&shop, &root).await.as_str().unwrap()).await.ok();
    assert_eq!(context["first"]["items"].as_array().unwrap().len(), 60);
    let next = shop.anon().get(context["first"]["next"].as_str().unwrap()).await.ok();
    assert_eq!(next["items"].as_array().unwrap().len(), 1);
    assert!(next.get("next").is_none());
}

#[tokio::test]
async fn what_is_no_beginning_for_everybody_is_no_context() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let root = alice.says("it begins").await;
    let reply = answers(&bob, &root, "public").await;
    let private = json!({ "status": "psst", "visibility": "private" });
    let private = alice.post("/api/v1/statuses", private).await.ok();
    let at =
        |who: &Person, status: &Value| format!("/contexts/{}-{}", who.id, status["id"].as_str().unwrap());
    let good = at(&alice, &root);
    for path in [
        at(&bob, &reply),
        at(&bob, &root),
        at(&alice, &private),
        format!("{good}-1"),
        "/contexts/1".into(),
        "/contexts/-".into(),
        "/contexts/x-y".into(),
        format!("{good}/items?page=true&min_id=x"),
    ] {
        shop.anon().get(&path).await.error(404);
    }
    shop.anon().get(&good).await.ok();
    alice.delete(&format!("/api/v1/statuses/{}", root["id"].as_str().unwrap())).await.ok();
    shop.anon().get(&good).await.error(404);
}
