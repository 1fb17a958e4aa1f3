//! What the command line asks of a server: the same request whether one runs (then it goes through the socket)
//! or not (then the command opens the store itself).

pub mod execute;
pub mod socket;

use serde::{Deserialize, Serialize};

use super::settings::Place;
use super::{Failure, Outcome};
use crate::features::trends::table::Subject;
use crate::platform::app::App;
use crate::platform::clock::Clock;
use crate::platform::config::Config;
use crate::platform::ids::{AccountId, AnnouncementId};
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
    /// A token.
    Token(String),
    /// What an examination found.
    Findings(Vec<Finding>),
    /// Sizes.
    Stats(StatsLine),
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
    /// What was found, and what to do about it.
    pub words: String,
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
    let app = open(config).await?;
    let answer = execute::execute(&app, request).await;
    app.store.clone().close().await?;
    Ok(answer?)
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
        .map_err(|error| Failure(format!("cannot open the store in {}: {error:?}", folder.display())))?;
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
