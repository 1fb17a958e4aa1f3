//! Accounts that are deleted: everything goes, whatever happens meanwhile, and the name stays taken.

use std::collections::BTreeMap;

use serde_json::json;
use shop::features;
use shop::features::users::closing;

use crate::support::stream::Stream;
use crate::support::{Person, SCOPES, Shop};

/// Deletes an account as the command line does.
pub async fn delete(shop: &Shop, who: &Person) {
    let id = who.id.parse().unwrap();
    shop.app().write(move |tx| closing::delete(tx, id)).await.unwrap();
}

/// How many rows each table has; the store must be sound.
fn rows(shop: &Shop) -> BTreeMap<String, u64> {
    let report = shop.app().store.check(&features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    report.rows
}

/// Alice and bob have done to each other whatever people can do.
async fn entangle(alice: &Person, bob: &Person, carol: &Person) -> (String, String) {
    alice.follows(bob).await;
    bob.follows(alice).await;
    carol.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    alice.follows(carol).await;
    let of_bob = bob.says("a post of bob's").await["id"].as_str().unwrap().to_owned();
    let media = alice.picture().await;
    let post = json!({ "status": "see @bob #cats", "media_ids": [media] });
    let of_alice = alice.post("/api/v1/statuses", post).await.ok()["id"].as_str().unwrap().to_owned();
    let poll = json!({ "options": ["yes", "no"], "expires_in": 3600 });
    let poll = bob.post("/api/v1/statuses", json!({ "status": "well?", "poll": poll })).await.ok();
    let vote = format!("/api/v1/polls/{}/votes", poll["poll"]["id"].as_str().unwrap());
    alice.post(&vote, json!({ "choices": [0] })).await.ok();
    for (who, post) in [(alice, &of_bob), (bob, &of_alice)] {
        for verb in ["favourite", "reblog", "bookmark"] {
            who.post(&format!("/api/v1/statuses/{post}/{verb}"), json!({})).await.ok();
        }
        let reply = json!({ "status": "I answer", "in_reply_to_id": post });
        who.post("/api/v1/statuses", reply).await.ok();
    }
    alice.post(&format!("/api/v1/statuses/{of_alice}/pin"), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{of_bob}/mute"), json!({})).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/note", bob.id), json!({ "comment": "nice" })).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/mute", carol.id), json!({})).await.ok();
    alice.post("/api/v1/markers", json!({ "home": { "last_read_id": "5" } })).await.ok();
    let file = ("avatar", "face.png", "image/png", crate::support::pictures::png(40, 40));
    alice.send_multipart("PATCH", "/api/v1/accounts/update_credentials", &[], file).await.ok();
    let filter =
        json!({ "title": "dogs", "context": ["home"], "keywords_attributes": [{ "keyword": "dog" }] });
    alice.post("/api/v2/filters", filter).await.ok();
    let later = json!({ "status": "later", "scheduled_at": "2099-01-01T00:00:00Z" });
    alice.post("/api/v1/statuses", later).await.ok();
    // An upload that hangs on nothing.
    alice.picture().await;
    (of_alice, of_bob)
}

#[tokio::test]
async fn nothing_of_a_deleted_account_is_left() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (carol, dora) = (shop.member("carol").await, shop.member("dora").await);
    let (of_alice, of_bob) = entangle(&alice, &bob, &carol).await;
    dora.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    shop.settle().await;
    let shown = bob.get(&format!("/api/v1/statuses/{of_alice}")).await.ok();
    let picture = shown["media_attachments"][0]["url"].as_str().unwrap().to_owned();
    let avatar = shown["account"]["avatar"].as_str().unwrap().to_owned();
    for url in [&picture, &avatar] {
        assert_eq!(shop.anon().get(url).await.status(), 200, "{url}");
    }
    let stream = Stream::open(&shop, &alice, "stream=user").await;

    delete(&shop, &alice).await;
    // At once, before any job has run to its end.
    stream.closed().await;
    for path in [format!("/api/v1/accounts/{}", alice.id), format!("/api/v1/statuses/{of_alice}")] {
        bob.get(&path).await.error(404);
    }
    alice.get("/api/v1/accounts/verify_credentials").await.error(401);
    assert_eq!(shop.anon().get("/@alice").await.status(), 410);
    shop.settle().await;

    for url in [&picture, &avatar] {
        assert_eq!(shop.anon().get(url).await.status(), 404, "{url}");
    }
    let post = bob.get(&format!("/api/v1/statuses/{of_bob}")).await.ok();
    for count in ["favourites_count", "reblogs_count", "replies_count"] {
        assert_eq!(post[count], 0, "{count}");
    }
    let account = bob.get(&format!("/api/v1/accounts/{}", bob.id)).await.ok();
    assert_eq!((&account["followers_count"], &account["following_count"]), (&json!(0), &json!(0)));
    let list = "/api/v1/notifications";
    assert_eq!(bob.get(list).await.ok(), json!([]));
    assert_eq!(carol.get(list).await.ok(), json!([]), "the request is gone");
    for list in ["favourites", "bookmarks"] {
        assert_eq!(bob.get(&format!("/api/v1/{list}")).await.ok(), json!([]), "{list}");
    }
    let home = bob.get("/api/v1/timelines/home").await.ok();
    assert!(home.as_array().unwrap().iter().all(|status| status["account"]["acct"] == "bob"), "{home}");

    let left = rows(&shop);
    for table in [
        "follows",
        "follow_requests",
        "favourites",
        "bookmarks",
        "blocks",
        "mutes",
        "account_notes",
        "poll_votes",
        "pins",
        "markers",
        "media",
        "muted_conversations",
        "filters",
        "scheduled_statuses",
        "notifications",
        "statuses_reblogs",
    ] {
        assert_eq!(left.get(table).copied().unwrap_or_default(), 0, "{table}");
    }
    assert_eq!(left["statuses"], 3, "bob's two posts and his answer");
}

#[tokio::test]
async fn the_name_stays_taken_and_the_address_becomes_free() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    delete(&shop, &alice).await;
    shop.settle().await;
    let actor = format!("/ap/users/{}", alice.id);
    let finger = format!("/.well-known/webfinger?resource=acct:alice@{}", shop.domain());
    let by_uri = format!("/.well-known/webfinger?resource={}{actor}", shop.base());
    for path in [&actor, &format!("{actor}/outbox"), &format!("{actor}/followers"), &finger, &by_uri] {
        shop.anon().get_with(path, &[("accept", "application/activity+json")]).await.error(410);
    }
    let token = shop.app_token(SCOPES).await;
    let draft = |name: &str| {
        json!({ "username": name, "email": "alice@example.org", "password": "quite long enough",
                "agreement": true, "locale": "en" })
    };
    let taken = token.post("/api/v1/accounts", draft("Alice")).await;
    taken.error(422);
    assert_eq!(taken.json()["details"]["username"][0]["error"], "ERR_TAKEN");
    token.post("/api/v1/accounts", draft("alice2")).await.ok();
}

#[tokio::test]
async fn a_restart_in_the_middle_loses_nothing() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    bob.follows(&alice).await;
    for number in 0..120 {
        alice.says(&format!("post {number}")).await;
    }
    delete(&shop, &alice).await;
    let shop = shop.restart().await;
    assert_eq!(bob.get("/api/v1/timelines/home").await.ok(), json!([]), "hidden before it is gone");
    shop.settle().await;
    let left = rows(&shop);
    for table in ["statuses", "follows", "status_stats"] {
        assert_eq!(left.get(table).copied().unwrap_or_default(), 0, "{table}");
    }
}

#[tokio::test]
async fn who_deletes_twice_or_the_owner_is_refused() {
    use shop::features::users::table::Role;
    let shop = Shop::start().await;
    let owner = shop.person("owner", Role::Owner, "read").await;
    let alice = shop.member("alice").await;
    delete(&shop, &alice).await;
    for (who, status) in [(&alice, 404), (&owner, 422)] {
        let id = who.id.parse().unwrap();
        let refused = shop.app().write(move |tx| closing::delete(tx, id)).await.unwrap_err();
        assert_eq!(refused.status().as_u16(), status, "{}", who.name);
    }
    shop.settle().await;
    owner.get("/api/v1/accounts/verify_credentials").await.ok();
}
