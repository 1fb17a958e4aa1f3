//! What the command line asks of a server: the same request whether one runs (then it goes through the socket)
//! or not (then the command opens the store itself).

pub mod examine;
pub mod execute;
mod servers;
pub mod socket;

use serde::{Deserialize, Serialize};
use shop_storage::EngineKind;

use super::settings::Place;
use super::{Failure, Outcome};
use crate::features::trends::table::Subject;
use crate::platform::app::App;
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::ids::{AccountId, AnnouncementId, DomainRuleId};
use crate::server;

/// A request.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    /// A confirmed, approved account.
    CreateAccount {
        /// Its name.
        name: String,
        /// Its address.
        email: String,
        /// Its password; made when there is none.
        password: Option<String>,
        /// What it may do.
        role: String,
    },
    /// A page of local accounts, newest first, below `below`.
    ListAccounts {
        /// The last one of the page before.
        below: Option<AccountId>,
    },
    /// Gives a role.
    SetRole {
        /// Whom.
        name: String,
        /// Which.
        role: String,
    },
    /// Sets a password; everything is signed out.
    SetPassword {
        /// Whose.
        name: String,
        /// Made when there is none.
        password: Option<String>,
    },
    /// Whether somebody has a second factor.
    ShowTwoFactor {
        /// Who.
        name: String,
    },
    /// Takes a second factor away.
    SwitchTwoFactorOff {
        /// Whose.
        name: String,
    },
    /// Lets somebody in who asked to join.
    Approve {
        /// Whom.
        name: String,
    },
    /// Locks out, or lets in again.
    Disable {
        /// Whom.
        name: String,
        /// Lets in again.
        undo: bool,
    },
    /// Hides with all posts, or shows again.
    Suspend {
        /// Whom.
        name: String,
        /// Shows again.
        undo: bool,
    },
    /// Deletes for good.
    Delete {
        /// Whom.
        name: String,
    },
    /// An access token.
    CreateToken {
        /// Whose.
        name: String,
        /// What it may do, divided by spaces.
        scopes: String,
    },
    /// Examines everything.
    Examine,
    /// Reads every row of the store.
    CheckStore,
    /// Sizes of the store.
    StoreStats,
    /// Has the full-text index filled anew.
    RebuildSearch,
    /// How far that is.
    SearchProgress,
    /// Publishes an announcement.
    CreateAnnouncement {
        /// Plain text.
        text: String,
        /// A day or a time.
        starts_at: Option<String>,
        /// A day or a time.
        ends_at: Option<String>,
    },
    /// The announcements that are shown now.
    ListAnnouncements,
    /// Takes an announcement away.
    DeleteAnnouncement {
        /// Which.
        id: AnnouncementId,
    },
    /// What trends.
    ListTrends {
        /// Of which kind.
        subject: Subject,
    },
    /// Decides what may trend.
    JudgeTrend {
        /// Which kind.
        subject: Subject,
        /// Which of it.
        name: String,
        /// It may, or must not.
        trendable: bool,
    },
    /// Sets or changes the rule about a server.
    BlockDomain {
        /// Which.
        domain: String,
        /// `noop`, `silence` or `suspend`.
        severity: Option<String>,
        /// Take no media.
        reject_media: Option<bool>,
        /// Take no reports.
        reject_reports: Option<bool>,
        /// Show the domain only in part.
        obfuscate: Option<bool>,
        /// For the staff.
        private_comment: Option<String>,
        /// For those who may see the list.
        public_comment: Option<String>,
    },
    /// Takes a rule away.
    UnblockDomain {
        /// About which server.
        domain: String,
    },
    /// Lets a server into a closed network.
    AllowDomain {
        /// Which.
        domain: String,
        /// No longer.
        undo: bool,
    },
    /// A page of rules, newest first, below `below`.
    ListDomains {
        /// The last one of the page before.
        below: Option<DomainRuleId>,
    },
    /// Whom a closed network lets in.
    ListAllowedDomains,
    /// The relays.
    ListRelays,
    /// Follows a relay.
    AddRelay {
        /// Its inbox.
        inbox: String,
    },
    /// Leaves a relay.
    RemoveRelay {
        /// Its inbox.
        inbox: String,
    },
}

/// An answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// One account.
    Account(AccountLine),
    /// A page of accounts; empty after the last.
    Accounts(Vec<AccountLine>),
    /// A password that was made.
    Password(Option<String>),
    /// How things stand with a second factor.
    TwoFactor(TwoFactorLine),
    /// A token.
    Token(String),
    /// What an examination found.
    Findings(Vec<Finding>),
    /// Sizes.
    Stats(StatsLine),
    /// The full-text index is being filled anew.
    SearchRebuilding {
        /// How many accounts and posts there are to look at.
        total: u64,
    },
    /// How far the full-text index is filled.
    SearchProgress {
        /// Accounts and posts looked at.
        done: u64,
        /// Whether everything was.
        full: bool,
    },
    /// The id of a new announcement.
    Announcement(AnnouncementId),
    /// Announcements.
    Announcements(Vec<AnnouncementLine>),
    /// What trends, greatest first.
    Trends(Vec<TrendLine>),
    /// Rules about servers.
    Domains(Vec<DomainLine>),
    /// Relays.
    Relays(Vec<RelayLine>),
    /// Done, nothing to tell.
    Done,
}

/// An account as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccountLine {
    /// Its number.
    pub id: AccountId,
    /// Its name.
    pub username: String,
    /// Its address.
    pub email: String,
    /// Its role.
    pub role: String,
    /// `active`, `unconfirmed`, `pending`, `disabled` or `suspended`.
    pub state: String,
    /// When it was made (ISO 8601).
    pub created_at: String,
    /// The password, when it was made just now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub password: Option<String>,
}

/// A second factor as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TwoFactorLine {
    /// Since when it is asked for (ISO 8601); none while it is not.
    pub enabled_at: Option<String>,
    /// How many recovery codes are left.
    pub recovery_codes_left: usize,
}

/// A rule as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DomainLine {
    /// Its number.
    pub id: DomainRuleId,
    /// `noop`, `silence`, `suspend` or `allow`.
    pub rule: String,
    /// The server.
    pub domain: String,
    /// No media are taken.
    pub reject_media: bool,
    /// No reports are taken.
    pub reject_reports: bool,
    /// The domain is shown only in part.
    pub obfuscate: bool,
    /// Why, for the staff.
    pub private_comment: Option<String>,
    /// Why, for others.
    pub public_comment: Option<String>,
    /// Since when (ISO 8601).
    pub created_at: String,
}

/// A relay as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RelayLine {
    /// Its inbox.
    pub inbox: String,
    /// `waiting`, `enabled` or `rejected`.
    pub state: String,
    /// The actor that has answered.
    pub actor: Option<String>,
    /// Why it last refused something for good.
    pub last_error: Option<String>,
    /// Since when (ISO 8601).
    pub created_at: String,
}

/// An announcement as the command line shows it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AnnouncementLine {
    /// Its number.
    pub id: AnnouncementId,
    /// As it was written.
    pub text: String,
    /// When it was published (ISO 8601).
    pub published_at: String,
    /// When it goes (ISO 8601).
    pub ends_at: Option<String>,
}

/// Something that trends.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TrendLine {
    /// The name of a hashtag, or the number of a post.
    pub name: String,
    /// How much.
    pub score: f64,
    /// Whether it is shown.
    pub allowed: bool,
}

/// One thing that was examined.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Finding {
    /// What was examined.
    pub name: String,
    /// Whether it is well.
    pub good: bool,
    /// What was found.
    pub words: String,
    /// What to do about it, where it is not well.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub advice: Option<String>,
}

impl Finding {
    /// Something that is well.
    pub fn good(name: &str, words: impl Into<String>) -> Self {
        Self { name: name.to_owned(), good: true, words: words.into(), advice: None }
    }

    /// Something that is not, and what to do about it.
    pub fn bad(name: &str, words: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { name: name.to_owned(), good: false, words: words.into(), advice: Some(advice.into()) }
    }
}

/// The store in numbers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StatsLine {
    /// The engine.
    pub engine: String,
    /// Bytes of its files.
    pub disk_bytes: u64,
    /// Bytes of its cache in use; 0 where the engine does not tell.
    pub cache_bytes: u64,
    /// Rows by table, where they were counted.
    pub rows: std::collections::BTreeMap<String, u64>,
}

/// What to say when the running server answers with something else than was asked for: it is of another version.
pub fn unexpected() -> Failure {
    Failure("the server gave another answer than was asked for; is it of another version?".into())
}

impl Request {
    /// Whether it may be the first thing that is done in a data folder. Everything else is about what is there already.
    const fn may_begin(&self) -> bool {
        matches!(self, Self::CreateAccount { .. })
    }
}

/// Asks the server that runs on this data folder, or does it on the stopped store.
///
/// # Errors
/// What the request fails with; when the store is in use by something else.
pub fn ask(place: &Place, request: Request) -> Outcome<Answer> {
    let config = place.load(&[])?;
    runtime()?.block_on(async {
        match socket::connect(&config.storage.data).await? {
            Some(stream) => socket::ask(stream, &request).await,
            None => here(config, request).await,
        }
    })
}

/// Does it in this process.
async fn here(config: Config, request: Request) -> Outcome<Answer> {
    if !request.may_begin() {
        has_store(&config)?;
    }
    let app = open(config).await?;
    let answer = execute::execute(&app, request).await;
    app.store.clone().close().await?;
    Ok(answer?)
}

/// Makes sure that there is something to look at: who mistypes a folder shall not get a new, empty store in it.
///
/// # Errors
/// When the folder holds no store.
pub fn has_store(config: &Config) -> Outcome {
    let folder = config.storage.data.display();
    if config.storage.engine == EngineKind::Memory || server::store_options(config).path.exists() {
        return Ok(());
    }
    Err(Failure(format!(
        "there is no store in {folder}: name its folder with --data, or make one with `shop serve`"
    )))
}

/// Opens the stopped server of this data folder, for one command.
///
/// # Errors
/// When the store cannot be opened.
pub async fn open(config: Config) -> Outcome<App> {
    let folder = config.storage.data.clone();
    let app = tokio::task::spawn_blocking(move || server::assemble(config, Clock::default()))
        .await
        .map_err(|error| Failure(error.to_string()))?
        .map_err(|error| {
            Failure(format!("cannot open the store in {}: {}", folder.display(), Failure::from(error)))
        })?;
    server::prepare(&app).await?;
    Ok(app)
}

/// The threads that a command needs.
///
/// # Errors
/// When the system gives none.
pub fn runtime() -> Outcome<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}
