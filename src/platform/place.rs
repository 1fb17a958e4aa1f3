//! Where the bytes of a picture, video or sound are.

use serde::{Deserialize, Serialize};

use super::config::Config;
use super::files::blob_url;

/// Where bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In our blob store, under this path.
    Blob(String),
    /// On its own server; shown through the media route.
    Remote(String),
}

impl Place {
    /// Where other servers fetch the bytes: our public address of them, or where they lie. People here get remote
    /// bytes through the media route.
    pub fn url(&self, config: &Config) -> String {
        match self {
            Self::Blob(path) => blob_url(config, path),
            Self::Remote(url) => url.clone(),
        }
    }

    /// The path in our blob store, when the bytes are ours.
    pub fn blob(&self) -> Option<&str> {
        match self {
            Self::Blob(path) => Some(path),
            Self::Remote(_) => None,
        }
    }

    /// The address on its own server, when the bytes are not ours.
    pub fn remote(&self) -> Option<&str> {
        match self {
            Self::Remote(url) => Some(url),
            Self::Blob(_) => None,
        }
    }
}
