//! Polls across servers: asked on one, voted on from the other, told back.

use std::time::Duration;

use serde_json::json;

use super::{follow, newest, quiet};
use crate::support::Shop;
use crate::support::peer::Peer;

#[tokio::test]
async fn a_vote_reaches_the_one_who_asked_and_the_counts_come_back() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let poll = json!({ "options": ["tea", "coffee", "water"], "expires_in": 3600, "multiple": true });
    let post = bob.post("/api/v1/statuses", json!({ "status": "thirsty?", "poll": poll })).await.ok();
    quiet(&a, &b).await;

    let seen = newest(&alice).await;
    assert_eq!((&seen["content"], &seen["poll"]["multiple"]), (&json!("<p>thirsty?</p>"), &json!(true)));
    assert_eq!(seen["poll"]["options"][2], json!({ "title": "water", "votes_count": 0 }));
    let theirs = format!("/api/v1/polls/{}", seen["poll"]["id"].as_str().unwrap());
    let voted = alice.post(&format!("{theirs}/votes"), json!({ "choices": [0, 2] })).await.ok();
    assert_eq!(voted["own_votes"], json!([0, 2]));
    quiet(&a, &b).await;

    let ours = format!("/api/v1/polls/{}", post["poll"]["id"].as_str().unwrap());
    let counted = bob.get(&ours).await.ok();
    assert_eq!((&counted["votes_count"], &counted["voters_count"]), (&json!(2), &json!(1)));
    assert_eq!(bob.get("/api/v1/notifications?types[]=mention").await.ok(), json!([]), "a vote is no post");

    let home = b.member("home").await;
    home.post(&format!("{ours}/votes"), json!({ "choices": [1] })).await.ok();
    a.clock().advance(Duration::from_secs(181));
    quiet(&a, &b).await;
    let told = alice.get(&format!("/api/v1/statuses/{}", seen["id"].as_str().unwrap())).await.ok();
    assert_eq!((&told["poll"]["votes_count"], &told["poll"]["voters_count"]), (&json!(3), &json!(2)));
    assert_eq!((&told["edited_at"], &told["poll"]["own_votes"]), (&json!(null), &json!([0, 2])));

    a.clock().advance(Duration::from_secs(3_600 + 301));
    quiet(&a, &b).await;
    let ended = alice.get("/api/v1/notifications?types[]=poll").await.ok();
    assert_eq!(ended[0]["status"]["poll"]["expired"], true);
    assert_eq!(bob.get("/api/v1/notifications?types[]=poll").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn forged_and_double_votes_do_not_count() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 3600 });
    let post = alice.post("/api/v1/statuses", json!({ "status": "?", "poll": poll })).await.ok();
    let (question, alice_uri) = (post["uri"].as_str().unwrap(), post["account"]["uri"].as_str().unwrap());
    let (bob, eve) = (peer.person("bob"), peer.person("eve"));
    let vote = |number: u32, name: &str, by: &str| {
        let vote = json!({
            "id": peer.uri(&format!("/votes/{number}")),
            "type": "Note",
            "name": name,
            "attributedTo": by,
            "inReplyTo": question,
            "to": alice_uri,
        });
        peer.activity("bob", "Create", vote)
    };
    for (number, name, by) in
        [(1, "tea", &eve), (2, "milk", &bob), (3, "tea", &bob), (4, "coffee", &bob), (5, "tea", &bob)]
    {
        assert_eq!(peer.send(shop.base(), &vote(number, name, by)).await, 202);
        shop.settle().await;
    }
    let counted = alice.get(&format!("/api/v1/polls/{}", post["poll"]["id"].as_str().unwrap())).await.ok();
    assert_eq!((&counted["votes_count"], &counted["options"][0]["votes_count"]), (&json!(1), &json!(1)));
    assert_eq!(alice.get("/api/v1/notifications").await.ok(), json!([]));
}
