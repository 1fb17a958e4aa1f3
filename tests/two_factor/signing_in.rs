//! The sign-in with two steps: which codes are good, how often, and where it leads.

use std::time::Duration;

use reqwest::StatusCode;
use shop::features::users::closing;
use shop::features::users::two_factor::{LOCKED_FIRST, WRONG_MOST};

use super::{TWO_FACTOR, asked, enter, is_on, sign_in, step_on, switched_on, with_mail, wrong};
use crate::oauth::{browser, client};
use crate::support::mailbox::link;
use crate::support::{PASSWORD, Shop};

#[tokio::test]
async fn a_code_opens_the_door_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let confirmed = phone.shows(&shop, 0);
    assert_eq!(sign_in(&shop, "alice", &confirmed).await.location(), "", "it has switched it on");

    let code = phone.next(&shop);
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    let spaced = format!("{} {}", &code[..3], &code[3..]);
    assert_eq!(enter(&mut here, &page, &spaced).await.location(), "/home");
    assert!(here.cookies.contains_key("shop_session") && !here.cookies.contains_key("shop_guest"));
    assert_eq!(here.open("/auth/sign_in").await.location(), "/home", "signed in");

    let page = sign_in(&shop, "alice", &code).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text.contains("wrong, or was used before"), "{}", page.text);
    assert_eq!(sign_in(&shop, "alice", &confirmed).await.location(), "", "older than the last");
    step_on(&shop, 2);
    let (late, now, early) = (phone.shows(&shop, -1), phone.shows(&shop, 0), phone.shows(&shop, 1));
    for far in [phone.shows(&shop, -2), phone.shows(&shop, 2), String::new(), wrong(&phone, &shop)] {
        assert_eq!(sign_in(&shop, "alice", &far).await.location(), "", "{far}");
    }
    // A clock may be early or late by one step, and after the early one the others are old.
    assert_eq!(sign_in(&shop, "alice", &late).await.location(), "/home");
    assert_eq!(sign_in(&shop, "alice", &early).await.location(), "/home");
    assert_eq!(sign_in(&shop, "alice", &now).await.location(), "");
}

#[tokio::test]
async fn a_code_that_two_use_at_once_lets_one_in() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let code = phone.next(&shop);
    let pages = futures_util::future::join_all((0..4).map(|_| sign_in(&shop, "alice", &code))).await;
    assert_eq!(pages.iter().filter(|page| page.location() == "/home").count(), 1);
}

#[tokio::test]
async fn each_recovery_code_opens_it_once() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, codes) = switched_on(&shop, &alice).await;
    assert_eq!(sign_in(&shop, "alice", &codes[3]).await.location(), "/home");
    let page = sign_in(&shop, "alice", &codes[3]).await;
    assert!(
        page.location().is_empty() && page.text.contains("<details class=\"card\" open>"),
        "{}",
        page.text
    );
    let loud = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(sign_in(&shop, "alice", &loud).await.location(), "/home");
    assert_eq!(alice.get(TWO_FACTOR).await.ok()["recovery_codes_left"], 8);
    assert_eq!(sign_in(&shop, "alice", &phone.next(&shop)).await.location(), "/home");
    for bad in ["-", "0000-0000-0000-0000", &codes[1][..18], &"0".repeat(100_000), "\"><script>"] {
        let page = sign_in(&shop, "alice", bad).await;
        assert!(page.location().is_empty() && !page.text.contains("<script>"), "{bad}");
    }
}

#[tokio::test]
async fn wrong_codes_lock_the_second_step_for_ever_longer() {
    let (shop, mut mailbox) = with_mail().await;
    let alice = shop.member("alice").await;
    let (phone, codes) = switched_on(&shop, &alice).await;
    assert!(mailbox.next().await.contains("was switched on"));
    let bad = wrong(&phone, &shop);
    // Nine, and a good one between: the counting begins anew.
    for _ in 1..WRONG_MOST {
        assert_eq!(sign_in(&shop, "alice", &bad).await.status, 422);
    }
    assert_eq!(sign_in(&shop, "alice", &phone.next(&shop)).await.location(), "/home");
    for _ in 0..WRONG_MOST {
        assert_eq!(sign_in(&shop, "alice", &wrong(&phone, &shop)).await.status, 422);
    }
    let page = sign_in(&shop, "alice", &phone.next(&shop)).await;
    assert_eq!(page.status, StatusCode::TOO_MANY_REQUESTS, "{}", page.text);
    assert!(page.text.contains("Try again in 10 min."), "{}", page.text);
    assert_eq!(sign_in(&shop, "alice", &codes[0]).await.status, 429, "recovery codes are codes");
    let mail = mailbox.next().await;
    assert!(mail.contains("many wrong codes"), "{mail}");
    assert!(is_on(&alice).await, "who is signed in notices nothing");
    let shop = shop.restart_with(&format!("[mail]\nsmtp_url = \"{}\"\n", mailbox.url)).await;
    assert_eq!(sign_in(&shop, "alice", &codes[0]).await.status, 429, "a new start forgets nothing");

    shop.clock().advance(LOCKED_FIRST);
    for _ in 0..WRONG_MOST {
        assert_eq!(sign_in(&shop, "alice", &wrong(&phone, &shop)).await.status, 422);
    }
    shop.clock().advance(LOCKED_FIRST);
    assert_eq!(sign_in(&shop, "alice", &codes[0]).await.status, 429, "twice as long this time");
    assert!(mailbox.next().await.contains("many wrong codes"));

    // The mail says what to do, and that it helps at once.
    browser(&shop).fill("/auth/password/new", "/auth/password/new", &[("email", "alice@example.org")]).await;
    let reset = link(&mailbox.next().await, shop.base());
    browser(&shop).fill(&reset, "/auth/password/edit", &[("password", "another password")]).await;
    let (mut here, page) = asked(&shop, "alice", "another password").await;
    assert_eq!(enter(&mut here, &page, &codes[0]).await.location(), "/home", "still two steps, and open");
}

#[tokio::test]
async fn the_way_goes_on_to_where_it_was_meant_to_lead() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let mut here = browser(&shop);
    let address = tool.authorize(&[]);
    let to_form = here.open(&address).await.location().to_owned();
    assert!(to_form.starts_with("/auth/sign_in?return_to="), "{to_form}");
    let fields = [("email", "alice"), ("password", PASSWORD)];
    let page = here.fill(&to_form, "/auth/sign_in", &fields).await;
    let page = enter(&mut here, &page, &wrong(&phone, &shop)).await;
    let page = enter(&mut here, &page, &phone.next(&shop)).await;
    assert_eq!(page.location(), address);
    let code = tool.code(&mut here, &[]).await;
    let (status, token) = tool.token(&shop, &[("code", &code)]).await;
    assert_eq!(status, 200, "{token}");

    for bad in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
        let mut form = page.hidden(super::CODE);
        form.insert("return_to".into(), bad.into());
        form.insert("code".into(), phone.next(&shop));
        let form: Vec<_> = form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(here.post(super::CODE, &form).await.location(), "/home", "{bad}");
    }
}

#[tokio::test]
async fn there_is_no_way_in_by_the_password_alone() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    switched_on(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    for login in ["alice", "@ALICE", "alice@example.org"] {
        asked(&shop, login, PASSWORD).await;
        let grant = [("grant_type", "password"), ("username", login), ("password", PASSWORD)];
        let (status, answer) = tool.token(&shop, &grant).await;
        assert_eq!((status, answer["error"].as_str()), (400, Some("unsupported_grant_type")));
    }
    let page = browser(&shop).sign_in("alice", "wrong").await;
    assert!(page.text.contains("The address, the name or the password is wrong."), "asked for no code");
    assert_eq!(browser(&shop).open(super::CODE).await.location(), "/auth/sign_in");
}

#[tokio::test]
async fn who_is_locked_out_between_the_steps_stays_out() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    let id = alice.id.parse().unwrap();
    shop.app().write(move |tx| closing::disable(tx, id, true)).await.unwrap();
    let refused = enter(&mut here, &page, &phone.next(&shop)).await;
    assert!(refused.location().is_empty() && refused.text.contains("disabled"), "{}", refused.text);
    shop.app().write(move |tx| closing::disable(tx, id, false)).await.unwrap();
    shop.clock().advance(Duration::from_secs(60));
    assert_eq!(enter(&mut here, &page, &phone.next(&shop)).await.location(), "/home");
}
