//! Secure mode: documents are for servers that sign, and for those that nobody has shut out.

use serde_json::{Value, json};
use shop::features::users::table::Role;

use super::{find, follow, newest, quiet};
use crate::domain_rules::{STAFF, rule};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const SECURE: &str = "[federation]\nauthorized_fetch = true";
const AP: (&str, &str) = ("accept", "application/activity+json");

/// The path of a whole address here.
fn path_of(shop: &Shop, address: &Value) -> String {
    address.as_str().unwrap().trim_start_matches(shop.base()).to_owned()
}

/// Alice's actor and the paths of all documents that hang on her and her post.
async fn documents(shop: &Shop, alice: &Person, post: &Value) -> (String, Vec<String>) {
    let actor = path_of(shop, &alice.get(&format!("/api/v1/accounts/{}", alice.id)).await.ok()["uri"]);
    let note = path_of(shop, &post["uri"]);
    let below = [
        "/outbox",
        "/outbox?page=true",
        "/followers",
        "/followers?page=true",
        "/following",
        "/collections/featured",
        "/collections/tags",
    ];
    let mut paths: Vec<String> = below.iter().map(|path| format!("{actor}{path}")).collect();
    paths.extend(["", "/activity", "/replies", "/likes", "/shares"].map(|path| format!("{note}{path}")));
    paths.extend([
        "/@alice".to_owned(),
        format!("/@alice/{}", post["id"].as_str().unwrap()),
        "/@alice.json".into(),
    ]);
    paths.push("/users/alice".to_owned());
    paths.push(actor.clone());
    (actor, paths)
}

#[tokio::test]
async fn documents_need_a_signature_and_are_kept_by_nobody() {
    let shop = Shop::start_with(SECURE).await;
    let alice = shop.member("alice").await;
    let post = alice.says("for those who sign").await;
    let peer = Peer::start().await;
    peer.person("bob");
    let (actor, paths) = documents(&shop, &alice, &post).await;
    for path in &paths {
        let answer = shop.anon().get_with(path, &[AP]).await;
        assert_eq!(answer.status(), 401, "{path}");
        assert_eq!(answer.json()["error"], "Request not signed", "{path}");
        if path == "/users/alice" {
            // Leads on to where a signature of its own is needed.
            continue;
        }
        let answer = peer.ask_signed("bob", &format!("{}{path}", shop.base())).await;
        assert_eq!(answer.status(), 200, "{path}");
        let cache = answer.headers()["cache-control"].to_str().unwrap().to_owned();
        assert!(cache.contains("private") && !cache.contains("public"), "{path}: {cache}");
        let vary = answer.headers()["vary"].to_str().unwrap().to_lowercase();
        assert!(vary.contains("signature"), "{path}: {vary}");
    }
    // A signature by a key that nobody has is none, and so is one that cannot be read.
    assert_eq!(peer.get_signed("nobody", &format!("{}{actor}", shop.base())).await.0, 401);
    let odd = shop.anon().get_with(&actor, &[AP, ("signature", "nonsense")]).await.status();
    assert!(matches!(odd, 400 | 401), "{odd}");
    // What servers need to find each other, and what people read, stays open.
    for path in
        ["/actor", "/.well-known/webfinger?resource=acct:alice@", "/.well-known/nodeinfo", "/nodeinfo/2.0"]
    {
        let path = if path.ends_with('@') { format!("{path}{}", shop.domain()) } else { path.to_owned() };
        assert_eq!(shop.anon().get_with(&path, &[AP]).await.status(), 200, "{path}");
    }
    assert_eq!(shop.anon().get_with("/@alice", &[("accept", "text/html")]).await.status(), 200);
    assert_eq!(shop.anon().get_with(&actor, &[("accept", "text/html")]).await.status(), 303);
    alice.get("/api/v1/timelines/public").await.ok();
}

#[tokio::test]
async fn outside_secure_mode_documents_are_for_everybody() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("for all").await;
    let (_, paths) = documents(&shop, &alice, &post).await;
    for path in paths.iter().filter(|path| *path != "/users/alice") {
        let answer = shop.anon().get_with(path, &[AP]).await;
        assert_eq!(answer.status(), 200, "{path}");
        assert!(answer.header("cache-control").unwrap().contains("public"), "{path}");
    }
}

#[tokio::test]
async fn the_blocked_and_the_shut_out_get_nothing() {
    let shop = Shop::start_with(SECURE).await;
    let (alice, admin) = (shop.member("alice").await, shop.person("root", Role::Admin, STAFF).await);
    let post = alice.says("not for bob").await;
    let peer = Peer::start().await;
    peer.person("bob");
    peer.person("carol");
    let (actor, paths) = documents(&shop, &alice, &post).await;
    let whole = |path: &str| format!("{}{path}", shop.base());
    let note = path_of(&shop, &post["uri"]);

    let bob = find(&alice, &format!("bob@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/api/v1/accounts/{bob}/block"), json!({})).await.ok();
    assert_eq!(peer.get_signed("bob", &whole(&note)).await.0, 404);
    assert_eq!(peer.get_signed("carol", &whole(&note)).await.0, 200);
    let (status, outbox) = peer.get_signed("bob", &whole(&format!("{actor}/outbox?page=true"))).await;
    assert_eq!((status, &outbox["totalItems"], outbox.get("orderedItems")), (200, &json!(0), None));
    let (_, outbox) = peer.get_signed("carol", &whole(&format!("{actor}/outbox?page=true"))).await;
    assert_eq!(outbox["orderedItems"].as_array().unwrap().len(), 1);
    assert_eq!(peer.get_signed("bob", &whole(&format!("{actor}/followers?page=true"))).await.0, 403);

    alice.post("/api/v1/domain_blocks", json!({ "domain": peer.domain() })).await.ok();
    assert_eq!(peer.get_signed("carol", &whole(&note)).await.0, 404);
    alice.delete(&format!("/api/v1/domain_blocks?domain={}", peer.domain())).await.ok();
    assert_eq!(peer.get_signed("carol", &whole(&note)).await.0, 200);

    let carol = find(&alice, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    crate::suspension::suspend(&shop, &carol, true).await;
    assert_eq!(peer.get_signed("carol", &whole(&note)).await.0, 403);
    crate::suspension::suspend(&shop, &carol, false).await;

    rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    let asked = peer.asked("/u/dave");
    for path in &paths {
        assert_eq!(peer.get_signed("carol", &whole(path)).await.0, 403, "{path}");
        assert_eq!(peer.get_signed("dave", &whole(path)).await.0, 403, "{path}");
    }
    assert_eq!(peer.asked("/u/dave"), asked, "its keys are not asked for");
}

#[tokio::test]
async fn two_secure_servers_follow_each_other_and_fetch_posts() {
    let (a, b) = Shop::pair_with(SECURE).await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let early = bob.says("written before").await;
    let found = alice
        .get(&format!("/api/v2/search?resolve=true&type=statuses&q={}", early["uri"].as_str().unwrap()))
        .await
        .ok();
    assert_eq!(found["statuses"][0]["content"], "<p>written before</p>");
    follow(&alice, &format!("bob@{}", b.domain())).await;
    follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    bob.says("hello alice").await;
    let secret = json!({ "status": "for followers", "visibility": "private" });
    alice.post("/api/v1/statuses", secret).await.ok();
    quiet(&a, &b).await;
    let home = alice.get("/api/v1/timelines/home").await.ok();
    let of_bob = home.as_array().unwrap().iter().find(|post| post["account"]["username"] == "bob");
    let of_bob = of_bob.unwrap().clone();
    assert_eq!(of_bob["content"], "<p>hello alice</p>");
    assert_eq!(newest(&bob).await["content"], "<p>for followers</p>");
    let seen = of_bob["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/api/v1/statuses/{seen}/favourite"), json!({})).await.ok();
    let reply = json!({ "status": format!("@bob@{} hi", b.domain()), "in_reply_to_id": seen });
    alice.post("/api/v1/statuses", reply).await.ok();
    quiet(&a, &b).await;
    let told = bob.get("/api/v1/notifications?types[]=favourite&types[]=mention").await.ok();
    assert_eq!(told.as_array().unwrap().len(), 2, "{told}");
}
