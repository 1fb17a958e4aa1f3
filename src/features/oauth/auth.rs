//! Who is calling: the extractors that handlers name in their signatures.
//!
//! [`User<S>`] is a person whose token holds the scope, [`Viewer<S>`] the same or nobody, [`AnyApp`] any good
//! token. The errors are those of behaviours §1 to the letter.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::scopes::{Scope, allows, changes};
use super::table::{APPS, Application, BY_HASH, TOKENS, Token};
use crate::features::accounts::{self, table::Account};
use crate::features::users::table::{Role, USERS, User as UserRecord};
use crate::platform::app::App;
use crate::platform::clock::DAY;
use crate::platform::error::{Error, Kind, Result};
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, AppId, TokenId};
use crate::platform::secret;

/// A person who may do what `S` names.
#[derive(Debug, Clone)]
pub struct User<S: Scope> {
    /// The account.
    pub id: AccountId,
    /// Its record.
    pub account: Account,
    /// The person behind it.
    pub user: UserRecord,
    /// The token used.
    pub token: TokenId,
    /// The token's application.
    pub app: AppId,
    /// All scopes of the token.
    pub scopes: Vec<String>,
    scope: PhantomData<fn() -> S>,
}

/// A person who may do what `S` names, or nobody.
#[derive(Debug, Clone)]
pub struct Viewer<S: Scope>(pub Option<User<S>>);

impl<S: Scope> Viewer<S> {
    /// The account, when somebody is signed in.
    pub fn id(&self) -> Option<AccountId> {
        self.0.as_ref().map(|user| user.id)
    }
}

/// Somebody whose role may look after other servers (manage_federation), with a token for `S`.
#[derive(Debug, Clone)]
pub struct Federator<S: Scope>(pub User<S>);

/// A person at this server's own web app or command line: for what belongs to no other application, whatever it was
/// allowed.
#[derive(Debug, Clone)]
pub struct InPerson<S: Scope>(pub User<S>);

/// Any good token, of a person or of an application.
#[derive(Debug, Clone)]
pub struct AnyApp {
    /// The application.
    pub app: AppId,
    /// Its record.
    pub application: Application,
    /// The person, when the token has one.
    pub account: Option<AccountId>,
    /// The token's scopes.
    pub scopes: Vec<String>,
}

/// The token of a request: `Authorization: Bearer`, or the parameters `access_token` and `bearer_token`.
pub fn token_text(parts: &Parts) -> Option<String> {
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let text = value.to_str().ok()?;
        let (scheme, token) = text.split_once(' ')?;
        return scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned());
    }
    let query = parts.uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .find(|(name, _)| name == "access_token" || name == "bearer_token")
        .map(|(_, value)| value.into_owned())
}

/// Looks a token up; `None` when nobody knows it.
///
/// # Errors
/// 401 when it was revoked.
pub fn find_token(app: &App, text: &str) -> Result<Option<(TokenId, Token)>> {
    let store = app.read()?;
    let Some(id) = BY_HASH.get(&store, &secret::hash(text))? else { return Ok(None) };
    let Some(token) = TOKENS.get(&store, &id)? else { return Ok(None) };
    if token.revoked_at.is_some() {
        return Err(Error::revoked_token());
    }
    Ok(Some((id, token)))
}

/// The person of a token, if they may act at all.
///
/// # Errors
/// 422 for tokens without a person; 403 for the unconfirmed, the pending and the disabled, and for changes by those who
/// have moved (behaviours §24).
pub fn person<S: Scope>(app: &App, id: TokenId, token: Token) -> Result<User<S>> {
    let account_id = token.account.ok_or_else(Error::user_required)?;
    let store = app.read()?;
    let user = USERS.get(&store, &account_id)?.ok_or_else(Error::invalid_token)?;
    let account = accounts::get(&store, account_id).map_err(|_| Error::invalid_token())?;
    let refuse = |words: &'static str| Err(Error::new(Kind::Forbidden, words));
    if user.disabled || account.suspended_at.is_some() {
        return refuse("Your login is currently disabled");
    }
    if user.confirmed_at.is_none() {
        return refuse("Your login is missing a confirmed e-mail address");
    }
    if !user.approved {
        return refuse("Your login is currently pending approval");
    }
    if !allows(&token.scopes, S::ANY_OF) {
        return Err(Error::outside_scopes());
    }
    if account.moved_to.is_some() && changes(S::ANY_OF) && !S::AFTER_MOVING {
        return refuse("Your login is currently disabled");
    }
    Ok(User {
        id: account_id,
        account,
        user,
        token: id,
        app: token.app,
        scopes: token.scopes,
        scope: PhantomData,
    })
}

/// Whom a request counts for in rate limits: account and token, when a good token came with it.
pub fn caller(app: &App, request: &axum::extract::Request) -> (Option<u64>, Option<u64>) {
    let header = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let text = header.and_then(|value| value.split_once(' ')).map(|(_, token)| token.trim());
    match text.map(|text| find_token(app, text)) {
        Some(Ok(Some((id, token)))) => (token.account.map(AccountId::get), Some(id.get())),
        _ => (None, None),
    }
}

/// Notes that a token was used and its person seen, at most once a day (behaviours §2, token bookkeeping).
fn note_use(app: &App, id: TokenId, token: &Token) {
    let now = app.now();
    if token.used_at.is_some_and(|at| now.since(at) < DAY) {
        return;
    }
    let app = app.clone();
    tokio::spawn(async move {
        let noted = app
            .write_relaxed(move |tx| {
                let account = TOKENS.edit(tx, &id, |token| {
                    token.used_at = Some(now);
                    token.account
                })?;
                if let Some(Some(account)) = account {
                    USERS.edit(tx, &account, |user| user.active_at = now)?;
                    tx.tell(Event::UserSeen { account });
                }
                Ok(())
            })
            .await;
        if let Err(error) = noted {
            tracing::debug!(?error, "cannot note the use of a token");
        }
    });
}

impl<S: Scope> FromRequestParts<App> for User<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let text = token_text(parts).ok_or_else(Error::invalid_token)?;
        let (id, token) = find_token(app, &text)?.ok_or_else(Error::invalid_token)?;
        note_use(app, id, &token);
        person(app, id, token)
    }
}

impl<S: Scope> FromRequestParts<App> for Federator<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let user = User::from_request_parts(parts, app).await?;
        if user.user.role < Role::Admin { Err(Error::forbidden()) } else { Ok(Self(user)) }
    }
}

impl<S: Scope> FromRequestParts<App> for InPerson<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let user: User<S> = User::from_request_parts(parts, app).await?;
        let application = APPS.get(&app.read()?, &user.app)?;
        if application.is_some_and(|it| it.first_party) { Ok(Self(user)) } else { Err(Error::forbidden()) }
    }
}

impl<S: Scope> FromRequestParts<App> for Viewer<S> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        // A closed network shows itself to its members only (behaviours §25).
        let nobody =
            || if app.config.federation.is_closed() { Err(Error::invalid_token()) } else { Ok(Self(None)) };
        let Some(text) = token_text(parts) else { return nobody() };
        let Some((id, token)) = find_token(app, &text)? else { return nobody() };
        note_use(app, id, &token);
        if !allows(&token.scopes, S::ANY_OF) {
            return Err(Error::outside_scopes());
        }
        if token.account.is_none() {
            return nobody();
        }
        person(app, id, token).map(|user| Self(Some(user)))
    }
}

impl FromRequestParts<App> for AnyApp {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self> {
        let text = token_text(parts).ok_or_else(Error::invalid_token)?;
        let (id, token) = find_token(app, &text)?.ok_or_else(Error::invalid_token)?;
        note_use(app, id, &token);
        let application = APPS.get(&app.read()?, &token.app)?.ok_or_else(Error::invalid_token)?;
        Ok(Self { app: token.app, application, account: token.account, scopes: token.scopes })
    }
}
