//! What hostile servers show when they are asked: documents of others, files that only look like documents, ways that
//! lead elsewhere or round and round.

use std::time::Duration;

use serde_json::{Value, json};

use super::{find, follow};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const ACTIVITY: &str = "application/activity+json";
const NONE: [Value; 0] = [];
const OLD: &str = "2026-01-05T10:00:00Z";

async fn stage() -> (Shop, Person, Peer, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (evil, victim) = (Peer::start().await, Peer::start().await);
    evil.person("mallory");
    victim.person("vera");
    (shop, bob, evil, victim)
}

/// The statuses that bob finds under an address.
async fn found(bob: &Person, url: &str) -> Vec<Value> {
    let found = bob.get(&format!("/api/v2/search?resolve=true&type=statuses&q={url}")).await.ok();
    found["statuses"].as_array().unwrap().clone()
}

/// Follows mallory, so that what is boosted there is fetched.
async fn follow_mallory(shop: &Shop, bob: &Person, evil: &Peer) {
    follow(bob, &format!("mallory@{}", evil.domain())).await;
    shop.settle().await;
    let accept = evil.activity("mallory", "Accept", evil.received_of("Follow")[0].clone());
    evil.send(shop.base(), &accept).await;
    shop.settle().await;
}

#[tokio::test]
async fn a_document_is_what_its_own_server_shows_under_its_id() {
    let (shop, bob, evil, victim) = stage().await;
    let forged = victim.note("vera", 1, json!({ "content": "<p>never said</p>" }));
    evil.show("/stolen", forged.clone());
    assert_eq!(found(&bob, &evil.uri("/stolen")).await, NONE, "vera's server knows no such post");
    assert_eq!(victim.asked("/notes/1"), 1);
    victim.show("/notes/2", victim.note("vera", 2, json!({ "content": "<p>really said</p>" })));
    let altered = victim.note("vera", 2, json!({ "content": "<p>never said</p>" }));
    evil.show("/altered", altered);
    let read = found(&bob, &evil.uri("/altered")).await;
    assert_eq!(read[0]["content"], "<p>really said</p>");

    // An own id, but in the name of vera; another server's id that leads back; no id at all.
    for (path, document) in [
        ("/notes/3", evil.note("mallory", 3, json!({ "attributedTo": victim.uri("/u/vera") }))),
        ("/notes/4", evil.note("mallory", 5, json!({}))),
        ("/notes/6", evil.note("mallory", 6, json!({ "id": null }))),
        ("/notes/7", json!([evil.note("mallory", 7, json!({}))])),
    ] {
        evil.show(path, document);
        assert_eq!(found(&bob, &evil.uri(path)).await, NONE, "{path}");
    }
    // A boost embeds what it says another has written: only the address counts.
    follow_mallory(&shop, &bob, &evil).await;
    let mut boost = evil.activity("mallory", "Announce", forged);
    boost["to"] = json!("as:Public");
    evil.send(shop.base(), &boost).await;
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ok(), json!([]));
}

#[tokio::test]
async fn files_that_people_upload_are_no_documents() {
    let (shop, bob, _, victim) = stage().await;
    follow_mallory_of(&shop, &bob, &victim).await;
    let document = victim.note("vera", 1, json!({})).to_string();
    for (number, kind) in [
        "text/plain",
        "application/json",
        "text/html",
        "application/octet-stream",
        "application/ld+json",
        "application/ld+json; profile=\"https://example.org/other\"",
        "application/activity+jsonx",
        "image/png",
        "",
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/uploads/{number}");
        let body = document.replace("/notes/1", &path);
        victim.show_as(&path, kind, body);
        victim.send(shop.base(), &victim.activity("vera", "Announce", json!(victim.uri(&path)))).await;
    }
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ok(), json!([]));
    let kind = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"; charset=utf-8";
    victim.show_as("/notes/1", kind, document);
    victim.send(shop.base(), &victim.activity("vera", "Announce", json!(victim.uri("/notes/1")))).await;
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ok().as_array().unwrap().len(), 1);
}

/// As [`follow_mallory`], of vera.
async fn follow_mallory_of(shop: &Shop, bob: &Person, victim: &Peer) {
    follow(bob, &format!("vera@{}", victim.domain())).await;
    shop.settle().await;
    let accept = victim.activity("vera", "Accept", victim.received_of("Follow")[0].clone());
    victim.send(shop.base(), &accept).await;
    shop.settle().await;
}

#[tokio::test]
async fn a_server_that_leads_elsewhere_does_not_vouch_for_what_lies_there() {
    let (shop, bob, evil, victim) = stage().await;
    // Vera's server has an open redirect; mallory shows a document of vera's at its end.
    evil.show("/trap", victim.note("vera", 1, json!({ "content": "<p>never said</p>" })));
    victim.redirect("/notes/1", &evil.uri("/trap"));
    assert_eq!(found(&bob, &victim.uri("/notes/1")).await, NONE);
    let key = Peer::public_pem();
    let thief = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": victim.uri("/go"),
        "type": "Person", "preferredUsername": "go", "inbox": victim.uri("/go/inbox"),
        "publicKey": { "id": victim.uri("/go#main-key"), "owner": victim.uri("/go"), "publicKeyPem": key } });
    evil.show("/actor", thief);
    victim.redirect("/go", &evil.uri("/actor"));
    victim.handle("go", &victim.uri("/go"));
    let path = format!("/api/v1/accounts/search?resolve=true&q=go@{}", victim.domain());
    assert_eq!(bob.get(&path).await.ok(), json!([]));
    let mut create = victim.activity("vera", "Create", victim.note("vera", 9, json!({})));
    create["actor"] = json!(victim.uri("/go"));
    assert_eq!(victim.send(shop.base(), &create).await, 401, "no key is believed that lies elsewhere");
    // On one server a document may move; and a way to another one is the id over there.
    victim.show("/new/2", victim.note("vera", 2, json!({})));
    victim.redirect("/notes/2", &victim.uri("/new/2"));
    assert_eq!(found(&bob, &victim.uri("/notes/2")).await[0]["uri"], victim.uri("/notes/2"));
    evil.show("/notes/3", evil.note("mallory", 3, json!({})));
    victim.redirect("/link", &evil.uri("/notes/3"));
    let read = found(&bob, &victim.uri("/link")).await;
    assert_eq!(read[0]["account"]["acct"], format!("mallory@{}", evil.domain()));
    // Round and round.
    victim.redirect("/loop", &victim.uri("/loop"));
    assert_eq!(found(&bob, &victim.uri("/loop")).await, NONE);
    assert!(victim.asked("/loop") <= 5);
}

#[tokio::test]
async fn the_id_of_a_post_does_not_change_when_it_is_read_again() {
    let (shop, bob, evil, victim) = stage().await;
    follow_mallory(&shop, &bob, &evil).await;
    evil.send(shop.base(), &evil.activity("mallory", "Create", evil.note("mallory", 1, json!({})))).await;
    shop.settle().await;
    // Now its address shows vera's post, and somebody passes word of a change on.
    let later = json!({ "updated": "2099-01-01T00:00:00Z", "content": "<p>vera's</p>" });
    let theirs = victim.note("vera", 2, later);
    victim.show("/notes/2", theirs.clone());
    evil.show("/notes/1", theirs);
    let helper = Peer::start().await;
    helper.person("dora");
    let update = evil.activity("mallory", "Update", evil.note("mallory", 1, json!({})));
    assert_eq!(helper.pass_on(shop.base(), "dora", &update).await, 202);
    shop.settle().await;
    let home = bob.get("/api/v1/timelines/home").await.ok();
    assert_eq!(
        (&home[0]["uri"], &home[0]["content"]),
        (&json!(evil.uri("/notes/1")), &json!("<p>note 1</p>"))
    );
    let read = found(&bob, &victim.uri("/notes/2")).await;
    assert_eq!(read[0]["account"]["acct"], format!("vera@{}", victim.domain()));
}

#[tokio::test]
async fn collections_without_end_are_read_for_a_while() {
    let (shop, bob, evil, _) = stage().await;
    let base = evil.uri("/u/mallory");
    // Pins: a collection whose first page is itself. Followers: the first of a first of a first.
    let featured = json!({ "@context": "https://www.w3.org/ns/activitystreams", "type": "OrderedCollection",
        "id": format!("{base}/featured"), "first": format!("{base}/featured"), "totalItems": 1 });
    evil.show("/u/mallory/featured", featured);
    let mut nested = json!({ "type": "CollectionPage", "items": [] });
    for _ in 0..8 {
        nested = json!({ "type": "CollectionPage", "first": nested, "items": [] });
    }
    nested["id"] = json!(format!("{base}/tags"));
    nested["type"] = json!("Collection");
    evil.show("/u/mallory/tags", nested);
    let links = json!({ "featured": format!("{base}/featured"), "featuredTags": format!("{base}/tags") });
    evil.person_like("mallory", links);
    find(&bob, &format!("mallory@{}", evil.domain())).await;
    shop.settle().await;
    assert!(evil.asked("/u/mallory/featured") <= 2);

    // Answers: pages that name ever new pages, two that name each other, and one that leads to another server.
    for page in 0..600 {
        let id = evil.uri(&format!("/r/{page}"));
        let next = evil.uri(&format!("/r/{}", page + 1));
        evil.show(
            &format!("/r/{page}"),
            json!({ "id": id, "type": "CollectionPage", "items": [], "next": next }),
        );
    }
    let root = evil.note("mallory", 1, json!({ "published": OLD, "replies": evil.uri("/r/0") }));
    evil.show("/notes/1", root);
    let read = found(&bob, &evil.uri("/notes/1")).await;
    shop.clock().advance(Duration::from_secs(3_600));
    let path = format!("/api/v1/statuses/{}/context", read[0]["id"].as_str().unwrap());
    bob.get(&path).await.ok();
    shop.settle().await;
    assert_eq!((evil.asked("/r/499"), evil.asked("/r/500")), (1, 0), "five hundred pages and no more");
    // An answer that answers itself, and two that answer each other.
    evil.show("/notes/2", evil.note("mallory", 2, json!({ "inReplyTo": evil.uri("/notes/2") })));
    evil.show("/notes/3", evil.note("mallory", 3, json!({ "inReplyTo": evil.uri("/notes/4") })));
    evil.show("/notes/4", evil.note("mallory", 4, json!({ "inReplyTo": evil.uri("/notes/3") })));
    for number in [2, 3] {
        let read = found(&bob, &evil.uri(&format!("/notes/{number}"))).await;
        shop.settle().await;
        let path = format!("/api/v1/statuses/{}/context", read[0]["id"].as_str().unwrap());
        let thread = bob.get(&path).await.ok();
        assert!(thread["ancestors"].as_array().unwrap().len() <= 2, "{thread}");
    }
}

#[tokio::test]
async fn giant_and_deep_documents_are_refused_when_fetched() {
    let (shop, bob, evil, _) = stage().await;
    let note = evil.note("mallory", 1, json!({})).to_string();
    let open = note.strip_suffix('}').unwrap();
    let own = |number: u32| open.replace("/notes/1", &format!("/notes/{number}"));
    for (number, body) in [
        (1, format!("{},\"x\":\"{}\"}}", own(1), "x".repeat(1024 * 1024))),
        (2, format!("{},\"x\":{}1{}}}", own(2), "[".repeat(100), "]".repeat(100))),
        (3, format!("{},\"x\":[{}0]}}", own(3), "0,".repeat(100_000))),
        (4, format!("{},\"id\":\"{}\"}}", own(4), evil.uri("/notes/4"))),
        (5, format!("{},\"attributedTo\":\"{}\"}}", own(5), evil.uri("/u/eve"))),
    ] {
        let path = format!("/notes/{number}");
        evil.show_as(&path, ACTIVITY, body);
        assert_eq!(found(&bob, &evil.uri(&path)).await, NONE, "{number}");
    }
    evil.show_as("/notes/6", ACTIVITY, format!("{}}}", own(6)));
    assert_eq!(found(&bob, &evil.uri("/notes/6")).await.len(), 1);
    shop.settle().await;
}
