//! The data set: people, follows, posts, a thread and notifications, all made through the API.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::header::HeaderValue;
use serde_json::{Value, json};

use super::Fault;
use super::client::Call;
use super::measure::{Load, run};
use super::server::Server;

/// People of a data set of scale 1.
const PEOPLE: u32 = 100;
/// Posts of a data set of scale 1.
const POSTS: u32 = 5_000;
/// How many others everybody follows.
const FOLLOWS: usize = 20;
/// Posts of the one long thread.
const THREAD: usize = 50;
/// Connections that build.
const BUILDERS: usize = 16;
/// How long one step of building may take, for scale 1.
const PATIENCE: Duration = Duration::from_secs(120);

/// Somebody with a token.
#[derive(Debug, Clone)]
pub struct Member {
    /// The account's id.
    pub id: String,
    /// The account's ActivityPub id.
    pub uri: String,
    /// Its `Authorization` header.
    pub token: HeaderValue,
}

impl Member {
    /// A GET as this member.
    pub fn get(&self, path: &str) -> Call {
        Call::get(path).with_token(&self.token)
    }

    /// A PATCH as this member.
    pub fn patch(&self, path: &str, body: &Value) -> Call {
        Call::patch(path, body).with_token(&self.token)
    }

    /// A POST as this member.
    pub fn post(&self, path: &str, body: &Value) -> Call {
        Call::post(path, body).with_token(&self.token)
    }
}

/// The people of the server that is measured, and what they wrote.
pub struct Community {
    /// Everybody. The first follows the twenty next, and so on around.
    pub members: Arc<[Member]>,
    /// Ids of posts, oldest first.
    pub ids: Vec<String>,
    /// The first post of the long thread.
    pub thread: String,
}

fn text(value: &Value, name: &str) -> Result<String, Fault> {
    Ok(value[name].as_str().ok_or_else(|| format!("no {name} in {value}"))?.to_owned())
}

impl Community {
    /// Makes everything.
    pub async fn build(server: &Server, scale: u32) -> Result<Self, Fault> {
        let members: Arc<[Member]> = sign_up(server, (PEOPLE * scale) as usize).await?.into();
        eprintln!("{} people", members.len());
        let patience = PATIENCE * scale;
        let all = |most| Load { connections: BUILDERS, time: patience, most };
        let people = members.clone();
        let count = people.len();
        run(server, &all(count * FOLLOWS), move |turn| {
            let (from, step) = (turn / FOLLOWS, turn % FOLLOWS + 1);
            people[from]
                .post(&format!("/api/v1/accounts/{}/follow", people[(from + step) % count].id), &json!({}))
        })
        .await?;
        let people = members.clone();
        // What nobody may find costs a search nothing.
        run(server, &all(count), move |turn| {
            people[turn].patch("/api/v1/accounts/update_credentials", &json!({ "indexable": true }))
        })
        .await?;
        let people = members.clone();
        run(server, &all((POSTS * scale) as usize), move |turn| {
            people[turn % count].post("/api/v1/statuses", &json!({ "status": words(turn, count) }))
        })
        .await?;
        let mut line = server.line().await?;
        let mut thread: Vec<String> = Vec::new();
        for turn in 0..THREAD {
            // Half of the thread answers its beginning, half what was said last.
            let parent = if turn % 2 == 0 { thread.first() } else { thread.last() };
            let body = json!({ "status": words(turn, count), "in_reply_to_id": parent });
            thread
                .push(text(&line.json(&members[turn % count].post("/api/v1/statuses", &body)).await?, "id")?);
        }
        let ids = ids(server, &members).await?;
        let (people, liked) = (members.clone(), thread.first().cloned().unwrap_or_default());
        run(server, &all(count - 1), move |turn| {
            people[turn + 1].post(&format!("/api/v1/statuses/{liked}/favourite"), &json!({}))
        })
        .await?;
        server.settled().await?;
        until_found(server, &members[0]).await?;
        Ok(Self { members, ids, thread: thread.swap_remove(0) })
    }

    /// How many posts the server says that it has.
    pub async fn statuses(&self, server: &Server) -> Result<u64, Fault> {
        let instance = server.line().await?.json(&Call::get("/api/v1/instance")).await?;
        Ok(instance["stats"]["status_count"].as_u64().ok_or("no count of posts")?)
    }
}

/// A search that matches one post in four, of nearly everybody.
pub const SEARCH: &str = "/api/v2/search?type=statuses&q=ferry&limit=20";

/// Waits until a search finds a full page: the index learns a little later than everything else.
async fn until_found(server: &Server, reader: &Member) -> Result<(), Fault> {
    let mut line = server.line().await?;
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        let found = line.json(&reader.get(SEARCH)).await?;
        if found["statuses"].as_array().is_some_and(|found| found.len() == 20) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Err("the index does not learn what was posted".into())
}

/// What is written: some sixty to two hundred characters, one in ten with a mention, one in four with a tag.
fn words(turn: usize, people: usize) -> String {
    const PARTS: [&str; 7] = [
        "The ferry came in early and nobody was there to be surprised.",
        "Today's bread has opinions.",
        "I have mended the same chair three times and it has thanked me once.",
        "Low water, long shadows, one heron who knows exactly what it is doing.",
        "Somebody left an umbrella in the library, open.",
        "The kiln is at twelve hundred degrees and I am at the window.",
        "If you hear an accordion tonight: I am sorry, and also not.",
    ];
    let mut text = format!("{} {}", PARTS[turn % PARTS.len()], PARTS[(turn / 3 + 2) % PARTS.len()]);
    if turn % 10 == 3 {
        text.push_str(&format!(" @member{}", turn * 31 % people));
    }
    if turn % 4 == 1 {
        text.push_str(&format!(" #topic{}", turn % 12));
    }
    format!("{text} ({turn})")
}

/// So many people, each with a token.
pub async fn sign_up(server: &Server, count: usize) -> Result<Vec<Member>, Fault> {
    let mut line = server.line().await?;
    let wanted = json!({
        "client_name": "Load", "redirect_uris": "urn:ietf:wg:oauth:2.0:oob", "scopes": "read write follow"
    });
    let app = line.json(&Call::post("/api/v1/apps", &wanted)).await?;
    let grant = json!({
        "grant_type": "client_credentials", "client_id": app["client_id"], "client_secret": app["client_secret"],
        "scope": "read write follow",
    });
    let granted = line.json(&Call::post("/oauth/token", &grant)).await?;
    let bearer = |token: &Value| -> Result<HeaderValue, Fault> {
        Ok(HeaderValue::from_str(&format!("Bearer {}", text(token, "access_token")?))?)
    };
    let app_token = bearer(&granted)?;
    let turns = Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let mut tasks = Vec::new();
    // Each key pair is tenths of a second of processor time; two at once keep two cores busy.
    for _ in 0..4 {
        let (mut line, turns, app_token) = (server.line().await?, turns.clone(), app_token.clone());
        tasks.push(tokio::spawn(async move {
            let mut made = Vec::new();
            loop {
                let turn = turns.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                if turn >= count {
                    return Ok::<_, Fault>(made);
                }
                let name = format!("member{turn}");
                let form = json!({
                    "username": name, "email": format!("{name}@bench.example"), "password": "a long enough one",
                    "agreement": true, "locale": "en",
                });
                let token = line.json(&Call::post("/api/v1/accounts", &form).with_token(&app_token)).await?;
                let token = HeaderValue::from_str(&format!("Bearer {}", text(&token, "access_token")?))?;
                let verify = Call::get("/api/v1/accounts/verify_credentials").with_token(&token);
                let account = line.json(&verify).await?;
                made.push((turn, Member { id: text(&account, "id")?, uri: text(&account, "uri")?, token }));
            }
        }));
    }
    let mut members = Vec::new();
    for task in tasks {
        members.extend(task.await??);
    }
    members.sort_by_key(|(turn, _)| *turn);
    Ok(members.into_iter().map(|(_, member)| member).collect())
}

/// Ids along the first member's home timeline, oldest first.
async fn ids(server: &Server, members: &[Member]) -> Result<Vec<String>, Fault> {
    let mut line = server.line().await?;
    let mut ids: Vec<String> = Vec::new();
    while ids.len() < 800 {
        let below = ids.last().map(|id| format!("&max_id={id}")).unwrap_or_default();
        let page = line.json(&members[0].get(&format!("/api/v1/timelines/home?limit=40{below}"))).await?;
        let page = page.as_array().cloned().unwrap_or_default();
        if page.is_empty() {
            break;
        }
        for status in &page {
            ids.push(text(status, "id")?);
        }
    }
    ids.reverse();
    if ids.is_empty() { Err("the home timeline is empty".into()) } else { Ok(ids) }
}
