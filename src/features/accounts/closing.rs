//! Ends accounts of other servers: their server says so itself, or shows nothing in their place any more.

use super::table::ACCOUNTS;
use crate::platform::app::Tx;
use crate::platform::error::Result;
use crate::platform::events::Event;
use crate::platform::ids::AccountId;

/// Closes an account of another server that is gone for good: its profile now, what it left here by and by.
///
/// # Errors
/// When the store fails.
pub fn close(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    let found = ACCOUNTS.edit(tx, &account, |row| {
        let first = !row.deleted;
        row.end();
        row.avatar = None;
        row.header = None;
        first
    })?;
    if found == Some(true) {
        tx.tell(Event::AccountUpdated { account });
        tx.tell(Event::AccountDeleted { account });
    }
    Ok(())
}
