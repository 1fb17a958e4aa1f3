//! Files of follows, lists, mutes, blocks, blocked servers and bookmarks: taken along, and brought.

mod bad_files;
mod filters;
mod on_the_way;

use serde_json::{Value, json};

use crate::support::peer::Peer;
use crate::support::{Answer, Person, Shop};

pub const EXPORTS: &str = "/api/shop/v1/exports";
pub const IMPORTS: &str = "/api/shop/v1/imports";

/// Every file: its type and its name.
const FILES: [(&str, &str); 6] = [
    ("following", "following_accounts.csv"),
    ("lists", "lists.csv"),
    ("muting", "muted_accounts.csv"),
    ("blocking", "blocked_accounts.csv"),
    ("domain_blocking", "blocked_domains.csv"),
    ("bookmarks", "bookmarks.csv"),
];

/// Brings a file.
pub async fn bring(who: &Person, kind: &str, mode: &str, text: &str) -> Answer {
    let file = ("data", "file.csv", "text/csv", text.as_bytes().to_vec());
    who.upload(IMPORTS, &[("type", kind), ("mode", mode)], file).await
}

/// Brings a file and gives what became of it.
pub async fn brought(shop: &Shop, who: &Person, kind: &str, mode: &str, text: &str) -> Value {
    let begun = bring(who, kind, mode, text).await.ok();
    shop.settle().await;
    let done = who.get(&format!("{IMPORTS}/{}", begun["id"].as_str().unwrap())).await.ok();
    assert_eq!(done["state"], "finished", "{done}");
    done
}

/// The numbers of an import: all, decided, done, failed.
pub fn numbers(import: &Value) -> [u64; 4] {
    ["total_items", "processed_items", "imported_items", "failed_items"]
        .map(|name| import[name].as_u64().unwrap())
}

/// The lines of a file, in any order.
pub async fn lines(who: &Person, name: &str) -> Vec<String> {
    let answer = who.get(&format!("{EXPORTS}/{name}")).await;
    assert_eq!(answer.status(), 200, "{}", answer.text());
    let mut lines: Vec<String> = answer.text().lines().map(str::to_owned).collect();
    lines.sort_unstable();
    lines
}

/// Why lines failed, in their order.
pub async fn reasons(who: &Person, import: &Value) -> Vec<String> {
    let failed = who.get(&format!("{IMPORTS}/{}/failures", import["id"].as_str().unwrap())).await.ok();
    failed.as_array().unwrap().iter().map(|one| one["reason"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn files_are_written_as_others_read_them() {
    let shop = Shop::start().await;
    let peer = Peer::start().await;
    peer.person("carol");
    let (alice, bob, dora) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("dora").await);
    let options = json!({ "reblogs": false, "notify": true, "languages": ["de", "en"] });
    alice.post(&format!("/api/v1/accounts/{}/follow", bob.id), options).await.ok();
    let list = alice.post("/api/v1/lists", json!({ "title": "near, \"dear\"" })).await.ok()["id"].clone();
    let members = format!("/api/v1/lists/{}/accounts", list.as_str().unwrap());
    alice.post(&members, json!({ "account_ids": [bob.id] })).await.ok();
    alice.post("/api/v1/lists", json!({ "title": "nobody" })).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({ "notifications": false })).await.ok();
    alice.post(&format!("/api/v1/accounts/{}/block", dora.id), json!({})).await.ok();
    alice.post("/api/v1/domain_blocks", json!({ "domain": "bücher.example" })).await.ok();
    let post = bob.says("keep me").await;
    alice.post(&format!("/api/v1/statuses/{}/bookmark", post["id"].as_str().unwrap()), json!({})).await.ok();

    let here = shop.domain();
    let wanted = [
        format!(
            "Account address,Show boosts,Notify on new posts,Languages\nbob@{here},false,true,\"de, en\"\n"
        ),
        format!("\"near, \"\"dear\"\"\",bob@{here}\n"),
        format!("Account address,Hide notifications\nbob@{here},false\n"),
        format!("dora@{here}\n"),
        "xn--bcher-kva.example\n".to_owned(),
        format!("{}\n", post["uri"].as_str().unwrap()),
    ];
    for ((kind, name), wanted) in FILES.iter().zip(wanted) {
        let answer = alice.get(&format!("{EXPORTS}/{name}")).await;
        assert_eq!(answer.text(), wanted, "{kind}");
        assert_eq!(answer.header("content-type"), Some("text/csv; charset=utf-8"));
        assert_eq!(
            answer.header("content-disposition"),
            Some(format!("attachment; filename=\"{name}\"").as_str())
        );
    }
    let counts = json!({ "following": 1, "lists": 1, "muting": 1, "blocking": 1, "domain_blocking": 1, "bookmarks": 1, "custom_filters": 0 });
    assert_eq!(alice.get(EXPORTS).await.ok(), counts);
    for (_, name) in FILES {
        let header = matches!(name, "following_accounts.csv" | "muted_accounts.csv");
        assert_eq!(lines(&dora, name).await.len(), usize::from(header), "an empty {name}");
    }
}

#[tokio::test]
async fn what_was_taken_along_arrives_on_another_server() {
    let (there, here) = Shop::pair().await;
    let (old, bob, dora) =
        (there.member("alice").await, there.member("bob").await, there.member("dora").await);
    let options = json!({ "reblogs": false, "languages": ["de"] });
    old.post(&format!("/api/v1/accounts/{}/follow", bob.id), options).await.ok();
    let list = old.post("/api/v1/lists", json!({ "title": "friends" })).await.ok()["id"].clone();
    let members = format!("/api/v1/lists/{}/accounts", list.as_str().unwrap());
    old.post(&members, json!({ "account_ids": [bob.id] })).await.ok();
    old.post(&format!("/api/v1/accounts/{}/mute", bob.id), json!({ "notifications": false })).await.ok();
    old.post(&format!("/api/v1/accounts/{}/block", dora.id), json!({})).await.ok();
    old.post("/api/v1/domain_blocks", json!({ "domain": "loud.example" })).await.ok();
    let post = bob.says("keep me").await;
    old.post(&format!("/api/v1/statuses/{}/bookmark", post["id"].as_str().unwrap()), json!({})).await.ok();

    let new = here.member("alicia").await;
    for (kind, name) in FILES {
        let text = old.get(&format!("{EXPORTS}/{name}")).await.text();
        let done = brought(&here, &new, kind, "merge", &text).await;
        assert_eq!(numbers(&done), [1, 1, 1, 0], "{kind}: {done}");
    }
    there.settle().await;
    here.settle().await;
    for (kind, name) in FILES {
        assert_eq!(lines(&new, name).await, lines(&old, name).await, "{kind}");
    }
    assert_eq!(bob.get(&format!("/api/v1/accounts/{}/followers", bob.id)).await.ids().len(), 2);
    let listed = new.get(IMPORTS).await.ok();
    assert_eq!(listed.as_array().unwrap().len(), 6);
    assert_eq!(
        (&listed[0]["type"], &listed[0]["mode"], &listed[0]["file_name"]),
        (&json!("bookmarks"), &json!("merge"), &json!("file.csv"))
    );
    assert!(listed[0]["kept_until"].is_string());
}

#[tokio::test]
async fn merging_keeps_what_is_there_and_overwriting_does_not() {
    let shop = Shop::start().await;
    let (alice, bob, dora) =
        (shop.member("alice").await, shop.member("bob").await, shop.member("dora").await);
    let here = shop.domain();
    let posts: Vec<_> = [bob.says("one").await, dora.says("two").await]
        .iter()
        .map(|post| (post["id"].as_str().unwrap().to_owned(), post["uri"].as_str().unwrap().to_owned()))
        .collect();
    let to_bob = [
        ("following", "following_accounts.csv", format!("Bob@{here}")),
        ("lists", "lists.csv", format!("friends,bob@{here}")),
        ("muting", "muted_accounts.csv", format!("@bob@{here}")),
        ("domain_blocking", "blocked_domains.csv", "ONE.example".to_owned()),
        ("bookmarks", "bookmarks.csv", posts[0].1.clone()),
        ("blocking", "blocked_accounts.csv", format!("bob@{here}")),
    ];
    for (kind, name, text) in to_bob {
        // Blocking ends the follow; each kind is tried with what stood before.
        let before: &[(&str, Value)] = match kind {
            "following" => &[("/api/v1/accounts/{dora}/follow", json!({}))],
            "muting" => &[("/api/v1/accounts/{dora}/mute", json!({}))],
            "blocking" => &[("/api/v1/accounts/{dora}/block", json!({}))],
            "domain_blocking" => &[("/api/v1/domain_blocks", json!({ "domain": "two.example" }))],
            "bookmarks" => &[("/api/v1/statuses/{post}/bookmark", json!({}))],
            _ => &[],
        };
        for (path, body) in before {
            let path = path.replace("{dora}", &dora.id).replace("{post}", &posts[1].0);
            alice.post(&path, body.clone()).await.ok();
        }
        if kind == "lists" {
            for (title, who) in [("friends", &dora), ("others", &dora)] {
                let list = alice.post("/api/v1/lists", json!({ "title": title })).await.ok()["id"].clone();
                let members = format!("/api/v1/lists/{}/accounts", list.as_str().unwrap());
                alice.post(&members, json!({ "account_ids": [who.id] })).await.ok();
            }
        }
        let header = usize::from(matches!(kind, "following" | "muting"));
        let stood = lines(&alice, name).await;
        let done = brought(&shop, &alice, kind, "merge", &text).await;
        assert_eq!(numbers(&done), [1, 1, 1, 0], "{kind}: {done}");
        let merged = lines(&alice, name).await;
        assert!(stood.iter().all(|line| merged.contains(line)), "{kind}: {stood:?} {merged:?}");
        assert_eq!(merged.len(), stood.len() + 1, "{kind}");
        if kind == "following" {
            // Lists need follows; the overwriting of follows has a test of its own below.
            continue;
        }
        let done = brought(&shop, &alice, kind, "overwrite", &text).await;
        assert_eq!(numbers(&done), [1, 1, 1, 0], "{kind}: {done}");
        assert_eq!(lines(&alice, name).await.len(), header + 1, "{kind}");
        if kind == "lists" {
            assert_eq!(alice.get("/api/v1/lists").await.ids().len(), 1, "a list that is not named goes");
        }
    }

    let eve = shop.member("eve").await;
    eve.follows(&bob).await;
    eve.follows(&dora).await;
    let kept = eve.get(&format!("/api/v1/accounts/relationships?id[]={}", bob.id)).await.ok();
    let done = brought(&shop, &eve, "following", "overwrite", &format!("bob@{here}\nalice@{here}\n")).await;
    assert_eq!(numbers(&done), [2, 2, 2, 0]);
    let names = lines(&eve, "following_accounts.csv").await;
    assert_eq!(names[1..], [format!("alice@{here},true,false,"), format!("bob@{here},true,false,")]);
    assert_eq!(eve.get(&format!("/api/v1/accounts/relationships?id[]={}", bob.id)).await.ok(), kept);
}
