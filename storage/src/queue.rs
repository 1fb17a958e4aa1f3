//! The durable job queue: rows of jobs in lanes, claimed one at a time a lane.
//!
//! Everything that must survive is in tables: the job, its place in its lane, its lease, its dedup key, its grave.
//! Which job is at the head of each lane is remembered in memory ([`Heads`]), so that a claim costs the same however
//! many jobs wait; hooks keep it in step, in commit order.

use std::{future::Future, ops::ControlFlow, sync::Arc};

use crate::{
    catalog::Catalog,
    engine::Read,
    error::{Error, Result},
    index::{Counter, Unique},
    store::Store,
    table::Table,
    txn::Txn,
    window::Window,
};

mod admin;
mod heads;
mod rows;

pub use admin::{DeadJob, LaneStats, QueueStats};
use heads::Head;
pub(crate) use heads::{Heads, QueueHeads};
use rows::{DeadRow, JobRow, LeaseRow, Payload, PlaceRow, shortened};

/// Number of a job, in the order of pushing.
pub type JobId = u64;

/// A queue takes this many consecutive table numbers.
const PARTS: u8 = 6;

/// A durable queue. Declare it once, as a constant or static; it takes six consecutive table numbers.
///
/// One lane runs one job at a time, in the order of (due time at push, number); other lanes run beside it. A lane
/// whose head is not due waits as a whole, so order holds over retries.
pub struct Queue {
    first: u8,
    jobs: Table<JobRow>,
    places: Table<PlaceRow>,
    leases: Table<LeaseRow>,
    dead: Table<DeadRow>,
    waiting_for: Unique<String, JobId>,
    counts: Counter<u8>,
}

/// Keys of the queue's counters.
const NEXT_ID: u8 = 0;
const ALIVE: u8 = 1;
const LEASED: u8 = 2;
const DEAD: u8 = 3;

/// A job to be pushed.
#[derive(Debug, Clone)]
pub struct NewJob<'a> {
    /// What kind of work; the payload's type.
    pub kind: &'a str,
    /// Jobs of one lane run one after another.
    pub lane: &'a str,
    /// When it may run at the earliest, Unix time in milliseconds. Also its place in the lane.
    pub due: u64,
    /// 0 runs before 1 and so on, among the lanes whose head is due.
    pub priority: u8,
    /// While a job with this key waits, another one is not pushed. A running job waits no longer.
    pub dedup: Option<&'a str>,
    /// What the job is about, at most some kilobytes.
    pub payload: Vec<u8>,
}

/// A job that was claimed and is to be answered with [`Queue::done`], [`Queue::retry`] or [`Queue::bury`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leased {
    /// Its number.
    pub id: JobId,
    /// What kind of work.
    pub kind: String,
    /// Its lane, which rests until this job is answered.
    pub lane: String,
    /// How often it ran before without success, crashes of the process included.
    pub attempts: u32,
    /// What it is about.
    pub payload: Vec<u8>,
    /// Due time at push.
    pub created: u64,
    /// Due time of this attempt.
    pub due: u64,
}

impl Queue {
    /// Errors are kept up to this many bytes.
    pub const ERROR_BYTES: usize = 500;

    /// A queue on table numbers `first` to `first + 5`, called `name`.
    pub const fn new(first: u8, name: &'static str) -> Queue {
        Queue {
            first,
            jobs: Table::new(first, name),
            places: Table::new(first + 1, name),
            leases: Table::new(first + 2, name),
            dead: Table::new(first + 3, name),
            waiting_for: Unique::new(first + 4, name),
            counts: Counter::new(first + PARTS - 1, name),
        }
    }

    pub(crate) fn list(&self, catalog: &mut Catalog) {
        catalog
            .part(&self.jobs, ".jobs")
            .part(&self.places, ".lanes")
            .part(&self.leases, ".leases")
            .part(&self.dead, ".dead")
            .unique_part(&self.waiting_for, ".dedup")
            .counter_part(&self.counts, ".counts");
    }

    /// Puts a job at its place in its lane. `None`: a job with the same dedup key waits already.
    ///
    /// # Errors
    /// When the engine fails or the payload is too large for a record.
    pub fn push(&self, tx: &mut Txn, job: NewJob<'_>) -> Result<Option<JobId>> {
        if let Some(dedup) = job.dedup
            && self.waiting_for.get(tx, &dedup.to_owned())?.is_some()
        {
            return Ok(None);
        }
        let id = self.counts.add(tx, &NEXT_ID, 1)?.cast_unsigned();
        let row = JobRow {
            kind: job.kind.to_owned(),
            lane: job.lane.to_owned(),
            created: job.due,
            priority: job.priority,
            dedup: job.dedup.map(str::to_owned),
            payload: Payload(job.payload),
        };
        self.settle(tx, id, &row, 0)?;
        Ok(Some(id))
    }

    /// Writes a job that is not in the queue yet.
    fn settle(&self, tx: &mut Txn, id: JobId, job: &JobRow, attempts: u32) -> Result<()> {
        let place = PlaceRow { due: job.created, priority: job.priority, attempts, error: String::new() };
        self.jobs.put(tx, &id, job)?;
        self.places.put(tx, &(job.lane.clone(), job.created, id), &place)?;
        self.await_turn(tx, id, job)?;
        self.counts.add(tx, &ALIVE, 1)?;
        let head = Head { created: job.created, id, due: place.due, priority: place.priority };
        let (heads, lane) = (tx.heads(self.first), job.lane.clone());
        tx.on_commit(move || heads.offer(&lane, head));
        Ok(())
    }

    /// Claims up to `max` jobs that are due at `now` (Unix time in milliseconds), the heads of as many lanes:
    /// lower priority numbers first, then what is due longest. Their lanes rest until the jobs are answered.
    ///
    /// Leases are relaxed writes: a crash may forget one, then the job runs again with the same count of attempts.
    ///
    /// # Errors
    /// When the engine fails; the jobs then stay claimable.
    pub async fn claim(&self, store: &Store, now: u64, max: usize) -> Result<Vec<Leased>> {
        let heads = store.heads(self.first);
        if !heads.is_built() {
            let queue = self.copy();
            store.write_relaxed(move |tx| queue.build(tx)).await?;
        }
        let taken = Taken { claimed: heads.take(now, max), heads: Arc::clone(&heads) };
        if taken.claimed.is_empty() {
            return Ok(Vec::new());
        }
        let queue = self.copy();
        store.write_relaxed(move |tx| queue.lease(tx, taken)).await
    }

    /// Writes the leases of the jobs taken from the heads and reads them.
    fn lease(&self, tx: &mut Txn, mut taken: Taken) -> Result<Vec<Leased>> {
        let mut leased = Vec::with_capacity(taken.claimed.len());
        let mut gone = Vec::new();
        for (lane, head) in &taken.claimed {
            let place = self.places.get(tx, &(lane.clone(), head.created, head.id))?;
            let (Some(job), Some(place)) = (self.jobs.get(tx, &head.id)?, place) else {
                gone.push(lane.clone());
                continue;
            };
            if !self.leases.has(tx, &head.id)? {
                self.leases.put(tx, &head.id, &LeaseRow {})?;
                self.counts.add(tx, &LEASED, 1)?;
            }
            self.stop_waiting(tx, head.id, &job)?;
            leased.push(Leased {
                id: head.id,
                kind: job.kind,
                lane: job.lane,
                attempts: place.attempts,
                payload: job.payload.0,
                created: job.created,
                due: place.due,
            });
        }
        for lane in gone {
            self.refresh(tx, lane, None)?;
        }
        tx.on_commit(move || taken.claimed.clear());
        Ok(leased)
    }

    /// The job is finished and forgotten; the next of its lane may run. Nothing happens if it is gone already.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn done(&self, tx: &mut Txn, id: JobId) -> Result<()> {
        self.leave(tx, id).map(|_| ())
    }

    /// The job failed and runs again, no sooner than `due` (Unix time in milliseconds). It keeps its place: its
    /// lane waits for it.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn retry(&self, tx: &mut Txn, id: JobId, due: u64, error: &str) -> Result<()> {
        self.put_back(tx, id, |place| {
            place.due = due;
            place.attempts = place.attempts.saturating_add(1);
            place.error = shortened(error);
        })
    }

    /// As [`Queue::retry`] for a job that did not fail: it could not be done now, and this was no try.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn postpone(&self, tx: &mut Txn, id: JobId, due: u64) -> Result<()> {
        self.put_back(tx, id, |place| place.due = due)
    }

    fn put_back(&self, tx: &mut Txn, id: JobId, change: impl FnOnce(&mut PlaceRow)) -> Result<()> {
        let Some(job) = self.jobs.get(tx, &id)? else { return Ok(()) };
        let key = (job.lane.clone(), job.created, id);
        self.places.edit(tx, &key, change)?;
        let ran = self.release(tx, id)?;
        self.await_turn(tx, id, &job)?;
        self.refresh(tx, job.lane, (!ran).then_some(id))
    }

    /// The job is given up: it moves to the dead letters and the next of its lane may run.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn bury(&self, tx: &mut Txn, id: JobId, error: &str) -> Result<()> {
        let Some((job, place)) = self.leave(tx, id)? else { return Ok(()) };
        let attempts = place.attempts.saturating_add(1);
        let dead = DeadRow { job, due: place.due, attempts, error: shortened(error) };
        self.dead.put(tx, &id, &dead)?;
        self.counts.add(tx, &DEAD, 1)?;
        Ok(())
    }

    /// Takes a job out of its lane, with everything that is kept about it.
    fn leave(&self, tx: &mut Txn, id: JobId) -> Result<Option<(JobRow, PlaceRow)>> {
        let Some(job) = self.jobs.delete(tx, &id)? else { return Ok(None) };
        let place = self.places.delete(tx, &(job.lane.clone(), job.created, id))?;
        let ran = self.release(tx, id)?;
        self.stop_waiting(tx, id, &job)?;
        self.counts.add(tx, &ALIVE, -1)?;
        self.refresh(tx, job.lane.clone(), (!ran).then_some(id))?;
        let place = place.unwrap_or_else(|| PlaceRow {
            due: job.created,
            priority: job.priority,
            attempts: 0,
            error: String::new(),
        });
        Ok(Some((job, place)))
    }

    /// Takes the lease back and says whether there was one.
    fn release(&self, tx: &mut Txn, id: JobId) -> Result<bool> {
        let leased = self.leases.delete(tx, &id)?.is_some();
        if leased {
            self.counts.add(tx, &LEASED, -1)?;
        }
        Ok(leased)
    }

    /// Equal jobs are refused from now on, unless another one has taken that part.
    fn await_turn(&self, tx: &mut Txn, id: JobId, job: &JobRow) -> Result<()> {
        match &job.dedup {
            Some(dedup) => match self.waiting_for.add(tx, dedup, &id) {
                Err(Error::Conflict { .. }) => Ok(()),
                other => other,
            },
            None => Ok(()),
        }
    }

    /// Equal jobs may be pushed again.
    fn stop_waiting(&self, tx: &mut Txn, id: JobId, job: &JobRow) -> Result<()> {
        if let Some(dedup) = &job.dedup
            && self.waiting_for.get(tx, dedup)? == Some(id)
        {
            self.waiting_for.remove(tx, dedup);
        }
        Ok(())
    }

    /// Tells the heads, once this change is committed, which job is first in the lane. None of it runs then; or,
    /// with `only_if`, this counts only where that job was the head that waits, since another may be running.
    fn refresh(&self, tx: &mut Txn, lane: String, only_if: Option<JobId>) -> Result<()> {
        let first = self.places.page_under(tx, &lane, &Window::oldest(1))?.pop();
        let head = first.map(|((_, created, id), place)| Head {
            created,
            id,
            due: place.due,
            priority: place.priority,
        });
        let heads = tx.heads(self.first);
        tx.on_commit(move || match only_if {
            Some(id) => heads.replace(&lane, id, head),
            None => heads.set(&lane, head),
        });
        Ok(())
    }

    /// Reads the head of every lane: one seek a lane, not a walk over the jobs.
    fn build(&self, tx: &mut Txn) -> Result<()> {
        let mut found = Vec::new();
        self.each_lane(tx, None, &mut |lane, created, id, place| {
            let head = Head { created, id, due: place.due, priority: place.priority };
            found.push((lane, head));
            ControlFlow::Continue(())
        })?;
        let heads = tx.heads(self.first);
        tx.on_commit(move || heads.build(found));
        Ok(())
    }

    fn each_lane(
        &self,
        from: &dyn Read,
        mut after: Option<String>,
        f: &mut dyn FnMut(String, u64, JobId, PlaceRow) -> ControlFlow<()>,
    ) -> Result<()> {
        loop {
            let mut window = Window::oldest(1);
            if let Some(lane) = after {
                window = window.above((lane, u64::MAX, JobId::MAX));
            }
            let Some(((lane, created, id), place)) = self.places.page(from, &window)?.pop() else {
                return Ok(());
            };
            if f(lane.clone(), created, id, place).is_break() {
                return Ok(());
            }
            after = Some(lane);
        }
    }

    /// When the next lane is due (Unix time in milliseconds); `None` when nothing waits but behind running jobs.
    /// Known after the first claim.
    pub fn next_due(&self, store: &Store) -> Option<u64> {
        store.heads(self.first).next_due()
    }

    /// Resolves after a job was pushed, or a lane can go on, since the last call resolved. For one dispatcher a
    /// queue: of several that wait, one is woken.
    pub fn notified(&self, store: &Store) -> impl Future<Output = ()> + Send + 'static {
        let heads = store.heads(self.first);
        async move { heads.notified().await }
    }

    /// Returns the leases of a process that is gone to their lanes, at their old places and with one more
    /// attempt. To be called at start, before the first claim. Gives how many there were.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn reclaim(&self, tx: &mut Txn) -> Result<u64> {
        let mut left = Vec::new();
        self.leases.visit(tx, &Window::all(), &mut |id, _| {
            left.push(id);
            ControlFlow::Continue(())
        })?;
        for id in &left {
            let Some(job) = self.jobs.get(tx, id)? else {
                self.release(tx, *id)?;
                continue;
            };
            let key = (job.lane.clone(), job.created, *id);
            self.places.edit(tx, &key, |place| place.attempts = place.attempts.saturating_add(1))?;
            self.release(tx, *id)?;
            self.await_turn(tx, *id, &job)?;
            self.refresh(tx, job.lane, None)?;
        }
        Ok(left.len() as u64)
    }

    fn copy(&self) -> Queue {
        Queue::new(self.first, self.jobs.id().name)
    }
}

/// Lanes taken from the heads. Those that were not leased are given back, however the change ended.
struct Taken {
    claimed: Vec<(String, Head)>,
    heads: Arc<Heads>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        for (lane, head) in &self.claimed {
            self.heads.set(lane, Some(*head));
        }
    }
}
