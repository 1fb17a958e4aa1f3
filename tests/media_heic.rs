//! HEIC, the pictures of phones: read where `heif-convert` is installed (`make heif`), refused in words elsewhere.

use std::process::Command;

use serde_json::{Value, json};

use crate::support::{Answer, Person, Shop, clips};

/// A picture as phones take it, written by `heif-enc`.
fn heic(size: &str, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let png = clips::draw(
        &["-f", "lavfi", "-i", &format!("testsrc2=d=1:r=1:s={size}")],
        &["-frames:v", "1"],
        "a.png",
    );
    std::fs::write(folder.path().join("a.png"), png).unwrap();
    let mut write = Command::new("heif-enc");
    write.current_dir(folder.path()).args(["a.png", "-o", "a.heic"]).args(more);
    let made = write.output().expect("heif-enc must be installed: make heif");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(folder.path().join("a.heic")).unwrap()
}

async fn send(member: &Person, bytes: Vec<u8>) -> Answer {
    member.upload("/api/v2/media", &[], ("file", "IMG_0001.HEIC", "image/heic", bytes)).await
}

async fn announced(shop: &Shop) -> bool {
    let told = shop.anon().get("/api/v2/instance").await.ok();
    let types = told["configuration"]["media_attachments"]["supported_mime_types"].clone();
    let types = types.as_array().unwrap();
    assert_eq!(types.contains(&json!("image/heic")), types.contains(&json!("image/heif")));
    types.contains(&json!("image/heic"))
}

#[tokio::test]
async fn a_picture_of_a_phone_becomes_a_jpeg() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    assert!(announced(&shop).await);
    let media = send(&alice, heic("640x480", &[])).await.ok();
    assert_eq!((&media["type"], &media["meta"]["original"]["size"]), (&json!("image"), &json!("640x480")));
    assert!(media["blurhash"].is_string());
    let served = shop.anon().get(media["url"].as_str().unwrap()).await;
    assert_eq!(served.header("content-type"), Some("image/jpeg"));
    // Of several pictures in one file the first.
    let media = send(&alice, heic("64x48", &["a.png"])).await.ok();
    assert_eq!(media["meta"]["original"]["size"], "64x48");
}

#[tokio::test]
async fn what_is_no_heic_or_cannot_be_read_is_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let whole = heic("320x240", &[]);
    let mut empty = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec();
    empty.resize(900, 0);
    let mut huge = whole.clone();
    huge.resize(17 * 1024 * 1024, 0);
    let cut = whole[..whole.len() / 2].to_vec();
    for (name, bytes) in [("empty", empty), ("cut", cut), ("huge", huge)] {
        let refused = send(&alice, bytes).await;
        assert_eq!(refused.status(), 422, "{name}: {}", refused.text());
    }
    assert_eq!(std::fs::read_dir(shop.folder().join("scratch")).unwrap().count(), 0, "nothing stays behind");

    let without = Shop::start_with("[media]\nheif = \"off\"\n").await;
    assert!(!announced(&without).await);
    let told: Value = send(&without.member("alice").await, whole).await.json();
    let words = "File type of uploaded media could not be verified: HEIC cannot be read here, JPEG can";
    assert_eq!(told["error"], words);
}
