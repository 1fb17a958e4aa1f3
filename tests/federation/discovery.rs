//! How other servers find what is here.

use serde_json::json;

use crate::support::Shop;

const ACTIVITY: (&str, &str) = ("accept", "application/activity+json");

#[tokio::test]
async fn webfinger_knows_every_spelling_of_an_account() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let (base, domain) = (shop.base(), shop.domain());
    let actor = format!("{base}/ap/users/{}", bob.id);
    for resource in [
        format!("acct:bob@{domain}"),
        format!("acct:BOB@{domain}"),
        format!("bob@{domain}"),
        format!("{base}/@bob"),
        format!("{base}/users/bob"),
        actor.clone(),
    ] {
        let answer = shop.anon().get(&format!("/.well-known/webfinger?resource={resource}")).await;
        assert_eq!(answer.header("content-type"), Some("application/jrd+json; charset=utf-8"));
        let found = answer.ok();
        assert_eq!(found["subject"], format!("acct:bob@{domain}"), "{resource}");
        let links = found["links"].as_array().unwrap();
        assert!(links.iter().any(|link| link["rel"] == "self" && link["href"] == actor.as_str()));
    }
    for resource in
        [domain.to_owned(), base.to_owned(), format!("acct:{domain}@{domain}"), format!("{base}/actor")]
    {
        let found = shop.anon().get(&format!("/.well-known/webfinger?resource={resource}")).await.ok();
        assert_eq!(found["subject"], format!("acct:mastodon.internal@{domain}"), "{resource}");
    }
}

#[tokio::test]
async fn webfinger_refuses_what_is_not_here() {
    let shop = Shop::start().await;
    for (resource, status) in [
        ("", 400),
        ("?resource=", 400),
        ("?resource=%40%40%40", 400),
        ("?resource=acct:nobody@localhost:1", 404),
        ("?resource=https://elsewhere.example/@bob", 404),
    ] {
        let answer = shop.anon().get(&format!("/.well-known/webfinger{resource}")).await;
        assert_eq!(answer.status(), status, "{resource}");
    }
    let nobody = format!("/.well-known/webfinger?resource=acct:nobody@{}", shop.domain());
    assert_eq!(shop.anon().get(&nobody).await.status(), 404);
}

#[tokio::test]
async fn host_meta_and_nodeinfo_tell_what_is_true() {
    let shop = Shop::start().await;
    shop.member("bob").await.says("one").await;
    shop.settle().await;
    let xml = shop.anon().get("/.well-known/host-meta").await;
    assert!(xml.text().contains("/.well-known/webfinger?resource={uri}"));
    let meta = shop.anon().get("/.well-known/host-meta.json").await.ok();
    assert_eq!(meta["links"][0]["rel"], "lrdd");
    let links = shop.anon().get("/.well-known/nodeinfo").await.ok();
    assert_eq!(links["links"].as_array().unwrap().len(), 2);
    for version in ["2.0", "2.1"] {
        let info = shop.anon().get(&format!("/nodeinfo/{version}")).await.ok();
        assert_eq!((&info["version"], &info["software"]["name"]), (&json!(version), &json!("shop")));
        assert_eq!(info["protocols"], json!(["activitypub"]));
        assert!(info["usage"]["users"]["total"].is_u64() && info["usage"]["localPosts"].is_u64());
        assert_eq!(info["openRegistrations"], true);
    }
    assert_eq!(shop.anon().get("/nodeinfo/3.0").await.status(), 404);
}

#[tokio::test]
async fn an_actor_shows_its_profile_and_key() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    bob.patch("/api/v1/accounts/update_credentials", json!({ "display_name": "Bob", "note": "I <3 #cats", "fields_attributes": [{ "name": "Site", "value": "https://localhost:9" }] })).await.ok();
    let path = format!("/ap/users/{}", bob.id);
    let answer = shop.anon().get_with(&path, &[ACTIVITY]).await;
    assert_eq!(answer.header("content-type"), Some("application/activity+json; charset=utf-8"));
    let actor = answer.ok();
    let id = format!("{}{path}", shop.base());
    assert_eq!((&actor["id"], &actor["type"], &actor["name"]), (&json!(id), &json!("Person"), &json!("Bob")));
    assert!(actor["summary"].as_str().unwrap().contains("I &lt;3"));
    assert_eq!(actor["publicKey"]["owner"], id.as_str());
    assert!(actor["publicKey"]["publicKeyPem"].as_str().unwrap().starts_with("-----BEGIN PUBLIC KEY-----"));
    assert_eq!(actor["attachment"][0]["type"], "PropertyValue");
    assert_eq!(actor["endpoints"]["sharedInbox"], format!("{}/inbox", shop.base()));
    let again = shop.anon().get_with(&path, &[ACTIVITY]).await.ok();
    assert_eq!(again["publicKey"], actor["publicKey"], "the key stays");
    let page = shop.anon().get_with(&path, &[("accept", "text/html")]).await;
    assert_eq!(
        (page.status(), page.header("location")),
        (303, Some(format!("{}/@bob", shop.base()).as_str()))
    );
    let older = shop.anon().get_with("/users/bob", &[ACTIVITY]).await;
    assert_eq!((older.status(), older.header("location")), (308, Some(id.as_str())));
    assert_eq!(shop.anon().get_with("/users/nobody", &[ACTIVITY]).await.status(), 404);
    // People get the page, which has words for it when there is nobody.
    for (name, place) in [("bob", "bob"), ("nobody", "nobody"), ("a%0D%0Ab%2F..", "a%0D%0Ab%2F..")] {
        let shown = shop.anon().get_with(&format!("/users/{name}"), &[("accept", "text/html")]).await;
        let place = format!("{}/@{place}", shop.base());
        assert_eq!((shown.status(), shown.header("location")), (303, Some(place.as_str())), "{name}");
    }
    let instance = shop.anon().get_with("/actor", &[ACTIVITY]).await.ok();
    assert_eq!(instance["type"], "Application");
    assert_eq!(shop.anon().get_with("/ap/users/12", &[ACTIVITY]).await.status(), 404);
    assert_eq!(shop.anon().get_with("/ap/users/x", &[ACTIVITY]).await.status(), 404);
}

#[tokio::test]
async fn collections_have_pages_and_show_only_what_is_open() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    for name in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m"] {
        shop.member(&format!("fan_{name}")).await.follows(&bob).await;
    }
    let open = bob.says("open").await;
    bob.post("/api/v1/statuses", json!({ "status": "closed", "visibility": "private" })).await.ok();
    bob.post(&format!("/api/v1/statuses/{}/pin", open["id"].as_str().unwrap()), json!({})).await.ok();
    let path = |rest: &str| format!("/ap/users/{}{rest}", bob.id);
    let followers = shop.anon().get(&path("/followers")).await.ok();
    assert_eq!(followers["totalItems"], 13);
    let first = shop.anon().get(&path("/followers?page=true")).await.ok();
    assert_eq!(first["orderedItems"].as_array().unwrap().len(), 12);
    let next = first["next"].as_str().unwrap().trim_start_matches(shop.base()).to_owned();
    assert_eq!(shop.anon().get(&next).await.ok()["orderedItems"].as_array().unwrap().len(), 1);
    let outbox = shop.anon().get(&path("/outbox?page=true")).await.ok();
    assert_eq!(outbox["orderedItems"].as_array().unwrap().len(), 1);
    assert_eq!(outbox["orderedItems"][0]["object"]["id"], open["uri"]);
    let featured = shop.anon().get(&path("/collections/featured")).await.ok();
    assert_eq!(featured["orderedItems"][0]["id"], open["uri"]);
    bob.patch("/api/v1/accounts/update_credentials", json!({ "hide_collections": true })).await.ok();
    assert!(shop.anon().get(&path("/followers")).await.ok().get("first").is_none());
    shop.anon().get(&path("/followers?page=true")).await.error(403);
}

#[tokio::test]
async fn an_outbox_goes_on_behind_a_long_row_of_private_posts() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let open = bob.says("long ago").await;
    for number in 0..220 {
        let closed = json!({ "status": format!("diary {number}"), "visibility": "private" });
        bob.post("/api/v1/statuses", closed).await.ok();
    }
    let latest = bob.says("today").await;
    let (mut seen, mut pages) = (Vec::new(), 0);
    let mut at = format!("/ap/users/{}/outbox?page=true", bob.id);
    loop {
        let page = shop.anon().get(&at).await.ok();
        for item in page["orderedItems"].as_array().into_iter().flatten() {
            seen.push(item["object"]["id"].clone());
        }
        pages += 1;
        assert!(pages < 5, "the outbox has an end");
        let Some(next) = page["next"].as_str() else { break };
        at = next.trim_start_matches(shop.base()).to_owned();
    }
    assert_eq!(seen, [latest["uri"].clone(), open["uri"].clone()]);
    let newer = format!("/ap/users/{}/outbox?page=true&min_id={}", bob.id, open["id"].as_str().unwrap());
    let newer = shop.anon().get(&newer).await.ok();
    let prev = newer["prev"].as_str().unwrap().trim_start_matches(shop.base());
    assert_eq!(shop.anon().get(prev).await.ok()["orderedItems"][0]["object"]["id"], latest["uri"]);
}

#[tokio::test]
async fn a_post_stands_at_its_id_with_its_collections() {
    let shop = Shop::start().await;
    let bob = shop.member("bob").await;
    let post = bob
        .post("/api/v1/statuses", json!({ "status": "hi #cats", "spoiler_text": "cw", "language": "en" }))
        .await
        .ok();
    let path = post["uri"].as_str().unwrap().trim_start_matches(shop.base()).to_owned();
    let reply = json!({ "status": "self", "in_reply_to_id": post["id"] });
    let reply = bob.post("/api/v1/statuses", reply).await.ok();
    let note = shop.anon().get_with(&path, &[ACTIVITY]).await.ok();
    assert_eq!((&note["id"], &note["type"], &note["summary"]), (&post["uri"], &json!("Note"), &json!("cw")));
    assert_eq!(note["contentMap"]["en"], note["content"]);
    assert_eq!(note["tag"][0]["name"], "#cats");
    assert_eq!(note["to"], json!(["https://www.w3.org/ns/activitystreams#Public"]));
    let create = shop.anon().get(&format!("{path}/activity")).await.ok();
    assert_eq!((&create["type"], &create["object"]["id"]), (&json!("Create"), &post["uri"]));
    let replies = shop.anon().get(&format!("{path}/replies?page=true")).await.ok();
    assert_eq!(replies["items"], json!([reply["uri"]]));
    assert_eq!(note["inReplyToAtomUri"], json!(null));
    let answer = reply["uri"].as_str().unwrap().trim_start_matches(shop.base());
    let answer = shop.anon().get_with(answer, &[ACTIVITY]).await.ok();
    assert_eq!((&answer["inReplyTo"], &answer["inReplyToAtomUri"]), (&post["uri"], &post["uri"]));
    for name in ["likes", "shares"] {
        assert_eq!(shop.anon().get(&format!("{path}/{name}")).await.ok()["totalItems"], 0);
    }
    let page = shop.anon().get_with(&path, &[("accept", "text/html")]).await;
    assert_eq!(page.header("location"), post["url"].as_str());
}
