//! Hashtags over HTTP: looking at them, following them, showing them on one's profile.

use axum::Json;
use axum::extract::{OriginalUri, Path, State};
use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::featured_view::{self, FeaturedTagView};
use super::table::FEATURED_TAGS;
use super::view::{self, TagView};
use super::{Named, feature, follow};
use crate::features::accounts;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{
    AnyToken, ReadAccounts, ReadFollowRequests, WriteAccounts, WriteFollows,
};
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::paging::{Cursor, Next, link};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::rate::Family;
use crate::platform::ids::{AccountId, LinkId, kind};

fn named(text: &str) -> Result<Named> {
    Named::parse(text).ok_or_else(Error::not_found)
}

fn one(app: &App, viewer: Option<AccountId>, name: String) -> Result<Json<TagView>> {
    view::load(app, &app.read()?, viewer, &[name])?.pop().map(Json).ok_or_else(Error::not_found)
}

/// `GET /api/v1/tags/:name`: one that nobody has used is shown too.
///
/// # Errors
/// 404 for what cannot be a tag.
pub async fn show(
    viewer: Viewer<AnyToken>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<TagView>> {
    one(&app, viewer.id(), named(&name)?.name)
}

/// Runs one change about a tag and shows the tag then.
async fn act(
    app: App,
    me: AccountId,
    text: &str,
    change: impl FnOnce(&mut Tx<'_>, &Named) -> Result<()> + Send + 'static,
) -> Result<Json<TagView>> {
    let named = named(text)?;
    let name = named.name.clone();
    app.write(move |tx| change(tx, &named)).await?;
    one(&app, Some(me), name)
}

/// `POST /api/v1/tags/:name/follow`
///
/// # Errors
/// 404 for what cannot be a tag; 422 beyond the limit; 429 beyond 400 follows a day.
pub async fn follow_tag(
    user: User<WriteFollows>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<(HeaderMap, Json<TagView>)> {
    let rate = count_deed(&app, Family::Follows, user.id)?;
    let shown = act(app, user.id, &name, move |tx, tag| follow::follow(tx, user.id, tag)).await?;
    Ok((rate, shown))
}

/// `POST /api/v1/tags/:name/unfollow`
///
/// # Errors
/// 404 for what cannot be a tag.
pub async fn unfollow_tag(
    user: User<WriteFollows>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<TagView>> {
    act(app, user.id, &name, move |tx, tag| follow::unfollow(tx, user.id, &tag.name)).await
}

/// `POST /api/v1/tags/:name/feature`
///
/// # Errors
/// 404 for what cannot be a tag; 422 beyond the limit.
pub async fn feature_tag(
    user: User<WriteAccounts>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<TagView>> {
    act(app, user.id, &name, move |tx, tag| feature::feature(tx, user.id, tag).map(drop)).await
}

/// `POST /api/v1/tags/:name/unfeature`
///
/// # Errors
/// 404 for what cannot be a tag.
pub async fn unfeature_tag(
    user: User<WriteAccounts>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Json<TagView>> {
    act(app, user.id, &name, move |tx, tag| feature::unfeature(tx, user.id, &tag.name)).await
}

/// `GET /api/v1/followed_tags`
///
/// # Errors
/// 404 for cursors that are no ids.
pub async fn followed(
    user: User<ReadFollowRequests>,
    State(app): State<App>,
    OriginalUri(uri): OriginalUri,
    params: Params,
) -> Result<(HeaderMap, Json<Vec<TagView>>)> {
    let cursor = Cursor::read(&params, 100, 200)?;
    let store = app.read()?;
    let (rows, names): (Vec<_>, Vec<_>) = follow::page(&store, user.id, &cursor)?.into_iter().unzip();
    let shown = view::load(&app, &store, Some(user.id), &names)?;
    Ok((link(&app.config, &uri, &rows, Next::WhenFull(cursor.limit), "min_id"), Json(shown)))
}

/// `GET /api/v1/featured_tags`
///
/// # Errors
/// When the store fails.
pub async fn featured(
    user: User<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<Vec<FeaturedTagView>>> {
    Ok(Json(featured_view::of(&app, &app.read()?, user.id, &user.account)?))
}

/// `POST /api/v1/featured_tags`
///
/// # Errors
/// 400 without a name; 422 for what cannot be a tag and beyond the limit.
pub async fn feature_new(
    user: User<WriteAccounts>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<FeaturedTagView>> {
    let text = params.required("name")?;
    let named =
        Named::parse(text.trim().trim_start_matches('#')).ok_or_else(|| Error::invalid("Tag is invalid"))?;
    let me = user.id;
    let row: LinkId = app.write(move |tx| feature::feature(tx, me, &named)).await?;
    let store = app.read()?;
    let tag = FEATURED_TAGS.get(&store, &(me, row))?.ok_or_else(Error::not_found)?;
    Ok(Json(featured_view::view(&app, &store, me, &user.account, (row, tag))?))
}

/// `DELETE /api/v1/featured_tags/:id`
///
/// # Errors
/// 404 when there is no such row.
pub async fn feature_no_more(
    user: User<WriteAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Link>,
) -> Result<Json<Value>> {
    app.write(move |tx| feature::remove(tx, user.id, id)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/v1/featured_tags/suggestions`
///
/// # Errors
/// When the store fails.
pub async fn suggestions(user: User<ReadAccounts>, State(app): State<App>) -> Result<Json<Vec<TagView>>> {
    let store = app.read()?;
    let names = feature::suggestions(&store, user.id)?;
    Ok(Json(view::load(&app, &store, Some(user.id), &names)?))
}

/// `GET /api/v1/accounts/:id/featured_tags`
///
/// # Errors
/// 404 for the unknown.
pub async fn featured_by(
    State(app): State<App>,
    PathId(id): PathId<kind::Account>,
) -> Result<Json<Vec<FeaturedTagView>>> {
    let store = app.read()?;
    let account = accounts::get(&store, id)?;
    if account.suspended_at.is_some() {
        return Ok(Json(Vec::new()));
    }
    Ok(Json(featured_view::of(&app, &store, id, &account)?))
}
