//! Where the bytes of a picture, video or sound are.

use serde::{Deserialize, Serialize};

/// Where bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// In our blob store, under this path.
    Blob(String),
    /// On its own server; shown through the media route.
    Remote(String),
}

impl Place {
    /// Where the bytes can be fetched: below `/media/` of this server, or where they lie. For other servers; people
    /// here get remote bytes through the media route.
    pub fn url(&self, base_url: &str) -> String {
        match self {
            Self::Blob(path) => format!("{base_url}/media/{path}"),
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
