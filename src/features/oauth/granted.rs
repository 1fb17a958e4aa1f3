//! Applications that act in somebody's name: which they are, what they may do, and how that ends.

use std::collections::HashSet;

use shop_storage::{Read, Window};

use super::table::{APPS, Application, TOKENS, TOKENS_BY_ACCOUNT, TOKENS_OF, Token};
use super::{codes, sessions, tokens};
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::{Error, Result};
use crate::platform::ids::{AccountId, AppId, TokenId};

/// How many tokens are looked at, the newest first.
const MOST: usize = 1_000;

/// An application with all that its tokens allow.
#[derive(Debug, Clone)]
pub struct Granted {
    /// Its number.
    pub app: AppId,
    /// Its record.
    pub application: Application,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was let in first.
    pub since: Millis,
    /// When it last called, to within a day.
    pub used_at: Option<Millis>,
}

/// The applications that somebody has let in, the one let in last first. The web app is none of them: its tokens are
/// those of the browsers.
///
/// # Errors
/// When the store fails.
pub fn applications(from: &dyn Read, account: AccountId) -> Result<Vec<Granted>> {
    let browsers = of_browsers(from, account)?;
    let ids = TOKENS_BY_ACCOUNT.page(from, &account, &Window::newest(MOST))?;
    let mut granted: Vec<Granted> = Vec::new();
    for (id, token) in ids.iter().zip(TOKENS.get_many(from, &ids)?) {
        let Some(token) = token.filter(|_| !browsers.contains(id)) else { continue };
        if let Some(known) = granted.iter_mut().find(|known| known.app == token.app) {
            known.since = known.since.min(token.created_at);
            known.used_at = known.used_at.max(token.used_at);
            let more = token.scopes.into_iter().filter(|scope| !known.scopes.contains(scope));
            known.scopes.extend(more.collect::<Vec<_>>());
        } else if let Some(application) = APPS.get(from, &token.app)? {
            let Token { app, scopes, created_at: since, used_at, .. } = token;
            granted.push(Granted { app, application, scopes, since, used_at });
        }
    }
    Ok(granted)
}

/// The tokens of browsers.
fn of_browsers(from: &dyn Read, account: AccountId) -> Result<HashSet<TokenId>> {
    Ok(sessions::all(from, account)?.into_iter().map(|session| session.token).collect())
}

/// Ends all that an application may do in somebody's name: its tokens with their push subscriptions and streams, and
/// codes that it has not used yet.
///
/// # Errors
/// 404 when it may do nothing.
pub fn revoke(tx: &mut Tx<'_>, account: AccountId, app: AppId) -> Result<()> {
    let browsers = of_browsers(&**tx, account)?;
    let mut live = TOKENS_OF.page(&**tx, &(account, app), &Window::all())?;
    live.retain(|id| !browsers.contains(id));
    if live.is_empty() {
        return Err(Error::not_found());
    }
    live.into_iter().try_for_each(|id| tokens::revoke(tx, id))?;
    codes::end_all(tx, account, |of| of == app)
}

/// Ends what all applications may do in somebody's name, but for the token `kept`.
///
/// # Errors
/// When the store fails.
pub fn revoke_others(tx: &mut Tx<'_>, account: AccountId, kept: TokenId) -> Result<()> {
    let browsers = of_browsers(&**tx, account)?;
    let live = TOKENS_BY_ACCOUNT.page(&**tx, &account, &Window::all())?;
    let others = live.into_iter().filter(|id| *id != kept && !browsers.contains(id));
    others.collect::<Vec<_>>().into_iter().try_for_each(|id| tokens::revoke(tx, id))?;
    codes::end_all(tx, account, |_| true)
}
