//! Hashtags: following them, showing them on a profile, and what comes of it, as behaviours §9 tells it.

use serde_json::{Value, json};

use crate::support::peer::Peer;
use crate::support::{Person, Shop, stream::Stream};

fn id(thing: &Value) -> String {
    thing["id"].as_str().unwrap().to_owned()
}

async fn tag(person: &Person, name: &str, verb: &str) -> Value {
    person.post(&format!("/api/v1/tags/{name}/{verb}"), json!({})).await.ok()
}

async fn home(person: &Person) -> Vec<String> {
    person.get("/api/v1/timelines/home").await.ids()
}

#[tokio::test]
async fn a_tag_is_whole_and_marked_for_those_who_are_signed_in() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.says("about #Rust and #rust").await;
    bob.says("me too #rust").await;
    let shown = shop.anon().get("/api/v1/tags/RUST").await.ok();
    assert_eq!(
        (&shown["name"], &shown["url"]),
        (&json!("Rust"), &json!(format!("{}/tags/rust", shop.base())))
    );
    assert!(shown["id"].as_str().unwrap().parse::<u64>().unwrap() > 0);
    assert!(shown.get("following").is_none() && shown.get("featuring").is_none());
    let history = shown["history"].as_array().unwrap();
    assert_eq!(history.len(), 7);
    assert_eq!((&history[0]["uses"], &history[0]["accounts"]), (&json!("2"), &json!("2")));
    assert!(history[0]["day"].as_str().unwrap().parse::<u64>().unwrap() % 86_400 == 0);
    assert_eq!((&history[6]["uses"], &history[6]["accounts"]), (&json!("0"), &json!("0")));
    let own = alice.get("/api/v1/tags/rust").await.ok();
    assert_eq!((&own["following"], &own["featuring"]), (&json!(false), &json!(false)));
    assert_eq!(shop.anon().get("/api/v1/tags/unheardof").await.ok()["id"], "");
    for bad in ["12345", "a%20b", "%F0%9F%A6%80", &"x".repeat(501)] {
        shop.anon().get(&format!("/api/v1/tags/{bad}")).await.error(404);
        alice.post(&format!("/api/v1/tags/{bad}/follow"), json!({})).await.error(404);
    }
}

#[tokio::test]
async fn following_a_tag_brings_its_public_posts_home() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let old = id(&bob.says("old #café").await);
    let followed = tag(&alice, "Café", "follow").await;
    assert_eq!((&followed["following"], &followed["featuring"]), (&json!(true), &json!(false)));
    assert_eq!(tag(&alice, "cafe", "follow").await["id"], followed["id"]);
    shop.settle().await;
    assert_eq!(home(&alice).await, [old.as_str()], "the feed is built with it");
    let new = id(&bob.says("new #cafe").await);
    for visibility in ["unlisted", "private", "direct"] {
        bob.post("/api/v1/statuses", json!({"status": "less #cafe", "visibility": visibility})).await.ok();
    }
    let reply = json!({"status": "a reply #cafe", "in_reply_to_id": new});
    let reply = id(&shop.member("carol").await.post("/api/v1/statuses", reply).await.ok());
    bob.post(&format!("/api/v1/statuses/{reply}/reblog"), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [reply.clone(), new.clone(), old.clone()], "the feed stays current");
    alice.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({})).await.ok();
    shop.settle().await;
    assert_eq!(home(&alice).await, [reply.as_str()]);
    alice.post(&format!("/api/v1/accounts/{}/unmute", bob.id), json!({})).await.ok();
    assert_eq!(tag(&alice, "cafe", "unfollow").await["following"], false);
    tag(&alice, "cafe", "unfollow").await;
    shop.settle().await;
    assert_eq!(home(&alice).await, [""; 0]);
}

#[tokio::test]
async fn a_post_that_comes_from_author_and_tag_stands_in_home_once() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    tag(&alice, "one", "follow").await;
    tag(&alice, "two", "follow").await;
    let said = id(&bob.says("#one and #two").await);
    shop.settle().await;
    assert_eq!(home(&alice).await, [said.as_str()]);
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    tag(&alice, "three", "follow").await;
    let carol = shop.member("carol").await;
    shop.settle().await;
    let more = carol.says("about #three").await;
    assert_eq!(stream.next().await.payload["id"], more["id"], "streams go on after a change");
}

#[tokio::test]
async fn followed_tags_page_by_hidden_rows() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for name in ["One", "two", "three"] {
        tag(&alice, name, "follow").await;
    }
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap().to_owned()).collect()
    };
    let first = alice.get("/api/v1/followed_tags?limit=2").await;
    assert_eq!(names(&first.ok()), ["three", "two"]);
    assert_eq!(first.ok()[0]["following"], true);
    let second = alice.get(&first.link("next").unwrap()).await;
    assert_eq!(names(&second.ok()), ["One"]);
    assert!(second.link("next").is_none());
    let back = alice.get(&second.link("prev").unwrap()).await;
    assert_eq!(names(&back.ok()), ["three", "two"]);
    alice.get("/api/v1/followed_tags?max_id=x").await.error(404);
    assert_eq!(shop.member("bob").await.get("/api/v1/followed_tags").await.ok(), json!([]));
    shop.anon().get("/api/v1/followed_tags").await.error(401);
}

#[tokio::test]
async fn tags_on_a_profile_count_the_posts_behind_them() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = id(&alice.says("#Books again").await);
    alice.post("/api/v1/statuses", json!({"status": "#books", "visibility": "unlisted"})).await.ok();
    alice.post("/api/v1/statuses", json!({"status": "#books", "visibility": "private"})).await.ok();
    bob.says("#books").await;
    let shown = alice.post("/api/v1/featured_tags", json!({"name": "#Books"})).await.ok();
    assert_eq!((&shown["name"], &shown["statuses_count"]), (&json!("Books"), &json!("2")));
    assert_eq!(shown["url"], format!("{}/@alice/tagged/books", shop.base()));
    assert_eq!(shown["last_status_at"].as_str().unwrap().len(), 10);
    assert_eq!(alice.get("/api/v1/tags/books").await.ok()["featuring"], true);
    let path = format!("/api/v1/accounts/{}/featured_tags", alice.id);
    assert_eq!(shop.anon().get(&path).await.ok(), json!([shown]));
    assert_eq!(alice.get("/api/v1/featured_tags").await.ok(), json!([shown]));
    alice.put(&format!("/api/v1/statuses/{first}"), json!({"status": "no tag any more"})).await.ok();
    assert_eq!(shop.anon().get(&path).await.ok()[0]["statuses_count"], "1");
    alice.put(&format!("/api/v1/statuses/{first}"), json!({"status": "#books, still"})).await.ok();
    assert_eq!(shop.anon().get(&path).await.ok()[0]["statuses_count"], "2");
    alice.delete(&format!("/api/v1/statuses/{first}")).await.ok();
    assert_eq!(shop.anon().get(&path).await.ok()[0]["statuses_count"], "1");
    let row = format!("/api/v1/featured_tags/{}", id(&shown));
    bob.delete(&row).await.error(404);
    assert_eq!(alice.delete(&row).await.ok(), json!({}));
    alice.delete(&row).await.error(404);
    assert_eq!(shop.anon().get(&path).await.ok(), json!([]));
    assert_eq!(bob.get(&path.replace(&alice.id, "99")).await.error(404), "Record not found");
}

#[tokio::test]
async fn a_profile_has_room_for_ten_tags() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for number in 0..10 {
        tag(&alice, &format!("tag{number}"), "feature").await;
    }
    assert_eq!(tag(&alice, "tag0", "feature").await["featuring"], true, "twice is fine");
    alice.post("/api/v1/tags/more/feature", json!({})).await.error(422);
    alice.post("/api/v1/featured_tags", json!({"name": "more"})).await.error(422);
    assert_eq!(tag(&alice, "tag0", "unfeature").await["featuring"], false);
    alice.post("/api/v1/featured_tags", json!({})).await.error(400);
    for bad in ["two words", "123", "🦀"] {
        alice.post("/api/v1/featured_tags", json!({"name": bad})).await.error(422);
    }
    alice.post("/api/v1/featured_tags", json!({"name": "more"})).await.ok();
    assert_eq!(alice.get("/api/v1/featured_tags").await.ids().len(), 10);
}

#[tokio::test]
async fn the_tags_one_uses_most_are_suggested() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for text in ["#tea #cake", "#tea", "#tea #books", "#books"] {
        alice.says(text).await;
    }
    tag(&alice, "tea", "feature").await;
    let found = alice.get("/api/v1/featured_tags/suggestions").await.ok();
    let names: Vec<_> = found.as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["books", "cake"]);
    assert_eq!(found[0]["featuring"], false);
}

#[tokio::test]
async fn other_servers_read_the_tags_of_a_profile() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    tag(&alice, "Books", "feature").await;
    let accept = [("accept", "application/activity+json")];
    let actor = shop.anon().get_with(&format!("/ap/users/{}", alice.id), &accept).await.ok();
    let collection = shop.anon().get_with(actor["featuredTags"].as_str().unwrap(), &accept).await.ok();
    assert_eq!((&collection["type"], &collection["totalItems"]), (&json!("Collection"), &json!(1)));
    let href = format!("{}/@alice/tagged/books", shop.base());
    assert_eq!(collection["items"], json!([{"type": "Hashtag", "href": href, "name": "#Books"}]));
}

#[tokio::test]
async fn other_servers_hear_of_changed_tags_on_a_profile() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("zoe");
    let me = format!("{}/ap/users/{}", shop.base(), alice.id);
    tag(&alice, "unheard", "feature").await;
    peer.send(shop.base(), &peer.activity("zoe", "Follow", json!(me))).await;
    shop.settle().await;
    tag(&alice, "Tea", "feature").await;
    tag(&alice, "tea", "feature").await;
    tag(&alice, "tea", "unfeature").await;
    tag(&alice, "tea", "unfeature").await;
    shop.settle().await;
    let (added, removed) = (peer.received_of("Add"), peer.received_of("Remove"));
    assert_eq!((added.len(), removed.len()), (1, 1));
    assert_eq!(added[0]["object"]["name"], "#Tea");
    assert_eq!(added[0]["target"], format!("{me}/collections/featured"));
    assert_eq!(removed[0]["object"]["href"], format!("{}/@alice/tagged/tea", shop.base()));
}

#[tokio::test]
async fn posts_of_other_servers_come_home_by_their_tags() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("zoe");
    tag(&alice, "sea", "follow").await;
    let mut stream = Stream::open(&shop, &alice, "stream=user").await;
    // Somebody has to be followed there, or nothing of theirs is taken in.
    let found = alice.get(&format!("/api/v2/search?resolve=true&q=zoe@{}", peer.domain())).await.ok();
    let zoe = found["accounts"][0]["id"].as_str().unwrap().to_owned();
    let other = shop.member("other").await;
    other.post(&format!("/api/v1/accounts/{zoe}/follow"), json!({})).await.ok();
    shop.settle().await;
    let follow = peer.received_of("Follow").remove(0);
    peer.send(shop.base(), &peer.activity("zoe", "Accept", follow)).await;
    let hashtag = json!([{"type": "Hashtag", "href": peer.uri("/tags/sea"), "name": "#Sea"}]);
    let note = peer.note("zoe", 1, json!({"tag": hashtag}));
    peer.send(shop.base(), &peer.activity("zoe", "Create", note)).await;
    shop.settle().await;
    assert_eq!(stream.next().await.payload["account"]["id"], zoe);
    assert_eq!(home(&alice).await.len(), 1);
}
