//! What a queue remembers in memory: the head of every lane, sorted by when and how urgently it may run.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

use super::JobId;

/// The first job of a lane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) created: u64,
    pub(crate) id: JobId,
    pub(crate) due: u64,
    pub(crate) priority: u8,
}

impl Head {
    /// The order within a lane.
    fn place(&self) -> (u64, JobId) {
        (self.created, self.id)
    }
}

/// The heads of one queue.
#[derive(Default)]
pub(crate) struct Heads {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    built: bool,
    lanes: HashMap<Arc<str>, Lane>,
    /// Lanes whose head was not due when last looked at, by due time.
    later: BTreeMap<(u64, JobId), Arc<str>>,
    /// Lanes whose head is due, by urgency.
    ready: BTreeMap<(u8, u64, JobId), Arc<str>>,
}

enum Lane {
    /// Its head waits in `later` or `ready`.
    Waits(Head),
    /// A job of it runs; what comes next is looked up when that one is answered.
    Runs,
}

impl State {
    fn unlist(&mut self, head: &Head) {
        self.later.remove(&(head.due, head.id));
        self.ready.remove(&(head.priority, head.due, head.id));
    }

    fn set(&mut self, lane: &str, head: Option<Head>) {
        if let Some(Lane::Waits(before)) = self.lanes.remove(lane) {
            self.unlist(&before);
        }
        if let Some(head) = head {
            let name: Arc<str> = Arc::from(lane);
            self.later.insert((head.due, head.id), Arc::clone(&name));
            self.lanes.insert(name, Lane::Waits(head));
        }
    }
}

impl Heads {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn is_built(&self) -> bool {
        self.state().built
    }

    /// Takes over what the tables say, unless that was done.
    pub(crate) fn build(&self, heads: Vec<(String, Head)>) {
        let mut state = self.state();
        if !state.built {
            state.built = true;
            for (lane, head) in heads {
                state.set(&lane, Some(head));
            }
        }
    }

    /// A job was pushed: it is the lane's head if it stands before the one known.
    pub(crate) fn offer(&self, lane: &str, head: Head) {
        let mut state = self.state();
        if state.built {
            match state.lanes.get(lane) {
                Some(Lane::Runs) => (),
                Some(Lane::Waits(first)) if first.place() < head.place() => (),
                _ => state.set(lane, Some(head)),
            }
        }
        drop(state);
        self.changed.notify_one();
    }

    /// The lane has this head now, and no job of it runs.
    pub(crate) fn set(&self, lane: &str, head: Option<Head>) {
        let mut state = self.state();
        if state.built {
            state.set(lane, head);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// The lane has this head now, if it was job `id` that waited at its head.
    pub(crate) fn replace(&self, lane: &str, id: JobId, head: Option<Head>) {
        let mut state = self.state();
        if matches!(state.lanes.get(lane), Some(Lane::Waits(first)) if first.id == id) {
            state.set(lane, head);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Takes up to `max` lanes whose head is due, most urgent first; they count as running from now on.
    pub(crate) fn take(&self, now: u64, max: usize) -> Vec<(String, Head)> {
        let mut state = self.state();
        let state = &mut *state;
        while let Some(first) = state.later.first_entry() {
            if first.key().0 > now {
                break;
            }
            let ((due, id), lane) = first.remove_entry();
            if let Some(Lane::Waits(head)) = state.lanes.get(&lane) {
                state.ready.insert((head.priority, due, id), lane);
            }
        }
        let mut taken = Vec::new();
        while taken.len() < max
            && let Some((_, name)) = state.ready.pop_first()
        {
            if let Some(lane) = state.lanes.get_mut(&name)
                && let Lane::Waits(head) = *lane
            {
                *lane = Lane::Runs;
                taken.push((name.as_ref().to_owned(), head));
            }
        }
        taken
    }

    pub(crate) fn next_due(&self) -> Option<u64> {
        let state = self.state();
        // What is ready was due at an earlier look; any of it will do.
        let ready = state.ready.first_key_value().map(|((_, due, _), _)| *due);
        ready.or_else(|| state.later.first_key_value().map(|((due, _), _)| *due))
    }

    pub(crate) async fn notified(&self) {
        self.changed.notified().await;
    }
}

/// The heads of all queues of a store, by first table number.
#[derive(Default)]
pub(crate) struct QueueHeads(Mutex<HashMap<u8, Arc<Heads>>>);

impl QueueHeads {
    pub(crate) fn of(&self, queue: u8) -> Arc<Heads> {
        Arc::clone(self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(queue).or_default())
    }
}
