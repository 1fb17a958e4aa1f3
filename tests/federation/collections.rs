//! Collections across servers: asked for, agreed to, told of, taken back; and what strangers try.

use std::time::Duration;

use serde_json::{Value, json};

use super::{find, follow, quiet};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const ACTIVITY: (&str, &str) = ("accept", "application/activity+json");

async fn open(person: &Person) {
    person.patch("/api/v1/accounts/update_credentials", json!({ "discoverable": true })).await.ok();
}

async fn made(owner: &Person, members: &[&str]) -> Value {
    let body = json!({
        "name": "People", "description": "good ones", "language": "en", "sensitive": false, "discoverable": true,
        "tag_name": "Cats", "account_ids": members,
    });
    owner.post("/api/v1/collections", body).await.ok()["collection"].clone()
}

fn path(collection: &Value) -> String {
    format!("/api/v1/collections/{}", collection["id"].as_str().unwrap())
}

/// The states of the items of a collection, as `viewer` sees it.
async fn states(viewer: &Person, collection: &Value) -> Vec<String> {
    let shown = viewer.get(&path(collection)).await.ok();
    let items = shown["collection"]["items"].as_array().unwrap();
    items.iter().map(|item| item["state"].as_str().unwrap().to_owned()).collect()
}

/// The collections that `who` knows to show them.
async fn showing(who: &Person) -> Vec<Value> {
    let list = who.get(&format!("/api/v1/accounts/{}/in_collections", who.id)).await.ok();
    list["collections"].as_array().unwrap().clone()
}

/// The collections of `owner` as `who` sees them.
async fn of(who: &Person, owner: &str) -> Vec<Value> {
    let list = who.get(&format!("/api/v1/accounts/{owner}/collections")).await.ok();
    list["collections"].as_array().unwrap().clone()
}

async fn told(who: &Person) -> Vec<String> {
    let list =
        who.get("/api/v1/notifications?types[]=added_to_collection&types[]=collection_update").await.ok();
    list.as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn somebody_of_another_server_is_asked_shown_told_and_heard() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    open(&bob).await;
    let there = find(&alice, &format!("bob@{}", b.domain())).await;
    assert_eq!(there["feature_approval"]["automatic"], json!(["public"]));
    assert_eq!(there["feature_approval"]["current_user"], "automatic");
    let collection = made(&alice, &[there["id"].as_str().unwrap()]).await;
    assert_eq!(collection["items"][0]["state"], "pending");
    assert_eq!(states(&a.anon(), &collection).await, [""; 0], "only the owner sees who has not answered");
    quiet(&a, &b).await;
    assert_eq!(states(&a.anon(), &collection).await, ["accepted"]);
    assert_eq!(told(&bob).await, ["added_to_collection"]);
    let seen = showing(&bob).await;
    assert_eq!(seen.len(), 1);
    assert_eq!((&seen[0]["uri"], &seen[0]["local"]), (&collection["uri"], &json!(false)));
    assert_eq!((&seen[0]["name"], &seen[0]["language"]), (&json!("People"), &json!("en")));
    assert_eq!(seen[0]["tag"]["name"], "Cats");
    assert_eq!(seen[0]["items"][0]["account_id"], json!(bob.id));

    // The document names the agreement, and the agreement the collection.
    let document = a.anon().get_with(collection["uri"].as_str().unwrap(), &[ACTIVITY]).await.ok();
    assert_eq!((&document["type"], &document["totalItems"]), (&json!("FeaturedCollection"), &json!(1)));
    assert_eq!(document["summaryMap"], json!({ "en": "good ones" }));
    let item = &document["orderedItems"][0];
    assert_eq!((&item["type"], &item["featuredObject"]), (&json!("FeaturedItem"), &there["uri"]));
    let alone = a.anon().get_with(item["id"].as_str().unwrap(), &[ACTIVITY]).await.ok();
    assert_eq!(alone["featureAuthorization"], item["featureAuthorization"]);
    let agreement = item["featureAuthorization"].as_str().unwrap();
    assert!(agreement.starts_with(b.base()), "{agreement}");
    let agreed = b.anon().get_with(agreement, &[ACTIVITY]).await.ok();
    assert_eq!(
        (&agreed["type"], &agreed["interactingObject"]),
        (&json!("FeatureAuthorization"), &collection["uri"])
    );
    assert_eq!(agreed["interactionTarget"], there["uri"]);

    alice.patch(&path(&collection), json!({ "name": "Others" })).await.ok();
    quiet(&a, &b).await;
    assert_eq!(showing(&bob).await[0]["name"], "Others");
    assert_eq!(told(&bob).await, ["collection_update", "added_to_collection"]);

    let place = format!("/api/v1/collections/{}/items", seen[0]["id"].as_str().unwrap());
    let revoke = format!("{place}/{}/revoke", seen[0]["items"][0]["id"].as_str().unwrap());
    bob.post(&revoke, json!({})).await;
    quiet(&a, &b).await;
    assert!(showing(&bob).await.is_empty());
    assert_eq!(states(&alice, &collection).await, [""; 0]);
    assert_eq!(b.anon().get_with(agreement, &[ACTIVITY]).await.status(), 404);
}

#[tokio::test]
async fn followers_elsewhere_see_the_collection_come_change_and_go() {
    let (a, b) = Shop::pair().await;
    let (alice, dora, carol) = (a.member("alice").await, a.member("dora").await, b.member("carol").await);
    open(&dora).await;
    let owner = follow(&carol, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let collection = made(&alice, &[&dora.id]).await;
    quiet(&a, &b).await;
    let seen = of(&carol, &owner).await;
    assert_eq!(seen.len(), 1, "{seen:?}");
    assert_eq!(states(&carol, &seen[0]).await, ["accepted"], "what dora agrees to is read at her server");
    let accounts = carol.get(&path(&seen[0])).await.ok()["accounts"].clone();
    assert_eq!((&accounts[0]["username"], &accounts[1]["username"]), (&json!("alice"), &json!("dora")));
    carol.patch(&path(&seen[0]), json!({ "name": "mine" })).await.error(403);
    carol.delete(&path(&seen[0])).await.error(403);

    let item = format!("{}/items/{}", path(&collection), collection["items"][0]["id"].as_str().unwrap());
    assert_eq!(alice.delete(&item).await.status(), 200);
    quiet(&a, &b).await;
    assert_eq!(states(&carol, &seen[0]).await, [""; 0]);
    alice.post(&format!("{}/items", path(&collection)), json!({ "account_id": dora.id })).await.ok();
    quiet(&a, &b).await;
    assert_eq!(states(&carol, &seen[0]).await, ["accepted"]);
    let again = dora.get(&format!("/api/v1/accounts/{}/in_collections", dora.id)).await.ok();
    let mine = again["collections"][0]["items"][0]["id"].as_str().unwrap().to_owned();
    dora.post(&format!("{}/items/{mine}/revoke", path(&collection)), json!({})).await;
    quiet(&a, &b).await;
    assert_eq!(states(&carol, &seen[0]).await, [""; 0]);
    alice.delete(&path(&collection)).await;
    quiet(&a, &b).await;
    carol.get(&path(&seen[0])).await.error(404);
    assert_eq!(of(&carol, &owner).await.len(), 0);
}

#[tokio::test]
async fn collections_are_read_with_a_follow_and_by_their_address() {
    let (a, b) = Shop::pair().await;
    let (alice, dora, carol) = (a.member("alice").await, a.member("dora").await, b.member("carol").await);
    open(&dora).await;
    let mut made_here = Vec::new();
    for _ in 0..7 {
        made_here.push(made(&alice, &[&dora.id]).await);
    }
    let address = made_here[0]["uri"].as_str().unwrap();
    let found = carol.get(&format!("/api/v2/search?q={address}")).await.ok();
    assert_eq!(found["collections"], json!([]), "nobody has asked for it");
    let found = carol.get(&format!("/api/v2/search?q={address}&resolve=true")).await.ok();
    assert_eq!(found["collections"][0]["uri"], json!(address));
    b.settle().await;
    assert_eq!(states(&carol, &found["collections"][0]).await, ["accepted"]);
    let owner = follow(&carol, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    assert_eq!(of(&carol, &owner).await.len(), 7);
    let list = format!("/ap/users/{}/featured_collections", alice.id);
    let whole = a.anon().get_with(&list, &[ACTIVITY]).await.ok();
    assert_eq!((&whole["type"], &whole["totalItems"]), (&json!("Collection"), &json!(7)));
    let first = a.anon().get_with(whole["first"].as_str().unwrap(), &[ACTIVITY]).await.ok();
    assert_eq!(first["items"].as_array().unwrap().len(), 5);
    let second = a.anon().get_with(first["next"].as_str().unwrap(), &[ACTIVITY]).await.ok();
    assert_eq!((second["items"].as_array().unwrap().len(), second.get("next")), (2, None));
    for bad in ["0", "-1", "x", "99999999999999999999999"] {
        assert_eq!(
            a.anon().get_with(&format!("{list}?page={bad}"), &[ACTIVITY]).await.status(),
            404,
            "{bad}"
        );
    }
}

#[tokio::test]
async fn who_does_not_agree_is_not_even_asked() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let policy = |who: &str| json!({ "interactionPolicy": { "canFeature": { "automaticApproval": [who] } } });
    let bob = peer.uri("/u/bob");
    for (name, extra, word) in [
        ("silent", json!({}), "missing"),
        ("bob", policy(&bob), "denied"),
        ("open", policy("https://www.w3.org/ns/activitystreams#Public"), "automatic"),
        ("friends", policy(&peer.uri("/u/friends/followers")), "denied"),
        ("odd", policy("https://elsewhere.example/some"), "unknown"),
        (
            "manual",
            json!({ "interactionPolicy": { "canFeature": { "manualApproval": ["as:Public"] } } }),
            "manual",
        ),
        ("broken", json!({ "interactionPolicy": { "canFeature": "yes" } }), "missing"),
    ] {
        peer.person_like(name, extra);
        let found = find(&alice, &format!("{name}@{}", peer.domain())).await;
        assert_eq!(found["feature_approval"]["current_user"], word, "{name}");
        let collection = made(&alice, &[]).await;
        let add = json!({ "account_id": found["id"] });
        let answer = alice.post(&format!("{}/items", path(&collection)), add).await;
        let may = matches!(word, "automatic" | "manual");
        assert_eq!(answer.status(), if may { 200 } else { 403 }, "{name}");
        alice.delete(&path(&collection)).await;
    }
    shop.settle().await;
    let asked: Vec<Value> =
        peer.received_of("FeatureRequest").iter().map(|one| one["object"].clone()).collect();
    assert_eq!(asked, [json!(peer.uri("/u/open")), json!(peer.uri("/u/manual"))]);
}

/// A collection of `/u/bob` that shows `member`.
fn shown(peer: &Peer, number: u32, items: Value) -> Value {
    json!({
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": peer.uri(&format!("/c/{number}")),
        "type": "FeaturedCollection",
        "attributedTo": peer.uri("/u/bob"),
        "name": format!("number {number}"),
        "summary": "<p>x</p>",
        "sensitive": false,
        "discoverable": true,
        "totalItems": 1,
        "orderedItems": items,
    })
}

#[tokio::test]
async fn strangers_ask_and_are_answered_by_the_wish_of_who_is_asked_for() {
    let shop = Shop::start().await;
    let (alice, shy) = (shop.member("alice").await, shop.member("shy").await);
    open(&alice).await;
    let peer = Peer::start().await;
    let bob = peer.person("bob");
    peer.person("eve");
    peer.show("/c/1", shown(&peer, 1, json!([])));
    let actor = |who: &Person| format!("{}/ap/users/{}", shop.base(), who.id);
    let request = |name: &str, who: &str, collection: &str| {
        let mut request = peer.activity(name, "FeatureRequest", json!(who));
        request["instrument"] = json!(collection);
        request
    };
    let collection = peer.uri("/c/1");
    let asked = request("bob", &actor(&alice), &collection);
    for activity in [
        &asked,
        &request("bob", &actor(&shy), &collection),
        // Of nobody, of one's own, of others' collections, of what is no collection.
        &request("bob", &format!("{}/ap/users/7", shop.base()), &collection),
        &request("bob", &bob, &collection),
        &request("eve", &actor(&alice), &collection),
        &request("bob", &actor(&alice), "https://elsewhere.example/c/1"),
        &request("bob", &actor(&alice), &peer.uri("/u/bob")),
        &request("bob", &actor(&alice), &peer.uri("/nowhere")),
    ] {
        assert_eq!(peer.send(shop.base(), activity).await, 202);
        shop.settle().await;
    }
    let accepted = peer.received_of("Accept");
    assert_eq!(accepted.len(), 1, "{accepted:?}");
    assert_eq!((&accepted[0]["object"]["id"], &accepted[0]["actor"]), (&asked["id"], &json!(actor(&alice))));
    let rejected = peer.received_of("Reject");
    assert!(rejected.iter().any(|one| one["actor"] == json!(actor(&shy))), "{rejected:?}");
    let seen = showing(&alice).await;
    assert_eq!((seen.len(), &seen[0]["name"]), (1, &json!("number 1")));
    assert_eq!(told(&alice).await, ["added_to_collection"]);
    // Asked twice, answered twice, shown once.
    peer.send(shop.base(), &request("bob", &actor(&alice), &collection)).await;
    shop.settle().await;
    assert_eq!((peer.received_of("Accept").len(), showing(&alice).await.len()), (2, 1));
    let agreement = accepted[0]["result"].as_str().unwrap();
    let document = shop.anon().get_with(agreement, &[ACTIVITY]).await.ok();
    assert_eq!(document["interactingObject"], json!(collection));
    // Who blocks the owner is not in it any more, and says so.
    let owner = seen[0]["account_id"].as_str().unwrap();
    alice.post(&format!("/api/v1/accounts/{owner}/block"), json!({})).await.ok();
    shop.settle().await;
    let withdrawn = peer.received_of("Delete");
    assert_eq!(withdrawn[0]["object"]["id"], json!(agreement));
    assert!(showing(&alice).await.is_empty());
    assert_eq!(shop.anon().get_with(agreement, &[ACTIVITY]).await.status(), 404);
    peer.send(shop.base(), &request("bob", &actor(&alice), &collection)).await;
    shop.settle().await;
    assert_eq!(peer.received_of("Accept").len(), 2, "and stays out");
}

#[tokio::test]
async fn nobody_is_shown_by_the_word_of_strangers_alone() {
    let shop = Shop::start().await;
    let (alice, carol) = (shop.member("alice").await, shop.member("carol").await);
    open(&alice).await;
    let (peer, other) = (Peer::start().await, Peer::start().await);
    let list = peer.uri("/u/bob/collections");
    peer.person_like("bob", json!({ "featuredCollections": list }));
    peer.person("eve");
    let dan = other.person("dan");
    let owner = follow(&carol, &format!("bob@{}", peer.domain())).await;
    shop.settle().await;
    let asked = peer.received_of("Follow").remove(0);
    peer.send(shop.base(), &peer.activity("bob", "Accept", asked)).await;
    shop.settle().await;
    let item = |number: u32, who: &str, agreement: &str| {
        json!({ "id": peer.uri(&format!("/i/{number}")), "type": "FeaturedItem", "featuredObject": who,
            "featuredObjectType": "Person", "featureAuthorization": agreement })
    };
    let agreement = |number: u32, collection: &str, who: &str| {
        let path = format!("/f/{number}");
        other.show(
            &path,
            json!({
                "@context": "https://www.w3.org/ns/activitystreams", "id": other.uri(&path),
                "type": "FeatureAuthorization", "interactingObject": collection, "interactionTarget": who,
            }),
        );
        other.uri(&path)
    };
    let collection = peer.uri("/c/1");
    peer.show(
        "/f/9",
        json!({ "id": peer.uri("/f/9"), "type": "FeatureAuthorization",
        "interactingObject": collection, "interactionTarget": dan }),
    );
    let us = format!("{}/ap/users/{}", shop.base(), alice.id);
    let items = json!([
        item(1, &dan, &other.uri("/nowhere")),
        item(2, &dan, &agreement(2, &peer.uri("/c/2"), &dan)),
        item(3, &dan, &agreement(3, &collection, &other.uri("/u/else"))),
        item(4, &dan, &peer.uri("/f/9")),
        item(5, &us, &format!("{us}/feature_authorizations/1")),
        { "id": other.uri("/i/6"), "type": "FeaturedItem", "featuredObject": dan, "featureAuthorization": other.uri("/f/2") },
        "https://elsewhere.example/i/7",
        7,
    ]);
    let add = |name: &str, object: Value, target: &str| {
        let mut add = peer.activity(name, "Add", object);
        add["target"] = json!(target);
        add
    };
    let foreign = {
        let mut document = shown(&peer, 2, json!([]));
        document["attributedTo"] = json!(peer.uri("/u/eve"));
        document
    };
    let far = {
        let mut document = shown(&peer, 3, json!([]));
        document["id"] = json!(other.uri("/c/3"));
        document
    };
    for activity in [
        add("bob", shown(&peer, 1, items), &list),
        add("bob", foreign, &list),
        add("bob", far, &list),
        add("bob", json!({ "type": "Tombstone" }), &list),
        add("eve", shown(&peer, 4, json!([])), &list),
        add("bob", shown(&peer, 5, json!([])), &peer.uri("/somewhere")),
    ] {
        assert_eq!(peer.send(shop.base(), &activity).await, 202);
        shop.settle().await;
    }
    let known = of(&carol, &owner).await;
    assert_eq!((known.len(), &known[0]["name"]), (1, &json!("number 1")), "{known:?}");
    assert_eq!(states(&carol, &known[0]).await, [""; 0]);
    assert!(showing(&alice).await.is_empty());

    // A proven item is shown, until its agreement is taken back by who gave it, and nobody else.
    let good = item(8, &dan, &agreement(8, &collection, &dan));
    peer.send(shop.base(), &add("eve", good.clone(), &collection)).await;
    shop.settle().await;
    assert_eq!(states(&carol, &known[0]).await, [""; 0], "the collection is not hers");
    peer.send(shop.base(), &add("bob", good, &collection)).await;
    shop.settle().await;
    assert_eq!(states(&carol, &known[0]).await, ["accepted"]);
    other.person("mallory");
    let gone = |name: &str| {
        other.activity(name, "Delete", json!({ "id": other.uri("/f/8"), "type": "FeatureAuthorization" }))
    };
    other.send(shop.base(), &gone("mallory")).await;
    shop.settle().await;
    assert_eq!(states(&carol, &known[0]).await, ["accepted"]);
    other.send(shop.base(), &gone("dan")).await;
    shop.settle().await;
    assert_eq!(states(&carol, &known[0]).await, [""; 0]);

    // Only its owner changes or removes a collection.
    let mut changed = shown(&peer, 1, json!([]));
    changed["name"] = json!("taken over");
    peer.send(shop.base(), &peer.activity("eve", "Update", changed.clone())).await;
    let mut remove = peer.activity("eve", "Remove", json!(collection));
    remove["target"] = json!(list);
    peer.send(shop.base(), &remove).await;
    shop.settle().await;
    assert_eq!(of(&carol, &owner).await[0]["name"], "number 1");
    peer.send(shop.base(), &peer.activity("bob", "Update", changed)).await;
    shop.settle().await;
    assert_eq!(of(&carol, &owner).await[0]["name"], "taken over");
    remove["actor"] = json!(peer.uri("/u/bob"));
    remove["id"] = json!(peer.uri("/activities/last"));
    peer.send(shop.base(), &remove).await;
    shop.settle().await;
    assert_eq!(of(&carol, &owner).await.len(), 0);
}

#[tokio::test]
async fn answers_to_nobodys_questions_change_nothing() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let policy = json!({ "interactionPolicy": { "canFeature": { "automaticApproval": ["as:Public"] } } });
    peer.person_like("bob", policy);
    peer.person("eve");
    let bob = find(&alice, &format!("bob@{}", peer.domain())).await;
    let collection = made(&alice, &[bob["id"].as_str().unwrap()]).await;
    shop.settle().await;
    let request = peer.received_of("FeatureRequest").remove(0);
    assert_eq!(request["instrument"], collection["uri"]);
    let answer = |name: &str, kind: &str, result: Option<String>| {
        let mut answer = peer.activity(name, kind, request["id"].clone());
        if let Some(result) = result {
            answer["result"] = json!(result);
        }
        answer
    };
    for bad in [
        answer("eve", "Accept", Some(peer.uri("/f/1"))),
        answer("bob", "Accept", Some("https://elsewhere.example/f/1".to_owned())),
        answer("bob", "Accept", None),
        answer("eve", "Reject", None),
        peer.activity("bob", "Reject", json!(format!("{}#feature_requests/1", shop.base()))),
    ] {
        assert_eq!(peer.send(shop.base(), &bad).await, 202);
        shop.settle().await;
        assert_eq!(states(&alice, &collection).await, ["pending"]);
    }
    peer.send(shop.base(), &answer("bob", "Accept", Some(peer.uri("/f/1")))).await;
    shop.settle().await;
    assert_eq!(states(&shop.anon(), &collection).await, ["accepted"]);
    assert_eq!(told(&alice).await, [""; 0]);
    let sent: Vec<Value> = peer.received_of("Add");
    assert_eq!(sent.last().unwrap()["object"]["featureAuthorization"], json!(peer.uri("/f/1")));
    peer.send(shop.base(), &answer("bob", "Reject", None)).await;
    shop.settle().await;
    assert_eq!(states(&alice, &collection).await, [""; 0], "who has agreed may still say no");
    shop.clock().advance(Duration::from_secs(24 * 60 * 60 + 1));
    shop.settle().await;
    let again = json!({ "account_id": bob["id"] });
    alice.post(&format!("{}/items", path(&collection)), again).await.ok();
}
