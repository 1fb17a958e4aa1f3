//! The browser behind a request: who is signed in with it, and the secret that its forms carry.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use super::cookies::Cookie;
use super::words::frame::STALE_FORM;
use crate::features::instance;
use crate::features::oauth::sessions::{self, SignedIn};
use crate::features::users::table::USERS;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::accept_language;
use crate::platform::http::params::Params;
use crate::platform::ids::AccountId;
use crate::platform::secret;
use crate::platform::text::tongue::Tongue;

/// A browser.
#[derive(Debug, Clone)]
pub struct Browser {
    /// Who is signed in with it.
    pub signed_in: Option<SignedIn>,
    /// The language of who is signed in by their settings, else the first one that it asks for and that we speak.
    pub tongue: Tongue,
    /// How it names itself; may be empty.
    pub user_agent: String,
    /// The session cookie, while it is good.
    pub(super) session: Option<String>,
    /// The guest cookie.
    pub(super) guest: String,
    /// The guest cookie was made for this request and has to be set.
    pub(super) guest_is_new: bool,
}

impl FromRequestParts<App> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> std::result::Result<Self, Infallible> {
        Ok(Self::of(app, &parts.headers))
    }
}

impl Browser {
    /// The browser that sent these headers.
    pub fn of(app: &App, headers: &HeaderMap) -> Self {
        let session = Cookie::Session.read(&app.config, headers);
        let found =
            session.as_ref().map(|cookie| app.read().and_then(|store| sessions::find(&store, cookie)));
        let signed_in = match found {
            Some(Ok(found)) => found,
            Some(Err(error)) => {
                tracing::error!(?error, "cannot look a session up");
                None
            }
            None => None,
        };
        let session = session.filter(|_| signed_in.is_some());
        if let Some(cookie) = &session {
            sessions::note_use(app, cookie);
        }
        let guest = Cookie::Guest.read(&app.config, headers);
        let guest_is_new = guest.is_none();
        let user_agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
        let settled = signed_in.as_ref().and_then(|who| settled(app, who.account));
        Self {
            signed_in,
            tongue: settled.unwrap_or_else(|| Tongue::first(accept_language::languages(headers))),
            user_agent: user_agent.unwrap_or_default().to_owned(),
            session,
            guest: guest.unwrap_or_else(secret::fresh),
            guest_is_new,
        }
    }

    /// The secret that every form of this browser carries in its field `csrf`. Other sites can neither read it
    /// nor, without the cookie, work it out.
    ///
    /// # Errors
    /// When the store fails.
    pub fn csrf(&self, app: &App) -> Result<String> {
        self.seal(app, &[b"csrf"])
    }

    /// A proof that this server has made for this browser: worth nothing in another one, and nobody else can make it.
    /// The first of the parts says what it is for.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) fn seal(&self, app: &App, parts: &[&[u8]]) -> Result<String> {
        let key = instance::get(&app.read()?)?.token_secret;
        let cookie = self.session.as_ref().unwrap_or(&self.guest);
        let (purpose, rest) = parts.split_at(parts.len().min(1));
        Ok(secret::text(&secret::derive(&key, &[purpose, &[cookie.as_bytes()], rest].concat())))
    }

    /// Refuses a form that did not come from a page of ours in this browser.
    ///
    /// # Errors
    /// 422.
    pub fn check(&self, app: &App, params: &Params) -> Result<()> {
        let given = params.text("csrf").unwrap_or_default();
        if secret::same(given.as_bytes(), self.csrf(app)?.as_bytes()) {
            return Ok(());
        }
        Err(Error::unprocessable(Tongue::English.say(&STALE_FORM)))
    }
}

/// The language that somebody has chosen.
fn settled(app: &App, account: AccountId) -> Option<Tongue> {
    let user = app.read().and_then(|store| Ok(USERS.get(&store, &account)?));
    match user {
        Ok(user) => user.map(|user| Tongue::of(&user.settings.locale)),
        Err(error) => {
            tracing::error!(?error, "cannot look a language up");
            None
        }
    }
}
