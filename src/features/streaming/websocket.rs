//! The WebSocket side: several subscriptions on one socket, kept alive by pings.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket, close_code};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::channel::{Asked, Channel};
use super::hub::{Heard, Hub, Seat};
use super::render::{Looker, render};
use crate::features::timelines::feeds;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::TokenId;

/// A ping every half minute; no pong until the next one ends the connection (behaviours §15).
const PING: Duration = Duration::from_secs(30);
/// How long one message may take to leave before the client counts as gone.
const SEND: Duration = Duration::from_secs(10);

/// What a client may say.
#[derive(Debug, Deserialize)]
struct Command {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    stream: Value,
    #[serde(default)]
    tag: Option<String>,
    #[serde(default)]
    list: Value,
}

impl Command {
    /// The list, as text or as a number.
    fn list(&self) -> Option<String> {
        match &self.list {
            Value::String(id) => Some(id.clone()),
            Value::Number(id) => Some(id.to_string()),
            _ => None,
        }
    }

    /// Some clients send the stream as text, some as an array with its parameter.
    fn stream(&self) -> Option<&str> {
        self.stream.as_str().or_else(|| self.stream.as_array()?.first()?.as_str())
    }
}

/// Serves one socket until either side ends it.
pub async fn serve(app: App, socket: WebSocket, looker: Looker, token: TokenId, first: Option<Channel>) {
    let hub = app.part::<Hub>();
    let seat = hub.join(looker.account, token);
    let mut connection = Connection { app: &app, socket, looker };
    if let Some(channel) = first {
        connection.subscribe(&seat, &channel).await;
    }
    connection.run(seat).await;
}

struct Connection<'a> {
    app: &'a App,
    socket: WebSocket,
    looker: Looker,
}

impl Connection<'_> {
    async fn run(&mut self, mut seat: Seat<'_>) {
        let mut ping = interval_at(Instant::now() + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut answered = true;
        loop {
            let alive = tokio::select! {
                () = self.app.stopping.cancelled() => self.close(close_code::AWAY).await,
                () = seat.closed.cancelled() => self.close(close_code::POLICY).await,
                heard = seat.notes.recv() => match heard {
                    Some(heard) => self.pass_on(&heard).await,
                    None => false,
                },
                _ = ping.tick() => {
                    let was = std::mem::replace(&mut answered, false);
                    was && self.send(Message::Ping(Vec::new().into())).await
                }
                message = self.socket.recv() => match message {
                    Some(Ok(Message::Text(text))) => self.command(&seat, text.as_str()).await,
                    Some(Ok(Message::Binary(_))) => self.close(close_code::UNSUPPORTED).await,
                    Some(Ok(Message::Pong(_))) => { answered = true; true }
                    Some(Ok(Message::Ping(_))) => true,
                    Some(Ok(Message::Close(_)) | Err(_)) | None => false,
                },
            };
            if !alive {
                return;
            }
        }
    }

    async fn command(&mut self, seat: &Seat<'_>, text: &str) -> bool {
        let Ok(command) = serde_json::from_str::<Command>(text) else { return true };
        let list = command.list();
        let asked = Asked {
            name: command.stream().unwrap_or_default(),
            tag: command.tag.as_deref(),
            list: list.as_deref(),
        };
        let (account, scopes) = (self.looker.account, &self.looker.scopes);
        let found = match command.kind.as_str() {
            "subscribe" => Channel::open(self.app, asked, account, scopes),
            _ => Channel::find(asked, account, scopes),
        };
        match (command.kind.as_str(), found) {
            ("subscribe", Ok(channel)) => self.subscribe(seat, &channel).await,
            ("unsubscribe", Ok(channel)) => {
                seat.leave(&channel);
                true
            }
            ("subscribe" | "unsubscribe", Err(error)) => self.refuse(&error).await,
            _ => true,
        }
    }

    async fn subscribe(&mut self, seat: &Seat<'_>, channel: &Channel) -> bool {
        if !seat.listen(channel) {
            return self.refuse(&Error::bad_request("Too many streams on one connection")).await;
        }
        if let Some(feed) = channel.feed()
            && let Err(error) = feeds::ensure(self.app, feed)
        {
            return self.refuse(&error).await;
        }
        true
    }

    async fn refuse(&mut self, error: &Error) -> bool {
        let body = json!({ "error": error.words(), "status": error.status().as_u16() });
        self.send(Message::Text(body.to_string().into())).await
    }

    async fn pass_on(&mut self, (channel, note): &Heard) -> bool {
        match frame(self.app, &self.looker, channel, note) {
            Ok(Some(text)) => self.send(Message::Text(text.into())).await,
            Ok(None) => true,
            Err(error) => {
                tracing::error!(?error, "cannot render a stream event");
                true
            }
        }
    }

    async fn close(&mut self, code: u16) -> bool {
        self.send(Message::Close(Some(CloseFrame { code, reason: "".into() }))).await;
        false
    }

    async fn send(&mut self, message: Message) -> bool {
        matches!(tokio::time::timeout(SEND, self.socket.send(message)).await, Ok(Ok(())))
    }
}

/// One message: `stream` is an array, `payload` a JSON document as text.
fn frame(app: &App, looker: &Looker, channel: &Channel, note: &super::hub::Note) -> Result<Option<String>> {
    Ok(render(app, looker, channel, note)?.map(|(event, payload)| {
        json!({ "stream": channel.names(), "event": event, "payload": payload }).to_string()
    }))
}
