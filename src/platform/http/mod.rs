//! Pieces of the HTTP side that belong to no feature.

pub mod rate;
