//! The indexer: works off what the index must learn, and fills an index that is new.
//!
//! One task for the life of the server. It commits when something waits and two seconds have passed since the
//! last commit, or a thousand changes wait. Rows are taken away only after the index is on disk, so a crash in
//! between repeats work and loses none.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use shop_storage::Window;
use shop_storage::search::Change;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, sleep_until};

use super::documents::{self, is_open};
use super::jobs::LookAgain;
use super::table::{
    ACCOUNT_SHELF, FILLING, Filling, OPENED, PENDING, Pending, STATUS_SHELF, Stage, THE_INDEX,
};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::statuses::table::STATUSES;
use crate::platform::app::{App, Tx};
use crate::platform::error::Result;
use crate::platform::ids::{AccountId, StatusId};

/// Changes that one commit takes, and that end the wait for it.
const BATCH: usize = 1_000;
/// The least time between two commits.
const PAUSE: Duration = Duration::from_secs(2);
/// How long the indexer rests after a failure.
const REST: Duration = Duration::from_secs(30);

/// Who wakes the indexer, and who waits for it.
#[derive(Default)]
pub struct Indexer {
    waiting: AtomicUsize,
    dirty: Notify,
    hurry: Notify,
    worked: Notify,
}

impl Indexer {
    /// Something waits to be learnt.
    pub(super) fn wake(&self) {
        if self.waiting.fetch_add(1, Ordering::Relaxed) + 1 >= BATCH {
            self.hurry.notify_one();
        }
        self.dirty.notify_one();
    }
}

/// How far a rebuild is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Accounts and statuses looked at.
    pub done: u64,
    /// Whether everything was.
    pub full: bool,
}

/// Runs until the server stops.
pub async fn run(app: App) {
    let indexer = app.part::<Indexer>();
    loop {
        indexer.waiting.store(0, Ordering::Relaxed);
        let started = Instant::now();
        let more = round(&app).await;
        indexer.worked.notify_waiters();
        let wait = async {
            match more {
                Ok(true) => {}
                Ok(false) => {
                    indexer.dirty.notified().await;
                    tokio::select! {
                        () = sleep_until(started + PAUSE) => {}
                        () = indexer.hurry.notified() => {}
                    }
                }
                Err(error) => {
                    tracing::error!(?error, "the search index cannot learn; it will be tried again");
                    sleep(REST).await;
                }
            }
        };
        tokio::select! {
            biased;
            () = app.stopping.cancelled() => return,
            () = wait => {}
        }
    }
}

/// Returns when the index has learnt everything that was committed before; asks the indexer not to pause.
///
/// # Errors
/// When the store fails.
pub async fn settled(app: &App) -> Result<()> {
    let indexer = app.part::<Indexer>();
    loop {
        let worked = indexer.worked.notified();
        tokio::pin!(worked);
        worked.as_mut().enable();
        let store = app.read()?;
        let waits = !PENDING.page(&store, &Window::newest(1))?.is_empty();
        drop(store);
        if !waits && progress(app)?.full {
            return Ok(());
        }
        indexer.hurry.notify_one();
        indexer.dirty.notify_one();
        worked.await;
    }
}

/// Has the index emptied and filled anew.
///
/// # Errors
/// When the store fails.
pub async fn rebuild(app: &App) -> Result<()> {
    app.write(|tx| {
        let generation = tx.app().search.generation();
        FILLING.put(tx, &THE_INDEX, &Filling { generation, stage: Stage::Asked, done: 0 })?;
        let indexer = tx.app().part::<Indexer>();
        tx.on_commit(move || {
            indexer.hurry.notify_one();
            indexer.dirty.notify_one();
        });
        Ok(())
    })
    .await
}

/// How far the filling of the index is.
///
/// # Errors
/// When the store fails.
pub fn progress(app: &App) -> Result<Progress> {
    let filling = FILLING.get(&app.read()?, &THE_INDEX)?;
    let filling = filling.filter(|filling| filling.generation == app.search.generation());
    Ok(filling.map_or(Progress { done: 0, full: false }, |filling| Progress {
        done: filling.done,
        full: filling.stage == Stage::Full,
    }))
}

/// How many accounts and statuses a rebuild looks at, as things are now. Reads every key of both.
///
/// # Errors
/// When the store fails.
pub fn total(app: &App) -> Result<u64> {
    let store = app.read()?;
    Ok(ACCOUNTS.count(&store)?.saturating_add(STATUSES.count(&store)?))
}

/// What one round learnt.
struct Learnt {
    rows: Vec<((u8, u64), Pending)>,
    /// Where the filling stood, and where it stands now.
    filling: Option<(Option<Filling>, Filling)>,
    more: bool,
}

/// One commit's worth of work. True when more is left.
///
/// # Errors
/// When the store or the index fails.
pub async fn round(app: &App) -> Result<bool> {
    let own = app.clone();
    let Some(learnt) = tokio::task::spawn_blocking(move || learn(&own)).await?? else { return Ok(false) };
    app.write_relaxed(move |tx| {
        for (key, row) in learnt.rows {
            if PENDING.get(&**tx, &key)?.is_some_and(|now| now.stamp == row.stamp) {
                PENDING.delete(tx, &key)?;
            }
            if key.0 == ACCOUNT_SHELF {
                open_or_close(tx, AccountId::new(key.1))?;
            }
        }
        if let Some((before, after)) = learnt.filling
            // Somebody may have asked for a rebuild meanwhile.
            && FILLING.get(&**tx, &THE_INDEX)? == before
        {
            FILLING.put(tx, &THE_INDEX, &after)?;
        }
        Ok(learnt.more)
    })
    .await
}

/// Reads what waits and puts it into the index; `None` when nothing does.
fn learn(app: &App) -> Result<Option<Learnt>> {
    let store = app.read()?;
    // The newest first: what somebody has just written is found although an old server is being read in.
    let rows = PENDING.page(&store, &Window::newest(BATCH))?;
    let mut changes: Vec<Change> = Vec::with_capacity(rows.len());
    for ((shelf, number), _) in &rows {
        changes.push(documents::change(&store, *shelf, *number)?);
    }
    let before = FILLING.get(&store, &THE_INDEX)?;
    let generation = app.search.generation();
    let mut filling = before.clone().filter(|filling| filling.generation == generation).unwrap_or(Filling {
        generation,
        stage: Stage::Asked,
        done: 0,
    });
    if filling.stage == Stage::Asked {
        app.search.clear()?;
        filling.stage = Stage::Accounts(AccountId::new(0));
    }
    let room = BATCH.saturating_sub(rows.len());
    if room > 0 {
        fill(&store, &mut filling, room, &mut changes)?;
    }
    let filled = before.as_ref() != Some(&filling);
    if rows.is_empty() && !filled {
        return Ok(None);
    }
    if !changes.is_empty() {
        app.search.apply(changes)?;
    }
    let more = filling.stage != Stage::Full || rows.len() == BATCH;
    Ok(Some(Learnt { rows, filling: filled.then_some((before, filling)), more }))
}

/// Takes the next accounts or statuses into an index that is being filled.
fn fill(
    store: &shop_storage::Snapshot,
    filling: &mut Filling,
    room: usize,
    changes: &mut Vec<Change>,
) -> Result<()> {
    let numbers: Vec<(u8, u64)> = match filling.stage {
        Stage::Accounts(above) => {
            let rows = ACCOUNTS.page(store, &Window::oldest(room).above(above))?;
            filling.stage = match rows.last() {
                Some((last, _)) => Stage::Accounts(*last),
                None => Stage::Statuses(StatusId::new(u64::MAX)),
            };
            rows.into_iter().map(|(id, _)| (ACCOUNT_SHELF, id.get())).collect()
        }
        Stage::Statuses(below) => {
            let rows = STATUSES.page(store, &Window::newest(room).below(below))?;
            filling.stage = rows.last().map_or(Stage::Full, |(last, _)| Stage::Statuses(*last));
            rows.into_iter().map(|(id, _)| (STATUS_SHELF, id.get())).collect()
        }
        Stage::Asked | Stage::Full => Vec::new(),
    };
    filling.done += numbers.len() as u64;
    for (shelf, number) in numbers {
        match documents::change(store, shelf, number)? {
            // The index was emptied before: there is nothing to take away.
            Change::Drop { .. } => {}
            change @ Change::Put(_) => changes.push(change),
        }
    }
    Ok(())
}

/// When the author's wish to be found has changed, so has every post.
fn open_or_close(tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
    let open = ACCOUNTS.get(&**tx, &id)?.as_ref().is_some_and(is_open);
    if OPENED.contains(&**tx, &(), &id)? == open {
        return Ok(());
    }
    match open {
        true => OPENED.add(tx, &(), &id),
        false => OPENED.remove(tx, &(), &id),
    }
    tx.enqueue(&LookAgain { account: id, below: None })
}
