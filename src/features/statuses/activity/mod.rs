//! Posts and boosts between servers: what comes in, and what goes out to whom.

mod inward;
mod outward;

pub use inward::HANDLERS;
pub use outward::{Distribute, tell};
