//! Access tokens: made, found again, ended.
//!
//! A token's text is the HMAC of its number under the server's secret: asking again gives the same text
//! (behaviours §2), and a copy of the tokens' table is worth nothing without it.

use std::ops::ControlFlow;
use std::time::Duration;

use shop_storage::Window;

use super::jobs::ForgetToken;
use super::table::{TOKENS, TOKENS_BY_ACCOUNT, TOKENS_OF, Token};
use crate::features::instance;
use crate::platform::app::Tx;
use crate::platform::clock::Millis;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::{AccountId, AppId, TokenId};
use crate::platform::secret;

/// How long a revoked token is answered as revoked; later it is unknown.
const REMEMBERED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How many live tokens of one account are looked at in a step.
const STEP: usize = 500;

/// A token with its text.
#[derive(Debug, Clone)]
pub struct Issued {
    /// Its number.
    pub id: TokenId,
    /// What the client sends.
    pub text: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: Millis,
}

/// The text of a token.
pub fn text(token_secret: &[u8; 32], id: TokenId) -> String {
    secret::text(&secret::derive(token_secret, &[b"token", &id.get().to_be_bytes()]))
}

/// The token of this application, person and scopes: the one there is, or a new one.
///
/// # Errors
/// When the store fails.
pub fn issue(tx: &mut Tx<'_>, app: AppId, account: Option<AccountId>, scopes: &[String]) -> Result<Issued> {
    if let Some((id, token)) = equal(&**tx, app, account, scopes)? {
        let text = text(&instance::get(&**tx)?.token_secret, id);
        return Ok(Issued { id, text, scopes: token.scopes, created_at: token.created_at });
    }
    issue_new(tx, app, account, scopes)
}

/// A new token, whatever there is already: every browser session has its own.
///
/// # Errors
/// When the store fails.
pub fn issue_new(
    tx: &mut Tx<'_>,
    app: AppId,
    account: Option<AccountId>,
    scopes: &[String],
) -> Result<Issued> {
    let id: TokenId = tx.new_id();
    let text = text(&instance::get(&**tx)?.token_secret, id);
    let created_at = tx.now();
    let token = Token {
        app,
        account,
        scopes: scopes.to_vec(),
        hash: secret::hash(&text),
        created_at,
        used_at: None,
        revoked_at: None,
    };
    TOKENS.put(tx, &id, &token)?;
    Ok(Issued { id, text, scopes: token.scopes, created_at })
}

/// The live token with exactly these scopes, in any order.
///
/// # Errors
/// When the store fails.
pub fn equal(
    from: &dyn shop_storage::Read,
    app: AppId,
    account: Option<AccountId>,
    scopes: &[String],
) -> Result<Option<(TokenId, Token)>> {
    let wanted = sorted(scopes);
    let owner = (account.unwrap_or(AccountId::new(0)), app);
    for id in TOKENS_OF.page(from, &owner, &Window::newest(STEP))? {
        if let Some(token) = TOKENS.get(from, &id)?
            && sorted(&token.scopes) == wanted
        {
            return Ok(Some((id, token)));
        }
    }
    Ok(None)
}

fn sorted(scopes: &[String]) -> Vec<&str> {
    let mut scopes: Vec<&str> = scopes.iter().map(String::as_str).collect();
    scopes.sort_unstable();
    scopes.dedup();
    scopes
}

/// Ends a token and its streams. A second time changes nothing.
///
/// # Errors
/// When the store fails.
pub fn revoke(tx: &mut Tx<'_>, id: TokenId) -> Result<()> {
    let now = tx.now();
    let ended = TOKENS.edit(tx, &id, |token| {
        let live = token.revoked_at.is_none();
        token.revoked_at.get_or_insert(now);
        live
    })?;
    if ended == Some(true) {
        tx.tell(Event::TokenRevoked { token: id });
        tx.enqueue_at(&ForgetToken { token: id }, now.plus(REMEMBERED))?;
    }
    Ok(())
}

/// Ends all tokens of a person.
///
/// # Errors
/// When the store fails.
pub fn revoke_all(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let mut live = Vec::new();
    TOKENS_BY_ACCOUNT.visit(&**tx, &account, &Window::oldest(usize::MAX), &mut |id| {
        live.push(id);
        ControlFlow::Continue(())
    })?;
    live.into_iter().try_for_each(|id| revoke(tx, id))
}
