//! Traffic with other servers: posts coming in, posts going out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Fault;
use super::community::{Community, Member};
use super::measure::{Load, flood, run};
use super::peer::{Arrivals, Key, Peer};
use super::server::Server;
use super::table::{Table, millis};

/// Other servers with followers of ours.
const HOSTS: usize = 50;
/// Followers on each of them, for scale 1.
const FOLLOWERS: usize = 4;
/// Other servers whose posts come in.
const SENDERS: usize = 8;
/// Posts that go out to every host.
const OUTGOING: usize = 20;
/// Posts that go out while one host is dead.
const LAST: usize = 5;
/// How long a wave of traffic may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures both ways. Gives the number of posts that came in.
pub async fn measure(
    table: &mut Table,
    server: &Server,
    people: &Community,
    scale: u32,
) -> Result<u64, Fault> {
    let arrivals = Arc::new(Arrivals::default());
    let key = Key::new()?;
    let mut peers = Vec::new();
    for _ in 0..HOSTS {
        peers.push(Peer::open(&key, &arrivals).await?);
    }
    let received = incoming(table, server, &people.members[0], &peers[..SENDERS], &arrivals).await?;
    let author = &people.members[people.members.len() - 1];
    outgoing(table, server, author, &peers, &arrivals, FOLLOWERS * scale as usize).await?;
    Ok(received)
}

/// A member follows somebody on each of some hosts, and they write.
async fn incoming(
    table: &mut Table,
    server: &Server,
    reader: &Member,
    peers: &[Peer],
    arrivals: &Arrivals,
) -> Result<u64, Fault> {
    const NAME: &str = "writer";
    let mut line = server.line().await?;
    let mut accounts = Vec::new();
    for peer in peers {
        let handle = peer.handle(NAME).replace('@', "%40");
        let path = format!("/api/v1/accounts/search?q={handle}&resolve=true&limit=1");
        let found = line.json(&reader.get(&path)).await?;
        let id = found[0]["id"].as_str().ok_or("a peer's actor cannot be found")?.to_owned();
        line.json(&reader.post(&format!("/api/v1/accounts/{id}/follow"), &json!({}))).await?;
        accounts.push(id);
    }
    arrivals.reach(peers.len(), PATIENCE).await?;
    for follow in arrivals.follows() {
        let peer = peers.iter().find(|peer| follow["object"] == peer.actor(NAME).as_str());
        let peer = peer.ok_or("a Follow for nobody")?;
        line.json(&peer.send(&server.domain(), NAME, &peer.accept(NAME, &follow))?).await?;
    }
    server.settled().await?;
    let mut sent = 0;
    for (connections, most) in [(1, 300), (16, 1_500), (64, 1_500)] {
        let mut calls = Vec::with_capacity(most);
        for number in sent..sent + most {
            let peer = &peers[number % peers.len()];
            calls.push(peer.send(&server.domain(), NAME, &peer.create(NAME, number))?);
        }
        sent += most;
        let load = Load { connections, time: PATIENCE, most };
        let (before, begun) = (server.processor()?, Instant::now());
        let seen = flood(server, &load, move |turn| calls[turn].clone()).await?;
        // Every post is counted beside its author once it can be seen.
        let visible = loop {
            let mut visible = 0;
            for id in &accounts {
                let account = line.json(&reader.get(&format!("/api/v1/accounts/{id}"))).await?;
                visible += account["statuses_count"].as_u64().unwrap_or_default();
            }
            if visible >= sent as u64 {
                break begun.elapsed();
            }
            if begun.elapsed() > PATIENCE {
                return Err(format!("{visible} of {sent} incoming posts can be seen").into());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        server.settled().await?;
        let processor = server.processor()? - before;
        table.row(
            "inbound Create, accepted (with the work that runs beside it)",
            connections,
            &seen,
            "1,500/s",
        );
        let name = format!("inbound Create, accepted to visible, {connections} connections");
        table.work(&name, most, visible, processor, "1 ms, 1,000/s");
    }
    Ok(sent as u64)
}

/// People on many hosts follow a member, who writes.
async fn outgoing(
    table: &mut Table,
    server: &Server,
    author: &Member,
    peers: &[Peer],
    arrivals: &Arrivals,
    followers: usize,
) -> Result<(), Fault> {
    let mut calls = Vec::new();
    for peer in peers {
        for number in 0..followers {
            let name = format!("fan{number}");
            calls.push(peer.send(&server.domain(), &name, &peer.follow(&name, &author.uri))?);
        }
    }
    let (count, before) = (calls.len(), arrivals.count());
    let load = Load { connections: 16, time: PATIENCE, most: count };
    let seen = run(server, &load, move |turn| calls[turn].clone()).await?;
    table.row("inbound Follow of an unknown actor (fetched and kept)", 16, &seen, "");
    // Each is answered by an Accept.
    arrivals.reach(before + count, PATIENCE).await?;
    server.settled().await?;
    let mut line = server.line().await?;
    let (before, cpu, begun) = (arrivals.count(), server.processor()?, Instant::now());
    for number in 0..OUTGOING {
        let body = json!({ "status": format!("Outgoing {number}: the tide is out. #bench") });
        line.json(&author.post("/api/v1/statuses", &body)).await?;
    }
    let deliveries = OUTGOING * peers.len();
    arrivals.reach(before + deliveries, PATIENCE).await?;
    let wall = begun.elapsed();
    server.settled().await?;
    let cpu = server.processor()? - cpu;
    table.work("outbound delivery (sign, send, done)", deliveries, wall, cpu, "1.0 ms");
    if let Some(dead) = peers.first() {
        dead.die();
    }
    let mut took = Vec::new();
    let expected = arrivals.count() + LAST * (peers.len() - 1);
    for number in 0..LAST {
        let (before, begun) = (arrivals.count(), Instant::now());
        let body = json!({ "status": format!("To everybody but one, {number}") });
        line.json(&author.post("/api/v1/statuses", &body)).await?;
        arrivals.reach(before + peers.len() - 1, PATIENCE).await?;
        took.push(arrivals.last().map_or(begun.elapsed(), |at| at.duration_since(begun)));
    }
    server.settled().await?;
    if arrivals.count() != expected {
        return Err("a dead host was reached".into());
    }
    took.sort_unstable();
    let name = format!("1 post to {} followers on {} hosts, one of them dead", count, peers.len());
    table.fact(
        &name,
        format!("p50 {} to the last live host", millis(took[took.len() / 2])),
        "0.4 s on 200 hosts",
    );
    Ok(())
}
