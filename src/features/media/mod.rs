//! Media: uploads, their processing, and the way to their bytes.

pub mod table;
