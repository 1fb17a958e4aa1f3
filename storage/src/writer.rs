//! The one writer: a thread that runs changes in order and commits those that wait as one group with one sync.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, OnceLock},
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    engine::{Batch, Engine},
    error::{Error, Result},
    queue::QueueHeads,
    txn::Txn,
};

/// Changes that may wait for the writer; further callers wait to be let in.
pub(crate) const WAITING: usize = 1024;
/// A group takes no further change once it has this many, or this many bytes.
const GROUP_CHANGES: usize = 256;
const GROUP_BYTES: usize = 1 << 20;
/// Relaxed changes that no synced commit follows are synced by the writer itself after this time.
const IDLE_SYNC: Duration = Duration::from_millis(250);
/// Where relaxed changes never pause, the first of them waits at most this long for a sync.
const LONGEST_UNSYNCED: Duration = Duration::from_secs(1);

/// Tells the caller: nothing when the group was committed, else why not.
type Answer = Box<dyn FnOnce(Option<Error>) + Send>;

/// What became of a change when it ran.
pub(crate) struct Ran {
    keep: bool,
    answer: Answer,
}

/// A change, ready to run; without a transaction it only answers why there is none.
type Run = Box<dyn FnOnce(Result<&mut Txn>) -> Ran + Send>;

/// What the writer is asked.
pub(crate) enum Request {
    Change { sync: bool, run: Run },
    Close(oneshot::Sender<Result<()>>),
}

/// Wraps a closure so that its answer goes to `reply` after the group's commit, whatever happens.
pub(crate) fn change<T, E>(
    sync: bool,
    change: impl FnOnce(&mut Txn) -> Result<T, E> + Send + 'static,
    reply: oneshot::Sender<Result<T, E>>,
) -> Request
where
    T: Send + 'static,
    E: From<Error> + Send + 'static,
{
    let run = move |tx: Result<&mut Txn>| {
        let outcome = match tx {
            Ok(tx) => match catch_unwind(AssertUnwindSafe(|| change(tx))) {
                Ok(Ok(value)) => tx.check_size().map(|()| value).map_err(E::from),
                Ok(Err(error)) => Err(error),
                Err(_) => Err(E::from(Error::Panicked)),
            },
            Err(error) => Err(E::from(error)),
        };
        let keep = outcome.is_ok();
        let answer = move |failure: Option<Error>| {
            // A caller that went away does not want the answer.
            let _ = reply.send(match failure {
                Some(error) if keep => Err(E::from(error)),
                _ => outcome,
            });
        };
        Ran { keep, answer: Box::new(answer) }
    };
    Request::Change { sync, run: Box::new(run) }
}

/// The writer's state; lives on its thread.
pub(crate) struct Writer {
    pub(crate) engine: Arc<dyn Engine>,
    pub(crate) queues: Arc<QueueHeads>,
    pub(crate) inbox: mpsc::Receiver<Request>,
    /// Only for waiting with a time limit.
    pub(crate) timer: tokio::runtime::Runtime,
    /// Since when there are relaxed commits that no sync has covered.
    pub(crate) unsynced: Option<Instant>,
    /// The commit that failed. What the engine holds is uncertain from then on, so nothing more is written.
    pub(crate) broken: Arc<OnceLock<Error>>,
}

impl Writer {
    /// Serves until the store is closed or every handle of it is gone; then syncs what is unsynced.
    pub(crate) fn run(mut self) {
        while let Some(request) = self.next() {
            match request {
                Request::Change { sync, run } => {
                    if let Some(closed) = self.group(sync, run) {
                        return self.close(closed);
                    }
                }
                Request::Close(closed) => return self.close(closed),
            }
        }
        if let Err(error) = self.sync() {
            tracing::error!(%error, "the last sync of the store failed");
        }
    }

    fn next(&mut self) -> Option<Request> {
        if self.unsynced.is_some() && self.broken.get().is_none() {
            let waited =
                self.timer.block_on(async { tokio::time::timeout(IDLE_SYNC, self.inbox.recv()).await });
            match waited {
                Ok(request) => return request,
                Err(_) => {
                    if let Err(error) = self.sync() {
                        tracing::error!(%error, "syncing relaxed changes failed");
                    }
                }
            }
        }
        self.inbox.blocking_recv()
    }

    fn sync(&mut self) -> Result<()> {
        if self.unsynced.is_some() {
            self.commit(&Batch::new(), true)?;
        }
        Ok(())
    }

    fn close(mut self, closed: oneshot::Sender<Result<()>>) {
        self.inbox.close();
        let synced = self.sync();
        // The engine's files are free before the caller hears of it.
        drop(self);
        let _ = closed.send(synced);
    }

    fn commit(&mut self, batch: &Batch, sync: bool) -> Result<()> {
        if let Some(error) = self.broken.get() {
            return Err(error.clone());
        }
        match self.engine.commit(batch, sync) {
            Ok(()) => {
                self.unsynced = if sync { None } else { self.unsynced.or_else(|| Some(Instant::now())) };
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "a commit failed; the store takes no more changes until it is opened anew");
                let _ = self.broken.set(error.clone());
                Err(error)
            }
        }
    }

    /// Runs a change and those that wait behind it, commits once, answers all. Gives the close request that ended
    /// the group, if one did.
    fn group(&mut self, mut sync: bool, mut run: Run) -> Option<oneshot::Sender<Result<()>>> {
        let mut answers: Vec<Answer> = Vec::new();
        let mut closed = None;
        let view = match (self.broken.get(), self.engine.view()) {
            (Some(error), _) => Err(error.clone()),
            (None, view) => view,
        };
        let mut tx = match view {
            Ok(view) => Txn::new(view, Arc::clone(&self.queues)),
            Err(error) => {
                (run(Err(error)).answer)(None);
                return None;
            }
        };
        loop {
            let ran = run(Ok(&mut tx));
            if ran.keep {
                tx.keep();
            } else {
                tx.undo();
            }
            answers.push(ran.answer);
            if answers.len() >= GROUP_CHANGES || tx.bytes() >= GROUP_BYTES {
                break;
            }
            match self.inbox.try_recv() {
                Ok(Request::Change { sync: also_sync, run: next }) => {
                    sync |= also_sync;
                    run = next;
                }
                Ok(Request::Close(reply)) => {
                    closed = Some(reply);
                    break;
                }
                Err(_) => break,
            }
        }
        sync |= tx.wants_sync();
        sync |= self.unsynced.is_some_and(|since| since.elapsed() >= LONGEST_UNSYNCED);
        let (batch, hooks) = tx.into_parts();
        let failure = if batch.is_empty() && !(sync && self.unsynced.is_some()) {
            None
        } else {
            self.commit(&batch, sync).err()
        };
        if failure.is_none() {
            for hook in hooks {
                if catch_unwind(AssertUnwindSafe(hook)).is_err() {
                    tracing::error!("a hook that runs after commits panicked");
                }
            }
        }
        for answer in answers {
            answer(failure.clone());
        }
        closed
    }
}
