//! Suspended accounts: nothing of them is shown, and everything comes back when they do.

use serde_json::json;
use shop::features::users::closing;
use shop::features::users::table::Role;

use crate::support::stream::Stream;
use crate::support::{Person, Shop};

/// Suspends an account as the command line does, or lets it come back.
pub async fn suspend(shop: &Shop, id: &str, suspended: bool) {
    let id = id.parse().unwrap();
    shop.app().write(move |tx| closing::suspend(tx, id, suspended)).await.unwrap();
    shop.settle().await;
}

/// Whether any status of this list is, or boosts, one of alice's.
async fn shows_alice(who: &Person, path: &str) -> bool {
    let list = who.get(path).await.ok();
    list.as_array().unwrap().iter().any(|status| {
        status["account"]["username"] == "alice" || status["reblog"]["account"]["username"] == "alice"
    })
}

#[tokio::test]
async fn what_a_suspended_account_wrote_is_hidden_everywhere_until_it_comes_back() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    bob.follows(&alice).await;
    let question = bob.says("anybody there?").await["id"].as_str().unwrap().to_owned();
    let media = alice.picture().await;
    let post = json!({ "status": "@bob here! #cats", "media_ids": [media], "in_reply_to_id": question });
    let post = alice.post("/api/v1/statuses", post).await.ok();
    let id = post["id"].as_str().unwrap().to_owned();
    alice.says("#cats of my own").await;
    for verb in ["favourite", "bookmark", "reblog"] {
        bob.post(&format!("/api/v1/statuses/{id}/{verb}"), json!({})).await.ok();
    }
    alice.post(&format!("/api/v1/statuses/{question}/favourite"), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{question}/reblog"), json!({})).await.ok();
    let lists = [
        "/api/v1/timelines/home".to_owned(),
        "/api/v1/timelines/public".into(),
        "/api/v1/timelines/tag/cats".into(),
        "/api/v1/favourites".into(),
        "/api/v1/bookmarks".into(),
        format!("/api/v1/accounts/{}/statuses", alice.id),
        format!("/api/v1/accounts/{}/statuses", bob.id),
    ];
    let people = [
        format!("/api/v1/accounts/{}/followers", bob.id),
        format!("/api/v1/accounts/{}/following", bob.id),
        format!("/api/v1/statuses/{question}/favourited_by"),
        format!("/api/v1/statuses/{question}/reblogged_by"),
        "/api/v1/accounts/search?q=alice".into(),
        "/api/v1/notifications".into(),
    ];
    for list in &lists {
        assert!(shows_alice(&bob, list).await, "{list}");
    }
    for list in &people {
        assert_ne!(bob.get(list).await.ok(), json!([]), "{list}");
    }
    let picture = post["media_attachments"][0]["url"].as_str().unwrap();
    let small = post["media_attachments"][0]["preview_url"].as_str().unwrap();
    let stream = Stream::open(&shop, &alice, "stream=user").await;

    suspend(&shop, &alice.id, true).await;
    stream.closed().await;
    alice.get("/api/v1/timelines/home").await.error(401);
    for list in &lists {
        assert!(!shows_alice(&bob, list).await, "{list}");
    }
    for list in &people {
        assert_eq!(bob.get(list).await.ok(), json!([]), "{list}");
    }
    for who in [&bob, &shop.anon()] {
        who.get(&format!("/api/v1/statuses/{id}")).await.error(404);
        who.get(&format!("/api/v1/statuses/{id}/context")).await.error(404);
        let context = who.get(&format!("/api/v1/statuses/{question}/context")).await.ok();
        assert_eq!(context["descendants"], json!([]));
        for file in [picture, small] {
            assert_eq!(who.get(file).await.status(), 404, "{file}");
        }
    }
    assert_eq!(shop.anon().get("/@alice").await.status(), 403);

    suspend(&shop, &alice.id, false).await;
    for list in &lists {
        assert!(shows_alice(&bob, list).await, "{list}");
    }
    for list in &people {
        assert_ne!(bob.get(list).await.ok(), json!([]), "{list}");
    }
    assert_eq!(shop.anon().get(picture).await.status(), 200);
    assert_eq!(shop.anon().get("/@alice").await.status(), 200);
    alice.get("/api/v1/timelines/home").await.error(401);
}

#[tokio::test]
async fn the_profile_of_a_suspended_account_is_blank() {
    let shop = Shop::start().await;
    let alice = shop.person("alice", Role::Moderator, "read write").await;
    let profile = json!({ "display_name": "Alice", "note": "I was here", "bot": true, "locked": true,
        "discoverable": true, "indexable": true, "fields_attributes": [{ "name": "a", "value": "b" }] });
    alice.patch("/api/v1/accounts/update_credentials", profile).await.ok();
    let file = ("avatar", "face.png", "image/png", crate::support::pictures::png(40, 40));
    alice.send_multipart("PATCH", "/api/v1/accounts/update_credentials", &[], file).await.ok();
    let path = format!("/api/v1/accounts/{}", alice.id);
    let before = shop.anon().get(&path).await.ok();
    suspend(&shop, &alice.id, true).await;
    let account = shop.anon().get(&path).await.ok();
    assert_eq!(account["suspended"], true);
    for blank in ["display_name", "note", "avatar_description", "header_description"] {
        assert_eq!(account[blank], "", "{blank}");
    }
    for empty in ["fields", "emojis", "roles"] {
        assert_eq!(account[empty], json!([]), "{empty}");
    }
    for no in ["locked", "bot", "discoverable", "indexable"] {
        assert_eq!(account[no], false, "{no}");
    }
    assert!(account["avatar"].as_str().unwrap().ends_with("/missing.png"));
    assert_eq!(account["acct"], "alice");
    assert_eq!(shop.anon().get(before["avatar"].as_str().unwrap()).await.status(), 404);
    for list in ["statuses", "followers", "following", "statuses?pinned=true"] {
        assert_eq!(shop.anon().get(&format!("{path}/{list}")).await.ok(), json!([]), "{list}");
    }
    suspend(&shop, &alice.id, false).await;
    let mut after = shop.anon().get(&path).await.ok();
    assert!(after.get("suspended").is_none());
    after["last_status_at"] = before["last_status_at"].clone();
    assert_eq!(after, before);
}

#[tokio::test]
async fn nobody_can_have_to_do_with_a_suspended_account() {
    let shop = Shop::start().await;
    let owner = shop.person("owner", Role::Owner, "read").await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    suspend(&shop, &alice.id, true).await;
    bob.post(&format!("/api/v1/accounts/{}/follow", alice.id), json!({})).await.error(404);
    let post = bob.says("hello @alice").await;
    assert_eq!(post["mentions"], json!([]));
    let id = owner.id.parse().unwrap();
    let refused = shop.app().write(move |tx| closing::suspend(tx, id, true)).await.unwrap_err();
    assert_eq!(refused.status().as_u16(), 422, "a server needs its owner");
}
