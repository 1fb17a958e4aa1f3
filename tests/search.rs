//! Finding people and hashtags.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap()).collect()
}

async fn find(member: &Person, query: &str) -> Vec<String> {
    let found = member.get(&format!("/api/v1/accounts/search?q={query}")).await.ok();
    names(&found).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn people_are_found_by_the_start_of_any_of_their_names() {
    let shop = Shop::start().await;
    let (anna, bob) = (shop.member("anna").await, shop.member("bob").await);
    shop.member("annabel").await;
    bob.patch("/api/v1/accounts/update_credentials", json!({"display_name": "Robert ANDERS"})).await.ok();
    shop.settle().await;
    assert_eq!(find(&bob, "ann").await.len(), 2);
    assert_eq!(find(&anna, "anders").await, ["bob"]);
    assert_eq!(find(&anna, "robert%20and").await, ["bob"]);
    assert_eq!(find(&anna, "robert%20xyz").await, Vec::<String>::new());
    assert_eq!(find(&bob, "anna").await[0], "anna", "the whole name comes first");
    let domain = shop.app().config.domain().to_owned();
    assert_eq!(find(&bob, &format!("@annabel@{domain}")).await, ["annabel"]);
}

#[tokio::test]
async fn the_followed_come_first_and_the_blocked_not_at_all() {
    let shop = Shop::start().await;
    let reader = shop.member("reader").await;
    let (one, two, three) =
        (shop.member("x_one").await, shop.member("x_two").await, shop.member("x_three").await);
    reader.post(&format!("/api/v1/accounts/{}/follow", two.id), json!({})).await.ok();
    three.post(&format!("/api/v1/accounts/{}/block", reader.id), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(find(&reader, "x_").await, ["x_two", "x_one"]);
    assert_eq!(find(&reader, "x_&following=true").await, ["x_two"]);
    assert_eq!(find(&reader, "x_&limit=1&offset=1").await, ["x_one"]);
    assert_eq!(find(&one, "x_").await.len(), 3);
}

#[tokio::test]
async fn impossible_searches_are_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.get("/api/v1/accounts/search").await.error(400);
    alice.get("/api/v1/accounts/search?q=%20").await.error(400);
    alice.get("/api/v1/accounts/search?q=a&offset=-1").await.error(400);
    alice.get("/api/v1/accounts/search?q=a&limit=-1").await.error(400);
    shop.settle().await;
    shop.anon().get("/api/v1/accounts/search?q=alice").await.error(401);
    for odd in ["%00", "@", "@@@", "%F0%9F%98%80", "zz@", "%25", "(((", &"x".repeat(5_000)] {
        assert_eq!(find(&alice, odd).await, Vec::<String>::new(), "{odd}");
    }
}

#[tokio::test]
async fn a_tag_nobody_used_is_shown_and_what_is_no_tag_is_not() {
    let shop = Shop::start().await;
    let anon = shop.anon();
    let tag = anon.get("/api/v1/tags/Caf%C3%A9").await.ok();
    assert_eq!(tag["id"], "");
    assert!(tag["url"].as_str().unwrap().ends_with("/tags/cafe"), "{tag}");
    assert_eq!(tag["history"].as_array().unwrap().len(), 7);
    assert_eq!(tag["history"][0]["uses"], "0");
    for bad in ["123", "%20", "!!!"] {
        anon.get(&format!("/api/v1/tags/{bad}")).await.error(404);
    }
}

#[tokio::test]
async fn one_search_finds_people_hashtags_and_pasted_addresses() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let status = alice.says("Rain again #WeatherTalk #weather").await;
    shop.settle().await;
    let found = bob.get("/api/v2/search?q=weather").await.ok();
    let tags: Vec<&str> =
        found["hashtags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(tags, ["weather", "WeatherTalk"]);
    assert_eq!(found["hashtags"][0]["history"][0]["uses"], "1");
    assert_eq!(found["hashtags"][0]["history"][0]["accounts"], "1");
    assert_eq!(
        bob.get("/api/v2/search?q=%23WEATHERT&type=hashtags").await.ok()["hashtags"][0]["name"],
        "WeatherTalk"
    );
    assert_eq!(names(&bob.get("/api/v2/search?q=ali&type=accounts").await.ok()["accounts"]), ["alice"]);
    for address in [&status["url"], &status["uri"]] {
        let found = bob.get(&format!("/api/v2/search?q={}", address.as_str().unwrap())).await.ok();
        assert_eq!(found["statuses"][0]["id"], status["id"], "{address}");
        assert_eq!(found["accounts"], json!([]));
    }
    let profile = format!("{}/@alice", shop.base());
    assert_eq!(names(&bob.get(&format!("/api/v2/search?q={profile}")).await.ok()["accounts"]), ["alice"]);
}

#[tokio::test]
async fn a_pasted_address_shows_nobody_what_they_may_not_see() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let secret = json!({"status": "for followers", "visibility": "private"});
    let status = alice.post("/api/v1/statuses", secret).await.ok();
    let path = format!("/api/v2/search?q={}", status["url"].as_str().unwrap());
    assert_eq!(bob.get(&path).await.ok()["statuses"], json!([]));
    assert_eq!(shop.anon().get(&path).await.ok()["statuses"], json!([]));
    assert_eq!(alice.get(&path).await.ok()["statuses"][0]["id"], status["id"]);
}

#[tokio::test]
async fn guests_may_search_what_is_known_and_no_further() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    shop.settle().await;
    let anon = shop.anon();
    assert_eq!(names(&anon.get("/api/v2/search?q=alic").await.ok()["accounts"]), ["alice"]);
    assert_eq!(anon.get("/api/v2/search?q=al").await.ok()["accounts"], json!([]));
    anon.get("/api/v2/search?q=alice&resolve=true").await.error(401);
    anon.get("/api/v2/search?q=alice&type=accounts&offset=1").await.error(401);
    anon.get("/api/v2/search?q=alice&limit=-5").await.error(400);
    anon.get("/api/v2/search").await.error(400);
    anon.get("/api/v2/search?q=a&offset=-1").await.error(400);
}

#[tokio::test]
async fn people_follow_their_names_and_their_followers() {
    let shop = Shop::start().await;
    let (small, big) = (shop.member("ada_small").await, shop.member("ada_big").await);
    let reader = shop.member("reader").await;
    shop.member("fan").await.follows(&big).await;
    shop.settle().await;
    assert_eq!(find(&reader, "ada").await, ["ada_big", "ada_small"], "more followers");
    let renamed = json!({"display_name": "東京タワー"});
    small.patch("/api/v1/accounts/update_credentials", renamed).await.ok();
    shop.settle().await;
    assert_eq!(find(&reader, "東京").await, ["ada_small"]);
    assert_eq!(find(&reader, "ada").await.len(), 2);
    let found = reader.get("/api/v2/search?q=ada&type=accounts&limit=1&offset=1").await.ok();
    assert_eq!(names(&found["accounts"]), ["ada_small"]);
    assert_eq!(found["collections"], json!([]));
}

#[tokio::test]
async fn an_unreviewed_tag_is_found_by_its_whole_name_only() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.says("#cat #catnip").await;
    let tags = |found: Value| found["hashtags"].as_array().unwrap().len();
    assert_eq!(tags(alice.get("/api/v2/search?q=cat&type=hashtags").await.ok()), 2);
    let reviewed = "/api/v2/search?q=cat&type=hashtags&exclude_unreviewed=true";
    assert_eq!(tags(alice.get(reviewed).await.ok()), 1);
}
