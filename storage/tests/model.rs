//! Random changes on every engine against a model in plain maps, with failing closures and reopened stores.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shop_storage::{EngineKind, Error, Order, Store, Window};

use crate::support::{BY_AUTHOR, BY_NAME, COUNTS, ENGINES, MARKS, NOTES, Note, catalog, note, options};

#[derive(Debug, Clone)]
enum Act {
    Put { id: u64, author: u64, name: Option<u8>, size: usize },
    Edit { id: u64, author: u64 },
    Delete { id: u64 },
    Count { key: u64, delta: i64 },
    Mark { prefix: u64, item: u64, add: bool },
}

#[derive(Debug, Clone)]
enum Step {
    /// The acts of one closure, and whether it fails at its end.
    Write {
        acts: Vec<Act>,
        fails: bool,
        relaxed: bool,
    },
    Reopen,
}

fn acts() -> impl Strategy<Value = Act> {
    let id = 0..12_u64;
    prop_oneof![
        4 => (id.clone(), 0..3_u64, proptest::option::of(0..6_u8), prop_oneof![Just(10_usize), Just(3000)])
            .prop_map(|(id, author, name, size)| Act::Put { id, author, name, size }),
        2 => (id.clone(), 0..3_u64).prop_map(|(id, author)| Act::Edit { id, author }),
        2 => id.clone().prop_map(|id| Act::Delete { id }),
        1 => (0..3_u64, -3..4_i64).prop_map(|(key, delta)| Act::Count { key, delta }),
        2 => (0..2_u64, id, any::<bool>()).prop_map(|(prefix, item, add)| Act::Mark { prefix, item, add }),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let write = (prop::collection::vec(acts(), 1..8), prop::bool::weighted(0.2), prop::bool::weighted(0.2))
        .prop_map(|(acts, fails, relaxed)| Step::Write { acts, fails, relaxed });
    prop::collection::vec(prop_oneof![12 => write, 1 => Just(Step::Reopen)], 1..14)
}

#[derive(Debug, Clone, Default, PartialEq)]
struct Model {
    notes: BTreeMap<u64, Note>,
    counts: BTreeMap<u64, i64>,
    marks: BTreeSet<(u64, u64)>,
}

impl Model {
    fn owner(&self, name: &str) -> Option<u64> {
        self.notes.iter().find(|(_, note)| note.name.as_deref() == Some(name)).map(|(id, _)| *id)
    }

    /// Applies one act; false is a conflict.
    fn apply(&mut self, act: &Act) -> bool {
        match act {
            Act::Put { id, author, name, size } => {
                let name = name.map(|name| format!("n{name}"));
                if name.as_deref().and_then(|name| self.owner(name)).is_some_and(|owner| owner != *id) {
                    return false;
                }
                self.notes.insert(*id, note(*author, name.as_deref(), &"t".repeat(*size)));
            }
            Act::Edit { id, author } => {
                if let Some(note) = self.notes.get_mut(id) {
                    note.author = *author;
                }
            }
            Act::Delete { id } => {
                self.notes.remove(id);
            }
            Act::Count { key, delta } => {
                let number = self.counts.entry(*key).or_default();
                *number += delta;
            }
            Act::Mark { prefix, item, add: true } => {
                self.marks.insert((*prefix, *item));
            }
            Act::Mark { prefix, item, add: false } => {
                self.marks.remove(&(*prefix, *item));
            }
        }
        self.counts.retain(|_, number| *number != 0);
        true
    }
}

fn apply(tx: &mut shop_storage::Txn, act: &Act) -> Result<(), Error> {
    match act {
        Act::Put { id, author, name, size } => {
            let name = name.map(|name| format!("n{name}"));
            NOTES.put(tx, id, &note(*author, name.as_deref(), &"t".repeat(*size)))
        }
        Act::Edit { id, author } => NOTES.edit(tx, id, |note| note.author = *author).map(|_| ()),
        Act::Delete { id } => NOTES.delete(tx, id).map(|_| ()),
        Act::Count { key, delta } => COUNTS.add(tx, key, *delta).map(|_| ()),
        Act::Mark { prefix, item, add } => {
            if *add {
                MARKS.add(tx, prefix, item)
            } else {
                MARKS.remove(tx, prefix, item)
            }
            Ok(())
        }
    }
}

fn window<T: Ord + Copy>(items: impl Iterator<Item = T>, window: &Window<T>) -> Vec<T> {
    let mut items: Vec<T> = items
        .filter(|item| window.below.is_none_or(|below| *item < below))
        .filter(|item| window.above.is_none_or(|above| *item > above))
        .collect();
    if window.order == Order::Newest {
        items.reverse();
    }
    items.truncate(window.limit);
    items
}

fn windows() -> Vec<Window<u64>> {
    vec![
        Window::newest(3),
        Window::oldest(3),
        Window::newest(4).below(7),
        Window::oldest(4).above(4),
        Window::newest(9).below(9).above(2),
        Window::all(),
    ]
}

/// What the store answers, in whatever way it is asked, is what the model says.
fn compare(from: &dyn shop_storage::Read, model: &Model) -> Result<(), TestCaseError> {
    for window_ in windows() {
        let page = NOTES.page(from, &window_).unwrap();
        let ids: Vec<u64> = page.iter().map(|(id, _)| *id).collect();
        prop_assert_eq!(&ids, &window(model.notes.keys().copied(), &window_));
        for author in 0..3 {
            let written = model.notes.iter().filter(|(_, note)| note.author == author).map(|(id, _)| *id);
            prop_assert_eq!(BY_AUTHOR.page(from, &author, &window_).unwrap(), window(written, &window_));
        }
        for prefix in 0..2 {
            let marked = model.marks.iter().filter(|(at, _)| *at == prefix).map(|(_, item)| *item);
            prop_assert_eq!(MARKS.page(from, &prefix, &window_).unwrap(), window(marked, &window_));
        }
    }
    let ids: Vec<u64> = (0..12).rev().collect();
    let expected: Vec<Option<Note>> = ids.iter().map(|id| model.notes.get(id).cloned()).collect();
    prop_assert_eq!(NOTES.get_many(from, &ids).unwrap(), expected);
    for name in 0..6 {
        let name = format!("n{name}");
        prop_assert_eq!(BY_NAME.get(from, &name).unwrap(), model.owner(&name));
    }
    for key in 0..3 {
        prop_assert_eq!(COUNTS.get(from, &key).unwrap(), model.counts.get(&key).copied().unwrap_or(0));
    }
    Ok(())
}

fn run(engine: EngineKind, steps: &[Step]) -> Result<(), TestCaseError> {
    let folder = tempfile::tempdir().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let open = || Store::open(options(engine, folder.path())).unwrap();
    let (mut store, mut model) = (open(), Model::default());
    for step in steps {
        match step {
            Step::Reopen if engine == EngineKind::Memory => (),
            Step::Reopen => {
                runtime.block_on(store.close()).unwrap();
                store = open();
            }
            Step::Write { acts, fails, relaxed } => {
                let mut after = model.clone();
                let conflicts: Vec<bool> = acts.iter().map(|act| !after.apply(act)).collect();
                let before = store.snapshot().unwrap();
                let (acts, fails, expected) = (acts.clone(), *fails, after.clone());
                let change = move |tx: &mut shop_storage::Txn| {
                    for (act, conflict) in acts.iter().zip(conflicts) {
                        match apply(tx, act) {
                            Err(Error::Conflict { .. }) if conflict => (),
                            Ok(()) if !conflict => (),
                            other => panic!("{act:?}: {other:?}"),
                        }
                    }
                    compare(tx, &expected).map_err(|error| Error::Place(error.to_string()))?;
                    if fails { Err(Error::Closed) } else { Ok(()) }
                };
                let answer: Result<(), Error> = if *relaxed {
                    runtime.block_on(store.write_relaxed(change))
                } else {
                    store.write_blocking(change)
                };
                match answer {
                    Ok(()) => {
                        if engine != EngineKind::Sled {
                            compare(&before, &model)?;
                        }
                        model = after;
                    }
                    Err(Error::Closed) if fails => (),
                    Err(error) => prop_assert!(false, "{}", error),
                }
            }
        }
        compare(&store, &model)?;
    }
    let report = store.check(&catalog()).unwrap();
    prop_assert!(report.is_sound(), "{:?}", report.problems);
    Ok(())
}

/// Changes are shrunk on the engine they failed on.
fn holds_on(engine: EngineKind, cases: u32) {
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    proptest!(config, |(steps in steps())| run(engine, &steps)?);
}

#[test]
fn memory_does_what_the_model_does() {
    assert_eq!(ENGINES.len(), 3, "a new engine needs its line here");
    holds_on(EngineKind::Memory, 200);
}

#[test]
fn redb_does_what_the_model_does() {
    holds_on(EngineKind::Redb, 60);
}

#[test]
fn sled_does_what_the_model_does() {
    holds_on(EngineKind::Sled, 60);
}
