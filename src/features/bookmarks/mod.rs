//! Bookmarks.

pub mod table;
