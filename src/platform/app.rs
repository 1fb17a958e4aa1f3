//! The running server as handlers, jobs and listeners see it: configuration, store, clock, network.
//!
//! Every change of durable state goes through [`App::write`]: one closure, one transaction, with its events
//! heard by the durable listeners before it commits and by the live ones after.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, PoisonError, RwLock};

use shop_storage::{Blobs, Search, Snapshot, Store, Txn};

use super::clock::{Clock, Millis};
use super::config::Config;
use super::error::{Error, Result};
use super::events::{Event, Listeners, LiveLine};
use super::http::layers::Limits;
use super::ids::{Id, Snowflakes};
use super::jobs::{self, Job, Progress};
use super::mail::Mailer;
use super::net::Net;

/// How many events one transaction may tell, those of its listeners included: a loop among listeners ends here.
const MOST_EVENTS: usize = 100_000;

/// A handle on the running server; clones are cheap and all the same server.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// What a server is made of.
pub struct Parts {
    /// The settings it was started with.
    pub config: Config,
    /// All durable state but media bytes.
    pub store: Store,
    /// Media bytes.
    pub blobs: Blobs,
    /// The full-text index; derived from the store.
    pub search: Search,
    /// The time.
    pub clock: Clock,
    /// New ids.
    pub ids: Snowflakes,
    /// The guarded way to other servers.
    pub net: Net,
    /// Outgoing mail.
    pub mailer: Mailer,
    /// Counters of rate limits.
    pub limits: Limits,
    /// Who hears of changes.
    pub listeners: Listeners,
    /// The line to the live listeners.
    pub live: LiveLine,
    /// What the job runner is doing.
    pub progress: Progress,
    /// Ended when the server shuts down: streams and waits end with it.
    pub stopping: tokio_util::sync::CancellationToken,
    /// What features keep in memory; see [`App::part`].
    pub memory: Memory,
}

/// What features keep in memory, by type.
#[derive(Default)]
pub struct Memory(RwLock<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl App {
    /// Puts a server together.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// The time now.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// One consistent view of the store, for the length of a request.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn read(&self) -> Result<Snapshot> {
        Ok(self.store.snapshot()?)
    }

    /// Runs `change` in one transaction and answers when it is on disk. An error leaves nothing behind.
    ///
    /// Inside a job it answers before the sync, as [`App::write_relaxed`]: the job itself is on disk, its end is
    /// written after its changes, and changes reach the disk in the order in which they were made. A crash that
    /// takes the changes takes the end too, and the job runs again. A change that is told to other servers says
    /// `must_sync`, and is on disk before anybody sees it.
    ///
    /// # Errors
    /// Those of `change`, of a durable listener, and of the store.
    pub async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        if jobs::is_inside() {
            return self.write_relaxed(change).await;
        }
        let app = self.clone();
        self.store.write(move |txn| Tx::run(txn, &app, change)).await
    }

    /// As [`App::write`], for the command line and for threads outside the runtime.
    ///
    /// # Errors
    /// As [`App::write`].
    pub fn write_blocking<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = self.clone();
        self.store.write_blocking(move |txn| Tx::run(txn, &app, change))
    }

    /// As [`App::write`], but answers before the sync: for marks that may be lost with the power
    /// (last use of a token, counters of the origin), never for what a person was promised.
    ///
    /// # Errors
    /// As [`App::write`].
    pub async fn write_relaxed<T: Send + 'static>(
        &self,
        change: impl FnOnce(&mut Tx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let app = self.clone();
        self.store.write_relaxed(move |txn| Tx::run(txn, &app, change)).await
    }

    /// What a feature keeps in memory, made on first use.
    pub fn part<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let kind = TypeId::of::<T>();
        let found = self.memory.0.read().unwrap_or_else(PoisonError::into_inner).get(&kind).cloned();
        let any = found.unwrap_or_else(|| {
            let mut parts = self.memory.0.write().unwrap_or_else(PoisonError::into_inner);
            parts.entry(kind).or_insert_with(|| Arc::new(T::default())).clone()
        });
        // The map is keyed by the type itself, so the downcast cannot miss.
        any.downcast().unwrap_or_else(|_| Arc::new(T::default()))
    }

    /// Whether this is the last handle: nobody else can use the store any more.
    pub fn is_last(&self) -> bool {
        Arc::strong_count(&self.0) == 1
    }

    /// Returns when all live listeners have heard of everything committed before.
    pub async fn heard(&self) {
        self.live.heard().await;
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// One transaction of the server: the store's, with time, ids, events and jobs.
pub struct Tx<'a> {
    txn: &'a mut Txn,
    app: &'a App,
    now: Millis,
    told: Vec<Event>,
}

impl<'a> Tx<'a> {
    fn run<T>(txn: &'a mut Txn, app: &'a App, change: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        let mut tx = Self { txn, now: app.now(), app, told: Vec::new() };
        let answer = change(&mut tx)?;
        tx.settle()?;
        Ok(answer)
    }

    /// Lets the durable listeners hear what was told, and keeps it for the live ones.
    fn settle(mut self) -> Result<()> {
        let mut next = 0;
        while next < self.told.len() {
            if next >= MOST_EVENTS {
                return Err(Error::internal("one transaction told too many events"));
            }
            let event = self.told[next].clone();
            for listener in self.app.listeners.durable {
                listener(&mut self, &event)?;
            }
            next += 1;
        }
        if !self.told.is_empty() {
            let app = self.app.clone();
            let told = std::mem::take(&mut self.told);
            self.txn.on_commit(move || {
                let line = app.clone();
                line.live.send(app, told);
            });
        }
        Ok(())
    }

    /// Tells that something has happened.
    pub fn tell(&mut self, event: Event) {
        self.told.push(event);
    }

    /// The time of this transaction.
    pub fn now(&self) -> Millis {
        self.now
    }

    /// A new id.
    pub fn new_id<T>(&self) -> Id<T> {
        self.app.ids.next(self.now)
    }

    /// A new id that is exact even as a JSON number; see [`Snowflakes::next_exact`].
    pub fn new_exact_id<T>(&self) -> Id<T> {
        self.app.ids.next_exact(self.now)
    }

    /// The server, for its settings.
    pub fn app(&self) -> &'a App {
        self.app
    }

    /// Puts a job into its queue, in this transaction.
    ///
    /// # Errors
    /// When the store fails.
    pub fn enqueue<J: Job>(&mut self, job: &J) -> Result<()> {
        let now = self.now;
        jobs::push(self.txn, job, now)
    }

    /// As [`Tx::enqueue`], to run at `due` or later.
    ///
    /// # Errors
    /// When the store fails.
    pub fn enqueue_at<J: Job>(&mut self, job: &J, due: Millis) -> Result<()> {
        jobs::push(self.txn, job, due)
    }
}

impl Deref for Tx<'_> {
    type Target = Txn;

    fn deref(&self) -> &Txn {
        self.txn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut Txn {
        self.txn
    }
}
