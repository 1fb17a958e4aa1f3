//! Cuts the power at many points of a recorded run: what was acknowledged is there, nothing is there by half, and
//! the store always opens. A kill does not show this: there, the kernel still writes what was not synced.

mod disk;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    process::Command,
};

use shop_storage::{EngineKind, Options};

use self::disk::{Disk, Entry, Kind, Model, Random, entries};
use crate::support::{
    options,
    workload::{Acks, Running, command, read_acks, scratch, verify},
};

/// Steps of each of the child's writers.
const STEPS: u64 = 110;
/// Cuts for each model while the store is young (its making included), and when it has grown.
const YOUNG_CUTS: usize = 25;
const GROWN_CUTS: usize = 41;

/// Runs the workload in a child that records what it does, and gives the trace.
fn record(options: &Options, folder: &Path) -> Vec<u8> {
    let source = folder.join("recorder.c");
    std::fs::write(&source, include_str!("recorder.c")).unwrap();
    let (library, trace) = (folder.join("recorder.so"), folder.join("trace"));
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-w", "-o"])
        .args([&library, &source])
        .args(["-ldl", "-lpthread"])
        .status();
    assert!(built.unwrap().success(), "the recorder needs a C compiler");
    let mut child = command(options, STEPS);
    child.env("LD_PRELOAD", &library).env("RECORD_FOLDER", &options.path).env("RECORD_TRACE", &trace);
    let acks = Running::start(child).finish();
    assert!(acks.values().all(|step| *step == STEPS), "{acks:?}");
    std::fs::read(trace).unwrap()
}

/// The moments to cut at, in order: after so many entries; the last one is the end of the run.
fn moments(entries: &[Entry<'_>], random: &mut Random) -> Vec<usize> {
    let first = entries.iter().position(|entry| entry.kind == Kind::Ack).unwrap();
    let young = first + (entries.len() - first) / 10;
    let mut moments: Vec<usize> = (0..YOUNG_CUTS).map(|_| random.below(young)).collect();
    moments.extend((1..GROWN_CUTS).map(|_| young + random.below(entries.len() - young)));
    moments.sort_unstable();
    moments.push(entries.len());
    moments
}

/// Replays the run, cuts, and gives what each cut broke. `heeds` says which syncs the disk hears of.
fn cut(
    options: &Options,
    trace: &[u8],
    models: &[Model],
    heeds: impl Fn(&Entry<'_>) -> bool,
) -> (usize, Vec<String>) {
    let (entries, mut random) = (entries(trace), Random(0x9e37_79b9_7f4a_7c15));
    let moments = moments(&entries, &mut random);
    let root = options.path.canonicalize().unwrap();
    let (mut disk, mut acks, mut broken, mut cuts) = (Disk::new(&root), Acks::new(), Vec::new(), 0);
    let mut next = moments.iter().peekable();
    for at in 0..=entries.len() {
        while next.next_if(|moment| **moment == at).is_some() {
            for model in models {
                let folder = scratch();
                disk.cut(*model, &mut random, folder.path());
                let left = Options { path: folder.path().to_path_buf(), ..options.clone() };
                cuts += 1;
                let sound = catch_unwind(AssertUnwindSafe(|| verify(&left, &acks)));
                if let Err(why) = sound.unwrap_or_else(|_| Err("panicked".to_owned())) {
                    broken.push(format!("{model:?} after {at} of {}: {why}", entries.len()));
                }
            }
        }
        let Some(entry) = entries.get(at) else { break };
        match entry.kind {
            Kind::Ack => {
                std::str::from_utf8(entry.data).unwrap().lines().for_each(|line| {
                    read_acks(line, &mut acks);
                });
            }
            Kind::Sync if !heeds(entry) => (),
            _ => disk.apply(entry),
        }
    }
    (cuts, broken)
}

fn keeps_its_promise(engine: EngineKind) {
    let (folder, tools) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let options = options(engine, folder.path());
    let trace = record(&options, tools.path());
    let models = [Model::None, Model::Prefix, Model::Rand];
    let (cuts, broken) = cut(&options, &trace, &models, |_| true);
    assert_eq!(cuts, 3 * (YOUNG_CUTS + GROWN_CUTS));
    assert!(broken.is_empty(), "{} of {cuts} cuts broke the store:\n{}", broken.len(), broken.join("\n"));

    // The control: did the disk not hear of the syncs that end commits (sled by itself makes none, only its thread
    // in the background does), acknowledged changes would be lost, and this test would see it.
    let (cuts, broken) = cut(&options, &trace, &[Model::None], |entry| !entry.data_only);
    let lost = broken.iter().filter(|why| why.contains("lost")).count();
    assert!(lost > cuts / 4, "the test is blind: {lost} of {cuts} cuts lost something: {broken:#?}");
}

#[test]
fn redb_keeps_what_it_acknowledged_when_the_power_fails() {
    keeps_its_promise(EngineKind::Redb);
}

#[test]
fn sled_keeps_what_it_acknowledged_when_the_power_fails() {
    keeps_its_promise(EngineKind::Sled);
}
