//! Imports while they go on: stops, servers that do not answer, limits, and what is left behind.

use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};
use shop::features;
use shop::features::imports::table::{CHUNKS, FAILURES, IMPORTS as ROWS};
use shop_storage::Window;

use super::{IMPORTS, bring, brought, lines, numbers, reasons};
use crate::support::{Person, Shop};

async fn shown(who: &Person, import: &Value) -> Value {
    who.get(&format!("{IMPORTS}/{}", import["id"].as_str().unwrap())).await.ok()
}

#[tokio::test]
async fn a_stop_loses_nothing_and_does_nothing_twice() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut text = String::new();
    for at in 0..30 {
        let name = format!("member{at}");
        shop.member(&name).await;
        writeln!(text, "{name}@{}", shop.domain()).unwrap();
    }
    let begun = bring(&alice, "following", "merge", &text).await.ok();
    assert_eq!((numbers(&begun)[0], &begun["state"]), (30, &json!("in_progress")));
    let shop = shop.restart().await;
    shop.settle().await;
    let done = shown(&alice, &begun).await;
    assert_eq!((numbers(&done), &done["state"]), ([30, 30, 30, 0], &json!("finished")));
    let own = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(own["following_count"], 30);
    assert_eq!(lines(&alice, "following_accounts.csv").await.len(), 31);
    let report = shop.app().store.check(&features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_tried_again_and_delays_nobody() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let text = format!("x@localhost:1\nbob@{}\n", shop.domain());
    let begun = bring(&alice, "following", "merge", &text).await.ok();
    shop.settle().await;
    let waiting = shown(&alice, &begun).await;
    assert_eq!((numbers(&waiting), &waiting["state"]), ([2, 1, 1, 0], &json!("in_progress")));
    assert_eq!(lines(&alice, "following_accounts.csv").await.len(), 2, "bob is followed already");
    let shop = shop.restart().await;
    for _ in 0..2 {
        shop.clock().advance(Duration::from_secs(15 * 60));
        shop.settle().await;
    }
    let done = shown(&alice, &begun).await;
    assert_eq!((numbers(&done), &done["state"]), ([2, 2, 1, 1], &json!("finished")));
    assert_eq!(reasons(&alice, &done).await, ["unreachable"]);
    drop(bob);
}

#[tokio::test]
async fn ten_are_kept_and_none_for_longer_than_a_week() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let text = format!("bob@{}\nno address\n", shop.domain());
    let mut ids = Vec::new();
    for _ in 0..11 {
        ids.push(brought(&shop, &alice, "blocking", "merge", &text).await["id"].clone());
    }
    let kept = alice.get(IMPORTS).await.ids();
    assert_eq!(kept.len(), 10);
    assert!(!kept.iter().any(|id| ids[0] == *id.as_str()), "the oldest made room");
    shop.clock().advance(Duration::from_secs(7 * 86_400 + 1));
    shop.settle().await;
    assert_eq!(alice.get(IMPORTS).await.ok(), json!([]));
    left_nothing(&shop);

    // Those under way make no room for others.
    for _ in 0..10 {
        bring(&bob, "following", "merge", "x@localhost:1\n").await.ok();
    }
    assert!(bring(&bob, "following", "merge", "x@localhost:1\n").await.error(422).contains("under way"));
    let one = bob.get(IMPORTS).await.ids().remove(0);
    assert_eq!(bob.delete(&format!("{IMPORTS}/{one}")).await.ok(), json!({}));
    bring(&bob, "following", "merge", "x@localhost:1\n").await.ok();
}

/// Nothing of any import is in the store.
fn left_nothing(shop: &Shop) {
    let from = shop.app().read().unwrap();
    assert!(ROWS.page(&from, &Window::oldest(1)).unwrap().is_empty());
    assert!(CHUNKS.page(&from, &Window::oldest(1)).unwrap().is_empty());
    assert!(FAILURES.page(&from, &Window::oldest(1)).unwrap().is_empty());
}

#[tokio::test]
async fn nothing_goes_on_for_who_is_gone() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for who in [&alice, &bob] {
        bring(who, "following", "merge", "x@localhost:1\nno address\n").await.ok();
    }
    shop.settle().await;
    crate::departures::delete(&shop, &alice).await;
    let id = bob.id.parse().unwrap();
    shop.app().write(move |tx| features::users::closing::disable(tx, id, true)).await.unwrap();
    shop.clock().advance(Duration::from_secs(60 * 60));
    shop.settle().await;
    left_nothing(&shop);
}

#[tokio::test]
async fn follows_keep_to_the_limit() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let text = format!("bob@{}\n", shop.domain());
    shop.member("bob").await;
    let id = alice.id.parse().unwrap();
    shop.app()
        .write(move |tx| features::accounts::count(tx, id, |stats| stats.following = 7_500))
        .await
        .unwrap();
    let done = brought(&shop, &alice, "following", "merge", &text).await;
    assert_eq!(numbers(&done), [1, 1, 0, 1]);
    let failed = alice.get(&format!("{IMPORTS}/{}/failures", done["id"].as_str().unwrap())).await.ok();
    assert!(failed[0]["message"].as_str().unwrap().contains("7500"), "{failed}");
}
