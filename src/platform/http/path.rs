//! Ids in paths: what is no id names no record.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;

use crate::platform::error::{Error, Result};
use crate::platform::ids::Id;

/// The first `{parameter}` of the path as an id; anything else is 404 `Record not found`.
#[derive(Debug, Clone, Copy)]
pub struct PathId<T>(pub Id<T>);

impl<S: Send + Sync, T> FromRequestParts<S> for PathId<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self> {
        let path = RawPathParams::from_request_parts(parts, state).await.map_err(|_| Error::not_found())?;
        let (_, text) = path.iter().next().ok_or_else(Error::not_found)?;
        text.parse().map(Self).map_err(|_| Error::not_found())
    }
}
