//! Reactions with an emoji, as other software sends them, are favourites here.

use serde_json::{Value, json};

use crate::support::peer::Peer;
use crate::support::{Person, Shop};

async fn favourites(bob: &Person, id: &str) -> Value {
    bob.get(&format!("/api/v1/statuses/{id}")).await.ok()["favourites_count"].clone()
}

#[tokio::test]
async fn an_emoji_is_a_favourite_and_goes_as_one() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("eve");
    let said = bob.says("like me").await;
    let (id, uri) = (said["id"].as_str().unwrap(), said["uri"].as_str().unwrap());
    let react = |name: &str, kind: &str, emoji: &str| {
        let mut activity = peer.activity(name, kind, json!(uri));
        activity["content"] = json!(emoji);
        activity
    };
    let mut misskey = react("carol", "Like", ":blobcat:");
    misskey["_misskey_reaction"] = json!(":blobcat:");
    misskey["tag"] =
        json!([{ "type": "Emoji", "name": ":blobcat:", "icon": { "url": peer.uri("/cat.png") } }]);
    let (first, second) = (react("eve", "EmojiReact", "🎉"), react("eve", "EmojiReact", "🥳"));
    for activity in [&misskey, &first, &second] {
        assert_eq!(peer.send(shop.base(), activity).await, 202);
    }
    shop.settle().await;
    assert_eq!(favourites(&bob, id).await, 2, "one for each account, however many emoji");
    let told = bob.get("/api/v1/notifications?types[]=favourite").await.ok();
    assert_eq!(told.as_array().unwrap().len(), 2);

    for (name, undone, left) in [
        ("carol", json!({ "id": "x", "type": "EmojiReact", "actor": peer.uri("/u/eve"), "object": uri }), 2),
        ("eve", second.clone(), 2),
        ("eve", first.clone(), 1),
        ("eve", first, 1),
        ("carol", misskey, 0),
    ] {
        peer.send(shop.base(), &peer.activity(name, "Undo", undone.clone())).await;
        shop.settle().await;
        assert_eq!(favourites(&bob, id).await, left, "{name} {undone}");
    }
    // Taken back by its id alone.
    let again = react("eve", "EmojiReact", "🎉");
    peer.send(shop.base(), &again).await;
    shop.settle().await;
    assert_eq!(favourites(&bob, id).await, 1);
    peer.send(shop.base(), &peer.activity("eve", "Undo", again["id"].clone())).await;
    shop.settle().await;
    assert_eq!(favourites(&bob, id).await, 0);
}

#[tokio::test]
async fn reactions_to_nothing_are_passed_over() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let direct =
        bob.post("/api/v1/statuses", json!({ "status": "secret", "visibility": "direct" })).await.ok();
    for object in [
        json!(null),
        json!(7),
        json!([]),
        json!(format!("{}/ap/users/1/statuses/1", shop.base())),
        json!(peer.uri("/notes/1")),
        direct["uri"].clone(),
        json!({ "type": "Note" }),
    ] {
        let mut react = peer.activity("carol", "EmojiReact", object.clone());
        react["content"] = json!("🎉");
        assert_eq!(peer.send(shop.base(), &react).await, 202, "{object}");
    }
    shop.settle().await;
    assert_eq!(favourites(&bob, direct["id"].as_str().unwrap()).await, 0);
    assert_eq!(bob.get("/api/v1/notifications").await.ok(), json!([]));
}
