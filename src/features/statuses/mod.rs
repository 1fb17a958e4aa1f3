//! Statuses: posting, editing, deleting, boosting, and who may see them.

pub mod table;
