//! `shop relay …`: servers that pass public posts on.

use clap::Subcommand;

use super::control::{self, Answer, Request};
use super::settings::Place;
use super::{Outcome, Output};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Relay {
    /// List the relays, and how each stands.
    List,
    /// Ask a relay to take this server in; once it has accepted, it gets the public posts written here.
    Add {
        /// The address of its inbox, as relays tell it for Mastodon, like `https://relay.example/inbox`
        inbox: String,
    },
    /// Leave a relay.
    Remove {
        /// The address of its inbox.
        inbox: String,
    },
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: Relay, out: Output) -> Outcome {
    let request = match command {
        Relay::List => Request::ListRelays,
        Relay::Add { inbox } => Request::AddRelay { inbox },
        Relay::Remove { inbox } => Request::RemoveRelay { inbox },
    };
    match control::ask(place, request)? {
        Answer::Relays(lines) => {
            let shown: Vec<String> = lines
                .iter()
                .map(|line| {
                    let error = line.last_error.as_deref().unwrap_or_default();
                    format!("{}\t{}\t{error}", line.state, line.inbox).trim_end().to_owned()
                })
                .collect();
            out.print(&lines, shown.join("\n"))
        }
        Answer::Done => out.print(&serde_json::json!({}), ""),
        _ => Err(control::unexpected()),
    }
}
