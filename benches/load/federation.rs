//! Traffic with other servers: posts coming in, posts going out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::Fault;
use super::client::Line;
use super::community::{Community, Member};
use super::measure::{Load, flood, run};
use super::peer::{Arrivals, Key, Mood, Peer};
use super::server::Server;
use super::table::{Table, millis};

/// Other servers with followers of ours.
const HOSTS: usize = 200;
/// Followers on each of them.
const FOLLOWERS: usize = 10;
/// Other servers whose posts come in.
const SENDERS: usize = 50;
/// Connections and posts of each wave that comes in; the last is the surge of the design.
const WAVES: [(usize, usize); 3] = [(1, 300), (16, 1_500), (64, 5_000)];
/// What one loud host sends at once, and a quiet one right after it.
const LOUD: usize = 2_000;
const QUIET: usize = 10;
/// Posts that go out to every host.
const OUTGOING: usize = 20;
/// Posts that go out while some hosts are not well.
const LAST: usize = 5;
/// How long a wave of traffic may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// Measures both ways. Gives the number of posts that came in.
pub async fn measure(table: &mut Table, server: &Server, people: &Community) -> Result<u64, Fault> {
    let arrivals = Arc::new(Arrivals::default());
    let key = Key::new()?;
    let mut peers = Vec::new();
    for _ in 0..HOSTS {
        peers.push(Peer::open(&key, &arrivals).await?);
    }
    let received = incoming(table, server, &people.members[0], &peers[..SENDERS], &arrivals).await?;
    let author = &people.members[people.members.len() - 1];
    outgoing(table, server, author, &peers, &arrivals).await?;
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
    for (connections, most) in WAVES {
        let mut calls = Vec::with_capacity(most);
        for number in sent..sent + most {
            let peer = &peers[number % peers.len()];
            calls.push(peer.send(&server.domain(), NAME, &peer.create(NAME, number))?);
        }
        sent += most;
        let load = Load { connections, time: PATIENCE, most };
        let (before, begun) = (server.processor()?, Instant::now());
        let seen = flood(server, &load, move |turn| calls[turn].clone()).await?;
        let visible = until_visible(&mut line, reader, &accounts, sent, begun).await?;
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
    table.fact("resident memory, after the surge", format!("{:.0} MiB", server.resident()?), "200 MiB");
    let (loud, quiet) = (&peers[0], &peers[1]);
    let mut calls = Vec::with_capacity(LOUD + QUIET);
    for number in 0..LOUD + QUIET {
        let peer = if number < LOUD { loud } else { quiet };
        calls.push(peer.send(&server.domain(), NAME, &peer.create(NAME, sent + number))?);
    }
    let quiet_before = posts(&mut line, reader, &accounts[1..2]).await?;
    let begun = Instant::now();
    let load = Load { connections: 64, time: PATIENCE, most: LOUD + QUIET };
    flood(server, &load, move |turn| calls[turn].clone()).await?;
    let accepted = begun.elapsed();
    let wanted = quiet_before as usize + QUIET;
    let heard = until_visible(&mut line, reader, &accounts[1..2], wanted, begun).await?;
    sent += LOUD + QUIET;
    let drained = until_visible(&mut line, reader, &accounts, sent, begun).await?;
    let words = format!(
        "accepted in {}, the quiet host's visible {} later, the loud one's {}",
        millis(accepted),
        millis(heard.saturating_sub(accepted)),
        millis(drained.saturating_sub(accepted)),
    );
    table.fact(&format!("{QUIET} posts of a quiet host behind {LOUD} of a loud one"), words, "");
    server.settled().await?;
    Ok(sent as u64)
}

/// How many posts of these accounts can be seen. Every post is counted beside its author once it can.
async fn posts(line: &mut Line, reader: &Member, accounts: &[String]) -> Result<u64, Fault> {
    let mut visible = 0;
    for id in accounts {
        let account = line.json(&reader.get(&format!("/api/v1/accounts/{id}"))).await?;
        visible += account["statuses_count"].as_u64().unwrap_or_default();
    }
    Ok(visible)
}

/// The time since `begun` when so many posts of these accounts can be seen.
async fn until_visible(
    line: &mut Line,
    reader: &Member,
    accounts: &[String],
    wanted: usize,
    begun: Instant,
) -> Result<Duration, Fault> {
    loop {
        let visible = posts(line, reader, accounts).await?;
        if visible >= wanted as u64 {
            return Ok(begun.elapsed());
        }
        if begun.elapsed() > PATIENCE {
            return Err(format!("{visible} of {wanted} incoming posts can be seen").into());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// People on many hosts follow a member, who writes.
async fn outgoing(
    table: &mut Table,
    server: &Server,
    author: &Member,
    peers: &[Peer],
    arrivals: &Arrivals,
) -> Result<(), Fault> {
    let mut calls = Vec::new();
    for peer in peers {
        for number in 0..FOLLOWERS {
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
    let unwell = [(Mood::Dead, 2), (Mood::Slow, 10), (Mood::Flapping, 10)];
    let moods = unwell.iter().flat_map(|(mood, count)| std::iter::repeat_n(*mood, *count));
    let sick = peers.iter().zip(moods).map(|(peer, mood)| peer.becomes(mood)).count();
    let well = peers.len() - sick;
    let mut took = Vec::new();
    let expected = arrivals.count() + LAST * well;
    for number in 0..LAST {
        let (before, begun) = (arrivals.count(), Instant::now());
        let body = json!({ "status": format!("To everybody who is well, {number}") });
        line.json(&author.post("/api/v1/statuses", &body)).await?;
        arrivals.reach(before + well, PATIENCE).await?;
        took.push(arrivals.last().map_or(begun.elapsed(), |at| at.duration_since(begun)));
    }
    server.settled().await?;
    if arrivals.count() != expected {
        return Err("a host that is not well was reached".into());
    }
    took.sort_unstable();
    let name =
        format!("1 post to {count} followers on {} hosts: 2 dead, 10 slow, 10 that refuse", peers.len());
    table.fact(
        &name,
        format!("p50 {}, longest {} to the last live host", millis(took[LAST / 2]), millis(took[LAST - 1])),
        "0.4 s",
    );
    Ok(())
}
