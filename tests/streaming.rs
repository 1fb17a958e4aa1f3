//! Streaming over WebSocket and server-sent events, as behaviours §15 tells it.

use serde_json::json;

use crate::support::{Shop, stream::Stream};

#[tokio::test]
async fn home_updates_edits_and_deletions_reach_the_user_stream() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    let said = bob.says("hello there").await;
    let path = format!("/api/v1/statuses/{}", said["id"].as_str().unwrap());
    let update = stream.next().await;
    assert_eq!((update.name.as_str(), &update.stream), ("update", &json!(["user"])));
    assert_eq!(update.payload["id"], said["id"]);
    assert_eq!(update.payload["favourited"], false);
    bob.put(&path, json!({"status": "hello again"})).await.ok();
    let edit = stream.next().await;
    assert_eq!(edit.name, "status.update");
    assert!(edit.payload["content"].as_str().unwrap().contains("again"));
    bob.delete(&path).await.ok();
    let delete = stream.next().await;
    assert_eq!((delete.name.as_str(), &delete.payload), ("delete", &said["id"]));
}

#[tokio::test]
async fn a_post_is_told_also_when_its_feed_was_built_just_after_it() {
    use shop::platform::{events::Event, ids::StatusId};
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let said = bob.says("between the commit and its news").await;
    shop.settle().await;
    // The socket has the feed built, which finds the post in the store.
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    let status = StatusId::new(said["id"].as_str().unwrap().parse().unwrap());
    let told = shop.app().write(move |tx| {
        tx.tell(Event::StatusPosted { status, fresh: true });
        Ok(())
    });
    told.await.unwrap();
    let update = stream.next().await;
    assert_eq!((update.name.as_str(), &update.payload["id"]), ("update", &said["id"]));
}

#[tokio::test]
async fn a_deletion_is_told_also_when_its_feed_was_built_just_after_it() {
    use shop::platform::{events::Event, ids};
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    let said = bob.says("short-lived").await;
    assert_eq!(stream.next().await.name, "update");
    let account: ids::AccountId = alice.id.parse().unwrap();
    let status: ids::StatusId = said["id"].as_str().unwrap().parse().unwrap();
    // Both in one commit: the feed is built for the first, and finds the post gone already.
    let done = shop.app().write(move |tx| {
        tx.tell(Event::ReadingChanged { account });
        shop::features::statuses::remove::remove(tx, status)
    });
    done.await.unwrap();
    let delete = stream.next().await;
    assert_eq!((delete.name.as_str(), &delete.payload), ("delete", &said["id"]));
}

#[tokio::test]
async fn notifications_come_live_and_only_with_the_scope() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let said = alice.says("like me").await;
    let mut stream = Stream::open(&shop, &alice, "stream=user:notification").await;
    bob.post(&format!("/api/v1/statuses/{}/favourite", said["id"].as_str().unwrap()), json!({})).await.ok();
    let event = stream.next().await;
    assert_eq!(event.name, "notification");
    assert_eq!(event.payload["type"], "favourite");
    assert_eq!(event.payload["account"]["username"], "bob");
    assert_eq!(event.payload["status"]["id"], said["id"]);
}

#[tokio::test]
async fn several_streams_share_one_socket() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let mut stream = Stream::open(&shop, &alice, "").await;
    stream.say(json!({"type": "subscribe", "stream": "hashtag", "tag": "Rust"})).await;
    stream.say(json!({"type": "subscribe", "stream": "hashtag", "tag": "rust"})).await;
    stream.synced().await;
    bob.says("nothing to see").await;
    bob.says("about #rust").await;
    let event = stream.next().await;
    assert_eq!(event.stream, json!(["hashtag", "rust"]));
    shop.settle().await;
    assert!(stream.is_silent().await, "a second identical subscription is ignored");
    stream.say(json!({"type": "unsubscribe", "stream": "hashtag", "tag": "rust"})).await;
    stream.say(json!({"type": "subscribe", "stream": "public:local"})).await;
    stream.synced().await;
    bob.says("more #rust").await;
    assert_eq!(stream.next().await.stream, json!(["public:local"]));
}

#[tokio::test]
async fn public_streams_leave_out_whom_the_reader_mutes() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    alice.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({})).await.ok();
    let mut stream = Stream::open(&shop, &alice, "stream=public").await;
    bob.says("muted").await;
    carol.says("heard").await;
    let event = stream.next().await;
    assert_eq!(event.payload["account"]["username"], "carol");
    assert!(event.payload.get("favourited").is_none(), "public streams carry nobody's marks");
}

#[tokio::test]
async fn refusals_name_their_reason() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let token = alice.token.clone().unwrap();
    assert_eq!(Stream::refused(&shop, "stream=public").await, (401, "The access token is invalid".into()));
    let query = format!("access_token={token}&stream=fridge");
    assert_eq!(Stream::refused(&shop, &query).await, (400, "Unknown stream type".into()));
    let narrow = shop.person("nora", shop::features::users::table::Role::User, "read:accounts").await;
    let query = format!("access_token={}&stream=user", narrow.token.unwrap());
    assert_eq!(Stream::refused(&shop, &query).await.0, 401);
    assert_eq!(alice.get("/api/v1/streaming").await.status(), 404);
    assert_eq!(shop.anon().get("/api/v1/streaming/health").await.text(), "OK");
}

#[tokio::test]
async fn a_revoked_token_ends_its_stream() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let stream = Stream::open(&shop, &alice, "stream=user").await;
    let token = alice.token.clone().unwrap();
    let (id, _) = shop::features::oauth::auth::find_token(shop.app(), &token).unwrap().unwrap();
    shop.app().write(move |tx| shop::features::oauth::tokens::revoke(tx, id)).await.unwrap();
    stream.closed().await;
    assert_eq!(alice.get("/api/v1/timelines/home").await.error(401), "The access token was revoked");
}

#[tokio::test]
async fn server_sent_events_begin_with_a_smile() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let mut response =
        alice.request(reqwest::Method::GET, "/api/v1/streaming/public/local").send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut seen = String::new();
    while !seen.starts_with(":)\n") {
        seen.push_str(&String::from_utf8_lossy(&response.chunk().await.unwrap().unwrap()));
    }
    bob.says("over SSE").await;
    while !seen.ends_with("\n\n") {
        seen.push_str(&String::from_utf8_lossy(&response.chunk().await.unwrap().unwrap()));
    }
    let event = seen.strip_prefix(":)\n").unwrap();
    let (name, data) = event.split_once('\n').unwrap();
    assert_eq!(name, "event: update");
    let status: serde_json::Value =
        serde_json::from_str(data.strip_prefix("data: ").unwrap().trim()).unwrap();
    assert_eq!(status["account"]["username"], "bob");
}
