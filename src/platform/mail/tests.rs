//! Mails against a mail server of a few lines.

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;

use super::super::config::Config;
use super::*;

/// Takes one mail and returns all that was said to it. `verdict` answers the mail itself.
async fn sink(listener: TcpListener, verdict: &'static str) -> Vec<String> {
    let (stream, _) = listener.accept().await.expect("a connection");
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    let mut said = Vec::new();
    let mut in_data = false;
    write.write_all(b"220 mail.example ESMTP\r\n").await.expect("a greeting");
    while let Ok(Some(line)) = lines.next_line().await {
        let answer = match line.as_str() {
            "." if in_data => {
                in_data = false;
                verdict
            }
            _ if in_data => "",
            "DATA" => {
                in_data = true;
                "354 go on\r\n"
            }
            "QUIT" => "221 bye\r\n",
            line if line.starts_with("EHLO") => "250-mail.example\r\n250-AUTH PLAIN\r\n250 8BITMIME\r\n",
            line if line.starts_with("AUTH") => "235 welcome\r\n",
            _ => "250 ok\r\n",
        };
        let last = line == "QUIT";
        said.push(line);
        write.write_all(answer.as_bytes()).await.expect("an answer");
        if last || (!in_data && answer == verdict) {
            break;
        }
    }
    said
}

fn mailer(smtp_url: &str) -> Mailer {
    let flags = [("mail.smtp_url", smtp_url.to_owned()), ("server.domain", "a.example".to_owned())];
    let config = Config::load(&flags, [], None).expect("settings");
    Mailer::from_config(&config.mail).expect("a mailer")
}

fn mail(to: &str) -> Mail {
    Mail {
        to: to.into(),
        subject: "Gr\u{fc}\u{df}e\r\nBcc: eve@b.example".into(),
        text: "Hello bob\n.\n\u{20ac}".into(),
    }
}

async fn sent(url_of: impl Fn(u16) -> String, verdict: &'static str) -> (Result<(), MailError>, Vec<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = tokio::spawn(sink(listener, verdict));
    let outcome = mailer(&url_of(port)).send(mail("bob@b.example")).await;
    (outcome, server.await.expect("what was said"))
}

#[tokio::test]
async fn a_mail_reaches_the_server() {
    let url = |port| format!("smtp://me%40a:p%3Aw@127.0.0.1:{port}");
    let (outcome, said) = sent(url, "250 taken\r\n").await;
    outcome.expect("taken");
    let all = said.join("\n");
    assert!(
        said.iter()
            .any(|line| line == "MAIL FROM:<shop@a.example>"
                || line.starts_with("MAIL FROM:<shop@a.example> ")),
        "{all}"
    );
    assert!(said.contains(&"RCPT TO:<bob@b.example>".to_owned()), "{all}");
    // "\0me@a\0p:w"
    assert!(said.contains(&"AUTH PLAIN AG1lQGEAcDp3".to_owned()), "{all}");
    assert!(said.contains(&"Auto-Submitted: auto-generated".to_owned()), "{all}");
    assert!(!said.iter().any(|line| line.starts_with("Bcc:") || line.contains("RCPT TO:<eve")), "{all}");
    let id = said.iter().find(|line| line.starts_with("Message-ID:")).expect("an id");
    assert!(id.ends_with("@a.example>"), "{id}");
}

#[tokio::test]
async fn refusals_are_told_from_failures() {
    let url = |port| format!("smtp://127.0.0.1:{port}");
    let (outcome, _) = sent(url, "550 no such person\r\n").await;
    assert!(matches!(&outcome, Err(error @ MailError::Refused(_)) if !error.is_temporary()), "{outcome:?}");
    let (outcome, _) = sent(url, "451 later\r\n").await;
    assert!(matches!(&outcome, Err(error) if error.is_temporary()), "{outcome:?}");
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        listener.local_addr().expect("an address").port()
    };
    let outcome = mailer(&url(port)).send(mail("bob@b.example")).await;
    assert!(matches!(&outcome, Err(error) if error.is_temporary()), "{outcome:?}");
}

#[tokio::test]
async fn a_password_is_not_sent_in_the_clear() {
    // The server offers no STARTTLS, so nothing after the greeting may be said.
    let (outcome, said) =
        sent(|port| format!("smtp://me:secret@127.0.0.1:{port}?tls=required"), "250 ok\r\n").await;
    assert!(outcome.is_err());
    assert!(!said.iter().any(|line| line.starts_with("AUTH")), "{said:?}");
    for (url, required) in [
        ("smtp://me:secret@mail.example", true),
        ("smtp://me:secret@localhost", false),
        ("smtp://me:secret@mail.example?tls=none", false),
        ("smtp://mail.example", false),
    ] {
        let server = Server::parse(url).ok().map(|server| server.security);
        assert_eq!(matches!(server, Some(Security::Required)), required, "{url}");
    }
}

#[tokio::test]
async fn without_a_server_mails_are_logged() {
    let config = Config::load(&[], [], None).expect("settings");
    let mailer = Mailer::from_config(&config.mail).expect("a mailer");
    assert!(!mailer.reaches_people());
    mailer.send(mail("bob@b.example")).await.expect("logged");
    let outcome = mailer.send(mail("not an address")).await;
    assert!(matches!(outcome, Err(MailError::Address(_))), "{outcome:?}");
}

#[test]
fn addresses() {
    for (url, fine) in [
        ("smtp://mail.example", true),
        ("smtps://a:b@mail.example:465", true),
        ("smtp://[::1]:2525", true),
        ("smtp://a@mail.example", false),
        ("smtp://", false),
        ("mail.example", false),
        ("https://mail.example", false),
        ("smtp://mail.example?tls=maybe", false),
        ("smtps://mail.example?tls=none", false),
    ] {
        assert_eq!(check_smtp_url(url).is_ok(), fine, "{url}");
    }
    assert!(is_address("bob@b.example") && !is_address("Bob <bob@b.example>") && !is_address("bob"));
    assert!(check_address("Bob <bob@b.example>").is_ok() && check_address("bob").is_err());
}
