//! Filters: made, changed, matched against every status, as behaviours §10 tells it.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::stream::Stream;
use crate::support::{Person, Shop};

async fn filter(who: &Person, words: &[&str]) -> Value {
    let keywords: Vec<Value> = words.iter().map(|word| json!({ "keyword": word })).collect();
    let body = json!({ "title": "no", "context": ["home", "public"], "keywords_attributes": keywords });
    who.post("/api/v2/filters", body).await.ok()
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn seen(who: &Person, status: &Value) -> Value {
    who.get(&format!("/api/v1/statuses/{}", id(status))).await.ok()["filtered"].clone()
}

#[tokio::test]
async fn a_filter_is_made_changed_and_taken_away() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let made = alice
        .post(
            "/api/v2/filters",
            json!({
                "title": "Spoilers", "context": ["home", "thread"], "filter_action": "blur", "expires_in": 3600,
                "keywords_attributes": [{ "keyword": "finale", "whole_word": false }, { "keyword": "season 3" }],
            }),
        )
        .await
        .ok();
    assert_eq!(made["context"], json!(["home", "thread"]));
    assert_eq!((&made["filter_action"], &made["statuses"]), (&json!("blur"), &json!([])));
    assert!(made["expires_at"].as_str().unwrap().ends_with('Z'));
    assert_eq!(made["keywords"][0]["whole_word"], false);
    assert_eq!(made["keywords"][1]["whole_word"], true);
    let path = format!("/api/v2/filters/{}", id(&made));
    assert_eq!(alice.get(&path).await.ok(), made);
    assert_eq!(alice.get("/api/v2/filters").await.ok(), json!([made]));

    let changed = alice
        .put(
            &path,
            json!({
                "expires_in": "",
                "keywords_attributes": [
                    { "id": made["keywords"][0]["id"], "_destroy": true },
                    { "id": made["keywords"][1]["id"], "keyword": "season 4" },
                    { "keyword": "new", "whole_word": "0" },
                ],
            }),
        )
        .await
        .ok();
    assert_eq!((&changed["title"], &changed["expires_at"]), (&json!("Spoilers"), &Value::Null));
    let words: Vec<_> = changed["keywords"].as_array().unwrap().iter().map(|word| &word["keyword"]).collect();
    assert_eq!(words, ["season 4", "new"]);
    assert_eq!(changed["keywords"][0]["id"], made["keywords"][1]["id"]);

    assert_eq!(alice.delete(&path).await.ok(), json!({}));
    alice.get(&path).await.error(404);
    alice.delete(&path).await.error(404);
}

#[tokio::test]
async fn every_answer_tells_what_a_status_matches() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.follows(&bob).await;
    let filter = filter(&alice, &["Cats"]).await;
    let said = bob.says("I like CATS, and cats").await;
    let other = bob.says("concatsenated").await;
    let shown = seen(&alice, &said).await;
    assert_eq!(shown[0]["keyword_matches"], json!(["CATS"]));
    assert_eq!(shown[0]["status_matches"], Value::Null);
    assert_eq!(shown[0]["filter"]["id"], filter["id"]);
    assert!(shown[0]["filter"].get("keywords").is_none() && shown[0]["filter"].get("statuses").is_none());
    assert_eq!(seen(&alice, &other).await, json!([]));
    assert_eq!(seen(&bob, &said).await, json!([]));
    let anonymous = shop.anon().get(&format!("/api/v1/statuses/{}", id(&said))).await.ok();
    assert!(anonymous.get("filtered").is_none());

    let own = alice.says("my cats").await;
    assert_eq!(own["filtered"].as_array().unwrap().len(), 1, "own posts are filtered as well");
    let boost = bob.post(&format!("/api/v1/statuses/{}/reblog", id(&own)), json!({})).await.ok();
    shop.settle().await;
    let home = alice.get("/api/v1/timelines/home").await.ok();
    let boosted = home.as_array().unwrap().iter().find(|one| one["id"] == boost["id"]);
    let public = alice.get("/api/v1/timelines/public").await.ok();
    assert_eq!(public[0]["filtered"].as_array().unwrap().len(), 1, "whatever the context");
    let boosted =
        boosted.cloned().unwrap_or(alice.get(&format!("/api/v1/statuses/{}", id(&boost))).await.ok());
    assert_eq!(boosted["filtered"][0]["keyword_matches"], json!(["cats"]));
    assert_eq!(boosted["reblog"]["filtered"][0]["keyword_matches"], json!(["cats"]));
}

#[tokio::test]
async fn warnings_polls_and_descriptions_are_searched_too() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    filter(&alice, &["secret", "coffee", "a cat"]).await;
    let warned = bob.post("/api/v1/statuses", json!({ "status": "x", "spoiler_text": "Secret" })).await.ok();
    assert_eq!(seen(&alice, &warned).await[0]["keyword_matches"], json!(["Secret"]));
    let poll = json!({ "status": "x", "poll": { "options": ["tea", "coffee"], "expires_in": 600 } });
    let asked = bob.post("/api/v1/statuses", poll).await.ok();
    assert_eq!(seen(&alice, &asked).await[0]["keyword_matches"], json!(["coffee"]));
    let picture = bob.picture().await;
    let shown = bob.post("/api/v1/statuses", json!({ "status": "x", "media_ids": [picture] })).await.ok();
    assert_eq!(seen(&alice, &shown).await[0]["keyword_matches"], json!(["a cat"]));
    assert_eq!(seen(&alice, &bob.says("nothing of it").await).await, json!([]));
}

#[tokio::test]
async fn a_change_works_at_once_and_an_end_by_itself() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let said = alice.says("one two").await;
    assert_eq!(seen(&alice, &said).await, json!([]));
    let filter = filter(&alice, &["two"]).await;
    assert_eq!(seen(&alice, &said).await.as_array().unwrap().len(), 1);
    let word = format!("/api/v2/filters/keywords/{}", id(&filter["keywords"][0]));
    let changed = alice.put(&word, json!({ "keyword": "three" })).await.ok();
    assert_eq!((&changed["keyword"], &changed["whole_word"]), (&json!("three"), &json!(true)));
    assert_eq!(seen(&alice, &said).await, json!([]));
    let words = format!("/api/v2/filters/{}/keywords", id(&filter));
    let added = alice.form(&words, &[("keyword", "tw"), ("whole_word", "false")]).await.ok();
    assert_eq!(alice.get(&words).await.ok().as_array().unwrap().len(), 2);
    assert_eq!(alice.get(&format!("/api/v2/filters/keywords/{}", id(&added))).await.ok(), added);
    assert_eq!(seen(&alice, &said).await[0]["keyword_matches"], json!(["tw"]));
    alice.put(&format!("/api/v2/filters/{}", id(&filter)), json!({ "expires_in": 60 })).await.ok();
    assert_eq!(seen(&alice, &said).await.as_array().unwrap().len(), 1);
    shop.clock().advance(Duration::from_secs(61));
    assert_eq!(seen(&alice, &said).await, json!([]), "an expired filter matches nothing");
    assert_eq!(alice.get("/api/v2/filters").await.ok().as_array().unwrap().len(), 1, "but is kept");
    assert_eq!(alice.delete(&word).await.ok(), json!({}));
    assert_eq!(alice.get(&words).await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_filter_may_name_posts() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let said = bob.says("hello").await;
    let filter = filter(&alice, &[]).await;
    let path = format!("/api/v2/filters/{}/statuses", id(&filter));
    let named = alice.post(&path, json!({ "status_id": said["id"] })).await.ok();
    assert_eq!(named["status_id"], said["id"]);
    let shown = seen(&alice, &said).await;
    assert_eq!(shown[0]["status_matches"], json!([said["id"]]));
    assert_eq!(shown[0]["keyword_matches"], Value::Null);
    let boost = bob.post(&format!("/api/v1/statuses/{}/reblog", id(&said)), json!({})).await.ok();
    assert_eq!(seen(&alice, &boost).await[0]["status_matches"], json!([said["id"]]));
    assert_eq!(alice.get(&path).await.ok(), json!([named]));
    let one = format!("/api/v2/filters/statuses/{}", id(&named));
    assert_eq!(alice.get(&one).await.ok(), named);
    bob.get(&one).await.error(404);
    bob.delete(&one).await.error(404);

    let again = alice.post(&path, json!({ "status_id": said["id"] })).await.error(422);
    assert_eq!(again, "Validation failed: Status has already been taken");
    let direct = json!({ "status": "for me", "visibility": "direct" });
    let hidden = bob.post("/api/v1/statuses", direct).await.ok();
    let refused = alice.post(&path, json!({ "status_id": hidden["id"] })).await.error(422);
    assert_eq!(refused, "Validation failed: Status is invalid");
    for bad in [json!({}), json!({ "status_id": "x" }), json!({ "status_id": "99999999999999999999999" })] {
        assert_eq!(alice.post(&path, bad).await.error(422), "Validation failed: Status must exist");
    }
    assert_eq!(alice.delete(&one).await.ok(), json!({}));
    assert_eq!(seen(&alice, &said).await, json!([]));

    let other = bob.says("soon gone").await;
    alice.post(&path, json!({ "status_id": other["id"] })).await.ok();
    bob.delete(&format!("/api/v1/statuses/{}", id(&other))).await.ok();
    assert_eq!(alice.get(&path).await.ok(), json!([]), "a deleted post leaves the filter");
}

#[tokio::test]
async fn older_clients_see_a_filter_for_each_keyword() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let fields = [("phrase", "tv"), ("context[]", "home"), ("context[]", "public"), ("irreversible", "true")];
    let made = alice.form("/api/v1/filters", &fields).await.ok();
    assert_eq!(made["context"], json!(["home", "public"]));
    assert_eq!((&made["irreversible"], &made["whole_word"]), (&json!(true), &json!(true)));
    let path = format!("/api/v1/filters/{}", id(&made));
    assert_eq!(alice.get(&path).await.ok(), made);
    let newer = alice.get("/api/v2/filters").await.ok();
    assert_eq!((&newer[0]["title"], &newer[0]["filter_action"]), (&json!("tv"), &json!("hide")));
    assert_eq!(newer[0]["keywords"][0]["id"], made["id"]);

    let changed = alice
        .put(
            &path,
            json!({ "phrase": "radio", "context": ["thread"], "irreversible": false, "expires_in": 60 }),
        )
        .await
        .ok();
    assert_eq!((&changed["phrase"], &changed["irreversible"]), (&json!("radio"), &json!(false)));
    assert!(changed["expires_at"].is_string());

    let words = format!("/api/v2/filters/{}/keywords", id(&newer[0]));
    alice.post(&words, json!({ "keyword": "press" })).await.ok();
    let listed = alice.get("/api/v1/filters").await.ok();
    let phrases: Vec<_> = listed.as_array().unwrap().iter().map(|one| &one["phrase"]).collect();
    assert_eq!(phrases, ["radio", "press"]);
    let refused = alice.put(&path, json!({ "phrase": "radio", "context": ["home"] })).await.error(422);
    assert!(refused.contains("more than one filter keyword"), "{refused}");
    assert_eq!(alice.get(&path).await.ok()["context"], json!(["thread"]), "nothing was changed");
    let word = json!({ "phrase": "radio", "whole_word": false, "context": ["thread"] });
    assert_eq!(alice.put(&path, word).await.ok()["whole_word"], false);

    assert_eq!(alice.delete(&path).await.ok(), json!({}));
    alice.get(&path).await.error(404);
    assert_eq!(alice.get("/api/v1/filters").await.ok().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn bad_filters_are_refused() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let refused = async |body: Value| alice.post("/api/v2/filters", body).await.error(422);
    let home = json!(["home"]);
    assert_eq!(refused(json!({ "context": home })).await, "Validation failed: Title can't be blank");
    assert_eq!(
        refused(json!({ "title": " ", "context": home })).await,
        "Validation failed: Title can't be blank"
    );
    assert_eq!(refused(json!({ "title": "a" })).await, "Validation failed: Context can't be blank");
    assert_eq!(
        refused(json!({ "title": "a", "context": [] })).await,
        "Validation failed: Context can't be blank"
    );
    let context = refused(json!({ "title": "a", "context": ["home", "fridge"] })).await;
    assert_eq!(context, "Validation failed: Context None or invalid context supplied");
    let action = refused(json!({ "title": "a", "context": home, "filter_action": "explode" })).await;
    assert_eq!(action, "Validation failed: Action is not included in the list");
    refused(json!({ "title": "a".repeat(257), "context": home })).await;
    refused(json!({ "title": "a", "context": home, "expires_in": "soon" })).await;
    for word in ["", " ", "ü".repeat(513).as_str()] {
        refused(json!({ "title": "a", "context": home, "keywords_attributes": [{ "keyword": word }] })).await;
    }
    let unknown =
        json!({ "title": "a", "context": home, "keywords_attributes": [{ "id": "5", "keyword": "x" }] });
    alice.post("/api/v2/filters", unknown).await.error(404);
    assert_eq!(alice.get("/api/v2/filters").await.ok(), json!([]), "nothing was kept");

    let longest = json!({
        "title": "ü".repeat(256), "context": home, "expires_in": i64::MAX,
        "keywords_attributes": [{ "keyword": "ü".repeat(512) }],
    });
    let filter = alice.post("/api/v2/filters", longest).await.ok();
    let path = format!("/api/v2/filters/{}", id(&filter));
    assert_eq!(
        alice.put(&path, json!({ "title": "" })).await.error(422),
        "Validation failed: Title can't be blank"
    );
    assert_eq!(
        alice.put(&path, json!({ "context": "" })).await.error(422),
        "Validation failed: Context can't be blank"
    );
    bob.get(&path).await.error(404);
    bob.put(&path, json!({ "title": "mine" })).await.error(404);
    bob.delete(&path).await.error(404);
    bob.get(&format!("/api/v2/filters/keywords/{}", id(&filter["keywords"][0]))).await.error(404);
    bob.post(&format!("{path}/keywords"), json!({ "keyword": "x" })).await.error(404);
    for bad in ["5", "abc", "18446744073709551616"] {
        for route in
            ["/api/v2/filters", "/api/v2/filters/keywords", "/api/v2/filters/statuses", "/api/v1/filters"]
        {
            alice.get(&format!("{route}/{bad}")).await.error(404);
            alice.delete(&format!("{route}/{bad}")).await.error(404);
        }
        alice.put(&format!("/api/v2/filters/{bad}"), json!({ "title": "x" })).await.error(404);
        alice.put(&format!("/api/v1/filters/{bad}"), json!({ "phrase": "x" })).await.error(404);
    }
    alice.post("/api/v1/filters", json!({ "context": home })).await.error(422);
    alice.post("/api/v1/filters", json!({ "phrase": "x" })).await.error(422);
    let many: Vec<Value> = (0..1_001).map(|n| json!({ "keyword": format!("word{n}") })).collect();
    refused(json!({ "title": "a", "context": home, "keywords_attributes": many })).await;
    shop.anon().get("/api/v2/filters").await.error(401);
    let narrow = shop.person("nora", shop::features::users::table::Role::User, "read:statuses").await;
    narrow.get("/api/v2/filters").await.error(403);
}

#[tokio::test]
async fn streams_hear_of_changed_filters_and_carry_matches() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let mut user = Stream::open(&shop, &alice, "stream=user").await;
    filter(&alice, &["cats"]).await;
    let changed = user.next().await;
    assert_eq!((changed.name.as_str(), &changed.payload), ("filters_changed", &json!({})));
    let mut public = Stream::open(&shop, &alice, "stream=public").await;
    bob.says("cats again").await;
    let update = public.next().await;
    assert_eq!(update.payload["filtered"][0]["keyword_matches"], json!(["cats"]));
    assert!(update.payload.get("favourited").is_none(), "public streams carry nobody's marks");
}
