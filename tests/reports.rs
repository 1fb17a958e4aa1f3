//! Reports: made, refused, passed on without a name, and received from other servers.

use serde_json::{Value, json};
use shop::features::users::table::Role;

use crate::support::peer::Peer;
use crate::support::{Person, SCOPES, Shop};

/// What somebody of the staff was told about reports.
async fn told(who: &Person) -> Vec<Value> {
    who.get("/api/v1/notifications?types[]=admin.report").await.ok().as_array().unwrap().clone()
}

#[tokio::test]
async fn a_report_names_posts_and_rules() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    shop.app()
        .write(|tx| shop::features::instance::change(tx, |instance| instance.rules = vec!["Be kind".into()]))
        .await
        .unwrap();
    let post = bob.says("rude words").await;
    let body =
        json!({ "account_id": bob.id, "status_ids": [post["id"]], "comment": " look ", "category": "spam" });
    let report = alice.post("/api/v1/reports", body).await.ok();
    assert_eq!((&report["comment"], &report["category"]), (&json!("look"), &json!("spam")));
    assert_eq!((&report["action_taken"], &report["action_taken_at"]), (&json!(false), &json!(null)));
    assert_eq!((&report["status_ids"], &report["forwarded"]), (&json!([post["id"]]), &json!(false)));
    assert_eq!(report["target_account"]["id"], json!(bob.id));
    let body = json!({ "account_id": bob.id, "rule_ids": ["1"], "category": "spam" });
    let report = alice.post("/api/v1/reports", body).await.ok();
    assert_eq!((&report["category"], &report["rule_ids"]), (&json!("violation"), &json!(["1"])));
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let own = alice.says("mine").await;
    let hidden = json!({ "status": "for followers", "visibility": "private" });
    let hidden = bob.post("/api/v1/statuses", hidden).await.ok();
    for (body, status) in [
        (json!({}), 400),
        (json!({ "account_id": "1" }), 404),
        (json!({ "account_id": "99999999999999999999999" }), 404),
        (json!({ "account_id": bob.id, "status_ids": [own["id"]] }), 404),
        (json!({ "account_id": bob.id, "status_ids": [hidden["id"]] }), 404),
        (json!({ "account_id": bob.id, "status_ids": ["x"] }), 404),
        (json!({ "account_id": bob.id, "comment": "x".repeat(1_001) }), 422),
        (json!({ "account_id": bob.id, "category": "boring" }), 422),
        (json!({ "account_id": bob.id, "rule_ids": ["1"] }), 422),
        (json!({ "account_id": bob.id, "rule_ids": ["0"] }), 422),
    ] {
        alice.post("/api/v1/reports", body.clone()).await.error(status);
    }
    alice.post("/api/v1/reports", json!({ "account_id": bob.id, "comment": "é".repeat(1_000) })).await.ok();
    shop.anon().post("/api/v1/reports", json!({ "account_id": bob.id })).await.error(401);
}

#[tokio::test]
async fn a_forwarded_report_comes_from_the_server_and_names_nobody() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    let bob = peer.person("bob");
    let path = format!("/api/v1/accounts/search?resolve=true&q=bob@{}", peer.domain());
    let found = alice.get(&path).await.ok();
    let body = json!({ "account_id": found[0]["id"], "comment": "spam", "forward": true });
    assert_eq!(alice.post("/api/v1/reports", body.clone()).await.ok()["forwarded"], true);
    let mut kept = body;
    kept["forward"] = json!(false);
    alice.post("/api/v1/reports", kept).await.ok();
    shop.settle().await;
    let flags = peer.received_of("Flag");
    assert_eq!(flags.len(), 1);
    assert_eq!(flags[0]["actor"], json!(format!("{}/actor", shop.base())));
    assert_eq!((&flags[0]["object"], &flags[0]["content"]), (&json!([bob]), &json!("spam")));
    assert!(!flags[0].to_string().contains(&alice.id) && !flags[0].to_string().contains("alice"));
}

#[tokio::test]
async fn a_flag_from_afar_is_kept_once_and_only_for_people_here() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let peer = Peer::start().await;
    peer.person("mod");
    let post = alice.says("hm").await;
    let me = post["account"]["uri"].clone();
    let mut flag = peer.activity("mod", "Flag", json!([me, post["uri"], peer.uri("/u/mod")]));
    flag["content"] = json!("<p>please look</p>");
    for _ in 0..2 {
        assert_eq!(peer.send(shop.base(), &flag).await, 202);
        shop.settle().await;
    }
    let reports = shop::features::reports::table::REPORTS
        .page(&shop.app().read().unwrap(), &shop_storage::Window::all())
        .unwrap();
    assert_eq!(reports.len(), 1);
    let (_, report) = &reports[0];
    assert_eq!((report.target.to_string(), report.comment.as_str()), (alice.id.clone(), "please look"));
    assert_eq!(report.statuses.len(), 1);
}

#[tokio::test]
async fn nothing_is_translated_and_nobody_is_told_otherwise() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let post = alice.says("hallo").await;
    let path = format!("/api/v1/statuses/{}/translate", post["id"].as_str().unwrap());
    alice.post(&path, json!({ "lang": "fr" })).await.error(404);
    shop.anon().post(&path, json!({})).await.error(401);
    assert_eq!(alice.get("/api/v2/instance").await.ok()["configuration"]["translation"]["enabled"], false);
}

#[tokio::test]
async fn the_staff_is_told_once_of_each_account_that_is_reported() {
    let shop = Shop::start().await;
    let owner = shop.person("olga", Role::Owner, SCOPES).await;
    let moderator = shop.person("mona", Role::Moderator, SCOPES).await;
    let (alice, bob, carol) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("carol").await);
    let report = json!({ "account_id": bob.id, "comment": "too loud", "category": "spam" });
    let report = alice.post("/api/v1/reports", report).await.ok();
    for person in [&owner, &moderator] {
        let one = told(person).await.remove(0);
        assert_eq!((&one["type"], &one["account"]["acct"]), (&json!("admin.report"), &json!("alice")));
        assert_eq!(one["report"], report, "as its maker sees it");
        assert!(one["group_key"].as_str().unwrap().starts_with("ungrouped-") && one.get("status").is_none());
    }
    for person in [&alice, &bob, &carol] {
        assert_eq!(person.get("/api/v1/notifications").await.ok(), json!([]));
    }
    carol.post("/api/v1/reports", json!({ "account_id": bob.id })).await.ok();
    assert_eq!(told(&owner).await.len(), 1, "the staff knows of bob already");
    alice.post("/api/v1/reports", json!({ "account_id": carol.id })).await.ok();
    assert_eq!(told(&owner).await.len(), 2, "another account by the same reporter");
    moderator.post("/api/v1/reports", json!({ "account_id": alice.id })).await.ok();
    assert_eq!((told(&owner).await.len(), told(&moderator).await.len()), (3, 2), "one's own is no news");

    let groups = owner.get("/api/v2/notifications").await.ok();
    let last = groups["notification_groups"].as_array().unwrap().last().unwrap().clone();
    assert_eq!((&last["type"], &last["report"]["id"]), (&json!("admin.report"), &report["id"]));
    let unknown = owner.get("/api/v1/notifications?supported_types[]=mention").await.ok();
    assert_eq!(unknown[2]["fallback"]["summary"], "alice reported an account");
    let id = told(&owner).await[2]["id"].as_str().unwrap().to_owned();
    owner.post(&format!("/api/v1/notifications/{id}/dismiss"), json!({})).await.ok();
    assert_eq!(told(&owner).await.len(), 2);
    let carol_id = carol.id.parse().unwrap();
    shop.app().write(move |tx| shop::features::users::closing::delete(tx, carol_id)).await.unwrap();
    shop.settle().await;
    assert!(told(&owner).await.iter().all(|one| one["report"]["target_account"]["acct"] != "carol"));
}

#[tokio::test]
async fn the_staff_hears_of_reports_from_afar() {
    let shop = Shop::start().await;
    let (owner, alice) = (shop.person("olga", Role::Owner, SCOPES).await, shop.member("alice").await);
    let peer = Peer::start().await;
    peer.person("mod");
    let me = alice.says("hm").await["account"]["uri"].clone();
    let mut flag = peer.activity("mod", "Flag", json!([me]));
    flag["content"] = json!("<p>please look</p>");
    for _ in 0..2 {
        assert_eq!(peer.send(shop.base(), &flag).await, 202);
        shop.settle().await;
    }
    let one = told(&owner).await;
    assert_eq!(one.len(), 1);
    assert_eq!(
        (&one[0]["report"]["comment"], &one[0]["account"]["username"]),
        (&json!("please look"), &json!("mod"))
    );
    assert!(told(&alice).await.is_empty());
}
