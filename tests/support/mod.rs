//! The cast of the tests: a real server on a real socket and a real store, and people who call it over HTTP.
//!
//! How to write a test: `let shop = Shop::start().await;`, `let alice = shop.member("alice").await;`, then speak
//! the feature's words: `alice.post("/api/v1/statuses", json!({"status": "hi"})).await.ok()`. Wait with
//! `shop.settle()` for jobs and live events, never by sleeping; move time with `shop.clock().advance(..)`.

#![allow(dead_code, reason = "each test uses its part of the cast")]

mod answer;
pub mod browser;
pub mod clips;
pub mod mailbox;
mod person;
pub mod peer;
pub mod pictures;
#[path = "../../storage/tests/support/s3.rs"]
pub mod s3;
pub mod stream;
pub mod wake;

pub use self::answer::Answer;
pub use self::person::Person;

use std::path::{Path, PathBuf};

use shop::features::oauth::{apps, tokens};
use shop::features::search::indexer;
use shop::features::users::sign_up::{Draft, create_by_staff};
use shop::features::users::table::Role;
use shop::platform::app::App;
use shop::platform::clock::Clock;
use shop::platform::config::Config;
use shop::platform::ids::AccountId;
use shop::platform::jobs;
use shop::server::Server;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// A running server of one community.
pub struct Shop {
    server: Server,
    clock: Clock,
    base: String,
    client: reqwest::Client,
    folder: TempDir,
}

/// A server that does not run at the moment.
pub struct Down {
    clock: Clock,
    folder: TempDir,
    port: u16,
}

impl Down {
    /// Starts it again on the same store and port.
    pub async fn get_up(self) -> Shop {
        self.get_up_with("").await
    }

    /// As [`Down::get_up`], with other lines of `shop.toml`.
    pub async fn get_up_with(self, settings: &str) -> Shop {
        Shop::open(self.folder, settings, self.clock, Some(self.port)).await
    }
}

/// What all members sign in with.
pub const PASSWORD: &str = "correct horse battery";
/// What members' tokens may do.
pub const SCOPES: &str = "read write follow push";

impl Shop {
    /// A server with open registrations, without rate limits, that may talk to loopback.
    pub async fn start() -> Self {
        Self::start_with("").await
    }

    /// As [`Shop::start`], with further lines of `shop.toml` (sections that are not used below).
    pub async fn start_with(settings: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self::open(folder, settings, Clock::default(), None).await
    }

    /// Two servers that share a clock and may talk to each other.
    pub async fn pair() -> (Self, Self) {
        let [one, other] = Self::several().await;
        (one, other)
    }

    /// As [`Shop::pair`], both with further lines of `shop.toml`.
    pub async fn pair_with(settings: &str) -> (Self, Self) {
        let clock = Clock::default();
        let one = Self::open(tempfile::tempdir().unwrap(), settings, clock.clone(), None).await;
        let other = Self::open(tempfile::tempdir().unwrap(), settings, clock, None).await;
        (one, other)
    }

    /// So many servers that share a clock and may talk to each other.
    pub async fn several<const COUNT: usize>() -> [Self; COUNT] {
        let clock = Clock::default();
        let shops = (0..COUNT).map(|_| Self::open(tempfile::tempdir().unwrap(), "", clock.clone(), None));
        let shops: Vec<Self> = futures_util::future::join_all(shops).await;
        shops.try_into().ok().unwrap()
    }

    async fn open(folder: TempDir, settings: &str, clock: Clock, port: Option<u16>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port.unwrap_or(0))).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let base = format!("http://localhost:{port}");
        let mut flags = vec![
            ("server.url", base.clone()),
            ("server.domain", format!("localhost:{port}")),
            ("storage.data", folder.path().display().to_string()),
            ("federation.allow_insecure", "true".to_owned()),
        ];
        if !settings.contains("allow_private") {
            flags.push(("federation.allow_private", "true".to_owned()));
        }
        if !settings.contains("[limits]") {
            flags.push(("limits.rate", "off".to_owned()));
        }
        if !settings.contains("[registrations]") {
            flags.push(("registrations.mode", "open".to_owned()));
        }
        let config = Config::load(&flags, [], Some((Path::new("shop.toml"), settings))).unwrap();
        let server = Server::start_on(listener, config, clock.clone()).await.unwrap();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { server, clock, base, client, folder }
    }

    /// Stops the server in an orderly way and starts it again on the same store and port.
    pub async fn restart(self) -> Self {
        self.lie_down().await.get_up().await
    }

    /// As [`Shop::restart`], with other lines of `shop.toml`.
    pub async fn restart_with(self, settings: &str) -> Self {
        self.lie_down().await.get_up_with(settings).await
    }

    /// Stops the server in an orderly way, to be started again later.
    pub async fn lie_down(self) -> Down {
        let Self { server, clock, folder, .. } = self;
        let port = server.address().port();
        server.stop().await.unwrap();
        Down { clock, folder, port }
    }

    /// Stops the server in an orderly way.
    pub async fn stop(self) {
        self.server.stop().await.unwrap();
    }

    /// The server's inside, for what no route shows.
    pub fn app(&self) -> &App {
        self.server.app()
    }

    /// The clock, to move it.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// `http://localhost:PORT`
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `localhost:PORT`
    pub fn domain(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// The data folder.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Returns when no job is due or running, all live listeners have heard everything and the search index has
    /// learnt everything.
    pub async fn settle(&self) {
        // What the index learns may leave jobs behind, whose work it must learn again.
        for _ in 0..2 {
            let drained = tokio::time::timeout(std::time::Duration::from_secs(60), jobs::drained(self.app()));
            drained.await.expect("jobs must come to an end").unwrap();
            let settled =
                tokio::time::timeout(std::time::Duration::from_secs(60), indexer::settled(self.app()));
            settled.await.expect("the index must learn everything").unwrap();
        }
    }

    /// Somebody without a token.
    pub fn anon(&self) -> Person {
        Person::new(&self.client, &self.base, String::new(), None, String::new())
    }

    /// A confirmed member with a token for everything.
    pub async fn member(&self, name: &str) -> Person {
        self.person(name, Role::User, SCOPES).await
    }

    /// A confirmed person with a role and a token for `scopes`.
    pub async fn person(&self, name: &str, role: Role, scopes: &str) -> Person {
        let draft = Draft {
            username: name.to_owned(),
            email: format!("{name}@example.org"),
            password: PASSWORD.to_owned(),
            agreement: true,
            reason: String::new(),
            locale: "en".to_owned(),
            app: None,
        };
        let id = create_by_staff(self.app(), draft, role).await.unwrap();
        let person = Person::new(&self.client, &self.base, name.to_owned(), None, id.to_string());
        let token = self.token(&person, scopes).await;
        person.with_token(&token)
    }

    /// A further token of somebody, for these scopes; the same again when there is one.
    pub async fn token(&self, person: &Person, scopes: &str) -> String {
        self.issue(person.id.parse().ok(), scopes).await
    }

    /// An application without a user, with a token for these scopes.
    pub async fn app_token(&self, scopes: &str) -> Person {
        self.anon().with_token(&self.issue(None, scopes).await)
    }

    async fn issue(&self, account: Option<AccountId>, scopes: &str) -> String {
        let scopes: Vec<String> = scopes.split(' ').map(str::to_owned).collect();
        let issued = self.app().write(move |tx| {
            let app = apps::first_party(tx, apps::FirstParty::CommandLine)?;
            Ok(tokens::issue(tx, app, account, &scopes)?.text)
        });
        issued.await.unwrap()
    }
}
