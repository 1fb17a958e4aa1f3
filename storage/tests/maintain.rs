//! Stopped stores: converting both ways, compacting, verifying, and folders that are refused.

use shop_storage::{Catalog, Counter, EngineKind, Error, NewJob, Options, Problem, Read, Store, Window};

use crate::support::{BY_AUTHOR, COUNTS, JOBS, NOTES, catalog, note, options};

fn fill(options: &Options, from: u64, to: u64) {
    let store = Store::open(options.clone()).unwrap();
    store.register(&catalog()).unwrap();
    for step in from..to {
        store
            .write_blocking(move |tx| {
                for id in step * 50..(step + 1) * 50 {
                    NOTES.put(tx, &id, &note(id % 7, Some(&format!("n{id}")), &"x".repeat(300)))?;
                    COUNTS.add(tx, &(id % 7), 1)?;
                    let lane = format!("l{}", id % 5);
                    let job = NewJob {
                        kind: "k",
                        lane: &lane,
                        due: id,
                        priority: 0,
                        dedup: None,
                        payload: vec![1],
                    };
                    JOBS.push(tx, job)?;
                }
                Ok::<_, Error>(())
            })
            .unwrap();
    }
}

/// Every row of the store, its own included.
fn rows(options: &Options) -> Vec<(Vec<u8>, Vec<u8>)> {
    let store = Store::open(options.clone()).unwrap();
    let mut rows = Vec::new();
    for table in 0..u8::MAX {
        store
            .scan(&shop_storage::KeyRange::under(&[table]), &mut |key, value| {
                rows.push((key.to_vec(), value.to_vec()));
                std::ops::ControlFlow::Continue(())
            })
            .unwrap();
    }
    rows
}

#[test]
fn a_store_converted_there_and_back_has_the_same_rows() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let redb = options(EngineKind::Redb, here.path());
    fill(&redb, 0, 20);
    let before = rows(&redb);
    assert!(before.len() > 5000);

    let sled = options(EngineKind::Sled, there.path());
    let counted = before.iter().filter(|(key, _)| key[0] != 0).count() as u64;
    assert_eq!(Store::convert(&redb, &sled).unwrap().rows, counted, "all but the store's own");
    assert_eq!(rows(&sled), before);
    assert_eq!(rows(&redb), before, "the source stays");
    assert!(matches!(Store::convert(&redb, &sled), Err(Error::Place(_))), "a store is never overwritten");

    let back = options(EngineKind::Redb, there.path());
    Store::convert(&sled, &back).unwrap();
    assert_eq!(rows(&back), before);
    assert_eq!(Store::engine_in(there.path()), Some(EngineKind::Redb), "in place, the old files go");
    assert!(Store::verify(&back, &catalog()).unwrap().is_sound());
}

#[test]
fn compacting_gives_space_back_and_keeps_every_row() {
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let folder = tempfile::tempdir().unwrap();
        let options = options(engine, folder.path());
        fill(&options, 0, 40);
        let store = Store::open(options.clone()).unwrap();
        store
            .write_blocking(|tx| {
                for id in 0..1900 {
                    NOTES.delete(tx, &id)?;
                }
                Ok::<_, Error>(())
            })
            .unwrap();
        drop(store);
        let before = rows(&options);
        let rebuilt = Store::compact(&options).unwrap();
        assert!(rebuilt.bytes_after < rebuilt.bytes_before, "{rebuilt:?}");
        assert_eq!(rows(&options), before);
        assert!(Store::verify(&options, &catalog()).unwrap().is_sound());
        fill(&options, 40, 41);
    }
}

#[test]
fn a_folder_of_another_engine_or_in_use_is_refused() {
    for (engine, other) in [(EngineKind::Redb, EngineKind::Sled), (EngineKind::Sled, EngineKind::Redb)] {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(options(engine, folder.path())).unwrap();
        assert!(matches!(Store::open(options(engine, folder.path())), Err(Error::InUse { .. })));
        drop(store);
        let refused = Store::open(options(other, folder.path()));
        assert!(matches!(refused, Err(Error::OtherEngine { .. })));
        let nothing = tempfile::tempdir().unwrap();
        assert!(matches!(Store::compact(&options(engine, nothing.path())), Err(Error::Place(_))));
        assert_eq!(Store::engine_in(nothing.path()), None, "looking makes no store");
    }
}

#[test]
fn a_compaction_cut_between_its_renames_leaves_the_old_store() {
    for (engine, home) in [(EngineKind::Redb, "store.redb"), (EngineKind::Sled, "sled")] {
        let folder = tempfile::tempdir().unwrap();
        let options = options(engine, folder.path());
        fill(&options, 0, 2);
        let before = rows(&options);
        std::fs::rename(folder.path().join(home), folder.path().join(format!("{home}.old"))).unwrap();
        std::fs::write(folder.path().join(format!("{home}.new")), "half").unwrap();
        assert_eq!(rows(&options), before);
        Store::compact(&options).unwrap();
        assert_eq!(rows(&options), before);
    }
}

#[test]
fn a_check_finds_missing_stray_unreadable_and_unknown_rows() {
    let store = Store::open(Options::memory()).unwrap();
    store
        .write_blocking(|tx| {
            for id in 1..=3 {
                NOTES.put(tx, &id, &note(7, None, "a"))?;
            }
            BY_AUTHOR.remove(tx, &7, &1);
            BY_AUTHOR.add(tx, &8, &1);
            BY_AUTHOR.add(tx, &8, &2);
            // Number 1 is the notes' table: this is no note.
            Counter::<u64>::new(1, "broken").set(tx, &9, 5);
            Counter::<u64>::new(200, "unknown").set(tx, &9, 5);
            Ok::<_, Error>(())
        })
        .unwrap();
    let report = store.check(&catalog()).unwrap();
    let has = |wanted: &dyn Fn(&Problem) -> bool| report.problems.iter().any(wanted);
    assert!(has(&|p| matches!(p, Problem::Missing { index, .. } if index == "notes_by_author")));
    assert!(has(&|p| matches!(p, Problem::Stray { index, count: 1 } if index == "notes_by_author")));
    assert!(has(&|p| matches!(p, Problem::Unreadable { table, .. } if table == "notes")));
    assert!(has(&|p| matches!(p, Problem::Unknown { number: 200, count: 1 })));
    assert_eq!(report.problem_count, 4, "{:?}", report.problems);
    // A reader meets the index row whose record is gone and goes on.
    assert_eq!(BY_AUTHOR.page(&store, &8, &Window::all()).unwrap(), [1, 2]);
    assert!(!store.check(&Catalog::new()).unwrap().is_sound());
}

#[test]
fn relaxed_changes_are_on_disk_after_a_close() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let folder = tempfile::tempdir().unwrap();
        let options = options(engine, folder.path());
        runtime.block_on(async {
            let store = Store::open(options.clone()).unwrap();
            let other = store.clone();
            store.write_relaxed(|tx| COUNTS.add(tx, &1, 3)).await.unwrap();
            assert_eq!(COUNTS.get(&store, &1).unwrap(), 3);
            store.close().await.unwrap();
            let late: Result<i64, Error> = other.write(|tx| COUNTS.add(tx, &1, 1)).await;
            assert!(matches!(late, Err(Error::Closed)));
            other.close().await.unwrap();
        });
        let store = Store::open(options).unwrap();
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 3);
    }
}
