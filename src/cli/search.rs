//! `shop search rebuild`: fills the full-text index anew from the store.

use std::time::Duration;

use clap::Subcommand;
use indicatif::{ProgressBar, ProgressStyle};
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
    /// Empty the full-text index and fill it anew from the store. On a terminal a bar on stderr shows how far it is.
    /// Beside a running server it may be interrupted: the server goes on by itself.
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
            Some(stream) => match socket::ask(stream, &Request::RebuildSearch).await? {
                Answer::SearchRebuilding { total } => watch(&config.storage.data, &bar(total)?).await,
                _ => Err(control::unexpected()),
            },
            None => {
                control::has_store(&config)?;
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
async fn watch(data: &std::path::Path, bar: &ProgressBar) -> Outcome<u64> {
    loop {
        let stream = socket::connect(data).await?;
        let stream =
            stream.ok_or_else(|| Failure("the server was stopped; it goes on when it runs".into()))?;
        match socket::ask(stream, &Request::SearchProgress).await? {
            Answer::SearchProgress { done, full: true } => {
                bar.finish_and_clear();
                return Ok(done);
            }
            Answer::SearchProgress { done, full: false } => bar.set_position(done),
            _ => return Err(control::unexpected()),
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Does it in this process.
async fn here(app: &App) -> Outcome<u64> {
    indexer::rebuild(app).await?;
    let bar = bar(indexer::total(app)?)?;
    while indexer::round(app).await? {
        bar.set_position(indexer::progress(app)?.done);
    }
    bar.finish_and_clear();
    Ok(indexer::progress(app)?.done)
}

/// A bar on stderr, where that is a terminal, with the time that is left.
fn bar(total: u64) -> Outcome<ProgressBar> {
    let style =
        ProgressStyle::with_template("{wide_bar} {human_pos} of {human_len} accounts and posts, {eta} left")
            .map_err(|error| Failure(error.to_string()))?;
    let bar = ProgressBar::new(total).with_style(style);
    bar.tick();
    Ok(bar)
}
