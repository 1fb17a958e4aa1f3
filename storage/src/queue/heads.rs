//! What a queue remembers in memory: the head of every lane, sorted by when and how urgently it may run. Lanes whose
//! heads are equally urgent take turns, so that a lane with little to do does not wait for all of a long one.

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
    /// Lanes whose head is due, by urgency and turn, with its due time.
    ready: BTreeMap<(u8, u64), (Arc<str>, u64)>,
    /// The turn that was given last.
    turn: u64,
}

enum Lane {
    /// Its head waits: in `later`, or with a turn in `ready`.
    Waits(Head, Option<u64>),
    /// A job of it runs; what comes next is looked up when that one is answered.
    Runs,
}

impl State {
    fn set(&mut self, lane: &str, head: Option<Head>) {
        match self.lanes.get(lane) {
            // It keeps its turn.
            Some(Lane::Waits(before, _)) if head == Some(*before) => return,
            Some(Lane::Waits(before, Some(turn))) => drop(self.ready.remove(&(before.priority, *turn))),
            Some(Lane::Waits(before, None)) => drop(self.later.remove(&(before.due, before.id))),
            Some(Lane::Runs) | None => (),
        }
        self.lanes.remove(lane);
        if let Some(head) = head {
            let name: Arc<str> = Arc::from(lane);
            self.later.insert((head.due, head.id), Arc::clone(&name));
            self.lanes.insert(name, Lane::Waits(head, None));
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
                Some(Lane::Waits(first, _)) if first.place() < head.place() => (),
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
        if matches!(state.lanes.get(lane), Some(Lane::Waits(first, _)) if first.id == id) {
            state.set(lane, head);
        }
        drop(state);
        self.changed.notify_one();
    }

    /// Takes up to `max` lanes whose head is due, most urgent first, then by turns; they count as running from now on.
    /// A lane that has run gets its next turn behind all that wait.
    pub(crate) fn take(&self, now: u64, max: usize) -> Vec<(String, Head)> {
        let mut state = self.state();
        let state = &mut *state;
        while let Some(first) = state.later.first_entry() {
            if first.key().0 > now {
                break;
            }
            let ((due, _), name) = first.remove_entry();
            if let Some(Lane::Waits(head, turn)) = state.lanes.get_mut(&name) {
                state.turn += 1;
                *turn = Some(state.turn);
                state.ready.insert((head.priority, state.turn), (name, due));
            }
        }
        let mut taken = Vec::new();
        while taken.len() < max
            && let Some((_, (name, _))) = state.ready.pop_first()
        {
            if let Some(lane) = state.lanes.get_mut(&name)
                && let Lane::Waits(head, _) = *lane
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
        let ready = state.ready.first_key_value().map(|(_, (_, due))| *due);
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
