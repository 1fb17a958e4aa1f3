//! A heap of activities that lay in the queue when the server starts: how fast it is worked off, with how much memory,
//! and whether somebody small waits behind the heaps of others.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use shop::features::peers::processing::Receive;
use shop::platform::clock::Clock;
use shop::platform::config::Config;
use shop::server::assemble;

use super::Fault;
use super::community::sign_up;
use super::peer::{Arrivals, Key, Peer};
use super::server::Server;
use super::table::{Table, millis};

/// Servers whose heap is large, and how many activities lie in all of these together.
const LOUD: usize = 20;
const HEAP: usize = 100_000;
/// What another server has sent after all of them.
const QUIET: usize = 10;
/// How many rows are put into the queue in one transaction.
const STEP: usize = 1_000;
/// How long it may take.
const PATIENCE: Duration = Duration::from_secs(300);
const NAME: &str = "writer";

/// Fills the queue of a stopped server, starts it, and watches.
pub async fn measure(table: &mut Table) -> Result<(), Fault> {
    let folder = tempfile::Builder::new().prefix("shop-drain-").tempdir()?;
    let (server, _) = Server::start(folder.path()).await?;
    let reader = sign_up(&server, 1).await?.remove(0);
    let arrivals = Arc::new(Arrivals::default());
    let key = Key::new()?;
    let mut peers = Vec::new();
    for _ in 0..=LOUD {
        peers.push(Peer::open(&key, &arrivals).await?);
    }
    let mut line = server.line().await?;
    let mut accounts: Vec<String> = Vec::new();
    for peer in &peers {
        let handle = peer.handle(NAME).replace('@', "%40");
        let path = format!("/api/v1/accounts/search?q={handle}&resolve=true&limit=1");
        let found = line.json(&reader.get(&path)).await?;
        let id = found[0]["id"].as_str().ok_or("a peer's actor cannot be found")?.to_owned();
        line.json(&reader.post(&format!("/api/v1/accounts/{id}/follow"), &serde_json::json!({}))).await?;
        accounts.push(id);
    }
    arrivals.reach(peers.len(), PATIENCE).await?;
    for follow in arrivals.follows() {
        let peer = peers.iter().find(|peer| follow["object"] == peer.actor(NAME).as_str());
        let peer = peer.ok_or("a Follow for nobody")?;
        line.json(&peer.send(&server.domain(), NAME, &peer.accept(NAME, &follow))?).await?;
    }
    server.settled().await?;
    drop(line);
    server.stop().await?;
    fill(folder.path(), &peers, &accounts).await?;

    let begun = Instant::now();
    let (server, first) = Server::start(folder.path()).await?;
    let mut line = server.line().await?;
    let (mut quiet_at, mut most) = (None, 0.0_f64);
    loop {
        let mut seen = Vec::new();
        for id in &accounts {
            let account = line.json(&reader.get(&format!("/api/v1/accounts/{id}"))).await?;
            seen.push(account["statuses_count"].as_u64().unwrap_or_default() as usize);
        }
        most = most.max(server.resident()?);
        let (quiet, loud) = seen.split_last().ok_or("no servers")?;
        if *quiet == QUIET && quiet_at.is_none() {
            quiet_at = Some((begun.elapsed(), loud.iter().sum::<usize>()));
        }
        if loud.iter().sum::<usize>() == HEAP && *quiet == QUIET {
            break;
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{seen:?} of {HEAP} are worked off").into());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let wall = begun.elapsed();
    table.work(
        &format!("{HEAP} queued Creates of {LOUD} servers, worked off"),
        HEAP,
        wall,
        server.processor()?,
        "1 ms, 1,000/s",
    );
    table.fact("start to first answer, with these in the queue", millis(first), "1 s");
    table.fact("resident memory meanwhile, most", format!("{most:.0} MiB"), "200 MiB");
    let (at, others) = quiet_at.ok_or("the quiet server was never through")?;
    let words = format!("through after {}, when {others} of the others' were", millis(at));
    table.fact(&format!("{QUIET} posts of another server behind them"), words, "");
    server.stop().await
}

/// Puts the heaps into the queue, one behind the other, and the few last.
async fn fill(folder: &Path, peers: &[Peer], accounts: &[String]) -> Result<(), Fault> {
    let mut jobs = Vec::with_capacity(HEAP + QUIET);
    for (at, (peer, id)) in peers.iter().zip(accounts).enumerate() {
        let heap = if at < LOUD { HEAP / LOUD } else { QUIET };
        let sender = id.parse()?;
        let host = peer.handle(NAME).rsplit('@').next().unwrap_or_default().to_owned();
        for number in 0..heap {
            let body = peer.create(NAME, number).to_string();
            jobs.push(Receive { body, sender, host: host.clone() });
        }
    }
    let flags = [("storage.data", folder.join("data").display().to_string())];
    let app = assemble(Config::load(&flags, [], None)?, Clock::default())?;
    while !jobs.is_empty() {
        let step: Vec<Receive> = jobs.drain(..jobs.len().min(STEP)).collect();
        app.write(move |tx| step.iter().try_for_each(|job| tx.enqueue(job))).await?;
    }
    app.store.clone().close().await?;
    Ok(())
}
