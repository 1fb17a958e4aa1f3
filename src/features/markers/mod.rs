//! Markers.

pub mod table;
