//! One connection to the server, and the requests that go over it.

use std::net::SocketAddr;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderMap, HeaderValue};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

use super::Fault;

/// A request that can be sent as often as one likes.
#[derive(Debug, Clone)]
pub struct Call {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Call {
    /// A GET.
    pub fn get(path: &str) -> Self {
        Self { method: Method::GET, path: path.into(), headers: HeaderMap::new(), body: Bytes::new() }
    }

    /// A POST with a JSON body.
    pub fn post(path: &str, body: &Value) -> Self {
        Self::with_body(Method::POST, path, body)
    }

    /// A PATCH with a JSON body.
    pub fn patch(path: &str, body: &Value) -> Self {
        Self::with_body(Method::PATCH, path, body)
    }

    fn with_body(method: Method, path: &str, body: &Value) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { method, path: path.into(), headers, body: body.to_string().into() }
    }

    /// A POST of a body with the headers that were signed.
    pub fn signed(path: &str, headers: HeaderMap, body: Vec<u8>) -> Self {
        Self { method: Method::POST, path: path.into(), headers, body: body.into() }
    }

    /// As the owner of a token.
    pub fn with_token(mut self, token: &HeaderValue) -> Self {
        self.headers.insert(AUTHORIZATION, token.clone());
        self
    }
}

/// A connection that is used again and again.
pub struct Line {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Line {
    /// Connects; `host` is the name by which the server knows itself.
    pub async fn open(address: SocketAddr, host: &str) -> Result<Self, Fault> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(Self { sender, host: HeaderValue::from_str(host)? })
    }

    /// Sends and reads the whole answer.
    pub async fn call(&mut self, call: &Call) -> Result<(u16, Bytes), Fault> {
        let mut request = Request::new(Full::new(call.body.clone()));
        *request.method_mut() = call.method.clone();
        *request.uri_mut() = call.path.parse()?;
        *request.headers_mut() = call.headers.clone();
        request.headers_mut().insert(HOST, self.host.clone());
        self.sender.ready().await?;
        let answer = self.sender.send_request(request).await?;
        let status = answer.status().as_u16();
        Ok((status, answer.into_body().collect().await?.to_bytes()))
    }

    /// The JSON of a good answer.
    pub async fn json(&mut self, call: &Call) -> Result<Value, Fault> {
        let (status, body) = self.call(call).await?;
        if !(200..300).contains(&status) {
            let words = String::from_utf8_lossy(&body).chars().take(300).collect::<String>();
            return Err(format!("{} {} was answered {status}: {words}", call.method, call.path).into());
        }
        if body.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&body)?) }
    }
}
