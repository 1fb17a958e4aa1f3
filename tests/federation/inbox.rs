//! What may be put into an inbox, and what comes of it.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{find, follow};
use crate::support::peer::{Peer, Spoiled};
use crate::support::{Person, Shop};

/// A server, bob on it, and carol elsewhere whom bob follows.
async fn stage() -> (Shop, Person, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    let accept = peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone());
    assert_eq!(peer.send(shop.base(), &accept).await, 202);
    shop.settle().await;
    (shop, bob, peer)
}

async fn home(bob: &Person) -> Vec<Value> {
    bob.get("/api/v1/timelines/home").await.ok().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_signed_post_arrives_once_however_often_it_is_sent() {
    let (shop, bob, peer) = stage().await;
    let create = peer.activity("carol", "Create", peer.note("carol", 1, json!({})));
    assert_eq!(peer.send_twice(shop.base(), &create).await, (202, 202));
    assert_eq!(peer.send(shop.base(), &create).await, 202);
    // The same post under another activity id is the same post.
    let again = peer.activity("carol", "Create", peer.note("carol", 1, json!({})));
    assert_eq!(peer.send(shop.base(), &again).await, 202);
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_proven_is_refused() {
    let (shop, bob, peer) = stage().await;
    peer.person("eve");
    let create = peer.activity("carol", "Create", peer.note("carol", 1, json!({})));
    let hours = SignedDuration::from_hours;
    let eve = Some(format!("{}#main-key", peer.uri("/u/nobody")));
    for (name, spoiled) in [
        ("no signature", Spoiled { unsigned: true, ..Spoiled::default() }),
        ("forged", Spoiled { other_key: true, ..Spoiled::default() }),
        (
            "another body",
            Spoiled { body: Some(create.to_string().replace("note 1", "note 2")), ..Spoiled::default() },
        ),
        ("stale", Spoiled { age: hours(14), ..Spoiled::default() }),
        ("from the future", Spoiled { age: hours(-3), ..Spoiled::default() }),
        ("for another host", Spoiled { host: Some("other.example".into()), ..Spoiled::default() }),
        ("a key of nobody", Spoiled { key_id: eve, ..Spoiled::default() }),
    ] {
        let (status, body) = peer.send_spoiled(shop.base(), &create, &spoiled).await;
        assert_eq!(status, 401, "{name}: {body}");
        assert!(serde_json::from_str::<Value>(&body).unwrap()["error"].is_string(), "{name}");
    }
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 0);
    // None of it has used the activity up.
    assert_eq!(peer.send(shop.base(), &create).await, 202);
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 1);
}

#[tokio::test]
async fn the_key_of_one_actor_does_not_sign_for_another() {
    let (shop, bob, peer) = stage().await;
    peer.person("eve");
    let create = peer.activity("carol", "Create", peer.note("carol", 1, json!({})));
    let by_eve = Spoiled { key_id: Some(format!("{}#main-key", peer.uri("/u/eve"))), ..Spoiled::default() };
    // Passed on by somebody else: accepted, but nothing in it is believed.
    assert_eq!(peer.send_spoiled(shop.base(), &create, &by_eve).await.0, 202);
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 0);
}

#[tokio::test]
async fn a_replaced_key_is_fetched_again_once() {
    let (shop, bob, peer) = stage().await;
    peer.rotate("carol");
    let asked = peer.asked("/u/carol");
    let new_key = Spoiled { other_key: true, ..Spoiled::default() };
    for number in [1, 2] {
        let create = peer.activity("carol", "Create", peer.note("carol", number, json!({})));
        assert_eq!(peer.send_spoiled(shop.base(), &create, &new_key).await.0, 202);
    }
    assert_eq!(peer.asked("/u/carol"), asked + 1);
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 2);
    let create = peer.activity("carol", "Create", peer.note("carol", 3, json!({})));
    assert_eq!(peer.send(shop.base(), &create).await, 401, "the old key is void");
}

#[tokio::test]
async fn news_of_unknown_actors_is_let_go_without_a_question() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    for kind in ["Delete", "Update"] {
        let activity = peer.activity("ghost", kind, json!(peer.uri("/u/ghost")));
        let spoiled = Spoiled { unsigned: true, ..Spoiled::default() };
        assert_eq!(peer.send_spoiled(shop.base(), &activity, &spoiled).await.0, 202);
    }
    assert_eq!(peer.asked("/u/ghost"), 0);
}

#[tokio::test]
async fn malformed_and_oversized_bodies_are_refused() {
    let (shop, _, peer) = stage().await;
    let carol = peer.activity("carol", "Create", json!({}));
    for (body, status) in [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("\"text\"", 400),
        ("{\"@context\":\"https://www.w3.org/ns/activitystreams\",\"type\":\"Create\"}", 400),
        ("{\"type\":\"Create\",\"actor\":\"http://localhost/x\"}", 400),
    ] {
        let spoiled = Spoiled { body: Some(body.to_owned()), ..Spoiled::default() };
        assert_eq!(peer.send_spoiled(shop.base(), &carol, &spoiled).await.0, status, "{body}");
    }
    let deep = format!("{{\"a\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(1024 * 1024));
    for (body, status) in [(deep, 400), (large, 413)] {
        let spoiled = Spoiled { body: Some(body), ..Spoiled::default() };
        assert_eq!(peer.send_spoiled(shop.base(), &carol, &spoiled).await.0, status);
    }
}

#[tokio::test]
async fn edits_and_deletions_count_only_from_the_author() {
    let (shop, bob, peer) = stage().await;
    peer.person("eve");
    let note = peer.note("carol", 1, json!({ "published": "2026-01-01T00:00:00Z" }));
    peer.send(shop.base(), &peer.activity("carol", "Create", note.clone())).await;
    shop.settle().await;
    let id = find_note(&bob, &peer).await;
    let edit = json!({ "content": "<p>changed</p>", "updated": "2026-01-02T00:00:00Z", "published": "2026-01-01T00:00:00Z" });
    let edited = peer.note("carol", 1, edit);
    peer.send(shop.base(), &peer.activity("eve", "Update", edited.clone())).await;
    peer.send(shop.base(), &peer.activity("eve", "Delete", note["id"].clone())).await;
    shop.settle().await;
    let path = format!("/api/v1/statuses/{id}");
    assert_eq!(bob.get(&path).await.ok()["content"], "<p>note 1</p>");
    peer.send(shop.base(), &peer.activity("carol", "Update", edited)).await;
    shop.settle().await;
    assert_eq!(bob.get(&path).await.ok()["content"], "<p>changed</p>");
    let tombstone = json!({ "id": note["id"], "type": "Tombstone" });
    peer.send(shop.base(), &peer.activity("carol", "Delete", tombstone)).await;
    shop.settle().await;
    bob.get(&path).await.error(404);
    // It stays away, even when it comes again.
    peer.send(shop.base(), &peer.activity("carol", "Create", note)).await;
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 0);
}

async fn find_note(bob: &Person, peer: &Peer) -> String {
    let carol = find(bob, &format!("carol@{}", peer.domain())).await;
    let path = format!("/api/v1/accounts/{}/statuses", carol["id"].as_str().unwrap());
    bob.get(&path).await.ids().remove(0)
}

#[tokio::test]
async fn a_post_that_was_deleted_before_it_came_stays_away() {
    let (shop, bob, peer) = stage().await;
    let note = peer.note("carol", 1, json!({}));
    peer.send(shop.base(), &peer.activity("carol", "Delete", note["id"].clone())).await;
    peer.send(shop.base(), &peer.activity("carol", "Create", note)).await;
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 0);
}

#[tokio::test]
async fn a_deleted_actor_takes_everything_along() {
    let (shop, bob, peer) = stage().await;
    peer.send(shop.base(), &peer.activity("carol", "Create", peer.note("carol", 1, json!({})))).await;
    shop.settle().await;
    let carol = find(&bob, &format!("carol@{}", peer.domain())).await;
    let id = carol["id"].as_str().unwrap();
    peer.send(shop.base(), &peer.activity("carol", "Delete", json!(peer.uri("/u/carol")))).await;
    shop.settle().await;
    assert_eq!(home(&bob).await.len(), 0);
    bob.get(&format!("/api/v1/accounts/{id}")).await.error(404);
    assert_eq!(bob.get(&format!("/api/v1/accounts/{}/following", bob.id)).await.ok(), json!([]));
}

#[tokio::test]
async fn strangers_are_heard_only_when_they_speak_to_somebody_here() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("mallory");
    peer.send(shop.base(), &peer.activity("mallory", "Create", peer.note("mallory", 1, json!({})))).await;
    shop.settle().await;
    assert_eq!(shop.anon().get("/api/v1/timelines/public").await.ok(), json!([]));
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    let tag = json!([{ "type": "Mention", "href": local, "name": format!("@bob@{}", shop.domain()) }]);
    let note = peer.note("mallory", 2, json!({ "tag": tag, "cc": [local] }));
    peer.send(shop.base(), &peer.activity("mallory", "Create", note)).await;
    shop.settle().await;
    let told = bob.get("/api/v1/notifications").await.ok();
    assert_eq!(told[0]["type"], "mention");
}

#[tokio::test]
async fn a_profile_changes_only_by_its_owner() {
    let (shop, bob, peer) = stage().await;
    peer.person("eve");
    let address = format!("carol@{}", peer.domain());
    peer.person_like("carol", json!({ "name": "Carol the Great" }));
    let document: Value = peer.document("/u/carol");
    peer.send(shop.base(), &peer.activity("eve", "Update", document.clone())).await;
    shop.settle().await;
    assert_ne!(find(&bob, &address).await["display_name"], "Carol the Great");
    peer.send(shop.base(), &peer.activity("carol", "Update", document)).await;
    shop.settle().await;
    assert_eq!(find(&bob, &address).await["display_name"], "Carol the Great");
}

#[tokio::test]
async fn both_forms_of_signatures_are_believed_and_neither_when_spoiled() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let me = alice.get("/api/v1/accounts/verify_credentials").await.ok()["uri"].clone();
    let send = |spoiled: Spoiled| {
        let (peer, shop, me) = (&peer, &shop, me.clone());
        async move {
            let follow = peer.activity("carol", "Follow", me);
            let spoiled = Spoiled { by_message: true, ..spoiled };
            peer.send_spoiled(shop.base(), &follow, &spoiled).await.0
        }
    };
    assert_eq!(send(Spoiled { other_key: true, ..Spoiled::default() }).await, 401);
    assert_eq!(send(Spoiled { body: Some("{}".into()), ..Spoiled::default() }).await, 400);
    let other = peer.activity("carol", "Follow", json!("https://shop.example/1")).to_string();
    assert_eq!(send(Spoiled { body: Some(other), ..Spoiled::default() }).await, 401);
    assert_eq!(send(Spoiled { host: Some("other.example".into()), ..Spoiled::default() }).await, 401);
    assert_eq!(send(Spoiled { age: SignedDuration::from_hours(2), ..Spoiled::default() }).await, 401);
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/notifications").await.ok(), json!([]));
    assert_eq!(send(Spoiled::default()).await, 202);
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/notifications").await.ok()[0]["type"], "follow");
}
