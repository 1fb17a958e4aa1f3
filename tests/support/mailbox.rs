//! A mail server that takes everything and keeps it, for tests to read.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// All mail that arrives.
pub struct Mailbox {
    /// For `mail.smtp_url`.
    pub url: String,
    arrived: UnboundedReceiver<String>,
}

impl Mailbox {
    /// Starts it.
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let url = format!("smtp://127.0.0.1:{}?tls=none", listener.local_addr().unwrap().port());
        let (sender, arrived) = unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(take(stream, sender.clone()));
            }
        });
        Self { url, arrived }
    }

    /// The next mail as its reader sees it: headers and text without their encoding.
    pub async fn next(&mut self) -> String {
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(30), self.arrived.recv());
        readable(&waiting.await.expect("a mail must arrive").unwrap())
    }

    /// Whether nothing more has arrived.
    pub fn is_empty(&mut self) -> bool {
        self.arrived.try_recv().is_err()
    }
}

async fn take(stream: TcpStream, sender: UnboundedSender<String>) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let _ = write.write_all(b"220 mailbox\r\n").await;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.to_uppercase().as_str() {
            "DATA" => {
                let _ = write.write_all(b"354 go on\r\n").await;
                let mut mail = String::new();
                while let Ok(Some(line)) = lines.next_line().await {
                    if line == "." {
                        break;
                    }
                    mail.push_str(&line);
                    mail.push_str("\r\n");
                }
                let _ = sender.send(mail);
                "250 taken\r\n"
            }
            "QUIT" => "221 bye\r\n",
            _ => "250 fine\r\n",
        };
        if write.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Headers with their lines joined and encoded words decoded (RFC 2047), then the text by its transfer encoding.
fn readable(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ");
    let body = match head.lines().find_map(|line| line.strip_prefix("Content-Transfer-Encoding: ")) {
        Some("base64") => text(BASE64_STANDARD.decode(body.replace("\r\n", "")).unwrap()),
        Some("quoted-printable") => text(unquoted(&body.replace("=\r\n", ""))),
        _ => body.to_owned(),
    };
    let head: Vec<String> = head.lines().map(decoded).collect();
    format!("{}\r\n\r\n{body}", head.join("\r\n"))
}

/// A header with its words in base64 decoded.
fn decoded(line: &str) -> String {
    let mut out = String::new();
    // A blank between two encoded words is none.
    let line = line.replace("?= =?", "?==?");
    let mut rest = line.as_str();
    while let Some((before, word)) = rest.split_once("=?utf-8?b?") {
        let (word, after) = word.split_once("?=").unwrap();
        out.push_str(before);
        out.push_str(&text(BASE64_STANDARD.decode(word).unwrap()));
        rest = after;
    }
    out + rest
}

/// What `=XX` stands for.
fn unquoted(body: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = body.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let code = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&code).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    bytes
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

/// The path and query of the link in a mail.
pub fn link(mail: &str, base: &str) -> String {
    let (_, rest) = mail.split_once(base).unwrap_or_else(|| panic!("no link: {mail}"));
    rest.split_whitespace().next().unwrap().to_owned()
}
