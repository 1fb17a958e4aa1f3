//! A client's WebSocket: events as they come.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::{Person, Shop};

/// An open socket.
pub struct Stream(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// An event: its name, the channel it came on, and its payload.
#[derive(Debug)]
pub struct Event {
    pub name: String,
    pub stream: Value,
    /// The payload as JSON; for `delete` the bare id.
    pub payload: Value,
}

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

impl Stream {
    /// Opens a socket on `?stream=…` and waits until the server has taken the subscription.
    pub async fn open(shop: &Shop, person: &Person, query: &str) -> Self {
        let base = shop.base().replace("http://", "ws://");
        let token = person.token.clone().unwrap();
        let url = format!("{base}/api/v1/streaming?access_token={token}&{query}");
        let (socket, _) = connect_async(url).await.unwrap();
        let mut stream = Self(socket);
        stream.synced().await;
        stream
    }

    /// The status and reason of a refused upgrade.
    pub async fn refused(shop: &Shop, query: &str) -> (u16, String) {
        let base = shop.base().replace("http://", "ws://");
        let request = format!("{base}/api/v1/streaming?{query}").into_client_request().unwrap();
        match connect_async(request).await {
            Err(tokio_tungstenite::tungstenite::Error::Http(response)) => {
                let reason = response.headers().get("x-error-message").and_then(|value| value.to_str().ok());
                (response.status().as_u16(), reason.unwrap_or_default().to_owned())
            }
            other => panic!("the upgrade was not refused: {other:?}"),
        }
    }

    /// Sends a command.
    pub async fn say(&mut self, command: Value) {
        self.0.send(Message::Text(command.to_string().into())).await.unwrap();
    }

    /// Returns once the server has read everything sent before: it answers an impossible subscription.
    pub async fn synced(&mut self) {
        self.say(serde_json::json!({"type": "subscribe", "stream": "nothing like it"})).await;
        let answer = self.message().await;
        assert_eq!(answer["error"], "Unknown stream type", "{answer}");
    }

    /// The next text message.
    pub async fn message(&mut self) -> Value {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.0.next()).await.expect("an event must come");
            match next {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("the stream ended: {other:?}"),
            }
        }
    }

    /// The next event.
    pub async fn next(&mut self) -> Event {
        let message = self.message().await;
        let text = message["payload"].as_str().unwrap_or_else(|| panic!("no payload: {message}"));
        let payload = serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
        let name = message["event"].as_str().unwrap().to_owned();
        let payload = if name == "delete" { Value::String(text.to_owned()) } else { payload };
        Event { name, stream: message["stream"].clone(), payload }
    }

    /// Returns when the server has closed the socket.
    pub async fn closed(mut self) {
        loop {
            match tokio::time::timeout(PATIENCE, self.0.next()).await.expect("the socket must close") {
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Whether an event waits already; asks the server for a sign of life first, so nothing is on its way.
    pub async fn is_silent(&mut self) -> bool {
        self.say(serde_json::json!({"type": "subscribe", "stream": "nothing like it"})).await;
        self.message().await["error"] == "Unknown stream type"
    }
}
