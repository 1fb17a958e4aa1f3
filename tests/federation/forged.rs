//! What hostile servers send: in the name of others, about what belongs to others, with numbers and names that are none,
//! and requests that were signed for something else.

use serde_json::{Value, json};

use super::{find, follow};
use crate::support::peer::{Peer, Spoiled};
use crate::support::{Person, Shop};

/// Bob follows vera of one server; mallory is on another.
async fn stage() -> (Shop, Person, Peer, Peer) {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (evil, victim) = (Peer::start().await, Peer::start().await);
    evil.person("mallory");
    victim.person("vera");
    follow(&bob, &format!("vera@{}", victim.domain())).await;
    shop.settle().await;
    let accept = victim.activity("vera", "Accept", victim.received_of("Follow")[0].clone());
    victim.send(shop.base(), &accept).await;
    shop.settle().await;
    (shop, bob, evil, victim)
}

async fn home(bob: &Person) -> Value {
    bob.get("/api/v1/timelines/home").await.ok()
}

#[tokio::test]
async fn nobody_changes_or_ends_what_is_not_theirs() {
    let (shop, bob, evil, victim) = stage().await;
    let poll = json!({ "type": "Question", "published": "2026-01-01T00:00:00Z", "endTime": "2099-01-01T00:00:00Z",
        "oneOf": [{ "type": "Note", "name": "a", "replies": { "type": "Collection", "totalItems": 1 } },
            { "type": "Note", "name": "b", "replies": { "type": "Collection", "totalItems": 2 } }] });
    let note = victim.note("vera", 1, poll);
    victim.send(shop.base(), &victim.activity("vera", "Create", note.clone())).await;
    let own = bob.says("mine").await;
    shop.settle().await;
    let before = home(&bob).await;
    // Who passes something on makes us ask its own server, which shows what it always did.
    victim.show("/notes/1", note.clone());
    let mut changed = note.clone();
    changed["updated"] = json!("2099-01-01T00:00:00Z");
    changed["content"] = json!("<p>forged</p>");
    changed["oneOf"][0]["replies"]["totalItems"] = json!(1000);
    let mut claimed = changed.clone();
    claimed["attributedTo"] = json!(evil.uri("/u/mallory"));
    let vera = victim.uri("/u/vera");
    let me = format!("{}/ap/users/{}", shop.base(), bob.id);
    let mut stolen = victim.document("/u/vera");
    stolen["name"] = json!("forged");
    for (kind, object) in [
        ("Update", changed.clone()),
        ("Update", claimed),
        (
            "Update",
            json!({ "id": own["uri"], "type": "Note", "attributedTo": evil.uri("/u/mallory"), "content": "x" }),
        ),
        ("Update", json!({ "id": own["uri"], "type": "Note", "attributedTo": me, "content": "x" })),
        ("Update", stolen),
        ("Update", json!({ "id": me, "type": "Person", "name": "forged" })),
        ("Delete", note["id"].clone()),
        ("Delete", json!({ "type": "Tombstone", "id": note["id"] })),
        ("Delete", own["uri"].clone()),
        ("Delete", json!(vera)),
        ("Delete", json!(me)),
        ("Undo", json!({ "type": "Follow", "actor": me, "object": vera })),
        ("Undo", json!({ "type": "Create", "actor": vera, "object": note["id"] })),
        ("Reject", json!({ "type": "Follow", "actor": me, "object": vera })),
        ("Move", json!(vera)),
        ("Block", json!(vera)),
        ("Remove", note["id"].clone()),
    ] {
        let mut activity = evil.activity("mallory", kind, object);
        activity["target"] = json!(evil.uri("/u/mallory"));
        assert_eq!(evil.send(shop.base(), &activity).await, 202, "{activity}");
        // The same, said to be vera's own, with mallory's signature.
        activity["actor"] = json!(vera);
        activity["id"] = json!(victim.uri(&format!("/activities/{kind}{}", rand::random::<u32>())));
        let key_id = Some(format!("{}#main-key", evil.uri("/u/mallory")));
        let spoiled = Spoiled { key_id, ..Spoiled::default() };
        let status = evil.send_spoiled(shop.base(), &activity, &spoiled).await.0;
        assert!(matches!(status, 202 | 401), "{status}");
        shop.settle().await;
        assert_eq!(home(&bob).await, before, "{activity}");
    }
    let vera = find(&bob, &format!("vera@{}", victim.domain())).await;
    assert_ne!(vera["display_name"], "forged");
    let relation = format!("/api/v1/accounts/relationships?id[]={}", vera["id"].as_str().unwrap());
    assert_eq!(bob.get(&relation).await.ok()[0]["following"], true);
}

#[tokio::test]
async fn favourites_and_boosts_are_those_of_the_signer_and_count_once() {
    let (shop, bob, evil, victim) = stage().await;
    let said = bob.says("like me").await;
    let id = said["id"].as_str().unwrap();
    for kind in ["Like", "Announce"] {
        for number in 0..3 {
            let mut activity = evil.activity("mallory", kind, said["uri"].clone());
            activity["to"] = json!("as:Public");
            evil.send(shop.base(), &activity).await;
            // In vera's name, and with an id on vera's server.
            activity["actor"] = json!(victim.uri("/u/vera"));
            activity["id"] = json!(victim.uri(&format!("/{kind}/{number}")));
            let key_id = Some(format!("{}#main-key", evil.uri("/u/mallory")));
            let spoiled = Spoiled { key_id, ..Spoiled::default() };
            evil.send_spoiled(shop.base(), &activity, &spoiled).await;
            // Two actors in one activity: neither is believed to have said what the other signed.
            activity["actor"] = json!([victim.uri("/u/vera"), evil.uri("/u/mallory")]);
            activity["id"] = json!(evil.uri(&format!("/{kind}/{number}")));
            evil.send_spoiled(shop.base(), &activity, &spoiled).await;
        }
    }
    shop.settle().await;
    let status = bob.get(&format!("/api/v1/statuses/{id}")).await.ok();
    assert_eq!((&status["favourites_count"], &status["reblogs_count"]), (&json!(1), &json!(1)));
    for list in ["favourited_by", "reblogged_by"] {
        let who = bob.get(&format!("/api/v1/statuses/{id}/{list}")).await.ok();
        assert_eq!(who.as_array().unwrap().len(), 1, "{list}");
        assert_eq!(who[0]["username"], "mallory", "{list}");
    }
    // An Undo of another's Like takes nothing away.
    let like = json!({ "type": "Like", "actor": evil.uri("/u/mallory"), "object": said["uri"] });
    victim.send(shop.base(), &victim.activity("vera", "Undo", like)).await;
    shop.settle().await;
    assert_eq!(bob.get(&format!("/api/v1/statuses/{id}")).await.ok()["favourites_count"], 1);
}

#[tokio::test]
async fn numbers_that_are_none_do_no_harm() {
    let (shop, bob, _, victim) = stage().await;
    let huge =
        ["1e400", "-1e400", "18446744073709551616", "-9223372036854775809", "1e308", "-0.0", "4294967296"];
    for (number, text) in (1..).zip(huge) {
        let note = victim.note(
            "vera",
            number,
            json!({ "type": "Question", "oneOf": [
                { "type": "Note", "name": "a", "replies": { "type": "Collection", "totalItems": "N" } },
                { "type": "Note", "name": "b", "replies": { "type": "Collection", "totalItems": 1 } }],
                "votersCount": "N", "likes": { "totalItems": "N" }, "shares": { "totalItems": "N" },
                "attachment": [{ "type": "Document", "mediaType": "image/png", "url": victim.uri("/a.png"),
                    "width": "N", "height": "N", "focalPoint": ["N", "N"] }] }),
        );
        let create = victim.activity("vera", "Create", note);
        let body = create.to_string().replace("\"N\"", text);
        let spoiled = Spoiled { raw: Some(body), ..Spoiled::default() };
        let (status, answer) = victim.send_spoiled(shop.base(), &create, &spoiled).await;
        assert!(matches!(status, 202 | 400), "{text}: {status} {answer}");
        shop.settle().await;
        let page = bob.get("/api/v1/timelines/home?limit=40").await.ok();
        for post in page.as_array().unwrap() {
            for count in ["favourites_count", "reblogs_count", "replies_count"] {
                assert!(post[count].as_u64().is_some_and(|count| count < 1 << 53), "{text}: {count} {post}");
            }
            assert!(post["poll"]["votes_count"].as_u64().is_some(), "{text}: {post}");
        }
    }
    // Counts that are each possible and together are not.
    let near = (1_u64 << 53) - 1;
    let option = |name: &str| json!({ "type": "Note", "name": name, "replies": { "type": "Collection", "totalItems": near } });
    let options: Vec<Value> = (0..500).map(|number| option(&format!("{number}"))).collect();
    let note = victim.note("vera", 90, json!({ "type": "Question", "anyOf": options, "votersCount": near }));
    victim.send(shop.base(), &victim.activity("vera", "Create", note)).await;
    shop.settle().await;
    let poll = &home(&bob).await[0]["poll"];
    assert_eq!(poll["options"].as_array().unwrap().len(), 500);
    assert!(poll["votes_count"].as_u64().is_some(), "{poll}");
}

#[tokio::test]
async fn names_show_what_they_are() {
    let (shop, bob, evil, _) = stage().await;
    let name = "\u{202e}nimda\u{2066} \u{200b}\u{feff}of \u{3164}here";
    evil.person_like("mallory", json!({ "name": name, "attachment": [
        { "type": "PropertyValue", "name": "\u{202e}etis", "value": "\u{202e}<a href=\"https://evil.example\">x</a>" }] }));
    let mallory = find(&bob, &format!("mallory@{}", evil.domain())).await;
    assert_eq!(mallory["display_name"], "nimda of here");
    assert_eq!(mallory["fields"][0]["name"], "etis");
    evil.person_like("blank", json!({ "name": "\u{200d}\u{2060}\u{115f}" }));
    let blank = find(&bob, &format!("blank@{}", evil.domain())).await;
    assert!(matches!(blank["display_name"].as_str(), Some("" | "blank")), "{blank}");
    // Handles are plain letters; what only looks like one is nobody.
    for name in ["b\u{43e}b", "bob\u{200b}", "\u{202e}bob", "bob/../alice", "bob%00", "bob bob", "@bob"] {
        evil.person_like("odd", json!({ "preferredUsername": name }));
        evil.handle(name, &evil.uri("/u/odd"));
        let follow = evil.activity("odd", "Follow", json!(format!("{}/ap/users/{}", shop.base(), bob.id)));
        assert_ne!(evil.send(shop.base(), &follow).await, 202, "{name:?}");
    }
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/notifications").await.ok(), json!([]));
}

#[tokio::test]
async fn a_signature_is_for_one_request() {
    let (shop, bob, evil, _) = stage().await;
    let me = format!("{}/ap/users/{}", shop.base(), bob.id);
    let like = evil.activity("mallory", "Follow", json!(me));
    for (name, spoiled) in [
        ("another path", Spoiled { path: Some(format!("/ap/users/{}/inbox", bob.id)), ..Spoiled::default() }),
        ("another host", Spoiled { host: Some("other.example".into()), ..Spoiled::default() }),
        (
            "another body",
            Spoiled { body: Some(like.to_string().replace("Follow", "Block")), ..Spoiled::default() },
        ),
        ("another digest", Spoiled { header: Some(("digest", "SHA-256=AAAA")), ..Spoiled::default() }),
        (
            "another date",
            Spoiled { header: Some(("date", "Thu, 01 Jan 1970 00:00:00 GMT")), ..Spoiled::default() },
        ),
        ("another type", Spoiled { header: Some(("content-type", "text/html")), ..Spoiled::default() }),
    ] {
        for by_message in [false, true] {
            let is_covered =
                !matches!(name, "another digest" | "another date" | "another type") || !by_message;
            if is_covered {
                let spoiled = Spoiled { by_message, ..spoiled.clone() };
                let (status, body) = evil.send_spoiled(shop.base(), &like, &spoiled).await;
                assert_eq!(status, 401, "{name}, by RFC 9421: {by_message}: {body}");
            }
        }
    }
    // What is packed is not unpacked.
    let packed = Spoiled {
        header: Some(("content-encoding", "gzip")),
        body: Some("\u{1f}\u{8b}".into()),
        ..Spoiled::default()
    };
    assert_eq!(evil.send_spoiled(shop.base(), &like, &packed).await.0, 400);
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/notifications").await.ok(), json!([]));
    assert_eq!(evil.send(shop.base(), &like).await, 202);
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/notifications").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn two_readers_read_the_same_activity() {
    let (shop, bob, _, victim) = stage().await;
    let create = victim.activity("vera", "Create", victim.note("vera", 1, json!({})));
    let open = create.to_string();
    let open = open.strip_suffix('}').unwrap();
    for twice in [
        "\"actor\":\"https://other.example/u\"",
        "\"type\":\"Delete\"",
        "\"id\":\"https://other.example/1\"",
        "\"object\":{}",
        "\"act\\u006fr\":\"https://other.example/u\"",
    ] {
        let spoiled = Spoiled { raw: Some(format!("{open},{twice}}}")), ..Spoiled::default() };
        assert_eq!(victim.send_spoiled(shop.base(), &create, &spoiled).await.0, 400, "{twice}");
    }
    shop.settle().await;
    assert_eq!(home(&bob).await, json!([]));
}
