//! Users: the people behind local accounts.

pub mod table;
