//! Pictures and other files of posts and profiles.

pub mod picture;
