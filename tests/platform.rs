//! What every request can rely on: errors, cross-origin rules, headers, limits, health, shutdown.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use crate::support::{Shop, stream::Stream};

#[tokio::test]
async fn health_is_told_without_a_token() {
    let shop = Shop::start().await;
    assert_eq!(shop.anon().get("/health/live").await.status(), 200);
    assert_eq!(shop.anon().get("/health/ready").await.status(), 200);
}

#[tokio::test]
async fn unknown_routes_and_ids_are_not_found() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    assert_eq!(alice.get("/api/v1/search").await.error(404), "Not Found");
    assert_eq!(alice.get("/api/v1/timelines/direct").await.error(404), "Not Found");
    for id in ["1", "abc", "-1", "99999999999999999999999", "1.5", "%00"] {
        assert_eq!(alice.get(&format!("/api/v1/statuses/{id}")).await.error(404), "Record not found", "{id}");
    }
}

#[tokio::test]
async fn a_wrong_method_is_told_with_the_right_ones() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let program = ("accept", "application/json");
    let browser = ("accept", "text/html,application/xhtml+xml;q=0.9");
    for (method, path, accept, allowed) in [
        (Method::PUT, "/api/v1/statuses", program, "GET,HEAD,POST"),
        (Method::GET, "/api/v1/reports", program, "POST"),
        (Method::GET, "/api/v1/reports", browser, "POST"),
        (Method::POST, "/api/v1/timelines/home", program, "GET,HEAD"),
        (Method::DELETE, "/api/v1/instance", program, "GET,HEAD"),
        (Method::POST, "/api/v1/statuses/1/context", program, "GET,HEAD"),
        (Method::PATCH, "/api/v2/media", program, "POST"),
        (Method::GET, "/oauth/token", browser, "POST"),
        (Method::DELETE, "/inbox", program, "POST"),
        (Method::POST, "/about", program, "GET,HEAD"),
    ] {
        for who in [&alice, &shop.anon()] {
            let answer = who.send(who.request(method.clone(), path).header(accept.0, accept.1)).await;
            assert_eq!(answer.error(405), "Method Not Allowed", "{method} {path}");
            let mut told: Vec<&str> = answer.header("allow").unwrap().split(',').map(str::trim).collect();
            told.sort_unstable();
            assert_eq!(told.join(","), allowed, "{method} {path}");
        }
    }
    let page = shop.anon().get_with("/auth/sign_out", &[browser]).await;
    assert_eq!((page.status(), page.header("allow")), (405, Some("POST")));
    assert!(page.header("content-type").unwrap().starts_with("text/html") && page.text().contains("</html>"));
    let head = shop.anon().send(shop.anon().request(Method::HEAD, "/api/v1/reports")).await;
    assert_eq!((head.status(), head.text().as_str()), (405, ""));
}

#[tokio::test]
async fn malformed_bodies_are_refused_without_harm() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for (kind, body, status) in [
        ("application/json", "{\"status\":".to_owned(), 400),
        ("application/json", format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)), 400),
        ("application/x-www-form-urlencoded", format!("status{}=x", "[a]".repeat(100)), 400),
        ("multipart/form-data; boundary=x", "--x\r\nnonsense".to_owned(), 400),
        ("application/json", format!("{{\"status\":\"{}\"}}", "a".repeat(2_000_000)), 413),
    ] {
        let request = alice.request(Method::POST, "/api/v1/statuses").header("content-type", kind).body(body);
        alice.send(request).await.error(status);
    }
    let statuses = alice.get(&format!("/api/v1/accounts/{}/statuses", alice.id)).await;
    assert_eq!(statuses.ok(), json!([]));
}

#[tokio::test]
async fn programs_of_other_origins_may_call_the_api_but_not_the_pages() {
    let shop = Shop::start().await;
    let anon = shop.anon();
    let api = anon.get_with("/api/v1/custom_emojis", &[("origin", "https://elk.example")]).await;
    assert_eq!(api.header("access-control-allow-origin"), Some("*"));
    assert!(api.header("access-control-expose-headers").unwrap().contains("Link"));
    let preflight = anon
        .request(Method::OPTIONS, "/api/v1/statuses")
        .header("origin", "https://elk.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization, idempotency-key");
    let preflight = anon.send(preflight).await;
    assert_eq!(preflight.status(), 200);
    assert_eq!(preflight.header("access-control-allow-headers"), Some("authorization, idempotency-key"));
    let page = anon.get_with("/auth/sign_in", &[("origin", "https://elk.example")]).await;
    assert_eq!(page.header("access-control-allow-origin"), None);
}

#[tokio::test]
async fn every_answer_is_guarded_and_numbered() {
    let shop = Shop::start().await;
    let answer = shop.anon().get("/auth/sign_in").await;
    assert!(answer.header("content-security-policy").unwrap().contains("default-src 'self'"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("x-request-id").unwrap().len(), 32);
}

#[tokio::test]
async fn limits_are_told_and_kept() {
    let shop = Shop::start_with("[limits]\nrate = \"on\"\n").await;
    let anon = shop.anon();
    let first = anon.get("/api/v1/custom_emojis").await;
    assert_eq!(first.header("x-ratelimit-limit"), Some("300"));
    assert_eq!(first.header("x-ratelimit-remaining"), Some("299"));
    assert!(first.header("x-ratelimit-reset").unwrap().ends_with(".000000Z"));
    for _ in 0..5 {
        anon.post("/api/v1/apps", json!({"client_name": "x", "redirect_uris": "x:/y"})).await.ok();
    }
    let refused = anon.post("/api/v1/apps", json!({"client_name": "x", "redirect_uris": "x:/y"})).await;
    assert_eq!(refused.error(429), "Too many requests");
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    shop.clock().advance(Duration::from_secs(11 * 60));
    anon.post("/api/v1/apps", json!({"client_name": "x", "redirect_uris": "x:/y"})).await.ok();
}

#[tokio::test]
async fn what_was_answered_survives_a_restart_and_streams_end() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let said = alice.says("still here tomorrow").await;
    let stream = Stream::open(&shop, &alice, "stream=user").await;
    let (shop, ()) = tokio::join!(shop.restart(), stream.closed());
    let found = alice.get(&format!("/api/v1/statuses/{}", said["id"].as_str().unwrap())).await.ok();
    assert_eq!(found["content"], said["content"]);
    shop.stop().await;
}

#[tokio::test]
async fn anonymous_reads_may_be_kept_and_are_told_apart_by_a_tag() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("for all").await;
    let path = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
    let first = shop.anon().get(&path).await;
    let kept = "max-age=15, public, stale-while-revalidate=30, stale-if-error=86400";
    assert_eq!(first.header("cache-control"), Some(kept));
    let tag = first.header("etag").unwrap().to_owned();
    let again = shop.anon().get_with(&path, &[("if-none-match", &tag)]).await;
    assert_eq!((again.status(), again.bytes().len()), (304, 0));
    alice.put(&path, json!({ "status": "for all, mended" })).await.ok();
    let changed = shop.anon().get_with(&path, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status(), 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
    let own = alice.get_with(&path, &[("if-none-match", "*")]).await;
    assert_eq!((own.status(), own.header("cache-control")), (200, Some("private, no-store")));
    let token = alice.token.clone().unwrap();
    let by_query = shop.anon().get(&format!("{path}?access_token={token}")).await;
    assert_eq!(by_query.header("cache-control"), Some("private, no-store"));
    let missing = shop.anon().get("/api/v1/statuses/1").await;
    assert_eq!((missing.status(), missing.header("cache-control")), (404, Some("private, no-store")));
}

#[tokio::test]
async fn ways_from_other_places_lead_on() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("here").await;
    let anon = shop.anon();
    assert_eq!(anon.get("/health").await.text(), "OK");
    let older = format!("/users/alice/statuses/{}", post["id"].as_str().unwrap());
    assert_eq!(anon.get(&older).await.header("location"), post["uri"].as_str());
    assert_eq!(anon.get("/users/nobody/statuses/1").await.status(), 404);
    assert_eq!(anon.get("/users/alice/statuses/x").await.status(), 404);
    let follow = anon.get("/intent?uri=web%2Bmastodon%3A%2F%2Ffollow%3Furi%3Dacct%3Abob%40b.example").await;
    assert_eq!(follow.header("location"), Some("/authorize_interaction?uri=acct%3Abob%40b.example"));
    let share = anon.get("/intent?uri=web%2Bmastodon%3A%2F%2Fshare%3Ftext%3Dhi").await;
    assert_eq!(share.header("location"), Some("/share?text=hi"));
    assert_eq!(anon.get("/intent?uri=web%2Bmastodon%3A%2F%2Fdelete%3Furi%3Dx").await.status(), 404);
    let proxy = anon.get("/.well-known/proxy?uri=acct%3Abob%40b.example").await;
    assert_eq!(proxy.header("location"), Some("/authorize_interaction?uri=acct%3Abob%40b.example"));
    assert_eq!(anon.get("/emojis/none").await.status(), 404);
}
