//! Collections that posts and reports name across servers.

use serde_json::{Value, json};
use shop::features::reports::table::REPORTS;
use shop_storage::Window;

use super::{find, follow, quiet};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const ACTIVITY: (&str, &str) = ("accept", "application/activity+json");

async fn made(owner: &Person, name: &str) -> Value {
    let body = json!({ "name": name, "sensitive": false, "discoverable": true });
    owner.post("/api/v1/collections", body).await.ok()["collection"].clone()
}

/// The newest post that `who` has at home.
async fn newest(who: &Person) -> Value {
    who.get("/api/v1/timelines/home?limit=1").await.ok()[0].clone()
}

fn tagged(post: &Value) -> Vec<&str> {
    let list = post["tagged_collections"].as_array().unwrap();
    list.iter().map(|one| one["uri"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_post_of_another_server_shows_its_collections_here() {
    let (a, b) = Shop::pair().await;
    let (alice, carol) = (a.member("alice").await, b.member("carol").await);
    follow(&carol, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let cats = made(&alice, "Cats").await;
    let (page, uri) = (cats["url"].as_str().unwrap(), cats["uri"].as_str().unwrap());
    quiet(&a, &b).await;
    let post = alice.says(&format!("look: {page}")).await;
    quiet(&a, &b).await;
    let note = a.anon().get_with(post["uri"].as_str().unwrap(), &[ACTIVITY]).await.ok();
    assert_eq!(note["tag"], json!([{ "type": "FeaturedCollection", "id": uri }]));
    let seen = newest(&carol).await;
    assert_eq!(tagged(&seen), [uri]);
    assert_eq!((&seen["tagged_collections"][0]["local"], &seen["uri"]), (&json!(false), &post["uri"]));
    assert_eq!(tagged(&carol.says(&format!("like {page}")).await), [uri], "by its page");
    assert_eq!(tagged(&carol.says(&format!("like {uri}")).await), [uri], "by its id");
    let found = carol.get(&format!("/api/v2/search?type=collections&q={page}")).await.ok();
    assert_eq!(found["collections"][0]["uri"], json!(uri), "known by its page, so that nobody is asked");

    let changed = json!({ "status": "look elsewhere" });
    alice.put(&format!("/api/v1/statuses/{}", post["id"].as_str().unwrap()), changed).await.ok();
    quiet(&a, &b).await;
    let again = carol.get(&format!("/api/v1/statuses/{}", seen["id"].as_str().unwrap())).await.ok();
    assert_eq!((tagged(&again), again["edited_at"].is_string()), (vec![], true));
}

#[tokio::test]
async fn what_a_stranger_names_as_a_collection_has_to_be_one() {
    let shop = Shop::start().await;
    let (alice, carol) = (shop.member("alice").await, shop.member("carol").await);
    let cats = made(&alice, "Cats").await;
    let peer = Peer::start().await;
    peer.person("bob");
    follow(&carol, &format!("bob@{}", peer.domain())).await;
    shop.settle().await;
    let asked = peer.received_of("Follow").remove(0);
    peer.send(shop.base(), &peer.activity("bob", "Accept", asked)).await;
    let named = |id: Value| json!({ "type": "FeaturedCollection", "id": id });
    let tags: Vec<Value> = [
        json!(peer.uri("/c/unknown")),
        json!(7),
        json!(null),
        json!({ "id": cats["uri"] }),
        json!(format!("{}/collections/7", shop.base())),
        json!("x".repeat(100_000)),
        cats["uri"].clone(),
        cats["uri"].clone(),
    ]
    .into_iter()
    .map(named)
    .collect();
    let text = "<p><a href=\"https://a.example/\">a list</a></p>";
    let note = peer.note("bob", 1, json!({ "content": text, "tag": tags }));
    assert_eq!(peer.send(shop.base(), &peer.activity("bob", "Create", note)).await, 202);
    shop.settle().await;
    assert_eq!(tagged(&newest(&carol).await), [cats["uri"].as_str().unwrap()]);
}

#[tokio::test]
async fn reports_name_collections_in_both_directions() {
    let (a, b) = Shop::pair().await;
    let (alice, carol) = (a.member("alice").await, b.member("carol").await);
    let theirs = follow(&carol, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    let cats = made(&alice, "Cats").await;
    quiet(&a, &b).await;
    let seen = carol.get(&format!("/api/v1/accounts/{theirs}/collections")).await.ok();
    let known = &seen["collections"][0]["id"];
    let body = json!({ "account_id": theirs, "collection_ids": [known], "forward": true });
    assert_eq!(carol.post("/api/v1/reports", body).await.ok()["collection_ids"], json!([known]));
    quiet(&a, &b).await;
    let kept = REPORTS.page(&a.app().read().unwrap(), &Window::all()).unwrap();
    assert_eq!(kept.len(), 1);
    let (_, report) = &kept[0];
    assert_eq!(report.target.to_string(), alice.id);
    let named: Vec<String> = report.collections.iter().map(ToString::to_string).collect();
    assert_eq!(named, [cats["id"].as_str().unwrap()]);
}

#[tokio::test]
async fn a_flag_that_names_a_collection_alone_reports_its_owner() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let cats = made(&alice, "Cats").await;
    let peer = Peer::start().await;
    peer.person("mod");
    find(&alice, &format!("mod@{}", peer.domain())).await;
    let nothing = format!("{}/ap/users/{}/collections/7", shop.base(), alice.id);
    for (objects, reports) in [(json!([nothing]), 0), (json!([nothing, cats["uri"], cats["url"]]), 1)] {
        assert_eq!(peer.send(shop.base(), &peer.activity("mod", "Flag", objects)).await, 202);
        shop.settle().await;
        let kept = REPORTS.page(&shop.app().read().unwrap(), &Window::all()).unwrap();
        assert_eq!(kept.len(), reports);
        assert!(kept.iter().all(|(_, report)| report.target.to_string() == alice.id));
    }
}
