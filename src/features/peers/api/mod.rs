//! What other servers ask of us: discovery documents, actors and their collections, posts, and the inboxes.

pub mod actors;
pub mod caller;
pub mod contexts;
pub mod discovery;
pub mod inbox;
pub mod objects;
