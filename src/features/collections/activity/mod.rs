//! Collections between servers: what others tell of theirs and ask of ours, and what we tell and ask (behaviours §14).

mod inward;
mod outward;

pub use inward::HANDLERS;
pub use outward::{SendCollection, tell};
