//! Accounts that are suspended or deleted, as other servers learn of it.

use std::time::Duration;

use serde_json::json;
use shop::features::accounts::table::KEYS;
use shop::features::accounts::{find_handle, is_hidden};

use super::{find, follow, newest, quiet};
use crate::departures::delete;
use crate::support::peer::Peer;
use crate::support::{Person, Shop};
use crate::suspension::suspend;

const ACTIVITY: [(&str, &str); 1] = [("accept", "application/activity+json")];

/// The relationship of `who` to the account with this id.
async fn relation(who: &Person, id: &str) -> serde_json::Value {
    who.get(&format!("/api/v1/accounts/relationships?id[]={id}&with_suspended=true")).await.ok()[0].clone()
}

#[tokio::test]
async fn every_server_hears_of_a_deletion_once_and_forgets_everything() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let dora = a.member("dora").await;
    let here = follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let there = follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let post = bob.says("good morning").await["id"].as_str().unwrap().to_owned();
    for number in 0..3 {
        alice.says(&format!("post {number}")).await;
    }
    quiet(&a, &b).await;
    let copy = alice.get(&format!("/api/v1/accounts/{there}/statuses")).await.ids()[0].clone();
    for verb in ["favourite", "reblog"] {
        alice.post(&format!("/api/v1/statuses/{copy}/{verb}"), json!({})).await.ok();
    }
    // Known to a, but no follower of anybody.
    let stranger = Peer::start().await;
    stranger.person("carol");
    find(&dora, &format!("carol@{}", stranger.domain())).await;
    quiet(&a, &b).await;
    assert_eq!(bob.get(&format!("/api/v1/statuses/{post}")).await.ok()["favourites_count"], 1);
    stranger.answers(503);

    delete(&a, &alice).await;
    quiet(&a, &b).await;
    bob.get(&format!("/api/v1/accounts/{here}")).await.error(404);
    let counted = bob.get(&format!("/api/v1/statuses/{post}")).await.ok();
    assert_eq!((&counted["favourites_count"], &counted["reblogs_count"]), (&json!(0), &json!(0)));
    let account = bob.get(&format!("/api/v1/accounts/{}", bob.id)).await.ok();
    assert_eq!((&account["followers_count"], &account["following_count"]), (&json!(0), &json!(0)));
    let home = bob.get("/api/v1/timelines/home").await.ids();
    assert_eq!(home, [post], "bob's own");
    let report = b.app().store.check(&shop::features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    assert_eq!(report.rows["statuses"], 1);

    // The key lives until the last server has heard, also across a restart.
    let a = a.restart().await;
    stranger.answers(202);
    a.clock().advance(Duration::from_secs(60));
    a.settle().await;
    let told = stranger.received_of("Delete");
    let first = told.first().unwrap();
    let actor = format!("{}/ap/users/{}", a.base(), alice.id);
    assert_eq!((&first["actor"], &first["object"]), (&json!(actor), &json!(actor)));
    assert!(told.iter().all(|one| one == first), "one Delete for everything: {told:?}");
    assert!(stranger.received_of("Undo").is_empty());
    let id = alice.id.parse().unwrap();
    assert!(KEYS.get(&a.app().read().unwrap(), &id).unwrap().is_some());
    a.clock().advance(Duration::from_secs(5 * 86_400));
    a.settle().await;
    assert!(KEYS.get(&a.app().read().unwrap(), &id).unwrap().is_none());
}

#[tokio::test]
async fn a_suspension_is_told_and_taken_back() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    alice.patch("/api/v1/accounts/update_credentials", json!({ "display_name": "Alice" })).await.ok();
    let here = follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let uri = alice.says("hello").await["uri"].as_str().unwrap().to_owned();
    quiet(&a, &b).await;
    let copy = newest(&bob).await["id"].as_str().unwrap().to_owned();

    suspend(&a, &alice.id, true).await;
    a.clock().advance(Duration::from_secs(10));
    quiet(&a, &b).await;
    let account = bob.get(&format!("/api/v1/accounts/{here}")).await.ok();
    assert_eq!((&account["suspended"], &account["display_name"]), (&json!(true), &json!("")));
    bob.get(&format!("/api/v1/statuses/{copy}")).await.error(404);
    let actor = format!("/ap/users/{}", alice.id);
    let document = a.anon().get_with(&actor, &ACTIVITY).await.ok();
    assert_eq!((&document["suspended"], &document["name"]), (&json!(true), &json!("")));
    assert!(document["publicKey"]["publicKeyPem"].is_string());
    let collections =
        ["outbox", "outbox?page=true", "followers", "following?page=true", "collections/featured"];
    for path in collections.map(|name| format!("{actor}/{name}")).iter().chain([&uri]) {
        a.anon().get_with(path, &ACTIVITY).await.error(403);
    }
    let finger = format!("/.well-known/webfinger?resource=acct:alice@{}", a.domain());
    assert_eq!(a.anon().get(&finger).await.status(), 200);

    suspend(&a, &alice.id, false).await;
    a.clock().advance(Duration::from_secs(10));
    quiet(&a, &b).await;
    let account = bob.get(&format!("/api/v1/accounts/{here}")).await.ok();
    assert_eq!((account.get("suspended"), &account["display_name"]), (None, &json!("Alice")));
    bob.get(&format!("/api/v1/statuses/{copy}")).await.ok();
    // The follow has outlasted it.
    alice.with_token(&a.token(&alice, crate::support::SCOPES).await).says("I am back").await;
    quiet(&a, &b).await;
    assert_eq!(newest(&bob).await["content"], "<p>I am back</p>");
}

#[tokio::test]
async fn a_follow_of_a_suspended_account_is_rejected() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let here = find(&bob, &format!("alice@{}", a.domain())).await["id"].as_str().unwrap().to_owned();
    // Bob's server has not heard of it: nobody there follows alice.
    suspend(&a, &alice.id, true).await;
    bob.post(&format!("/api/v1/accounts/{here}/follow"), json!({})).await.ok();
    assert_eq!(relation(&bob, &here).await["requested"], true);
    quiet(&a, &b).await;
    let relation = relation(&bob, &here).await;
    assert_eq!((&relation["requested"], &relation["following"]), (&json!(false), &json!(false)));
    suspend(&a, &alice.id, false).await;
    let account = a.anon().get(&format!("/api/v1/accounts/{}", alice.id)).await.ok();
    assert_eq!(account["followers_count"], 0);
}

#[tokio::test]
async fn an_account_suspended_here_gets_nothing_any_more() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    let request = peer.activity("carol", "Follow", json!(local));
    assert_eq!(peer.send(shop.base(), &request).await, 202);
    shop.settle().await;
    let carol = find(&bob, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    assert_eq!(relation(&bob, &carol).await["followed_by"], true);
    suspend(&shop, &carol, true).await;
    let reject = &peer.received_of("Reject")[0];
    assert_eq!(reject["object"]["id"], request["id"]);
    assert_eq!(relation(&bob, &carol).await["followed_by"], false);
    assert_eq!(bob.get(&format!("/api/v1/accounts/{carol}")).await.ok()["suspended"], true);
    assert_eq!(peer.send(shop.base(), &peer.activity("carol", "Follow", json!(local))).await, 202);
    shop.settle().await;
    assert_eq!(relation(&bob, &carol).await["followed_by"], false);
    // Its own server does not end what was decided here.
    let update = peer.activity("carol", "Update", peer.document("/u/carol"));
    assert_eq!(peer.send(shop.base(), &update).await, 202);
    shop.settle().await;
    let from = shop.app().read().unwrap();
    let known = find_handle(&from, "carol", Some(peer.domain())).unwrap().unwrap();
    assert!(is_hidden(&from, known.id).unwrap());
    suspend(&shop, &carol, false).await;
    assert!(bob.get(&format!("/api/v1/accounts/{carol}")).await.ok().get("suspended").is_none());
}

#[tokio::test]
async fn a_remote_account_that_is_deleted_leaves_nothing_here() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("eve");
    let carol = follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    let post = bob.says("like me").await;
    let uri = post["uri"].clone();
    let mut activities = vec![
        peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone()),
        peer.activity("carol", "Follow", json!(local)),
        peer.activity("carol", "Like", uri.clone()),
        peer.activity("carol", "Announce", uri),
        peer.activity("carol", "Create", peer.note("carol", 1, json!({}))),
    ];
    activities[3]["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
    for activity in &activities {
        assert_eq!(peer.send(shop.base(), activity).await, 202);
        shop.settle().await;
    }
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
    let counted = bob.get(&path).await.ok();
    assert_eq!((&counted["favourites_count"], &counted["reblogs_count"]), (&json!(1), &json!(1)));
    // Nobody deletes another.
    let of_eve = peer.activity("eve", "Delete", json!(peer.uri("/u/carol")));
    assert_eq!(peer.send(shop.base(), &of_eve).await, 202);
    shop.settle().await;
    bob.get(&format!("/api/v1/accounts/{carol}")).await.ok();

    let farewell = peer.activity("carol", "Delete", json!(peer.uri("/u/carol")));
    assert_eq!(peer.send(shop.base(), &farewell).await, 202);
    shop.settle().await;
    bob.get(&format!("/api/v1/accounts/{carol}")).await.error(404);
    let counted = bob.get(&path).await.ok();
    assert_eq!((&counted["favourites_count"], &counted["reblogs_count"]), (&json!(0), &json!(0)));
    assert_eq!(bob.get("/api/v1/notifications").await.ok(), json!([]));
    assert_eq!(bob.get("/api/v1/timelines/home").await.ids(), [post["id"].as_str().unwrap()]);
    let report = shop.app().store.check(&shop::features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    for table in ["follows", "favourites", "notifications", "statuses_reblogs"] {
        assert_eq!(report.rows.get(table).copied().unwrap_or_default(), 0, "{table}");
    }
    // And it does not come back.
    let again = peer.activity("carol", "Create", peer.note("carol", 2, json!({})));
    peer.send(shop.base(), &again).await;
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ids().len(), 1);
}
