//! Following across servers.

use serde_json::json;

use super::{find, follow, quiet};
use crate::support::Shop;
use crate::support::peer::Peer;

#[tokio::test]
async fn an_account_of_another_server_is_found_followed_and_left() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let address = format!("bob@{}", b.domain());
    let found = find(&alice, &address).await;
    assert_eq!(found["acct"], address.as_str());
    assert_eq!(found["url"], format!("{}/@bob", b.base()));
    let id = follow(&alice, &address).await;
    quiet(&a, &b).await;
    let relation = alice.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok();
    assert_eq!((&relation[0]["following"], &relation[0]["requested"]), (&json!(true), &json!(false)));
    let followers = bob.get(&format!("/api/v1/accounts/{}/followers", bob.id)).await.ok();
    assert_eq!(followers[0]["acct"], format!("alice@{}", a.domain()));
    let notifications = bob.get("/api/v1/notifications").await.ok();
    assert_eq!(notifications[0]["type"], "follow");

    alice.post(&format!("/api/v1/accounts/{id}/unfollow"), json!({})).await.ok();
    quiet(&a, &b).await;
    let followers = bob.get(&format!("/api/v1/accounts/{}/followers", bob.id)).await.ok();
    assert_eq!(followers, json!([]));
}

#[tokio::test]
async fn a_locked_account_decides_for_itself() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    bob.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    let id = follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let relation = alice.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok();
    assert_eq!(relation[0]["requested"], true);
    let asking = bob.get("/api/v1/follow_requests").await.ok()[0]["id"].as_str().unwrap().to_owned();
    bob.post(&format!("/api/v1/follow_requests/{asking}/reject"), json!({})).await.ok();
    quiet(&a, &b).await;
    let relation = alice.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok();
    assert_eq!((&relation[0]["following"], &relation[0]["requested"]), (&json!(false), &json!(false)));
}

#[tokio::test]
async fn a_block_ends_a_follow_on_both_servers() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let id = follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let there = find(&bob, &format!("alice@{}", a.domain())).await["id"].as_str().unwrap().to_owned();
    bob.post(&format!("/api/v1/accounts/{there}/block"), json!({})).await.ok();
    quiet(&a, &b).await;
    let relation = alice.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok();
    assert_eq!((&relation[0]["following"], &relation[0]["blocked_by"]), (&json!(false), &json!(true)));
    alice.post(&format!("/api/v1/accounts/{id}/follow"), json!({})).await.error(403);
}

#[tokio::test]
async fn a_repeated_follow_is_accepted_again() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    let first = peer.activity("carol", "Follow", json!(local));
    let second = peer.activity("carol", "Follow", json!(local));
    for activity in [&first, &first, &second] {
        assert_eq!(peer.send(shop.base(), activity).await, 202);
        shop.settle().await;
    }
    let accepted = peer.received_of("Accept");
    assert_eq!(accepted.last().unwrap()["object"]["id"], second["id"]);
    assert!(accepted.iter().any(|accept| accept["object"]["id"] == first["id"]));
    let followers = bob.get(&format!("/api/v1/accounts/{}/followers", bob.id)).await.ok();
    assert_eq!(followers.as_array().unwrap().len(), 1);

    let undo = peer.activity("carol", "Undo", second);
    assert_eq!(peer.send(shop.base(), &undo).await, 202);
    shop.settle().await;
    let followers = bob.get(&format!("/api/v1/accounts/{}/followers", bob.id)).await.ok();
    assert_eq!(followers, json!([]));
}

#[tokio::test]
async fn a_server_that_wants_the_newer_signatures_gets_them_from_the_second_time_on() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.wants_message_signatures();
    follow(&alice, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    assert_eq!(peer.received_of("Follow").len(), 1);
    assert_eq!(peer.refused(), 1);
    let id = find(&alice, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/api/v1/accounts/{id}/unfollow"), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(peer.received_of("Undo").len(), 1);
    assert_eq!(peer.refused(), 1, "the form was remembered");
}

#[tokio::test]
async fn the_server_itself_is_not_followed_and_says_so() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    peer.person("carol");
    let follow = peer.activity("carol", "Follow", json!(format!("{}/actor", shop.base())));
    assert_eq!(peer.send(shop.base(), &follow).await, 202);
    shop.settle().await;
    let answer = &peer.received_of("Reject")[0];
    assert_eq!(answer["actor"], format!("{}/actor", shop.base()));
    assert_eq!(answer["object"]["id"], follow["id"]);
    assert_eq!(answer["object"]["actor"], peer.uri("/u/carol"));
}

#[tokio::test]
async fn a_block_is_taken_back_by_its_id_alone() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("dave");
    let carol = find(&bob, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    let block = peer.activity("carol", "Block", json!(format!("{}/ap/users/{}", shop.base(), bob.id)));
    assert_eq!(peer.send(shop.base(), &block).await, 202);
    shop.settle().await;
    let path = format!("/api/v1/accounts/relationships?id[]={carol}");
    assert_eq!(bob.get(&path).await.ok()[0]["blocked_by"], true);
    // By its owner only.
    for (name, blocked) in [("dave", true), ("carol", false)] {
        let undo = peer.activity(name, "Undo", block["id"].clone());
        assert_eq!(peer.send(shop.base(), &undo).await, 202);
        shop.settle().await;
        assert_eq!(bob.get(&path).await.ok()[0]["blocked_by"], blocked, "{name}");
    }
}

#[tokio::test]
async fn an_acceptance_that_is_taken_back_makes_a_follow_a_request_again() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("dave");
    let id = follow(&alice, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    let accept = peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone());
    assert_eq!(peer.send(shop.base(), &accept).await, 202);
    shop.settle().await;
    let path = format!("/api/v1/accounts/relationships?id[]={id}");
    let standing = || async {
        let relation = alice.get(&path).await.ok()[0].clone();
        (relation["following"] == true, relation["requested"] == true)
    };
    assert_eq!(standing().await, (true, false));
    for (name, expected) in [("dave", (true, false)), ("carol", (false, true)), ("carol", (false, true))] {
        let undo = peer.activity(name, "Undo", accept.clone());
        assert_eq!(peer.send(shop.base(), &undo).await, 202);
        shop.settle().await;
        assert_eq!(standing().await, expected, "{name}");
    }
    let me = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(me["following_count"], 0);
    assert_eq!(
        peer.send(shop.base(), &peer.activity("carol", "Accept", accept["object"].clone())).await,
        202
    );
    shop.settle().await;
    assert_eq!(standing().await, (true, false));
}
