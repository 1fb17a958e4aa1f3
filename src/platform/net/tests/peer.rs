//! A scripted HTTP/1.1 peer on a real socket, for answers no well-behaved server would give.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What the peer does with a request.
pub enum Reply {
    /// Sends these bytes and closes.
    Bytes(Vec<u8>),
    /// Sends these bytes once [`Peer::release`] was called.
    Held(Vec<u8>),
    /// Sends these bytes and then nothing, holding the connection open.
    Stall(Vec<u8>),
    /// Sends a body without end.
    Endless,
}

/// A whole response with its length.
pub fn reply(status: &str, headers: &str, body: &[u8]) -> Reply {
    let head =
        format!("HTTP/1.1 {status}\r\n{headers}content-length: {}\r\nconnection: close\r\n\r\n", body.len());
    Reply::Bytes([head.as_bytes(), body].concat())
}

pub struct Peer {
    pub port: u16,
    address: String,
    seen: Arc<Mutex<Vec<String>>>,
    released: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Peer {
    pub async fn start(ip: &str, script: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
        Self::start_on(ip, 0, script).await
    }

    pub async fn start_on(
        ip: &str,
        port: u16,
        script: impl Fn(&str) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((ip, port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (released, held) = watch::channel(false);
        let (log, script) = (Arc::clone(&seen), Arc::new(script));
        let task = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                tokio::spawn(serve(socket, Arc::clone(&log), Arc::clone(&script), held.clone()));
            }
        });
        Self { port, address: format!("{ip}:{port}"), seen, released, task }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Every request so far: head and body, header names in lower case.
    pub fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }

    pub fn release(&self) {
        self.released.send_replace(true);
    }

    pub async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
    }
}

async fn serve(
    mut socket: TcpStream,
    log: Arc<Mutex<Vec<String>>>,
    script: Arc<impl Fn(&str) -> Reply>,
    mut held: watch::Receiver<bool>,
) {
    let Some(request) = read(&mut socket).await else { return };
    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
    log.lock().unwrap().push(request);
    match script(&path) {
        Reply::Bytes(bytes) => {
            let _ = socket.write_all(&bytes).await;
            let _ = socket.shutdown().await;
        }
        Reply::Held(bytes) => {
            let _ = held.wait_for(|released| *released).await;
            let _ = socket.write_all(&bytes).await;
        }
        Reply::Stall(bytes) => {
            let _ = socket.write_all(&bytes).await;
            // Until the client has had enough and closes.
            let _ = socket.read(&mut [0; 16]).await;
        }
        Reply::Endless => {
            let _ = socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while socket.write_all(&[b'x'; 4096]).await.is_ok() {}
        }
    }
}

async fn read(socket: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut piece = [0; 4096];
        let length = socket.read(&mut piece).await.ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&piece[..length]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let expected = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .map_or(0, |length| length.parse().unwrap());
        if body.len() >= expected {
            return Some(text.into_owned());
        }
    }
}

/// A gzip stream of `length` zero bytes, without its check sum: one literal, then copies of 258 bytes each.
pub fn gzip_of_zeros(length: usize) -> Vec<u8> {
    let mut bytes = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    let (mut pending, mut filled) = (0_u32, 0);
    let mut put = |value: u32, count: u32| {
        for bit in (0..count).rev() {
            pending |= (value >> bit & 1) << filled;
            filled += 1;
            if filled == 8 {
                bytes.push(u8::try_from(pending).unwrap());
                (pending, filled) = (0, 0);
            }
        }
    };
    // Last block, fixed codes; the literal 0; then length 258 at distance 1; the end of the block; padding.
    put(0b110, 3);
    put(0b0011_0000, 8);
    for _ in 0..length / 258 {
        put(0b1100_0101, 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 7);
    bytes
}
