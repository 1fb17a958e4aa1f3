//! Whole threads that began here, as other servers read them (behaviours §18, context; FEP-7888).

use axum::extract::{Path, State};
use axum::response::Response;
use serde_json::{Value, json};
use shop_storage::{Read, Window};

use super::actors;
use crate::features::accounts;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::peers::reader::Reader;
use crate::features::statuses::table::{CONVERSATION, STATUSES, Status};
use crate::features::statuses::thread;
use crate::features::statuses::{self, visible_to};
use crate::federation::documents::{Page, with_context};
use crate::federation::negotiation::answer;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::ids::StatusId;

/// How many posts a page has.
const POSTS: usize = 60;

/// GET /contexts/{account}-{status}: a thread by the post that began it.
///
/// # Errors
/// 404 when no thread began with it here, or not one for everybody.
pub async fn context(
    State(app): State<App>,
    Path(context): Path<String>,
    reader: Reader,
) -> Result<Response> {
    let from = app.read()?;
    let (root, id) = root(&from, &context, reader)?;
    let address = thread::address(&app.config, root.account, id);
    let items = format!("{address}/items");
    let document = with_context(json!({
        "id": address,
        "type": "Collection",
        "attributedTo": accounts::local_uri(&app.config, root.account),
        "first": first(&app, &from, &items, &root)?,
    }));
    Ok(answer(&document, reader.keep))
}

/// GET /contexts/{account}-{status}/items: the ids of the posts in it, oldest first.
///
/// # Errors
/// 404 as [`context()`], and for cursors that are no ids.
pub async fn items(
    State(app): State<App>,
    Path(context): Path<String>,
    reader: Reader,
    params: Params,
) -> Result<Response> {
    let from = app.read()?;
    let (root, id) = root(&from, &context, reader)?;
    let of = format!("{}/items", thread::address(&app.config, root.account, id));
    if !params.has("page") {
        let first = first(&app, &from, &of, &root)?;
        let document = with_context(json!({ "id": of, "type": "Collection", "first": first }));
        return Ok(answer(&document, reader.keep));
    }
    let min = params.id("min_id")?;
    let query = min.map_or_else(|| "page=true".to_owned(), |min| format!("min_id={min}&page=true"));
    let page = Page { query: &query, ..page(&app, &from, &of, &root, min)? };
    Ok(answer(&page.document(), reader.keep))
}

/// The post that began a thread, which everybody may see and whose author does not shun the reader.
fn root(from: &dyn Read, context: &str, reader: Reader) -> Result<(Status, StatusId)> {
    let (account, status) = context.split_once('-').ok_or_else(Error::not_found)?;
    let account = account.parse().map_err(|_| Error::not_found())?;
    let id: StatusId = status.parse().map_err(|_| Error::not_found())?;
    let root = STATUSES.get(from, &id)?.filter(|root| root.account == account && thread::begins(root));
    let root = root.ok_or_else(Error::not_found)?;
    actors::local(from, account)?;
    if !visible_to(from, None, id, &root)? || reader.is_shunned_by(from, account)? {
        return Err(Error::not_found());
    }
    Ok((root, id))
}

fn first(app: &App, from: &dyn Read, of: &str, root: &Status) -> Result<Value> {
    let mut first = page(app, from, of, root, None)?.document();
    if let Some(map) = first.as_object_mut() {
        map.shift_remove("@context");
    }
    Ok(first)
}

fn page<'a>(
    app: &App,
    from: &dyn Read,
    of: &'a str,
    root: &Status,
    min: Option<StatusId>,
) -> Result<Page<'a>> {
    let mut window = Window::oldest(POSTS);
    window.above = min;
    let ids = CONVERSATION.page(from, &root.conversation, &window)?;
    let rows = STATUSES.get_many(from, &ids)?;
    let mut items = Vec::new();
    for (id, row) in ids.iter().zip(rows) {
        let Some(row) = row.filter(|row| row.visibility.is_open() && row.reblog_of.is_none()) else {
            continue;
        };
        let is_shown =
            ACCOUNTS.get(from, &row.account)?.is_some_and(|by| by.suspended_at.is_none() && !by.deleted);
        if is_shown {
            items.push(Value::from(statuses::uri(&app.config, *id, &row)));
        }
    }
    let next = ids.last().filter(|_| ids.len() == POSTS).map(|last| format!("min_id={last}&page=true"));
    Ok(Page { of, query: "page=true", ordered: false, next, prev: None, items })
}
