//! Lists over HTTP.

use std::sync::Arc;

use axum::Json;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, Uri};
use serde_json::{Value, json};

use super::table::Replies;
use super::view::{ListView, view};
use super::{Edit, MOST_AT_ONCE};
use crate::features::accounts;
use crate::features::accounts::table::ACCOUNTS;
use crate::features::accounts::view::AccountView;
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadLists, WriteLists};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, ListId, kind};

/// `GET /api/v1/lists`
pub async fn all(user: User<ReadLists>, State(app): State<App>) -> Result<Json<Vec<ListView>>> {
    Ok(Json(super::all(&app.read()?, user.id)?.into_iter().map(view).collect()))
}

/// `GET /api/v1/lists/:id`
pub async fn one(
    user: User<ReadLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
) -> Result<Json<ListView>> {
    Ok(Json(view((id, super::get(&app.read()?, user.id, id)?))))
}

/// `POST /api/v1/lists`
pub async fn create(
    user: User<WriteLists>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<ListView>> {
    let wanted = asked(&params)?;
    let list = app.write(move |tx| {
        let id = super::create(tx, user.id, wanted)?;
        Ok((id, super::get(&**tx, user.id, id)?))
    });
    Ok(Json(view(list.await?)))
}

/// `PUT /api/v1/lists/:id`
pub async fn edit(
    user: User<WriteLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
    params: Params,
) -> Result<Json<ListView>> {
    let wanted = asked(&params)?;
    let list = app.write(move |tx| {
        super::edit(tx, user.id, id, wanted)?;
        super::get(&**tx, user.id, id)
    });
    Ok(Json(view((id, list.await?))))
}

fn asked(params: &Params) -> Result<Edit> {
    let replies = match params.text("replies_policy").filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(Replies::parse(&word).ok_or_else(|| {
            let word: String = word.chars().take(40).collect();
            Error::unprocessable(format!("'{word}' is not a valid replies_policy"))
        })?),
    };
    Ok(Edit { title: params.text("title"), replies, exclusive: params.flag("exclusive") })
}

/// `DELETE /api/v1/lists/:id`
pub async fn remove(
    user: User<WriteLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::remove(tx, user.id, id)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/lists/:id/accounts`: pages by account id; `limit=0` gives everybody.
pub async fn members(
    user: User<ReadLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<(HeaderMap, Json<Vec<Arc<AccountView>>>)> {
    super::get(&app.read()?, user.id, id)?;
    let cursor = Cursor { min_id: None, ..Cursor::read(&params, 40, 80)? };
    let cursor = (params.integer("limit") != Some(0)).then_some(cursor);
    // A whole list may be thousands of accounts.
    tokio::task::spawn_blocking(move || page(&app, id, cursor, &uri)).await?
}

fn page(
    app: &App,
    id: ListId,
    cursor: Option<Cursor<kind::Account>>,
    uri: &Uri,
) -> Result<(HeaderMap, Json<Vec<Arc<AccountView>>>)> {
    let store = app.read()?;
    let mut ids = super::members(&store, id, cursor.as_ref())?;
    let headers = match cursor {
        Some(cursor) => link(&app.config, uri, &ids, Next::WhenFull(cursor.limit), "since_id"),
        None => HeaderMap::new(),
    };
    let records = ACCOUNTS.get_many(&store, &ids)?;
    let mut shown = records.iter().map(|a| a.as_ref().is_some_and(|a| a.suspended_at.is_none()));
    ids.retain(|_| shown.next() == Some(true));
    Ok((headers, Json(accounts::view::list(app, &store, &ids)?)))
}

/// `POST /api/v1/lists/:id/accounts`
pub async fn add(
    user: User<WriteLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
    params: Params,
) -> Result<Json<Value>> {
    let accounts = named(&params)?;
    app.write(move |tx| super::add(tx, user.id, id, &accounts)).await?;
    Ok(Json(json!({})))
}

/// `DELETE /api/v1/lists/:id/accounts`
pub async fn take_off(
    user: User<WriteLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::List>,
    params: Params,
) -> Result<Json<Value>> {
    let accounts = named(&params)?;
    app.write(move |tx| super::take_off(tx, user.id, id, &accounts)).await?;
    Ok(Json(json!({})))
}

fn named(params: &Params) -> Result<Vec<AccountId>> {
    let texts = params.list("account_ids");
    if texts.is_empty() {
        params.required("account_ids")?;
    }
    if texts.len() > MOST_AT_ONCE {
        return Err(Error::invalid(format!("You cannot name more than {MOST_AT_ONCE} accounts at once")));
    }
    texts.iter().map(|text| text.parse().map_err(|_| Error::not_found())).collect()
}

/// `GET /api/v1/accounts/:id/lists`
pub async fn with(
    user: User<ReadLists>,
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<Vec<ListView>>> {
    let store = app.read()?;
    accounts::get(&store, id)?;
    Ok(Json(super::with(&store, user.id, id)?.into_iter().map(view).collect()))
}
