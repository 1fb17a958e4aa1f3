//! Remote pictures through us: fetched once, checked by content, and only for those who may see them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::AppendHeaders;
use axum::routing::get;
use futures_util::StreamExt as _;
use shop::features::accounts::table::{ACCOUNTS, Account, Picture};
use shop::features::emoji::table::{EMOJIS, Emoji};
use shop::features::media::table::{CACHED_BYTES, MEDIA, Media, MediaKind};
use shop::features::media::{self, Seal};
use shop::platform::ids::{AccountId, MediaId};
use shop::platform::place::Place;

use crate::support::{Shop, pictures};

/// Another server with a few files, and how often they were asked for.
struct Origin {
    base: String,
    asked: Arc<AtomicUsize>,
}

async fn origin() -> Origin {
    let asked = Arc::new(AtomicUsize::new(0));
    let counter = asked.clone();
    let picture = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        // The type that it claims is a lie: only the content counts.
        async { ([(header::CONTENT_TYPE, "text/html")], pictures::png(900, 600)) }
    };
    let html = || async { ([(header::CONTENT_TYPE, "image/png")], "<script>alert(1)</script>") };
    let svg =
        || async { ([(header::CONTENT_TYPE, "image/svg+xml")], "<svg xmlns='http://www.w3.org/2000/svg'/>") };
    let video = async |asked: HeaderMap| {
        let bytes: Vec<u8> = (0..4_000_u32).map(|n| n as u8).collect();
        let kind = (header::CONTENT_TYPE, "video/mp4".to_owned());
        match asked.get(header::RANGE).map(|range| range.to_str().unwrap()) {
            None => (StatusCode::OK, AppendHeaders(vec![kind]), bytes),
            Some("bytes=1000-1999") => {
                let range = (header::CONTENT_RANGE, "bytes 1000-1999/4000".to_owned());
                (StatusCode::PARTIAL_CONTENT, AppendHeaders(vec![kind, range]), bytes[1000..2000].to_vec())
            }
            Some(_) => (StatusCode::RANGE_NOT_SATISFIABLE, AppendHeaders(vec![]), vec![]),
        }
    };
    let routes = Router::new()
        .route("/picture", get(picture))
        .route("/html", get(html))
        .route("/svg", get(svg))
        .route("/video", get(video));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Origin { base, asked }
}

/// A remote attachment as federation keeps it, with the key that opens it.
async fn attachment(shop: &Shop, kind: MediaKind, mime: &str, url: String) -> (MediaId, String) {
    let (mime, now) = (mime.to_owned(), shop.app().now());
    let id: MediaId = shop.app().ids.next(now);
    shop.app()
        .write(move |tx| {
            let media = Media::new(AccountId::new(77), kind, mime, Place::Remote(url), now);
            Ok(MEDIA.put(tx, &id, &media)?)
        })
        .await
        .unwrap();
    (id, Seal::of(&shop.app().read().unwrap()).unwrap().key(id))
}

#[tokio::test]
async fn a_remote_picture_is_fetched_once_and_shown_in_two_sizes() {
    let (shop, origin) = (Shop::start().await, origin().await);
    let (id, key) =
        attachment(&shop, MediaKind::Image, "image/png", format!("{}/picture", origin.base)).await;
    let anon = shop.anon();
    let original = format!("/media_proxy/{id}/original?key={key}");
    let answers = futures_util::future::join_all((0..5).map(|_| anon.get(&original))).await;
    for answer in answers {
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.header("content-type"), Some("image/png"));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(origin.asked.load(Ordering::SeqCst), 1);
    let small = anon.get(&format!("/media_proxy/{id}/small?key={key}")).await;
    let read = image::load_from_memory(small.bytes()).unwrap();
    assert!(u64::from(read.width()) * u64::from(read.height()) <= 230_400);
    let part = anon.get_with(&original, &[("range", "bytes=0-7")]).await;
    assert_eq!((part.status(), part.bytes()), (206, &b"\x89PNG\r\n\x1a\n"[..]));
    let tag = anon.get(&original).await.header("etag").unwrap().to_owned();
    assert_eq!(anon.get_with(&original, &[("if-none-match", &tag)]).await.status(), 304);
}

#[tokio::test]
async fn what_may_not_be_seen_is_not_there() {
    let (shop, origin) = (Shop::start().await, origin().await);
    let (id, key) =
        attachment(&shop, MediaKind::Image, "image/png", format!("{}/picture", origin.base)).await;
    let wrong = "A".repeat(key.len());
    for path in [
        format!("/media_proxy/{id}/original"),
        format!("/media_proxy/{id}/original?key={wrong}"),
        format!("/media_proxy/{id}/original?key="),
        format!("/media_proxy/{id}/large?key={key}"),
    ] {
        assert_eq!(shop.anon().get(&path).await.status(), 404, "{path}");
    }
    assert_eq!(origin.asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn nothing_but_pictures_comes_through_as_a_picture() {
    let (shop, origin) = (Shop::start().await, origin().await);
    for file in ["html", "svg", "video", "none"] {
        let url = format!("{}/{file}", origin.base);
        let (id, key) = attachment(&shop, MediaKind::Image, "image/png", url).await;
        let answer = shop.anon().get(&format!("/media_proxy/{id}/original?key={key}")).await;
        assert_eq!(answer.status(), 502, "{file}");
        assert!(answer.bytes().is_empty(), "{file}");
    }
    let (id, key) = attachment(&shop, MediaKind::Video, "text/html", format!("{}/html", origin.base)).await;
    assert_eq!(shop.anon().get(&format!("/media_proxy/{id}/original?key={key}")).await.status(), 502);
}

#[tokio::test]
async fn a_remote_video_is_passed_on() {
    let (shop, origin) = (Shop::start().await, origin().await);
    let (id, key) = attachment(&shop, MediaKind::Video, "video/mp4", format!("{}/video", origin.base)).await;
    let answer = shop.anon().get(&format!("/media_proxy/{id}/original?key={key}")).await;
    assert_eq!((answer.status(), answer.bytes().len()), (200, 4_000));
    assert_eq!(answer.header("content-type"), Some("video/mp4"));
}

#[tokio::test]
async fn a_part_of_a_remote_video_or_sound_is_passed_on() {
    let (shop, origin) = (Shop::start().await, origin().await);
    for (kind, mime, shown) in [
        (MediaKind::Video, "video/mp4", "video/mp4"),
        (MediaKind::Audio, "audio/mp3", "audio/mpeg"),
        (MediaKind::Audio, "audio/x-m4a", "audio/mp4"),
    ] {
        let (id, key) = attachment(&shop, kind, mime, format!("{}/video", origin.base)).await;
        let path = format!("/media_proxy/{id}/original?key={key}");
        let part = shop.anon().get_with(&path, &[("range", "bytes=1000-1999")]).await;
        assert_eq!((part.status(), part.bytes().len()), (206, 1_000), "{mime}");
        assert_eq!(part.header("content-range"), Some("bytes 1000-1999/4000"));
        assert_eq!(part.header("content-type"), Some(shown));
        let outside = shop.anon().get_with(&path, &[("range", "bytes=9000-")]).await;
        assert_eq!((outside.status(), outside.bytes().len()), (416, 0));
    }
    let (id, key) = attachment(&shop, MediaKind::Audio, "text/html", format!("{}/video", origin.base)).await;
    assert_eq!(shop.anon().get(&format!("/media_proxy/{id}/original?key={key}")).await.status(), 502);
}

#[tokio::test]
async fn remote_avatars_and_emoji_come_through_us_too() {
    let (shop, origin) = (Shop::start().await, origin().await);
    let alice = shop.member("alice").await;
    let id: AccountId = alice.id.parse().unwrap();
    let url = format!("{}/picture", origin.base);
    shop.app()
        .write(move |tx| {
            let place = Place::Remote(url);
            let emoji = Emoji {
                image: place.clone(),
                still: None,
                uri: None,
                visible: false,
                disabled: false,
                category: None,
                updated_at: tx.now(),
            };
            EMOJIS.put(tx, &("a.example".to_owned(), "blob".to_owned()), &emoji)?;
            let avatar = Some(Picture { place, still: None, description: String::new() });
            ACCOUNTS.edit(tx, &id, |account: &mut Account| account.avatar = avatar)?;
            Ok(())
        })
        .await
        .unwrap();
    let shown = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    for path in [shown["avatar"].as_str().unwrap(), "/media_proxy/emojis/a.example/blob"] {
        assert_eq!(shop.anon().get(path).await.header("content-type"), Some("image/png"), "{path}");
    }
}

#[tokio::test]
async fn the_cache_keeps_its_bound() {
    let shop = Shop::start_with("[media]\ncache_mb = 0\n").await;
    let origin = origin().await;
    let (id, key) =
        attachment(&shop, MediaKind::Image, "image/png", format!("{}/picture", origin.base)).await;
    let path = format!("/media_proxy/{id}/original?key={key}");
    shop.anon().get(&path).await;
    shop.settle().await;
    assert_eq!(CACHED_BYTES.get(&shop.app().read().unwrap(), &()).unwrap(), 0);
    assert!(media::get(&shop.app().read().unwrap(), id).is_ok());
    assert_eq!(copies(&shop).await, 1, "who was just sent to it may still read it");
    shop.clock().advance(Duration::from_secs(60));
    shop.settle().await;
    assert_eq!(copies(&shop).await, 0);
    assert_eq!(shop.anon().get(&path).await.status(), 200, "it is fetched again");
}

/// How many copies of remote files lie in the blob store.
async fn copies(shop: &Shop) -> usize {
    shop.app().blobs.list("cache").unwrap().count().await
}
