//! Looking into a queue: depth, lanes, and dead letters, which can be revived or dropped.

use std::ops::ControlFlow;

use super::{ALIVE, DEAD, JobId, LEASED, PlaceRow, Queue};
use crate::{engine::Read, error::Result, txn::Txn, window::Window};

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// Its number.
    pub id: JobId,
    /// What kind of work.
    pub kind: String,
    /// Its lane.
    pub lane: String,
    /// How often it ran.
    pub attempts: u32,
    /// Its payload.
    pub payload: Vec<u8>,
    /// Due time at push.
    pub created: u64,
    /// Due time of its last attempt.
    pub due: u64,
    /// Why it was given up.
    pub error: String,
}

/// How much there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueStats {
    /// Jobs that wait to run.
    pub waiting: u64,
    /// Jobs that run now.
    pub leased: u64,
    /// Jobs that were given up.
    pub dead: u64,
    /// Due time at push of the job that was pushed first of those alive.
    pub oldest_due: Option<u64>,
}

/// One lane as the admin page shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneStats {
    /// Its name.
    pub lane: String,
    /// Jobs in it, counted up to [`Queue::LANE_COUNT_LIMIT`].
    pub jobs: usize,
    /// Kind of the job at its head.
    pub kind: String,
    /// When its head is due.
    pub due: u64,
    /// How often its head failed.
    pub attempts: u32,
    /// Why its head failed the last time; empty if it did not.
    pub error: String,
}

impl Queue {
    /// A lane's jobs are counted up to this many.
    pub const LANE_COUNT_LIMIT: usize = 1_000;

    /// Numbers of the queue.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn depth(&self, from: &dyn Read) -> Result<QueueStats> {
        let counts = self.counts.get_many(from, &[ALIVE, LEASED, DEAD])?;
        let number = |at: usize| counts.get(at).copied().unwrap_or(0).max(0).cast_unsigned();
        let oldest = self.jobs.page(from, &Window::oldest(1))?.pop();
        Ok(QueueStats {
            waiting: number(0).saturating_sub(number(1)),
            leased: number(1),
            dead: number(2),
            oldest_due: oldest.map(|(_, job)| job.created),
        })
    }

    /// Up to `limit` lanes by name, from the first one after `after`.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn lanes(&self, from: &dyn Read, after: Option<&str>, limit: usize) -> Result<Vec<LaneStats>> {
        let mut lanes = Vec::new();
        if limit == 0 {
            return Ok(lanes);
        }
        let mut heads = Vec::new();
        self.each_lane(from, after.map(str::to_owned), &mut |lane, _, id, place| {
            heads.push((lane, id, place));
            if heads.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        })?;
        for (lane, id, place) in heads {
            let mut jobs = 0;
            let window = Window::oldest(Self::LANE_COUNT_LIMIT);
            self.places.visit_under(from, &lane, &window, &mut |_, _| {
                jobs += 1;
                ControlFlow::Continue(())
            })?;
            let kind = self.jobs.get(from, &id)?.map(|job| job.kind).unwrap_or_default();
            let PlaceRow { due, attempts, error, .. } = place;
            lanes.push(LaneStats { lane, jobs, kind, due, attempts, error });
        }
        Ok(lanes)
    }

    /// A page of the dead letters, by number.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn dead(&self, from: &dyn Read, window: &Window<JobId>) -> Result<Vec<DeadJob>> {
        let page = self.dead.page(from, window)?;
        Ok(page
            .into_iter()
            .map(|(id, row)| DeadJob {
                id,
                kind: row.job.kind,
                lane: row.job.lane,
                attempts: row.attempts,
                payload: row.job.payload.0,
                created: row.job.created,
                due: row.due,
                error: row.error,
            })
            .collect())
    }

    /// Puts a dead letter back at its old place in its lane, its attempts forgotten. False: there is none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn revive(&self, tx: &mut Txn, id: JobId) -> Result<bool> {
        let Some(dead) = self.dead.delete(tx, &id)? else { return Ok(false) };
        self.counts.add(tx, &DEAD, -1)?;
        self.settle(tx, id, &dead.job, 0)?;
        Ok(true)
    }

    /// Forgets a dead letter. False: there is none.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn drop_dead(&self, tx: &mut Txn, id: JobId) -> Result<bool> {
        let gone = self.dead.delete(tx, &id)?.is_some();
        if gone {
            self.counts.add(tx, &DEAD, -1)?;
        }
        Ok(gone)
    }
}
