//! Favourites, and the pages of both sides.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn post(who: &Person, text: &str) -> Value {
    who.post("/api/v1/statuses", json!({ "status": text })).await.ok()
}

fn verb(status: &Value, verb: &str) -> String {
    format!("/api/v1/statuses/{}/{verb}", status["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn a_favourite_counts_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, "like me").await;
    for _ in 0..2 {
        let marked = bob.post(&verb(&status, "favourite"), json!({})).await.ok();
        assert_eq!(marked["favourited"], true);
        assert_eq!(marked["favourites_count"], 1);
    }
    let seen = alice.get(&verb(&status, "context").replace("/context", "")).await.ok();
    assert_eq!(seen["favourited"], false, "marks are each reader's own");
    for _ in 0..2 {
        let unmarked = bob.post(&verb(&status, "unfavourite"), json!({})).await.ok();
        assert_eq!(unmarked["favourited"], false);
        assert_eq!(unmarked["favourites_count"], 0);
    }
}

#[tokio::test]
async fn a_favourite_of_a_boost_is_one_of_the_original() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let status = post(&alice, "like me").await;
    let boost = bob.post(&verb(&status, "reblog"), json!({})).await.ok();
    bob.post(&verb(&boost, "favourite"), json!({})).await.ok();
    let list = bob.get("/api/v1/favourites").await.ok();
    assert_eq!(list[0]["id"], status["id"]);
    assert_eq!(list[0]["favourites_count"], 1);
}

#[tokio::test]
async fn favourites_page_by_their_own_order() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let mut posts = Vec::new();
    for n in 0..5 {
        posts.push(post(&alice, &format!("post {n}")).await);
    }
    // Favourited in another order than they were posted.
    for n in [3, 0, 4, 1, 2] {
        bob.post(&verb(&posts[n], "favourite"), json!({})).await.ok();
    }
    let mut seen = Vec::new();
    let mut next = Some("/api/v1/favourites?limit=2".to_owned());
    while let Some(path) = next {
        let answer = bob.get(&path).await;
        next = answer.link("next");
        seen.extend(answer.ok().as_array().expect("a list").iter().map(|status| status["id"].clone()));
        assert!(seen.len() <= 5, "a page came twice");
    }
    let expected: Vec<_> = [2, 1, 4, 0, 3].iter().map(|n| posts[*n]["id"].clone()).collect();
    assert_eq!(seen, expected);
    assert_eq!(alice.get("/api/v1/favourites").await.ok(), json!([]));
}

#[tokio::test]
async fn favourited_by_lists_people_newest_first() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, "like me").await;
    let mut people = Vec::new();
    for name in ["bob", "carol", "dave"] {
        let who = shop.member(name).await;
        who.post(&verb(&status, "favourite"), json!({})).await.ok();
        people.push(name);
    }
    let answer = shop.anon().get(&format!("{}?limit=2", verb(&status, "favourited_by"))).await;
    let next = answer.link("next").expect("a full page has a next one");
    let names: Vec<_> =
        answer.ok().as_array().expect("a list").iter().map(|who| who["acct"].clone()).collect();
    assert_eq!(names, ["dave", "carol"]);
    let rest = shop.anon().get(&next).await.ok();
    assert_eq!(rest[0]["acct"], "bob");
    assert_eq!(rest.as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn bad_favourites_are_refused() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    for bad in ["5", "abc", "18446744073709551616", "0"] {
        for verb in ["favourite", "unfavourite"] {
            bob.post(&format!("/api/v1/statuses/{bad}/{verb}"), json!({})).await.error(404);
        }
        bob.get(&format!("/api/v1/statuses/{bad}/favourited_by")).await.error(404);
    }
    shop.anon().post("/api/v1/statuses/5/favourite", json!({})).await.error(401);
    shop.anon().get("/api/v1/favourites").await.error(401);
    bob.get("/api/v1/favourites?max_id=abc").await.error(404);
}
