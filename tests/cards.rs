//! Preview cards: what lies behind the first link of a post, read from pages that may be anything.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use shop::features::accounts::table::{ACCOUNTS, Account};
use shop::features::cards::table::{CARD_OF, CARDS};
use shop::features::users::table::Role;
use shop::platform::ids::AccountId;
use shop_storage::Window;

use crate::domain_rules::{STAFF, rule};
use crate::support::stream::Stream;
use crate::support::{Person, Shop, pictures};

#[derive(Default)]
struct Shown {
    files: HashMap<String, (u16, String, Vec<u8>)>,
    asked: Vec<(String, String)>,
}

/// A website, and who asked it for what.
#[derive(Clone)]
pub(crate) struct Site {
    base: String,
    shown: Arc<Mutex<Shown>>,
}

impl Site {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://localhost:{}", listener.local_addr().unwrap().port());
        let site = Self { base, shown: Arc::default() };
        let routes = Router::new().fallback(answer).with_state(site.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        site
    }

    pub(crate) fn show(&self, path: &str, kind: &str, bytes: impl Into<Vec<u8>>) -> String {
        let file = (200, kind.to_owned(), bytes.into());
        self.shown.lock().unwrap().files.insert(path.to_owned(), file);
        self.url(path)
    }

    pub(crate) fn page(&self, path: &str, html: &str) -> String {
        self.show(path, "text/html; charset=utf-8", html)
    }

    pub(crate) fn redirect(&self, path: &str, to: &str) -> String {
        self.shown.lock().unwrap().files.insert(path.to_owned(), (302, to.to_owned(), Vec::new()));
        self.url(path)
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn domain(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn asked(&self, path: &str) -> usize {
        self.shown.lock().unwrap().asked.iter().filter(|(asked, _)| asked == path).count()
    }
}

async fn answer(State(site): State<Site>, uri: Uri, headers: HeaderMap) -> Response {
    let agent = headers.get(header::USER_AGENT).map(|agent| agent.to_str().unwrap().to_owned());
    let mut shown = site.shown.lock().unwrap();
    shown.asked.push((uri.path().to_owned(), agent.unwrap_or_default()));
    match shown.files.get(uri.path()).cloned() {
        None => StatusCode::NOT_FOUND.into_response(),
        Some((302, to, _)) => (StatusCode::FOUND, [(header::LOCATION, to)]).into_response(),
        Some((_, kind, bytes)) => ([(header::CONTENT_TYPE, kind)], Body::from(bytes)).into_response(),
    }
}

/// Posts a link, waits for the work, and gives the status.
async fn links(shop: &Shop, person: &Person, url: &str) -> Value {
    let said = person.says(&format!("look: {url}")).await;
    shop.settle().await;
    person.get(&path(&said)).await.ok()
}

fn path(status: &Value) -> String {
    format!("/api/v1/statuses/{}", status["id"].as_str().unwrap())
}

#[tokio::test]
async fn a_linked_page_becomes_a_card_shared_by_all_who_link_it() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    site.show("/cat.png", "image/png", pictures::png(300, 150));
    let url = site.page(
        "/news",
        "<html lang=de-AT><title>no</title><meta property=og:title content='A &amp; B'>\
         <meta property=og:description content=D><meta property=og:site_name content=Paper>\
         <meta property=og:image content=/cat.png><meta property=og:image:alt content='a cat'>\
         <meta property=article:published_time content=2026-01-02T03:04:05Z>",
    );
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    let said = alice.says(&format!("look: {url}#part")).await;
    assert_eq!(said["card"], Value::Null, "the card comes later");
    assert_eq!(stream.next().await.name, "update");
    let update = stream.next().await;
    assert_eq!((update.name.as_str(), &update.payload["card"]["title"]), ("status.update", &json!("A & B")));
    shop.settle().await;
    let card = alice.get(&path(&said)).await.ok()["card"].clone();
    let image = card["image"].as_str().unwrap().to_owned();
    let mut told = card.clone();
    for taken in ["image", "blurhash"] {
        assert!(told.as_object_mut().unwrap().remove(taken).unwrap().is_string());
    }
    let expected = json!({
        "url": url, "title": "A & B", "description": "D", "language": "de", "type": "link",
        "author_name": "", "author_url": "", "provider_name": "Paper", "provider_url": "", "html": "",
        "width": 300, "height": 150, "image_description": "a cat", "embed_url": "",
        "published_at": "2026-01-02T03:04:05.000Z", "authors": [], "missing_attribution": false,
    });
    assert_eq!(told, expected);
    assert!(image.starts_with(shop.base()), "people show themselves to nobody: {image}");
    let served = shop.anon().get(&image).await;
    assert_eq!((served.status(), served.header("content-type")), (200, Some("image/png")));
    assert_eq!(shop.anon().get("/media_proxy/cards/0123456789abcdef").await.status(), 404);
    let guest = shop.anon().get(&path(&said)).await.ok();
    assert_eq!(guest["card"].get("missing_attribution"), None);
    let agents = site.shown.lock().unwrap().asked.clone();
    assert!(agents.iter().any(|(asked, agent)| asked == "/news" && agent.ends_with(" Bot")), "{agents:?}");

    assert_eq!(links(&shop, &bob, &url).await["card"]["title"], "A & B");
    assert_eq!(site.asked("/news"), 1, "a card is shared");
    site.page("/news", "<title>New</title>");
    shop.clock().advance(Duration::from_secs(15 * 24 * 3_600));
    shop.settle().await;
    assert_eq!(links(&shop, &bob, &url).await["card"]["title"], "New");
    assert_eq!(alice.get(&path(&said)).await.ok()["card"]["title"], "New");
    assert_eq!(site.asked("/news"), 2);
}

#[tokio::test]
async fn only_the_first_link_of_a_post_without_media_counts() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let (one, two) = (site.page("/1", "<title>One</title>"), site.page("/2", "<title>Two</title>"));
    let said = links(&shop, &alice, &format!("{}/@alice {one} {two}", shop.base())).await;
    assert_eq!(said["card"]["title"], "One", "our own pages are passed over");
    let picture = alice.picture().await;
    let with_media =
        alice.post("/api/v1/statuses", json!({"status": two, "media_ids": [picture]})).await.ok();
    let spelled = links(&shop, &alice, "http://user:secret@localhost/ ftp://a.example/ a.example").await;
    assert_eq!(spelled["card"], Value::Null);
    let own = links(&shop, &alice, shop.base()).await;
    assert_eq!(own["card"], Value::Null);
    assert_eq!(alice.get(&path(&with_media)).await.ok()["card"], Value::Null);
    assert_eq!(site.asked("/2"), 0);
    let boost = alice.post(&format!("{}/reblog", path(&said)), json!({})).await.ok();
    assert_eq!((&boost["card"], &boost["reblog"]["card"]["title"]), (&Value::Null, &json!("One")));

    alice.put(&path(&said), json!({"status": format!("now {two}")})).await.ok();
    shop.settle().await;
    assert_eq!(alice.get(&path(&said)).await.ok()["card"]["title"], "Two");
    let held = || CARDS.page(&shop.app().read().unwrap(), &Window::oldest(10)).unwrap().len();
    assert_eq!(held(), 1, "nobody shows the first page any more");
    alice.put(&path(&said), json!({"status": "no link"})).await.ok();
    shop.settle().await;
    assert_eq!(alice.get(&path(&said)).await.ok()["card"], Value::Null);
    let said = links(&shop, &alice, &one).await;
    alice.delete(&path(&said)).await.ok();
    shop.settle().await;
    assert_eq!(held(), 0);
    assert!(CARD_OF.page(&shop.app().read().unwrap(), &Window::oldest(10)).unwrap().is_empty());
}

#[tokio::test]
async fn oembed_goes_before_opengraph_and_players_are_locked_in() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let page = |name: &str, oembed: Value| {
        site.show(&format!("/o/{name}"), "application/json", oembed.to_string());
        let link = format!("<link rel=alternate type=application/json+oembed href='/o/{name}'>");
        site.page(&format!("/{name}"), &format!("<title>Page</title>{link}"))
    };
    site.show("/whole.png", "image/png", pictures::png(60, 30));
    let player = "<script>x()</script><iframe src='https://v.example/1' onload='x()'></iframe>";
    let video =
        page("video", json!({"type": "video", "title": "V", "html": player, "width": 640, "height": 360}));
    let card = links(&shop, &alice, &video).await["card"].clone();
    assert_eq!((&card["type"], &card["title"], &card["width"]), (&json!("video"), &json!("V"), &json!(640)));
    let playing = alice.get("/api/v2/search?type=statuses&q=from:me+has:embed").await.ok();
    assert_eq!(playing["statuses"].as_array().unwrap().len(), 1, "{playing}");
    let html = card["html"].as_str().unwrap();
    assert!(html.contains("sandbox=") && !html.contains("x()") && !html.contains("onload"), "{html}");
    let photo = page(
        "photo",
        json!({"type": "photo", "url": "/whole.png", "author_name": "Ann", "author_url": "/ann"}),
    );
    let card = links(&shop, &alice, &photo).await["card"].clone();
    assert_eq!((&card["type"], &card["embed_url"]), (&json!("photo"), &json!(site.url("/whole.png"))));
    assert_eq!(card["authors"][0], json!({"name": "Ann", "url": site.url("/ann"), "account": null}));
    assert!(card["image"].is_string());
    for (name, told) in [
        ("rich", json!({"type": "rich", "title": "R", "html": player})),
        ("empty", json!({"type": "video", "title": "E", "html": "<script>x()</script>"})),
        ("list", json!([1, 2])),
    ] {
        let card = links(&shop, &alice, &page(name, told)).await["card"].clone();
        assert_eq!(
            (&card["type"], &card["title"], &card["html"]),
            (&json!("link"), &json!("Page"), &json!(""))
        );
    }
    let gone =
        site.page("/gone", "<title>G</title><link rel=alternate type=application/json+oembed href=/none>");
    assert_eq!(links(&shop, &alice, &gone).await["card"]["title"], "G");
}

#[tokio::test]
async fn hostile_pages_give_plain_words_or_nothing() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let script = site.page(
        "/script",
        "<title><script>alert(1)</script></title><meta property=og:image content='javascript:alert(1)'>\
         <meta name=twitter:player content='javascript:alert(1)'><meta property=og:site content='data:text/html,x'>",
    );
    let card = links(&shop, &alice, &script).await["card"].clone();
    assert_eq!(card["title"], "<script>alert(1)</script>", "plain text, which clients escape");
    let nothing = (&Value::Null, &json!(""), &json!(""));
    assert_eq!((&card["image"], &card["html"], &card["provider_url"]), nothing);
    let giant = format!("<title>Giant</title>{}", "<p>x".repeat(1 << 20));
    let giant = site.page("/giant", &giant);
    assert_eq!(links(&shop, &alice, &giant).await["card"]["title"], "Giant", "its beginning is enough");
    site.show("/lie.png", "image/png", "<svg onload=x()>");
    let lie = site.page("/lie", "<title>L</title><meta property=og:image content=/lie.png>");
    assert_eq!(links(&shop, &alice, &lie).await["card"]["image"], Value::Null);
    let late = format!("{}<title>late</title>", " ".repeat(2 << 20));
    let hidden = site.page("/late", &late);
    let kind = site.show("/kind", "application/json", "<title>x</title>");
    let picture = site.show("/picture", "image/png", pictures::png(9, 9));
    let untitled = site.page("/untitled", "<p>nothing here</p>");
    let around = site.redirect("/around", "/around");
    let out = site.redirect("/out", "ftp://a.example/");
    for url in [&hidden, &kind, &picture, &untitled, &around, &out, &site.url("/none")] {
        assert_eq!(links(&shop, &alice, url).await["card"], Value::Null, "{url}");
    }
    links(&shop, &alice, &untitled).await;
    assert_eq!(site.asked("/untitled"), 1, "a page without a card is left alone for a while");
    let moved = site.redirect("/moved", "/script");
    assert_eq!(links(&shop, &alice, &moved).await["card"]["url"], json!(moved));

    let shop = Shop::start_with("[federation]\nallow_private = false\n").await;
    let asked = site.shown.lock().unwrap().asked.len();
    let said = links(&shop, &shop.member("alice").await, &script).await;
    assert_eq!(said["card"], Value::Null);
    assert_eq!(site.shown.lock().unwrap().asked.len(), asked, "nobody looks into our own network");
}

#[tokio::test]
async fn an_author_is_shown_when_both_sides_agree() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let head = format!("<title>T</title><meta name=fediverse:creator content='{}'>", alice.handle());
    let said = links(&shop, &alice, &site.page("/", &head)).await;
    assert_eq!((&said["card"]["authors"], &said["card"]["missing_attribution"]), (&json!([]), &json!(true)));
    let seen = bob.get(&path(&said)).await.ok();
    assert_eq!((&seen["card"]["authors"], &seen["card"]["missing_attribution"]), (&json!([]), &json!(false)));
    let (id, domain): (AccountId, _) = (alice.id.parse().unwrap(), site.domain().to_owned());
    shop.app()
        .write(move |tx| {
            ACCOUNTS.edit(tx, &id, |account: &mut Account| account.attribution_domains = vec![domain])?;
            Ok(())
        })
        .await
        .unwrap();
    let card = bob.get(&path(&said)).await.ok()["card"].clone();
    assert_eq!(card["authors"][0]["account"]["id"], json!(alice.id));
    assert_eq!((&card["authors"][0]["name"], &card["authors"][0]["url"]), (&json!(""), &json!("")));
    assert_eq!(alice.get(&path(&said)).await.ok()["card"]["missing_attribution"], false);
    let nobody =
        site.page("/nobody", "<title>N</title><meta name=fediverse:creator content='@none@localhost:1'>");
    assert_eq!(links(&shop, &alice, &nobody).await["card"]["authors"], json!([]));
}

#[tokio::test]
async fn the_page_of_a_remote_post_is_read_a_little_later() {
    let (a, b) = Shop::pair().await;
    let site = Site::start().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let url = site.page("/news", "<title>News</title>");
    let settle = async || {
        for _ in 0..3 {
            a.settle().await;
            b.settle().await;
        }
    };
    let said = bob.says(&format!("@alice@{} #news {url}", a.domain())).await;
    settle().await;
    let query = format!("/api/v2/search?resolve=true&type=statuses&q={}", said["uri"].as_str().unwrap());
    let found = alice.get(&query).await.ok()["statuses"][0].clone();
    a.clock().advance(Duration::from_secs(61));
    settle().await;
    let seen = alice.get(&path(&found)).await.ok();
    assert_eq!(seen["card"]["title"], "News", "neither the mention nor the hashtag, but the link");
    assert_eq!(site.asked("/news"), 2, "each server reads it once");
}

#[tokio::test]
async fn pages_of_a_suspended_server_have_no_card() {
    let (shop, site, other) = (Shop::start().await, Site::start().await, Site::start().await);
    let alice = shop.member("alice").await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let url = site.page("/a", "<title>A</title><meta property=og:description content=D>");
    let seen = links(&shop, &alice, &url).await;
    assert_eq!(seen["card"]["title"], "A");
    let id = rule(&admin, site.domain(), json!({ "severity": "suspend" })).await;
    assert_eq!(alice.get(&path(&seen)).await.ok()["card"], Value::Null);
    let asked = site.asked("/a");
    // A way round by another server ends there as well.
    let lure = other.redirect("/go", &url);
    assert_eq!(links(&shop, &alice, &lure).await["card"], Value::Null);
    assert_eq!((other.asked("/go"), site.asked("/a")), (1, asked));
    admin.delete(&format!("/api/v1/admin/domain_blocks/{id}")).await.ok();
    assert_eq!(alice.get(&path(&seen)).await.ok()["card"]["title"], "A");
}
