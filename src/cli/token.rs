//! `shop token create`: a bearer token for bots and tests.

use clap::Subcommand;

use super::control::{self, Answer, Request};
use super::settings::Place;
use super::{Outcome, Output};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Print an access token, alone on stdout. The same account and scopes give the same token.
    Create {
        /// The account's name.
        name: String,
        /// What the token may do.
        #[arg(long, default_value = "read write follow push")]
        scopes: String,
    },
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, token: Token, out: Output) -> Outcome {
    let Token::Create { name, scopes } = token;
    let words = format!("whoever has this token acts as {name} ({scopes}):");
    match control::ask(place, Request::CreateToken { name, scopes })? {
        Answer::Token(text) => {
            out.say(words);
            out.print(&serde_json::json!({ "access_token": text }), &text)
        }
        _ => Err(control::unexpected()),
    }
}
