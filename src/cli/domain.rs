//! `shop domain …`: with which servers this one talks, and on what terms.

use clap::{Args, Subcommand, ValueEnum};

use super::control::{self, Answer, DomainLine, Request};
use super::settings::Place;
use super::{Outcome, Output};
use crate::features::domain_rules::table::Severity;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Domain {
    /// List the rules, newest first, and the servers that a closed network (federation.mode) lets in: rule, domain,
    /// what else it says, comment.
    List,
    /// Set or change the rule about a server and everything below its domain.
    Block(Block),
    /// Take a rule away; whom it limited or suspended comes back, what was deleted does not.
    Unblock {
        /// The domain.
        domain: String,
    },
    /// Let a server into a closed network (federation.mode).
    Allow {
        /// The domain.
        domain: String,
    },
    /// Let a server into a closed network no longer; its accounts are suspended.
    Disallow {
        /// The domain.
        domain: String,
    },
}

/// A rule. What is left out stays as it is.
#[derive(Debug, Args)]
pub struct Block {
    /// The domain.
    domain: String,
    /// How hard: a new rule suspends when nothing is said.
    #[arg(long, value_enum)]
    severity: Option<Hardness>,
    /// Take no pictures, sounds and videos.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    reject_media: Option<bool>,
    /// Take no reports.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    reject_reports: Option<bool>,
    /// Show the domain only in part in the list that others may see.
    #[arg(long, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    obfuscate: Option<bool>,
    /// Why, for the staff.
    #[arg(long)]
    comment: Option<String>,
    /// Why, for those who may see the list (federation.show_domain_blocks_rationale).
    #[arg(long)]
    public_comment: Option<String>,
}

/// How hard a rule is.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Hardness {
    /// Only what else the rule says.
    Noop,
    /// Everybody there is limited.
    Silence,
    /// Everybody there is suspended, and nothing is exchanged.
    Suspend,
}

impl Hardness {
    fn severity(self) -> Severity {
        match self {
            Self::Noop => Severity::Noop,
            Self::Silence => Severity::Silence,
            Self::Suspend => Severity::Suspend,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: Domain, out: Output) -> Outcome {
    let words = said(&command);
    let request = match command {
        Domain::List => return list(place, out),
        Domain::Block(block) => Request::BlockDomain {
            domain: block.domain,
            severity: block.severity.map(|severity| severity.severity().word().to_owned()),
            reject_media: block.reject_media,
            reject_reports: block.reject_reports,
            obfuscate: block.obfuscate,
            private_comment: block.comment,
            public_comment: block.public_comment,
        },
        Domain::Unblock { domain } => Request::UnblockDomain { domain },
        Domain::Allow { domain } => Request::AllowDomain { domain, undo: false },
        Domain::Disallow { domain } => Request::AllowDomain { domain, undo: true },
    };
    match control::ask(place, request)? {
        Answer::Done => out.done(words),
        _ => Err(control::unexpected()),
    }
}

/// What has happened once the command has succeeded.
fn said(command: &Domain) -> String {
    match command {
        Domain::List => String::new(),
        Domain::Block(Block { domain, severity, .. }) => match severity {
            Some(Hardness::Suspend) => format!("{domain} is suspended"),
            Some(Hardness::Silence) => format!("{domain} is limited"),
            Some(Hardness::Noop) => {
                format!("{domain} is neither limited nor suspended; the rest of its rule holds")
            }
            None => format!("the rule about {domain} is set; `shop domain list` shows it"),
        },
        Domain::Unblock { domain } => format!("there is no rule about {domain} any more"),
        Domain::Allow { domain } => {
            format!("{domain} is allowed, which counts in a closed network (federation.mode)")
        }
        Domain::Disallow { domain } => format!("{domain} is no longer allowed"),
    }
}

fn list(place: &Place, out: Output) -> Outcome {
    let mut all: Vec<DomainLine> = Vec::new();
    loop {
        let below = all.last().map(|line| line.id);
        match control::ask(place, Request::ListDomains { below })? {
            Answer::Domains(page) if page.is_empty() => break,
            Answer::Domains(page) => all.extend(page),
            _ => return Err(control::unexpected()),
        }
    }
    match control::ask(place, Request::ListAllowedDomains)? {
        Answer::Domains(allowed) => all.extend(allowed),
        _ => return Err(control::unexpected()),
    }
    let lines: Vec<String> = all.iter().map(line).collect();
    out.list(&all, &lines, "there are no rules about other servers")
}

fn line(line: &DomainLine) -> String {
    let flags = [
        (line.reject_media, "no media"),
        (line.reject_reports, "no reports"),
        (line.obfuscate, "shown in part"),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(on, _)| *on).map(|(_, words)| words).collect();
    let comment = line.private_comment.as_ref().or(line.public_comment.as_ref()).cloned().unwrap_or_default();
    format!("{}\t{}\t{}\t{comment}", line.rule, line.domain, flags.join(", "))
}
