//! Private and direct posts between servers: they go to those addressed, are shown to those who may see them, and nothing
//! that others do makes them wider.

use serde_json::{Value, json};

use super::follow;
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const SECRET: &str = "xyzzyplugh";

/// Alice, followed by carol of one server; another server has nobody who follows her.
async fn stage() -> (Shop, Person, Peer, Peer) {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (near, far) = (Peer::start().await, Peer::start().await);
    for peer in [&near, &far] {
        peer.person("carol");
        peer.person("eve");
    }
    let me = format!("{}/ap/users/{}", shop.base(), alice.id);
    near.send(shop.base(), &near.activity("carol", "Follow", json!(me))).await;
    shop.settle().await;
    (shop, alice, near, far)
}

async fn says(alice: &Person, body: Value) -> Value {
    alice.post("/api/v1/statuses", body).await.ok()
}

fn got(peer: &Peer) -> String {
    json!(peer.received()).to_string()
}

#[tokio::test]
async fn deliveries_go_to_those_addressed_and_name_nobody_in_secret() {
    let (shop, alice, near, far) = stage().await;
    crate::federation::find(&alice, &format!("eve@{}", far.domain())).await;
    says(&alice, json!({ "status": format!("{SECRET}-private"), "visibility": "private" })).await;
    let direct = format!("@eve@{} {SECRET}-direct", far.domain());
    let direct = says(&alice, json!({ "status": direct, "visibility": "direct" })).await;
    shop.settle().await;
    assert!(
        got(&near).contains(&format!("{SECRET}-private"))
            && !got(&near).contains(&format!("{SECRET}-direct"))
    );
    assert!(
        got(&far).contains(&format!("{SECRET}-direct")) && !got(&far).contains(&format!("{SECRET}-private"))
    );
    // Edits, deletions, votes and marks of them go the same ways.
    let path = format!("/api/v1/statuses/{}", direct["id"].as_str().unwrap());
    let edit = format!("@eve@{} {SECRET}-edited", far.domain());
    alice.put(&path, json!({ "status": edit })).await.ok();
    shop.settle().await;
    assert!(got(&far).contains("-edited") && !got(&near).contains("-edited"));
    alice.delete(&path).await.ok();
    shop.settle().await;
    assert_eq!((far.received_of("Delete").len(), near.received_of("Delete").len()), (1, 0));
    for peer in [&near, &far] {
        assert!(!got(peer).contains("\"bto\"") && !got(peer).contains("\"bcc\""));
    }
}

#[tokio::test]
async fn documents_and_collections_show_private_posts_to_followers_only() {
    let (shop, alice, near, far) = stage().await;
    let open = says(&alice, json!({ "status": "open" })).await;
    let answer = json!({ "status": format!("{SECRET} answer"), "in_reply_to_id": open["id"], "visibility": "private" });
    let answer = says(&alice, answer).await;
    let private = says(&alice, json!({ "status": format!("{SECRET} alone"), "visibility": "private" })).await;
    let id = private["id"].as_str().unwrap();
    alice.post(&format!("/api/v1/statuses/{id}/pin"), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{id}/reblog"), json!({ "visibility": "private" })).await.ok();
    let direct =
        says(&alice, json!({ "status": format!("@eve@{} {SECRET}", far.domain()), "visibility": "direct" }))
            .await;
    shop.settle().await;
    let me = format!("{}/ap/users/{}", shop.base(), alice.id);
    let mut addresses: Vec<String> =
        ["/outbox", "/outbox?page=true", "/outbox?page=true&min_id=0", "/collections/featured"]
            .iter()
            .map(|path| format!("{me}{path}"))
            .collect();
    for post in [&open, &answer, &private, &direct] {
        for path in [
            "",
            "/activity",
            "/replies",
            "/replies?page=true",
            "/replies?page=true&only_other_accounts=true",
            "/likes",
            "/shares",
        ] {
            addresses.push(format!("{}{path}", post["uri"].as_str().unwrap()));
        }
    }
    for address in &addresses {
        let path = address.trim_start_matches(shop.base());
        let unsigned = shop.anon().get_with(path, &[("accept", "application/activity+json")]).await;
        assert!(!unsigned.text().contains(SECRET), "{address}: {}", unsigned.text());
        for (peer, name) in [(&near, "eve"), (&far, "carol"), (&far, "nobody")] {
            let (_, shown) = peer.get_signed(name, address).await;
            assert!(!shown.to_string().contains(SECRET), "{name} {address}: {shown}");
        }
    }
    // A follower reads what is for followers, and whom she names reads what is for them.
    for (peer, name, post, sees) in [
        (&near, "carol", &private, true),
        (&near, "carol", &direct, false),
        (&far, "eve", &direct, true),
        (&far, "eve", &private, false),
    ] {
        let (status, shown) = peer.get_signed(name, post["uri"].as_str().unwrap()).await;
        assert_eq!((status == 200, shown.to_string().contains(SECRET)), (sees, sees), "{name}");
    }
}

#[tokio::test]
async fn others_cannot_widen_what_is_not_for_all() {
    let (shop, alice, near, far) = stage().await;
    let private = says(&alice, json!({ "status": SECRET, "visibility": "private" })).await;
    let uri = private["uri"].as_str().unwrap();
    shop.settle().await;
    // Boosted, quoted, liked, answered by a follower and by a stranger.
    for (peer, name) in [(&near, "carol"), (&far, "eve")] {
        let mut boost = peer.activity(name, "Announce", json!(uri));
        boost["to"] = json!("as:Public");
        peer.send(shop.base(), &boost).await;
        let mut ask = peer.activity(name, "QuoteRequest", json!(uri));
        ask["instrument"] = peer.note(name, 1, json!({ "quote": uri }));
        peer.send(shop.base(), &ask).await;
        let answer = peer.note(name, 2, json!({ "inReplyTo": uri, "content": "<p>told you</p>" }));
        peer.send(shop.base(), &peer.activity(name, "Create", answer)).await;
    }
    far.send(shop.base(), &far.activity("eve", "Like", json!(uri))).await;
    shop.settle().await;
    let status = alice.get(&format!("/api/v1/statuses/{}", private["id"].as_str().unwrap())).await.ok();
    assert_eq!((&status["reblogs_count"], &status["favourites_count"]), (&json!(0), &json!(0)));
    for answer in [near.received_of("Accept"), far.received_of("Accept")].concat() {
        assert_ne!(answer["object"]["type"], "QuoteRequest", "{answer}");
    }
    assert!(!got(&far).contains(SECRET), "a refusal tells nothing of the post");
    let timeline = shop.anon().get("/api/v1/timelines/public").await;
    assert!(!timeline.text().contains(SECRET), "{}", timeline.text());
}

#[tokio::test]
async fn what_came_for_some_stays_for_them_whatever_its_edit_says() {
    let (shop, alice, near, _) = stage().await;
    let (bob, eve) = (shop.member("bob").await, shop.member("mallory").await);
    for member in [&alice, &bob] {
        follow(member, &format!("carol@{}", near.domain())).await;
        shop.settle().await;
        let asked = near.received_of("Follow").pop().unwrap();
        near.send(shop.base(), &near.activity("carol", "Accept", asked)).await;
    }
    let followers = format!("{}/followers", near.uri("/u/carol"));
    let me = format!("{}/ap/users/{}", shop.base(), alice.id);
    let named = json!([{ "type": "Mention", "href": me, "name": "@alice" }]);
    let secret = format!("<p>{SECRET}</p>");
    let private = near.note("carol", 1, json!({ "content": secret, "to": [followers], "cc": [] }));
    let direct = near.note("carol", 2, json!({ "content": secret, "to": [me], "cc": [], "tag": named }));
    // Blind copies: bob is told, and nobody learns of it.
    let bobs = format!("{}/ap/users/{}", shop.base(), bob.id);
    let blind = near.note(
        "carol",
        3,
        json!({ "content": secret, "to": [me], "cc": [], "tag": named, "bto": [bobs], "bcc": [bobs] }),
    );
    for note in [&private, &direct, &blind] {
        near.send(shop.base(), &near.activity("carol", "Create", note.clone())).await;
    }
    shop.settle().await;
    for path in ["/api/v1/timelines/public", "/api/v1/timelines/home", "/api/v1/notifications"] {
        assert!(!eve.get(path).await.text().contains(SECRET), "{path}");
    }
    let count = |text: String| text.matches("xyzzyplugh").count();
    assert_eq!(count(bob.get("/api/v1/timelines/home").await.text()), 1, "the one for followers");
    let home = alice.get("/api/v1/timelines/home").await;
    assert!(
        !home.text().contains(&bobs) && !home.text().contains(&format!("\"id\":\"{}\"", bob.id)),
        "{}",
        home.text()
    );
    // Edits that say another audience, wider or narrower.
    for (note, to) in [
        (&private, json!(["as:Public"])),
        (&direct, json!([followers, "as:Public"])),
        (&private, json!([me])),
    ] {
        let mut edited = note.clone();
        edited["to"] = to;
        edited["updated"] = json!("2099-01-01T00:00:00Z");
        near.send(shop.base(), &near.activity("carol", "Update", edited)).await;
    }
    shop.settle().await;
    for reader in [&eve, &shop.anon()] {
        assert!(!reader.get("/api/v1/timelines/public").await.text().contains(SECRET));
    }
    assert_eq!(count(bob.get("/api/v1/timelines/home").await.text()), 1);
}
