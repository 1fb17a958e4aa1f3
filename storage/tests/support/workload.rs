//! What a child process does to a store until it is killed, and what must hold for whatever it leaves behind.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{BufRead, BufReader, Write},
    ops::ControlFlow,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread,
};

use shop_storage::{EngineKind, Error, NewJob, Options, Store, Txn, Window};

use super::{BY_NAME, COUNTS, JOBS, MARKS, NOTES, catalog, note, options};

/// Writers of the child.
pub const WRITERS: u64 = 4;
/// Notes of a writer that stay; older ones are deleted.
const KEEP: u64 = 40;
/// Marks of finished jobs stand under the writer's number plus this.
const DONE: u64 = 1000;
/// The counter that only relaxed changes touch.
const RELAXED: u64 = 500;
/// Set for the child: folder, engine, and how many steps each writer makes.
const FOLDER: &str = "WORKLOAD_FOLDER";
const ENGINE: &str = "WORKLOAD_ENGINE";
const STEPS: &str = "WORKLOAD_STEPS";

/// Last acknowledged step of each writer.
pub type Acks = BTreeMap<u64, u64>;

/// The command that runs the workload in a process of its own.
pub fn command(options: &Options, steps: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["support::workload::child", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, &options.path)
        .env(ENGINE, options.engine.name())
        .env(STEPS, steps.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command
}

/// A child whose acknowledgements are read as they come.
pub struct Running {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    pub acks: Acks,
}

impl Running {
    pub fn start(mut command: Command) -> Running {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Running { child, lines, acks: Acks::new() }
    }

    /// Reads until `count` more acknowledgements came; false when the child ended before.
    pub fn wait_for(&mut self, count: usize) -> bool {
        let mut left = count;
        while left > 0 {
            let Some(line) = self.lines.next() else { return false };
            if read_acks(&line.unwrap(), &mut self.acks) {
                left -= 1;
            }
        }
        true
    }

    /// Kills the child where it stands, as the kernel does when memory is short. What it had acknowledged counts.
    pub fn kill(mut self) -> Acks {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        while self.wait_for(1) {}
        self.acks
    }

    /// Lets the child come to its end.
    pub fn finish(mut self) -> Acks {
        while self.wait_for(1) {}
        assert!(self.child.wait().unwrap().success(), "the workload failed");
        self.acks
    }
}

/// Takes one acknowledgement out of a line of the child's output.
pub fn read_acks(line: &str, acks: &mut Acks) -> bool {
    let mut words = line.split(' ');
    let (Some("ack"), Some(writer), Some(step)) = (words.next(), words.next(), words.next()) else {
        return false;
    };
    acks.insert(writer.parse().unwrap(), step.parse().unwrap());
    true
}

/// Small values, some that fill a page, and a few that sled keeps in files of their own.
fn text(step: u64) -> String {
    let size = match step {
        step if step % 61 == 30 => 150_000,
        step if step % 17 == 5 => 9_000,
        step => 100 + step % 7 * 100,
    };
    "x".repeat(size as usize)
}

fn lane(writer: u64, step: u64) -> String {
    format!("{writer}-{}", step % 3)
}

/// One step: a note comes, an old one goes, both with their index rows, a counter, a mark and a job.
fn step(tx: &mut Txn, writer: u64, step: u64) -> Result<(), Error> {
    let id = writer << 32 | step;
    NOTES.put(tx, &id, &note(writer, Some(&format!("{writer}-{step}")), &text(step)))?;
    if step > KEEP {
        NOTES.delete(tx, &(id - KEEP))?;
    }
    COUNTS.add(tx, &writer, 1)?;
    MARKS.add(tx, &writer, &step);
    let payload = id.to_be_bytes().to_vec();
    let lane = lane(writer, step);
    JOBS.push(tx, NewJob { kind: "k", lane: &lane, due: step, priority: 0, dedup: None, payload })?;
    Ok(())
}

fn job_of(payload: &[u8]) -> (u64, u64) {
    let id = u64::from_be_bytes(payload.try_into().unwrap());
    (id >> 32, id & u64::from(u32::MAX))
}

#[test]
#[ignore = "runs in the child processes of the crash and power-cut tests"]
fn child() {
    let (Ok(folder), Ok(engine)) = (std::env::var(FOLDER), std::env::var(ENGINE)) else { return };
    let steps: u64 = std::env::var(STEPS).unwrap().parse().unwrap();
    let engine: EngineKind = engine.parse().unwrap();
    let store = Store::open(options(engine, Path::new(&folder))).unwrap();
    store.write_blocking(|tx| JOBS.reclaim(tx)).unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            thread::spawn(move || {
                let first = COUNTS.get(&store, &writer).unwrap().cast_unsigned() + 1;
                for number in first..first + steps - 1 {
                    store.write_blocking(move |tx| step(tx, writer, number)).unwrap();
                    acknowledge(writer, number);
                }
            })
        })
        .collect();
    let worker = {
        let store = store.clone();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            while !writers.iter().all(thread::JoinHandle::is_finished) {
                runtime.block_on(work(&store)).unwrap();
            }
            writers.into_iter().for_each(|writer| writer.join().unwrap());
        })
    };
    worker.join().unwrap();
    // The last step of each writer has no other change whose sync it could share, and the process ends without
    // closing the store: nothing but `must_sync` brings it to the disk.
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for writer in 0..WRITERS {
        let number = COUNTS.get(&store, &writer).unwrap().cast_unsigned() + 1;
        let change = move |tx: &mut Txn| {
            tx.must_sync();
            step(tx, writer, number)
        };
        runtime.block_on(store.write_relaxed(change)).unwrap();
        acknowledge(writer, number);
    }
    std::process::exit(0);
}

fn acknowledge(writer: u64, number: u64) {
    std::io::stdout().write_all(format!("ack {writer} {number}\n").as_bytes()).unwrap();
}

/// Finishes some jobs, gives every fifth back first, and counts by a relaxed change.
async fn work(store: &Store) -> Result<(), Error> {
    for job in JOBS.claim(store, u64::MAX, 3).await? {
        let (writer, number) = job_of(&job.payload);
        if number % 5 == 0 && job.attempts == 0 {
            store.write(move |tx| JOBS.retry(tx, job.id, number, "later")).await?;
            continue;
        }
        store
            .write(move |tx| {
                MARKS.add(tx, &(DONE + writer), &number);
                JOBS.done(tx, job.id)
            })
            .await?;
    }
    store.write_relaxed(|tx| COUNTS.add(tx, &RELAXED, 1).map(|_| ())).await
}

/// Why what a crash left behind is not what was promised.
pub type Broken = String;

/// Opens what a crash left behind and compares it with what the child had acknowledged.
pub fn verify(options: &Options, acks: &Acks) -> Result<(), Broken> {
    let store = Store::open(options.clone()).map_err(|error| format!("cannot be opened: {error}"))?;
    inspect(&store, acks)
}

/// As [`verify`], on a copy: looking finishes the jobs, and the store is to grow on.
pub fn inspect_copy(options: &Options, acks: &Acks) -> Result<(), Broken> {
    let folder = scratch();
    copy_all(&options.path, folder.path());
    verify(&Options { path: folder.path().to_path_buf(), ..options.clone() }, acks)
}

/// A folder in memory where there is one: nothing in it needs to be durable.
pub fn scratch() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

fn copy_all(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            std::fs::create_dir(&target).unwrap();
            copy_all(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

fn inspect(store: &Store, acks: &Acks) -> Result<(), Broken> {
    let say = |error: Error| error.to_string();
    let report = store.check(&catalog()).map_err(say)?;
    if !report.is_sound() {
        return Err(format!("torn: {:?}", report.problems));
    }
    let mut alive: BTreeMap<u64, BTreeSet<u64>> = BTreeMap::new();
    store.write_blocking(|tx| JOBS.reclaim(tx)).map_err(say)?;
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    loop {
        let claimed = runtime.block_on(JOBS.claim(store, u64::MAX, 1000)).map_err(say)?;
        if claimed.is_empty() {
            break;
        }
        let ids: Vec<_> = claimed.iter().map(|job| job.id).collect();
        for job in claimed {
            let (writer, number) = job_of(&job.payload);
            let twice = !alive.entry(writer).or_default().insert(number);
            let disordered = last.insert(job.lane.clone(), number).is_some_and(|before| before >= number);
            if twice || disordered || job.lane != lane(writer, number) {
                return Err(format!("torn: lane {} at {number} of {writer}", job.lane));
            }
        }
        let done = store.write_blocking(move |tx| ids.iter().try_for_each(|id| JOBS.done(tx, *id)));
        done.map_err(say)?;
    }
    for writer in 0..WRITERS {
        let count = COUNTS.get(store, &writer).map_err(say)?.cast_unsigned();
        let acked = acks.get(&writer).copied().unwrap_or(0);
        if count < acked {
            return Err(format!("lost: writer {writer} was told {acked} and has {count}"));
        }
        let marks = MARKS.page(store, &writer, &Window::all()).map_err(say)?;
        if !marks.iter().copied().eq(1..=count) {
            return Err(format!("torn: marks of writer {writer} are not 1 to {count}"));
        }
        let mut notes = Vec::new();
        let window = Window::all().above((writer << 32) - u64::from(writer > 0)).below((writer + 1) << 32);
        let mut sound = true;
        NOTES
            .visit(store, &window, &mut |id, found| {
                let number = id & u64::from(u32::MAX);
                notes.push(number);
                sound &= found == note(writer, Some(&format!("{writer}-{number}")), &text(number));
                ControlFlow::Continue(())
            })
            .map_err(say)?;
        let first = count.saturating_sub(KEEP) + 1;
        if !sound || !notes.iter().copied().eq(first..=count) {
            return Err(format!("torn: notes of writer {writer} are not {first} to {count}: {notes:?}"));
        }
        let name = format!("{writer}-{count}");
        if count > 0 && BY_NAME.get(store, &name).map_err(say)? != Some(writer << 32 | count) {
            return Err(format!("torn: name {name}"));
        }
        let done: BTreeSet<u64> =
            MARKS.page(store, &(DONE + writer), &Window::all()).map_err(say)?.into_iter().collect();
        let alive = alive.remove(&writer).unwrap_or_default();
        if !done.is_disjoint(&alive) || !done.union(&alive).copied().eq(1..=count) {
            return Err(format!("torn: jobs of writer {writer}: done {done:?}, alive {alive:?}"));
        }
    }
    Ok(())
}
