//! Text as people write it and as HTML carries it: finding, counting, rendering and sanitising.
//!
//! Nothing here reads the store; what depends on it (who is mentioned, which tag address) is asked
//! of the caller through [`html::Links`].

pub mod charset;
pub mod count;
pub mod day;
pub mod emoji;
pub mod entities;
pub mod hashtag;
pub mod head;
pub mod html;
pub mod idn;
pub mod language;
pub mod lookalike;
pub mod plain;
pub mod sanitize;
mod tokens;
pub mod tongue;
pub mod words;
