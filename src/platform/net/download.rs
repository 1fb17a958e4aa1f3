//! Answers: read as a whole or piece by piece, never longer and never for longer than the request allowed.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::Stream;
use reqwest::header::HeaderMap;
use reqwest::{Response, StatusCode, Url};
use tokio::time::Instant;

use super::hosts::Slot;
use super::{NetError, network};

/// Most bytes of an unwanted body that are read so that its connection can be used again.
const DRAIN_BYTES: usize = 16 * 1024;
/// Longest time spent on that.
const DRAIN_TIME: Duration = Duration::from_secs(1);

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Fetched {
    /// The status; always 2xx.
    pub status: StatusCode,
    /// The headers of the last response.
    pub headers: HeaderMap,
    /// The URL that answered, after redirects, without a fragment.
    pub final_url: Url,
    /// The body, decompressed.
    pub body: Bytes,
}

/// An answer whose body is still to come. Dropping it ends the transfer.
pub struct Download {
    response: Response,
    final_url: Url,
    left: usize,
    deadline: Instant,
    _slot: Slot,
}

impl Download {
    pub(super) fn new(
        response: Response,
        final_url: Url,
        max_bytes: usize,
        deadline: Instant,
        slot: Slot,
    ) -> Self {
        Self { response, final_url, left: max_bytes, deadline, _slot: slot }
    }

    /// The status; always 2xx.
    pub fn status(&self) -> StatusCode {
        self.response.status()
    }

    /// The headers of the last response.
    pub fn headers(&self) -> &HeaderMap {
        self.response.headers()
    }

    /// The URL that answered, after redirects, without a fragment.
    pub fn final_url(&self) -> &Url {
        &self.final_url
    }

    /// The length the peer announced, in bytes; none when it did not or when the body is compressed.
    pub fn content_length(&self) -> Option<u64> {
        self.response.content_length()
    }

    /// The next piece of the body, decompressed; None at its end.
    ///
    /// # Errors
    /// [`NetError::TooLarge`] once the pieces exceed the request's limit, [`NetError::Timeout`], [`NetError::Network`].
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, NetError> {
        let chunk = match tokio::time::timeout_at(self.deadline, self.response.chunk()).await {
            Err(_) => return Err(NetError::Timeout),
            Ok(Err(error)) => return Err(network(&error)),
            Ok(Ok(chunk)) => chunk,
        };
        if let Some(chunk) = &chunk {
            self.left = self.left.checked_sub(chunk.len()).ok_or(NetError::TooLarge)?;
        }
        Ok(chunk)
    }

    /// The pieces as a stream that ends after its first error.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, NetError>> + Send {
        futures_util::stream::unfold(Some(self), |download| async move {
            let mut download = download?;
            match download.chunk().await {
                Ok(None) => None,
                Ok(Some(chunk)) => Some((Ok(chunk), Some(download))),
                Err(error) => Some((Err(error), None)),
            }
        })
    }

    /// Reads the rest of the body.
    ///
    /// # Errors
    /// As [`Download::chunk`].
    pub async fn read_all(mut self) -> Result<Fetched, NetError> {
        let mut body = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(self.into_fetched(body))
    }

    /// Reads what comes of the body, up to the limit; a body that breaks off is no failure.
    pub(super) async fn read_cut(mut self) -> Fetched {
        let mut body = BytesMut::new();
        while let Ok(Some(chunk)) = self.chunk().await {
            body.extend_from_slice(&chunk);
        }
        self.into_fetched(body)
    }

    fn into_fetched(self, body: BytesMut) -> Fetched {
        Fetched {
            status: self.response.status(),
            headers: self.response.headers().clone(),
            final_url: self.final_url,
            body: body.freeze(),
        }
    }
}

/// Reads a short unwanted body to its end; a long or slow one costs the connection instead.
pub(super) async fn drain(mut response: Response, deadline: Instant) {
    let read = async {
        let mut left = DRAIN_BYTES;
        while let Ok(Some(chunk)) = response.chunk().await {
            match left.checked_sub(chunk.len()) {
                Some(rest) => left = rest,
                None => return,
            }
        }
    };
    let _ = tokio::time::timeout_at(deadline.min(Instant::now() + DRAIN_TIME), read).await;
}
