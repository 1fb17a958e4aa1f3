//! OAuth 2 by behaviours §2: applications, codes, tokens, browser sessions; and who is calling ([`auth`]).

pub mod api;
pub mod apps;
pub mod auth;
pub mod codes;
pub mod granted;
pub mod jobs;
pub mod refusal;
pub mod scopes;
pub mod sessions;
pub mod table;
pub mod tokens;
pub mod view;

use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::Event;

/// Ends the tokens, codes and sessions of who may not act any more, in the transaction that says so.
///
/// # Errors
/// When the store fails.
pub fn hear(tx: &mut Tx<'_>, event: &Event) -> Result<()> {
    if let Event::AccountClosed { account } = *event {
        sessions::end_all(tx, account)?;
        tokens::revoke_all(tx, account)?;
        codes::end_all(tx, account, |_| true)?;
    }
    Ok(())
}
