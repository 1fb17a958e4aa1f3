//! `POST /api/v1/accounts`: sign-up by an application.

use serde_json::{Value, json};
use shop::features::users;

use crate::support::mailbox::{Mailbox, link};
use crate::support::{Person, Shop};

fn good() -> Value {
    json!({
        "username": "carol", "email": "carol@example.com", "password": "long enough", "agreement": true,
        "locale": "de", "reason": "bees",
    })
}

/// Somebody with the token of an application.
async fn app(shop: &Shop, scopes: &str) -> Person {
    let body = json!({ "client_name": "x", "redirect_uris": "a://b", "scopes": scopes });
    let client = shop.anon().post("/api/v1/apps", body).await.ok();
    let body = json!({
        "grant_type": "client_credentials", "client_id": client["client_id"],
        "client_secret": client["client_secret"], "scope": scopes,
    });
    let token = shop.anon().post("/oauth/token", body).await.ok();
    shop.anon().with_token(token["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn an_application_signs_somebody_up() {
    let shop = Shop::start().await;
    let app = app(&shop, "read write").await;
    let token = app.post("/api/v1/accounts", good()).await.ok();
    assert_eq!((token["token_type"].as_str(), token["scope"].as_str()), (Some("Bearer"), Some("read write")));
    let carol = app.with_token(token["access_token"].as_str().unwrap());
    assert_eq!(carol.get("/api/v1/emails/check_confirmation").await.ok(), json!(true));
    let store = shop.app().read().unwrap();
    let user = users::get(&store, users::find(&store, "carol").unwrap().unwrap()).unwrap();
    assert_eq!((user.settings.locale.as_str(), user.reason.as_str()), ("de", "bees"));
}

#[tokio::test]
async fn a_time_zone_is_kept_when_it_is_one() {
    let shop = Shop::start().await;
    let app = app(&shop, "read write").await;
    for (name, zone, kept) in [
        ("ann", json!("Europe/Berlin"), json!("Europe/Berlin")),
        ("ben", json!("Nowhere/Else"), Value::Null),
        ("cid", json!(7), Value::Null),
    ] {
        let mut draft = good();
        draft["username"] = json!(name);
        draft["email"] = json!(format!("{name}@example.com"));
        draft["time_zone"] = zone;
        let token = app.post("/api/v1/accounts", draft).await.ok();
        let member = app.with_token(token["access_token"].as_str().unwrap());
        assert_eq!(member.get("/api/shop/v1/preferences").await.ok()["time_zone"], kept, "{name}");
    }
}

#[tokio::test]
async fn every_fault_has_its_code() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let app = app(&shop, "read write").await;
    let long = "x".repeat(500);
    for (field, value, code) in [
        ("username", json!(""), "ERR_BLANK"),
        ("username", Value::Null, "ERR_BLANK"),
        ("username", json!({ "a": 1 }), "ERR_BLANK"),
        ("username", json!("no spaces"), "ERR_INVALID"),
        ("username", json!("user@host"), "ERR_INVALID"),
        ("username", json!(long), "ERR_TOO_LONG"),
        ("username", json!("ALICE"), "ERR_TAKEN"),
        ("username", json!("m0derator"), "ERR_RESERVED"),
        ("email", Value::Null, "ERR_BLANK"),
        ("email", json!("nowhere"), "ERR_INVALID"),
        ("email", json!(format!("{long}@example.com")), "ERR_INVALID"),
        ("email", json!("alice@example.org"), "ERR_TAKEN"),
        ("password", Value::Null, "ERR_BLANK"),
        ("password", json!("seven77"), "ERR_TOO_SHORT"),
        ("password", json!(long), "ERR_TOO_LONG"),
        ("agreement", json!(false), "ERR_ACCEPTED"),
        ("agreement", Value::Null, "ERR_ACCEPTED"),
        ("reason", json!(long), "ERR_TOO_LONG"),
    ] {
        let mut body = good();
        body[field] = value.clone();
        let answer = app.post("/api/v1/accounts", body).await;
        assert!(answer.error(422).starts_with("Validation failed: "), "{field}={value}");
        let details = answer.json()["details"].clone();
        assert_eq!(details[field][0]["error"], code, "{field}={value}: {details}");
        assert!(details[field][0]["description"].is_string());
        assert_eq!(details.as_object().unwrap().len(), 1, "{details}");
    }
    let answer = app.post("/api/v1/accounts", json!({})).await;
    assert_eq!(answer.error(422).matches(',').count(), 3);
    let details = answer.json()["details"].clone();
    for field in ["username", "email", "password", "agreement"] {
        assert!(details[field].is_array(), "{details}");
    }
}

#[tokio::test]
async fn only_applications_may_and_only_with_the_scope() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let words = alice.post("/api/v1/accounts", good()).await.error(403);
    assert_eq!(words, "This method requires an client credentials authentication");
    let reader = app(&shop, "read").await;
    let words = reader.post("/api/v1/accounts", good()).await.error(403);
    assert_eq!(words, "This action is outside the authorized scopes");
    assert_eq!(shop.anon().post("/api/v1/accounts", good()).await.error(401), "The access token is invalid");

    let closed = Shop::start_with("[registrations]\nmode = \"closed\"\n").await;
    let app = app(&closed, "write").await;
    assert_eq!(app.post("/api/v1/accounts", good()).await.error(403), "This action is not allowed");
}

#[tokio::test]
async fn until_confirmed_and_approved_the_token_opens_nothing() {
    let mut mailbox = Mailbox::start().await;
    let settings = format!("[registrations]\nmode = \"approval\"\n[mail]\nsmtp_url = \"{}\"\n", mailbox.url);
    let shop = Shop::start_with(&settings).await;
    let app = app(&shop, "read write profile").await;
    let token = app.post("/api/v1/accounts", good()).await.ok();
    let carol = app.with_token(token["access_token"].as_str().unwrap());
    let user_info = "/oauth/userinfo";
    assert_eq!(carol.get(user_info).await.error(403), "Your login is missing a confirmed e-mail address");
    assert_eq!(carol.get("/api/v1/emails/check_confirmation").await.ok(), json!(false));
    let first = link(&mailbox.next().await, shop.base());

    // Another mail, to another address; the first link is dead then.
    let resend = "/api/v1/emails/confirmations";
    carol.post(resend, json!({ "email": "nowhere" })).await.error(422);
    assert_eq!(carol.post(resend, json!({ "email": "carol@example.net" })).await.ok(), json!({}));
    let mail = mailbox.next().await;
    assert!(mail.contains("carol@example.net"), "{mail}");
    let mut browser = super::browser(&shop);
    assert_eq!(browser.open(&first).await.status, 404);
    assert_eq!(browser.fill(&link(&mail, shop.base()), "/auth/confirmation", &[]).await.status, 200);
    carol.post(resend, json!({})).await.error(403);

    assert_eq!(carol.get(user_info).await.error(403), "Your login is currently pending approval");
    let id = users::find(&shop.app().read().unwrap(), "carol").unwrap().unwrap();
    shop.app().write(move |tx| users::approve(tx, id)).await.unwrap();
    assert!(mailbox.next().await.contains("Subject: Du bist dabei: "), "in the language of the sign-up");
    carol.get(user_info).await.ok();
    shop.app().write(move |tx| users::closing::disable(tx, id, true)).await.unwrap();
    assert_eq!(carol.get(user_info).await.error(401), "The access token was revoked");
}

#[tokio::test]
async fn a_strange_application_cannot_ask_for_the_mail() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.post("/api/v1/emails/confirmations", json!({})).await.error(403);
    let app = app(&shop, "read write").await;
    assert_eq!(
        app.post("/api/v1/emails/confirmations", json!({})).await.error(422),
        "This method requires an authenticated user"
    );
}
