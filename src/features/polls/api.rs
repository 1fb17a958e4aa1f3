//! Polls over HTTP.

use axum::Json;
use axum::extract::State;

use super::table::POLLS;
use super::view::{self, PollView};
use super::vote as cast;
use crate::features::oauth::auth::{User, Viewer};
use crate::features::oauth::scopes::{ReadStatuses, WriteStatuses};
use crate::features::statuses::{self, get_visible};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::ids::{AccountId, StatusId, kind};

/// `GET /api/v1/polls/:id`: a remote one is asked for again when its counts are older than a minute.
pub async fn show(
    viewer: Viewer<ReadStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<PollView>> {
    get_visible(&app.read()?, viewer.id(), id)?;
    if viewer.id().is_some() {
        statuses::resolve::poll(&app, id).await?;
    }
    seen_by(&app, viewer.id(), id)
}

/// `POST /api/v1/polls/:id/votes`
pub async fn vote(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    params: Params,
) -> Result<Json<PollView>> {
    let choices = choices(&params)?;
    app.write(move |tx| {
        get_visible(&**tx, Some(user.id), id)?;
        cast(tx, id, user.id, &choices)
    })
    .await?;
    seen_by(&app, Some(user.id), id)
}

fn seen_by(app: &App, viewer: Option<AccountId>, id: StatusId) -> Result<Json<PollView>> {
    let store = app.read()?;
    let poll = POLLS.get(&store, &id)?.ok_or_else(Error::not_found)?;
    Ok(Json(view::one(app, &store, viewer, id, &poll)?))
}

fn choices(params: &Params) -> Result<Vec<u16>> {
    let words = params.list("choices");
    if words.is_empty() {
        return Err(Error::bad_request("param is missing or the value is empty or invalid: choices"));
    }
    let read = |word: &String| word.trim().parse().ok();
    let choices: Option<Vec<u16>> = words.iter().map(read).collect();
    choices.ok_or_else(|| Error::invalid("The chosen vote option does not exist"))
}
