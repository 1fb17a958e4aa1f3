//! Endorsements, familiar followers, suggestions, the directory, profiles, and servers that somebody blocks.

use serde_json::{Value, json};

use crate::support::peer::Peer;
use crate::support::{Person, Shop};

async fn act(member: &Person, other: &str, verb: &str) -> Value {
    member.post(&format!("/api/v1/accounts/{other}/{verb}"), json!({})).await.ok()
}

async fn between(member: &Person, other: &str) -> Value {
    member.get(&format!("/api/v1/accounts/relationships?id[]={other}")).await.ok()[0].clone()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|account| account["username"].as_str().unwrap()).collect()
}

async fn change(member: &Person, what: Value) {
    member.patch("/api/v1/accounts/update_credentials", what).await.ok();
}

/// `zoe` of the peer, known here.
async fn zoe(shop: &Shop, peer: &Peer, seeker: &Person) -> String {
    peer.person("zoe");
    let found = seeker.get(&format!("/api/v2/search?resolve=true&q=zoe@{}", peer.domain())).await.ok();
    shop.settle().await;
    found["accounts"][0]["id"].as_str().unwrap().to_owned()
}

/// Follows `zoe`, who accepts.
async fn follow_zoe(shop: &Shop, peer: &Peer, member: &Person, zoe: &str) {
    act(member, zoe, "follow").await;
    shop.settle().await;
    let follow = peer.received_of("Follow").pop().unwrap();
    peer.send(shop.base(), &peer.activity("zoe", "Accept", follow)).await;
    shop.settle().await;
}

#[tokio::test]
async fn only_the_followed_are_endorsed_and_only_while_followed() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let carol = shop.member("carol").await;
    for verb in ["endorse", "pin"] {
        alice.post(&format!("/api/v1/accounts/{}/{verb}", bob.id), json!({})).await.error(422);
        alice.post(&format!("/api/v1/accounts/99/{verb}"), json!({})).await.error(404);
    }
    alice.follows(&bob).await;
    alice.follows(&carol).await;
    assert_eq!(act(&alice, &bob.id, "endorse").await["endorsed"], true);
    assert_eq!(act(&alice, &bob.id, "pin").await["endorsed"], true, "twice is fine");
    act(&alice, &carol.id, "pin").await;
    let path = format!("/api/v1/accounts/{}/endorsements", alice.id);
    let first = shop.anon().get(&format!("{path}?limit=1")).await;
    assert_eq!(names(&first.ok()), ["carol"]);
    assert_eq!(names(&shop.anon().get(&first.link("next").unwrap()).await.ok()), ["bob"]);
    assert_eq!(names(&alice.get("/api/v1/endorsements?limit=0").await.ok()), ["carol", "bob"]);
    assert_eq!(names(&alice.get("/api/v1/endorsements?limit=1").await.ok()), ["carol"]);
    assert_eq!(bob.get("/api/v1/endorsements").await.ok(), json!([]));
    assert_eq!(act(&alice, &carol.id, "unpin").await["endorsed"], false);
    assert_eq!(act(&alice, &carol.id, "unendorse").await["endorsed"], false);
    assert_eq!(between(&alice, &bob.id).await["endorsed"], true);
    act(&alice, &bob.id, "unfollow").await;
    assert_eq!(between(&alice, &bob.id).await["endorsed"], false);
    alice.follows(&carol).await;
    act(&alice, &carol.id, "endorse").await;
    act(&carol, &alice.id, "block").await;
    assert_eq!(alice.get("/api/v1/endorsements").await.ok(), json!([]));
    assert_eq!(carol.get(&path).await.ok(), json!([]));
    shop.anon().get("/api/v1/accounts/99/endorsements").await.error(404);
}

#[tokio::test]
async fn familiar_followers_hide_with_their_network() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (carol, dave) = (shop.member("carol").await, shop.member("dave").await);
    for friend in [&bob, &carol] {
        alice.follows(friend).await;
        friend.follows(&dave).await;
    }
    let path = format!("/api/v1/accounts/familiar_followers?id[]={}&id[]=99&id[]=x", dave.id);
    let found = alice.get(&path).await.ok();
    assert_eq!((found.as_array().unwrap().len(), &found[0]["id"]), (1, &json!(dave.id)));
    assert_eq!(names(&found[0]["accounts"]), ["bob", "carol"]);
    change(&bob, json!({"hide_collections": true})).await;
    assert_eq!(names(&alice.get(&path).await.ok()[0]["accounts"]), ["carol"]);
    change(&dave, json!({"hide_collections": true})).await;
    assert_eq!(alice.get(&path).await.ok()[0]["accounts"], json!([]));
    assert_eq!(alice.get("/api/v1/accounts/familiar_followers").await.ok(), json!([]));
    shop.anon().get(&path).await.error(401);
}

#[tokio::test]
async fn suggestions_come_from_friends_and_from_the_crowd() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (carol, dave) = (shop.member("carol").await, shop.member("dave").await);
    let erin = shop.member("erin").await;
    for person in [&alice, &carol, &dave] {
        change(person, json!({"discoverable": true})).await;
    }
    alice.follows(&bob).await;
    bob.follows(&carol).await;
    bob.follows(&erin).await;
    erin.follows(&dave).await;
    erin.follows(&carol).await;
    let found = alice.get("/api/v2/suggestions").await.ok();
    let seen: Vec<_> =
        found.as_array().unwrap().iter().map(|one| one["account"]["username"].clone()).collect();
    assert_eq!(seen, ["carol", "dave"], "erin does not want to be found");
    assert_eq!(found[0]["sources"], json!(["friends_of_friends", "most_followed"]));
    assert_eq!(found[0]["source"], "past_interactions");
    assert_eq!((&found[1]["source"], &found[1]["sources"]), (&json!("global"), &json!(["most_followed"])));
    let old = alice.get("/api/v1/suggestions?limit=1&offset=1").await;
    assert_eq!(names(&old.ok()), ["dave"]);
    assert!(old.header("deprecation").unwrap().starts_with('@'));
    assert_eq!(alice.delete(&format!("/api/v1/suggestions/{}", carol.id)).await.ok(), json!({}));
    assert_eq!(names(&alice.get("/api/v1/suggestions").await.ok()), ["dave"]);
    act(&alice, &dave.id, "mute").await;
    assert_eq!(alice.get("/api/v1/suggestions").await.ok(), json!([]));
    alice.delete("/api/v1/suggestions/99").await.error(404);
    alice.get("/api/v2/suggestions?offset=-1").await.error(400);
    shop.anon().get("/api/v2/suggestions").await.error(401);
}

#[tokio::test]
async fn the_directory_lists_who_wants_to_be_found() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (carol, _dave) = (shop.member("carol").await, shop.member("dave").await);
    for person in [&alice, &bob, &carol] {
        change(person, json!({"discoverable": true})).await;
    }
    let anon = shop.anon();
    assert_eq!(names(&anon.get("/api/v1/directory?order=new").await.ok()), ["carol", "bob", "alice"]);
    alice.says("first").await;
    shop.clock().advance(std::time::Duration::from_secs(60));
    bob.says("second").await;
    assert_eq!(names(&anon.get("/api/v1/directory").await.ok()), ["bob", "alice", "carol"]);
    assert_eq!(names(&anon.get("/api/v1/directory?limit=1&offset=1&local=1").await.ok()), ["alice"]);
    act(&carol, &bob.id, "block").await;
    assert_eq!(names(&carol.get("/api/v1/directory").await.ok()), ["alice", "carol"]);
    change(&alice, json!({"discoverable": false})).await;
    assert_eq!(names(&anon.get("/api/v1/directory").await.ok()), ["bob", "carol"]);
    anon.get("/api/v1/directory?offset=-1").await.error(400);
    anon.get("/api/v1/directory?limit=-1").await.error(400);
}

#[tokio::test]
async fn a_profile_is_edited_as_it_was_written() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let blank = alice.get("/api/v1/profile").await.ok();
    assert_eq!((&blank["avatar"], &blank["header_static"]), (&Value::Null, &Value::Null));
    assert_eq!((&blank["discoverable"], &blank["show_media"]), (&Value::Null, &json!(true)));
    let wanted = json!({
        "display_name": "Alice", "note": "see https://a.example", "show_media": false,
        "show_media_replies": false, "show_featured": false, "indexable": true, "bot": true,
        "attribution_domains": ["https://news.example/x", "news.example"],
        "fields_attributes": {"0": {"name": "web", "value": "https://localhost:9"}},
    });
    let profile = alice.patch("/api/v1/profile", wanted).await.ok();
    assert_eq!((&profile["note"], &profile["bot"]), (&json!("see https://a.example"), &json!(true)));
    assert!(profile["formatted_note"].as_str().unwrap().contains("<a href="));
    assert_eq!(profile["fields"][0]["value"], "https://localhost:9");
    assert!(profile["formatted_fields"][0]["value"].as_str().unwrap().contains("<a href="));
    assert_eq!(profile["attribution_domains"], json!(["news.example"]));
    assert_eq!(profile["featured_tags"], json!([]));
    for tab in ["show_media", "show_media_replies", "show_featured"] {
        assert_eq!(profile[tab], false, "{tab}");
    }
    let account = shop.anon().get(&format!("/api/v1/accounts/{}", alice.id)).await.ok();
    assert_eq!((&account["show_media"], &account["show_featured"]), (&json!(false), &json!(false)));
    let accept = [("accept", "application/activity+json")];
    let actor = shop.anon().get_with(&format!("/ap/users/{}", alice.id), &accept).await.ok();
    assert_eq!((&actor["showMedia"], &actor["showRepliesInMedia"]), (&json!(false), &json!(false)));
    assert_eq!(alice.put("/api/v1/profile", json!({"show_media": true})).await.ok()["show_featured"], false);
    let bad = alice.patch("/api/v1/profile", json!({"display_name": "x".repeat(41)})).await;
    bad.error(422);
    assert_eq!(bad.json()["details"]["display_name"][0]["error"], "ERR_TOO_LONG");
    alice.patch("/api/v1/profile", json!({"avatar_description": "x".repeat(151)})).await.error(422);
    alice.patch("/api/v1/profile", json!({"attribution_domains": ["no domain"]})).await.error(422);
    let file = ("avatar", "me.png", "image/png", crate::support::pictures::png(40, 40));
    let fields = [("avatar_description", "me")];
    let pictured = alice.send_multipart("PATCH", "/api/v1/profile", &fields, file).await.ok();
    assert!(pictured["avatar"].is_string() && pictured["avatar_static"].is_string());
    assert_eq!(pictured["avatar_description"], "me");
    alice.delete("/api/v1/profile/avatar").await.ok();
    alice.delete("/api/v1/profile/avatar").await.ok();
    let bare = alice.get("/api/v1/profile").await.ok();
    assert_eq!((&bare["avatar"], &bare["avatar_description"]), (&Value::Null, &json!("")));
    shop.anon().get("/api/v1/profile").await.error(401);
}

#[tokio::test]
async fn blocking_a_server_cuts_what_was_there() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let peer = Peer::start().await;
    let zoe = zoe(&shop, &peer, &alice).await;
    follow_zoe(&shop, &peer, &alice, &zoe).await;
    peer.person("yan");
    let me = format!("{}/ap/users/{}", shop.base(), alice.id);
    peer.send(shop.base(), &peer.activity("zoe", "Follow", json!(me))).await;
    shop.settle().await;
    change(&alice, json!({"locked": true})).await;
    peer.send(shop.base(), &peer.activity("yan", "Follow", json!(me))).await;
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/follow_requests").await.ids().len(), 1);
    let preview = format!("/api/v1/domain_blocks/preview?domain={}", peer.domain());
    let counts = json!({"following_count": 1, "followers_count": 1});
    assert_eq!(alice.get(&preview).await.ok(), counts);
    let domain = json!({"domain": peer.domain().to_uppercase()});
    assert_eq!(alice.post("/api/v1/domain_blocks", domain.clone()).await.ok(), json!({}));
    alice.post("/api/v1/domain_blocks", domain).await.ok();
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/domain_blocks").await.ok(), json!([peer.domain()]));
    let now = between(&alice, &zoe).await;
    assert_eq!(now["domain_blocking"], true);
    assert_eq!((&now["following"], &now["followed_by"]), (&json!(false), &json!(false)));
    assert_eq!(between(&bob, &zoe).await["domain_blocking"], false);
    assert_eq!(alice.get("/api/v1/follow_requests").await.ok(), json!([]));
    assert_eq!(peer.received_of("Reject").len(), 2);
    assert_eq!(peer.received_of("Undo").len(), 1);
    alice.post(&format!("/api/v1/accounts/{zoe}/follow"), json!({})).await.error(403);
    peer.send(shop.base(), &peer.activity("zoe", "Follow", json!(me))).await;
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/follow_requests").await.ok(), json!([]));
    assert_eq!(peer.received_of("Reject").len(), 3);
    assert_eq!(
        alice.delete(&format!("/api/v1/domain_blocks?domain={}", peer.domain())).await.ok(),
        json!({})
    );
    assert_eq!(between(&alice, &zoe).await["domain_blocking"], false);
    assert_eq!(between(&alice, &zoe).await["following"], false, "follows do not come back");
}

#[tokio::test]
async fn people_of_a_blocked_server_are_not_seen_or_heard() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let peer = Peer::start().await;
    let zoe = zoe(&shop, &peer, &bob).await;
    follow_zoe(&shop, &peer, &bob, &zoe).await;
    let mention = json!([{"type": "Mention", "href": format!("{}/ap/users/{}", shop.base(), alice.id)}]);
    let post = json!({"status": "like me", "visibility": "unlisted"});
    let post = alice.post("/api/v1/statuses", post).await.ok();
    peer.send(shop.base(), &peer.activity("zoe", "Like", post["uri"].clone())).await;
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/notifications").await.ids().len(), 1);
    alice.post("/api/v1/domain_blocks", json!({"domain": peer.domain()})).await.ok();
    let note = peer.note("zoe", 1, json!({"tag": mention}));
    peer.send(shop.base(), &peer.activity("zoe", "Create", note)).await;
    shop.settle().await;
    assert_eq!(alice.get("/api/v1/notifications").await.ok(), json!([]));
    assert_eq!(alice.get("/api/v1/timelines/public").await.ok(), json!([]));
    let seen = bob.get("/api/v1/timelines/public").await.ids();
    assert_eq!(seen.len(), 1);
    alice.follows(&bob).await;
    bob.post(&format!("/api/v1/statuses/{}/reblog", seen[0]), json!({})).await.ok();
    shop.settle().await;
    let home = async || alice.get("/api/v1/timelines/home").await.ids();
    assert_eq!(home().await, [post["id"].as_str().unwrap()], "boosts of blocked servers stay out");
    alice.delete(&format!("/api/v1/domain_blocks?domain={}", peer.domain())).await.ok();
    shop.settle().await;
    assert_eq!(home().await.len(), 2);
    assert_eq!(alice.get("/api/v1/timelines/public").await.ids().len(), 1);
}

#[tokio::test]
async fn blocked_servers_have_pages_and_names() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for domain in ["one.example", "Two.Example.", "dritte-bühne.example"] {
        alice.form("/api/v1/domain_blocks", &[("domain", domain)]).await.ok();
    }
    let first = alice.get("/api/v1/domain_blocks?limit=2").await;
    assert_eq!(first.ok(), json!(["xn--dritte-bhne-0hb.example", "two.example"]));
    let second = alice.get(&first.link("next").unwrap()).await;
    assert_eq!(second.ok(), json!(["one.example"]));
    assert!(second.link("prev").unwrap().contains("since_id="));
    for bad in ["", " "] {
        alice.post("/api/v1/domain_blocks", json!({"domain": bad})).await.error(400);
    }
    for bad in ["two words", "a/b", "http://one.example", shop.domain()] {
        alice.post("/api/v1/domain_blocks", json!({"domain": bad})).await.error(422);
    }
    alice.delete("/api/v1/domain_blocks").await.error(400);
    alice.delete("/api/v1/domain_blocks?domain=unblocked.example").await.ok();
    alice.get("/api/v1/domain_blocks/preview").await.error(400);
    alice.get("/api/v1/domain_blocks?max_id=x").await.error(404);
    shop.anon().get("/api/v1/domain_blocks").await.error(401);
}

#[tokio::test]
async fn a_deleted_account_leaves_no_lists_tags_and_server_blocks() {
    use shop::features::relationships::circle::Circle;
    use shop::features::{lists, tags, users};
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let list = alice.post("/api/v1/lists", json!({"title": "l"})).await.ok();
    let path = format!("/api/v1/lists/{}/accounts", list["id"].as_str().unwrap());
    alice.post(&path, json!({"account_ids": [alice.id]})).await.ok();
    alice.post("/api/v1/tags/tea/follow", json!({})).await.ok();
    alice.post("/api/v1/tags/tea/feature", json!({})).await.ok();
    alice.post("/api/v1/domain_blocks", json!({"domain": "far.example"})).await.ok();
    let id = alice.id.parse().unwrap();
    shop.app().write(move |tx| users::closing::delete(tx, id)).await.unwrap();
    shop.settle().await;
    let store = shop.app().read().unwrap();
    assert!(lists::all(&store, id).unwrap().is_empty());
    assert!(
        lists::table::LISTS_WITH.page(&store, &(id, id), &shop_storage::Window::all()).unwrap().is_empty()
    );
    assert!(tags::feature::all(&store, id).unwrap().is_empty());
    assert_eq!(Circle::of(&store, id).unwrap(), Circle::default());
}
