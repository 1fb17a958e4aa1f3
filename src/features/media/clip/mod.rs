//! Videos and sounds: what they are, what may come in, and what is made of them, by the programs `ffmpeg` and
//! `ffprobe` where the machine has them.
//!
//! The programs run as child processes on files in the scratch folder, never on addresses: they may open nothing but
//! files, and read nothing but the one container that the first bytes of the file announce.

mod convert;
mod container;
mod probe;
mod tools;

pub use container::{Container, sniff};
pub use convert::{Made, convert, loop_of, still_of};
pub use probe::{Facts, Picture, probe};
pub use tools::{Tools, tools};

use crate::platform::child::ChildError;

/// Most bytes of a video or sound that come in (behaviours §6).
pub const BYTES: u64 = 99 * 1024 * 1024;
/// Most pixels of a frame (behaviours §6).
pub const PIXELS: u64 = 8_294_400;
/// Most frames a second (behaviours §6).
pub const FRAME_RATE: u32 = 120;
/// Most frames (behaviours §6).
pub const FRAMES: u64 = 36_000;

/// Why a video or sound was not taken, or not made.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The content is nothing that we take.
    #[error("the content is no video and no sound of a type we take")]
    UnknownType,
    /// It is beyond a limit; the words say which.
    #[error("{0}")]
    Limit(String),
    /// The program did not do its work.
    #[error(transparent)]
    Child(#[from] ChildError),
    /// The program was not understood, or a file is not where it should be.
    #[error("{0}")]
    Odd(String),
}

impl From<std::io::Error> for ClipError {
    fn from(error: std::io::Error) -> Self {
        Self::Child(ChildError::Start(error))
    }
}

impl ClipError {
    /// Whether the same work may come to a good end at another time: the file is not to blame.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Child(ChildError::Stopping | ChildError::Start(_)))
    }
}
