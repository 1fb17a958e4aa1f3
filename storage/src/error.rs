//! The one error type of the crate.

use std::path::Path;

use crate::{key::KeyError, record::RecordError};

/// What the functions of this crate answer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong with durable state. Cheap to clone, so that one failed commit can be told to
/// every caller whose change was in it.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The engine refused or failed; after a failed commit the store takes no more writes until it is reopened.
    #[error("{engine}: {message}")]
    Engine {
        /// Name of the engine.
        engine: &'static str,
        /// What it said.
        message: String,
    },
    /// The engine's files hold something else than it wrote: a failing disk, a copy cut short, the hand of another
    /// program. What the damage does not touch can still be read.
    #[error("{path} is damaged: {message}")]
    Damaged {
        /// The engine's file or folder.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// A value could not be written or read back as its record type.
    #[error("record in table {table} at key {key}: {source}")]
    Record {
        /// Name of the table.
        table: &'static str,
        /// The key, in hexadecimal.
        key: String,
        /// What is wrong with the value.
        source: RecordError,
    },
    /// A stored key could not be read back as the key type of its table.
    #[error("key {key} in table {table}: {source}")]
    Key {
        /// Name of the table or index.
        table: &'static str,
        /// The key, in hexadecimal.
        key: String,
        /// What is wrong with the key.
        source: KeyError,
    },
    /// A unique index already leads this key to another row. Nothing was changed.
    #[error("unique index {index} already has this key")]
    Conflict {
        /// Name of the index.
        index: &'static str,
    },
    /// One change wrote more than [`crate::Txn::MAX_BYTES`]. Nothing was changed.
    #[error("change writes more than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// The store was closed; no more changes are taken.
    #[error("the store is closed")]
    Closed,
    /// The change panicked. Nothing it did was kept.
    #[error("the change panicked")]
    Panicked,
    /// The data folder holds a store of another engine.
    #[error("the folder holds a store of engine {found}, not {wanted}: open it as {found}, or convert it")]
    OtherEngine {
        /// The engine whose files are there.
        found: &'static str,
        /// The engine that was asked for.
        wanted: &'static str,
    },
    /// Another process, or another handle in this one, has the store open.
    #[error("the store at {path} is in use")]
    InUse {
        /// The engine's file or folder.
        path: String,
    },
    /// There is no store to work on, or there is one where none may be.
    #[error("{0}")]
    Place(String),
    /// The store was written by a later version of the program.
    #[error("the store has layout {found}; this program knows layouts up to {known}")]
    Layout {
        /// Layout number found in the store.
        found: u64,
        /// Newest layout this program reads.
        known: u64,
    },
    /// Two tables share a number or a name, or a number now bears another name than in the store.
    #[error("catalog: {0}")]
    Catalog(String),
    /// The file system failed.
    #[error("{what}: {message}")]
    Io {
        /// What was tried.
        what: String,
        /// What the system said.
        message: String,
    },
    /// The search index failed. It can be deleted and built anew from the store.
    #[error("search index: {0}")]
    Search(String),
    /// No blob has this path.
    #[error("no blob at {path}")]
    BlobMissing {
        /// The path asked for.
        path: String,
    },
    /// A blob path or a blob store address is not acceptable, or the object store failed.
    #[error("blob store: {0}")]
    Blob(String),
}

impl Error {
    /// Damage in a file that whoever knows its name tells with [`Error::at`].
    pub(crate) fn damaged(message: impl Into<String>) -> Error {
        Error::Damaged { path: String::new(), message: message.into() }
    }

    /// Names the file of an engine in an error about it.
    pub(crate) fn at(self, home: &Path) -> Error {
        match self {
            Error::Damaged { message, .. } => Error::Damaged { path: home.display().to_string(), message },
            Error::InUse { .. } => Error::InUse { path: home.display().to_string() },
            error => error,
        }
    }

    pub(crate) fn io(what: impl Into<String>, error: &std::io::Error) -> Error {
        Error::Io { what: what.into(), message: error.to_string() }
    }
}

/// Bytes as hexadecimal digits, at most the first 64 of them: keys in messages.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len().min(64) * 2 + 3);
    for byte in bytes.iter().take(64) {
        let _ = write!(text, "{byte:02x}");
    }
    if bytes.len() > 64 {
        text.push_str("...");
    }
    text
}
