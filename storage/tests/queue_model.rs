//! Random use of a queue against a model in a plain list, with crashes that leave leases behind.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shop_storage::{EngineKind, JobId, NewJob, Options, Store, Txn, Window};

use crate::support::{JOBS, catalog, options};

#[derive(Debug, Clone)]
enum Step {
    Push {
        lane: u8,
        due: u64,
        priority: u8,
        dedup: Option<u8>,
    },
    Claim {
        later: u64,
        max: usize,
    },
    Done {
        pick: usize,
    },
    Retry {
        pick: usize,
        wait: u64,
        /// Whether it is put off without having failed.
        unblamed: bool,
    },
    Bury {
        pick: usize,
    },
    /// Takes away a job that waits.
    Cancel {
        pick: usize,
    },
    Revive {
        pick: usize,
    },
    Drop {
        pick: usize,
    },
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..4_u8, 0..40_u64, 0..3_u8, proptest::option::weighted(0.3, 0..3_u8))
            .prop_map(|(lane, due, priority, dedup)| Step::Push { lane, due, priority, dedup }),
        5 => (0..20_u64, 0..5_usize).prop_map(|(later, max)| Step::Claim { later, max }),
        4 => any::<usize>().prop_map(|pick| Step::Done { pick }),
        2 => (any::<usize>(), 0..30_u64, any::<bool>())
            .prop_map(|(pick, wait, unblamed)| Step::Retry { pick, wait, unblamed }),
        1 => any::<usize>().prop_map(|pick| Step::Bury { pick }),
        1 => any::<usize>().prop_map(|pick| Step::Cancel { pick }),
        1 => any::<usize>().prop_map(|pick| Step::Revive { pick }),
        1 => any::<usize>().prop_map(|pick| Step::Drop { pick }),
        1 => Just(Step::Crash),
    ];
    prop::collection::vec(step, 1..40)
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Waits,
    Runs,
    Dead,
}

#[derive(Debug, Clone)]
struct Job {
    lane: String,
    created: u64,
    due: u64,
    priority: u8,
    attempts: u32,
    dedup: Option<u8>,
    state: State,
}

#[derive(Default)]
struct Model {
    jobs: BTreeMap<JobId, Job>,
    /// Which job waits for each dedup key.
    waiting_for: BTreeMap<u8, JobId>,
    /// Whose turn it is among the heads that were due at a claim.
    turns: BTreeMap<JobId, u64>,
    turn: u64,
    now: u64,
}

impl Model {
    fn pick(&self, state: State, pick: usize) -> Option<JobId> {
        let ids: Vec<JobId> =
            self.jobs.iter().filter(|(_, job)| job.state == state).map(|(id, _)| *id).collect();
        (!ids.is_empty()).then(|| ids[pick % ids.len()])
    }

    /// The first job of every lane of which none runs.
    fn heads(&self) -> Vec<JobId> {
        let mut lanes: BTreeMap<&str, Option<(u64, JobId)>> = BTreeMap::new();
        for (id, job) in self.jobs.iter().filter(|(_, job)| job.state != State::Dead) {
            let place = (job.created, *id);
            let head = lanes.entry(&job.lane).or_insert(Some(place));
            *head = if job.state == State::Runs { None } else { head.map(|head| head.min(place)) };
        }
        // A running job makes its lane rest, wherever it stands in it.
        let rests = |lane: &str| self.jobs.values().any(|job| job.lane == lane && job.state == State::Runs);
        lanes.iter().filter(|(lane, _)| !rests(lane)).filter_map(|(_, head)| head.map(|(_, id)| id)).collect()
    }

    fn wait(&mut self, id: JobId) {
        if let Some(key) = self.jobs[&id].dedup {
            self.waiting_for.entry(key).or_insert(id);
        }
    }

    fn leave(&mut self, id: JobId) {
        self.waiting_for.retain(|_, waiting| *waiting != id);
    }

    fn claim(&mut self, max: usize) -> Vec<JobId> {
        let mut due: Vec<JobId> =
            self.heads().into_iter().filter(|id| self.jobs[id].due <= self.now).collect();
        due.sort_by_key(|id| (self.jobs[id].due, *id));
        for id in &due {
            self.turn += 1;
            self.turns.entry(*id).or_insert(self.turn);
        }
        due.sort_by_key(|id| (self.jobs[id].priority, self.turns[id]));
        due.truncate(max);
        for id in &due {
            self.leave(*id);
            self.jobs.get_mut(id).unwrap().state = State::Runs;
        }
        due
    }
}

fn run(options: &Options, steps: &[Step]) -> Result<(), TestCaseError> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut store = Store::open(options.clone()).unwrap();
    let mut model = Model::default();
    for step in steps {
        match step.clone() {
            Step::Push { lane, due, priority, dedup } => {
                let (name, key) = (format!("lane{lane}"), dedup.map(|key| format!("key{key}")));
                let lane = name.clone();
                let pushed = store.write_blocking(move |tx| {
                    let dedup = key.as_deref();
                    JOBS.push(tx, NewJob { kind: "k", lane: &lane, due, priority, dedup, payload: vec![7] })
                });
                let refused = dedup.is_some_and(|key| model.waiting_for.contains_key(&key));
                let pushed = pushed.unwrap();
                prop_assert_eq!(pushed.is_none(), refused);
                if let Some(id) = pushed {
                    prop_assert!(model.jobs.keys().all(|known| *known < id), "numbers ascend");
                    let state = State::Waits;
                    let job = Job { lane: name, created: due, due, priority, attempts: 0, dedup, state };
                    model.jobs.insert(id, job);
                    model.wait(id);
                }
            }
            Step::Claim { later, max } => {
                model.now += later;
                let claimed = runtime.block_on(JOBS.claim(&store, model.now, max)).unwrap();
                let ids: Vec<JobId> = claimed.iter().map(|job| job.id).collect();
                prop_assert_eq!(ids, model.claim(max));
                for leased in claimed {
                    let job = &model.jobs[&leased.id];
                    prop_assert_eq!((&leased.lane, leased.due), (&job.lane, job.due));
                    prop_assert_eq!((leased.attempts, leased.created), (job.attempts, job.created));
                }
                let next = model.heads().into_iter().map(|id| model.jobs[&id].due).min();
                if next.is_none_or(|due| due > model.now) {
                    prop_assert_eq!(JOBS.next_due(&store), next);
                } else {
                    prop_assert!(JOBS.next_due(&store).is_some_and(|due| due <= model.now));
                }
            }
            Step::Done { pick } => {
                if let Some(id) = model.pick(State::Runs, pick) {
                    store.write_blocking(move |tx| JOBS.done(tx, id)).unwrap();
                    model.jobs.remove(&id);
                }
            }
            Step::Cancel { pick } => {
                if let Some(id) = model.pick(State::Waits, pick) {
                    store.write_blocking(move |tx| JOBS.done(tx, id)).unwrap();
                    model.jobs.remove(&id);
                    model.leave(id);
                }
            }
            Step::Retry { pick, wait, unblamed } => {
                if let Some(id) = model.pick(State::Runs, pick) {
                    let due = model.now + wait;
                    let again = move |tx: &mut Txn| match unblamed {
                        true => JOBS.postpone(tx, id, due),
                        false => JOBS.retry(tx, id, due, "failed"),
                    };
                    store.write_blocking(again).unwrap();
                    let job = model.jobs.get_mut(&id).unwrap();
                    (job.due, job.state) = (due, State::Waits);
                    job.attempts += u32::from(!unblamed);
                    model.wait(id);
                }
            }
            Step::Bury { pick } => {
                if let Some(id) = model.pick(State::Runs, pick) {
                    store.write_blocking(move |tx| JOBS.bury(tx, id, "gone")).unwrap();
                    model.jobs.get_mut(&id).unwrap().state = State::Dead;
                }
            }
            Step::Revive { pick } => {
                if let Some(id) = model.pick(State::Dead, pick) {
                    prop_assert!(store.write_blocking(move |tx| JOBS.revive(tx, id)).unwrap());
                    let job = model.jobs.get_mut(&id).unwrap();
                    (job.due, job.attempts, job.state) = (job.created, 0, State::Waits);
                    model.wait(id);
                }
            }
            Step::Drop { pick } => {
                if let Some(id) = model.pick(State::Dead, pick) {
                    prop_assert!(store.write_blocking(move |tx| JOBS.drop_dead(tx, id)).unwrap());
                    model.jobs.remove(&id);
                }
                prop_assert!(!store.write_blocking(|tx| JOBS.revive(tx, 1 << 40)).unwrap());
            }
            Step::Crash => {
                if options.engine != EngineKind::Memory {
                    drop(store);
                    store = Store::open(options.clone()).unwrap();
                    model.turns.clear();
                }
                let running: Vec<JobId> = model
                    .jobs
                    .iter()
                    .filter(|(_, job)| job.state == State::Runs)
                    .map(|(id, _)| *id)
                    .collect();
                let reclaimed = store.write_blocking(|tx| JOBS.reclaim(tx)).unwrap();
                prop_assert_eq!(reclaimed, running.len() as u64);
                for id in running {
                    let job = model.jobs.get_mut(&id).unwrap();
                    (job.attempts, job.state) = (job.attempts + 1, State::Waits);
                    model.wait(id);
                }
            }
        }
        // Who is no head any more has lost its turn.
        let heads = model.heads();
        model.turns.retain(|id, _| heads.contains(id));
        let count = |state| model.jobs.values().filter(|job| job.state == state).count() as u64;
        let depth = JOBS.depth(&store).unwrap();
        prop_assert_eq!(
            (depth.waiting, depth.leased, depth.dead),
            (count(State::Waits), count(State::Runs), count(State::Dead))
        );
        let dead: Vec<JobId> =
            JOBS.dead(&store, &Window::all()).unwrap().into_iter().map(|job| job.id).collect();
        prop_assert!(dead.iter().all(|id| model.jobs[id].state == State::Dead));
        let jobs: usize = JOBS.lanes(&store, None, 100).unwrap().iter().map(|lane| lane.jobs).sum();
        prop_assert_eq!(jobs as u64, depth.waiting + depth.leased);
    }
    prop_assert!(store.check(&catalog()).unwrap().is_sound());
    Ok(())
}

fn holds_on(engine: EngineKind, cases: u32) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| {
        let folder = tempfile::tempdir().unwrap();
        run(&options(engine, folder.path()), &steps)?;
    });
}

#[test]
fn memory_queues_as_the_model_does() {
    holds_on(EngineKind::Memory, 200);
}

#[test]
fn redb_queues_as_the_model_does() {
    holds_on(EngineKind::Redb, 40);
}

#[test]
fn sled_queues_as_the_model_does() {
    holds_on(EngineKind::Sled, 40);
}
