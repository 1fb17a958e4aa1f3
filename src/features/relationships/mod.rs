//! Relationships between accounts: follows, requests, blocks, mutes.

pub mod table;
