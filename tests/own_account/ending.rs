//! Leaving for good by oneself.

use reqwest::Method;
use serde_json::json;
use shop::features::users::table::Role;

use super::{ACCOUNT, APPLICATIONS, EMAIL, at_a_browser, fault, let_in, works};
use crate::oauth::{browser, client};
use crate::support::peer::Peer;
use crate::support::{Answer, PASSWORD, Person, SCOPES, Shop};

async fn leave(who: &Person, password: &str) -> Answer {
    who.send(who.request(Method::DELETE, ACCOUNT).json(&json!({ "current_password": password }))).await
}

#[tokio::test]
async fn a_deleted_account_is_signed_out_everywhere_and_other_servers_are_told() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let (mut here, at_home) = at_a_browser(&shop, &alice).await;
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut here, "read").await);
    let post = alice.says("my last words").await["id"].as_str().unwrap().to_owned();
    peer.person("dora");
    let actor = format!("{}/ap/users/{}", shop.base(), alice.id);
    peer.send(shop.base(), &peer.activity("dora", "Follow", json!(actor))).await;
    shop.settle().await;

    assert_eq!(leave(&at_home, PASSWORD).await.ok(), json!({}));
    for token in [&at_home, &tool, &alice] {
        assert!(!works(token).await);
    }
    assert_eq!(browser(&shop).sign_in("alice", PASSWORD).await.location(), "");
    shop.settle().await;
    bob.get(&format!("/api/v1/statuses/{post}")).await.error(404);
    bob.get(&format!("/api/v1/accounts/{}", alice.id)).await.error(404);
    let told = peer.received_of("Delete");
    assert!(told.iter().any(|activity| activity["object"] == actor), "{told:?}");
    let report = shop.app().store.check(&shop::features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
}

#[tokio::test]
async fn nobody_is_deleted_by_mistake() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let (mut here, at_home) = at_a_browser(&shop, &alice).await;
    for wrong in ["", "wrong", &"x".repeat(2_000)] {
        assert_eq!(fault(&leave(&at_home, wrong).await, "current_password"), "ERR_INVALID");
    }
    assert_eq!(fault(&at_home.delete(ACCOUNT).await, "current_password"), "ERR_INVALID");
    let tool = client(&shop, "read write").await;
    let tool = alice.with_token(&let_in(&shop, &tool, &mut here, "read write").await);
    leave(&tool, PASSWORD).await.error(403);
    leave(&shop.anon(), PASSWORD).await.error(401);
    leave(&alice.with_token(&shop.token(&alice, "read").await), PASSWORD).await.error(403);
    assert!(works(&at_home).await);

    let olga = shop.person("olga", Role::Owner, SCOPES).await;
    assert_eq!(olga.get(EMAIL).await.ok()["can_delete"], false);
    assert!(leave(&olga, PASSWORD).await.error(422).contains("owner"));
    assert!(works(&olga).await);
    assert!(!olga.get(APPLICATIONS).await.ids().is_empty());
}
