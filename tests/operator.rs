//! What the operator adds to the pages: terms of service in versions, and a style sheet.

use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use shop::platform::clock::Clock;
use shop::platform::config::Config;
use shop::server::Server;

use crate::support::Shop;

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (name, text) in files {
        std::fs::write(folder.join(name), text).unwrap();
    }
}

fn terms(folder: &Path) -> String {
    format!("[pages]\nterms = '{}'", folder.display())
}

#[tokio::test]
async fn terms_hold_from_their_day_until_the_next_ones() {
    let folder = tempfile::tempdir().unwrap();
    let today = Clock::default().now();
    let (past, future) = ("2020-01-01".to_owned(), today.plus(Duration::from_secs(40 * 86_400)).date());
    let html = format!("{future}.html");
    let texts = [("2020-01-01.txt", "Be <kind>.\n\nNo adverts."), (html.as_str(), "<h2>New</h2>")];
    write(folder.path(), &texts);
    let shop = Shop::start_with(&terms(folder.path())).await;
    let anon = shop.anon();
    let api = "/api/v1/instance/terms_of_service";
    let held = anon.get(api).await.ok();
    let expected = json!({ "effective_date": past, "effective": true,
        "content": "<p>Be &lt;kind&gt;.</p><p>No adverts.</p>", "succeeded_by": future });
    assert_eq!(held, expected);
    assert_eq!(anon.get(&format!("{api}/{past}")).await.ok(), held);
    let next = anon.get(&format!("{api}/{future}")).await.ok();
    assert_eq!((&next["effective"], &next["succeeded_by"]), (&json!(false), &Value::Null));
    assert_eq!(next["content"], "<h2>New</h2>");
    for bad in ["2020-01-02", "2020-1-1", "x", "..%2F2020-01-01"] {
        anon.get(&format!("{api}/{bad}")).await.error(404);
        assert_eq!(anon.get(&format!("/terms-of-service/{bad}")).await.status(), 404, "{bad}");
    }
    let urls = anon.get("/api/v2/instance").await.ok()["configuration"]["urls"].clone();
    assert_eq!(urls["terms_of_service"], format!("{}/terms-of-service", shop.base()));
    let page = anon.get("/terms-of-service").await;
    assert_eq!(page.status(), 200);
    assert!(
        page.text().contains("No adverts.") && page.text().contains(&format!("/terms-of-service/{future}"))
    );
    assert!(anon.get(&format!("/terms-of-service/{future}")).await.text().contains("<h2>New</h2>"));
    for path in ["/about", "/auth/sign_up"] {
        assert!(anon.get(path).await.text().contains("href=\"/terms-of-service\""), "{path}");
    }

    shop.clock().advance(Duration::from_secs(41 * 86_400));
    assert_eq!(anon.get(api).await.ok()["effective_date"], future);
    assert_eq!(anon.get(api).await.ok()["effective"], true);
}

#[tokio::test]
async fn where_nothing_is_set_there_is_nothing() {
    let shop = Shop::start().await;
    let anon = shop.anon();
    assert_eq!(anon.get("/terms-of-service").await.status(), 404);
    assert!(!anon.get("/about").await.text().contains("terms-of-service"));
    let style = anon.get("/custom.css").await;
    assert_eq!((style.status(), style.text()), (200, String::new()));
    assert!(!anon.get("/about").await.text().contains("/css/"));
}

#[tokio::test]
async fn every_page_loads_the_style_sheet_of_the_operator() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("own.css", "body { --accent: teal }")]);
    let shop =
        Shop::start_with(&format!("[pages]\nstylesheet = '{}/own.css'", folder.path().display())).await;
    let anon = shop.anon();
    let page = anon.get("/about").await.text();
    let address =
        page.split("href=\"").find(|part| part.starts_with("/css/")).unwrap().split('"').next().unwrap();
    for path in [address, "/custom.css", "/css/older"] {
        let style = anon.get(path).await;
        assert_eq!(style.text(), "body { --accent: teal }", "{path}");
        assert_eq!(style.header("content-type"), Some("text/css; charset=utf-8"));
        assert_eq!(style.header("cache-control"), Some("public, max-age=2592000"));
    }
}

#[tokio::test]
async fn what_cannot_be_read_keeps_the_server_from_starting() {
    let load = |settings: &str| Config::load(&[], [], Some((Path::new("shop.toml"), settings)));
    for missing in ["terms = '/no/such/folder'", "stylesheet = '/no/such/file'"] {
        let error = load(&format!("[pages]\n{missing}")).unwrap_err().to_string();
        assert!(error.contains("there is no such"), "{error}");
    }
    for (name, text) in [("terms.txt", "x"), ("2026-02-30.txt", "x"), ("2026-01-01.md", "x")] {
        let (folder, data) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        write(folder.path(), &[(name, text)]);
        let settings = format!(
            "[pages]\nterms = '{}'\n[server]\nlisten = '127.0.0.1:0'\n[storage]\ndata = '{}'",
            folder.path().display(),
            data.path().display()
        );
        assert!(Server::start(load(&settings).unwrap(), Clock::default()).await.is_err(), "{name}");
    }
}
