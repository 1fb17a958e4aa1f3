//! Tables with their indexes: pages, conflicts, and changes that leave nothing when they fail.

use std::sync::{Arc, Mutex};

use serde::{Deserialize, Serialize};
use shop_storage::{Error, Row, Store, Table, Window, record};

use crate::support::{BY_AUTHOR, BY_NAME, COUNTS, MARKS, NOTES, catalog, note, on_every_engine};

fn put(store: &Store, id: u64, author: u64, name: Option<&str>, text: &str) -> Result<(), Error> {
    let note = note(author, name, text);
    store.write_blocking(move |tx| NOTES.put(tx, &id, &note))
}

#[test]
fn a_put_record_is_read_with_its_index_rows() {
    on_every_engine(|store| {
        put(&store, 1, 7, Some("first"), "a").expect("put");
        put(&store, 2, 7, None, "b").expect("put");
        put(&store, 3, 8, Some("third"), "c").expect("put");
        let view = store.snapshot().expect("snapshot");
        assert_eq!(NOTES.get(&view, &1).expect("get"), Some(note(7, Some("first"), "a")));
        assert_eq!(NOTES.get(&view, &9).expect("get"), None);
        assert_eq!(NOTES.count(&view).expect("count"), 3);
        let many = NOTES.get_many(&view, &[3, 9, 1]).expect("get many");
        let texts: Vec<Option<String>> = many.into_iter().map(|note| note.map(|note| note.text)).collect();
        assert_eq!(texts, [Some("c".to_owned()), None, Some("a".to_owned())]);
        assert_eq!(BY_AUTHOR.page(&view, &7, &Window::newest(10)).expect("page"), [2, 1]);
        assert_eq!(BY_NAME.get(&view, &"third".to_owned()).expect("unique"), Some(3));
        assert!(store.check(&catalog()).expect("check").is_sound());
    });
}

#[test]
fn a_changed_record_moves_its_index_rows_and_a_deleted_one_takes_them_along() {
    on_every_engine(|store| {
        put(&store, 1, 7, Some("old"), "a").expect("put");
        let edited = store.write_blocking(|tx| {
            NOTES.edit(tx, &1, |note| {
                note.author = 8;
                note.name = Some("new".to_owned());
                note.text.len()
            })
        });
        assert_eq!(edited.expect("edit"), Some(1));
        assert_eq!(BY_AUTHOR.page(&store, &7, &Window::all()).expect("page"), Vec::<u64>::new());
        assert_eq!(BY_AUTHOR.page(&store, &8, &Window::all()).expect("page"), [1]);
        assert_eq!(BY_NAME.get(&store, &"old".to_owned()).expect("unique"), None);
        assert_eq!(BY_NAME.get(&store, &"new".to_owned()).expect("unique"), Some(1));
        let gone = store.write_blocking(|tx| NOTES.delete(tx, &1)).expect("delete");
        assert_eq!(gone, Some(note(8, Some("new"), "a")));
        assert_eq!(BY_NAME.get(&store, &"new".to_owned()).expect("unique"), None);
        assert_eq!(BY_AUTHOR.page(&store, &8, &Window::all()).expect("page"), Vec::<u64>::new());
    });
}

#[test]
fn a_unique_clash_is_a_conflict_that_changes_nothing() {
    on_every_engine(|store| {
        put(&store, 1, 7, Some("taken"), "a").expect("put");
        let clash = put(&store, 2, 7, Some("taken"), "b");
        assert!(matches!(clash, Err(Error::Conflict { index: "notes_by_name" })), "{clash:?}");
        // A closure may go on after a conflict; what else it did is kept.
        let caught = store.write_blocking(|tx| {
            assert!(NOTES.put(tx, &2, &note(7, Some("taken"), "b")).is_err());
            COUNTS.add(tx, &1, 5)
        });
        assert_eq!(caught.expect("write"), 5);
        assert_eq!(NOTES.get(&store, &2).expect("get"), None);
        assert_eq!(BY_AUTHOR.page(&store, &7, &Window::all()).expect("page"), [1]);
        // The same record may keep its name.
        put(&store, 1, 7, Some("taken"), "c").expect("put again");
    });
}

#[test]
fn failing_and_panicking_closures_leave_nothing_and_the_writer_lives_on() {
    on_every_engine(|store| {
        put(&store, 1, 7, Some("kept"), "a").expect("put");
        let ran = Arc::new(Mutex::new(Vec::new()));
        let hook = Arc::clone(&ran);
        let failed: Result<(), Error> = store.write_blocking(move |tx| {
            tx.on_commit(move || hook.lock().expect("lock").push("failed"));
            NOTES.delete(tx, &1)?;
            NOTES.put(tx, &2, &note(7, Some("lost"), "b"))?;
            COUNTS.add(tx, &1, 1)?;
            Err(Error::Closed)
        });
        assert!(matches!(failed, Err(Error::Closed)));
        let panicked: Result<(), Error> = store.write_blocking(|tx| {
            NOTES.put(tx, &3, &note(7, None, "c"))?;
            std::panic::panic_any("on purpose")
        });
        assert!(matches!(panicked, Err(Error::Panicked)), "{panicked:?}");
        let hook = Arc::clone(&ran);
        let counted: Result<i64, Error> = store.write_blocking(move |tx| {
            tx.on_commit(move || hook.lock().expect("lock").push("kept"));
            assert_eq!(NOTES.page(tx, &Window::all())?.len(), 1);
            COUNTS.add(tx, &1, 1)
        });
        assert_eq!(counted.expect("write"), 1);
        assert_eq!(*ran.lock().expect("lock"), ["kept"]);
        assert!(store.check(&catalog()).expect("check").is_sound());
    });
}

#[test]
fn a_closure_reads_its_own_changes_in_scans_of_both_directions() {
    on_every_engine(|store| {
        for id in [2, 4, 6, 8] {
            put(&store, id, 7, None, "old").expect("put");
        }
        let seen = store.write_blocking(|tx| {
            NOTES.delete(tx, &4)?;
            NOTES.put(tx, &5, &note(7, None, "new"))?;
            NOTES.put(tx, &8, &note(7, None, "new"))?;
            NOTES.put(tx, &9, &note(7, None, "new"))?;
            let up = BY_AUTHOR.page(tx, &7, &Window::oldest(10))?;
            let down = BY_AUTHOR.page(tx, &7, &Window::newest(3).below(9))?;
            Ok::<_, Error>((up, down, NOTES.page(tx, &Window::oldest(1).above(6))?))
        });
        let (up, down, page) = seen.expect("write");
        assert_eq!(up, [2, 5, 6, 8, 9]);
        assert_eq!(down, [8, 6, 5]);
        assert_eq!(page, [(8, note(7, None, "new"))]);
    });
}

#[test]
fn windows_cut_pages_at_both_ends() {
    on_every_engine(|store| {
        store
            .write_blocking(|tx| {
                for item in 1..=10 {
                    MARKS.add(tx, &1, &item);
                    MARKS.add(tx, &2, &(item * 100));
                }
                Ok::<_, Error>(())
            })
            .expect("write");
        let page = |window: Window<u64>| MARKS.page(&store, &1, &window).expect("page");
        assert_eq!(page(Window::newest(3)), [10, 9, 8]);
        assert_eq!(page(Window::newest(3).below(8)), [7, 6, 5]);
        assert_eq!(page(Window::oldest(3).above(8)), [9, 10]);
        assert_eq!(page(Window::oldest(9).above(3).below(6)), [4, 5]);
        assert_eq!(page(Window::newest(9).above(6).below(3)), Vec::<u64>::new());
        assert_eq!(page(Window::newest(0)), Vec::<u64>::new());
        assert_eq!(MARKS.contains_many(&store, &2, &[100, 5]).expect("contains"), [true, false]);
    });
}

/// What stands under an author.
#[derive(Debug, Serialize, Deserialize)]
struct Line;
record!(Line, 1);

impl Row for Line {
    type Key = (u64, u64);
}

static LINES: Table<Line> = Table::new(6, "lines");

#[test]
fn pages_under_several_prefixes_are_one_round_trip() {
    on_every_engine(|store| {
        let put = store.write_blocking(|tx| {
            for (author, id) in [(7, 1), (7, 2), (7, 3), (9, 4)] {
                LINES.put(tx, &(author, id), &Line)?;
            }
            let own = LINES.pages_under(tx, &[9_u64, 7], &Window::oldest(2))?;
            Ok::<_, Error>(own.iter().map(Vec::len).collect::<Vec<_>>())
        });
        assert_eq!(put.expect("write"), [1, 2], "a change sees its own rows");
        let view = store.snapshot().expect("snapshot");
        let keys = |prefixes: &[u64], window: &Window<(u64, u64)>| -> Vec<Vec<u64>> {
            let before = store.reads();
            let pages = LINES.pages_under(&view, prefixes, window).expect("pages");
            assert_eq!(store.reads() - before, u64::from(!prefixes.is_empty() && window.limit > 0));
            pages.into_iter().map(|page| page.into_iter().map(|((_, id), _)| id).collect()).collect()
        };
        assert_eq!(keys(&[7, 8, 9, 7], &Window::newest(2)), [vec![3, 2], vec![], vec![4], vec![3, 2]]);
        assert_eq!(keys(&[9], &Window::oldest(0)), [vec![0_u64; 0]]);
        assert_eq!(keys(&[], &Window::oldest(5)).len(), 0);
    });
}

#[test]
fn a_catalog_refuses_a_number_that_changed_its_meaning() {
    on_every_engine(|store| {
        store.register(&catalog()).expect("register");
        store.register(&catalog()).expect("register again");
        let mut other = shop_storage::Catalog::new();
        other.counter(&shop_storage::Counter::<u64>::new(1, "other"));
        assert!(matches!(store.register(&other), Err(Error::Catalog(_))));
        let mut twice = catalog();
        twice.index(&MARKS);
        assert!(matches!(twice.verify(), Err(Error::Catalog(_))));
    });
}

#[test]
fn presence_is_told_for_near_and_far_keys_alike() {
    on_every_engine(|store| {
        let kept: Vec<u64> = (0..600).filter(|n| n % 3 == 0).collect();
        store
            .write_blocking(move |tx| kept.iter().try_for_each(|n| NOTES.put(tx, n, &note(1, None, "x"))))
            .expect("write");
        for asked in [vec![], vec![3, 4, 5, 6, 3], vec![597, 0, 1, 300, 301], vec![5_000, 1, 2], vec![0]] {
            let told = NOTES.has_many(&store, &asked).expect("has many");
            let expected: Vec<bool> = asked.iter().map(|n| n % 3 == 0 && *n < 600).collect();
            assert_eq!(told, expected, "{asked:?}");
        }
    });
}

#[test]
fn a_view_is_never_older_than_what_was_answered() {
    on_every_engine(|store| {
        for round in 0..200 {
            put(&store, 1, round, None, "a").expect("put");
            let view = store.snapshot().expect("snapshot");
            assert_eq!(NOTES.get(&view, &1).expect("get").map(|note| note.author), Some(round));
        }
    });
}
