//! The Shop server as a library: the binary and the tests stand on it.
//!
//! Who may import whom (each may use what stands to its right, never leftward):
//! `main -> cli -> router -> web -> features -> federation -> platform -> storage`.

pub mod cli;
pub mod features;
pub mod federation;
pub mod platform;
pub mod router;
pub mod server;
pub mod web;
