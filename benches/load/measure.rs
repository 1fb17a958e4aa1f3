//! One measurement: many connections, one kind of request, and what the server spent on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::Fault;
use super::client::Call;
use super::server::Server;

/// The numbers of connections that are measured.
pub const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// How much is asked of the server.
#[derive(Debug, Clone, Copy)]
pub struct Load {
    /// Open connections; each sends when its last request was answered.
    pub connections: usize,
    /// For how long.
    pub time: Duration,
    /// At most so many requests.
    pub most: usize,
}

/// What was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// Answered requests.
    pub answered: usize,
    /// From the first request to the last answer.
    pub wall: Duration,
    /// Processor time of the server, in seconds; of [`run`] until it was quiet again.
    pub processor: f64,
    /// Time to answer, sorted.
    pub latency: Vec<Duration>,
}

impl Seen {
    /// The time within which this part of the requests was answered.
    pub fn percentile(&self, part: f64) -> Duration {
        let index = (self.latency.len() as f64 * part) as usize;
        self.latency.get(index.min(self.latency.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// As [`flood`], between two times of quiet: all that follows from the requests is part of the processor time.
pub async fn run(
    server: &Server,
    load: &Load,
    make: impl Fn(usize) -> Call + Send + Sync + 'static,
) -> Result<Seen, Fault> {
    server.settled().await?;
    let before = server.processor()?;
    let seen = flood(server, load, make).await?;
    server.settled().await?;
    Ok(Seen { processor: server.processor()? - before, ..seen })
}

/// Sends what `make` gives for turn 0, 1, 2 … over the connections. An answer that is not good ends the run.
pub async fn flood(
    server: &Server,
    load: &Load,
    make: impl Fn(usize) -> Call + Send + Sync + 'static,
) -> Result<Seen, Fault> {
    let (make, turns) = (Arc::new(make), Arc::new(AtomicUsize::new(0)));
    let mut lines = Vec::new();
    for _ in 0..load.connections {
        lines.push(server.line().await?);
    }
    let (before, begun, load) = (server.processor()?, Instant::now(), *load);
    let tasks: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            let (make, turns) = (make.clone(), turns.clone());
            tokio::spawn(async move {
                let mut latency = Vec::new();
                while begun.elapsed() < load.time {
                    let turn = turns.fetch_add(1, Ordering::Relaxed);
                    if turn >= load.most {
                        break;
                    }
                    let call = make(turn);
                    let sent = Instant::now();
                    let (status, body) = line.call(&call).await?;
                    latency.push(sent.elapsed());
                    if !(200..300).contains(&status) {
                        let words = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
                        return Err(Fault::from(format!("{call:?} was answered {status}: {words}")));
                    }
                }
                Ok(latency)
            })
        })
        .collect();
    let mut latency = Vec::new();
    for task in tasks {
        latency.extend(task.await??);
    }
    let wall = begun.elapsed();
    latency.sort_unstable();
    Ok(Seen { answered: latency.len(), wall, processor: server.processor()? - before, latency })
}
