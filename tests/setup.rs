//! The first run: one link, one owner.

use std::time::Duration;

use reqwest::StatusCode;
use shop::features::users::{self, table::Role, table::USERS};
use shop::features::{accounts, instance};

use crate::support::Shop;
use crate::support::browser::Browser;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn link(shop: &Shop) -> String {
    let link = users::setup_link(shop.app()).await.unwrap().expect("the server has no owner yet");
    link.strip_prefix(shop.app().config.base_url()).unwrap().to_owned()
}

const GOOD: [(&str, &str); 4] = [
    ("title", "Bees & <b>Co</b>"),
    ("username", "queen"),
    ("email", "queen@example.com"),
    ("password", "long enough"),
];

#[tokio::test]
async fn the_link_makes_the_owner_names_the_community_and_signs_in() {
    let shop = Shop::start().await;
    let mut browser = Browser::new(shop.app().config.base_url());
    let link = link(&shop).await;
    let done = browser.fill(&link, "/setup", &GOOD).await;
    assert_eq!((done.status, done.location()), (StatusCode::FOUND, "/home"), "{}", done.text);
    assert!(browser.cookies.contains_key("shop_session"));

    let store = shop.app().read().unwrap();
    let community = instance::get(&store).unwrap();
    assert_eq!(community.title, "Bees & <b>Co</b>");
    let owner = accounts::find_handle(&store, "queen", None).unwrap().unwrap();
    assert_eq!(community.contact, Some(owner.id));
    assert_eq!(community.contact_email, "", "the owner's own address is published nowhere");
    let user = USERS.get(&store, &owner.id).unwrap().unwrap();
    assert_eq!((user.role, user.approved, user.confirmed_at.is_some()), (Role::Owner, true, true));

    // The link is used up, there is no other, and the name of the community is shown as text.
    assert_eq!(browser.open(&link).await.status, StatusCode::NOT_FOUND);
    assert_eq!(users::setup_link(shop.app()).await.unwrap(), None);
    let page = Browser::new(shop.app().config.base_url()).open("/auth/sign_in").await;
    assert!(page.text.contains("Bees &#38; &#60;b&#62;Co"), "{}", page.text);
}

#[tokio::test]
async fn the_contact_address_is_published_only_when_it_is_given() {
    let shop = Shop::start().await;
    let mut browser = Browser::new(shop.app().config.base_url());
    let link = link(&shop).await;
    let page = browser.open(&link).await.text;
    assert!(page.contains("Everybody sees it; leave it empty to publish none."), "{page}");
    let fields = [&GOOD[..], &[("contact_email", " staff@example.com ")]].concat();
    assert_eq!(browser.fill(&link, "/setup", &fields).await.status, StatusCode::FOUND);
    let shown = shop.anon().get("/api/v2/instance").await.ok();
    assert_eq!(shown["contact"]["email"], "staff@example.com");
    let about = shop.anon().get("/about").await.text();
    assert!(about.contains("staff@example.com") && !about.contains("queen@example.com"), "{about}");
}

#[tokio::test]
async fn a_wrong_an_old_or_a_replaced_link_opens_nothing() {
    let shop = Shop::start().await;
    let mut browser = Browser::new(shop.app().config.base_url());
    for wrong in ["/setup", "/setup?token=", "/setup?token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        assert_eq!(browser.open(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
    }
    let first = link(&shop).await;
    let second = link(&shop).await;
    assert_eq!(browser.open(&first).await.status, StatusCode::NOT_FOUND, "a new start makes a new link");
    assert_eq!(browser.open(&second).await.status, StatusCode::OK);
    shop.clock().advance(DAY);
    assert_eq!(browser.open(&second).await.status, StatusCode::NOT_FOUND, "a day is over");
}

#[tokio::test]
async fn what_is_wrong_is_said_beside_its_field_and_changes_nothing() {
    let shop = Shop::start().await;
    let mut browser = Browser::new(shop.app().config.base_url());
    let link = link(&shop).await;
    for (field, bad, words) in [
        ("title", " ", "Name of the community is missing"),
        ("username", "not a name", "letters, digits and underscores"),
        ("username", "", "Username is missing"),
        ("email", "queen", "is not an e-mail address"),
        ("password", "short", "is too short"),
        ("contact_email", "the staff", "This is not an e-mail address"),
    ] {
        let mut fields = GOOD.to_vec();
        fields.push((field, bad));
        let page = browser.fill(&link, "/setup", &fields).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}={bad}");
        assert!(page.text.contains(words), "{field}={bad}: {}", page.text);
    }
    assert!(!users::has_owner(&shop.app().read().unwrap()).unwrap());
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let shop = Shop::start().await;
    let mut browser = Browser::new(shop.app().config.base_url());
    let link = link(&shop).await;
    let token = link.split_once('=').unwrap().1.to_owned();
    let mut fields = GOOD.to_vec();
    fields.push(("token", &token));
    assert_eq!(browser.post("/setup", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The secret of one browser is worth nothing in another.
    let csrf = Browser::new(shop.app().config.base_url()).open(&link).await.hidden("/setup")["csrf"].clone();
    browser.open(&link).await;
    fields.push(("csrf", &csrf));
    assert_eq!(browser.post("/setup", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!users::has_owner(&shop.app().read().unwrap()).unwrap());
}
