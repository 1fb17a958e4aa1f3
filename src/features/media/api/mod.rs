//! The client API of uploads, and the routes under which browsers get files.

pub mod files;
pub mod missing;
pub mod proxy;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde_json::{Map, Value};
use shop_storage::Read;

use super::processing::{self, Draft, Source};
use super::table::{MEDIA, Stage};
use super::view::{self, MediaView};
use super::{check_description, parse_focus};
use crate::features::oauth::auth::User;
use crate::features::oauth::scopes::WriteMedia;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::upload::{Form, Received, Slot};
use crate::platform::ids::{AccountId, MediaId, kind};

/// An attachment with the status of its stage.
type Shown = (StatusCode, Json<MediaView>);

/// POST /api/v2/media: 202 for what is not processed yet.
///
/// # Errors
/// 422 for what is nothing that we take, for a description that is too long and a focus outside the picture.
pub async fn upload(State(app): State<App>, user: User<WriteMedia>, form: Form) -> Result<Shown> {
    let id = take_in(&app, user.id, &form).await?;
    shown(&app, id, StatusCode::ACCEPTED)
}

/// POST /api/v1/media: the same, but answers when all is done.
///
/// # Errors
/// As [`upload`]; 422 when the processing failed.
pub async fn upload_and_wait(State(app): State<App>, user: User<WriteMedia>, form: Form) -> Result<Shown> {
    let id = take_in(&app, user.id, &form).await?;
    drop(form);
    processing::wait(&app, id).await?;
    shown(&app, id, StatusCode::ACCEPTED)
}

async fn take_in(app: &App, account: AccountId, form: &Form) -> Result<MediaId> {
    let source = |file: &Received| Source::File(file.path().to_owned(), file.size);
    let file = form.file("file").ok_or_else(|| Error::invalid("File can't be blank"))?;
    let draft = Draft {
        description: check_description(&form.fields.text("description").unwrap_or_default())?,
        focus: focus(&form.fields)?,
        thumbnail: form.file("thumbnail").map(source),
    };
    processing::upload(app, account, source(file), draft).await
}

fn focus(params: &Params) -> Result<Option<super::Focus>> {
    params.text("focus").filter(|text| !text.is_empty()).map(|text| parse_focus(&text)).transpose()
}

fn shown(app: &App, id: MediaId, unready: StatusCode) -> Result<Shown> {
    let store = app.read()?;
    let status = match stage(&store, id)? {
        Stage::Done => StatusCode::OK,
        Stage::Waiting => unready,
        Stage::Failed(_) => {
            return Err(Error::unprocessable("Error processing thumbnail for uploaded media"));
        }
    };
    Ok((status, Json(view::one(app, &store, id)?)))
}

fn stage(from: &dyn Read, id: MediaId) -> Result<Stage> {
    Ok(MEDIA.get(from, &id)?.ok_or_else(Error::not_found)?.stage)
}

/// GET /api/v1/media/:id: 206 while it is being processed.
///
/// # Errors
/// 404 for others' uploads and for those that hang on a status; 422 when the processing failed.
pub async fn show(
    State(app): State<App>,
    user: User<WriteMedia>,
    PathId(id): PathId<kind::Media>,
) -> Result<Shown> {
    super::own(&app.read()?, user.id, id)?;
    shown(&app, id, StatusCode::PARTIAL_CONTENT)
}

/// PUT /api/v1/media/:id
///
/// # Errors
/// 404 for others' uploads and for those that hang on a status; 422 as for an upload.
pub async fn update(
    State(app): State<App>,
    user: User<WriteMedia>,
    PathId(id): PathId<kind::Media>,
    _slot: Slot,
    params: Params,
) -> Result<Shown> {
    let focus = focus(&params)?;
    let description = params.text("description");
    let media = super::own(&app.read()?, user.id, id)?;
    let thumbnail = match params.file("thumbnail") {
        Some(file) => Some(processing::thumbnail_for(&app, id, &media, file.bytes.clone()).await?),
        None => None,
    };
    let made: Vec<_> = thumbnail.iter().cloned().collect();
    let changed = app.write(move |tx| {
        super::own(&**tx, user.id, id)?;
        super::describe(tx, id, description.as_deref(), focus)?;
        thumbnail.map_or(Ok(()), |thumbnail| super::show_thumbnail(tx, id, thumbnail))
    });
    processing::undo(&app, changed.await, &made).await?;
    shown(&app, id, StatusCode::PARTIAL_CONTENT)
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
