//! The one writer: order, company, back-pressure, values of every size, and what a dropped caller leaves.

use std::sync::{Arc, Mutex, mpsc};

use futures_util::future::join_all;
use shop_storage::{Error, Store, Txn};

use crate::support::{COUNTS, NOTES, note, on_every_engine};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[test]
fn changes_from_many_tasks_lose_no_update_and_hooks_run_in_commit_order() {
    on_every_engine(|store| {
        let order = Arc::new(Mutex::new(Vec::new()));
        let writes: Vec<_> = (0..2_000)
            .map(|_| {
                let order = Arc::clone(&order);
                store.write(move |tx: &mut Txn| {
                    let number = COUNTS.add(tx, &1, 1)?;
                    tx.on_commit(move || order.lock().unwrap().push(number));
                    Ok::<_, Error>(number)
                })
            })
            .collect();
        // More at once than the writer's inbox holds: the rest waits to be let in.
        let mut numbers: Vec<i64> =
            runtime().block_on(join_all(writes)).into_iter().collect::<Result<_, _>>().unwrap();
        numbers.sort_unstable();
        assert!(numbers.into_iter().eq(1..=2_000));
        assert!(order.lock().unwrap().iter().copied().eq(1..=2_000));
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 2_000);
    });
}

#[test]
fn a_failing_change_in_a_group_takes_only_itself_along() {
    on_every_engine(|store| {
        // The first change holds the writer until the others wait behind it: they become one group.
        let (go, wait) = mpsc::channel::<()>();
        let (holds, is_held) = mpsc::channel::<()>();
        let runtime = runtime();
        let first = store.clone();
        let held = runtime.spawn(async move {
            first
                .write(move |_| {
                    holds.send(()).unwrap();
                    wait.recv().unwrap();
                    Ok::<_, Error>(())
                })
                .await
        });
        is_held.recv().unwrap();
        let others: Vec<_> = (1..=20_u64)
            .map(|id| {
                let store = store.clone();
                runtime.spawn(async move {
                    store
                        .write(move |tx| {
                            NOTES.put(tx, &id, &note(id % 2, Some("same"), "x"))?;
                            COUNTS.add(tx, &1, 1)
                        })
                        .await
                })
            })
            .collect();
        while store.stats().waiting_changes < 20 {
            std::thread::yield_now();
        }
        go.send(()).unwrap();
        runtime.block_on(held).unwrap().unwrap();
        let kept: usize = runtime
            .block_on(join_all(others))
            .into_iter()
            .filter(|answer| answer.as_ref().unwrap().is_ok())
            .count();
        assert_eq!(kept, 1, "the others conflict with the name of the first");
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 1);
        assert_eq!(NOTES.page(&store, &shop_storage::Window::all()).unwrap().len(), 1);
    });
}

#[test]
fn a_snapshot_does_not_move_while_the_store_does() {
    on_every_engine(|store| {
        if store.stats().engine == shop_storage::EngineKind::Sled {
            return; // said in its documentation: sled has no snapshots
        }
        store.write_blocking(|tx| NOTES.put(tx, &1, &note(1, None, "before"))).unwrap();
        let view = store.snapshot().unwrap();
        store.write_blocking(|tx| NOTES.put(tx, &1, &note(1, None, "after"))).unwrap();
        store.write_blocking(|tx| NOTES.put(tx, &2, &note(1, None, "new"))).unwrap();
        assert_eq!(NOTES.get(&view, &1).unwrap().unwrap().text, "before");
        assert!(!NOTES.has(&view, &2).unwrap());
        assert_eq!(NOTES.get(&store, &1).unwrap().unwrap().text, "after");
    });
}

#[test]
fn values_of_every_size_are_kept_overwritten_and_deleted() {
    on_every_engine(|store| {
        let sizes = [0, 1, 4_000, 4_095, 4_096, 4_097, 8_192, 100_000, 1 << 20, 10, 5_000, 0];
        for (id, size) in (0_u64..).zip(sizes) {
            for key in [7, 100 + id] {
                let value = note(1, None, &"y".repeat(size));
                store.write_blocking(move |tx| NOTES.put(tx, &key, &value)).unwrap();
                assert_eq!(NOTES.get(&store, &key).unwrap().unwrap().text.len(), size);
            }
        }
        let page = NOTES.page(&store, &shop_storage::Window::all().above(99)).unwrap();
        assert!(page.iter().map(|(_, note)| note.text.len()).eq(sizes));
        store.write_blocking(|tx| NOTES.delete(tx, &107).map(|_| ())).unwrap();
        assert_eq!(NOTES.get(&store, &107).unwrap(), None);
        let too_large = note(1, None, &"z".repeat(17 << 20));
        let refused = store.write_blocking(move |tx| NOTES.put(tx, &7, &too_large));
        assert!(matches!(refused, Err(Error::Record { .. })), "{refused:?}");
    });
}

#[test]
fn one_change_may_not_write_without_bound() {
    let store = Store::open(shop_storage::Options::memory()).unwrap();
    let refused = store.write_blocking(|tx| {
        let value = note(1, None, &"z".repeat(8 << 20));
        (0..9).try_for_each(|id| NOTES.put(tx, &id, &value))
    });
    assert!(matches!(refused, Err(Error::TooLarge { .. })), "{refused:?}");
    assert!(!NOTES.has(&store, &0).unwrap());
}

#[test]
fn a_blocking_write_works_inside_async_code_too() {
    runtime().block_on(async {
        let store = Store::open(shop_storage::Options::memory()).unwrap();
        for _ in 0..500 {
            store.write_blocking(|tx| COUNTS.add(tx, &1, 1)).unwrap();
        }
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 500);
    });
}
