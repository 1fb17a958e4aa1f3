//! Favourites.

pub mod table;
