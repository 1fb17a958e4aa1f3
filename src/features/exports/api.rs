//! Shop's own routes for files to take along.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;
use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use serde_json::{Map, Value};

use super::download::download;
use super::format::Kind;
use crate::features::oauth::auth::InPerson;
use crate::features::oauth::scopes::ReadAccounts;
use crate::platform::app::App;
use crate::platform::error::{Error, Result};
use crate::platform::ids::AccountId;

/// `GET /api/shop/v1/exports`: how many lines each file has.
///
/// # Errors
/// Those of the token.
pub async fn counts(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
) -> Result<Json<Map<String, Value>>> {
    let counting = tokio::task::spawn_blocking(move || {
        let from = app.read()?;
        let count = |kind: Kind| Ok((kind.word().to_owned(), super::count(&from, user.id, kind)?.into()));
        Kind::ALL.into_iter().map(count).collect::<Result<_>>()
    });
    Ok(Json(counting.await??))
}

/// `GET /api/shop/v1/exports/:file`
///
/// # Errors
/// 404 for a name that no file has.
pub async fn file(
    InPerson(user): InPerson<ReadAccounts>,
    State(app): State<App>,
    Path(name): Path<String>,
) -> Result<Response> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.file_name() == name).ok_or_else(Error::not_found)?;
    Ok(download(kind, kind.file_name(), lines(app, user.id, kind)))
}

/// The file, step by step.
fn lines(app: App, account: AccountId, kind: Kind) -> impl Stream<Item = Result<Bytes>> + Send {
    let head = kind.head().map(Bytes::from);
    let rest = stream::try_unfold(Some(None), move |at| {
        let app = app.clone();
        async move {
            let Some(after) = at else { return Ok(None) };
            let step = tokio::task::spawn_blocking(move || super::step(&app, account, kind, after)).await??;
            let text = Bytes::from(kind.lines(&step.lines, after.is_none())?);
            Ok(Some((text, step.next.map(Some))))
        }
    });
    let foot = stream::once(async move { Ok(Bytes::from_static(kind.foot())) });
    stream::once(async { head }).chain(rest).chain(foot)
}
