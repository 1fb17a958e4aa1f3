//! Pages of accounts over hidden join rows: followers, blocks, mutes, requests (behaviours §3, PAGE-B).

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderMap, Uri};
use shop_storage::{Index, Read};

use super::view::{self, AccountView};
use crate::platform::app::App;
use crate::platform::error::Result;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::ids::kind::Link;
use crate::platform::ids::{AccountId, LinkId};

/// How many accounts a page has, and at most.
const SIZE: (usize, usize) = (40, 80);

/// An answer: the `Link` header and the accounts.
pub type Answer = (HeaderMap, Json<Vec<Arc<AccountView>>>);

/// The rows of one page, newest first, with the `Link` header that leads on.
///
/// # Errors
/// 404 for cursors that are no ids; when the store fails.
pub fn rows(
    app: &App,
    from: &dyn Read,
    index: &Index<AccountId, (LinkId, AccountId)>,
    of: AccountId,
    params: &Params,
    uri: &Uri,
) -> Result<(HeaderMap, Vec<AccountId>)> {
    let cursor = Cursor::<Link> { min_id: None, ..Cursor::read(params, SIZE.0, SIZE.1)? };
    let rows = cursor.arrange(index.page(from, &of, &cursor.pairs())?);
    let links: Vec<LinkId> = rows.iter().map(|(link, _)| *link).collect();
    let headers = link(&app.config, uri, &links, Next::WhenFull(cursor.limit), "since_id");
    Ok((headers, rows.into_iter().map(|(_, id)| id).collect()))
}

/// The accounts of one page, leaving out those that `keep` refuses and the suspended.
///
/// # Errors
/// As [`rows`].
pub fn accounts(
    app: &App,
    from: &dyn Read,
    index: &Index<AccountId, (LinkId, AccountId)>,
    of: AccountId,
    params: &Params,
    uri: &Uri,
    keep: impl Fn(AccountId) -> bool,
) -> Result<Answer> {
    let (headers, mut ids) = rows(app, from, index, of, params, uri)?;
    ids.retain(|id| keep(*id));
    Ok((headers, Json(view::present(app, from, &ids)?)))
}
