//! Switching it on and off at the web app, and by the operator.

use std::time::Duration;

use serde_json::{Value, json};
use shop::cli::control::socket;
use shop::features::users::closing;
use shop::features::users::two_factor::table::TWO_FACTORS;

use super::{
    CONFIRMATION, Phone, RECOVERY_CODES, TWO_FACTOR, begin, codes, is_on, sign_in, step_on, switch_off,
    switched_on, with_mail, wrong,
};
use crate::command_line;
use crate::oauth::{browser, client};
use crate::own_account::{at_a_browser, fault, let_in};
use crate::support::{PASSWORD, Shop};

#[tokio::test]
async fn a_secret_is_offered_once_and_a_code_of_it_switches_it_on() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let off = json!({ "enabled": false, "enabled_at": null, "recovery_codes_left": 0 });
    assert_eq!(alice.get(TWO_FACTOR).await.ok(), off);
    let answer = begin(&alice, PASSWORD).await;
    assert!(answer.header("cache-control").unwrap().contains("no-store"));
    let offer = answer.ok();
    let secret = offer["secret"].as_str().unwrap();
    assert_eq!(secret.len(), 32);
    let issuer = shop.domain().replace(':', "%3A");
    let rest = format!("secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30");
    assert_eq!(offer["uri"], format!("otpauth://totp/{issuer}:alice?{rest}"));
    let qr = offer["qr"].as_str().unwrap();
    assert!(qr.starts_with("<svg ") && !qr.contains("style") && !qr.contains("script"), "{qr}");
    assert_eq!(alice.get(TWO_FACTOR).await.ok(), off, "nothing has changed yet");
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "/home");

    let phone = Phone::new(secret);
    for bad in [String::new(), wrong(&phone, &shop), phone.shows(&shop, 3), "x".repeat(100_000)] {
        assert_eq!(fault(&alice.post(CONFIRMATION, json!({ "code": bad })).await, "code"), "ERR_INVALID");
    }
    assert!(!is_on(&alice).await);
    let code = phone.shows(&shop, 0);
    let spaced = format!(" {} {}", &code[..3], &code[3..]);
    let made = codes(&alice.post(CONFIRMATION, json!({ "code": spaced })).await.ok());
    assert_eq!(made.len(), 10);
    let now = alice.get(TWO_FACTOR).await.ok();
    assert_eq!((&now["enabled"], &now["recovery_codes_left"]), (&json!(true), &json!(10)));
    assert!(now["enabled_at"].is_string());
    let text = alice.get(TWO_FACTOR).await.text();
    assert!(!text.contains(secret) && !text.contains(&made[0]), "never shown again: {text}");
    let mail = mailbox.next().await;
    assert!(mail.contains("To: alice@example.org") && mail.contains("was switched on"), "{mail}");
    assert!(!mail.contains(secret) && !mail.contains(&made[0]), "{mail}");

    assert_eq!(begin(&alice, PASSWORD).await.status(), 422, "it is on already");
    alice.post(CONFIRMATION, json!({ "code": phone.shows(&shop, 1) })).await.error(422);
    assert_eq!(alice.get(TWO_FACTOR).await.ok(), now);
}

#[tokio::test]
async fn what_was_begun_ends_with_the_next_beginning_and_with_the_hour() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let confirm = |code: String| alice.post(CONFIRMATION, json!({ "code": code }));
    assert_eq!(fault(&confirm("123456".into()).await, "code"), "ERR_EXPIRED", "nothing was begun");
    let secret = |offer: &Value| Phone::new(offer["secret"].as_str().unwrap());
    let first = secret(&begin(&alice, PASSWORD).await.ok());
    let second = secret(&begin(&alice, PASSWORD).await.ok());
    assert_eq!(fault(&confirm(first.shows(&shop, 0)).await, "code"), "ERR_INVALID", "another secret");
    shop.clock().advance(Duration::from_secs(60 * 60));
    assert_eq!(fault(&confirm(second.shows(&shop, 0)).await, "code"), "ERR_EXPIRED");
    let third = secret(&begin(&alice, PASSWORD).await.ok());
    step_on(&shop, 1);
    confirm(third.shows(&shop, -1)).await.ok();
    assert!(is_on(&alice).await);
}

#[tokio::test]
async fn the_password_guards_it_and_no_application_may_touch_it() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for bad in ["", "wrong", &"x".repeat(5_000)] {
        assert_eq!(fault(&begin(&alice, bad).await, "current_password"), "ERR_INVALID");
    }
    assert_eq!(fault(&alice.post(CONFIRMATION, json!({ "code": "123456" })).await, "code"), "ERR_EXPIRED");
    let renew = |password: &str| alice.post(RECOVERY_CODES, json!({ "current_password": password }));
    assert_eq!(renew(PASSWORD).await.status(), 422, "there is nothing to recover");
    let (_, made) = switched_on(&shop, &alice).await;
    assert_eq!(fault(&switch_off(&alice, "wrong").await, "current_password"), "ERR_INVALID");
    let answer = renew("wrong").await;
    assert_eq!(fault(&answer, "current_password"), "ERR_INVALID");
    assert!(is_on(&alice).await && !is_on(&bob).await);
    assert_eq!(alice.get(TWO_FACTOR).await.ok()["recovery_codes_left"], made.len());

    let (mut here, _) = at_a_browser(&shop, &bob).await;
    let tool = client(&shop, "read write").await;
    let tool = bob.with_token(&let_in(&shop, &tool, &mut here, "read write").await);
    let narrow = bob.with_token(&shop.token(&bob, "read").await);
    let body = json!({ "current_password": PASSWORD, "code": "123456" });
    tool.get(TWO_FACTOR).await.error(403);
    shop.anon().get(TWO_FACTOR).await.error(401);
    for path in [TWO_FACTOR, CONFIRMATION, RECOVERY_CODES] {
        tool.post(path, body.clone()).await.error(403);
        narrow.post(path, body.clone()).await.error(403);
        shop.anon().post(path, body.clone()).await.error(401);
    }
    for who in [&tool, &narrow] {
        assert_eq!(switch_off(who, PASSWORD).await.status(), 403);
    }
}

#[tokio::test]
async fn guessing_the_password_here_comes_to_an_end_too() {
    let shop = Shop::start_with("[limits]\nrate = \"on\"\n").await;
    let alice = shop.member("alice").await;
    let mut seen = Vec::new();
    for _ in 0..60 {
        seen.push(begin(&alice, "guess").await.status());
    }
    assert!(seen.contains(&422) && seen.ends_with(&[429]), "{seen:?}");
}

#[tokio::test]
async fn recovery_codes_are_made_anew_and_it_is_switched_off() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let (phone, old) = switched_on(&shop, &alice).await;
    assert!(mailbox.next().await.contains("was switched on"));
    let new = codes(&alice.post(RECOVERY_CODES, json!({ "current_password": PASSWORD })).await.ok());
    let mail = mailbox.next().await;
    assert!(mail.contains("recovery codes were made") && !mail.contains(&new[0]), "{mail}");
    assert_eq!(new.len(), 10);
    assert_eq!(sign_in(&shop, "alice", &old[0]).await.location(), "", "those from before have ended");
    assert_eq!(sign_in(&shop, "alice", &new[0]).await.location(), "/home");

    let off = switch_off(&alice, PASSWORD).await.ok();
    assert_eq!(off, json!({ "enabled": false, "enabled_at": null, "recovery_codes_left": 0 }));
    let mail = mailbox.next().await;
    assert!(mail.contains("was switched off") && mail.contains("To: alice@example.org"), "{mail}");
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "/home");
    switch_off(&alice, PASSWORD).await.ok();
    shop.settle().await;
    assert!(mailbox.is_empty(), "what is off is not switched off again");

    let (other, _) = switched_on(&shop, &alice).await;
    assert_ne!(phone.shows(&shop, 0), other.shows(&shop, 0), "another secret");
}

#[tokio::test]
async fn the_operator_helps_who_has_lost_the_phone() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    switched_on(&shop, &alice).await;
    assert!(mailbox.next().await.contains("was switched on"));
    socket::listen(shop.app()).unwrap();
    let data = shop.folder();
    let run = |words: &'static [&'static str]| {
        let data = data.clone();
        tokio::task::spawn_blocking(move || command_line::ok(&data, words))
    };
    let said = run(&["account", "two-factor", "alice"]).await.unwrap();
    assert!(said.starts_with("on since 20") && said.ends_with(", 10 recovery codes left"), "{said}");
    let said = run(&["account", "two-factor", "@alice", "--off"]).await.unwrap();
    assert_eq!(said, "");
    assert!(mailbox.next().await.contains("was switched off"), "and it is told");
    let said = run(&["account", "two-factor", "alice", "--json"]).await.unwrap();
    let line: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(line, json!({ "enabled_at": null, "recovery_codes_left": 0 }));
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "/home");
}

#[tokio::test]
async fn nothing_of_it_stays_of_who_leaves() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    switched_on(&shop, &alice).await;
    switched_on(&shop, &bob).await;
    let (alice, bob) = (alice.id.parse().unwrap(), bob.id.parse().unwrap());
    shop.app().write(move |tx| closing::delete(tx, alice)).await.unwrap();
    shop.app().write(move |tx| closing::disable(tx, bob, true)).await.unwrap();
    let store = shop.app().read().unwrap();
    assert!(TWO_FACTORS.get(&store, &alice).unwrap().is_none());
    assert!(TWO_FACTORS.get(&store, &bob).unwrap().is_some(), "who is locked out may come back");
}
