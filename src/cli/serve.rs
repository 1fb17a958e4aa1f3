//! `shop serve`: runs the server until it is told to stop.

use std::fmt::Display;
use std::io::{IsTerminal, Write};

use tokio::net::{TcpListener, ToSocketAddrs};
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::control::socket;
use super::settings::Place;
use super::{Failure, Outcome};
use crate::features::{media, users};
use crate::platform::clock::Clock;
use crate::platform::config::{Config, LogFormat};
use crate::server::Server;

/// Below so many open files a busy community is turned away.
const FEW_FILES: u64 = 4_096;

/// Flags of `shop serve`; each is a setting too.
#[derive(Debug, clap::Args)]
pub struct Serve {
    /// The address and port to listen on (server.listen).
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// The domain in handles (server.domain).
    #[arg(long)]
    domain: Option<String>,
    /// The public address (server.url).
    #[arg(long)]
    url: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the settings cannot be used, or a part cannot be started or stopped in good order.
pub fn run(place: &Place, serve: Serve) -> Outcome {
    let mut flags = Vec::new();
    for (key, value) in
        [("server.listen", serve.listen), ("server.domain", serve.domain), ("server.url", serve.url)]
    {
        flags.extend(value.map(|value| (key, value)));
    }
    let config = place.load(&flags)?;
    start_log(&config)?;
    allow_many_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(until_told(config))
}

/// Starts the log, on stderr.
///
/// # Errors
/// When the filter cannot be read, or a log runs already.
pub fn start_log(config: &Config) -> Outcome {
    let failed = |error: &dyn std::fmt::Display| Failure(format!("cannot start the log: {error}"));
    let filter = EnvFilter::try_new(&config.log.filter).map_err(|error| failed(&error))?;
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let started = match config.log.format {
        LogFormat::Json => log.json().try_init(),
        LogFormat::Text => log.try_init(),
    };
    started.map_err(|error| failed(&error))
}

/// Every connection is an open file, and the limit that a process starts with is often 1,024: too few for a community
/// with its streams. What the system allows at most is taken.
fn allow_many_files() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) if limit >= FEW_FILES => tracing::debug!(limit, "open files"),
        Ok(limit) => tracing::warn!(limit, "the system allows this server few open files (ulimit -n)"),
        Err(error) => tracing::warn!(%error, "the limit of open files could not be raised"),
    }
}

async fn until_told(config: Config) -> Outcome {
    let told = told_to_stop()?;
    let listener = listen(config.server.listen).await?;
    let server = Server::start_on(listener, config, Clock::default()).await?;
    let app = server.app();
    let looking = app.clone();
    tokio::spawn(async move { media::clip::tools(&looking).await });
    if let Err(error) = socket::listen(app) {
        tracing::warn!(%error, "the command line cannot reach this server: there is no control socket");
    }
    tracing::info!(address = %server.address(), url = app.config.base_url(), "the server is running");
    if let Some(link) = users::setup_link(app).await? {
        let mut out = std::io::stdout().lock();
        writeln!(out, "Set up your community within a day: {link}")?;
        out.flush()?;
    }
    told.await;
    tracing::info!("stopping");
    Ok(server.stop().await?)
}

/// Takes an address and port.
///
/// # Errors
/// When it is taken already, or not ours to take.
pub async fn listen(at: impl ToSocketAddrs + Display) -> Outcome<TcpListener> {
    TcpListener::bind(&at)
        .await
        .map_err(|error| Failure(format!("cannot listen on {at}: {error}; --listen takes another address")))
}

/// Listens for SIGTERM and SIGINT (Ctrl+C) from now on; the future ends when one of them came.
///
/// # Errors
/// When the system lets nobody listen for signals.
pub fn told_to_stop() -> Outcome<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
