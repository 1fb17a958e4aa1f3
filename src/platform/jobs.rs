//! Jobs: durable work that a transaction leaves behind, and the runner that does it.
//!
//! A job is a small record with a name and a queue. It is enqueued in the transaction of the change that
//! causes it, runs at least once, and is therefore idempotent. A lane runs one job at a time, in order.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use shop_storage::{Leased, NewJob, Queue, Record, Store, Txn, decode_record, encode_record};
use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::app::App;
use super::clock::Millis;
use super::error::{Error, Result};

/// Work that somebody waits for: push, uploads, first fetches.
pub const NOW: Queue = Queue::new(0xA0, "now");
/// Outgoing deliveries, a lane a peer host.
pub const DELIVERY: Queue = Queue::new(0xA8, "delivery");
/// Accepted incoming activities, a lane a peer host.
pub const INBOX: Queue = Queue::new(0xB0, "inbox");
/// Work that may wait: backfills, imports, pruning.
pub const BULK: Queue = Queue::new(0xB8, "bulk");

/// Every queue with the number of its jobs that may run at once.
pub const QUEUES: [(&Queue, usize); 4] = [(&NOW, 8), (&DELIVERY, 64), (&INBOX, 16), (&BULK, 2)];

/// How often a job is tried before it becomes a dead letter, unless it says otherwise (behaviours §23).
pub const TRIES: u32 = 16;

/// A piece of durable work.
pub trait Job: Record {
    /// Its name in the store, the log and the admin pages; never changed once released.
    const NAME: &'static str;
    /// The queue it waits in.
    const QUEUE: &'static Queue;
    /// 0 goes first within a queue.
    const PRIORITY: u8 = 0;

    /// The lane that keeps its order; `None` when it needs no order with any other.
    fn lane(&self) -> Option<String> {
        None
    }

    /// Jobs with an equal key that still wait are the same job.
    fn dedup(&self) -> Option<String> {
        None
    }

    /// How long to wait after the failed try number `tries` (1 for the first); `None` gives up.
    fn backoff(tries: u32) -> Option<Duration> {
        (tries < TRIES).then(|| backoff(tries))
    }

    /// Does the work. Must bear being done twice.
    fn run(self, app: App) -> impl Future<Output = Outcome> + Send;
}

/// How a job ended.
pub type Outcome = std::result::Result<(), Failure>;

/// Why a job is not done.
#[derive(Debug)]
pub enum Failure {
    /// Try again by the job's backoff.
    Later(Error),
    /// Try again at this time; does not count as a try.
    At(Millis),
    /// It will never work: keep as a dead letter.
    Final(Error),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Later(error)
    }
}

impl From<shop_storage::Error> for Failure {
    fn from(error: shop_storage::Error) -> Self {
        Self::Later(error.into())
    }
}

/// n⁴ + 15 s + up to n⁴/2 of jitter (behaviours §23).
pub fn backoff(tries: u32) -> Duration {
    let power = u64::from(tries).saturating_pow(4);
    Duration::from_secs(power.saturating_add(15))
        + Duration::from_millis(rand::random_range(0..=power.saturating_mul(500)))
}

/// Puts `job` into its queue.
pub(super) fn push<J: Job>(txn: &mut Txn, job: &J, due: Millis) -> Result<()> {
    let lane = job.lane().unwrap_or_else(|| format!("{:032x}", rand::random::<u128>()));
    J::QUEUE.push(
        txn,
        NewJob {
            kind: J::NAME,
            lane: &lane,
            due: due.0,
            priority: J::PRIORITY,
            dedup: job.dedup().as_deref(),
            payload: encode_record(job).map_err(Error::internal)?,
        },
    )?;
    Ok(())
}

tokio::task_local! {
    /// Set while a job runs.
    static INSIDE: ();
}

/// Whether the caller is a job of the runner. What a job spawns is not.
pub(super) fn is_inside() -> bool {
    INSIDE.try_with(|()| ()).is_ok()
}

type Running = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// One kind of job as the runner knows it; the list of all kinds stands in `features/mod.rs`.
#[derive(Clone, Copy)]
pub struct JobKind {
    /// The job's name.
    pub name: &'static str,
    run: fn(App, Vec<u8>) -> Running,
    backoff: fn(u32) -> Option<Duration>,
}

impl JobKind {
    /// The kind of `J`.
    pub const fn of<J: Job>() -> Self {
        Self { name: J::NAME, run: start::<J>, backoff: J::backoff }
    }
}

fn start<J: Job>(app: App, payload: Vec<u8>) -> Running {
    match decode_record::<J>(&payload) {
        Ok(job) => Box::pin(job.run(app)),
        Err(error) => Box::pin(async move { Err(Failure::Final(Error::internal(error))) }),
    }
}

/// What the runner is doing, for tests and shutdown.
#[derive(Default)]
pub struct Progress {
    busy: AtomicUsize,
    changed: Notify,
}

/// Returns when no job is running and none is due.
///
/// # Errors
/// When the store fails.
pub async fn drained(app: &App) -> Result<()> {
    loop {
        let changed = app.progress.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        let now = app.now();
        let waiting =
            QUEUES.iter().any(|(queue, _)| queue.next_due(&app.store).is_some_and(|due| due <= now.0));
        if !waiting && app.progress.busy.load(Ordering::SeqCst) == 0 {
            app.heard().await;
            return Ok(());
        }
        changed.await;
    }
}

/// Takes back what a dead process had leased; call once before [`run`].
///
/// # Errors
/// When the store fails.
pub async fn reclaim(store: &Store) -> Result<()> {
    store
        .write(|txn| {
            for (queue, _) in QUEUES {
                queue.reclaim(txn)?;
            }
            Ok::<(), Error>(())
        })
        .await?;
    for (queue, _) in QUEUES {
        // Takes nothing, but has the heads read: from here on `drained` sees what waits.
        queue.claim(store, 0, 0).await?;
    }
    Ok(())
}

/// Runs the jobs of one queue until the server stops; running jobs are finished, waiting ones stay.
pub async fn run(app: App, queue: &'static Queue, most: usize, kinds: &'static [JobKind]) {
    let mut running = JoinSet::new();
    loop {
        let pushed = queue.notified(&app.store);
        tokio::pin!(pushed);
        let now = app.now();
        let free = most.saturating_sub(running.len());
        // Counted before the claim, so that `drained` never sees a claimed job as nobody's.
        app.progress.busy.fetch_add(1, Ordering::SeqCst);
        let claimed = if free == 0 { Ok(Vec::new()) } else { queue.claim(&app.store, now.0, free).await };
        let claimed = claimed.unwrap_or_else(|error| {
            tracing::error!(?error, "cannot claim jobs");
            Vec::new()
        });
        for leased in claimed {
            app.progress.busy.fetch_add(1, Ordering::SeqCst);
            running.spawn(work(app.clone(), queue, kinds, leased));
        }
        app.progress.busy.fetch_sub(1, Ordering::SeqCst);
        app.progress.changed.notify_waiters();
        let due = queue.next_due(&app.store).filter(|_| running.len() < most);
        tokio::select! {
            () = app.stopping.cancelled() => break,
            () = &mut pushed => {}
            Some(_) = running.join_next() => {}
            () = sleep_until(&app, due) => {}
        }
    }
    while running.join_next().await.is_some() {}
}

async fn sleep_until(app: &App, due: Option<u64>) {
    match due {
        Some(due) => app.clock.until(Millis(due)).await,
        None => std::future::pending().await,
    }
}

async fn work(app: App, queue: &'static Queue, kinds: &'static [JobKind], leased: Leased) {
    let kind = kinds.iter().find(|kind| kind.name == leased.kind);
    let outcome = match kind {
        None => Err(Failure::Final(Error::internal(format!("no job is called {}", leased.kind)))),
        Some(kind) => {
            let call = INSIDE.scope((), (kind.run)(app.clone(), leased.payload.clone()));
            AssertUnwindSafe(call)
                .catch_unwind()
                .await
                .unwrap_or_else(|_| Err(Failure::Later(Error::internal("the job panicked"))))
        }
    };
    if let Err(error) = finish(&app, queue, kind, &leased, outcome).await {
        tracing::error!(?error, kind = leased.kind, "cannot record the end of a job");
    }
    app.progress.busy.fetch_sub(1, Ordering::SeqCst);
    app.progress.changed.notify_waiters();
}

async fn finish(
    app: &App,
    queue: &'static Queue,
    kind: Option<&JobKind>,
    leased: &Leased,
    outcome: Outcome,
) -> Result<()> {
    let id = leased.id;
    let tries = leased.attempts.saturating_add(1);
    let now = app.now();
    match outcome {
        Ok(()) => app.store.write_relaxed(move |txn| Ok(queue.done(txn, id)?)).await,
        Err(Failure::At(due)) => {
            app.store.write_relaxed(move |txn| Ok(queue.postpone(txn, id, due.0)?)).await
        }
        Err(Failure::Later(error)) => match kind.and_then(|kind| (kind.backoff)(tries)) {
            Some(wait) => {
                tracing::debug!(?error, kind = leased.kind, tries, "a job will be tried again");
                let due = now.plus(wait);
                app.store.write_relaxed(move |txn| Ok(queue.retry(txn, id, due.0, &error.to_string())?)).await
            }
            None => bury(app, queue, leased, error).await,
        },
        Err(Failure::Final(error)) => bury(app, queue, leased, error).await,
    }
}

async fn bury(app: &App, queue: &'static Queue, leased: &Leased, error: Error) -> Result<()> {
    tracing::warn!(?error, kind = leased.kind, lane = leased.lane, "a job was given up");
    let id = leased.id;
    app.store.write_relaxed(move |txn| Ok(queue.bury(txn, id, &error.to_string())?)).await
}
