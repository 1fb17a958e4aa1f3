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
