//! What idle streams cost: many people with an open app that has nothing to say.

use std::time::Duration;

use tokio_tungstenite::connect_async;

use super::Fault;
use super::community::Community;
use super::server::Server;
use super::table::Table;

/// How many WebSockets are open at once.
const STREAMS: usize = 2_000;

/// Opens the streams and tells by how much the server's memory grew.
pub async fn measure(table: &mut Table, server: &Server, people: &Community) -> Result<(), Fault> {
    server.settled().await?;
    let before = server.resident()?;
    let mut open = Vec::with_capacity(STREAMS);
    for turn in 0..STREAMS {
        let token = people.members[turn % people.members.len()].token.to_str()?.trim_start_matches("Bearer ");
        let url = format!("ws://{}/api/v1/streaming?stream=user&access_token={token}", server.domain());
        open.push(connect_async(url).await?.0);
    }
    server.settled().await?;
    // The allocator gives back what the handshakes used a moment later.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let grown = (server.resident()? - before).max(0.0);
    table.fact(&format!("{STREAMS} idle WebSockets, memory on top"), format!("{grown:.0} MiB"), "64 MiB");
    drop(open);
    Ok(())
}
