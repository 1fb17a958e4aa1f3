//! What hostile servers try.

use serde_json::{Value, json};

use super::find;
use crate::support::Shop;
use crate::support::peer::Peer;

/// A note by mallory to bob.
fn to_bob(shop: &Shop, bob: &str, peer: &Peer, number: u32, extra: Value) -> Value {
    let href = format!("{}/ap/users/{bob}", shop.base());
    let tag = json!([{ "type": "Mention", "href": href, "name": "@bob" }]);
    let mut note = peer.note("mallory", number, json!({ "tag": tag, "cc": [href] }));
    note.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    note
}

#[tokio::test]
async fn nobody_writes_in_the_name_of_others() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (peer, victim) = (Peer::start().await, Peer::start().await);
    peer.person("mallory");
    victim.person("vera");
    for extra in [
        json!({ "attributedTo": victim.uri("/u/vera") }),
        json!({ "id": victim.uri("/notes/1") }),
        json!({ "id": victim.uri("/notes/1"), "attributedTo": victim.uri("/u/vera") }),
        json!({ "attributedTo": format!("{}/ap/users/{}", shop.base(), bob.id) }),
        json!({ "id": format!("{}/ap/users/{}/statuses/1", shop.base(), bob.id) }),
        json!({ "attributedTo": null }),
        json!({ "id": null }),
    ] {
        let note = to_bob(&shop, &bob.id, &peer, 1, extra);
        assert_eq!(peer.send(shop.base(), &peer.activity("mallory", "Create", note)).await, 202);
    }
    shop.settle().await;
    assert_eq!(bob.get("/api/v1/notifications").await.ok(), json!([]));
}

#[tokio::test]
async fn hostile_html_arrives_harmless() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person_like("mallory", json!({
        "name": "<script>alert(1)</script>",
        "summary": "<img src=x onerror=alert(1)><p onclick=\"x()\">hi</p>",
        "url": "javascript:alert(1)",
        "attachment": [{ "type": "PropertyValue", "name": "x", "value": "<a href=\"javascript:x\">y</a>" }],
        "icon": { "type": "Image", "url": "javascript:alert(1)" },
    }));
    let content = "<p onclick=\"x()\">a<script>alert(1)</script><a href=\"javascript:alert(1)\">b</a>\
                   <iframe src=\"https://evil.example\"></iframe><img src=x onerror=alert(1)></p>";
    let note = to_bob(
        &shop,
        &bob.id,
        &peer,
        1,
        json!({
            "content": content,
            "url": "javascript:alert(1)",
            "attachment": [{ "type": "Document", "mediaType": "image/svg+xml", "url": "data:text/html,x" }],
        }),
    );
    assert_eq!(peer.send(shop.base(), &peer.activity("mallory", "Create", note)).await, 202);
    shop.settle().await;
    let told = bob.get("/api/v1/notifications").await.ok();
    let shown = told[0].to_string();
    for bad in ["<script", "onclick", "onerror", "javascript:", "<iframe", "<img", "data:text"] {
        let text = told[0]["status"]["content"].to_string() + &told[0]["account"]["note"].to_string();
        assert!(!text.contains(bad), "{bad} in {text}");
    }
    assert!(!shown.contains("javascript:"), "{shown}");
    assert_eq!(told[0]["status"]["media_attachments"], json!([]));
}

#[tokio::test]
async fn odd_documents_are_taken_or_dropped_but_never_fail_the_server() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("mallory");
    for (number, extra) in (1..).zip([
        json!({ "content": 7, "to": {}, "cc": 5, "tag": "x", "attachment": 9 }),
        json!({ "published": "0000-00-00", "updated": "never" }),
        json!({ "published": "9999-12-31T23:59:59Z" }),
        json!({ "published": "0001-01-01T00:00:00Z" }),
        json!({ "inReplyTo": [[[]]], "summary": {}, "contentMap": [] }),
        json!({ "content": "<b>".repeat(50_000) }),
        json!({ "tag": vec![json!({ "type": "Mention", "href": "http://localhost:1/x" }); 500] }),
        json!({ "tag": [{ "type": "Emoji", "name": ":x:", "icon": { "url": [] } }, { "type": "Hashtag" }] }),
        json!({ "attachment": [{ "type": "Document", "url": "http://[::1", "focalPoint": ["a"], "width": -4 }] }),
    ]) {
        let note = to_bob(&shop, &bob.id, &peer, number, extra);
        assert_eq!(peer.send(shop.base(), &peer.activity("mallory", "Create", note)).await, 202);
        for kind in ["Like", "Announce", "Follow", "Undo", "Add", "Accept", "Block", "Flag", "Travel"] {
            let odd = peer.activity("mallory", kind, json!({ "type": 5, "object": [[]] }));
            let status = peer.send(shop.base(), &odd).await;
            assert!(status < 500, "{kind}: {status}");
        }
    }
    shop.settle().await;
    for path in ["/api/v1/notifications", "/api/v1/timelines/public"] {
        assert_eq!(bob.get(path).await.status(), 200);
    }
}

#[tokio::test]
async fn a_handle_that_its_server_does_not_own_is_nobody() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (peer, victim) = (Peer::start().await, Peer::start().await);
    victim.person("vera");
    // The peer's WebFinger points to an actor elsewhere; an actor's key and inbox lie elsewhere.
    peer.handle("vera", &victim.uri("/u/vera"));
    peer.person_like("thief", json!({ "inbox": victim.uri("/inbox") }));
    peer.person_like("liar", json!({ "id": victim.uri("/u/vera") }));
    for name in ["thief", "liar", "nobody"] {
        let path = format!("/api/v1/accounts/search?resolve=true&q={name}@{}", peer.domain());
        assert_eq!(bob.get(&path).await.ok(), json!([]), "{name}");
    }
    let path = format!("/api/v1/accounts/search?resolve=true&q=vera@{}", peer.domain());
    let found = bob.get(&path).await.ok();
    assert!(
        found.as_array().unwrap().iter().all(|one| one["acct"] != format!("vera@{}", peer.domain())),
        "{found}"
    );
    assert_eq!(find(&bob, &format!("vera@{}", victim.domain())).await["username"], "vera");
}

#[tokio::test]
async fn a_handle_of_another_domain_counts_when_both_agree() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (domain, host) = (Peer::start().await, Peer::start().await);
    // The actor lives on a host that knows nothing of its handle; the domain of the handle does.
    let carol = host.person_like("carol", json!({ "webfinger": format!("carol@{}", domain.domain()) }));
    host.handle("carol", &host.uri("/u/somebody-else"));
    domain.handle("carol", &carol);
    let found = bob.get(&format!("/api/v2/search?resolve=true&q={carol}")).await.ok();
    assert_eq!(found["accounts"][0]["acct"], format!("carol@{}", domain.domain()));
    // What the domain does not agree to is the actor's word alone.
    domain.person("vera");
    let liar = host.person_like("vera", json!({ "webfinger": format!("vera@{}", domain.domain()) }));
    let found = bob.get(&format!("/api/v2/search?resolve=true&q={liar}")).await.ok();
    assert_eq!(found["accounts"][0]["acct"], format!("vera@{}", host.domain()));
    let found = find(&bob, &format!("vera@{}", domain.domain())).await;
    assert_eq!(found["uri"], domain.uri("/u/vera"));
}

#[tokio::test]
async fn a_handle_found_first_needs_no_word_of_the_host_when_the_actor_agrees() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (domain, host) = (Peer::start().await, Peer::start().await);
    let carol = host.person_like("carol", json!({ "webfinger": format!("@carol@{}", domain.domain()) }));
    host.handle("carol", &host.uri("/u/somebody-else"));
    domain.handle("carol", &carol);
    let found = find(&bob, &format!("carol@{}", domain.domain())).await;
    assert_eq!(
        (&found["uri"], &found["acct"]),
        (&json!(carol), &json!(format!("carol@{}", domain.domain())))
    );
}

#[tokio::test]
async fn addresses_inside_are_not_asked_for() {
    let shop = Shop::start_with("[federation]\nallow_private = false\n").await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let path = format!("/api/v1/accounts/search?resolve=true&q=carol@{}", peer.domain());
    assert_eq!(bob.get(&path).await.ok(), json!([]));
    assert_eq!(peer.asked("/.well-known/webfinger"), 0);
    let create = peer.activity("carol", "Create", peer.note("carol", 1, json!({})));
    let status = peer.send(shop.base(), &create).await;
    assert!(matches!(status, 401 | 503), "{status}");
    assert_eq!(peer.asked("/u/carol"), 0);
}
