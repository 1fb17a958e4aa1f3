//! Quotes: the rows. Who may quote what, and what is counted, is decided in `statuses::quote`.

pub mod activity;
pub mod api;
pub mod table;

use std::collections::HashMap;

use shop_storage::Read;

use self::table::{ACCEPTED, QUOTES, Quote};
use crate::platform::error::Result;
use crate::platform::http::paging::Cursor;
use crate::platform::ids::{StatusId, kind};

/// The quotes of those of `statuses` that quote: one round trip.
///
/// # Errors
/// When the store fails.
pub fn of_statuses(from: &dyn Read, statuses: &[StatusId]) -> Result<HashMap<StatusId, Quote>> {
    if statuses.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = QUOTES.get_many(from, statuses)?;
    Ok(statuses.iter().zip(rows).filter_map(|(id, quote)| Some((*id, quote?))).collect())
}

/// A page of the statuses that quote `quoted` with its author's agreement, newest first.
///
/// # Errors
/// When the store fails.
pub fn page(from: &dyn Read, quoted: StatusId, cursor: &Cursor<kind::Status>) -> Result<Vec<StatusId>> {
    Ok(cursor.arrange(ACCEPTED.page(from, &quoted, &cursor.window())?))
}
