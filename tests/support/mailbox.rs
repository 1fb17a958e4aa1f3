//! A mail server that takes everything and keeps it, for tests to read.

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

    /// The next mail, its lines joined again where the encoding broke them.
    pub async fn next(&mut self) -> String {
        let waiting = tokio::time::timeout(std::time::Duration::from_secs(30), self.arrived.recv());
        waiting.await.expect("a mail must arrive").unwrap().replace("=\r\n", "").replace("=3D", "=")
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

/// The path and query of the link in a mail.
pub fn link(mail: &str, base: &str) -> String {
    let (_, rest) = mail.split_once(base).unwrap_or_else(|| panic!("no link: {mail}"));
    rest.split_whitespace().next().unwrap().to_owned()
}
