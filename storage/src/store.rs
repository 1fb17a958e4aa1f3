//! The store: opens an engine, reads from it directly and sends every change to the one writer.

use std::{
    collections::BTreeMap,
    future::Future,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    thread::{self, JoinHandle, Thread},
};

use tokio::sync::{mpsc, oneshot};

use crate::{
    catalog::{Catalog, META},
    check::{CheckReport, check},
    engine::{self, Batch, Engine, EngineKind, KeyRange, Read, View, Visit, VisitMany},
    error::{Error, Result},
    key::{Key, decode_whole},
    queue::{Heads, QueueHeads},
    txn::Txn,
    writer::{self, Request, Writer},
};

/// How a store is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Which engine keeps the bytes.
    pub engine: EngineKind,
    /// The folder of the store; made if it is not there. Nothing else may live in it.
    pub path: PathBuf,
    /// Memory for the engine's cache, in bytes. A bound with redb, a hint with sled.
    pub cache_bytes: usize,
}

impl Options {
    /// A store in memory, forgotten when closed.
    pub fn memory() -> Options {
        Options { engine: EngineKind::Memory, path: PathBuf::new(), cache_bytes: 0 }
    }
}

/// Sizes of an open store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stats {
    /// The engine.
    pub engine: EngineKind,
    /// Bytes of its files.
    pub disk_bytes: u64,
    /// Bytes of its cache in use, 0 where the engine does not tell.
    pub cache_bytes: u64,
    /// Changes that wait for the writer now.
    pub waiting_changes: usize,
}

/// All durable state. A cheap handle; clones are the same store. The writer ends, after a last sync, when
/// [`Store::close`] is called or the last handle is gone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    engine: Arc<dyn Engine>,
    requests: Option<mpsc::Sender<Request>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    queues: Arc<QueueHeads>,
    /// The commit that failed, once one has.
    broken: Arc<OnceLock<Error>>,
    reads: Arc<AtomicU64>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.requests = None;
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer
            && writer.thread().id() != thread::current().id()
        {
            let _ = writer.join();
        }
    }
}

/// Key of the layout number in the store's own table.
const LAYOUT_KEY: u8 = 0;
/// Keys `(NAME_KEY, number)` of the names of tables in the store's own table.
const NAME_KEY: u8 = 1;
/// Layout of keys and of the store's own table that this program writes.
const LAYOUT: u64 = 1;

pub(crate) fn meta_key(key: &impl Key) -> Vec<u8> {
    let mut bytes = vec![META];
    key.encode(&mut bytes);
    bytes
}

/// What every store begins with.
pub(crate) fn first_rows() -> Batch {
    let mut layout = Vec::new();
    LAYOUT.encode(&mut layout);
    Batch::from([(meta_key(&LAYOUT_KEY), Some(layout))])
}

/// Makes the folder and opens the engine in it; refuses a folder that another engine lives in.
pub(crate) fn open_engine(options: &Options) -> Result<Box<dyn Engine>> {
    if engine::home_of(options.engine).is_some() {
        let other = engine::found_in(&options.path).into_iter().find(|found| *found != options.engine);
        if let Some(found) = other {
            return Err(Error::OtherEngine { found: found.name(), wanted: options.engine.name() });
        }
        engine::make_folder(&options.path)?;
    }
    let engine = engine::open(options.engine, &options.path, options.cache_bytes, &first_rows())?;
    check_layout(engine.as_ref(), &options.path)?;
    Ok(engine)
}

impl Store {
    /// Opens the store in the folder, or makes one there. Everything made is on disk when this returns.
    ///
    /// # Errors
    /// When the engine cannot open its files, another engine's files are there, or a later program wrote them;
    /// [`Error::Damaged`] where a first look meets damage. That is cheap and no verification: see [`Store::verify`].
    pub fn open(options: Options) -> Result<Store> {
        let engine: Arc<dyn Engine> = Arc::from(open_engine(&options)?);
        engine::look_over(engine.as_ref())?;
        let queues = Arc::new(QueueHeads::default());
        let broken = Arc::new(OnceLock::new());
        let (requests, inbox) = mpsc::channel(writer::WAITING);
        let timer = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .map_err(|error| Error::io("starting the writer's timer", &error))?;
        let writer = Writer {
            engine: Arc::clone(&engine),
            queues: Arc::clone(&queues),
            inbox,
            timer,
            unsynced: None,
            broken: Arc::clone(&broken),
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || writer.run())
            .map_err(|error| Error::io("starting the writer thread", &error))?;
        let inner = Inner {
            engine,
            requests: Some(requests),
            writer: Mutex::new(Some(thread)),
            queues,
            broken,
            reads: Arc::new(AtomicU64::new(0)),
        };
        Ok(Store { inner: Arc::new(inner) })
    }

    /// A consistent view for the length of one request. Cheap; do not keep it long, space freed since cannot be
    /// used again while it lives. (sled has no such view: there, each read sees the newest state.)
    ///
    /// # Errors
    /// When the engine fails.
    pub fn snapshot(&self) -> Result<Snapshot> {
        Ok(Snapshot { view: self.inner.engine.view()?, reads: Arc::clone(&self.inner.reads) })
    }

    /// How many round trips to the engine readers have made since the store was opened: one for a key, for a set of
    /// keys, for a range, and for a set of ranges. Those of changes are not counted.
    pub fn reads(&self) -> u64 {
        self.inner.reads.load(Ordering::Relaxed)
    }

    /// The newest state, for one round trip.
    fn newest(&self) -> Result<View> {
        self.inner.reads.fetch_add(1, Ordering::Relaxed);
        self.inner.engine.view()
    }

    /// Runs `change` on the writer thread and commits it. Resolves when it is on disk: what this answers `Ok`
    /// survives a power cut. A closure that fails or panics leaves nothing behind. Changes run one after another,
    /// so what a closure reads cannot change before it commits; it must be quick and must not block.
    ///
    /// When the future is dropped the change may or may not happen.
    ///
    /// # Errors
    /// What the closure answers; [`Error::Panicked`], [`Error::Closed`], [`Error::TooLarge`] or an engine error.
    pub async fn write<T, E>(
        &self,
        change: impl FnOnce(&mut Txn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.send(true, change).await
    }

    /// As [`Store::write`], but resolves as soon as the change is visible to readers. It reaches the disk with the
    /// next synced commit, a quarter of a second later at most, or when the store is closed: for what may be lost
    /// in a crash (read markers, leases, counters of views).
    ///
    /// # Errors
    /// As [`Store::write`].
    pub async fn write_relaxed<T, E>(
        &self,
        change: impl FnOnce(&mut Txn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        self.send(false, change).await
    }

    /// As [`Store::write`], for callers outside of async code: it blocks its thread.
    ///
    /// # Errors
    /// As [`Store::write`].
    pub fn write_blocking<T, E>(
        &self,
        change: impl FnOnce(&mut Txn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        block_on(tokio::task::unconstrained(self.send(true, change)))
    }

    async fn send<T, E>(
        &self,
        sync: bool,
        change: impl FnOnce(&mut Txn) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let requests = self.inner.requests.as_ref().ok_or(Error::Closed)?;
        requests.send(writer::change(sync, change, reply)).await.map_err(|_| Error::Closed)?;
        answer.await.unwrap_or_else(|_| Err(E::from(Error::Closed)))
    }

    /// Writes the catalog's names into the store, after checking them against what is there: a number never
    /// changes its meaning.
    ///
    /// # Errors
    /// [`Error::Catalog`] when a number or name is taken twice or bore another name before.
    pub fn register(&self, catalog: &Catalog) -> Result<()> {
        catalog.verify()?;
        let names: BTreeMap<u8, String> = catalog.names().map(|(id, name)| (id, name.to_owned())).collect();
        self.write_blocking(move |tx| {
            for (number, name) in names {
                let key = meta_key(&(NAME_KEY, number));
                let mut stored = None;
                tx.get(&key, &mut |bytes| stored = Some(String::from_utf8_lossy(bytes).into_owned()))?;
                match stored {
                    Some(before) if before != name => {
                        return Err(Error::Catalog(format!(
                            "number {number} is {name} now and was {before} when the store was written"
                        )));
                    }
                    Some(_) => (),
                    None => tx.set(key, Some(name.into_bytes())),
                }
            }
            Ok(())
        })
    }

    /// Reads every row: each must be readable, and each record's index rows must be there. Slow; runs on the
    /// calling thread. Beside a running server only redb and memory give a sound answer, since the view of sled
    /// moves.
    ///
    /// # Errors
    /// When the engine fails.
    pub fn check(&self, catalog: &Catalog) -> Result<CheckReport> {
        check(catalog, &self.snapshot()?)
    }

    /// The failed commit after which the store takes no more changes until it is opened anew, if there was one.
    pub fn failure(&self) -> Option<Error> {
        self.inner.broken.get().cloned()
    }

    /// Sizes, cheap to ask for.
    pub fn stats(&self) -> Stats {
        let engine = self.inner.engine.stats();
        let waiting =
            self.inner.requests.as_ref().map_or(0, |sender| sender.max_capacity() - sender.capacity());
        Stats {
            engine: self.inner.engine.kind(),
            disk_bytes: engine.disk_bytes,
            cache_bytes: engine.cache_bytes,
            waiting_changes: waiting,
        }
    }

    /// Finishes every change that was sent, syncs, and takes no more, from any handle. The files are free for
    /// another process once all other handles and snapshots are gone as well.
    ///
    /// # Errors
    /// When the last sync fails. Closing twice is no error.
    pub async fn close(self) -> Result<()> {
        let (reply, closed) = oneshot::channel();
        let Some(requests) = &self.inner.requests else { return Ok(()) };
        if requests.send(Request::Close(reply)).await.is_err() {
            return Ok(());
        }
        closed.await.unwrap_or(Ok(()))
    }

    pub(crate) fn heads(&self, queue: u8) -> Arc<Heads> {
        self.inner.queues.of(queue)
    }
}

impl Read for Store {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.newest()?.get(key, found)
    }

    fn get_many(&self, keys: &[Vec<u8>], found: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        self.newest()?.get_many(keys, found)
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        self.newest()?.scan(range, visit)
    }

    fn scan_many(&self, ranges: &[KeyRange], visit: &mut VisitMany<'_>) -> Result<()> {
        self.newest()?.scan_many(ranges, visit)
    }
}

/// A consistent view of the store; see [`Store::snapshot`]. Clones share it.
#[derive(Clone)]
pub struct Snapshot {
    view: View,
    reads: Arc<AtomicU64>,
}

impl Snapshot {
    /// The view, for one round trip.
    fn counted(&self) -> &View {
        self.reads.fetch_add(1, Ordering::Relaxed);
        &self.view
    }
}

impl Read for Snapshot {
    fn get(&self, key: &[u8], found: &mut dyn FnMut(&[u8])) -> Result<bool> {
        self.counted().get(key, found)
    }

    fn get_many(&self, keys: &[Vec<u8>], found: &mut dyn FnMut(usize, &[u8])) -> Result<()> {
        self.counted().get_many(keys, found)
    }

    fn scan(&self, range: &KeyRange, visit: &mut Visit<'_>) -> Result<()> {
        self.counted().scan(range, visit)
    }

    fn scan_many(&self, ranges: &[KeyRange], visit: &mut VisitMany<'_>) -> Result<()> {
        self.counted().scan_many(ranges, visit)
    }
}

/// Refuses a store of a later layout, and one that does not tell its own: every store is made with it. sled, for one, takes
/// a log whose beginning is damaged for an empty one.
pub(crate) fn check_layout(engine: &dyn Engine, folder: &Path) -> Result<()> {
    let key = meta_key(&LAYOUT_KEY);
    let mut stored = None;
    engine.view()?.get(&key, &mut |bytes| stored = Some(decode_whole::<u64>(bytes)))?;
    match stored {
        Some(Ok(found)) if found <= LAYOUT => Ok(()),
        Some(Ok(found)) => Err(Error::Layout { found, known: LAYOUT }),
        Some(Err(source)) => Err(Error::Key { table: "meta", key: crate::error::hex(&key), source }),
        None => {
            let home = folder.join(engine::home_of(engine.kind()).unwrap_or_default());
            Err(Error::damaged("the row that every store begins with is gone").at(&home))
        }
    }
}

/// Drives a future on this thread, which sleeps while it waits.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut context = Context::from_waker(&waker);
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}
