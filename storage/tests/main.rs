//! One binary for all tests of the store; each module is one promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod blobs;
mod crash;
mod damage;
mod keys;
mod maintain;
mod model;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod powercut;
mod queue;
mod queue_model;
mod records;
mod search;
mod support;
mod tables;
mod writer;
