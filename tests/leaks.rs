//! Private and direct posts are seen by those addressed and by nobody else: every route that reads is asked for them.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::stream::Stream;
use crate::support::{Person, Shop};

/// A word that stands nowhere but in what is not for everybody.
const SECRET: &str = "xyzzyplugh";
const ACTIVITY: (&str, &str) = ("accept", "application/activity+json");
const HTML: (&str, &str) = ("accept", "text/html");

/// Every route that reads and works, but for sessions and streams.
fn routes() -> Vec<String> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/api_table/routes.tsv");
    let table = fs::read_to_string(table).unwrap();
    let rows = table.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    let reading = rows.filter(|row| row.len() > 3 && row[0] == "works" && row[1] == "GET");
    let reading = reading.filter(|row| row[3] != "session" && !row[2].contains("/streaming"));
    reading.map(|row| row[2].to_owned()).collect()
}

/// All that the parts of a route may stand for, one after the other.
fn filled(route: &str, words: &[String]) -> Vec<String> {
    let Some(at) = route.find(':') else { return vec![route.to_owned()] };
    let end = route[at..].find('/').map_or(route.len(), |end| at + end);
    let fill = |word: &String| filled(&format!("{}{word}{}", &route[..at], &route[end..]), words);
    words.iter().flat_map(fill).collect()
}

/// What alice has said to followers and to bob, with all that may hang on a post.
struct Said {
    posts: Vec<Value>,
    words: Vec<String>,
}

async fn said(shop: &Shop, alice: &Person) -> Said {
    let mut posts = Vec::new();
    for (visibility, more) in [
        ("private", json!({ "media": true })),
        ("private", json!({ "poll": { "options": [SECRET, "no"], "expires_in": 3600 } })),
        ("direct", json!({ "status": format!("@bob {SECRET} #hush https://secret.example/{SECRET}") })),
    ] {
        let mut body = json!({ "status": format!("{SECRET} #hush"), "spoiler_text": format!("about {SECRET}"),
            "visibility": visibility });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        if body.as_object_mut().unwrap().remove("media").is_some() {
            let file = ("file", "a.png", "image/png", crate::support::pictures::png(8, 8));
            let media = alice.upload("/api/v2/media", &[("description", SECRET)], file).await.ok();
            body["media_ids"] = json!([media["id"]]);
        }
        let post = alice.post("/api/v1/statuses", body).await.ok();
        let path = format!("/api/v1/statuses/{}", post["id"].as_str().unwrap());
        let edit = json!({ "status": format!("{} again", post["text"].as_str().unwrap_or(SECRET)) });
        if post["poll"].is_null() && post["media_attachments"] == json!([]) {
            alice.put(&path, edit).await.ok();
        }
        alice.post(&format!("{path}/favourite"), json!({})).await.ok();
        alice.post(&format!("{path}/bookmark"), json!({})).await.ok();
        posts.push(post);
    }
    // She answers, quotes, boosts and pins her own private words.
    let first = posts[0]["id"].clone();
    let path = format!("/api/v1/statuses/{}", first.as_str().unwrap());
    let answer =
        json!({ "status": format!("{SECRET} too"), "in_reply_to_id": first, "visibility": "private" });
    posts.push(alice.post("/api/v1/statuses", answer).await.ok());
    let quote =
        json!({ "status": format!("{SECRET} quoted"), "quoted_status_id": first, "visibility": "private" });
    posts.push(alice.post("/api/v1/statuses", quote).await.ok());
    alice.post(&format!("{path}/reblog"), json!({ "visibility": "private" })).await.ok();
    alice.post(&format!("{path}/pin"), json!({})).await.ok();
    shop.settle().await;
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut words: Vec<String> = posts.iter().map(|post| text(&post["id"])).collect();
    words.extend(
        posts
            .iter()
            .flat_map(|post| post["media_attachments"].as_array().unwrap())
            .map(|media| text(&media["id"])),
    );
    words.extend([alice.id.clone(), "alice".to_owned(), "hush".to_owned(), "1".to_owned()]);
    Said { posts, words }
}

#[tokio::test]
async fn no_route_shows_private_words_to_others() {
    let shop = Shop::start().await;
    let (alice, bob, eve) = (shop.member("alice").await, shop.member("bob").await, shop.member("eve").await);
    bob.follows(&alice).await;
    eve.post("/api/v1/tags/hush/follow", json!({})).await.ok();
    for member in [&alice, &eve] {
        let open = json!({ "discoverable": true, "indexable": true });
        member.patch("/api/v1/accounts/update_credentials", open).await.ok();
    }
    let thread = alice.says("open words").await;
    let Said { posts, words } = said(&shop, &alice).await;
    let whole = json!({ "status": format!("@bob {SECRET} below"), "in_reply_to_id": thread["id"], "visibility": "private" });
    alice.post("/api/v1/statuses", whole).await.ok();
    shop.settle().await;
    let mut queries = vec![
        String::new(),
        "?page=true".to_owned(),
        "?page=1".to_owned(),
        "?limit=80&pinned=true".to_owned(),
    ];
    queries.push("?only_media=true&exclude_replies=false".to_owned());
    queries.push("?acct=alice&resource=acct:alice@".to_owned() + shop.domain());
    // The word itself would come back in what repeats the question, so others of the posts are searched.
    queries.push("?q=quoted+again&type=statuses&limit=40".to_owned());
    let ids: Vec<String> =
        posts.iter().map(|post| format!("id[]={}", post["id"].as_str().unwrap())).collect();
    queries.push(format!("?{}", ids.join("&")));
    let mut asked = 0;
    for route in routes() {
        let is_api = route.starts_with("/api/");
        let mut paths = filled(&route, &words);
        if !is_api && route.starts_with("/@") {
            paths.extend(
                paths.clone().iter().flat_map(|path| [format!("{path}.rss"), format!("{path}.json")]),
            );
        }
        for path in paths {
            // Queries matter where there is one thing of a kind.
            let few = if path == route || path.contains(&alice.id) { &queries[..] } else { &queries[..2] };
            for query in few {
                let path = format!("{path}{query}");
                let mut answers = vec![shop.anon().get(&path).await];
                if is_api {
                    answers.push(eve.get(&path).await);
                } else {
                    answers.push(shop.anon().get_with(&path, &[ACTIVITY]).await);
                    answers.push(shop.anon().get_with(&path, &[HTML]).await);
                }
                for answer in answers {
                    asked += 1;
                    assert!(!answer.text().contains(SECRET), "{path}: {}", answer.text());
                }
            }
        }
    }
    for post in &posts {
        let page = post["url"].as_str().unwrap();
        for path in [
            format!("/api/oembed?url={page}"),
            format!("/authorize_interaction?uri={page}"),
            format!("/api/v2/search?resolve=true&q={page}"),
        ] {
            for reader in [&shop.anon(), &eve] {
                let answer = reader.get(&path).await;
                assert!(!answer.text().contains(SECRET), "{path}: {}", answer.text());
            }
        }
    }
    assert!(asked > 1_000, "{asked}");
    // They are there for those who may see them.
    assert!(bob.get("/api/v1/timelines/home").await.text().contains(SECRET));
    assert!(
        alice
            .get(&format!("/api/v1/accounts/{}/statuses?pinned=true", alice.id))
            .await
            .text()
            .contains(SECRET)
    );
    assert!(alice.get("/api/v1/favourites").await.text().contains(SECRET));
}

#[tokio::test]
async fn no_stream_carries_private_words_to_others() {
    let shop = Shop::start().await;
    let (alice, bob, eve) = (shop.member("alice").await, shop.member("bob").await, shop.member("eve").await);
    bob.follows(&alice).await;
    let list =
        eve.post("/api/v1/lists", json!({ "title": "a" })).await.ok()["id"].as_str().unwrap().to_owned();
    eve.post("/api/v1/tags/hush/follow", json!({})).await.ok();
    let mut streams = Vec::new();
    for channel in [
        "stream=user".to_owned(),
        "stream=user:notification".to_owned(),
        "stream=public".to_owned(),
        "stream=public:local".to_owned(),
        "stream=public:media".to_owned(),
        "stream=hashtag&tag=hush".to_owned(),
        "stream=hashtag:local&tag=hush".to_owned(),
        "stream=direct".to_owned(),
        format!("stream=list&list={list}"),
    ] {
        streams.push((channel.clone(), Stream::open(&shop, &eve, &channel).await));
    }
    let mut bobs = Stream::open(&shop, &bob, "stream=user").await;
    said(&shop, &alice).await;
    for (channel, stream) in &mut streams {
        assert!(stream.is_silent().await, "{channel}");
    }
    assert!(bobs.next().await.payload.to_string().contains(SECRET));
}

#[tokio::test]
async fn third_people_hear_nothing_of_private_words() {
    let shop = Shop::start().await;
    let (alice, bob, eve) = (shop.member("alice").await, shop.member("bob").await, shop.member("eve").await);
    bob.follows(&alice).await;
    alice.follows(&bob).await;
    let open = eve.says("a question to all").await;
    // Eve's post is answered, in private, by somebody whom she does not follow; she is named in no way.
    let answer =
        json!({ "status": format!("@bob {SECRET}"), "in_reply_to_id": open["id"], "visibility": "direct" });
    let answer = alice.post("/api/v1/statuses", answer).await.ok();
    let private = json!({ "status": SECRET, "in_reply_to_id": open["id"], "visibility": "private" });
    let private = alice.post("/api/v1/statuses", private).await.ok();
    let further = json!({ "status": format!("@alice {SECRET}"), "in_reply_to_id": answer["id"], "visibility": "direct" });
    bob.post("/api/v1/statuses", further).await.ok();
    shop.settle().await;
    for path in
        ["/api/v1/notifications", "/api/v2/notifications", "/api/v1/conversations", "/api/v1/timelines/home"]
    {
        let seen = eve.get(path).await.text();
        assert!(!seen.contains(SECRET), "{path}: {seen}");
    }
    let path = format!("/api/v1/statuses/{}", open["id"].as_str().unwrap());
    for reader in [&eve, &shop.anon()] {
        assert_eq!(reader.get(&format!("{path}/context")).await.ok()["descendants"], json!([]));
        assert_eq!(reader.get(&path).await.ok()["replies_count"], 0, "not even counted");
    }
    // An edit that names somebody else shows it to that one, from then on, and still to nobody else.
    let carol = shop.member("carol").await;
    let id = private["id"].as_str().unwrap();
    carol.get(&format!("/api/v1/statuses/{id}")).await.error(404);
    alice.put(&format!("/api/v1/statuses/{id}"), json!({ "status": format!("@carol {SECRET}") })).await.ok();
    shop.settle().await;
    carol.get(&format!("/api/v1/statuses/{id}")).await.ok();
    eve.get(&format!("/api/v1/statuses/{id}")).await.error(404);
    shop.anon().get(&format!("/api/v1/statuses/{id}")).await.error(404);
}
