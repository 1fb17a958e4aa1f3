//! The client API of collections.

pub mod peers;

use axum::Json;
use axum::extract::{OriginalUri, Path, Request, State};
use axum::http::{HeaderValue, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::draft::Changes;
use super::table::{COLLECTIONS, Collection, ITEMS, ItemKey};
use super::view::{self, CollectionView, ItemView, WithAccounts};
use super::{featuring, items, of, readable};
use crate::features::accounts;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadCollections, WriteCollections};
use crate::features::relationships::blocks;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::paging::Part;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, CollectionId, CollectionItemId, kind};

/// The day on which the paths under `/api/v1_alpha` were given up: 10 June 2026.
const DEPRECATED: HeaderValue = HeaderValue::from_static("@1781049600");

/// Marks answers under the older paths as those of routes that end.
pub async fn deprecated(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert("deprecation", DEPRECATED);
    response
}

/// `{collection: …}`
#[derive(Debug, Serialize)]
pub struct One {
    collection: CollectionView,
}

/// `{collections: […]}`
#[derive(Debug, Serialize)]
pub struct Many {
    collections: Vec<CollectionView>,
}

/// `{collection_item: …}`
#[derive(Debug, Serialize)]
pub struct OneItem {
    collection_item: ItemView,
}

fn many(
    app: &App,
    viewer: Option<AccountId>,
    part: Part,
    uri: &Uri,
    rows: Vec<(CollectionId, Collection)>,
) -> Result<Response> {
    let rows = part.of(rows);
    let collections = view::load(app, &app.read()?, viewer, &rows)?;
    Ok((part.link(&app.config, uri, collections.len()), Json(Many { collections })).into_response())
}

fn own(app: &App, viewer: AccountId, id: CollectionId) -> Result<Json<One>> {
    let store = app.read()?;
    let row = COLLECTIONS.get(&store, &id)?.ok_or_else(Error::not_found)?;
    let collection = view::one(app, &store, Some(viewer), id, row)?.ok_or_else(Error::not_found)?;
    Ok(Json(One { collection }))
}

/// `GET /api/v1/accounts/:id/collections`: the owner sees all, everybody else what may be listed.
///
/// # Errors
/// 404 for the unknown, 400 for negative pages.
pub async fn of_account(
    State(app): State<App>,
    viewer: Viewer<ReadCollections>,
    PathId(id): PathId<kind::Account>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 40, 100)?;
    let store = app.read()?;
    let account = accounts::get(&store, id)?;
    let blocked = viewer.id().map_or(Ok(false), |viewer| blocks(&store, id, viewer))?;
    let rows = if blocked || account.suspended_at.is_some() {
        Vec::new()
    } else {
        of(&store, id, viewer.id() != Some(id))?
    };
    many(&app, viewer.id(), part, &uri, rows)
}

/// `GET /api/v1/accounts/:id/in_collections`: what shows one's own account.
///
/// # Errors
/// 404 for the unknown, 403 for every other account, 400 for negative pages.
pub async fn showing(
    State(app): State<App>,
    user: User<ReadCollections>,
    PathId(id): PathId<kind::Account>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<Response> {
    let part = Part::read(&params, 40, 80)?;
    let store = app.read()?;
    accounts::get(&store, id)?;
    if id != user.id {
        return Err(Error::forbidden());
    }
    many(&app, Some(user.id), part, &uri, featuring(&store, id)?)
}

/// `GET /api/v1/collections/:id`
///
/// # Errors
/// 404 for the unknown, 403 for who is blocked by the owner.
pub async fn show(
    State(app): State<App>,
    viewer: Viewer<ReadCollections>,
    PathId(id): PathId<kind::Collection>,
) -> Result<Json<WithAccounts>> {
    let store = app.read()?;
    let row = readable(&store, viewer.id(), id)?;
    view::with_accounts(&app, &store, viewer.id(), id, row)?.map(Json).ok_or_else(Error::not_found)
}

/// `POST /api/v1/collections`
///
/// # Errors
/// 422 beyond a limit, 404 for unknown accounts, 403 when one of them does not agree.
pub async fn create(
    State(app): State<App>,
    user: User<WriteCollections>,
    params: Params,
) -> Result<Json<One>> {
    let changes = Changes::read_new(&params)?;
    let mut members: Vec<AccountId> = Vec::new();
    for text in params.list("account_ids") {
        let id = text.parse().map_err(|_| Error::not_found())?;
        if !members.contains(&id) {
            members.push(id);
        }
    }
    let id = app.write(move |tx| super::create(tx, user.id, changes, &members)).await?;
    own(&app, user.id, id)
}

/// `PUT /api/v1/collections/:id`
///
/// # Errors
/// 404 for the unknown, 403 for those of others, 422 beyond a limit.
pub async fn update(
    State(app): State<App>,
    user: User<WriteCollections>,
    PathId(id): PathId<kind::Collection>,
    params: Params,
) -> Result<Json<One>> {
    super::owned(&app.read()?, user.id, id)?;
    let changes = Changes::read(&params)?;
    app.write(move |tx| super::update(tx, user.id, id, changes)).await?;
    own(&app, user.id, id)
}

/// `DELETE /api/v1/collections/:id`
///
/// # Errors
/// 404 for the unknown, 403 for those of others.
pub async fn delete(
    State(app): State<App>,
    user: User<WriteCollections>,
    PathId(id): PathId<kind::Collection>,
) -> Result<()> {
    app.write(move |tx| super::delete(tx, user.id, id)).await
}

/// The collection and the item in a path.
fn key(path: &(String, String)) -> Result<ItemKey> {
    let collection: CollectionId = path.0.parse().map_err(|_| Error::not_found())?;
    let item: CollectionItemId = path.1.parse().map_err(|_| Error::not_found())?;
    Ok((collection, item))
}

/// `POST /api/v1/collections/:collection_id/items`
///
/// # Errors
/// 404 for the unknown, 403 for the collections of others and for who does not agree, 422 without an account, for who is
/// there already, and when the collection is full.
pub async fn add_item(
    State(app): State<App>,
    user: User<WriteCollections>,
    PathId(id): PathId<kind::Collection>,
    params: Params,
) -> Result<Json<OneItem>> {
    super::owned(&app.read()?, user.id, id)?;
    let account = params.id("account_id")?;
    let account = account.ok_or_else(|| Error::unprocessable("`account_id` parameter is missing"))?;
    let item = app.write(move |tx| items::add(tx, user.id, id, account)).await?;
    let row = ITEMS.get(&app.read()?, &(id, item))?.ok_or_else(Error::not_found)?;
    Ok(Json(OneItem { collection_item: ItemView::of((id, item), &row) }))
}

/// `DELETE /api/v1/collections/:collection_id/items/:id`
///
/// # Errors
/// 404 for the unknown, 403 for the collections of others.
pub async fn remove_item(
    State(app): State<App>,
    user: User<WriteCollections>,
    Path(path): Path<(String, String)>,
) -> Result<()> {
    let key = key(&path)?;
    app.write(move |tx| items::remove(tx, user.id, key)).await
}

/// `POST /api/v1/collections/:collection_id/items/:id/revoke`
///
/// # Errors
/// 404 for the unknown, 403 for everybody but the account that is shown.
pub async fn revoke_item(
    State(app): State<App>,
    user: User<WriteCollections>,
    Path(path): Path<(String, String)>,
) -> Result<()> {
    let key = key(&path)?;
    app.write(move |tx| items::revoke(tx, user.id, key)).await
}
