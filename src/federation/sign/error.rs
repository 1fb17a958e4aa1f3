//! Why a signed request is turned away, with the status and the text the sender gets.

/// What is wrong with a signature. The text goes to the sender as `{"error": …}`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// There is no `Signature` header.
    #[error("Request not signed")]
    Unsigned,
    /// The header cannot be read.
    #[error("Error parsing signature parameters: {0}")]
    Malformed(&'static str),
    /// An algorithm other than `rsa-sha256` and `hs2019`.
    #[error("Unsupported signature algorithm (only rsa-sha256 and hs2019 are supported)")]
    Algorithm,
    /// Something that must be covered by the signature is not.
    #[error("The {0} must be signed")]
    NotCovered(&'static str),
    /// A covered header or parameter is missing, repeated or unreadable in the request.
    #[error("Invalid signed header: {0}")]
    Header(String),
    /// The `Digest` header does not belong to the body.
    #[error("Invalid Digest value: {0}")]
    Digest(&'static str),
    /// The request is too old or from the future.
    #[error("Signed request date outside acceptable time window")]
    Time,
    /// The request was meant for another server.
    #[error("Signed request is for another host")]
    Host,
    /// The signature does not belong to the request or was made by another key. The one case in which a freshly
    /// fetched key may help.
    #[error("Verification failed for {0}")]
    Verification(String),
    /// The key could not be fetched.
    #[error("Unable to fetch key: {0}")]
    Key(String),
    /// The sender's domain is blocked.
    #[error("This action is not allowed")]
    Blocked,
}

impl SignatureError {
    /// The HTTP status of the answer: 400 for what cannot be read, 403 for blocked senders, 503 where the key could not
    /// be fetched, else 401 (behaviours §19).
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed(_) => 400,
            Self::Blocked => 403,
            Self::Key(_) => 503,
            _ => 401,
        }
    }

    /// Whether the same check may pass with a newer key of the same actor.
    pub fn wants_fresh_key(&self) -> bool {
        matches!(self, Self::Verification(_))
    }
}
