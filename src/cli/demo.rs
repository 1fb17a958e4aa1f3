//! `shop demo`: a server on a throw-away folder, filled with a sample community, until it is told to stop.

mod days;
mod deeds;
mod emblems;
mod fill;
mod people;
mod pictures;
mod script;
mod threads;

use serde::Serialize;

use super::control::socket;
use super::settings::Place;
use super::{Failure, Outcome, Output, serve};
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::server::Server;

/// Flags of `shop demo`.
#[derive(Debug, clap::Args)]
pub struct Demo {
    /// The address and port to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:3000")]
    listen: String,
    /// Leave all pictures out: starts sooner on slow machines.
    #[arg(long)]
    without_pictures: bool,
}

/// Settings of the environment that a demo heeds: nothing that leads to the data of a real server.
const HEEDED: [&str; 3] = ["SHOP_LOG__", "SHOP_LIMITS__", "SHOP_FEDERATION__"];

/// What is printed when everything is there.
#[derive(Debug, Serialize)]
struct Opened {
    url: String,
    data: String,
    sign_ins: Vec<SignIn>,
}

#[derive(Debug, Serialize)]
struct SignIn {
    name: &'static str,
    display_name: &'static str,
    email: String,
    password: &'static str,
    role: &'static str,
}

/// Runs the command.
///
/// # Errors
/// When a setting cannot be used, or a part cannot be started, filled or stopped in good order.
pub fn run(place: &Place, demo: &Demo, out: Output) -> Outcome {
    if place.data.is_some() || place.config.is_some() {
        return Err(Failure(
            "a demo keeps nothing and reads no settings file; leave --data and --config out".into(),
        ));
    }
    let folder = tempfile::Builder::new().prefix("shop-demo-").tempdir()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(show(demo, folder.path(), out));
    drop(runtime);
    folder.close()?;
    outcome
}

async fn show(demo: &Demo, folder: &std::path::Path, out: Output) -> Outcome {
    let listener = serve::listen(&demo.listen).await?;
    let address = listener.local_addr()?;
    let config = settings(folder, &address.to_string())?;
    serve::start_log(&config)?;
    let url = config.base_url().to_owned();
    let server = Server::start_on(listener, config, Clock::behind(fill::BEGINNING)).await?;
    if let Err(error) = socket::listen(server.app()) {
        tracing::warn!(%error, "the command line cannot reach this server: there is no control socket");
    }
    if !address.ip().is_loopback() {
        tracing::warn!(%address, "everybody who reaches this address can sign in with the printed passwords");
    }
    let told = serve::told_to_stop()?;
    tokio::pin!(told);
    let filled = tokio::select! {
        () = &mut told => None,
        filled = fill::fill(server.app(), !demo.without_pictures) => Some(filled),
    };
    let outcome = match filled {
        None => Ok(()),
        Some(Err(error)) => Err(error.into()),
        Some(Ok(())) => match announce(folder, url, out) {
            Ok(()) => {
                told.await;
                Ok(())
            }
            failed => failed,
        },
    };
    tracing::info!("stopping");
    server.stop().await?;
    outcome
}

/// The settings of a demo: everything in its own folder, no mail, open doors.
fn settings(folder: &std::path::Path, listen: &str) -> Outcome<Config> {
    let data = folder
        .to_str()
        .ok_or_else(|| Failure("the folder for temporary files has an unreadable name".into()))?;
    let flags = [
        ("server.listen", listen.to_owned()),
        ("storage.data", data.to_owned()),
        ("registrations.mode", "open".to_owned()),
        // Nobody of the staff is there to allow it.
        ("trends.trendable_by_default", "true".to_owned()),
    ];
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, _)| HEEDED.iter().any(|start| name.starts_with(start)));
    Ok(Config::load(&flags, environment, None)?)
}

fn announce(folder: &std::path::Path, url: String, out: Output) -> Outcome {
    let sign_ins: Vec<SignIn> = people::PEOPLE
        .iter()
        .map(|person| SignIn {
            name: person.name,
            display_name: person.display_name,
            email: format!("{}@harbour-lane.example", person.name),
            password: fill::PASSWORD,
            role: person.role.word(),
        })
        .collect();
    let mut lines =
        vec![format!("Harbour Lane is open at {url}"), "Sign in with name or e-mail and password:".into()];
    lines.extend(sign_ins.iter().map(|who| format!("  {:<10} {}   {}", who.name, who.password, who.role)));
    lines.push("Everything is thrown away when the demo stops (Ctrl+C).".into());
    out.print(&Opened { url, data: folder.display().to_string(), sign_ins }, lines.join("\n"))
}
