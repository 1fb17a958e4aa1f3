//! Password and address: guarded by the present password, and what follows from a change.

use std::time::Duration;

use serde_json::{Value, json};

use super::{EMAIL, SET_PASSWORD, at_a_browser, fault, let_in, works};
use crate::oauth::{browser, client};
use crate::support::mailbox::{Mailbox, link};
use crate::support::{PASSWORD, Person, Shop};

async fn with_mail() -> (Shop, Mailbox) {
    let mailbox = Mailbox::start().await;
    let shop = Shop::start_with(&format!("[mail]\nsmtp_url = \"{}\"\n", mailbox.url)).await;
    (shop, mailbox)
}

async fn ask(who: &Person, email: &str) -> crate::support::Answer {
    who.post(EMAIL, json!({ "current_password": PASSWORD, "email": email })).await
}

/// Opens the link in a mail and presses its button.
async fn follow(shop: &Shop, mail: &str) -> crate::support::browser::Page {
    let path = link(mail, shop.base());
    browser(shop).fill(&path, "/auth/confirmation", &[]).await
}

#[tokio::test]
async fn a_new_password_signs_other_browsers_out() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let (mut here, at_home) = at_a_browser(&shop, &alice).await;
    let (_, elsewhere) = at_a_browser(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut here, "read").await);
    let wanted = json!({ "current_password": PASSWORD, "password": "a brand new one" });
    assert_eq!(at_home.post(SET_PASSWORD, wanted).await.ok(), json!({ "ended_sessions": 1 }));
    assert!(works(&at_home).await && !works(&elsewhere).await);
    assert!(works(&tool).await, "applications stay where it is not wished otherwise");
    let mail = mailbox.next().await;
    assert!(mail.contains("To: alice@example.org") && mail.contains("was changed"), "{mail}");
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "", "the old one is dead");
    assert_eq!(browser(&shop).sign_in("alice", "a brand new one").await.location(), "/home");

    let wanted = json!({ "current_password": "a brand new one", "password": "and another one",
        "revoke_applications": true });
    at_home.post(SET_PASSWORD, wanted).await.ok();
    assert!(!works(&tool).await && !works(&alice).await && works(&at_home).await);
}

#[tokio::test]
async fn a_password_that_cannot_be_is_told_field_by_field() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let new = |current: &str, password: &str| {
        let body = json!({ "current_password": current, "password": password });
        let alice = alice.clone();
        async move { alice.post(SET_PASSWORD, body).await }
    };
    for wrong in ["", "wrong", &"x".repeat(5_000), "correct horse battery ", "ä\0"] {
        assert_eq!(fault(&new(wrong, "good and long").await, "current_password"), "ERR_INVALID");
    }
    assert_eq!(fault(&alice.post(SET_PASSWORD, json!({})).await, "current_password"), "ERR_INVALID");
    assert_eq!(
        fault(&alice.post(SET_PASSWORD, json!({ "current_password": ["a"] })).await, "current_password"),
        "ERR_INVALID"
    );
    for (bad, code) in [("", "ERR_BLANK"), ("1234567", "ERR_TOO_SHORT"), (&"x".repeat(73), "ERR_TOO_LONG")] {
        assert_eq!(fault(&new(PASSWORD, bad).await, "password"), code);
    }
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "/home", "nothing changed");
}

#[tokio::test]
async fn guessing_the_present_password_comes_to_an_end() {
    let shop = Shop::start_with("[limits]\nrate = \"on\"\n").await;
    let alice = shop.member("alice").await;
    let guess = json!({ "current_password": "guess", "password": "good and long" });
    assert_eq!(until_stopped(&alice, SET_PASSWORD, &guess).await, 422);
    let good = json!({ "current_password": PASSWORD, "password": "good and long" });
    alice.post(SET_PASSWORD, good.clone()).await.error(429);
    shop.clock().advance(Duration::from_secs(10 * 60));
    alice.post(SET_PASSWORD, good).await.ok();
    let body = json!({ "current_password": "guess", "email": "a@example.com" });
    assert_eq!(until_stopped(&alice, EMAIL, &body).await, 422);
}

/// What is answered before the limit; two windows may take part, when the first ends meanwhile.
async fn until_stopped(who: &Person, path: &str, body: &Value) -> u16 {
    let first = who.post(path, body.clone()).await.status();
    for _ in 0..20 {
        match who.post(path, body.clone()).await.status() {
            429 => return first,
            status => assert_eq!(status, first),
        }
    }
    panic!("nothing stopped it");
}

#[tokio::test]
async fn a_new_address_counts_once_its_mail_was_read() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let nothing = json!({ "email": "alice@example.org", "unconfirmed_email": null, "can_delete": true });
    assert_eq!(alice.get(EMAIL).await.ok(), nothing);
    let asked = ask(&alice, " Alice@New.example ").await.ok();
    assert_eq!(
        (&asked["email"], &asked["unconfirmed_email"]),
        (&json!("alice@example.org"), &json!("Alice@New.example"))
    );
    let (one, two) = (mailbox.next().await, mailbox.next().await);
    let (to_new, to_old) = if one.contains("To: Alice@New.example") { (one, two) } else { (two, one) };
    assert!(to_old.contains("To: alice@example.org") && to_old.contains("Alice@New.example"), "{to_old}");
    assert!(!to_old.contains("/auth/confirmation"), "the old address learns no secret: {to_old}");
    assert_eq!(browser(&shop).sign_in("alice@new.example", PASSWORD).await.location(), "", "not yet");
    assert_eq!(browser(&shop).sign_in("alice@example.org", PASSWORD).await.location(), "/home");

    let page = follow(&shop, &to_new).await;
    assert!(page.text.contains("Your new address counts"), "{}", page.text);
    let now = alice.get(EMAIL).await.ok();
    assert_eq!((&now["email"], &now["unconfirmed_email"]), (&json!("Alice@New.example"), &Value::Null));
    assert_eq!(browser(&shop).sign_in("alice@new.example", PASSWORD).await.location(), "/home");
    assert_eq!(browser(&shop).sign_in("alice@example.org", PASSWORD).await.location(), "");
    let again = browser(&shop).open(&link(&to_new, shop.base())).await;
    assert_eq!(again.status, 404, "a link works once");
    assert!(works(&alice).await, "nobody is signed out by it");
}

#[tokio::test]
async fn a_wish_for_an_address_can_be_taken_back_changed_and_runs_out() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let mut asked = Vec::new();
    for email in ["one@new.example", "two@new.example"] {
        ask(&alice, email).await.ok();
        let (one, two) = (mailbox.next().await, mailbox.next().await);
        asked.push(if one.contains("/auth/confirmation") { one } else { two });
    }
    let stale = browser(&shop).open(&link(&asked[0], shop.base())).await;
    assert_eq!(stale.status, 404, "the first wish has ended with the second");
    assert_eq!(alice.delete(EMAIL).await.ok()["unconfirmed_email"], Value::Null);
    assert_eq!(browser(&shop).open(&link(&asked[1], shop.base())).await.status, 404);

    ask(&alice, "three@new.example").await.ok();
    let (one, two) = (mailbox.next().await, mailbox.next().await);
    let mail = if one.contains("/auth/confirmation") { one } else { two };
    shop.clock().advance(Duration::from_secs(2 * 86_400 + 1));
    assert_eq!(browser(&shop).open(&link(&mail, shop.base())).await.status, 404, "too late");
    assert_eq!(alice.get(EMAIL).await.ok()["unconfirmed_email"], Value::Null);

    // Who takes the account back by mail does not lose it to an address that somebody else has put in.
    ask(&alice, "thief@new.example").await.ok();
    let (one, two) = (mailbox.next().await, mailbox.next().await);
    let theft = if one.contains("/auth/confirmation") { one } else { two };
    browser(&shop).fill("/auth/password/new", "/auth/password/new", &[("email", "alice@example.org")]).await;
    let reset = link(&mailbox.next().await, shop.base());
    browser(&shop).fill(&reset, "/auth/password/edit", &[("password", "taken back by me")]).await;
    assert_eq!(browser(&shop).open(&link(&theft, shop.base())).await.status, 404);
}

#[tokio::test]
async fn an_address_that_cannot_be_is_told() {
    let (shop, mut mailbox) = with_mail().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for (bad, code) in [
        ("", "ERR_BLANK"),
        ("   ", "ERR_BLANK"),
        ("alice", "ERR_INVALID"),
        ("a@b@c", "ERR_INVALID"),
        ("a@example.com\r\nBcc: all@example.com", "ERR_INVALID"),
        (&format!("{}@example.com", "x".repeat(300)), "ERR_INVALID"),
        ("BOB@example.org", "ERR_TAKEN"),
        ("ALICE@example.org", "ERR_TAKEN"),
    ] {
        assert_eq!(fault(&ask(&alice, bad).await, "email"), code, "{bad}");
    }
    let wrong = json!({ "current_password": "wrong", "email": "a@example.com" });
    assert_eq!(fault(&alice.post(EMAIL, wrong).await, "current_password"), "ERR_INVALID");
    assert_eq!(alice.get(EMAIL).await.ok()["unconfirmed_email"], Value::Null);
    assert!(mailbox.is_empty(), "no mail went out");

    // Two want the same; the second to follow the link comes too late.
    let mut links = Vec::new();
    for who in [&alice, &bob] {
        ask(who, "both@example.com").await.ok();
        let (one, two) = (mailbox.next().await, mailbox.next().await);
        links.push(if one.contains("/auth/confirmation") { one } else { two });
    }
    assert!(follow(&shop, &links[0]).await.text.contains("Your new address counts"));
    let late = follow(&shop, &links[1]).await;
    assert_eq!(late.status, 409, "{}", late.text);
    assert_eq!(bob.get(EMAIL).await.ok()["email"], "bob@example.org");
}

#[tokio::test]
async fn without_mail_an_address_counts_at_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let now = ask(&alice, "alice@new.example").await.ok();
    assert_eq!((&now["email"], &now["unconfirmed_email"]), (&json!("alice@new.example"), &Value::Null));
    assert_eq!(browser(&shop).sign_in("alice@new.example", PASSWORD).await.location(), "/home");
}
