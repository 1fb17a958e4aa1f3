//! What a rule about a server does, path by path.

use serde_json::{Value, json};
use shop::features::accounts::table::ACCOUNTS;
use shop::features::media::table::CACHED;
use shop::features::users::table::Role;
use shop_storage::Window;

use super::{find, follow};
use crate::domain_rules::{STAFF, rule};
use crate::support::peer::Peer;
use crate::support::stream::Stream;
use crate::support::{Person, Shop, pictures};

/// A server, somebody on it, who sets its rules, and another server with bob.
async fn stage() -> (Shop, Person, Person, Peer) {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let peer = Peer::start().await;
    peer.person("bob");
    (shop, alice, admin, peer)
}

/// Lifts a rule and waits until it is done.
async fn lift(shop: &Shop, admin: &Person, id: &str) {
    admin.delete(&format!("/api/v1/admin/domain_blocks/{id}")).await.ok();
    shop.settle().await;
}

/// The id of alice's actor.
async fn actor(alice: &Person) -> String {
    alice.get(&format!("/api/v1/accounts/{}", alice.id)).await.ok()["uri"].as_str().unwrap().to_owned()
}

/// Alice follows bob, and bob follows alice; gives bob's number here.
async fn befriend(shop: &Shop, alice: &Person, peer: &Peer) -> String {
    let bob = follow(alice, &format!("bob@{}", peer.domain())).await;
    shop.settle().await;
    let asked = peer.received_of("Follow")[0].clone();
    assert_eq!(peer.send(shop.base(), &peer.activity("bob", "Accept", asked)).await, 202);
    let wish = peer.activity("bob", "Follow", json!(actor(alice).await));
    assert_eq!(peer.send(shop.base(), &wish).await, 202);
    shop.settle().await;
    let relation = alice.get(&format!("/api/v1/accounts/relationships?id[]={bob}")).await.ok();
    assert_eq!((&relation[0]["following"], &relation[0]["followed_by"]), (&json!(true), &json!(true)));
    bob
}

#[tokio::test]
async fn suspending_a_server_ends_follows_takes_its_posts_away_and_tells_who_lost_what() {
    let (shop, alice, admin, peer) = stage().await;
    let bob = befriend(&shop, &alice, &peer).await;
    let post = peer.activity("bob", "Create", peer.note("bob", 1, json!({ "content": "<p>hello</p>" })));
    assert_eq!(peer.send(shop.base(), &post).await, 202);
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/timelines/home").await.ok().as_array().unwrap().len(), 1);
    assert_eq!(shop.anon().get("/api/v1/instance/peers").await.ok(), json!([peer.domain()]));

    let id = rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/timelines/home").await.ok(), json!([]));
    assert_eq!(alice.get("/api/v1/timelines/public").await.ok(), json!([]));
    let account = alice.get(&format!("/api/v1/accounts/{bob}")).await.ok();
    assert_eq!((&account["suspended"], &account["followers_count"]), (&json!(true), &json!(0)));
    assert_eq!(alice.get(&format!("/api/v1/accounts/{bob}/statuses")).await.ok(), json!([]));
    alice.post(&format!("/api/v1/accounts/{bob}/follow"), json!({})).await.error(404);
    assert_eq!(shop.anon().get("/api/v1/instance/peers").await.ok(), json!([]));
    assert_eq!(shop.anon().get(&format!("/api/v1/peers/search?q={}", peer.domain())).await.ok(), json!([]));

    let told = alice.get("/api/v1/notifications?types[]=severed_relationships").await.ok();
    assert_eq!(told.as_array().unwrap().len(), 1, "{told}");
    let event = &told[0]["event"];
    assert_eq!((&event["type"], &event["target_name"]), (&json!("domain_block"), &json!(peer.domain())));
    assert_eq!((&event["followers_count"], &event["following_count"]), (&json!(1), &json!(1)));
    assert_eq!(told[0]["account"]["id"], alice.id, "it comes from nobody else");
    let grouped = alice.get("/api/v2/notifications?types[]=severed_relationships").await.ok();
    assert_eq!(grouped["notification_groups"][0]["event"]["target_name"], peer.domain());
    assert_eq!(admin.get("/api/v1/notifications?types[]=severed_relationships").await.ok(), json!([]));

    // Both sides agree that nobody follows anybody; of anything else the other side hears no more.
    assert_eq!(peer.received_of("Reject").len(), 1);
    assert_eq!(peer.received_of("Undo")[0]["object"]["type"], "Follow");
    let before = peer.received().len();
    alice.says("still here").await;
    let direct = json!({ "status": format!("@bob@{} psst", peer.domain()), "visibility": "direct" });
    alice.post("/api/v1/statuses", direct).await.ok();
    shop.settle().await;
    assert_eq!(peer.received().len(), before);

    // The event goes with its notification.
    let path = format!("/api/v1/notifications/{}/dismiss", told[0]["id"].as_str().unwrap());
    alice.post(&path, json!({})).await.ok();
    assert_eq!(alice.get("/api/v1/notifications?types[]=severed_relationships").await.ok(), json!([]));

    lift(&shop, &admin, &id).await;
    let account = alice.get(&format!("/api/v1/accounts/{bob}")).await.ok();
    assert_eq!((account.get("suspended"), &account["username"]), (None, &json!("bob")));
    assert_eq!(alice.get(&format!("/api/v1/accounts/{bob}/statuses")).await.ok(), json!([]), "deleted");
    befriend_again(&shop, &alice, &peer, &bob).await;
}

/// After a rule was lifted everything works as before.
async fn befriend_again(shop: &Shop, alice: &Person, peer: &Peer, bob: &str) {
    alice.post(&format!("/api/v1/accounts/{bob}/follow"), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(peer.received_of("Follow").len(), 2);
    let asked = peer.received_of("Follow")[1].clone();
    assert_eq!(peer.send(shop.base(), &peer.activity("bob", "Accept", asked)).await, 202);
    let post = peer.activity("bob", "Create", peer.note("bob", 2, json!({})));
    assert_eq!(peer.send(shop.base(), &post).await, 202);
    shop.settle().await;
    assert_eq!(super::newest(alice).await["account"]["id"], bob);
}

#[tokio::test]
async fn nothing_is_taken_from_or_asked_of_a_suspended_server() {
    let (shop, alice, admin, peer) = stage().await;
    let bob = follow(&alice, &format!("bob@{}", peer.domain())).await;
    shop.settle().await;
    peer.person("mallory");
    peer.show("/notes/7", peer.note("mallory", 7, json!({})));
    rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    shop.settle().await;
    let asked = |path: &str| peer.asked(path);
    let before = (asked("/u/bob"), asked("/.well-known/webfinger"));

    let known = peer.activity("bob", "Create", peer.note("bob", 1, json!({})));
    let unknown = peer.activity("mallory", "Follow", json!(actor(&alice).await));
    let gone = peer.activity("mallory", "Delete", json!(peer.uri("/u/mallory")));
    for activity in [&known, &unknown, &gone] {
        assert_eq!(peer.send(shop.base(), activity).await, 403, "{activity}");
    }
    // A server that nobody minds cannot speak through a key of the suspended one, nor the other way round.
    let friend = Peer::start().await;
    friend.person("carol");
    let spoiled = crate::support::peer::Spoiled {
        key_id: Some(format!("{}#main-key", peer.uri("/u/bob"))),
        ..Default::default()
    };
    let lent = friend.activity("carol", "Follow", json!(actor(&alice).await));
    let (status, body) = friend.send_spoiled(shop.base(), &lent, &spoiled).await;
    assert_eq!(status, 403, "{body}");
    assert_eq!(friend.send(shop.base(), &lent).await, 202);

    // What others pass on of it is dropped without a word against them.
    let passed_on = crate::support::peer::Spoiled {
        key_id: Some(format!("{}#main-key", friend.uri("/u/carol"))),
        ..Default::default()
    };
    assert_eq!(friend.send_spoiled(shop.base(), &known, &passed_on).await.0, 202);
    let at = |q: &str| format!("/api/v2/search?resolve=true&q={q}");
    for q in [format!("@mallory@{}", peer.domain()), peer.uri("/u/mallory"), peer.uri("/notes/7")] {
        let found = alice.get(&at(&q)).await.ok();
        assert_eq!((&found["accounts"], &found["statuses"]), (&json!([]), &json!([])), "{q}");
    }
    let found =
        alice.get(&format!("/api/v1/accounts/search?resolve=true&q=bob@{}", peer.domain())).await.ok();
    assert_eq!(found, json!([]));
    // Somebody elsewhere boosts what lies there.
    let carol = follow(&alice, &format!("carol@{}", friend.domain())).await;
    shop.settle().await;
    let yes = friend.activity("carol", "Accept", friend.received_of("Follow")[0].clone());
    assert_eq!(friend.send(shop.base(), &yes).await, 202);
    let boost = friend.activity("carol", "Announce", json!(peer.uri("/notes/7")));
    assert_eq!(friend.send(shop.base(), &boost).await, 202);
    shop.settle().await;
    assert_eq!(alice.get(&format!("/api/v1/accounts/{carol}/statuses")).await.ok(), json!([]));

    assert_eq!((asked("/u/bob"), asked("/.well-known/webfinger")), before);
    assert_eq!((asked("/u/mallory"), asked("/notes/7")), (0, 0));
    // A link to it gets no card, and nobody there is mentioned.
    let page = peer.uri("/page");
    let post = alice.says(&format!("see {page} @mallory@{}", peer.domain())).await;
    shop.settle().await;
    let post = alice.get(&format!("/api/v1/statuses/{}", post["id"].as_str().unwrap())).await.ok();
    assert_eq!((&post["card"], &post["mentions"]), (&Value::Null, &json!([])));
    assert_eq!(asked("/page"), 0);
    alice.get(&format!("/api/v1/accounts/{bob}")).await.ok();
}

#[tokio::test]
async fn what_was_on_its_way_when_the_rule_came_stays_undone() {
    let (shop, alice, admin, peer) = stage().await;
    befriend(&shop, &alice, &peer).await;
    peer.answers(500);
    alice.says("too late").await;
    shop.settle().await;
    let tried = peer.received_of("Create").len();
    assert!(tried >= 1);
    rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    shop.settle().await;
    shop.clock().advance(std::time::Duration::from_secs(60 * 60));
    shop.settle().await;
    assert_eq!(peer.received_of("Create").len(), tried);
}

#[tokio::test]
async fn people_of_a_limited_server_are_hidden_from_those_who_do_not_follow_them() {
    let (shop, alice, admin, peer) = stage().await;
    let carol = shop.member("carol").await;
    befriend(&shop, &alice, &peer).await;
    let id = rule(&admin, peer.domain(), json!({ "severity": "silence" })).await;
    shop.settle().await;
    let mut stream = Stream::open(&shop, &carol, "stream=public").await;
    let tag = json!({ "tag": [{ "type": "Hashtag", "name": "#cats", "href": "https://x.example/cats" }] });
    let post = peer.activity("bob", "Create", peer.note("bob", 1, tag));
    assert_eq!(peer.send(shop.base(), &post).await, 202);
    shop.settle().await;

    assert_eq!(
        alice.get("/api/v1/timelines/home").await.ok().as_array().unwrap().len(),
        1,
        "she follows him"
    );
    assert!(stream.is_silent().await);
    for who in [&alice, &carol, &shop.anon()] {
        assert_eq!(who.get("/api/v1/timelines/public").await.ok(), json!([]));
        assert_eq!(who.get("/api/v1/timelines/tag/cats").await.ok(), json!([]));
    }
    let bob = find(&alice, &format!("bob@{}", peer.domain())).await;
    assert_eq!(bob["limited"], true);
    let bob = bob["id"].as_str().unwrap().to_owned();
    assert_eq!(carol.get("/api/v2/search?q=bo").await.ok()["accounts"], json!([]), "only by his whole name");
    assert_eq!(carol.get("/api/v1/directory").await.ok(), json!([]));

    // New people from there are limited too, and ask before they follow; who hears of them decides.
    peer.person("newcomer");
    let carols = actor(&carol).await;
    let wish = peer.activity("newcomer", "Follow", json!(carols));
    assert_eq!(peer.send(shop.base(), &wish).await, 202);
    let mention = json!({ "to": [carols], "cc": [], "content": "<p>psst</p>",
        "tag": [{ "type": "Mention", "href": carols, "name": "@carol" }] });
    let post = peer.activity("bob", "Create", peer.note("bob", 2, mention));
    assert_eq!(peer.send(shop.base(), &post).await, 202);
    shop.settle().await;
    let asking = carol.get("/api/v1/follow_requests").await.ok();
    assert_eq!((&asking[0]["username"], &asking[0]["limited"]), (&json!("newcomer"), &json!(true)));
    assert_eq!(carol.get("/api/v1/notifications?types[]=mention").await.ok(), json!([]));
    let waiting = carol.get("/api/v1/notifications/requests").await.ok();
    assert_eq!(waiting[0]["account"]["id"], bob);

    lift(&shop, &admin, &id).await;
    let account = carol.get(&format!("/api/v1/accounts/{bob}")).await.ok();
    assert_eq!(account.get("limited"), None);
    assert_eq!(carol.get("/api/v1/timelines/public").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_staff_did_by_hand_outlasts_rules() {
    let (shop, alice, admin, peer) = stage().await;
    peer.person("eve");
    let bob = find(&alice, &format!("bob@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    let eve = find(&alice, &format!("eve@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    let by_hand = bob.parse().unwrap();
    shop.app()
        .write(move |tx| Ok(ACCOUNTS.edit(tx, &by_hand, |a| a.silenced_at = Some(a.created_at)).map(drop)?))
        .await
        .unwrap();
    crate::suspension::suspend(&shop, &eve, true).await;
    let id = rule(&admin, peer.domain(), json!({ "severity": "silence" })).await;
    shop.settle().await;
    let path = format!("/api/v1/admin/domain_blocks/{id}");
    admin.put(&path, json!({ "severity": "suspend" })).await.ok();
    shop.settle().await;
    assert_eq!(alice.get(&format!("/api/v1/accounts/{bob}")).await.ok()["suspended"], true);
    admin.put(&path, json!({ "severity": "noop" })).await.ok();
    shop.settle().await;
    let account = alice.get(&format!("/api/v1/accounts/{bob}")).await.ok();
    assert_eq!((account.get("suspended"), &account["limited"]), (None, &json!(true)));
    lift(&shop, &admin, &id).await;
    assert_eq!(alice.get(&format!("/api/v1/accounts/{bob}")).await.ok()["limited"], true);
    assert_eq!(alice.get(&format!("/api/v1/accounts/{eve}")).await.ok()["suspended"], true);
}

#[tokio::test]
async fn a_rule_about_a_name_covers_its_ports_and_spares_this_server() {
    let (shop, alice, admin, peer) = stage().await;
    rule(&admin, "localhost", json!({ "severity": "suspend" })).await;
    let wish = peer.activity("bob", "Follow", json!(actor(&alice).await));
    assert_eq!(peer.send(shop.base(), &wish).await, 403);
    alice.says("I am well").await;
    assert_eq!(shop.anon().get("/api/v1/timelines/public").await.ok().as_array().unwrap().len(), 1);
    // A milder rule about one of them counts before the wider one.
    let body = json!({ "domain": peer.domain(), "severity": "noop" });
    admin.post("/api/v1/admin/domain_blocks", body).await.error(422);
    let domain = peer.domain().to_owned();
    shop.app()
        .write(move |tx| {
            let severity = Some(shop::features::domain_rules::table::Severity::Noop);
            let terms = shop::features::domain_rules::Terms { severity, ..Default::default() };
            shop::features::domain_rules::block(tx, &domain, terms)
        })
        .await
        .unwrap();
    assert_eq!(peer.send(shop.base(), &wish).await, 202);
}

#[tokio::test]
async fn rules_are_remembered_across_restarts() {
    let (shop, alice, admin, peer) = stage().await;
    rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    let alices = actor(&alice).await;
    let shop = shop.restart().await;
    let wish = peer.activity("bob", "Follow", json!(alices));
    assert_eq!(peer.send(shop.base(), &wish).await, 403);
}

#[tokio::test]
async fn media_of_a_server_can_be_left_out() {
    let (shop, alice, admin, peer) = stage().await;
    let files = axum::Router::new().fallback(|| async { pictures::png(60, 40) });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, files).await });
    let icon = json!({ "type": "Image", "url": format!("{base}/face.png") });
    peer.person_like("bob", json!({ "icon": icon }));
    follow(&alice, &format!("bob@{}", peer.domain())).await;
    shop.settle().await;
    let yes = peer.activity("bob", "Accept", peer.received_of("Follow")[0].clone());
    assert_eq!(peer.send(shop.base(), &yes).await, 202);
    let extra = json!({
        "content": "<p>:cat:</p>",
        "attachment": [{ "type": "Document", "mediaType": "image/png", "url": format!("{base}/1.png"), "name": "a cat" }],
        "tag": [{ "type": "Emoji", "id": peer.uri("/e/cat"), "name": ":cat:",
            "icon": { "type": "Image", "url": format!("{base}/cat.png") } }],
    });
    let post = peer.activity("bob", "Create", peer.note("bob", 1, extra));
    assert_eq!(peer.send(shop.base(), &post).await, 202);
    shop.settle().await;
    let seen = super::newest(&alice).await;
    let file = seen["media_attachments"][0].clone();
    let (avatar, emoji) = (seen["account"]["avatar"].clone(), seen["emojis"][0]["url"].clone());
    let paths =
        [&file["url"], &file["preview_url"], &avatar, &emoji].map(|url| url.as_str().unwrap().to_owned());
    for path in &paths {
        assert_eq!(alice.get(path).await.status(), 200, "{path}");
    }
    let copies = || CACHED.page(&shop.app().read().unwrap(), &Window::newest(10)).unwrap().len();
    assert!(copies() >= 3);

    let id = rule(&admin, peer.domain(), json!({ "severity": "noop", "reject_media": true })).await;
    shop.settle().await;
    assert_eq!(copies(), 0, "copies that were here are deleted");
    for path in &paths {
        assert_eq!(alice.get(path).await.status(), 404, "{path}");
    }
    let seen = super::newest(&alice).await;
    let shown = &seen["media_attachments"][0];
    assert_eq!((&shown["type"], &shown["preview_url"]), (&json!("unknown"), &Value::Null));
    assert_eq!((&shown["url"], &shown["description"]), (&file["remote_url"], &json!("a cat")));
    assert!(seen["account"]["avatar"].as_str().unwrap().ends_with("/missing.png"));
    assert_eq!(seen["emojis"], json!([]));

    lift(&shop, &admin, &id).await;
    let seen = super::newest(&alice).await;
    assert_eq!(seen["media_attachments"][0]["type"], "image");
    assert_eq!(alice.get(&paths[0]).await.status(), 200);
}

#[tokio::test]
async fn reports_of_a_server_can_be_left_out() {
    let (shop, alice, admin, peer) = stage().await;
    let reports = || {
        use shop::features::reports::table::REPORTS;
        REPORTS.page(&shop.app().read().unwrap(), &Window::newest(10)).unwrap().len()
    };
    let alices = actor(&alice).await;
    let mut flag = peer.activity("bob", "Flag", json!([alices]));
    flag["content"] = json!("spam");
    let id = rule(&admin, peer.domain(), json!({ "severity": "noop", "reject_reports": true })).await;
    assert_eq!(peer.send(shop.base(), &flag).await, 202);
    shop.settle().await;
    assert_eq!(reports(), 0);
    lift(&shop, &admin, &id).await;
    flag["id"] = json!(peer.uri("/activities/other"));
    assert_eq!(peer.send(shop.base(), &flag).await, 202);
    shop.settle().await;
    assert_eq!(reports(), 1);
}

#[tokio::test]
async fn who_blocks_a_server_for_oneself_or_loses_a_suspended_follower_is_told_as_well() {
    let (shop, alice, _, peer) = stage().await;
    let bob = befriend(&shop, &alice, &peer).await;
    crate::suspension::suspend(&shop, &bob, true).await;
    let told = alice.get("/api/v1/notifications?types[]=severed_relationships").await.ok();
    let event = &told[0]["event"];
    let handle = format!("bob@{}", peer.domain());
    assert_eq!((&event["type"], &event["target_name"]), (&json!("account_suspension"), &json!(handle)));
    assert_eq!((&event["followers_count"], &event["following_count"]), (&json!(1), &json!(0)));
    crate::suspension::suspend(&shop, &bob, false).await;

    alice.post("/api/v1/domain_blocks", json!({ "domain": peer.domain() })).await.ok();
    shop.settle().await;
    let told = alice.get("/api/v1/notifications?types[]=severed_relationships").await.ok();
    let event = &told[0]["event"];
    assert_eq!((&event["type"], &event["target_name"]), (&json!("user_domain_block"), &json!(peer.domain())));
    assert_eq!((&event["followers_count"], &event["following_count"]), (&json!(0), &json!(1)));
    // Older clients are given words for it.
    let worded =
        alice.get("/api/v1/notifications?types[]=severed_relationships&supported_types[]=mention").await;
    assert_eq!(worded.ok()[0]["fallback"]["title"], "Lost connections");
    // Where nothing ended there is nothing to tell.
    alice.post("/api/v1/domain_blocks", json!({ "domain": "nobody.example" })).await.ok();
    shop.settle().await;
    let told = alice.get("/api/v1/notifications?types[]=severed_relationships").await.ok();
    assert_eq!(told.as_array().unwrap().len(), 2);
}
