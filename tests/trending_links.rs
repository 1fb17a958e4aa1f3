//! Links that trend: articles that many people share, and what is written about them.

use serde_json::{Value, json};
use shop::features::trends::judge;
use shop::features::trends::table::{LINK_USES, Subject};
use shop::features::users::table::Role;
use shop_storage::Window;

use crate::cards::Site;
use crate::domain_rules::{STAFF, rule};
use crate::support::{Person, Shop, pictures};
use crate::trends::{HOUR, OPEN, members, rank};

const LINKS: &str = "/api/v1/trends/links";

/// An article with everything that one needs to trend, but for `without`.
pub(crate) fn article(site: &Site, path: &str, without: &str) -> String {
    site.show("/cat.png", "image/png", pictures::png(300, 150));
    let lines = [
        "<meta property=og:type content=article>",
        "<meta property=og:title content=Title>",
        "<meta property=og:description content=Words>",
        "<meta property=og:site_name content=Paper>",
        "<meta property=og:image content=/cat.png>",
    ];
    let kept: Vec<&str> =
        lines.into_iter().filter(|line| without.is_empty() || !line.contains(without)).collect();
    site.page(path, &format!("<html lang=de>{}", kept.concat()))
}

async fn share(person: &Person, url: &str) -> Value {
    person.says(&format!("read {url}")).await
}

async fn urls(person: &Person) -> Vec<String> {
    let links = person.get(LINKS).await.ok();
    links.as_array().unwrap().iter().map(|link| link["url"].as_str().unwrap().to_owned()).collect()
}

/// Where the posts about a link are.
pub(crate) fn timeline(url: &str) -> String {
    format!(
        "/api/v1/timelines/link?url={}",
        url::form_urlencoded::byte_serialize(url.as_bytes()).collect::<String>()
    )
}

#[tokio::test]
async fn an_article_trends_by_those_who_share_it_and_fades() {
    let (shop, site) = (Shop::start_with(OPEN).await, Site::start().await);
    let people = members(&shop, 6).await;
    let url = article(&site, "/news", "");
    let few = article(&site, "/few", "");
    let first = share(&people[0], &url).await;
    for person in &people[1..4] {
        share(person, &url).await;
        share(person, &few).await;
    }
    share(&people[1], &url).await;
    shop.settle().await;
    // A boost shares it as well.
    people[4]
        .post(&format!("/api/v1/statuses/{}/reblog", first["id"].as_str().unwrap()), json!({}))
        .await
        .ok();
    let anon = shop.anon();
    assert_eq!(urls(&anon).await, [""; 0], "nothing before the first ranking");
    anon.get(&timeline(&url)).await.error(404);
    rank(&shop).await;
    let links = people[0].get(LINKS).await.ok();
    assert_eq!(links.as_array().unwrap().len(), 1, "{links}");
    let link = &links[0];
    assert_eq!(
        (link["url"].as_str(), &link["title"], &link["language"]),
        (Some(&*url), &json!("Title"), &json!("de"))
    );
    assert_eq!(link["missing_attribution"], false);
    let history = link["history"].as_array().unwrap();
    assert_eq!(history.len(), 7);
    assert_eq!((&history[0]["accounts"], &history[0]["uses"]), (&json!("5"), &json!("6")));
    assert_eq!((&history[1]["accounts"], &history[1]["uses"]), (&json!("0"), &json!("0")));
    assert!(history[0]["day"].is_string());
    // (5 - 1)² = 16 is 1 after four half-lives of eight hours.
    shop.clock().advance(HOUR * 24);
    rank(&shop).await;
    assert_eq!(urls(&anon).await, [url.as_str()]);
    let history = anon.get(LINKS).await.ok()[0]["history"].clone();
    assert_eq!((&history[0]["uses"], &history[1]["uses"]), (&json!("0"), &json!("6")));
    shop.clock().advance(HOUR * 8);
    rank(&shop).await;
    assert_eq!(urls(&anon).await, [""; 0]);
    anon.get(&timeline(&url)).await.error(404);
}

#[tokio::test]
async fn what_is_no_whole_article_and_what_is_not_said_openly_does_not_trend() {
    let (shop, site) = (Shop::start_with(OPEN).await, Site::start().await);
    let people = members(&shop, 5).await;
    let lacking: Vec<String> = ["og:type", "og:description", "og:site_name", "og:image"]
        .iter()
        .enumerate()
        .map(|(at, part)| article(&site, &format!("/lacking{at}"), part))
        .collect();
    let (hidden, quiet) = (article(&site, "/hidden", ""), article(&site, "/quiet", ""));
    for person in &people {
        for url in &lacking {
            share(person, url).await;
        }
        person.post("/api/v1/statuses", json!({"status": hidden, "sensitive": true})).await.ok();
        person.post("/api/v1/statuses", json!({"status": quiet, "visibility": "unlisted"})).await.ok();
    }
    rank(&shop).await;
    assert_eq!(urls(&shop.anon()).await, [""; 0]);
}

#[tokio::test]
async fn the_timeline_of_a_link_has_what_authors_want_to_be_found() {
    let (shop, site) = (Shop::start_with(OPEN).await, Site::start().await);
    let people = members(&shop, 5).await;
    let url = article(&site, "/news", "");
    let mut said = Vec::new();
    for person in &people {
        said.push(share(person, &url).await["id"].as_str().unwrap().to_owned());
    }
    for person in &people[..3] {
        person.patch("/api/v1/accounts/update_credentials", json!({"discoverable": true})).await.ok();
    }
    people[0].post("/api/v1/statuses", json!({"status": url, "visibility": "unlisted"})).await.ok();
    rank(&shop).await;
    let path = timeline(&url);
    let page = shop.anon().get(&path).await;
    assert_eq!(page.ids(), [said[2].clone(), said[1].clone(), said[0].clone()]);
    let first = shop.anon().get(&format!("{path}&limit=1")).await;
    assert_eq!(first.ids(), [said[2].as_str()]);
    let next = first.link("next").unwrap();
    assert_eq!(shop.anon().get(next.trim_start_matches(shop.base())).await.ids(), [said[1].as_str()]);
    people[4].post(&format!("/api/v1/accounts/{}/block", people[1].id), json!({})).await.ok();
    assert_eq!(people[4].get(&path).await.ids(), [said[2].clone(), said[0].clone()]);
    for bad in ["https://example.com/", "x", &format!("{url}/other")] {
        shop.anon().get(&timeline(bad)).await.error(404);
    }
    shop.anon().get("/api/v1/timelines/link?url=").await.error(400);
    shop.anon().get(&format!("{path}&max_id=x")).await.error(404);
}

#[tokio::test]
async fn the_staff_says_which_links_may_trend() {
    let (shop, site) = (Shop::start().await, Site::start().await);
    let people = members(&shop, 5).await;
    let url = article(&site, "/news", "");
    for person in &people {
        share(person, &url).await;
    }
    rank(&shop).await;
    assert_eq!(urls(&people[0]).await, [""; 0]);
    for (trendable, shown) in [(true, 1), (false, 0), (true, 1)] {
        let name = url.clone();
        shop.app().write(move |tx| judge(tx, Subject::Link, &name, trendable)).await.unwrap();
        assert_eq!(urls(&people[0]).await.len(), shown);
        assert_eq!(shop.anon().get(&timeline(&url)).await.status() == 200, shown == 1);
    }
    // A rule about the website counts at once.
    let admin = shop.person("root", Role::Admin, STAFF).await;
    rule(&admin, site.domain(), json!({"severity": "suspend"})).await;
    assert_eq!(urls(&people[0]).await, [""; 0]);
    shop.anon().get(&timeline(&url)).await.error(404);
}

#[tokio::test]
async fn what_is_old_does_not_make_a_link_trend() {
    let (shop, site) = (Shop::start_with(OPEN).await, Site::start().await);
    let people = members(&shop, 5).await;
    let url = article(&site, "/news", "");
    let said = share(&people[0], &url).await;
    shop.settle().await;
    shop.clock().advance(HOUR * 24);
    for person in &people[1..] {
        let path = format!("/api/v1/statuses/{}/reblog", said["id"].as_str().unwrap());
        person.post(&path, json!({"visibility": "unlisted"})).await.ok();
    }
    rank(&shop).await;
    assert_eq!(urls(&shop.anon()).await, [""; 0], "quiet boosts count for nothing");
    // The week that a history shows goes by, and the rows with it.
    shop.clock().advance(HOUR * 24 * 8);
    rank(&shop).await;
    let kept = LINK_USES.page(&shop.app().read().unwrap(), &Window::oldest(10)).unwrap();
    assert!(kept.is_empty(), "{kept:?}");
}
