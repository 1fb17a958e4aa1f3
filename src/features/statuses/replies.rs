//! Answers that never reached us: on demand the tree below a remote post is read from the servers it lies on.
//!
//! Servers send an answer to the followers of whoever wrote it, so a thread is rarely whole anywhere but where it
//! began. Somebody who reads a thread starts a walk over the `replies` collections, in the background and with limits
//! (behaviours §22). A thread that began here is walked from the answers that lie elsewhere: what they were answered may
//! be known only there.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use shop_storage::{Queue, record};

use super::context::{self, Reach};
use super::table::{STATUSES, Status};
use super::{keep, resolve};
use crate::features::accounts::keys;
use crate::features::async_refreshes::{self, Begun};
use crate::features::peers;
use crate::federation::fetch;
use crate::federation::vocab::{Document, View, same_origin};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::StatusId;
use crate::platform::jobs::{self, Job, Outcome};
use crate::platform::net::Signer;

/// A post must be this old: younger ones gather their answers by themselves.
const RIPE: Duration = Duration::from_secs(5 * 60);
/// The tree below a post is read at most this often.
const PAUSE: Duration = Duration::from_secs(15 * 60);
/// How many posts one walk reads.
const MOST_POSTS: usize = 1_000;
/// How many pages of collections one walk reads.
const MOST_PAGES: usize = 500;
/// How many answers of one post are followed.
const MOST_OF_ONE: usize = 500;
/// How many posts are asked for at once; a server has a limit of its own besides.
const AT_ONCE: usize = 4;
/// How often a walk is begun again after a crash or a fault of ours.
const TRIES: u32 = 3;

/// Starts reading the tree below `status` when it is open, not brand-new, and was not read just now; `elsewhere` tells
/// whether any of it lies on another server. Gives the id of the refresh that runs, if one does.
///
/// # Errors
/// When the store fails.
pub async fn refresh(app: &App, id: StatusId, status: &Status, elsewhere: bool) -> Result<Option<String>> {
    let young = app.now().since(status.created_at) < RIPE;
    if !elsewhere || young || !status.visibility.is_open() || status.reblog_of.is_some() {
        return Ok(None);
    }
    match async_refreshes::begin(app, &format!("context:{id}"), PAUSE) {
        Begun::Rests => Ok(None),
        Begun::Running(refresh) => Ok(Some(refresh)),
        Begun::New(refresh) => {
            let job = FetchReplies { status: id, refresh: refresh.clone() };
            app.write_relaxed(move |tx| tx.enqueue(&job)).await?;
            Ok(Some(refresh))
        }
    }
}

/// Reads the tree below a post.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchReplies {
    status: StatusId,
    refresh: String,
}
record!(FetchReplies, 1);

impl Job for FetchReplies {
    const NAME: &'static str = "fetch_replies";
    const QUEUE: &'static Queue = &jobs::BULK;
    const PRIORITY: u8 = 2;

    fn dedup(&self) -> Option<String> {
        Some(format!("fetch_replies:{}", self.status))
    }

    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| jobs::backoff(tries))
    }

    async fn run(self, app: App) -> Outcome {
        let known = known(&app, self.status)?;
        let walked = Walk::new(&app, &self.refresh).await?.run(known).await;
        async_refreshes::end(&app, &self.refresh);
        Ok(walked?)
    }
}

/// The addresses of a post and of what is known below it, as far as they lie elsewhere and are open to all.
fn known(app: &App, root: StatusId) -> Result<Vec<String>> {
    let store = app.read()?;
    let Some(status) = STATUSES.get(&store, &root)? else { return Ok(Vec::new()) };
    let below =
        context::around(&store, root, &status, Reach { descendants: MOST_POSTS, ..Reach::SIGNED_IN })?.below;
    let below = STATUSES.get_many(&store, &below)?.into_iter().flatten();
    let remote = [status].into_iter().chain(below).filter(|one| !one.local && one.visibility.is_open());
    Ok(remote.filter_map(|one| one.uri).take(MOST_POSTS).collect())
}

/// A walk over a tree of answers, level by level.
struct Walk<'a> {
    app: &'a App,
    refresh: &'a str,
    signer: Arc<dyn Signer>,
    seen: HashSet<String>,
    pages: usize,
}

impl<'a> Walk<'a> {
    async fn new(app: &'a App, refresh: &'a str) -> Result<Self> {
        let signer = keys::instance_signer(app).await?;
        Ok(Self { app, refresh, signer, seen: HashSet::new(), pages: 0 })
    }

    async fn run(mut self, known: Vec<String>) -> Result<()> {
        self.seen.extend(known.iter().cloned());
        let mut open = VecDeque::from(known);
        while !open.is_empty() {
            let level: Vec<String> = open.drain(..).collect();
            let read = futures_util::stream::iter(level.into_iter().map(|uri| self.post(uri)));
            let documents: Vec<_> = read.buffer_unordered(AT_ONCE).collect().await;
            for document in documents {
                let Some(document) = document? else { continue };
                for answer in self.answers(&document).await {
                    let new = self.seen.len() < MOST_POSTS && !peers::is_ours(self.app, &answer);
                    if new && self.seen.insert(answer.clone()) {
                        open.push_back(answer);
                    }
                }
            }
        }
        Ok(())
    }

    /// Reads a post at its own address and keeps it. One that cannot be read ends its branch.
    async fn post(&self, uri: String) -> Result<Option<Document>> {
        let known = resolve::known(self.app, &self.app.read()?, &uri)?;
        let document = match fetch::document(self.app, &uri, &self.signer).await {
            Ok(document) => document,
            Err(error) => {
                tracing::debug!(%error, uri, "an answer could not be read");
                return Ok(None);
            }
        };
        if known.is_none() && keep::document(self.app, &document, 1).await?.is_some() {
            async_refreshes::brought(self.app, self.refresh, 1);
        }
        Ok(Some(document))
    }

    /// The ids of the answers to a post, from the collection on the post's own server.
    async fn answers(&mut self, post: &Document) -> Vec<String> {
        let Some(origin) = post.id().map(str::to_owned) else { return Vec::new() };
        let mut found = Vec::new();
        let mut next = match post.object_of("replies") {
            Some(collection) => {
                gather(collection, &mut found);
                follow(collection, &mut found)
            }
            None => post.link_of("replies").map(str::to_owned),
        };
        let mut read: HashSet<String> = HashSet::new();
        while let Some(url) = next.take().filter(|url| same_origin(url, &origin) && read.insert(url.clone()))
        {
            if found.len() >= MOST_OF_ONE || self.pages >= MOST_PAGES {
                break;
            }
            self.pages += 1;
            match fetch::page(self.app, &url, &self.signer).await {
                Ok(page) => {
                    gather(page.view(), &mut found);
                    next = follow(page.view(), &mut found);
                }
                Err(error) => tracing::debug!(%error, url, "a page of answers could not be read"),
            }
        }
        found.truncate(MOST_OF_ONE);
        found
    }
}

/// Takes the ids that a collection or page lists.
fn gather(page: View<'_>, found: &mut Vec<String>) {
    for key in ["items", "orderedItems"] {
        found.extend(page.ids_of(key).into_iter().map(str::to_owned));
    }
}

/// Takes what an embedded first page lists, and gives the address of the page after it.
fn follow(collection: View<'_>, found: &mut Vec<String>) -> Option<String> {
    if let Some(first) = collection.object_of("first") {
        gather(first, found);
        return first.link_of("next").map(str::to_owned);
    }
    collection.link_of("first").or_else(|| collection.link_of("next")).map(str::to_owned)
}
