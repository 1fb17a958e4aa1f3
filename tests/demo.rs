//! The sample community: the real binary opens it, everybody is there, and nothing is left of it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

/// A running demo; killed and cleared away when dropped, should a test fail.
struct Demo {
    child: Child,
    opened: Value,
}

impl Demo {
    fn open() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("SHOP_")) {
            command.env_remove(name);
        }
        let words = ["demo", "--listen", "127.0.0.1:0", "--without-pictures", "--json"];
        let mut child = command.args(words).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let opened = serde_json::from_str(&line).unwrap();
        Self { child, opened }
    }

    fn word(&self, name: &str) -> &str {
        self.opened[name].as_str().unwrap()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.word("url"))
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // A demo that was killed could not clear up behind itself.
        if let Some(folder) = self.opened["data"].as_str() {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

async fn json_of(request: reqwest::RequestBuilder) -> Value {
    let answer = request.send().await.unwrap();
    assert_eq!(answer.status(), 200, "{}", answer.url());
    answer.json().await.unwrap()
}

#[tokio::test]
async fn a_demo_is_full_of_life_and_leaves_nothing_behind() {
    let mut demo = Demo::open();
    let people = demo.opened["sign_ins"].as_array().unwrap();
    assert!(people.len() >= 12, "{people:?}");
    assert_eq!(people[0]["role"], "owner");
    let folder = Path::new(demo.word("data")).to_owned();
    assert!(folder.join("store").exists());

    let client = reqwest::Client::new();
    let instance = json_of(client.get(demo.url("/api/v1/instance"))).await;
    assert_eq!(instance["title"], "Harbour Lane");
    assert_eq!(instance["stats"]["user_count"], people.len());
    assert!(instance["stats"]["status_count"].as_u64().unwrap() >= 60);

    let public = json_of(client.get(demo.url("/api/v1/timelines/public?limit=30"))).await;
    let times: Vec<&str> =
        public.as_array().unwrap().iter().map(|status| status["created_at"].as_str().unwrap()).collect();
    assert_eq!(times.len(), 30);
    assert!(times.is_sorted_by(|newer, older| newer >= older), "{times:?}");
    assert_ne!(times[0][..10], times[29][..10], "the story takes days");

    // Marlene signs in as the printed words say, by way of a token of the command line.
    let token = Command::new(env!("CARGO_BIN_EXE_shop"))
        .args(["token", "create", "marlene", "--data"])
        .arg(&folder)
        .output()
        .unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    let heard = json_of(client.get(demo.url("/api/v1/notifications?limit=80")).bearer_auth(&token)).await;
    for kind in ["mention", "favourite", "reblog", "follow"] {
        assert!(heard.as_array().unwrap().iter().any(|one| one["type"] == kind), "no {kind}");
    }
    let home = json_of(client.get(demo.url("/api/v1/timelines/home")).bearer_auth(&token)).await;
    assert_eq!(home.as_array().unwrap().len(), 20);
    // No page of hers is empty.
    for path in [
        "/api/v1/lists",
        "/api/v1/conversations",
        "/api/v1/followed_tags",
        "/api/v1/bookmarks",
        "/api/v1/scheduled_statuses",
        "/api/v1/announcements",
        "/api/v1/trends/tags",
        "/api/v1/trends/statuses",
    ] {
        let page = json_of(client.get(demo.url(path)).bearer_auth(&token)).await;
        assert!(!page.as_array().unwrap().is_empty(), "{path}");
    }
    let polls = public.as_array().unwrap().iter().filter(|status| !status["poll"].is_null());
    assert!(polls.count() >= 1, "nobody asks anything");
    // The clock of the story has reached the present.
    let posted = client.post(demo.url("/api/v1/statuses")).bearer_auth(&token);
    let posted = json_of(posted.json(&json!({ "status": "And now?" }))).await;
    assert!(posted["created_at"].as_str().unwrap() > times[0]);

    let pid = demo.child.id().to_string();
    assert!(Command::new("kill").arg(&pid).status().unwrap().success());
    assert!(demo.child.wait().unwrap().success());
    assert!(!folder.exists());
}

#[test]
fn a_demo_touches_no_real_data() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_shop"))
        .args(["demo", "--data"])
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("keeps nothing"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
