//! What stands alone: a post in a frame, a profile's posts with a tag, a file by its number.

use serde_json::{Value, json};

use crate::support::{Answer, Person, Shop};

fn id(status: &Value) -> String {
    status["id"].as_str().unwrap().to_owned()
}

fn frame(status: &Value) -> String {
    format!("/@{}/{}/embed", status["account"]["acct"].as_str().unwrap(), id(status))
}

async fn hidden(who: &Person, visibility: &str) -> Value {
    who.post("/api/v1/statuses", json!({ "status": "psst", "visibility": visibility })).await.ok()
}

async fn page(shop: &Shop, path: &str) -> Answer {
    shop.anon().get_with(path, &[("accept", "text/html")]).await
}

#[tokio::test]
async fn a_post_can_be_shown_in_a_frame_of_another_website() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let said = alice.says("frame <me> #cats").await;
    let answer = page(&shop, &frame(&said)).await;
    assert_eq!(answer.status(), 200);
    let html = answer.text();
    assert!(html.contains("frame &lt;me&gt;") && html.contains("<base target=\"_blank\">"), "{html}");
    assert!(!html.contains("<script") && !html.contains("<form"), "{html}");
    assert_eq!(answer.header("x-frame-options"), None);
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.contains("frame-ancestors *") && policy.contains("script-src 'none'"), "{policy}");
    // Every other page stays out of frames.
    let around = page(&shop, frame(&said).trim_end_matches("/embed")).await;
    assert_eq!(around.header("x-frame-options"), Some("DENY"));
    assert!(around.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    let tag = answer.header("etag").unwrap();
    assert_eq!(shop.anon().get_with(&frame(&said), &[("if-none-match", tag)]).await.status(), 304);
}

#[tokio::test]
async fn what_is_not_for_everybody_is_in_no_frame() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let said = alice.says("here").await;
    let boost = bob.post(&format!("/api/v1/statuses/{}/reblog", id(&said)), json!({})).await.ok();
    let mut paths = vec![
        format!("/@bob/{}/embed", id(&said)),
        frame(&boost),
        "/@alice/x/embed".into(),
        "/@alice/99/embed".into(),
    ];
    for visibility in ["private", "direct"] {
        paths.push(frame(&hidden(&alice, visibility).await));
    }
    for path in paths {
        let answer = page(&shop, &path).await;
        assert_eq!(answer.status(), 404, "{path}");
        assert_eq!(answer.header("x-frame-options"), Some("DENY"), "{path}");
    }
    let number = format!("/api/web/embeds/{}", id(&said));
    assert!(shop.anon().get(&number).await.ok()["html"].as_str().unwrap().contains("here"));
    for bad in ["x".to_owned(), "99".to_owned(), id(&boost), id(&hidden(&alice, "private").await)] {
        alice.get(&format!("/api/web/embeds/{bad}")).await.error(404);
    }
}

#[tokio::test]
async fn guests_read_the_posts_of_a_profile_with_a_tag() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = alice.says("one #Café").await;
    alice.says("two #other").await;
    bob.says("bob's #Café").await;
    let secret = json!({ "status": "secret #Café", "visibility": "private" });
    alice.post("/api/v1/statuses", secret).await.ok();
    let feature = alice.post("/api/v1/featured_tags", json!({ "name": "Café" })).await.ok();
    let path = feature["url"].as_str().unwrap().trim_start_matches(shop.base()).to_owned();
    let answer = page(&shop, &path).await;
    assert_eq!(answer.status(), 200, "{path}");
    let html = answer.text();
    assert!(html.contains("one <a") && html.contains("#Café</bdi></h2>"), "{html}");
    for other in ["two", "bob's", "secret"] {
        assert!(!html.contains(other), "{other}");
    }
    let canonical = format!("<link rel=\"canonical\" href=\"{}/@alice/tagged/cafe\">", shop.base());
    assert!(html.contains(&canonical), "{html}");
    let feed = shop.anon().get("/@alice/tagged/cafe.rss").await;
    assert!(feed.header("content-type").unwrap().starts_with("application/rss+xml"));
    assert!(feed.text().contains(&id(&first)) && !feed.text().contains("two"));
    assert!(page(&shop, "/@alice/tagged/nothing").await.text().contains("Nothing here"));
    assert_eq!(page(&shop, "/@alice/tagged/123").await.status(), 404);
    assert_eq!(page(&shop, "/@alice/tagged/%20").await.status(), 404);
    assert_eq!(page(&shop, &format!("/@alice/tagged/{}", "x".repeat(600))).await.status(), 404);
    assert_eq!(page(&shop, "/@nobody/tagged/cats").await.status(), 404);
    assert_eq!(page(&shop, "/@ALICE/tagged/other").await.header("location"), Some("/@alice/tagged/other"));
}

#[tokio::test]
async fn a_file_is_found_by_its_number_by_whoever_may_see_its_post() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let picture = alice.picture().await;
    let path = format!("/media/{picture}");
    alice.get(&path).await.error(404);
    let post = |visibility: &str, picture: &str| json!({ "status": "look", "visibility": visibility, "media_ids": [picture] });
    let said = alice.post("/api/v1/statuses", post("public", &picture)).await.ok();
    let media = &said["media_attachments"][0];
    assert_eq!(media["text_url"], format!("{}{path}", shop.base()));
    let found = shop.anon().get(&path).await;
    assert_eq!((found.status(), found.header("location")), (302, media["url"].as_str()));
    let own = alice.picture().await;
    alice.post("/api/v1/statuses", post("private", &own)).await.ok();
    let path = format!("/media/{own}");
    shop.anon().get(&path).await.error(404);
    bob.get(&path).await.error(404);
    assert_eq!(alice.get(&path).await.status(), 302);
    for bad in ["/media/99", "/media/0", "/media/x", "/media/99999999999999999999999"] {
        shop.anon().get(bad).await.error(404);
    }
}
