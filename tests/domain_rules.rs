//! Rules about other servers over HTTP: who may set them, what is refused, and the list that others may see.

use serde_json::{Value, json};
use shop::features::users::table::Role;

use crate::support::{Person, Shop};

/// What somebody who looks after other servers signs in with.
pub const STAFF: &str = "read write admin:read admin:write";

/// Sets a rule and gives its id.
pub async fn rule(admin: &Person, domain: &str, terms: Value) -> String {
    let mut body = json!({ "domain": domain });
    body.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
    admin.post("/api/v1/admin/domain_blocks", body).await.ok()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_rule_is_made_changed_listed_and_lifted() {
    let shop = Shop::start().await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let made = json!({ "domain": " Bücher.Example. ", "severity": "suspend", "reject_media": true,
        "private_comment": "spam", "public_comment": "", "obfuscate": "true" });
    let made = admin.post("/api/v1/admin/domain_blocks", made).await.ok();
    assert_eq!(made["domain"], "xn--bcher-kva.example");
    assert_eq!((&made["severity"], &made["reject_media"]), (&json!("suspend"), &json!(true)));
    assert_eq!((&made["reject_reports"], &made["obfuscate"]), (&json!(false), &json!(true)));
    assert_eq!((&made["private_comment"], &made["public_comment"]), (&json!("spam"), &Value::Null));
    assert_eq!(made["digest"].as_str().unwrap().len(), 64);
    let path = format!("/api/v1/admin/domain_blocks/{}", made["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.ok(), made);

    let changed = admin.put(&path, json!({ "severity": "noop", "reject_reports": true })).await.ok();
    assert_eq!((&changed["severity"], &changed["reject_reports"]), (&json!("noop"), &json!(true)));
    assert_eq!(changed["reject_media"], true, "what is not told stays");
    let changed = admin.patch(&path, json!({ "private_comment": " ", "reject_media": false })).await.ok();
    assert_eq!((&changed["private_comment"], &changed["reject_media"]), (&Value::Null, &json!(false)));

    let later = rule(&admin, "later.example", json!({})).await;
    let all = admin.get("/api/v1/admin/domain_blocks").await.ok();
    assert_eq!(all.as_array().unwrap().len(), 2);
    assert_eq!((&all[0]["id"], &all[0]["severity"]), (&json!(later), &json!("silence")));
    let page = admin.get("/api/v1/admin/domain_blocks?limit=1").await;
    assert_eq!(page.ids(), [later.as_str()]);
    let next = page.link("next").unwrap();
    assert_eq!(admin.get(&next).await.ids(), [made["id"].as_str().unwrap()]);
    let min = format!("/api/v1/admin/domain_blocks?min_id={}", made["id"].as_str().unwrap());
    assert_eq!(admin.get(&min).await.ids(), [later.as_str()]);

    assert_eq!(admin.delete(&path).await.ok(), json!({}));
    admin.get(&path).await.error(404);
    admin.delete(&path).await.error(404);
    admin.put(&path, json!({ "severity": "noop" })).await.error(404);
}

#[tokio::test]
async fn rules_that_make_no_sense_are_refused() {
    let shop = Shop::start().await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let long = "é".repeat(5_001);
    for (body, said) in [
        (json!({}), "can't be blank"),
        (json!({ "domain": "  " }), "can't be blank"),
        (json!({ "domain": "no domain" }), "not a valid domain"),
        (json!({ "domain": "https://evil.example/" }), "not a valid domain"),
        (json!({ "domain": "evil.example/@x" }), "not a valid domain"),
        (json!({ "domain": "a".repeat(300) }), "not a valid domain"),
        (json!({ "domain": ["evil.example"] }), ""),
        (json!({ "domain": shop.domain() }), "not a valid domain"),
        (json!({ "domain": shop.domain().to_uppercase() }), "not a valid domain"),
        (json!({ "domain": "evil.example", "severity": "block" }), "Severity"),
        (json!({ "domain": "evil.example", "public_comment": long }), "too long"),
        (json!({ "domain": "evil.example", "private_comment": long }), "too long"),
    ] {
        let text = admin.post("/api/v1/admin/domain_blocks", body.clone()).await.error(422);
        assert!(text.contains(said), "{body}: {text}");
    }
    for id in ["0", "x", "-1", "18446744073709551616", "99999999999999999999999"] {
        for kind in ["domain_blocks", "domain_allows"] {
            let path = format!("/api/v1/admin/{kind}/{id}");
            admin.get(&path).await.error(404);
            admin.delete(&path).await.error(404);
        }
    }
    admin.get("/api/v1/admin/domain_blocks?max_id=x").await.error(404);
    assert_eq!(admin.get("/api/v1/admin/domain_blocks?limit=0").await.ok(), json!([]));
}

#[tokio::test]
async fn a_rule_that_is_there_stands_in_the_way_of_milder_ones() {
    let shop = Shop::start().await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let held = rule(&admin, "evil.example", json!({ "severity": "suspend" })).await;
    for (domain, severity) in
        [("evil.example", "suspend"), ("evil.example", "noop"), ("a.evil.example", "silence")]
    {
        let body = json!({ "domain": domain, "severity": severity });
        let refused = admin.post("/api/v1/admin/domain_blocks", body).await;
        assert!(refused.error(422).contains("stricter limits on evil.example"));
        assert_eq!(refused.json()["existing_domain_block"]["id"], held);
        assert_eq!(refused.json()["existing_domain_block"]["severity"], "suspend");
    }
    rule(&admin, "b.evil.example", json!({ "severity": "suspend" })).await;
    rule(&admin, "loud.example", json!({ "severity": "silence", "reject_media": true })).await;
    let milder = json!({ "domain": "a.loud.example", "severity": "silence" });
    admin.post("/api/v1/admin/domain_blocks", milder).await.error(422);
    rule(&admin, "a.loud.example", json!({ "severity": "silence", "reject_media": true })).await;
}

#[tokio::test]
async fn only_admins_with_the_right_token_see_and_set_rules() {
    let shop = Shop::start().await;
    let admin = shop.person("root", Role::Admin, STAFF).await;
    let id = rule(&admin, "evil.example", json!({ "severity": "suspend" })).await;
    let moderator = shop.person("mod", Role::Moderator, STAFF).await;
    let member = shop.person("alice", Role::User, STAFF).await;
    let (reads, allows) = ("admin:read:domain_blocks", "admin:read:domain_allows admin:write:domain_allows");
    let reader = admin.with_token(&shop.token(&admin, reads).await);
    let other = admin.with_token(&shop.token(&admin, allows).await);
    for kind in ["domain_blocks", "domain_allows"] {
        let list = format!("/api/v1/admin/{kind}");
        shop.anon().get(&list).await.error(401);
        shop.anon().post(&list, json!({ "domain": "x.example" })).await.error(401);
        for who in [&moderator, &member] {
            assert!(who.get(&list).await.error(403).contains("not allowed"));
            who.post(&list, json!({ "domain": "x.example" })).await.error(403);
            who.delete(&format!("{list}/{id}")).await.error(403);
        }
    }
    let path = format!("/api/v1/admin/domain_blocks/{id}");
    reader.get(&path).await.ok();
    assert!(reader.put(&path, json!({ "severity": "noop" })).await.error(403).contains("scopes"));
    reader.delete(&path).await.error(403);
    reader.get("/api/v1/admin/domain_allows").await.error(403);
    other.get(&path).await.error(403);
    other.get("/api/v1/admin/domain_allows").await.ok();
    shop.app_token("admin:read").await.get(&path).await.error(422);
}

#[tokio::test]
async fn allowed_servers_are_listed_once() {
    let shop = Shop::start().await;
    let admin = shop.person("root", Role::Owner, STAFF).await;
    let one = admin.post("/api/v1/admin/domain_allows", json!({ "domain": "Friend.example" })).await.ok();
    assert_eq!(one["domain"], "friend.example");
    let again = admin.post("/api/v1/admin/domain_allows", json!({ "domain": "friend.example" })).await.ok();
    assert_eq!(one, again);
    admin.post("/api/v1/admin/domain_allows", json!({ "domain": "" })).await.error(422);
    admin.post("/api/v1/admin/domain_allows", json!({ "domain": shop.domain() })).await.error(422);
    let path = format!("/api/v1/admin/domain_allows/{}", one["id"].as_str().unwrap());
    assert_eq!(admin.get(&path).await.ok(), one);
    assert_eq!(admin.get("/api/v1/admin/domain_allows").await.ok(), json!([one]));
    assert_eq!(admin.delete(&path).await.ok(), json!({}));
    admin.delete(&path).await.error(404);
    assert_eq!(admin.get("/api/v1/admin/domain_allows").await.ok(), json!([]));
}

#[tokio::test]
async fn the_list_is_shown_to_whom_the_operator_wants() {
    let list = "/api/v1/instance/domain_blocks";
    let fill = async |shop: &Shop| {
        let admin = shop.person("root", Role::Admin, STAFF).await;
        rule(&admin, "zoo.example", json!({ "severity": "silence", "public_comment": "loud" })).await;
        rule(
            &admin,
            "hateful.example",
            json!({ "severity": "suspend", "obfuscate": true,
            "public_comment": "<b>hate</b>" }),
        )
        .await;
        rule(&admin, "noted.example", json!({ "severity": "noop", "reject_media": true })).await;
        shop.member("alice").await
    };
    let shop = Shop::start().await;
    let alice = fill(&shop).await;
    for who in [&shop.anon(), &alice] {
        who.get(list).await.error(404);
    }
    assert!(!shop.anon().get("/about").await.text().contains("zoo.example"));

    let settings =
        "[federation]\nshow_domain_blocks = \"users\"\nshow_domain_blocks_rationale = \"disabled\"";
    let shop = Shop::start_with(settings).await;
    let alice = fill(&shop).await;
    shop.anon().get(list).await.error(404);
    let seen = alice.get(list).await.ok();
    let shown: Vec<_> =
        seen.as_array().unwrap().iter().map(|rule| rule["domain"].as_str().unwrap()).collect();
    assert_eq!(shown, ["zoo.example", "hate***.****ple"], "the limited first, and nothing of noop");
    assert_eq!((&seen[0]["severity"], &seen[1]["severity"]), (&json!("silence"), &json!("suspend")));
    assert_eq!(seen[0]["comment"], Value::Null);
    assert!(!shop.anon().get("/about").await.text().contains("zoo.example"));

    let settings = "[federation]\nshow_domain_blocks = \"all\"\nshow_domain_blocks_rationale = \"all\"";
    let shop = Shop::start_with(settings).await;
    fill(&shop).await;
    let seen = shop.anon().get(list).await.ok();
    assert_eq!(seen[1]["comment"], "<b>hate</b>");
    let about = shop.anon().get("/about").await.text();
    assert!(about.contains("zoo.example") && about.contains("hate***.****ple"));
    assert!(about.contains("&#60;b&#62;hate") || about.contains("&lt;b&gt;hate"), "comments are text");
    assert!(!about.contains("hateful.example") && !about.contains("noted.example"));
}
