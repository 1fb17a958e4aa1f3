//! Deleted posts: every server that got one hears of its end, and nobody ends what he cannot read.

use std::time::Duration;

use serde_json::{Value, json};

use super::{find, follow, newest, quiet};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};
use crate::suspension::suspend;

const ACTIVITY: [(&str, &str); 1] = [("accept", "application/activity+json")];

/// A server with somebody on it who follows a local person.
async fn fan_of(shop: &Shop, whom: &Person) -> Peer {
    let peer = Peer::start().await;
    peer.person("fan");
    let whom = format!("{}/ap/users/{}", shop.base(), whom.id);
    assert_eq!(peer.send(shop.base(), &peer.activity("fan", "Follow", json!(whom))).await, 202);
    shop.settle().await;
    peer
}

async fn remove(who: &Person, status: &Value) {
    who.delete(&format!("/api/v1/statuses/{}", status["id"].as_str().unwrap())).await.ok();
}

/// Bob, who follows carol of another server.
async fn follower_of_carol() -> (Shop, Person, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let origin = Peer::start().await;
    origin.person("carol");
    follow(&bob, &format!("carol@{}", origin.domain())).await;
    shop.settle().await;
    let asked = origin.received_of("Follow")[0].clone();
    origin.send(shop.base(), &origin.activity("carol", "Accept", asked)).await;
    shop.settle().await;
    (shop, bob, origin)
}

#[tokio::test]
async fn whoever_got_an_answer_hears_of_its_end() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let fans_of_alice = fan_of(&shop, &alice).await;
    let far = Peer::start().await;
    far.person("dora");
    far.show("/notes/1", far.note("dora", 1, json!({})));
    let asked = alice.says("who comes along?").await;
    // Nobody elsewhere follows bob, and he names nobody.
    let near =
        bob.post("/api/v1/statuses", json!({ "status": "I do", "in_reply_to_id": asked["id"] })).await.ok();
    let found = bob.get(&format!("/api/v2/search?resolve=true&q={}", far.uri("/notes/1"))).await.ok();
    let answer = json!({ "status": "me too", "in_reply_to_id": found["statuses"][0]["id"] });
    let away = bob.post("/api/v1/statuses", answer).await.ok();
    shop.settle().await;
    for (peer, status) in [(&fans_of_alice, &near), (&far, &away)] {
        // What two authors write goes out in either order.
        let came = peer.received_of("Create");
        assert!(came.iter().any(|create| create["object"]["id"] == status["uri"]), "{came:?}");
        remove(&bob, status).await;
        shop.settle().await;
        let told = peer.received_of("Delete");
        assert_eq!((told.len(), &told[0]["object"]["id"]), (1, &status["uri"]));
    }
}

#[tokio::test]
async fn whoever_quoted_a_post_hears_of_its_end_and_says_so_to_others() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let post = bob.says("quote me").await;
    quiet(&a, &b).await;
    let seen = newest(&alice).await;
    let quote = json!({ "status": "as bob says", "quoted_status_id": seen["id"] });
    let quote = alice.post("/api/v1/statuses", quote).await.ok();
    quiet(&a, &b).await;
    let bob_here = find(&alice, &format!("bob@{}", b.domain())).await["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/api/v1/accounts/{bob_here}/unfollow"), json!({})).await.ok();
    quiet(&a, &b).await;

    remove(&bob, &post).await;
    quiet(&a, &b).await;
    let path = format!("/api/v1/statuses/{}", quote["id"].as_str().unwrap());
    assert_eq!(alice.get(&path).await.ok()["quote"]["state"], "deleted");
    let path = quote["uri"].as_str().unwrap().strip_prefix(a.base()).unwrap();
    let note = a.anon().get_with(path, &ACTIVITY).await.ok();
    assert_eq!(note["quote"], json!({ "type": "Tombstone" }));
    assert!(note.get("quoteUri").is_none(), "{note}");
}

#[tokio::test]
async fn nobody_ends_a_private_post_by_passing_on_that_it_has_ended() {
    let (shop, bob, origin) = follower_of_carol().await;
    let relay = Peer::start().await;
    relay.person("dora");
    let followers = json!({ "to": [format!("{}/followers", origin.uri("/u/carol"))], "cc": [] });
    for (number, extra) in [(1, json!({})), (2, followers)] {
        let create = origin.activity("carol", "Create", origin.note("carol", number, extra));
        assert_eq!(origin.send(shop.base(), &create).await, 202);
    }
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ids().len(), 2);
    // Their own server shows neither to strangers; of the private one that means nothing.
    for number in [1, 2] {
        let gone = json!({ "type": "Tombstone", "id": origin.uri(&format!("/notes/{number}")) });
        let delete = origin.activity("carol", "Delete", gone);
        assert_eq!(relay.pass_on(shop.base(), "dora", &delete).await, 202);
    }
    shop.settle().await;
    let left = bob.get("/api/v1/timelines/home").await.ok();
    assert_eq!((left.as_array().unwrap().len(), &left[0]["visibility"]), (1, &json!("private")));
    assert_eq!(origin.asked("/notes/2"), 0, "nor is anybody told that it is here");
}

#[tokio::test]
async fn a_server_that_lets_us_read_nothing_does_not_take_its_posts_away() {
    let (shop, bob, origin) = follower_of_carol().await;
    let relay = Peer::start().await;
    relay.person("dora");
    let create = origin.activity("carol", "Create", origin.note("carol", 1, json!({})));
    assert_eq!(origin.send(shop.base(), &create).await, 202);
    shop.settle().await;
    let gone = json!({ "type": "Tombstone", "id": origin.uri("/notes/1") });
    for (status, left) in [(401, 1), (403, 1), (410, 0)] {
        origin.refuse("/notes/1", status);
        let delete = origin.activity("carol", "Delete", gone.clone());
        assert_eq!(relay.pass_on(shop.base(), "dora", &delete).await, 202);
        shop.settle().await;
        assert_eq!(bob.get("/api/v1/timelines/home").await.ids().len(), left, "{status}");
        // A failure is remembered for a minute.
        shop.clock().advance(Duration::from_secs(61));
    }
}

#[tokio::test]
async fn a_profile_that_is_gone_for_good_goes_here_too() {
    let (shop, bob, origin) = follower_of_carol().await;
    let create = origin.activity("carol", "Create", origin.note("carol", 1, json!({})));
    origin.send(shop.base(), &create).await;
    shop.settle().await;
    let id = find(&bob, &format!("carol@{}", origin.domain())).await["id"].as_str().unwrap().to_owned();
    for (status, is_there) in [(404, true), (410, false)] {
        origin.refuse("/u/carol", status);
        shop.clock().advance(Duration::from_secs(86_401));
        bob.says(&format!("are you there, @carol@{}?", origin.domain())).await;
        shop.settle().await;
        assert_eq!(bob.get(&format!("/api/v1/accounts/{id}")).await.status() == 200, is_there, "{status}");
    }
    let home = bob.get("/api/v1/timelines/home").await.text().to_owned();
    assert!(!home.contains("note 1"), "{home}");
}

#[tokio::test]
async fn answers_of_the_suspended_are_not_listed_and_they_read_as_anybody() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let post = alice.says("what do you think?").await;
    let answer = peer.note("carol", 1, json!({ "inReplyTo": post["uri"] }));
    peer.send(shop.base(), &peer.activity("carol", "Create", answer)).await;
    let letter = json!({ "status": format!("a word, @carol@{}", peer.domain()), "visibility": "direct" });
    let letter = alice.post("/api/v1/statuses", letter).await.ok();
    shop.settle().await;
    let (letter, replies) =
        (letter["uri"].as_str().unwrap(), format!("{}/replies?page=true", post["uri"].as_str().unwrap()));
    let replies = replies.strip_prefix(shop.base()).unwrap();
    let carol = find(&alice, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    for (is_suspended, status, listed) in [(false, 200, 1), (true, 404, 0)] {
        if is_suspended {
            suspend(&shop, &carol, true).await;
        }
        assert_eq!(peer.get_signed("carol", letter).await.0, status);
        let page = shop.anon().get_with(replies, &ACTIVITY).await.ok();
        assert_eq!(page["items"].as_array().map_or(0, Vec::len), listed, "{page}");
    }
}
