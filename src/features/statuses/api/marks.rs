//! Favourite, boost, bookmark, pin and mute over HTTP: each answers with the status as it is now.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{
    Scope, WriteAccounts, WriteBookmarks, WriteFavourites, WriteMutes, WriteStatuses,
};
use crate::features::statuses::view::{self, StatusView};
use crate::features::statuses::{self, marks};
use crate::features::users::table::Visibility;
use crate::platform::app::{App, Tx};
use crate::platform::error::{Error, Result};
use crate::platform::http::layers::count_deed;
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::rate::Family;
use crate::platform::ids::{AccountId, StatusId, kind};

/// Marks a status and shows it to the one who marked.
async fn mark<S: Scope>(
    user: User<S>,
    app: App,
    id: StatusId,
    change: impl FnOnce(&mut Tx<'_>, AccountId, StatusId) -> Result<()> + Send + 'static,
) -> Result<Json<StatusView>> {
    let by = user.id;
    app.write(move |tx| change(tx, by, id)).await?;
    Ok(Json(view::one(&app, &app.read()?, Some(by), id)?))
}

/// As [`mark`], for marks that can be taken back from what is not visible any more.
async fn unmark<S: Scope>(
    user: User<S>,
    app: App,
    id: StatusId,
    change: impl FnOnce(&mut Tx<'_>, AccountId, StatusId) -> Result<()> + Send + 'static,
) -> Result<Json<StatusView>> {
    let by = user.id;
    app.write(move |tx| change(tx, by, id)).await?;
    Ok(Json(view::unmarked(&app, &app.read()?, by, id)?))
}

/// `POST /api/v1/statuses/:id/favourite`
pub async fn favourite(
    user: User<WriteFavourites>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, |tx, by, id| marks::favourite(tx, by, id, None)).await
}

/// `POST /api/v1/statuses/:id/unfavourite`
pub async fn unfavourite(
    user: User<WriteFavourites>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    unmark(user, app, id, marks::unfavourite).await
}

/// `POST /api/v1/statuses/:id/bookmark`
pub async fn bookmark(
    user: User<WriteBookmarks>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, marks::bookmark).await
}

/// `POST /api/v1/statuses/:id/unbookmark`
pub async fn unbookmark(
    user: User<WriteBookmarks>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    unmark(user, app, id, marks::unbookmark).await
}

/// `POST /api/v1/statuses/:id/pin`
pub async fn pin(
    user: User<WriteAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, marks::pin).await
}

/// `POST /api/v1/statuses/:id/unpin`
pub async fn unpin(
    user: User<WriteAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, marks::unpin).await
}

/// `POST /api/v1/statuses/:id/mute`
pub async fn mute(
    user: User<WriteMutes>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, |tx, by, id| marks::mute_thread(tx, by, id, true)).await
}

/// `POST /api/v1/statuses/:id/unmute`
pub async fn unmute(
    user: User<WriteMutes>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    mark(user, app, id, |tx, by, id| marks::mute_thread(tx, by, id, false)).await
}

/// `POST /api/v1/statuses/:id/reblog`: answers with the boost.
pub async fn reblog(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
    params: Params,
) -> Result<Response> {
    let visibility = match params.text("visibility").filter(|word| !word.is_empty()) {
        None => None,
        Some(word) => {
            let known = Visibility::parse(&word);
            Some(known.ok_or_else(|| Error::invalid("Visibility is not included in the list"))?)
        }
    };
    let rate = count_deed(&app, Family::Statuses, user.id)?;
    let boost = app.write(move |tx| statuses::reblog(tx, user.id, id, visibility)).await?;
    let body = view::one(&app, &app.read()?, Some(user.id), boost)?;
    Ok((rate, Json(body)).into_response())
}

/// `POST /api/v1/statuses/:id/unreblog`: answers with the original.
pub async fn unreblog(
    user: User<WriteStatuses>,
    State(app): State<App>,
    PathId(id): PathId<kind::Status>,
) -> Result<Json<StatusView>> {
    let of = app.write(move |tx| statuses::unreblog(tx, user.id, id)).await?;
    Ok(Json(view::one(&app, &app.read()?, Some(user.id), of)?))
}
