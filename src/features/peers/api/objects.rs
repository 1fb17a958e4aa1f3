//! Our posts, their activities and what belongs to them, as other servers read them. Private ones are shown to
//! signed requests of those who may see them (behaviours §8).

use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use shop_storage::{Read, Window};

use super::actors;
use crate::features::accounts::{
    self,
    table::{ACCOUNTS, BY_HANDLE},
};
use crate::features::peers::reader::{Reader, Visitor, admit};
use crate::features::statuses::note::Written;
use crate::features::statuses::table::{REPLIES, STATS, STATUSES, Status, StatusStats};
use crate::features::statuses::{self, visible_to};
use crate::federation::documents::{Page, totals, with_context};
use crate::federation::negotiation::{Keep, answer};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::{AccountId, StatusId};

/// How many answers a page of replies has (behaviours §18).
const REPLIES_A_PAGE: usize = 60;

/// A local status that the caller may see, and how long others may keep what they get.
struct Shown {
    id: StatusId,
    status: Status,
    keep: Keep,
}

fn shown(app: &App, account: AccountId, id: StatusId, reader: Reader) -> Result<Shown> {
    let from = app.read()?;
    let row = STATUSES.get(&from, &id)?.filter(|status| status.local && status.account == account);
    actors::local(&from, account)?;
    let status = row.ok_or_else(Error::not_found)?;
    if !visible_to(&from, reader.account, id, &status)? || reader.is_shunned_by(&from, account)? {
        return Err(Error::not_found());
    }
    let keep = if status.visibility.is_open() { reader.keep } else { Keep::Private };
    Ok(Shown { id, status, keep })
}

/// The two ids in the path of a status.
fn ids(path: &(String, String)) -> Result<(AccountId, StatusId)> {
    let (account, status) = path;
    match (account.parse(), status.parse()) {
        (Ok(account), Ok(status)) => Ok((account, status)),
        _ => Err(Error::not_found()),
    }
}

/// GET /ap/users/{account}/statuses/{status}: the Note, or the Announce of a boost; browsers are sent to the page.
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn status(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    visitor: Visitor<Reader>,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let Visitor::Server(reader) = visitor else {
        let shown = shown(&app, account, id, Reader { account: None, keep: Keep::Shared })?;
        let author = accounts::get(&app.read()?, account)?;
        let page = statuses::url(&app.config, id, &shown.status, &author);
        return Ok(Redirect::to(&page).into_response());
    };
    document(&app, &shown(&app, account, id, reader)?)
}

/// GET /users/{name}/statuses/{status}: the address that posts have elsewhere; leads to ours.
///
/// # Errors
/// 404 for nobody, 410 for who is gone.
pub async fn by_name(
    State(app): State<App>,
    Path((name, status)): Path<(String, String)>,
) -> Result<Response> {
    let account = BY_HANDLE.get(&app.read()?, &(name.to_lowercase(), String::new()))?;
    let account = account.ok_or_else(Error::not_found)?;
    let id: StatusId = status.parse().map_err(|_| Error::not_found())?;
    let place = format!("{}/statuses/{id}", accounts::local_uri(&app.config, account));
    Ok(Redirect::permanent(&place).into_response())
}

fn document(app: &App, shown: &Shown) -> Result<Response> {
    let from = app.read()?;
    let written = Written::load(app, &from, shown.id)?;
    let document = match shown.status.reblog_of {
        Some(_) => written.activity()?,
        None => with_context(written.note()?),
    };
    Ok(answer(&document, shown.keep))
}

/// The document of a status that was asked for at its page, `/@name/id`.
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn document_of(app: &App, name: &str, id: &str, parts: &Parts) -> Result<Response> {
    let account = BY_HANDLE.get(&app.read()?, &(name.to_lowercase(), String::new()))?;
    let reader = match admit(app, parts).await {
        Ok(reader) => reader,
        Err(refusal) => return Ok(refusal),
    };
    let (Some(account), Ok(id)) = (account, id.parse()) else { return Err(Error::not_found()) };
    document(app, &shown(app, account, id, reader)?)
}

/// GET …/activity: the Create or Announce that made the status.
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn activity(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let shown = shown(&app, account, id, reader)?;
    let from = app.read()?;
    Ok(answer(&Written::load(&app, &from, shown.id)?.activity()?, shown.keep))
}

/// GET …/likes
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn likes(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    counted(&app, &path, reader, "likes", |stats| stats.favourites)
}

/// GET …/shares
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn shares(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    reader: Reader,
) -> Result<Response> {
    counted(&app, &path, reader, "shares", |stats| stats.reblogs)
}

fn counted(
    app: &App,
    path: &(String, String),
    reader: Reader,
    name: &str,
    count: fn(&StatusStats) -> u64,
) -> Result<Response> {
    let (account, id) = ids(path)?;
    let shown = shown(app, account, id, reader)?;
    let stats = STATS.get(&app.read()?, &shown.id)?.unwrap_or_default();
    let of = format!("{}/{name}", statuses::uri(&app.config, shown.id, &shown.status));
    Ok(answer(&totals(&of, count(&stats)), shown.keep))
}

/// GET …/replies: ids of the answers that everybody may see, oldest first.
///
/// # Errors
/// 404 for what the caller may not see and for cursors that are no ids.
pub async fn replies(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    reader: Reader,
    params: Params,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let shown = shown(&app, account, id, reader)?;
    let of = format!("{}/replies", statuses::uri(&app.config, shown.id, &shown.status));
    let from = app.read()?;
    if !params.has("page") {
        let first = page(&app, &from, &of, id, None)?;
        let mut first = first.document();
        if let Some(map) = first.as_object_mut() {
            map.shift_remove("@context");
        }
        let document = with_context(json!({ "id": of, "type": "Collection", "first": first }));
        return Ok(answer(&document, shown.keep));
    }
    let min = params.id("min_id")?;
    let query = min.map_or_else(|| "page=true".to_owned(), |min| format!("min_id={min}&page=true"));
    let page = Page { query: &query, ..page(&app, &from, &of, id, min)? };
    Ok(answer(&page.document(), shown.keep))
}

fn page<'a>(
    app: &App,
    from: &dyn Read,
    of: &'a str,
    id: StatusId,
    min: Option<StatusId>,
) -> Result<Page<'a>> {
    let mut window = Window::oldest(REPLIES_A_PAGE);
    window.above = min;
    let ids = REPLIES.page(from, &id, &window)?;
    let rows = STATUSES.get_many(from, &ids)?;
    let open: Vec<(StatusId, Status)> = ids
        .iter()
        .zip(rows)
        .filter_map(|(id, row)| row.filter(|row| row.visibility.is_open()).map(|row| (*id, row)))
        .collect();
    let authors: Vec<AccountId> = open.iter().map(|(_, row)| row.account).collect();
    let items = open
        .iter()
        .zip(ACCOUNTS.get_many(from, &authors)?)
        .filter(|(_, author)| author.as_ref().is_some_and(|by| by.suspended_at.is_none() && !by.deleted))
        .map(|((id, row), _)| Value::from(statuses::uri(&app.config, *id, row)))
        .collect();
    let next =
        ids.last().filter(|_| ids.len() == REPLIES_A_PAGE).map(|last| format!("min_id={last}&page=true"));
    Ok(Page { of, query: "page=true", ordered: false, next, prev: None, items })
}
