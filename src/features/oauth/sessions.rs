//! Browser sessions: a cookie for the browser, and behind it an access token of the web app.

use shop_storage::{Read, Window};

use super::apps::{self, FirstParty};
use super::table::TOKENS;
use super::tokens;
use crate::features::instance;
use crate::features::users::table::{SESSIONS, SESSIONS_OF, Session, USERS, User};
use crate::features::users::{self, SignIn};
use crate::platform::app::{App, Tx};
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, TokenId};
use crate::platform::secret;

/// How many browsers one person may be signed in with (behaviours §2, account life).
pub const MOST: usize = 10;

/// What the web app may do (behaviours §2, app owner), and push messages.
const SCOPES: [&str; 4] = ["read", "write", "follow", "push"];

/// The longest name of a browser that is kept, in bytes.
const AGENT_MAX: usize = 255;

/// A browser that is signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub account: AccountId,
    /// The person.
    pub user: User,
    /// The web app's access token.
    pub token: TokenId,
    /// Its text.
    pub token_text: String,
}

/// Signs a browser in and gives the text of its cookie. The longest unused of too many sessions ends.
///
/// # Errors
/// When the store fails.
pub async fn start(app: &App, account: AccountId, user_agent: &str) -> Result<String> {
    let mut end = user_agent.len().min(AGENT_MAX);
    while !user_agent.is_char_boundary(end) {
        end -= 1;
    }
    let user_agent = user_agent[..end].to_owned();
    app.write(move |tx| {
        make_room(tx, account)?;
        let web = apps::first_party(tx, FirstParty::Web)?;
        let scopes = SCOPES.map(str::to_owned);
        let token = tokens::issue_new(tx, web, Some(account), &scopes)?;
        let cookie = secret::fresh();
        let now = tx.now();
        let session = Session { account, token: token.id, created_at: now, seen_at: now, user_agent };
        SESSIONS.put(tx, &secret::hash(&cookie), &session)?;
        USERS.edit(tx, &account, |user| user.active_at = now)?;
        Ok(cookie)
    })
    .await
}

fn make_room(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let mut open = Vec::new();
    for key in SESSIONS_OF.page(&**tx, &account, &Window::oldest(2 * MOST))? {
        if let Some(session) = SESSIONS.get(&**tx, &key)? {
            open.push((session.seen_at, key));
        }
    }
    open.sort_unstable();
    let too_many = (open.len() + 1).saturating_sub(MOST);
    open.into_iter().take(too_many).try_for_each(|(_, key)| end_key(tx, &key))
}

/// Who is signed in with this cookie; nobody when they may not act any more.
///
/// # Errors
/// When the store fails.
pub fn find(from: &dyn Read, cookie: &str) -> Result<Option<SignedIn>> {
    let Some(session) = SESSIONS.get(from, &secret::hash(cookie))? else { return Ok(None) };
    let account = session.account;
    let Some(user) = USERS.get(from, &account)? else { return Ok(None) };
    let live = TOKENS.get(from, &session.token)?.is_some_and(|token| token.revoked_at.is_none());
    if !live || users::standing(from, account, &user)? != SignIn::Welcome(account) {
        return Ok(None);
    }
    let token_text = tokens::text(&instance::get(from)?.token_secret, session.token);
    Ok(Some(SignedIn { account, user, token: session.token, token_text }))
}

/// Notes that a session is in use, at most once a day.
pub fn note_use(app: &App, cookie: &str) {
    let key = secret::hash(cookie);
    let now = app.now();
    let seen = app.read().and_then(|store| Ok(SESSIONS.get(&store, &key)?));
    if !matches!(seen, Ok(Some(session)) if now.since(session.seen_at) >= DAY) {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        let noted = app
            .write_relaxed(move |tx| {
                SESSIONS.edit(tx, &key, |session| session.seen_at = now)?;
                Ok(())
            })
            .await;
        if let Err(error) = noted {
            tracing::debug!(?error, "cannot note the use of a session");
        }
    });
}

/// Signs the browser with this cookie out.
///
/// # Errors
/// When the store fails.
pub fn end(tx: &mut Tx<'_>, cookie: &str) -> Result<()> {
    end_key(tx, &secret::hash(cookie))
}

fn end_key(tx: &mut Tx<'_>, key: &[u8; 32]) -> Result<()> {
    match SESSIONS.delete(tx, key)? {
        Some(session) => tokens::revoke(tx, session.token),
        None => Ok(()),
    }
}

/// The browsers of a person, the one used last first.
///
/// # Errors
/// When the store fails.
pub fn all(from: &dyn Read, account: AccountId) -> Result<Vec<Session>> {
    let keys = SESSIONS_OF.page(from, &account, &Window::oldest(2 * MOST))?;
    let mut open: Vec<Session> = SESSIONS.get_many(from, &keys)?.into_iter().flatten().collect();
    open.sort_unstable_by_key(|session| std::cmp::Reverse((session.seen_at, session.token)));
    Ok(open)
}

/// Signs the browser of a person out whose web app has this token.
///
/// # Errors
/// 404 when there is none.
pub fn end_one(tx: &mut Tx<'_>, account: AccountId, token: TokenId) -> Result<()> {
    if end_those(tx, account, |session| session.token == token)? == 0 {
        return Err(Error::not_found());
    }
    Ok(())
}

/// Signs all browsers of a person out but the one whose web app has the token `kept`. Answers how many there were.
///
/// # Errors
/// When the store fails.
pub fn end_others(tx: &mut Tx<'_>, account: AccountId, kept: TokenId) -> Result<usize> {
    end_those(tx, account, |session| session.token != kept)
}

/// Signs all browsers of a person out.
///
/// # Errors
/// When the store fails.
pub fn end_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    end_those(tx, account, |_| true).map(drop)
}

fn end_those(tx: &mut Tx<'_>, account: AccountId, wanted: impl Fn(&Session) -> bool) -> Result<usize> {
    let mut count = 0;
    for key in SESSIONS_OF.page(&**tx, &account, &Window::oldest(2 * MOST))? {
        if SESSIONS.get(&**tx, &key)?.is_some_and(|session| wanted(&session)) {
            end_key(tx, &key)?;
            count += 1;
        }
    }
    Ok(count)
}
