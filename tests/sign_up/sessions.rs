//! Browsers: signing in and out.

use std::time::Duration;

use reqwest::StatusCode;

use super::browser;
use crate::support::{PASSWORD, Shop};

#[tokio::test]
async fn name_or_address_and_password_open_the_door() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    for login in ["alice", "@alice", "ALICE", "alice@example.org", " Alice@Example.org "] {
        assert_eq!(browser(&shop).sign_in(login, PASSWORD).await.location(), "/home", "{login}");
    }
    let wrong = browser(&shop).sign_in("alice", "wrong").await;
    let unknown = browser(&shop).sign_in("nobody", "wrong").await;
    assert_eq!(
        (wrong.status, unknown.status),
        (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY)
    );
    let words = "The address, the name or the password is wrong.";
    assert!(wrong.text.contains(words) && unknown.text.contains(words), "the same answer to both");
    let long = "x".repeat(100_000);
    for (login, password) in [("", ""), ("alice", ""), ("alice", &long), (&long, "x"), ("alice\0", PASSWORD)]
    {
        let page = browser(&shop).sign_in(login, password).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let page = browser(&shop).sign_in("\"><script>alert(1)</script>", "x").await;
    assert!(!page.text.contains("<script>"), "{}", page.text);
}

#[tokio::test]
async fn the_cookie_is_guarded() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let page = browser(&shop).sign_in("alice", PASSWORD).await;
    let cookies: Vec<_> =
        page.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    let session = cookies.iter().find(|cookie| cookie.starts_with("shop_session=")).unwrap();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(session.contains(part), "{session}");
    }
    // Garbage in its place is a guest.
    for garbage in ["", "x", &"A".repeat(43), &"A".repeat(5_000), "ä"] {
        let mut guest = browser(&shop);
        guest.cookies.insert("shop_session".into(), garbage.into());
        assert_eq!(guest.open("/auth/sign_in").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn nobody_is_led_to_another_server() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    for bad in [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/..//evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: shop_session=x",
    ] {
        let fields = [("email", "alice"), ("password", PASSWORD), ("return_to", bad)];
        let mut alice = browser(&shop);
        let page = alice.fill("/auth/sign_in", "/auth/sign_in", &fields).await;
        assert_eq!(page.location(), "/home", "{bad:?}");
        let query =
            url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", bad).finish();
        assert_eq!(alice.open(&format!("/auth/sign_in?{query}")).await.location(), "/home", "{bad:?}");
    }
    let fields = [("email", "alice"), ("password", PASSWORD), ("return_to", "/tags/bees?x=1")];
    let page = browser(&shop).fill("/auth/sign_in", "/auth/sign_in", &fields).await;
    assert_eq!(page.location(), "/tags/bees?x=1");
}

#[tokio::test]
async fn a_form_from_elsewhere_signs_nobody_in_or_out() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let mut guest = browser(&shop);
    let fields = [("email", "alice"), ("password", PASSWORD)];
    assert_eq!(guest.post("/auth/sign_in", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    let other = browser(&shop).open("/auth/sign_in").await.hidden("/auth/sign_in")["csrf"].clone();
    let fields = [("email", "alice"), ("password", PASSWORD), ("csrf", &other)];
    assert_eq!(guest.post("/auth/sign_in", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let mut alice = browser(&shop);
    alice.sign_in("alice", PASSWORD).await;
    assert_eq!(alice.post("/auth/sign_out", &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(alice.open("/auth/sign_in").await.location(), "/home", "still signed in");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server_too() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let mut alice = browser(&shop);
    alice.sign_in("alice", PASSWORD).await;
    let stolen = alice.cookies["shop_session"].clone();
    let csrf = shop.app().read().map(|store| {
        let signed_in = shop::features::oauth::sessions::find(&store, &stolen).unwrap();
        assert!(signed_in.is_some());
        let key = shop::features::instance::get(&store).unwrap().token_secret;
        shop::platform::secret::text(&shop::platform::secret::derive(&key, &[b"csrf", stolen.as_bytes()]))
    });
    let page = alice.post("/auth/sign_out", &[("csrf", &csrf.unwrap())]).await;
    assert_eq!(page.location(), "/");
    assert!(!alice.cookies.contains_key("shop_session"));
    let mut thief = browser(&shop);
    thief.cookies.insert("shop_session".into(), stolen);
    assert_eq!(
        thief.open("/auth/sign_in").await.status,
        StatusCode::OK,
        "the cookie is worth nothing any more"
    );
}

#[tokio::test]
async fn the_eleventh_browser_ends_the_one_unused_longest() {
    let shop = Shop::start().await;
    shop.member("alice").await;
    let mut browsers = Vec::new();
    for _ in 0..11 {
        let mut alice = browser(&shop);
        assert_eq!(alice.sign_in("alice", PASSWORD).await.location(), "/home");
        browsers.push(alice);
        shop.clock().advance(Duration::from_secs(60));
    }
    assert_eq!(browsers[0].open("/auth/sign_in").await.status, StatusCode::OK, "signed out");
    for alice in &mut browsers[1..] {
        assert_eq!(alice.open("/auth/sign_in").await.location(), "/home");
    }
}

#[tokio::test]
async fn too_many_tries_with_one_address_are_stopped() {
    let shop = Shop::start_with("[limits]\nrate = \"on\"\n").await;
    shop.member("alice").await;
    let statuses = {
        let mut guest = browser(&shop);
        let mut statuses = Vec::new();
        // The window of the caller's address ends before it is used up; the one of the e-mail address lasts an hour.
        for tried in 0..60 {
            if tried % 10 == 9 {
                shop.clock().advance(Duration::from_secs(5 * 60));
            }
            statuses.push(guest.sign_in("alice@example.org", "wrong").await.status);
        }
        statuses
    };
    assert_eq!(statuses[0], StatusCode::UNPROCESSABLE_ENTITY);
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}
