//! Uploads, avatars, and the routes under which browsers get files.

use std::io::Cursor;
use std::time::Duration;

use image::{DynamicImage, ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::support::s3::S3;
use crate::support::{Answer, Person, Shop, pictures};

fn picture(width: u32, height: u32, format: ImageFormat) -> Vec<u8> {
    let drawn = RgbImage::from_fn(width, height, |x, y| image::Rgb([(x % 256) as u8, (y % 256) as u8, 128]));
    let mut bytes = Cursor::new(Vec::new());
    DynamicImage::ImageRgb8(drawn).write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// A PNG whose header claims a size that nobody could hold in memory.
fn bomb() -> Vec<u8> {
    let mut bytes = picture(2, 2, ImageFormat::Png);
    bytes[16..20].copy_from_slice(&50_000_u32.to_be_bytes());
    bytes[20..24].copy_from_slice(&50_000_u32.to_be_bytes());
    bytes
}

async fn upload(member: &Person, fields: &[(&str, &str)], bytes: Vec<u8>) -> Answer {
    member.upload("/api/v2/media", fields, ("file", "picture.png", "image/png", bytes)).await
}

fn path_of(shop: &Shop, url: &Value) -> String {
    url.as_str().unwrap().strip_prefix(shop.app().config.base_url()).unwrap().to_owned()
}

#[tokio::test]
async fn an_uploaded_picture_is_measured_described_and_served() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let fields = [("description", "a gradient"), ("focus", "0.5,-1")];
    let media = upload(&alice, &fields, picture(640, 320, ImageFormat::Png)).await.ok();
    assert_eq!(media["type"], "image");
    assert_eq!(media["meta"]["original"]["size"], "640x320");
    assert_eq!(media["meta"]["original"]["aspect"], 2.0);
    assert_eq!(media["meta"]["focus"], json!({"x": 0.5, "y": -1.0}));
    assert_eq!(media["description"], "a gradient");
    assert_eq!(media["remote_url"], Value::Null);
    assert!(media["blurhash"].is_string());
    for url in [&media["url"], &media["preview_url"]] {
        let served = shop.anon().get(&path_of(&shop, url)).await;
        assert_eq!(served.status(), 200);
        assert_eq!(served.header("x-content-type-options"), Some("nosniff"));
        assert!(served.header("cache-control").unwrap().contains("immutable"));
        assert!(served.header("content-type").unwrap().starts_with("image/"));
        assert!(image::load_from_memory(served.bytes()).is_ok());
    }
}

#[tokio::test]
async fn what_is_no_picture_is_refused_whatever_it_says_it_is() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let mut mp4 = vec![0, 0, 0, 0x20];
    mp4.extend(b"ftypisom");
    mp4.resize(2_000, 0);
    for bytes in [b"<html><script>1</script>".to_vec(), svg, mp4, b"hello".to_vec()] {
        let words = upload(&alice, &[], bytes).await.error(422);
        assert_eq!(words, "File type of uploaded media could not be verified");
    }
    let mut cut = picture(300, 300, ImageFormat::Png);
    cut.truncate(cut.len() / 2);
    for bytes in [bomb(), cut] {
        assert!(upload(&alice, &[], bytes).await.error(422).starts_with("Validation failed: "));
    }
    upload(&alice, &[], Vec::new()).await.error(422);
    alice.post("/api/v2/media", json!({"file": "text"})).await.error(422);
    shop.anon().post("/api/v2/media", json!({})).await.error(401);
}

#[tokio::test]
async fn a_picture_may_have_so_many_bytes_and_no_more() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut large = picture(20, 20, ImageFormat::Png);
    large.resize(16 * 1024 * 1024 + 1, 0);
    upload(&alice, &[], large.clone()).await.error(422);
    let path = "/api/v1/accounts/update_credentials";
    large.resize(21 * 1024 * 1024, 0);
    let avatar = ("avatar", "me.png", "image/png", large);
    assert_eq!(alice.send_multipart("PATCH", path, &[], avatar).await.status(), 413);
    let endless = vec![0; 117 * 1024 * 1024];
    assert_eq!(upload(&alice, &[], endless).await.status(), 413);
}

#[tokio::test]
async fn descriptions_and_focus_are_checked_at_the_edge() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let small = || picture(10, 10, ImageFormat::Jpeg);
    let (fits, long) = ("d".repeat(10_000), "d".repeat(10_001));
    let media = upload(&alice, &[("description", &fits), ("focus", "-1,1")], small()).await.ok();
    upload(&alice, &[("description", &long)], small()).await.error(422);
    for focus in ["1.1,0", "0", "x,y", "NaN,0"] {
        upload(&alice, &[("focus", focus)], small()).await.error(422);
    }
    let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
    let changed = alice.put(&path, json!({"description": "new", "focus": "0,0"})).await.ok();
    assert_eq!(changed["description"], "new");
    assert_eq!(changed["meta"]["focus"], json!({"x": 0.0, "y": 0.0}));
    alice.put(&path, json!({"description": long})).await.error(422);
}

#[tokio::test]
async fn an_upload_is_its_owners_until_it_is_gone() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let media = upload(&alice, &[], picture(10, 10, ImageFormat::Png)).await.ok();
    let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
    assert_eq!(alice.get(&path).await.ok()["id"], media["id"]);
    bob.get(&path).await.error(404);
    bob.put(&path, json!({"description": "mine"})).await.error(404);
    bob.delete(&path).await.error(404);
    for bad in ["1", "x", "18446744073709551616"] {
        alice.get(&format!("/api/v1/media/{bad}")).await.error(404);
    }
    assert_eq!(alice.delete(&path).await.ok(), json!({}));
    alice.get(&path).await.error(404);
    shop.settle().await;
    shop.anon().get(&path_of(&shop, &media["url"])).await.error(404);
}

#[tokio::test]
async fn an_upload_nobody_uses_ends_after_a_day() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let media = upload(&alice, &[], picture(10, 10, ImageFormat::Png)).await.ok();
    let path = format!("/api/v1/media/{}", media["id"].as_str().unwrap());
    shop.clock().advance(Duration::from_secs(23 * 3_600));
    shop.settle().await;
    alice.get(&path).await.ok();
    shop.clock().advance(Duration::from_secs(2 * 3_600));
    shop.settle().await;
    alice.get(&path).await.error(404);
    shop.settle().await;
    shop.anon().get(&path_of(&shop, &media["url"])).await.error(404);
}

#[tokio::test]
async fn avatars_are_cropped_replaced_and_removed() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let path = "/api/v1/accounts/update_credentials";
    let file = |bytes| ("avatar", "me.png", "image/png", bytes);
    let changed = alice
        .send_multipart(
            "PATCH",
            path,
            &[("avatar_description", "me")],
            file(picture(900, 500, ImageFormat::Png)),
        )
        .await
        .ok();
    assert_eq!(changed["avatar_description"], "me");
    let first = path_of(&shop, &changed["avatar"]);
    let served = shop.anon().get(&first).await;
    let read = image::load_from_memory(served.bytes()).unwrap();
    assert_eq!((read.width(), read.height()), (400, 400));
    let refused = alice.send_multipart("PATCH", path, &[], file(b"<svg/>".to_vec())).await;
    refused.error(422);
    assert_eq!(refused.json()["details"]["avatar"][0]["error"], "ERR_INVALID");
    let gone = alice.delete("/api/v1/profile/avatar").await.ok();
    assert!(gone["avatar"].as_str().unwrap().ends_with("/avatars/original/missing.png"));
    shop.settle().await;
    shop.anon().get(&first).await.error(404);
    alice.delete("/api/v1/profile/header").await.ok();
}

#[tokio::test]
async fn only_our_own_open_files_are_served() {
    let shop = Shop::start().await;
    let app = shop.app();
    app.blobs.put("cache/00/secret.png", vec![1, 2, 3].into(), "image/png").await.unwrap();
    app.blobs.put("attachments/1/evil.html", vec![1].into(), "text/html").await.unwrap();
    for path in [
        "/media/cache/00/secret.png",
        "/media/attachments/1/evil.html",
        "/media/attachments/../cache/00/secret.png",
        "/media/attachments/%2e%2e/cache/00/secret.png",
        "/media/attachments//x.png",
        "/media/accounts/",
        "/media/attachments/none.png",
        "/media_proxy/1/original",
        "/media_proxy/x/small",
        "/media_proxy/accounts/1/avatar",
        "/media_proxy/accounts/18446744073709551616/avatar",
        "/media_proxy/emojis/a.example/smile",
    ] {
        assert_eq!(shop.anon().get(path).await.status(), 404, "{path}");
    }
    for path in ["/avatars/original/missing.png", "/headers/original/missing.png"] {
        let drawn = shop.anon().get(path).await;
        assert_eq!(drawn.header("content-type"), Some("image/png"));
        assert!(image::load_from_memory(drawn.bytes()).is_ok());
    }
}

#[tokio::test]
async fn a_bucket_holds_the_pictures_of_a_community() {
    let s3 = S3::start().await;
    let shop = Shop::start_with(&format!("[media]\nstore = \"{}\"\n", s3.address())).await;
    let alice = shop.member("alice").await;
    let media = upload(&alice, &[], pictures::png(64, 48)).await.ok();
    let url = media["url"].as_str().unwrap();
    let path = url.strip_prefix(&format!("{}/media/", shop.base())).unwrap();
    let stored = s3.stored(path).expect("the bytes are in the bucket");
    let whole = shop.anon().get(url).await;
    assert_eq!((whole.status(), whole.header("content-type")), (200, Some("image/png")));
    assert_eq!(whole.bytes(), stored);
    let part = shop.anon().get_with(url, &[("range", "bytes=8-15")]).await;
    let all = format!("bytes 8-15/{}", stored.len());
    assert_eq!((part.status(), part.header("content-range")), (206, Some(all.as_str())));
    assert_eq!(part.bytes(), &stored[8..16]);
    let tail = shop.anon().get_with(url, &[("range", "bytes=-4")]).await;
    assert_eq!((tail.status(), tail.bytes()), (206, &stored[stored.len() - 4..]));
    let beyond = format!("bytes={}-", stored.len());
    assert_eq!(shop.anon().get_with(url, &[("range", &beyond)]).await.status(), 416);

    alice.delete(&format!("/api/v1/media/{}", media["id"].as_str().unwrap())).await.ok();
    shop.settle().await;
    assert!(s3.stored(path).is_none());
    assert_eq!(shop.anon().get(url).await.status(), 404);

    let locked = s3.address_with("files", "an-access-key", "not the secret").replace(' ', "-");
    let shop = Shop::start_with(&format!("[media]\nstore = \"{locked}\"\n")).await;
    let bob = shop.member("bob").await;
    let refused = upload(&bob, &[], pictures::png(64, 48)).await;
    assert!(refused.status() >= 500, "{}", refused.text());
    assert!(!refused.text().contains("secret"), "no word of the keys");
}
