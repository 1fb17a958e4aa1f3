//! A closed network: only servers that the operator names are talked to, and only members read.

use serde_json::{Value, json};
use shop::features::users::table::Role;

use super::{find, newest, quiet};
use crate::domain_rules::STAFF;
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const CLOSED: &str = "[federation]\nmode = \"allow_list\"";

/// Lets a server in and gives the number of the row.
async fn allow(admin: &Person, domain: &str) -> String {
    let made = admin.post("/api/v1/admin/domain_allows", json!({ "domain": domain })).await.ok();
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn only_allowed_servers_are_talked_to() {
    let shop = Shop::start_with(CLOSED).await;
    let (alice, admin) = (shop.member("alice").await, shop.person("root", Role::Admin, STAFF).await);
    let peer = Peer::start().await;
    peer.person("bob");
    let actor = alice.get(&format!("/api/v1/accounts/{}", alice.id)).await.ok()["uri"].clone();
    let wish = peer.activity("bob", "Follow", actor.clone());
    let search = format!("/api/v1/accounts/search?resolve=true&q=bob@{}", peer.domain());
    assert_eq!(peer.send(shop.base(), &wish).await, 403);
    assert_eq!(alice.get(&search).await.ok(), json!([]));
    assert_eq!(peer.get_signed("bob", actor.as_str().unwrap()).await.0, 403);
    assert_eq!((peer.asked("/.well-known/webfinger"), peer.asked("/u/bob")), (0, 0));

    let id = allow(&admin, peer.domain()).await;
    assert_eq!(peer.send(shop.base(), &wish).await, 202);
    shop.settle().await;
    let bob = find(&alice, &format!("bob@{}", peer.domain())).await;
    assert_eq!(peer.received_of("Accept").len(), 1);
    assert_eq!(peer.get_signed("bob", actor.as_str().unwrap()).await.0, 200);
    let answer = shop.anon().get_with("/@alice", &[("accept", "application/activity+json")]).await;
    assert_eq!(answer.status(), 401, "a closed network is a secure one");

    // Who is let in no longer is suspended with everybody there.
    admin.delete(&format!("/api/v1/admin/domain_allows/{id}")).await.ok();
    shop.settle().await;
    let path = format!("/api/v1/accounts/{}", bob["id"].as_str().unwrap());
    let account = alice.get(&path).await.ok();
    assert_eq!((&account["suspended"], &account["following_count"]), (&json!(true), &json!(0)));
    assert_eq!(alice.get("/api/v1/notifications").await.ok()[0]["type"], "severed_relationships");
    let sent = peer.received_of("Create").len();
    alice.says("just among us").await;
    shop.settle().await;
    assert_eq!(peer.received_of("Create").len(), sent);
    allow(&admin, peer.domain()).await;
    shop.settle().await;
    assert_eq!(alice.get(&path).await.ok().get("suspended"), None);
}

#[tokio::test]
async fn two_closed_servers_that_allow_each_other_talk() {
    let (a, b) = Shop::pair_with(CLOSED).await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let (here, there) =
        (a.person("root", Role::Admin, STAFF).await, b.person("root", Role::Admin, STAFF).await);
    allow(&here, b.domain()).await;
    let search = format!("/api/v1/accounts/search?resolve=true&q=bob@{}", b.domain());
    let one_sided = alice.get(&search).await;
    assert_eq!(one_sided.ok(), json!([]), "the other side does not let us in");
    allow(&there, a.domain()).await;
    a.clock().advance(std::time::Duration::from_secs(120));
    super::follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    bob.says("among friends").await;
    quiet(&a, &b).await;
    assert_eq!(newest(&alice).await["content"], "<p>among friends</p>");
}

#[tokio::test]
async fn guests_of_a_closed_network_see_the_door_only() {
    let shop = Shop::start_with(CLOSED).await;
    let alice = shop.member("alice").await;
    let post = alice.says("for members #cats").await;
    let anon = shop.anon();
    let id = post["id"].as_str().unwrap();
    for path in [
        "/api/v1/timelines/public".to_owned(),
        "/api/v1/timelines/tag/cats".into(),
        format!("/api/v1/accounts/{}", alice.id),
        format!("/api/v1/accounts/{}/statuses", alice.id),
        format!("/api/v1/statuses/{id}"),
        "/api/v1/directory".into(),
        "/api/v1/trends/tags".into(),
        format!("/api/oembed?url={}", post["url"].as_str().unwrap()),
    ] {
        anon.get(&path).await.error(401);
        if !path.contains("oembed") {
            alice.get(&path).await.ok();
        }
    }
    shop.app_token("read").await.get("/api/v1/timelines/public").await.error(401);
    anon.get("/api/v1/instance/peers").await.error(404);
    let instance = anon.get("/api/v2/instance").await.ok();
    assert_eq!(instance["usage"]["users"]["active_month"], 0);
    let nodeinfo = anon.get("/nodeinfo/2.0").await.ok();
    assert_eq!(nodeinfo["usage"]["users"]["activeMonth"], 0);
    let page = [("accept", "text/html")];
    for path in [
        "/@alice".to_owned(),
        format!("/@alice/{id}"),
        "/@alice.rss".into(),
        "/tags/cats".into(),
        "/tags/cats.rss".into(),
    ] {
        let answer = anon.get_with(&path, &page).await;
        assert_eq!((answer.status(), answer.header("location")), (302, Some("/auth/sign_in")), "{path}");
    }
    for path in ["/", "/about", "/auth/sign_in", "/privacy-policy"] {
        assert_eq!(anon.get_with(path, &page).await.status(), 200, "{path}");
    }
}

#[tokio::test]
async fn a_network_that_is_closed_or_opened_treats_those_it_knows_accordingly() {
    let shop = Shop::start().await;
    let (alice, admin) = (shop.member("alice").await, shop.person("root", Role::Admin, STAFF).await);
    let (friend, stranger) = (Peer::start().await, Peer::start().await);
    friend.person("bob");
    stranger.person("carol");
    let bob = find(&alice, &format!("bob@{}", friend.domain())).await["id"].as_str().unwrap().to_owned();
    let carol =
        find(&alice, &format!("carol@{}", stranger.domain())).await["id"].as_str().unwrap().to_owned();
    allow(&admin, friend.domain()).await;
    let (alice, suspended) = (alice, async |alice: &Person, id: &str| -> Option<Value> {
        alice.get(&format!("/api/v1/accounts/{id}")).await.ok().get("suspended").cloned()
    });
    assert_eq!(suspended(&alice, &carol).await, None, "the list means nothing in an open network");

    let shop = shop.restart_with(CLOSED).await;
    shop.settle().await;
    assert_eq!(suspended(&alice, &bob).await, None);
    assert_eq!(suspended(&alice, &carol).await, Some(json!(true)));
    let shop = shop.restart().await;
    shop.settle().await;
    assert_eq!(suspended(&alice, &carol).await, None);
}
