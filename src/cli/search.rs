//! `shop search rebuild`: fills the full-text index anew from the store.

use std::io::Write;
use std::time::Duration;

use clap::Subcommand;
use serde_json::json;

use super::control::{self, Answer, Request, socket};
use super::settings::Place;
use super::{Failure, Outcome, Output};
use crate::features::search::indexer;
use crate::platform::app::App;

/// How often a running server is asked how far it is.
const EVERY: Duration = Duration::from_millis(500);

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Search {
    /// Empty the full-text index and fill it anew from the store. Progress goes to stderr. Beside a running server
    /// it may be interrupted: the server goes on by itself.
    Rebuild,
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: &Search, out: Output) -> Outcome {
    let Search::Rebuild = command;
    let config = place.load(&[])?;
    let done = control::runtime()?.block_on(async {
        match socket::connect(&config.storage.data).await? {
            Some(stream) => {
                socket::ask(stream, &Request::RebuildSearch).await?;
                watch(&config.storage.data).await
            }
            None => {
                let app = control::open(config).await?;
                let done = here(&app).await;
                app.search.close();
                app.store.clone().close().await?;
                done
            }
        }
    })?;
    out.print(&json!({ "looked_at": done }), format_args!("{done} accounts and posts looked at"))
}

/// Follows the running server until it is through.
async fn watch(data: &std::path::Path) -> Outcome<u64> {
    loop {
        let stream = socket::connect(data).await?;
        let stream =
            stream.ok_or_else(|| Failure("the server was stopped; it goes on when it runs".into()))?;
        match socket::ask(stream, &Request::SearchProgress).await? {
            Answer::SearchProgress { done, full: true } => return Ok(done),
            Answer::SearchProgress { done, full: false } => tell(done)?,
            _ => return Err(Failure("the server gave another answer than was asked for".into())),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Does it in this process.
async fn here(app: &App) -> Outcome<u64> {
    indexer::rebuild(app).await?;
    while indexer::round(app).await? {
        tell(indexer::progress(app)?.done)?;
    }
    Ok(indexer::progress(app)?.done)
}

fn tell(done: u64) -> Outcome {
    Ok(writeln!(std::io::stderr(), "{done} accounts and posts looked at")?)
}
