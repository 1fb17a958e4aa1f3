//! How often a page asks the store: as often for forty posts of forty people as for five of five.

use serde_json::json;

use crate::support::{Person, Shop};

/// A page of `path` and how many round trips to the store it cost.
async fn cost(shop: &Shop, who: &Person, path: &str, length: usize, list: &str) -> u64 {
    // The first reading may fill what is kept in memory.
    for _ in 0..2 {
        who.get(path).await.ok();
    }
    shop.settle().await;
    let before = shop.app().store.reads();
    let page = who.get(path).await.ok();
    let cost = shop.app().store.reads() - before;
    let page = if list.is_empty() { &page } else { &page[list] };
    assert_eq!(page.as_array().unwrap().len(), length, "{path}");
    cost
}

/// The address of a new collection of `owner` that shows `member`.
async fn friends(owner: &Person, member: &Person) -> String {
    let body =
        json!({ "name": "friends", "sensitive": false, "discoverable": true, "account_ids": [member.id] });
    owner.post("/api/v1/collections", body).await.ok()["collection"]["url"].as_str().unwrap().to_owned()
}

/// Forty people who have posted, each with a collection that shows alice, and whose posts bob has boosted; alice follows
/// them, has mentioned nobody, and has been answered by all.
async fn crowd(shop: &Shop, alice: &Person, bob: &Person) -> String {
    alice.patch("/api/v1/accounts/update_credentials", json!({ "discoverable": true })).await.ok();
    let question = alice.says("what do you think?").await["id"].as_str().unwrap().to_owned();
    for number in 0..40 {
        let person = shop.member(&format!("person{number}")).await;
        let profile = json!({ "note": format!("number {number}, friend of @alice"), "display_name": "x" });
        person.patch("/api/v1/accounts/update_credentials", profile).await.ok();
        alice.follows(&person).await;
        let picture = person.picture().await;
        let friends = friends(&person, alice).await;
        let body = json!({ "status": format!("@alice #think {number} {friends}"), "media_ids": [picture],
            "in_reply_to_id": question });
        let id = person.post("/api/v1/statuses", body).await.ok()["id"].as_str().unwrap().to_owned();
        bob.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await.ok();
    }
    shop.settle().await;
    question
}

#[tokio::test]
async fn a_page_costs_the_same_whatever_its_length() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let question = crowd(&shop, &alice, &bob).await;
    let of_bob = format!("/api/v1/accounts/{}/statuses", bob.id);
    for path in ["/api/v1/timelines/home", &of_bob, "/api/v1/notifications", "/api/v1/timelines/tag/think"] {
        let five = cost(&shop, &alice, &format!("{path}?limit=5"), 5, "").await;
        let forty = cost(&shop, &alice, &format!("{path}?limit=40"), 40, "").await;
        assert_eq!(five, forty, "{path}");
        assert!(five < 60, "{path}: {five}");
    }

    // Of two threads one has five answers by five people, the other forty.
    let small = alice.says("and you?").await["id"].as_str().unwrap().to_owned();
    for number in 40..45 {
        let person = shop.member(&format!("person{number}")).await;
        let words = format!("@alice well {}", friends(&person, &alice).await);
        let body = json!({ "media_ids": [person.picture().await], "status": words, "in_reply_to_id": small });
        person.post("/api/v1/statuses", body).await.ok();
    }
    shop.settle().await;
    let path = |id: &str| format!("/api/v1/statuses/{id}/context");
    let five = cost(&shop, &alice, &path(&small), 5, "descendants").await;
    let forty = cost(&shop, &alice, &path(&question), 40, "descendants").await;
    assert_eq!(five, forty, "context");
}
