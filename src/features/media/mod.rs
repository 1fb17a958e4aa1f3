//! Media: uploads, their processing, and the way to their bytes.

pub mod picture;
pub mod table;
