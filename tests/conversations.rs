//! Conversations: direct posts by thread and people, as behaviours §9 tells it.

use serde_json::{Value, json};

use crate::support::stream::Stream;
use crate::support::{Person, Shop};

const LIST: &str = "/api/v1/conversations";

async fn writes(who: &Person, text: &str, answers: Option<&Value>) -> Value {
    let mut body = json!({ "status": text, "visibility": "direct" });
    if let Some(parent) = answers {
        body["in_reply_to_id"] = parent["id"].clone();
    }
    who.post("/api/v1/statuses", body).await.ok()
}

async fn listed(who: &Person) -> Vec<Value> {
    who.get(LIST).await.ok().as_array().unwrap().clone()
}

fn names(conversation: &Value) -> Vec<&str> {
    let people = conversation["accounts"].as_array().unwrap();
    people.iter().map(|one| one["username"].as_str().unwrap()).collect()
}

fn path(conversation: &Value, verb: &str) -> String {
    format!("{LIST}/{}{verb}", conversation["id"].as_str().unwrap())
}

/// Two people who follow each other: their words are not kept back.
async fn friends(shop: &Shop) -> (Person, Person) {
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    bob.follows(&alice).await;
    (alice, bob)
}

#[tokio::test]
async fn a_thread_is_one_conversation_for_each_side() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    let first = writes(&alice, "hello @bob", None).await;
    let mine = listed(&alice).await;
    assert_eq!((names(&mine[0]), &mine[0]["unread"]), (vec!["bob"], &json!(false)), "one's own word is read");
    let his = listed(&bob).await;
    assert_eq!((names(&his[0]), &his[0]["unread"]), (vec!["alice"], &json!(true)));
    assert_eq!(his[0]["last_status"]["id"], first["id"]);
    assert_ne!(mine[0]["id"], his[0]["id"]);

    let answer = writes(&bob, "hello @alice", Some(&first)).await;
    let (mine, his) = (listed(&alice).await, listed(&bob).await);
    assert_eq!((mine.len(), his.len()), (1, 1));
    assert_eq!((&mine[0]["unread"], &his[0]["unread"]), (&json!(true), &json!(false)));
    assert_eq!(mine[0]["last_status"]["id"], answer["id"]);

    writes(&alice, "something else @bob", None).await;
    assert_eq!(listed(&alice).await.len(), 2, "another thread is another conversation");
    alice.says("public words for @bob").await;
    assert_eq!(listed(&bob).await.len(), 2);
}

#[tokio::test]
async fn other_people_in_a_thread_are_another_conversation() {
    let shop = Shop::start().await;
    let (alice, _) = friends(&shop).await;
    let carol = shop.member("carol").await;
    carol.follows(&alice).await;
    let first = writes(&alice, "hello @bob", None).await;
    writes(&alice, "hello @carol and @bob", Some(&first)).await;
    let mine = listed(&alice).await;
    assert_eq!(mine.len(), 2);
    assert_eq!(names(&mine[0]), ["bob", "carol"]);
    assert_eq!(names(&mine[1]), ["bob"]);
    assert_eq!(names(&listed(&carol).await[0]), ["alice", "bob"]);
    writes(&alice, "a note to myself", None).await;
    assert_eq!(names(&listed(&alice).await[0]), ["alice"], "who writes to nobody else sees oneself");
}

#[tokio::test]
async fn reading_hiding_and_coming_back() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    let first = writes(&bob, "hello @alice", None).await;
    let entry = listed(&alice).await.remove(0);
    assert_eq!(alice.post(&path(&entry, "/read"), json!({})).await.ok()["unread"], false);
    assert_eq!(listed(&alice).await[0]["unread"], false);
    assert_eq!(alice.post(&path(&entry, "/unread"), json!({})).await.ok()["unread"], true);
    assert_eq!(alice.delete(&path(&entry, "")).await.ok(), json!({}));
    assert!(listed(&alice).await.is_empty());
    alice.get(&format!("/api/v1/statuses/{}", first["id"].as_str().unwrap())).await.ok();
    assert_eq!(listed(&bob).await.len(), 1, "only for the one who hid it");
    let again = writes(&bob, "are you there @alice", Some(&first)).await;
    let back = listed(&alice).await;
    assert_eq!((back.len(), &back[0]["last_status"]["id"]), (1, &again["id"]));
}

#[tokio::test]
async fn pages_run_over_the_newest_posts() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    let mut posts = Vec::new();
    for number in 0..3 {
        posts.push(writes(&bob, &format!("@alice {number}"), None).await);
    }
    writes(&alice, "up again @bob", Some(&posts[0])).await;
    let first = alice.get(&format!("{LIST}?limit=2")).await;
    let page = first.ok();
    assert_eq!(page[1]["last_status"]["id"], posts[2]["id"]);
    let next = first.link("next").expect("a next page");
    assert!(next.ends_with(&format!("max_id={}", posts[2]["id"].as_str().unwrap())), "{next}");
    let second = alice.get(&next).await;
    assert_eq!(second.ok()[0]["last_status"]["id"], posts[1]["id"]);
    assert!(second.link("next").is_some(), "whenever the page is not empty");
    let back = alice.get(&second.link("prev").unwrap()).await;
    assert_eq!(back.ok(), page);
}

#[tokio::test]
async fn deleted_posts_and_blocked_people_leave() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    let first = writes(&bob, "one @alice", None).await;
    let second = writes(&bob, "two @alice", Some(&first)).await;
    let delete = |status: &Value| format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    bob.delete(&delete(&second)).await.ok();
    assert_eq!(listed(&alice).await[0]["last_status"]["id"], first["id"]);
    assert_eq!(listed(&bob).await[0]["last_status"]["id"], first["id"]);
    bob.delete(&delete(&first)).await.ok();
    assert!(listed(&alice).await.is_empty() && listed(&bob).await.is_empty());
    writes(&bob, "three @alice", None).await;
    alice.post(&format!("/api/v1/accounts/{}/block", bob.id), json!({})).await.ok();
    assert!(listed(&alice).await.is_empty());
}

#[tokio::test]
async fn what_is_kept_back_begins_no_conversation_until_it_is_accepted() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let said = writes(&bob, "hello @alice", None).await;
    assert!(listed(&alice).await.is_empty());
    assert_eq!(listed(&bob).await.len(), 1);
    let requests = alice.get("/api/v1/notifications/requests").await.ids();
    alice.post(&format!("/api/v1/notifications/requests/{}/accept", requests[0]), json!({})).await.ok();
    shop.settle().await;
    let mine = listed(&alice).await;
    assert_eq!((mine.len(), &mine[0]["last_status"]["id"]), (1, &said["id"]));
}

#[tokio::test]
async fn the_direct_stream_carries_conversations() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    let mut socket = Stream::open(&shop, &alice, "stream=direct").await;
    let mut events = alice.request(reqwest::Method::GET, "/api/v1/streaming/direct").send().await.unwrap();
    let mut seen = String::new();
    while !seen.starts_with(":)\n") {
        seen.push_str(&String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap()));
    }
    let said = writes(&bob, "hello @alice", None).await;
    let event = socket.next().await;
    assert_eq!((event.name.as_str(), &event.stream), ("conversation", &json!(["direct"])));
    assert_eq!(event.payload["last_status"]["id"], said["id"]);
    assert_eq!(event.payload["unread"], true);
    while !seen.ends_with("\n\n") {
        seen.push_str(&String::from_utf8_lossy(&events.chunk().await.unwrap().unwrap()));
    }
    let text = seen.strip_prefix(":)\nevent: conversation\ndata: ").expect("a conversation");
    let shown: Value = serde_json::from_str(text.trim()).unwrap();
    assert_eq!(shown, event.payload);
    bob.says("not direct @alice").await;
    shop.settle().await;
    assert!(socket.is_silent().await);
    let narrow = shop.person("nora", shop::features::users::table::Role::User, "read:notifications").await;
    let query = format!("access_token={}&stream=direct", narrow.token.unwrap());
    assert_eq!(Stream::refused(&shop, &query).await.0, 401);
}

#[tokio::test]
async fn conversations_of_others_and_impossible_ones_are_not_there() {
    let shop = Shop::start().await;
    let (alice, bob) = friends(&shop).await;
    writes(&bob, "hello @alice", None).await;
    let entry = listed(&alice).await.remove(0);
    bob.post(&path(&entry, "/read"), json!({})).await.error(404);
    bob.delete(&path(&entry, "")).await.error(404);
    for bad in ["5", "abc", "18446744073709551616"] {
        alice.post(&format!("{LIST}/{bad}/read"), json!({})).await.error(404);
        alice.post(&format!("{LIST}/{bad}/unread"), json!({})).await.error(404);
        alice.delete(&format!("{LIST}/{bad}")).await.error(404);
    }
    alice.get(&format!("{LIST}?max_id=x")).await.error(404);
    shop.anon().get(LIST).await.error(401);
    let reader = shop.person("rita", shop::features::users::table::Role::User, "read").await;
    reader.post(&path(&entry, "/read"), json!({})).await.error(403);
}
