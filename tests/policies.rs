//! The small answers about the community, and about what it does not have.

use serde_json::{Value, json};

use crate::support::Shop;

async fn shown_urls(shop: &Shop) -> Value {
    shop.anon().get("/api/v2/instance").await.ok()["configuration"]["urls"].clone()
}

#[tokio::test]
async fn what_does_not_exist_is_said_truly() {
    let shop = Shop::start().await;
    let (alice, anon) = (shop.member("alice").await, shop.anon());
    assert!(!shown_urls(&shop).await["terms_of_service"].is_string());
    for path in ["domain_blocks", "terms_of_service", "terms_of_service/2026-01-01", "terms_of_service/x"] {
        anon.get(&format!("/api/v1/instance/{path}")).await.error(404);
    }
    let donations = alice.get("/api/v1/donation_campaigns").await;
    assert_eq!((donations.status(), donations.text()), (204, String::new()));
    anon.get("/api/v1/donation_campaigns").await.error(401);
    alice.get("/api/v1_alpha/async_refreshes/abc").await.error(404);
    anon.get("/api/v1_alpha/async_refreshes/abc").await.error(401);
    let none = json!({"annual_reports": [], "accounts": [], "statuses": []});
    assert_eq!(alice.get("/api/v1/annual_reports").await.ok(), none);
    alice.get("/api/v1/annual_reports/2026").await.error(404);
    assert_eq!(alice.get("/api/v1/annual_reports/2026/state").await.ok(), json!({"state": "ineligible"}));
    alice.get("/api/v1/annual_reports/99999999/state").await.error(404);
    assert_eq!(alice.post("/api/v1/annual_reports/2026/generate", json!({})).await.ok(), json!({}));
    alice.post("/api/v1/annual_reports/2026/read", json!({})).await.error(404);
    anon.get("/api/v1/annual_reports").await.error(401);
    let path = format!("/api/v1/accounts/{}", alice.id);
    assert_eq!(alice.get(&format!("{path}/identity_proofs")).await.ok(), json!([]));
    anon.get(&format!("{path}/identity_proofs")).await.error(401);
    anon.post(&format!("{path}/email_subscriptions"), json!({"email": "a@b.example"})).await.error(404);
}

#[tokio::test]
async fn the_privacy_policy_is_there_for_programs_and_people() {
    let shop = Shop::start().await;
    let anon = shop.anon();
    let policy = anon.get("/api/v1/instance/privacy_policy").await.ok();
    assert!(policy["content"].as_str().unwrap().contains("<h2>"));
    assert!(policy["updated_at"].as_str().unwrap().ends_with("00Z"));
    let instance = anon.get("/api/v2/instance").await.ok();
    let page = instance["configuration"]["urls"]["privacy_policy"].as_str().unwrap().to_owned();
    let page = anon.get(&page).await;
    assert_eq!(page.status(), 200);
    assert!(page.text().contains("What this server keeps"));
    assert_eq!(instance["configuration"]["accounts"]["max_featured_tags"], 10);
    let change = anon.get("/.well-known/change-password").await;
    assert_eq!((change.status(), change.header("location")), (302, Some("/settings/account")));
    for path in ["/manifest", "/manifest.json"] {
        assert_eq!(anon.get(path).await.ok()["display"], "standalone", "{path}");
    }
}

#[tokio::test]
async fn open_local_posts_can_be_embedded() {
    let shop = Shop::start().await;
    let (alice, anon) = (shop.member("alice").await, shop.anon());
    let said = alice.says("hello <world>").await;
    let url = |status: &Value| format!("/api/oembed?url={}", status["url"].as_str().unwrap());
    let shown = anon.get(&url(&said)).await.ok();
    assert_eq!(
        (&shown["type"], &shown["version"], &shown["width"]),
        (&json!("rich"), &json!("1.0"), &json!(400))
    );
    assert_eq!((&shown["height"], &shown["cache_age"]), (&Value::Null, &json!(86_400)));
    assert_eq!(shown["author_url"], format!("{}/@alice", shop.base()));
    assert!(shown["html"].as_str().unwrap().contains("hello &lt;world&gt;"));
    let sized = anon.get(&format!("{}&maxwidth=300&maxheight=200", url(&said))).await.ok();
    assert_eq!((&sized["width"], &sized["height"]), (&json!(300), &json!(200)));
    assert_eq!(anon.get(&format!("{}&maxwidth=-5", url(&said))).await.ok()["width"], 400);
    let uri = format!("/api/oembed?url={}", said["uri"].as_str().unwrap());
    assert_eq!(anon.get(&uri).await.ok()["author_name"], "alice");
    let warned = json!({"status": "the murderer is the gardener", "spoiler_text": "<end>"});
    let warned = alice.post("/api/v1/statuses", warned).await.ok();
    let html = anon.get(&url(&warned)).await.ok()["html"].as_str().unwrap().to_owned();
    assert!(html.contains("&lt;end&gt;") && !html.contains("gardener"), "{html}");
    for visibility in ["private", "direct"] {
        let hidden = json!({"status": "psst", "visibility": visibility});
        let hidden = alice.post("/api/v1/statuses", hidden).await.ok();
        alice.get(&url(&hidden)).await.error(404);
    }
    anon.get("/api/oembed").await.error(400);
    for bad in ["https://elsewhere.example/@a/1", "x", &format!("{}/@alice/99", shop.base())] {
        anon.get(&format!("/api/oembed?url={bad}")).await.error(404);
    }
}

#[tokio::test]
async fn what_clients_shall_leave_says_since_when() {
    let shop = Shop::start().await;
    let (alice, anon) = (shop.member("alice").await, shop.anon());
    for path in ["filters", "notifications/policy", "suggestions", "trends", "instance"] {
        let answer = alice.get(&format!("/api/v1/{path}")).await;
        answer.ok();
        let since = answer.header("deprecation").unwrap_or_else(|| panic!("{path}")).to_owned();
        assert!(since.strip_prefix('@').is_some_and(|at| at.parse::<u64>().is_ok()), "{path}: {since}");
    }
    // Refusals say it, too.
    assert!(anon.get("/api/v1/filters").await.header("deprecation").is_some());
    assert!(alice.get("/api/v1/filters/1").await.header("deprecation").is_some());
    for path in ["/api/v2/filters", "/api/v2/notifications/policy", "/api/v2/instance", "/api/v1/trends/tags"]
    {
        assert_eq!(alice.get(path).await.header("deprecation"), None, "{path}");
    }
}
