//! Activities that another server passes on: believed with a proof of their author inside (FEP-8b32), else asked for at
//! their origin.

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{find, follow};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const NOW: SignedDuration = SignedDuration::ZERO;

/// Bob follows carol of one server; dora's server passes things on.
async fn stage() -> (Shop, Person, Peer, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (origin, relay) = (Peer::start().await, Peer::start().await);
    origin.prover("carol");
    relay.person("dora");
    follow(&bob, &format!("carol@{}", origin.domain())).await;
    shop.settle().await;
    let asked = origin.received_of("Follow")[0].clone();
    origin.send(shop.base(), &origin.activity("carol", "Accept", asked)).await;
    shop.settle().await;
    (shop, bob, origin, relay)
}

async fn home(bob: &Person) -> Vec<String> {
    let home = bob.get("/api/v1/timelines/home").await.ok();
    home.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap().to_owned()).collect()
}

async fn pass_on(shop: &Shop, relay: &Peer, activity: &Value) {
    assert_eq!(relay.pass_on(shop.base(), "dora", activity).await, 202);
    shop.settle().await;
}

#[tokio::test]
async fn a_proof_inside_is_as_good_as_a_signature() {
    let (shop, bob, origin, relay) = stage().await;
    let create = origin.activity("carol", "Create", origin.note("carol", 1, json!({})));
    pass_on(&shop, &relay, &create).await;
    assert_eq!(home(&bob).await, [""; 0], "without a proof nobody speaks for carol");
    let create = origin.prove(&create, NOW);
    pass_on(&shop, &relay, &create).await;
    assert_eq!(home(&bob).await, ["<p>note 1</p>"]);
    assert_eq!(origin.asked("/notes/1"), 0, "the origin need not be asked");

    let edit =
        origin.note("carol", 1, json!({ "content": "<p>edited</p>", "updated": "2099-01-01T00:00:00Z" }));
    pass_on(&shop, &relay, &origin.prove(&origin.activity("carol", "Update", edit), NOW)).await;
    assert_eq!(home(&bob).await, ["<p>edited</p>"]);
    let gone = json!({ "type": "Tombstone", "id": origin.uri("/notes/1") });
    pass_on(&shop, &relay, &origin.prove(&origin.activity("carol", "Delete", gone), NOW)).await;
    assert_eq!(home(&bob).await, [""; 0]);
    // What was deleted does not come back by showing the old proof again, under whatever id.
    pass_on(&shop, &relay, &create).await;
    let mut again = origin.activity("carol", "Create", origin.note("carol", 1, json!({})));
    again["id"] = json!(origin.uri("/activities/again"));
    pass_on(&shop, &relay, &origin.prove(&again, NOW)).await;
    assert_eq!(home(&bob).await, [""; 0]);
}

#[tokio::test]
async fn forged_proofs_prove_nothing() {
    let (shop, bob, origin, relay) = stage().await;
    let create = origin.activity("carol", "Create", origin.note("carol", 1, json!({})));
    let proven = origin.prove(&create, NOW);
    let with = |pointer: &str, value: Value| {
        let mut forged = proven.clone();
        *forged.pointer_mut(pointer).unwrap() = value;
        forged
    };
    relay.prover("dora");
    let mut of_dora = create.clone();
    of_dora["actor"] = json!(relay.uri("/u/dora"));
    let borrowed = relay.prove(&of_dora, NOW);
    let mut key_of_another = create.clone();
    key_of_another["proof"] = borrowed["proof"].clone();
    for forged in [
        with("/object/content", json!("<p>forged</p>")),
        with("/proof/created", json!("2020-01-01T00:00:00Z")),
        with("/proof/proofValue", json!("z2222")),
        with("/proof/verificationMethod", json!(relay.uri("/u/dora#proofs"))),
        with("/proof", json!([])),
        with("/proof", json!("z2222")),
        key_of_another,
        origin.prove_with(&create, NOW, 1),
        origin.prove(&create, SignedDuration::from_hours(5 * 24)),
        origin.prove(&create, SignedDuration::from_hours(-2)),
    ] {
        pass_on(&shop, &relay, &forged).await;
        assert_eq!(home(&bob).await, [""; 0], "{forged}");
    }
    // Her own word counts under her own name only: the post is carol's.
    pass_on(&shop, &relay, &borrowed).await;
    assert_eq!(home(&bob).await, [""; 0]);
}

#[tokio::test]
async fn only_what_does_no_harm_twice_is_passed_on() {
    let (shop, bob, origin, relay) = stage().await;
    let me = format!("{}/ap/users/{}", shop.base(), bob.id);
    let asked = origin.prove(&origin.activity("carol", "Follow", json!(me)), NOW);
    pass_on(&shop, &relay, &asked).await;
    assert_eq!(bob.get("/api/v1/accounts/verify_credentials").await.ok()["followers_count"], 0);
    pass_on(&shop, &relay, &origin.prove(&origin.activity("carol", "Block", json!(me)), NOW)).await;
    let undo = origin.activity("carol", "Undo", origin.activity("carol", "Block", json!(me)));
    pass_on(&shop, &relay, &origin.prove(&undo, NOW)).await;
    let id = find(&bob, &format!("carol@{}", origin.domain())).await["id"].as_str().unwrap().to_owned();
    let relation = bob.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok();
    assert_eq!((&relation[0]["blocked_by"], &relation[0]["following"]), (&json!(false), &json!(true)));

    // An old profile that somebody kept is no profile: the present one is read.
    let mut profile = origin.document("/u/carol");
    profile["name"] = json!("of yesterday");
    origin.person_like("carol", json!({ "name": "of today", "assertionMethod": [origin.multikey("carol")] }));
    pass_on(&shop, &relay, &origin.prove(&origin.activity("carol", "Update", profile), NOW)).await;
    let shown = bob.get(&format!("/api/v1/accounts/{id}")).await.ok();
    assert_eq!(shown["display_name"], "of today");
}

#[tokio::test]
async fn a_key_for_proofs_is_carols_own_and_may_be_taken_back() {
    let (shop, bob, origin, relay) = stage().await;
    let mut number = 10;
    let mut attempt = async |key: Value| {
        number += 1;
        origin.person_like("carol", json!({ "assertionMethod": key }));
        let update = origin.activity("carol", "Update", origin.document("/u/carol"));
        origin.send(shop.base(), &update).await;
        shop.settle().await;
        let create = origin.activity("carol", "Create", origin.note("carol", number, json!({})));
        pass_on(&shop, &relay, &origin.prove(&create, NOW)).await;
        home(&bob).await.len()
    };
    let with = |name: &str, value: Value| {
        let mut key = origin.multikey("carol");
        key[name] = value;
        key
    };
    for useless in [
        json!([]),
        json!(origin.uri("/u/carol#proofs")),
        with("controller", json!(relay.uri("/u/dora"))),
        with("type", json!("JsonWebKey")),
        with("revoked", json!("2024-01-01T00:00:00Z")),
        with("expires", json!("2024-01-01T00:00:00Z")),
        with("expires", json!("nonsense")),
        with("publicKeyMultibase", json!("z6Mk")),
        with("id", json!(relay.uri("/u/carol#proofs"))),
    ] {
        assert_eq!(attempt(useless.clone()).await, 0, "{useless}");
    }
    assert_eq!(attempt(json!([with("revoked", json!(true)), origin.multikey("carol")])).await, 1);
}

#[tokio::test]
async fn an_answer_that_is_passed_on_without_a_proof_is_asked_for_at_its_origin() {
    let (shop, bob, origin, relay) = stage().await;
    let said = bob.says("what do you think?").await;
    let parent = said["uri"].as_str().unwrap();
    origin.person("eve");
    let answer = origin.note("eve", 7, json!({ "inReplyTo": parent, "content": "<p>true words</p>" }));
    origin.show("/notes/7", answer.clone());
    let mut altered = origin.activity("eve", "Create", answer);
    altered["object"]["content"] = json!("<p>false words</p>");
    altered["signature"] = json!({ "type": "RsaSignature2017", "creator": origin.uri("/u/eve#main-key"),
        "created": "2026-01-01T00:00:00Z", "signatureValue": "AAAA" });
    pass_on(&shop, &relay, &altered).await;
    let thread = bob.get(&format!("/api/v1/statuses/{}/context", said["id"].as_str().unwrap())).await.ok();
    assert_eq!(thread["descendants"][0]["content"], "<p>true words</p>");
    assert_eq!(origin.asked("/notes/7"), 1);
}
