//! Shop's own routes for imports.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::{Value, json};

use super::table::Mode;
use super::view::{FailureView, ImportView};
use super::{Wish, failures, file, get};
use crate::features::exports::download::download;
use crate::features::exports::format::Kind;
use crate::features::oauth::auth::InPerson;
use crate::features::oauth::scopes::{ReadAccounts, WriteAccounts, WriteOwnAccount};
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::http::params::Params;
use crate::platform::http::path::PathId;
use crate::platform::http::upload::Slot;
use crate::platform::ids::ImportId;
use crate::platform::ids::kind;

/// How many failures one answer shows.
const SHOWN: usize = 100;
/// How many failures one step of the file reads.
const STEP: usize = 500;

/// `GET /api/shop/v1/imports`, newest first.
///
/// # Errors
/// Those of the token.
pub async fn list(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<Vec<ImportView>>> {
    let all = super::all(&app.read()?, user.id)?;
    Ok(Json(all.into_iter().map(|(id, import)| ImportView::of(id, import)).collect()))
}

/// `POST /api/shop/v1/imports` with `type`, `mode` (`merge` or `overwrite`) and the file `data`.
///
/// # Errors
/// 400 without a file; 413 for one that is too large; 422 for an unknown type or mode, for a file that is none of this
/// type, and while too many others are under way.
pub async fn start(
    InPerson(user): InPerson<WriteAccounts>,
    State(app): State<App>,
    _slot: Slot,
    params: Params,
) -> Result<Json<ImportView>> {
    let kind = Kind::parse(&params.required("type")?).ok_or_else(|| Error::invalid("Type is unknown"))?;
    let mode = params.text("mode").unwrap_or_else(|| Mode::Merge.word().to_owned());
    let mode = Mode::parse(&mode).ok_or_else(|| Error::invalid("Mode is unknown"))?;
    let Some(data) = params.file("data").cloned() else {
        return Err(Error::bad_request("param is missing or the value is empty or invalid: data"));
    };
    let read = app.clone();
    let reading = tokio::task::spawn_blocking(move || file::read(&read.config, kind, &data.bytes));
    let contents = reading.await??;
    let wish = Wish { kind, mode, file_name: data.file_name, contents };
    let id = app.write(move |tx| super::start(tx, user.id, wish)).await?;
    Ok(Json(ImportView::of(id, get(&app.read()?, user.id, id)?)))
}

/// `GET /api/shop/v1/imports/:id`
///
/// # Errors
/// 404 when there is none.
pub async fn show(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Import>,
) -> Result<Json<ImportView>> {
    Ok(Json(ImportView::of(id, get(&app.read()?, user.id, id)?)))
}

/// `DELETE /api/shop/v1/imports/:id`: stops it; what it has done stays.
///
/// # Errors
/// 404 when there is none.
pub async fn forget(
    InPerson(user): InPerson<WriteOwnAccount>,
    State(app): State<App>,
    PathId(id): PathId<kind::Import>,
) -> Result<Json<Value>> {
    app.write(move |tx| super::forget(tx, user.id, id)).await?;
    Ok(Json(json!({})))
}

/// `GET /api/shop/v1/imports/:id/failures`: the first lines that could not be done.
///
/// # Errors
/// 404 when there is no such import.
pub async fn failed(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Import>,
) -> Result<Json<Vec<FailureView>>> {
    let from = app.read()?;
    let kind = get(&from, user.id, id)?.kind;
    let rows = failures(&from, id, None, SHOWN)?;
    Ok(Json(rows.into_iter().map(|(line, failure)| FailureView::of(kind, line, failure)).collect()))
}

/// `GET /api/shop/v1/imports/:id/failures.csv`: all of them, as a file that can be brought again.
///
/// # Errors
/// 404 when there is no such import.
pub async fn failed_file(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
    PathId(id): PathId<kind::Import>,
) -> Result<Response> {
    let import = get(&app.read()?, user.id, id)?;
    let name = format!("failures_{}", import.kind.file_name());
    Ok(download(import.kind, &name, lines(app, id, import.kind)))
}

fn lines(app: App, id: ImportId, kind: Kind) -> impl Stream<Item = Result<Bytes>> + Send {
    let head = kind.head().map(Bytes::from);
    let rest = stream::try_unfold(Some(None), move |at| {
        let app = app.clone();
        async move {
            let Some(after) = at else { return Ok(None) };
            let reading = tokio::task::spawn_blocking(move || failures(&app.read()?, id, after, STEP));
            let rows = reading.await??;
            let next = rows.last().map(|(line, _)| Some(*line));
            let cells: Vec<_> = rows.into_iter().map(|(_, failure)| failure.cells).collect();
            Ok(Some((Bytes::from(kind.lines(&cells, after.is_none())?), next)))
        }
    });
    let foot = stream::once(async move { Ok(Bytes::from_static(kind.foot())) });
    stream::once(async { head }).chain(rest).chain(foot)
}
