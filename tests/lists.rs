//! Lists: keeping them, reading them, streaming them, as behaviours §9 and §15 tell it.

use serde_json::{Value, json};

use crate::support::{Person, Shop, stream::Stream};

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

async fn list(owner: &Person, body: Value) -> String {
    id(&owner.post("/api/v1/lists", body).await.ok())
}

async fn put_on(owner: &Person, list: &str, who: &Person) {
    owner.post(&format!("/api/v1/lists/{list}/accounts"), json!({"account_ids": [who.id]})).await.ok();
}

async fn posts(reader: &Person, list: &str) -> Vec<String> {
    reader.get(&format!("/api/v1/timelines/list/{list}")).await.ids()
}

async fn home(reader: &Person) -> Vec<String> {
    reader.get("/api/v1/timelines/home").await.ids()
}

#[tokio::test]
async fn lists_are_made_changed_and_removed() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let made = alice.post("/api/v1/lists", json!({"title": " Friends "})).await.ok();
    let number = id(&made);
    let whole = json!({"id": number, "title": "Friends", "replies_policy": "list", "exclusive": false});
    assert_eq!(made, whole);
    let path = format!("/api/v1/lists/{number}");
    let changed = alice.put(&path, json!({"replies_policy": "none", "exclusive": true})).await.ok();
    assert_eq!(changed["title"], "Friends");
    assert_eq!((&changed["replies_policy"], &changed["exclusive"]), (&json!("none"), &json!(true)));
    assert_eq!(alice.get(&path).await.ok(), changed);
    assert_eq!(alice.patch(&path, json!({"title": "Foes"})).await.ok()["replies_policy"], "none");
    assert_eq!(alice.get("/api/v1/lists").await.ids(), [number.as_str()]);
    assert_eq!(bob.get("/api/v1/lists").await.ok(), json!([]));
    for refused in
        [bob.get(&path).await, bob.put(&path, json!({"title": "mine"})).await, bob.delete(&path).await]
    {
        refused.error(404);
    }
    assert_eq!(alice.delete(&path).await.ok(), json!({}));
    alice.get(&path).await.error(404);
    alice.delete(&path).await.error(404);
    alice.get("/api/v1/lists/18446744073709551616").await.error(404);
    shop.anon().get("/api/v1/lists").await.error(401);
}

#[tokio::test]
async fn titles_policies_and_numbers_have_limits() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for bad in [json!({}), json!({"title": "  "}), json!({"title": "x".repeat(257)}), json!({"title": []})] {
        assert!(alice.post("/api/v1/lists", bad).await.error(422).starts_with("Validation failed: Title"));
    }
    let bad = json!({"title": "a", "replies_policy": "all"});
    assert_eq!(alice.post("/api/v1/lists", bad).await.error(422), "'all' is not a valid replies_policy");
    let longest = list(&alice, json!({"title": "é".repeat(256)})).await;
    let blank = json!({"title": ""});
    alice.put(&format!("/api/v1/lists/{longest}"), blank).await.error(422);
    for number in 1..50 {
        list(&alice, json!({"title": format!("list {number}")})).await;
    }
    alice.post("/api/v1/lists", json!({"title": "one more"})).await.error(422);
    assert_eq!(alice.get("/api/v1/lists").await.ids().len(), 50);
}

#[tokio::test]
async fn members_are_those_one_follows_has_asked_or_is() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (bob, carol) = (shop.member("bob").await, shop.member("carol").await);
    let dave = shop.member("dave").await;
    dave.patch("/api/v1/accounts/update_credentials", json!({"locked": true})).await.ok();
    alice.follows(&bob).await;
    alice.follows(&dave).await;
    let number = list(&alice, json!({"title": "l"})).await;
    let path = format!("/api/v1/lists/{number}/accounts");
    alice.post(&path, json!({"account_ids": [carol.id]})).await.error(422);
    alice.post(&path, json!({"account_ids": [bob.id, carol.id]})).await.error(422);
    assert_eq!(alice.get(&path).await.ok(), json!([]), "all or nobody");
    for unknown in ["123456", "bob", "18446744073709551616"] {
        alice.post(&path, json!({"account_ids": [unknown]})).await.error(404);
    }
    alice.post(&path, json!({})).await.error(400);
    alice.delete(&path).await.error(400);
    carol.post(&path, json!({"account_ids": [carol.id]})).await.error(404);
    alice.post(&path, json!({"account_ids": [bob.id, dave.id, alice.id]})).await.ok();
    alice.post(&path, json!({"account_ids": [bob.id]})).await.error(422);
    assert_eq!(alice.get(&path).await.ids(), [dave.id.clone(), bob.id.clone(), alice.id.clone()]);
    let with_bob = alice.get(&format!("/api/v1/accounts/{}/lists", bob.id)).await.ids();
    assert_eq!(with_bob, [number.as_str()]);
    assert_eq!(bob.get(&format!("/api/v1/accounts/{}/lists", bob.id)).await.ok(), json!([]));
    alice.get("/api/v1/accounts/99/lists").await.error(404);
    alice.delete(&format!("{path}?account_ids[]={}&account_ids[]={}", dave.id, carol.id)).await.ok();
    assert_eq!(alice.get(&path).await.ids(), [bob.id.clone(), alice.id.clone()]);
    alice.post(&format!("/api/v1/accounts/{}/unfollow", bob.id), json!({})).await.ok();
    assert_eq!(alice.get(&path).await.ids(), [alice.id.as_str()]);
    alice.follows(&carol).await;
    put_on(&alice, &number, &carol).await;
    carol.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    assert_eq!(alice.get(&path).await.ids(), [alice.id.as_str()]);
}

#[tokio::test]
async fn members_page_by_account_id() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let number = list(&alice, json!({"title": "l"})).await;
    let mut ids = Vec::new();
    for name in ["ben", "cleo", "dan"] {
        let friend = shop.member(name).await;
        alice.follows(&friend).await;
        put_on(&alice, &number, &friend).await;
        ids.push(friend.id);
    }
    ids.reverse();
    let path = format!("/api/v1/lists/{number}/accounts");
    let first = alice.get(&format!("{path}?limit=2")).await;
    assert_eq!(first.ids(), ids[..2]);
    let next = first.link("next").unwrap();
    assert!(next.contains(&format!("max_id={}", ids[1])), "{next}");
    let second = alice.get(&next).await;
    assert_eq!(second.ids(), ids[2..]);
    assert!(second.link("next").is_none() && second.link("prev").unwrap().contains("since_id="));
    let all = alice.get(&format!("{path}?limit=0")).await;
    assert_eq!(all.ids(), ids);
    assert!(all.header("link").is_none());
    alice.get(&format!("{path}?max_id=zzz")).await.error(404);
}

#[tokio::test]
async fn a_list_shows_its_members_and_stays_current() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (bob, carol) = (shop.member("bob").await, shop.member("carol").await);
    alice.follows(&bob).await;
    alice.follows(&carol).await;
    let number = list(&alice, json!({"title": "l"})).await;
    let before = id(&bob.says("before").await);
    carol.says("not on it").await;
    alice.says("me neither").await;
    put_on(&alice, &number, &bob).await;
    shop.settle().await;
    assert_eq!(posts(&alice, &number).await, [before.as_str()]);
    let after = id(&bob.says("after").await);
    shop.settle().await;
    assert_eq!(posts(&alice, &number).await, [after.clone(), before.clone()]);
    let page = alice.get(&format!("/api/v1/timelines/list/{number}?limit=1")).await;
    assert_eq!(alice.get(&page.link("next").unwrap()).await.ids(), [before.as_str()]);
    bob.delete(&format!("/api/v1/statuses/{after}")).await.ok();
    shop.settle().await;
    assert_eq!(posts(&alice, &number).await, [before.as_str()]);
    alice.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(posts(&alice, &number).await, [""; 0]);
    alice.post(&format!("/api/v1/accounts/{}/unmute", bob.id), json!({})).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/unfollow", bob.id), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(posts(&alice, &number).await, [""; 0]);
    bob.get(&format!("/api/v1/timelines/list/{number}")).await.error(404);
    alice.delete(&format!("/api/v1/lists/{number}")).await.ok();
    shop.settle().await;
    alice.get(&format!("/api/v1/timelines/list/{number}")).await.error(404);
}

#[tokio::test]
async fn replies_follow_the_policy_of_the_list() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (bob, carol) = (shop.member("bob").await, shop.member("carol").await);
    let (dave, eve) = (shop.member("dave").await, shop.member("eve").await);
    for friend in [&bob, &carol, &dave] {
        alice.follows(friend).await;
    }
    let number = list(&alice, json!({"title": "l"})).await;
    put_on(&alice, &number, &bob).await;
    put_on(&alice, &number, &carol).await;
    let mut replies = Vec::new();
    for author in [&carol, &dave, &eve, &alice, &bob] {
        let said = author.says("well?").await;
        let reply = json!({"status": "so", "in_reply_to_id": said["id"]});
        replies.push(id(&bob.post("/api/v1/statuses", reply).await.ok()));
    }
    let [to_member, to_followed, to_stranger, to_me, to_self] = &replies[..] else { panic!() };
    for (policy, shown) in [
        ("list", vec![to_self, to_me, to_member]),
        ("followed", vec![to_self, to_me, to_followed, to_member]),
        ("none", vec![to_self, to_me]),
    ] {
        alice.put(&format!("/api/v1/lists/{number}"), json!({"replies_policy": policy})).await.ok();
        shop.settle().await;
        let mut seen = posts(&alice, &number).await;
        seen.retain(|id| replies.contains(id));
        assert_eq!(seen.iter().collect::<Vec<_>>(), shown, "{policy}");
        assert!(!seen.contains(to_stranger));
    }
}

#[tokio::test]
async fn members_of_exclusive_lists_leave_home() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let said = id(&bob.says("hello").await);
    assert_eq!(home(&alice).await, [said.as_str()]);
    let number = list(&alice, json!({"title": "l", "exclusive": true})).await;
    put_on(&alice, &number, &bob).await;
    shop.settle().await;
    assert_eq!(home(&alice).await, [""; 0]);
    assert_eq!(posts(&alice, &number).await, [said.as_str()]);
    let more = id(&bob.says("more").await);
    shop.settle().await;
    assert_eq!(home(&alice).await, [""; 0]);
    alice.put(&format!("/api/v1/lists/{number}"), json!({"exclusive": false})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [more.clone(), said.clone()]);
    alice.put(&format!("/api/v1/lists/{number}"), json!({"exclusive": true})).await.ok();
    alice.delete(&format!("/api/v1/lists/{number}")).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [more, said]);
}

#[tokio::test]
async fn lists_stream_updates_edits_and_deletions() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let number = list(&alice, json!({"title": "l"})).await;
    put_on(&alice, &number, &bob).await;
    shop.settle().await;
    let mut stream = Stream::open(&shop, &alice, &format!("stream=list&list={number}")).await;
    let said = bob.says("hello there").await;
    let path = format!("/api/v1/statuses/{}", id(&said));
    let update = stream.next().await;
    assert_eq!((update.name.as_str(), &update.stream), ("update", &json!(["list", number])));
    assert_eq!(update.payload["favourited"], false);
    bob.put(&path, json!({"status": "hello again"})).await.ok();
    assert_eq!(stream.next().await.name, "status.update");
    bob.delete(&path).await.ok();
    let delete = stream.next().await;
    assert_eq!((delete.name.as_str(), &delete.payload), ("delete", &said["id"]));
    // A change of the list builds its feed anew; the stream goes on.
    alice.put(&format!("/api/v1/lists/{number}"), json!({"replies_policy": "none"})).await.ok();
    bob.says("still here?").await;
    assert_eq!(stream.next().await.name, "update");
}

#[tokio::test]
async fn only_the_owner_streams_a_list() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let number = list(&alice, json!({"title": "l"})).await;
    let words = "Not authorized to stream this list";
    for list in [number.as_str(), "x", "", "18446744073709551616"] {
        let query = format!("access_token={}&stream=list&list={list}", bob.token.clone().unwrap());
        assert_eq!(Stream::refused(&shop, &query).await, (401, words.into()), "{list}");
        let path = format!("/api/v1/streaming/list?list={list}");
        assert_eq!(bob.get(&path).await.error(401), words);
    }
    assert_eq!(alice.get("/api/v1/streaming/list").await.error(401), words);
    let mut stream = Stream::open(&shop, &bob, "").await;
    stream.say(json!({"type": "subscribe", "stream": "list", "list": number})).await;
    assert_eq!(stream.message().await, json!({"error": words, "status": 401}));
    let mut response = alice
        .request(reqwest::Method::GET, &format!("/api/v1/streaming/list?list={number}"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(response.chunk().await.unwrap().unwrap().starts_with(b":)\n"));
}
