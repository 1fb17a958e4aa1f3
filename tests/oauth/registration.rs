//! Registering applications, and the documents about sign-in.

use serde_json::{Value, json};

use crate::support::Shop;

#[tokio::test]
async fn an_application_gets_its_credentials_once() {
    let shop = Shop::start().await;
    let answer = shop
        .anon()
        .post(
            "/api/v1/apps",
            json!({ "client_name": "Tusky", "redirect_uris": "tusky://cb", "website": "https://tusky.app" }),
        )
        .await
        .ok();
    assert!(answer["id"].is_string());
    assert_eq!(answer["name"], "Tusky");
    assert_eq!(answer["website"], "https://tusky.app");
    assert_eq!(answer["scopes"], json!(["read"]), "the default");
    assert_eq!(answer["redirect_uris"], json!(["tusky://cb"]));
    assert_eq!(answer["redirect_uri"], "tusky://cb");
    assert_eq!(answer["client_secret_expires_at"], 0);
    assert_eq!(answer["vapid_key"].as_str().map(str::len), Some(87));
    for secret in ["client_id", "client_secret"] {
        assert!(answer[secret].as_str().is_some_and(|text| text.len() >= 32), "{secret}");
    }
}

#[tokio::test]
async fn redirect_addresses_come_as_lines_or_as_an_array() {
    let shop = Shop::start().await;
    for uris in [json!("a://b\nhttps://c.example/d"), json!(["a://b", "https://c.example/d"])] {
        let body = json!({ "client_name": "x", "redirect_uris": uris });
        let answer = shop.anon().post("/api/v1/apps", body).await.ok();
        assert_eq!(answer["redirect_uris"], json!(["a://b", "https://c.example/d"]));
        assert_eq!(answer["redirect_uri"], "a://b\nhttps://c.example/d");
    }
    let fields = [("client_name", "x"), ("redirect_uris", "a://b"), ("scopes", "read write follow push")];
    let answer = shop.anon().form("/api/v1/apps", &fields).await.ok();
    assert_eq!(answer["scopes"], json!(["read", "write", "follow", "push"]));
}

#[tokio::test]
async fn bad_registrations_are_refused() {
    let shop = Shop::start().await;
    let long = "x".repeat(61);
    let far = format!("https://a.example/{}", "x".repeat(2_000));
    let bad: [(&str, Value); 15] = [
        ("client_name", Value::Null),
        ("client_name", json!("")),
        ("client_name", json!(long)),
        ("client_name", json!(["x"])),
        ("redirect_uris", Value::Null),
        ("redirect_uris", json!("")),
        ("redirect_uris", json!([])),
        ("redirect_uris", json!("javascript:alert(1)")),
        ("redirect_uris", json!(["https://ok.example", "DATA:text/html,x"])),
        ("redirect_uris", json!("nowhere")),
        ("redirect_uris", json!(far)),
        ("scopes", json!("read everything")),
        ("scopes", json!("READ")),
        ("website", json!("javascript:alert(1)")),
        ("website", json!("tusky.app")),
    ];
    for (field, value) in bad {
        let mut body = json!({ "client_name": "x", "redirect_uris": "a://b", "scopes": "read" });
        body[field] = value.clone();
        let words = shop.anon().post("/api/v1/apps", body).await.error(422);
        assert!(words.starts_with("Validation failed: "), "{field}={value}: {words}");
    }
}

#[tokio::test]
async fn the_metadata_names_what_there_is() {
    let shop = Shop::start().await;
    let base = shop.app().config.base_url().to_owned();
    let answer = shop.anon().get("/.well-known/oauth-authorization-server").await;
    let cache = answer.header("cache-control");
    assert!(format!("{cache:?}").contains("max-age=900"), "{cache:?}");
    let answer = answer.ok();
    assert_eq!(answer["issuer"], format!("{base}/"));
    assert_eq!(answer["token_endpoint"], format!("{base}/oauth/token"));
    assert_eq!(answer["app_registration_endpoint"], format!("{base}/api/v1/apps"));
    assert_eq!(answer["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(answer["grant_types_supported"], json!(["authorization_code", "client_credentials"]));
    assert!(answer["scopes_supported"].as_array().unwrap().contains(&json!("write:statuses")));
}
