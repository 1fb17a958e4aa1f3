//! The error answers of OAuth (RFC 6749 §4.1.2.1, §5.2; RFC 7009 §2.2.1).

use crate::platform::error::{Error, Kind};

/// The code in `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// Unknown application or wrong secret.
    InvalidClient,
    /// The code is not good, or not for this request.
    InvalidGrant,
    /// A parameter is missing or malformed.
    InvalidRequest,
    /// A scope is unknown or beyond what the application was registered with.
    InvalidScope,
    /// Somebody else's token.
    UnauthorizedClient,
    /// Another grant than the two there are.
    UnsupportedGrantType,
    /// Another response than a code.
    UnsupportedResponseType,
    /// The person said no.
    AccessDenied,
}

impl Code {
    /// As it stands in `error`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::InvalidRequest => "invalid_request",
            Self::InvalidScope => "invalid_scope",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::AccessDenied => "access_denied",
        }
    }

    /// As it stands in `error_description`.
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvalidClient => {
                "The application is unknown here, or its credentials are missing or wrong."
            }
            Self::InvalidGrant => {
                "The authorization code is unknown, used or expired, or does not belong to this application, \
                 redirect address and verifier."
            }
            Self::InvalidRequest => "A parameter is missing, malformed or not supported.",
            Self::InvalidScope => {
                "A requested scope is unknown, or beyond what the application has registered."
            }
            Self::UnauthorizedClient => "The token belongs to another application.",
            Self::UnsupportedGrantType => {
                "The grants of this server are authorization_code and client_credentials."
            }
            Self::UnsupportedResponseType => "The only response type of this server is code.",
            Self::AccessDenied => "The owner of the account has refused.",
        }
    }

    const fn kind(self) -> Kind {
        match self {
            Self::InvalidClient => Kind::Unauthorized,
            Self::UnauthorizedClient | Self::AccessDenied => Kind::Forbidden,
            _ => Kind::BadRequest,
        }
    }
}

/// `{error, error_description}` with the status of the code.
pub fn error(code: Code) -> Error {
    Error::new(code.kind(), code.word()).with("error_description", code.description())
}
