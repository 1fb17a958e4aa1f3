//! What the store costs: reads, durable writes alone and in company, queue throughput, on every engine.
//! `cargo bench -p shop-storage`; read ratios, not absolutes, on a shared machine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::sync::atomic::{AtomicU64, Ordering};

use divan::{Bencher, counter::ItemsCount};
use futures_util::future::join_all;
use serde::{Deserialize, Serialize};
use shop_storage::{
    Counter, EngineKind, Error, Index, IndexRows, NewJob, Options, Queue, Row, Store, Table, Txn, Unique,
    Window, record,
};

const ENGINES: [EngineKind; 3] = [EngineKind::Redb, EngineKind::Sled, EngineKind::Memory];
const POSTS: u64 = 20_000;
const AUTHORS: u64 = 200;
const PAGE: usize = 20;

/// Much like a status: about 900 bytes.
#[derive(Serialize, Deserialize)]
struct Post {
    author: u64,
    uri: String,
    text: String,
    tags: Vec<String>,
    language: Option<String>,
    reply_to: Option<u64>,
    visibility: u8,
}
record!(Post, 1);
impl Row for Post {
    type Key = u64;
    fn index(&self, key: &u64, rows: &mut IndexRows) {
        rows.add(&BY_AUTHOR, &self.author, key);
        rows.unique(&BY_URI, &self.uri, key);
    }
}
static POST: Table<Post> = Table::new(1, "posts");
static BY_AUTHOR: Index<u64, u64> = Index::new(2, "by_author");
static BY_URI: Unique<String, u64> = Unique::new(3, "by_uri");
static COUNT: Counter<u64> = Counter::new(4, "count");
static JOBS: Queue = Queue::new(10, "jobs");

fn post(id: u64) -> Post {
    Post {
        author: id * 7919 % AUTHORS,
        uri: format!("https://host{}.example/users/u{}/statuses/{id}", id % 50, id % AUTHORS),
        text: "Lorem ipsum dolor sit amet. ".repeat(26),
        tags: vec!["one".to_owned(), "two".to_owned()],
        language: Some("en".to_owned()),
        reply_to: None,
        visibility: 0,
    }
}

/// Five keys and a counter.
fn create(tx: &mut Txn, id: u64) -> Result<(), Error> {
    let post = post(id);
    POST.put(tx, &id, &post)?;
    COUNT.add(tx, &post.author, 1).map(|_| ())
}

struct Bed {
    store: Store,
    runtime: tokio::runtime::Runtime,
    next: AtomicU64,
    _folder: tempfile::TempDir,
}

impl Bed {
    fn new(engine: EngineKind) -> Bed {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { engine, path: folder.path().to_path_buf(), cache_bytes: 64 << 20 };
        let store = Store::open(options).unwrap();
        for step in 0..POSTS / 500 {
            store
                .write_blocking(move |tx| (step * 500..(step + 1) * 500).try_for_each(|id| create(tx, id)))
                .unwrap();
        }
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Bed { store, runtime, next: AtomicU64::new(POSTS), _folder: folder }
    }

    fn next(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }
}

fn main() {
    divan::main();
}

#[divan::bench(args = ENGINES)]
fn snapshot(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    bencher.bench_local(|| bed.store.snapshot().unwrap());
}

#[divan::bench(args = ENGINES)]
fn point_get(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    let view = bed.store.snapshot().unwrap();
    bencher.bench_local(|| POST.get(&view, &(bed.next() * 7919 % POSTS)).unwrap().unwrap());
}

/// A snapshot, 40 index rows, 20 records.
#[divan::bench(args = ENGINES)]
fn timeline_page(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    bencher.bench_local(|| {
        let view = bed.store.snapshot().unwrap();
        let mut ids = BY_AUTHOR.page(&view, &(bed.next() % AUTHORS), &Window::newest(2 * PAGE)).unwrap();
        ids.truncate(PAGE);
        POST.get_many(&view, &ids).unwrap()
    });
}

#[divan::bench(args = ENGINES, sample_count = 200, sample_size = 1)]
fn durable_write_alone(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    bencher.counter(ItemsCount::new(1_u64)).bench_local(|| {
        let id = bed.next();
        bed.store.write_blocking(move |tx| create(tx, id)).unwrap();
    });
}

#[divan::bench(args = ENGINES, sample_count = 60, sample_size = 1)]
fn durable_writes_of_64_at_once(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    bencher.counter(ItemsCount::new(64_u64)).bench_local(|| {
        let writes = (0..64).map(|_| {
            let id = bed.next();
            let store = bed.store.clone();
            bed.runtime.spawn(async move { store.write(move |tx| create(tx, id)).await })
        });
        let writes: Vec<_> = writes.collect();
        for written in bed.runtime.block_on(join_all(writes)) {
            written.unwrap().unwrap();
        }
    });
}

/// 64 jobs on as many lanes, beside 10,000 that wait: pushed, claimed, done.
#[divan::bench(args = ENGINES, sample_count = 60, sample_size = 1)]
fn queue_of_64_lanes(bencher: Bencher<'_, '_>, engine: EngineKind) {
    let bed = Bed::new(engine);
    let push = |tx: &mut Txn, lane: &str, due: u64| {
        let job = NewJob { kind: "send", lane, due, priority: 1, dedup: None, payload: vec![7; 200] };
        JOBS.push(tx, job).map(|_| ())
    };
    bed.store
        .write_blocking(move |tx| {
            (0..10_000).try_for_each(|number| push(tx, &format!("slow{}", number % 2_000), u64::MAX))
        })
        .unwrap();
    bencher.counter(ItemsCount::new(64_u64)).bench_local(|| {
        bed.runtime.block_on(async {
            bed.store
                .write(move |tx| (0..64).try_for_each(|lane| push(tx, &format!("host{lane}.example"), 1)))
                .await
                .unwrap();
            let claimed = JOBS.claim(&bed.store, 10, 64).await.unwrap();
            assert_eq!(claimed.len(), 64);
            let done = claimed.into_iter().map(|job| bed.store.write(move |tx| JOBS.done(tx, job.id)));
            join_all(done).await.into_iter().collect::<Result<Vec<()>, Error>>().unwrap();
        });
    });
}
