//! Kills a writing process again and again: what it acknowledged is there, nothing is there by half.

use shop_storage::EngineKind;

use crate::support::{
    options,
    workload::{Running, command, inspect_copy},
};

/// Kills of a store that grows from kill to kill, and of stores that are just being made.
const GROWN: usize = 60;
const YOUNG: usize = 40;

fn survives(engine: EngineKind) {
    let folder = tempfile::tempdir().unwrap();
    let grown = options(engine, folder.path());
    let mut told = 0;
    for round in 0..GROWN {
        let mut child = Running::start(command(&grown, u64::MAX >> 32));
        assert!(child.wait_for(1 + round * 7 % 60), "the child ended by itself");
        let acks = child.kill();
        told += acks.len();
        inspect_copy(&grown, &acks).unwrap_or_else(|broken| panic!("{engine:?}, kill {round}: {broken}"));
    }
    assert!(told >= GROWN);
    for round in 0..YOUNG {
        let folder = tempfile::tempdir().unwrap();
        let young = options(engine, folder.path());
        let mut child = Running::start(command(&young, u64::MAX >> 32));
        // Some die before the first acknowledgement, while the files are being made.
        assert!(child.wait_for(round % 4), "the child ended by itself");
        let acks = child.kill();
        inspect_copy(&young, &acks).unwrap_or_else(|broken| panic!("{engine:?}, young {round}: {broken}"));
    }
}

#[test]
fn redb_survives_kill_nine() {
    survives(EngineKind::Redb);
}

#[test]
fn sled_survives_kill_nine() {
    survives(EngineKind::Sled);
}
