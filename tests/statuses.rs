//! Posting, reading and deleting statuses.

use serde_json::{Value, json};
use shop::features::statuses::{self, Draft};
use shop::features::users::table::Visibility;

use crate::support::{Person, Shop};

async fn post(who: &Person, body: Value) -> Value {
    who.post("/api/v1/statuses", body).await.ok()
}

fn id(status: &Value) -> &str {
    status["id"].as_str().expect("ids are strings")
}

#[tokio::test]
async fn a_status_has_every_key_of_the_entity() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "Hello #World, @alice", "language": "de" })).await;

    for key in ["id", "created_at", "uri", "url", "content", "spoiler_text", "visibility", "account"] {
        assert!(!status[key].is_null(), "{key}");
    }
    for key in ["in_reply_to_id", "in_reply_to_account_id", "edited_at", "reblog", "card", "poll", "quote"] {
        assert!(
            status.as_object().is_some_and(|map| map.contains_key(key)) && status[key].is_null(),
            "{key}"
        );
    }
    for key in ["favourited", "reblogged", "muted", "bookmarked", "pinned"] {
        assert_eq!(status[key], false, "{key}");
    }
    for key in ["replies_count", "reblogs_count", "favourites_count", "quotes_count"] {
        assert_eq!(status[key], 0, "{key}");
    }
    assert_eq!(status["filtered"], json!([]));
    assert_eq!(status["tagged_collections"], json!([]));
    assert_eq!(status["language"], "de");
    assert_eq!(status["visibility"], "public");
    assert_eq!(status["tags"][0]["name"], "world");
    assert_eq!(status["mentions"][0]["acct"], "alice");
    assert!(status["content"].as_str().expect("html").starts_with("<p>Hello <a href="));
    assert!(status.get("text").is_none());
    assert!(status["application"]["name"].is_string());
    let uri = status["uri"].as_str().expect("uri");
    assert!(uri.ends_with(&format!("/statuses/{}", id(&status))), "{uri}");
    assert!(status["url"].as_str().expect("url").ends_with(&format!("/@alice/{}", id(&status))));

    let seen = shop.anon().get(&format!("/api/v1/statuses/{}", id(&status))).await.ok();
    for key in ["favourited", "reblogged", "muted", "bookmarked", "pinned", "filtered"] {
        assert!(seen.get(key).is_none(), "{key} is not for strangers");
    }
    assert_eq!(seen["content"], status["content"]);
}

#[tokio::test]
async fn the_length_rule_counts_characters_and_links_as_people_do() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    post(&alice, json!({ "status": "é".repeat(500) })).await;
    let link = format!("https://example.com/{}", "x".repeat(2_000));
    post(&alice, json!({ "status": format!("{} {link}", "y".repeat(476)) })).await;
    post(&alice, json!({ "status": "y".repeat(400), "spoiler_text": "z".repeat(100) })).await;

    let words = "Validation failed: Text character limit of 500 exceeded";
    for bad in [
        json!({ "status": "é".repeat(501) }),
        json!({ "status": "y".repeat(401), "spoiler_text": "z".repeat(100) }),
        json!({ "status": format!("{} {link}", "y".repeat(477)) }),
    ] {
        assert_eq!(alice.post("/api/v1/statuses", bad).await.error(422), words);
    }
}

#[tokio::test]
async fn nothing_cannot_be_posted() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for bad in [json!({}), json!({ "status": "" }), json!({ "status": " \n\t " }), json!({ "status": null })]
    {
        let error = alice.post("/api/v1/statuses", bad).await.error(422);
        assert_eq!(error, "Validation failed: Text can't be blank");
    }
    let account = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(account["statuses_count"], 0, "a refused post leaves nothing behind");
}

#[tokio::test]
async fn a_warning_without_text_is_the_text() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let lone = post(&alice, json!({ "spoiler_text": "Only this" })).await;
    assert_eq!(lone["content"], "<p>Only this</p>");
    assert_eq!(lone["spoiler_text"], "");
    assert_eq!(lone["sensitive"], true);
    let both = post(&alice, json!({ "status": "b", "spoiler_text": "a", "sensitive": false })).await;
    assert_eq!(both["spoiler_text"], "a");
    assert_eq!(both["sensitive"], true, "a warning makes it sensitive");
}

#[tokio::test]
async fn blanks_around_a_text_are_not_part_of_it() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "  a\r\nb\n\n" })).await;
    assert_eq!(status["content"], "<p>a<br />b</p>");
    let source = alice.get(&format!("/api/v1/statuses/{}/source", id(&status))).await.ok();
    assert_eq!(source["text"], "a\nb");
}

#[tokio::test]
async fn html_in_a_text_is_text() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "<script>alert(1)</script> & <b>x</b>" })).await;
    let content = status["content"].as_str().expect("html");
    assert!(!content.contains("<script") && !content.contains("<b>"), "{content}");
    assert!(content.contains("&lt;script&gt;") && content.contains("&amp;"), "{content}");
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_their_own_words() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let refused = |body: Value, status: u16| {
        let alice = &alice;
        async move { alice.post("/api/v1/statuses", body).await.error(status) }
    };
    let words = refused(json!({ "status": "x", "visibility": "secret" }), 422).await;
    assert_eq!(words, "Validation failed: Visibility is not included in the list");
    refused(json!({ "status": "x", "in_reply_to_id": "18446744073709551616" }), 404).await;
    refused(json!({ "status": "x", "in_reply_to_id": "12" }), 404).await;
    refused(json!({ "status": "x", "media_ids": ["12"] }), 422).await;
    refused(json!({ "status": "x", "media_ids": ["twelve"] }), 422).await;
    refused(json!({ "status": "x", "quoted_status_id": "12" }), 404).await;
    refused(json!({ "status": "x", "scheduled_at": "tomorrow" }), 422).await;
    let past = post(&alice, json!({ "status": "x", "scheduled_at": "2020-01-01T00:00:00Z" })).await;
    assert_eq!(past["content"], "<p>x</p>", "what should have been posted is posted at once");
}

#[tokio::test]
async fn unknown_languages_fall_back_to_the_persons_own() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = post(&alice, json!({ "status": "x", "language": "klingon-on-stilts" })).await;
    assert_eq!(status["language"], "en");
}

#[tokio::test]
async fn the_same_idempotency_key_gives_the_same_status_for_an_hour() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let author = alice.id.parse().expect("an id");
    let again = || async {
        let draft = Draft { text: "once".into(), idempotency_key: Some("k".into()), ..Draft::default() };
        let posted = shop.app().write(move |tx| statuses::post(tx, author, draft)).await;
        posted.expect("posted").expect("no mention is unexpected")
    };
    let first = again().await;
    assert_eq!(again().await, first);
    let account = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(account["statuses_count"], 1);
    shop.clock().advance(std::time::Duration::from_secs(3_601));
    shop.settle().await;
    assert_ne!(again().await, first);
}

#[tokio::test]
async fn unexpected_mentions_stop_a_post() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let body = json!({ "status": "hi @bob and @nobody", "allowed_mentions": [] });
    let answer = alice.post("/api/v1/statuses", body).await;
    assert_eq!(answer.error(422), "Post would be sent to unexpected accounts");
    let body = json!({ "status": "hi @bob", "allowed_mentions": [bob.id] });
    let status = post(&alice, body).await;
    assert_eq!(status["mentions"][0]["id"], bob.id);
    assert_eq!(status["mentions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn mentions_find_people_here_by_every_form_of_their_name() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let domain = shop.app().config.domain().to_owned();
    let status = post(&alice, json!({ "status": format!("@bob @BOB @bob@{domain} @ghost") })).await;
    assert_eq!(status["mentions"].as_array().map(Vec::len), Some(1));
    assert_eq!(status["mentions"][0]["id"], bob.id);
    assert!(status["content"].as_str().expect("html").contains("@ghost"), "unknown names stay text");

    bob.post(&format!("/api/v1/accounts/{}/block", alice.id), json!({})).await.ok();
    let gone = alice.post(&format!("/api/v1/accounts/{}/block", bob.id), json!({})).await;
    gone.ok();
    let status = post(&alice, json!({ "status": "@bob" })).await;
    assert_eq!(status["mentions"], json!([]), "whom the author blocks is not mentioned");
}

#[tokio::test]
async fn many_statuses_are_read_by_id_in_the_order_asked_for() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut ids = Vec::new();
    for n in 0..3 {
        ids.push(id(&post(&alice, json!({ "status": format!("post {n}") })).await).to_owned());
    }
    let query = format!("/api/v1/statuses?id[]={}&id[]=1&id[]=x&id[]={}", ids[2], ids[0]);
    let read = shop.anon().get(&query).await.ok();
    let read: Vec<_> = read.as_array().expect("a list").iter().map(|status| id(status).to_owned()).collect();
    assert_eq!(read, [ids[2].clone(), ids[0].clone()]);
    let none = shop.anon().get("/api/v1/statuses").await.ok();
    assert_eq!(none, json!([]));
    let many: String = (0..21).map(|n| format!("id[]={n}&")).collect();
    shop.anon().get(&format!("/api/v1/statuses?{many}")).await.error(422);
}

#[tokio::test]
async fn what_is_deleted_is_given_back_as_source_and_gone() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let parent = post(&alice, json!({ "status": "parent" })).await;
    let body = json!({ "status": "child #x", "in_reply_to_id": id(&parent) });
    let child = post(&alice, body).await;
    bob.post(&format!("/api/v1/statuses/{}/favourite", id(&child)), json!({})).await.ok();
    bob.post(&format!("/api/v1/statuses/{}/bookmark", id(&child)), json!({})).await.ok();
    bob.post(&format!("/api/v1/statuses/{}/reblog", id(&child)), json!({})).await.ok();
    alice.post(&format!("/api/v1/statuses/{}/pin", id(&child)), json!({})).await.ok();

    bob.delete(&format!("/api/v1/statuses/{}", id(&child))).await.error(404);
    shop.anon().delete(&format!("/api/v1/statuses/{}", id(&child))).await.error(401);
    let deleted = alice.delete(&format!("/api/v1/statuses/{}", id(&child))).await.ok();
    assert_eq!(deleted["text"], "child #x");
    assert!(deleted.get("content").is_none());
    shop.settle().await;

    alice.get(&format!("/api/v1/statuses/{}", id(&child))).await.error(404);
    alice.delete(&format!("/api/v1/statuses/{}", id(&child))).await.error(404);
    let parent = alice.get(&format!("/api/v1/statuses/{}", id(&parent))).await.ok();
    assert_eq!(parent["replies_count"], 0);
    assert_eq!(bob.get("/api/v1/favourites").await.ok(), json!([]));
    assert_eq!(bob.get("/api/v1/bookmarks").await.ok(), json!([]));
    let of_bob = format!("/api/v1/accounts/{}/statuses", bob.id);
    assert_eq!(bob.get(&of_bob).await.ok(), json!([]), "the boost went with it");
    assert_eq!(bob.get("/api/v1/accounts/verify_credentials").await.ok()["statuses_count"], 0);
    assert_eq!(alice.get("/api/v1/accounts/verify_credentials").await.ok()["statuses_count"], 1);
    let pinned = format!("/api/v1/accounts/{}/statuses?pinned=true", alice.id);
    assert_eq!(alice.get(&pinned).await.ok(), json!([]));
}

#[tokio::test]
async fn an_answer_outlives_what_it_answered_without_becoming_a_first_post() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let parent = post(&alice, json!({ "status": "parent" })).await;
    let child = post(&bob, json!({ "status": "answer", "in_reply_to_id": id(&parent) })).await;
    assert_eq!(child["in_reply_to_id"], parent["id"]);
    assert_eq!(child["in_reply_to_account_id"], alice.id);
    alice.delete(&format!("/api/v1/statuses/{}", id(&parent))).await.ok();
    shop.settle().await;
    let child = bob.get(&format!("/api/v1/statuses/{}", id(&child))).await.ok();
    assert_eq!(child["in_reply_to_id"], Value::Null);
    let public = shop.anon().get("/api/v1/timelines/public?local=true").await.ok();
    assert_eq!(public, json!([]), "answers to others stay out of public timelines");
}

#[tokio::test]
async fn a_profile_filters_and_pages() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let other = post(&bob, json!({ "status": "bob's" })).await;
    let first = post(&alice, json!({ "status": "one #tagged" })).await;
    let answer = post(&alice, json!({ "status": "to bob", "in_reply_to_id": id(&other) })).await;
    let own = post(&alice, json!({ "status": "to me", "in_reply_to_id": id(&first) })).await;
    let boost = alice.post(&format!("/api/v1/statuses/{}/reblog", id(&other)), json!({})).await.ok();
    let direct = post(&alice, json!({ "status": "@bob psst", "visibility": "direct" })).await;

    let base = format!("/api/v1/accounts/{}/statuses", alice.id);
    let read = |query: &str| {
        let path = format!("{base}{query}");
        let bob = &bob;
        async move {
            let list = bob.get(&path).await.ok();
            list.as_array().expect("a list").iter().map(|status| status["id"].clone()).collect::<Vec<_>>()
        }
    };
    let ids = |list: &[&Value]| list.iter().map(|status| status["id"].clone()).collect::<Vec<_>>();
    assert_eq!(read("").await, ids(&[&direct, &boost, &own, &answer, &first]));
    assert_eq!(read("?exclude_direct=true").await, ids(&[&boost, &own, &answer, &first]));
    assert_eq!(read("?exclude_replies=true").await, ids(&[&direct, &boost, &own, &first]));
    assert_eq!(read("?exclude_reblogs=1").await, ids(&[&direct, &own, &answer, &first]));
    assert_eq!(read("?tagged=TAGGED").await, ids(&[&first]));
    assert_eq!(read("?tagged=none").await, ids(&[]));
    assert_eq!(read("?only_media=true").await, ids(&[]));
    assert_eq!(read("?limit=2").await, ids(&[&direct, &boost]));
    assert_eq!(read(&format!("?limit=2&max_id={}", id(&boost))).await, ids(&[&own, &answer]));
    assert_eq!(read(&format!("?limit=2&min_id={}", id(&first))).await, ids(&[&own, &answer]));
    assert_eq!(read(&format!("?limit=2&since_id={}", id(&first))).await, ids(&[&direct, &boost]));
    let strangers = shop.anon().get(&base).await.ok();
    assert_eq!(strangers.as_array().map(Vec::len), Some(4), "direct posts are not for strangers");

    bob.get("/api/v1/accounts/999/statuses").await.error(404);
    bob.get("/api/v1/accounts/xyz/statuses").await.error(404);
    bob.get(&format!("{base}?max_id=abc")).await.error(404);
    let boosted = format!("/api/v1/accounts/{}/block", bob.id);
    alice.post(&boosted, json!({})).await.ok();
    assert_eq!(read("").await, ids(&[]), "whom she blocks sees nothing");
}

#[tokio::test]
async fn pins_are_own_posts_and_at_most_five() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let pin = |status: &Value| format!("/api/v1/statuses/{}/pin", id(status));
    let foreign = post(&bob, json!({ "status": "bob's" })).await;
    let boost = alice.post(&format!("/api/v1/statuses/{}/reblog", id(&foreign)), json!({})).await.ok();
    let direct = post(&alice, json!({ "status": "secret", "visibility": "direct" })).await;
    for (bad, words) in [
        (&foreign, "Validation failed: Someone else's post cannot be pinned"),
        (&boost, "Validation failed: A boost cannot be pinned"),
        (&direct, "Validation failed: Posts that are only visible to mentioned users cannot be pinned"),
    ] {
        assert_eq!(alice.post(&pin(bad), json!({})).await.error(422), words);
    }
    let mut posts = Vec::new();
    for n in 0..6 {
        posts.push(post(&alice, json!({ "status": format!("post {n}") })).await);
    }
    for status in &posts[..5] {
        assert_eq!(alice.post(&pin(status), json!({})).await.ok()["pinned"], true);
    }
    alice.post(&pin(&posts[0]), json!({})).await.ok();
    let words = alice.post(&pin(&posts[5]), json!({})).await.error(422);
    assert_eq!(words, "Validation failed: You have already pinned the maximum number of posts");
    let list = format!("/api/v1/accounts/{}/statuses?pinned=true", alice.id);
    let shown = shop.anon().get(&list).await.ok();
    let shown: Vec<_> = shown.as_array().expect("a list").iter().map(id).collect();
    let newest_first: Vec<_> = posts[..5].iter().rev().map(id).collect();
    assert_eq!(shown, newest_first);
    let unpin = format!("/api/v1/statuses/{}/unpin", id(&posts[4]));
    assert_eq!(alice.post(&unpin, json!({})).await.ok()["pinned"], false);
    assert_eq!(alice.post(&pin(&posts[5]), json!({})).await.ok()["pinned"], true);
}

#[tokio::test]
async fn a_muted_thread_says_so_in_all_its_posts() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let bob = shop.member("bob").await;
    let root = post(&alice, json!({ "status": "root" })).await;
    let answer = post(&bob, json!({ "status": "answer", "in_reply_to_id": id(&root) })).await;
    let muted = alice.post(&format!("/api/v1/statuses/{}/mute", id(&answer)), json!({})).await.ok();
    assert_eq!(muted["muted"], true);
    assert_eq!(alice.get(&format!("/api/v1/statuses/{}", id(&root))).await.ok()["muted"], true);
    assert_eq!(bob.get(&format!("/api/v1/statuses/{}", id(&root))).await.ok()["muted"], false);
    let unmuted = alice.post(&format!("/api/v1/statuses/{}/unmute", id(&root)), json!({})).await.ok();
    assert_eq!(unmuted["muted"], false);
    alice.post("/api/v1/statuses/77/mute", json!({})).await.error(404);
}

#[tokio::test]
async fn counters_follow_the_posts() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    post(&alice, json!({ "status": "one" })).await;
    post(&alice, json!({ "status": "two", "visibility": "private" })).await;
    post(&alice, json!({ "status": "three", "visibility": "direct" })).await;
    let account = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    assert_eq!(account["statuses_count"], 2, "direct posts are not counted");
    assert_eq!(account["last_status_at"].as_str().map(str::len), Some("2026-01-01".len()));
}

#[tokio::test]
async fn the_default_visibility_follows_the_lock() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.patch("/api/v1/accounts/update_credentials", json!({ "locked": true })).await.ok();
    assert_eq!(post(&alice, json!({ "status": "x" })).await["visibility"], "private");
    let open = post(&alice, json!({ "status": "x", "visibility": "public" })).await;
    assert_eq!(open["visibility"], "public");
    let draft = Draft { text: "y".into(), visibility: Some(Visibility::Unlisted), ..Draft::default() };
    let author = alice.id.parse().expect("an id");
    let posted = shop.app().write(move |tx| statuses::post(tx, author, draft)).await;
    let posted = posted.expect("posted").expect("no mention is unexpected");
    let seen = shop.anon().get(&format!("/api/v1/statuses/{posted}")).await.ok();
    assert_eq!(seen["visibility"], "unlisted");
}

#[tokio::test]
async fn tokens_need_the_scope_and_a_person() {
    let shop = Shop::start().await;
    shop.anon().post("/api/v1/statuses", json!({ "status": "x" })).await.error(401);
    shop.anon().get("/api/v1/statuses/abc").await.error(404);
    shop.anon().get("/api/v1/statuses/99999999999999999999").await.error(404);
}
