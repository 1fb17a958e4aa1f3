//! Announcements: read, put away, reacted to, and heard of at once.

use serde_json::{Value, json};
use shop::features::announcements::{Draft, publish, remove};
use shop::platform::ids::AnnouncementId;

use crate::support::{Person, Shop, stream::Stream};

async fn announce(shop: &Shop, draft: Draft) -> String {
    shop.app().write(move |tx| publish(tx, draft)).await.unwrap().to_string()
}

async fn say(shop: &Shop, text: &str) -> String {
    announce(shop, Draft { text: text.to_owned(), ..Draft::default() }).await
}

async fn list(reader: &Person) -> Vec<Value> {
    reader.get("/api/v1/announcements").await.ok().as_array().unwrap().clone()
}

fn reaction(id: &str, name: &str) -> String {
    let name: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/api/v1/announcements/{id}/reactions/{name}")
}

#[tokio::test]
async fn announcements_are_read_and_put_away() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let status = alice.says("the plan").await;
    let text = format!("See {} by @alice #Plans", status["url"].as_str().unwrap());
    let id = say(&shop, &text).await;
    let shown = &list(&bob).await[0];
    assert_eq!(shown["id"], id);
    assert_eq!((&shown["read"], &shown["all_day"]), (&json!(false), &json!(false)));
    assert_eq!((&shown["starts_at"], &shown["ends_at"]), (&Value::Null, &Value::Null));
    assert!(shown["content"].as_str().unwrap().starts_with("<p>See <a"), "{shown}");
    assert_eq!(shown["mentions"][0]["acct"], "alice");
    assert_eq!(shown["statuses"][0]["id"], status["id"]);
    assert_eq!(shown["tags"][0]["name"], "Plans");
    assert_eq!((&shown["emojis"], &shown["reactions"]), (&json!([]), &json!([])));
    for _ in 0..2 {
        let done = bob.post(&format!("/api/v1/announcements/{id}/dismiss"), json!({})).await.ok();
        assert_eq!(done, json!({}));
    }
    assert_eq!(list(&bob).await[0]["read"], true);
    assert_eq!(list(&alice).await[0]["read"], false, "for bob alone");
}

#[tokio::test]
async fn what_is_over_is_not_shown() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let hour = std::time::Duration::from_secs(3_600);
    let now = shop.app().now();
    let ends = |text: &str, all_day| Draft {
        text: text.to_owned(),
        starts_at: Some(now.midnight()),
        ends_at: Some(now.plus(hour)),
        all_day,
    };
    let short = announce(&shop, ends("short", false)).await;
    announce(&shop, ends("all day", true)).await;
    assert_eq!(list(&alice).await.len(), 2);
    shop.clock().advance(hour);
    assert_eq!(list(&alice).await.len(), 1);
    alice.post(&format!("/api/v1/announcements/{short}/dismiss"), json!({})).await.error(404);
    alice.put(&reaction(&short, "👍"), json!({})).await.error(404);
}

#[tokio::test]
async fn people_react_with_at_most_eight_emoji() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let id = say(&shop, "hello").await;
    for _ in 0..2 {
        assert_eq!(alice.put(&reaction(&id, "👍"), json!({})).await.ok(), json!({}));
    }
    bob.put(&reaction(&id, "👍"), json!({})).await.ok();
    bob.put(&reaction(&id, "❤️"), json!({})).await.ok();
    let reactions = list(&alice).await[0]["reactions"].clone();
    assert_eq!(
        reactions,
        json!([{"name": "👍", "count": 2, "me": true}, {"name": "❤️", "count": 1, "me": false}])
    );
    for emoji in ["😀", "😁", "😂", "🤣", "😃", "😄"] {
        bob.put(&reaction(&id, emoji), json!({})).await.ok();
    }
    bob.put(&reaction(&id, "😅"), json!({})).await.error(422);
    alice.put(&reaction(&id, "😄"), json!({})).await.ok();
    for bad in ["a", "nosuch", "1", "😀😀"] {
        bob.put(&reaction(&id, bad), json!({})).await.error(422);
    }
    alice.delete(&reaction(&id, "👍")).await.ok();
    alice.delete(&reaction(&id, "👍")).await.error(404);
    bob.delete(&reaction(&id, "👍")).await.ok();
    bob.put(&reaction(&id, "😅"), json!({})).await.ok();
    assert_eq!(list(&bob).await[0]["reactions"].as_array().unwrap().len(), 8);
}

#[tokio::test]
async fn bad_calls_are_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let id = say(&shop, "hello").await;
    shop.anon().get("/api/v1/announcements").await.error(401);
    shop.anon().put(&reaction(&id, "👍"), json!({})).await.error(401);
    for bad in ["1", "x", "18446744073709551616"] {
        alice.post(&format!("/api/v1/announcements/{bad}/dismiss"), json!({})).await.error(404);
        alice.put(&reaction(bad, "👍"), json!({})).await.error(404);
        alice.delete(&reaction(bad, "👍")).await.error(404);
    }
    alice.delete(&reaction(&id, "👍")).await.error(404);
    let reader = shop.person("reader", shop::features::users::table::Role::User, "read").await;
    reader.get("/api/v1/announcements").await.ok();
    reader.put(&reaction(&id, "👍"), json!({})).await.error(403);
    reader.post(&format!("/api/v1/announcements/{id}/dismiss"), json!({})).await.error(403);
    for draft in [
        Draft { text: "  ".into(), ..Draft::default() },
        Draft { text: "x".repeat(70_000), ..Draft::default() },
        Draft {
            text: "x".into(),
            starts_at: Some(shop.app().now()),
            ends_at: Some(shop.app().now().midnight()),
            all_day: false,
        },
    ] {
        let refused = shop.app().write(move |tx| publish(tx, draft)).await.unwrap_err();
        assert_eq!(refused.status().as_u16(), 422);
    }
}

#[tokio::test]
async fn streams_hear_of_announcements() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    let mut other = Stream::open(&shop, &alice, "stream=public").await;
    let id = say(&shop, "hear, hear").await;
    let event = stream.next().await;
    assert_eq!((event.name.as_str(), event.stream), ("announcement", json!(["user"])));
    assert_eq!((&event.payload["id"], &event.payload["read"]), (&json!(id), &json!(false)));
    bob.put(&reaction(&id, "👍"), json!({})).await.ok();
    let event = stream.next().await;
    assert_eq!(event.name, "announcement.reaction");
    assert_eq!(event.payload, json!({"name": "👍", "count": 1, "announcement_id": id}));
    bob.delete(&reaction(&id, "👍")).await.ok();
    assert_eq!(stream.next().await.payload["count"], 0);
    let number: AnnouncementId = id.parse().unwrap();
    shop.app().write(move |tx| remove(tx, number)).await.unwrap();
    let event = stream.next().await;
    assert_eq!(event.name, "announcement.delete");
    assert_eq!(event.payload.to_string().trim_matches('"'), id);
    assert!(other.is_silent().await, "public streams carry none");
    assert_eq!(list(&bob).await.len(), 0);
    bob.put(&reaction(&id, "👍"), json!({})).await.error(404);
}
