//! Quotes: made, refused, shown by their state, and taken back by the quoted author.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

fn id(status: &Value) -> String {
    status["id"].as_str().unwrap().to_owned()
}

async fn quote(who: &Person, text: &str, of: &Value) -> crate::support::Answer {
    who.post("/api/v1/statuses", json!({ "status": text, "quoted_status_id": of["id"] })).await
}

async fn shown(who: &Person, status: &Value) -> Value {
    who.get(&format!("/api/v1/statuses/{}", id(status))).await.ok()
}

#[tokio::test]
async fn a_quote_shows_the_quoted_post_and_tells_its_author() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = alice.says("worth repeating").await;
    assert_eq!(
        first["quote_approval"],
        json!({ "automatic": ["public"], "manual": [], "current_user": "automatic" })
    );
    let second = quote(&bob, "so true", &first).await.ok();
    assert_eq!(second["quote"]["state"], "accepted");
    assert_eq!(second["quote"]["quoted_status"]["id"], first["id"]);
    let line = "<p class=\"quote-inline\">RE: <a href=";
    assert!(second["content"].as_str().unwrap().starts_with(line), "{}", second["content"]);
    assert_eq!(shown(&alice, &first).await["quotes_count"], 1);
    let told = alice.get("/api/v1/notifications?types[]=quote").await.ok();
    assert_eq!((&told[0]["status"]["id"], &told[0]["account"]["username"]), (&second["id"], &json!("bob")));
    let list = alice.get(&format!("/api/v1/statuses/{}/quotes", id(&first))).await;
    assert_eq!(list.ids(), [id(&second)]);
    shop.anon().get(&format!("/api/v1/statuses/{}/quotes", id(&first))).await.error(401);

    let third = quote(&alice, "a quote of a quote", &second).await.ok();
    let inner = &third["quote"]["quoted_status"]["quote"];
    assert_eq!(inner, &json!({ "state": "accepted", "quoted_status_id": first["id"] }));
    let boost = alice.post(&format!("/api/v1/statuses/{}/reblog", id(&second)), json!({})).await.ok();
    assert_eq!(boost["reblog"]["quote"]["quoted_status"]["id"], first["id"]);
}

#[tokio::test]
async fn a_quote_needs_no_words_and_keeps_its_warning() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let first = alice.says("words").await;
    let bare = quote(&alice, "", &first).await.ok();
    assert!(bare["content"].as_str().unwrap().contains("quote-inline"));
    let body = json!({ "spoiler_text": "careful", "quoted_status_id": first["id"] });
    let warned = alice.post("/api/v1/statuses", body).await.ok();
    assert_eq!((&warned["spoiler_text"], &warned["sensitive"]), (&json!("careful"), &json!(true)));
    let edited = alice
        .put(&format!("/api/v1/statuses/{}", id(&bare)), json!({ "status": "now with words" }))
        .await
        .ok();
    assert_eq!(edited["quote"]["quoted_status"]["id"], first["id"]);
    assert!(edited["content"].as_str().unwrap().ends_with("<p>now with words</p>"));
}

#[tokio::test]
async fn the_policy_decides_who_may_quote() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let body = json!({ "status": "for friends", "quote_approval_policy": "followers" });
    let friends = alice.post("/api/v1/statuses", body).await.ok();
    assert_eq!(shown(&bob, &friends).await["quote_approval"]["current_user"], "denied");
    quote(&bob, "no", &friends).await.error(403);
    bob.follows(&alice).await;
    assert_eq!(shown(&bob, &friends).await["quote_approval"]["current_user"], "automatic");
    quote(&bob, "yes", &friends).await.ok();

    let path = format!("/api/v1/statuses/{}/interaction_policy", id(&friends));
    let closed = alice.put(&path, json!({ "quote_approval_policy": "nobody" })).await.ok();
    assert_eq!(
        closed["quote_approval"],
        json!({ "automatic": [], "manual": [], "current_user": "automatic" })
    );
    quote(&bob, "no more", &friends).await.error(403);
    quote(&alice, "oneself always", &friends).await.ok();
    bob.put(&path, json!({ "quote_approval_policy": "public" })).await.error(403);
    alice.put(&path, json!({ "quote_approval_policy": "everybody" })).await.error(422);
    alice.put(&path, json!({})).await.error(400);
    let bad = json!({ "status": "x", "quote_approval_policy": "sometimes" });
    alice.post("/api/v1/statuses", bad).await.error(422);
}

#[tokio::test]
async fn what_not_everybody_may_see_is_quoted_by_its_author_alone() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    bob.follows(&alice).await;
    let body = json!({ "status": "between us", "visibility": "private", "quote_approval_policy": "public" });
    let private = alice.post("/api/v1/statuses", body).await.ok();
    assert_eq!(private["quote_approval"]["automatic"], json!([]));
    quote(&bob, "look", &private).await.error(403);
    let own = quote(&alice, "again", &private).await.ok();
    assert_eq!(own["visibility"], "private");
    let carol = shop.member("carol").await;
    quote(&carol, "what?", &private).await.error(404);
    let open = alice.says("open").await;
    let direct = json!({ "status": "psst", "visibility": "direct", "quoted_status_id": open["id"] });
    bob.post("/api/v1/statuses", direct).await.error(422);
    let direct = json!({ "status": "@alice psst", "visibility": "direct", "quoted_status_id": open["id"] });
    bob.post("/api/v1/statuses", direct).await.ok();
    let boost = bob.post(&format!("/api/v1/statuses/{}/reblog", id(&open)), json!({})).await.ok();
    quote(&carol, "a boost", &boost).await.error(403);
    for missing in ["1", "x", "99999999999999999999999"] {
        carol
            .post("/api/v1/statuses", json!({ "status": "?", "quoted_status_id": missing }))
            .await
            .error(404);
    }
}

#[tokio::test]
async fn states_follow_what_happens_to_the_quoted_post() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = alice.says("one").await;
    let second = quote(&bob, "two", &first).await.ok();
    let path = format!("/api/v1/statuses/{}/quotes/{}/revoke", id(&first), id(&second));
    bob.post(&path, json!({})).await.error(403);
    let revoked = alice.post(&path, json!({})).await.ok();
    assert_eq!(revoked["quote"], json!({ "state": "revoked", "quoted_status": null }));
    assert_eq!(shown(&alice, &first).await["quotes_count"], 0);
    let again = format!("/api/v1/statuses/{}/quotes/{}/revoke", id(&first), id(&first));
    alice.post(&again, json!({})).await.error(404);

    let third = quote(&bob, "three", &first).await.ok();
    bob.post(&format!("/api/v1/accounts/{}/mute", alice.id), json!({})).await.ok();
    let muted = shown(&bob, &third).await;
    assert_eq!(muted["quote"]["state"], "muted_account");
    assert_eq!(muted["quote"]["quoted_status"]["id"], first["id"]);
    assert_eq!(shown(&shop.anon(), &third).await["quote"]["state"], "accepted");
    alice.put(&format!("/api/v1/statuses/{}", id(&first)), json!({ "status": "one, mended" })).await.ok();
    let told = bob.get("/api/v1/notifications?types[]=quoted_update").await.ok();
    assert_eq!(told, json!([]), "nothing of whom one mutes");
    bob.post(&format!("/api/v1/accounts/{}/unmute", alice.id), json!({})).await.ok();
    alice
        .put(&format!("/api/v1/statuses/{}", id(&first)), json!({ "status": "one, mended again" }))
        .await
        .ok();
    let told = bob.get("/api/v1/notifications?types[]=quoted_update").await.ok();
    assert_eq!(told[0]["status"]["id"], third["id"]);

    alice.delete(&format!("/api/v1/statuses/{}", id(&first))).await.ok();
    assert_eq!(shown(&bob, &third).await["quote"], json!({ "state": "deleted", "quoted_status": null }));
    bob.delete(&format!("/api/v1/statuses/{}", id(&third))).await.ok();
}

#[tokio::test]
async fn blocked_people_neither_quote_nor_are_seen_quoting() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let first = alice.says("mine").await;
    bob.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    quote(&bob, "no", &first).await.error(403);
    alice.post(&format!("/api/v1/accounts/{}/block", bob.id), json!({})).await.ok();
    quote(&bob, "no", &first).await.error(404);
}
