//! Archives of accounts: asked for, made in the background, taken by their owner alone, and gone after a week.

mod life;

use std::collections::HashMap;
use std::io::Read;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::mailbox::Mailbox;
use crate::support::{Answer, Person, Shop, pictures};

pub const ARCHIVES: &str = "/api/shop/v1/archives";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Asks for an archive, waits until it is made, and gives what is told of it.
pub async fn made(shop: &Shop, who: &Person) -> Value {
    let asked = who.post(ARCHIVES, json!({})).await.ok();
    assert_eq!(asked["archives"][0]["created_at"].as_str().map(str::len), Some(24), "{asked}");
    shop.settle().await;
    who.get(ARCHIVES).await.ok()["archives"][0].clone()
}

/// The API's address of the file.
pub fn address(archive: &Value) -> String {
    format!("{ARCHIVES}/{}/file", archive["id"].as_str().unwrap())
}

/// Takes the file and unpacks it, checking every sum.
pub async fn unpacked(who: &Person, archive: &Value) -> HashMap<String, Vec<u8>> {
    let file = who.get(&address(archive)).await;
    assert_eq!(file.status(), 200, "{}", file.text());
    assert_eq!(archive["size"], file.bytes().len());
    let read = rawzip::ZipArchive::from_slice(file.bytes()).unwrap();
    let mut files = HashMap::new();
    let mut entries = read.entries();
    while let Some(entry) = entries.next_entry().unwrap() {
        let name = entry.file_path().try_normalize().unwrap().as_ref().to_owned();
        let found = read.get_entry(entry.wayfinder()).unwrap();
        let mut bytes = Vec::new();
        found.verifying_reader(found.data()).read_to_end(&mut bytes).unwrap();
        assert!(files.insert(name.clone(), bytes).is_none(), "{name} is there twice");
    }
    files
}

pub fn document(files: &HashMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(files.get(name).unwrap_or_else(|| panic!("no {name}"))).unwrap()
}

/// What is left in the scratch folder.
pub fn scratch(shop: &Shop) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(shop.folder().join("scratch")) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// How many files of archives the blob store has.
pub async fn kept(shop: &Shop) -> usize {
    use futures_util::TryStreamExt;
    let list: Vec<_> = shop.app().blobs.list("archives").unwrap().try_collect().await.unwrap();
    list.len()
}

async fn upload(who: &Person, name: &str, size: (u32, u32)) -> Value {
    let file = ("file", name, "image/png", pictures::png(size.0, size.1));
    who.upload("/api/v2/media", &[("description", "a cat")], file).await.ok()
}

async fn post(who: &Person, body: Value) -> Value {
    who.post("/api/v1/statuses", body).await.ok()
}

/// Whether another program reads the file, where there is one.
fn is_read_by_unzip(file: &Answer) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, file.bytes()).unwrap();
    match std::process::Command::new("unzip").arg("-tqq").arg(&path).output() {
        Ok(told) => assert!(told.status.success(), "{told:?}"),
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound),
    }
}

#[tokio::test]
async fn an_archive_holds_all_that_a_member_has_here_and_nothing_of_others() {
    let mut mailbox = Mailbox::start().await;
    let shop = Shop::start_with(&format!("[mail]\nsmtp_url = \"{}\"\n", mailbox.url)).await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    for (field, size) in [("avatar", 64), ("header", 90)] {
        let file = (field, "me.png", "image/png", pictures::png(size, size));
        alice.send_multipart("PATCH", "/api/v1/accounts/update_credentials", &[], file).await.ok();
    }
    let (cat, dog) = (upload(&alice, "cat.png", (64, 48)).await, upload(&alice, "dog.png", (30, 20)).await);
    let open = post(&alice, json!({ "status": "hello #world", "media_ids": [cat["id"]] })).await;
    let private = json!({ "status": "for friends", "visibility": "private", "media_ids": [dog["id"]] });
    let private = post(&alice, private).await;
    let direct = post(&alice, json!({ "status": "@bob in confidence", "visibility": "direct" })).await;
    let poll = json!({ "options": ["tea", "coffee"], "expires_in": 3600 });
    let asked = post(&alice, json!({ "status": "which?", "spoiler_text": "drinks", "poll": poll })).await;
    let theirs = post(&bob, json!({ "status": "a word of bob" })).await;
    let whisper = json!({ "status": "@alice a whisper of bob", "visibility": "direct" });
    let whisper = post(&bob, whisper).await;
    let id = |status: &Value| status["id"].as_str().unwrap().to_owned();
    let boost = alice.post(&format!("/api/v1/statuses/{}/reblog", id(&theirs)), json!({})).await.ok();
    let own = json!({ "visibility": "private" });
    alice.post(&format!("/api/v1/statuses/{}/reblog", id(&private)), own).await.ok();
    for status in [&theirs, &whisper] {
        alice.post(&format!("/api/v1/statuses/{}/favourite", id(status)), json!({})).await.ok();
    }
    alice.post(&format!("/api/v1/statuses/{}/bookmark", id(&theirs)), json!({})).await.ok();
    bob.post(&format!("/api/v1/statuses/{}/favourite", id(&open)), json!({})).await.ok();
    shop.settle().await;
    while !mailbox.is_empty() {}

    let archive = made(&shop, &alice).await;
    assert_eq!((&archive["state"], &archive["reason"]), (&json!("ready"), &Value::Null), "{archive}");
    let file = alice.get(&address(&archive)).await;
    is_read_by_unzip(&file);
    assert_eq!(file.header("content-type"), Some("application/zip"));
    assert_eq!(file.header("cache-control"), Some("private, no-store"));
    assert_eq!(file.header("content-encoding"), None);
    let name = format!(
        "attachment; filename=\"archive-alice-{}.zip\"",
        &archive["created_at"].as_str().unwrap()[..10]
    );
    assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    let files = unpacked(&alice, &archive).await;

    let uri = format!("{}/ap/users/{}", shop.base(), alice.id);
    let actor = document(&files, "actor.json");
    assert_eq!((&actor["id"], &actor["type"]), (&json!(uri), &json!("Person")));
    assert!(actor["publicKey"]["publicKeyPem"].as_str().unwrap().contains("PUBLIC KEY"));
    let me = alice.get("/api/v1/accounts/verify_credentials").await.ok();
    for (property, picture, shown) in [("icon", "avatar.png", "avatar"), ("image", "header.png", "header")] {
        assert_eq!(actor[property]["url"], picture);
        assert_eq!(files[picture], shop.anon().get(me[shown].as_str().unwrap()).await.bytes(), "{picture}");
    }
    assert_eq!(
        (&actor["outbox"], &actor["likes"], &actor["bookmarks"]),
        (&json!("outbox.json"), &json!("likes.json"), &json!("bookmarks.json"))
    );

    let outbox = document(&files, "outbox.json");
    assert_eq!((&outbox["type"], &outbox["totalItems"]), (&json!("OrderedCollection"), &json!(6)));
    let terms = &outbox["@context"][3];
    assert_eq!(outbox["@context"][0], "https://www.w3.org/ns/activitystreams");
    for term in ["Hashtag", "blurhash", "votersCount", "atomUri", "quoteUri"] {
        assert!(terms.get(term).is_some(), "{term}");
    }
    let items = outbox["orderedItems"].as_array().unwrap();
    let kinds: Vec<&str> = items.iter().map(|item| item["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Announce", "Announce", "Create", "Create", "Create", "Create"], "newest first");
    assert!(items.iter().all(|item| item.get("@context").is_none() && item["actor"] == uri.as_str()));
    let uris: Vec<&Value> = items[2..].iter().map(|item| &item["object"]["id"]).collect();
    assert_eq!(uris, [&asked["uri"], &direct["uri"], &private["uri"], &open["uri"]]);
    assert_eq!((&items[1]["id"], &items[1]["object"]), (&boost["uri"], &theirs["uri"]));
    assert_eq!(
        (&items[2]["object"]["type"], &items[2]["object"]["summary"]),
        (&json!("Question"), &json!("drinks"))
    );
    assert!(items[3]["object"]["content"].as_str().unwrap().contains("in confidence"));
    assert_eq!(items[3]["to"], json!([format!("{}/ap/users/{}", shop.base(), bob.id)]));
    for (item, media) in [(0, &dog), (4, &dog), (5, &cat)] {
        let attachment = &items[item]["object"]["attachment"][0];
        let path = attachment["url"].as_str().unwrap();
        assert!(path.starts_with("media_attachments/files/"), "{path}");
        assert_eq!(files[path], shop.anon().get(media["url"].as_str().unwrap()).await.bytes());
        assert_eq!(attachment["name"], "a cat");
    }

    for (name, wanted) in [("likes.json", vec![&whisper, &theirs]), ("bookmarks.json", vec![&theirs])] {
        let list = document(&files, name);
        assert_eq!((&list["id"], &list["type"]), (&json!(name), &json!("OrderedCollection")));
        let uris: Vec<&Value> = wanted.iter().map(|status| &status["uri"]).collect();
        assert_eq!((&list["orderedItems"], &list["totalItems"]), (&json!(uris), &json!(uris.len())));
    }
    assert_eq!(files.len(), 8, "{:?}", files.keys());
    assert!(files.values().all(|bytes| !String::from_utf8_lossy(bytes).contains("of bob")));

    let mail = mailbox.next().await;
    assert!(
        mail.contains("alice@example.org") && mail.contains(&format!("{}/settings/data", shop.base())),
        "{mail}"
    );
    assert!(scratch(&shop).is_empty(), "{:?}", scratch(&shop));
}

#[tokio::test]
async fn an_account_without_anything_has_an_archive_all_the_same() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let files = unpacked(&alice, &made(&shop, &alice).await).await;
    for name in ["outbox.json", "likes.json", "bookmarks.json"] {
        let list = document(&files, name);
        assert_eq!((&list["orderedItems"], &list["totalItems"]), (&json!([]), &json!(0)), "{name}");
    }
    assert_eq!(document(&files, "actor.json").get("icon"), None);
    assert_eq!(files.len(), 4);
}

#[tokio::test]
async fn one_is_made_in_six_days_and_kept_for_seven() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    assert_eq!(alice.get(ARCHIVES).await.ok(), json!({ "archives": [], "next_at": null }));
    let first = made(&shop, &alice).await;
    let refused = alice.post(ARCHIVES, json!({})).await.error(422);
    assert!(refused.contains("six days"), "{refused}");
    assert!(alice.get(ARCHIVES).await.ok()["next_at"].is_string());

    shop.clock().advance(6 * DAY - Duration::from_secs(60));
    alice.post(ARCHIVES, json!({})).await.error(422);
    shop.clock().advance(Duration::from_secs(120));
    assert_eq!(alice.get(ARCHIVES).await.ok()["next_at"], Value::Null);
    let second = made(&shop, &alice).await;
    assert_ne!(first["id"], second["id"]);
    assert_eq!(kept(&shop).await, 2, "the first one is kept for its week");

    shop.clock().advance(DAY);
    shop.settle().await;
    alice.get(&address(&first)).await.error(404);
    assert_eq!(alice.get(ARCHIVES).await.ok()["archives"].as_array().unwrap().len(), 1);
    assert_eq!(kept(&shop).await, 1);
    assert_eq!(alice.get(&address(&second)).await.status(), 200);
    shop.clock().advance(6 * DAY);
    shop.settle().await;
    assert_eq!(alice.get(ARCHIVES).await.ok(), json!({ "archives": [], "next_at": null }));
    assert_eq!(kept(&shop).await, 0);
}
