//! The settings of a server: read once at the start, checked as a whole, never changed while it runs.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use ipnet::IpNet;
use shop_storage::EngineKind;
use url::Url;

use super::text::idn;

mod federation;
pub mod keys;
mod source;

pub use federation::{Audience, Federation, Mode};
use federation::{parse_audience, parse_mode};
pub use keys::example;
pub use source::{ConfigError, Problem, Source};
use source::{Gathered, Given};

/// All settings, checked, with what follows from others filled in. The meaning of each is told where its key
/// stands in [`keys::KEYS`].
#[derive(Debug, Clone)]
pub struct Config {
    /// Name and addresses of this server.
    pub server: Server,
    /// The store.
    pub storage: Storage,
    /// Files of posts and profiles.
    pub media: Media,
    /// What other servers we talk to.
    pub federation: Federation,
    /// Who may sign up, until an admin changes it.
    pub registrations: Registrations,
    /// Outgoing mail.
    pub mail: Mail,
    /// Texts and looks that the operator adds.
    pub pages: Pages,
    /// What is shown as a trend.
    pub trends: Trends,
    /// Whether requests are counted and limited.
    pub rate_limits: bool,
    /// Logging.
    pub log: Log,
    origins: Vec<Origin>,
}

/// `server.*`
#[derive(Debug, Clone)]
pub struct Server {
    /// The domain in handles, ASCII, in lower case, with its port if it has one.
    pub domain: String,
    /// The public address without a final slash: `https://example.social`.
    pub url: String,
    /// Where to listen.
    pub listen: SocketAddr,
    /// Whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Where the source code of this program is; none when nobody has told.
    pub source_url: Option<String>,
}

/// `storage.*`
#[derive(Debug, Clone)]
pub struct Storage {
    /// The data folder.
    pub data: PathBuf,
    /// The engine.
    pub engine: EngineKind,
    /// Cache of the engine, in MB.
    pub cache_mb: u32,
}

/// The largest archive that may be asked for: S3 takes 10,000 parts of a file, and they are written in 5 MiB each.
const MOST_ARCHIVE_MB: u32 = 48_000;

/// `media.*`
#[derive(Debug, Clone)]
pub struct Media {
    /// Address of the blob store, as [`shop_storage::Blobs::open`] takes it.
    pub store: String,
    /// Where browsers fetch the files, without a final slash; none when this server serves them.
    pub public_url: Option<String>,
    /// Bound of the copies of remote files, in MB.
    pub cache_mb: u32,
    /// The largest archive of an account, in MB.
    pub archive_mb: u32,
    /// The program for video and sound, a name or a path; none to do without.
    pub ffmpeg: Option<PathBuf>,
    /// The program for HEIC, a name or a path; none to do without.
    pub heif: Option<PathBuf>,
}

/// `registrations.mode`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registrations {
    /// Anyone may sign up.
    Open,
    /// Sign-ups wait for a moderator.
    Approval,
    /// By invitation only.
    Closed,
}

/// `mail.*`
#[derive(Debug, Clone)]
pub struct Mail {
    /// The mail server; none when mails go to the log.
    pub smtp_url: Option<Secret>,
    /// The sender: an address or `Name <address>`.
    pub from: String,
}

/// `pages.*`
#[derive(Debug, Clone, Default)]
pub struct Pages {
    /// The folder with the terms of service; none where there are none.
    pub terms: Option<PathBuf>,
    /// The file with the operator's style sheet.
    pub stylesheet: Option<PathBuf>,
}

/// `trends.*`
#[derive(Debug, Clone, Copy)]
pub struct Trends {
    /// Whether there are any.
    pub enabled: bool,
    /// Whether things trend that nobody has judged.
    pub trendable_by_default: bool,
}

/// `log.*`
#[derive(Debug, Clone)]
pub struct Log {
    /// A filter in the language of `tracing_subscriber::EnvFilter`.
    pub filter: String,
    /// The form of a line.
    pub format: LogFormat,
}

/// `log.format`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines, one object a line.
    Json,
}

/// A value that does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The value.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(hidden)")
    }
}

/// A setting as it took effect: what `shop config check` shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Its name.
    pub key: &'static str,
    /// Its value; `(hidden)` for a secret, empty when nothing is set.
    pub value: String,
    /// Where it was set.
    pub source: Source,
}

impl Config {
    /// Reads and checks the settings. Flags (`("server.listen", "…")`) win over the environment, which wins
    /// over the file. Variables that do not begin with `SHOP_` are passed over.
    ///
    /// # Errors
    /// Everything that is wrong at once: unknown settings with the nearest name, values that cannot be.
    pub fn load(
        flags: &[(&str, String)],
        environment: impl IntoIterator<Item = (String, String)>,
        file: Option<(&Path, &str)>,
    ) -> Result<Self, ConfigError> {
        let mut gathered = Gathered::default();
        if let Some((path, text)) = file {
            gathered.file(path, text);
        }
        gathered.environment(environment);
        gathered.flags(flags);
        let mut reader = Reader { gathered };
        let config = reader.config();
        match config {
            Some(config) if reader.gathered.problems.is_empty() => Ok(config),
            _ => Err(ConfigError { problems: reader.gathered.problems }),
        }
    }

    /// As [`Config::load`], with the environment of this process and the settings file at `path`.
    ///
    /// # Errors
    /// As [`Config::load`], and when the file cannot be read.
    pub fn of_process(flags: &[(&str, String)], path: Option<&Path>) -> Result<Self, ConfigError> {
        let text = match path {
            None => None,
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| ConfigError {
                problems: vec![Problem {
                    key: "the file".into(),
                    value: None,
                    reason: format!("cannot be read: {error}"),
                    source: Source::File(path.to_owned()),
                }],
            })?),
        };
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::load(flags, environment, path.zip(text.as_deref()))
    }

    /// The public address without a final slash, as every URL we make begins.
    pub fn base_url(&self) -> &str {
        &self.server.url
    }

    /// The domain in our handles: ASCII, lower case, with a port if it has one.
    pub fn domain(&self) -> &str {
        &self.server.domain
    }

    /// What we call ourselves to other servers.
    pub fn user_agent(&self) -> String {
        format!("Shop/{} (+{}/)", env!("CARGO_PKG_VERSION"), self.base_url())
    }

    /// Every setting with its value and where it was set.
    pub fn origins(&self) -> &[Origin] {
        &self.origins
    }
}

impl Server {
    /// Whether the public address has TLS.
    pub fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }
}

/// Takes values out of what was gathered and notes what cannot be.
struct Reader {
    gathered: Gathered,
}

impl Reader {
    fn given(&self, name: &str) -> Option<Given> {
        let default = || keys::find(name).map(|key| key.default).filter(|default| !default.is_empty());
        let default = || default().map(|value| Given { value: value.into(), source: Source::Default });
        self.gathered.values.get(name).cloned().or_else(default)
    }

    /// The value of a setting read by `parse`; `None` when it is not set or was wrong.
    fn read<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Option<T> {
        let given = self.given(name)?;
        match parse(&given.value) {
            Ok(value) => Some(value),
            Err(reason) => {
                let secret = keys::find(name).is_some_and(|key| key.secret);
                let value = (!secret).then_some(given.value);
                let source = given.source;
                self.gathered.problems.push(Problem { key: name.to_owned(), value, reason, source });
                None
            }
        }
    }

    fn config(&mut self) -> Option<Config> {
        let listen = self.read("server.listen", parse_listen);
        let port = listen.map_or(3000, |listen| listen.port());
        let url = self.read("server.url", parse_public_url);
        let domain = self.read("server.domain", parse_domain);
        let (domain, url) = match (domain, url) {
            (Some(domain), Some(url)) => (domain, url),
            (Some(domain), None) => (domain.clone(), format!("https://{domain}")),
            (None, url) => {
                let url = url.unwrap_or_else(|| format!("http://localhost:{port}"));
                (url.split_once("://").map(|(_, host)| host.to_owned()).unwrap_or_default(), url)
            }
        };
        let data = self.read("storage.data", |data| Ok(PathBuf::from(data)));
        let media_store = self.read("media.store", parse_media_store);
        let own_media = data.as_ref().map(|data| format!("file:{}", data.join("media").display()));
        let own_sender = format!("shop@{}", domain.split(':').next().unwrap_or_default());
        let server = Server {
            domain,
            url,
            listen: listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000))),
            trusted_proxies: self.read("server.trusted_proxies", parse_networks).unwrap_or_default(),
            source_url: self.read("server.source_url", parse_page),
        };
        let engine = self.read("storage.engine", EngineKind::from_str);
        let cache_mb = self.read("storage.cache_mb", |text| parse_number(text, 8, 65_536));
        let media = Media {
            store: media_store.or(own_media).unwrap_or_default(),
            public_url: self.read("media.public_url", parse_url_with_path),
            cache_mb: self
                .read("media.cache_mb", |text| parse_number(text, 0, 100_000_000))
                .unwrap_or_default(),
            archive_mb: self
                .read("media.archive_mb", |text| parse_number(text, 1, MOST_ARCHIVE_MB))
                .unwrap_or_default(),
            ffmpeg: self.read("media.ffmpeg", parse_program).flatten(),
            heif: self.read("media.heif", parse_program).flatten(),
        };
        let federation = Federation {
            allow_insecure: self.read("federation.allow_insecure", parse_switch).unwrap_or_default(),
            allow_private: self.read("federation.allow_private", parse_switch).unwrap_or_default(),
            mode: self.read("federation.mode", parse_mode).unwrap_or(Mode::Open),
            authorized_fetch: self.read("federation.authorized_fetch", parse_switch).unwrap_or_default(),
            show_rules: self
                .read("federation.show_domain_blocks", parse_audience)
                .unwrap_or(Audience::Disabled),
            show_reasons: self
                .read("federation.show_domain_blocks_rationale", parse_audience)
                .unwrap_or(Audience::Disabled),
        };
        let mail = Mail {
            smtp_url: self.read("mail.smtp_url", parse_smtp_url),
            from: self.read("mail.from", parse_sender).unwrap_or(own_sender),
        };
        let pages = Pages {
            terms: self.read("pages.terms", |text| parse_place(text, Path::is_dir, "folder")),
            stylesheet: self.read("pages.stylesheet", |text| parse_place(text, Path::is_file, "file")),
        };
        let registrations = self.read("registrations.mode", |text| match text {
            "open" => Ok(Registrations::Open),
            "approval" => Ok(Registrations::Approval),
            "closed" => Ok(Registrations::Closed),
            _ => Err("this is open, approval or closed".into()),
        });
        let trends = Trends {
            enabled: self.read("trends.enabled", parse_switch).unwrap_or_default(),
            trendable_by_default: self.read("trends.trendable_by_default", parse_switch).unwrap_or_default(),
        };
        let rate_limits = self.read("limits.rate", parse_switch);
        let filter = self.read("log.filter", parse_filter);
        let format = self.read("log.format", |text| match text {
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            _ => Err("this is text or json".into()),
        });
        let cache_mb = cache_mb.unwrap_or_else(default_cache_mb);
        let config = Config {
            server,
            storage: Storage { data: data?, engine: engine?, cache_mb },
            media,
            federation,
            registrations: registrations?,
            mail,
            pages,
            trends,
            rate_limits: rate_limits?,
            log: Log { filter: filter?, format: format? },
            origins: Vec::new(),
        };
        Some(Config { origins: self.origins(&config), ..config })
    }

    fn origins(&self, config: &Config) -> Vec<Origin> {
        let origin = |key: &'static keys::Key| {
            let (value, source) = match (self.given(key.name), key.name) {
                (Some(given), _) if key.secret => ("(hidden)".to_owned(), given.source),
                (Some(given), _) => (given.value, given.source),
                (None, "server.domain") => (config.server.domain.clone(), Source::Default),
                (None, "server.url") => (config.server.url.clone(), Source::Default),
                (None, "storage.cache_mb") => (config.storage.cache_mb.to_string(), Source::Default),
                (None, "media.store") => (config.media.store.clone(), Source::Default),
                (None, "mail.from") => (config.mail.from.clone(), Source::Default),
                (None, _) => (String::new(), Source::Default),
            };
            Origin { key: key.name, value, source }
        };
        keys::KEYS.iter().map(origin).collect()
    }
}

fn parse_listen(text: &str) -> Result<SocketAddr, String> {
    text.parse().map_err(|_| "this is an address and a port, like 127.0.0.1:3000 or [::]:3000".into())
}

fn parse_public_url(text: &str) -> Result<String, String> {
    let url =
        Url::parse(text).map_err(|error| format!("this is no address ({error}): https://example.social"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err("the address begins with https:// or http://".into());
    }
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !plain || !url.username().is_empty() || url.password().is_some() {
        return Err("the address has only a scheme, a host and perhaps a port, nothing else".into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn parse_url_with_path(text: &str) -> Result<String, String> {
    let url = Url::parse(text).map_err(|error| format!("this is no address ({error})"))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err("the address begins with https:// or http:// and has no ? or # in it".into());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn parse_page(text: &str) -> Result<String, String> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(text.to_owned()),
        _ => Err("this is the address of a page and begins with https:// or http://".into()),
    }
}

fn parse_domain(text: &str) -> Result<String, String> {
    if text.contains("://") || text.contains('/') {
        return Err("this is a name like example.social, without https:// or a path".into());
    }
    idn::to_ascii(text).ok_or_else(|| "this is no domain; it looks like example.social".into())
}

fn parse_networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |item: &str| {
        let address = || item.parse::<IpAddr>().map(IpNet::from);
        item.parse::<IpNet>()
            .or_else(|_| address())
            .map_err(|_| format!("{item:?} is neither an address nor a network like 10.0.0.0/8"))
    };
    text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(network).collect()
}

fn parse_number(text: &str, least: u32, most: u32) -> Result<u32, String> {
    let number = text.parse().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("this is a whole number from {least} to {most}"))
}

/// A program by name or path; `off` does without.
fn parse_program(text: &str) -> Result<Option<PathBuf>, String> {
    Ok((text != "off").then(|| PathBuf::from(text)))
}

fn parse_switch(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "on" | "yes" | "1" => Ok(true),
        "false" | "off" | "no" | "0" => Ok(false),
        _ => Err("this is true or false".into()),
    }
}

fn parse_media_store(text: &str) -> Result<String, String> {
    let folder = text.strip_prefix("file:").is_some_and(|path| !path.trim_matches('/').is_empty());
    let bucket =
        text.strip_prefix("s3://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with(['?', '/']));
    if folder || bucket || text == "memory:" {
        return Ok(text.to_owned());
    }
    Err("this is file:PATH or s3://bucket?endpoint=…&region=…".into())
}

fn parse_place(text: &str, is_right: fn(&Path) -> bool, word: &str) -> Result<PathBuf, String> {
    let place = PathBuf::from(text);
    if is_right(&place) { Ok(place) } else { Err(format!("there is no such {word}")) }
}

fn parse_smtp_url(text: &str) -> Result<Secret, String> {
    super::mail::check_smtp_url(text)?;
    Ok(Secret(text.to_owned()))
}

fn parse_sender(text: &str) -> Result<String, String> {
    super::mail::check_address(text)?;
    Ok(text.to_owned())
}

fn parse_filter(text: &str) -> Result<String, String> {
    match tracing_subscriber::EnvFilter::try_new(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(format!("this is no filter: {error}")),
    }
}

/// An eighth of the memory of the machine (of the control group, where one limits it), 32 to 256 MB.
fn default_cache_mb() -> u32 {
    let meminfo = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let limit = std::fs::read_to_string("/sys/fs/cgroup/memory.max").unwrap_or_default();
    cache_mb_for(&meminfo, &limit)
}

fn cache_mb_for(meminfo: &str, limit: &str) -> u32 {
    let kilobytes =
        meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next());
    let machine = kilobytes.and_then(|number| number.parse::<u64>().ok()).map(|kilobytes| kilobytes / 1024);
    let group = limit.trim().parse::<u64>().ok().map(|bytes| bytes / (1024 * 1024));
    let megabytes = [machine, group].into_iter().flatten().min().unwrap_or(512);
    u32::try_from((megabytes / 8).clamp(32, 256)).unwrap_or(32)
}

#[cfg(test)]
mod tests;
