//! Collections that posts link: shown with the post, and told of by collections that are reported.

use serde_json::{Value, json};

use crate::support::{Person, Shop};
use crate::suspension::suspend;

async fn made(owner: &Person, name: &str) -> Value {
    let body = json!({ "name": name, "sensitive": false, "discoverable": true });
    owner.post("/api/v1/collections", body).await.ok()["collection"].clone()
}

fn page(collection: &Value) -> &str {
    collection["url"].as_str().unwrap()
}

fn path(post: &Value) -> String {
    format!("/api/v1/statuses/{}", post["id"].as_str().unwrap())
}

/// The names of the collections that a post shows.
fn tagged(post: &Value) -> Vec<&str> {
    let list = post["tagged_collections"].as_array().unwrap();
    list.iter().map(|one| one["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_post_shows_the_collections_that_it_links() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (cats, dogs) = (made(&alice, "Cats").await, made(&bob, "Dogs").await);
    let text = format!("see {}, and {} ({} again)", page(&dogs), cats["uri"].as_str().unwrap(), page(&dogs));
    let post = bob.says(&text).await;
    assert_eq!(post["tagged_collections"], json!([dogs, cats]), "in the order of the links, each once");
    assert_eq!(shop.anon().get(&path(&post)).await.ok()["tagged_collections"], json!([dogs, cats]));
    let boost = alice.post(&format!("{}/reblog", path(&post)), json!({})).await.ok();
    assert_eq!((tagged(&boost), tagged(&boost["reblog"])), (vec![], vec!["Dogs", "Cats"]));

    let changed = json!({ "name": "Hounds" });
    bob.patch(&format!("/api/v1/collections/{}", dogs["id"].as_str().unwrap()), changed).await.ok();
    assert_eq!(tagged(&alice.get(&path(&post)).await.ok()), ["Hounds", "Cats"], "as they are now");
    bob.put(&path(&post), json!({ "status": format!("only {}", page(&cats)) })).await.ok();
    assert_eq!(tagged(&alice.get(&path(&post)).await.ok()), ["Cats"]);
    alice.delete(&format!("/api/v1/collections/{}", cats["id"].as_str().unwrap())).await;
    assert_eq!(tagged(&alice.get(&path(&post)).await.ok()), [""; 0], "what is gone is left out");
    bob.delete(&path(&post)).await.ok();
}

#[tokio::test]
async fn what_is_no_collection_here_tags_nothing() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let cats = made(&alice, "Cats").await;
    let (number, base) = (cats["id"].as_str().unwrap(), shop.base());
    for text in [
        format!("{base}/collections/7"),
        format!("{base}/collections/"),
        format!("{base}/collections/x{number}"),
        format!("{base}/collections/{number}99999999999999"),
        format!("{base}/lists/{number}"),
        format!("https://elsewhere.example/collections/{number}"),
        format!("/collections/{number}"),
        number.to_owned(),
    ] {
        assert_eq!(tagged(&alice.says(&text).await), [""; 0], "{text}");
    }
    let mut many = Vec::new();
    for number in 0..9 {
        many.push(made(&alice, &format!("number {number}")).await);
    }
    let bob = shop.member("bob").await;
    many.push(made(&bob, "of bob").await);
    many.insert(0, cats);
    let all: Vec<&str> = many.iter().map(page).collect();
    assert_eq!(tagged(&alice.says(&all.join(" ")).await).len(), 10, "ten at most");
}

#[tokio::test]
async fn a_collection_is_shown_to_nobody_who_may_not_look_at_it() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let carol = shop.member("carol").await;
    let cats = made(&alice, "Cats").await;
    let post = bob.says(page(&cats)).await;
    alice.post(&format!("/api/v1/accounts/{}/block", carol.id), json!({})).await.ok();
    assert_eq!(tagged(&carol.get(&path(&post)).await.ok()), [""; 0]);
    assert_eq!(tagged(&bob.get(&path(&post)).await.ok()), ["Cats"]);
    suspend(&shop, &alice.id, true).await;
    assert_eq!(tagged(&bob.get(&path(&post)).await.ok()), [""; 0]);
}

#[tokio::test]
async fn a_report_names_collections_of_the_reported_account() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (mine, theirs) = (made(&alice, "Mine").await, made(&bob, "Theirs").await);
    let body = json!({ "account_id": bob.id, "collection_ids": [theirs["id"]] });
    let report = alice.post("/api/v1/reports", body.clone()).await.ok();
    assert_eq!((&report["collection_ids"], &report["status_ids"]), (&json!([theirs["id"]]), &json!([])));
    for bad in [json!([mine["id"]]), json!([theirs["id"], "7"]), json!(["x"]), json!(["-1"])] {
        let body = json!({ "account_id": bob.id, "collection_ids": bad });
        alice.post("/api/v1/reports", body).await.error(404);
    }
    let many = vec![theirs["id"].clone(); 51];
    let many = json!({ "account_id": bob.id, "collection_ids": many });
    alice.post("/api/v1/reports", many).await.error(422);
    bob.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    alice.post("/api/v1/reports", body).await.error(404);
}
