//! Many servers, one truth: a thread across five of them is the same tree on each, and one that was down for a day
//! misses nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::{find, follow};
use crate::support::{Person, Shop};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Lets all of them talk until everybody is quiet.
async fn quiet(shops: &[Shop]) {
    for _ in 0..4 {
        for shop in shops {
            shop.settle().await;
        }
    }
}

/// `who` answers the status with this address, which need not be known to the server yet.
async fn answer(who: &Person, uri: &str, text: &str) -> String {
    let id = resolve(who, uri).await;
    let said = who.post("/api/v1/statuses", json!({ "status": text, "in_reply_to_id": id })).await.ok();
    said["uri"].as_str().unwrap().to_owned()
}

/// The id that a server gives to the status with this address.
async fn resolve(who: &Person, uri: &str) -> String {
    let found = who.get(&format!("/api/v2/search?resolve=true&type=statuses&q={uri}")).await.ok();
    found["statuses"][0]["id"].as_str().unwrap_or_else(|| panic!("{uri} is not found: {found}")).to_owned()
}

/// The thread below a status as `who` sees it: address to address of the parent.
async fn tree(who: &Person, root: &str) -> BTreeMap<String, String> {
    let id = resolve(who, root).await;
    let context = who.get(&format!("/api/v1/statuses/{id}/context")).await.ok();
    let below = context["descendants"].as_array().unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut names: BTreeMap<String, String> =
        below.iter().map(|status| (text(&status["id"]), text(&status["uri"]))).collect();
    names.insert(id, root.to_owned());
    below
        .iter()
        .map(|status| (text(&status["uri"]), names[&text(&status["in_reply_to_id"])].clone()))
        .collect()
}

#[tokio::test]
async fn a_thread_across_five_servers_is_one_tree_on_each() {
    let shops: [Shop; 5] = Shop::several().await;
    let mut people = Vec::new();
    for (shop, name) in shops.iter().zip(["ada", "ben", "cleo", "dan", "eva"]) {
        people.push(shop.member(name).await);
    }
    // Ben and Cleo hear of Ada's post at once; Dan and Eva have to look for it.
    for follower in [&people[1], &people[2]] {
        follow(follower, &people[0].handle()).await;
    }
    quiet(&shops).await;
    let root = people[0].says("Who still writes letters?").await["uri"].as_str().unwrap().to_owned();
    quiet(&shops).await;
    let by_ben = answer(&people[1], &root, "I do, to my aunt.").await;
    let by_dan = answer(&people[3], &root, "Postcards only.").await;
    quiet(&shops).await;
    let by_cleo = answer(&people[2], &by_ben, "What does she answer?").await;
    let by_eva = answer(&people[4], &by_cleo, "Mine sends recipes.").await;
    quiet(&shops).await;
    let again = answer(&people[0], &by_eva, "Send one here.").await;
    let elsewhere = answer(&people[1], &by_dan, "They count.").await;
    quiet(&shops).await;

    // Whoever opens the thread has the rest of it fetched behind the answer.
    for _ in 0..3 {
        for person in &people {
            tree(person, &root).await;
        }
        quiet(&shops).await;
        shops[0].clock().advance(HOUR);
    }
    let whole: BTreeMap<String, String> = [
        (by_ben.clone(), root.clone()),
        (by_dan.clone(), root.clone()),
        (by_cleo.clone(), by_ben),
        (by_eva.clone(), by_cleo),
        (again, by_eva),
        (elsewhere, by_dan),
    ]
    .into();
    for person in &people {
        assert_eq!(tree(person, &root).await, whole, "as {} sees it", person.name);
    }
    quiet(&shops).await;
}

#[tokio::test]
async fn a_server_that_was_down_for_a_day_misses_nothing() {
    let (here, there) = Shop::pair().await;
    let ada = here.member("ada").await;
    let ben = there.member("ben").await;
    let ada_there = follow(&ben, &ada.handle()).await;
    let ben_here = follow(&ada, &ben.handle()).await;
    for _ in 0..4 {
        here.settle().await;
        there.settle().await;
    }
    let down = there.lie_down().await;
    let mut said = Vec::new();
    for number in 0..6 {
        said.push(ada.says(&format!("Letter {number}")).await);
    }
    let id = |number: usize| said[number]["id"].as_str().unwrap();
    let edit = json!({ "status": "Letter 2, with its end" });
    ada.put(&format!("/api/v1/statuses/{}", id(2)), edit).await.ok();
    ada.delete(&format!("/api/v1/statuses/{}", id(3))).await.ok();
    ada.patch("/api/v1/accounts/update_credentials", json!({ "display_name": "Ada of the letters" }))
        .await
        .ok();
    ada.post(&format!("/api/v1/accounts/{ben_here}/unfollow"), json!({})).await.ok();
    for _ in 0..24 {
        here.settle().await;
        here.clock().advance(HOUR);
    }
    let there = down.get_up().await;
    let shown = ben.get("/api/v1/timelines/home").await.ok();
    assert_eq!(shown.as_array().unwrap().len(), 0, "nothing came while the server was down");
    // The next try is half a day away at most.
    for _ in 0..12 {
        here.settle().await;
        there.settle().await;
        here.clock().advance(HOUR);
    }
    for _ in 0..3 {
        here.settle().await;
        there.settle().await;
    }
    let shown = ben.get("/api/v1/timelines/home").await.ok();
    let words: Vec<_> =
        shown.as_array().unwrap().iter().map(|status| status["content"].as_str().unwrap()).collect();
    assert_eq!(
        words,
        [
            "<p>Letter 5</p>",
            "<p>Letter 4</p>",
            "<p>Letter 2, with its end</p>",
            "<p>Letter 1</p>",
            "<p>Letter 0</p>"
        ]
    );
    assert_eq!(find(&ben, &ada.handle()).await["display_name"], "Ada of the letters");
    let relationship = ben.get(&format!("/api/v1/accounts/relationships?id[]={ada_there}")).await.ok();
    assert_eq!(relationship[0]["followed_by"], false, "the end of the follow arrived too");
    assert_eq!(relationship[0]["following"], true);
}
