//! Filters as a file: taken along and brought, merged and overwritten, and files that mean no good.

use serde_json::{Value, json};

use super::{EXPORTS, IMPORTS, bring, brought, numbers, reasons};
use crate::support::{Person, Shop};

const KIND: &str = "custom_filters";

async fn file(who: &Person) -> String {
    let answer = who.get(&format!("{EXPORTS}/custom_filters.json")).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    answer.text()
}

async fn taken(who: &Person) -> Value {
    serde_json::from_str(&file(who).await).unwrap()
}

/// The filters without the numbers of this server, oldest first.
async fn filters(who: &Person) -> Vec<Value> {
    let mut all = who.get("/api/v2/filters").await.ok().as_array().unwrap().clone();
    all.sort_by_key(|filter| filter["id"].as_str().unwrap().parse::<u64>().unwrap());
    let words = |filter: &Value| {
        let keywords = filter["keywords"].as_array().unwrap().iter();
        keywords.map(|word| json!([word["keyword"], word["whole_word"]])).collect::<Vec<_>>()
    };
    all.iter()
        .map(|filter| {
            json!([
                filter["title"],
                filter["context"],
                filter["filter_action"],
                filter["expires_at"],
                words(filter),
                filter["statuses"].as_array().unwrap().len(),
            ])
        })
        .collect()
}

fn one(title: &str, words: &[&str]) -> Value {
    let words: Vec<_> = words.iter().map(|word| json!({ "keyword": word, "whole_word": false })).collect();
    json!({ "title": title, "context": ["home"], "action": "hide", "keywords_attributes": words })
}

fn of(filters: &[Value]) -> String {
    json!({ "custom_filters": filters }).to_string()
}

#[tokio::test]
async fn filters_go_to_another_server_and_back_unchanged() {
    let (there, here) = Shop::pair().await;
    let old = there.member("alice").await;
    assert_eq!(taken(&old).await, json!({ "custom_filters": [] }));
    let post = old.says("a post to hide").await;
    let keywords = json!([{ "keyword": "fin\"ale", "whole_word": false }, { "keyword": "season 3" }]);
    let made = old.post(
        "/api/v2/filters",
        json!({
            "title": "Spoilers", "context": ["home", "thread"], "filter_action": "blur", "expires_in": 3600,
            "keywords_attributes": keywords,
        }),
    );
    let made = made.await.ok();
    let picked = json!({ "status_id": post["id"] });
    old.post(&format!("/api/v2/filters/{}/statuses", made["id"].as_str().unwrap()), picked).await.ok();
    for context in ["public", "account"] {
        old.post("/api/v2/filters", json!({ "title": "twice", "context": [context] })).await.ok();
    }

    let text = file(&old).await;
    let told: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        told["custom_filters"][0],
        json!({
            "title": "Spoilers", "expires_at": made["expires_at"], "context": ["home", "thread"], "action": "blur",
            "keywords_attributes": [
                { "keyword": "fin\"ale", "whole_word": false }, { "keyword": "season 3", "whole_word": true },
            ],
            "statuses": [post["uri"]],
        })
    );
    assert_eq!(old.get(EXPORTS).await.ok()[KIND], 3);

    let new = here.member("alicia").await;
    for mode in ["merge", "merge", "overwrite"] {
        let done = brought(&here, &new, KIND, mode, &text).await;
        assert_eq!(numbers(&done), [3, 3, 3, 0], "{mode}: {done}");
        assert_eq!(filters(&new).await, filters(&old).await, "{mode}");
        assert_eq!(taken(&new).await, told, "{mode}");
    }
    let seen = here.settle();
    seen.await;
    let found =
        new.get(&format!("/api/v2/search?q={}&resolve=true", post["uri"].as_str().unwrap())).await.ok();
    assert_eq!(found["statuses"][0]["filtered"][0]["filter"]["title"], "Spoilers", "{found}");
}

#[tokio::test]
async fn merging_adds_and_overwriting_leaves_what_the_file_says() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    brought(&shop, &alice, KIND, "merge", &of(&[one("a", &["x", "y"]), one("b", &["z"]), one("a", &["w"])]))
        .await;
    let text = of(&[one("a", &["y", "new"]), one("c", &["v"])]);
    let done = brought(&shop, &alice, KIND, "merge", &text).await;
    assert_eq!(numbers(&done), [2, 2, 2, 0]);
    let words = |list: Vec<Value>| -> Vec<(String, Vec<String>)> {
        let word = |word: &Value| word[0].as_str().unwrap().to_owned();
        list.iter()
            .map(|filter| {
                let words = filter[4].as_array().unwrap().iter().map(word).collect();
                (filter[0].as_str().unwrap().to_owned(), words)
            })
            .collect()
    };
    let list = |list: &[(&str, &[&str])]| -> Vec<(String, Vec<String>)> {
        list.iter()
            .map(|(title, words)| {
                ((*title).to_owned(), words.iter().map(|word| (*word).to_owned()).collect())
            })
            .collect()
    };
    assert_eq!(
        words(filters(&alice).await),
        list(&[("a", &["x", "y", "new"]), ("b", &["z"]), ("a", &["w"]), ("c", &["v"])])
    );

    // One that makes no sense here is named by the file nevertheless, and stays.
    let mut odd = one("b", &["q"]);
    odd["context"] = json!(["kitchen"]);
    let done = brought(&shop, &alice, KIND, "overwrite", &of(&[one("a", &["new", "y"]), odd])).await;
    assert_eq!(numbers(&done), [2, 2, 1, 1]);
    assert_eq!(words(filters(&alice).await), list(&[("a", &["y", "new"]), ("b", &["z"])]));

    let id = done["id"].as_str().unwrap();
    let failed = alice.get(&format!("{IMPORTS}/{id}/failures")).await.ok();
    assert_eq!((&failed[0]["line"], &failed[0]["cells"]), (&json!(2), &json!(["b"])));
    let again = alice.get(&format!("{IMPORTS}/{id}/failures.csv")).await;
    assert_eq!(
        again.header("content-disposition"),
        Some("attachment; filename=\"failures_custom_filters.json\"")
    );
    let again: Value = again.json();
    assert_eq!(again["custom_filters"][0]["context"], json!(["kitchen"]));

    // The compiled filters are those of the file at once.
    let bob = shop.member("bob").await;
    alice.follows(&bob).await;
    let post = bob.says("something new").await;
    let seen = alice.get(&format!("/api/v1/statuses/{}", post["id"].as_str().unwrap())).await.ok();
    assert_eq!(seen["filtered"][0]["keyword_matches"], json!(["new"]), "{seen}");
}

#[tokio::test]
async fn files_that_are_none_of_filters_are_refused() {
    let shop = Shop::start().await;
    let alice = shop.member("alice").await;
    let deep = format!("{{\"custom_filters\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let ignored = format!("{{\"custom_filters\":[],\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let many: Vec<Value> = (0..501).map(|number| one(&number.to_string(), &[])).collect();
    let mut large = one("a", &["x"]);
    large["more"] = json!("x".repeat(4 << 20));
    let large = of(&[large]);
    let wrong = |name: &str, value: Value| {
        let mut filter = one("a", &["x"]);
        filter[name] = value;
        of(&[filter])
    };
    let files = [
        String::new(),
        "{}".to_owned(),
        "null".to_owned(),
        "[]".to_owned(),
        "Account address\na@b.example\n".to_owned(),
        of(&[]),
        "{\"custom_filters\":{}}".to_owned(),
        "{\"custom_filters\":[1]}".to_owned(),
        deep,
        ignored,
        of(&many),
        large,
        wrong("title", json!(7)),
        wrong("context", json!("home")),
        wrong("keywords_attributes", json!(["x"])),
        wrong("statuses", json!([{}])),
        wrong("expires_at", json!(5)),
        // Nothing in it makes sense.
        wrong("context", json!(["kitchen"])),
        wrong("action", json!("burn")),
    ];
    for file in files {
        let refused = bring(&alice, KIND, "merge", &file).await;
        assert_eq!(refused.status(), 422, "{}: {}", &file[..file.len().min(60)], refused.text());
    }
    assert_eq!(alice.get(IMPORTS).await.ok(), json!([]));
    let filters = of(&[one("a", &["x"])]);
    bring(&alice, "blocking", "merge", &filters).await.error(422);
}

#[tokio::test]
async fn of_a_mixed_file_what_makes_sense_is_taken() {
    let shop = Shop::start().await;
    let (alice, bob) = (shop.member("alice").await, shop.member("bob").await);
    let secret = json!({ "status": "not for alice", "visibility": "private" });
    let secret = bob.post("/api/v1/statuses", secret).await.ok();
    let with = |name: &str, value: Value| {
        let mut filter = one(name, &["x"]);
        filter[name] = value;
        filter["title"] = json!(name);
        filter
    };
    let mut posts = one("posts", &[]);
    posts["statuses"] = json!([secret["uri"], format!("{}/ap/users/1/statuses/5", shop.base())]);
    let mut over = one("over", &[]);
    over["expires_at"] = json!("2020-01-01T00:00:00.000Z");
    let list = [
        with("context", json!(["home", "kitchen"])),
        with("action", json!("burn")),
        with("expires_at", json!("tomorrow")),
        with("statuses", json!(["javascript:alert(1)"])),
        one(" ", &[]),
        one(&"t".repeat(257), &[]),
        one("blank", &[" "]),
        one("long", &["k".repeat(513).as_str()]),
        posts,
        over,
    ];
    let done = brought(&shop, &alice, KIND, "merge", &of(&list)).await;
    assert_eq!(numbers(&done), [10, 10, 2, 8], "{done}");
    assert_eq!(reasons(&alice, &done).await, ["invalid"; 8]);
    let kept = filters(&alice).await;
    assert_eq!(kept.len(), 2);
    assert_eq!(
        (&kept[0][0], &kept[0][5]),
        (&json!("posts"), &json!(0)),
        "posts that nobody may see are left out"
    );
    assert_eq!((&kept[1][0], &kept[1][3]), (&json!("over"), &json!("2020-01-01T00:00:00.000Z")));

    // Beyond the limits of filters one entry is refused, not the file.
    let many: Vec<Value> = (0..499).map(|number| one(&number.to_string(), &[])).collect();
    let done = brought(&shop, &alice, KIND, "merge", &of(&many)).await;
    assert_eq!(numbers(&done), [499, 499, 498, 1], "{done}");
    assert_eq!(reasons(&alice, &done).await, ["refused"]);
}
