//! `shop relay …`: servers that pass public posts on.

use clap::Subcommand;

use super::control::{self, Answer, Request};
use super::settings::Place;
use super::{Outcome, Output};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Relay {
    /// List the relays: how each stands, its inbox, what it last refused.
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
    let words = match &command {
        Relay::List => String::new(),
        Relay::Add { inbox } => {
            format!("{inbox} is asked by a running server; `shop relay list` shows what it answers")
        }
        Relay::Remove { inbox } => format!("{inbox} gets nothing from here any more"),
    };
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
            out.list(&lines, &shown, "there are no relays")
        }
        Answer::Done => out.done(words),
        _ => Err(control::unexpected()),
    }
}
