//! One binary for all tests of the store; each module is one promise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod queue;
mod support;
mod tables;
