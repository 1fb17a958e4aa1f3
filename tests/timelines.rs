//! Home, public and tag timelines, as behaviours §9 tells them.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn home(person: &Person) -> Vec<String> {
    person.get("/api/v1/timelines/home").await.ids()
}

fn id(status: &Value) -> String {
    status["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn home_holds_the_followed_and_oneself_newest_first() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let before = bob.says("before the follow").await;
    alice.follows(&bob).await;
    let after = bob.says("after the follow").await;
    carol.says("a stranger").await;
    let own = alice.says("myself").await;
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&own), id(&after), id(&before)]);
}

#[tokio::test]
async fn home_stays_current_while_it_is_in_memory() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    assert!(home(&alice).await.is_empty());
    let first = bob.says("one").await;
    let second = bob.says("two").await;
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&second), id(&first)]);
    bob.delete(&format!("/api/v1/statuses/{}", id(&first))).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&second)]);
    alice.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({})).await.ok();
    shop.settle().await;
    assert!(home(&alice).await.is_empty());
    alice.post(&format!("/api/v1/accounts/{}/unmute", bob.id), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&second)]);
}

#[tokio::test]
async fn replies_to_strangers_stay_out_of_home() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    alice.follows(&bob).await;
    let stranger = carol.says("who will answer me?").await;
    let reply =
        bob.post("/api/v1/statuses", json!({"status": "I do", "in_reply_to_id": id(&stranger)})).await.ok();
    shop.settle().await;
    assert!(home(&alice).await.is_empty());
    alice.follows(&carol).await;
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&reply), id(&stranger)]);
}

#[tokio::test]
async fn boosts_come_once_and_can_be_switched_off() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    alice.follows(&bob).await;
    alice.follows(&carol).await;
    let dave = shop.member("dave").await;
    let post = dave.says("worth a boost").await;
    let boost = bob.post(&format!("/api/v1/statuses/{}/reblog", id(&post)), json!({})).await.ok();
    carol.post(&format!("/api/v1/statuses/{}/reblog", id(&post)), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await.len(), 1);
    alice.post(&format!("/api/v1/accounts/{}/follow", carol.id), json!({"reblogs": false})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [id(&boost)]);
}

#[tokio::test]
async fn home_holds_the_same_when_it_is_read_anew() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let dave = shop.member("dave").await;
    alice.follows(&bob).await;
    alice.follows(&carol).await;
    assert!(home(&alice).await.is_empty());
    let boost = |of: &Value| format!("/api/v1/statuses/{}/reblog", id(of));
    let far = dave.says("boosted twice").await;
    let first = bob.post(&boost(&far), json!({})).await.ok();
    let near = bob.says("seen already, then boosted").await;
    for post in [&far, &near] {
        carol.post(&boost(post), json!({})).await.ok();
    }
    shop.settle().await;
    let live = home(&alice).await;
    assert_eq!(live, [id(&near), id(&first)]);
    let _shop = shop.restart().await;
    assert_eq!(home(&alice).await, live);
}

#[tokio::test]
async fn pages_of_home_follow_the_cursors() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut said = Vec::new();
    for number in 0..7 {
        said.push(id(&alice.says(&format!("number {number}")).await));
    }
    said.reverse();
    let first = alice.get("/api/v1/timelines/home?limit=3").await;
    assert_eq!(first.ids(), said[..3]);
    let next = first.link("next").unwrap();
    assert!(next.contains(&format!("max_id={}", said[2])) && next.contains("limit=3"), "{next}");
    let second = alice.get(&next).await;
    assert_eq!(second.ids(), said[3..6]);
    let back = alice.get(&second.link("prev").unwrap()).await;
    assert_eq!(back.ids(), said[..3]);
    let gap = alice.get(&format!("/api/v1/timelines/home?limit=2&min_id={}", said[6])).await;
    assert_eq!(gap.ids(), said[4..6]);
    let since = alice.get(&format!("/api/v1/timelines/home?limit=2&since_id={}", said[6])).await;
    assert_eq!(since.ids(), said[..2]);
    let nothing = alice.get("/api/v1/timelines/home?max_id=1").await;
    assert!(nothing.ids().is_empty() && nothing.header("link").is_none());
    alice.get("/api/v1/timelines/home?max_id=zzz").await.error(404);
}

#[tokio::test]
async fn public_timelines_show_public_posts_without_replies_and_boosts() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let public = alice.says("for all").await;
    for visibility in ["unlisted", "private", "direct"] {
        alice.post("/api/v1/statuses", json!({"status": "less", "visibility": visibility})).await.ok();
    }
    bob.post("/api/v1/statuses", json!({"status": "a reply", "in_reply_to_id": id(&public)})).await.ok();
    bob.post(&format!("/api/v1/statuses/{}/reblog", id(&public)), json!({})).await.ok();
    let own = alice
        .post("/api/v1/statuses", json!({"status": "and more", "in_reply_to_id": id(&public)}))
        .await
        .ok();
    let anon = shop.anon();
    assert_eq!(anon.get("/api/v1/timelines/public").await.ids(), [id(&own), id(&public)]);
    assert_eq!(anon.get("/api/v1/timelines/public?local=true").await.ids().len(), 2);
    assert!(anon.get("/api/v1/timelines/public?remote=true").await.ids().is_empty());
    assert!(anon.get("/api/v1/timelines/public?only_media=1").await.ids().is_empty());
    bob.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    assert!(bob.get("/api/v1/timelines/public").await.ids().is_empty());
    assert!(alice.get("/api/v1/timelines/public").await.ids().len() == 2);
}

#[tokio::test]
async fn tag_timelines_match_any_all_and_none() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let rust = alice.says("#Rust").await;
    let both = alice.says("#rust and #café").await;
    let tea = alice.says("only #tea").await;
    alice.post("/api/v1/statuses", json!({"status": "hidden #rust", "visibility": "unlisted"})).await.ok();
    let anon = shop.anon();
    let tag = async |query: &str| anon.get(&format!("/api/v1/timelines/tag/{query}")).await.ids();
    assert_eq!(tag("RUST").await, [id(&both), id(&rust)]);
    assert_eq!(tag("rust?any[]=tea").await, [id(&tea), id(&both), id(&rust)]);
    assert_eq!(tag("rust?all[]=cafe").await, [id(&both)]);
    assert_eq!(tag("rust?none[]=cafe").await, [id(&rust)]);
    assert!(tag("unheardof").await.is_empty());
}

#[tokio::test]
async fn a_guest_has_no_home() {
    let shop = Shop::start().await;
    let refused = shop.anon().get("/api/v1/timelines/home").await;
    assert_eq!(refused.error(401), "The access token is invalid");
    assert!(refused.header("www-authenticate").unwrap().contains("invalid_token"));
}
