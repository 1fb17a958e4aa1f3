//! `shop store …`: looking after the store.

use std::io::Write;

use clap::Subcommand;
use serde_json::json;
use shop_storage::{EngineKind, Error, Options, Store as Files};

use super::control::{self, Answer, Request, examine, socket};
use super::settings::Place;
use super::{Failure, Outcome, Output, advice, doctor};
use crate::features;
use crate::platform::config::Config;
use crate::server;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Store {
    /// Read every row and follow every record to its index rows; on a stopped server check the engine's own files too.
    Check,
    /// Give back the space of what was deleted. Only on a stopped server.
    Compact,
    /// Move everything to another engine. Only on a stopped server; set storage.engine afterwards.
    Convert {
        /// The new engine: redb or sled.
        #[arg(long)]
        to: EngineKind,
    },
    /// Save what can be read of a damaged store into new files; the damaged ones are kept beside them. Only on a stopped
    /// server, and only without a good copy of the data folder.
    Rescue,
    /// Print sizes and numbers of rows.
    Stats,
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: Store, out: Output) -> Outcome {
    let config = place.load(&[])?;
    match command {
        Store::Check if is_running(&config)? => doctor::report(place, Request::CheckStore, out),
        Store::Check => {
            control::has_store(&config)?;
            check(&config, out)
        }
        Store::Stats => stats(place, out),
        Store::Rescue => {
            stopped(&config)?;
            control::has_store(&config)?;
            rescue(&config, out)
        }
        Store::Compact => {
            stopped(&config)?;
            control::has_store(&config)?;
            let options = server::store_options(&config);
            rebuilt(&options, &options, out)
        }
        Store::Convert { to } => {
            stopped(&config)?;
            control::has_store(&config)?;
            let from = server::store_options(&config);
            rebuilt(&from, &Options { engine: to, ..from.clone() }, out)?;
            let hint = format!("shop: before the next start, set storage.engine = \"{}\"", to.name());
            Ok(writeln!(std::io::stderr(), "{hint}")?)
        }
    }
}

fn is_running(config: &Config) -> Outcome<bool> {
    control::runtime()?.block_on(async { Ok(socket::connect(&config.storage.data).await?.is_some()) })
}

fn stopped(config: &Config) -> Outcome {
    if is_running(config)? {
        return Err(Failure("the server is running; stop it first".into()));
    }
    Ok(())
}

fn check(config: &Config, out: Output) -> Outcome {
    let report = Files::verify(&server::store_options(config), &features::catalog())?;
    doctor::print(&[examine::of_report(&report)], out)
}

fn rescue(config: &Config, out: Output) -> Outcome {
    let done =
        Files::rescue(&server::store_options(config), &features::catalog()).map_err(|error| match error {
            Error::Damaged { .. } => Failure(error.to_string()).advised(Some(advice::BEYOND_RESCUE)),
            error => error.into(),
        })?;
    let (rows, damaged) = (done.rows, done.damaged.display());
    let lost: Vec<String> = done.lost.into_iter().collect();
    let result = json!({ "rows": rows, "tables_with_losses": lost, "damaged": damaged.to_string() });
    let losses = if lost.is_empty() {
        "nothing was lost".into()
    } else {
        format!("rows may be lost in {}, and with them what other tables tell of them", lost.join(", "))
    };
    out.print(&result, format_args!("{rows} rows saved, {losses}; the damaged files are in {damaged} now"))?;
    out.say("next, `shop store check` and `shop search rebuild`; counts shown beside names may be off by what was lost");
    Ok(())
}

fn stats(place: &Place, out: Output) -> Outcome {
    match control::ask(place, Request::StoreStats)? {
        Answer::Stats(stats) => {
            let mut lines = vec![
                format!("engine\t{}", stats.engine),
                format!("disk_bytes\t{}", stats.disk_bytes),
                format!("cache_bytes\t{}", stats.cache_bytes),
            ];
            lines.extend(stats.rows.iter().map(|(table, rows)| format!("rows.{table}\t{rows}")));
            out.print(&stats, lines.join("\n"))
        }
        _ => Err(control::unexpected()),
    }
}

fn rebuilt(from: &Options, to: &Options, out: Output) -> Outcome {
    let done = Files::convert(from, to)?;
    let (rows, before, after) = (done.rows, done.bytes_before, done.bytes_after);
    let result = json!({
        "engine": to.engine.name(), "rows": rows, "bytes_before": before, "bytes_after": after,
    });
    out.print(&result, format_args!("{rows} rows, {before} bytes before, {after} bytes after"))
}
