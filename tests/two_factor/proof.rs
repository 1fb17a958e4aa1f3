//! What the second form carries: bound to browser, account, password and time.

use std::time::Duration;

use reqwest::StatusCode;
use shop::features::users::{password, set_password};

use super::{CODE, asked, enter, sign_in, step_on, switched_on};
use crate::oauth::browser;
use crate::support::browser::{Browser, Page};
use crate::support::{PASSWORD, Shop};

/// Posts the second form with this proof, from a page that this browser has opened itself.
async fn with_proof(browser: &mut Browser, proof: &str, code: &str) -> Page {
    let csrf = browser.open("/auth/sign_in").await.hidden("/auth/sign_in")["csrf"].clone();
    browser.post(CODE, &[("csrf", &csrf), ("proof", proof), ("code", code)]).await
}

#[tokio::test]
async fn it_is_good_in_its_browser_for_five_minutes() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    let proof = page.hidden(CODE)["proof"].clone();
    assert!(!proof.contains(PASSWORD) && !page.text.contains(PASSWORD), "{}", page.text);

    let refused = with_proof(&mut browser(&shop), &proof, &phone.next(&shop)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text.contains("That took too long. Please begin again."), "{}", refused.text);
    let form = [("proof", proof.as_str()), ("code", &phone.shows(&shop, 0))];
    assert_eq!(here.post(CODE, &form).await.status, 422, "without the secret of the form");

    shop.clock().advance(Duration::from_secs(4 * 60));
    assert_eq!(with_proof(&mut here, &proof, &phone.next(&shop)).await.location(), "/home");
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    shop.clock().advance(Duration::from_secs(5 * 60));
    let late = enter(&mut here, &page, &phone.shows(&shop, 0)).await;
    assert!(late.location().is_empty() && late.text.contains("That took too long"), "{}", late.text);
    let (_, page) = asked(&shop, "alice", PASSWORD).await;
    assert!(page.hidden(CODE)["proof"] != proof);
}

#[tokio::test]
async fn it_names_its_account_and_cannot_be_made_up() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (phone, _) = switched_on(&shop, &alice).await;
    let (of_bob, _) = switched_on(&shop, &bob).await;
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    let proof = page.hidden(CODE)["proof"].clone();
    let parts: Vec<_> = proof.split('.').collect();
    let later = parts[1].parse::<u64>().unwrap() + 86_400_000;
    step_on(&shop, 1);
    for made_up in [
        String::new(),
        "..".to_owned(),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{}.{}.{}", bob.id, parts[1], parts[2]),
        format!("{}.{later}.{}", parts[0], parts[2]),
        format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
        format!("99999999999999999999.{}.{}", parts[1], parts[2]),
        format!("{}.-1.{}", parts[0], parts[2]),
        here.open("/auth/sign_in").await.hidden("/auth/sign_in")["csrf"].clone(),
        "x".repeat(100_000),
    ] {
        for code in [phone.shows(&shop, 0), of_bob.shows(&shop, 0)] {
            let page = with_proof(&mut here, &made_up, &code).await;
            assert_eq!((page.status, page.location()), (StatusCode::UNPROCESSABLE_ENTITY, ""), "{made_up}");
        }
    }
    let page = with_proof(&mut here, &proof, &of_bob.shows(&shop, 0)).await;
    assert_eq!(page.location(), "", "the code of somebody else");
    assert_eq!(with_proof(&mut here, &proof, &phone.shows(&shop, 0)).await.location(), "/home");
}

#[tokio::test]
async fn another_password_ends_it() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (phone, _) = switched_on(&shop, &alice).await;
    let (mut here, page) = asked(&shop, "alice", PASSWORD).await;
    let hash = password::hash(shop.app(), PASSWORD.to_owned()).await.unwrap();
    let id = alice.id.parse().unwrap();
    shop.app().write(move |tx| set_password(tx, id, hash)).await.unwrap();
    let ended = enter(&mut here, &page, &phone.next(&shop)).await;
    assert!(ended.location().is_empty() && ended.text.contains("begin again"), "{}", ended.text);
    assert_eq!(sign_in(&shop, "alice", &phone.shows(&shop, 0)).await.location(), "/home");
}
