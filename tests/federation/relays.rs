//! Relays, played by the scripted server: followed, answered, given public posts, and taken from with care.

use serde_json::{Value, json};
use shop::cli::control::execute::execute;
use shop::cli::control::{Answer, RelayLine, Request};

use crate::support::peer::Peer;
use crate::support::{PASSWORD, Shop};

const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// A relay with its actor.
async fn relay() -> Peer {
    let peer = Peer::start().await;
    let inbox = json!({ "type": "Application", "inbox": peer.uri("/inbox") });
    peer.person_like("relay", inbox);
    peer
}

async fn list(shop: &Shop) -> Vec<RelayLine> {
    match execute(shop.app(), Request::ListRelays).await.unwrap() {
        Answer::Relays(lines) => lines,
        other => panic!("{other:?}"),
    }
}

async fn add(shop: &Shop, inbox: String) -> Result<(), String> {
    let done = execute(shop.app(), Request::AddRelay { inbox }).await;
    shop.settle().await;
    done.map(drop).map_err(|error| error.words().to_owned())
}

/// Follows the relay and has it accept; gives our Follow.
async fn join(shop: &Shop, relay: &Peer) -> Value {
    add(shop, relay.uri("/inbox")).await.unwrap();
    let follow = relay.received_of("Follow").last().unwrap().clone();
    let accept = relay.activity("relay", "Accept", follow.clone());
    assert_eq!(relay.send(shop.base(), &accept).await, 202);
    shop.settle().await;
    assert_eq!(list(shop).await[0].state, "enabled");
    follow
}

#[tokio::test]
async fn a_relay_gets_public_posts_once_it_has_accepted() {
    let (shop, relay) = (Shop::start().await, relay().await);
    let alice = shop.member("alice").await;
    add(&shop, relay.uri("/inbox")).await.unwrap();
    let follow = relay.received_of("Follow")[0].clone();
    assert_eq!(follow["actor"], format!("{}/actor", shop.base()));
    assert_eq!(follow["object"], PUBLIC);
    assert_eq!(list(&shop).await[0].state, "waiting");
    alice.says("too early").await;
    shop.settle().await;
    assert_eq!(relay.received_of("Create").len(), 0);

    // Nobody else accepts for it, and nothing but our Follow is meant.
    let stranger = Peer::start().await;
    stranger.person("mallory");
    assert_eq!(
        stranger.send(shop.base(), &stranger.activity("mallory", "Accept", follow.clone())).await,
        202
    );
    let other = json!({ "id": "x", "type": "Follow", "actor": stranger.uri("/u/mallory"), "object": PUBLIC });
    assert_eq!(relay.send(shop.base(), &relay.activity("relay", "Accept", other)).await, 202);
    shop.settle().await;
    assert_eq!(list(&shop).await[0].state, "waiting");
    assert_eq!(relay.send(shop.base(), &relay.activity("relay", "Accept", follow)).await, 202);
    shop.settle().await;
    assert_eq!(list(&shop).await[0].state, "enabled");

    let post = alice.says("for everybody").await;
    let id = post["id"].as_str().unwrap();
    for visibility in ["unlisted", "private", "direct"] {
        let quiet = json!({ "status": "not for relays", "visibility": visibility });
        alice.post("/api/v1/statuses", quiet).await.ok();
    }
    alice.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await.ok();
    shop.settle().await;
    let told = relay.received_of("Create");
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["object"]["content"], "<p>for everybody</p>");
    assert_eq!(relay.received_of("Announce").len(), 0);
    shop.clock().advance(std::time::Duration::from_secs(2));
    alice.put(&format!("/api/v1/statuses/{id}"), json!({ "status": "for all" })).await.ok();
    shop.settle().await;
    alice.delete(&format!("/api/v1/statuses/{id}")).await.ok();
    shop.settle().await;
    assert_eq!(relay.received_of("Update").len(), 1);
    assert_eq!(relay.received_of("Delete").len(), 1);
}

#[tokio::test]
async fn a_relay_hears_of_a_move() {
    let (shop, relay) = (Shop::start().await, relay().await);
    let (alice, fresh) = (shop.member("alice").await, shop.member("alicia").await);
    join(&shop, &relay).await;
    fresh.post("/api/shop/v1/aliases", json!({ "acct": "alice" })).await.ok();
    let wish = json!({ "acct": "@alicia", "current_password": PASSWORD });
    alice.post("/api/shop/v1/migration", wish).await.ok();
    shop.settle().await;
    let told = relay.received_of("Move");
    assert_eq!(told[0]["object"], format!("{}/ap/users/{}", shop.base(), alice.id));
    assert_eq!(told[0]["target"], format!("{}/ap/users/{}", shop.base(), fresh.id));
}

#[tokio::test]
async fn what_a_relay_passes_on_is_fetched_from_where_it_was_written() {
    let (shop, relay, far) = (Shop::start().await, relay().await, Peer::start().await);
    far.person("bob");
    for number in 1..=4 {
        far.show(&format!("/notes/{number}"), far.note("bob", number, json!({})));
    }
    let announce =
        |number: u32| relay.activity("relay", "Announce", json!(far.uri(&format!("/notes/{number}"))));
    assert_eq!(relay.send(shop.base(), &announce(1)).await, 202);
    shop.settle().await;
    assert_eq!(far.asked("/notes/1"), 0, "it is no relay of ours yet");
    join(&shop, &relay).await;

    assert_eq!(relay.send(shop.base(), &announce(2)).await, 202);
    // Passed on as it was written, with the signature that others check: not believed either.
    let mut forged = far.activity("bob", "Create", far.note("bob", 3, json!({ "content": "<p>forged</p>" })));
    forged["signature"] = json!({ "type": "RsaSignature2017", "creator": far.uri("/u/bob#main-key"),
        "created": "2026-01-01T00:00:00Z", "signatureValue": "AAAA" });
    let key_id = Some(format!("{}#main-key", relay.uri("/u/relay")));
    let passed_on = crate::support::peer::Spoiled { key_id, ..Default::default() };
    assert_eq!(relay.send_spoiled(shop.base(), &forged, &passed_on).await.0, 202);
    // What is not there was never written.
    let missing = relay.activity("relay", "Announce", json!(far.uri("/notes/99")));
    assert_eq!(relay.send(shop.base(), &missing).await, 202);
    shop.settle().await;
    let seen = shop.anon().get("/api/v1/timelines/public").await.ok();
    let mut contents: Vec<&str> =
        seen.as_array().unwrap().iter().map(|post| post["content"].as_str().unwrap()).collect();
    contents.sort_unstable();
    assert_eq!(contents, ["<p>note 2</p>", "<p>note 3</p>"]);
    assert!(seen.as_array().unwrap().iter().all(|post| post["reblog"].is_null()), "nobody has boosted it");
    assert!(seen.as_array().unwrap().iter().all(|post| post["reblogs_count"] == 0));

    // With a proof of its author inside it need not be fetched, and the post comes all the same.
    far.prover("bob");
    let update = far.activity("bob", "Update", far.document("/u/bob"));
    assert_eq!(far.send(shop.base(), &update).await, 202);
    shop.settle().await;
    let create = far.activity("bob", "Create", far.note("bob", 5, json!({})));
    let proven = far.prove(&create, jiff::SignedDuration::ZERO);
    assert_eq!(relay.pass_on(shop.base(), "relay", &proven).await, 202);
    shop.settle().await;
    let seen = shop.anon().get("/api/v1/timelines/public").await.ok();
    assert_eq!(seen[0]["content"], "<p>note 5</p>");
    assert_eq!(far.asked("/notes/5"), 0);

    // The same by somebody who is no relay leads nowhere.
    far.person("carol");
    let boost = far.activity("carol", "Announce", json!(far.uri("/notes/4")));
    assert_eq!(far.send(shop.base(), &boost).await, 202);
    shop.settle().await;
    assert_eq!(far.asked("/notes/4"), 0);
}

#[tokio::test]
async fn a_relay_that_refuses_or_is_left_is_done_with() {
    let (shop, relay) = (Shop::start().await, relay().await);
    let alice = shop.member("alice").await;
    let follow = join(&shop, &relay).await;

    // Most often a relay that takes no post wants a signature that we do not make.
    relay.answers(403);
    alice.says("unheard").await;
    shop.settle().await;
    let error = list(&shop).await[0].last_error.clone().unwrap();
    assert!(error.contains("403") && error.contains("Linked-Data"), "{error}");
    relay.answers(202);

    assert_eq!(relay.send(shop.base(), &relay.activity("relay", "Reject", follow["id"].clone())).await, 202);
    shop.settle().await;
    assert_eq!(list(&shop).await[0].state, "rejected");
    let before = relay.received_of("Create").len();
    alice.says("not for them").await;
    shop.settle().await;
    assert_eq!(relay.received_of("Create").len(), before);

    add(&shop, relay.uri("/inbox")).await.unwrap();
    assert_eq!(relay.received_of("Follow").len(), 2, "it may be asked anew");
    assert_eq!(list(&shop).await.len(), 1);
    execute(shop.app(), Request::RemoveRelay { inbox: relay.uri("/inbox") }).await.unwrap();
    shop.settle().await;
    let undo = relay.received_of("Undo")[0].clone();
    assert_eq!((&undo["object"]["type"], &undo["object"]["object"]), (&json!("Follow"), &json!(PUBLIC)));
    assert!(list(&shop).await.is_empty());
    let gone = execute(shop.app(), Request::RemoveRelay { inbox: relay.uri("/inbox") }).await;
    assert!(gone.unwrap_err().words().contains("no relay"));
}

#[tokio::test]
async fn relays_that_cannot_be_are_refused() {
    let shop = Shop::start().await;
    let long = format!("https://relay.example/{}", "x".repeat(3_000));
    for bad in [
        "",
        "relay.example",
        "https://relay.example",
        "ftp://relay.example/inbox",
        "https://a:b@relay.example/inbox",
        "https://relay.example/inbox#x",
        "javascript:x",
        &long,
    ] {
        assert!(add(&shop, bad.to_owned()).await.unwrap_err().contains("not the address"), "{bad}");
    }
    let own = format!("{}/inbox", shop.base());
    assert!(add(&shop, own).await.unwrap_err().contains("not the address"));
    shop.app()
        .write(|tx| {
            let severity = Some(shop::features::domain_rules::table::Severity::Suspend);
            let terms = shop::features::domain_rules::Terms { severity, ..Default::default() };
            shop::features::domain_rules::block(tx, "evil.example", terms)
        })
        .await
        .unwrap();
    assert!(add(&shop, "https://evil.example/inbox".into()).await.unwrap_err().contains("shut out"));
    assert!(list(&shop).await.is_empty());
}
