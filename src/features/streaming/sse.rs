//! The server-sent events side: one channel a connection.

use std::convert::Infallible;
use std::time::Duration;

use async_stream::stream;
use axum::body::{Body, Bytes};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, interval_at};

use super::channel::Channel;
use super::hub::Hub;
use super::render::{Looker, render};
use crate::features::timelines::feeds;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::TokenId;

/// A heartbeat every quarter of a minute (behaviours §15).
const THUMP: Duration = Duration::from_secs(15);

/// Answers with an endless stream of events.
///
/// # Errors
/// When the home feed cannot be built.
pub fn serve(app: App, looker: Looker, token: TokenId, channel: Channel) -> Result<Response> {
    if let Some(feed) = channel.feed() {
        feeds::ensure(&app, feed)?;
    }
    let events = stream! {
        yield Ok::<_, Infallible>(Bytes::from_static(b":)\n"));
        let hub = app.part::<Hub>();
        let mut seat = hub.join(looker.account, token);
        seat.listen(&channel);
        let mut thump = interval_at(Instant::now() + THUMP, THUMP);
        loop {
            tokio::select! {
                () = app.stopping.cancelled() => break,
                () = seat.closed.cancelled() => break,
                _ = thump.tick() => yield Ok(Bytes::from_static(b":thump\n\n")),
                heard = seat.notes.recv() => {
                    let Some((channel, note)) = heard else { break };
                    match render(&app, &looker, &channel, &note) {
                        Ok(Some((event, payload))) => {
                            yield Ok(Bytes::from(format!("event: {event}\ndata: {payload}\n\n")));
                        }
                        Ok(None) => {}
                        Err(error) => tracing::error!(?error, "cannot render a stream event"),
                    }
                }
            }
        }
    };
    let mut response = Body::from_stream(events).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    Ok(response)
}
