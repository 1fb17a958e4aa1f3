//! What the community tells about itself.

use serde_json::json;

use crate::support::Shop;

#[tokio::test]
async fn both_instance_documents_tell_the_same_truth() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let second = shop.anon().get("/api/v2/instance").await;
    assert!(second.header("cache-control").unwrap().contains("max-age=300"));
    let second = second.ok();
    let first = shop.anon().get("/api/v1/instance").await.ok();
    let domain = shop.app().config.domain();
    assert_eq!(second["domain"], json!(domain));
    assert_eq!(first["uri"], json!(domain));
    assert!(first["urls"]["streaming_api"].as_str().unwrap().starts_with("ws"));
    assert_eq!(first["urls"]["streaming_api"], second["configuration"]["urls"]["streaming"]);
    assert_eq!(second["configuration"]["statuses"]["max_characters"], 500);
    assert_eq!(second["configuration"]["media_attachments"]["image_size_limit"], 16_777_216);
    assert_eq!(second["configuration"]["accounts"]["max_profile_fields"], 4);
    // Two and more make clients ask for grouped notifications.
    assert_eq!(second["api_versions"]["mastodon"], 10);
    assert_eq!(first["stats"], json!({"user_count": 1, "status_count": 0, "domain_count": 0}));
    assert!(first["thumbnail"].is_string() && second["thumbnail"]["url"].is_string());
    assert_eq!(first["configuration"]["media_attachments"].get("description_limit"), None);
}

#[tokio::test]
async fn the_source_code_is_offered_where_the_operator_tells_its_place() {
    let place = "https://git.example/shop?at=ours";
    let shop = Shop::start_with(&format!("[server]\nsource_url = '{place}'")).await;
    let anon = shop.anon();
    assert_eq!(anon.get("/api/v2/instance").await.ok()["source_url"], place);
    assert_eq!(anon.get("/nodeinfo/2.1").await.ok()["software"]["repository"], place);
    assert_eq!(anon.get("/nodeinfo/2.0").await.ok()["software"].get("repository"), None);
    for page in ["/about", "/"] {
        assert!(anon.get(page).await.text().contains(&format!("<a href=\"{place}\"")), "{page}");
    }

    let shop = Shop::start().await;
    assert_eq!(shop.anon().get("/api/v2/instance").await.ok()["source_url"], env!("CARGO_PKG_REPOSITORY"));
    assert_eq!(
        shop.anon().get("/about").await.text().contains("Source code"),
        !env!("CARGO_PKG_REPOSITORY").is_empty()
    );
}

#[tokio::test]
async fn the_smaller_documents_have_their_shapes() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let anon = shop.anon();
    assert_eq!(anon.get("/api/v1/instance/rules").await.ok(), json!([]));
    assert_eq!(anon.get("/api/v1/instance/peers").await.ok(), json!([]));
    assert_eq!(anon.get("/api/v1/custom_emojis").await.ok(), json!([]));
    assert_eq!(anon.get("/api/v1/peers/search?q=a").await.ok(), json!([]));
    assert_eq!(anon.get("/api/v1/instance/translation_languages").await.ok(), json!({}));
    let empty = json!({"updated_at": null, "content": ""});
    assert_eq!(anon.get("/api/v1/instance/extended_description").await.ok(), empty);
    let weeks = anon.get("/api/v1/instance/activity").await.ok();
    assert_eq!(weeks.as_array().unwrap().len(), 12);
    assert_eq!(weeks[0]["registrations"], "1");
    assert_eq!(weeks[11]["registrations"], "0");
    let languages = anon.get("/api/v1/instance/languages").await.ok();
    assert!(languages.as_array().unwrap().contains(&json!({"code": "de", "name": "German"})));
}

#[tokio::test]
async fn rules_are_numbered_in_order() {
    let shop = Shop::start().await;
    let rules = vec!["Be kind".to_owned(), "No <b>ads</b>".to_owned()];
    shop.app()
        .write(move |tx| shop::features::instance::change(tx, |instance| instance.rules = rules))
        .await
        .unwrap();
    let shown = shop.anon().get("/api/v1/instance/rules").await.ok();
    assert_eq!(shown[1]["id"], "2");
    assert_eq!(shown[1]["text"], "No <b>ads</b>");
    assert_eq!(shown[0]["translations"], json!({}));
}
