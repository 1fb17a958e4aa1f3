//! The one integration-test binary.

// A test that meets what must not be should stop at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod command_line;
