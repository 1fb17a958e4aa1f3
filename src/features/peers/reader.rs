//! Who asks for a document: another server, proven where it signs, and in secure mode only such (behaviours §21).

use axum::extract::FromRequestParts;
use axum::http::header::ACCEPT;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use shop_storage::Read;

use super::api::caller::{prove, refused};
use crate::features::accounts::table::ACCOUNTS;
use crate::features::relationships::table::{BLOCKS, DOMAIN_BLOCKED};
use crate::federation::negotiation::{Keep, wants_activity};
use crate::federation::sign::SignatureError;
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::ids::AccountId;

/// A server that reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The account that has signed, if any has.
    pub account: Option<AccountId>,
    /// How long others may keep what it gets.
    pub keep: Keep,
}

impl Reader {
    /// Whether the local account `owner` shows this reader nothing: it blocks the reader, or the reader's server.
    ///
    /// # Errors
    /// When the store fails.
    pub fn is_shunned_by(&self, from: &dyn Read, owner: AccountId) -> Result<bool> {
        let Some(reader) = self.account else { return Ok(false) };
        if BLOCKS.has(from, &(owner, reader))? {
            return Ok(true);
        }
        let domain = ACCOUNTS.get(from, &reader)?.and_then(|account| account.domain);
        match domain {
            Some(domain) => Ok(DOMAIN_BLOCKED.get(from, &(owner, domain))?.is_some()),
            None => Ok(false),
        }
    }
}

/// Looks at a request for a document. In secure mode it must bear a good signature, of an account that is not
/// suspended, on a server that the rules do not shut out; else a signature that does not hold is as good as none.
///
/// # Errors
/// The answer for who may not read: 401 without a good signature, 403 for who is shut out.
pub async fn admit(app: &App, parts: &Parts) -> Result<Reader, Response> {
    let is_secure = app.config.federation.is_secure();
    let is_signed = parts.headers.contains_key("signature");
    if !is_signed {
        let open = Reader { account: None, keep: Keep::Shared };
        return if is_secure { Err(refused(&SignatureError::Unsigned)) } else { Ok(open) };
    }
    let proven = prove(app, parts, &[]).await.map_err(IntoResponse::into_response)?;
    match proven {
        Ok(proven) => {
            let account = app.read().and_then(|from| Ok(ACCOUNTS.get(&from, &proven.account)?));
            let account = account.map_err(IntoResponse::into_response)?;
            match account.filter(|account| !account.deleted && account.suspended_at.is_none()) {
                Some(_) => Ok(Reader { account: Some(proven.account), keep: Keep::Private }),
                None if is_secure => Err(refused(&SignatureError::Blocked)),
                None => Ok(Reader { account: None, keep: Keep::Private }),
            }
        }
        Err(error) if is_secure => Err(refused(&error)),
        Err(_) => Ok(Reader { account: None, keep: Keep::Shared }),
    }
}

impl FromRequestParts<App> for Reader {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        admit(app, parts).await
    }
}

/// A server that reads what is open to all: outside secure mode its signature, if there is one, is not looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passer(pub Reader);

impl Passer {
    /// Looks at a request for a document that is open to all.
    ///
    /// # Errors
    /// As [`admit`].
    pub async fn of(app: &App, parts: &Parts) -> Result<Self, Response> {
        if app.config.federation.is_secure() {
            return admit(app, parts).await.map(Self);
        }
        Ok(Self(Reader { account: None, keep: Keep::Shared }))
    }
}

impl FromRequestParts<App> for Passer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::of(app, parts).await
    }
}

/// Who comes to an address where there is a document for servers (`S`) and a page for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor<S> {
    /// A person; is sent to the page.
    Browser,
    /// A server.
    Server(S),
}

impl<S: FromRequestParts<App, Rejection = Response>> FromRequestParts<App> for Visitor<S> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let asks_for_page = parts
            .headers
            .get(ACCEPT)
            .is_some_and(|accept| accept.as_bytes().windows(9).any(|word| word == b"text/html"));
        if asks_for_page && !wants_activity(&parts.headers) {
            return Ok(Self::Browser);
        }
        S::from_request_parts(parts, app).await.map(Self::Server)
    }
}
