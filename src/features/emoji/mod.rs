//! Custom emoji.

pub mod table;
