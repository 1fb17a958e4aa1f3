//! Follows, requests, blocks and mutes over the client API.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn act(member: &Person, other: &Person, verb: &str) -> Value {
    member.post(&format!("/api/v1/accounts/{}/{verb}", other.id), json!({})).await.ok()
}

async fn between(member: &Person, other: &Person) -> Value {
    let path = format!("/api/v1/accounts/relationships?id[]={}", other.id);
    member.get(&path).await.ok()[0].clone()
}

async fn counts(member: &Person) -> (u64, u64) {
    let me = member.get("/api/v1/accounts/verify_credentials").await.ok();
    (me["followers_count"].as_u64().unwrap(), me["following_count"].as_u64().unwrap())
}

async fn lock(member: &Person, locked: bool) {
    member.patch("/api/v1/accounts/update_credentials", json!({"locked": locked})).await.ok();
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn following_counts_on_both_sides_and_happens_once() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let followed = act(&alice, &bob, "follow").await;
    assert_eq!(followed["following"], true);
    assert_eq!(followed["showing_reblogs"], true);
    assert_eq!(followed["notifying"], false);
    assert_eq!(followed["languages"], Value::Null);
    act(&alice, &bob, "follow").await;
    assert_eq!((counts(&alice).await, counts(&bob).await), ((0, 1), (1, 0)));
    assert_eq!(between(&bob, &alice).await["followed_by"], true);
    assert_eq!(act(&alice, &bob, "unfollow").await["following"], false);
    act(&alice, &bob, "unfollow").await;
    assert_eq!((counts(&alice).await, counts(&bob).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn a_second_follow_changes_the_options_that_it_names() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let path = format!("/api/v1/accounts/{}/follow", bob.id);
    let first = alice.post(&path, json!({"reblogs": false, "languages": ["de", "de", "en"]})).await.ok();
    assert_eq!((&first["showing_reblogs"], &first["languages"]), (&json!(false), &json!(["de", "en"])));
    let second = alice.post(&path, json!({"notify": true})).await.ok();
    assert_eq!((&second["showing_reblogs"], &second["notifying"]), (&json!(false), &json!(true)));
    alice.post(&path, json!({"languages": ["nonsense-tongue"]})).await.error(422);
    assert_eq!(between(&alice, &bob).await["notifying"], true);
}

#[tokio::test]
async fn a_locked_account_decides_and_unlocking_lets_everybody_in() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    lock(&alice, true).await;
    let asked = act(&bob, &alice, "follow").await;
    assert_eq!((&asked["following"], &asked["requested"]), (&json!(false), &json!(true)));
    assert_eq!(between(&alice, &bob).await["requested_by"], true);
    act(&carol, &alice, "follow").await;
    assert_eq!(names(&alice.get("/api/v1/follow_requests").await.ok()), ["carol", "bob"]);
    let authorize = format!("/api/v1/follow_requests/{}/authorize", bob.id);
    assert_eq!(alice.post(&authorize, json!({})).await.ok()["followed_by"], true);
    alice.post(&authorize, json!({})).await.error(404);
    let reject = format!("/api/v1/follow_requests/{}/reject", carol.id);
    assert_eq!(alice.post(&reject, json!({})).await.ok()["requested_by"], false);
    alice.post(&reject, json!({})).await.error(404);
    assert_eq!(counts(&alice).await, (1, 0));
    act(&carol, &alice, "follow").await;
    lock(&alice, false).await;
    shop.settle().await;
    assert_eq!(counts(&alice).await, (2, 0));
    assert_eq!(between(&carol, &alice).await["following"], true);
}

#[tokio::test]
async fn a_request_can_be_taken_back() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    lock(&alice, true).await;
    act(&bob, &alice, "follow").await;
    assert_eq!(act(&bob, &alice, "unfollow").await["requested"], false);
    assert_eq!(alice.get("/api/v1/follow_requests").await.ok(), json!([]));
}

#[tokio::test]
async fn whom_one_cannot_follow() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.post(&format!("/api/v1/accounts/{}/follow", alice.id), json!({})).await.error(404);
    for bad in ["1234567", "nobody", "18446744073709551616"] {
        alice.post(&format!("/api/v1/accounts/{bad}/follow"), json!({})).await.error(404);
    }
    act(&bob, &alice, "block").await;
    alice.post(&format!("/api/v1/accounts/{}/follow", bob.id), json!({})).await.error(403);
    bob.post(&format!("/api/v1/accounts/{}/follow", alice.id), json!({})).await.error(403);
    shop.anon().post(&format!("/api/v1/accounts/{}/follow", bob.id), json!({})).await.error(401);
}

#[tokio::test]
async fn a_block_ends_follows_both_ways_and_unblocking_brings_none_back() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    act(&alice, &bob, "follow").await;
    act(&bob, &alice, "follow").await;
    let blocked = act(&alice, &bob, "block").await;
    assert_eq!(blocked["blocking"], true);
    assert_eq!((&blocked["following"], &blocked["followed_by"]), (&json!(false), &json!(false)));
    assert_eq!((counts(&alice).await, counts(&bob).await), ((0, 0), (0, 0)));
    assert_eq!(between(&bob, &alice).await["blocked_by"], true);
    act(&alice, &bob, "block").await;
    assert_eq!(names(&alice.get("/api/v1/blocks").await.ok()), ["bob"]);
    let unblocked = act(&alice, &bob, "unblock").await;
    assert_eq!((&unblocked["blocking"], &unblocked["following"]), (&json!(false), &json!(false)));
    assert_eq!(act(&alice, &alice, "block").await["blocking"], false);
}

#[tokio::test]
async fn a_mute_ends_by_itself() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let path = format!("/api/v1/accounts/{}/mute", bob.id);
    alice.post(&path, json!({"duration": -5})).await.error(422);
    let muted = alice.post(&path, json!({"duration": 60, "notifications": false})).await.ok();
    assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(false)));
    assert!(muted["muting_expires_at"].is_string());
    let listed = alice.get("/api/v1/mutes").await.ok();
    assert_eq!(names(&listed), ["bob"]);
    assert!(listed[0]["mute_expires_at"].is_string());
    shop.clock().advance(Duration::from_secs(61));
    assert_eq!(between(&alice, &bob).await["muting"], false);
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/mutes").await.ok(), json!([]));
    let for_ever = alice.post(&path, json!({})).await.ok();
    assert_eq!(
        (&for_ever["muting_notifications"], &for_ever["muting_expires_at"]),
        (&json!(true), &Value::Null)
    );
    assert_eq!(act(&alice, &bob, "unmute").await["muting"], false);
}

#[tokio::test]
async fn prolonging_a_mute_outlives_the_first_end() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let path = format!("/api/v1/accounts/{}/mute", bob.id);
    alice.post(&path, json!({"duration": 60})).await.ok();
    alice.post(&path, json!({"duration": 0})).await.ok();
    shop.clock().advance(Duration::from_secs(3_600));
    shop.settle().await;
    assert_eq!(between(&alice, &bob).await["muting"], true);
}

#[tokio::test]
async fn followers_page_by_hidden_ids_and_can_be_hidden() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for name in ["ben", "cleo", "dan"] {
        act(&shop.member(name).await, &alice, "follow").await;
    }
    let path = format!("/api/v1/accounts/{}/followers", alice.id);
    let anon = shop.anon();
    let first = anon.get(&format!("{path}?limit=2")).await;
    assert_eq!(names(&first.ok()), ["dan", "cleo"]);
    let link = first.header("link").unwrap();
    assert!(
        link.contains("rel=\"prev\"") && link.contains("since_id=") && !link.contains("min_id"),
        "{link}"
    );
    let next = link.split('>').next().unwrap().trim_start_matches('<');
    let next = next.strip_prefix(shop.app().config.base_url()).unwrap();
    let second = anon.get(next).await;
    assert_eq!(names(&second.ok()), ["ben"]);
    assert!(!second.header("link").unwrap().contains("rel=\"next\""));
    anon.get(&format!("{path}?max_id=zzz")).await.error(404);
    alice.patch("/api/v1/accounts/update_credentials", json!({"hide_collections": true})).await.ok();
    assert_eq!(anon.get(&path).await.ok(), json!([]));
    assert_eq!(alice.get(&path).await.ok().as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn a_follower_can_be_removed() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    act(&bob, &alice, "follow").await;
    assert_eq!(act(&alice, &bob, "remove_from_followers").await["followed_by"], false);
    assert_eq!((counts(&alice).await, counts(&bob).await), ((0, 0), (0, 0)));
}

#[tokio::test]
async fn private_notes_have_an_end() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let path = format!("/api/v1/accounts/{}/note", bob.id);
    assert_eq!(alice.post(&path, json!({"comment": "met in Rome"})).await.ok()["note"], "met in Rome");
    assert_eq!(between(&bob, &alice).await["note"], "");
    alice.post(&path, json!({"comment": "x".repeat(2_001)})).await.error(422);
    assert_eq!(alice.post(&path, json!({"comment": " "})).await.ok()["note"], "");
}
