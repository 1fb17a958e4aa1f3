//! What streams tell, in the shapes of its entities: over the socket, and as server-sent events of each channel.

use std::time::Duration;

use serde_json::{Value, json};

use super::routes::Route;
use super::shape::Shapes;
use super::stage::Stage;
use crate::support::peer::Peer;
use crate::support::stream::Stream;

/// How long what must come may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// What is not as it should be about a stream.
pub async fn problems(stage: &Stage, shapes: &Shapes, route: &Route) -> Vec<String> {
    let name = route.name();
    let (wanted, kind) = match route.path.rsplit('/').next() {
        Some("notification") => ("notification", "Notification"),
        Some("direct") => ("conversation", "Conversation"),
        _ => ("update", "Status"),
    };
    let told = async {
        if route.returns == "websocket" {
            over_the_socket(stage, wanted).await
        } else {
            told(stage, route, wanted).await
        }
    };
    let Ok(payload) = tokio::time::timeout(PATIENCE, told).await else {
        return vec![format!("{name} never tells of {wanted}")];
    };
    let mut problems = Vec::new();
    shapes.check(kind, &payload, &name, &mut problems);
    problems
}

/// The payload of the first event of this name on the socket. What happened before may still be told of.
async fn over_the_socket(stage: &Stage, wanted: &str) -> Value {
    let mut stream = Stream::open(&stage.shop, &stage.alice, "stream=user").await;
    stage.bob.says("over the socket").await;
    loop {
        let event = stream.next().await;
        if event.name == wanted {
            return event.payload;
        }
    }
}

/// As [`over_the_socket`], of a channel as server-sent events.
async fn told(stage: &Stage, route: &Route, wanted: &str) -> Value {
    let path = match route.path.as_str() {
        "/api/v1/streaming/list" => {
            let list = stage.list().await.unwrap();
            let members = json!({ "account_ids": [stage.bob.id] });
            stage.alice.post(&format!("/api/v1/lists/{list}/accounts"), members).await.ok();
            format!("{}?list={list}", route.path)
        }
        _ => stage.path(route),
    };
    let mut response = stage.alice.request(reqwest::Method::GET, &path).send().await.unwrap();
    assert_eq!(response.status(), 200, "{path}");
    assert_eq!(response.headers()["content-type"], "text/event-stream", "{path}");
    let mut seen = String::new();
    let mut happened = false;
    loop {
        let whole = seen.rsplit_once("\n\n").map_or("", |(whole, _)| whole);
        let payload = whole.split("\n\n").find_map(|block| {
            let line = |start: &str| block.lines().find_map(|line| line.strip_prefix(start));
            line("event: ").filter(|name| *name == wanted).and_then(|_| line("data: "))
        });
        if let Some(payload) = payload {
            return serde_json::from_str(payload).unwrap();
        }
        // The first line says that the server listens.
        if !happened && !seen.is_empty() {
            happened = true;
            cause(stage, &route.path).await;
        }
        seen.push_str(&String::from_utf8_lossy(
            &response.chunk().await.unwrap().expect("the stream has ended"),
        ));
    }
}

/// Lets something happen that this channel tells of.
async fn cause(stage: &Stage, path: &str) {
    match path {
        "/api/v1/streaming/user/notification" => {
            let post = stage.post(&stage.alice).await;
            stage.bob.post(&format!("/api/v1/statuses/{post}/favourite"), json!({})).await.ok();
        }
        "/api/v1/streaming/direct" => {
            let post = json!({ "status": "@alice psst", "visibility": "direct" });
            stage.bob.post("/api/v1/statuses", post).await.ok();
        }
        "/api/v1/streaming/public/remote" => {
            let peer = Peer::start().await;
            peer.person("dora");
            let alice = format!("{}/ap/users/{}", stage.shop.base(), stage.alice.id);
            let note = peer.note("dora", 1, json!({ "tag": [{ "type": "Mention", "href": alice }] }));
            assert_eq!(peer.send(stage.shop.base(), &peer.activity("dora", "Create", note)).await, 202);
        }
        _ => drop(stage.bob.says("hear, hear #cats").await),
    }
}
