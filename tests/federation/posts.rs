//! Posts across servers.

use serde_json::json;

use super::{find, follow, newest, quiet};
use crate::support::Shop;
use crate::support::peer::Peer;

#[tokio::test]
async fn a_picture_is_seen_boosted_favourited_answered_edited_and_deleted() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;

    let picture = bob.picture().await;
    let post =
        bob.post("/api/v1/statuses", json!({ "status": "look #cats", "media_ids": [picture] })).await.ok();
    quiet(&a, &b).await;
    let seen = newest(&alice).await;
    assert_eq!(seen["uri"], post["uri"]);
    let link = format!("<a href=\"{}/tags/cats\" class=\"mention hashtag\"", b.base());
    assert!(seen["content"].as_str().unwrap().starts_with(&format!("<p>look {link}")));
    assert_eq!(seen["media_attachments"][0]["description"], "a cat");
    assert_eq!(seen["tags"][0]["name"], "cats");
    let small = seen["media_attachments"][0]["preview_url"].as_str().unwrap().to_owned();
    let shown = alice.get(small.trim_start_matches(a.base())).await;
    assert_eq!((shown.status(), shown.header("content-type")), (200, Some("image/png")));

    let id = seen["id"].as_str().unwrap().to_owned();
    alice.post(&format!("/api/v1/statuses/{id}/reblog"), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{id}/favourite"), json!({})).await.ok();
    let reply = json!({ "status": format!("@bob@{} lovely", b.domain()), "in_reply_to_id": id });
    alice.post("/api/v1/statuses", reply).await.ok();
    quiet(&a, &b).await;
    let told = bob.get("/api/v1/notifications").await.ok();
    let mut types: Vec<_> =
        told.as_array().unwrap().iter().map(|one| one["type"].as_str().unwrap()).collect();
    types.sort_unstable();
    assert_eq!(types, ["favourite", "follow", "mention", "reblog"]);
    let own = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
    let counted = bob.get(&own).await.ok();
    let counts = ["reblogs_count", "favourites_count", "replies_count"].map(|name| counted[name].clone());
    assert_eq!(counts, [json!(1), json!(1), json!(1)]);
    let thread = bob.get(&format!("{own}/context")).await.ok();
    assert_eq!(thread["descendants"][0]["account"]["acct"], format!("alice@{}", a.domain()));

    alice.post(&format!("/api/v1/statuses/{id}/unfavourite"), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{id}/unreblog"), json!({})).await.ok();
    quiet(&a, &b).await;
    let counted = bob.get(&own).await.ok();
    assert_eq!((&counted["reblogs_count"], &counted["favourites_count"]), (&json!(0), &json!(0)));

    b.clock().advance(std::time::Duration::from_secs(2));
    bob.put(&own, json!({ "status": "look again", "media_ids": [picture] })).await.ok();
    quiet(&a, &b).await;
    let edited = alice.get(&format!("/api/v1/statuses/{id}")).await.ok();
    assert_eq!(edited["content"], "<p>look again</p>");
    assert!(edited["edited_at"].is_string());

    bob.delete(&own).await.ok();
    quiet(&a, &b).await;
    alice.get(&format!("/api/v1/statuses/{id}")).await.error(404);
}

#[tokio::test]
async fn private_posts_reach_followers_and_direct_ones_the_mentioned_only() {
    let (a, b) = Shop::pair().await;
    let (alice, dora) = (a.member("alice").await, a.member("dora").await);
    let bob = b.member("bob").await;
    follow(&alice, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    bob.post("/api/v1/statuses", json!({ "status": "for followers", "visibility": "private" })).await.ok();
    quiet(&a, &b).await;
    let private = newest(&alice).await;
    assert_eq!(
        (&private["content"], &private["visibility"]),
        (&json!("<p>for followers</p>"), &json!("private"))
    );
    let id = private["id"].as_str().unwrap();
    dora.get(&format!("/api/v1/statuses/{id}")).await.error(404);

    // Strangers' direct words are kept back.
    follow(&dora, &format!("bob@{}", b.domain())).await;
    quiet(&a, &b).await;
    let text = format!("@dora@{} psst", a.domain());
    bob.post("/api/v1/statuses", json!({ "status": text, "visibility": "direct" })).await.ok();
    quiet(&a, &b).await;
    let told = dora.get("/api/v1/notifications").await.ok();
    assert_eq!((&told[0]["type"], &told[0]["status"]["visibility"]), (&json!("mention"), &json!("direct")));
    let direct = told[0]["status"]["id"].as_str().unwrap();
    alice.get(&format!("/api/v1/statuses/{direct}")).await.error(404);
}

#[tokio::test]
async fn only_those_addressed_may_fetch_a_private_post() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("eve");
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    peer.send(shop.base(), &peer.activity("carol", "Follow", json!(local))).await;
    shop.settle().await;
    let post = json!({ "status": "hush", "visibility": "private" });
    let uri = bob.post("/api/v1/statuses", post).await.ok()["uri"].as_str().unwrap().to_owned();
    shop.settle().await;
    assert_eq!(peer.received_of("Create")[0]["to"], json!([format!("{local}/followers")]));
    let (status, note) = peer.get_signed("carol", &uri).await;
    assert_eq!((status, &note["content"]), (200, &json!("<p>hush</p>")));
    assert_eq!(peer.get_signed("eve", &uri).await.0, 404);
    let path = uri.trim_start_matches(shop.base());
    let unsigned = shop.anon().get_with(path, &[("accept", "application/activity+json")]).await;
    assert_eq!(unsigned.status(), 404);
}

#[tokio::test]
async fn a_thread_is_fetched_upwards_from_an_answer() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    let on = |day: u32| format!("2026-01-0{day}T00:00:00Z");
    peer.show("/notes/1", peer.note("carol", 1, json!({ "published": on(1) })));
    let second = json!({ "published": on(2), "inReplyTo": peer.uri("/notes/1") });
    peer.show("/notes/2", peer.note("carol", 2, second));
    // The follow is accepted, then an answer to an answer arrives.
    let followed = peer.received_of("Follow")[0].clone();
    peer.send(shop.base(), &peer.activity("carol", "Accept", followed)).await;
    let third = json!({ "published": on(3), "inReplyTo": peer.uri("/notes/2") });
    let third = peer.note("carol", 3, third);
    assert_eq!(peer.send(shop.base(), &peer.activity("carol", "Create", third)).await, 202);
    shop.settle().await;
    let carol = find(&bob, &format!("carol@{}", peer.domain())).await;
    let posts = bob.get(&format!("/api/v1/accounts/{}/statuses", carol["id"].as_str().unwrap())).await.ids();
    let thread = bob.get(&format!("/api/v1/statuses/{}/context", posts[0])).await.ok();
    let above: Vec<_> =
        thread["ancestors"].as_array().unwrap().iter().map(|s| s["content"].clone()).collect();
    assert_eq!(above, [json!("<p>note 1</p>"), json!("<p>note 2</p>")]);
}

#[tokio::test]
async fn answers_that_come_first_are_joined_to_their_parent_when_it_comes() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    for name in ["carol", "dan"] {
        peer.person(name);
        follow(&bob, &format!("{name}@{}", peer.domain())).await;
    }
    shop.settle().await;
    for followed in peer.received_of("Follow") {
        let name = followed["object"].as_str().unwrap().rsplit('/').next().unwrap();
        peer.send(shop.base(), &peer.activity(name, "Accept", followed.clone())).await;
    }
    shop.settle().await;
    let create = async |name: &str, number: u32, extra: serde_json::Value| {
        let activity = peer.activity(name, "Create", peer.note(name, number, extra));
        assert_eq!(peer.send(shop.base(), &activity).await, 202);
        shop.settle().await;
    };
    // The parent cannot be fetched while its answer and an answer to that come in.
    create("carol", 2, json!({ "inReplyTo": peer.uri("/notes/1") })).await;
    create("carol", 3, json!({ "inReplyTo": peer.uri("/notes/2") })).await;
    let carol = find(&bob, &format!("carol@{}", peer.domain())).await;
    let path = format!("/api/v1/accounts/{}/statuses", carol["id"].as_str().unwrap());
    let posts = bob.get(&path).await.ok();
    let [third, second] = [&posts[0], &posts[1]];
    assert_eq!((&second["content"], &second["in_reply_to_id"]), (&json!("<p>note 2</p>"), &json!(null)));
    assert_eq!(third["in_reply_to_id"], second["id"]);

    create("dan", 1, json!({})).await;
    let first = newest_of(&bob, "dan", &peer).await;
    assert_eq!(first["replies_count"], 1);
    let id = first["id"].as_str().unwrap();
    let second = bob.get(&format!("/api/v1/statuses/{}", second["id"].as_str().unwrap())).await.ok();
    assert_eq!(
        (&second["in_reply_to_id"], &second["in_reply_to_account_id"]),
        (&json!(id), &first["account"]["id"])
    );
    let thread = bob.get(&format!("/api/v1/statuses/{id}/context")).await.ok();
    let below: Vec<_> =
        thread["descendants"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!(below, [json!("<p>note 2</p>"), json!("<p>note 3</p>")]);
    let thread = bob.get(&format!("/api/v1/statuses/{}/context", third["id"].as_str().unwrap())).await.ok();
    let above: Vec<_> =
        thread["ancestors"].as_array().unwrap().iter().map(|one| one["content"].clone()).collect();
    assert_eq!(above, [json!("<p>note 1</p>"), json!("<p>note 2</p>")]);
}

async fn newest_of(who: &crate::support::Person, name: &str, peer: &Peer) -> serde_json::Value {
    let account = find(who, &format!("{name}@{}", peer.domain())).await;
    who.get(&format!("/api/v1/accounts/{}/statuses", account["id"].as_str().unwrap())).await.ok()[0].clone()
}

#[tokio::test]
async fn a_boost_of_a_third_server_is_fetched_and_shown() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (peer, third) = (Peer::start().await, Peer::start().await);
    peer.person("carol");
    third.person("dan");
    third.show("/notes/7", third.note("dan", 7, json!({})));
    follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    peer.send(shop.base(), &peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone())).await;
    let mut announce = peer.activity("carol", "Announce", json!(third.uri("/notes/7")));
    announce["to"] = json!(["https://www.w3.org/ns/activitystreams#Public"]);
    assert_eq!(peer.send(shop.base(), &announce).await, 202);
    shop.settle().await;
    let boost = newest(&bob).await;
    assert_eq!(boost["reblog"]["content"], "<p>note 7</p>");
    assert_eq!(boost["reblog"]["account"]["acct"], format!("dan@{}", third.domain()));
    peer.send(shop.base(), &peer.activity("carol", "Undo", announce)).await;
    shop.settle().await;
    let home = bob.get("/api/v1/timelines/home").await.ok();
    assert_eq!(home, json!([]));
}

#[tokio::test]
async fn a_mention_finds_people_of_other_servers() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    let carol = peer.person("carol");
    let post = bob.says(&format!("hello @carol@{} and @nobody@{}", peer.domain(), peer.domain())).await;
    assert_eq!(post["mentions"].as_array().unwrap().len(), 1);
    shop.settle().await;
    let create = &peer.received_of("Create")[0];
    assert!(create["cc"].as_array().unwrap().contains(&json!(carol)));
    assert_eq!(create["object"]["tag"][0]["type"], "Mention");
    assert!(create.get("bto").is_none() && create.get("bcc").is_none());
    let _ = find(&bob, &format!("carol@{}", peer.domain())).await;
}

#[tokio::test]
async fn one_delivery_a_server_whatever_the_number_of_followers() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    for name in ["carol", "dan", "eve"] {
        peer.person(name);
        peer.send(shop.base(), &peer.activity(name, "Follow", json!(local))).await;
    }
    shop.settle().await;
    bob.says("once").await;
    shop.settle().await;
    assert_eq!(peer.received_of("Create").len(), 1);
}

#[tokio::test]
async fn a_server_that_was_down_gets_everything_in_order() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let local = format!("{}/ap/users/{}", shop.base(), bob.id);
    peer.send(shop.base(), &peer.activity("carol", "Follow", json!(local))).await;
    shop.settle().await;
    peer.answers(503);
    bob.says("first").await;
    bob.says("second").await;
    shop.settle().await;
    peer.answers(202);
    let before = peer.received_of("Create").len();
    shop.clock().advance(std::time::Duration::from_secs(60));
    shop.settle().await;
    let texts: Vec<_> =
        peer.received_of("Create").into_iter().skip(before).map(|c| c["object"]["content"].clone()).collect();
    assert_eq!(texts, [json!("<p>first</p>"), json!("<p>second</p>")]);

    peer.answers(410);
    bob.says("third").await;
    shop.settle().await;
    let tried = peer.received_of("Create").len();
    shop.clock().advance(std::time::Duration::from_secs(86_400));
    shop.settle().await;
    assert_eq!(peer.received_of("Create").len(), tried, "a final refusal is not repeated");
}
