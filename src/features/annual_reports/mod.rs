//! Annual reports: none is ever made here, and the answers say so.

pub mod api;
