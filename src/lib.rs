//! The Shop server as a library: the binary and the tests stand on it.

pub mod features;
pub mod federation;
pub mod platform;
