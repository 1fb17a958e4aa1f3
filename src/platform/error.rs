//! The one error type, with two faces: what the client may read and what the log keeps.
//!
//! Rules answer with the constructors here ([`Error::not_found`], [`Error::invalid`], …); faults of the
//! machine come in through `From` and show the client nothing but a fixed sentence. The table from
//! kind to status is [`Error::status`]; the texts are those of behaviours §1.

use std::borrow::Cow;
use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

/// What every rule, handler and job of the server returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, by the status it becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 400: a required parameter is missing or impossible.
    BadRequest,
    /// 401: no token, or one that is not good any more.
    Unauthorized,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404: not there, or not visible to the caller.
    NotFound,
    /// 409: lost against a concurrent change.
    Conflict,
    /// 410: was there, is gone for good.
    Gone,
    /// 413: body beyond the limit.
    TooLarge,
    /// 422: understood, but refused by a rule.
    Invalid,
    /// 429: too many requests.
    TooMany,
    /// 500: a fault of ours.
    Internal,
    /// 503: something we depend on did not answer.
    Unavailable,
}

/// An error with a public face (kind, words, extra JSON keys) and a private cause.
pub struct Error(Box<Inner>);

struct Inner {
    kind: Kind,
    words: Cow<'static, str>,
    extra: Map<String, Value>,
    challenge: bool,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error of `kind` that shows `words` to the client.
    pub fn new(kind: Kind, words: impl Into<Cow<'static, str>>) -> Self {
        Self(Box::new(Inner { kind, words: words.into(), extra: Map::new(), challenge: false, cause: None }))
    }

    /// 400 with a message about the parameter.
    pub fn bad_request(words: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::BadRequest, words)
    }

    /// 404 `Record not found`: unknown id or invisible post.
    pub fn not_found() -> Self {
        Self::new(Kind::NotFound, "Record not found")
    }

    /// 403 `This action is not allowed`.
    pub fn forbidden() -> Self {
        Self::new(Kind::Forbidden, "This action is not allowed")
    }

    /// 403 `This action is outside the authorized scopes`.
    pub fn outside_scopes() -> Self {
        Self::new(Kind::Forbidden, "This action is outside the authorized scopes")
    }

    /// 401 `The access token is invalid`, with the challenge header of behaviours §1.
    pub fn invalid_token() -> Self {
        Self::token("The access token is invalid")
    }

    /// 401 for a token that was revoked, with the challenge header.
    pub fn revoked_token() -> Self {
        Self::token("The access token was revoked")
    }

    fn token(words: &'static str) -> Self {
        let mut error = Self::new(Kind::Unauthorized, words);
        error.0.challenge = true;
        error
    }

    /// 422 `This method requires an authenticated user`: an app token where a person is needed.
    pub fn user_required() -> Self {
        Self::new(Kind::Invalid, "This method requires an authenticated user")
    }

    /// 422 `Validation failed: …`.
    pub fn invalid(reason: impl fmt::Display) -> Self {
        Self::new(Kind::Invalid, format!("Validation failed: {reason}"))
    }

    /// 422 with exactly these words.
    pub fn unprocessable(words: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Invalid, words)
    }

    /// 500 for a broken promise of our own; `cause` goes to the log only.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Internal, "There was an internal error").because(cause)
    }

    /// 503 `Remote data could not be fetched`.
    pub fn unreachable(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(Kind::Unavailable, "Remote data could not be fetched").because(cause)
    }

    /// Adds a cause for the log.
    pub fn because(mut self, cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.0.cause = Some(cause.into());
        self
    }

    /// Adds a key beside `error` in the JSON body, such as `details` or `error_description`.
    pub fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.extra.insert(key.to_owned(), value.into());
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// The words the client sees.
    pub fn words(&self) -> &str {
        &self.0.words
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        match self.0.kind {
            Kind::BadRequest => StatusCode::BAD_REQUEST,
            Kind::Unauthorized => StatusCode::UNAUTHORIZED,
            Kind::Forbidden => StatusCode::FORBIDDEN,
            Kind::NotFound => StatusCode::NOT_FOUND,
            Kind::Conflict => StatusCode::CONFLICT,
            Kind::Gone => StatusCode::GONE,
            Kind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Kind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
            Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    fn body(&self) -> Value {
        let mut body = json!({ "error": self.0.words });
        if let Value::Object(map) = &mut body {
            map.extend(self.0.extra.clone());
        }
        body
    }
}

impl Error {
    /// The fault that lies behind it, where it is of this type.
    pub fn cause_as<E: std::error::Error + 'static>(&self) -> Option<&E> {
        self.0.cause.as_ref()?.downcast_ref()
    }

    /// What lies behind it, for those who look after the server; `None` when that is nothing more than its words.
    pub fn causes(&self) -> Option<String> {
        let mut text = String::new();
        let mut cause: Option<&dyn std::error::Error> = self.0.cause.as_deref().map(|c| c as _);
        while let Some(error) = cause {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&error.to_string());
            cause = error.source();
        }
        (!text.is_empty()).then_some(text)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.words)?;
        self.causes().map_or(Ok(()), |causes| write!(f, ": {causes}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for Error {}

impl From<shop_storage::Error> for Error {
    fn from(error: shop_storage::Error) -> Self {
        match error {
            shop_storage::Error::Conflict { .. } => {
                Self::new(Kind::Invalid, "Duplicate record").because(error)
            }
            shop_storage::Error::Closed => {
                Self::new(Kind::Unavailable, "The server is shutting down").because(error)
            }
            _ => Self::internal(error),
        }
    }
}

impl From<tokio::task::JoinError> for Error {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let status = self.status();
        if status.is_server_error() {
            tracing::error!(error = ?self, "request failed");
        } else {
            tracing::debug!(error = ?self, "request refused");
        }
        let mut response = (status, Json(self.body())).into_response();
        if self.0.challenge
            && let Ok(value) = HeaderValue::from_str(&format!(
                "Bearer realm=\"Doorkeeper\", error=\"invalid_token\", error_description=\"{}\"",
                self.0.words
            ))
        {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cause_is_for_the_log_only() {
        let error = Error::internal("disk on fire");
        assert_eq!(error.body(), json!({"error": "There was an internal error"}));
        assert!(format!("{error:?}").contains("disk on fire"));
    }

    #[test]
    fn extra_keys_stand_beside_the_words() {
        let error =
            Error::invalid("Username has already been taken").with("details", json!({"username": []}));
        assert_eq!(error.status(), StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(error.body()["error"], "Validation failed: Username has already been taken");
        assert_eq!(error.body()["details"], json!({"username": []}));
    }
}
