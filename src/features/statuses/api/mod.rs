//! Statuses over HTTP, one file a group of verbs.

mod marks;
pub mod oembed;
mod read;
mod write;

pub use self::marks::{
    bookmark, favourite, mute, pin, reblog, unbookmark, unfavourite, unmute, unpin, unreblog,
};
pub use self::read::{context, history, many, of_account, one, reblogged_by, source, translate};
pub use self::write::{delete, post, put};
