//! The client API of uploads, and the routes under which browsers get files.

pub mod files;
pub mod missing;
pub mod proxy;

use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value};

use super::view::{self, MediaView};
use super::{check_description, parse_focus, processing};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::WriteMedia;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::upload::Slot;
use crate::platform::ids::kind;

/// POST /api/v2/media and, the same for pictures, POST /api/v1/media
///
/// # Errors
/// 422 for what is no picture, for a description that is too long and a focus outside the picture.
pub async fn upload(
    State(app): State<App>,
    user: User<WriteMedia>,
    _slot: Slot,
    params: Params,
) -> Result<Json<MediaView>> {
    let file = params.file("file").ok_or_else(|| Error::invalid("File can't be blank"))?;
    let description = check_description(&params.text("description").unwrap_or_default())?;
    let focus =
        params.text("focus").filter(|text| !text.is_empty()).map(|text| parse_focus(&text)).transpose()?;
    let (id, media) = processing::upload(&app, file.bytes.clone(), user.id, description, focus).await?;
    app.write(move |tx| super::create(tx, id, &media)).await?;
    Ok(Json(view::one(&app, &app.read()?, id)?))
}

/// GET /api/v1/media/:id
///
/// # Errors
/// 404 for others' uploads and for those that hang on a status.
pub async fn show(
    State(app): State<App>,
    user: User<WriteMedia>,
    PathId(id): PathId<kind::Media>,
) -> Result<Json<MediaView>> {
    let store = app.read()?;
    super::own(&store, user.id, id)?;
    Ok(Json(view::one(&app, &store, id)?))
}

/// PUT /api/v1/media/:id
///
/// # Errors
/// 404 for others' uploads and for those that hang on a status; 422 as for an upload.
pub async fn update(
    State(app): State<App>,
    user: User<WriteMedia>,
    PathId(id): PathId<kind::Media>,
    params: Params,
) -> Result<Json<MediaView>> {
    let focus =
        params.text("focus").filter(|text| !text.is_empty()).map(|text| parse_focus(&text)).transpose()?;
    let description = params.text("description");
    app.write(move |tx| {
        super::own(&**tx, user.id, id)?;
        super::describe(tx, id, description.as_deref(), focus)
    })
    .await?;
    Ok(Json(view::one(&app, &app.read()?, id)?))
}

/// DELETE /api/v1/media/:id
///
/// # Errors
/// 404 for others' uploads; 422 when it hangs on a status.
pub async fn delete(
    State(app): State<App>,
    user: User<WriteMedia>,
    PathId(id): PathId<kind::Media>,
) -> Result<Json<Map<String, Value>>> {
    app.write(move |tx| {
        let media = super::get(&**tx, id)?;
        if media.account != user.id {
            return Err(Error::not_found());
        }
        if media.status.is_some() {
            return Err(Error::unprocessable("Media attachment is currently used by a status"));
        }
        super::remove(tx, id)
    })
    .await?;
    Ok(Json(Map::new()))
}
