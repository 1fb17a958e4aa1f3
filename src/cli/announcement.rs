//! `shop announcement …`: what the staff tells everybody here.

use clap::Subcommand;

use super::control::{self, Answer, Request};
use super::settings::Place;
use super::{Outcome, Output};
use crate::platform::ids::AnnouncementId;

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Announcement {
    /// Publish an announcement; prints its id.
    Create {
        /// Plain text; links, mentions, hashtags and emoji work as in posts.
        text: String,
        /// When what it is about begins (2026-01-31T18:00:00Z, or 2026-01-31 for a whole day).
        #[arg(long, value_name = "TIME")]
        starts_at: Option<String>,
        /// When that ends, in the same form; the announcement goes with it.
        #[arg(long, value_name = "TIME")]
        ends_at: Option<String>,
    },
    /// List what is shown now: id, since when, until when, text.
    List,
    /// Take an announcement away.
    Delete {
        /// Its id.
        id: AnnouncementId,
    },
}

/// Runs the command.
///
/// # Errors
/// What the request fails with.
pub fn run(place: &Place, command: Announcement, out: Output) -> Outcome {
    let deleted = match &command {
        Announcement::Delete { id } => format!("announcement {id} is taken away"),
        Announcement::Create { .. } | Announcement::List => String::new(),
    };
    let request = match command {
        Announcement::Create { text, starts_at, ends_at } => {
            Request::CreateAnnouncement { text, starts_at, ends_at }
        }
        Announcement::List => Request::ListAnnouncements,
        Announcement::Delete { id } => Request::DeleteAnnouncement { id },
    };
    match control::ask(place, request)? {
        Answer::Announcement(id) => {
            out.say("published the announcement. Its id:");
            out.print(&serde_json::json!({ "id": id }), id)
        }
        Answer::Announcements(lines) => {
            let shown: Vec<String> = lines
                .iter()
                .map(|line| {
                    let end = line.ends_at.as_deref().unwrap_or("-");
                    format!("{}\t{}\t{end}\t{}", line.id, line.published_at, line.text.replace('\n', " "))
                })
                .collect();
            out.list(&lines, &shown, "nothing is announced")
        }
        Answer::Done => out.done(deleted),
        _ => Err(control::unexpected()),
    }
}
