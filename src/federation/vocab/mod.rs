//! ActivityStreams documents as JSON: reading those of strangers leniently and safely, and the context of our own.
//!
//! Documents are read by plain key names, never by dereferencing contexts (behaviours §18); compact and array forms
//! are both accepted.

mod context;
mod document;
mod origin;
mod parse;

pub use context::{Context, Term};
pub use document::{Document, MAX_ITEMS, View};
pub use origin::{Origin, same_origin};
pub use parse::{ParseError, parse};

/// The collection that stands for everybody, as we write it.
pub const PUBLIC: &str = "https://www.w3.org/ns/activitystreams#Public";

/// The context every ActivityStreams document names.
pub const ACTIVITY_STREAMS: &str = "https://www.w3.org/ns/activitystreams";

/// Whether a recipient stands for everybody, in any of the three spellings JSON-LD allows.
pub fn is_public(uri: &str) -> bool {
    matches!(uri, PUBLIC | "as:Public" | "Public")
}
