//! The command line: one file a command. Results go to stdout, everything else to stderr, also the one line that says
//! what was done; exit 0 only on success.

pub mod account;
pub mod advice;
pub mod announcement;
pub mod config;
pub mod control;
pub mod demo;
pub mod doctor;
pub mod domain;
pub mod relay;
pub mod search;
pub mod serve;
pub mod settings;
pub mod store;
pub mod token;
pub mod trends;

use std::fmt;
use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use serde::Serialize;

use self::settings::Place;
use crate::platform::config::ConfigError;
use crate::platform::error::{Error, Kind};

/// A community server for the fediverse in one binary.
///
/// Settings are keys of shop.toml and environment variables SHOP_SECTION__KEY; flags win over the environment,
/// the environment over the file. `shop config example` prints all of them.
#[derive(Debug, Parser)]
#[command(name = "shop", version, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    place: Place,
    /// Print results as JSON.
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server.
    Serve(serve::Serve),
    /// Show a sample community on a throw-away folder.
    Demo(demo::Demo),
    /// Look after the people of this server. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Account(account::Account),
    /// Make access tokens. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Token(token::Token),
    /// Tell everybody something. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Announcement(announcement::Announcement),
    /// Look at what trends, and decide what may. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Trends(trends::Trends),
    /// Say with which servers this one talks, and on what terms. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Domain(domain::Domain),
    /// Follow relays of public posts. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Relay(relay::Relay),
    /// Look at the settings.
    #[command(subcommand)]
    Config(config::Config),
    /// Examine the settings, the store and the media folder, and say what to do.
    Doctor,
    /// Look after the store.
    #[command(subcommand)]
    Store(store::Store),
    /// Look after the full-text index. Works beside a running server and on a stopped one.
    #[command(subcommand)]
    Search(search::Search),
}

/// Why a command failed, in words for the person at the terminal.
#[derive(Debug)]
pub struct Failure(pub String);

/// What commands return.
pub type Outcome<T = ()> = Result<T, Failure>;

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Failure {
    /// With what is to be done about it on a line of its own.
    fn advised(self, advice: Option<&str>) -> Self {
        match advice {
            Some(advice) => Self(format!("{}\nWhat to do: {advice}", self.0)),
            None => self,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // Whoever may run this command may read what lies behind a fault.
        match error.kind() {
            Kind::Internal | Kind::Unavailable => {
                let advice = error.cause_as::<shop_storage::Error>().and_then(advice::about);
                Self(error.causes().unwrap_or_else(|| error.words().to_owned())).advised(advice)
            }
            _ => Self(error.words().to_owned()),
        }
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self(format!("the settings cannot be used:\n{error}"))
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(error.to_string())
    }
}

impl From<shop_storage::Error> for Failure {
    fn from(error: shop_storage::Error) -> Self {
        Self(error.to_string()).advised(advice::about(&error))
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self(error.to_string())
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let out = Output { json: cli.json };
    let outcome = match cli.command {
        Command::Serve(serve) => serve::run(&cli.place, serve),
        Command::Demo(demo) => demo::run(&cli.place, &demo, out),
        Command::Account(account) => account::run(&cli.place, account, out),
        Command::Token(token) => token::run(&cli.place, token, out),
        Command::Config(config) => config::run(&cli.place, config, out),
        Command::Doctor => doctor::run(&cli.place, out),
        Command::Store(store) => store::run(&cli.place, store, out),
        Command::Domain(domain) => domain::run(&cli.place, domain, out),
        Command::Relay(relay) => relay::run(&cli.place, relay, out),
        Command::Announcement(one) => announcement::run(&cli.place, one, out),
        Command::Trends(trends) => trends::run(&cli.place, trends, out),
        Command::Search(search) => search::run(&cli.place, &search, out),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(std::io::stderr(), "shop: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// How results are printed.
#[derive(Debug, Clone, Copy)]
pub struct Output {
    json: bool,
}

impl Output {
    /// Says in one line on stderr what was done, or what the bare lines are that follow on stdout. With `--json` it says
    /// nothing: there the names of the keys tell.
    pub fn say(self, words: impl fmt::Display) {
        if !self.json {
            let _ = writeln!(std::io::stderr(), "shop: {words}");
        }
    }

    /// Ends a command that has no result: says what was done; with `--json` an empty object stands on stdout.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn done(self, words: impl fmt::Display) -> Outcome {
        self.say(words);
        self.print(&serde_json::json!({}), "")
    }

    /// Prints a list, a line for each; where there is none, says that on stderr with these words.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn list(self, all: &[impl Serialize], lines: &[String], none: &str) -> Outcome {
        if lines.is_empty() {
            self.say(none);
        }
        self.print(&all, lines.join("\n"))
    }

    /// Prints one result: as JSON when asked for, else as these lines.
    ///
    /// # Errors
    /// When stdout is closed.
    pub fn print(self, result: &impl Serialize, lines: impl fmt::Display) -> Outcome {
        let text = if self.json { serde_json::to_string(result)? } else { lines.to_string() };
        let mut out = std::io::stdout().lock();
        let written = if text.is_empty() { Ok(()) } else { writeln!(out, "{text}") };
        match written.and_then(|()| out.flush()) {
            // Whoever reads has seen enough, as `head` does.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
            done => Ok(done?),
        }
    }
}
