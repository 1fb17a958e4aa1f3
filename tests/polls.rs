//! Polls: asked, voted on, changed, ended, and told to other servers.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Person, Shop};

fn poll(options: &[&str]) -> Value {
    json!({ "options": options, "expires_in": 3600 })
}

async fn ask(who: &Person, poll: Value) -> Value {
    who.post("/api/v1/statuses", json!({ "status": "which one?", "poll": poll })).await.ok()
}

fn path(status: &Value) -> String {
    format!("/api/v1/polls/{}", status["poll"]["id"].as_str().unwrap())
}

fn status_path(status: &Value) -> String {
    format!("/api/v1/statuses/{}", status["id"].as_str().unwrap())
}

#[tokio::test]
async fn one_choice_counts_once() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let post = ask(&alice, poll(&["tea", "coffee"])).await;
    let asked = &post["poll"];
    assert_eq!(
        asked["options"],
        json!([{ "title": "tea", "votes_count": 0 }, { "title": "coffee", "votes_count": 0 }])
    );
    assert_eq!((&asked["voted"], &asked["own_votes"]), (&json!(true), &json!([])));
    assert_eq!((&asked["expired"], &asked["multiple"]), (&json!(false), &json!(false)));
    let path = path(&post);
    let fresh = bob.get(&path).await.ok();
    assert_eq!((&fresh["voted"], &fresh["voters_count"]), (&json!(false), &json!(0)));
    let voted = bob.post(&format!("{path}/votes"), json!({ "choices": [1] })).await.ok();
    assert_eq!(voted["own_votes"], json!([1]));
    assert_eq!((&voted["votes_count"], &voted["voters_count"]), (&json!(1), &json!(1)));
    assert_eq!(voted["options"][1]["votes_count"], 1);

    let again = bob.post(&format!("{path}/votes"), json!({ "choices": [0] })).await.error(422);
    assert_eq!(again, "Validation failed: You have already voted on this poll");
    let own = alice.post(&format!("{path}/votes"), json!({ "choices": [0] })).await.error(422);
    assert_eq!(own, "Validation failed: You cannot vote in your own polls");
    assert_eq!(alice.get(&path).await.ok()["votes_count"], 1);

    let anonymous = shop.anon().get(&path).await.ok();
    assert!(anonymous.get("voted").is_none() && anonymous.get("own_votes").is_none());
}

#[tokio::test]
async fn several_choices_may_come_one_after_the_other() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let several = json!({ "options": ["a", "b", "c"], "expires_in": 300, "multiple": true });
    let path = path(&ask(&alice, several).await);
    let vote = |choices: Value| {
        let (bob, path) = (bob.clone(), format!("{path}/votes"));
        async move { bob.post(&path, json!({ "choices": choices })).await }
    };
    assert_eq!(vote(json!([0, 2])).await.ok()["votes_count"], 2);
    let more = vote(json!(["1"])).await.ok();
    assert_eq!((&more["votes_count"], &more["voters_count"]), (&json!(3), &json!(1)));
    assert_eq!(more["own_votes"], json!([0, 2, 1]));
    vote(json!([1])).await.error(422);
    vote(json!([0, 0])).await.error(422);
}

#[tokio::test]
async fn hidden_counts_appear_at_the_end() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let hidden = json!({ "options": ["a", "b"], "expires_in": 300, "hide_totals": true });
    let path = path(&ask(&alice, hidden).await);
    let voted = bob.post(&format!("{path}/votes"), json!({ "choices": [0] })).await.ok();
    assert_eq!(voted["options"][0]["votes_count"], Value::Null);
    assert_eq!(voted["votes_count"], 1);
    shop.clock().advance(Duration::from_secs(301));
    let over = bob.get(&path).await.ok();
    assert_eq!((&over["expired"], &over["options"][0]["votes_count"]), (&json!(true), &json!(1)));
}

#[tokio::test]
async fn everybody_concerned_hears_of_the_end_once() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let carol = shop.member("carol").await;
    let post = ask(&alice, poll(&["a", "b"])).await;
    bob.post(&format!("{}/votes", path(&post)), json!({ "choices": [0] })).await.ok();
    shop.settle().await;
    let ends = |who: &Person| {
        let who = who.clone();
        async move { who.get("/api/v1/notifications?types[]=poll").await.ok().as_array().unwrap().clone() }
    };
    assert!(ends(&alice).await.is_empty());
    shop.clock().advance(Duration::from_secs(3_601));
    shop.settle().await;
    for who in [&alice, &bob] {
        let told = ends(who).await;
        assert_eq!(told.len(), 1, "{}", who.name);
        assert_eq!(told[0]["status"]["id"], post["id"]);
        assert_eq!(told[0]["status"]["poll"]["expired"], true);
    }
    assert!(ends(&carol).await.is_empty());
    let late = carol.post(&format!("{}/votes", path(&post)), json!({ "choices": [0] })).await.error(422);
    assert_eq!(late, "Validation failed: The poll has already ended");
}

#[tokio::test]
async fn an_edit_keeps_votes_unless_the_question_changes() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let post = ask(&alice, poll(&["a", "b"])).await;
    bob.post(&format!("{}/votes", path(&post)), json!({ "choices": [0] })).await.ok();
    let edit = |body: Value| {
        let (alice, path) = (alice.clone(), status_path(&post));
        async move { alice.put(&path, body).await.ok() }
    };

    let same =
        edit(json!({ "status": "which one?", "poll": { "options": ["a", "b"], "expires_in": 7200 } })).await;
    assert_eq!((&same["poll"]["votes_count"], &same["edited_at"]), (&json!(1), &Value::Null));
    assert_ne!(same["poll"]["expires_at"], post["poll"]["expires_at"]);

    let other =
        edit(json!({ "status": "which one?", "poll": { "options": ["a", "c"], "expires_in": 3600 } })).await;
    assert_eq!((&other["poll"]["votes_count"], &other["poll"]["voters_count"]), (&json!(0), &json!(0)));
    assert!(other["edited_at"].is_string());
    assert_eq!(bob.get(&path(&post)).await.ok()["voted"], false);
    let history = alice.get(&format!("{}/history", status_path(&post))).await.ok();
    assert_eq!(history[0]["poll"], json!({ "options": [{ "title": "a" }, { "title": "b" }] }));
    assert_eq!(history[1]["poll"], json!({ "options": [{ "title": "a" }, { "title": "c" }] }));

    let gone = edit(json!({ "status": "never mind" })).await;
    assert_eq!(gone["poll"], Value::Null);
    bob.get(&path(&post)).await.error(404);
    let answer = alice.delete(&status_path(&ask(&alice, poll(&["x", "y"])).await)).await.ok();
    assert_eq!(answer["poll"]["options"][0]["title"], "x");
}

#[tokio::test]
async fn what_may_not_be_asked_is_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let long = "x".repeat(51);
    let edge = "é".repeat(50);
    for (poll, words) in [
        (json!({ "options": ["a"], "expires_in": 300 }), "more than one item"),
        (json!({ "options": ["a", "b", "c", "d", "e"], "expires_in": 300 }), "more than 4 items"),
        (json!({ "options": ["a", "a"], "expires_in": 300 }), "duplicate"),
        (json!({ "options": ["a", long], "expires_in": 300 }), "longer than 50"),
        (json!({ "options": ["a", "b"], "expires_in": 299 }), "too soon"),
        (json!({ "options": ["a", "b"] }), "too soon"),
        (json!({ "options": ["a", "b"], "expires_in": -5 }), "too soon"),
        (json!({ "options": ["a", "b"], "expires_in": 2_629_747 }), "too far"),
        (json!({ "options": ["a", "b"], "expires_in": "99999999999999999999" }), "too soon"),
    ] {
        let refused = alice.post("/api/v1/statuses", json!({ "status": "?", "poll": poll })).await.error(422);
        assert!(refused.contains(words), "{poll}: {refused}");
    }
    alice.post("/api/v1/statuses", json!({ "poll": poll(&["a", "b"]) })).await.error(422);
    for body in [
        json!({ "status": "?", "poll": { "options": [edge, "b", "c", "d"], "expires_in": 300 } }),
        json!({ "status": "?", "poll": { "options": ["a", "b", "", " "], "expires_in": 2_629_746 } }),
        json!({ "status": "?", "poll": "no" }),
    ] {
        alice.post("/api/v1/statuses", body).await.ok();
    }
}

#[tokio::test]
async fn bad_votes_are_refused_and_private_polls_do_not_exist_for_others() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let path_ = path(&ask(&alice, poll(&["a", "b"])).await);
    for choices in [json!([2]), json!([-1]), json!(["x"]), json!([0, 7]), json!([99_999_999])] {
        let refused = bob.post(&format!("{path_}/votes"), json!({ "choices": choices })).await.error(422);
        assert_eq!(refused, "Validation failed: The chosen vote option does not exist");
    }
    bob.post(&format!("{path_}/votes"), json!({})).await.error(400);
    bob.post(&format!("{path_}/votes"), json!({ "choices": [0, 1] })).await.error(422);
    assert_eq!(bob.get(&path_).await.ok()["votes_count"], 0);
    shop.anon().post(&format!("{path_}/votes"), json!({ "choices": [0] })).await.error(401);
    for id in ["1", "x", "99999999999999999999999"] {
        bob.get(&format!("/api/v1/polls/{id}")).await.error(404);
        bob.post(&format!("/api/v1/polls/{id}/votes"), json!({ "choices": [0] })).await.error(404);
    }
    let plain = bob.says("no poll").await;
    bob.get(&format!("/api/v1/polls/{}", plain["id"].as_str().unwrap())).await.error(404);
    let secret = json!({ "status": "?", "visibility": "private", "poll": poll(&["a", "b"]) });
    let secret = alice.post("/api/v1/statuses", secret).await.ok();
    bob.get(&path(&secret)).await.error(404);
    bob.post(&format!("{}/votes", path(&secret)), json!({ "choices": [0] })).await.error(404);
}
