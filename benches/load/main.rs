//! The load generator: starts the real server on a throw-away folder, fills it through the API, and measures what
//! the budgets of the design speak of. Prints one table. Everything stays on the loopback interface.
//!
//! `SHOP_BENCH_SCALE` multiplies the data set: 1 (the default) is 100 people with 5,000 posts, 20 the size of the
//! design. The figure that counts is the processor time of the server for each operation: it changes little when
//! other programs are busy on the same machine, while throughput and latency do.

mod client;
mod community;
mod drain;
mod federation;
mod measure;
mod peer;
mod server;
mod streams;
mod table;

use std::error::Error;
use std::time::Duration;

use self::community::{Community, SEARCH};
use self::measure::{CONNECTIONS, Load};
use self::server::{Server, shop};
use self::table::Table;

/// What goes wrong ends the run.
type Fault = Box<dyn Error + Send + Sync>;

/// How long a run of scale 1 may take at most.
const LONGEST: Duration = Duration::from_secs(540);

fn main() -> Result<(), Fault> {
    // `cargo bench` and `cargo test --benches` pass flags; only the former asks for measuring.
    if !std::env::args().any(|flag| flag == "--bench") {
        return Ok(());
    }
    let scale = match std::env::var("SHOP_BENCH_SCALE") {
        Ok(text) => text
            .parse::<u32>()
            .ok()
            .filter(|n| (1..=100).contains(n))
            .ok_or("SHOP_BENCH_SCALE is 1 to 100")?,
        Err(_) => 1,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        tokio::time::timeout(LONGEST * scale, run(scale)).await.map_err(|_| "the run took too long")?
    })
}

async fn run(scale: u32) -> Result<(), Fault> {
    let mut table = Table::default();
    let folder = tempfile::Builder::new().prefix("shop-bench-").tempdir()?;
    let (server, first) = Server::start(folder.path()).await?;
    table.fact("start to first answer, empty", table::millis(first), "150 ms");
    let told = server.introduces_itself().await?;
    table.fact("first answer about the server, which asks ffmpeg", table::millis(told), "");
    tokio::time::sleep(Duration::from_secs(1)).await;
    table.fact("resident memory, empty", format!("{:.0} MiB", server.resident()?), "40 MiB");
    let size = std::fs::metadata(shop())?.len() as f64 / 1_048_576.0;
    table.fact("binary, stripped", format!("{size:.1} MiB"), "40 MiB");
    let people = Community::build(&server, scale).await?;
    reading(&mut table, &server, &people).await?;
    table.fact("resident memory, under load", format!("{:.0} MiB", server.resident()?), "200 MiB");
    writing(&mut table, &server, &people).await?;
    measure_arrival(&mut table, &server, &people).await?;
    streams::measure(&mut table, &server, &people).await?;
    let received = federation::measure(&mut table, &server, &people).await?;
    table.fact("resident memory, at the end", format!("{:.0} MiB", server.resident()?), "200 MiB");
    let written = people.statuses(&server).await? + received;
    server.stop().await?;
    let (server, first) = Server::start(folder.path()).await?;
    table.fact("start to first answer, with the data", table::millis(first), "1 s");
    server.stop().await?;
    let grown = server::disk(folder.path())?;
    server::compact(folder.path())?;
    let each = |bytes: u64| format!("{:.2} MiB", bytes as f64 / 1_048_576.0 / written as f64 * 1_000.0);
    table.fact("disk per 1,000 posts, before compaction", each(grown), "");
    table.fact("disk per 1,000 posts, compacted", each(server::disk(folder.path())?), "1 MiB");
    drain::measure(&mut table).await?;
    eprintln!("{} people, {written} posts at the end", people.members.len());
    print!("{table}");
    Ok(())
}

/// Timelines, threads, notifications, search.
async fn reading(table: &mut Table, server: &Server, people: &Community) -> Result<(), Fault> {
    let reader = &people.members[0];
    let other = people.members[1 % people.members.len()].id.clone();
    let plain = |path: String| vec![reader.get(&path)];
    let deep = people.ids.iter().step_by(people.ids.len().div_ceil(200).max(1));
    let deep = deep.map(|id| reader.get(&format!("/api/v1/timelines/home?max_id={id}"))).collect();
    let cases = [
        ("GET home timeline, newest 20", "0.12 ms, 8,000/s", plain("/api/v1/timelines/home".into())),
        ("GET home timeline, newest 40", "", plain("/api/v1/timelines/home?limit=40".into())),
        ("GET home timeline, 20 at a random depth", "0.2 ms", deep),
        ("GET account statuses, 20", "0.2 ms", plain(format!("/api/v1/accounts/{other}/statuses"))),
        (
            "GET context of a 50-post thread",
            "0.4 ms",
            plain(format!("/api/v1/statuses/{}/context", people.thread)),
        ),
        ("GET notifications, 20", "0.25 ms", plain("/api/v1/notifications?limit=20".into())),
        ("search accounts", "0.5 ms", plain("/api/v1/accounts/search?q=member1&limit=20".into())),
        ("search statuses, over everything visible", "2 ms", plain(SEARCH.into())),
    ];
    for (name, budget, calls) in cases {
        for connections in CONNECTIONS {
            let load = Load { connections, time: Duration::from_millis(1_500), most: usize::MAX };
            let calls = calls.clone();
            let seen =
                measure::run(server, &load, move |turn| calls[turn * 7919 % calls.len()].clone()).await?;
            table.row(name, connections, &seen, budget);
        }
    }
    Ok(())
}

/// Posting, with all the work that follows from it.
async fn writing(table: &mut Table, server: &Server, people: &Community) -> Result<(), Fault> {
    for connections in CONNECTIONS {
        let authors = people.members.clone();
        let load = Load { connections, time: Duration::from_secs(2), most: usize::MAX };
        let seen = measure::run(server, &load, move |turn| {
            let text = format!("Load {connections} turn {turn}: the ferry is on time. #bench");
            authors[turn % authors.len()].post("/api/v1/statuses", &serde_json::json!({ "status": text }))
        })
        .await?;
        table.row("POST status, all its work done", connections, &seen, "0.8 ms, 1,000/s at 64");
    }
    Ok(())
}

/// From the POST until the post stands in a follower's home timeline.
async fn measure_arrival(table: &mut Table, server: &Server, people: &Community) -> Result<(), Fault> {
    let mut line = server.line().await?;
    let reader = &people.members[0];
    let author = &people.members[1 % people.members.len()];
    let mut took = Vec::new();
    for turn in 0..100 {
        let begun = std::time::Instant::now();
        let body = serde_json::json!({ "status": format!("Arrival {turn}") });
        let id = line.json(&author.post("/api/v1/statuses", &body)).await?["id"].clone();
        loop {
            let home = line.json(&reader.get("/api/v1/timelines/home?limit=5")).await?;
            if home.as_array().is_some_and(|home| home.iter().any(|status| status["id"] == id)) {
                break;
            }
            if begun.elapsed() > Duration::from_secs(10) {
                return Err("a post never reached its follower's home timeline".into());
            }
        }
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    let words = format!("p50 {}, p99 {}", table::millis(took[50]), table::millis(took[98]));
    table.fact("from POST to a follower's home timeline", words, "p50 10 ms + one sync");
    Ok(())
}
