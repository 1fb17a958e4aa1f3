//! `shop account …`: the people of this server.

use std::io::{BufRead, IsTerminal, Read, Write};

use clap::{Subcommand, ValueEnum};

use super::control::{self, AccountLine, Answer, Request};
use super::settings::Place;
use super::{Failure, Outcome, Output};

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Account {
    /// Make a confirmed, approved account; prints its id, and the password if it made one.
    Create {
        /// The name.
        name: String,
        /// The e-mail address.
        #[arg(long)]
        email: String,
        /// The password; made and printed when there is none. Its strength is not judged.
        #[arg(long)]
        password: Option<String>,
        /// What the account may do.
        #[arg(long, value_enum, default_value_t = RoleName::User)]
        role: RoleName,
    },
    /// List the local accounts, newest first: id, name, role, state, e-mail address, since when.
    List,
    /// Give an account a role. There is one owner: who was it before becomes an admin.
    Role {
        /// The name.
        name: String,
        /// The role.
        #[arg(value_enum)]
        role: RoleName,
    },
    /// Set a password and sign everything out; a password is made and printed when none is given.
    Password {
        /// The name.
        name: String,
        /// The new password.
        #[arg(long)]
        password: Option<String>,
    },
    /// Show whether somebody signs in with a second factor, or switch it off for who has lost it.
    TwoFactor {
        /// The name.
        name: String,
        /// Switch it off: the password alone signs in, and the person is told where mail is sent.
        #[arg(long)]
        off: bool,
    },
    /// Let in who has asked to join.
    Approve {
        /// The name.
        name: String,
    },
    /// Lock out; what they wrote stays.
    Disable {
        /// The name.
        name: String,
        /// Let in again.
        #[arg(long)]
        undo: bool,
    },
    /// Hide an account and what it wrote; also one of another server that is known here.
    Suspend {
        /// The name, or name@domain.
        name: String,
        /// Show it again.
        #[arg(long)]
        undo: bool,
    },
    /// Delete an account and what it wrote for good; the name stays taken.
    Delete {
        /// The name.
        name: String,
        /// Do not ask first.
        #[arg(long)]
        yes: bool,
    },
}

/// A role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RoleName {
    /// Owns the server.
    Owner,
    /// Looks after everything but the owner.
    Admin,
    /// Looks after reports and people.
    Moderator,
    /// A member.
    User,
}

impl RoleName {
    fn word(self) -> String {
        match self {
            Self::Owner => "owner",
            Self::Admin => "admin",
            Self::Moderator => "moderator",
            Self::User => "user",
        }
        .to_owned()
    }

    /// As it stands in a sentence.
    fn in_words(self) -> &'static str {
        match self {
            Self::Owner => "the owner",
            Self::Admin => "an admin",
            Self::Moderator => "a moderator",
            Self::User => "a user",
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, account: Account, out: Output) -> Outcome {
    let words = said(&account);
    let request = match account {
        Account::List => return list(place, out),
        Account::Create { name, email, password, role } => {
            Request::CreateAccount { name, email, password, role: role.word() }
        }
        Account::Role { name, role } => Request::SetRole { name, role: role.word() },
        Account::Password { name, password } => Request::SetPassword { name, password },
        Account::TwoFactor { name, off: true } => Request::SwitchTwoFactorOff { name },
        Account::TwoFactor { name, off: false } => Request::ShowTwoFactor { name },
        Account::Approve { name } => Request::Approve { name },
        Account::Disable { name, undo } => Request::Disable { name, undo },
        Account::Suspend { name, undo } => Request::Suspend { name, undo },
        Account::Delete { name, yes } => {
            if !yes {
                ask_first(&name)?;
            }
            Request::Delete { name }
        }
    };
    match control::ask(place, request)? {
        Answer::Account(line) => {
            let (and, password) = match &line.password {
                Some(password) => (" and its password, which is not shown again", format!("\n{password}")),
                None => ("", String::new()),
            };
            out.say(format_args!("{words}. Its id{and}:"));
            out.print(&line, format_args!("{}{password}", line.id))
        }
        Answer::Password(made) => {
            let text = made.clone().unwrap_or_default();
            let colon = if made.is_some() { ". It is not shown again:" } else { "" };
            out.say(format_args!("{words}{colon}"));
            out.print(&serde_json::json!({ "password": made }), text)
        }
        Answer::TwoFactor(line) => {
            let text = match &line.enabled_at {
                Some(since) => format!("on since {since}, {} recovery codes left", line.recovery_codes_left),
                None => "off".to_owned(),
            };
            out.print(&line, text)
        }
        Answer::Done => out.done(words),
        _ => Err(control::unexpected()),
    }
}

/// What has happened once the command has succeeded.
fn said(account: &Account) -> String {
    match account {
        Account::List | Account::TwoFactor { off: false, .. } => String::new(),
        Account::Create { name, role, .. } => format!("made the account {name}, {}", role.in_words()),
        Account::Role { name, role } => format!("{name} is {} now", role.in_words()),
        Account::Password { name, .. } => {
            format!("{name} has a new password and is signed out everywhere")
        }
        Account::TwoFactor { name, off: true } => format!("{name} signs in by the password alone now"),
        Account::Approve { name } => format!("{name} may sign in now"),
        Account::Disable { name, undo: false } => format!("{name} is locked out; what they wrote stays"),
        Account::Disable { name, undo: true } => format!("{name} may sign in again"),
        Account::Suspend { name, undo: false } => format!("{name} is suspended, with all they wrote"),
        Account::Suspend { name, undo: true } => format!("{name} is no longer suspended"),
        Account::Delete { name, .. } => {
            format!("{name} is deleted; a running server takes away what they wrote, here and elsewhere")
        }
    }
}

/// Has the name typed once more by who cannot take it back.
fn ask_first(name: &str) -> Outcome {
    if !std::io::stdin().is_terminal() {
        return Err(Failure(
            "an account that is deleted does not come back; --yes deletes without a question".into(),
        ));
    }
    write!(std::io::stderr(), "{name} and everything written there go for good. Type the name to go on: ")?;
    let mut typed = String::new();
    std::io::stdin().lock().take(1_024).read_line(&mut typed)?;
    if typed.trim() == name { Ok(()) } else { Err(Failure("nothing was deleted".into())) }
}

fn list(place: &Place, out: Output) -> Outcome {
    let mut all: Vec<AccountLine> = Vec::new();
    loop {
        let below = all.last().map(|line| line.id);
        match control::ask(place, Request::ListAccounts { below })? {
            Answer::Accounts(page) if page.is_empty() => break,
            Answer::Accounts(page) => all.extend(page),
            _ => return Err(control::unexpected()),
        }
    }
    let lines: Vec<String> = all
        .iter()
        .map(|line| {
            let AccountLine { id, username, email, role, state, created_at, .. } = line;
            format!("{id}\t{username}\t{role}\t{state}\t{email}\t{created_at}")
        })
        .collect();
    out.list(&all, &lines, "there are no accounts yet")
}
