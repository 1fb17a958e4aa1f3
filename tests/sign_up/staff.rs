//! The staff hears of everybody who joins or asks to.

use serde_json::{Value, json};
use shop::features::users::table::Role;
use shop::features::users::{self, approve, set_role};

use super::browser;
use crate::support::mailbox::{Mailbox, link};
use crate::support::{Person, SCOPES, Shop};

async fn join(shop: &Shop, name: &str) {
    let draft = json!({ "username": name, "email": format!("{name}@example.com"), "agreement": true,
        "password": "long enough to be good", "locale": "en", "reason": "please" });
    shop.app_token(SCOPES).await.post("/api/v1/accounts", draft).await.ok();
    shop.settle().await;
}

/// Who has joined, as this person was told.
async fn told(who: &Person) -> Vec<String> {
    let list = who.get("/api/v1/notifications").await.ok();
    let name = |one: &Value| {
        assert_eq!(one["type"], "admin.sign_up");
        assert!(one["group_key"].as_str().unwrap().starts_with("admin.sign_up-"), "{one}");
        one["account"]["acct"].as_str().unwrap().to_owned()
    };
    list.as_array().unwrap().iter().map(name).collect()
}

#[tokio::test]
async fn owners_admins_and_moderators_hear_of_newcomers_and_nobody_else() {
    let shop = Shop::start().await;
    let mut staff = Vec::new();
    for (name, role) in [("olga", Role::Owner), ("adam", Role::Admin), ("mona", Role::Moderator)] {
        staff.push(shop.person(name, role, SCOPES).await);
    }
    let member = shop.member("member").await;
    for person in &staff {
        assert_eq!(told(person).await, [""; 0], "who is made by the staff is no news to it");
    }
    join(&shop, "carol").await;
    for person in &staff {
        assert_eq!(told(person).await, ["carol"], "{}", person.name);
    }
    assert_eq!(member.get("/api/v1/notifications").await.ok(), json!([]));
    let only = staff[0].get("/api/v1/notifications?exclude_types[]=admin.sign_up").await.ok();
    assert_eq!(only, json!([]));

    let mona = staff[2].id.parse().unwrap();
    shop.app().write(move |tx| set_role(tx, mona, Role::User)).await.unwrap();
    let member_id = member.id.parse().unwrap();
    shop.app().write(move |tx| set_role(tx, member_id, Role::Moderator)).await.unwrap();
    join(&shop, "dora").await;
    assert_eq!(told(&staff[2]).await, ["carol"], "no moderator any more");
    assert_eq!(told(&member).await, ["dora"]);
}

#[tokio::test]
async fn a_request_to_join_is_told_once_its_address_is_confirmed() {
    let mut mailbox = Mailbox::start().await;
    let settings = format!("[registrations]\nmode = \"approval\"\n[mail]\nsmtp_url = \"{}\"\n", mailbox.url);
    let shop = Shop::start_with(&settings).await;
    let mona = shop.person("mona", Role::Moderator, SCOPES).await;
    join(&shop, "carol").await;
    assert_eq!(told(&mona).await, [""; 0], "anybody can write down an address");
    let confirm = link(&mailbox.next().await, shop.base());
    assert_eq!(browser(&shop).fill(&confirm, "/auth/confirmation", &[]).await.status, 200);
    assert_eq!(told(&mona).await, ["carol"]);
    browser(&shop).open(&confirm).await;
    let carol = users::find(&shop.app().read().unwrap(), "carol").unwrap().unwrap();
    shop.app().write(move |tx| approve(tx, carol)).await.unwrap();
    assert_eq!(told(&mona).await, ["carol"], "once");
}
