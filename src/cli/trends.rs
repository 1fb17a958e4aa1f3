//! `shop trends …`: what trends, and what may.

use clap::{Subcommand, ValueEnum};

use super::control::{self, Answer, Request};
use super::settings::Place;
use super::{Outcome, Output};
use crate::features::trends::table::Subject;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Trends {
    /// List what would trend by its numbers: how much, whether it may, name.
    List {
        /// Of which kind.
        kind: Kind,
    },
    /// Let a hashtag, post or link trend.
    Allow {
        /// Which kind.
        kind: Kind,
        /// The name of a hashtag, the number of a post, or the address of a link.
        name: String,
    },
    /// Keep a hashtag, post or link from trending.
    Refuse {
        /// Which kind.
        kind: Kind,
        /// The name of a hashtag, the number of a post, or the address of a link.
        name: String,
    },
}

/// What trends.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Kind {
    /// Hashtags.
    Tags,
    /// Posts.
    Statuses,
    /// Linked pages.
    Links,
}

impl Kind {
    fn subject(self) -> Subject {
        match self {
            Self::Tags => Subject::Tag,
            Self::Statuses => Subject::Status,
            Self::Links => Subject::Link,
        }
    }
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: Trends, out: Output) -> Outcome {
    let words = match &command {
        Trends::List { .. } => String::new(),
        Trends::Allow { name, .. } => format!("{name} may trend"),
        Trends::Refuse { name, .. } => format!("{name} is kept from trending"),
    };
    let judge =
        |kind: Kind, name, trendable| Request::JudgeTrend { subject: kind.subject(), name, trendable };
    let request = match command {
        Trends::List { kind } => Request::ListTrends { subject: kind.subject() },
        Trends::Allow { kind, name } => judge(kind, name, true),
        Trends::Refuse { kind, name } => judge(kind, name, false),
    };
    match control::ask(place, request)? {
        Answer::Trends(lines) => {
            let shown: Vec<String> = lines
                .iter()
                .map(|line| {
                    let may = if line.allowed { "allowed" } else { "held back" };
                    format!("{:.2}\t{may}\t{}", line.score, line.name)
                })
                .collect();
            out.list(&lines, &shown, "nothing is shared by so many that it would trend")
        }
        Answer::Done => out.done(words),
        _ => Err(control::unexpected()),
    }
}
