//! Filters over HTTP, version 2 of the API; [`first`] is version 1.

pub mod first;

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::table::{FilterAction, FilterContext};
use super::view::{FilterView, KeywordView, PickedView};
use super::{Draft, KeywordDraft};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{ReadFilters, WriteFilters};
use crate::features::statuses;
use crate::features::statuses::table::STATUSES;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, FilterId, StatusId, kind};

/// An empty success is `{}` (behaviours §1).
#[derive(Debug, Serialize)]
pub struct Done {}

/// `GET /api/v2/filters`
pub async fn list(user: User<ReadFilters>, State(app): State<App>) -> Result<Json<Vec<FilterView>>> {
    let rows = super::all(&app.read()?, user.id)?;
    Ok(Json(rows.iter().map(|(id, filter)| FilterView::whole(*id, filter)).collect()))
}

/// `GET /api/v2/filters/:id`
pub async fn show(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
) -> Result<Json<FilterView>> {
    Ok(Json(FilterView::whole(id, &super::get(&app.read()?, user.id, id)?)))
}

/// `POST /api/v2/filters`
pub async fn create(
    user: User<WriteFilters>,
    State(app): State<App>,
    params: Params,
) -> Result<Json<FilterView>> {
    save(&app, user.id, None, &params).await
}

/// `PUT /api/v2/filters/:id`
pub async fn update(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
    params: Params,
) -> Result<Json<FilterView>> {
    super::get(&app.read()?, user.id, id)?;
    save(&app, user.id, Some(id), &params).await
}

async fn save(
    app: &App,
    account: AccountId,
    id: Option<FilterId>,
    params: &Params,
) -> Result<Json<FilterView>> {
    let draft = draft(params)?;
    let (id, filter) = app.write(move |tx| super::save(tx, account, id, &draft)).await?;
    Ok(Json(FilterView::whole(id, &filter)))
}

/// `DELETE /api/v2/filters/:id`
pub async fn remove(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
) -> Result<Json<Done>> {
    app.write(move |tx| super::remove(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}

/// `GET /api/v2/filters/:filter_id/keywords`
pub async fn keywords(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
) -> Result<Json<Vec<KeywordView>>> {
    let filter = super::get(&app.read()?, user.id, id)?;
    Ok(Json(filter.keywords.iter().map(KeywordView::from).collect()))
}

/// `POST /api/v2/filters/:filter_id/keywords`
pub async fn add_keyword(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
    params: Params,
) -> Result<Json<KeywordView>> {
    let draft = keyword_draft(&params)?;
    let keyword = app.write(move |tx| super::add_keyword(tx, user.id, id, draft)).await?;
    Ok(Json(KeywordView::from(&keyword)))
}

/// `GET /api/v2/filters/keywords/:id`
pub async fn keyword(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
) -> Result<Json<KeywordView>> {
    let (.., keyword) = super::with_keyword(&app.read()?, user.id, id)?;
    Ok(Json(KeywordView::from(&keyword)))
}

/// `PUT /api/v2/filters/keywords/:id`
pub async fn update_keyword(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
    params: Params,
) -> Result<Json<KeywordView>> {
    let draft = KeywordDraft { destroy: false, ..keyword_draft(&params)? };
    app.write(move |tx| super::change_keyword(tx, user.id, id, draft)).await?;
    let (.., keyword) = super::with_keyword(&app.read()?, user.id, id)?;
    Ok(Json(KeywordView::from(&keyword)))
}

/// `DELETE /api/v2/filters/keywords/:id`
pub async fn remove_keyword(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterKeyword>,
) -> Result<Json<Done>> {
    let draft = KeywordDraft { destroy: true, ..KeywordDraft::default() };
    app.write(move |tx| super::change_keyword(tx, user.id, id, draft)).await?;
    Ok(Json(Done {}))
}

/// `GET /api/v2/filters/:filter_id/statuses`
pub async fn statuses(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
) -> Result<Json<Vec<PickedView>>> {
    let filter = super::get(&app.read()?, user.id, id)?;
    Ok(Json(filter.statuses.iter().map(PickedView::from).collect()))
}

/// `POST /api/v2/filters/:filter_id/statuses`
pub async fn add_status(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::Filter>,
    params: Params,
) -> Result<Json<PickedView>> {
    let status = params.text("status_id").and_then(|text| text.parse().ok());
    let picked = app
        .write(move |tx| {
            super::get(&**tx, user.id, id)?;
            let status = seen(tx, user.id, status)?;
            super::pick(tx, user.id, id, status)
        })
        .await?;
    Ok(Json(PickedView::from(&picked)))
}

/// A post that is there for this account.
fn seen(tx: &Tx<'_>, account: AccountId, id: Option<StatusId>) -> Result<StatusId> {
    let missing = || Error::invalid("Status must exist");
    let id = id.ok_or_else(missing)?;
    let status = STATUSES.get(&**tx, &id)?.ok_or_else(missing)?;
    let visible = statuses::visible_to(&**tx, Some(account), id, &status)?;
    if visible { Ok(id) } else { Err(Error::invalid("Status is invalid")) }
}

/// `GET /api/v2/filters/statuses/:id`
pub async fn status(
    user: User<ReadFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterStatus>,
) -> Result<Json<PickedView>> {
    let (.., picked) = super::with_status(&app.read()?, user.id, id)?;
    Ok(Json(PickedView::from(&picked)))
}

/// `DELETE /api/v2/filters/statuses/:id`
pub async fn remove_status(
    user: User<WriteFilters>,
    State(app): State<App>,
    PathId(id): PathId<kind::FilterStatus>,
) -> Result<Json<Done>> {
    app.write(move |tx| super::unpick(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}

fn draft(params: &Params) -> Result<Draft> {
    let action = match params.text("filter_action").filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => Some(
            FilterAction::parse(&word).ok_or_else(|| Error::invalid("Action is not included in the list"))?,
        ),
    };
    Ok(Draft {
        title: params.has("title").then(|| params.text("title").unwrap_or_default()),
        contexts: contexts(params)?,
        action,
        expires_in: expires_in(params)?,
        keywords: params.groups("keywords_attributes").iter().map(keyword_draft).collect::<Result<_>>()?,
    })
}

fn contexts(params: &Params) -> Result<Option<Vec<FilterContext>>> {
    if !params.has("context") {
        return Ok(None);
    }
    let mut contexts = Vec::new();
    for word in params.list("context").iter().filter(|word| !word.is_empty()) {
        let context = FilterContext::parse(word)
            .ok_or_else(|| Error::invalid("Context None or invalid context supplied"))?;
        if !contexts.contains(&context) {
            contexts.push(context);
        }
    }
    Ok(Some(contexts))
}

/// `expires_in`: seconds, or nothing at all for a filter without an end.
fn expires_in(params: &Params) -> Result<Option<Option<i64>>> {
    if !params.has("expires_in") {
        return Ok(None);
    }
    match params.text("expires_in").filter(|text| !text.trim().is_empty()) {
        None => Ok(Some(None)),
        Some(text) => {
            let seconds = text.trim().parse().map_err(|_| Error::invalid("Expires in is not a number"))?;
            Ok(Some(Some(seconds)))
        }
    }
}

fn keyword_draft(params: &Params) -> Result<KeywordDraft> {
    Ok(KeywordDraft {
        id: params.id("id")?,
        text: params.has("keyword").then(|| params.text("keyword").unwrap_or_default()),
        whole_word: params.flag("whole_word"),
        destroy: params.flag("_destroy").unwrap_or(false),
    })
}
