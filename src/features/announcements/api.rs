//! /api/v1/announcements

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;

use super::view::{self, AnnouncementView};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::{AnyToken, WriteAccounts, WriteFavourites};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::path::PathId;
use crate::platform::ids::{AnnouncementId, kind};

/// The empty answer.
#[derive(Debug, Serialize)]
pub struct Done {}

/// `GET /api/v1/announcements`: those that are not over, also those that were put away.
///
/// # Errors
/// When the store fails.
pub async fn list(user: User<AnyToken>, State(app): State<App>) -> Result<Json<Vec<AnnouncementView>>> {
    let store = app.read()?;
    let current = super::current(&store, app.now())?;
    let shown = current.iter().map(|(id, one)| view::view(&app, &store, user.id, *id, one));
    Ok(Json(shown.collect::<Result<_>>()?))
}

/// `POST /api/v1/announcements/:id/dismiss`
///
/// # Errors
/// 404 for the unknown.
pub async fn dismiss(
    user: User<WriteAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Announcement>,
) -> Result<Json<Done>> {
    app.write(move |tx| super::dismiss(tx, user.id, id)).await?;
    Ok(Json(Done {}))
}

/// `PUT /api/v1/announcements/:id/reactions/:name`
///
/// # Errors
/// 404 for the unknown; 422 for what is no emoji, and for a ninth kind.
pub async fn react(
    user: User<WriteFavourites>,
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Json<Done>> {
    let id: AnnouncementId = id.parse().map_err(|_| Error::not_found())?;
    app.write(move |tx| super::react(tx, user.id, id, &name)).await?;
    Ok(Json(Done {}))
}

/// `DELETE /api/v1/announcements/:id/reactions/:name`
///
/// # Errors
/// 404 for the unknown and for reactions that were never made.
pub async fn unreact(
    user: User<WriteFavourites>,
    State(app): State<App>,
    Path((id, name)): Path<(String, String)>,
) -> Result<Json<Done>> {
    let id: AnnouncementId = id.parse().map_err(|_| Error::not_found())?;
    app.write(move |tx| super::unreact(tx, user.id, id, &name)).await?;
    Ok(Json(Done {}))
}
