//! Damaged files: told as such, never a panic, never an empty store in their place; what is readable can be rescued.

use std::path::{Path, PathBuf};

use shop_storage::{EngineKind, Error, Options, Problem, Store};

use crate::support::{COUNTS, NOTES, catalog, note, options};

const NOTES_WRITTEN: u64 = 3_000;

fn filled(engine: EngineKind) -> (tempfile::TempDir, Options) {
    filled_with(engine, NOTES_WRITTEN)
}

fn filled_with(engine: EngineKind, notes: u64) -> (tempfile::TempDir, Options) {
    let folder = tempfile::tempdir().unwrap();
    let options = options(engine, folder.path());
    let store = Store::open(options.clone()).unwrap();
    store.register(&catalog()).unwrap();
    store
        .write_blocking(move |tx| {
            for id in 0..notes {
                NOTES.put(tx, &id, &note(id % 7, Some(&format!("n{id}")), &"x".repeat(300)))?;
                COUNTS.add(tx, &(id % 7), 1)?;
            }
            Ok::<_, Error>(())
        })
        .unwrap();
    drop(store);
    // As after a second start.
    drop(Store::open(options.clone()).unwrap());
    (folder, options)
}

/// The file that holds the rows.
fn file(options: &Options) -> PathBuf {
    options.path.join(if options.engine == EngineKind::Sled { "sled/db" } else { "store.redb" })
}

fn spoil(path: &Path, spoil: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = std::fs::read(path).unwrap();
    spoil(&mut bytes);
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn files_that_cannot_be_a_store_are_named_and_left_as_they_are() {
    type Spoil = fn(&mut Vec<u8>);
    let ways: [(&str, Spoil); 4] = [
        ("empty", |bytes| bytes.clear()),
        ("short", |bytes| bytes.truncate(100)),
        ("foreign", |bytes| *bytes = b"Dear diary, ".repeat(5_000)),
        ("header", |bytes| bytes[..4096].fill(0)),
    ];
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        for (way, damage) in ways {
            let (_folder, options) = filled(engine);
            let file = file(&options);
            spoil(&file, damage);
            let before = std::fs::read(&file).unwrap();
            for outcome in [
                Store::open(options.clone()).map(drop),
                Store::verify(&options, &catalog()).map(drop),
                Store::compact(&options).map(drop),
                Store::rescue(&options, &catalog()).map(drop),
            ] {
                let error = outcome.unwrap_err();
                assert!(matches!(error, Error::Damaged { .. }), "{engine:?} {way}: {error:?}");
                let home =
                    options.path.join(file.strip_prefix(&options.path).unwrap().iter().next().unwrap());
                assert!(
                    error.to_string().starts_with(&format!("{} is damaged: ", home.display())),
                    "{error}"
                );
            }
            // sled tidies its log before it looks at it: another reason to copy the folder first.
            let is_left = engine == EngineKind::Sled || std::fs::read(&file).unwrap() == before;
            assert!(is_left, "{engine:?} {way}: the file was changed");
        }
    }
}

/// Overwrites three blocks of the file's rows, as a failing disk would.
fn spoil_rows(options: &Options) {
    spoil(&file(options), |bytes| {
        let text = [b'x'; 300];
        let blocks = bytes.len() / 4096;
        let with_rows: Vec<usize> = (2..blocks)
            .filter(|block| bytes[block * 4096..(block + 1) * 4096].windows(300).any(|part| part == text))
            .collect();
        for quarter in 1..4 {
            let block = with_rows[with_rows.len() * quarter / 4];
            bytes[block * 4096..(block + 1) * 4096].fill(0xa5);
        }
    });
}

#[test]
fn damage_among_the_rows_is_told_and_the_rest_can_be_read() {
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let (_folder, options) = filled(engine);
        spoil_rows(&options);
        let report = Store::verify(&options, &catalog()).unwrap();
        assert!(!report.is_sound() && report.is_damaged(), "{engine:?}: {report:?}");
        let in_notes =
            |problem: &Problem| matches!(problem, Problem::Damaged { table, .. } if table == "notes");
        assert!(report.problems.iter().any(in_notes), "{engine:?}: {:?}", report.problems);
        assert_eq!(report.rows["notes_by_author"], NOTES_WRITTEN, "{engine:?}");

        let store = Store::open(options.clone()).unwrap();
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 429);
        let read: Vec<_> = (0..NOTES_WRITTEN).map(|id| NOTES.get(&store, &id)).collect();
        assert!(read.iter().any(|note| matches!(note, Ok(Some(_)))), "{engine:?}");
        let hit = |note: &Result<Option<_>, Error>| matches!(note, Err(Error::Damaged { .. }));
        assert!(read.iter().any(hit), "{engine:?}");
        assert!(read.iter().all(|note| hit(note) || matches!(note, Ok(Some(_)))), "{engine:?}");
        drop((read, store));

        assert!(matches!(Store::compact(&options), Err(Error::Damaged { .. })), "{engine:?}");
        let names: Vec<_> =
            std::fs::read_dir(&options.path).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names.len(), 1, "nothing is left of the attempt: {names:?}");
    }
}

#[test]
fn what_is_readable_is_rescued_into_a_sound_store() {
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let (_folder, options) = filled(engine);
        spoil_rows(&options);
        let rescued = Store::rescue(&options, &catalog()).unwrap();
        assert_eq!(rescued.lost.iter().collect::<Vec<_>>(), ["notes"], "{engine:?}");
        assert!(rescued.damaged.exists() && rescued.damaged.starts_with(&options.path), "{rescued:?}");
        let report = Store::verify(&options, &catalog()).unwrap();
        assert!(report.is_sound(), "{engine:?}: {:?}", report.problems);
        assert_eq!(report.row_count(), rescued.rows);

        let store = Store::open(options.clone()).unwrap();
        let left = (0..NOTES_WRITTEN).filter(|id| NOTES.get(&store, id).unwrap().is_some()).count() as u64;
        assert!(left < NOTES_WRITTEN && left > NOTES_WRITTEN * 8 / 10, "{engine:?}: {left}");
        assert_eq!(report.rows["notes_by_author"], left, "index rows fit the records that are left");
        assert_eq!(COUNTS.get(&store, &1).unwrap(), 429);
        store.register(&catalog()).unwrap();
        store.write_blocking(|tx| NOTES.put(tx, &9_999, &note(1, None, "new"))).unwrap();
        drop(store);
        let again = Store::rescue(&options, &catalog());
        assert!(
            matches!(again, Err(Error::Place(_))),
            "the first damaged files are not overwritten: {again:?}"
        );
    }
}

/// Whatever block is hit, a check and a rescue end in words or in a sound store.
#[test]
fn no_single_damage_is_too_much_for_check_and_rescue() {
    let (_folder, whole) = filled_with(EngineKind::Redb, 40);
    let bytes = std::fs::read(file(&whole)).unwrap();
    let (mut rescued, mut lost) = (0, 0);
    for block in 0..bytes.len() / 4096 {
        if bytes[block * 4096..(block + 1) * 4096].iter().all(|byte| *byte == 0) {
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let options = options(EngineKind::Redb, folder.path());
        std::fs::create_dir_all(&options.path).unwrap();
        std::fs::write(file(&options), &bytes).unwrap();
        spoil(&file(&options), |bytes| bytes[block * 4096..(block + 1) * 4096].fill(0xa5));
        let told = |error: &Error| matches!(error, Error::Damaged { .. });
        if let Err(error) = Store::verify(&options, &catalog()) {
            assert!(told(&error), "block {block}: {error:?}");
        }
        match Store::rescue(&options, &catalog()) {
            Ok(_) => {
                rescued += 1;
                let report = Store::verify(&options, &catalog()).unwrap();
                assert!(report.is_sound(), "block {block}: {:?}", report.problems);
            }
            Err(error) => {
                lost += 1;
                assert!(told(&error), "block {block}: {error:?}");
            }
        }
    }
    assert!(rescued > lost, "{rescued} rescued, {lost} not");
}

#[test]
fn a_whole_store_loses_nothing_in_a_rescue() {
    for engine in [EngineKind::Redb, EngineKind::Sled] {
        let (_folder, options) = filled(engine);
        let before = Store::verify(&options, &catalog()).unwrap();
        let rescued = Store::rescue(&options, &catalog()).unwrap();
        assert!(rescued.lost.is_empty());
        assert_eq!(Store::verify(&options, &catalog()).unwrap(), before);
    }
}
