//! Finding statuses by what they say: the operators, whose posts are found, and an index that gets lost.

use serde_json::{Value, json};

use crate::support::{Person, Shop};

/// The texts that a search finds, newest first, without their markup.
async fn find(reader: &Person, query: &[(&str, &str)]) -> Vec<String> {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("type", "statuses")
        .extend_pairs(query)
        .finish();
    let found = reader.get(&format!("/api/v2/search?{query}")).await.ok();
    found["statuses"].as_array().unwrap().iter().map(text).collect()
}

fn text(status: &Value) -> String {
    status["content"].as_str().unwrap().trim_start_matches("<p>").trim_end_matches("</p>").to_owned()
}

async fn words(reader: &Person, words: &str) -> Vec<String> {
    find(reader, &[("q", words)]).await
}

/// A member whose public posts anybody may find.
async fn open_member(shop: &Shop, name: &str) -> Person {
    let member = shop.member(name).await;
    member.patch("/api/v1/accounts/update_credentials", json!({"indexable": true})).await.ok();
    member
}

async fn post(member: &Person, body: Value) -> Value {
    member.post("/api/v1/statuses", body).await.ok()
}

const NONE: [&str; 0] = [];

#[tokio::test]
async fn ones_own_words_are_found_newest_first_in_any_language() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    for text in [
        "Crème brûlée",
        "我喜欢北京",
        "東京都の天気",
        "안녕하세요",
        "مرحبا بالعالم",
        "สวัสดีชาวโลก",
        "creme de la creme",
    ] {
        alice.says(text).await;
    }
    shop.settle().await;
    assert_eq!(words(&alice, "CREME").await, ["creme de la creme", "Crème brûlée"]);
    for (query, found) in [
        ("北京", "我喜欢北京"),
        ("京都", "東京都の天気"),
        ("안녕", "안녕하세요"),
        ("بالعالم", "مرحبا بالعالم"),
        ("โลก", "สวัสดีชาวโลก"),
    ] {
        assert_eq!(words(&alice, query).await, [found], "{query}");
    }
    assert_eq!(words(&alice, "京東").await, NONE);
}

#[tokio::test]
async fn nobody_finds_what_was_not_written_for_them() {
    let shop = Shop::start().await;
    let (alice, open) = (shop.member("alice").await, open_member(&shop, "open").await);
    let (bob, carol) = (shop.member("bob").await, shop.member("carol").await);
    bob.follows(&alice).await;
    bob.follows(&open).await;
    for member in [&alice, &open] {
        for visibility in ["public", "unlisted", "private"] {
            let text = format!("secret {} {visibility}", member.name);
            post(member, json!({"status": text, "visibility": visibility})).await;
        }
    }
    post(&open, json!({"status": "secret for @carol", "visibility": "direct"})).await;
    shop.settle().await;
    for reader in [&bob, &carol] {
        let found = words(reader, "secret -carol").await;
        assert_eq!(found, ["secret open public"], "a follower may see more, but did nothing with it");
    }
    assert_eq!(words(&alice, "secret alice").await.len(), 3);
    assert_eq!(words(&carol, "secret carol").await.len(), 1, "mentioned");
    assert_eq!(words(&bob, "secret carol").await, NONE);
    assert_eq!(find(&shop.anon(), &[("q", "secret")]).await, NONE, "guests find no posts");
    let path = "/api/v2/search?q=secret&type=statuses&offset=1";
    shop.anon().get(path).await.error(401);
}

#[tokio::test]
async fn what_one_did_something_with_is_found_until_it_is_undone() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for (deed, undone) in [("favourite", "unfavourite"), ("bookmark", "unbookmark"), ("reblog", "unreblog")] {
        let status = alice.says(&format!("remember {deed}")).await;
        let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
        shop.settle().await;
        assert_eq!(words(&bob, "remember").await, NONE);
        bob.post(&format!("{path}/{deed}"), json!({})).await.ok();
        shop.settle().await;
        assert_eq!(words(&bob, "remember").await, [format!("remember {deed}")]);
        bob.post(&format!("{path}/{undone}"), json!({})).await.ok();
        shop.settle().await;
        assert_eq!(words(&bob, "remember").await, NONE, "{undone}");
    }
    let poll = json!({"options": ["apples", "pears"], "expires_in": 600});
    let asked = post(&alice, json!({"status": "which fruit", "poll": poll})).await;
    let votes = format!("/api/v1/polls/{}/votes", asked["poll"]["id"].as_str().unwrap());
    bob.post(&votes, json!({"choices": [1]})).await.ok();
    shop.settle().await;
    assert_eq!(words(&bob, "pears has:poll").await, ["which fruit"], "options are text too");
}

#[tokio::test]
async fn an_author_opens_and_closes_earlier_posts() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    alice.says("an old thought").await;
    shop.settle().await;
    assert_eq!(words(&bob, "thought").await, NONE);
    for (indexable, found) in [(true, 1), (false, 0), (true, 1)] {
        alice.patch("/api/v1/accounts/update_credentials", json!({"indexable": indexable})).await.ok();
        shop.settle().await;
        assert_eq!(words(&bob, "thought").await.len(), found, "{indexable}");
    }
}

#[tokio::test]
async fn the_index_has_no_last_word() {
    let shop = Shop::start().await;
    let (open, bob) = (open_member(&shop, "open").await, shop.member("bob").await);
    open.says("a public word").await;
    shop.settle().await;
    assert_eq!(words(&bob, "word").await.len(), 1);
    // From here on the index learns nothing before it is asked: the store decides.
    open.post(&format!("/api/v1/accounts/{}/block", bob.id), json!({})).await.ok();
    assert_eq!(words(&bob, "word").await, NONE, "blocked");
    open.post(&format!("/api/v1/accounts/{}/unblock", bob.id), json!({})).await.ok();
    assert_eq!(words(&bob, "word").await.len(), 1);
    bob.post(&format!("/api/v1/accounts/{}/mute", open.id), json!({})).await.ok();
    assert_eq!(words(&bob, "word").await, NONE, "muted");
    bob.post(&format!("/api/v1/accounts/{}/unmute", open.id), json!({})).await.ok();
    open.patch("/api/v1/accounts/update_credentials", json!({"indexable": false})).await.ok();
    assert_eq!(words(&bob, "word").await, NONE, "closed a moment ago");
}

#[tokio::test]
async fn edits_and_deletions_are_followed() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let status = alice.says("first version").await;
    let path = format!("/api/v1/statuses/{}", status["id"].as_str().unwrap());
    shop.settle().await;
    alice.put(&path, json!({"status": "second version", "spoiler_text": "warning"})).await.ok();
    shop.settle().await;
    assert_eq!(words(&alice, "first").await, NONE);
    assert_eq!(words(&alice, "warning").await, ["second version"]);
    alice.delete(&path).await.ok();
    assert_eq!(words(&alice, "second").await, NONE, "gone at once");
    shop.settle().await;
    assert_eq!(words(&alice, "second").await, NONE);
}

#[tokio::test]
async fn operators_narrow_a_search() {
    let shop = Shop::start().await;
    let (alice, bob) = (open_member(&shop, "alice").await, open_member(&shop, "bob").await);
    let picture = alice.picture().await;
    post(&alice, json!({"status": "tree picture", "media_ids": [picture], "sensitive": true})).await;
    let parent = post(&alice, json!({"status": "tree #Oak", "language": "de"})).await;
    post(&bob, json!({"status": "tree https://example.org/a", "in_reply_to_id": parent["id"]})).await;
    post(&bob, json!({"status": "the green tree", "language": "fr"})).await;
    shop.settle().await;
    let count = async |query: &str| words(&alice, query).await.len();
    for (query, expected) in [
        ("tree", 4),
        ("tree from:me", 2),
        ("tree from:bob", 2),
        ("tree -from:@bob", 2),
        (&format!("tree from:@bob@{}", shop.domain()), 2),
        ("tree from:nobody", 0),
        ("tree has:image", 1),
        ("tree has:media", 1),
        ("tree has:video", 0),
        ("tree is:sensitive", 1),
        ("tree has:link", 1),
        ("tree is:reply", 1),
        ("tree -is:reply -has:media", 2),
        ("tree is:nonsense", 0),
        ("tree language:de", 1),
        ("tree language:zz", 0),
        ("tree #oak", 1),
        ("tree -#oak", 3),
        ("\"green tree\"", 1),
        ("\"tree green\"", 0),
        ("tree green", 1),
        ("+tree -green", 3),
        ("「green tree」", 1),
        ("in:library tree", 2),
        ("in:public tree", 4),
        ("in:library", 2),
        ("cat", 1),
        ("🦀", 0),
        ("tree 🦀", 4),
    ] {
        assert_eq!(count(query).await, expected, "{query}");
    }
}

#[tokio::test]
async fn dates_narrow_a_search() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let mut days = Vec::new();
    for text in ["day one", "day two", "day three"] {
        let status = alice.says(text).await;
        days.push(status["created_at"].as_str().unwrap()[..10].to_owned());
        shop.clock().advance(std::time::Duration::from_secs(24 * 60 * 60));
    }
    shop.settle().await;
    let middle = &days[1];
    assert_eq!(words(&alice, &format!("day before:{middle}")).await, ["day one"]);
    assert_eq!(words(&alice, &format!("day after:{middle}")).await, ["day three"]);
    assert_eq!(words(&alice, &format!("day during:{middle}")).await, ["day two"]);
    assert_eq!(words(&alice, &format!("day -during:{middle}")).await, ["day three", "day one"]);
    for bad in ["before:2024-02-30", "after:soon", "during:1"] {
        alice.get(&format!("/api/v2/search?q={bad}&type=statuses")).await.error(422);
    }
}

#[tokio::test]
async fn pages_and_their_limits() {
    let shop = Shop::start().await;
    let (alice, bob) = (open_member(&shop, "alice").await, open_member(&shop, "bob").await);
    let mut ids = Vec::new();
    for number in 0..5 {
        let status = alice.says(&format!("page {number}")).await;
        ids.push(status["id"].as_str().unwrap().to_owned());
    }
    bob.says("page of bob").await;
    shop.settle().await;
    let from_alice = [("q", "page"), ("account_id", alice.id.as_str())];
    assert_eq!(find(&bob, &from_alice).await.len(), 5);
    let page = async |extra: &[(&str, &str)]| find(&bob, &[&from_alice[..], extra].concat()).await;
    assert_eq!(page(&[("limit", "2")]).await, ["page 4", "page 3"]);
    assert_eq!(page(&[("limit", "2"), ("offset", "3")]).await, ["page 1", "page 0"]);
    assert_eq!(page(&[("max_id", &ids[2])]).await, ["page 1", "page 0"]);
    assert_eq!(page(&[("min_id", &ids[2])]).await, ["page 4", "page 3"]);
    assert_eq!(page(&[("min_id", &ids[1]), ("max_id", &ids[3])]).await, ["page 2"]);
    assert_eq!(page(&[("offset", "18446744073709551615")]).await.len(), 5, "no number of ours");
    assert_eq!(page(&[("offset", "9223372036854775807")]).await, NONE);
    let all = bob.get("/api/v2/search?q=page&offset=3").await.ok();
    assert_eq!(all["statuses"].as_array().unwrap().len(), 6, "without a type the offset is ignored");
    for (query, status) in [
        ("limit=-1", 400),
        ("offset=-1", 400),
        ("max_id=abc", 404),
        ("min_id=18446744073709551616", 404),
        ("account_id=x", 404),
    ] {
        bob.get(&format!("/api/v2/search?q=page&type=statuses&{query}")).await.error(status);
    }
    for odd in
        ["%00", "%22", "-", "%2B", "from:", "from:%40%40", ":", "*", "(((", "AND OR", &"y ".repeat(3_000)]
    {
        bob.get(&format!("/api/v2/search?q={odd}&type=statuses")).await.ok();
    }
    assert_eq!(bob.get("/api/v2/search?q=page&type=nonsense").await.ok()["statuses"], json!([]));
    bob.get("/api/v2/search?q=%20").await.error(400);
}

#[tokio::test]
async fn posts_of_other_servers_are_found_when_their_authors_wish_so() {
    let (shop, other) = Shop::pair().await;
    let bob = shop.member("bob").await;
    for author in [open_member(&other, "open").await, other.member("shut").await] {
        let status = author.says(&format!("far away {}", author.name)).await;
        other.settle().await;
        let path = format!("/api/v2/search?resolve=true&q={}", status["uri"].as_str().unwrap());
        assert_eq!(bob.get(&path).await.ok()["statuses"].as_array().unwrap().len(), 1);
    }
    shop.settle().await;
    assert_eq!(words(&bob, "away").await, ["far away open"]);
}

#[tokio::test]
async fn a_lost_index_is_filled_anew() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    alice.says("unforgettable").await;
    shop.settle().await;
    let folder = shop.folder().join("search");
    assert!(folder.join("meta.json").exists());
    let shop = shop.restart().await;
    shop.settle().await;
    assert_eq!(words(&alice, "unforgettable").await, ["unforgettable"], "kept");
    // What a killed server leaves: an index without the last posts, and the rows that tell so. Here: without any.
    shop.app().search.clear().unwrap();
    assert_eq!(words(&alice, "unforgettable").await, NONE);
    shop::features::search::indexer::rebuild(shop.app()).await.unwrap();
    shop.settle().await;
    assert_eq!(words(&alice, "unforgettable").await, ["unforgettable"], "rebuilt");
    std::fs::remove_dir_all(&folder).unwrap();
    let shop = shop.restart().await;
    shop.settle().await;
    assert_eq!(words(&alice, "unforgettable").await, ["unforgettable"], "deleted and rebuilt");
}

#[tokio::test]
async fn what_waits_is_kept_in_the_transaction_of_the_change() {
    use shop::features::search::table::{PENDING, STATUS_SHELF};
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    shop.settle().await;
    // A change whose transaction fails leaves nothing to be learnt.
    let status = alice.says("learn me").await;
    let id: u64 = status["id"].as_str().unwrap().parse().unwrap();
    shop.settle().await;
    let failed = shop
        .app()
        .write(move |tx| {
            tx.tell(shop::platform::events::Event::StatusEdited {
                status: shop::platform::ids::StatusId::new(id),
            });
            Err::<(), _>(shop::platform::error::Error::forbidden())
        })
        .await;
    assert!(failed.is_err());
    let waits = |shop: &Shop| PENDING.has(&shop.app().read().unwrap(), &(STATUS_SHELF, id)).unwrap();
    assert!(!waits(&shop));
    // And one that is kept leaves its row until the index is on disk.
    let kept = shop.app().clone();
    let noted = shop
        .app()
        .write(move |tx| {
            tx.tell(shop::platform::events::Event::StatusEdited {
                status: shop::platform::ids::StatusId::new(id),
            });
            Ok(())
        })
        .await;
    assert!(noted.is_ok());
    drop(kept);
    shop.settle().await;
    assert!(!waits(&shop));
    assert_eq!(words(&alice, "learn").await, ["learn me"]);
}

#[tokio::test]
async fn days_are_those_of_the_reader() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let path = "/api/shop/v1/preferences";
    assert_eq!(alice.get(path).await.ok()["time_zone"], Value::Null);
    alice.says("an early bird").await;
    shop.settle().await;
    let today = shop.clock().now().date();
    let query = format!("bird during:{today}");
    assert_eq!(words(&alice, &query).await, ["an early bird"]);
    // Kiritimati is 14 hours before UTC, Niue 11 behind: at no moment have both the same day.
    let mut found = Vec::new();
    for zone in ["Pacific/Kiritimati", "Pacific/Niue"] {
        assert_eq!(alice.patch(path, json!({ "time_zone": zone })).await.ok()["time_zone"], zone);
        found.push(words(&alice, &query).await.len());
    }
    assert!(found.contains(&0), "{found:?}");
    for bad in ["Mars/Olympus", "../../etc/passwd", "UTC+99", &"x".repeat(100)] {
        alice.patch(path, json!({ "time_zone": bad })).await.error(422);
    }
    assert_eq!(alice.get(path).await.ok()["time_zone"], "Pacific/Niue");
    assert_eq!(alice.patch(path, json!({ "time_zone": "" })).await.ok()["time_zone"], Value::Null);
    shop.anon().get(path).await.error(401);
}
