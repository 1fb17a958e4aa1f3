//! Our posts, their activities and what belongs to them, as other servers read them. Private ones are shown to
//! signed requests of those who may see them (behaviours §8).

use axum::extract::{Path, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::{Value, json};
use shop_storage::{Read, Window};

use super::{actors, caller};
use crate::features::accounts::{self, table::BY_HANDLE};
use crate::features::statuses::note::Written;
use crate::features::statuses::table::{REPLIES, STATS, STATUSES, Status, StatusStats};
use crate::features::statuses::{self, visible_to};
use crate::federation::documents::{Page, totals, with_context};
use crate::federation::negotiation::{Keep, answer, wants_activity};
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

async fn shown(app: &App, account: AccountId, id: StatusId, parts: &Parts) -> Result<Shown> {
    let status = {
        let from = app.read()?;
        let row = STATUSES.get(&from, &id)?.filter(|status| status.local && status.account == account);
        actors::local(&from, account)?;
        row.ok_or_else(Error::not_found)?
    };
    let reader = caller::reader(app, parts).await?;
    if !visible_to(&app.read()?, reader, id, &status)? {
        return Err(Error::not_found());
    }
    let keep = if status.visibility.is_open() && reader.is_none() { Keep::Shared } else { Keep::Private };
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
    request: Request,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let (parts, _) = request.into_parts();
    let shown = shown(&app, account, id, &parts).await?;
    if is_browser(&parts.headers) {
        let author = accounts::get(&app.read()?, account)?;
        let page = statuses::url(&app.config, id, &shown.status, &author);
        return Ok(Redirect::to(&page).into_response());
    }
    document(&app, &shown)
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

fn is_browser(headers: &HeaderMap) -> bool {
    let accept = headers.get(axum::http::header::ACCEPT).and_then(|accept| accept.to_str().ok());
    !wants_activity(headers) && accept.is_some_and(|accept| accept.contains("text/html"))
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
    let (Some(account), Ok(id)) = (account, id.parse()) else { return Err(Error::not_found()) };
    let shown = shown(app, account, id, parts).await?;
    document(app, &shown)
}

/// GET …/activity: the Create or Announce that made the status.
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn activity(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let shown = shown(&app, account, id, &request.into_parts().0).await?;
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
    request: Request,
) -> Result<Response> {
    counted(&app, &path, request, "likes", |stats| stats.favourites).await
}

/// GET …/shares
///
/// # Errors
/// 404 for what the caller may not see.
pub async fn shares(
    State(app): State<App>,
    Path(path): Path<(String, String)>,
    request: Request,
) -> Result<Response> {
    counted(&app, &path, request, "shares", |stats| stats.reblogs).await
}

async fn counted(
    app: &App,
    path: &(String, String),
    request: Request,
    name: &str,
    count: fn(&StatusStats) -> u64,
) -> Result<Response> {
    let (account, id) = ids(path)?;
    let shown = shown(app, account, id, &request.into_parts().0).await?;
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
    request: Request,
) -> Result<Response> {
    let (account, id) = ids(&path)?;
    let parts = request.into_parts().0;
    let params = Params::from_form(parts.uri.query().unwrap_or_default())?;
    let shown = shown(&app, account, id, &parts).await?;
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
    let open = ids.iter().zip(rows).filter_map(|(id, row)| {
        let row = row.filter(|row| row.visibility.is_open())?;
        Some(Value::from(statuses::uri(&app.config, *id, &row)))
    });
    let items = open.collect();
    let next =
        ids.last().filter(|_| ids.len() == REPLIES_A_PAGE).map(|last| format!("min_id={last}&page=true"));
    Ok(Page { of, query: "page=true", ordered: false, next, prev: None, items })
}
