//! Trends: what many share, when it shows, and what the staff says to it.

use std::time::Duration;

use serde_json::{Value, json};
use shop::features::trends::{judge, table::Subject};

use crate::support::{Person, Shop};

/// A little more than the time between two rankings.
const ROUND: Duration = Duration::from_secs(301);
pub(crate) const HOUR: Duration = Duration::from_secs(60 * 60);
pub(crate) const OPEN: &str = "[trends]\ntrendable_by_default = true\n";

pub(crate) async fn rank(shop: &Shop) {
    shop.settle().await;
    shop.clock().advance(ROUND);
    shop.settle().await;
}

/// So many people, early on a day: who used a tag is counted by days.
pub(crate) async fn members(shop: &Shop, count: usize) -> Vec<Person> {
    let now = shop.app().now();
    shop.clock().advance(HOUR * 25 - now.since(now.midnight()));
    let mut members = Vec::new();
    for number in 0..count {
        members.push(shop.member(&format!("member{number}")).await);
    }
    members
}

async fn tags(shop: &Shop) -> Vec<String> {
    let tags = shop.anon().get("/api/v1/trends/tags").await.ok();
    tags.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
}

/// A post of a discoverable author that everybody else favourites.
async fn liked(author: &Person, fans: &[Person], body: Value) -> String {
    author.patch("/api/v1/accounts/update_credentials", json!({"discoverable": true})).await.ok();
    let id = author.post("/api/v1/statuses", body).await.ok()["id"].as_str().unwrap().to_owned();
    for fan in fans {
        fan.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await.ok();
    }
    id
}

#[tokio::test]
async fn a_tag_trends_by_people_not_by_posts_and_fades() {
    let shop = Shop::start_with(OPEN).await;
    let people = members(&shop, 6).await;
    for person in &people {
        person.says("#Festival").await;
    }
    for _ in 0..6 {
        people[0].says("#alone").await;
    }
    for person in &people[..4] {
        person.says("#few").await;
        person.post("/api/v1/statuses", json!({"status": "#hush", "visibility": "unlisted"})).await.ok();
    }
    assert_eq!(tags(&shop).await, [""; 0], "nothing before the first ranking");
    rank(&shop).await;
    assert_eq!(tags(&shop).await, ["Festival"]);
    let list = people[0].get("/api/v1/trends").await;
    assert_eq!(list.ok()[0]["history"].as_array().unwrap().len(), 7);
    assert_eq!(list.header("deprecation"), Some("@1648598400"));
    // (6 - 1)² = 25 is below 1 after five half-lives of four hours.
    shop.clock().advance(HOUR * 16);
    rank(&shop).await;
    assert_eq!(tags(&shop).await, ["Festival"]);
    shop.clock().advance(HOUR * 4);
    for _ in 0..2 {
        rank(&shop).await;
        assert_eq!(tags(&shop).await, [""; 0], "and does not come back with what was said before");
    }
}

#[tokio::test]
async fn nothing_trends_before_the_staff_agrees() {
    let shop = Shop::start().await;
    let people = members(&shop, 5).await;
    for person in &people {
        person.says("#parade").await;
    }
    rank(&shop).await;
    assert_eq!(tags(&shop).await, [""; 0]);
    for (trendable, shown) in [(true, 1), (false, 0)] {
        shop.app().write(move |tx| judge(tx, Subject::Tag, "#Parade", trendable)).await.unwrap();
        assert_eq!(tags(&shop).await.len(), shown);
    }
    let found = people[0].get("/api/v2/search?q=para&type=hashtags&exclude_unreviewed=true").await.ok();
    assert_eq!(found["hashtags"][0]["name"], "parade", "looked at, whatever was decided");
}

#[tokio::test]
async fn a_post_trends_by_its_marks_and_fades() {
    let shop = Shop::start_with(OPEN).await;
    let mut people = members(&shop, 6).await;
    let author = people.pop().unwrap();
    let id = liked(&author, &people, json!({"status": "good news", "language": "en"})).await;
    for body in [
        json!({"status": "few", "language": "en"}),
        json!({"status": "warned", "language": "en", "spoiler_text": "x"}),
        json!({"status": "sensitive", "language": "en", "sensitive": true}),
        json!({"status": "reply", "language": "en", "in_reply_to_id": id}),
        json!({"status": "quiet", "language": "en", "visibility": "unlisted"}),
    ] {
        let fans = if body["status"] == "few" { &people[..4] } else { &people[..] };
        liked(&author, fans, body).await;
    }
    rank(&shop).await;
    let path = "/api/v1/trends/statuses";
    assert_eq!(shop.anon().get(path).await.ids(), [id.as_str()]);
    // What holds now counts, whatever held when it was ranked.
    people[0].post(&format!("/api/v1/accounts/{}/mute", author.id), json!({})).await.ok();
    assert_eq!(people[0].get(path).await.ids(), [""; 0]);
    author.patch("/api/v1/accounts/update_credentials", json!({"discoverable": false})).await.ok();
    assert_eq!(shop.anon().get(path).await.ids(), [""; 0]);
    author.patch("/api/v1/accounts/update_credentials", json!({"discoverable": true})).await.ok();
    assert_eq!(shop.anon().get(path).await.ids(), [id]);
    // (5 - 1)² = 16 is below 0.3 after six half-lives of an hour.
    shop.clock().advance(HOUR * 6);
    rank(&shop).await;
    assert_eq!(shop.anon().get(path).await.ids(), [""; 0]);
}

#[tokio::test]
async fn pages_run_by_offset_and_languages_go_first() {
    let shop = Shop::start_with(OPEN).await;
    let mut people = members(&shop, 7).await;
    let author = people.pop().unwrap();
    let english = liked(&author, &people, json!({"status": "one", "language": "en"})).await;
    let german = liked(&author, &people[..5], json!({"status": "zwei", "language": "de"})).await;
    rank(&shop).await;
    let anon = shop.anon();
    let path = "/api/v1/trends/statuses";
    assert_eq!(anon.get(path).await.ids(), [english.clone(), german.clone()]);
    let browser = [("accept-language", "de-AT,de;q=0.9")];
    assert_eq!(anon.get_with(path, &browser).await.ids(), [german.clone(), english.clone()]);
    assert_eq!(anon.get(&format!("{path}?lang=de")).await.ids(), [german.clone(), english.clone()]);
    let first = anon.get(&format!("{path}?limit=1")).await;
    assert_eq!(first.ids(), [english.as_str()]);
    assert!(first.link("prev").is_none());
    let next = first.link("next").unwrap();
    assert!(next.ends_with("limit=1&offset=1"), "{next}");
    let second = anon.get(next.trim_start_matches(shop.base())).await;
    assert_eq!(second.ids(), [german]);
    assert!(second.link("prev").unwrap().ends_with("limit=1&offset=0"));
    let beyond = anon.get(&format!("{path}?offset=9223372036854775807")).await;
    assert_eq!((beyond.ids().len(), beyond.link("next")), (0, None));
}

#[tokio::test]
async fn impossible_pages_are_refused() {
    let shop = Shop::start_with(OPEN).await;
    let anon = shop.anon();
    for kind in ["tags", "statuses", "links"] {
        for bad in ["limit=-1", "offset=-1"] {
            anon.get(&format!("/api/v1/trends/{kind}?{bad}")).await.error(400);
        }
        assert_eq!(anon.get(&format!("/api/v1/trends/{kind}?offset=x&limit=y")).await.ok(), json!([]));
    }
    anon.get("/api/v1/timelines/link").await.error(400);
    anon.get("/api/v1/timelines/link?url=https://example.com/").await.error(404);
}

#[tokio::test]
async fn only_what_there_is_can_be_judged() {
    let shop = Shop::start().await;
    for (subject, name, status) in [
        (Subject::Tag, "#", 422),
        (Subject::Tag, " ", 422),
        (Subject::Status, "1", 404),
        (Subject::Status, "x", 404),
        (Subject::Link, "https://example.com/", 404),
        (Subject::Link, "", 404),
    ] {
        let refused = shop.app().write(move |tx| judge(tx, subject, name, true)).await.unwrap_err();
        assert_eq!(refused.status().as_u16(), status, "{name}");
    }
}

#[tokio::test]
async fn trends_can_be_switched_off() {
    let shop = Shop::start_with("[trends]\nenabled = false\ntrendable_by_default = true\n").await;
    for person in &members(&shop, 5).await {
        person.says("#parade").await;
    }
    rank(&shop).await;
    assert_eq!(tags(&shop).await, [""; 0]);
}
