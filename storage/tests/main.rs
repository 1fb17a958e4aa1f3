//! One binary for all tests of the store; each module is one promise.

mod queue;
mod support;
mod tables;
