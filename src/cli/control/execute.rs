//! Does what the command line asks for, on a running or an opened server.

use shop_storage::Read;

use super::{AccountLine, AnnouncementLine, Answer, Request, StatsLine, TrendLine, TwoFactorLine};
use super::{examine, servers};
use crate::features::announcements::{self, table::Announcement};
use crate::features::domain_rules::Terms;
use crate::features::oauth::apps::{self, FirstParty};
use crate::features::oauth::{scopes, tokens};
use crate::features::search::indexer;
use crate::features::trends::{self, table::Entry};
use crate::features::users::sign_up::{self, Draft};
use crate::features::users::table::Role;
use crate::features::users::{self, closing, password, two_factor};
use crate::features::{self, accounts};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, AnnouncementId};
use crate::platform::text::idn::Acct;

/// How many accounts one answer lists.
const PAGE: usize = 200;

/// Does one request.
///
/// # Errors
/// 404 for unknown names, 422 for what the rules refuse, 500 for faults of the store.
pub async fn execute(app: &App, request: Request) -> Result<Answer> {
    match request {
        Request::CreateAccount { name, email, password, role } => {
            create(app, name, email, password, &role).await
        }
        Request::ListAccounts { below } => list(app, below),
        Request::SetRole { name, role } => {
            let role = role_of(&role)?;
            change(app, name, move |tx, id| users::set_role(tx, id, role)).await
        }
        Request::SetPassword { name, password } => set_password(app, name, password).await,
        Request::ShowTwoFactor { name } => {
            let store = app.read()?;
            let state = two_factor::state(&store, find(&store, &name)?)?;
            let enabled_at = state.enabled_at.map(|at| at.dt());
            Ok(Answer::TwoFactor(TwoFactorLine { enabled_at, recovery_codes_left: state.recovery_codes }))
        }
        Request::SwitchTwoFactorOff { name } => change(app, name, two_factor::switch_off).await,
        Request::Approve { name } => change(app, name, users::approve).await,
        Request::Disable { name, undo } => {
            change(app, name, move |tx, id| closing::disable(tx, id, !undo)).await
        }
        Request::Suspend { name, undo } => suspend(app, name, undo).await,
        Request::Delete { name } => change(app, name, closing::delete).await,
        Request::CreateToken { name, scopes } => token(app, name, &scopes).await,
        Request::Examine => examine::everything(app).await,
        Request::CheckStore => Ok(Answer::Findings(vec![examine::store(app).await?])),
        Request::StoreStats => stats(app).await,
        Request::RebuildSearch => {
            indexer::rebuild(app).await?;
            let own = app.clone();
            let total = tokio::task::spawn_blocking(move || indexer::total(&own)).await??;
            Ok(Answer::SearchRebuilding { total })
        }
        Request::CreateAnnouncement { text, starts_at, ends_at } => {
            let draft = announcements::Draft::read(text, starts_at.as_deref(), ends_at.as_deref())?;
            Ok(Answer::Announcement(app.write(move |tx| announcements::publish(tx, draft)).await?))
        }
        Request::ListAnnouncements => {
            let line = |(id, one): (AnnouncementId, Announcement)| AnnouncementLine {
                id,
                text: one.text,
                published_at: one.published_at.dt(),
                ends_at: one.ends_at.map(|at| at.dt()),
            };
            let shown = announcements::current(&app.read()?, app.now())?;
            Ok(Answer::Announcements(shown.into_iter().map(line).collect()))
        }
        Request::DeleteAnnouncement { id } => {
            app.write(move |tx| announcements::remove(tx, id)).await?;
            Ok(Answer::Done)
        }
        Request::ListTrends { subject } => {
            let ranked = trends::ranked(app, &app.read()?, subject, &[], true)?;
            let line =
                |(entry, allowed): (Entry, bool)| TrendLine { name: entry.name, score: entry.score, allowed };
            Ok(Answer::Trends(ranked.into_iter().map(line).collect()))
        }
        Request::JudgeTrend { subject, name, trendable } => {
            app.write(move |tx| trends::judge(tx, subject, &name, trendable)).await?;
            Ok(Answer::Done)
        }
        Request::BlockDomain {
            domain,
            severity,
            reject_media,
            reject_reports,
            obfuscate,
            private_comment,
            public_comment,
        } => {
            let terms = Terms {
                severity: None,
                reject_media,
                reject_reports,
                private_comment,
                public_comment,
                obfuscate,
            };
            servers::block(app, &domain, severity, terms).await
        }
        Request::UnblockDomain { domain } => servers::unblock(app, &domain).await,
        Request::AllowDomain { domain, undo } => servers::allow(app, &domain, undo).await,
        Request::ListDomains { below } => servers::list(app, below),
        Request::ListAllowedDomains => servers::allowed(app),
        Request::ListRelays => servers::list_relays(app),
        Request::AddRelay { inbox } => servers::add_relay(app, inbox).await,
        Request::RemoveRelay { inbox } => servers::remove_relay(app, inbox).await,
        Request::SearchProgress => {
            let progress = indexer::progress(app)?;
            Ok(Answer::SearchProgress { done: progress.done, full: progress.full })
        }
    }
}

async fn create(app: &App, name: String, email: String, given: Option<String>, role: &str) -> Result<Answer> {
    let role = role_of(role)?;
    let made = given.is_none().then(new_password);
    let password = given.or_else(|| made.clone()).unwrap_or_default();
    let draft =
        Draft { username: plain(&name).to_owned(), email, password, agreement: true, ..Draft::default() };
    let id = sign_up::create_by_staff(app, draft, role).await?;
    Ok(Answer::Account(AccountLine { password: made, ..line(&app.read()?, id)? }))
}

fn list(app: &App, below: Option<AccountId>) -> Result<Answer> {
    let store = app.read()?;
    let mut below = below;
    loop {
        let ids = accounts::local(&store, below, PAGE)?;
        let Some(last) = ids.last().copied() else { return Ok(Answer::Accounts(Vec::new())) };
        // Accounts without a person, such as the one of the server itself, are not listed.
        let lines: Vec<_> = ids.into_iter().filter_map(|id| line(&store, id).ok()).collect();
        if !lines.is_empty() {
            return Ok(Answer::Accounts(lines));
        }
        below = Some(last);
    }
}

fn line(from: &dyn Read, id: AccountId) -> Result<AccountLine> {
    let user = users::get(from, id)?;
    let account = accounts::get(from, id)?;
    let state = if account.suspended_at.is_some() {
        "suspended"
    } else if user.disabled {
        "disabled"
    } else if user.confirmed_at.is_none() {
        "unconfirmed"
    } else if !user.approved {
        "pending"
    } else {
        "active"
    };
    Ok(AccountLine {
        id,
        username: account.username,
        email: user.email,
        role: user.role.word().to_owned(),
        state: state.to_owned(),
        created_at: user.created_at.dt(),
        password: None,
    })
}

async fn set_password(app: &App, name: String, given: Option<String>) -> Result<Answer> {
    let made = given.is_none().then(new_password);
    let new = given.or_else(|| made.clone()).unwrap_or_default();
    if new.is_empty() {
        return Err(Error::invalid("Password is missing"));
    }
    find(&app.read()?, &name)?;
    let hash = password::hash(app, new).await?;
    change(app, name, move |tx, id| users::set_password(tx, id, hash)).await?;
    Ok(Answer::Password(made))
}

async fn token(app: &App, name: String, wanted: &str) -> Result<Answer> {
    let scopes = scopes::parse(wanted).filter(|scopes| !scopes.is_empty()).ok_or_else(|| {
        Error::unprocessable(format!("{wanted:?} is not a list of scopes; try \"read write follow push\""))
    })?;
    let issued = app
        .write(move |tx| {
            let id = find(&**tx, &name)?;
            let client = apps::first_party(tx, FirstParty::CommandLine)?;
            tokens::issue(tx, client, Some(id), &scopes)
        })
        .await?;
    Ok(Answer::Token(issued.text))
}

/// Accounts of other servers are suspended as well: `name@domain`.
async fn suspend(app: &App, name: String, undo: bool) -> Result<Answer> {
    app.write(move |tx| {
        let acct = Acct::parse(&name).map(|acct| acct.relative_to(tx.app().config.domain()));
        let remote = match acct {
            Some(Acct { username, domain: Some(domain) }) => {
                accounts::find_handle(&**tx, &username, Some(&domain))?.map(|known| known.id)
            }
            _ => None,
        };
        let id = remote.map_or_else(|| find(&**tx, &name), Ok)?;
        closing::suspend(tx, id, !undo)
    })
    .await?;
    Ok(Answer::Done)
}

async fn change(
    app: &App,
    name: String,
    change: impl FnOnce(&mut Tx<'_>, AccountId) -> Result<()> + Send + 'static,
) -> Result<Answer> {
    app.write(move |tx| {
        let id = find(&**tx, &name)?;
        change(tx, id)
    })
    .await?;
    Ok(Answer::Done)
}

fn find(from: &dyn Read, name: &str) -> Result<AccountId> {
    users::find(from, plain(name))?.ok_or_else(|| {
        Error::new(
            crate::platform::error::Kind::NotFound,
            format!("no account here is called {}", plain(name)),
        )
    })
}

fn plain(name: &str) -> &str {
    name.trim().trim_start_matches('@')
}

fn role_of(word: &str) -> Result<Role> {
    Role::parse(word).ok_or_else(|| Error::unprocessable(format!("there is no role {word:?}")))
}

/// 20 letters and digits without look-alikes: 116 bits.
fn new_password() -> String {
    const LETTERS: &[u8] = b"abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..20)
        .filter_map(|_| LETTERS.get(rand::random_range(0..LETTERS.len())).map(|byte| char::from(*byte)))
        .collect()
}

async fn stats(app: &App) -> Result<Answer> {
    let store = app.store.clone();
    let report = tokio::task::spawn_blocking(move || store.check(&features::catalog())).await??;
    let stats = app.store.stats();
    Ok(Answer::Stats(StatsLine {
        engine: stats.engine.name().to_owned(),
        disk_bytes: stats.disk_bytes,
        cache_bytes: stats.cache_bytes,
        rows: report.rows,
    }))
}
