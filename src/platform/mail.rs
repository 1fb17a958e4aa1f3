//! Sends mail: over SMTP when a mail server is set, else into the log.

use std::str::FromStr;
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use percent_encoding::percent_decode_str;
use tracing::info;
use url::{Host, Url};

use super::config::Mail as MailConfig;

/// Longest wait for any single answer of the mail server.
const TIMEOUT: Duration = Duration::from_secs(20);

type Transport = AsyncSmtpTransport<Tokio1Executor>;

/// A mail to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address of the receiver.
    pub to: String,
    /// Subject; line breaks in it become spaces.
    pub subject: String,
    /// The text.
    pub text: String,
}

/// Why a mail was not sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// An address is none; sending again is useless.
    #[error("{0} is not a mail address")]
    Address(String),
    /// The mail could not be put together; sending again is useless.
    #[error("the mail cannot be written: {0}")]
    Content(#[from] lettre::error::Error),
    /// The settings name no mail server that could be used.
    #[error("mail.smtp_url cannot be used: {0}")]
    Settings(String),
    /// The mail server refused the mail for good; sending again is useless.
    #[error("the mail server refuses the mail: {0}")]
    Refused(lettre::transport::smtp::Error),
    /// The mail server could not be reached or says to try later.
    #[error("the mail server did not take the mail: {0}")]
    Failed(lettre::transport::smtp::Error),
}

impl MailError {
    /// Whether the same mail may go through later.
    pub fn is_temporary(&self) -> bool {
        matches!(self, Self::Failed(_))
    }
}

/// Sends mails. Clones share their connections.
#[derive(Clone)]
pub struct Mailer {
    from: Mailbox,
    /// None prints mails to the log.
    transport: Option<Transport>,
}

impl Mailer {
    /// A mailer for these settings. Nothing is connected before the first mail.
    ///
    /// # Errors
    /// [`MailError::Address`] or [`MailError::Settings`] for what `Config::load` refuses, too.
    pub fn from_config(config: &MailConfig) -> Result<Self, MailError> {
        let from = mailbox(&config.from)?;
        let transport = match &config.smtp_url {
            Some(url) => Some(transport(url.expose()).map_err(MailError::Settings)?),
            None => None,
        };
        Ok(Self { from, transport })
    }

    /// Whether mails reach people: without a mail server they go to the log, and nobody can be asked to
    /// confirm an address.
    pub fn reaches_people(&self) -> bool {
        self.transport.is_some()
    }

    /// Sends a mail; returns when the mail server has taken it. Without a mail server the whole mail is
    /// printed to the log.
    ///
    /// # Errors
    /// See [`MailError`]; [`MailError::is_temporary`] tells which are worth another attempt.
    pub async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.post(mail, None).await
    }

    /// As [`Mailer::send`], for a mail that people may want to get no more of: `unsubscribe` is the address of the page
    /// for that, which also takes a POST without anything else (RFC 2369, RFC 8058).
    ///
    /// # Errors
    /// As [`Mailer::send`].
    pub async fn send_with_leave(&self, mail: Mail, unsubscribe: &str) -> Result<(), MailError> {
        self.post(mail, Some(unsubscribe)).await
    }

    async fn post(&self, mail: Mail, unsubscribe: Option<&str>) -> Result<(), MailError> {
        let to = mailbox(&mail.to)?;
        let subject = mail.subject.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(transport) = &self.transport else {
            info!("mail to {to} from {}\nSubject: {subject}\n\n{}", self.from, mail.text);
            return Ok(());
        };
        let mut message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .date_now()
            .message_id(Some(self.message_id()))
            .header(ContentType::TEXT_PLAIN)
            .body(mail.text)?;
        // Out-of-office replies to a machine help nobody (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".into()));
        if let Some(page) = unsubscribe {
            let mut add = |name, value: String| {
                let name = HeaderName::new_from_ascii_str(name);
                // An address has no blank at which a line could be broken.
                let value = HeaderValue::dangerous_new_pre_encoded(name, value.clone(), value);
                message.headers_mut().insert_raw(value);
            };
            add("List-Unsubscribe", format!("<{page}>"));
            add("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned());
        }
        transport.send(message).await.map(drop).map_err(|error| {
            if error.is_permanent() { MailError::Refused(error) } else { MailError::Failed(error) }
        })
    }

    /// An id of our own domain: the default would tell the name of the machine.
    fn message_id(&self) -> String {
        format!("<{:032x}@{}>", rand::random::<u128>(), self.from.email.domain())
    }
}

fn mailbox(text: &str) -> Result<Mailbox, MailError> {
    Mailbox::from_str(text.trim()).map_err(|_| MailError::Address(text.to_owned()))
}

/// Whether `address` is a plain mail address (without a name) that can be sent to.
pub fn is_address(address: &str) -> bool {
    Address::from_str(address).is_ok()
}

/// Checks a sender: an address or `Name <address>`.
pub(super) fn check_address(text: &str) -> Result<(), String> {
    mailbox(text).map(drop).map_err(|_| "this is no mail address".into())
}

/// Checks the address of a mail server without telling its password.
pub(super) fn check_smtp_url(text: &str) -> Result<(), String> {
    Server::parse(text).map(drop)
}

/// The parts of an SMTP address.
struct Server {
    host: String,
    port: Option<u16>,
    credentials: Option<Credentials>,
    security: Security,
}

enum Security {
    /// TLS from the first byte.
    Wrapped,
    /// STARTTLS or nothing.
    Required,
    /// STARTTLS where the server offers it.
    Offered,
    /// Plain text.
    None,
}

impl Server {
    fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text).map_err(|error| format!("this is no address ({error})"))?;
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or("there is no host in it")?.to_owned();
        let part = |text: &str| {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map(|text| text.into_owned()).map_err(|_| "user or password is not UTF-8".to_owned())
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(part(url.username())?, part(password)?)),
            None if url.username().is_empty() => None,
            None => return Err("there is a user without a password".into()),
        };
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let security = match (url.scheme(), tls.as_deref()) {
            ("smtps", None) => Security::Wrapped,
            // A password must not go over the wire readable because somebody took STARTTLS out of it.
            ("smtp", None) if credentials.is_some() && !is_loopback(&url) => Security::Required,
            ("smtp", None | Some("opportunistic")) => Security::Offered,
            ("smtp", Some("required")) => Security::Required,
            ("smtp", Some("none")) => Security::None,
            ("smtp" | "smtps", Some(_)) => return Err("tls is required, opportunistic or none".into()),
            _ => return Err("the address begins with smtp:// or smtps://".into()),
        };
        Ok(Self { host, port: url.port(), credentials, security })
    }
}

fn is_loopback(url: &Url) -> bool {
    // The scheme is not one of the web, so the host is text even when it is an address.
    match url.host().map(|host| host.to_owned()) {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn transport(text: &str) -> Result<Transport, String> {
    let server = Server::parse(text)?;
    let tls = || TlsParameters::new(server.host.clone()).map_err(|error| error.to_string());
    let (tls, port) = match server.security {
        Security::Wrapped => (Tls::Wrapper(tls()?), 465),
        Security::Required => (Tls::Required(tls()?), 587),
        Security::Offered => (Tls::Opportunistic(tls()?), 25),
        Security::None => (Tls::None, 25),
    };
    let mut builder = Transport::builder_dangerous(&server.host)
        .tls(tls)
        .port(server.port.unwrap_or(port))
        .timeout(Some(TIMEOUT));
    if let Some(credentials) = server.credentials {
        builder = builder.credentials(credentials);
    }
    Ok(builder.build())
}

#[cfg(test)]
mod tests;
