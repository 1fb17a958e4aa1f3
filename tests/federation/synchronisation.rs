//! Followers kept in step across servers (FEP-8fcf): digests beside private posts, lists for the servers concerned, and
//! what is mended when they differ.

use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use shop::features::peers::synchronisation::Digest;

use super::{follow, quiet};
use crate::support::peer::{Peer, Spoiled};
use crate::support::{Person, Shop};

fn digest(uris: &[&str]) -> String {
    Digest::of(uris.iter().copied()).text()
}

fn actor(shop: &Shop, who: &Person) -> String {
    format!("{}/ap/users/{}", shop.base(), who.id)
}

/// Somebody of a scripted server follows `who`.
async fn followed_by(shop: &Shop, who: &Person, peer: &Peer, name: &str) -> String {
    let uri = peer.person(name);
    peer.send(shop.base(), &peer.activity(name, "Follow", json!(actor(shop, who)))).await;
    shop.settle().await;
    uri
}

fn header_of(peer: &Peer, kind: &str) -> Option<String> {
    let received = peer.received_with_headers();
    let (headers, _): &(HeaderMap, Value) = received.iter().rfind(|(_, body)| body["type"] == kind)?;
    headers.get("collection-synchronization").map(|value| value.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn what_is_for_followers_tells_a_server_of_its_own() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (peer, other) = (Peer::start().await, Peer::start().await);
    let carol = followed_by(&shop, &bob, &peer, "carol").await;
    let eve = followed_by(&shop, &bob, &peer, "eve").await;
    let zoe = followed_by(&shop, &bob, &other, "zoe").await;
    bob.says("for everybody").await;
    shop.settle().await;
    assert_eq!(header_of(&peer, "Create"), None);
    bob.post("/api/v1/statuses", json!({ "status": "for you", "visibility": "private" })).await.ok();
    shop.settle().await;
    let me = actor(&shop, &bob);
    let expected = |digest: String| {
        format!(r#"collectionId="{me}/followers", digest="{digest}", url="{me}/followers_synchronization""#)
    };
    assert_eq!(header_of(&peer, "Create").unwrap(), expected(digest(&[&carol, &eve])));
    assert_eq!(header_of(&other, "Create").unwrap(), expected(digest(&[&zoe])));
    let received = peer.received_with_headers();
    let signature = received.last().unwrap().0["signature"].to_str().unwrap().to_owned();
    assert!(signature.contains("collection-synchronization"), "{signature}");

    // The list is for signed requests, and shows the caller's own people only.
    let url = format!("{me}/followers_synchronization");
    let path = url.strip_prefix(shop.base()).unwrap();
    shop.anon().get(path).await.error(401);
    let (status, list) = peer.get_signed("carol", &url).await;
    assert_eq!((status, &list["type"], &list["id"]), (200, &json!("OrderedCollection"), &json!(url)));
    let mut listed: Vec<&str> =
        list["orderedItems"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    listed.sort_unstable();
    assert_eq!(listed, [carol.as_str(), eve.as_str()]);
    assert_eq!(other.get_signed("zoe", &url).await.1["orderedItems"], json!([zoe]));
    assert_eq!(
        other.get_signed("zoe", &format!("{}/ap/users/7/followers_synchronization", shop.base())).await.0,
        404
    );
}

/// Carol of a scripted server writes something for her followers and says who they are here.
async fn tell(shop: &Shop, peer: &Peer, number: u32, header: String) {
    let followers = peer.uri("/u/carol/followers");
    let note = peer.note("carol", number, json!({ "to": [followers], "cc": [] }));
    let spoiled = Spoiled { synchronisation: Some(header), ..Spoiled::default() };
    let sent = peer.send_spoiled(shop.base(), &peer.activity("carol", "Create", note), &spoiled).await;
    assert_eq!(sent.0, 202);
    shop.settle().await;
}

fn header(peer: &Peer, digest: &str) -> String {
    let (collection, url) = (peer.uri("/u/carol/followers"), peer.uri("/u/carol/sync"));
    format!(r#"collectionId="{collection}", digest="{digest}", url="{url}""#)
}

fn show(peer: &Peer, items: Value) {
    let list = json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": peer.uri("/u/carol/sync"),
        "type": "OrderedCollection", "orderedItems": items });
    peer.show("/u/carol/sync", list);
}

async fn stands(who: &Person, id: &str) -> (bool, bool) {
    let relation = who.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok()[0].clone();
    (relation["following"].as_bool().unwrap(), relation["requested"].as_bool().unwrap())
}

/// Bob follows carol, dora has asked to, eve has not.
async fn stage() -> (Shop, [Person; 3], Peer, String) {
    let shop = Shop::start().await;
    let people = [shop.member("bob").await, shop.member("dora").await, shop.member("eve").await];
    let peer = Peer::start().await;
    peer.person("carol");
    let acct = format!("carol@{}", peer.domain());
    let id = follow(&people[0], &acct).await;
    shop.settle().await;
    let asked = peer.received_of("Follow")[0].clone();
    peer.send(shop.base(), &peer.activity("carol", "Accept", asked)).await;
    shop.settle().await;
    follow(&people[1], &acct).await;
    shop.settle().await;
    (shop, people, peer, id)
}

#[tokio::test]
async fn what_drifted_apart_is_mended() {
    let (shop, [bob, dora, eve], peer, id) = stage().await;
    let uris = [&bob, &dora, &eve].map(|who| actor(&shop, who));
    show(&peer, json!([]));
    tell(&shop, &peer, 1, header(&peer, &digest(&[&uris[0]]))).await;
    assert_eq!(peer.asked("/u/carol/sync"), 0, "both agree");

    // Over there dora was let in, and eve is believed to follow.
    show(&peer, json!(uris));
    let all: Vec<&str> = uris.iter().map(String::as_str).collect();
    tell(&shop, &peer, 2, header(&peer, &digest(&all))).await;
    assert_eq!(stands(&bob, &id).await, (true, false));
    assert_eq!(stands(&dora, &id).await, (true, false), "the lost Accept");
    assert_eq!(stands(&eve, &id).await, (false, false));
    let undone = peer.received_of("Undo");
    assert_eq!(undone.len(), 1);
    assert_eq!((&undone[0]["actor"], &undone[0]["object"]["type"]), (&json!(uris[2]), &json!("Follow")));

    // Over there only dora is left, with strangers of whom this server knows nothing.
    show(&peer, json!([uris[1], peer.uri("/u/carol"), "https://elsewhere.example/x", 7, null]));
    tell(&shop, &peer, 3, header(&peer, &digest(&[&uris[1]]))).await;
    assert_eq!(stands(&bob, &id).await, (false, false));
    assert_eq!(stands(&dora, &id).await, (true, false));
}

#[tokio::test]
async fn lists_come_in_pages() {
    let (shop, [bob, dora, _], peer, id) = stage().await;
    let uris = [&bob, &dora].map(|who| actor(&shop, who));
    let context = "https://www.w3.org/ns/activitystreams";
    peer.show(
        "/u/carol/sync",
        json!({ "@context": context, "id": peer.uri("/u/carol/sync"),
        "type": "OrderedCollection", "first": peer.uri("/u/carol/sync/1") }),
    );
    peer.show(
        "/u/carol/sync/1",
        json!({ "@context": context, "type": "OrderedCollectionPage",
        "orderedItems": [uris[0]], "next": peer.uri("/u/carol/sync/2") }),
    );
    // A page that leads to itself: ten are read.
    peer.show(
        "/u/carol/sync/2",
        json!({ "@context": context, "type": "OrderedCollectionPage",
        "orderedItems": [uris[1]], "next": peer.uri("/u/carol/sync/2") }),
    );
    tell(&shop, &peer, 1, header(&peer, &digest(&[&uris[0], &uris[1]]))).await;
    assert_eq!(stands(&bob, &id).await, (true, false));
    assert_eq!(stands(&dora, &id).await, (true, false));
    assert_eq!(peer.asked("/u/carol/sync/2"), 8);
}

#[tokio::test]
async fn no_follow_is_taken_away_on_a_word_that_does_not_fit() {
    let (shop, [bob, ..], peer, id) = stage().await;
    let wrong = digest(&["https://elsewhere.example/somebody"]);
    show(&peer, json!([]));
    let far = Peer::start().await;
    far.show(
        "/sync",
        json!({ "@context": "https://www.w3.org/ns/activitystreams", "id": far.uri("/sync"),
        "type": "OrderedCollection", "orderedItems": [] }),
    );
    let good = header(&peer, &digest(&[]));
    for (number, header) in [
        header(&peer, &wrong),
        header(&peer, "nonsense"),
        header(&peer, ""),
        good.replace("/u/carol/followers", "/u/eve/followers"),
        good.replace(&peer.uri("/u/carol/sync"), &far.uri("/sync")),
        good.replace("/u/carol/sync", "/u/carol/missing"),
        "nonsense".to_owned(),
        format!("{good}, x"),
        String::new(),
    ]
    .into_iter()
    .enumerate()
    {
        tell(&shop, &peer, number as u32, header.clone()).await;
        assert_eq!(stands(&bob, &id).await, (true, false), "{header}");
    }
    assert_eq!(far.asked("/sync"), 0);
    // A header that is not signed is anybody's.
    let note = peer.note("carol", 50, json!({ "to": [peer.uri("/u/carol/followers")] }));
    let spoiled =
        Spoiled { synchronisation: Some(good.clone()), unsigned_header: true, ..Spoiled::default() };
    assert_eq!(
        peer.send_spoiled(shop.base(), &peer.activity("carol", "Create", note), &spoiled).await.0,
        202
    );
    shop.settle().await;
    assert_eq!(stands(&bob, &id).await, (true, false));
    // The same words, signed, are believed, in either form of signature.
    let note = peer.note("carol", 51, json!({ "to": [peer.uri("/u/carol/followers")] }));
    let signed = Spoiled { synchronisation: Some(good), by_message: true, ..Spoiled::default() };
    assert_eq!(peer.send_spoiled(shop.base(), &peer.activity("carol", "Create", note), &signed).await.0, 202);
    shop.settle().await;
    assert_eq!(stands(&bob, &id).await, (false, false));
}

#[tokio::test]
async fn two_shops_find_each_other_again() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let id = follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    assert_eq!(stands(&bob, &id).await, (true, false));
    // Her server forgets the follow without a word.
    let follower = a.app().read().unwrap();
    let rows = shop::features::relationships::table::REMOTE_FOLLOWERS
        .page(&follower, &alice.id.parse().unwrap(), &shop_storage::Window::newest(2))
        .unwrap();
    let pair = (rows[0], alice.id.parse().unwrap());
    let forget = a.app().write(move |tx| {
        shop::features::relationships::table::FOLLOWS.delete(tx, &pair)?;
        Ok(())
    });
    forget.await.unwrap();
    let carl = b.member("carl").await;
    follow(&carl, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    alice.post("/api/v1/statuses", json!({ "status": "psst", "visibility": "private" })).await.ok();
    quiet(&a, &b).await;
    assert_eq!(stands(&bob, &id).await, (false, false), "bob sees that he does not follow any more");
    assert_eq!(stands(&carl, &id).await, (true, false));
}
