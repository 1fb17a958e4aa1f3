//! Async refreshes: work that goes on behind an answer, and that the client may ask about (behaviours §1).
//!
//! They live in memory: after a restart a client is told that its refresh is unknown, asks for the thing itself again,
//! and loses nothing.

pub mod api;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::platform::app::App;
use crate::platform::clock::{DAY, Millis};

/// The header that names a refresh.
const HEADER: HeaderName = HeaderName::from_static("mastodon-async-refresh");
/// When a client should ask again, in seconds.
const RETRY: u32 = 3;
/// How long a finished refresh is remembered.
const REMEMBERED: Duration = Duration::from_secs(3_600);
/// How many refreshes are remembered at most; the oldest go first.
const MOST: usize = 10_000;

/// How a refresh stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refresh {
    /// What it is about, such as `context:123`.
    subject: String,
    /// When it began.
    begun_at: Millis,
    /// When it ended.
    ended_at: Option<Millis>,
    /// What it has brought so far.
    results: u64,
}

/// All refreshes, by their id.
#[derive(Default)]
pub struct Refreshes(Mutex<HashMap<String, Refresh>>);

impl Refreshes {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, Refresh>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What became of the wish to refresh something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// A new refresh with this id: the caller starts the work.
    New(String),
    /// One that runs already.
    Running(String),
    /// It was refreshed not long ago.
    Rests,
}

/// Begins a refresh of `subject` unless one runs, or ran within `pause`.
pub fn begin(app: &App, subject: &str, pause: Duration) -> Begun {
    let now = app.now();
    app.part::<Refreshes>().with(|all| {
        all.retain(|_, refresh| match refresh.ended_at {
            Some(end) => now.since(end) < REMEMBERED.max(pause),
            None => now.since(refresh.begun_at) < DAY,
        });
        if let Some((id, refresh)) = all.iter().find(|(_, refresh)| refresh.subject == subject) {
            if refresh.ended_at.is_none() {
                return Begun::Running(id.clone());
            }
            if now.since(refresh.begun_at) < pause {
                return Begun::Rests;
            }
        }
        while all.len() >= MOST {
            let oldest = all.iter().min_by_key(|(_, refresh)| refresh.begun_at).map(|(id, _)| id.clone());
            let Some(oldest) = oldest else { break };
            all.remove(&oldest);
        }
        all.retain(|_, refresh| refresh.subject != subject);
        let id = format!("{:032x}", rand::random::<u128>());
        let refresh = Refresh { subject: subject.to_owned(), begun_at: now, ended_at: None, results: 0 };
        all.insert(id.clone(), refresh);
        Begun::New(id)
    })
}

/// Notes that a refresh has brought `more`.
pub fn brought(app: &App, id: &str, more: u64) {
    app.part::<Refreshes>().with(|all| {
        if let Some(refresh) = all.get_mut(id) {
            refresh.results += more;
        }
    });
}

/// Notes that a refresh has ended.
pub fn end(app: &App, id: &str) {
    let now = app.now();
    app.part::<Refreshes>().with(|all| {
        if let Some(refresh) = all.get_mut(id) {
            refresh.ended_at.get_or_insert(now);
        }
    });
}

/// How a refresh stands; `None` for one that is not known, or not any more.
pub fn get(app: &App, id: &str) -> Option<Refresh> {
    app.part::<Refreshes>().with(|all| all.get(id).cloned())
}

/// The header that tells a client of a refresh (behaviours §1, async work).
pub fn header(app: &App, id: &str) -> HeaderMap {
    let results = get(app, id).map_or(0, |refresh| refresh.results);
    let mut headers = HeaderMap::new();
    let text = format!("id=\"{id}\", retry={RETRY}, result_count={results}");
    if let Ok(value) = HeaderValue::from_str(&text) {
        headers.insert(HEADER, value);
    }
    headers
}
