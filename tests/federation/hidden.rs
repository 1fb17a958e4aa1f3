//! What a rule about a server changes in suggestions, the directory and trends, and what the staff does by hand meanwhile.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Value, json};
use shop::features::users::table::Role;

use super::{find, follow};
use crate::domain_rules::{STAFF, rule};
use crate::support::peer::{Peer, Spoiled};
use crate::support::{Person, Shop};
use crate::suspension::suspend;

const OPEN: &str = "[trends]\ntrendable_by_default = true\n";

/// Alice follows friend, who follows carol of another server: carol wants to be found.
async fn stage() -> (Shop, Person, Person, Peer, String) {
    let shop = Shop::start_with(OPEN).await;
    let (alice, friend) = (shop.member("alice").await, shop.member("friend").await);
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let peer = Peer::start().await;
    peer.person_like("carol", json!({ "discoverable": true, "indexable": true }));
    alice.follows(&friend).await;
    let carol = follow(&friend, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    peer.send(shop.base(), &peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone())).await;
    shop.settle().await;
    (shop, alice, admin, peer, carol)
}

/// Goes to the beginning of a day, since who uses a tag is counted by days.
fn to_a_new_day(shop: &Shop) {
    let now = shop.app().now();
    shop.clock().advance(Duration::from_secs(25 * 3_600) - now.since(now.midnight()));
}

/// Sends an activity by the clock of the server that gets it.
async fn send(shop: &Shop, peer: &Peer, activity: &Value) {
    let ahead = shop.app().now().timestamp().duration_since(Timestamp::now());
    let spoiled = Spoiled { age: -ahead, ..Spoiled::default() };
    assert_eq!(peer.send_spoiled(shop.base(), activity, &spoiled).await.0, 202);
    shop.settle().await;
}

async fn lift(shop: &Shop, admin: &Person, id: &str) {
    admin.delete(&format!("/api/v1/admin/domain_blocks/{id}")).await.ok();
    shop.settle().await;
}

fn names(list: &Value, pointer: &str) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| one.pointer(pointer).unwrap().as_str().unwrap().to_owned())
        .collect()
}

/// Whether carol is among the suggestions, and in the directory.
async fn is_shown(alice: &Person) -> (bool, bool) {
    let suggested = names(&alice.get("/api/v2/suggestions").await.ok(), "/account/username");
    let listed = names(&alice.get("/api/v1/directory?local=false").await.ok(), "/username");
    (suggested.contains(&"carol".to_owned()), listed.contains(&"carol".to_owned()))
}

#[tokio::test]
async fn people_of_limited_and_suspended_servers_are_not_suggested_until_the_rule_goes() {
    let (shop, alice, admin, peer, _) = stage().await;
    assert_eq!(is_shown(&alice).await, (true, true));
    for severity in ["silence", "suspend"] {
        let id = rule(&admin, peer.domain(), json!({ "severity": severity })).await;
        shop.settle().await;
        assert_eq!(is_shown(&alice).await, (false, false), "{severity}");
        lift(&shop, &admin, &id).await;
        // A suspension has ended the follow that suggested her; she is still in the directory.
        assert_eq!(is_shown(&alice).await, (severity == "silence", true), "{severity} lifted");
    }
    let id = rule(&admin, peer.domain(), json!({ "severity": "noop", "reject_media": true })).await;
    shop.settle().await;
    assert!(is_shown(&alice).await.1, "a rule about media hides nobody");
    lift(&shop, &admin, &id).await;
}

/// Trends after another ranking: tags, and the authors of posts.
async fn trends(shop: &Shop) -> (Vec<String>, Vec<String>) {
    shop.settle().await;
    shop.clock().advance(Duration::from_secs(301));
    shop.settle().await;
    let anon = shop.anon();
    let tags = names(&anon.get("/api/v1/trends/tags").await.ok(), "/name");
    (tags, names(&anon.get("/api/v1/trends/statuses").await.ok(), "/account/username"))
}

#[tokio::test]
async fn limited_and_suspended_servers_have_no_part_in_trends() {
    let (shop, _, admin, peer, _) = stage().await;
    to_a_new_day(&shop);
    let reader = shop.member("reader").await;
    let fans = [shop.member("one").await, shop.member("two").await, shop.member("three").await];
    for number in 0..6 {
        let name = format!("dora{number}");
        peer.person_like(&name, json!({ "discoverable": true }));
        follow(&reader, &format!("{name}@{}", peer.domain())).await;
        shop.settle().await;
        let asked = peer.received_of("Follow").pop().unwrap();
        send(&shop, &peer, &peer.activity(&name, "Accept", asked)).await;
        let tag = json!([{ "type": "Hashtag", "name": "#otters", "href": peer.uri("/tags/otters") }]);
        let note = peer.note(&name, number, json!({ "tag": tag, "published": shop.app().now().dt(), "contentMap": { "en": "<p>otters</p>" } }));
        send(&shop, &peer, &peer.activity(&name, "Create", note)).await;
    }
    let home = reader.get("/api/v1/timelines/home?limit=40").await.ok();
    for status in home.as_array().unwrap() {
        for fan in &fans {
            for verb in ["favourite", "reblog"] {
                let path = format!("/api/v1/statuses/{}/{verb}", status["id"].as_str().unwrap());
                fan.post(&path, json!({})).await.ok();
            }
        }
    }
    let (tags, authors) = trends(&shop).await;
    assert_eq!((tags.as_slice(), authors.len()), (&["otters".to_owned()][..], 6), "{authors:?}");
    let id = rule(&admin, peer.domain(), json!({ "severity": "silence" })).await;
    shop.settle().await;
    // Judged when it is read, and left out of the next ranking.
    let at_once = shop.anon().get("/api/v1/trends/statuses").await.ok();
    assert_eq!(at_once, json!([]));
    assert_eq!(trends(&shop).await.1, [""; 0]);
    lift(&shop, &admin, &id).await;
    assert_eq!(trends(&shop).await.1.len(), 6);
    rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    assert_eq!(trends(&shop).await.1, [""; 0]);
}

#[tokio::test]
async fn a_tag_that_only_limited_people_use_does_not_trend() {
    let (shop, _, admin, peer, _) = stage().await;
    rule(&admin, peer.domain(), json!({ "severity": "silence" })).await;
    to_a_new_day(&shop);
    let reader = shop.member("reader").await;
    for number in 0..6 {
        let name = format!("dora{number}");
        peer.person_like(&name, json!({ "discoverable": true }));
        let tag = json!([{ "type": "Hashtag", "name": "#otters", "href": peer.uri("/tags/otters") },
            { "type": "Mention", "href": format!("{}/ap/users/{}", shop.base(), reader.id), "name": "@reader" }]);
        let note = peer.note(&name, number, json!({ "tag": tag, "published": shop.app().now().dt(), "contentMap": { "en": "<p>otters</p>" } }));
        send(&shop, &peer, &peer.activity(&name, "Create", note)).await;
    }
    assert_eq!(trends(&shop).await, (Vec::<String>::new(), Vec::<String>::new()));
}

#[tokio::test]
async fn who_is_suspended_by_hand_stays_so_when_a_rule_comes_and_goes() {
    let (shop, alice, admin, peer, carol) = stage().await;
    peer.person("eve");
    let eve = find(&alice, &format!("eve@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    let is_suspended = async |id: &str| {
        let account = alice.get(&format!("/api/v1/accounts/{id}")).await.ok();
        account.get("suspended").is_some_and(|flag| flag == true)
    };
    // Before the rule, and while it stands.
    suspend(&shop, &eve, true).await;
    let id = rule(&admin, peer.domain(), json!({ "severity": "suspend" })).await;
    shop.settle().await;
    assert!(is_suspended(&carol).await && is_suspended(&eve).await);
    suspend(&shop, &carol, true).await;
    lift(&shop, &admin, &id).await;
    assert!(is_suspended(&eve).await, "suspended before the rule came");
    assert!(is_suspended(&carol).await, "suspended while the rule stood");
    suspend(&shop, &carol, false).await;
    suspend(&shop, &eve, false).await;
    assert!(!is_suspended(&carol).await && !is_suspended(&eve).await);
    // The word of the own server is not that of the staff either.
    let tell = async |flag: bool| {
        peer.person_like("eve", json!({ "suspended": flag }));
        let update = peer.activity("eve", "Update", peer.document("/u/eve"));
        peer.send(shop.base(), &update).await;
        shop.settle().await;
    };
    tell(true).await;
    assert!(is_suspended(&eve).await);
    suspend(&shop, &eve, true).await;
    tell(false).await;
    assert!(is_suspended(&eve).await, "its server has nothing to say about that");
    suspend(&shop, &eve, false).await;
    assert!(!is_suspended(&eve).await);
    tell(true).await;
    tell(false).await;
    assert!(!is_suspended(&eve).await);
}
