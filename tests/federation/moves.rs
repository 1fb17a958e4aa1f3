//! Account moves: who comes along, who is believed, and what a person decides about aliases and the way to a new account.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::{Value, json};

use super::{find, follow, quiet};
use crate::support::peer::{Peer, Spoiled};
use crate::support::{PASSWORD, Person, Shop};

const DAY: Duration = Duration::from_secs(86_400);
const ALIASES: &str = "/api/shop/v1/aliases";
const MIGRATION: &str = "/api/shop/v1/migration";

async fn relation(who: &Person, id: &str) -> Value {
    who.get(&format!("/api/v1/accounts/relationships?id[]={id}")).await.ok()[0].clone()
}

async fn account(who: &Person, id: &str) -> Value {
    who.get(&format!("/api/v1/accounts/{id}")).await.ok()
}

/// `who` follows somebody of a scripted server, who accepts.
async fn follow_accepted(shop: &Shop, who: &Person, peer: &Peer, name: &str) -> String {
    let id = follow(who, &format!("{name}@{}", peer.domain())).await;
    shop.settle().await;
    let asked = peer.received_of("Follow").last().unwrap().clone();
    peer.send(shop.base(), &peer.activity(name, "Accept", asked)).await;
    shop.settle().await;
    assert_eq!(relation(who, &id).await["following"], true);
    id
}

fn moving(old: &Peer, name: &str, target: &str) -> Value {
    let mut activity = old.activity(name, "Move", json!(old.uri(&format!("/u/{name}"))));
    activity["target"] = json!(target);
    activity
}

/// What `who` asks to move to `acct`.
async fn migrate(who: &Person, acct: &str) -> crate::support::Answer {
    who.post(MIGRATION, json!({ "acct": acct, "current_password": PASSWORD })).await
}

#[tokio::test]
async fn a_move_from_another_server_takes_everything_along() {
    let shop = Shop::start().await;
    let (bob, dora, eve) = (shop.member("bob").await, shop.member("dora").await, shop.member("eve").await);
    let (old, new) = (Peer::start().await, Peer::start().await);
    let carol = old.person("carol");
    let target = new.person_like("caro", json!({ "alsoKnownAs": [carol] }));
    let id = follow_accepted(&shop, &bob, &old, "carol").await;
    let settings = json!({ "reblogs": false, "notify": true, "languages": ["sr"] });
    bob.post(&format!("/api/v1/accounts/{id}/follow"), settings).await.ok();
    let list = bob.post("/api/v1/lists", json!({ "title": "friends" })).await.ok()["id"].clone();
    let members = format!("/api/v1/lists/{}/accounts", list.as_str().unwrap());
    bob.post(&members, json!({ "account_ids": [id] })).await.ok();
    dora.post(&format!("/api/v1/accounts/{id}/mute"), json!({ "notifications": false })).await.ok();
    dora.post(&format!("/api/v1/accounts/{id}/note"), json!({ "comment": "sings all day" })).await.ok();
    eve.post(&format!("/api/v1/accounts/{id}/block"), json!({})).await.ok();
    shop.settle().await;

    assert_eq!(old.send(shop.base(), &moving(&old, "carol", &target)).await, 202);
    shop.settle().await;
    let follows = new.received_of("Follow");
    assert_eq!(follows.len(), 1, "only bob follows");
    assert_eq!(follows[0]["object"], target);
    let fresh = find(&bob, &format!("caro@{}", new.domain())).await["id"].as_str().unwrap().to_owned();
    let undone = old.received_of("Undo");
    assert!(
        undone.iter().any(|undo| undo["object"]["type"] == "Follow"),
        "the old account is left: {undone:?}"
    );
    let there = relation(&bob, &fresh).await;
    assert_eq!(there["requested"], true);
    assert_eq!(relation(&bob, &id).await["following"], false);
    assert_eq!(bob.get(&members).await.ids(), [fresh.as_str()], "the list keeps its friend");
    new.send(shop.base(), &new.activity("caro", "Accept", follows[0].clone())).await;
    shop.settle().await;
    let there = relation(&bob, &fresh).await;
    assert_eq!(
        (&there["following"], &there["showing_reblogs"], &there["notifying"], &there["languages"]),
        (&json!(true), &json!(false), &json!(true), &json!(["sr"]))
    );

    let muted = relation(&dora, &fresh).await;
    assert_eq!((&muted["muting"], &muted["muting_notifications"]), (&json!(true), &json!(false)));
    let note = muted["note"].as_str().unwrap().to_owned();
    assert!(note.contains("carol@") && note.contains("sings all day"), "{note}");
    let blocked = relation(&eve, &fresh).await;
    assert_eq!(blocked["blocking"], true);
    assert!(blocked["note"].as_str().unwrap().contains(&format!("carol@{}", old.domain())));
    assert_eq!(relation(&bob, &fresh).await["note"], "");

    let left = account(&bob, &id).await;
    assert_eq!(left["moved"]["id"], fresh.as_str());
    bob.post(&format!("/api/v1/accounts/{id}/follow"), json!({})).await.error(403);
}

#[tokio::test]
async fn who_made_up_the_mind_about_the_new_account_keeps_it() {
    let shop = Shop::start().await;
    let (bob, dora) = (shop.member("bob").await, shop.member("dora").await);
    let (old, new) = (Peer::start().await, Peer::start().await);
    let carol = old.person("carol");
    let target = new.person_like("caro", json!({ "alsoKnownAs": carol }));
    let id = follow_accepted(&shop, &bob, &old, "carol").await;
    let fresh = follow_accepted(&shop, &dora, &new, "caro").await;
    dora.post(&format!("/api/v1/accounts/{id}/mute"), json!({})).await.ok();
    bob.post(&format!("/api/v1/accounts/{fresh}/block"), json!({})).await.ok();
    old.send(shop.base(), &moving(&old, "carol", &target)).await;
    shop.settle().await;
    assert_eq!(relation(&dora, &fresh).await["muting"], false, "dora follows the new one");
    let stayed = relation(&bob, &id).await;
    assert_eq!(stayed["following"], true, "bob blocks the new one and keeps the old");
    assert_eq!(relation(&bob, &fresh).await["requested"], false);
}

#[tokio::test]
async fn forged_and_hasty_moves_change_nothing() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (old, new) = (Peer::start().await, Peer::start().await);
    let carol = old.person("carol");
    old.person("mallory");
    let id = follow_accepted(&shop, &bob, &old, "carol").await;
    let mallory =
        new.person_like("mallory", json!({ "alsoKnownAs": [old.uri("/u/other"), new.uri("/u/x")] }));
    let hidden = new.person_like("hidden", json!({ "alsoKnownAs": [carol], "suspended": true }));
    let mut of_another = moving(&old, "mallory", &mallory);
    of_another["object"] = json!(carol);
    let mut to_nobody = moving(&old, "carol", &mallory);
    to_nobody.as_object_mut().unwrap().remove("target");
    for forged in [
        moving(&old, "carol", &mallory),
        of_another,
        to_nobody,
        moving(&old, "carol", &carol),
        moving(&old, "carol", &new.uri("/u/nobody")),
        moving(&old, "carol", "nonsense"),
        moving(&old, "carol", &hidden),
        moving(&old, "carol", shop.base()),
        moving(&old, "carol", &format!("{}/ap/users/{}", shop.base(), bob.id)),
    ] {
        assert_eq!(old.send(shop.base(), &forged).await, 202, "{forged}");
        shop.settle().await;
        assert_eq!(relation(&bob, &id).await["following"], true, "{forged}");
        assert!(account(&bob, &id).await.get("moved").is_none(), "{forged}");
    }
    assert!(new.received_of("Follow").is_empty());

    // What the activity itself claims about the target is the mover's word.
    let mut embedded = moving(&old, "carol", &mallory);
    embedded["target"] = json!({ "id": mallory, "type": "Person", "alsoKnownAs": [carol] });
    old.send(shop.base(), &embedded).await;
    shop.settle().await;
    assert_eq!(relation(&bob, &id).await["following"], true);

    // The alias came later: it is asked for anew, and now it is believed; but not twice in a week.
    let real = new.person_like("mallory", json!({ "alsoKnownAs": [carol] }));
    old.send(shop.base(), &moving(&old, "carol", &real)).await;
    shop.settle().await;
    assert_eq!(account(&bob, &id).await["moved"]["username"], "mallory");
    let second = new.person_like("second", json!({ "alsoKnownAs": [carol] }));
    old.send(shop.base(), &moving(&old, "carol", &second)).await;
    shop.settle().await;
    assert_eq!(account(&bob, &id).await["moved"]["username"], "mallory");
    shop.clock().advance(8 * DAY);
    let late = Spoiled { age: -SignedDuration::from_hours(8 * 24), ..Spoiled::default() };
    old.send_spoiled(shop.base(), &moving(&old, "carol", &second), &late).await;
    shop.settle().await;
    assert_eq!(account(&bob, &id).await["moved"]["username"], "second");
}

#[tokio::test]
async fn a_profile_shows_where_it_points_even_when_nobody_knew_the_place() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (old, new) = (Peer::start().await, Peer::start().await);
    // A chain without end: only its first step is read.
    let third = new.uri("/u/third");
    let second = new.person_like("second", json!({ "movedTo": third }));
    new.person_like("third", json!({ "movedTo": new.uri("/u/fourth") }));
    old.person_like("carol", json!({ "movedTo": second }));
    let id = find(&bob, &format!("carol@{}", old.domain())).await["id"].as_str().unwrap().to_owned();
    shop.settle().await;
    let shown = account(&bob, &id).await;
    assert_eq!(shown["moved"]["username"], "second");
    assert!(shown["moved"].get("moved").is_none());
    assert_eq!(new.asked("/u/third"), 0);
}

#[tokio::test]
async fn a_person_moves_to_another_server_with_all_followers() {
    let (a, b) = Shop::pair().await;
    let (alice, carl, foe) = (a.member("alice").await, a.member("carl").await, b.member("foe").await);
    let (fresh, bob) = (b.member("alicia").await, b.member("bob").await);
    carl.follows(&alice).await;
    let old_at_b = follow(&bob, &format!("alice@{}", a.domain())).await;
    foe.post(&format!("/api/v1/accounts/{old_at_b}/block"), json!({})).await.ok();
    // Who was let in at the old account needs no second asking at one that lives here.
    fresh.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    quiet(&a, &b).await;
    let target = format!("alicia@{}", b.domain());

    assert!(migrate(&alice, &target).await.error(422).contains("alias"));
    let aliases = fresh.post(ALIASES, json!({ "acct": format!("alice@{}", a.domain()) })).await.ok();
    assert_eq!(aliases[0]["account"]["username"], "alice");
    let uri = aliases[0]["uri"].as_str().unwrap().to_owned();
    let wrong = json!({ "acct": target, "current_password": "wrong" });
    assert!(alice.post(MIGRATION, wrong).await.error(422).contains("password"));
    assert_eq!(alice.get(MIGRATION).await.ok(), json!({ "moved_to": null, "last": null, "next_at": null }));
    let done = migrate(&alice, &target).await.ok();
    assert_eq!(done["moved_to"]["username"], "alicia");
    assert_eq!(done["last"]["followers_count"], 2);
    assert!(done["next_at"].is_string());
    quiet(&a, &b).await;
    a.clock().advance(Duration::from_secs(10));
    quiet(&a, &b).await;

    // On her new server: bob, who was let in at once.
    let there = relation(&bob, &fresh.id).await;
    assert_eq!(there["following"], true);
    assert_eq!(relation(&bob, &old_at_b).await["following"], false);
    assert_eq!(relation(&foe, &fresh.id).await["blocking"], true);
    assert_eq!(account(&bob, &old_at_b).await["moved"]["id"], fresh.id.as_str());
    // On her old server: carl asks over there.
    let new_at_a = find(&carl, &target).await["id"].as_str().unwrap().to_owned();
    assert_eq!(relation(&carl, &new_at_a).await["requested"], true);
    assert_eq!(relation(&carl, &alice.id).await["following"], false);

    // The documents say so too.
    let mut headers = [("Accept", "application/activity+json")];
    let actor = a.anon().get_with(&format!("/ap/users/{}", alice.id), &headers).await.json();
    assert_eq!(actor["movedTo"], format!("{}/ap/users/{}", b.base(), fresh.id));
    headers[0].1 = "application/ld+json; profile=\"https://www.w3.org/ns/activitystreams\"";
    let actor = b.anon().get_with(&format!("/ap/users/{}", fresh.id), &headers).await.json();
    assert_eq!(actor["alsoKnownAs"], json!([uri]));

    // Who has moved reads on, but writes, and is followed, no more.
    alice.get("/api/v1/timelines/home").await.ok();
    assert_eq!(
        alice.post("/api/v1/statuses", json!({ "status": "still here" })).await.error(403),
        "Your login is currently disabled"
    );
    carl.post(&format!("/api/v1/accounts/{}/follow", alice.id), json!({})).await.error(403);

    // Back, but no second move within 30 days.
    let back = alice.delete(MIGRATION).await.ok();
    assert_eq!(back["moved_to"], Value::Null);
    alice.says("back again").await;
    assert!(migrate(&alice, &target).await.error(422).contains("30 days"));
    a.clock().advance(29 * DAY);
    assert!(migrate(&alice, &target).await.error(422).contains("30 days"));
    a.clock().advance(2 * DAY);
    assert_eq!(migrate(&alice, &target).await.ok()["moved_to"]["username"], "alicia");
}

#[tokio::test]
async fn a_move_within_one_server_needs_no_asking() {
    let shop = Shop::start().await;
    let (alice, fresh, carl) =
        (shop.member("alice").await, shop.member("alicia").await, shop.member("carl").await);
    fresh.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    carl.follows(&alice).await;
    fresh.follows(&alice).await;
    fresh.post(ALIASES, json!({ "acct": "alice" })).await.ok();
    migrate(&alice, "@alicia").await.ok();
    shop.settle().await;
    assert_eq!(relation(&carl, &fresh.id).await["following"], true);
    assert_eq!(relation(&carl, &alice.id).await["following"], false);
    assert_eq!(relation(&fresh, &alice.id).await["following"], true, "nobody follows oneself");
    let counts = |account: &Value| account["followers_count"].as_u64().unwrap();
    assert_eq!(counts(&account(&carl, &alice.id).await), 1);
    assert_eq!(counts(&account(&carl, &fresh.id).await), 1);
}

#[tokio::test]
async fn a_signpost_alone_takes_nobody_along() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let peer = Peer::start().await;
    peer.person("carol");
    peer.person("fan");
    let follow = peer.activity("fan", "Follow", json!(format!("{}/ap/users/{}", shop.base(), bob.id)));
    peer.send(shop.base(), &follow).await;
    shop.settle().await;
    let acct = format!("carol@{}", peer.domain());
    let wanted = json!({ "acct": acct, "current_password": PASSWORD, "redirect_only": true });
    let shown = bob.post(MIGRATION, wanted.clone()).await.ok();
    assert_eq!((&shown["moved_to"]["username"], &shown["last"]), (&json!("carol"), &Value::Null));
    assert!(bob.post(MIGRATION, wanted).await.error(422).contains("already"));
    shop.clock().advance(Duration::from_secs(10));
    shop.settle().await;
    assert!(peer.received_of("Move").is_empty());
    assert_eq!(peer.received_of("Update")[0]["object"]["movedTo"], peer.uri("/u/carol"));
    // The move itself may follow the signpost.
    peer.person_like("carol", json!({ "alsoKnownAs": [format!("{}/ap/users/{}", shop.base(), bob.id)] }));
    migrate(&bob, &acct).await.ok();
    shop.settle().await;
    let told = &peer.received_of("Move")[0];
    let actor = format!("{}/ap/users/{}", shop.base(), bob.id);
    assert_eq!(
        (&told["actor"], &told["object"], &told["target"]),
        (&json!(actor), &json!(actor), &json!(peer.uri("/u/carol")))
    );
}

#[tokio::test]
async fn bad_input_about_aliases_and_moves_is_refused() {
    let shop = Shop::start().await;
    let (bob, dora) = (shop.member("bob").await, shop.member("dora").await);
    shop.anon().get(ALIASES).await.error(401);
    shop.anon().post(MIGRATION, json!({})).await.error(401);
    let reader = bob.with_token(&shop.token(&bob, "read").await);
    assert_eq!(reader.get(ALIASES).await.ok(), json!([]));
    reader.post(ALIASES, json!({ "acct": "dora" })).await.error(403);
    reader.delete(MIGRATION).await.error(403);
    bob.with_token(&shop.token(&bob, "write:accounts").await).get(MIGRATION).await.error(403);

    bob.post(ALIASES, json!({})).await.error(400);
    for acct in [
        json!("nobody"),
        json!("bob"),
        json!(""),
        json!("@@"),
        json!(" "),
        json!("a b"),
        json!(7),
        json!("mastodon.internal"),
        json!(format!("{}/actor", shop.base())),
        json!("x".repeat(10_000)),
        json!("http://localhost:1/u/x"),
        json!("http://"),
        json!(["dora"]),
    ] {
        let status = bob.post(ALIASES, json!({ "acct": acct })).await.status();
        assert!(matches!(status, 400 | 422 | 503), "{acct}: {status}");
    }
    assert_eq!(bob.get(ALIASES).await.ok(), json!([]));
    let one = bob.post(ALIASES, json!({ "acct": "@dora" })).await.ok();
    assert_eq!(bob.post(ALIASES, json!({ "acct": "dora" })).await.ok(), one, "named once");
    bob.delete(ALIASES).await.error(400);
    bob.delete(&format!("{ALIASES}?uri=http://elsewhere.example/x")).await.error(404);
    let uri = one[0]["uri"].as_str().unwrap();
    assert_eq!(bob.delete(&format!("{ALIASES}?uri={uri}")).await.ok(), json!([]));
    for number in 0..20 {
        let other = shop.member(&format!("other{number}")).await;
        bob.post(ALIASES, json!({ "acct": other.name })).await.ok();
    }
    assert!(bob.post(ALIASES, json!({ "acct": "dora" })).await.error(422).contains("20"));

    assert!(bob.post(MIGRATION, json!({ "acct": "dora" })).await.error(422).contains("password"));
    bob.post(MIGRATION, json!({ "current_password": PASSWORD })).await.error(400);
    migrate(&bob, "bob").await.error(422);
    migrate(&bob, "nobody").await.error(422);
    bob.delete(MIGRATION).await.error(422);
    // The other way round does not count: who is moved to must say so.
    migrate(&bob, "other1").await.error(422);
    dora.post(ALIASES, json!({ "acct": "bob" })).await.ok();
    let elsewhere = json!({ "acct": "other1", "current_password": PASSWORD, "redirect_only": true });
    dora.post(MIGRATION, elsewhere).await.ok();
    assert!(migrate(&bob, "dora").await.error(422).contains("moved itself"));
}
