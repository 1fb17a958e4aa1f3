//! Accounts over the client API: who am I, changing the profile, looking others up.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

async fn own(member: &Person) -> Value {
    member.get("/api/v1/accounts/verify_credentials").await.ok()
}

#[tokio::test]
async fn a_new_account_has_every_key_that_clients_read() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let me = own(&alice).await;
    assert_eq!(me["username"], "alice");
    assert_eq!(me["acct"], "alice");
    assert!(me["id"].is_string());
    assert!(me["created_at"].as_str().unwrap().ends_with("T00:00:00.000Z"));
    assert_eq!(me["source"]["privacy"], "public");
    assert_eq!(me["source"]["follow_requests_count"], 0);
    assert_eq!(me["role"]["id"], "-99");
    assert_eq!(me["roles"], json!([]));
    for (key, value) in [
        ("note", json!("")),
        ("fields", json!([])),
        ("followers_count", json!(0)),
        ("last_status_at", Value::Null),
    ] {
        assert_eq!(me[key], value, "{key}");
    }
    for absent in ["moved", "suspended", "limited", "memorial"] {
        assert!(me.get(absent).is_none(), "{absent}");
    }
    assert!(me["avatar"].as_str().unwrap().ends_with("/avatars/original/missing.png"));
    assert_eq!(shop.anon().get("/api/v1/accounts/verify_credentials").await.status(), 401);
}

#[tokio::test]
async fn a_profile_is_changed_and_shown_as_html_to_others() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let changed = alice
        .patch(
            "/api/v1/accounts/update_credentials",
            json!({
                "display_name": "Alice <script>",
                "note": "Hi & <b>hello</b> https://example.com/a @alice",
                "locked": true,
                "bot": "1",
                "discoverable": true,
                "fields_attributes": [{"name": "Site", "value": "https://localhost:9"}],
                "source": {"privacy": "unlisted", "sensitive": true, "language": "de"},
            }),
        )
        .await
        .ok();
    assert_eq!(changed["display_name"], "Alice <script>");
    assert_eq!(changed["source"]["note"], "Hi & <b>hello</b> https://example.com/a @alice");
    assert_eq!(changed["source"]["privacy"], "unlisted");
    assert_eq!(changed["source"]["language"], "de");
    let seen = shop.anon().get(&format!("/api/v1/accounts/{}", alice.id)).await.ok();
    let note = seen["note"].as_str().unwrap();
    assert!(note.contains("&lt;b&gt;hello"), "{note}");
    assert!(note.contains("<a href=\"https://example.com/a\""), "{note}");
    assert!(!note.contains("<b>") && !note.contains("<script"), "{note}");
    assert!(seen["fields"][0]["value"].as_str().unwrap().contains("rel=\"nofollow noopener me\""));
    assert_eq!(seen["locked"], true);
    assert_eq!(seen["bot"], true);
    assert!(seen.get("source").is_none());
    let preferences = alice.get("/api/v1/preferences").await.ok();
    assert_eq!(preferences["posting:default:visibility"], "unlisted");
    assert_eq!(preferences["posting:default:sensitive"], true);
}

#[tokio::test]
async fn what_is_not_sent_stays_and_index_keyed_fields_are_read() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let path = "/api/v1/accounts/update_credentials";
    alice.patch(path, json!({"note": "one", "display_name": "A"})).await.ok();
    let fields =
        json!({"fields_attributes": {"1": {"name": "b", "value": "2"}, "0": {"name": "a", "value": "1"}}});
    let changed = alice.patch(path, fields).await.ok();
    assert_eq!(changed["source"]["note"], "one");
    assert_eq!(changed["display_name"], "A");
    assert_eq!(changed["source"]["fields"][0]["name"], "a");
    let emptied = alice.patch(path, json!({"fields_attributes": [], "display_name": ""})).await.ok();
    assert_eq!(emptied["source"]["fields"], json!([]));
    assert_eq!(emptied["display_name"], "");
}

#[tokio::test]
async fn limits_of_a_profile_hold_at_the_edge() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let path = "/api/v1/accounts/update_credentials";
    for (field, most) in [("display_name", 40), ("note", 500), ("avatar_description", 150)] {
        alice.patch(path, json!({field: "ä".repeat(most)})).await.ok();
        let refused = alice.patch(path, json!({field: "ä".repeat(most + 1)})).await;
        let words = refused.error(422);
        assert!(words.starts_with("Validation failed: "), "{words}");
        assert_eq!(refused.json()["details"][field][0]["error"], "ERR_TOO_LONG", "{field}");
    }
    let line = |name: usize, value: usize| json!({"fields_attributes": [{"name": "n".repeat(name), "value": "v".repeat(value)}]});
    alice.patch(path, line(255, 255)).await.ok();
    alice.patch(path, line(256, 1)).await.error(422);
    alice.patch(path, line(1, 256)).await.error(422);
    let many = vec![json!({"name": "n", "value": "v"}); 5];
    alice.patch(path, json!({"fields_attributes": many})).await.error(422);
    let source = json!({"source": {"privacy": "direct"}});
    assert_eq!(alice.patch(path, source).await.json()["details"]["privacy"][0]["error"], "ERR_INCLUSION");
    alice.patch(path, json!({"source": {"language": "klingonese"}})).await.error(422);
    // Values of impossible types are no values.
    let before = own(&alice).await["display_name"].clone();
    alice.patch(path, json!({"display_name": {"x": 1}, "note": [1], "locked": [true]})).await.ok();
    assert_eq!(own(&alice).await["display_name"], before);
    shop.anon().patch(path, json!({"note": "x"})).await.error(401);
}

#[tokio::test]
async fn accounts_are_looked_up_by_number_and_name() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let anon = shop.anon();
    assert_eq!(anon.get("/api/v1/accounts/lookup?acct=ALICE").await.ok()["id"], json!(alice.id));
    let domain = shop.app().config.domain().to_owned();
    let path = format!("/api/v1/accounts/lookup?acct=@bob@{domain}");
    assert_eq!(anon.get(&path).await.ok()["id"], json!(bob.id));
    for bad in ["", "nobody", "bob@elsewhere.example", "bo b", "@", "%00"] {
        anon.get(&format!("/api/v1/accounts/lookup?acct={}", bad.replace(' ', "%20"))).await.error(404);
    }
    for bad in ["0", "x", "-1", "18446744073709551616", "99999999999999999999999999", "1.0"] {
        anon.get(&format!("/api/v1/accounts/{bad}")).await.error(404);
    }
    let two =
        anon.get(&format!("/api/v1/accounts?id[]={}&id[]={}&id[]=7&id[]=x", bob.id, alice.id)).await.ok();
    assert_eq!(two.as_array().unwrap().len(), 2);
    let forty_one: String = (0..41).map(|n| format!("id[]={n}&")).collect();
    anon.get(&format!("/api/v1/accounts?{forty_one}")).await.error(422);
}

#[tokio::test]
async fn nothing_is_featured_and_nobody_endorsed() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let id = &alice.id;
    for path in [format!("/api/v1/accounts/{id}/featured_tags"), "/api/v1/endorsements".to_owned()] {
        assert_eq!(alice.get(&path).await.ok(), json!([]), "{path}");
    }
    alice.get("/api/v1/accounts/12345/featured_tags").await.error(404);
}

#[tokio::test]
async fn staff_wear_a_badge_and_lose_it_with_the_role() {
    use shop::features::users::{self, table::Role};
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let id: shop::platform::ids::AccountId = alice.id.parse().unwrap();
    shop.app().write(move |tx| users::set_role(tx, id, Role::Moderator)).await.unwrap();
    let seen = shop.anon().get(&format!("/api/v1/accounts/{}", alice.id)).await.ok();
    assert_eq!(seen["roles"], json!([{"id": "1", "name": "Moderator", "color": ""}]));
    assert_eq!(own(&alice).await["role"]["name"], "Moderator");
    shop.app().write(move |tx| users::set_role(tx, id, Role::User)).await.unwrap();
    assert_eq!(own(&alice).await["roles"], json!([]));
}
