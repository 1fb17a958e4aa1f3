//! Who may take an archive, and what becomes of one when something comes between.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::archives::table::{ARCHIVES as ROWS, Stage};
use shop::features::statuses::table::STATUSES;
use shop::platform::ids::{AccountId, StatusId};

use super::{ARCHIVES, address, document, kept, made, scratch, unpacked};
use crate::oauth::client;
use crate::own_account::{at_a_browser, let_in};
use crate::support::s3::S3;
use crate::support::{PASSWORD, Person, Shop};
use crate::suspension::suspend;

/// Has somebody have written so many posts more, all with these words.
async fn write(shop: &Shop, who: &Person, words: &str, count: usize) {
    let first = who.says(words).await;
    let id: StatusId = first["id"].as_str().unwrap().parse().unwrap();
    for _ in 0..count.div_ceil(1_000) {
        let many = count.min(1_000);
        let copied = shop.app().write(move |tx| {
            let row = STATUSES.get(&**tx, &id)?.unwrap();
            (0..many).try_for_each(|_| {
                let id = tx.new_id();
                Ok(STATUSES.put(tx, &id, &row).map(drop)?)
            })
        });
        copied.await.unwrap();
    }
}

#[tokio::test]
async fn an_archive_is_its_owners_alone() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let archive = made(&shop, &alice).await;
    bob.get(&address(&archive)).await.error(404);
    shop.anon().get(&address(&archive)).await.error(401);
    for path in [ARCHIVES, "/api/shop/v1/archives/nonsense/file"] {
        shop.anon().get(path).await.error(401);
    }
    alice.get("/api/shop/v1/archives/nonsense/file").await.error(404);
    shop.anon().post(ARCHIVES, json!({})).await.error(401);
    let reader = alice.with_token(&shop.token(&alice, "read").await);
    assert_eq!(reader.get(&address(&archive)).await.status(), 200);
    reader.post(ARCHIVES, json!({})).await.error(403);

    // The bytes lie where the media route does not look, under a name that is told nowhere.
    let key = (alice.id.parse().unwrap(), archive["id"].as_str().unwrap().parse().unwrap());
    let row = ROWS.get(&shop.app().read().unwrap(), &key).unwrap().unwrap();
    assert_eq!(shop.anon().get(&format!("/media/{}", row.path)).await.status(), 404);
    let name = row.path.rsplit('/').next().unwrap();
    assert!(name.len() > 40, "{name}");
    assert!(!alice.get(ARCHIVES).await.text().contains(name));

    // A browser takes it with its cookie, also in parts.
    let here = format!("/settings/data/archives/{}", archive["id"].as_str().unwrap());
    let (mut browser, web) = at_a_browser(&shop, &alice).await;
    let page = browser.open(&here).await;
    assert_eq!((page.status.as_u16(), &page.text.as_bytes()[..2]), (200, &b"PK"[..]));
    let (mut other, _) = at_a_browser(&shop, &bob).await;
    assert_eq!(other.open(&here).await.status, 404);
    let guest = shop.anon().get(&here).await;
    assert_eq!(guest.status(), 302, "{}", guest.text());
    assert!(guest.header("location").unwrap().starts_with("/auth/sign_in?"));
    let whole = web.get_with(&address(&archive), &[("accept-encoding", "gzip, br")]).await;
    assert_eq!(whole.header("content-encoding"), None);
    assert_eq!(whole.header("content-length"), Some(archive["size"].to_string().as_str()));
    let part = web.get_with(&address(&archive), &[("range", "bytes=2-5")]).await;
    assert_eq!((part.status(), part.bytes()), (206, &whole.bytes()[2..6]));

    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut browser, "read write").await);
    tool.get(ARCHIVES).await.error(403);
    tool.get(&address(&archive)).await.error(403);
    tool.post(ARCHIVES, json!({})).await.error(403);

    // Who is suspended is not let in; the archive waits.
    suspend(&shop, &alice.id, true).await;
    alice.get(&address(&archive)).await.error(401);
    assert_ne!(browser.open(&here).await.status, 200);
    suspend(&shop, &alice.id, false).await;
    let back = alice.with_token(&shop.token(&alice, "read").await);
    assert_eq!(back.get(&address(&archive)).await.status(), 200);

    // Who has moved may still take all along.
    let wanted = json!({ "acct": "alice", "current_password": PASSWORD, "redirect_only": true });
    bob.post("/api/shop/v1/migration", wanted).await.ok();
    assert_eq!(made(&shop, &bob).await["state"], "ready");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stop_interrupts_begins_anew_and_leaves_nothing() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    write(&shop, &alice, &"again and again ".repeat(30), 8_000).await;
    bob.says("once").await;
    shop.settle().await;
    alice.post(ARCHIVES, json!({})).await.ok();
    bob.post(ARCHIVES, json!({})).await.ok();
    let begun = || {
        scratch(&shop).iter().any(|name| {
            std::fs::metadata(shop.folder().join("scratch").join(name)).is_ok_and(|file| file.len() > 0)
        })
    };
    // Nothing but the file tells that the work is under way; a look at it leaves the others their turn.
    let seen = async {
        while !tokio::task::block_in_place(begun) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), seen).await.expect("the archive must be begun");
    let folder = shop.folder();
    let down = shop.lie_down().await;
    let left: Vec<_> = std::fs::read_dir(folder.join("scratch")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    // As if it had been killed instead.
    std::fs::write(folder.join("scratch/archive-half"), "PK").unwrap();

    let shop = down.get_up().await;
    assert_eq!(alice.get(ARCHIVES).await.ok()["archives"][0]["state"], "in_progress", "it was in the middle");
    shop.settle().await;
    for (who, posts) in [(&alice, 8_001), (&bob, 1)] {
        let archive = who.get(ARCHIVES).await.ok()["archives"][0].clone();
        assert_eq!(archive["state"], "ready");
        let outbox = document(&unpacked(who, &archive).await, "outbox.json");
        assert_eq!(outbox["totalItems"], posts);
        assert_eq!(outbox["orderedItems"].as_array().unwrap().len(), posts);
    }
    assert_eq!((scratch(&shop).len(), kept(&shop).await), (0, 2));
}

#[tokio::test]
async fn a_deleted_account_takes_its_archive_along() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let archive = made(&shop, &alice).await;
    // Another one is deleted while it waits or is being made.
    bob.post(ARCHIVES, json!({})).await.ok();
    assert_eq!(archive["state"], "ready");
    for who in [&bob, &alice] {
        let delete = who.request(reqwest::Method::DELETE, "/api/shop/v1/account");
        who.send(delete.json(&json!({ "current_password": PASSWORD }))).await.ok();
    }
    shop.settle().await;
    assert_eq!((kept(&shop).await, scratch(&shop).len()), (0, 0));
    for who in [&alice, &bob] {
        let account: AccountId = who.id.parse().unwrap();
        let rows = shop::features::archives::all(&shop.app().read().unwrap(), account).unwrap();
        assert!(rows.is_empty());
    }
}

#[tokio::test]
async fn what_is_too_large_is_refused_with_the_reason() {
    let shop = Shop::start_with("[media]\narchive_mb = 1\n").await;
    let alice = shop.member("alice").await;
    write(&shop, &alice, "many words", 1_000).await;
    shop.settle().await;
    let archive = made(&shop, &alice).await;
    assert_eq!((&archive["state"], &archive["reason"]), (&json!("refused"), &json!("too_large")));
    assert_eq!((&archive["size"], kept(&shop).await, scratch(&shop).len()), (&Value::Null, 0, 0));
    alice.get(&address(&archive)).await.error(404);
    alice.post(ARCHIVES, json!({})).await.error(422);
    shop.clock().advance(Duration::from_secs(6 * 24 * 60 * 60));
    let again = made(&shop, &alice).await;
    assert_eq!(again["state"], "refused");
    let told = alice.get(ARCHIVES).await.ok();
    assert_eq!(told["archives"].as_array().unwrap().len(), 1, "the older refusal makes room");
}

#[tokio::test]
async fn a_bucket_keeps_archives_too() {
    let s3 = S3::start().await;
    let shop = Shop::start_with(&format!("[media]\nstore = \"{}\"\n", s3.address())).await;
    let alice = shop.member("alice").await;
    let picture = alice.picture().await;
    alice.post("/api/v1/statuses", json!({ "status": "hi", "media_ids": [picture] })).await.ok();
    // More than one part of an upload has.
    write(&shop, &alice, &"many words ".repeat(40), 3_000).await;
    shop.settle().await;
    let archive = made(&shop, &alice).await;
    assert!(archive["size"].as_u64().unwrap() > 6 << 20, "{archive}");
    assert_eq!(unpacked(&alice, &archive).await.len(), 5);
    let account: AccountId = alice.id.parse().unwrap();
    let rows = shop::features::archives::all(&shop.app().read().unwrap(), account).unwrap();
    let path = rows[0].1.path.clone();
    assert!(matches!(rows[0].1.stage, Stage::Ready { bytes, .. } if archive["size"] == bytes));
    assert_eq!(s3.stored(&path).unwrap().len() as u64, archive["size"]);
    assert!(scratch(&shop).is_empty());
    shop.clock().advance(Duration::from_secs(7 * 24 * 60 * 60));
    shop.settle().await;
    assert!(s3.stored(&path).is_none());
}
