//! Notifications: made, filtered, read.

pub mod table;
