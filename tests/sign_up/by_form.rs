//! The pages: joining by each mode, confirmation and new passwords by mail.

use std::time::Duration;

use reqwest::StatusCode;
use shop::features::users;

use super::browser;
use crate::support::browser::Page;
use crate::support::mailbox::{Mailbox, link};
use crate::support::{PASSWORD, Shop};

const HOUR: Duration = Duration::from_secs(60 * 60);

const GOOD: [(&str, &str); 4] =
    [("username", "carol"), ("email", "carol@example.com"), ("password", "long enough"), ("agreement", "1")];

async fn join(shop: &Shop, changes: &[(&str, &str)]) -> Page {
    let fields: Vec<_> = GOOD.iter().chain(changes).copied().collect();
    browser(shop).fill("/auth/sign_up", "/auth/sign_up", &fields).await
}

async fn with_mail(mode: &str) -> (Shop, Mailbox) {
    let mailbox = Mailbox::start().await;
    let settings = format!("[registrations]\nmode = \"{mode}\"\n[mail]\nsmtp_url = \"{}\"\n", mailbox.url);
    (Shop::start_with(&settings).await, mailbox)
}

#[tokio::test]
async fn an_open_community_lets_everybody_in_at_once() {
    let shop = Shop::start().await;
    let mut browser = browser(&shop);
    let page = browser.fill("/auth/sign_up", "/auth/sign_up", &GOOD).await;
    assert_eq!(page.location(), "/welcome", "{}", page.text);
    assert_eq!(browser.open("/auth/sign_in").await.location(), "/home", "signed in");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    for (field, bad, words) in [
        ("username", "Alice", "Username has already been taken"),
        ("username", "adm1n", "Username is reserved"),
        ("username", "a b", "letters, digits and underscores"),
        ("username", "<script>", "letters, digits and underscores"),
        ("username", "ä", "letters, digits and underscores"),
        ("username", &"a".repeat(31), "is too long"),
        ("email", "ALICE@example.org", "E-mail address has already been taken"),
        ("email", "carol@", "is not an e-mail address"),
        ("email", "carol@example.com\r\nBcc: all@example.com", "is not an e-mail address"),
        ("password", "1234567", "is too short"),
        ("password", &"x".repeat(73), "is too long"),
        ("agreement", "0", "must be accepted"),
        ("reason", &"x".repeat(421), ""),
    ] {
        let page = join(&shop, &[(field, bad)]).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={bad}");
        assert!(page.text.contains(words), "{field}={bad}: {}", page.text);
        assert!(!page.text.contains("<script>"), "{}", page.text);
        assert!(!page.text.contains("1234567"), "passwords do not come back");
    }
    assert_eq!(join(&shop, &[("csrf", "forged")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(join(&shop, &[]).await.location(), "/welcome", "nothing of it was kept");
}

#[tokio::test]
async fn a_closed_community_takes_nobody() {
    let shop = Shop::start_with("[registrations]\nmode = \"closed\"\n").await;
    assert_eq!(browser(&shop).open("/auth/sign_up").await.status, StatusCode::FORBIDDEN);
    let mut browser = browser(&shop);
    let csrf = browser.open("/auth/sign_in").await.hidden("/auth/sign_in")["csrf"].clone();
    let fields: Vec<_> = GOOD.iter().copied().chain([("csrf", csrf.as_str())]).collect();
    assert_eq!(browser.post("/auth/sign_up", &fields).await.status, StatusCode::FORBIDDEN);
    assert!(!browser.open("/auth/sign_in").await.text.contains("/auth/sign_up"), "no link leads there");
}

#[tokio::test]
async fn with_approval_the_staff_decides() {
    let shop = Shop::start_with("[registrations]\nmode = \"approval\"\n").await;
    let page = join(&shop, &[("reason", "I keep bees")]).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let mut carol = browser(&shop);
    let page = carol.sign_in("carol", "long enough").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("not decided"), "{}", page.text);
    let page = carol.sign_in("carol", "wrong password").await;
    assert!(!page.text.contains("not decided"), "only who knows the password learns how things stand");
    let id = users::find(&shop.app().read().unwrap(), "carol").unwrap().unwrap();
    assert_eq!(users::get(&shop.app().read().unwrap(), id).unwrap().reason, "I keep bees");
    shop.app().write(move |tx| users::approve(tx, id)).await.unwrap();
    assert_eq!(carol.sign_in("carol", "long enough").await.location(), "/home");
}

#[tokio::test]
async fn with_mail_the_address_is_confirmed_first() {
    let (shop, mut mailbox) = with_mail("open").await;
    assert_eq!(join(&shop, &[]).await.status, StatusCode::OK);
    let mail = mailbox.next().await;
    assert!(mail.contains("carol@example.com"), "{mail}");
    let address = link(&mail, shop.base());
    let mut carol = browser(&shop);
    assert!(carol.sign_in("carol", "long enough").await.text.contains("not confirmed"));
    assert_eq!(carol.open(&address).await.status, StatusCode::OK);
    assert!(
        carol.sign_in("carol", "long enough").await.text.contains("not confirmed"),
        "looking is not confirming"
    );
    assert_eq!(carol.fill(&address, "/auth/confirmation", &[]).await.status, StatusCode::OK);
    assert_eq!(carol.open(&address).await.status, StatusCode::NOT_FOUND, "used up");
    assert_eq!(carol.sign_in("carol", "long enough").await.location(), "/home");
}

#[tokio::test]
async fn an_old_confirmation_can_be_sent_again_and_the_forgotten_are_removed() {
    let (shop, mut mailbox) = with_mail("open").await;
    join(&shop, &[]).await;
    let first = link(&mailbox.next().await, shop.base());
    shop.clock().advance(HOUR * 48);
    let mut carol = browser(&shop);
    assert_eq!(carol.open(&first).await.status, StatusCode::NOT_FOUND, "two days are over");
    let again = ("/auth/confirmation/new", [("email", "Carol@Example.com")]);
    assert_eq!(carol.fill(again.0, again.0, &again.1).await.status, StatusCode::OK);
    let second = link(&mailbox.next().await, shop.base());
    assert_eq!(carol.open(&second).await.status, StatusCode::OK);
    shop.clock().advance(HOUR * 24 * 7);
    shop.settle().await;
    assert_eq!(users::find(&shop.app().read().unwrap(), "carol").unwrap(), None);
    assert_eq!(join(&shop, &[]).await.status, StatusCode::OK, "name and address are free again");
}

#[tokio::test]
async fn a_new_password_comes_by_mail_once_and_ends_what_was_open() {
    let (shop, mut mailbox) = with_mail("open").await;
    let alice = shop.member("alice").await;
    let mut open = browser(&shop);
    open.sign_in("alice", PASSWORD).await;
    let mut forgot = browser(&shop);
    let ask = "/auth/password/new";
    let unknown = forgot.fill(ask, ask, &[("email", "nobody@example.org")]).await;
    let known = forgot.fill(ask, ask, &[("email", "alice@example.org")]).await;
    assert_eq!((unknown.status, &unknown.text), (known.status, &known.text), "the answer tells nothing");
    let mail = mailbox.next().await;
    assert!(mailbox.is_empty());
    let address = link(&mail, shop.base());
    let edit = "/auth/password/edit";
    assert_eq!(
        forgot.fill(&address, edit, &[("password", "short")]).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    assert_eq!(forgot.fill(&address, edit, &[("password", "brand new one")]).await.status, StatusCode::OK);
    assert_eq!(forgot.open(&address).await.status, StatusCode::NOT_FOUND, "used up");
    assert!(forgot.sign_in("alice", PASSWORD).await.location().is_empty(), "the old password is dead");
    assert_eq!(forgot.sign_in("alice", "brand new one").await.location(), "/home");
    assert_eq!(open.open("/auth/sign_in").await.status, StatusCode::OK, "the open browser is signed out");
    assert_eq!(alice.get("/api/v1/apps/verify_credentials").await.error(401), "The access token was revoked");
}

#[tokio::test]
async fn links_to_a_new_password_end_after_six_hours() {
    let (shop, mut mailbox) = with_mail("open").await;
    shop.member("alice").await;
    let mut forgot = browser(&shop);
    forgot.fill("/auth/password/new", "/auth/password/new", &[("email", "alice@example.org")]).await;
    let address = link(&mailbox.next().await, shop.base());
    shop.clock().advance(HOUR * 5);
    assert_eq!(forgot.open(&address).await.status, StatusCode::OK);
    shop.clock().advance(HOUR);
    assert_eq!(forgot.open(&address).await.status, StatusCode::NOT_FOUND);
}
