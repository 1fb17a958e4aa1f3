//! Collections: lists of accounts that somebody shows, and the say that everybody in them has.

use std::time::Duration;

use serde_json::{Value, json};

use crate::departures::delete;
use crate::support::{Answer, Person, Shop};
use crate::suspension::suspend;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A member who agrees to be in collections.
async fn open(shop: &Shop, name: &str) -> Person {
    let person = shop.member(name).await;
    person.patch("/api/v1/accounts/update_credentials", json!({ "discoverable": true })).await.ok();
    person
}

fn draft() -> Value {
    json!({ "name": "People", "sensitive": false, "discoverable": true })
}

/// A collection with these accounts, as its owner sees it.
async fn made(owner: &Person, members: &[&Person]) -> Value {
    let mut body = draft();
    body["account_ids"] = members.iter().map(|member| json!(member.id)).collect();
    owner.post("/api/v1/collections", body).await.ok()["collection"].clone()
}

fn id(collection: &Value) -> &str {
    collection["id"].as_str().unwrap()
}

fn path(collection: &Value) -> String {
    format!("/api/v1/collections/{}", id(collection))
}

/// Who is in a collection, as `viewer` sees it.
async fn members(viewer: &Person, collection: &Value) -> Vec<String> {
    let shown = viewer.get(&path(collection)).await.ok();
    let items = shown["collection"]["items"].as_array().unwrap();
    assert_eq!(shown["collection"]["item_count"], items.len());
    items.iter().map(|item| item["account_id"].as_str().unwrap().to_owned()).collect()
}

/// The codes of a refusal, by field.
fn problems(answer: &Answer) -> Vec<(String, String)> {
    assert_eq!(answer.status(), 422, "{}", answer.text());
    let error = answer.json()["error"].clone();
    assert!(error["error"].as_str().unwrap().starts_with("Validation failed: "), "{error}");
    let details = error["details"].as_object().unwrap().clone();
    let code = |list: &Value| list[0]["error"].as_str().unwrap().to_owned();
    details.iter().map(|(field, list)| (field.clone(), code(list))).collect()
}

#[tokio::test]
async fn a_collection_is_made_shown_changed_and_deleted() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, open(&shop, "bob").await);
    let body = json!({
        "name": " Cat  people ", "description": "who feeds them", "language": "en", "sensitive": "0",
        "discoverable": true, "tag_name": "#Cats", "account_ids": [bob.id, bob.id],
    });
    let collection = alice.post("/api/v1/collections", body).await.ok()["collection"].clone();
    let mut expected = json!({
        "id": collection["id"], "account_id": alice.id,
        "url": format!("{}/collections/{}", shop.base(), id(&collection)),
        "uri": format!("{}/ap/users/{}/collections/{}", shop.base(), alice.id, id(&collection)),
        "name": "Cat people", "description": "who feeds them", "language": "en", "local": true,
        "sensitive": false, "discoverable": true, "item_count": 1,
        "created_at": collection["created_at"], "updated_at": collection["created_at"],
        "tag": { "name": "Cats", "url": format!("{}/tags/cats", shop.base()) },
        "items": [{
            "id": collection["items"][0]["id"], "state": "accepted", "account_id": bob.id,
            "created_at": collection["items"][0]["created_at"],
        }],
    });
    assert_eq!(collection, expected);
    let shown = shop.anon().get(&path(&collection)).await.ok();
    assert_eq!(shown["collection"], expected);
    let accounts: Vec<_> = shown["accounts"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    assert_eq!(accounts, [&json!(alice.id), &json!(bob.id)], "the owner first");

    shop.clock().advance(DAY);
    let change =
        json!({ "name": "Cats", "description": null, "language": "", "tag_name": "", "sensitive": true });
    let changed = alice.put(&path(&collection), change).await.ok()["collection"].clone();
    for (key, value) in [
        ("name", json!("Cats")),
        ("description", json!(null)),
        ("language", json!(null)),
        ("tag", json!(null)),
        ("sensitive", json!(true)),
        ("updated_at", changed["updated_at"].clone()),
    ] {
        expected[key] = value;
    }
    assert_eq!(changed, expected);
    assert_ne!(changed["updated_at"], changed["created_at"]);
    let same = alice.patch(&path(&collection), json!({ "name": "Cats" })).await.ok();
    assert_eq!(same["collection"]["updated_at"], changed["updated_at"], "nothing has changed");
    let gone = alice.delete(&path(&collection)).await;
    assert_eq!((gone.status(), gone.text().as_str()), (200, ""));
    alice.get(&path(&collection)).await.error(404);
    alice.delete(&path(&collection)).await.error(404);
}

#[tokio::test]
async fn what_is_beyond_the_limits_is_refused_by_its_field() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let with = |key: &str, value: Value| {
        let mut body = draft();
        body[key] = value;
        body
    };
    for (body, field, code) in [
        (with("name", json!(" \n ")), "name", "ERR_BLANK"),
        (with("name", json!(null)), "name", "ERR_BLANK"),
        (with("name", json!(["x"])), "name", "ERR_BLANK"),
        (with("name", json!("é".repeat(41))), "name", "ERR_TOO_LONG"),
        (with("description", json!("é".repeat(101))), "description", "ERR_TOO_LONG"),
        (with("language", json!("klingonese")), "language", "ERR_INVALID"),
        (with("tag_name", json!("no tag!")), "tag_name", "ERR_UNUSABLE"),
        (with("tag_name", json!("x".repeat(5_000) + "!")), "tag_name", "ERR_UNUSABLE"),
        (with("sensitive", json!("")), "sensitive", "ERR_INCLUSION"),
        (with("discoverable", json!(null)), "discoverable", "ERR_INCLUSION"),
        (
            with("account_ids", (1..=26).map(|id| json!(id.to_string())).collect()),
            "collection_items",
            "ERR_TOO_MANY",
        ),
    ] {
        let answer = alice.post("/api/v1/collections", body).await;
        assert_eq!(problems(&answer), [(field.to_owned(), code.to_owned())]);
    }
    let nothing = problems(&alice.post("/api/v1/collections", json!({})).await);
    let fields: Vec<&str> = nothing.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["name", "sensitive", "discoverable"]);
    for bad in ["7", "no-id", ""] {
        alice.post("/api/v1/collections", with("account_ids", json!([bad]))).await.error(404);
    }
    let whole = with("name", json!("é".repeat(40)));
    for _ in 0..10 {
        alice.post("/api/v1/collections", whole.clone()).await.ok();
    }
    let answer = alice.post("/api/v1/collections", whole).await;
    assert_eq!(problems(&answer), [("base".to_owned(), "ERR_TOO_MANY".to_owned())]);
    let mine = alice.get(&format!("/api/v1/accounts/{}/collections", alice.id)).await.ok();
    let first = mine["collections"][0].clone();
    for change in [json!({ "name": "" }), json!({ "language": "xx-nope" }), json!({ "tag_name": "!" })] {
        problems(&alice.patch(&path(&first), change).await);
    }
    assert_eq!(alice.get(&path(&first)).await.ok()["collection"], first, "nothing has changed");
}

#[tokio::test]
async fn only_who_agrees_is_put_in_and_only_once() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, open(&shop, "bob").await);
    let (shy, locked) = (shop.member("shy").await, open(&shop, "locked").await);
    locked.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    let collection = made(&alice, &[]).await;
    let items = format!("{}/items", path(&collection));
    let add = async |who: &Person| alice.post(&items, json!({ "account_id": who.id })).await;

    let item = add(&bob).await.ok()["collection_item"].clone();
    assert_eq!((&item["state"], &item["account_id"]), (&json!("accepted"), &json!(bob.id)));
    assert!(add(&bob).await.error(422).contains("taken"));
    add(&shy).await.error(403);
    add(&locked).await.error(403);
    alice.follows(&locked).await;
    add(&locked).await.error(403);
    locked.post(&format!("/api/v1/follow_requests/{}/authorize", alice.id), json!({})).await.ok();
    add(&locked).await.ok();
    let eve = open(&shop, "eve").await;
    eve.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    add(&eve).await.error(403);
    let mut body = draft();
    body["account_ids"] = json!([bob.id, shy.id]);
    alice.post("/api/v1/collections", body).await.error(403);
    let mine = alice.get(&format!("/api/v1/accounts/{}/collections", alice.id)).await.ok();
    assert_eq!(mine["collections"].as_array().unwrap().len(), 1, "nothing was made");

    alice.post(&items, json!({})).await.error(422);
    alice.post(&items, json!({ "account_id": "" })).await.error(422);
    alice.post(&items, json!({ "account_id": "7" })).await.error(404);
    alice.post(&items, json!({ "account_id": "x" })).await.error(404);
    for (who, status) in [(&bob, 403), (&shop.anon(), 401)] {
        who.post(&items, json!({ "account_id": bob.id })).await.error(status);
        who.patch(&path(&collection), json!({ "name": "mine" })).await.error(status);
        who.delete(&path(&collection)).await.error(status);
        who.delete(&format!("{items}/{}", item["id"].as_str().unwrap())).await.error(status);
    }
    for number in 0..23 {
        add(&open(&shop, &format!("member{number}")).await).await.ok();
    }
    assert!(add(&open(&shop, "late").await).await.error(422).contains("maximum is 25"));
    assert_eq!(members(&shop.anon(), &collection).await.len(), 25);
}

#[tokio::test]
async fn who_is_shown_may_take_that_back_and_the_owner_may_take_it_away() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, open(&shop, "bob").await, open(&shop, "carol").await);
    let collection = made(&alice, &[&bob, &carol]).await;
    let item = |at: usize| collection["items"][at]["id"].as_str().unwrap().to_owned();
    let place = |at: usize| format!("{}/items/{}", path(&collection), item(at));
    for (who, status) in [(&alice, 403), (&carol, 403), (&shop.anon(), 401)] {
        who.post(&format!("{}/revoke", place(0)), json!({})).await.error(status);
    }
    for bad in ["7", "x", id(&collection)] {
        bob.post(&format!("{}/items/{bad}/revoke", path(&collection)), json!({})).await.error(404);
        bob.post(&format!("/api/v1/collections/{bad}/items/{}/revoke", item(0)), json!({})).await;
        alice.delete(&format!("{}/items/{bad}", path(&collection))).await.error(404);
    }
    let revoked = bob.post(&format!("{}/revoke", place(0)), json!({})).await;
    assert_eq!((revoked.status(), revoked.text().as_str()), (200, ""));
    assert_eq!(members(&alice, &collection).await, [carol.id.as_str()]);
    // For a day nobody can be put in again against their word.
    let items = format!("{}/items", path(&collection));
    alice.post(&items, json!({ "account_id": bob.id })).await.error(422);
    shop.settle().await;
    shop.clock().advance(DAY + Duration::from_secs(1));
    shop.settle().await;
    bob.post(&format!("{}/revoke", place(0)), json!({})).await.error(404);
    alice.post(&items, json!({ "account_id": bob.id })).await.ok();
    assert_eq!(alice.delete(&place(1)).await.status(), 200);
    alice.delete(&place(1)).await.error(404);
    assert_eq!(members(&alice, &collection).await, [bob.id.as_str()]);
}

#[tokio::test]
async fn everybody_sees_what_they_may_see() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (shop.member("alice").await, open(&shop, "bob").await, open(&shop, "carol").await);
    let listed = made(&alice, &[&bob, &carol]).await;
    let mut body = draft();
    body["discoverable"] = json!(false);
    let unlisted = alice.post("/api/v1/collections", body).await.ok()["collection"].clone();
    let of_alice = format!("/api/v1/accounts/{}/collections", alice.id);
    let ids = |answer: &Answer| -> Vec<String> {
        answer.ok()["collections"].as_array().unwrap().iter().map(|one| id(one).to_owned()).collect()
    };
    assert_eq!(ids(&alice.get(&of_alice).await), [id(&unlisted), id(&listed)]);
    for who in [&bob, &shop.anon()] {
        assert_eq!(ids(&who.get(&of_alice).await), [id(&listed)]);
        who.get(&path(&unlisted)).await.ok();
    }
    let first = alice.get(&format!("{of_alice}?limit=1")).await;
    assert_eq!(ids(&first), [id(&unlisted)]);
    let next = first.link("next").unwrap();
    assert!(next.ends_with("limit=1&offset=1"), "{next}");
    assert_eq!(ids(&alice.get(&next).await), [id(&listed)]);
    for bad in ["limit=-1", "offset=-1"] {
        alice.get(&format!("{of_alice}?{bad}")).await.error(400);
    }
    assert_eq!(ids(&alice.get(&format!("{of_alice}?offset=99999999999")).await), [""; 0]);
    shop.anon().get("/api/v1/accounts/7/collections").await.error(404);

    let shows_carol = format!("/api/v1/accounts/{}/in_collections", carol.id);
    assert_eq!(ids(&carol.get(&shows_carol).await), [id(&listed)]);
    bob.get(&shows_carol).await.error(403);
    shop.anon().get(&shows_carol).await.error(401);
    carol.get("/api/v1/accounts/7/in_collections").await.error(404);

    // Whom one blocks one does not see there; who is blocked sees nothing, and is in it no more.
    bob.post(&format!("/api/v1/accounts/{}/block", carol.id), json!({})).await.ok();
    assert_eq!(members(&bob, &listed).await, [bob.id.as_str()]);
    assert_eq!(members(&shop.anon(), &listed).await.len(), 2);
    alice.post(&format!("/api/v1/accounts/{}/block", carol.id), json!({})).await.ok();
    carol.get(&path(&listed)).await.error(403);
    assert_eq!(ids(&carol.get(&of_alice).await), [""; 0]);
    assert_eq!(ids(&carol.get(&shows_carol).await), [""; 0]);
    assert_eq!(members(&alice, &listed).await, [bob.id.as_str()]);
    bob.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    assert_eq!(members(&alice, &listed).await, [""; 0]);
}

#[tokio::test]
async fn suspension_hides_and_deletion_takes_away() {
    let shop = Shop::start().await;
    let (alice, bob, carol) =
        (open(&shop, "alice").await, open(&shop, "bob").await, shop.member("carol").await);
    let (of_alice, of_carol) = (made(&alice, &[&bob]).await, made(&carol, &[&alice, &bob]).await);
    suspend(&shop, &alice.id, true).await;
    for who in [&bob, &shop.anon()] {
        who.get(&path(&of_alice)).await.error(404);
        let list = who.get(&format!("/api/v1/accounts/{}/collections", alice.id)).await.ok();
        assert_eq!(list, json!({ "collections": [] }));
    }
    assert_eq!(members(&carol, &of_carol).await, [bob.id.as_str()]);
    let shown = bob.get(&format!("/api/v1/accounts/{}/in_collections", bob.id)).await.ok();
    assert_eq!(shown["collections"].as_array().unwrap().len(), 1);
    suspend(&shop, &alice.id, false).await;
    assert_eq!(members(&bob, &of_alice).await, [bob.id.as_str()]);
    assert_eq!(members(&carol, &of_carol).await, [alice.id.as_str(), bob.id.as_str()]);

    delete(&shop, &alice).await;
    bob.get(&path(&of_alice)).await.error(404);
    assert_eq!(members(&carol, &of_carol).await, [bob.id.as_str()]);
    shop.settle().await;
    delete(&shop, &bob).await;
    delete(&shop, &carol).await;
    shop.settle().await;
    let report = shop.app().store.check(&shop::features::catalog()).unwrap();
    assert!(report.is_sound(), "{:?}", report.problems);
    for table in ["collections", "collection_items", "collections_by_owner", "collection_items_by_account"] {
        assert_eq!(report.rows.get(table).copied().unwrap_or(0), 0, "{table}");
    }
}

/// What somebody was told about collections: type, and name of the collection.
async fn told(who: &Person) -> Vec<(String, String)> {
    let list =
        who.get("/api/v1/notifications?types[]=added_to_collection&types[]=collection_update").await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list.as_array()
        .unwrap()
        .iter()
        .map(|one| (text(&one["type"]), text(&one["collection"]["name"])))
        .collect()
}

#[tokio::test]
async fn who_is_shown_is_told_so_and_of_what_changes() {
    let shop = Shop::start().await;
    let (alice, bob) = (open(&shop, "alice").await, open(&shop, "bob").await);
    let collection = made(&alice, &[&bob, &alice]).await;
    made(&alice, &[&bob]).await;
    let added = ("added_to_collection".to_owned(), "People".to_owned());
    assert_eq!(told(&bob).await, [added.clone(), added.clone()]);
    assert!(told(&alice).await.is_empty(), "nobody tells themselves");
    alice.patch(&path(&collection), json!({ "discoverable": false, "language": "de" })).await.ok();
    assert_eq!(told(&bob).await.len(), 2, "that is nobody's business");
    alice.patch(&path(&collection), json!({ "name": "Others" })).await.ok();
    let changed = ("collection_update".to_owned(), "Others".to_owned());
    assert_eq!(told(&bob).await[0], changed);
    for change in [json!({ "description": "x" }), json!({ "tag_name": "cats" }), json!({ "sensitive": true })]
    {
        let before = told(&bob).await.len();
        alice.patch(&path(&collection), change).await.ok();
        assert_eq!(told(&bob).await.len(), before + 1);
    }
    let groups = bob.get("/api/v2/notifications?types[]=added_to_collection").await.ok();
    let group = &groups["notification_groups"][0];
    assert_eq!(group["collection"]["account_id"], json!(alice.id));
    assert!(group.get("fallback").is_none());
    let words = bob.get("/api/v1/notifications?supported_types[]=mention&limit=1").await.ok();
    assert!(words[0]["fallback"]["title"].is_string(), "{words}");
    let known = bob.get("/api/v1/notifications?supported_types[]=collection_update&limit=1").await.ok();
    assert!(known[0].get("fallback").is_none(), "{known}");
    // What is gone is not spoken of any more.
    alice.delete(&path(&collection)).await;
    assert_eq!(told(&bob).await, [added]);
}

#[tokio::test]
async fn the_policy_for_strangers_holds_for_collections() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, open(&shop, "bob").await);
    for (treatment, shown, filtered) in [("drop", 0, 0), ("filter", 0, 1), ("accept", 1, 2)] {
        bob.patch("/api/v2/notifications/policy", json!({ "for_not_following": treatment })).await.ok();
        made(&alice, &[&bob]).await;
        assert_eq!(told(&bob).await.len(), shown, "{treatment}");
        let all = bob.get("/api/v1/notifications?include_filtered=true").await.ok();
        assert_eq!(all.as_array().unwrap().len(), filtered, "{treatment}");
    }
}

#[tokio::test]
async fn accounts_say_who_may_feature_them() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let approval = async |viewer: &Person| {
        viewer.get(&format!("/api/v1/accounts/{}", bob.id)).await.ok()["feature_approval"].clone()
    };
    let told = |automatic: Value, current: &str| json!({ "automatic": automatic, "manual": [], "current_user": current });
    assert_eq!(approval(&alice).await, told(json!([]), "denied"));
    bob.patch("/api/v1/accounts/update_credentials", json!({ "discoverable": true })).await.ok();
    assert_eq!(approval(&alice).await, told(json!(["public"]), "automatic"));
    assert_eq!(approval(&shop.anon()).await, told(json!(["public"]), "denied"));
    alice.follows(&bob).await;
    bob.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    assert_eq!(approval(&alice).await, told(json!(["followers"]), "automatic"));
    assert_eq!(approval(&bob).await, told(json!(["followers"]), "automatic"));
    let carol = shop.member("carol").await;
    assert_eq!(approval(&carol).await, told(json!(["followers"]), "denied"));
    let found = alice.get("/api/v1/accounts/search?q=bob").await.ok();
    assert_eq!(found[0]["feature_approval"]["current_user"], "automatic");
}

#[tokio::test]
async fn the_older_paths_do_the_same_and_say_that_they_end() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, open(&shop, "bob").await);
    let made = alice.post("/api/v1_alpha/collections", draft()).await;
    assert_eq!(made.header("deprecation"), Some("@1781049600"));
    let older = format!("/api/v1_alpha/collections/{}", id(&made.ok()["collection"]));
    let item = alice.post(&format!("{older}/items"), json!({ "account_id": bob.id })).await.ok();
    let item = item["collection_item"]["id"].as_str().unwrap().to_owned();
    alice.patch(&older, json!({ "name": "Others" })).await.ok();
    assert_eq!(shop.anon().get(&older).await.ok()["collection"]["name"], "Others");
    let list = shop.anon().get(&format!("/api/v1_alpha/accounts/{}/collections", alice.id)).await;
    assert_eq!(
        (list.ok()["collections"].as_array().unwrap().len(), list.header("deprecation")),
        (1, Some("@1781049600"))
    );
    bob.get(&format!("/api/v1_alpha/accounts/{}/in_collections", bob.id)).await.ok();
    assert_eq!(bob.post(&format!("{older}/items/{item}/revoke"), json!({})).await.status(), 200);
    assert_eq!(alice.delete(&format!("{older}/items/{item}")).await.status(), 200);
    assert_eq!(alice.delete(&older).await.status(), 200);
    assert!(alice.get("/api/v1/collections/1").await.header("deprecation").is_none());
}

#[tokio::test]
async fn an_address_leads_to_a_collection() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let collection = made(&alice, &[]).await;
    let search = format!("/api/v2/search?q={}", collection["uri"].as_str().unwrap());
    assert_eq!(bob.get(&search).await.ok()["collections"], json!([collection]));
    assert_eq!(bob.get(&format!("{search}&type=accounts")).await.ok()["collections"], json!([]));
    assert_eq!(bob.get(&format!("{search}0")).await.ok()["collections"], json!([]));
    alice.post(&format!("/api/v1/accounts/{}/block", bob.id), json!({})).await.ok();
    assert_eq!(bob.get(&search).await.ok()["collections"], json!([]));
}

#[tokio::test]
async fn guests_read_a_collection_on_a_page() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, open(&shop, "bob").await);
    let mut body = draft();
    body["name"] = json!("Cats <b> & co");
    body["description"] = json!("<script>alert(1)</script>");
    body["account_ids"] = json!([bob.id]);
    let collection = alice.post("/api/v1/collections", body).await.ok()["collection"].clone();
    let page = shop.anon().get(collection["url"].as_str().unwrap()).await;
    assert_eq!((page.status(), page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let text = page.text();
    for part in
        ["Cats &#60;b&#62; &#38; co", "&#60;script&#62;", "@bob", "@alice", "application/activity+json"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("<details>"), "{text}");
    alice.patch(&path(&collection), json!({ "sensitive": true })).await.ok();
    let text = shop.anon().get(collection["url"].as_str().unwrap()).await.text();
    assert!(text.contains("<details>") && text.contains("noindex"), "{text}");
    for bad in ["7", "x", "-1", "99999999999999999999999"] {
        assert_eq!(shop.anon().get(&format!("/collections/{bad}")).await.status(), 404, "{bad}");
    }
    suspend(&shop, &alice.id, true).await;
    assert_eq!(shop.anon().get(collection["url"].as_str().unwrap()).await.status(), 404);
}
