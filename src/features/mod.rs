//! Every noun of the server, a folder each: lower ones first, edges use any core.

pub mod media;
