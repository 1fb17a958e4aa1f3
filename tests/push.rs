//! Web push, as behaviours §16 tells it, against a push service of our own that reads both encodings.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::users::table::{Role, USERS};

use crate::support::wake::{PushService, base64url};
use crate::support::{Person, Shop};

const PATH: &str = "/api/v1/push/subscription";

async fn favours(who: &Person, other: &Person) -> Value {
    let post = other.says("like me").await;
    who.post(&format!("/api/v1/statuses/{}/favourite", post["id"].as_str().unwrap()), json!({})).await.ok()
}

#[tokio::test]
async fn a_subscription_is_made_changed_and_ended() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let alice = shop.member("alice").await;
    alice.get(PATH).await.error(404);
    alice.put(PATH, json!({ "data": {} })).await.error(404);
    let made = alice.post(PATH, service.subscription(true, &["mention", "admin.sign_up"])).await.ok();
    let id = made["id"].as_u64().expect("a JSON number");
    assert_eq!(id as f64 as u64, id);
    assert_eq!(made["alerts"], json!({ "mention": true, "admin.sign_up": true }));
    assert_eq!((&made["policy"], &made["standard"]), (&json!("all"), &json!(true)));
    assert_eq!(made["endpoint"], format!("{}/wake/me", service.base()));
    let instance = shop.anon().get("/api/v2/instance").await.ok();
    assert_eq!(made["server_key"], instance["configuration"]["vapid"]["public_key"]);
    assert_eq!(alice.get(PATH).await.ok(), made);

    let data =
        json!({ "data": { "policy": "followed", "alerts": { "reblog": "1", "poll": false, "x": true } } });
    let changed = alice.put(PATH, data).await.ok();
    assert_eq!(changed["alerts"], json!({ "reblog": true, "poll": false }), "data is replaced wholly");
    assert_eq!((&changed["policy"], &changed["id"]), (&json!("followed"), &made["id"]));
    let form = [("data[alerts][follow]", "true"), ("data[policy]", "none")];
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let request = alice
        .request(reqwest::Method::PATCH, PATH)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body);
    assert_eq!(alice.send(request).await.ok()["alerts"], json!({ "follow": true }));
    let again = alice.post(PATH, service.subscription(false, &[])).await.ok();
    assert_ne!(again["id"], made["id"], "a new one replaces the old one");
    assert_eq!((&again["standard"], &again["alerts"]), (&json!(false), &json!({})));
    assert_eq!(alice.delete(PATH).await.ok(), json!({}));
    alice.get(PATH).await.error(404);
    assert_eq!(alice.delete(PATH).await.ok(), json!({}));
}

#[tokio::test]
async fn both_encodings_reach_a_client_that_can_read_them() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for standard in [true, false] {
        let service = PushService::start().await;
        let held = alice.post(PATH, service.subscription(standard, &["mention"])).await.ok();
        let text = "@alice <3 ".to_owned() + &"long ".repeat(60);
        bob.says(&text).await;
        shop.settle().await;
        let messages = service.messages();
        assert_eq!(messages.len(), 1);
        let message = &messages[0];
        assert_eq!(message.path, "/wake/me");
        assert_eq!(message.header("content-type"), "application/octet-stream");
        assert_eq!(message.header("content-encoding"), if standard { "aes128gcm" } else { "aesgcm" });
        assert_eq!((message.header("ttl"), message.header("urgency")), ("172800", "normal"));
        assert_eq!(message.headers.contains_key("encryption"), !standard);
        let claims = message.claims(held["server_key"].as_str().unwrap());
        assert_eq!(claims["aud"], service.base());
        let left = claims["exp"].as_u64().unwrap() - shop.clock().now().seconds();
        assert!((86_000..=86_400).contains(&left), "{left}");
        assert!(claims["sub"].as_str().unwrap().contains(':'));

        let payload = service.open(message);
        let listed = alice.get("/api/v1/notifications").await.ok();
        assert_eq!(payload["notification_id"].as_u64().expect("a number").to_string(), listed[0]["id"]);
        assert_eq!(payload["access_token"], alice.token.clone().unwrap());
        assert_eq!(
            (&payload["notification_type"], &payload["preferred_locale"]),
            (&json!("mention"), &json!("en"))
        );
        assert_eq!(payload["title"], "bob mentioned you");
        let body = payload["body"].as_str().unwrap();
        assert!(body.starts_with("@alice <3 long"), "plain text: {body}");
        assert_eq!(body.chars().count(), 140);
        assert_eq!(payload["icon"], listed[0]["account"]["avatar"]);
    }
}

/// Has `who` read in another language.
async fn reads(shop: &Shop, who: &Person, locale: &'static str) {
    let id = who.id.parse().unwrap();
    let changed = shop
        .app()
        .write(move |tx| Ok(USERS.edit(tx, &id, |user| user.settings.locale = locale.to_owned())?.is_some()));
    assert!(changed.await.unwrap());
}

#[tokio::test]
async fn a_message_speaks_the_language_of_who_gets_it() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    bob.patch("/api/v1/accounts/update_credentials", json!({ "display_name": "Bob {name}" })).await.ok();
    alice.follows(&bob).await;
    alice.post(PATH, service.subscription(true, &["mention", "favourite", "reblog", "follow"])).await.ok();
    for (locale, title) in [
        ("en", "Bob {name} mentioned you"),
        ("de-AT", "Bob {name} hat dich erwähnt"),
        ("fr", "Bob {name} vous a mentionné·e"),
        ("es-419", "Bob {name} te ha mencionado"),
        ("ja", "Bob {name}さんから返信がありました"),
        ("ar", "أشار إليك \u{2068}Bob {name}\u{2069}"),
        ("pt", "Bob {name} mentioned you"),
        ("", "Bob {name} mentioned you"),
    ] {
        reads(&shop, &alice, locale).await;
        bob.says("@alice grüß dich").await;
        shop.settle().await;
        let payload = service.open(service.messages().last().unwrap());
        assert_eq!((&payload["title"], &payload["preferred_locale"]), (&json!(title), &json!(locale)));
        assert_eq!(payload["body"], "@alice grüß dich", "the words of others stay as they are");
    }
    reads(&shop, &alice, "de").await;
    let before = service.messages().len();
    favours(&bob, &alice).await;
    let post = alice.says("pass it on").await["id"].as_str().unwrap().to_owned();
    bob.post(&format!("/api/v1/statuses/{post}/reblog"), json!({})).await.ok();
    bob.follows(&alice).await;
    shop.settle().await;
    let titles: Vec<Value> =
        service.messages()[before..].iter().map(|message| service.open(message)["title"].clone()).collect();
    assert_eq!(
        titles,
        [
            "Bob {name} hat deinen Beitrag favorisiert",
            "Bob {name} hat deinen Beitrag geteilt",
            "Bob {name} folgt dir"
        ]
    );
}

#[tokio::test]
async fn only_what_was_asked_for_wakes() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let asks = async |alerts: &[&str], policy: &str| {
        let mut body = service.subscription(true, alerts);
        body["data"]["policy"] = json!(policy);
        alice.post(PATH, body).await.ok();
    };
    let woken = async || {
        favours(&bob, &alice).await;
        shop.settle().await;
        service.messages().len()
    };
    asks(&["mention", "reblog"], "all").await;
    assert_eq!(woken().await, 0, "another kind");
    asks(&["favourite"], "none").await;
    assert_eq!(woken().await, 0);
    asks(&["favourite"], "followed").await;
    assert_eq!(woken().await, 0);
    alice.follows(&bob).await;
    assert_eq!(woken().await, 1);
    asks(&["favourite"], "follower").await;
    assert_eq!(woken().await, 1);
    bob.follows(&alice).await;
    assert_eq!(woken().await, 2);
    asks(&["mention"], "all").await;
    let carol = shop.member("carol").await;
    let direct = json!({ "status": "psst @alice", "visibility": "direct" });
    carol.post("/api/v1/statuses", direct).await.ok();
    shop.settle().await;
    assert_eq!(service.messages().len(), 2, "what is kept back wakes nobody");
}

#[tokio::test]
async fn a_service_that_says_no_ends_the_subscription() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for status in [400, 403, 404, 410] {
        let service = PushService::start().await;
        service.answers(status);
        alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
        favours(&bob, &alice).await;
        shop.settle().await;
        assert_eq!(service.messages().len(), 1);
        alice.get(PATH).await.error(404);
    }
}

#[tokio::test]
async fn a_service_in_trouble_is_asked_again_five_times() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for status in [500, 408, 429] {
        let service = PushService::start().await;
        service.answers(status);
        alice.post(PATH, service.subscription(false, &["favourite"])).await.ok();
        favours(&bob, &alice).await;
        for _ in 0..8 {
            shop.settle().await;
            shop.clock().advance(Duration::from_secs(3_600));
        }
        assert_eq!(service.messages().len(), 6, "{status}");
        alice.get(PATH).await.ok();
    }
}

#[tokio::test]
async fn what_is_two_days_old_wakes_nobody() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    service.answers(503);
    alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
    favours(&bob, &alice).await;
    shop.settle().await;
    assert_eq!(service.messages().len(), 1);
    shop.clock().advance(Duration::from_secs(49 * 3_600));
    shop.settle().await;
    assert_eq!(service.messages().len(), 1);
}

#[tokio::test]
async fn ended_tokens_and_unsubscribe_links_end_it() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
    favours(&bob, &alice).await;
    shop.settle().await;
    let leave = service.messages()[0].header("unsubscribe-url").to_owned();
    assert!(leave.starts_with(&format!("{}/api/web/push_subscriptions/", shop.base())), "{leave}");
    let anon = shop.anon();
    for bad in [
        format!("{leave}x"),
        leave.replace("subscriptions/", "subscriptions/1"),
        format!("{}-1-2-3", &leave[..70]),
    ] {
        assert_eq!(anon.delete(&bad).await.status(), 200, "it says the same whatever there was");
    }
    alice.get(PATH).await.ok();
    shop.clock().advance(Duration::from_secs(49 * 3_600));
    anon.delete(&leave).await;
    alice.get(PATH).await.ok();
    favours(&bob, &alice).await;
    shop.settle().await;
    let leave = service.messages()[1].header("unsubscribe-url").to_owned();
    alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
    anon.delete(&leave).await;
    alice.get(PATH).await.ok();
    favours(&bob, &alice).await;
    shop.settle().await;
    let leave = service.messages()[2].header("unsubscribe-url").to_owned();
    let answer = anon.delete(&leave).await;
    assert_eq!((answer.status(), answer.text().as_str()), (200, ""));
    alice.get(PATH).await.error(404);

    alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
    let token = alice.token.clone().unwrap();
    let (id, _) = shop::features::oauth::auth::find_token(shop.app(), &token).unwrap().unwrap();
    shop.app().write(move |tx| shop::features::oauth::tokens::revoke(tx, id)).await.unwrap();
    favours(&bob, &shop.member("dora").await).await;
    let held = shop::features::push::get(&shop.app().read().unwrap(), id);
    assert!(held.is_err(), "a revoked token has no subscription");
}

#[tokio::test]
async fn bad_subscriptions_are_refused() {
    let shop = Shop::start().await;
    let service = PushService::start().await;
    let alice = shop.member("alice").await;
    let good = service.subscription(true, &["mention"]);
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    alice.post(PATH, json!({})).await.error(400);
    alice.post(PATH, json!({ "subscription": "x" })).await.error(400);
    for endpoint in ["", "nonsense", "ftp://push.example/", "/wake", "javascript:alert(1)"] {
        alice.post(PATH, with("/subscription/endpoint", json!(endpoint))).await.error(422);
    }
    let long = format!("https://push.example/{}", "a".repeat(3_000));
    alice.post(PATH, with("/subscription/endpoint", json!(long))).await.error(422);
    let points = [vec![4; 65], vec![0; 65], vec![4; 64], vec![]].map(|bytes| base64url(&bytes));
    for key in points.iter().map(String::as_str).chain(["!!!", "ü"]) {
        alice.post(PATH, with("/subscription/keys/p256dh", json!(key))).await.error(422);
    }
    for auth in ["", "AAAA", "!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        alice.post(PATH, with("/subscription/keys/auth", json!(auth))).await.error(422);
    }
    alice.post(PATH, with("/subscription/keys", json!(5))).await.error(422);
    let mut policy = good.clone();
    policy["data"]["policy"] = json!("everybody");
    alice.post(PATH, policy).await.error(422);
    alice.get(PATH).await.error(404);
    let padded = good["subscription"]["keys"]["auth"].as_str().unwrap().to_owned() + "==";
    alice.post(PATH, with("/subscription/keys/auth", json!(padded))).await.ok();
    shop.anon().get(PATH).await.error(401);
    let narrow = shop.person("nora", Role::User, "read write follow").await;
    narrow.post(PATH, good).await.error(403);
}

#[tokio::test]
async fn inside_networks_no_push_service_is_reached() {
    let shop = Shop::start_with("[federation]\nallow_private = false\n").await;
    let service = PushService::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.post(PATH, service.subscription(true, &["favourite"])).await.ok();
    favours(&bob, &alice).await;
    shop.settle().await;
    assert!(service.messages().is_empty());
}
