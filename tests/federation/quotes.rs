//! Quotes across servers: asked for, agreed to, proven to third parties, and taken back.

use serde_json::{Value, json};

use super::{follow, newest, quiet};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

async fn shown(who: &Person, status: &Value) -> Value {
    who.get(&format!("/api/v1/statuses/{}", status["id"].as_str().unwrap())).await.ok()
}

#[tokio::test]
async fn a_quote_waits_for_the_quoted_server_and_ends_with_its_word() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    follow(&alice, &format!("bob@{}", b.domain())).await;
    follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let post = bob.says("quote me").await;
    quiet(&a, &b).await;
    let seen = newest(&alice).await;
    assert_eq!(seen["quote_approval"]["current_user"], "automatic");

    let body = json!({ "status": "as bob says", "quoted_status_id": seen["id"] });
    let quote = alice.post("/api/v1/statuses", body).await.ok();
    assert_eq!(quote["quote"], json!({ "state": "pending", "quoted_status": null }));
    quiet(&a, &b).await;
    let agreed = shown(&alice, &quote).await;
    assert_eq!(agreed["quote"]["state"], "accepted");
    assert_eq!(agreed["quote"]["quoted_status"]["id"], seen["id"]);
    let told = bob.get("/api/v1/notifications?types[]=quote").await.ok();
    assert_eq!(told[0]["status"]["uri"], quote["uri"]);
    assert_eq!(told[0]["status"]["quote"]["quoted_status"]["id"], post["id"]);
    assert_eq!(shown(&bob, &post).await["quotes_count"], 1);

    let theirs = told[0]["status"]["id"].as_str().unwrap();
    let revoke = format!("/api/v1/statuses/{}/quotes/{theirs}/revoke", post["id"].as_str().unwrap());
    bob.post(&revoke, json!({})).await.ok();
    quiet(&a, &b).await;
    assert_eq!(shown(&alice, &quote).await["quote"]["state"], "revoked");
}

#[tokio::test]
async fn a_policy_is_kept_by_the_server_of_the_quoted() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let bob = peer.person("bob");
    let closed = json!({ "status": "mine alone", "quote_approval_policy": "nobody" });
    let closed = alice.post("/api/v1/statuses", closed).await.ok();
    let open = alice.says("for all").await;
    let mut asked = Vec::new();
    for (number, post) in [(1, &closed), (2, &open)] {
        let note = peer.note("bob", number, json!({ "quote": post["uri"] }));
        let mut request = peer.activity("bob", "QuoteRequest", post["uri"].clone());
        request["instrument"] = note;
        assert_eq!(peer.send(shop.base(), &request).await, 202);
        asked.push(request);
    }
    shop.settle().await;
    let answer =
        |kind: &str| peer.received_of(kind).into_iter().find(|one| one["object"]["type"] == "QuoteRequest");
    let rejected = answer("Reject").unwrap();
    assert_eq!(rejected["object"]["id"], asked[0]["id"]);
    let accepted = answer("Accept").unwrap();
    assert_eq!(accepted["object"]["id"], asked[1]["id"]);
    let proof = accepted["result"].as_str().unwrap();
    let document = shop.anon().get_with(proof, &[("accept", "application/activity+json")]).await.ok();
    assert_eq!(document["type"], "QuoteAuthorization");
    assert_eq!(document["attributedTo"], open["account"]["uri"]);
    assert_eq!(document["interactionTarget"], open["uri"]);
    assert_eq!(document["interactingObject"], json!(peer.uri("/notes/2")));
    assert_eq!(shown(&alice, &open).await["quotes_count"], 1);
    assert_eq!(shown(&alice, &closed).await["quotes_count"], 0);

    // Nobody asks in the name of others, nor for a post that quotes something else.
    let eve = peer.person("eve");
    let mut forged = peer.activity("eve", "QuoteRequest", open["uri"].clone());
    forged["instrument"] = peer.note("bob", 3, json!({ "quote": open["uri"] }));
    let mut other = peer.activity("bob", "QuoteRequest", open["uri"].clone());
    other["instrument"] = peer.note("bob", 4, json!({ "quote": closed["uri"] }));
    for request in [forged, other] {
        peer.send(shop.base(), &request).await;
    }
    shop.settle().await;
    assert_eq!(shown(&alice, &open).await["quotes_count"], 1);
    assert!(eve != bob);
}

#[tokio::test]
async fn third_servers_believe_only_a_proof_from_the_quoted_authors_server() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (one, two) = (Peer::start().await, Peer::start().await);
    one.person("bob");
    let dora = two.person("dora");
    follow(&alice, &format!("bob@{}", one.domain())).await;
    shop.settle().await;
    one.send(shop.base(), &one.activity("bob", "Accept", one.received_of("Follow")[0].clone())).await;
    shop.settle().await;
    let quoted = two.note("dora", 7, json!({}));
    two.show("/notes/7", quoted.clone());
    let proof = |id: String, target: &Value, by: &str| {
        json!({
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": id,
            "type": "QuoteAuthorization",
            "attributedTo": by,
            "interactingObject": one.uri("/notes/1"),
            "interactionTarget": target,
        })
    };
    let good = two.uri("/proofs/1");
    two.show("/proofs/1", proof(good.clone(), &quoted["id"], &dora));
    let forged = one.uri("/proofs/1");
    one.show("/proofs/1", proof(forged.clone(), &quoted["id"], &dora));

    let bare = one.note("bob", 2, json!({ "quote": quoted["id"], "quoteAuthorization": forged }));
    let legacy = one.note("bob", 3, json!({ "quoteUri": quoted["id"] }));
    let proven = one.note("bob", 1, json!({ "quote": quoted["id"], "quoteAuthorization": good }));
    for note in [bare, legacy, proven] {
        one.send(shop.base(), &one.activity("bob", "Create", note)).await;
        shop.settle().await;
    }
    let home = alice.get("/api/v1/timelines/home").await.ok();
    let quote = |uri: String| {
        let found = home.as_array().unwrap().iter().find(|status| status["uri"] == json!(uri)).unwrap();
        found["quote"].clone()
    };
    assert_eq!(quote(one.uri("/notes/2"))["state"], "pending");
    assert_eq!(quote(one.uri("/notes/3")), Value::Null);
    let accepted = quote(one.uri("/notes/1"));
    assert_eq!((&accepted["state"], &accepted["quoted_status"]["uri"]), (&json!("accepted"), &quoted["id"]));
}
