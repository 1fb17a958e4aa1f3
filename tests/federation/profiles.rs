//! What a remote profile is about beyond its document: totals, a hidden network, pinned posts.

use std::time::Duration;

use serde_json::{Value, json};

use super::{find, follow, quiet};
use crate::support::peer::Peer;
use crate::support::{Person, Shop};

const CONTEXT: &str = "https://www.w3.org/ns/activitystreams";

/// Shows a collection of carol's.
fn show(peer: &Peer, name: &str, total: Value, extra: Value) {
    let path = format!("/u/carol/{name}");
    let mut collection = json!({ "@context": CONTEXT, "id": peer.uri(&path), "type": "OrderedCollection",
        "totalItems": total });
    collection.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    peer.show(&path, collection);
}

fn carol(peer: &Peer) -> String {
    let id = peer.uri("/u/carol");
    let links = json!({ "following": format!("{id}/following"), "featured": format!("{id}/featured") });
    peer.person_like("carol", links)
}

/// Carol's server says that the profile is new.
async fn update(shop: &Shop, peer: &Peer) {
    let update = peer.activity("carol", "Update", peer.document("/u/carol"));
    assert_eq!(peer.send(shop.base(), &update).await, 202);
    shop.settle().await;
}

async fn read(who: &Person, id: &str) -> Value {
    who.get(&format!("/api/v1/accounts/{id}")).await.ok()
}

fn counts(account: &Value) -> [u64; 3] {
    ["followers_count", "following_count", "statuses_count"].map(|name| account[name].as_u64().unwrap())
}

async fn pins(who: &Person, id: &str) -> Vec<String> {
    let list = who.get(&format!("/api/v1/accounts/{id}/statuses?pinned=true")).await.ok();
    list.as_array().unwrap().iter().map(|one| one["content"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn totals_are_those_of_its_own_server() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    carol(&peer);
    let first = json!({ "first": peer.uri("/anything") });
    show(&peer, "followers", json!(1234), first.clone());
    show(&peer, "following", json!(7), first.clone());
    show(&peer, "outbox", json!(99), first.clone());
    let id = find(&bob, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    shop.settle().await;
    let account = read(&bob, &id).await;
    assert_eq!((counts(&account), &account["hide_collections"]), ([1234, 7, 99], &json!(false)));

    // Counted on from there.
    follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    peer.send(shop.base(), &peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone())).await;
    peer.send(shop.base(), &peer.activity("carol", "Create", peer.note("carol", 1, json!({})))).await;
    shop.settle().await;
    assert_eq!(counts(&read(&bob, &id).await), [1235, 7, 100]);

    // A day later the profile is read again when it is used.
    show(&peer, "followers", json!(5), json!({}));
    peer.hide("/u/carol/outbox");
    shop.clock().advance(Duration::from_secs(86_401));
    bob.says(&format!("hello @carol@{}", peer.domain())).await;
    shop.settle().await;
    let account = read(&bob, &id).await;
    assert_eq!(counts(&account), [5, 7, 100], "what cannot be read stays");
    assert_eq!(account["hide_collections"], true, "a collection that shows nobody");
    show(&peer, "followers", json!(5), first);
    shop.clock().advance(Duration::from_secs(86_401));
    bob.says(&format!("hello again @carol@{}", peer.domain())).await;
    shop.settle().await;
    assert_eq!(read(&bob, &id).await["hide_collections"], false);
}

#[tokio::test]
async fn nonsense_in_the_place_of_totals_is_passed_over() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    carol(&peer);
    let id = find(&bob, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    for (number, total) in [json!(-1), json!("many"), json!(1.5), json!(null), json!(u64::MAX), json!([3])]
        .into_iter()
        .enumerate()
    {
        show(&peer, "followers", total.clone(), json!({ "first": "x" }));
        show(&peer, "outbox", json!(number), json!({}));
        update(&shop, &peer).await;
        assert_eq!(counts(&read(&bob, &id).await), [0, 0, number as u64], "{total}");
    }
    peer.show(
        "/u/carol/outbox",
        json!({ "@context": CONTEXT, "id": peer.uri("/u/carol/outbox"), "type": "Note",
        "totalItems": 42 }),
    );
    update(&shop, &peer).await;
    assert_eq!(counts(&read(&bob, &id).await)[2], 5, "a note has no total");
}

#[tokio::test]
async fn pinned_posts_follow_their_collection() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    carol(&peer);
    peer.person("eve");
    let far = Peer::start().await;
    far.person("carol");
    let on = |day: u32| json!({ "published": format!("2026-01-0{day}T00:00:00Z") });
    peer.show("/notes/2", peer.note("carol", 2, on(2)));
    peer.show("/notes/3", peer.note("eve", 3, on(3)));
    far.show("/notes/4", far.note("carol", 4, on(4)));
    let list = json!([
        peer.note("carol", 1, on(1)),
        peer.uri("/notes/2"),
        peer.uri("/notes/3"),
        far.uri("/notes/4"),
        peer.uri("/notes/404"),
    ]);
    show(&peer, "featured", json!(5), json!({ "orderedItems": list }));
    let id = find(&bob, &format!("carol@{}", peer.domain())).await["id"].as_str().unwrap().to_owned();
    shop.settle().await;
    assert_eq!(pins(&bob, &id).await, ["<p>note 1</p>", "<p>note 2</p>"], "its own posts, in its order");

    show(
        &peer,
        "featured",
        json!(1),
        json!({ "orderedItems": [peer.uri("/notes/2"), peer.uri("/notes/1")] }),
    );
    update(&shop, &peer).await;
    assert_eq!(pins(&bob, &id).await, ["<p>note 2</p>", "<p>note 1</p>"]);
    // In pages.
    let page = json!({ "type": "OrderedCollectionPage", "orderedItems": [peer.uri("/notes/1")] });
    show(&peer, "featured", json!(1), json!({ "first": page }));
    update(&shop, &peer).await;
    assert_eq!(pins(&bob, &id).await, ["<p>note 1</p>"]);
    show(&peer, "featured", json!(0), json!({ "orderedItems": [] }));
    update(&shop, &peer).await;
    assert_eq!(pins(&bob, &id).await, [""; 0]);
}

#[tokio::test]
async fn two_servers_agree_about_totals_pins_and_the_hidden_network() {
    let (a, b) = Shop::pair().await;
    let (alice, bob, dora) = (a.member("alice").await, b.member("bob").await, a.member("dora").await);
    dora.follows(&alice).await;
    alice.follows(&dora).await;
    for text in ["one", "two"] {
        let id = alice.says(text).await["id"].as_str().unwrap().to_owned();
        alice.post(&format!("/api/v1/statuses/{id}/pin"), json!({})).await.ok();
    }
    alice.patch("/api/v1/accounts/update_credentials", json!({ "hide_collections": true })).await.ok();
    let id = find(&bob, &format!("alice@{}", a.domain())).await["id"].as_str().unwrap().to_owned();
    quiet(&a, &b).await;
    let account = read(&bob, &id).await;
    assert_eq!((counts(&account), &account["hide_collections"]), ([1, 1, 2], &json!(true)));
    assert_eq!(pins(&bob, &id).await, ["<p>two</p>", "<p>one</p>"]);
    assert_eq!(bob.get(&format!("/api/v1/accounts/{id}/followers")).await.ok(), json!([]));
}

async fn tags(who: &Person, id: &str) -> Vec<String> {
    let list = who.get(&format!("/api/v1/accounts/{id}/featured_tags")).await.ok();
    list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
}

fn tag(name: &str) -> Value {
    json!({ "type": "Hashtag", "href": format!("https://peer.example/tags/{name}"), "name": format!("#{name}") })
}

#[tokio::test]
async fn tags_on_a_profile_follow_their_collection_and_its_changes() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    let base = peer.uri("/u/carol");
    let links = json!({ "featured": format!("{base}/featured"), "featuredTags": format!("{base}/tags") });
    peer.person_like("carol", links);
    peer.person("eve");
    let nonsense =
        json!([tag("Knitting"), tag("tea"), tag("Tea"), { "type": "Note", "name": "#note" }, tag("a b"), 7]);
    show(&peer, "tags", json!(3), json!({ "items": nonsense }));
    let id = follow(&bob, &format!("carol@{}", peer.domain())).await;
    shop.settle().await;
    assert_eq!(tags(&bob, &id).await, ["Knitting", "tea"]);

    peer.send(shop.base(), &peer.activity("carol", "Accept", peer.received_of("Follow")[0].clone())).await;
    let change = |name: &str, kind: &str, tag: Value| {
        let mut activity = peer.activity(name, kind, tag);
        activity["target"] = json!(format!("{base}/featured"));
        activity
    };
    peer.send(shop.base(), &change("carol", "Add", tag("Cats"))).await;
    peer.send(shop.base(), &change("carol", "Remove", tag("knitting"))).await;
    shop.settle().await;
    assert_eq!(tags(&bob, &id).await, ["tea", "Cats"]);
    // Not hers to change, not that collection, no tags.
    peer.send(shop.base(), &change("eve", "Add", tag("spam"))).await;
    let mut elsewhere = change("carol", "Add", tag("spam"));
    elsewhere["target"] = json!(format!("{base}/followers"));
    peer.send(shop.base(), &elsewhere).await;
    peer.send(shop.base(), &change("carol", "Add", tag("not a tag"))).await;
    peer.send(shop.base(), &change("carol", "Add", json!({ "type": "Hashtag" }))).await;
    for number in 0..20 {
        peer.send(shop.base(), &change("carol", "Add", tag(&format!("more{number}")))).await;
    }
    shop.settle().await;
    let shown = tags(&bob, &id).await;
    assert_eq!(shown.len(), 10);
    assert!(!shown.contains(&"spam".to_owned()), "{shown:?}");
    // In pages, and gone.
    show(&peer, "tags", json!(1), json!({ "first": { "type": "CollectionPage", "items": [tag("one")] } }));
    update(&shop, &peer).await;
    assert_eq!(tags(&bob, &id).await, ["one"]);
    show(&peer, "tags", json!(0), json!({ "items": [] }));
    update(&shop, &peer).await;
    assert_eq!(tags(&bob, &id).await, [""; 0]);
}

#[tokio::test]
async fn a_tag_on_a_profile_is_told_to_another_shop() {
    let (a, b) = Shop::pair().await;
    let (alice, bob) = (a.member("alice").await, b.member("bob").await);
    let id = follow(&bob, &format!("alice@{}", a.domain())).await;
    quiet(&a, &b).await;
    alice.post("/api/v1/tags/Otters/feature", json!({})).await.ok();
    quiet(&a, &b).await;
    assert_eq!(tags(&bob, &id).await, ["Otters"]);
    alice.post("/api/v1/tags/otters/unfeature", json!({})).await.ok();
    quiet(&a, &b).await;
    assert_eq!(tags(&bob, &id).await, [""; 0]);
}

#[tokio::test]
async fn every_kind_of_actor_and_what_it_says_of_itself_is_read() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    for (kind, bot, group) in [
        ("Person", false, false),
        ("Service", true, false),
        ("Application", true, false),
        ("Group", false, true),
        ("Organization", false, false),
    ] {
        let name = kind.to_lowercase();
        peer.person_like(&name, json!({ "type": kind }));
        let found = find(&bob, &format!("{name}@{}", peer.domain())).await;
        assert_eq!((&found["bot"], &found["group"]), (&json!(bot), &json!(group)), "{kind}");
    }
    let plain = find(&bob, &format!("person@{}", peer.domain())).await;
    assert_eq!((&plain["discoverable"], &plain["indexable"]), (&Value::Null, &json!(false)));
    assert!(plain.get("memorial").is_none() && plain.get("suspended").is_none());
    peer.person_like(
        "grace",
        json!({ "type": ["Person", "Thing"], "memorial": true, "discoverable": true, "indexable": true,
            "manuallyApprovesFollowers": true, "attributionDomains": ["news.example"] }),
    );
    let grace = find(&bob, &format!("grace@{}", peer.domain())).await;
    for flag in ["memorial", "discoverable", "indexable", "locked"] {
        assert_eq!(grace[flag], true, "{flag}");
    }
    // No actors: other things, and flags that are none.
    for (number, kind) in [json!("Note"), json!("Robot"), json!(null), json!(7)].into_iter().enumerate() {
        let name = format!("thing{number}");
        peer.person_like(&name, json!({ "type": kind }));
        let path = format!("/api/v1/accounts/search?resolve=true&q={name}@{}", peer.domain());
        assert_eq!(bob.get(&path).await.ok(), json!([]), "{kind}");
    }
    peer.person_like(
        "odd",
        json!({ "memorial": [1], "indexable": "maybe", "discoverable": {}, "suspended": 7,
        "attributionDomains": 5, "alsoKnownAs": [null, 3] }),
    );
    let odd = find(&bob, &format!("odd@{}", peer.domain())).await;
    assert_eq!((&odd["discoverable"], &odd["indexable"]), (&Value::Null, &json!(false)));
    assert!(odd.get("memorial").is_none() && odd.get("suspended").is_none());
}

#[tokio::test]
async fn who_was_mentioned_lately_hears_of_a_new_profile() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    let rename = async |name: &str| {
        bob.patch("/api/v1/accounts/update_credentials", json!({ "display_name": name })).await.ok();
        shop.clock().advance(Duration::from_secs(6));
        shop.settle().await;
        peer.received_of("Update").len()
    };
    assert_eq!(rename("Bob").await, 0, "nobody there knows him");
    let letter = json!({ "status": format!("a word, @carol@{}", peer.domain()), "visibility": "direct" });
    bob.post("/api/v1/statuses", letter).await.ok();
    shop.settle().await;
    assert_eq!(rename("Robert").await, 1);
    assert_eq!(peer.received_of("Update")[0]["object"]["name"], "Robert");
    shop.clock().advance(Duration::from_secs(2 * 86_400));
    assert_eq!(rename("Bob").await, 1, "carol has forgotten him");
}
