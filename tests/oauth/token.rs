//! Tokens: got for codes and credentials, the same again, revoked.

use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use serde_json::json;
use shop::features::users::closing;

use super::{CALLBACK, Client, alice, client, person};
use crate::support::Shop;

/// GET with a bearer token: status, body and challenge header.
async fn get(shop: &Shop, path: &str, token: &str) -> (u16, serde_json::Value, String) {
    let answer = reqwest::Client::builder()
        .no_proxy()
        .build()
        .unwrap()
        .get(format!("{}{path}", shop.app().config.base_url()))
        .header(AUTHORIZATION, format!("Bearer {token}"))
        .send()
        .await
        .unwrap();
    let challenge =
        answer.headers().get("www-authenticate").map_or("", |value| value.to_str().unwrap()).to_owned();
    (answer.status().as_u16(), answer.json().await.unwrap(), challenge)
}

const VERIFY: &str = "/api/v1/apps/verify_credentials";

#[tokio::test]
async fn the_same_application_person_and_scopes_get_the_same_token() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let mut texts = Vec::new();
    for scope in ["read write", "write read", "read"] {
        let code = client.code(&mut alice, &[("scope", scope)]).await;
        let (status, token) = client.token(&shop, &[("code", &code)]).await;
        assert_eq!(status, 200, "{token}");
        assert_eq!(token["token_type"], "Bearer");
        assert!(token["created_at"].is_u64());
        assert!(token.get("refresh_token").is_none() && token.get("expires_in").is_none());
        texts.push(token["access_token"].as_str().unwrap().to_owned());
    }
    assert_eq!(texts[0], texts[1]);
    assert_ne!(texts[0], texts[2]);
    let (status, application, _) = get(&shop, VERIFY, &texts[0]).await;
    assert_eq!((status, application["name"].as_str()), (200, Some("Tool <i>")));
    assert!(application.get("client_secret").is_none() && application.get("client_id").is_none());
}

#[tokio::test]
async fn codes_work_once_in_time_and_for_their_application_only() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let refused = |answer: (u16, serde_json::Value)| {
        assert_eq!((answer.0, answer.1["error"].as_str()), (400, Some("invalid_grant")), "{}", answer.1);
        assert!(answer.1["error_description"].is_string());
    };
    let code = client.code(&mut alice, &[]).await;
    assert_eq!(client.token(&shop, &[("code", &code)]).await.0, 200);
    refused(client.token(&shop, &[("code", &code)]).await);
    refused(client.token(&shop, &[("code", "never made")]).await);

    let code = client.code(&mut alice, &[]).await;
    refused(client.token(&shop, &[("code", &code), ("redirect_uri", "myapp://cb")]).await);

    let thief: Client = super::client(&shop, "read write").await;
    let code = client.code(&mut alice, &[]).await;
    refused(thief.token(&shop, &[("code", &code)]).await);

    let code = client.code(&mut alice, &[]).await;
    shop.clock().advance(Duration::from_secs(10 * 60));
    refused(client.token(&shop, &[("code", &code)]).await);
}

#[tokio::test]
async fn a_code_of_somebody_locked_out_gives_no_token() {
    let shop = Shop::start().await;
    let bob = person(&shop, "bob").await;
    let mut browser = super::browser(&shop);
    browser.sign_in("bob", super::PASSWORD).await;
    let client = client(&shop, "read write").await;
    let code = client.code(&mut browser, &[]).await;
    shop.app().write(move |tx| closing::disable(tx, bob, true)).await.unwrap();
    let (status, answer) = client.token(&shop, &[("code", &code)]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_grant")));
}

#[tokio::test]
async fn clients_must_prove_who_they_are() {
    let shop = Shop::start().await;
    let client = client(&shop, "read").await;
    for changes in [
        [("client_secret", "wrong")],
        [("client_secret", "")],
        [("client_id", "nobody")],
        [("client_id", "shop-web")],
    ] {
        let (status, answer) = client.token(&shop, &[("grant_type", "client_credentials"), changes[0]]).await;
        assert_eq!((status, answer["error"].as_str()), (401, Some("invalid_client")), "{changes:?}");
    }
    let (status, answer) = client.token(&shop, &[("grant_type", "password")]).await;
    assert_eq!((status, answer["error"].as_str()), (400, Some("unsupported_grant_type")));
    let answer = shop.anon().post("/oauth/token", json!({})).await;
    assert_eq!((answer.status(), answer.json()["error"].as_str()), (400, Some("invalid_request")));
    for scope in ["write", "read everything"] {
        let (status, answer) =
            client.token(&shop, &[("grant_type", "client_credentials"), ("scope", scope)]).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("invalid_scope")), "{scope}");
    }
}

#[tokio::test]
async fn credentials_may_come_by_basic_authentication() {
    let shop = Shop::start().await;
    let client = client(&shop, "read").await;
    let url = format!("{}/oauth/token", shop.app().config.base_url());
    for (secret, status) in [(client.secret.as_str(), 200), ("wrong", 401)] {
        let answer = reqwest::Client::builder()
            .no_proxy()
            .build()
            .unwrap()
            .post(&url)
            .basic_auth(&client.id, Some(secret))
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status().as_u16(), status);
        if status == 200 {
            assert_eq!(answer.headers()["cache-control"], "no-store");
        }
    }
}

#[tokio::test]
async fn an_applications_own_token_stands_for_no_person() {
    let shop = Shop::start().await;
    let client = client(&shop, "read profile").await;
    let (status, token) =
        client.token(&shop, &[("grant_type", "client_credentials"), ("scope", "read profile")]).await;
    assert_eq!(status, 200);
    let text = token["access_token"].as_str().unwrap();
    assert_eq!(get(&shop, VERIFY, text).await.0, 200);
    let (status, answer, _) = get(&shop, "/oauth/userinfo", text).await;
    assert_eq!((status, answer["error"].as_str()), (422, Some("This method requires an authenticated user")));
    let (_, again) =
        client.token(&shop, &[("grant_type", "client_credentials"), ("scope", "profile read")]).await;
    assert_eq!(again["access_token"], token["access_token"]);
}

#[tokio::test]
async fn userinfo_needs_exactly_its_scope() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read profile").await;
    let base = shop.app().config.base_url().to_owned();
    let code = client.code(&mut alice, &[("scope", "profile")]).await;
    let (_, token) = client.token(&shop, &[("code", &code)]).await;
    let (status, info, _) = get(&shop, "/oauth/userinfo", token["access_token"].as_str().unwrap()).await;
    assert_eq!(status, 200, "{info}");
    assert_eq!(info["iss"], format!("{base}/"));
    assert!(info["sub"].as_str().unwrap().starts_with(&format!("{base}/ap/users/")));
    assert_eq!(info["preferred_username"], "alice");
    assert_eq!(info["profile"], format!("{base}/@alice"));
    let code = client.code(&mut alice, &[("scope", "read")]).await;
    let (_, token) = client.token(&shop, &[("code", &code)]).await;
    let (status, answer, _) = get(&shop, "/oauth/userinfo", token["access_token"].as_str().unwrap()).await;
    assert_eq!(
        (status, answer["error"].as_str()),
        (403, Some("This action is outside the authorized scopes"))
    );
}

#[tokio::test]
async fn revoked_tokens_are_answered_as_revoked() {
    let shop = Shop::start().await;
    let mut alice = alice(&shop).await;
    let client = client(&shop, "read write").await;
    let code = client.code(&mut alice, &[]).await;
    let (_, token) = client.token(&shop, &[("code", &code)]).await;
    let text = token["access_token"].as_str().unwrap();
    let revoke = |id: &str, secret: &str, token: &str| {
        let body = json!({ "client_id": id, "client_secret": secret, "token": token });
        let shop = &shop;
        async move {
            let answer = shop.anon().post("/oauth/revoke", body).await;
            (answer.status(), answer.json())
        }
    };
    let other = super::client(&shop, "read").await;
    let (status, answer) = revoke(&other.id, &other.secret, text).await;
    assert_eq!((status, answer["error"].as_str()), (403, Some("unauthorized_client")));
    assert_eq!(revoke(&client.id, "wrong", text).await.0, 403);
    assert_eq!(get(&shop, VERIFY, text).await.0, 200, "nothing happened so far");

    assert_eq!(revoke(&client.id, &client.secret, text).await, (200, json!({})));
    assert_eq!(revoke(&client.id, &client.secret, text).await, (200, json!({})), "twice is fine");
    assert_eq!(revoke(&client.id, &client.secret, "unknown").await, (200, json!({})));
    let (status, answer, challenge) = get(&shop, VERIFY, text).await;
    assert_eq!((status, answer["error"].as_str()), (401, Some("The access token was revoked")));
    assert!(challenge.starts_with("Bearer realm=\"Doorkeeper\", error=\"invalid_token\""), "{challenge}");
    let (status, answer, _) = get(&shop, VERIFY, "unknown").await;
    assert_eq!((status, answer["error"].as_str()), (401, Some("The access token is invalid")));

    // A new consent gives a new token, not the dead one.
    let code = client.code(&mut alice, &[]).await;
    let (_, fresh) = client.token(&shop, &[("code", &code), ("redirect_uri", CALLBACK)]).await;
    assert_ne!(fresh["access_token"].as_str().unwrap(), text);
}

#[tokio::test]
async fn a_token_can_be_asked_about_by_its_own_application_only() {
    let shop = Shop::start().await;
    let alice = shop.person("alice", shop::features::users::table::Role::User, "read write:statuses").await;
    let token = alice.token.clone().unwrap();
    let own = alice.post("/oauth/introspect", json!({ "token": token })).await.ok();
    assert_eq!((&own["active"], &own["scope"]), (&json!(true), &json!("read write:statuses")));
    assert_eq!(own["token_type"], "Bearer");
    let unknown = alice.post("/oauth/introspect", json!({ "token": "nothing" })).await.ok();
    assert_eq!(unknown, json!({ "active": false }));
    alice.post("/oauth/introspect", json!({})).await.error(400);
    shop.anon().post("/oauth/introspect", json!({ "token": token })).await.error(401);
    let info = alice.get("/oauth/token/info").await.ok();
    assert_eq!((&info["resource_owner_id"], &info["expires_in"]), (&json!(alice.id), &json!(null)));
    assert_eq!(info["scope"], json!(["read", "write:statuses"]));
    assert!(info["application"]["uid"].is_string());
    shop.anon().get("/oauth/token/info").await.error(401);
}
