//! Why a request to another server brought no answer that can be used, and whether trying again makes sense.

/// Longest reason kept, in bytes; reasons are shown to administrators and stored with failed deliveries.
const MAX_REASON: usize = 200;

/// What can go wrong with an outgoing request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// Our own rules forbid the request: scheme, address, too many redirects.
    #[error("refused: {0}")]
    Refused(String),
    /// The peer took too long.
    #[error("timed out")]
    Timeout,
    /// The answer is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// The answer has a status other than 2xx.
    #[error("status {0}")]
    Status(u16),
    /// The answer is of a type that was not asked for.
    #[error("unexpected content type {0:?}")]
    ContentType(String),
    /// Name, connection, TLS or HTTP failed.
    #[error("network: {0}")]
    Network(String),
}

impl NetError {
    /// A network failure with a reason of bounded length.
    pub fn network(reason: &str) -> Self {
        Self::Network(shorten(reason))
    }

    pub(super) fn content_type(found: &str) -> Self {
        Self::ContentType(shorten(found))
    }

    /// Whether trying again later is pointless: 4xx except 401, 408 and 429, and 501 (behaviours §23), and everything
    /// our own rules refuse. Timeouts, failing networks and other statuses may pass.
    pub fn is_final(&self) -> bool {
        match self {
            Self::Status(401 | 408 | 429) => false,
            Self::Status(status) => (400..500).contains(status) || *status == 501,
            Self::Refused(_) | Self::TooLarge | Self::ContentType(_) => true,
            Self::Timeout | Self::Network(_) => false,
        }
    }
}

fn shorten(text: &str) -> String {
    text.get(..text.floor_char_boundary(MAX_REASON)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn final_failures_are_those_that_no_repetition_mends() {
        for status in [400, 403, 404, 405, 410, 413, 422, 451, 499, 501] {
            assert!(NetError::Status(status).is_final(), "{status}");
        }
        for status in [301, 304, 401, 408, 429, 500, 502, 503, 504, 520] {
            assert!(!NetError::Status(status).is_final(), "{status}");
        }
        assert!(!NetError::Timeout.is_final() && !NetError::network("reset").is_final());
        assert!(NetError::Refused("private".into()).is_final() && NetError::TooLarge.is_final());
    }

    #[test]
    fn reasons_are_cut_between_characters() {
        let NetError::Network(reason) = NetError::network(&"é".repeat(300)) else { unreachable!() };
        assert_eq!(reason, "é".repeat(100));
    }
}
